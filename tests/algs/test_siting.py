"""selectsites and findsites in QGIS: real layers, real rasters, real reports."""

import shutil
import zipfile

import numpy as np
import pytest
import shapely


@pytest.fixture
def h(qgis_app):
    import helpers

    return helpers


def write(tmp_path, text):
    path = tmp_path / "criteria.yaml"
    path.write_text("name: t\nversion: 1\n" + text, encoding="utf-8")
    return str(path)


def raster(path, values, cell, left, top, epsg, nodata=None):
    """A GeoTIFF of a 2-D array."""
    from osgeo import gdal, osr

    data = gdal.GetDriverByName("GTiff").Create(str(path), values.shape[1], values.shape[0], 1, gdal.GDT_Float32)
    data.SetGeoTransform((left, cell, 0, top, 0, -cell))
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(epsg)
    data.SetProjection(reference.ExportToWkt())
    if nodata is not None:
        data.GetRasterBand(1).SetNoDataValue(nodata)
    data.GetRasterBand(1).WriteArray(values)
    data = None  # closed and on disk
    from qgis.core import QgsRasterLayer

    return QgsRasterLayer(str(path), "dem")


def plane_dem(h, path, slope_percent, cell=10.0, cells=120, hole=0):
    """A DEM on the plane that rises eastwards; `hole` columns in the west have no data."""
    heights = np.tile(np.arange(cells) * cell * slope_percent / 100, (cells, 1)).astype("f4")
    heights[:, :hole] = -9999
    return raster(path, heights, cell, h.X - 100, h.Y + 600, 4549, -9999)


def shapes(layer):
    return shapely.from_wkb([bytes(f.geometry().asWkb()) for f in layer.getFeatures()])


SELECT = """
layers: {farm: {}, road: {}, use: {}, dem: {}}
constraints:
  - {id: farm, title: Farmland, layer: farm, kind: avoid, where: '"k" = 1'}
  - {id: big, title: Area, kind: area, min: 9000}
  - {id: own, title: Owner, kind: attribute, expression: '"owner" = ''state'''}
  - {id: steep, title: Slope, layer: dem, kind: slope, max: 6, unit: percent}
factors:
  matrix: [[1, 2, 4], [1/2, 1, 2], [1/4, 1/2, 1]]
  children:
    - {id: road, title: Road, layer: road, kind: distance, value: {type: linear, worst: 400, best: 0}}
    - {id: use, title: Use, layer: use, kind: class, field: code, value: {type: classes, table: {"05*": 100, "01*": 0}}}
    - {id: rent, title: Rent, kind: expression, expression: '"rent" / 2', value: {type: linear, worst: 0, best: 10}}
"""


def select(h, tmp_path, layers, text=SELECT, **more):
    rows = [(h.box_wkt(150 * n, 0), f"P{n}", "state", 10.0) for n in range(4)]
    rows += [(h.box_wkt(0, 300, 50), "small", "private", None), (None, "none", "state", 1.0)]
    mine = h.layer("cand", rows, "XMBH:string,owner:string,rent:double")
    outputs = {"SITES": "memory:", "REJECTED": "memory:", "REMOVALS": "memory:", **more}
    told = h.Feedback()
    return h.run("selectsites", told, CANDIDATES=mine, CRITERIA=write(tmp_path, text), LAYERS=layers, **outputs), told.lines


def county(h, tmp_path, slope=5.0):
    farm = h.layer("farm", [(h.box_wkt(180, 0), 1), (h.box_wkt(300, 0), 2)], "k:integer")
    road = h.layer("road", [(f"LINESTRING({h.X + 650} {h.Y - 50},{h.X + 650} {h.Y + 500})",)], kind="LineString")
    use = h.layer("use", [(h.box_wkt(-50, 0), "0101"), (h.box_wkt(300, 0, 300), "0501")], "code:string")
    return [farm, road, use, plane_dem(h, tmp_path / "dem.tif", slope)]


