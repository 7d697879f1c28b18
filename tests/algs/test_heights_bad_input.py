"""checkheights with what offices really hand in: terrain that ends, levels of another datum, limits and floors as text.

The sight line of the worked example rises from 11.6 m to 35.0 m over 1,200 m: 19.4 m at 400 m, 23.3 m at 600 m.
"""

import pytest
from onemap.tests.algs.test_check_heights import BUILDING, ZONE, box, by_key, dem, point, run, views


def buildings(h, *rows):
    return h.layer("JZW", list(rows), BUILDING)


def test_a_ground_level_that_contradicts_the_terrain_decides_nothing(h, tmp_path):
    """Zero in the field where the land lies at 120 m: 8 m fits under the line only if 0 is right, 200 m never does."""
    rows = [(box(400, -5, 20, 10), "B1", 8.0, None, 0.0), (box(600, -5, 20, 10), "B2", 200.0, None, 0.0),
            (box(400, 300, 20), "B3", 8.0, None, 0.0)]  # fmt: skip
    result = run(h, buildings(h, *rows), DEM=dem(tmp_path / "dem.tif", 120.0), **views(h))
    found = by_key(result["SUMMARY"], "status")
    assert found["B1"][0][0] == "not_checked" and found["B2"][0][0] == "conflict" and found["B3"][0][0] == "no_limit"
    zone = h.layer("ZXCQJZGDFQ", [(box(390, -20, 200), "一区", 12.0)], ZONE)
    result = run(h, buildings(h, rows[0]), DEM=dem(tmp_path / "dem2.tif", 120.0), ZONES=zone)
    assert by_key(result["SUMMARY"], "status")["B1"] == [("clear",)]  # above the ground it is 8 m either way


@pytest.mark.parametrize("size, ground", [(2000, 0.0), (800, None)])
def test_terrain_that_ends_within_a_view_does_not_say_that_nothing_rises(h, tmp_path, size, ground):
    told = buildings(h, (box(400, -5, 20, 10), "B1", 8.0, None, 9.0))
    result = run(h, told, DEM=dem(tmp_path / "dem.tif", 9.0, size=size), **views(h))
    (row,) = result["SIGHTS"].getFeatures()
    assert (row["ground_m"] if isinstance(row["ground_m"], float) else None) == ground


def test_a_building_before_a_ridge_without_terrain_is_not_checked(h, tmp_path):
    """The terrain lies in the north only: what stands in the east may rise above a ridge that nobody knows."""
    eyes = h.layer("SD", [(point(0, 0), "亭", 11.6, 0.0, 180.0)], "MC:string,BG:double,FWQ:double,FWZ:double",
                   kind="Point")  # fmt: skip
    rows = [(box(300, -5, 20, 10), "E", 30.0, None, 9.0), (box(-5, 100, 20, 10), "N", 3.0, None, 9.0)]
    terrain = dem(tmp_path / "dem.tif", 9.0, size=400, at=(-200, 50))
    found = by_key(run(h, buildings(h, *rows), DEM=terrain, VIEWPOINTS=eyes)["SUMMARY"], "status", "reason")
    assert found["E"][0][0] == "not_checked" and "ridge is not known" in found["E"][0][1]
    assert found["N"][0][0] == "conflict"  # 12 m at 100 m stands above flat ground of 9 m seen from 11.6 m


@pytest.mark.parametrize(
    "word, status",
    [("85", "conflict"), ("1985国家高程基准", "conflict"), ("", "conflict"), ("不详", "conflict"),
     ("WGS84大地高", "not_checked"), ("CGCS2000椭球高", "not_checked"), ("珠江基面", "not_checked")],
)  # fmt: skip
def test_levels_of_a_datum_that_is_not_known_are_compared_with_no_other(h, word, status):
    fields = "MC:string,BG:double,GCJZ:string"
    eyes = h.layer("SD", [(point(0, 0), "亭", 11.6, word)], fields, kind="Point")
    given = buildings(h, (box(400, -5, 20, 10), "B1", 16.8, None, 9.0))
    result = run(h, given, LEVEL_DATUM=1, DATUM_SHIFT_M=1.0, VIEWPOINTS=eyes, TARGETS=views(h)["TARGETS"])
    assert by_key(result["SUMMARY"], "status")["B1"] == [(status,)]


def test_terrain_above_the_ellipsoid_is_not_used_and_told(h, tmp_path):
    told = h.Feedback()
    given = buildings(h, (box(400, -5, 20, 10), "B1", 16.8, None, None))
    result = run(h, given, told, DEM=dem(tmp_path / "dem.tif"), LEVEL_DATUM=1, DEM_DATUM=3, **views(h))
    assert by_key(result["SUMMARY"], "status")["B1"] == [("not_checked",)]
    assert any("terrain uses another datum" in line for line in told.lines)


