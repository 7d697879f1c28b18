"""Slopes, statistics and missing data of rasters, as the site selection reads them."""

import numpy as np
import pytest
import shapely
from onemap.tests.support.siting import plane_dem, raster, write


@pytest.fixture
def h(qgis_app):
    from onemap.tests.support import algorithms as helpers

    return helpers


def statistics(layer, boxes, kind="slope"):
    from onemap.plugin.bridge.layers.raster import RasterSource
    from onemap.plugin.core.land.crs import parse_crs

    source = RasterSource(layer, "DEM")
    plane = parse_crs("EPSG:4549")
    return source.statistics(kind, plane, boxes), source


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


def changed_band(path, unit="", scale=None, offset=None):
    """Write what a band's numbers mean into a raster file."""
    from osgeo import gdal
    from qgis.core import QgsRasterLayer

    dataset = gdal.Open(str(path), gdal.GA_Update)
    band = dataset.GetRasterBand(1)
    band.SetUnitType(unit)
    if scale is not None:
        band.SetScale(scale)
        band.SetOffset(offset)
    del band, dataset
    return QgsRasterLayer(str(path), "DEM")


def test_feet_are_turned_into_metres_and_told(h, tmp_path):
    """The same numbers in feet are a slope of 5 % x 0.3048 = 1.524 %, 0.8731 degrees."""
    boxes = np.array([shapely.from_wkt(h.box_wkt(0, 0))])
    plane_dem(h, tmp_path / "a.tif", 5.0)
    slope, source = statistics(changed_band(tmp_path / "a.tif", "ft"), boxes)
    assert slope.mean == pytest.approx([np.degrees(np.arctan(0.05 * 0.3048))], abs=0.001)
    assert [r.code for r in source.remarks] == ["siting_raster_unit"]
    assert source.remarks[0].params == {"unit": "ft", "metres": 0.3048}


def test_scale_and_offset_of_a_band_are_applied(h, tmp_path):
    boxes = np.array([shapely.from_wkt(h.box_wkt(0, 0))])
    plane_dem(h, tmp_path / "a.tif", 5.0)
    plain = statistics(changed_band(tmp_path / "a.tif"), boxes, "elevation")[0]
    scaled, source = statistics(changed_band(tmp_path / "a.tif", "", 0.1, -10.0), boxes, "elevation")
    assert scaled.mean == pytest.approx(plain.mean * 0.1 - 10.0, abs=1e-4)
    assert [r.code for r in source.remarks] == ["siting_raster_scaled"]


def test_an_unknown_unit_is_refused(h, tmp_path):
    from onemap.plugin.core.errors import InputError

    plane_dem(h, tmp_path / "a.tif", 5.0)
    with pytest.raises(InputError) as refused:
        statistics(changed_band(tmp_path / "a.tif", "furlong"), np.array([shapely.from_wkt(h.box_wkt(0, 0))]))
    assert refused.value.code == "siting_raster_unit_unknown" and "furlong" in str(refused.value)


def test_one_stray_candidate_costs_nothing(h, tmp_path):
    """A parcel 1,000 km away: no raster is made over the land between, the stray one is not evaluated."""
    near, far = shapely.from_wkt(h.box_wkt(0, 0)), shapely.from_wkt(h.box_wkt(900_000, 500_000))
    dem = plane_dem(h, tmp_path / "a.tif", 5.0)
    alone, _ = statistics(dem, np.array([near]))
    both, source = statistics(dem, np.array([near, far]))
    assert both.mean[0] == alone.mean[0] and np.isnan(both.mean[1])
    (grid,) = source._warped.values()
    assert grid.width * grid.height < 10_000
    assert {r.code: r.params["count"] for r in source.remarks} == {"siting_dem_missing": 1}


def test_candidates_in_groups_get_the_answers_of_one_grid(h, tmp_path, monkeypatch):
    from onemap.plugin.bridge.layers import raster as module

    dem = plane_dem(h, tmp_path / "a.tif", 7.0)
    boxes = np.array([shapely.from_wkt(h.box_wkt(x, y)) for x in (0, 150, 300) for y in (0, 150, 300)])
    whole, _ = statistics(dem, boxes, "elevation")
    monkeypatch.setattr(module, "_LARGE", 500)
    parts, source = statistics(dem, boxes, "elevation")
    for name in ("mean", "low", "high"):
        assert getattr(parts, name) == pytest.approx(getattr(whole, name), abs=1e-3)
    assert (parts.cells == whole.cells).all()


