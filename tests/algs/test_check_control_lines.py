"""onemap:checkcontrollines as a user meets it: contract, reports, and every kind of bad input."""

import os
import re
import sqlite3

import numpy as np
import pytest
import shapely
from onemap.tests.support.long_runs import every


@pytest.fixture
def h(qgis_app):
    from onemap.tests.support import algorithms as helpers

    return helpers


@pytest.fixture
def projects(h):
    return h.layer(
        "projects", [(h.box_wkt(0, 0), "A", "甲"), (h.box_wkt(1000, 0), "B", "乙")], "XMBH:string,XMMC:string"
    )


@pytest.fixture
def farmland(h):
    return h.layer("YJJBNTTB", [(h.box_wkt(50, 0), "001")], "TBBH:string")


def test_contract_of_fields_counts_and_rows(h, projects, farmland):
    result = h.check(projects, [farmland], PROJECT_KEY="XMBH")
    names = [f.name() for f in result["FINDINGS"].fields()]
    assert (
        names
        == (
            "project_key line_id line_name rule_id effect control_fid control_label overlap_m2 overlap_ha overlap_mu project_m2 share_pct "
            "is_sliver law note layer_name layer_date"
        ).split()
    )
    assert [f.name() for f in result["VERDICTS"].fields()] == (
        "project_key line_id line_name status effect conclusion overlap_m2 overlap_ha overlap_mu share_pct pieces slivers sliver_m2 "
        "law condition reason rules_sha256"
    ).split()
    assert result["VERDICTS"].featureCount() == 2 * 23
    counts = [result[n] for n in ("PROJECT_COUNT", "FINDING_COUNT", "SLIVER_COUNT", "CONFLICT_COUNT", "REPAIRED_COUNT")]
    assert counts == [2, 1, 0, 1, 0]
    found = h.verdicts(result)
    assert found["A", "YJJBNT"]["status"] == "conflict" and found["B", "YJJBNT"]["status"] == "clear"
    assert found["A", "STBHHX"]["status"] == "not_checked"
    (finding,) = result["FINDINGS"].getFeatures()
    assert finding["overlap_m2"] == pytest.approx(4998, abs=5) and finding["control_label"] == "001"
    assert finding["overlap_mu"] == pytest.approx(finding["overlap_m2"] * 0.0015, abs=0.006)
    assert result["FINDINGS"].crs().authid() == "EPSG:4549"


def test_a_summary_holds_one_row_a_project(h, projects, farmland):
    result = h.check(projects, [farmland], PROJECT_KEY="XMBH", SUMMARY="memory:")
    rows = {f["project_key"]: f for f in result["SUMMARY"].getFeatures()}
    assert (rows["A"]["conclusion"], rows["A"]["prohibited"], rows["A"]["not_checked"]) == ("不符合", 1, 22)
    assert (rows["B"]["conclusion"], rows["B"]["clear"], rows["B"]["not_checked"]) == ("未检查", 1, 22)
    assert rows["A"]["project_m2"] == pytest.approx(10_000, abs=5)
    numbers = [result[n] for n in ("PROHIBITED_COUNT", "CONDITIONAL_COUNT", "INVOLVED_COUNT", "NOT_CHECKED_COUNT")]
    assert numbers == [1, 0, 0, 44] and "SUMMARY" not in h.check(projects, [farmland])


def test_a_summary_in_a_file(h, projects, farmland, tmp_path):
    out = {name: str(tmp_path / f"{name}.gpkg") for name in ("FINDINGS", "VERDICTS", "SUMMARY")}
    h.check(projects, [farmland], PROJECT_KEY="XMBH", **out)
    with sqlite3.connect(out["SUMMARY"]) as data:
        assert data.execute("SELECT project_key, conclusion FROM SUMMARY").fetchall() == [
            ("A", "不符合"),
            ("B", "未检查"),  # 22 of its 23 lines have no layer
        ]