def test_terrain_coarser_than_the_buildings_is_told_and_named_among_the_inputs(h, tmp_path):
    from osgeo import gdal

    fine, report = tmp_path / "fine.tif", tmp_path / "r.html"
    dem(fine, 9.0)
    coarse = str(tmp_path / "coarse.tif")
    gdal.Warp(coarse, str(fine), xRes=50, yRes=50)
    from qgis.core import QgsRasterLayer

    told = h.Feedback()
    given = buildings(h, (box(400, -5, 20, 10), "B1", 16.8, None, None))
    run(h, given, told, DEM=QgsRasterLayer(coarse, "粗地形"), REPORT=str(report), **views(h))
    assert any("50.0 m) are larger than the buildings (about 14.1 m)" in line for line in told.lines)
    assert "粗地形" in report.read_text(encoding="utf-8")
    told = h.Feedback()
    run(h, given, told, DEM=QgsRasterLayer(str(fine), "dem"), **views(h))
    assert not any("larger than the buildings" in line for line in told.lines)


def test_zones_that_overlap_bind_by_the_strictest_and_limits_are_read_as_typed(h):
    rows = [(box(0, -100, 600, 300), "一区", "24"), (box(100, -100, 600, 300), "二区", "18米"),
            (box(300, -100, 600, 300), "三区", "≤12")]  # fmt: skip
    zones = h.layer("ZXCQJZGDFQ", rows, "MC:string,JZGDGX:string")
    given = buildings(h, *((box(x, 0, 20), key, height, None, None)
                      for x, key, height in ((20, "B1", 24.0), (200, "B2", 19.0), (320, "B3", 12.0), (400, "B4", 13.0))))  # fmt: skip
    result = run(h, given, ZONES=zones)
    status = {key: value[0][0] for key, value in by_key(result["SUMMARY"], "status").items()}
    assert status == {"B1": "clear", "B2": "conflict", "B3": "clear", "B4": "conflict"}
    assert by_key(result["FINDINGS"], "rule_name", "exceed_value") == {"B2": [("二区", 1.0)], "B4": [("三区", 1.0)]}


@pytest.mark.parametrize("limit", ["0", "", "24层", "二十四米", "－24", "24,5", "9999", "不限"])
def test_a_limit_that_is_no_number_of_metres_lets_nothing_pass(h, limit):
    zones = h.layer("ZXCQJZGDFQ", [(box(0, -100, 900, 900), "一区", limit)], "MC:string,JZGDGX:string")
    result = run(h, buildings(h, (box(400, 0, 20), "B1", 5.0, None, None)), ZONES=zones)
    assert by_key(result["SUMMARY"], "status")["B1"] == [("not_checked",)]


def test_heights_and_floors_as_people_type_them(h):
    """Read: metres and feet as written; not read, so not checked: ranges, thousands, blanks of words, cellars."""
    typed = {"18.5m": None, "60英尺": None, "-5": "3", "1,200.5": None, "18500mm": None, "12~15": None, "NULL": "5"}
    rows = [(box(30 * n, 0, 20), key, key, floors) for n, (key, floors) in enumerate(typed.items())]
    rows += [(box(300, 0, 20), "F6", "", "6层"), (box(330, 0, 20), "B2", None, "地下2层")]
    layer = h.layer("JZW", rows, "JZBH:string,JZGD:string,CS:string")
    zones = h.layer("ZXCQJZGDFQ", [(box(-100, -100, 900, 900), "一区", 24.0)], ZONE)
    found = by_key(run(h, layer, ZONES=zones)["LIMITS"], "height_m", "status")
    heights = {key: values[0][0] for key, values in found.items() if values[0][1] == "clear"}
    assert heights == {"18.5m": 18.5, "60英尺": 18.29, "F6": 18.0}  # 60 x 0.3048; six storeys of 3 m
    assert {values[0][1] for key, values in found.items() if key not in heights} == {"not_checked"}


def test_a_layer_that_serves_as_two_inputs_is_remarked_once_and_no_date_is_named(h, tmp_path):
    page, told = tmp_path / "r.html", h.Feedback()
    rows = [(box(0, -100, 600, 300), "一区", 24.0), (box(700, 0, 50), "二区", 12.0)]
    zones = h.layer("ZXCQJZGDFQ", rows, ZONE)
    zones.startEditing()
    zones.deleteFeature(2)
    run(h, buildings(h, (box(20, 0, 20), "B1", 18.0, None, None)), told, ZONES=zones, PARCELS=zones, REPORT=str(page))
    assert sum("ZXCQJZGDFQ" in line and "unsaved" in line for line in told.lines) == 1
    written = page.read_text(encoding="utf-8")
    assert written.count("，未注明）") == 3 and written.count("有未保存的编辑") == 1
    assert written.index("一、审查意见") < written.index("有未保存的编辑") < written.index("二、视线通廊")