def test_selectsites_ranks_and_tells_every_reason(h, tmp_path):
    result, told = select(h, tmp_path, county(h, tmp_path))
    assert [result[n] for n in ("CANDIDATE_COUNT", "KEPT_COUNT", "REJECTED_COUNT")] == [6, 3, 2]
    sites = list(result["SITES"].getFeatures())
    assert [f["site_key"] for f in sites] == ["P3", "P2", "P0"] and [f["rank"] for f in sites] == [1, 2, 3]
    first = sites[0]
    assert first["road_raw"] == pytest.approx(100, abs=0.01) and first["road_score"] == pytest.approx(75, abs=0.01)
    assert first["use_raw"] == "0501" and first["rent_raw"] == 5
    assert first["score"] == pytest.approx((4 * 75 + 2 * 100 + 50) / 7, abs=0.01)
    assert first["c_steep"] == pytest.approx(5, abs=0.01) and first["area_m2"] == pytest.approx(10_000, abs=10)
    assert sum(first[f"{n}_part"] for n in ("road", "use", "rent")) == pytest.approx(first["score"], abs=0.001)
    rejected = {f["site_key"]: f for f in result["REJECTED"].getFeatures()}
    assert rejected["P1"]["reason_count"] == 1 and "7,0" in rejected["P1"]["reasons"].replace("6,99", "7,0")
    assert rejected["small"]["reason_count"] == 2 and "Owner" in rejected["small"]["reasons"]
    removals = {f["criterion"]: f for f in result["REMOVALS"].getFeatures()}
    assert [removals[n]["removed"] for n in ("farm", "big", "own", "steep")] == [1, 1, 0, 0]
    assert removals["own"]["alone"] == 1


def test_missing_layers_are_not_evaluated_and_bad_ones_do_not_stop_the_run(h, tmp_path):
    layers = county(h, tmp_path)
    result, told = select(h, tmp_path, [layers[0], str(tmp_path / "nowhere.gpkg"), layers[2]])
    sites = list(result["SITES"].getFeatures())
    assert len(sites) == 3
    assert all("Road" in f["not_evaluated"] and "Slope" in f["not_evaluated"] for f in sites)
    assert sites[0]["road_score"] in (None, "NULL") or not sites[0]["road_score"]
    assert sites[0]["evaluated_pct"] == pytest.approx(300 / 7, abs=0.01)
    assert any("nowhere" in line for line in told)


def test_no_candidate_left_says_which_criteria_killed_them(h, tmp_path):
    result, told = select(h, tmp_path, county(h, tmp_path, slope=9.0))
    assert result["KEPT_COUNT"] == 0 and result["REJECTED_COUNT"] == 5
    line = next(line for line in told if "No candidate" in line or "没有剩余" in line)
    assert line.index("Farmland") < line.index("Area") < line.index("Slope")


@pytest.mark.parametrize("suffix", [".docx", ".pdf", ".xlsx", ".html", ".txt"])
def test_reports_of_every_kind(h, tmp_path, suffix):
    path = tmp_path / f"out{suffix}"
    select(h, tmp_path, county(h, tmp_path), REPORT=str(path))
    assert path.stat().st_size > 300
    if suffix == ".docx":
        text = zipfile.ZipFile(path).read("word/document.xml").decode()
        assert all(word in text for word in ("选址分析报告", "P3", "Farmland", "敏感性", "J1"))
    if suffix == ".txt":
        assert path.read_text("gb18030").count("@") == 3


# --- rasters -----------------------------------------------------------------------------------------------------------------------


def statistics(layer, boxes, kind="slope"):
    from onemap.plugin.bridge.siting_raster import RasterSource
    from onemap.plugin.core.crs import parse_crs

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
    geographic, _ = statistics(raster(tmp_path / "b.tif", ((east - h.X) * 0.05).astype("f4"), cell, left, top, 4490), boxes)
    assert geographic.mean == pytest.approx([2.8624, 2.8624], abs=0.03)


def test_statistics_agree_with_qgis_zonal_statistics(h, tmp_path):
    import processing

    random = np.random.default_rng(2)
    dem = raster(tmp_path / "r.tif", random.uniform(0, 50, (120, 120)).astype("f4"), 10.0, h.X - 100, h.Y + 600, 4549, -9999)
    corners = [(3 + 130 * n, 7 + 90 * n) for n in range(4)]
    zones = h.layer("z", [(h.box_wkt(x, y),) for x, y in corners])
    want = processing.run(
        "native:zonalstatisticsfb", {"INPUT": zones, "INPUT_RASTER": dem, "RASTER_BAND": 1, "STATISTICS": [0, 2, 5, 6], "OUTPUT": "memory:"}
    )["OUTPUT"]
    boxes = np.array([shapely.from_wkt(h.box_wkt(x, y)) for x, y in corners])
    got, _ = statistics(dem, boxes, "elevation")
    for number, feature in enumerate(want.getFeatures()):
        values = [got.cells[number], got.mean[number], got.low[number], got.high[number]]
        assert values == pytest.approx([feature["_count"], feature["_mean"], feature["_min"], feature["_max"]], rel=1e-6)


