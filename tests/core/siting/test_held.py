"""Features held as objects and in a file: the same answers."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land.crs import plane_for_longitude
from onemap.plugin.core.siting import held
from onemap.plugin.core.siting.free_land import Exclusion, FreeLand, land_in
from onemap.plugin.core.siting.held import Held
from onemap.plugin.core.siting.model import AVOID, NEAR, NEAR_NOT, WITHIN, Constraint

X, Y = 500_000.0, 3_350_000.0
PLANE = plane_for_longitude(120)
EXTENT = shapely.box(X, Y, X + 4000, Y + 3000)


def shapes(seed, count=300):
    random = np.random.default_rng(seed)
    centres = shapely.points(random.uniform(0, 1, (count, 2)) * (4000, 3000) + (X, Y))
    return shapely.buffer(centres, random.uniform(5, 60, count), quad_segs=3)


def filled(monkeypatch, largest, batches):
    monkeypatch.setattr(held, "LARGEST_HELD", largest)
    monkeypatch.setattr(held, "_BLOCK", 70)
    made = Held()
    for batch in batches:
        made.add(batch)
    made.close()
    return made


@pytest.mark.parametrize("largest", [0, 2_000, 5_000])  # all in the file; the first batches wait for the later ones
def test_a_file_answers_as_objects_do(monkeypatch, largest):
    batches = [shapes(1), shapes(2), shapes(3, 5), shapes(4, 0)]
    file, objects = filled(monkeypatch, largest, batches), filled(monkeypatch, 10**9, batches)
    assert len(file) == len(objects) == 605
    assert file._file is not None and objects._file is None
    box = (X + 100, Y + 200, X + 900, Y + 800)
    near = [sorted(shapely.to_wkb(h.near(box))) for h in (file, objects)]
    assert near[0] == near[1] and 20 < len(near[0]) < 200
    asked = shapes(5, 40)
    assert list(shapely.to_wkb(file.near_any(asked))) == list(shapely.to_wkb(objects.near_any(asked)))
    assert (file.metres(asked) == objects.metres(asked)).all() and (file.metres(asked) > 0).any()


def test_nothing_held_is_nothing_near(monkeypatch):
    for largest in (-1, 10**9):
        none = filled(monkeypatch, largest, [shapes(1, 0)])
        assert len(none) == len(none.near(EXTENT.bounds)) == len(none.near_any(shapes(2, 3))) == 0
        assert np.isinf(none.metres(shapes(2, 3))).all()


def test_large_polygons_are_divided_in_a_file_too(monkeypatch):
    large = shapely.buffer(shapely.Point(X + 2000, Y + 1500), 900, quad_segs=500)
    file = filled(monkeypatch, 0, [np.array([large])])
    assert len(file) > 1
    assert shapely.area(file.near(EXTENT.bounds)).sum() == pytest.approx(large.area, rel=1e-9)


def test_land_and_sites_are_measured_alike(monkeypatch):
    def land_of(largest):
        monkeypatch.setattr(held, "LARGEST_HELD", largest)
        exclusions = []
        for kind, seed in ((AVOID, 1), (NEAR_NOT, 2), (NEAR, 3), (WITHIN, 4)):
            metres = {"distance_m": 30.0 if kind == NEAR_NOT else 900.0} if kind in (NEAR, NEAR_NOT) else {}
            made = Exclusion(Constraint(kind, kind, kind, **metres), EXTENT.bounds)
            made.add(shapes(seed, 900 if kind == WITHIN else 60))
            made.close()
            exclusions.append(made)
        land = FreeLand([EXTENT], exclusions, PLANE)
        free = shapely.union_all(list(land.tiles(land_in)))
        return free, land.area_m2, [(r.alone_m2, r.removed_m2) for r in land.removals()]

    free, area, removals = land_of(10**9)
    again = land_of(0)
    assert area > 0 and again[1:] == (area, removals)
    assert shapely.symmetric_difference(free, again[0]).area < 1e-6