def test_loaded_results_have_titles_and_values_in_words(h, projects, farmland):
    from onemap.plugin.bridge.layers.result_titles import TitledFindings, TitledResult

    result = h.check(projects, [farmland], PROJECT_KEY="XMBH", SUMMARY="memory:")
    for name, style in (("FINDINGS", TitledFindings), ("VERDICTS", TitledResult), ("SUMMARY", TitledResult)):
        layer = result[name]
        style.make().postProcessLayer(layer, None, None)
        assert all(layer.attributeAlias(index) for index in range(layer.fields().count())), name
        coded = {"FINDINGS": "effect", "VERDICTS": "status"}.get(name)
        if coded:
            setup = layer.editorWidgetSetup(layer.fields().lookupField(coded))
            assert setup.type() == "ValueMap" and len(setup.config()["map"]) >= 4


def test_the_date_of_a_layer_is_that_of_its_data(h, projects, tmp_path):
    def date_of(controls, **more):
        (finding,) = h.check(projects, [controls], PROJECT_KEY="XMBH", **more)["FINDINGS"].getFeatures()
        return finding["layer_date"]

    rows = [(h.box_wkt(50, 0), "2021/3/1"), (h.box_wkt(5000, 0), "2023年12月31日")]
    dated, plain = h.layer("YJJBNTTB", rows, "GXSJ:string"), h.layer("YJJBNTTB", rows[:1], "a:string")
    assert date_of(dated) == "2023-12-31 (field GXSJ)" and date_of(plain) == ""
    assert date_of(h.layer("YJJBNTTB_2022", rows[:1], "a:string")) == "2022 (name of the layer)"
    assert date_of(dated, LAYER_DATES='{"YJJBNT": "2024年5月"}') == "2024-05"
    _write(plain, tmp_path / "YJJBNTTB.shp")
    assert date_of(str(tmp_path / "YJJBNTTB.shp")).endswith("(file time, not the date of the data)")
    refused(h, "LAYER_DATES", projects, [dated], LAYER_DATES='{"YJJBNT": "soon"}')


def _write(layer, path, append=False, name=None):
    from qgis.core import QgsCoordinateTransformContext, QgsVectorFileWriter

    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName = (
        ("GPKG" if path.suffix == ".gpkg" else "ESRI Shapefile"),
        name or layer.name(),
    )
    options.actionOnExistingFile = (
        QgsVectorFileWriter.CreateOrOverwriteLayer if append else QgsVectorFileWriter.CreateOrOverwriteFile
    )
    QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(path), QgsCoordinateTransformContext(), options)


def test_a_whole_file_or_folder_stands_for_its_layers(h, projects, farmland, tmp_path):
    redline = h.layer("STBHHX", [(h.box_wkt(1000, 0), "红线")], "hxmc:string")
    both, one, folder = tmp_path / "both.gpkg", tmp_path / "x.gpkg", tmp_path / "lines"
    (folder / "deep").mkdir(parents=True)
    _write(farmland, both)
    _write(redline, both, append=True)
    _write(farmland, one)
    _write(farmland, folder / "deep" / "330110YJJBNTTB.shp")
    _write(redline, folder / "STBHHX_2023.shp")
    for given in (both, folder):
        found = h.verdicts(h.check(projects, [str(given)], PROJECT_KEY="XMBH"))
        assert found["A", "YJJBNT"]["status"] == found["B", "STBHHX"]["status"] == "conflict", given
    assert h.verdicts(h.check(projects, [str(one)], PROJECT_KEY="XMBH"))["A", "YJJBNT"]["status"] == "conflict"


def test_degrees_in_degrees_out(h, farmland):
    import processing

    projects = h.layer("p", [(h.box_wkt(0, 0), "A")], "XMBH:string")
    moved = processing.run(
        "native:reprojectlayer", {"INPUT": projects, "TARGET_CRS": "EPSG:4490", "OUTPUT": "memory:"}
    )["OUTPUT"]
    result = h.check(moved, [farmland])
    (finding,) = result["FINDINGS"].getFeatures()
    plane = h.check(projects, [farmland])
    assert finding["overlap_m2"] == pytest.approx(next(plane["FINDINGS"].getFeatures())["overlap_m2"], abs=0.05)
    assert 119 < finding.geometry().boundingBox().xMinimum() < 121