def test_sheets_of_one_raster_are_one(h, tmp_path):
    """Two sheets side by side answer as the whole; a sheet that means something else is refused."""
    from onemap.plugin.bridge.layers.raster import RasterSource
    from onemap.plugin.core.errors import InputError
    from onemap.plugin.core.land.crs import parse_crs
    from osgeo import gdal
    from qgis.core import QgsRasterLayer

    boxes = np.array([shapely.from_wkt(h.box_wkt(x, 0)) for x in (0, 150, 300)])
    whole = plane_dem(h, tmp_path / "a.tif", 5.0)
    info = gdal.Open(str(tmp_path / "a.tif"))
    half = info.RasterXSize // 2
    for name, window in (("w", (0, 0, half, info.RasterYSize)), ("e", (half, 0, half, info.RasterYSize))):
        gdal.Translate(str(tmp_path / f"{name}.tif"), info, srcWin=window)
    west, east = (RasterSource(QgsRasterLayer(str(tmp_path / f"{n}.tif"), n), "DEM") for n in "we")
    west.join(east)
    plane = parse_crs("EPSG:4549")
    joined, one = west.statistics("slope", plane, boxes), statistics(whole, boxes)[0]
    assert joined.mean == pytest.approx(one.mean, abs=1e-4) and (joined.cells == one.cells).all()
    feet = RasterSource(changed_band(tmp_path / "e.tif", "ft"), "DEM")
    with pytest.raises(InputError) as refused:
        west.join(feet)
    assert refused.value.code == "siting_sheets_differ"


def test_the_report_shows_the_ground_through_each_site(h, tmp_path):
    """A plane of 8 % to the east: the page of the site says so; without elevation there is no profile."""
    report, dem = tmp_path / "r.html", plane_dem(h, tmp_path / "dem.tif", 8.0)
    text = """
layers: {dem: {title: DEM}}
constraints: [{id: s, title: Slope, layer: dem, kind: slope, max: 25, unit: percent}]
"""
    values = {"CRITERIA": write(tmp_path, text), "SITES": "memory:", "REJECTED": "memory:", "REPORT": str(report)}
    cell = f"POLYGON(({h.X} {h.Y},{h.X + 200} {h.Y},{h.X + 200} {h.Y + 80},{h.X} {h.Y + 80},{h.X} {h.Y}))"
    parcels = h.layer("cand", [(cell, "P1")], "XMBH:string")
    h.run("selectsites", CANDIDATES=parcels, LAYERS=[dem], **values)
    told = report.read_text(encoding="utf-8")
    assert "地形剖面" in told and "平均坡度 8.0%" in told
    h.run("selectsites", CANDIDATES=parcels, LAYERS=[], **values)
    assert "未绘制：未提供高程图层" in report.read_text(encoding="utf-8")


@pytest.mark.parametrize("void", [-32768, 32767])
def test_heights_that_are_none_are_no_data_and_told(h, tmp_path, void):
    """A file that says by a number what it does not know, and does not say so: the ground there is neither flat nor a
    cliff."""
    heights = np.tile(np.arange(60) * 1.0, (60, 1))
    heights[20:40, :20] = void
    layer = raster(tmp_path / "a.tif", heights.astype("f4"), 10.0, h.X - 100, h.Y + 500, 4549)
    boxes = np.array([shapely.from_wkt(h.box_wkt(*c)) for c in ((-80, 120, 60), (60, 120), (300, 120))])
    slope, source = statistics(layer, boxes)
    assert np.isnan(slope.mean[0]) and 0 < slope.cells[1] < 100
    assert slope.mean[2] == pytest.approx(np.degrees(np.arctan(0.1)), abs=0.01)
    assert slope.mean[1] == pytest.approx(slope.mean[2], abs=0.7)  # beside what is unknown GDAL's slope is less
    (remark,) = (r for r in source.remarks if r.code == "siting_dem_void")
    assert remark.params["value"] == void and remark.params["count"] > 200
    plain = statistics(
        raster(tmp_path / "b.tif", heights.astype("f4"), 10.0, h.X - 100, h.Y + 500, 4549), boxes, "raster"
    )
    assert plain[0].mean[0] == void and not plain[1].remarks  # what are no heights may be any number