def test_nodata_coarse_cells_and_overlapping_candidates(h, tmp_path):
    boxes = [shapely.from_wkt(h.box_wkt(*c)) for c in ((0, 0), (0, 0), (50, 0), (-60, 0), (4000, 0), (203, 203, 6))]
    got, source = statistics(plane_dem(h, tmp_path / "a.tif", 10.0, hole=10), np.array(boxes), "elevation")
    assert got.cells.tolist() == [100, 100, 100, 40, 0, 1]  # duplicates and overlaps are counted whole
    assert np.isnan(got.mean[4]) and got.low[0] == got.low[1]
    codes = {r.code: r.params["count"] for r in source.remarks}
    assert codes == {"siting_dem_coarse": 1, "siting_dem_partial": 1, "siting_dem_missing": 1}


# --- findsites ---------------------------------------------------------------------------------------------------------------------

FIND = """
layers: {farm: {}, road: {}, dem: {}}
constraints:
  - {id: farm, title: Farmland, layer: farm, kind: avoid}
  - {id: keep_off, title: Keep off, layer: road, kind: min_distance, distance_m: 20}
  - {id: near, title: Near, layer: road, kind: max_distance, distance_m: 400}
factors: {children: [{id: road, layer: road, kind: distance, value: {type: linear, worst: 400, best: 0}}]}
"""


def find(h, tmp_path, text=FIND, layers=None, told=None, **more):
    extent = h.layer("extent", [(h.box_wkt(0, 0, 1000),)])
    farm = h.layer("farm", [(h.box_wkt(0, 500, 400),), (f"POLYGON(({h.X} {h.Y},{h.X + 450} {h.Y},{h.X} {h.Y + 450},{h.X} {h.Y}))",)])
    road = h.layer("road", [(f"LINESTRING({h.X + 500} {h.Y - 100},{h.X + 620} {h.Y + 1100})",)], kind="LineString")
    told = told or h.Feedback()
    values = {"SITES": "memory:", "FREE_LAND": "memory:", "REMOVALS": "memory:", "COUNT": 4, "AREA_MIN_M2": 9900, "AREA_MAX_M2": 10100}
    result = h.run(
        "findsites", told, EXTENT_LAYER=extent, CRITERIA=write(tmp_path, text), LAYERS=layers or [farm, road], **{**values, **more}
    )
    return result, told.lines, (shapes(extent)[0], shapely.union_all(shapes(farm)), shapes(road)[0])


def test_findsites_are_where_they_may_be(h, tmp_path):
    result, _, (extent, farm, road) = find(h, tmp_path, SPACING=50)
    sites = shapely.get_parts(shapes(result["SITES"]))
    assert len(sites) == 4 == result["SITE_COUNT"]
    free = extent.difference(farm).difference(road.buffer(20, quad_segs=256)).intersection(road.buffer(400, quad_segs=256))
    assert shapely.area(shapely.difference(sites, free)).max() < 1e-6
    assert shapely.distance(sites, road).min() >= 20 and shapely.hausdorff_distance(sites, road).min() > 20
    areas = [f["area_m2"] for f in result["SITES"].getFeatures()]
    assert all(9900 <= a <= 10_100 for a in areas)
    assert min(a.distance(b) for n, a in enumerate(sites) for b in sites[:n]) >= 50
    hull = shapely.area(sites) / shapely.area(shapely.convex_hull(sites))
    assert hull.min() >= 0.85
    assert result["FREE_M2"] == pytest.approx(free.area, rel=2e-4)
    pieces = shapes(result["FREE_LAND"])
    assert shapely.area(pieces).sum() == pytest.approx(free.area, rel=2e-4)
    removals = {f["criterion"]: f for f in result["REMOVALS"].getFeatures()}
    assert removals["farm"]["alone_m2"] == pytest.approx(farm.intersection(extent).area, rel=1e-3)
    assert removals["near"]["remaining_m2"] == result["FREE_M2"]
    again, _, _ = find(h, tmp_path, SPACING=50)
    assert [g.wkb for g in shapes(again["SITES"])] == [g.wkb for g in shapes(result["SITES"])]


