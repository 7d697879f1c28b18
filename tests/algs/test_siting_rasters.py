"""Slopes, statistics and missing data of rasters, as the site selection reads them."""

import numpy as np
import pytest
import shapely
from siting_helpers import plane_dem, raster


@pytest.fixture
def h(qgis_app):
    import helpers

    return helpers


def statistics(layer, boxes, kind="slope"):
    from onemap.plugin.bridge.layers.raster import RasterSource
    from onemap.plugin.core.land.crs import parse_crs

    source = RasterSource(layer, "DEM")
    plane = parse_crs("EPSG:4549")
    return source.grid(kind, plane, shapely.total_bounds(boxes)).statistics(boxes), source


def test_slope_of_a_plane_in_any_crs(h, tmp_path):
    """A slope of 5 % eastwards is 2.862 degrees, on the plane and in degrees of longitude (where a cell is 96 m by 111 m)."""
    boxes = np.array([shapely.from_wkt(h.box_wkt(x, 0)) for x in (0, 300)])
    flat, _ = statistics(plane_dem(h, tmp_path / "a.tif", 5.0), boxes)
    assert flat.mean == pytest.approx([2.8624, 2.8624], abs=0.001)
    from pyproj import Transformer

    cell, move = 0.0001, Transformer.from_crs("EPSG:4490", "EPSG:4549", always_xy=True)
    left, top = (round(v, 4) for v in move.transform(h.X - 200, h.Y + 700, direction="INVERSE"))
    x, y = np.meshgrid(left + (np.arange(200) + 0.5) * cell, top - (np.arange(200) + 0.5) * cell)
    east, _ = move.transform(x, y)
    geographic, _ = statistics(
        raster(tmp_path / "b.tif", ((east - h.X) * 0.05).astype("f4"), cell, left, top, 4490), boxes
    )
    assert geographic.mean == pytest.approx([2.8624, 2.8624], abs=0.03)


def test_statistics_agree_with_qgis_zonal_statistics(h, tmp_path):
    import processing

    random = np.random.default_rng(2)
    dem = raster(
        tmp_path / "r.tif", random.uniform(0, 50, (120, 120)).astype("f4"), 10.0, h.X - 100, h.Y + 600, 4549, -9999
    )
    corners = [(3 + 130 * n, 7 + 90 * n) for n in range(4)]
    zones = h.layer("z", [(h.box_wkt(x, y),) for x, y in corners])
    want = processing.run(
        "native:zonalstatisticsfb",
        {"INPUT": zones, "INPUT_RASTER": dem, "RASTER_BAND": 1, "STATISTICS": [0, 2, 5, 6], "OUTPUT": "memory:"},
    )["OUTPUT"]
    boxes = np.array([shapely.from_wkt(h.box_wkt(x, y)) for x, y in corners])
    got, _ = statistics(dem, boxes, "elevation")
    for number, feature in enumerate(want.getFeatures()):
        values = [got.cells[number], got.mean[number], got.low[number], got.high[number]]
        assert values == pytest.approx(
            [feature["_count"], feature["_mean"], feature["_min"], feature["_max"]], rel=1e-6
        )


def test_nodata_coarse_cells_and_overlapping_candidates(h, tmp_path):
    boxes = [shapely.from_wkt(h.box_wkt(*c)) for c in ((0, 0), (0, 0), (50, 0), (-60, 0), (4000, 0), (203, 203, 6))]
    got, source = statistics(plane_dem(h, tmp_path / "a.tif", 10.0, hole=10), np.array(boxes), "elevation")
    assert got.cells.tolist() == [100, 100, 100, 40, 0, 1]  # duplicates and overlaps are counted whole
    assert np.isnan(got.mean[4]) and got.low[0] == got.low[1]
    codes = {r.code: r.params["count"] for r in source.remarks}
    assert codes == {"siting_dem_coarse": 1, "siting_dem_partial": 1, "siting_dem_missing": 1}
