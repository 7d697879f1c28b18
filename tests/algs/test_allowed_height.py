"""allowedheight in QGIS: the surface, the land of each binding limit, contours, what cannot be told, bad inputs."""

import numpy as np
import pytest
from osgeo import gdal

from .test_check_heights import LOST_ZONE, ZONE, box, dem, views, zones


def run(h, tmp_path, area, told=None, **parameters):
    outputs = {"HEIGHTS": str(tmp_path / "allowed.tif"), "BINDING": "memory:", "CONTOURS": "memory:"}
    return h.run("allowedheight", told, AREA=area, **{**outputs, **parameters})


def area(h, *rows):
    return h.layer("DK", [(row, f"D{n}") for n, row in enumerate(rows)], "DKBH:string")


def band(path, number=1):
    data = gdal.Open(path)  # kept: a band dies with its file
    return data.GetRasterBand(number).ReadAsArray()


def test_worked_example_as_a_surface(h, tmp_path):
    """10.4 m may be built 400 m from the viewpoint, on ground at 9.0 m; more towards the target."""
    result = run(h, tmp_path, area(h, box(400, -5, 60, 10)), DEM=dem(tmp_path / "dem.tif"), ZONES=zones(h), **views(h))
    heights = band(result["HEIGHTS"])
    wanted = 11.6 + 23.4 * (np.arange(60) + 400.5) / 1200 - 9.0
    assert heights.shape == (10, 60) and np.allclose(heights, wanted, atol=0.001)
    assert result["CELL_COUNT"] == result["KNOWN_COUNT"] == 600
    row = next(result["BINDING"].getFeatures())
    assert (row["rule"], row["rule_name"]) == ("corridor", "望江亭 → 古塔")
    assert row["lowest_m"] == pytest.approx(10.41, abs=0.01) and row["area_m2"] == pytest.approx(600, abs=1)


def test_zones_contours_and_land_without_limit(h, tmp_path):
    result = run(h, tmp_path, area(h, box(60, 190, 60)), ZONES=zones(h), CELL_M=2, INTERVAL_M=6)
    heights, rule = band(result["HEIGHTS"]), band(result["HEIGHTS"], 2)
    assert set(np.unique(heights)) == {-9999.0, 24.0} and set(np.unique(rule)) == {-9999.0, 0.0}
    assert (heights == 24).sum() == 15 * 30 == result["KNOWN_COUNT"]
    found = {row["rule"]: (row["lowest_m"], round(row["area_m2"], -1)) for row in result["BINDING"].getFeatures()}
    assert found["zone"] == (24.0, 1800) and found[""][1] == 1800
    slope = run(h, tmp_path, area(h, box(200, -8, 600, 16)), DEM=dem(tmp_path / "dem.tif"), **views(h))
    assert sorted(row["height_m"] for row in slope["CONTOURS"].getFeatures()) == [9.0, 12.0, 15.0, 18.0]


def test_what_cannot_be_told_is_empty(h, tmp_path):
    result = run(h, tmp_path, area(h, box(400, -5, 60, 10)), **views(h))
    assert result["KNOWN_COUNT"] == 0 and (band(result["HEIGHTS"]) == -9999).all()
    row = next(result["BINDING"].getFeatures())
    assert row["rule"] == "corridor" and "ground level is not known" in row["reason"]


def test_bad_inputs_are_named(h, tmp_path):
    told = h.Feedback()
    with pytest.raises(Exception, match=".") as caught:
        run(h, tmp_path, area(h, box(0, 0, 90_000)), told, CELL_M=1, ZONES=zones(h))
    assert "too large for this cell size" in "\n".join([*told.lines, str(caught.value)])
    assert not (tmp_path / "allowed.tif").exists()


def test_results_are_dressed(h, tmp_path):
    """The styles that Processing applies when results are loaded work on them."""
    from onemap.plugin.bridge.heights.surface_style import AllowedSurface, BindingLand, HeightContours
    from qgis.core import QgsRasterLayer

    result = run(h, tmp_path, area(h, box(200, -8, 600, 16)), DEM=dem(tmp_path / "dem.tif"), **views(h))
    surface = QgsRasterLayer(result["HEIGHTS"], "s")
    AllowedSurface.make().postProcessLayer(surface, None, None)
    assert surface.renderer().type() == "singlebandpseudocolor"
    for name, style in (("BINDING", BindingLand), ("CONTOURS", HeightContours)):
        style.make().postProcessLayer(result[name], None, None)
        assert result[name].labelsEnabled()
    assert result["BINDING"].fields()[0].alias()


def test_report_says_how_high_first(h, tmp_path):
    """Known throughout: one height for the whole land; in part without a limit or an answer: said, never free."""
    reports = [tmp_path / f"r.{kind}" for kind in ("html", "docx", "xlsx", "pdf")]
    wanted = {"DEM": dem(tmp_path / "dem.tif"), "REPORT": ";".join(map(str, reports)), **views(h)}
    run(h, tmp_path, area(h, box(400, -5, 60, 10)), **wanted)
    html = reports[0].read_text(encoding="utf-8")
    assert "可建高度为 10.41—11.56 米" in html and "不超过 10.41 米的，在范围内任何位置" in html
    assert "视线通廊“望江亭 → 古塔”，占范围的 100.0%" in html and "data:image/png" in html
    assert html.index("一、结论") < html.index("二、起控制作用的要求") < html.index("三、可建高度图")
    assert all(file.stat().st_size > 1000 for file in reports)
    run(h, tmp_path, area(h, box(60, 190, 60)), ZONES=zones(h), REPORT=str(reports[0]))
    html = reports[0].read_text(encoding="utf-8")
    assert "另有 50.0% 未提供高度管控要求" in html and "在范围内任何位置" not in html
    run(h, tmp_path, area(h, box(400, -5, 60, 10)), REPORT=str(reports[0]), **views(h))
    html = reports[0].read_text(encoding="utf-8")
    assert "不能判断可建高度" in html and "100.0% 的可建高度不能确定" in html


def test_a_zone_that_has_no_place_leaves_no_land_without_limit(h, tmp_path):
    rows, report = [(box(90, 190, 200), "二区", 24.0), (box(500, 190, 200), "一区", 18.0)], tmp_path / "r.html"
    for lost in (False, True):
        limits = h.layer("ZXCQJZGDFQ", [*rows, *([LOST_ZONE] if lost else [])], ZONE)
        result = run(h, tmp_path, area(h, box(60, 190, 60)), ZONES=limits, CELL_M=2, REPORT=str(report))
        reasons = {row["rule"]: row["reason"] for row in result["BINDING"].getFeatures()}
        assert all(("may lie here" in reasons[rule]) == lost for rule in ("zone", ""))
        html = report.read_text(encoding="utf-8")
        assert ("未提供高度管控要求，不等于" in html) != lost and ("实际允许高度可能更低" in html) == lost
