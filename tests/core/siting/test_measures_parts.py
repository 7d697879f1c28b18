"""Measures of sites batch by batch: a nearer feature of a later batch counts, classes add up, counts keep to their radius."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land.area import statutory_areas
from onemap.plugin.core.land.crs import plane_for_longitude
from onemap.plugin.core.review.projects import Projects
from onemap.plugin.core.siting.divide import divided, short_lines
from onemap.plugin.core.siting.measures import ClassAreas, Classes, Count, Distance, Nearest, Overlap, compactness

X, Y = 500_000.0, 3_350_000.0
PLANE = plane_for_longitude(120)


def box(left, low, right, top):
    return shapely.box(X + left, Y + low, X + right, Y + top)


def candidates(*shapes):
    shapes = np.array(shapes, dtype=object)
    return Projects([f"K{n}" for n in range(len(shapes))], shapes, statutory_areas(shapes, PLANE))


SITE, OTHER = box(0, 0, 100, 100), box(1000, 0, 1100, 100)


def point(x, y):
    return shapely.Point(X + x, Y + y)


def test_a_nearer_feature_of_a_later_batch_counts_also_below_a_metre():
    measure = Distance(candidates(SITE, OTHER))
    measure.add(np.array([point(100.8, 50), point(1200, 50)]))
    assert measure.finish().tolist() == pytest.approx([0.8, 100])
    measure.add(np.array([point(100.3, 50)]))
    assert measure.finish().tolist() == pytest.approx([0.3, 100])
    measure.add(np.array([point(50, 50)]))
    measure.add(np.array([point(900, 50)]))
    measure.add(np.array([], dtype=object))
    assert measure.finish().tolist() == pytest.approx([0, 100])
    measure.add(np.array([point(999, 50)]))
    assert measure.finish().tolist() == pytest.approx([0, 1])


def test_nearest_of_lines_holes_and_nothing():
    ring = box(-500, -500, 1500, 600).difference(box(-400, -400, 1400, 500))
    found = Nearest(np.array([ring], dtype=object)).metres(
        np.array([SITE, OTHER, box(1450, 0, 1460, 10)], dtype=object)
    )
    assert found.tolist() == pytest.approx([400, 300, 0])
    assert np.isinf(Nearest(np.array([], dtype=object)).metres(np.array([SITE]))).all()
    inside = Nearest(np.array([box(-10, -10, 200, 200)])).metres(np.array([SITE]))
    assert inside.tolist() == [0]


def test_features_within_a_radius_are_counted_to_its_end():
    measure = Count(candidates(SITE, OTHER), 50.0)
    measure.add(
        np.array([point(150, 50), point(150.1, 50), point(50, 50), point(-30, -40), point(-31, -40), point(1100, 150)])
    )
    measure.add(np.array([point(960, 50)]))
    assert measure.finish().tolist() == [3, 2]


def test_overlaps_are_united_between_batches_and_never_exceed_the_site():
    measure = Overlap(candidates(SITE, OTHER), PLANE)
    measure.add(np.array([box(-50, 0, 60, 100), box(40, 0, 80, 100)]))
    measure.add(np.array([box(0, 0, 30, 100), box(1050, 0, 1060, 100)]))
    whole = statutory_areas([SITE, box(0, 0, 80, 100), box(1050, 0, 1060, 100)], PLANE)
    assert measure.finish().tolist() == pytest.approx([whole[1], whole[2]], abs=0.011)
    measure.add(np.array([box(-50, -50, 200, 200)]))
    assert measure.finish()[0] == whole[0]
    assert Overlap(candidates(SITE), PLANE).finish().tolist() == [0]


def test_classes_of_several_batches_are_summed_by_code():
    measure = Classes(candidates(SITE, OTHER), PLANE)
    measure.add(np.array([box(0, 0, 30, 100), box(30, 0, 60, 100)]), np.array(["01", "02"], dtype=object))
    measure.add(np.array([box(60, 0, 80, 100), box(1000, 0, 1100, 50), box(80, 0, 100, 100), box(1000, 50, 1100, 100)]),
                np.array(["01", "03", "", None], dtype=object))  # fmt: skip
    found = measure.finish()
    assert found.dominant().tolist() == ["01", "03"]
    assert list(zip(found.owners.tolist(), found.codes.tolist())) == [(0, "01"), (0, "02"), (1, "03")]
    assert found.areas.tolist() == pytest.approx([5000, 3000, 5000], rel=1e-4)
    assert found.mean({"01": 100.0, "02": 20.0, "03": 7.0}.get).tolist() == pytest.approx([70, 7])
    some = found.mean(lambda code: np.nan if code == "01" else 4.0)
    assert some.tolist() == [4, 4] and np.isnan(found.mean(lambda code: np.nan)).all()
    nothing = Classes(candidates(SITE), PLANE).finish()
    assert nothing.dominant().tolist() == [None] and np.isnan(nothing.mean(lambda code: 1.0)).all()


def test_of_equal_classes_the_first_code_is_shown():
    areas = ClassAreas(
        np.array([0, 0, 1]), np.array(["02", "01", "09"], dtype=object), np.array([5.0, 5.0, 1.0]), np.ones(3)
    )
    assert areas.dominant().tolist() == ["01", "09", None]


def test_compactness_of_known_shapes():
    circle = shapely.buffer(shapely.Point(0, 0), 100, quad_segs=200)
    assert compactness(np.array([shapely.box(0, 0, 5, 5), shapely.box(0, 0, 1, 9), circle])) == pytest.approx(
        [np.pi / 4, 4 * np.pi * 9 / 400, 1], rel=1e-4
    )


def ragged(vertices):
    turn = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    return shapely.Polygon(np.stack([1000 * np.cos(turn), 1000 * np.sin(turn)], axis=1))


def test_only_polygons_of_many_vertices_are_cut_and_the_rest_keeps_its_place():
    shapes = np.array(
        [
            shapely.LineString(np.random.default_rng(1).random((2000, 2))),
            ragged(998),
            ragged(5000),
            shapely.Point(1, 1),
        ],
        dtype=object,
    )
    pieces, owners = divided(shapes)
    assert owners[:3].tolist() == [0, 1, 3] and set(owners[3:].tolist()) == {2} and len(owners) >= 3 + 6
    assert pieces[0] is shapes[0] and pieces[1] is shapes[1] and pieces[2] is shapes[3]


@pytest.mark.parametrize("edges, parts", [(24, 1), (25, 2), (48, 2), (49, 3)])
def test_lines_are_cut_every_24_edges(edges, parts):
    line = shapely.LineString([(n, 0) for n in range(edges + 1)])
    found = short_lines(np.array([line, shapely.LineString([(0, 5), (1, 5)])]))
    assert len(found) == parts + 1 and shapely.length(found).sum() == edges + 1
    assert sorted(shapely.get_num_coordinates(found) - 1) == sorted([1, *[24] * (parts - 1), edges - 24 * (parts - 1)])


def test_shapes_that_meet_are_no_distance_apart():
    """Metres of arithmetic may be a rounding off 0 where an edge ends on another: those that meet are 0 apart."""
    dice = np.random.default_rng(5)
    triangles = shapely.polygons(dice.uniform(0, 1000, (300, 3, 2)) + 3_000_000)
    along = dice.uniform(0, 1, 300)
    ends = shapely.line_interpolate_point(shapely.boundary(triangles), along, normalized=True)
    starts = shapely.points(dice.uniform(0, 1000, (300, 2)) + 3_000_000)
    for triangle, one, other in zip(triangles, ends, starts):
        road = shapely.LineString([one, other])
        for feature in (road, shapely.Polygon([*road.coords, (3_000_000.0, 2_000_000.0)])):
            (metres,) = Nearest(np.array([feature], dtype=object)).metres(np.array([triangle], dtype=object))
            assert metres == (0 if shapely.intersects(triangle, feature) else shapely.distance(triangle, feature))


def test_a_site_of_two_parts_lies_in_a_polygon_with_either():
    """No edge of the polygon is near, one part lies in it; around a hole the way is to the edge of the hole."""
    land = np.array([box(0, 0, 1000, 1000).difference(box(400, 400, 600, 600))], dtype=object)
    away, inside, hole = box(2000, 0, 2010, 10), box(100, 100, 110, 110), box(490, 490, 510, 510)
    sites = np.array([shapely.MultiPolygon([away, inside]), away, inside, hole], dtype=object)
    assert Nearest(land).metres(sites).tolist() == [0.0, 1000.0, 0.0, 90.0]
