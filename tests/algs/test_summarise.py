"""summarise in QGIS: 111 county files with 60 faults, a template that keeps its formats, questions as returned records."""

import csv
import json
from pathlib import Path

import pytest
from onemap.plugin.core.sample.summary import make_summary
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from qgis.core import QgsVectorLayer

HEAD = ("政区代码", "指标", "年份", "数值", "单位")


@pytest.fixture(scope="module")
def made():
    return make_summary()


@pytest.fixture(scope="module")
def folder(made, tmp_path_factory):
    place = tmp_path_factory.mktemp("counties")
    by_division = {}
    for row in made.rows:
        by_division.setdefault(row[0], []).append(row)
    for division, rows in by_division.items():
        with (place / f"{division}.csv").open("w", encoding="utf-8-sig", newline="") as target:
            csv.writer(target).writerows([HEAD, *rows])
    with (place.parent / "divisions.csv").open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows([("code", "name"), *made.divisions.items()])
    return place


def rows_of(source):
    layer = source if isinstance(source, QgsVectorLayer) else QgsVectorLayer(source, "t", "ogr")
    return list(layer.getFeatures())


def run(h, folder, told=None, **more):
    given = {"FOLDER": str(folder), "DIVISIONS": str(folder.parent / "divisions.csv"), "YEAR": 2025}
    return h.run("summarise", told, **{"QUESTIONS": "memory:", "TOTALS": "memory:", **given, **more})


def test_all_faults_are_asked_and_the_report_says_so(h, made, folder, tmp_path):
    reports = [tmp_path / f"s.{kind}" for kind in ("html", "docx", "xlsx")]
    result = run(h, folder, REPORT=";".join(map(str, reports)), FROZEN=str(tmp_path / "edition.json"))
    asked = {(f["division"], f["indicator"] or "") for f in rows_of(result["QUESTIONS"])}
    assert asked == {(fault.division, fault.indicator) for fault in made.faults} and result["QUESTION_COUNT"] == 60
    totals = {f["indicator"]: f for f in rows_of(result["TOTALS"]) if not f["area"]}
    name = next(i for i in made.indicators if made.units[i] == "ha" and i not in {f.indicator for f in made.faults})
    counties = [
        r[3] for r in made.rows if r[1] == name and r[2] == 2025 and not r[0].endswith("00") and r[3] is not None
    ]
    assert totals[name]["total"] == pytest.approx(sum(counties)) and totals[name]["counted"] == len(counties)
    text = reports[0].read_text(encoding="utf-8")
    assert "共提出疑问 60 项" in text and "疑为单位错误" in text
    assert json.loads((tmp_path / "edition.json").read_text(encoding="utf-8"))["edition"]["open_questions"] == 60
    assert all(Path(file).stat().st_size > 1000 for file in reports)


def test_a_template_keeps_everything_but_its_named_cells(h, made, folder, tmp_path):
    template, filled = tmp_path / "template.xlsx", tmp_path / "filled.xlsx"
    book = Workbook()
    sheet = book.active
    sheet.title = "表一"
    sheet["A1"], sheet["A1"].font, sheet["A1"].fill = (
        "汇总表",
        Font(bold=True, size=16),
        PatternFill("solid", fgColor="FFEE00"),
    )
    sheet["B2"].number_format, sheet["C2"], sheet["D2"] = "#,##0.0", "=B2*2", "不动"
    division, name = "338101", "made_001"
    for key, cell in ((f"om.{division}.{name}", "$B$2"), ("om.total.made_001", "$B$3"), ("om.338101.nothing", "$B$4")):
        book.defined_names[key] = DefinedName(key, attr_text=f"'表一'!{cell}")
    book.save(template)
    told = h.Feedback()
    run(h, folder, told, TEMPLATE=str(template), FILLED=str(filled))
    before, after = load_workbook(template)["表一"], load_workbook(filled)["表一"]
    wanted = next(r[3] for r in made.rows if r[:3] == (division, name, 2025))
    assert after["B2"].value == pytest.approx(wanted) and after["B3"].value > wanted and after["B4"].value is None
    for row in before.iter_rows():
        for cell in row:
            other = after[cell.coordinate]
            assert _look(other) == _look(cell)
            assert cell.coordinate in ("B2", "B3") or other.value == cell.value
    assert any("om.338101.nothing" in line for line in told.lines)


def _look(cell):
    return cell.number_format, repr(cell.font), repr(cell.fill)


def test_questions_go_back_as_returned_records(h, path):
    from onemap.plugin.store.workspace import Workspace

    counties = [f"3301{n:02d}" for n in range(1, 9)]
    with Workspace.open(path) as workspace:
        rows = [
            {"division": code, "indicator": "farmland", "year": year, "value": 1000.0 + n + (year - 2024), "unit": "ha",
             "state": "computed"}
            for n, code in enumerate(counties) for year in (2024, 2025)
        ]  # fmt: skip
        rows[-1]["value"] *= 15
        ids = workspace.save_records("indicator_value", rows, "zhang").ids
        for record in ids:
            workspace.change_status("indicator_value", record, "ready", "zhang")
            workspace.change_status("indicator_value", record, "submitted", "li")
    result = h.run(
        "summarise", None, WORKSPACE=path, YEAR=2025, RETURN_QUESTIONS=True, QUESTIONS="memory:", TOTALS="memory:"
    )
    assert result["RETURNED_COUNT"] == result["QUESTION_COUNT"] == 1
    with Workspace.open(path) as workspace:
        (back,) = workspace.records("indicator_value", {"status": "returned"})
        assert back["division"] == "330108" and "15" in back["return_reason"] and workspace.verify_audit().is_intact


def test_the_values_of_a_county_and_its_towns_are_a_table_of_one_county(h, tmp_path):
    fields = "indicator:string,indicator_name:string,division:string,division_name:string,year:integer,value:double"
    rows = [(None, "a", "甲", code, code, 2025, 12.3456) for code in ("330110", "330110001", "330110002")]
    layer = h.layer("values", rows, fields, kind="None")
    import processing

    file = str(tmp_path / "values.gpkg")
    processing.run("native:savefeatures", {"INPUT": layer, "OUTPUT": file})
    told = h.Feedback()
    result = h.run("summarise", told, SOURCES=[file], QUESTIONS="memory:", TOTALS="memory:", SUMMARY_VALUES="memory:")
    assert result["QUESTION_COUNT"] == 0 and result["COMPLETE_COUNT"] == 1
    assert [f["division"] for f in rows_of(result["SUMMARY_VALUES"])] == ["330110"]
    assert any("330110001" in line for line in told.lines)


def test_no_values_are_told(h, folder):
    with pytest.raises(Exception, match="1999"):
        run(h, folder, YEAR=1999)


@pytest.mark.parametrize(
    ("reported", "decimals"), [([], 0), ([1, 2, 3], 0), ([0, 0, 0, 0.3, 0.7], 1), ([1.25, 1.5, 2.25], 2), ([1e-9], 0),
                               ([1200, 1300, 12.5], 1), ([1200.0, 33.333333], 1)],
)  # fmt: skip
def test_decimals_of_an_indicator_that_no_catalogue_knows_hide_no_value(reported, decimals):
    from onemap.plugin.bridge.monitoring.summary_report import _decimals_of

    assert _decimals_of(reported) == decimals
