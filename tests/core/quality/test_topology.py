"""The geometry checks against brute force on small made-up coverages, and against faults put in on purpose."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.errors import Cancelled
from onemap.plugin.core.land.pieces import objects
from onemap.plugin.core.quality.topology_areas import AreaRule, computed_areas, wrong_areas
from onemap.plugin.core.quality.topology_cover import Coverage
from onemap.plugin.core.quality.topology_edges import rim
from onemap.plugin.core.quality.topology_lines import dangles, line_overlaps, pseudo_nodes, self_crossings
from onemap.plugin.core.quality.topology_pairs import overlaps_between
from onemap.plugin.core.quality.topology_points import duplicate_points, points_outside
from onemap.plugin.core.quality.topology_shapes import (
    acute_angles,
    duplicate_vertices,
    invalid,
    limits_by_class,
    multipart,
    short_edges,
    smaller,
)
from pyproj import CRS

PLANE = CRS.from_epsg(4549)
X, Y = 500_000.0, 3_350_000.0


class Stopped:
    def isCanceled(self):
        return True


def shapes(*wkts):
    return objects([None if wkt is None else shapely.from_wkt(wkt) for wkt in wkts])


def mesh(random, n=6, side=100.0):
    """A coverage of n x n quadrangles that share all vertices, some with holes that another polygon fills."""
    corners = np.stack(np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij"), axis=-1) * side
    corners = corners + random.uniform(-0.3, 0.3, corners.shape) * side + (X, Y)
    found = []
    for i in range(n):
        for j in range(n):
            cell = shapely.Polygon([corners[i, j], corners[i + 1, j], corners[i + 1, j + 1], corners[i, j + 1]])
            if random.random() < 0.2:
                island = cell.centroid.buffer(8)
                cell = shapely.Polygon(cell.exterior, [island.exterior])
                found.append(island)
            found.append(cell if random.random() < 0.5 else cell.reverse())
    return found


def spoiled(random, cells):
    """The same with cells moved, doubled, taken away, a block pasted twice, and one cell over many."""
    cells = [shapely.affinity.translate(c, *random.uniform(-9, 9, 2)) if random.random() < 0.05 else c for c in cells]
    cells = [c for c in cells if random.random() > 0.06]
    cells += [cells[k] for k in random.integers(0, len(cells), int(random.integers(0, 3)))]
    if random.random() < 0.5:  # a whole block again, shifted: its inner edges agree with each other
        start = int(random.integers(0, len(cells) // 2))
        cells += [shapely.affinity.translate(c, 40, 30) for c in cells[start : start + 9]]
    if random.random() < 0.3:
        cells.append(shapely.Point(X + 300, Y + 300).buffer(random.uniform(5, 250)))
    return objects(cells)


def pairs(polygons):
    """{(a, b): area} of all overlaps, by force."""
    found = {}
    for a in range(len(polygons)):
        for b in range(a + 1, len(polygons)):
            area = shapely.area(shapely.intersection(polygons[a], polygons[b]))
            if area > 1e-3:
                found[a, b] = area
    return found


@pytest.mark.parametrize("seed", range(25))
def test_overlaps_and_gaps_are_those_of_brute_force(seed):
    random = np.random.default_rng(seed)
    polygons = spoiled(random, mesh(random))
    cover = Coverage(polygons)
    told = cover.overlaps(1e-3)
    expected = pairs(polygons)
    assert list(zip(told.rows.tolist(), told.others.tolist())) == sorted(expected)
    assert told.amounts == pytest.approx([expected[key] for key in sorted(expected)], abs=1e-6)
    land = shapely.union_all(polygons)
    frame = shapely.box(X - 2000, Y - 2000, X + 3000, Y + 3000)
    free = shapely.get_parts(shapely.difference(frame, land))
    holes = free[~shapely.intersects(free, frame.exterior)]
    gaps = cover.gaps(1e-3)
    assert gaps.amounts.sum() == pytest.approx(shapely.area(holes).sum(), abs=1e-3)
    assert len(gaps) == (shapely.area(holes) > 1e-3).sum()
    assert (gaps.rows == -1).all()  # a gap is a fault of the layer, not of a polygon beside it


@pytest.mark.parametrize("seed", range(10))
def test_coverage_of_a_district(seed):
    random = np.random.default_rng(100 + seed)
    polygons = spoiled(random, mesh(random))
    district = shapely.Point(X + 290, Y + 310).buffer(random.uniform(150, 330))
    district = shapely.difference(district, shapely.box(X + 250, Y + 260, X + 280, Y + 300))
    cover = Coverage(polygons)
    missing, beyond = cover.uncovered(district, 1e-3), cover.outside(district, 1e-3)
    land = shapely.union_all(polygons)
    assert missing.amounts.sum() == pytest.approx(shapely.area(shapely.difference(district, land)), abs=0.01)
    each = shapely.area(shapely.difference(polygons, district))
    assert beyond.rows.tolist() == np.flatnonzero(each > 1e-3).tolist()
    assert beyond.amounts == pytest.approx(each[each > 1e-3], abs=1e-6)


def test_a_clean_coverage_is_searched_at_its_rim_only_and_nothing_is_found():
    cells = objects(mesh(np.random.default_rng(7), 12))
    cover = Coverage(cells)
    assert len(cover.overlaps(0.0)) == len(cover.gaps(0.0)) == 0
    assert 0 < rim(cells).rows.sum() < len(cells) / 2
    assert len(cover.uncovered(shapely.union_all(cells), 1e-6)) == 0
    assert len(cover.outside(shapely.union_all(cells), 1e-6)) == 0


def test_a_parcel_that_is_there_a_thousand_times_is_told_with_bounded_work():
    cells = objects([shapely.box(X, Y, X + 10, Y + 10)] * 1000 + [shapely.box(X + 10, Y, X + 20, Y + 10)])
    told = Coverage(cells).overlaps(0.01)
    assert set(told.rows.tolist()) | set(told.others.tolist()) == set(range(1000)) and len(told) < 101_000


def test_what_lies_below_the_tolerance_is_counted_and_summed():
    cells = shapes("POLYGON((0 0,10 0,10 10,0 10,0 0))", "POLYGON((9.9 0,20 0,20 10,9.9 10,9.9 0))", None)
    told = Coverage(cells).overlaps(2.0)
    assert (len(told), told.small) == (0, 1) and told.small_amount == pytest.approx(1.0)


def test_a_cancel_is_heard():
    with pytest.raises(Cancelled):
        Coverage(objects(mesh(np.random.default_rng(3))), Stopped())


@pytest.mark.parametrize("seed", range(5))
def test_overlaps_between_two_layers(seed):
    random = np.random.default_rng(200 + seed)
    first, second = objects(mesh(random, 4)), spoiled(random, mesh(random, 4))
    second = np.append(
        second, [None, shapely.multipolygons(second[:2]) if second[0].disjoint(second[1]) else second[0]]
    )
    told = overlaps_between(first, second, 1e-3)
    for a in range(len(first)):
        for b in range(len(second)):
            area = 0.0 if second[b] is None else shapely.area(shapely.intersection(first[a], second[b]))
            mine = told.amounts[(told.rows == a) & (told.others == b)].sum()
            assert mine == pytest.approx(area if area > 1e-3 else 0.0, abs=2e-3)


def test_a_huge_polygon_is_cut_where_its_neighbours_lie():
    ring = np.linspace(0, 2 * np.pi, 20_001)[:-1]
    wide = shapely.Polygon(np.stack([np.cos(ring), np.sin(ring)], axis=1) * 5000 + (X, Y))
    small = [shapely.box(X + 4990 + dx, Y, X + 5000 + dx, Y + 10) for dx in range(0, 40, 5)]
    told = Coverage(objects([wide, *small])).overlaps(0.01)
    expected = pairs(objects([wide, *small]))
    assert dict(zip(zip(told.rows.tolist(), told.others.tolist()), told.amounts)) == pytest.approx(expected, abs=1e-5)


def test_invalid_geometries_are_told_with_reason_and_place():
    told = invalid(shapes(
        "POLYGON((0 0,10 10,10 0,0 10,0 0))", "POLYGON((0 0,5 0,5 5,0 5,0 0))", None, "POLYGON EMPTY",
        "POLYGON((0 0,9 0,9 9,0 9,0 0),(20 20,21 20,21 21,20 20))", "LINESTRING(1 1,1 1)",
    ))  # fmt: skip
    assert told.rows.tolist() == [0, 4, 5]
    assert told.notes.tolist()[:2] == ["Self-intersection", "Hole lies outside shell"]
    assert shapely.equals(told.geometries[0], shapely.Point(5, 5))


def test_acute_angles_are_told_inside_the_polygon_only():
    spike = "POLYGON((0 0,100 0,100 100,52 100,51 300,50 100,0 100,0 0))"
    notch = "POLYGON((0 0,100 0,100 100,52 100,51 10,50 100,0 100,0 0))"
    hole = "POLYGON((0 0,400 0,400 400,0 400,0 0),(10 10,12 10,11 300,10 10))"
    tongue = "POLYGON((0 0,400 0,400 400,0 400,0 0),(10 10,300 10,300 300,200 300,199 20,198 300,10 300,10 10))"
    both_ways = [shapely.from_wkt(wkt) for wkt in (spike, notch, hole, tongue)]
    polygons = objects(both_ways + [shapely.reverse(p) for p in both_ways])
    told = acute_angles(polygons, 10, 1e-4)
    assert list(zip(told.rows.tolist(), [p.wkt for p in told.geometries])) == [
        (0, "POINT (51 300)"), (3, "POINT (199 20)"), (4, "POINT (51 300)"), (7, "POINT (199 20)")
    ]  # fmt: skip
    assert told.amounts[0] == pytest.approx(2 * np.degrees(np.arctan(1 / 200)))


def test_an_angle_is_seen_through_doubled_vertices_and_at_the_start_of_a_ring():
    told = acute_angles(shapes("POLYGON((51 300,51 300.00005,50 100,0 0,99 0,52 100,51 300))"), 10, 1e-4)
    assert told.rows.tolist() == [0]
    lines = shapes("LINESTRING(0 0,100 0,0 1)", "LINESTRING(0 0,100 0,200 1)")
    assert acute_angles(lines, 10, 1e-4).rows.tolist() == [0]


@pytest.mark.parametrize("seed", range(5))
def test_angles_and_edges_are_those_of_a_plain_loop(seed):
    random = np.random.default_rng(seed)
    polygons = [shapely.Polygon(random.uniform(0, 10, (3, 2))) for _ in range(200)]
    expected = []
    for row, polygon in enumerate(polygons):
        xy = np.array(polygon.exterior.coords)[:-1]
        for k in range(3):
            u, v = xy[k - 1] - xy[k], xy[(k + 1) % 3] - xy[k]
            angle = np.degrees(np.arctan2(abs(u[0] * v[1] - u[1] * v[0]), u @ v))
            expected += [(row, angle)] if angle < 25 else []
    told = acute_angles(objects(polygons), 25, 1e-9)
    assert told.rows.tolist() == [row for row, _ in expected]
    assert told.amounts == pytest.approx([angle for _, angle in expected])


def test_duplicate_vertices_and_short_edges():
    wkt = "POLYGON((0 0,10 0,10 0.00005,10 10,9.99 10,0 10,0 0))"
    polygons = shapes(None, wkt, f"MULTIPOLYGON({wkt[7:]},((50 50,60 50,60 50,60 60,50 50)))")
    told = duplicate_vertices(polygons, 1e-4)
    assert told.rows.tolist() == [1, 2, 2] and told.geometries[2].wkt == "POINT (60 50)"
    edges = short_edges(polygons, 1e-4, 0.05)
    assert edges.rows.tolist() == [1, 2] and edges.amounts == pytest.approx(0.01)


def test_lines_and_rings_are_seen_in_collections_of_any_depth():
    line, ring = "(0 0,10 0,10 0.00005,0 1)", "((0 0,10 0,10 0.00005,10 10,0 10,0 0))"
    nested = shapes(
        f"LINESTRING{line}", f"GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(MULTILINESTRING({line})))",
        f"GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(LINESTRING{line})),POINT(1 1))",
        f"GEOMETRYCOLLECTION(MULTIPOLYGON({ring}),GEOMETRYCOLLECTION(POLYGON{ring}))", "GEOMETRYCOLLECTION EMPTY",
    )  # fmt: skip
    assert sorted(duplicate_vertices(nested, 1e-4).rows.tolist()) == [0, 1, 2, 3, 3]
    assert acute_angles(nested[:3], 10, 1e-3).rows.tolist() == [0, 1, 2]


def test_parts_and_small_features_by_class():
    polygons = shapes(
        "MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5)))", "POLYGON((0 0,10 0,10 10,0 10,0 0))", None
    )
    assert (multipart(polygons).rows.tolist(), multipart(polygons).amounts.tolist()) == ([0], [2])
    limits = limits_by_class(objects(["0101", "0702", "0101"]), {"07": 200.0, "01": 0.9}, 10.0)
    told = smaller(polygons, shapely.area(polygons), limits)
    assert (told.rows.tolist(), told.amounts.tolist()) == ([1], [100.0])


def test_lines():
    lines = shapes(
        "LINESTRING(0 0,10 0)", "LINESTRING(10 0,20 0)", "LINESTRING(20 0,20 10)", "LINESTRING(20 0,30 0)",
        "LINESTRING(30 0,30 -10,15 -10,15 0)", "LINESTRING(100 0,110 10,110 0,100 10)", "LINESTRING(12 0,18 0,18 5)",
        "MULTILINESTRING((200 0,210 0,210 10,200 10,200 0))", None,
    )  # fmt: skip
    ends = dangles(lines, 1e-3)
    assert sorted(zip(ends.rows.tolist(), [p.wkt for p in ends.geometries])) == [
        (0, "POINT (0 0)"), (2, "POINT (20 10)"), (5, "POINT (100 0)"), (5, "POINT (100 10)"), (6, "POINT (18 5)"),
    ]  # fmt: skip
    held = dangles(lines, 1e-3, shapes("POLYGON((-5 -5,0 -5,0 5,-5 5,-5 -5))"))
    assert sorted(held.rows.tolist()) == [2, 5, 5, 6]
    nodes = pseudo_nodes(lines, 1e-3)
    assert sorted(zip(nodes.rows.tolist(), nodes.others.tolist())) == [(0, 1), (3, 4)]
    assert len(pseudo_nodes(lines, 1e-3, objects(list("abbbccccc")))) == 0
    crossed = self_crossings(lines)
    assert (crossed.rows.tolist(), crossed.geometries[0].wkt) == ([5], "POINT (105 5)")
    over = line_overlaps(lines, 1e-3)
    assert list(zip(over.rows.tolist(), over.others.tolist(), over.amounts)) == [(1, 6, 6.0)]


def test_a_line_that_runs_back_over_itself():
    told = self_crossings(shapes("LINESTRING(0 0,10 0,4 0,4 8)"))
    assert told.amounts.max() == pytest.approx(6.0)


def test_a_line_that_ends_on_itself_does_not_dangle_there():
    told = dangles(shapes("LINESTRING(0 0,10 0,10 10,5 0)"), 1e-3)
    assert [p.wkt for p in told.geometries] == ["POINT (0 0)"]


def test_points():
    spots = shapes("POINT(0 0)", "POINT(0.0005 0)", "POINT(5 5)", None, "MULTIPOINT((0 0),(9 9))", "POINT(30 5)")
    told = duplicate_points(spots, 1e-3)
    assert list(zip(told.rows.tolist(), told.others.tolist())) == [(1, 0), (4, 0)]
    square = shapes("POLYGON((0 0,10 0,10 10,0 10,0 0))")
    beyond = points_outside(spots, square, 1e-3)
    assert (beyond.rows.tolist(), beyond.amounts.tolist()) == ([5], [20.0])
    assert np.isinf(points_outside(spots, objects([]), 1e-3).amounts).all()


def test_stated_areas_against_computed_ones():
    cells = objects([shapely.box(X + 90_000, Y + k * 1000, X + 91_000, Y + 900 + k * 1000) for k in range(4)] + [None])
    areas = computed_areas(cells, PLANE, "statutory")
    assert areas[:4] != pytest.approx(computed_areas(cells, PLANE, "projected")[:4], abs=0.5)
    stated = areas + (0.0, 1.0, -1.01, np.nan, 5.0)
    told = wrong_areas(cells, stated, areas, AreaRule(absolute=1.0))
    assert told.rows.tolist() == [2, 3] and told.amounts[0] == pytest.approx(-1.01) and np.isnan(told.amounts[1])
    assert wrong_areas(
        cells, stated / 10_000, areas, AreaRule(absolute=0.5, relative=1e-6, square_metres=1e4)
    ).rows.tolist() == [1, 2, 3]
    assert wrong_areas(cells, stated, areas, AreaRule(relative=0.01)).rows.tolist() == [3]


def test_nothing_is_found_where_there_is_nothing():
    none, empty = objects([]), objects([None, shapely.Polygon()])
    for geometries in (none, empty):
        found = [
            invalid(geometries), multipart(geometries), smaller(geometries, np.zeros(len(geometries)), np.full(len(geometries), 9.0)),
            duplicate_vertices(geometries, 1e-4), short_edges(geometries, 1e-4, 0.1), acute_angles(geometries, 10, 1e-4),
            Coverage(geometries).overlaps(0.0), Coverage(geometries).gaps(0.0), overlaps_between(geometries, none, 0.0),
            dangles(geometries, 1e-3), pseudo_nodes(geometries, 1e-3), self_crossings(geometries), line_overlaps(geometries, 1e-3),
            duplicate_points(geometries, 1e-3), points_outside(geometries, none, 1e-3),
        ]  # fmt: skip
        assert [len(one) for one in found] == [0] * len(found)
        whole = Coverage(geometries).uncovered(shapely.box(0, 0, 5, 5), 0.0)
        assert (whole.rows.tolist(), whole.amounts.tolist()) == ([-1], [25.0])
        assert len(Coverage(geometries).outside(shapely.box(0, 0, 5, 5), 0.0)) == 0
