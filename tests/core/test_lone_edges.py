"""Overlaps found by lone edges against every pair compared: seeded coverages, whole and broken in every way."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land import pair_cuts
from onemap.plugin.core.land.lone_edges import lone_edges
from onemap.plugin.core.land.outside import part_outside, parts_outside
from onemap.plugin.core.land.overlaps import Known, overlapping_pieces
from onemap.plugin.core.land.overlay import (
    MANY,
    Pairs,
    intersections,
    union,
)
from onemap.plugin.core.land.shells import shells
from onemap.tests.support.cuts import PLACES, Chunk
from onemap.tests.support.long_runs import count
from shapely import affinity


class Coverage:
    """Parcels without gaps or overlaps, and what breaks them, drawn from one seed."""

    def __init__(self, seed):
        self.dice = np.random.default_rng(seed)
        points = self.dice.uniform(0, 100, (60, 2)) + PLACES[seed % 3]
        cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points)))
        window = shapely.box(*(np.array(PLACES[seed % 3]) + 10), *(np.array(PLACES[seed % 3]) + 90))
        cells = shapely.intersection(cells, window)
        self.parcels = [cell for cell in cells if cell.geom_type == "Polygon" and cell.area > 1e-3]

    def broken(self, kind):
        return getattr(self, kind)(list(self.parcels))

    def whole(self, parcels):
        return parcels

    def one(self, parcels):
        return parcels[self.dice.integers(len(parcels))]

    def doubled(self, parcels):
        return [*parcels, self.one(parcels)]

    def shifted(self, parcels):
        by = self.dice.normal(0, 10.0 ** self.dice.integers(-7, 1), 2)
        return [affinity.translate(p, *by) if k % 9 == 0 else p for k, p in enumerate(parcels)]

    def grown(self, parcels):
        return [*parcels, self.one(parcels).buffer(self.dice.choice([-2.0, 0.01, 3.0]))]

    def covered(self, parcels):
        return [*parcels, shapely.box(*shapely.total_bounds(parcels))]

    def joined(self, parcels):
        return [*parcels, shapely.union_all(parcels[: self.dice.integers(2, 30)])]

    def simplified(self, parcels):
        """Neighbours that lack each other's vertices."""
        return [shapely.segmentize(p, 7.0) if k % 3 == 0 else p for k, p in enumerate(parcels)]

    def gaps(self, parcels):
        return [p.buffer(-0.05) if k % 4 == 0 else p for k, p in enumerate(parcels)]

    def turned(self, parcels):
        return [p.reverse() if k % 2 else p for k, p in enumerate(parcels)]

    def holed(self, parcels):
        return [p.difference(shapely.point_on_surface(p).buffer(1)) if k % 3 == 0 else p for k, p in enumerate(parcels)]

    def projects(self, number=12):
        centres = self.dice.uniform(20, 80, (number, 2)) + self._place()
        return np.array([shapely.Point(c).buffer(self.dice.uniform(1, 30), quad_segs=3) for c in centres], object)

    def _place(self):
        return np.floor(shapely.total_bounds(self.parcels)[:2] - 10.0)


KINDS = ("whole", "doubled", "shifted", "grown", "covered", "joined", "simplified", "gaps", "turned", "holed")


@pytest.fixture
def always_arrays(monkeypatch):
    monkeypatch.setattr(pair_cuts, "FEW", 1)
    monkeypatch.setattr(pair_cuts, "self_check", pair_cuts.SelfCheck())


