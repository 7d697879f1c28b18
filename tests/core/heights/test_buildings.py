"""What is read as a height, what is not, and why; footprints drawn twice."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.heights.buildings import RawBuilding, make_buildings, odd_footprints, stand_on
from onemap.plugin.core.heights.datum import Datum, DatumRule, datum_of
from onemap.plugin.core.heights.settings import default_settings
from onemap.plugin.core.heights.terrain import Terrain
from onemap.plugin.core.heights.values import floor_count, share
from onemap.plugin.core.land.lengths import limit_metres, metres
from onemap.plugin.core.messages import text

SETTINGS = default_settings()


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(24, 24.0), ("24", 24.0), ("24.5m", 24.5), ("≤24米", 24.0), ("限高24米以下", 24.0), ("80 ft", 24.384), ("24-36", None),
     ("见图则", None), ("", None), (None, None), (float("nan"), None), (True, None), ("1e3", None)],
)  # fmt: skip
def test_metres(value, wanted):
    assert metres(value) == (None if wanted is None else pytest.approx(wanted))


def test_limits_floors_and_shares():
    assert limit_metres("18-24米") == 24.0 and limit_metres("18～24") == 24.0 and limit_metres(12) == 12.0
    said = {
        "6": 6,
        "6层": 6,
        "地上6层": 6,
        "六层": 6,
        "十二": 12,
        "二十": 20,
        "6F": 6,
        7.0: 7,
        "6+1": None,
        "-1/6": None,
        "六六": None,
    }
    assert {value: floor_count(value) for value in said} == said
    assert (share(35), share(0.35), share("35%"), share(101), share("见图")) == (0.35, 0.35, 0.35, None, None)


@pytest.mark.parametrize(
    ("raw", "height", "reason"),
    [
        (RawBuilding(height=20.0, floors="6+1"), 20.0, ""),
        (RawBuilding(floors="6层"), 18.0, ""),
        (RawBuilding(height=0), None, "height_not_positive"),
        (RawBuilding(height=-3), None, "height_not_positive"),
        (RawBuilding(height=9999), None, "height_absurd"),
        (RawBuilding(height="高层", floors=6), None, "height_unreadable"),
        (RawBuilding(floors="6+1"), None, "floors_unreadable"),
        (RawBuilding(floors=0), None, "floors_absurd"),
        (RawBuilding(), None, "height_missing"),
        (RawBuilding(z_high=30.0), None, "height_level_no_base"),
        (RawBuilding(z_high=30.0, base=35.0), None, "base_above_top"),
        (RawBuilding(z_high=30.0, base=30.0), None, "base_above_top"),
        (RawBuilding(z_high=30.0, base=9.0), 21.0, ""),
        (RawBuilding(roof_level="30", z_high=99.0, base="9"), 21.0, ""),
        (RawBuilding(height=12.0, z_low=8.0, z_high=8.0), 12.0, ""),
    ],
)
def test_heights(raw, height, reason):
    made = make_buildings([1], ["a"], np.array([shapely.box(0, 0, 1, 1)], dtype=object), [raw], SETTINGS)
    assert made.reason[0] == reason and (height is None and np.isnan(made.height[0]) or made.height[0] == height)
    assert not reason or text(reason, language="zh")


def test_ground_of_the_terrain_and_what_stands_on_the_roof():
    x = np.arange(100) * 0.1
    terrain = Terrain(np.tile(x, (100, 1)), 0.0, 100.0, 1.0)
    shapes = np.array([shapely.box(10, 10, 30, 20), shapely.box(90, 90, 120, 95), None], dtype=object)
    raw = [RawBuilding(roof_level=25.0, extra=3.0), RawBuilding(height=10.0), RawBuilding(height=10.0)]
    made = make_buildings([1, 2, 3], "abc", shapes, raw, SETTINGS)
    stand_on(made, terrain, raw, SETTINGS)
    assert made.base[0] == pytest.approx(1.97, abs=0.05) and made.height[0] == pytest.approx(25 - made.base[0])
    assert (
        made.top[0] == pytest.approx(28.0)
        and np.isnan(made.base[1])
        and made.base_source.tolist() == ["terrain", "", ""]
    )


def test_drawn_twice_and_on_one_another():
    shapes = [
        shapely.box(0, 0, 10, 10),
        shapely.box(0, 0, 10, 10),
        shapely.box(5, 5, 15, 15),
        shapely.box(10, 0, 20, 5),
        None,
    ]
    told = {told.code: told.rows.tolist() for told in odd_footprints(np.array(shapes, dtype=object))}
    assert told["heights_twice"] == [1] and set(told["heights_overlapping"]) == {0, 1, 2}


def test_datums_are_brought_together_only_by_a_known_shift():
    words = [datum_of(w) for w in ("1985国家高程基准", 85, "吴淞高程", "地方", "", None)]
    national, local, unstated = Datum.NATIONAL_1985, Datum.LOCAL, Datum.UNSTATED
    assert words == [national, national, local, local, unstated, unstated]
    assert DatumRule(national).moved(10.0, local) is None and DatumRule(national, 1.5).moved(10.0, local) == 11.5
    assert DatumRule(local, 1.5).moved(10.0, national) == 8.5 and DatumRule(national).moved(10.0, unstated) == 10.0