def test_findsites_follow_edges(h, tmp_path):
    road = h.layer("road", [(f"LINESTRING({h.X + 500} {h.Y - 100},{h.X + 620} {h.Y + 1100})",)], kind="LineString")
    edge = h.layer("edge", [(f"LINESTRING({h.X + 535} {h.Y},{h.X + 635} {h.Y + 1000})",)], kind="LineString")
    farm = h.layer("farm", [(h.box_wkt(0, 500, 400),)])
    result, told, _ = find(h, tmp_path, layers=[farm, road], FOLLOW=edge, COUNT=2)
    assert result["SITE_COUNT"] == 2, told
    line = shapes(edge)[0]
    for site in shapely.get_parts(shapes(result["SITES"])):
        sides = [shapely.LineString(s) for s in zip(site.exterior.coords[:-1], site.exterior.coords[1:])]
        assert min(max(shapely.Point(c).distance(line) for c in s.coords) for s in sides) < 0.05


def test_findsites_bad_input(h, tmp_path):
    for low, high, word in ((200, 100, "200"), (None, None, "AREA_MIN_M2")):
        told = h.Feedback()
        with pytest.raises(Exception, match="errors|AREA|100"):
            find(h, tmp_path, told=told, AREA_MIN_M2=low, AREA_MAX_M2=high)
        assert any(word in line for line in told.lines)
    everything = h.layer("farm", [(h.box_wkt(-10, -10, 2000),)])
    result, told, _ = find(h, tmp_path, layers=[everything])
    assert result["SITE_COUNT"] == 0 and result["FREE_M2"] == 0
    assert any("Farmland" in line and ("No free land" in line or "没有剩余可选土地" in line) for line in told)
    assert any("not evaluated" in line for line in told)  # the road layer is missing and that is told
    narrow = h.layer("farm", [(h.box_wkt(30, -10, 2000),)])
    result, told, _ = find(h, tmp_path, layers=[narrow])
    assert result["SITE_COUNT"] == 0 and result["FREE_M2"] > 0


def test_land_of_unknown_slope_is_left_out_and_told(h, tmp_path):
    text = "layers: {dem: {}}\nconstraints: [{id: steep, title: Steep, layer: dem, kind: slope, max: 10, unit: degree}]\n"
    result, told, _ = find(h, tmp_path, text, layers=[plane_dem(h, tmp_path / "dem.tif", 5.0, hole=40)])
    assert any("DEM" in line or "dem" in line for line in told if "no data" in line or "无数据" in line)
    # the DEM ends 600 m north; its western columns up to 300 m, and one more that the slope's window cannot fill or fills by edges
    assert result["FREE_M2"] == pytest.approx(700 * 600, rel=0.03)


# --- real data ---------------------------------------------------------------------------------------------------------------------

AACHEN = """
layers:
  natura: {names: [Natura2000_aachenClipped]}
  cdda: {names: [CDDA_aachenClipped]}
  roads: {names: [aachenRoads]}
  dem: {names: [elevation]}
constraints:
  - {id: natura, layer: natura, kind: avoid}
  - {id: cdda, layer: cdda, kind: avoid}
  - {id: keep_off, layer: roads, kind: min_distance, distance_m: 100}
  - {id: near, layer: roads, kind: max_distance, distance_m: 1000}
  - {id: steep, layer: dem, kind: slope, max: 10, unit: degree}
"""


