"""One book per township goes out, a folder of them comes back in one step."""

import pytest
from onemap.plugin.bridge.records.distribution import BookSet, distribute, merge, merge_report, safe_name
from onemap.plugin.bridge.records.workbooks import ImportOptions
from onemap.plugin.core import messages
from onemap.plugin.core.errors import InputError
from onemap.plugin.store.workspace import Workspace
from openpyxl import load_workbook

FORM, PERIOD, TOWNS = "plan_progress", "2026-03", 20


@pytest.fixture
def ws(tmp_path):
    messages.set_language("en")
    lines = [
        "code,name",
        "33,浙江省",
        "3301,杭州市",
        "330110,余杭区",
        *(f"330110{n:03d},第{n}镇" for n in range(1, TOWNS + 3)),
    ]
    (tmp_path / "d.csv").write_text("\n".join(lines), encoding="utf-8")
    with Workspace.create(tmp_path / "w.gpkg", "330110", tmp_path / "d.csv") as workspace:
        duties = [
            {
                "form": FORM,
                "code": f"330110{n:03d}",
                "name": f"第{n}镇",
                "plan_type": "总体规划-乡镇级",
                "title": f"第{n}镇总规",
            }
            for n in range(1, TOWNS + 3)
        ]
        workspace.save_records("report_duty", duties, "zhang")
        rows = [plan(n, "启动", 10) for n in range(1, 6)]
        workspace.save_records(FORM, rows, "zhang")
        yield workspace


def plan(number, stage, percent):
    return {
        "xzqdm": f"330110{number:03d}", "xzqmc": f"第{number}镇", "plan_type": "总体规划-乡镇级", "plan_name": f"第{number}镇总规",
        "stage": stage, "stage_date": "2026-03-01", "percent": percent, "reported_at": "2026-03-20",
    }  # fmt: skip


def fill_in(path, **values):
    book = load_workbook(path)
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[3]}
    for title, value in values.items():
        sheet.cell(4, columns[title]).value = value
    book.save(path)


def test_twenty_books_come_back_with_three_conflicts(ws, tmp_path):
    made = distribute(ws, FORM, tmp_path / "out", BookSet("town", PERIOD))
    assert len(made) == TOWNS + 2 and all(book.rows == 1 for book in made)
    assert made[0].path.name == "330110001_第1镇_2026-03.xlsx"
    for book in made[:TOWNS]:
        fill_in(book.path, 编制阶段="方案编制", 进入阶段日期="2026-03-10", 填报日期="2026-03-25", 完成比例=30)
    for book in made[TOWNS:]:
        book.path.unlink()  # two townships send nothing back
    for number in (1, 2, 3):  # somebody corrected these here in the meantime
        record = next(ws.records(FORM, {"xzqdm": f"330110{number:03d}"}))["id"]
        ws.save_records(FORM, [{"id": record, "percent": 77}], "li", "edit")
    (tmp_path / "out" / "x_坏.xlsx").write_bytes(b"PK\x03\x04broken")
    result = merge(ws, FORM, tmp_path / "out", ImportOptions(marked=tmp_path / "marked"))
    assert len(result.books) == TOWNS + 1 and result.conflicts == 3
    assert [b.file for b in result.books if b.refused] == ["x_坏.xlsx"]
    assert result.not_returned == ["330110021 第21镇", "330110022 第22镇"]
    assert ws.count(FORM) == TOWNS and len(list((tmp_path / "marked").iterdir())) == 3
    percents = {r["xzqdm"]: (r["stage"], r["percent"]) for r in ws.records(FORM)}
    assert percents["330110001"] == ("方案编制", 77) and percents["330110004"] == ("方案编制", 30)
    merge_report(result, tmp_path / "r.xlsx", "余杭区")
    merge_report(result, tmp_path / "r.docx", "余杭区")
    table = [[cell.value for cell in row] for row in load_workbook(tmp_path / "r.xlsx").worksheets[0]]
    assert len(table) == TOWNS + 4 and table[1][5] == 1
    again = merge(ws, FORM, tmp_path / "out")
    assert sum(b.summary.created + b.summary.updated for b in again.books if b.summary) == 0
    assert ws.verify_audit().is_intact


def test_what_cannot_be_distributed_or_merged_says_why(ws, tmp_path):
    (tmp_path / "none").mkdir()
    with pytest.raises(InputError, match="no workbooks"):
        merge(ws, FORM, tmp_path / "none")
    with Workspace.create(tmp_path / "empty.gpkg", "330110") as other, pytest.raises(InputError, match="no divisions"):
        distribute(other, FORM, tmp_path / "o", BookSet("town"))
    assert safe_name("甲/乙镇. ") == "甲_乙镇"
