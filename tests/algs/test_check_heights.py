"""checkheights in QGIS: layers, terrain windows, feet, datums, every bad input, and the four kinds of report."""

from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal, osr
from qgis.core import QgsRasterLayer, QgsVectorLayer

X, Y = 500_000, 3_350_000
ZONE = "MC:string,JZGDGX:double"
BUILDING = "JZBH:string,JZGD:double,CS:string,SWDPBG:double"


def box(x, y, w, d=None):
    d = w if d is None else d
    left, low = X + x, Y + y
    right, top = left + w, low + d
    return f"POLYGON(({left} {low},{right} {low},{right} {top},{left} {top},{left} {low}))"


def point(x, y):
    return f"POINT({X + x} {Y + y})"


def dem(path, level=9.0, size=2000, unit="", at=(-200, -600)):
    """A flat terrain of 10 m cells."""
    cells = size // 10
    data = gdal.GetDriverByName("GTiff").Create(str(path), cells, cells, 1, gdal.GDT_Float32)
    data.SetGeoTransform((X + at[0], 10, 0, Y + at[1] + size, 0, -10))
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(4549)
    data.SetProjection(srs.ExportToWkt())
    data.GetRasterBand(1).WriteArray(np.full((cells, cells), level, dtype=np.float32))
    if unit:
        data.GetRasterBand(1).SetUnitType(unit)
    del data
    return QgsRasterLayer(str(path), "dem")


def town(h):
    """The worked example (B1), a tall building in a zone (B2), one by floors (B3), four that cannot be judged."""
    rows = [
        (box(400, -5, 20, 10), "B1", 16.8, None, 9.0),
        (box(100, 200, 20), "B2", 30.0, None, 9.0),
        (box(140, 200, 20), "B3", None, "6层", 9.0),
        (box(180, 200, 20), "B4", 9999.0, None, 9.0),
        (box(100, 240, 20), "B5", 0.0, None, 9.0),
        (box(140, 240, 20), "B6", None, "6+1", 9.0),
        (box(180, 240, 20), "B7", None, None, 9.0),
        (box(900, 700, 20), "B8", 12.0, None, 9.0),
    ]
    return h.layer("JZW", rows, BUILDING)


def zones(h):
    return h.layer("ZXCQJZGDFQ", [(box(90, 190, 200), "二区", 24.0)], ZONE)


def views(h, eye=11.6, target=35.0):
    eyes = h.layer("SD", [(point(0, 0), "望江亭", eye)], "MC:string,BG:double", kind="Point")
    goals = h.layer("MB", [(point(1200, 0), "古塔", target)], "MC:string,BG:double", kind="Point")
    return {"VIEWPOINTS": eyes, "TARGETS": goals}


def run(h, buildings, told=None, **parameters):
    outputs = {name: "memory:" for name in ("FINDINGS", "LIMITS", "SUMMARY", "SIGHTS")}
    return h.run("checkheights", told, BUILDINGS=buildings, **{**outputs, **parameters})


def by_key(layer, *names):
    found = {}
    for feature in layer.getFeatures():
        found.setdefault(feature["building_key"], []).append(tuple(feature[name] for name in names))
    return found


def test_the_design_is_run_through(h, tmp_path):
    reports = [tmp_path / f"r.{kind}" for kind in ("html", "xlsx", "docx", "pdf")]
    picture = tmp_path / "skyline.png"
    outputs = {"FINDINGS": str(tmp_path / "f.gpkg"), "REPORT": ";".join(map(str, reports)), "SKYLINE": str(picture)}
    told = h.Feedback()
    result = run(h, town(h), told, ZONES=zones(h), **views(h), **outputs)
    findings = QgsVectorLayer(result["FINDINGS"], "f", "ogr")
    found = by_key(findings, "rule", "limit_value", "actual_value", "exceed_value", "limit_level_m")
    assert found == {"B1": [("corridor", 10.4, 16.8, 6.4, 19.4)], "B2": [("zone", 24.0, 30.0, 6.0, None)]}
    advice = by_key(findings, "advice")
    assert advice["B1"][0][0].startswith("lower by 6.4 m or move ")
    status = {key: rows[0] for key, rows in by_key(result["SUMMARY"], "status", "conclusion").items()}
    assert status == {
        "B1": ("conflict", "不符合"), "B2": ("conflict", "不符合"), "B3": ("clear", "符合"),
        **{key: ("not_checked", "未检查") for key in ("B4", "B5", "B6", "B7")}, "B8": ("no_limit", "无高度管控"),
    }  # fmt: skip
    assert by_key(result["LIMITS"], "allowed_m", "margin_m")["B3"] == [(24.0, 6.0)]
    sight = next(result["SIGHTS"].getFeatures())
    assert (sight["status"], sight["broken"], sight["blocked_pct"]) == ("conflict", 1, 50.0)
    assert (result["CONFLICT_COUNT"], result["NOT_CHECKED_COUNT"], result["BLOCKED_VIEW_COUNT"]) == (2, 4, 1)
    html = reports[0].read_text(encoding="utf-8")
    assert "2 栋不符合" in html and "降低 6.4 米" in html and "未提供机场跑道" in html
    assert all(Path(file).stat().st_size > 1000 for file in (*reports, picture))
    assert any("9999" in line for line in told.lines)


