"""The union by lone edges against GEOS's union: parcels that share edges, and what overlaps, repeats and touches."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land import dissolve
from onemap.plugin.core.land.dissolve import dissolved

X, Y = 500_000.0, 3_350_000.0


def grid(columns, rows, side=10.0):
    """Neighbouring squares whose inner corners are moved a little, the same for all that share them."""
    random = np.random.default_rng(columns * rows)
    corner = np.stack(np.meshgrid(np.arange(columns + 1.0), np.arange(rows + 1.0), indexing="ij"), -1) * side
    corner[1:-1, 1:-1] += random.uniform(-3, 3, corner[1:-1, 1:-1].shape)
    corner = np.round(corner + (X, Y), 4)
    rings = [corner[:-1, :-1], corner[1:, :-1], corner[1:, 1:], corner[:-1, 1:], corner[:-1, :-1]]
    return shapely.polygons(np.stack(rings, -2).reshape(-1, 5, 2))


def box(left, low, right, top):
    return shapely.box(X + left, Y + low, X + right, Y + top)


def check(polygons):
    polygons = np.array(polygons, dtype=object)
    made, wanted = dissolved(polygons), shapely.union_all(polygons)
    assert made is not None and made.is_valid
    assert made.area == pytest.approx(wanted.area, rel=1e-12)
    assert shapely.symmetric_difference(made, wanted).area < 1e-6
    assert shapely.get_num_geometries(made) == shapely.get_num_geometries(wanted)
    return made


PARCELS = grid(20, 15)


def test_parcels_become_one_piece():
    made = check(PARCELS)
    assert made.area == pytest.approx(200 * 150) and made.geom_type == "Polygon"


def test_the_way_a_ring_runs_does_not_matter():
    check(np.where(np.arange(len(PARCELS)) % 3 == 0, shapely.reverse(PARCELS), PARCELS))


def test_gaps_stay_gaps():
    left_out = np.ones(len(PARCELS), bool)
    left_out[[21, 22, 37, 100, 115, 131]] = False  # neighbours, and some that touch in a corner
    made = check(PARCELS[left_out])
    assert shapely.get_num_interior_rings(shapely.get_parts(made)).sum() == 3


def test_what_overlaps_is_covered_once():
    check([*PARCELS, box(33, 44, 61, 72), box(190, 140, 260, 170)])


def test_what_lies_within_adds_nothing_and_fills_no_hole():
    ring = box(0, 0, 500, 500).difference(box(100, 100, 400, 400))
    made = check([*grid(9, 9), ring, box(150, 150, 160, 160), box(10, 10, 20, 20)])
    assert shapely.get_num_geometries(made) == 2


def test_repeated_parcels_count_once():
    check([*PARCELS, *PARCELS[::9], *PARCELS[::45]])


def test_a_parcel_in_its_neighbours_hole():
    holed = box(300, 0, 340, 40).difference(box(310, 10, 330, 30))
    made = check([*PARCELS, holed, box(310, 10, 330, 30)])
    assert shapely.get_num_interior_rings(shapely.get_parts(made)).sum() == 0


def test_edges_of_which_one_has_a_vertex_more():
    half = shapely.Polygon([(X, Y + 150), (X + 200, Y + 150), (X + 200, Y + 160), (X, Y + 160)])
    made = check([*PARCELS, half])
    assert made.geom_type == "Polygon"


def test_multipolygons_and_pieces_that_touch_in_a_point():
    check([shapely.multipolygons(PARCELS[::2]), *PARCELS[1::4], box(-10, -10, 0, 0)])


@pytest.mark.parametrize("seed", range(12))
def test_random_parcels_with_strays(seed):
    random = np.random.default_rng(seed)
    some = PARCELS[random.random(len(PARCELS)) < 0.85]
    at = random.uniform(0, 150, (8, 2))
    strays = shapely.buffer(shapely.points(at + (X, Y)), random.uniform(0.01, 25, 8))
    check([*some, *strays, *some[random.integers(0, len(some), 3)]])


def test_polygons_that_share_nothing_are_left_to_the_ordinary_union():
    assert dissolved(shapely.buffer(shapely.points(np.arange(30) * 3.0, 0), 2.0)) is None


def test_an_answer_that_does_not_add_up_is_not_given(monkeypatch):
    monkeypatch.setattr(dissolve, "_counts", lambda faces, parts: np.zeros(len(faces), int))
    assert dissolved(PARCELS) is None


@pytest.mark.parametrize("gaps", [((0, 0), (1, 1)), ((1, 1), (2, 2)), ((1, 1), (2, 2), (3, 3))])
def test_gaps_that_touch_in_a_point_are_put_right_without_uniting_all(gaps, monkeypatch):
    cells = [box(i * 10, j * 10, i * 10 + 10, j * 10 + 10) for i in range(5) for j in range(5) if (i, j) not in gaps]
    faces, wanted = np.array(cells, dtype=object), shapely.union_all(cells)
    assert not shapely.is_valid(shapely.coverage_union_all(faces))
    monkeypatch.setattr(dissolve, "robust", None)  # nobody asks for the slow way
    made = dissolve._joined(faces)
    assert made.is_valid and made.equals(wanted) and made.area == pytest.approx(wanted.area)
