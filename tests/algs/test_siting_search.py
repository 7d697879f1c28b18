"""findsites in QGIS: free land, sites in it, and the real cases of the site selection."""

import shutil

import numpy as np
import pytest
import shapely
from onemap.tests.support.long_runs import LONG
from onemap.tests.support.siting import plane_dem, raster, shapes, write
from qgis.core import NULL, QgsFeature, QgsGeometry, QgsRectangle, QgsVectorLayer


@pytest.fixture
def h(qgis_app):
    from onemap.tests.support import algorithms as helpers

    return helpers


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
    farm = h.layer(
        "farm",
        [(h.box_wkt(0, 500, 400),), (f"POLYGON(({h.X} {h.Y},{h.X + 450} {h.Y},{h.X} {h.Y + 450},{h.X} {h.Y}))",)],
    )
    road = h.layer("road", [(f"LINESTRING({h.X + 500} {h.Y - 100},{h.X + 620} {h.Y + 1100})",)], kind="LineString")
    told = told or h.Feedback()
    values = {
        "SITES": "memory:",
        "FREE_LAND": "memory:",
        "REMOVALS": "memory:",
        "COUNT": 4,
        "AREA_MIN_M2": 9900,
        "AREA_MAX_M2": 10100,
    }
    result = h.run(
        "findsites",
        told,
        EXTENT_LAYER=extent,
        CRITERIA=write(tmp_path, text),
        LAYERS=layers or [farm, road],
        **{**values, **more},
    )
    return result, told.lines, (shapes(extent)[0], shapely.union_all(shapes(farm)), shapes(road)[0])


def test_findsites_are_where_they_may_be(h, tmp_path):
    result, _, (extent, farm, road) = find(h, tmp_path, SPACING=50)
    sites = shapely.get_parts(shapes(result["SITES"]))
    assert len(sites) == 4 == result["SITE_COUNT"]
    free = (
        extent.difference(farm).difference(road.buffer(20, quad_segs=256)).intersection(road.buffer(400, quad_segs=256))
    )
    kept = extent.difference(farm).difference(road.buffer(20, quad_segs=256))
    assert shapely.area(shapely.difference(sites, kept)).max() < 1e-6
    # to be near counts from the nearest edge, in a search as in a selection
    assert shapely.distance(sites, road).min() >= 20 and shapely.distance(sites, road).max() <= 400
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
    for feature, site in zip(result["SITES"].getFeatures(), sites):  # every constraint is measured on the site itself
        assert (
            feature["c_farm"] == 0
            and feature["c_near"] == pytest.approx(site.distance(road), abs=0.001) == feature["c_keep_off"]
        )
    again, _, _ = find(h, tmp_path, SPACING=50)
    assert [g.wkb for g in shapes(again["SITES"])] == [g.wkb for g in shapes(result["SITES"])]


def test_a_far_feature_is_far_enough(h, tmp_path):
    """What lies beyond the box that was read cannot be measured, yet the site keeps off it."""
    text = "layers: {road: {}}\nconstraints: [{id: keep, title: Keep off, layer: road, kind: min_distance, distance_m: 20}]\n"
    far = h.layer("road", [(f"LINESTRING({h.X + 9000} {h.Y},{h.X + 9000} {h.Y + 900})",)], kind="LineString")
    result, _, _ = find(h, tmp_path, text, layers=[far])
    assert result["SITE_COUNT"] == 4
    assert all(f["not_evaluated"] == "" and f["c_keep"] in (None, NULL) for f in result["SITES"].getFeatures())


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


def test_constraints_on_area_and_attributes_without_parcels(h, tmp_path):
    text = FIND.replace(
        "factors:",
        """  - {id: big, title: Big, kind: area, min: 12000}
  - {id: own, title: Owner, kind: attribute, expression: '"a" = 1'}
factors:""",
    )
    result, told, _ = find(h, tmp_path, text, AREA_MIN_M2=None, AREA_MAX_M2=12_200)
    assert result["SITE_COUNT"] == 4 and all(12_000 <= f["area_m2"] <= 12_200 for f in result["SITES"].getFeatures())
    assert all("Owner" in f["not_evaluated"] for f in result["SITES"].getFeatures())
    assert any("Owner" in line for line in told)
    with pytest.raises(Exception, match="errors"):
        find(h, tmp_path, text)  # at most 10,100 m2 by the parameters, at least 12,000 by the criteria


def test_a_dem_elsewhere_leaves_candidates_nobody_recommends(h, tmp_path):
    text = (
        "layers: {dem: {}}\nconstraints: [{id: steep, title: Steep, layer: dem, kind: slope, max: 10, unit: degree}]\n"
    )
    far = raster(tmp_path / "far.tif", np.zeros((50, 50), "f4"), 10.0, h.X + 90_000, h.Y, 4549)
    result, told, _ = find(h, tmp_path, text, layers=[far])
    assert result["SITE_COUNT"] == 4
    assert all("Steep" in f["not_evaluated"] for f in result["SITES"].getFeatures())
    assert any("Steep" in line and ("not recommended" in line or "不作推荐" in line) for line in told)


