"""Pieces keep together what belongs together; parts close to their whole; zones, lengths and boxes on their borders."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land.boxes import diagonals, grown
from onemap.plugin.core.land.lengths import limit_metres, metres
from onemap.plugin.core.land.pieces import Origin, joined, objects, piece_table
from onemap.plugin.core.land.remarks import invalidity
from onemap.plugin.core.land.repair import make_usable, polygon_parts
from onemap.plugin.core.land.rounding import closed, half_up, hectares, mu, plain
from onemap.plugin.core.land.zones import zone_width


def table(projects, rule=0, **more):
    return piece_table(
        projects, [shapely.Point(p, rule) for p in projects], Origin(rule, **more), area=[10.0 * p for p in projects]
    )


def test_joined_tables_are_in_the_order_of_their_projects_and_rows_stay_whole():
    whole = joined([table([3, 1], 1), table([]), table([2, 1], 7, fid=np.array([20, 10]), label=["b", "a"])])
    assert whole.project.tolist() == [1, 1, 2, 3] and whole.rule.tolist() == [1, 7, 7, 1]
    assert whole.area.tolist() == [10, 10, 20, 30] and [g.x for g in whole.geometry] == [1, 1, 2, 3]
    assert whole.fid.tolist()[1:3] == [10, 20] and whole.label.tolist()[1:3] == ["a", "b"]
    some = whole.take(whole.rule == 7)
    assert len(some) == 2 and some.project.tolist() == [1, 2] and len(joined([])) == 0
    assert joined([table([2, 1])]).project.tolist() == [1, 2]


def test_single_values_stand_for_every_row_and_nobody_is_known():
    bare = piece_table([4, 5], [None, None])
    assert (
        np.isnan(bare.gap).all() and np.isnan(bare.area).all() and len(set(bare.fid.tolist())) == 1 and bare.fid[0] < 0
    )
    assert objects(["a", (1, 2)]).shape == (2,)


@pytest.mark.parametrize(
    "parts, whole, wanted",
    [
        ([1.004, 1.004, 1.004], 3.01, [1.01, 1.0, 1.0]),
        ([1.006, 2.006, 3.006], 6.02, [1.01, 2.0, 3.01 - 0.0]),
        ([5.0, 1.0], 6.0, [5.0, 1.0]),
        ([0.001, 0.001], 0.0, [0.0, 0.0]),
        ([2.0, 1.0], 3.05, [2.03, 1.02]),
        ([2.0, 1.0], 2.95, [1.97, 0.98]),
        ([7.0], 7.03, [7.03]),
    ],
)
def test_what_rounding_leaves_over_goes_to_the_largest(parts, whole, wanted):
    found = closed(parts, [0] * len(parts), [whole])
    assert found.sum() == pytest.approx(whole, abs=1e-9)
    if parts != [1.006, 2.006, 3.006]:
        assert found.tolist() == pytest.approx(wanted, abs=1e-9)
    else:
        assert found[2] == pytest.approx(3.0) and found[:2].tolist() == pytest.approx([1.01, 2.01])


def test_the_same_part_gets_the_cent_in_whatever_order_parts_come():
    parts = np.array([0.0212, 0.0249, 0.0231, 0.0249 - 1e-6])  # all 0.02 when rounded; together 0.09
    for order in ([0, 1, 2, 3], [3, 2, 1, 0], [2, 3, 1, 0]):
        assert closed(parts[order], [0] * 4, [0.09])[np.argsort(order)].tolist() == [0.02, 0.03, 0.02, 0.02]


def test_groups_are_closed_by_themselves():
    found = closed([1.004, 5.0, 1.004], [1, 0, 1], [5.01, 2.02])
    assert found.tolist() == pytest.approx([1.01, 5.01, 1.01])


@pytest.mark.parametrize(
    "value, decimals, rounded",
    [
        (0.005, 2, 0.01),
        (1.005, 2, 1.01),
        (-1.005, 2, -1.01),
        (2.5, 0, 3),
        (0.0049999, 2, 0.0),
        (1234.5, 0, 1235),
        (0.00005, 4, 0.0001),
    ],
)
def test_half_goes_away_from_zero(value, decimals, rounded):
    assert half_up(value, decimals) == rounded and half_up(np.array([value]), decimals)[0] == rounded


@pytest.mark.parametrize(
    "value,shown",
    [(1_234_567, "1,234,567"), (1e6, "1,000,000"), (330110001.0, "330,110,001"), (66_666.67, "66,666.67"),
     (0.1 + 0.2, "0.3"), (1e-5, "0.00001"), (-0.0, "0"), (12.50, "12.5")],
)  # fmt: skip
def test_a_number_is_written_with_all_its_digits(value, shown):
    assert plain(value, grouped=True) == shown and plain(value) == shown.replace(",", "")


def test_hectares_and_mu():
    assert (
        hectares(12_345.0) == 1.2345
        and mu(10_000.0) == 15.0
        and hectares(0.5) == 0.0001
        and mu(3.0) == 0.0
        and mu(3.4) == 0.01
    )


@pytest.mark.parametrize(
    "zone, width", [(None, None), (12, None), (13, 6), (23, 6), (24, None), (25, 3), (45, 3), (46, None), (0, None)]
)
def test_the_width_of_a_zone_by_its_number(zone, width):
    assert zone_width(zone) == width


@pytest.mark.parametrize(
    "text, value, limit",
    [("24", 24, 24), ("≤24.5 m", 24.5, 24.5), ("18-24米", None, 24), ("24～18m", None, 24), ("80 ft", 24.384, 24.384), ("限高24米以下", 24, 24), ("不高于12m", 12, 12), ("建筑高度不得超过 18 米", 18, 18), ("高于12m", None, None), ("约18", None, None), (True, None, None),
     (None, None, None), (7, 7, 7), (float("nan"), None, None), ("高", None, None), ("-3", -3, -3), ("", None, None)],
)  # fmt: skip
def test_heights_as_offices_type_them(text, value, limit):
    assert metres(text) == (None if value is None else pytest.approx(value)) and limit_metres(text) == (
        None if limit is None else pytest.approx(limit)
    )


def test_boxes_grow_on_every_side_and_have_diagonals():
    assert grown((1, 2, 3, 4), 0.5) == (0.5, 1.5, 3.5, 4.5)
    assert shapely.get_coordinates(diagonals(np.array([(1.0, 2, 3, 4)]))).tolist() == [[1, 2], [3, 4]]


# --- what can be used -------------------------------------------------------------------------------------------------

BOW = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])


def used(geometry, **options):
    found = make_usable([geometry], np.array([7]), "图层", **options)
    return found.geometries[0], [(s.fid, s.code) for s in found.skipped], found


@pytest.mark.parametrize(
    "geometry, code",
    [
        (None, "geometry_null"), (shapely.Polygon(), "geometry_empty"), (shapely.Point(1, 1), "geometry_not_polygon"),
        (shapely.LineString([(0, 0), (1, 1)]), "geometry_line"), (shapely.Polygon([(0, 0), (1, np.inf), (1, 0)]), "geometry_not_finite"),
        (shapely.Polygon([(0, 0), (1, 1), (0, 0)]), "geometry_collapsed"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_says_why(geometry, code):
    kept, skipped, found = used(geometry)
    assert kept is None and skipped == [(7, code)] and not found.mask[0] and found.skipped[0].layer == "图层"


def test_a_bow_tie_is_repaired_and_told_with_its_areas():
    kept, skipped, found = used(BOW)
    (repair,) = found.repairs
    assert kept.area == 50 and skipped == [] and found.mask[0] and (repair.fid, repair.layer) == (7, "图层")
    assert (
        repair.area_after_m2 == 50
        and repair.area_before_m2 == shapely.area(BOW)
        and repair.why("zh") == "边界自相交"
        and repair.place == "[5 5]"
    )


def test_every_reason_for_which_a_shape_is_not_valid_has_a_text_in_both_languages():
    box = shapely.box(0, 0, 9, 9)
    hole, inner, outside = ([*shapely.box(a, a, b, b).exterior.coords] for a, b in ((1, 5), (2, 3), (20, 21)))
    cut = [[(0, 4), (4, 0), (9, 5), (5, 9)]]
    shapes = [
        BOW, shapely.Polygon(box.exterior, [outside]), shapely.Polygon(box.exterior, [hole, inner]),
        shapely.Polygon(box.exterior, cut), shapely.MultiPolygon([box, shapely.box(1, 1, 2, 2)]),
        shapely.MultiPolygon([box, box]), shapely.Polygon([(0, 0), (2, 2), (0, 4), (2, 2), (0, 0)]), shapely.Polygon([(0, 0), (1, 1), (0, 0)]),
        shapely.Polygon([(0, 0), (4, 0), (4, 4), (2, 0), (0, 4)]), shapely.Polygon([(0, 0), (1, np.nan), (1, 0)]),
    ]  # fmt: skip
    said = {why.split("[")[0] for why in shapely.is_valid_reason(shapes)}
    assert len(said) >= 6 and "Valid Geometry" not in said
    for why in said:
        assert invalidity(f"{why}[0 0]").code, why


@pytest.mark.parametrize(
    "limits, is_beyond",
    [
        ((0, 0, 10, 10), False),
        ((1, 0, 10, 10), True),
        ((0, 1, 10, 10), True),
        ((0, 0, 9, 10), True),
        ((0, 0, 10, 9), True),
    ],
)
def test_what_reaches_beyond_the_plane_is_left_out(limits, is_beyond):
    assert used(shapely.box(0, 0, 10, 10), limits=limits)[1] == ([(7, "geometry_off_plane")] if is_beyond else [])


def test_only_the_polygons_of_a_collection_are_kept():
    mixed = shapely.GeometryCollection([shapely.box(0, 0, 1, 1), shapely.Point(5, 5)])
    assert used(mixed)[0].equals(shapely.box(0, 0, 1, 1)) and used(mixed, polygons_only=False)[0] is not None
    assert used(shapely.Point(1, 1), polygons_only=False)[0] == shapely.Point(1, 1)
    nested = shapely.GeometryCollection(
        [shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1)]), shapely.LineString([(0, 0), (9, 9)])]
    )
    assert polygon_parts(nested).area == 2 and polygon_parts(shapely.Point(0, 0)).is_empty


def test_many_parts_that_all_round_up_still_sum_to_their_whole():
    parts = closed([0.005] * 200, [0] * 200, [1.0])
    assert half_up(parts.sum()) == 1.0 and set(parts.tolist()) == {0.0, 0.01}
    assert closed([1.0, 1.0, 3.0], [0, 0, 1], [0.5, 3.0]).tolist() == [0.25, 0.25, 3.0]


def test_cents_where_nobody_says_how_many_decimals():
    assert half_up(1.005) == 1.01 and half_up(np.array([1.0049, -1.005])).tolist() == [1.0, -1.01]