def test_ground_of_the_terrain_also_in_feet_and_degrees(h, tmp_path):
    import processing

    buildings = h.layer("JZW", [(box(400, -5, 20, 10), "B1", 16.8)], "JZBH:string,JZGD:double")
    for unit, level in (("", 9.0), ("ft", 9.0 / 0.3048)):
        terrain = dem(tmp_path / f"dem{unit}.tif", level, unit=unit)
        result = run(h, buildings, DEM=terrain, **views(h))
        assert by_key(result["FINDINGS"], "limit_value", "exceed_value")["B1"] == [(10.4, 6.4)]
    moved = processing.run(
        "native:reprojectlayer", {"INPUT": buildings, "TARGET_CRS": "EPSG:4490", "OUTPUT": "memory:"}
    )
    result = run(h, moved["OUTPUT"], DEM=terrain, **views(h))
    found = by_key(result["FINDINGS"], "limit_value")["B1"][0][0]
    assert found == pytest.approx(10.4, abs=0.02) and result["FINDINGS"].crs().authid() == "EPSG:4490"


def test_what_is_absent_is_said(h, tmp_path):
    """No terrain and no base: the corridor is not checked, the zone is; a terrain elsewhere is no terrain."""
    buildings = h.layer("JZW", [(box(400, -5, 20, 10), "B1", 16.8), (box(100, 200, 20), "B2", 30.0)],
                        "JZBH:string,JZGD:double")  # fmt: skip
    for terrain in (None, dem(tmp_path / "far.tif", at=(60_000, 60_000))):
        told = h.Feedback()
        result = run(h, buildings, told, ZONES=zones(h), DEM=terrain, **views(h))
        assert by_key(result["SUMMARY"], "status") == {"B1": [("not_checked",)], "B2": [("conflict",)]}
        assert "ground level is not known" in by_key(result["SUMMARY"], "reason")["B1"][0][0]
        assert terrain is None or any("does not cover" in line for line in told.lines)


def test_datums_are_not_mixed(h, tmp_path):
    buildings, terrain = town(h), dem(tmp_path / "dem.tif", 8.0)
    told = h.Feedback()
    result = run(h, buildings, told, DEM=terrain, LEVEL_DATUM=1, DEM_DATUM=2, **views(h))
    assert any("another datum" in line for line in told.lines) and by_key(result["FINDINGS"], "exceed_value")["B1"]
    eyes = h.layer("SD", [(point(0, 0), "亭", 10.6, "地方高程")], "MC:string,BG:double,GCJZ:string", kind="Point")
    result = run(h, buildings, LEVEL_DATUM=1, VIEWPOINTS=eyes, TARGETS=views(h)["TARGETS"])
    assert by_key(result["SUMMARY"], "status")["B1"] == [("not_checked",)]
    result = run(h, buildings, LEVEL_DATUM=1, DATUM_SHIFT_M=1.0, VIEWPOINTS=eyes, TARGETS=views(h)["TARGETS"])
    assert by_key(result["FINDINGS"], "limit_value", "exceed_value")["B1"] == [(10.4, 6.4)]
    told = h.Feedback()
    run(h, buildings, told, **views(h))
    assert any("no datum is stated" in line for line in told.lines)


def test_odd_buildings_are_told(h):
    rows = [(box(400, -5, 20, 10), "B1", 16.8, None, 9.0), (box(400, -5, 20, 10), "B2", 16.8, None, 9.0),
            (box(410, 0, 20, 10), "B3", 5.0, None, 9.0), (box(-5, -5, 10), "B4", 20.0, None, 9.0)]  # fmt: skip
    told = h.Feedback()
    result = run(h, h.layer("JZW", rows, BUILDING), told, **views(h))
    assert any("drawn twice (B2)" in line for line in told.lines) and any("footprints overlap" in x for x in told.lines)
    assert by_key(result["SUMMARY"], "status")["B4"] == [("not_checked",)]
    assert "viewpoint stands inside" in by_key(result["SUMMARY"], "reason")["B4"][0][0]
    assert by_key(result["SUMMARY"], "status")["B2"] == [("conflict",)]