def test_owners_with_overlaps_are_those_of_comparing_all(always_arrays):
    """About 100 pieces a round; a long run looks at a quarter of a million."""
    spared = overlapping = 0
    for seed in range(count(2500, 40)):
        coverage = Coverage(seed)
        controls = np.array(coverage.broken(KINDS[seed % len(KINDS)]), object)
        controls = controls[shapely.get_type_id(controls) == shapely.GeometryType.POLYGON]
        projects = coverage.projects()
        project, control = shapely.STRtree(controls).query(projects)
        order = np.lexsort((control, project))
        cut = intersections(Chunk(projects), Pairs(controls, project[order], control[order], wants_lone=True))
        owners, shell = project[order][cut.positions], control[order][cut.positions]
        sums = np.bincount(owners, shapely.area(cut.pieces), minlength=len(projects))
        is_known = cut.lone.known[shell] & (sums < 1.5 * shapely.area(projects))[owners]
        known = Known(np.full(len(owners), cut.lone), np.where(is_known, shell, -1))
        found = overlapping_pieces(cut.pieces, owners, known, MANY)
        truth = overlapping_pieces(cut.pieces, owners, nothing_known(owners), MANY)
        assert np.array_equal(found, truth), (seed, KINDS[seed % len(KINDS)])
        for owner in np.unique(owners[found]):
            assert is_counted_once(cut.pieces[owners == owner], found[owners == owner]), (seed, owner)
        overlapping += len(np.unique(owners[truth]))
        spared += int(is_known.sum())
    assert spared > 1000 and overlapping > 50


def nothing_known(owners):
    return Known(np.full(len(owners), None), np.full(len(owners), -1))


def is_counted_once(pieces, overlapping):
    """Whether the union of those that overlap and the sum of the others come to the land of all."""
    apart = shapely.area(union(pieces[overlapping])) + shapely.area(pieces[~overlapping]).sum()
    return abs(apart - shapely.area(union(pieces))) < 1e-3  # GEOS moves vertices by 4e-5 m where it cannot node


def test_edges_between_neighbours_are_not_lone():
    boxes = shapely.box([0, 10, 0, 10], [0, 0, 10, 10], [10, 20, 10, 20], [10, 10, 20, 20])
    lone = lone_edges(shells(boxes))
    assert len(lone.edge) == 8  # of the outline, two a box
    assert lone.count.tolist() == [2, 2, 2, 2]


def test_a_pair_is_asked_about_only_where_a_lone_edge_enters():
    rings = (
        [(0, 2), (10, 0), (10, 10), (0, 8)],
        [(10, 0), (20, 2), (20, 8), (10, 10)],
        [(15, 3), (25, 3), (25, 7), (15, 7)],
    )
    around = shells(shapely.polygons(rings))
    lone = lone_edges(around)
    one, other = np.array([0, 1, 0]), np.array([1, 2, 2])
    shared = around.box.take(one).shared(around.box.take(other))
    assert lone.may_overlap(one, other, shared).tolist() == [False, True, False]


def test_many_pieces_are_united_as_all_at_once():
    dice = np.random.default_rng(4)
    left, low = dice.uniform(0, 300, (2, 400))
    boxes = shapely.box(left, low, left + 9, low + 7)
    whole = shapely.union_all(boxes)
    assert shapely.symmetric_difference(union(boxes), whole).area < 1e-6
    assert shapely.get_num_geometries(union(boxes)) == shapely.get_num_geometries(whole) > 10


def test_what_lies_outside_is_the_same_one_by_one_and_together():
    dice = np.random.default_rng(8)
    left, low = dice.uniform(0, 50, (2, 60))
    projects, size = shapely.box(left, low, left + 10, low + 10), dice.integers(0, 4, 60)
    owner = np.repeat(np.arange(60), size)
    shift = dice.choice([-20.0, -3.0, 0.0, 3.0], (len(owner), 2))
    pieces = shapely.transform(projects[owner], lambda xy: xy + np.repeat(shift, 5, axis=0))
    ends = np.cumsum(size)
    together = parts_outside(projects, pieces, ends - size, ends)
    alone = [part_outside(p, pieces[end - n : end]) for p, end, n in zip(projects, ends, size)]
    assert shapely.equals_exact(shapely.normalize(together), shapely.normalize(np.array(alone, object))).all()
    assert shapely.is_empty(together).any() and (shapely.area(together) == 100).any()
