"""statutoryarea, importparceltxt, exportparceltxt, polygonsfromlines, rangereport in QGIS."""

import pytest


@pytest.fixture
def h(qgis_app):
    from onemap.tests.support import algorithms as helpers

    return helpers


def test_statutory_area_adds_three_fields(h):
    result = h.run(
        "statutoryarea", INPUT=h.layer("p", [(h.box_wkt(15_000, 0), "A"), (None, "B")], "n:string"), OUTPUT="memory:"
    )
    first, second = result["OUTPUT"].getFeatures()
    assert [first[n] for n in ("n", "area_ha", "area_mu")] == ["A", 1.0, 15.0]
    assert first["area_m2"] == pytest.approx(9999.95, abs=0.0101)
    assert not second["area_m2"]
    with pytest.raises(Exception, match=r".*"):
        h.run("statutoryarea", INPUT=h.layer("p", []), OUTPUT="memory:")


def test_statutory_area_agrees_with_qgis(h):
    """QgsDistanceArea on a geometry densified to 70 m; vertices on whole 0.1 mm, so that only B and L are rounded."""
    from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransformContext, QgsDistanceArea, QgsGeometry

    wkt = "POLYGON((456789.1234 3456123.4567,457989.5678 3456523.9876,458889.2222 3455823.1111,457689.4444 3454923.3333,456589.6666 3455223.5555,456789.1234 3456123.4567))"
    result = h.run("statutoryarea", INPUT=h.layer("p", [(wkt,)], crs="EPSG:4548"), OUTPUT="memory:")
    measure = QgsDistanceArea()
    measure.setSourceCrs(QgsCoordinateReferenceSystem("EPSG:4548"), QgsCoordinateTransformContext())
    measure.setEllipsoid("EPSG:1024")
    expected = measure.measureArea(QgsGeometry.fromWkt(wkt).densifyByDistance(70))
    (feature,) = result["OUTPUT"].getFeatures()
    assert feature["area_m2"] == pytest.approx(expected, abs=0.013)  # 0.003 plus the statutory rounding to 0.01


def test_txt_goes_in_and_comes_out_unchanged(h, tmp_path):
    text = (
        "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n带号=40\n[地块坐标]\n5,1.0000,DK-1,示例地块,面,,工业用地,0601,@\n"
        "J1,1,3350000.000,40515000.0000\nJ2,1,3350000.0,40515100.000\nJ3,1,3350100.000,40515100.000\nJ4,1,3350100.000,40515000.000\n"
        "J1,1,3350000.000,40515000.0000\n"
    ).replace("\n", "\r\n")
    source, target = tmp_path / "in.txt", tmp_path / "out.txt"
    source.write_bytes(text.encode("gb18030"))
    layer = h.run("importparceltxt", INPUT=str(source), OUTPUT=str(tmp_path / "p.gpkg"))["OUTPUT"]
    from qgis.core import QgsVectorLayer

    (feature,) = QgsVectorLayer(layer, "p", "ogr").getFeatures()
    assert [feature[n] for n in ("DKBH", "DKMC", "DKYT", "DLBM", "stated_m2")] == [
        "DK-1",
        "示例地块",
        "工业用地",
        "0601",
        10_000,
    ]
    assert feature["area_m2"] == pytest.approx(9999.95, abs=0.0101)
    h.run("exportparceltxt", INPUT=layer, OUTPUT=str(target))
    assert target.read_bytes() == source.read_bytes()


def test_any_layer_goes_out_with_zone_and_hectares(h, tmp_path):
    target = tmp_path / "out.txt"
    h.run(
        "exportparceltxt",
        INPUT=h.layer("p", [(h.box_wkt(15_000, 0), "X1", "甲,乙")], "XMBH:string,XMMC:string"),
        OUTPUT=str(target),
    )
    lines = target.read_bytes().decode("gb18030").splitlines()
    assert "5,1.0000,X1,甲 乙,面,,,,@" in lines
    assert any(line.endswith(",3350000.000,40515000.000") for line in lines)
    assert "带号=40" in lines


def test_drawing_lines_become_polygons(h):
    ring = "LineString(500000 3350000,500100 3350000,500100 3350100,500000 3350000)"
    rows = [(ring, "A"), ("LineString(500200 3350000,500300 3350000)", "A")]
    result = h.run(
        "polygonsfromlines",
        INPUT=h.layer("d", rows, "Layer:string", kind="LineString"),
        GROUP_FIELD="Layer",
        OUTPUT="memory:",
        UNCLOSED="memory:",
    )
    assert [f.geometry().area() for f in result["OUTPUT"].getFeatures()] == [5000]
    assert [f["gap_m"] for f in result["UNCLOSED"].getFeatures()] == [100]