def test_land_of_unknown_slope_is_left_out_and_told(h, tmp_path):
    text = (
        "layers: {dem: {}}\nconstraints: [{id: steep, title: Steep, layer: dem, kind: slope, max: 10, unit: degree}]\n"
    )
    result, told, _ = find(h, tmp_path, text, layers=[plane_dem(h, tmp_path / "dem.tif", 5.0, hole=40)])
    assert any("DEM" in line or "dem" in line for line in told if "no data" in line or "无数据" in line)
    # the DEM ends 600 m north; its western columns up to 300 m, and one more that the slope's window cannot fill or fills by edges
    assert result["FREE_M2"] == pytest.approx(700 * 600, rel=0.03)


def test_a_coarse_dem_is_told_once_and_of_the_sites_alone(h, tmp_path):
    """Thousands of shapes are tried; what the reader gets are three sites."""
    text = "layers: {dem: {}}\nfactors: {children: [{id: e, layer: dem, kind: relief, unit: m, value: {type: linear, worst: 90, best: 0}}]}\n"
    heights = np.tile(np.arange(20) * 5.0, (20, 1)).astype("f4")
    dem = raster(tmp_path / "dem.tif", heights, 60.0, h.X - 100, h.Y + 1000, 4549)
    result, told, _ = find(h, tmp_path, text, layers=[dem])
    coarse = [line for line in told if "four cells" in line or "4 个像元" in line]
    assert len(coarse) == 1 and f"{result['SITE_COUNT']} " in coarse[0], coarse


# --- real data ---------------------------------------------------------------------------------------------------------------------

PART = (6.12, 50.66, 6.32, 50.78)  # of Aachen, in degrees
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
  - {id: steep, layer: dem, kind: slope, max: 10, unit: degree, statistic: max}
"""


def native_aachen(folder, extent, tmp_path):
    """Free land by QGIS's own tools: reproject, buffer, difference, intersection, slope, polygonise; m2 on the plane."""
    import processing
    from onemap.plugin.core.land.crs import plane_for_longitude
    from qgis.core import QgsCoordinateReferenceSystem, QgsReferencedRectangle

    plane = QgsCoordinateReferenceSystem.fromWkt(plane_for_longitude(6.2).to_wkt())
    reach = extent.extent()
    reach.grow(0.03)  # degrees: more than the kilometre within which roads count
    reach = QgsReferencedRectangle(reach, extent.crs())

    def run(name, output="memory:", **values):
        return processing.run(name, {**values, "OUTPUT": output})["OUTPUT"]

    def moved(layer):
        near = run("native:extractbyextent", INPUT=layer, EXTENT=reach)
        return run("native:fixgeometries", INPUT=run("native:reprojectlayer", INPUT=near, TARGET_CRS=plane))

    free, roads = moved(extent), moved(str(folder / "aachenRoads.shp"))
    for name in ("Natura2000_aachenClipped.shp", "CDDA_aachenClipped.shp"):
        free = run("native:difference", INPUT=free, OVERLAY=moved(str(folder / name)))
    free = run(
        "native:difference",
        INPUT=free,
        OVERLAY=run("native:buffer", INPUT=roads, DISTANCE=100, SEGMENTS=16, DISSOLVE=True),
    )
    free = run(
        "native:intersection",
        INPUT=free,
        OVERLAY=run("native:buffer", INPUT=roads, DISTANCE=1000, SEGMENTS=12, DISSOLVE=True),
    )
    warp = {
        "INPUT": str(folder / "elevation.tif"),
        "TARGET_CRS": plane,
        "RESAMPLING": 1,
        "DATA_TYPE": 6,
        "NODATA": -9999,
    }
    slope = run(
        "native:slope",
        str(tmp_path / "s.tif"),
        INPUT=run("gdal:warpreproject", str(tmp_path / "w.tif"), **warp),
        Z_FACTOR=1,
    )
    classes = {"RASTER_BAND": 1, "TABLE": [-1, 10, 0, 10, 90, 1], "NO_DATA": -9999, "RANGE_BOUNDARIES": 0}
    steep = run("native:reclassifybytable", str(tmp_path / "c.tif"), INPUT_RASTER=slope, **classes)
    polygons = run("gdal:polygonize", str(tmp_path / "p.gpkg"), INPUT=steep, BAND=1, FIELD="v")
    steep = run("native:fixgeometries", INPUT=run("native:extractbyexpression", INPUT=polygons, EXPRESSION="v=1"))
    return sum(f.geometry().area() for f in run("native:difference", INPUT=free, OVERLAY=steep).getFeatures())


def aachen_extent(h, folder):
    """The whole of Aachen in a long run, otherwise a part of it where every constraint takes land."""
    if LONG:
        return QgsVectorLayer(str(folder / "aachenShapefile.shp"), "extent", "ogr")
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "extent", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(*PART)))
    layer.dataProvider().addFeatures([feature])
    layer.updateExtents()
    return layer