def test_drawings_and_solids(h):
    """Closed lines with a roof level, open ones told; polygons whose vertices carry the roof or the ground."""
    ring = box(400, -5, 20, 10).replace("POLYGON((", "LINESTRING(").replace("))", ")")
    lines = h.layer("dxf", [(ring, "B1", 25.8, 9.0), ("LINESTRING(500400 3350000,500410 3350000)", "B2", 25.8, 9.0)],
                    "JZBH:string,Elevation:double,SWDPBG:double", kind="LineString")  # fmt: skip
    told = h.Feedback()
    result = run(h, lines, told, **views(h))
    assert by_key(result["FINDINGS"], "exceed_value") == {"B1": [(6.4,)]} and any(
        "are not closed" in x for x in told.lines
    )
    roof = box(400, -5, 20, 10).replace(",", " 25.8,").replace("))", " 25.8))").replace("POLYGON", "POLYGON Z")
    solid = h.layer("z", [(roof, "B1", 9.0)], "JZBH:string,SWDPBG:double", kind="PolygonZ")
    assert by_key(run(h, solid, **views(h))["FINDINGS"], "exceed_value") == {"B1": [(6.4,)]}
    foot = roof.replace("25.8", "9.0")
    solid = h.layer("z", [(foot, "B1", 16.8)], "JZBH:string,JZGD:double", kind="PolygonZ")
    assert by_key(run(h, solid, **views(h))["FINDINGS"], "exceed_value") == {"B1": [(6.4,)]}
    low = h.layer("z", [(roof, "B1", 30.0)], "JZBH:string,SWDPBG:double", kind="PolygonZ")
    assert "above the roof" in by_key(run(h, low, **views(h))["SUMMARY"], "reason")["B1"][0][0]


def test_corridors_of_a_plan(h):
    """A corridor polygon takes the place of the fan; one with a limit is a zone; a bare one makes nothing clear."""
    rows = [(box(0, -60, 1200, 120), "甲", None), (box(90, 190, 60, 40), "乙", 24.0), (box(880, 690, 60), "丙", None)]
    corridors = h.layer("ZXCQSXTL", rows, ZONE)
    result = run(h, town(h), CORRIDORS=corridors, **views(h))
    found = by_key(result["FINDINGS"], "rule", "exceed_value")
    assert found == {"B1": [("corridor", 6.4)], "B2": [("corridor", 6.0)]}
    assert by_key(result["SUMMARY"], "status")["B8"] == [("not_checked",)]


def test_airport_and_parcels(h):
    runways = h.layer("PD", [(f"LINESTRING({X - 3000} {Y},{X} {Y})", "云溪机场", 9.0, "1985")],
                      "MC:string,BG:double,GCJZ:string", kind="LineString")  # fmt: skip
    result = run(h, town(h), RUNWAYS=runways, LEVEL_DATUM=1)
    found = by_key(result["FINDINGS"], "rule", "rule_name", "exceed_value")["B1"]
    assert found[0][0] == "airport" and found[0][1] == "云溪机场·进近面"
    assert found[0][2] == pytest.approx(16.8 - (400 - 60) * 0.02, abs=0.01)
    fields = "MC:string,RJLGX:double,JZGDGX:double,JZMDGX:double,JZTX:string"
    parcels = h.layer("YG_XMYDFW", [(box(138, 195, 30), "地块一", 1.0, 15.0, 40.0, "退让道路红线10米")], fields)
    result = run(h, town(h), PARCELS=parcels)
    found = by_key(result["FINDINGS"], "rule", "limit_value", "actual_value", "exceed_value")
    assert found["B3"] == [("parcel", 15.0, 18.0, 3.0)]
    assert [(row[0], row[1], row[2]) for row in found[""]] == [("density_max", 40.0, 44.44), ("far_max", 1.0, 2.67)]


def refused(h, words, buildings, **parameters):
    told = h.Feedback()
    with pytest.raises(Exception, match=".") as caught:
        run(h, buildings, told, **parameters)
    assert words in "\n".join([*told.lines, str(caught.value)])


def test_bad_inputs_are_named(h):
    points = h.layer("pts", [(point(0, 0), "a")], "JZBH:string", kind="Point")
    refused(h, "wrong geometry type", points)
    refused(h, "has no features", h.layer("empty", [], BUILDING))
    refused(h, "has no field 限高", town(h), ZONES=zones(h), LIMIT_FIELD="限高")
    refused(h, "coordinate", h.layer("bare", [(box(0, 0, 10), "a", 1.0, None, 0.0)], BUILDING, crs=""))


