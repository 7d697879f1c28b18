"""Cells in polygons as runs: the cells of GDAL's rasterizer, of every polygon for itself."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land import cell_runs
from onemap.plugin.core.land.cell_runs import Frame, Runs

FRAME = Frame(500.0, 900.0, 10.0, 40, 30)


def cells(runs, owner):
    own, row, column = runs.cells()
    return set(zip(row[own == owner].tolist(), column[own == owner].tolist()))


def by_gdal(geometry):
    gdal, ogr = pytest.importorskip("osgeo.gdal"), pytest.importorskip("osgeo.ogr")
    raster = gdal.GetDriverByName("MEM").Create("", FRAME.width, FRAME.height, 1, gdal.GDT_Byte)
    raster.SetGeoTransform((FRAME.left, FRAME.cell, 0, FRAME.top, 0, -FRAME.cell))
    data = ogr.GetDriverByName("Memory").CreateDataSource("")
    layer = data.CreateLayer("one", None, ogr.wkbUnknown)
    feature = ogr.Feature(layer.GetLayerDefn())
    feature.SetGeometryDirectly(ogr.CreateGeometryFromWkb(shapely.to_wkb(geometry)))
    layer.CreateFeature(feature)
    gdal.RasterizeLayer(raster, [1], layer, burn_values=[1])
    return set(zip(*(index.tolist() for index in np.nonzero(raster.ReadAsArray()))))


def shapes(seed, round_to):
    """Polygons with holes and of several parts, some beyond the grid; vertices on multiples of `round_to` metres."""
    dice = np.random.default_rng(seed)
    found = []
    for x, y, radius in dice.uniform((480, 580, 3), (920, 920, 120), (40, 3)):
        angles = np.sort(dice.uniform(0, 2 * np.pi, 9))
        reach = radius * dice.uniform(0.4, 1, 9)
        ring = np.stack([x + reach * np.cos(angles), y + reach * np.sin(angles)], axis=1)
        shape = shapely.make_valid(shapely.polygons(np.round(ring / round_to) * round_to))
        shape = shape.difference(shapely.box(x, y, x + 2 * round_to, y + 4 * round_to))
        parts = shapely.get_parts(shape)
        parts = parts[shapely.get_dimensions(parts) == 2]
        if len(parts):
            found.append(shapely.multipolygons(parts) if len(parts) > 1 else parts[0])
    return np.array(found, dtype=object)


@pytest.mark.parametrize("round_to", [0.001, 5.0])  # the second: corners and edges on the centres of cells
def test_cells_are_those_of_gdal(round_to):
    polygons = np.concatenate([shapes(seed, round_to) for seed in range(6)])
    runs = cell_runs.cell_runs(polygons, FRAME)
    assert (runs.stop > runs.first).all() and (np.diff(runs.owner) >= 0).all()
    assert (
        sum(len(cells(runs, owner)) for owner in range(len(polygons))) == (runs.stop - runs.first).sum()
    )  # none twice
    for owner, polygon in enumerate(polygons):
        assert cells(runs, owner) == by_gdal(polygon), polygon.wkt


def test_many_polygons_are_cut_into_shares_that_tell_the_same(monkeypatch):
    polygons = shapes(7, 0.001)
    whole = cell_runs.cell_runs(polygons, FRAME)
    monkeypatch.setattr(cell_runs, "_VERTICES", 25)
    for one, other in zip(whole, cell_runs.cell_runs(polygons, FRAME)):
        assert one.tolist() == other.tolist()


def test_polygons_beyond_the_grid_hold_no_cell():
    off = np.array([shapely.box(0, 0, 50, 50), shapely.box(500, 901, 600, 950), shapely.box(901, 700, 950, 800)])
    assert not len(cell_runs.cell_runs(off, FRAME).owner)
    around = np.array([shapely.box(-1e6, -1e6, 1e6, 1e6)])
    runs = cell_runs.cell_runs(around, FRAME)
    assert len(cells(runs, 0)) == FRAME.width * FRAME.height


def test_portions_hold_every_run_once():
    runs = Runs(*(np.array(column) for column in ([0, 0, 1, 2], [0, 1, 0, 5], [0, 3, 2, 0], [4, 9, 3, 40])))
    found = list(runs.portions(10))
    assert [sum((p.stop - p.first).tolist()) for p in found] == [4, 7, 40]
    assert np.concatenate([p.row for p in found]).tolist() == runs.row.tolist()