@pytest.mark.parametrize("kind", ["slope", "raster"])
@pytest.mark.parametrize("scale", [1.0, 0.1])
def test_minus_9999_that_no_file_declares_is_no_data_and_told(h, tmp_path, kind, scale):
    """The customary number for no data, undeclared: not counted as a value, and not passed over without a word."""
    values = np.tile(np.arange(60) * 1.0, (60, 1))
    values[20:40, :20] = -9999
    boxes = np.array([shapely.from_wkt(h.box_wkt(*c)) for c in ((-80, 120, 60), (300, 120))])
    raster(tmp_path / "a.tif", values.astype("f4"), 10.0, h.X - 100, h.Y + 500, 4549)
    found, source = statistics(changed_band(tmp_path / "a.tif", "", scale, 0.0), boxes, kind)
    assert np.isnan(found.mean[0]) and np.isfinite(found.mean[1])
    (remark,) = (r for r in source.remarks if r.code == "siting_raster_unnamed")
    assert remark.params["value"] == -9999 and remark.params["count"] > 200
    raster(tmp_path / "b.tif", values.astype("f4"), 10.0, h.X - 100, h.Y + 500, 4549, -9999)
    named, source = statistics(changed_band(tmp_path / "b.tif", "", scale, 0.0), boxes, kind)
    assert named.mean[1] == found.mean[1] and all(r.code != "siting_raster_unnamed" for r in source.remarks)


def test_a_raster_that_ends_too_early_is_told_as_damaged(h, tmp_path):
    from onemap.plugin.core.errors import InputError
    from qgis.core import QgsRasterLayer

    plane_dem(h, tmp_path / "a.tif", 5.0)
    (tmp_path / "half.tif").write_bytes((tmp_path / "a.tif").read_bytes()[:3000])
    boxes = np.array([shapely.from_wkt(h.box_wkt(0, 0))])
    with pytest.raises(InputError) as told:
        statistics(QgsRasterLayer(str(tmp_path / "half.tif"), "DEM"), boxes)
    assert told.value.params["error"].strip()


PARTLY = """
layers: {dem: {title: DEM}, stop: {title: Stop}}
constraints: [{id: s, title: Slope, layer: dem, kind: slope, max: %s, unit: percent, statistic: mean}]
factors:
  children:
    - {id: f, title: Gentle, layer: dem, kind: slope, unit: percent, value: {type: linear, worst: 25, best: 0}}
    - {id: d, title: Quiet, layer: stop, kind: distance, unit: m, value: {type: linear, worst: 0, best: 500}}
"""


def partly(h, tmp_path, limit):
    """{key: site} of one on the DEM, one half off it, one 60 km away, and the keys of the rejected."""
    dem = plane_dem(h, tmp_path / "dem.tif", 3, hole=12)
    stop = h.layer("stop", [(h.box_wkt(300, 300, 10),)])
    places = [(100, "on"), (0, "half"), (60_000, "far")]
    cells = h.layer("cand", [(h.box_wkt(x, 10, 40), key) for x, key in places], "XMBH:string")
    outputs = {"SITES": "memory:", "REJECTED": "memory:", "REMOVALS": "memory:"}
    told, criteria = h.Feedback(), write(tmp_path, PARTLY % limit)
    result = h.run("selectsites", told, CANDIDATES=cells, CRITERIA=criteria, LAYERS=[dem, stop], **outputs)
    sites = {f["site_key"]: f for f in result["SITES"].getFeatures()}
    return sites, {f["site_key"] for f in result["REJECTED"].getFeatures()}, result


def test_what_lies_off_the_dem_or_off_all_layers_is_unknown_and_not_good(h, tmp_path):
    sites, out, result = partly(h, tmp_path, 5)
    assert out == set() and {key: s["standing"] == "recommended" for key, s in sites.items()} == {
        "on": True,
        "half": False,
        "far": False,
    }
    assert sites["half"]["f_score"] == pytest.approx(88, abs=4) and "Gentle" in sites["half"]["not_evaluated"]
    assert sites["on"]["evaluated_pct"] == 100 and 60 < sites["half"]["evaluated_pct"] < 90
    assert sites["far"]["evaluated_pct"] == 0 and "Quiet" in sites["far"]["not_evaluated"], "nobody mapped stops there"
    assert sites["far"]["rank"] == 3
    (removal,) = result["REMOVALS"].getFeatures()
    assert "2 of 3" in removal["status"]


def test_a_site_that_is_too_steep_were_the_rest_level_is_out(h, tmp_path):
    assert partly(h, tmp_path, 1)[1] == {"on", "half"}
    sites, out, _ = partly(h, tmp_path, 2)
    assert out == {"on"} and sites["half"]["standing"] != "recommended"
