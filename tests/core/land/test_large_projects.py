"""A project as large as a county over thousands of fields: the same answers as for a small one, in less memory."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land import area, clear_cuts, outside, overlay
from onemap.plugin.core.land.crs import parse_crs
from onemap.plugin.core.land.holes import less_many
from onemap.plugin.core.land.outside import parts_outside
from onemap.plugin.core.land.overlay import Pairs, intersections, union
from onemap.plugin.core.land.shells import shells


class Chunk:
    def __init__(self, *polygons):
        self._polygons = polygons

    def copies(self):
        return np.array([shapely.from_wkb(shapely.to_wkb(p)) for p in self._polygons], dtype=object)


def fields(seed, side=30):
    """Blobs on a grid: some touch or overlap, some have holes, some of these an island."""
    rng = np.random.default_rng(seed)
    x, y = np.meshgrid(np.arange(side) * 100.0, np.arange(side) * 100.0)
    centres = shapely.points(x.ravel() + rng.uniform(-9, 9, x.size), y.ravel() + rng.uniform(-9, 9, x.size))
    found = shapely.buffer(centres, rng.uniform(20, 56, x.size), quad_segs=3)
    holed = rng.uniform(size=x.size) < 0.2
    found[holed] = shapely.difference(found[holed], shapely.buffer(centres[holed], 15, quad_segs=2))
    islands = shapely.buffer(centres[holed & (rng.uniform(size=x.size) < 0.5)], 7, quad_segs=1)
    return np.concatenate([found, islands])


COUNTY = shapely.Polygon(
    [(-20, -33), (2950, 11), (2925, 2951), (1500, 2800), (10, 2970)],
    holes=[[(1010, 1010), (1340, 1030), (1300, 1300)]],
)


@pytest.mark.parametrize("seed", range(4))
def test_what_lies_alone_inside_is_a_hole(seed):
    land = union(fields(seed))
    parts = shapely.get_parts(land)
    found, truth = less_many(COUNTY, parts), shapely.difference(COUNTY, land)
    assert shapely.is_valid(found) and shapely.get_num_geometries(found) == shapely.get_num_geometries(truth)
    assert shapely.area(found) == pytest.approx(shapely.area(truth), rel=1e-12)
    assert shapely.area(shapely.symmetric_difference(found, truth)) < 1e-6
    several = shapely.union(COUNTY, shapely.box(5000, 0, 5500, 500))
    assert shapely.area(less_many(several, parts)) == pytest.approx(
        shapely.area(shapely.difference(several, land)), rel=1e-12
    )


def test_a_part_that_no_piece_holds_is_not_guessed(monkeypatch):
    from onemap.plugin.core.land import holes

    monkeypatch.setattr(holes, "_alone", lambda polygon, parts: np.ones(len(parts), bool))
    assert less_many(COUNTY, np.array([shapely.box(9000, 0, 9010, 10)])) is None


def test_the_part_outside_many_fields_is_the_difference(monkeypatch):
    land = fields(7)
    ends = np.array([len(land)])
    truth = parts_outside(np.array([COUNTY]), land, np.array([0]), ends)
    monkeypatch.setattr(outside, "_MANY", 5)
    few = parts_outside(np.array([COUNTY]), land, np.array([0]), ends)
    assert shapely.area(shapely.symmetric_difference(truth[0], few[0])) < 1e-6
    monkeypatch.setattr(outside, "less_many", lambda *_: (_ for _ in ()).throw(shapely.GEOSException("no")))
    again = parts_outside(np.array([COUNTY]), land, np.array([0]), ends)
    assert shapely.area(shapely.symmetric_difference(truth[0], again[0])) < 1e-6


def test_a_project_that_nothing_meets_is_not_copied():
    wrapped = shapely.multipolygons([shapely.box(0, 0, 5, 5), shapely.box(9, 0, 11, 2)])
    noisy = shapely.multipolygons([shapely.box(0, 0, 5, 5), shapely.box(9, 0, 9.0005, 0.0005)])
    none = np.array([0, 0])
    rests = parts_outside(np.array([wrapped, noisy]), np.array([], dtype=object), none, none)
    assert rests[0] is wrapped and rests[1].equals(shapely.box(0, 0, 5, 5))


def test_what_a_large_project_holds_is_the_same_with_and_without_arrays(monkeypatch):
    controls = fields(3)
    projects = [COUNTY, shapely.box(300, 300, 620, 640), shapely.box(2800, 2800, 3100, 3100)]
    project = np.repeat([0, 1, 2], len(controls))
    pairs = Pairs(controls, project, np.tile(np.arange(len(controls)), 3), wants_lone=True)
    found = intersections(Chunk(*projects), pairs)
    monkeypatch.setattr(overlay, "_MANY_PAIRS", 10**9)
    truth = intersections(Chunk(*projects), pairs)
    assert found.positions.tolist() == truth.positions.tolist()
    assert found.is_full.tolist() == truth.is_full.tolist() and found.is_full.sum() > 500
    assert shapely.equals_exact(shapely.normalize(found.pieces), shapely.normalize(truth.pieces)).all()
    known = found.lone.known[pairs.control[found.positions]]
    assert known[project[found.positions] == 1].any()  # a small project beside it still knows its pieces


def test_blocks_of_long_rings_are_the_same_in_parts(monkeypatch):
    first = shells(shapely.buffer(shapely.points([[0, 0], [30, 5]]), 50, quad_segs=60))
    second = shells(shapely.buffer(shapely.points([[40, 0], [500, 0]]), 60, quad_segs=80))
    one, other = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    boxes = first.box.take(one).shared(second.box.take(other)).grown(1e-6)
    blocks = first.blocks_within(one, boxes), second.blocks_within(other, boxes)
    whole = clear_cuts._meeting_blocks(first, second, *blocks)
    monkeypatch.setattr(clear_cuts, "_PRODUCT", 37)
    parts = clear_cuts._meeting_blocks(first, second, *blocks)
    assert len(whole[0]) > 10 and all((a == b).all() for a, b in zip(whole, parts))


def test_areas_are_the_same_ring_by_ring(monkeypatch):
    plane = parse_crs("EPSG:4549")
    moved = shapely.transform(np.append(fields(5), COUNTY), lambda xy: xy + [500_000.0, 3_350_000.0])
    together = shapely.multipolygons(shapely.get_parts(moved[:200]))
    whole = area.ellipsoidal_areas([together, moved[-1]], plane)
    monkeypatch.setattr(area, "_BLOCK_VERTICES", 50)
    assert (area.ellipsoidal_areas([together, moved[-1]], plane) == whole).all()
