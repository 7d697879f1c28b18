"""Boxes side by side: what meets, what lies within, what both share; and the padded rings of shells."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land.shells import BLOCK, Boxes, boxes_of, runs, shells


def boxes(*rows):
    return Boxes(*np.array(rows, dtype=float).T)


ONE = (0, 0, 10, 10)


@pytest.mark.parametrize(
    "other, meets, lies_within",
    [
        ((2, 2, 8, 8), True, True),
        ((0, 0, 10, 10), True, True),
        ((10, 2, 12, 8), True, False),
        ((10.1, 2, 12, 8), False, False),
        ((-5, 2, 0, 8), True, False),
        ((-5, 2, -0.1, 8), False, False),
        ((2, 10, 8, 12), True, False),
        ((2, 10.1, 8, 12), False, False),
        ((2, -5, 8, 0), True, False),
        ((2, -5, 8, -0.1), False, False),
        ((-1, 2, 8, 8), True, False),
        ((2, -1, 8, 8), True, False),
        ((2, 2, 11, 8), True, False),
        ((2, 2, 8, 11), True, False),
        ((np.nan, np.nan, np.nan, np.nan), False, False),
    ],
)
def test_boxes_that_meet_and_boxes_within(other, meets, lies_within):
    assert boxes(ONE).meet(boxes(other))[0] == boxes(other).meet(boxes(ONE))[0] == meets
    assert boxes(other).within(boxes(ONE))[0] == lies_within


def test_what_boxes_share_and_how_they_grow():
    shared = boxes(ONE).shared(boxes((5, -5, 15, 5)))
    assert [side[0] for side in (shared.left, shared.low, shared.right, shared.top)] == [5, 0, 10, 5]
    grown = boxes(ONE, (1, 2, 3, 4)).grown(0.5).take(np.array([1]))
    assert [side[0] for side in (grown.left, grown.low, grown.right, grown.top)] == [0.5, 1.5, 3.5, 4.5]


def test_runs_number_what_they_hold():
    run, number = runs(np.array([5, 9, 0]), np.array([2, 0, 3]))
    assert run.tolist() == [0, 0, 2, 2, 2] and number.tolist() == [5, 6, 0, 1, 2]


def test_shells_hold_single_polygons_counter_clockwise_and_padded():
    clockwise = shapely.Polygon([(0, 0), (0, 4), (4, 4), (4, 0)])
    holed = shapely.Polygon(
        [(10, 0), (20, 0), (20, 10), (10, 10)], [[(12, 2), (14, 2), (14, 4)], [(16, 6), (18, 6), (18, 8)]]
    )
    many = shapely.MultiPolygon([clockwise, holed])
    tiny = shapely.box(0, 0, 0.03, 0.03)  # 9 cm2
    found = shells(np.array([clockwise, None, many, holed, tiny, shapely.Point(0, 0)], dtype=object))
    assert found.usable.tolist() == [True, False, False, True, False, False]
    assert found.owner.tolist() == [0, 3, 3, 3, 4] and found.edges.tolist() == [4, 4, 3, 3, 4]
    assert found.block.tolist()[:4] == [0, 1, 1, 1] and found.blocks.tolist() == [1, 0, 0, 3, 1, 0]
    assert found.start[1] == BLOCK and found.hole_count.tolist() == [0, 0, 0, 2, 0, 0]
    assert found.hole_ring.tolist() == [2, 3]
    ring = np.column_stack([found.x[:5], found.y[:5]])
    assert shapely.is_ccw(shapely.linearrings(ring)) and np.isnan(found.x[5:BLOCK]).all()
    edge = np.array([0, BLOCK - 1, BLOCK, 2 * BLOCK - 1, 2 * BLOCK])
    assert found.ring_of_edge(edge).tolist() == [0, 0, 1, 1, 2]
    assert found.is_of_hole(edge).tolist() == [False, False, False, False, True]
    hole = np.column_stack([found.x, found.y])[2 * BLOCK : 2 * BLOCK + 4]
    assert not shapely.is_ccw(shapely.linearrings(hole)), "land lies to the left of every edge"
    assert shapely.box(*(side[3] for side in (found.box.left, found.box.low, found.box.right, found.box.top))).equals(
        shapely.box(10, 0, 20, 10)
    )
    asked = np.array([3, 3, 0, 3])
    near = boxes((13, 3, 13.5, 3.5), (10, 8, 12, 10), ONE, (17, 7, 30, 30))
    assert [row.tolist() for row in found.holes_within(asked, near)] == [[0, 3], [0, 1]]
    owner, block = found.blocks_within(np.array([3]), boxes((19, -1, 21, 11)))
    assert owner.tolist() == [0] and block.tolist() == [1]


def test_boxes_of_nothing_meet_nothing():
    found = boxes_of(np.array([shapely.box(*ONE), shapely.Polygon()], dtype=object))
    assert found.meet(boxes(ONE, ONE)).tolist() == [True, False]


def test_the_smallest_land_whose_sides_can_be_told_is_ten_square_centimetres():
    sizes = np.array([shapely.box(0, 0, 0.0316, 0.0316), shapely.box(0, 0, 0.0317, 0.0317)])
    assert shells(sizes).usable.tolist() == [False, True]


def test_a_multipolygon_of_one_part_is_cut_as_that_part():
    square, far = shapely.box(0, 0, 10, 10), shapely.box(50, 50, 60, 60)
    geometries = np.array([square, shapely.multipolygons([square]), shapely.multipolygons([square, far]), None])
    made = shells(geometries)
    assert made.usable.tolist() == [True, True, False, False]
    assert made.owner.tolist() == [0, 1]
    assert np.array_equal(made.x[: made.start[1]], made.x[made.start[1] : -1], equal_nan=True)
    assert shapely.get_type_id(geometries).tolist() == [3, 6, 6, -1], "what was given stays as it was"


def test_a_ring_that_fills_its_blocks_is_padded_with_one_more():
    corners = shapely.get_coordinates(shapely.Point(0, 0).buffer(9, quad_segs=3 * BLOCK))
    found = shells(np.array([shapely.Polygon(corners[::-1]), shapely.Polygon(corners)], dtype=object))
    assert found.edges.tolist() == [12 * BLOCK] * 2 and found.blocks.tolist() == [13, 13]
    assert np.isnan(found.dx[12 * BLOCK : 13 * BLOCK]).all()
    one, other = (slice(start, start + 12 * BLOCK + 1) for start in found.start)
    assert set(zip(found.x[one], found.y[one])) == set(zip(found.x[other], found.y[other]))
    assert shapely.is_ccw(
        shapely.linearrings([np.column_stack([found.x[at], found.y[at]]) for at in (one, other)])
    ).all()