def native_aachen(folder, tmp_path):
    """Free land by QGIS's own tools: reproject, buffer, difference, intersection, slope, polygonise; m2 on the plane."""
    import processing
    from onemap.plugin.core.crs import plane_for_longitude
    from qgis.core import QgsCoordinateReferenceSystem

    plane = QgsCoordinateReferenceSystem.fromWkt(plane_for_longitude(6.2).to_wkt())

    def run(name, output="memory:", **values):
        return processing.run(name, {**values, "OUTPUT": output})["OUTPUT"]

    def moved(name):
        return run("native:fixgeometries", INPUT=run("native:reprojectlayer", INPUT=str(folder / name), TARGET_CRS=plane))

    free, roads = moved("aachenShapefile.shp"), moved("aachenRoads.shp")
    for name in ("Natura2000_aachenClipped.shp", "CDDA_aachenClipped.shp"):
        free = run("native:difference", INPUT=free, OVERLAY=moved(name))
    free = run("native:difference", INPUT=free, OVERLAY=run("native:buffer", INPUT=roads, DISTANCE=100, SEGMENTS=16, DISSOLVE=True))
    free = run("native:intersection", INPUT=free, OVERLAY=run("native:buffer", INPUT=roads, DISTANCE=1000, SEGMENTS=12, DISSOLVE=True))
    warp = {"INPUT": str(folder / "elevation.tif"), "TARGET_CRS": plane, "RESAMPLING": 1, "DATA_TYPE": 6, "NODATA": -9999}
    slope = run("native:slope", str(tmp_path / "s.tif"), INPUT=run("gdal:warpreproject", str(tmp_path / "w.tif"), **warp), Z_FACTOR=1)
    classes = {"RASTER_BAND": 1, "TABLE": [-1, 10, 0, 10, 90, 1], "NO_DATA": -9999, "RANGE_BOUNDARIES": 0}
    steep = run("native:reclassifybytable", str(tmp_path / "c.tif"), INPUT_RASTER=slope, **classes)
    polygons = run("gdal:polygonize", str(tmp_path / "p.gpkg"), INPUT=steep, BAND=1, FIELD="v")
    steep = run("native:fixgeometries", INPUT=run("native:extractbyexpression", INPUT=polygons, EXPRESSION="v=1"))
    return sum(f.geometry().area() for f in run("native:difference", INPUT=free, OVERLAY=steep).getFeatures())


@pytest.mark.skipif(shutil.which("gdal_polygonize.py") is None, reason="the independent computation needs GDAL's tools")
def test_aachen_free_land_agrees_with_qgis_native_tools(h, tmp_path, shared_data):
    folder = shared_data / "siteselect_aachen"
    layers = [str(folder / name) for name in ("Natura2000_aachenClipped.shp", "CDDA_aachenClipped.shp", "aachenRoads.shp", "elevation.tif")]
    values = {"AREA_MIN_M2": 20_000, "AREA_MAX_M2": 20_400, "COUNT": 3, "SPACING": 1000, "SITES": "memory:"}
    result = h.run("findsites", EXTENT_LAYER=str(folder / "aachenShapefile.shp"), CRITERIA=write(tmp_path, AACHEN), LAYERS=layers, **values)
    assert result["FREE_M2"] == pytest.approx(native_aachen(folder, tmp_path), rel=1e-3)
    assert result["SITE_COUNT"] == 3


def test_realcounty_has_sites_of_15_mu(h, tmp_path, shared_data):
    """The shipped example on a real county: sites clear of farmland and redline by an overlay of its own, with a report."""
    from onemap.plugin.formats.criteria_files import FOLDER
    from qgis.core import QgsVectorLayer

    source = str(shared_data / "realcounty" / "county.gpkg")
    layers = [f"{source}|layername={name}" for name in ("DLTB", "YJJBNTTB", "STBHHX", "CZKFBJ")]
    report = tmp_path / "sites.docx"
    result = h.run(
        "findsites",
        EXTENT_LAYER=layers[3],
        CRITERIA=str(FOLDER / "industrial_15mu.yaml"),
        LAYERS=layers,
        COUNT=3,
        SITES="memory:",
        REPORT=str(report),
    )
    sites = shapes(result["SITES"])
    assert result["SITE_COUNT"] == 3 and report.stat().st_size > 50_000
    for name in ("YJJBNTTB", "STBHHX"):
        there = shapes(QgsVectorLayer(f"{source}|layername={name}", name, "ogr"))
        near = shapely.make_valid(there[np.unique(shapely.STRtree(there).query(sites)[1])])
        # both are in degrees here, edges straight there: a hair's breadth of difference to the plane
        assert shapely.area(shapely.intersection(sites, shapely.union_all(near))).max() < 1e-12
    assert all(abs(f["area_mu"] - 15) <= 0.15 for f in result["SITES"].getFeatures())
