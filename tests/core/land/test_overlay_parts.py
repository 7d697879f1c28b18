"""The overlay's own decisions: what is more than contact, who has land twice, how often a cancel is heard."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land.outside import part_outside
from onemap.plugin.core.land.overlaps import overlapping_owners
from onemap.plugin.core.land.overlay import (
    HUGE,
    NOISE_M2,
    Pairs,
    _worth_keeping,
    intersections,
    union,
)


class Chunk:
    def __init__(self, *polygons):
        self._polygons = polygons

    def copies(self):
        return np.array([shapely.from_wkb(shapely.to_wkb(p)) for p in self._polygons], dtype=object)


class Listener:
    """Counts how often it was asked whether to stop."""

    asked = 0

    def isCanceled(self):
        self.asked += 1
        return False


def cut(projects, controls, project, control, feedback=None):
    pairs = Pairs(np.array(controls, dtype=object), np.array(project), np.array(control))
    return intersections(Chunk(*projects), pairs, feedback)


def test_contact_is_no_piece_and_a_shared_area_is():
    one, touching, crossing = shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10), shapely.box(5, 5, 20, 20)
    positions, pieces, is_full, *_ = cut([one], [touching, crossing, shapely.box(1, 1, 2, 2)], [0, 0, 0], [0, 1, 2])
    assert (
        positions.tolist() == [1, 2] and shapely.area(pieces).tolist() == [25, 1] and is_full.tolist() == [False, True]
    )


def test_lines_and_points_keep_what_lies_inside():
    one = shapely.box(0, 0, 10, 10)
    line, beside, point = (
        shapely.LineString([(-5, 5), (5, 5)]),
        shapely.LineString([(10, -5), (20, -5)]),
        shapely.Point(5, 5),
    )
    ending = shapely.LineString([(10, 5), (20, 5)])  # meets the border in a point
    along = shapely.LineString([(10, -5), (10, 5)])  # on the border, which is the project's
    positions, pieces, *_ = cut([one], [line, beside, point, ending, along], [0] * 5, [0, 1, 2, 3, 4])
    assert positions.tolist() == [0, 2, 4] and shapely.length(pieces).tolist() == [5, 0, 5] and pieces[1] == point


def test_a_part_of_a_huge_feature_is_not_the_whole_of_it():
    far = shapely.Point(9000, 0).buffer(50, quad_segs=2 * HUGE // 4)
    control = shapely.MultiPolygon([far, shapely.box(2, 2, 3, 3)])
    positions, pieces, is_full, *_ = cut(
        [shapely.box(0, 0, 10, 10)], [control, shapely.box(4, 4, 5, 5)], [0, 0], [0, 1]
    )
    assert shapely.area(pieces).tolist() == [1, 1] and is_full.tolist() == [False, True]


def test_what_collapsed_is_not_worth_keeping():
    flat = shapely.Polygon([(0, 0), (5, 5), (0, 0)])
    mixed = shapely.GeometryCollection([shapely.box(0, 0, 1, 1), shapely.LineString([(1, 0), (2, 0)])])
    pieces = np.array([flat, mixed, shapely.LineString([(0, 0), (1, 1)]), shapely.Point(0, 0)], dtype=object)
    assert _worth_keeping(pieces, np.array([2, 2, 1, 1])).tolist() == [False, True, True, False]
    assert pieces[1].geom_type in ("Polygon", "MultiPolygon") and pieces[1].area == 1


def test_small_work_is_done_in_one_go_and_much_listens_for_a_cancel():
    rough = shapely.buffer(shapely.Point(0, 0), 50, quad_segs=1500)  # 6,000 vertices
    few, many = Listener(), Listener()
    cut([shapely.box(0, 0, 10, 10)], [shapely.box(5, 5, 9, 9)], [0, 0], [0, 0], few)
    cut([shapely.box(0, 0, 10, 10)], [rough], [0] * 80, [0] * 80, many)
    assert few.asked == 1 and 3 <= many.asked <= 6


def square(x, y=0.0, size=10.0):
    return shapely.box(x, y, x + size, y + size)


@pytest.mark.parametrize(
    "pieces, owners, wanted",
    [
        ([square(0), square(5)], [1, 1], [1]),
        ([square(0), square(5)], [1, 2], []),
        ([square(0), square(10)], [1, 1], []),  # touching is not overlapping
        ([square(0), square(0)], [7, 7], [7]),
        ([square(0), square(50), square(5), square(55)], [1, 2, 2, 1], []),
        ([square(0), square(50), square(5), square(52)], [1, 2, 1, 2], [1, 2]),
        ([], [], []),
        ([square(3)], [4], []),
    ],
)
def test_owners_with_land_twice(pieces, owners, wanted):
    found = overlapping_owners(np.array(pieces, dtype=object), np.array(owners, dtype=int))
    assert found.tolist() == wanted


def test_an_owner_of_very_many_pieces_is_said_to_overlap_untested():
    apart = np.array([square(20.0 * n) for n in range(51)])
    assert overlapping_owners(apart, np.full(51, 3)).tolist() == [3]
    assert overlapping_owners(apart[:50], np.full(50, 3)).tolist() == []


def test_a_union_drops_nothing_but_duplicates():
    assert union(np.array([square(0)])) == square(0)
    assert union(np.array([square(0), square(5)])).area == 150
    many = np.array([square(20.0 * n) for n in range(60)] * 2)
    assert union(many).area == 6000 and shapely.get_num_geometries(union(many)) == 60


def test_what_lies_outside_is_free_of_rounding_dust():
    project = square(0)
    assert part_outside(project, np.array([], dtype=object)).equals(project)
    assert part_outside(project, np.array([square(-5, -5, 30)])).is_empty
    assert part_outside(project, np.array([shapely.box(-1, -1, 10 - 1e-9, 11)])).is_empty  # 1e-8 m2 are no land
    strip = part_outside(project, np.array([shapely.box(-1, -1, 10 - 1e-5, 11)]))
    assert strip.area == pytest.approx(1e-4, rel=1e-3) and NOISE_M2 == 1e-6
    two = part_outside(project, np.array([shapely.box(4, -1, 6, 11)]))
    assert two.geom_type == "MultiPolygon" and two.area == 80
