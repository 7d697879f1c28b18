"""Features over divisions: every measure against brute force, land below several features once, borders, huge zones."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.indicators.measure_cut import counted_once, cut_places, cut_sizes, sizes, zone_targets
from onemap.plugin.core.land.area import ellipsoidal_areas
from pyproj import CRS, Geod, Transformer

PLANE = CRS.from_epsg(4549)
X, Y = 480_000.0, 3_340_000.0


def squares(rng, count, size=20.0, reach=6_000.0):
    at = rng.uniform(0, reach, (count, 2)) + (X, Y)
    return shapely.box(at[:, 0], at[:, 1], at[:, 0] + size, at[:, 1] + size)


def divisions():
    return shapely.box([X, X + 3_000], [Y, Y], [X + 3_000, X + 6_100], [Y + 6_100, Y + 6_100])


@pytest.mark.parametrize("value,text", [(330110001.0, "330110001"), (1101.0, "1101"), ("1101 ", "1101"), (2.5, "2.5")])
def test_a_code_that_is_kept_as_a_number_is_that_code(value, text):
    """A township's code in a field of numbers has nine digits, of which six were compared."""
    from onemap.plugin.core.indicators.measure_table import _is_one_of

    assert _is_one_of(value, [text]) and not _is_one_of(value, [text + "9"])


def test_coverage_of_five_thousand_buildings_against_brute_force():
    rng = np.random.default_rng(3)
    buildings, places = squares(rng, 5_000), shapely.points(rng.uniform(0, 6_000, (40, 2)) + (X, Y))
    targets = zone_targets(divisions(), places, 500.0)
    found = cut_places(buildings, targets)
    middle = shapely.get_coordinates(shapely.point_on_surface(buildings))
    gap = np.sqrt(((middle[:, None] - shapely.get_coordinates(places)[None]) ** 2).sum(axis=2)).min(axis=1)
    within = np.zeros(5_000, dtype=bool)
    within[found.row] = True
    differ = np.flatnonzero(within != (gap <= 500.0))
    assert len(differ) <= 2 and (np.abs(gap[differ] - 500.0) < 0.05).all()  # the circle is a polygon of 256 sides
    assert 500 < within.sum() < 4_500 and len(set(found.row.tolist())) == len(found.row)
    land = cut_sizes(buildings, targets, PLANE)
    inside = shapely.intersection(buildings, shapely.union_all(shapely.buffer(places, 500.0, quad_segs=64)))
    assert land.amount.sum() == pytest.approx(ellipsoidal_areas(inside, PLANE).sum(), abs=0.02)


def test_parts_of_divisions_sum_to_the_whole_and_a_border_counts_once():
    rng = np.random.default_rng(4)
    buildings = squares(rng, 800, 90.0)
    cut = cut_sizes(buildings, divisions(), PLANE, keep=True)
    whole = ellipsoidal_areas(shapely.intersection(buildings, shapely.union_all(divisions())), PLANE).sum()
    assert cut.amount.sum() == pytest.approx(whole, abs=0.05)
    assert len(cut.pieces) == len(cut.row) > 800  # those across the border have two pieces
    on_border = shapely.points([[X + 3_000, Y + 10], [X + 3_000, Y + 20]])
    assert cut_places(on_border, divisions()).target.tolist() == [0, 0]


def test_lengths_are_those_of_the_ellipsoid():
    lines = shapely.linestrings([[[X, Y], [X + 6_000, Y + 100]], [[X + 2_900, Y], [X + 3_100, Y]]])
    cut = cut_sizes(lines, divisions(), PLANE)
    move = Transformer.from_crs(PLANE, CRS.from_epsg(4490), always_xy=True)
    geod = Geod(a=6378137.0, rf=298.257222101)
    wanted = sum(geod.line_length(*move.transform(*shapely.get_coordinates(line).T)) for line in lines)
    assert cut.amount.sum() == pytest.approx(wanted, abs=1e-4) and len(cut.row) == 4
    assert sizes(shapely.points([[X, Y]]), PLANE).tolist() == [1.0]


def test_land_below_several_features_counts_once():
    rng = np.random.default_rng(5)
    pieces = np.concatenate([squares(rng, 300, 150.0, 2_000.0), squares(rng, 300, 10.0)])
    pieces = np.concatenate([pieces, pieces[:40]])
    wanted = ellipsoidal_areas([shapely.union_all(pieces)], PLANE)[0]
    assert counted_once(pieces, PLANE) == pytest.approx(wanted, abs=0.1)
    touching = shapely.box([X, X + 100], [Y, Y], [X + 100, X + 200], [Y + 100, Y + 100])
    assert counted_once(touching, PLANE) == pytest.approx(ellipsoidal_areas(touching, PLANE).sum(), abs=1e-9)
    assert counted_once(np.array([], dtype=object), PLANE) == 0.0


def test_a_zone_without_features_is_empty_and_a_huge_one_is_cut_in_windows():
    (left, right) = zone_targets(divisions(), np.array([], dtype=object), None)
    assert left.is_empty and right.is_empty
    angle = np.linspace(0, 2 * np.pi, 9_001)[:-1]
    radius = 2_500 + 40 * np.sin(300 * angle)
    star = shapely.Polygon(np.column_stack([X + 3_000 + radius * np.cos(angle), Y + 3_000 + radius * np.sin(angle)]))
    rng = np.random.default_rng(6)
    buildings = squares(rng, 400, 60.0)
    cut = cut_sizes(buildings, zone_targets(divisions(), np.array([star]), None), PLANE)
    assert cut.amount.sum() == pytest.approx(
        ellipsoidal_areas(shapely.intersection(buildings, star), PLANE).sum(), abs=0.05
    )
