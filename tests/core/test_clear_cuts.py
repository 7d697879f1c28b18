"""Cuts by array arithmetic against GEOS: seeded pairs of every awkward kind, and what happens where they differ."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land import pair_cuts
from onemap.plugin.core.land.clear_cuts import NEAR, clear_cuts
from onemap.plugin.core.land.overlay import Pairs, intersections
from onemap.plugin.core.land.repair import polygon_parts
from onemap.plugin.core.land.shells import BLOCK, shells
from onemap.tests.support.cuts import PLACES, Chunk
from onemap.tests.support.long_runs import count
from shapely import affinity


class Maker:
    """Polygons near a place, drawn from one seed."""

    def __init__(self, seed):
        self.dice = np.random.default_rng(seed)
        self.place = PLACES[seed % len(PLACES)]

    def star(self, *shape):
        made = self._star(*shape)
        while not made.is_valid:
            made = self._star(*shape)
        return made

    def _star(self, corners, spread, radius, rough):
        angle = np.sort(self.dice.uniform(0, 2 * np.pi, corners))
        reach = radius * self.dice.uniform(1 - rough, 1, corners)
        centre = self.dice.uniform(0, spread, 2) + self.place
        return shapely.Polygon(centre + np.column_stack([reach * np.cos(angle), reach * np.sin(angle)]))

    def rough(self):
        return self.star(self.dice.integers(4, 120), 200, self.dice.uniform(5, 80), self.dice.uniform(0, 0.7))

    def grid(self):
        left, low, width, height = self.dice.integers((0, 0, 1, 1), (12, 12, 6, 6)) * 10.0
        return affinity.translate(shapely.box(left, low, left + width, low + height), *self.place)

    def snapped(self):
        snapped = shapely.set_precision(self.star(self.dice.integers(4, 30), 100, 40, 0.5), 5.0)
        return shapely.from_wkb(snapped.wkb)  # without the grid, on which GEOS would put its answers, too

    def jittered(self):
        corners = shapely.get_coordinates(self.grid())[:-1]
        return shapely.Polygon(corners + self.dice.normal(0, 10.0 ** self.dice.integers(-9, -2), corners.shape))

    def comb(self):
        teeth = [(0, 0)]
        for k in range(self.dice.integers(3, 20)):
            teeth += [(2 * k, 20 + k % 3), (2 * k + 1, 20), (2 * k + 1, 1.5), (2 * k + 2, 1)]
        comb = affinity.rotate(shapely.Polygon([*teeth, (2 * k + 2, 0)]), self.dice.choice([0, 90, 17.3]))
        return affinity.translate(comb, *(self.dice.uniform(0, 30, 2) + self.place))

    def holed(self):
        holes = [self.star(12, 100, self.dice.uniform(1, 15), 0.3) for _ in range(3)]
        return self.star(60, 100, 60, 0.3).difference(shapely.union_all(holes))

    def parcels(self):
        """One of a coverage, or some that hang together: vertices and edges in common, unions with parcels missing."""
        near = shapely.distance(CELLS, CELLS[self.dice.integers(len(CELLS))]) <= self.dice.choice([-1.0, 0.0, 12.0])
        near[self.dice.integers(len(CELLS))] |= not near.any()
        lost = near & (self.dice.uniform(size=len(CELLS)) < 0.15)
        some = shapely.union_all(CELLS[near & ~lost])
        return affinity.translate(max(shapely.get_parts(some), key=shapely.area, default=CELLS[0]), *self.place)

    def tiny(self):
        return self.star(self.dice.integers(4, 12), 0.02, 0.02, 0.5)

    def strip(self):
        """A road: edges that cross boxes of many others and meet few of them."""
        road = affinity.rotate(
            shapely.box(0, 0, self.dice.uniform(50, 600), self.dice.uniform(0.5, 8)), *self.dice.uniform(0, 180, 1)
        )
        return affinity.translate(road, *(self.dice.uniform(-200, 100, 2) + self.place))

    def many(self, kind, number):
        made = np.array([getattr(self, kind)() for _ in range(number)], object)
        made = made[shapely.is_valid(made) & ~shapely.is_empty(made)]
        return shapely.reverse(made) if self.dice.uniform() < 0.3 else made


KINDS = ("rough", "grid", "snapped", "jittered", "comb", "holed", "tiny", "strip", "parcels")
CELLS = shapely.intersection(
    shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(np.random.default_rng(3).uniform(0, 100, (50, 2))))),
    shapely.box(5, 5, 95, 95),
)


def pairs_of(projects, controls):
    project, control = shapely.STRtree(controls).query(projects)
    order = np.lexsort((control, project))
    return project[order], control[order]


@pytest.fixture
def always_arrays(monkeypatch):
    monkeypatch.setattr(pair_cuts, "FEW", 1)
    monkeypatch.setattr(pair_cuts, "self_check", pair_cuts.SelfCheck())


def test_every_pair_is_cut_as_geos_cuts_it(always_arrays):
    """About 300 pairs a round; a long run makes half a million."""
    asked = cut = 0
    for seed in range(count(1800, 24)):
        maker = Maker(seed)
        one, other = maker.dice.choice(KINDS, 2)
        projects, controls = maker.many(one, 30), maker.many(other, 50)
        project, control = pairs_of(projects, controls)
        if not len(project):
            continue
        positions, pieces, is_inside = intersections(Chunk(projects), Pairs(controls, project, control))[:3]
        truth = shapely.intersection(projects[project], controls[control])
        found = np.zeros(len(project))
        found[positions] = shapely.area(pieces)
        areas = shapely.area(truth)
        assert (np.abs(found - areas) <= 1e-7 + 1e-9 * areas).all(), (seed, one, other)
        # every vertex is one of GEOS's, or both are slivers of rounding
        polygons = np.array([polygon_parts(one) for one in truth[positions]], object)
        apart = shapely.hausdorff_distance(pieces, polygons)
        assert (apart[areas[positions] > 1e-3] < 1e-6).all(), (seed, one, other)
        inside = np.zeros(len(project), bool)
        inside[positions] = is_inside
        fresh = projects.copy()
        shapely.prepare(fresh)
        assert np.array_equal(inside, shapely.covers(fresh[project], controls[control])), (seed, one, other)
        assert shapely.is_valid(pieces).sum() >= shapely.is_valid(truth[positions]).sum()
        asked, cut = asked + len(project), cut + _clear(projects, controls, project, control)
    assert asked > 4_000 and cut > asked / 3 and not pair_cuts.self_check.has_failed


def _clear(projects, controls, project, control):
    """How many pairs arrays answered."""
    first, second = shells(projects), shells(controls)
    usable = first.usable[project] & second.usable[control]
    return clear_cuts(first, second, project[usable], control[usable]).clear.sum()


def cuts_of(project, control):
    first, second = shells(np.array([project])), shells(np.array([control]))
    return clear_cuts(first, second, np.zeros(1, int), np.zeros(1, int))


SQUARE = shapely.box(0, 0, 10, 10)


@pytest.mark.parametrize(
    "control,crosses",
    [(shapely.box(5, 5, 15, 15), True), (shapely.box(2, 2, 3, 3), False), (shapely.box(20, 0, 30, 10), False)],
    ids=["crossing", "inside", "apart"],
)
def test_what_is_clear(control, crosses):
    cuts = cuts_of(SQUARE, control)
    assert cuts.clear.all() and len(cuts.crossing) == crosses
    assert all(piece.equals(SQUARE.intersection(control)) for piece in cuts.pieces)


@pytest.mark.parametrize(
    "control",
    [
        shapely.box(10, 2, 20, 8),
        shapely.box(10 + NEAR / 2, 2, 20, 8),
        shapely.box(10 - NEAR / 2, 2, 20, 8),
        shapely.Polygon([(5, 5), (15, 5), (5, 5 + NEAR / 2)]),
        shapely.Polygon([(5, -5), (15, 5), (15, 15), (5, 15)]),  # an edge through a corner
        shapely.Polygon([(5, -5), (10, 0), (15, 15), (5, 15)]),  # the same, its own corner too
        shapely.Polygon([(0, 0), (10, 0), (20, 5), (10, 10), (0, 10)]),  # holds the square
        shapely.box(5, 5, 15, 15).difference(shapely.box(9, 6, 11, 7)),
        shapely.box(2, 2, 8, 8).difference(shapely.box(4, 4, 5, 5)),
    ],
    ids=[
        "end of an edge", "hair apart", "hair inside", "needle", "through a corner", "through both corners", "held",
        "hole cut", "hole and no crossing",
    ],
)  # fmt: skip
def test_what_is_left_to_geos(control):
    assert not cuts_of(SQUARE, control).clear.any()


@pytest.mark.parametrize(
    "control,is_held",
    [
        (shapely.Polygon([(10, 0), (20, -3), (20, 13), (10, 10)]), False),
        (shapely.Polygon([(10, 10), (20, 11), (20, 20)]), False),
        (shapely.Polygon([(10, 10), (12, 5), (10, 0), (20, 5)]), False),
        (SQUARE, True),
        (shapely.Polygon([(0, 0), (10, 0), (5, 5)]), True),
        (shapely.Polygon([(0, 0), (9, 3), (10, 10), (3, 9)]), True),
    ],
    ids=["common edge", "corner", "two corners", "equal", "edge from within", "corners from within"],
)
def test_rings_with_vertices_in_common_are_told_apart(control, is_held):
    for one, other in ((SQUARE, control), (SQUARE.reverse(), control), (SQUARE, control.reverse())):
        cuts = cuts_of(one, other)
        assert cuts.clear.all() and not len(cuts.crossing) and cuts.held.tolist() == [0] * is_held
    positions, pieces, is_full = intersections(
        Chunk([SQUARE]), Pairs(np.full(150, control), np.zeros(150, int), np.arange(150))
    )[:3]
    assert len(positions) == 150 * is_held and is_full.all()
    assert all(piece is control for piece in pieces)


def test_a_corner_of_a_project_that_turns_in_is_looked_into():
    """What lies in the notch is a neighbour, what lies opposite to it is held."""
    notched = shapely.Polygon([(0, 0), (10, 0), (10, 10), (5, 5), (0, 10)])
    outside, inside = shapely.Polygon([(5, 5), (6, 8), (4, 8)]), shapely.Polygon([(5, 5), (4, 2), (6, 2)])
    assert cuts_of(notched, outside).clear.all() and not len(cuts_of(notched, outside).held)
    assert cuts_of(notched, inside).held.tolist() == [0]


@pytest.mark.parametrize("is_project", [False, True])
def test_a_hole_within_is_taken_out_of_what_is_shared(always_arrays, is_project):
    holed = shapely.box(5, 5, 15, 15).difference(shapely.union_all(shapely.box([6, 8, 12], 6, [7, 9, 13], 7)))
    cuts = cuts_of(SQUARE, holed)
    assert cuts.clear.all() and cuts.pierced.tolist() == [0]
    one, other = (holed, SQUARE) if is_project else (SQUARE, holed)
    (piece,) = intersections(Chunk([one]), Pairs(np.array([other]), np.zeros(1, int), np.zeros(1, int))).pieces
    assert piece.equals(SQUARE.intersection(holed)) and len(piece.interiors) == 2


def test_a_hole_elsewhere_leaves_a_pair_clear():
    control = shapely.box(5, 5, 15, 15).difference(shapely.box(12, 12, 13, 13))
    cuts = cuts_of(SQUARE, control)
    assert cuts.clear.all() and cuts.pieces[0].equals(shapely.box(5, 5, 10, 10))


def test_several_pieces_of_one_pair_are_a_multipolygon():
    comb = shapely.Polygon([(1, -1), (9, -1), (9, 5), (7, 5), (7, -0.5), (3, -0.5), (3, 5), (1, 5)])
    cuts = cuts_of(SQUARE, comb)
    assert cuts.clear.all() and len(cuts.pieces[0].geoms) == 2
    assert cuts.pieces[0].equals(SQUARE.intersection(comb))


def test_shells_are_counter_clockwise_and_padded_whole():
    clockwise = shapely.Polygon([(0, 0), (0, 3), (3, 3), (3, 0)])
    made = shells(
        np.array(
            [None, clockwise, shapely.Point(0, 0), shapely.MultiPolygon([SQUARE, shapely.box(90, 90, 91, 91)]), SQUARE],
            object,
        )
    )
    assert made.usable.tolist() == [False, True, False, False, True] and made.edges.tolist() == [4, 4]
    assert made.owner.tolist() == [1, 4]
    assert (len(made.x) - 1) % BLOCK == 0 and np.isnan(made.dx[made.start[0] + 4])
    ring = shapely.Polygon(np.column_stack([made.x, made.y])[made.start[0] : made.start[0] + 5])
    assert ring.equals(clockwise) and ring.exterior.is_ccw


def test_where_a_sample_differs_geos_alone_answers_and_it_is_remembered(always_arrays, monkeypatch):
    def moved(first, second, one, other):
        cuts = clear_cuts(first, second, one, other)
        cuts.pieces[:] = shapely.transform(cuts.pieces, lambda xy: xy * [1.001, 1.0])
        return cuts

    monkeypatch.setattr(pair_cuts, "clear_cuts", moved)
    maker = Maker(1)
    projects, controls = maker.many("rough", 40), maker.many("rough", 40)
    project, control = pairs_of(projects, controls)
    positions, pieces = intersections(Chunk(projects), Pairs(controls, project, control))[:2]
    truth = shapely.area(shapely.intersection(projects[project], controls[control]))
    assert pair_cuts.self_check.has_failed
    assert np.allclose(shapely.area(pieces), truth[positions], rtol=0, atol=1e-9)
    assert (truth > 0).sum() == len(positions)