def test_four_reports_are_written(h, projects, farmland, tmp_path):
    paths = [tmp_path / f"r{suffix}" for suffix in (".docx", ".xlsx", ".pdf", ".html")]
    h.check(projects, [farmland], PROJECT_KEY="XMBH", REPORT=";".join(map(str, paths)))
    import docx
    import openpyxl

    words = "\n".join(p.text for p in docx.Document(paths[0]).paragraphs)
    assert "1 个不符合" in words and "不等于未涉及" in words
    cells = "".join(cell.text for table in docx.Document(paths[0]).tables for row in table.rows for cell in row.cells)
    assert "永久基本农田保护红线管理办法" in cells and "占用永久基本农田" in cells
    assert len(docx.Document(paths[0]).inline_shapes) == 2
    book = openpyxl.load_workbook(paths[1])
    assert book.sheetnames[:3] == ["结论", "项目汇总", "逐项结论"]
    assert book["逐项结论"].max_row == 2 * 23 + 1 and book["逐项结论"].freeze_panes == "A2"
    assert paths[2].read_bytes().startswith(b"%PDF")
    assert paths[3].read_text(encoding="utf-8").count("data:image/png;base64,") == 2


def test_a_report_carries_the_offices_words_and_the_land_of_each_project(h, farmland, tmp_path):
    """Applicant, use, place, land use by ownership; what the land-use layer does not cover is a row of its own."""
    import openpyxl

    owned = h.layer("p", [(h.box_wkt(0, 0), "A", "某公司", "工业用地")], "XMBH:string,SQDW:string,YDXZ:string")
    half = h.box_wkt(0, 0, 50)
    fields = "DLBM:string,QSXZ:string,QSDWMC:string,ZLDWMC:string"
    land = h.layer("DLTB", [(half, "0101", "30", "竹山村", "竹山村"), (half, "0301", "20", "林场", "竹山村")], fields)
    places = h.layer("XZQ", [(h.box_wkt(-500, -500, 5000), "云溪县")], "XZQMC:string")
    path = tmp_path / "r.xlsx"
    texts = {"DOCUMENT_NO": "云〔2026〕1 号", "ORGANISATION": "云溪县局", "REVIEWER": "某人", "TITLE": "意见书"}
    h.check(owned, [farmland], PROJECT_KEY="XMBH", LANDUSE=land, DIVISIONS=places, REPORT=str(path), **texts)
    book = openpyxl.load_workbook(path)
    overview = dict(book["结论"].iter_rows(min_row=2, values_only=True))
    assert [overview[k] for k in ("文号", "审查单位", "审查人", "标题")] == list(texts.values())
    project = next(book["项目汇总"].iter_rows(min_row=2, values_only=True))
    assert project[:5] == ("A", None, "某公司", "工业用地", "云溪县") and project[8] == "不符合"
    rows = list(book["用地现状"].iter_rows(min_row=2, values_only=True))
    # the second polygon lies on the first: that land is counted once
    assert [row[1:5] for row in rows] == [("图层未覆盖",) + (None,) * 3, ("0101", "水田", "集体土地所有权", "竹山村")]
    assert sum(row[5] for row in rows) == pytest.approx(project[5], abs=0.001)


def test_a_template_is_looked_at_before_the_run(h, projects, farmland, tmp_path):
    import docx

    word = docx.Document()
    word.add_paragraph("{{没有的}}")
    word.save(str(tmp_path / "t.docx"))
    report = str(tmp_path / "r.docx")
    feedback = h.Feedback()
    refused(h, "没有的", projects, [farmland], TEMPLATE=str(tmp_path / "t.docx"), REPORT=report)
    assert not feedback.lines and not (tmp_path / "r.docx").exists()