def test_range_report_tells_lines_land_use_and_distance(h, tmp_path):
    where = h.layer("range", [(h.box_wkt(0, 0),)])
    farmland = h.layer("YJJBNTTB", [(h.box_wkt(50, 0),), (h.box_wkt(5000, 0),)])
    town = h.layer("CZKFBJ", [(h.box_wkt(9000, 0),)])
    zone = h.layer(
        "安全保护区", [("LineString(500000 3349993,500200 3349993)", "10kV 电力线")], "lx:string", kind="LineString"
    )
    land = h.layer("DLTB2", [(h.box_wkt(-50, 0), "0101"), (h.box_wkt(50, 0), "0301")], "DLBM:string")
    report = tmp_path / "range.html"
    result = h.run(
        "rangereport",
        RANGE=where,
        CONTROL_LINES=[farmland, town, zone],
        LANDUSE=land,
        RESULT="memory:",
        REPORT=str(report),
    )
    rows = list(result["RESULT"].getFeatures())
    lines = {f["code"]: f for f in rows if f["kind"] == "line"}
    assert len(lines) == 23
    from onemap.plugin.bridge.layers.result_titles import TitledResult

    TitledResult.make().postProcessLayer(result["RESULT"], None, None)
    assert all(result["RESULT"].attributeAlias(n) for n in range(result["RESULT"].fields().count()))
    assert [lines[k]["conclusion"] for k in ("YJJBNT", "STBHHX")] == ["不符合", "未检查"]
    assert lines["YJJBNT"]["status"] == "conflict" and lines["YJJBNT"]["share_pct"] == pytest.approx(50, abs=0.01)
    assert lines["CZKFBJ"]["share_pct"] == 100  # the layer has features, none near: all of the range lies outside
    assert lines["STBHHX"]["status"] == "not_checked"
    classes = {f["code"]: f for f in rows if f["kind"] == "landuse"}
    assert {c: classes[c]["name"] for c in classes} == {"0101": "水田", "0301": "乔木林地"}
    assert classes["0101"]["share_pct"] + classes["0301"]["share_pct"] == pytest.approx(100, abs=0.01)
    (near,) = (f for f in rows if f["kind"] == "nearest")
    assert near["nearest_m"] == pytest.approx(7, abs=0.001)
    assert "用地构成" in report.read_text(encoding="utf-8")


def test_a_clear_line_far_away_is_clear_not_unchecked(h):
    where = h.layer("range", [(h.box_wkt(0, 0),)])
    result = h.run(
        "rangereport", RANGE=where, CONTROL_LINES=[h.layer("YJJBNTTB", [(h.box_wkt(9000, 0),)])], RESULT="memory:"
    )
    assert {f["code"]: f["status"] for f in result["RESULT"].getFeatures()}["YJJBNT"] == "clear"


def range_lines(h, tmp_path, *layers, where=None, **parameters):
    """{line id: row} of a range report, and what the log said."""
    feedback = h.Feedback()
    where = where if where is not None else h.layer("range", [(h.box_wkt(0, 0),)])
    result = h.run("rangereport", feedback, RANGE=where, CONTROL_LINES=list(layers), RESULT="memory:", **parameters)
    rows = list(result["RESULT"].getFeatures())
    return {f["code"]: f for f in rows if f["kind"] == "line"}, "\n".join(feedback.lines)


def test_coordinates_that_contradict_the_crs_fail_the_line_and_not_the_range_report(h, tmp_path):
    def moved(dx, dy=0.0, swapped=False):
        x, y = h.X + dx, h.Y + dy
        corners = [(x, y), (x + 100, y), (x + 100, y + 100), (x, y + 100), (x, y)]
        return "POLYGON((" + ",".join(f"{b} {a}" if swapped else f"{a} {b}" for a, b in corners) + "))"

    town = h.layer("CZKFBJ", [(h.box_wkt(-500, -500, 2000),)])
    for wkt in (moved(40e6), moved(0, swapped=True), "POLYGON((120 30,120.1 30,120.1 30.1,120 30))"):
        lines, _ = range_lines(h, tmp_path, h.layer("YJJBNTTB", [(wkt,)]), town)
        assert lines["YJJBNT"]["status"] == "failed" and lines["YJJBNT"]["reason"]
        assert lines["CZKFBJ"]["status"] == "clear"
    one_of_many = [(h.box_wkt(3000 + 200 * i, 0),) for i in range(5)] + [(moved(0, swapped=True),)]
    lines, _ = range_lines(h, tmp_path, h.layer("YJJBNTTB", one_of_many), town)
    assert lines["YJJBNT"]["status"] == "failed"


def test_a_land_use_layer_in_the_wrong_place_is_remarked(h, tmp_path):
    farmland = h.layer("YJJBNTTB", [(h.box_wkt(50, 0),)])
    land = h.layer(
        "DLTB",
        [("POLYGON((40500000 3350000,40500100 3350000,40500100 3350100,40500000 3350000))", "0101")],
        "DLBM:string",
    )
    lines, said = range_lines(h, tmp_path, farmland, LANDUSE=land)
    assert lines["YJJBNT"]["status"] == "conflict" and "DLTB" in said


def test_unsaved_edits_are_said_so_in_a_range_report(h, tmp_path):
    from qgis.core import QgsGeometry

    farmland = h.layer("YJJBNTTB", [(h.box_wkt(50, 0),)])
    farmland.startEditing()
    farmland.changeGeometry(next(farmland.getFeatures()).id(), QgsGeometry.fromWkt(h.box_wkt(75, 0)))
    lines, said = range_lines(h, tmp_path, farmland)
    assert lines["YJJBNT"]["share_pct"] == pytest.approx(25, abs=0.01) and "YJJBNTTB" in said
    farmland.rollBack()
