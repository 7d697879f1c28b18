"""inspectpackage in QGIS: a clean package has no defect, faults are told, exceptions are kept, bad inputs are named."""

import zipfile
from pathlib import Path

import pytest
from qgis.core import QgsVectorLayer


@pytest.fixture
def database():
    from onemap.tests.support import plan_database

    return plan_database.clean_database()


def run(h, package, told=None, **parameters):
    values = {"DEFECTS": "memory:", "ITEMS": "memory:", "SPEC": "example_province", **parameters}
    return h.run("inspectpackage", told, PACKAGE=str(package), **values)


def defects(result, **wanted):
    layer = result["DEFECTS"]
    layer = layer if isinstance(layer, QgsVectorLayer) else QgsVectorLayer(layer, "d", "ogr")
    return [f for f in layer.getFeatures() if all(f[name] == value for name, value in wanted.items())]


def statuses(result):
    return {f["item"]: (f["status"], f["not_checked"]) for f in result["ITEMS"].getFeatures()}


def test_a_clean_package_has_no_defect_and_says_what_was_not_checked(h, database, tmp_path):
    reports = [tmp_path / f"r.{kind}" for kind in ("docx", "xlsx", "html", "pdf")]
    result = run(h, database.write(tmp_path / "package"), REPORT=";".join(map(str, reports)))
    assert defects(result) == [] and result["DEFECT_COUNT"] == 0 and result["SCORE"] == 100
    found = statuses(result)
    assert found["Q509"] == ("checked", None) and found["Q603"] == ("checked", None)
    assert found["Q702"][0] == found["Q701"][0] == "not_checked" and found["Q702"][1] and found["Q701"][1]
    html = reports[2].read_text(encoding="utf-8")
    assert html.index("结论") < html.index("检查对象") and "未检查" in html and "拟定" in html
    assert all(Path(report).stat().st_size > 1000 for report in reports)


def test_exceptions_and_notes_are_kept_and_what_is_gone_is_fixed(h, database, tmp_path):
    parcels = database.tables["XZYDYH"].rows
    parcels[3][1]["CZCSXM"], parcels[5][1]["BZ"] = "999", "x"
    parcels[7][1]["XZQMC"] = None
    first = run(h, database.write(tmp_path / "one"), DEFECTS=str(tmp_path / "first.gpkg"))
    layer = QgsVectorLayer(first["DEFECTS"], "first", "ogr")
    assert sorted(f["item"] for f in layer.getFeatures()) == ["Q401", "Q402"]
    layer.startEditing()
    for feature in layer.getFeatures():
        if feature["item"] == "Q402":
            feature["state"], feature["note"], feature["who"] = "exception", "省厅同意", "张三"
            layer.updateFeature(feature)
    assert layer.commitChanges()
    parcels[7][1]["XZQMC"] = "云溪县"
    second = run(h, database.write(tmp_path / "two"), EXCEPTIONS=layer)
    told = {f["item"]: (f["state"], f["note"], f["who"]) for f in defects(second)}
    assert told == {"Q402": ("exception", "省厅同意", "张三"), "Q401": ("fixed", None, None)}
    assert second["DEFECT_COUNT"] == 0 and second["SCORE"] == 100
    third = run(h, tmp_path / "two", EXCEPTIONS=layer, STAGES="1-3")
    assert {f["item"]: f["state"] for f in defects(third)} == {"Q402": "exception", "Q401": "open"}
    fourth = run(h, tmp_path / "two", EXCEPTIONS=third["DEFECTS"])  # a run of some stages keeps what it did not look at
    assert {f["item"]: f["state"] for f in defects(fourth)} == {"Q402": "exception", "Q401": "fixed"}


def test_a_layer_in_a_wrong_place_is_not_measured(h, database, tmp_path):
    database.tables["STBHHX"].epsg = 4326
    result = run(h, database.write(tmp_path / "package"))
    assert {(f["item"], f["layer"]) for f in defects(result)} == {("Q201", "STBHHX"), ("Q203", "STBHHX")}
    found = statuses(result)
    assert found["Q509"][0] == "partly" and "STBHHX" in found["Q509"][1]


def test_an_archive_in_an_archive_is_read(h, database, tmp_path):
    folder = database.write(tmp_path / "package")
    inner, outer = tmp_path / "inner.zip", tmp_path / "outer.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        for file in folder.rglob("*"):
            if file.is_file():
                archive.write(file, file.relative_to(folder))
    with zipfile.ZipFile(outer, "w") as archive:
        archive.write(inner, "成果/内层.zip")
    assert defects(run(h, outer)) == []