def test_text_from_layers_never_becomes_a_formula_or_markup(h, farmland, tmp_path):
    evil = h.layer("p", [(h.box_wkt(0, 0), "=1+1", "<script>x</script>")], "XMBH:string,XMMC:string")
    paths = [tmp_path / "r.xlsx", tmp_path / "r.html"]
    h.check(evil, [farmland], PROJECT_KEY="XMBH", REPORT=";".join(map(str, paths)))
    import openpyxl

    cell = openpyxl.load_workbook(paths[0])["逐项结论"]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert "<script>" not in paths[1].read_text(encoding="utf-8")


def test_two_tables_of_one_geopackage_are_written(h, projects, farmland, tmp_path):
    out = tmp_path / "out.gpkg"
    h.check(
        projects,
        [farmland],
        FINDINGS=f"ogr:dbname='{out}' table=\"findings\" (geom)",
        VERDICTS=f"ogr:dbname='{out}' table=\"verdicts\"",
    )
    with sqlite3.connect(out) as data:
        assert data.execute("SELECT count(*) FROM verdicts").fetchone() == (46,)
        assert data.execute("SELECT count(*) FROM findings").fetchone() == (1,)


def refused(h, match, projects, controls, **parameters):
    feedback = h.Feedback()
    with pytest.raises(Exception) as caught:
        h.check(projects, controls, feedback, **parameters)
    told = "\n".join([str(caught.value), *feedback.lines])  # QGIS 3.22 tells errors of the preparation in the log only
    assert re.search(match, told), told


def test_empty_project_layer_is_refused(h, farmland):
    refused(h, "contains no project", h.layer("p", [], "XMBH:string"), [farmland])


def test_no_crs_is_refused(h, farmland, projects):
    refused(h, "No coordinate system", h.layer("p", [(h.box_wkt(0, 0),)], crs=""), [farmland])
    feedback = h.Feedback()
    result = h.check(projects, [h.layer("STBHHX", [(h.box_wkt(0, 0),)], crs=""), farmland], feedback)
    assert h.verdicts(result)["A", "STBHHX"]["status"] == "failed"


def test_wrong_geometry_type_is_refused(h, farmland):
    refused(h, "must be polygons", h.layer("p", [("Point(500000 3350000)",)], kind="Point"), [farmland])


def test_missing_key_field_names_the_fields_there_are(h, projects, farmland):
    refused(h, "XMBH", projects, [farmland], PROJECT_KEY="NOPE")


def test_old_datum_is_refused(h, farmland):
    refused(h, "Xian 1980", h.layer("p", [(h.box_wkt(0, 0),)], crs="EPSG:2384"), [farmland])


def test_eastings_with_a_zone_in_a_crs_without_name_the_right_code(h, farmland):
    wkt = "POLYGON((40500000 3350000,40500100 3350000,40500100 3350100,40500000 3350000))"
    refused(h, "EPSG:4528", h.layer("p", [(wkt,)]), [farmland])


def test_swapped_axes_are_refused(h, farmland):
    wkt = "POLYGON((3350000 500000,3350100 500000,3350100 500100,3350000 500000))"
    refused(h, "to be swapped", h.layer("p", [(wkt,)]), [farmland])


def test_a_layer_that_vanished_is_failed_and_the_others_go_on(h, projects, farmland, tmp_path):
    broken = tmp_path / "STBHHX.gpkg"
    broken.write_bytes(b"not a database")
    for source in (str(broken), f"{tmp_path / 'gone.gpkg'}|layername=STBHHX"):
        found = h.verdicts(h.check(projects, [source, farmland], PROJECT_KEY="XMBH"))
        assert found["A", "STBHHX"]["status"] == "failed"
        assert found["A", "YJJBNT"]["status"] == "conflict"


