"""Bad geometry is repaired and listed, or left out and listed; never lost."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land.repair import make_usable
from onemap.plugin.core.review.run import unique_keys

BOW = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
SPIKE = shapely.Polygon([(0, 0), (10, 0), (5, 0)])
NAN = shapely.Polygon([(0, 0), (np.nan, 0), (1, 1)])
INF = shapely.Polygon([(0, 0), (np.inf, 0), (1, 1)])


def test_everything_is_used_or_listed():
    given = [
        shapely.box(0, 0, 1, 1),
        None,
        shapely.Polygon(),
        BOW,
        SPIKE,
        NAN,
        INF,
        shapely.Point(1, 1),
        shapely.LineString([(0, 0), (1, 1)]),
    ]
    usable = make_usable(given, np.arange(len(given)), "layer")
    codes = {s.fid: s.code for s in usable.skipped}
    assert codes == {
        1: "geometry_null",
        2: "geometry_empty",
        4: "geometry_collapsed",
        5: "geometry_not_finite",
        6: "geometry_not_finite",
        7: "geometry_not_polygon",
        8: "geometry_line",
    }
    assert usable.mask.tolist() == [i not in codes for i in range(len(given))]
    assert [r.fid for r in usable.repairs] == [3, 4]
    assert usable.geometries[3].area == pytest.approx(50)
    assert usable.repairs[0].area_after_m2 == pytest.approx(50)


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("limits", [None, (-9.0, -9.0, 99.0, 99.0)])
def test_a_number_that_is_none_is_seen_wherever_it_stands(number, limits):
    ring = [(0, 0), (9, 0), (9, 9), (0, 9), (0, 0)]
    given = [
        shapely.Polygon(ring, [[(5, 1), (6, number), (5, 1), (5, 1)]]),
        shapely.Polygon([*ring[:2], (number, 9), *ring[3:]]),
        shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.Polygon([*ring[:2], (9, number), *ring[3:]])]),
        shapely.LineString([(0, 0), (number, 1), (2, 2)]),
        shapely.MultiPoint([(1, 1), (2, number)]),
        shapely.GeometryCollection([shapely.box(0, 0, 1, 1), shapely.Point(1, number)]),
    ]
    for polygons_only in (True, False):
        usable = make_usable(given, np.arange(len(given)), "layer", polygons_only, limits)
        assert {s.code for s in usable.skipped} == {"geometry_not_finite"} and not usable.mask.any()


def test_the_given_array_is_not_changed():
    given = np.array([BOW, None], dtype=object)
    make_usable(given, [1, 2], "layer")
    assert given[0] is BOW


def test_a_collection_keeps_its_polygons():
    mixed = shapely.GeometryCollection(
        [shapely.box(0, 0, 1, 1), shapely.LineString([(0, 0), (5, 5)]), shapely.box(3, 3, 4, 4)]
    )
    usable = make_usable([mixed], [1], "layer")
    assert usable.geometries[0].geom_type == "MultiPolygon" and usable.geometries[0].area == 2


@pytest.mark.parametrize("levels", [1, 2, 3, 4])
def test_a_collection_within_collections_keeps_its_polygons(levels):
    inner = shapely.multipolygons([shapely.box(0, 0, 1, 1), shapely.box(3, 3, 4, 4)])
    for _ in range(levels):
        inner = shapely.geometrycollections([inner, shapely.Point(9, 9)])
    usable = make_usable([inner], [1], "layer")
    assert usable.mask.all() and usable.geometries[0].geom_type == "MultiPolygon" and usable.geometries[0].area == 2


def test_a_collection_of_which_no_polygon_remains_is_left_out_and_listed():
    usable = make_usable([shapely.GeometryCollection([SPIKE, shapely.LineString([(0, 0), (5, 5)])])], [1], "layer")
    assert [s.code for s in usable.skipped] == ["geometry_collapsed"] and not usable.mask.any()
    assert usable.geometries[0] is None


def test_polygons_of_a_collection_that_overlap_are_repaired_and_listed():
    """As a collection they are valid; as a multipolygon their common land would count twice."""
    given = shapely.GeometryCollection([shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3)])
    usable = make_usable([given], [7], "layer")
    assert usable.mask.all() and shapely.is_valid(usable.geometries[0]) and usable.geometries[0].area == 7
    assert [(r.fid, r.area_before_m2, r.area_after_m2) for r in usable.repairs] == [(7, 8, 7)]


def test_lines_and_points_pass_where_they_are_wanted():
    usable = make_usable([shapely.Point(1, 1)], [1], "layer", polygons_only=False)
    assert usable.mask.all()


def test_keys_are_made_unique_and_told():
    keys, twice = unique_keys(["A", "A", None, " ", 7], [1, 2, 3, 4, 5])
    assert keys == ["A", "A#2", "fid 3", "fid 4", "7"]
    assert twice == ["A"]


def test_what_lies_off_the_plane_is_listed():
    usable = make_usable(
        [shapely.box(0, 0, 1, 1), shapely.box(0, 0, 1e9, 1)], [1, 2], "layer", limits=(-3e6, -1e7, 3e6, 1e7)
    )
    assert [(s.fid, s.code) for s in usable.skipped] == [(2, "geometry_off_plane")]