def refused(h, words, package, **parameters):
    told = h.Feedback()
    with pytest.raises(Exception, match=".") as caught:
        run(h, package, told, **parameters)
    assert words in "\n".join([*told.lines, str(caught.value)])


def test_bad_inputs_are_named(h, database, tmp_path):
    refused(h, "does not exist", tmp_path / "absent")
    text = tmp_path / "text.gpkg"
    text.write_text("no database at all, " * 10)
    result = run(h, text)
    assert [f["item"] for f in defects(result)] == ["Q103"]
    assert statuses(result)["Q104"][0] == "not_checked"
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.gpkg", bytes(30 << 20))
    refused(h, "unpack", bomb)
    slip = tmp_path / "slip.zip"
    with zipfile.ZipFile(slip, "w") as archive:
        archive.writestr("../outside.txt", "x")
    assert [f["value"] for f in defects(run(h, slip), item="Q103")] == ["../outside.txt"]
    assert not (tmp_path.parent / "outside.txt").exists()
    specification = tmp_path / "mistaken.yaml"
    specification.write_text("extends: county\nname: x\nversion: 1\nlayers:\n  - {code: NEW, geometri: polygon}\n")
    refused(h, "line 5", tmp_path, SPEC=str(specification))
    refused(h, "1-4,6", tmp_path, STAGES="9")