def test_cityjson_goes_out_and_comes_in(h, tmp_path):
    """What is checked goes out as solids; read back it is checked with the same result."""
    file = tmp_path / "town.city.json"
    first = run(h, town(h), CITYJSON=str(file), ZONES=zones(h), **views(h))
    made = h.run("importcityjson", INPUT=str(file), OUTPUT="memory:")
    assert made["BUILDING_COUNT"] == 4 and made["OUTPUT"].crs().authid() == "EPSG:4549"
    again = run(h, made["OUTPUT"], ZONES=zones(h), **views(h))
    assert by_key(again["FINDINGS"], "rule", "exceed_value") == by_key(first["FINDINGS"], "rule", "exceed_value")
    bad = tmp_path / "bad.json"
    bad.write_text("{}", encoding="utf-8")
    with pytest.raises(Exception, match="."):
        h.run("importcityjson", INPUT=str(bad), OUTPUT="memory:")


def test_density_and_intensity_zones(h, tmp_path):
    """Conditions of a plan's zones over the parcels in them; without parcels, zones or numbers it is said."""
    rows = [(box(138, 195, 30), "地块一")]
    parcels = h.layer("DK", rows, "MC:string")
    density = h.layer("ZXCQJZMDFQ", [(box(0, 0, 900), "密度二区", 40.0)], "MC:string,JZMDGX:double")
    intensity = h.layer("ZXCQKFQDFQ", [(box(0, 0, 900), "强度一区", "2.5")], "MC:string,容积率:string")
    plan = {"DENSITY_ZONES": density, "INTENSITY_ZONES": intensity}
    report = tmp_path / "r.html"
    result = run(h, town(h), PARCELS=parcels, REPORT=str(report), **plan)
    found = by_key(result["FINDINGS"], "rule", "rule_name", "limit_value", "actual_value")[""]
    assert found == [("density_max", "地块一（密度二区）", 40.0, 44.44), ("far_max", "地块一（强度一区）", 2.5, 2.67)]
    html = report.read_text(encoding="utf-8")
    assert "2 项地块规划条件不满足" in html and "2 项地块规划条件未能检查。" in html
    assert "分区内有建筑不在任何地块上" in html and "未提供建筑密度分区" not in html
    run(h, town(h), PARCELS=parcels, REPORT=str(report), ZONES=zones(h), **plan)
    html = report.read_text(encoding="utf-8")
    assert "另有 2 项地块规划条件（密度、容积率等）不满足。2 项地块规划条件未能检查。" in html
    result = run(h, town(h), REPORT=str(report), **plan)
    html = report.read_text(encoding="utf-8")
    assert by_key(result["FINDINGS"], "rule") == {} and "密度二区" in html and "请提供地块图层" in html
    assert "在已提供的管控要求范围内，方案符合" not in html
    run(h, town(h), REPORT=str(report))
    html = report.read_text(encoding="utf-8")
    assert "未提供建筑密度分区图层" in html and "未提供开发强度分区图层" in html


LOST_ZONE = (box(3_400_000, 190, 200), "三区", 12.0)  # far beyond the zone of the CRS


def test_a_zone_that_has_no_place_leaves_nothing_clear_or_without_limit(h):
    """It may lie anywhere: what exceeds another zone still does, all else is not checked."""
    whole = [(box(90, 190, 60), "二区", 24.0), (box(140, 190, 30), "一区", 18.0)]
    of_town = {"B1": "no_limit", "B2": "conflict", "B3": "clear", "B8": "no_limit"}
    for rows, wanted in ((whole, of_town), ([*whole, LOST_ZONE], {key: "not_checked" for key in of_town})):
        result = run(h, town(h), ZONES=h.layer("ZXCQJZGDFQ", rows, ZONE))
        found = {key: rows[0] for key, rows in by_key(result["LIMITS"], "status", "reason").items()}
        assert {key: found[key][0] for key in of_town} == {**wanted, "B2": "conflict"}
        assert ("may lie here" in found["B8"][1]) == (rows is not whole)


def test_a_building_that_has_no_place_leaves_no_condition_met(h, tmp_path):
    parcels = h.layer("DK", [(box(138, 195, 30), "地块一", 60.0, 1.0)], "MC:string,JZMDGX:double,RJLGX:double")
    inside = (box(140, 200, 20), "B3", 18.0, "6", 9.0)
    report = tmp_path / "r.html"
    for lost in (None, box(3_400_000, 200, 20)):
        rows = [inside, (box(140, 300, 20), "B9", 9.0, "3", 9.0), (lost or box(140, 400, 20), "B10", 9.0, "3", 9.0)]
        result = run(h, h.layer("JZW", rows, BUILDING), PARCELS=parcels, REPORT=str(report))
        assert [row[0] for row in by_key(result["FINDINGS"], "rule")[""]] == ["far_max"]  # exceeded in any case
        assert ("可能就在该地块上" in report.read_text(encoding="utf-8")) == (lost is not None)
