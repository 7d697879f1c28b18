"""How high may be built: cells against GEOS, the binding limit against a plain loop, what cannot be told."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.heights.allowed import NO_LIMIT, OUTSIDE, allowed_heights
from onemap.plugin.core.heights.cells import CellGrid, inside
from onemap.plugin.core.heights.limits import Limit, LimitKind
from onemap.plugin.core.heights.surfaces import Cone, Flat, Plane
from onemap.plugin.core.heights.terrain import Terrain


def random_polygon(rng):
    angle = np.sort(rng.uniform(0, 2 * np.pi, 24))
    ring = np.column_stack([np.cos(angle), np.sin(angle)]) * rng.uniform(8, 60, (24, 1)) + (100, 100)
    return shapely.make_valid(shapely.Polygon(ring).difference(shapely.Point(100, 100).buffer(rng.uniform(0, 9))))


@pytest.mark.parametrize("seed", range(8))
def test_cells_are_those_whose_centre_lies_inside(seed):
    rng = np.random.default_rng(seed)
    shape, grid = random_polygon(rng), CellGrid(20.0, 190.0, 1.0, 180, 170)
    rows, columns = grid.window(shape)
    x, y = np.meshgrid(*grid.centres(slice(0, grid.rows), slice(0, grid.columns)))
    wanted = shapely.contains_xy(shape, x, y)
    found = np.zeros_like(wanted)
    found[rows, columns] = inside(shape, grid, rows, columns)
    assert (found == wanted).all() and wanted.any()
    over = CellGrid.over(shape, 2.5)
    left, low, right, top = shapely.bounds(shape)
    assert (over.left, over.top) == (np.floor(left / 2.5) * 2.5, np.ceil(top / 2.5) * 2.5)
    assert 0 <= over.left + 2.5 * over.columns - right < 2.5 and 0 <= low - (over.top - 2.5 * over.rows) < 2.5


def test_the_lowest_limit_binds_and_what_is_unknown_stays_so():
    area = shapely.box(0, 0, 100, 60)
    grid = CellGrid.over(area, 1.0)
    limits = [
        Limit(LimitKind.ZONE, "分区", shapely.box(-5, -5, 60, 70), Flat(24.0), False),
        Limit(LimitKind.CORRIDOR, "视线", shapely.box(20, 10, 90, 40), Plane(20, 0, 15.0, 0.4, 0.0)),
        Limit(LimitKind.AIRPORT, "锥形面", shapely.box(0, 30, 100, 60), Cone(shapely.LineString([(0, 50), (100, 50)]), 20.0, 2.0, 1.0)),
        Limit(LimitKind.ZONE, "未知", shapely.box(95, 0, 100, 60), None, False, reason="heights_zone_no_limit"),
    ]  # fmt: skip
    levels = np.tile(np.linspace(0, 10, 140), (100, 1))
    terrain = Terrain(levels, -20.0, 80.0, 1.0)
    found = allowed_heights(area, grid, limits, terrain)
    x, y = grid.centres(slice(0, grid.rows), slice(0, grid.columns))
    for row in range(0, grid.rows, 7):
        for column in range(0, grid.columns, 3):
            at, here = np.array([[x[column], y[row]]]), shapely.Point(x[column], y[row])
            best, who = np.inf, NO_LIMIT
            for number, limit in enumerate(limits):
                if limit.area.contains(here):
                    value = np.nan if limit.shape is None else limit.shape.at(at)[0]
                    value = max(value - terrain.at(at)[0], 0) if limit.is_level else value
                    if np.isnan(value) or value < best:
                        best, who = value, number
            wanted = best if np.isfinite(best) else np.nan
            assert found.binding[row, column] == who
            assert found.heights[row, column] == pytest.approx(wanted, nan_ok=True)
    assert set(np.unique(found.binding)) == {-1, 0, 1, 2, 3}


def test_without_terrain_levels_are_not_known():
    area = shapely.Polygon([(0, 0), (20, 0), (0, 20)])
    limits = [Limit(LimitKind.CORRIDOR, "视线", shapely.box(0, 0, 10, 20), Flat(30.0))]
    found = allowed_heights(area, CellGrid.over(area, 1.0), limits, None)
    assert np.isnan(found.heights).all() and {OUTSIDE, NO_LIMIT, 0} == set(np.unique(found.binding))