@pytest.mark.parametrize("by", ["id", "name", "layer"])
def test_a_layer_of_the_project_whose_file_is_gone_is_failed_under_its_name(h, projects, farmland, tmp_path, by):
    from qgis.core import QgsProject, QgsVectorLayer

    gone = QgsVectorLayer(f"{tmp_path / 'gone.gpkg'}|layername=STBHHX", "红线底图", "ogr")
    QgsProject.instance().addMapLayer(gone)
    value = {"id": gone.id(), "name": gone.name(), "layer": gone}[by]
    try:
        found = h.verdicts(h.check(projects, [value, farmland], PROJECT_KEY="XMBH"))["A", "STBHHX"]
    finally:
        QgsProject.instance().removeMapLayer(gone.id())
    assert found["status"] == "failed" and "红线底图" in found["reason"] and "gone.gpkg" in found["reason"]


def test_an_empty_control_layer_is_not_checked(h, projects, farmland):
    found = h.verdicts(h.check(projects, [h.layer("STBHHX", []), farmland], PROJECT_KEY="XMBH"))
    assert found["A", "STBHHX"]["status"] == "not_checked"


def test_projects_far_from_every_layer_are_remarked(h, farmland):
    feedback = h.Feedback()
    h.check(h.layer("p", [(h.box_wkt(90_000, 0), "FAR")], "XMBH:string"), [farmland], feedback)
    assert any("outside the extent" in line and "FAR" in line for line in feedback.lines)


def test_duplicate_keys_are_numbered_and_told(h, farmland):
    twice = h.layer("p", [(h.box_wkt(0, 0), "A"), (h.box_wkt(500, 0), "A")], "XMBH:string")
    feedback = h.Feedback()
    found = h.verdicts(h.check(twice, [farmland], feedback))
    assert found["A", "YJJBNT"]["status"] == "conflict" and found["A#2", "YJJBNT"]["status"] == "clear"
    assert any("more than once" in line for line in feedback.lines)


def test_two_layers_of_one_line_are_both_used_and_told(h, projects, farmland):
    feedback = h.Feedback()
    other = h.layer("永久基本农田", [(h.box_wkt(1050, 0),)])
    found = h.verdicts(h.check(projects, [farmland, other], feedback, PROJECT_KEY="XMBH"))
    assert found["A", "YJJBNT"]["status"] == found["B", "YJJBNT"]["status"] == "conflict"
    assert any("several layers" in line for line in feedback.lines)


def test_unknown_layers_are_told_and_mapping_names_them(h, projects):
    odd = h.layer("whatever", [(h.box_wkt(0, 0),)])
    feedback = h.Feedback()
    known = h.layer("STBHHX", [(h.box_wkt(9000, 0),)])
    assert (
        h.verdicts(h.check(projects, [odd, known], feedback, PROJECT_KEY="XMBH"))["A", "SD"]["status"] == "not_checked"
    )
    assert any("whatever" in line and "MAPPING" in line for line in feedback.lines)
    refused(h, "whatever.*MAPPING", projects, [odd], PROJECT_KEY="XMBH")  # nothing would be checked: no good end
    mapped = h.check(projects, [odd], PROJECT_KEY="XMBH", MAPPING='{"whatever": "SD"}')
    assert h.verdicts(mapped)["A", "SD"]["status"] == "conflict"
    refused(h, "JSON", projects, [odd], MAPPING="{whatever")
    refused(h, "NOPE", projects, [odd], MAPPING='{"whatever": "NOPE"}')


def test_rule_files_with_mistakes_are_refused(h, projects, farmland, tmp_path):
    file = tmp_path / "r.yaml"
    file.write_text(
        "extends: 3x_national\nname: x\nversion: 1\nrules:\n  - {id: YJJBNT-1, where: 'a ='}\n", encoding="utf-8"
    )
    refused(h, r"r\.yaml, line 5", projects, [farmland], RULES=str(file))
    file.write_text(
        "extends: 3x_national\nname: x\nversion: 1\nrules:\n  - {id: YJJBNT-1, colour: red}\n", encoding="utf-8"
    )
    refused(h, "Unknown key", projects, [farmland], RULES=str(file))


