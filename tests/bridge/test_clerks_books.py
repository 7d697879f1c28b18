"""What people do with an exported book before it comes back: no row of it is passed over without a word."""

import pytest
from onemap.plugin.bridge.records.workbooks import export_from, import_into
from onemap.plugin.core import messages
from onemap.plugin.store.workspace import Workspace
from openpyxl import load_workbook

FORM = "village_evaluation"
DIVISIONS = "code,name\n33,浙江省\n3301,杭州市\n330110,余杭区\n330110100,竹山镇\n330110100201,竹山村\n"


@pytest.fixture
def ws(tmp_path):
    messages.set_language("en")
    (tmp_path / "d.csv").write_text(DIVISIONS, encoding="utf-8")
    with Workspace.create(tmp_path / "w.gpkg", "330110", tmp_path / "d.csv") as workspace:
        known = {"xzcdm": "330110100201", "xzcmc": "竹山村", "cls": "集聚提升类", "pop_reg": 100}
        workspace.save_records(FORM, [{**known, "zrc": name} for name in "甲乙丙"], "li")
        yield workspace


def people(ws):
    return {row["zrc"]: row["pop_reg"] for row in ws.records(FORM)}


def column(sheet, title="户籍人口"):
    return next(cell.column for cell in sheet[3] if cell.value == title)


def edited(ws, path, act):
    """The import of an exported book after `act(book, sheet)`."""
    export_from(ws, path, FORM)
    book = load_workbook(path)
    act(book, book.worksheets[0])
    book.save(path)
    return import_into(ws, path, FORM)


def test_rows_on_a_second_page_of_our_own_book_are_read(ws, tmp_path):
    def move(book, sheet):
        page = book.create_sheet("续表")
        for row in (1, 2, 3, 6):
            page.append([cell.value for cell in sheet[row]])
        page.cell(4, column(sheet)).value = 777
        sheet.delete_rows(6)

    done = edited(ws, tmp_path / "b.xlsx", move)
    assert (done.accepted, done.updated) == (3, 1) and people(ws) == {"甲": 100, "乙": 100, "丙": 777}


def test_a_copied_sheet_is_a_second_row_of_every_record(ws, tmp_path):
    def copy(book, sheet):
        book.copy_worksheet(sheet).title = "备份"
        sheet.cell(4, column(sheet)).value = 777

    done = edited(ws, tmp_path / "b.xlsx", copy)
    assert (done.updated, done.rejected) == (1, 3) and sorted(people(ws).values()) == [100, 100, 777]
    assert {error.sheet for error in done.errors} == {"备份"}


def test_a_cover_before_our_own_sheet_hides_nothing(ws, tmp_path):
    def cover(book, sheet):
        book.create_sheet("封面", 0)["B2"] = "余杭区村庄评估汇总"
        sheet.cell(4, column(sheet)).value = 777

    done = edited(ws, tmp_path / "b.xlsx", cover)
    assert (done.accepted, done.updated) == (3, 1)


def test_a_row_copied_from_an_older_book_is_named(ws, tmp_path):
    old = tmp_path / "old.xlsx"
    export_from(ws, old, FORM)
    stale = [cell.value for cell in load_workbook(old).worksheets[0][4]]
    ws.save_records(FORM, [{"id": next(r["id"] for r in ws.records(FORM) if r["zrc"] == "甲"), "pop_reg": 500}], "li")

    def paste(book, sheet):
        row = next(row for row in sheet.iter_rows(min_row=4) if row[2].value == stale[2])
        for cell, value in zip(row, stale):
            cell.value = value
        sheet.cell(5, column(sheet)).value = 777

    done = edited(ws, tmp_path / "new.xlsx", paste)
    (remark,) = [remark for remark in done.remarks if remark.code == "rows_older"]
    assert "甲" in remark.params["names"] and remark.params["count"] == 1 and done.updated == 2


def test_a_record_that_was_deleted_since_is_not_made_again(ws, tmp_path):
    def delete(book, sheet):
        for row in list(ws.records(FORM)):
            if row["zrc"] != "甲":
                ws.delete_record(FORM, row["id"], "li")
        row = next(row for row in sheet.iter_rows(min_row=4) if row[2].value == "乙")
        row[column(sheet) - 1].value = 777

    done = edited(ws, tmp_path / "b.xlsx", delete)
    assert (done.created, done.updated) == (0, 0) and people(ws) == {"甲": 100}
    assert {error.level for error in done.errors} == {"left"} and len(done.errors) == 2
    (remark,) = [remark for remark in done.remarks if remark.code == "records_gone"]
    assert remark.params["count"] == 2


def test_a_restored_workspace_gets_its_records_back_from_a_book(ws, tmp_path):
    """A backup knows nothing of what was made after it: there the book is the only copy."""
    import shutil

    backup = tmp_path / "backup.gpkg"
    shutil.copy(ws.path, backup)
    known = next(iter(ws.records(FORM)))
    ws.save_records(FORM, [{key: known[key] for key in ("xzcdm", "xzcmc", "cls", "pop_reg")} | {"zrc": "丁"}], "li")
    export_from(ws, tmp_path / "b.xlsx", FORM)
    with Workspace.open(backup) as restored:
        done = import_into(restored, tmp_path / "b.xlsx", FORM)
        assert done.created == 1 and set(people(restored)) == set("甲乙丙丁")


def test_a_comma_that_nobody_quoted_shifts_no_cells(ws, tmp_path):
    head = "行政村代码,行政村名称,自然村名称,村庄分类,评估意见,户籍人口"
    good, bad = "330110100201,竹山村,丁,集聚提升类,好,5,", "330110100201,竹山村,戊,集聚提升类,好,需整改,5"
    (tmp_path / "v.csv").write_text("\n".join((head, good, bad)), encoding="gb18030")
    done = import_into(ws, tmp_path / "v.csv", FORM)
    assert (done.created, done.rejected) == (1, 1) and "戊" not in people(ws)
    assert "separator" in str(done.errors[0].message)
