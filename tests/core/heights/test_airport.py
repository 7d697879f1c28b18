"""Obstacle limitation surfaces against a table of points, worked out by hand from the dimensions of the data."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.heights.airport import Runway, airport_limits

# a runway of 3,000 m to the east, thresholds at 10 m, aerodrome elevation 10 m; (x, y): lowest limit there
TABLE = [
    ("on the strip", (1500, 0), 10.0),
    ("edge of the strip", (1500, 149), 10.0),
    ("transitional, 100 m out", (1500, 250), 10 + 14.3),
    ("transitional, 300 m out", (1500, -450), 10 + 42.9),
    ("inner horizontal", (1500, 3000), 55.0),
    ("inner horizontal, its edge", (1500, 3999), 55.0),
    ("cone, 1,000 m out", (1500, 5000), 55 + 50.0),
    ("cone, its top", (1500, 5999), 55 + 99.95),
    ("beyond everything", (1500, 6500), None),
    ("approach, 1,000 m", (-1060, 0), 10 + 20.0),
    ("approach, end of the first section: the inner horizontal lies lower", (-3059, 0), 55.0),
    ("approach, 4,060 m: the cone lies lower", (-4060, 0), 55 + 3.0),
    ("approach, second section, beyond the cone", (-6500, 0), 10 + 6440 * 0.02),  # the climb lies lower
    ("approach, horizontal section", (-8000, 0), 10 + 60 + 90.0),
    ("approach, horizontal section off the climb", (-8000, 1300), 10 + 60 + 90.0),
    ("climb", (15000, 0), 10 + 150.0),
    ("climb, far", (17900, 0), 10 + 150.0),
    ("beside the approach", (-560, 275), 10 + 10 + 0.143 * 50),
    ("behind the end of the strip, 30 m", (3030, 0), 10.0),
]


def lowest(limits, x, y):
    point = shapely.Point(x, y)
    levels = [limit.shape.at(np.array([[x, y]]))[0] for limit in limits if limit.area.covers(point)]
    return min(levels, default=None)


@pytest.mark.parametrize(("place", "at", "wanted"), TABLE, ids=[row[0] for row in TABLE])
def test_points(place, at, wanted):
    limits = airport_limits(Runway("云溪机场", shapely.LineString([(0, 0), (3000, 0)]), 10.0, 10.0, 10.0))
    found = lowest(limits, *at)
    assert found == (None if wanted is None else pytest.approx(wanted, abs=0.01))


def test_turned_runways_say_the_same():
    """The other direction, and a runway that lies askew: the same surfaces."""
    plain = airport_limits(Runway("a", shapely.LineString([(0, 0), (3000, 0)]), 10.0, 10.0, 16.0))
    turned = airport_limits(Runway("a", shapely.LineString([(3000, 0), (0, 0)]), 10.0, 16.0, 10.0))
    angle = np.radians(37)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    askew = airport_limits(Runway("a", shapely.LineString(np.array([(0, 0), (3000, 0)]) @ turn.T), 10.0, 10.0, 16.0))
    rng = np.random.default_rng(3)
    for x, y in rng.uniform((-18000, -7000), (21000, 7000), (300, 2)):
        wanted = lowest(plain, x, y)
        moved = turn @ (x, y)
        for found in (lowest(turned, x, y), lowest(askew, *moved)):
            assert found == (None if wanted is None else pytest.approx(wanted, abs=1e-6))


def test_unusable_levels_judge_nothing():
    runway = Runway("a", shapely.LineString([(0, 0), (3000, 0)]), 10.0, 10.0, 10.0, "", "heights_datum_mixed")
    assert {limit.reason for limit in airport_limits(runway)} == {"heights_datum_mixed"}
    assert all(limit.shape is None for limit in airport_limits(runway))