def test_where_and_unless_are_asked(h, farmland, tmp_path):
    file = tmp_path / "r.yaml"
    text = 'extends: 3x_national\nname: x\nversion: 1\nrules:\n  - {id: YJJBNT-1, where: "\\"TBBH\\" = \'001\'", unless: "\\"kind\\" = \'road\'"}\n'
    file.write_text(text, encoding="utf-8")
    both = h.layer("p", [(h.box_wkt(0, 0), "A", "road"), (h.box_wkt(0, 0), "B", "house")], "XMBH:string,kind:string")
    found = h.verdicts(h.check(both, [farmland], RULES=str(file)))
    assert (found["A", "YJJBNT"]["status"], found["B", "YJJBNT"]["status"]) == ("clear", "conflict")
    feedback = h.Feedback()
    plain = h.layer("YJJBNT", [(h.box_wkt(0, 0),)])
    assert h.verdicts(h.check(both, [plain], feedback, RULES=str(file)))["B", "YJJBNT"]["status"] == "conflict"
    assert any("lacks field" in line and "TBBH" in line for line in feedback.lines)


def test_zones_are_told_apart_and_counted_once(h, projects):
    zones = h.layer("STBHHX", [(h.box_wkt(0, 0), "是"), (h.box_wkt(1000, 0), "否")], "sfzrbhdhxq:string")
    result = h.check(projects, [zones], PROJECT_KEY="XMBH")
    assert sorted(f["rule_id"] for f in result["FINDINGS"].getFeatures()) == ["STBHHX-1", "STBHHX-core"]


def test_bad_geometry_is_used_or_listed(h, farmland, projects):
    x, y = h.X, h.Y
    bow = f"POLYGON(({x} {y},{x + 100} {y + 100},{x + 100} {y},{x} {y + 100},{x} {y}))"
    layer = h.layer("YJJBNT", [(bow,), (None,), ("POLYGON EMPTY",)])
    feedback = h.Feedback()
    result = h.check(projects, [layer], feedback, PROJECT_KEY="XMBH")
    assert result["REPAIRED_COUNT"] == 1
    assert h.verdicts(result)["A", "YJJBNT"]["overlap_m2"] == pytest.approx(4998, abs=5)
    said = [line for line in feedback.lines if "Not used" in line or "Repaired" in line]
    assert sorted(line.rsplit(",", 1)[1] for line in said) == [
        " feature 1: The boundary crosses itself",
        " feature 2 (The feature has no geometry.)",
        " feature 3 (The geometry is empty.)",
    ]


def test_a_project_without_geometry_is_failed_in_every_line(h, farmland):
    some = h.layer("p", [(h.box_wkt(0, 0), "A"), (None, "EMPTY")], "XMBH:string")
    found = h.verdicts(h.check(some, [farmland]))
    assert {v["status"] for (key, _), v in found.items() if key == "EMPTY"} == {"failed"}
    assert len(found) == 46


@pytest.mark.skipif(os.name == "nt", reason="folders have no write bit on Windows")
def test_an_output_that_cannot_be_written_is_told(h, projects, farmland, tmp_path):
    (tmp_path / "file").write_text("x")
    refused(h, "Cannot|Could not|create", projects, [farmland], FINDINGS=str(tmp_path / "file" / "f.gpkg"))
    refused(h, "Cannot write", projects, [farmland], REPORT=str(tmp_path / "file" / "r.docx"))
    refused(h, r"\.doc", projects, [farmland], REPORT=str(tmp_path / "r.doc"))


def test_a_full_disk_is_told_and_leaves_no_half_report(h, projects, farmland):
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    from onemap.plugin import report as reports
    from onemap.plugin.core.errors import OutputError

    def full(report, path):
        with open("/dev/full", "wb") as stream:
            stream.write(b"x" * 100_000)

    original = reports._writer
    reports._writer = lambda suffix: full
    try:
        with pytest.raises(OutputError, match="space|room"):
            reports.write_report(None, "full.docx")
    finally:
        reports._writer = original
    assert not [name for name in os.listdir(".") if name.startswith(".onemap-") or name == "full.docx"]