def test_half_copies_and_odd_files_are_told(h, database, tmp_path):
    folder = database.write(tmp_path / "package")
    (folder / "TRL.shp").unlink()
    (folder / "地图.gdb").mkdir()
    (folder / "地图.gdb" / "a00000004.gdbtable").write_bytes(b"x")
    gpkg = next(folder.glob("*.gpkg"))
    (folder / "半个.gpkg").write_bytes(gpkg.read_bytes()[: gpkg.stat().st_size // 2])
    (folder / "inner.zip").write_bytes(b"PK\3\4 broken")
    result = run(h, folder)
    told = {f["value"]: f["wanted"] for f in defects(result, item="Q103")}
    assert set(told) == {"TRL.dbf", "地图.gdb", "半个.gpkg", "inner.zip"}
    assert (
        "incomplete copy" in told["地图.gdb"]
        and "incomplete copy" in told["半个.gpkg"]
        and "TRL.shp" in told["TRL.dbf"]
    )
    assert statuses(result)["Q104"][0] == "partly" and "TRL" in statuses(result)["Q104"][1]


class GbkEntry(zipfile.ZipInfo):
    """An entry whose name is written as a Chinese Windows does, without the mark of UTF-8."""

    def _encodeFilenameFlags(self):
        return self.filename.encode("gb18030"), self.flag_bits & ~0x800


def test_names_in_gbk_and_many_layers(h, database, tmp_path):
    from onemap.plugin.core.quality.inspection_spec import FieldKind, Shape
    from onemap.tests.support.plan_database import Table

    database.more += [Table(f"L{n:03d}", Shape.POINT, [("A", FieldKind.CHAR, 5, 0)]) for n in range(300)]
    folder, packed = database.write(tmp_path / "package"), tmp_path / "gbk.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in folder.rglob("*"):
            if file.is_file():
                entry = GbkEntry(file.relative_to(folder).as_posix())
                archive.writestr(entry, file.read_bytes())
    result = run(h, packed)
    assert {f["item"] for f in defects(result)} == {"Q106"} and result["DEFECT_COUNT"] == 300


def test_lines_and_areas_of_defects_come_as_layers_of_their_own(h, database, tmp_path):
    rows = database.tables["YDYHGHFQ"].rows
    rows.append((rows[0][0], {**rows[0][1], "BSM": "990102000099999999"}))
    lines = database.tables["ZDJTJCSSX"].rows
    lines.append((lines[0][0], {**lines[0][1], "BSM": "990102000099999998"}))
    report = tmp_path / "r.html"
    sinks = {"DEFECT_AREAS": "memory:", "DEFECT_LINES": "memory:"}
    result = run(h, database.write(tmp_path / "package"), LIMIT=1, REPORT=str(report), **sinks)
    areas, long = ([f["item"] for f in result[name].getFeatures()] for name in ("DEFECT_AREAS", "DEFECT_LINES"))
    assert areas == ["Q509"] and set(long) == {"Q512"}
    assert all(f.hasGeometry() for f in defects(result))
    page = report.read_text(encoding="utf-8")
    assert page.count("<img") == 3  # the overview and the worst of each layer
    assert page.index("扣分明细") < page.index("层内重叠") < page.index("二、检查对象与依据")


def test_what_leans_on_a_misplaced_layer_is_not_said_to_be_clean(h, database, tmp_path):
    database.tables["CZKFBJ"].epsg = 2437
    result = run(h, database.write(tmp_path / "one"))
    status, why = statuses(result)["Q514"]
    assert status == "not_checked" and "CZKFBJ" in why
    assert {f["item"] for f in defects(result)} == {"Q201"}
    database.tables["CZKFBJ"].epsg = 4549
    database.tables["XZQX"].epsg = 0
    result = run(h, database.write(tmp_path / "two"))
    found = statuses(result)
    assert found["Q204"][0] == found["Q510"][0] == found["Q602"][0] == "not_checked"
    database.tables["XZQX"].epsg = 4549
    database.tables["XZQX"].fields = [f for f in database.tables["XZQX"].fields if f[0] != "XZQDM"]
    assert statuses(run(h, database.write(tmp_path / "three")))["Q602"][0] == "not_checked"


def test_a_detailed_plan_is_inspected_and_its_specification_says_what_is_unverified(h, database, tmp_path):
    from onemap.plugin.core.quality.defects import item_of_check
    from onemap.plugin.formats.rules.inspection_files import load_specification

    spec = load_specification("detailed")
    assert "未经核实" in spec.confidence and all("unverified" in layer.confidence for layer in spec.layers)
    units, parcels = database.tables["XZQX"], database.tables["GHYDYH"]
    units.code, database.cells = "XXGHBZDY", None
    database.tables = {"XXGHBZDY": units, "GHYDYH": parcels}
    whole = {f["item"] for f in defects(run(h, database.write(tmp_path / "whole"), SPEC="detailed"))}
    assert whole == {"Q110"}  # the package has no workbook
    parcels.rows.pop(20)
    found = {f["item"] for f in defects(run(h, database.write(tmp_path / "gap"), SPEC="detailed"))}
    assert found - whole == {item_of_check()["gap"].code}


def test_a_scanned_or_locked_text_is_not_said_to_be_right(h, database, tmp_path):
    from onemap.tests.support.pdf import made_pdf
    from onemap.tests.support.plan_database import CODE, NAME

    text = f"{CODE}{NAME}国土空间规划文本.pdf"
    for data, words in (
        (made_pdf([], []), "None of the 2 pages"),
        (made_pdf(["总体规划文本"], []), "1 page(s) cannot be read"),
        (b"%PDF-1.4 cut", "is an incomplete"),
    ):
        database.files[text] = data
        status, why = statuses(run(h, database.write(tmp_path / "package"), STAGES="1"))["Q111"]
        assert status == "not_checked" and words in why, why
    database.files[text] = made_pdf([f"{NAME}国土空间总体规划"], [])
    assert statuses(run(h, database.write(tmp_path / "package"), STAGES="1"))["Q111"][0] == "checked"
    database.files[f"{CODE}规划文本.pdf"] = database.files.pop(text)
    (tmp_path / "package" / text).unlink()
    status, why = statuses(run(h, database.write(tmp_path / "package"), STAGES="1"))["Q111"]
    assert status == "not_checked" and "does not say of which place" in why


def test_a_layer_in_parts_is_not_said_to_be_checked(h, database, tmp_path):
    """One shapefile a town: the largest is checked, the rest and all sums over the layer are named as unchecked."""
    from onemap.tests.support.plan_database import write_tables

    redline = database.tables["STBHHX"]
    rows, redline.shp = redline.rows, True
    redline.rows = rows[:2]
    folder = database.write(tmp_path / "package")
    redline.rows = rows[2:]
    (folder / "乙镇").mkdir()
    write_tables(folder / "乙镇" / "STBHHX.shp", [redline], "ESRI Shapefile")
    specification = tmp_path / "s.yaml"
    text = 'extends: example_province\nname: x\nversion: "1"\nquotas: [{id: redline, value: 0.0001}]\n'
    specification.write_text(text, encoding="utf-8")
    page = tmp_path / "r.html"
    result = run(h, folder, SPEC=str(specification), REPORT=str(page))
    assert "（部分）" in page.read_text(encoding="utf-8")
    assert [f["layer"] for f in defects(result, item="Q107")] == ["STBHHX"]
    found = statuses(result)
    assert found["Q509"][0] == "partly" and "乙镇/STBHHX.shp" in found["Q509"][1]
    assert found["Q603"][0] == "partly" and "STBHHX" in found["Q603"][1]
    assert found["Q701"][0] == "not_checked"  # two of three parcels are no sum to hold against a quota


def test_a_layer_without_any_geometry_lies_nowhere(h, database, tmp_path):
    wetland = database.tables["SD"]
    wetland.rows = [(None, values) for _, values in wetland.rows]
    result = run(h, database.write(tmp_path / "package"))
    assert {(f["item"], f["layer"]) for f in defects(result)} == {("Q502", "SD")}


def test_cells_are_numbers_however_they_were_typed_and_formulas_are_named(h, database, tmp_path):
    wanted = database.cells["C2"]
    for text in (str(wanted), f"{wanted:,.4f}", f" {wanted} "):
        database.cells["C2"] = text
        assert defects(run(h, database.write(tmp_path / "typed"), STAGES="6")) == []
    database.cells["C2"] = "=1+1"
    found = defects(run(h, database.write(tmp_path / "formula"), STAGES="6"), item="Q603")
    assert "=1+1 (never calculated" in found[0]["value"]


def test_a_table_may_be_text_of_excel(h, database, tmp_path):
    wanted, database.cells = f"{database.cells['C2']:,.4f}", None
    specification = tmp_path / "s.yaml"
    specification.write_text(
        'extends: county\nname: x\nversion: "1"\ntables:\n  - title: 指标\n    pattern: 指标\\.csv\n    cells:\n'
        '      - {cell: C2, title: 耕地, layer: XZYDYH, field: TBMJ, where: {YDYHFLDM: ["01"]}, unit: ha}\n',
        encoding="utf-8",
    )
    database.files["指标.csv"] = f'指标,单位,数量\n耕地,公顷,"{wanted}"\n'.encode("gb18030")
    result = run(h, database.write(tmp_path / "package"), SPEC=str(specification), STAGES="6")
    assert defects(result) == [] and statuses(result)["Q603"][0] == "checked"


def test_archives_that_are_not_unpacked_may_hold_what_is_missing(h, database, tmp_path):
    database.tables.pop("SD")
    database.files["湿地.rar"] = b"Rar!\x1a\x07\x00"
    folder = database.write(tmp_path / "package")
    result = run(h, folder)
    assert {f["item"] for f in defects(result)} == {"Q103", "Q108"}
    assert statuses(result)["Q104"][0] == "partly" and "SD" in statuses(result)["Q104"][1]
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.writestr("内.zip", b"PK\3\4 broken")
    (told,) = defects(run(h, tmp_path / "outer.zip"), item="Q103")
    assert "内.zip" in told["wanted"] and ".part" not in told["wanted"]


def test_tolerances_and_quotas_of_one_run(h, database, tmp_path):
    table, package, page = tmp_path / "quotas.csv", database.write(tmp_path / "package"), tmp_path / "r.html"
    table.write_text('指标,数值,单位\nredline,9999999,公顷\n城镇开发边界面积,"9,999,999",亩\n', encoding="gbk")
    result = run(h, package, QUOTAS=str(table), STAGES="6-7", REPORT=str(page), TOLERANCES="Q603=5，Q601 = 1")
    assert [f["value"].endswith("ha") for f in defects(result, item="Q701")] == [True]
    told = page.read_text(encoding="utf-8")
    assert "quotas.csv" in told and "Q603 = 5" in told and "Q601 = 1" in told
    database.cells["C2"] = database.cells["C2"] + 2
    package = database.write(tmp_path / "wrong")
    assert defects(run(h, package, STAGES="6"), item="Q603")
    assert not defects(run(h, package, STAGES="6", TOLERANCES="Q603=5"), item="Q603")


def test_wrong_tolerances_and_quotas_are_named(h, database, tmp_path):
    package, table = database.write(tmp_path / "package"), tmp_path / "quotas.csv"
    for given, word in (
        ("Q999=1", "Q999"),
        ("Q401=1", "Q401"),
        ("Q509=x", "x"),
        ("Q509=-1", "-1"),
        ("Q509=nan", "nan"),
    ):
        _refused(h, package, word, TOLERANCES=given)
    for text, word in (("a,b\n1,2\n", "a, b"), ("id,value\nnone,1\n", "none"), ("id,value\nredline,x\n", "x")):
        table.write_text(text, encoding="utf-8")
        _refused(h, package, word, QUOTAS=str(table))
    _refused(h, package, "absent.csv", QUOTAS=str(tmp_path / "absent.csv"))


def _refused(h, package, word, **parameters):
    told = h.Feedback()
    with pytest.raises(Exception, match=".") as caught:
        run(h, package, told, **parameters)
    assert word in "\n".join([*told.lines, str(caught.value)])


def _district_layer(path, *shapes, epsg=4549):
    from onemap.tests.support.plan_database import Shape, Table, write_tables

    table = Table("范围", Shape.POLYGON, rows=[(shape, {}) for shape in shapes], epsg=epsg)
    write_tables(path, [table], "GPKG")
    return QgsVectorLayer(f"{path}|layername=范围", "县界", "ogr")


def test_a_given_district_stands_in_the_place_of_the_packages_own(h, database, tmp_path):
    import shapely

    package, page = database.write(tmp_path / "package"), tmp_path / "r.html"
    (own,) = (shape for shape, _ in database.tables["XZQX"].rows)
    same = _district_layer(tmp_path / "same.gpkg", own)
    assert defects(run(h, package, DISTRICT=same, STAGES="2,5", REPORT=str(page))) == []
    assert "县界" in page.read_text(encoding="utf-8")
    left, low, right, top = own.bounds
    wider = _district_layer(tmp_path / "wider.gpkg", own, shapely.box(right, low, right + 500, low + 500))
    found = {(f["item"], f["layer"]) for f in defects(run(h, package, DISTRICT=wider, STAGES="2,5"))}
    assert found == {("Q510", code) for code in ("XZQX", "XZQXZ", "XZQC", "XZYDYH", "GHYDYH", "YDYHGHFQ")}
    half = _district_layer(tmp_path / "half.gpkg", shapely.box(left - 1, low - 1, (left + right) / 2, top + 1))
    outside = {f["layer"] for f in defects(run(h, package, DISTRICT=half, STAGES="2"), item="Q204")}
    assert {"XZQX", "XZYDYH", "YJJBNTBHHX"} <= outside


def test_quotas_come_from_a_workbook_with_a_title_above_its_heads(h, database, tmp_path):
    import openpyxl

    book, table = openpyxl.Workbook(), tmp_path / "quotas.xlsx"
    sheet = book.active
    for row in (["2026 年下达指标"], [], ["序号", "指标", "数值", "单位"], [1, "redline", 9999999, "公顷"]):
        sheet.append(row)
    sheet.merge_cells("A1:D1")
    book.save(table)
    package = database.write(tmp_path / "package")
    assert len(defects(run(h, package, QUOTAS=str(table), STAGES="7"), item="Q701")) == 1
    sheet.append([2, "redline", 1, "公顷"])
    book.save(table)
    _refused(h, package, "twice", QUOTAS=str(table))


def test_tables_of_old_excel_and_of_dbase_are_read(h, database, tmp_path):
    from onemap.tests.support.old_tables import old_workbook, plain_dbf

    wanted, database.cells = round(database.cells["C2"], 4), None
    specification = tmp_path / "s.yaml"
    rule = '{cell: C2, title: 耕地, layer: XZYDYH, field: TBMJ, where: {YDYHFLDM: ["01"]}, unit: ha}'
    specification.write_text(
        'extends: county\nname: x\nversion: "1"\ntables:\n'
        f"  - {{title: 甲, pattern: '(.*/)?甲\\.xls', cells: [{rule}]}}\n"
        f"  - {{title: 乙, pattern: '(.*/)?乙\\.dbf', cells: [{rule}]}}\n",
        encoding="utf-8",
    )
    package = database.write(tmp_path / "package")
    for value, count in ((wanted, 0), (wanted + 1, 2)):
        (package / "甲.xls").write_bytes(old_workbook([["指标", "单位", "数量"], ["耕地", "公顷", value]]))
        (package / "乙.dbf").write_bytes(plain_dbf(["指标", "单位", "数量"], [["耕地", "公顷", f"{value:.4f}"]]))
        result = run(h, package, SPEC=str(specification), STAGES="6")
        assert len(defects(result, item="Q603")) == count and statuses(result)["Q603"][0] == "checked"