@pytest.fixture
def no_side_files():
    """Statistics that QGIS takes of a raster are not written beside the shared data."""
    from osgeo import gdal

    gdal.SetConfigOption("GDAL_PAM_ENABLED", "NO")
    yield
    gdal.SetConfigOption("GDAL_PAM_ENABLED", None)


@pytest.mark.skipif(shutil.which("gdal_polygonize.py") is None, reason="the independent computation needs GDAL's tools")
def test_aachen_free_land_agrees_with_qgis_native_tools(h, tmp_path, shared_data, no_side_files):
    folder = shared_data / "siteselect_aachen"
    layers = [
        str(folder / name)
        for name in ("Natura2000_aachenClipped.shp", "CDDA_aachenClipped.shp", "aachenRoads.shp", "elevation.tif")
    ]
    values = {"AREA_MIN_M2": 20_000, "AREA_MAX_M2": 20_400, "COUNT": 3, "SPACING": 1000, "SITES": "memory:"}
    extent = aachen_extent(h, folder)
    result = h.run(
        "findsites",
        EXTENT_LAYER=extent,
        CRITERIA=write(tmp_path, AACHEN),
        LAYERS=layers,
        REMOVALS="memory:",
        **values,
    )
    assert all(f["alone_m2"] > 100_000 for f in result["REMOVALS"].getFeatures())
    assert result["FREE_M2"] == pytest.approx(native_aachen(folder, extent, tmp_path), rel=1e-3)
    assert result["SITE_COUNT"] == 3


def test_realcounty_has_sites_of_15_mu(h, tmp_path, shared_data):
    """The shipped example on a real county: sites clear of farmland and redline by an overlay of its own, with a report.

    The whole county in a long run, otherwise the built-up land of a part of it.
    """
    from onemap.plugin.formats.rules.criteria_files import FOLDER

    source = str(shared_data / "realcounty" / "county.gpkg")
    layers = [f"{source}|layername={name}" for name in ("DLTB", "YJJBNTTB", "STBHHX", "CZKFBJ")]
    report = tmp_path / "sites.docx"
    result = h.run(
        "findsites",
        EXTENT_LAYER=layers[3] if LONG else f"{layers[3]}|subset=fid <= 400",
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


def test_the_report_maps_what_each_criterion_takes(h, tmp_path, monkeypatch):
    from onemap.plugin.bridge.siting import reporting

    seen, drawn = {}, reporting.excluded_map

    def watched(plane, extent, taken):
        seen.update(taken)
        return drawn(plane, extent, taken)

    monkeypatch.setattr(reporting, "excluded_map", watched)
    result, _, (extent, farm, road) = find(h, tmp_path, SPACING=50, REPORT=str(tmp_path / "r.html"))
    assert "各硬约束扣除的土地" in (tmp_path / "r.html").read_text(encoding="utf-8")
    inside = farm.intersection(extent).area
    assert shapely.area(shapely.union_all(np.array(seen["Farmland"], dtype=object))) == pytest.approx(inside, rel=1e-6)
    removed = {f["criterion"]: f["alone_m2"] for f in result["REMOVALS"].getFeatures()}
    off = shapely.union_all(np.array(seen["Keep off"], dtype=object))
    assert off.area == pytest.approx(removed["keep_off"], rel=1e-3)


def test_findsites_take_neighbouring_parcels_whole(h, tmp_path):
    """Parcels of 50 x 40 m as FOLLOW: two of them are a site, and its outline is theirs."""
    text = """
layers: {farm: {}}
constraints: [{id: farm, layer: farm, kind: avoid}]
factors: {children: [{id: round, kind: compactness, value: {type: linear, worst: 0.2, best: 0.8}}]}
"""
    cells = [(50 * c, 40 * r) for c in range(8) for r in range(6)]
    parcels = h.layer("parcels", [(shapely.box(h.X + x, h.Y + y, h.X + x + 50, h.Y + y + 40).wkt,) for x, y in cells])
    farm = h.layer("farm", [(shapely.box(h.X, h.Y, h.X + 50, h.Y + 40).wkt,)])
    values = {"AREA_MIN_M2": 3990, "AREA_MAX_M2": 4010, "SPACING": 0, "COUNT": 40}
    result, told, _ = find(h, tmp_path, text, layers=[farm], FOLLOW=parcels, **values)
    own = shapes(parcels)[1:]
    sites = shapely.get_parts(shapes(result["SITES"]))
    whole = [s for s in sites if sum(s.buffer(0.01).covers(p) for p in own) == 2 and s.geom_type == "Polygon"]
    assert whole, told


@pytest.mark.parametrize("low, high, told_of", [(15, 15, True), (9900, 10100, False)])
def test_an_area_that_was_typed_in_mu_is_told(h, tmp_path, low, high, told_of):
    _, told, _ = find(h, tmp_path, AREA_MIN_M2=low, AREA_MAX_M2=high, COUNT=1)
    lines = [line for line in told if "0.02 mu" in line or "0.02 亩" in line]
    assert bool(lines) == told_of and (not told_of or "9,900" in lines[0])