def test_every_nasty_polygon_is_used_or_listed(h, shared_data):
    from qgis.core import QgsCoordinateReferenceSystem, QgsVectorLayer

    nasty = QgsVectorLayer(str(shared_data / "nasty" / "nasty_dev_geos_jts.gpkg"), "nasty", "ogr")
    nasty.setCrs(QgsCoordinateReferenceSystem("EPSG:4549"))
    from onemap.plugin.bridge.layers.snapshot import LayerSnapshot

    for role in ("projects", "control_line"):
        snapshot = LayerSnapshot(nasty, role)
        used = sum((~shapely.is_missing(g)).sum() for _, _, g in snapshot.batches(snapshot.crs, []))
        listed = {s.fid for s in snapshot.skipped}
        assert used + len(listed) == nasty.featureCount() == snapshot.checked_count
    controls = nasty.clone()
    assert controls.setSubsetString(f"fid % {every(1, 9)} = 0") and controls.featureCount() > 30
    result = h.check(nasty, [controls], MAPPING='{"nasty": "SD"}')
    assert result["PROJECT_COUNT"] == nasty.featureCount()
    assert result["VERDICTS"].featureCount() == nasty.featureCount() * 23


@pytest.mark.parametrize("suffix", ["gpkg", "shp"])
def test_a_cancelled_run_leaves_nothing_behind(h, tmp_path, suffix):
    """The cancel comes when the check is under way, and next to nothing is done after it."""
    from qgis.core import QgsProcessingException, QgsProcessingFeedback

    class Impatient(QgsProcessingFeedback):
        cancelled, later = False, 0

        def setProgress(self, value):
            self.later += self.cancelled
            if value > 0 and not self.cancelled:
                self.cancelled = True
                self.cancel()

    spots = np.random.default_rng(1).uniform(0, 3000, (400, 2))
    cells = [(h.box_wkt(x, y, 60), f"P{n}") for n, (x, y) in enumerate(spots)]
    projects = h.layer("projects", cells, "XMBH:string")
    lines = [h.layer(name, cells, "BSM:string") for name in ("YJJBNTTB", "STBHHX")]
    feedback = Impatient()
    outputs = {"FINDINGS": str(tmp_path / f"f.{suffix}"), "VERDICTS": str(tmp_path / "v.gpkg")}
    with pytest.raises(QgsProcessingException):
        h.check(projects, lines, feedback, PROJECT_KEY="XMBH", **outputs)
    assert feedback.cancelled and feedback.later < 3, "what was under way is given up"
    assert not [file.name for file in tmp_path.iterdir() if not file.name.startswith(".")]


def test_a_review_date_that_is_none_is_refused_with_how_to_write_it(h, projects, farmland):
    for text in ("2026-13-45", "2026年3月5日"):
        refused(h, f"{text}.*2026-03-05", projects, [farmland], REVIEW_DATE=text)


@pytest.mark.parametrize("text", ["1,5", "-1", "viel"])
def test_a_number_that_cannot_be_used_says_how_to_write_one(h, farmland, projects, text):
    refused(h, f'"{text}" is no number in ≥ 0. Write it as [0-9]', projects, [farmland], SLIVER_AREA=text)


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ({"type": 0, "minValue": 1990, "maxValue": 2100}, "in 1990 – 2100. Write it as 1990."),
        ({"type": 1, "defaultValue": 0.13, "minValue": 0, "maxValue": 0.5}, "in 0 – 0.5. Write it as 0.13."),
        ({"type": 1}, "number. Write it as 1.5."),
    ],
)
def test_what_a_number_is_written_as_is_one_that_is_taken(qgis_app, bounds, said):
    from onemap.processing_algs.base import _wrong_text
    from qgis.core import QgsProcessingParameterNumber

    kind = (QgsProcessingParameterNumber.Integer, QgsProcessingParameterNumber.Double)[bounds["type"]]
    definition = QgsProcessingParameterNumber("YEAR", "Year", **{**bounds, "type": kind})
    assert _wrong_text(definition, "x").format("Year", "x").endswith(said) and not _wrong_text(definition, None)
