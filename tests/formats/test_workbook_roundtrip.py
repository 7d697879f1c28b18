"""Out and in again without loss, the furniture of the template, and errors marked in a copy."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from onemap.plugin.core.errors import Cancelled, InputError, OutputError
from onemap.plugin.core.forms.schema import FORM_IDS, FormValidator, load_form
from onemap.plugin.formats.workbook import marking as workbook_marking
from onemap.plugin.formats.workbook.export import HEAD_ROW, Extras, write_workbook
from onemap.plugin.formats.workbook.intake import ID_TITLE, Reading, WorkbookImport
from onemap.plugin.formats.workbook.marking import mark_workbook
from onemap.tests.support.workbooks import VILLAGE, VILLAGES, sheet_file, taken
from openpyxl import load_workbook

NASTY = [
    "=1+1", "+86", "-甲", "@sum", "\t制表", "'撇号", "=cmd|'/c calc'!A1", "0012", "1E5", "2026-01-05", "TRUE", "#N/A",
    "多行\n第二行", "回车\r\n换行", " 前后空格 ", "_x000D_ 原文", "\x0b\x1f控制", "<b>&amp;\"'</b>", "𠮷野家", "长" * 32000, "ﬁ①㎡", "合计",
]  # fmt: skip


def back(path, form):
    imported = WorkbookImport(path, form, FormValidator(form))
    rows = list(imported.records())
    assert imported.errors == []
    return rows


@pytest.mark.parametrize("text", NASTY, ids=lambda t: ascii(t[:12]))
def test_text_comes_back_letter_for_letter(tmp_path, text):
    record = {**VILLAGE, "opinion": text, "id": "a-1"}
    write_workbook(tmp_path / "t.xlsx", VILLAGES, [record])
    assert back(tmp_path / "t.xlsx", VILLAGES)[0]["opinion"] == text
    cell = load_workbook(tmp_path / "t.xlsx").worksheets[0].cell(HEAD_ROW + 1, VILLAGES.keys.index("opinion") + 1)
    assert cell.data_type != "f" and cell.number_format == "@"
    assert cell.quotePrefix == (text[0] in "=+-@\t")


def test_zero_is_not_empty_and_numbers_keep_every_digit(tmp_path):
    records = [
        {**VILLAGE, "zrc": "一", "pop_res": 0, "vacant_ha": 0.0, "built_ha": 0.1 + 0.2, "hazard_n": None},
        {**VILLAGE, "zrc": "二", "pop_res": None, "vacant_ha": 1e-9, "built_ha": 123456789.123456, "opinion": ""},
    ]
    write_workbook(tmp_path / "n.xlsx", VILLAGES, records)
    first, second = back(tmp_path / "n.xlsx", VILLAGES)
    assert (first["pop_res"], first["vacant_ha"], first["built_ha"], first["hazard_n"]) == (0, 0.0, 0.1 + 0.2, None)
    assert (second["pop_res"], second["vacant_ha"], second["built_ha"], second["opinion"]) == (
        None,
        1e-9,
        123456789.123456,
        None,
    )
    assert "id" not in first


@pytest.mark.parametrize("day", ["2026-02-28", "2024-02-29", "1900-03-01", "1899-12-31", "9999-12-31"])
def test_days_do_not_drift(tmp_path, day):
    form = load_form("plan_org")
    write_workbook(
        tmp_path / "d.xlsx",
        form,
        [{"name": "甲", "uscc": "91350100M000100Y43", "cert_until": day, "phone": "0571-12345678"}],
    )
    row = back(tmp_path / "d.xlsx", form)[0]
    assert (row["cert_until"], row["phone"], row["uscc"]) == (day, "0571-12345678", "91350100M000100Y43")


def test_references_and_attachments(tmp_path):
    form = load_form("plan_progress")
    record = {
        "xzqdm": "330110",
        "xzqmc": "甲",
        "plan_type": "村庄规划",
        "stage": "公示",
        "stage_date": "2026-01-05",
        "reported_at": "2026-03-01",
    }
    files = [{"name": "图 [1].pdf", "sha256": "0" * 64, "bytes": 5}, {"name": "b.docx", "sha256": "f" * 64}]
    write_workbook(
        tmp_path / "r.xlsx", form, [{**record, "org_id": "u-1", "attach": files}], {"org_id": {"u-1": "某某规划院"}}
    )
    assert load_workbook(tmp_path / "r.xlsx").worksheets[0].cell(4, form.keys.index("org_id") + 1).value == "某某规划院"
    imported = WorkbookImport(
        tmp_path / "r.xlsx", form, FormValidator(form), Reading(references={"org_id": {"某某规划院": "u-1"}})
    )
    row = next(imported.records())
    assert row["org_id"] == "u-1" and row["attach"] == files
    imported = WorkbookImport(tmp_path / "r.xlsx", form, FormValidator(form), Reading(references={"org_id": {}}))
    assert list(imported.records()) == [] and [e.field for e in imported.errors] == ["org_id"]


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_the_template_is_ready_to_be_filled_in(tmp_path, form_id):
    form = load_form(form_id)
    assert write_workbook(tmp_path / "t.xlsx", form) == 0
    book = load_workbook(tmp_path / "t.xlsx")
    sheet, helped, codes = book.worksheets
    assert [c.value for c in sheet[HEAD_ROW]] == [f.title_zh for f in form.fields]
    assert sheet.freeze_panes == f"A{HEAD_ROW + 1}" and sheet.protection.sheet and codes.sheet_state == "hidden"
    assert all(c.protection.locked for row in sheet[1:HEAD_ROW] for c in row)
    for field, letter in zip(form.fields, (c.column_letter for c in sheet[HEAD_ROW])):
        column = sheet.column_dimensions[letter]
        assert not column.protection.locked
        assert column.number_format == {"integer": "0", "number": "General", "date": "yyyy-mm-dd"}.get(
            field.value_type, "@"
        )
        hint = sheet[f"{letter}2"].value
        assert hint.startswith("必填" if field.required else "选填") and field.unit in hint
        rules = [r for r in sheet.data_validations.dataValidation if f"{letter}{HEAD_ROW + 1}" in r.sqref]
        if field.codes:
            area = codes[rules[0].formula1.split("!")[1].replace("$", "")]
            assert rules[0].type == "list" and [row[0].value for row in area] == [code[1] for code in field.codes]
    assert {f.title_zh for f in form.fields} <= {row[0] for row in helped.iter_rows(values_only=True)}
    imported = WorkbookImport(tmp_path / "t.xlsx", form, FormValidator(form))
    assert list(imported.records()) == [] and imported.errors == [] and imported.rejected == 0


def test_rows_typed_into_the_template(tmp_path):
    write_workbook(tmp_path / "t.xlsx", VILLAGES)
    book = load_workbook(tmp_path / "t.xlsx")
    for column, value in enumerate(("330110100201", "上塘村", "东头", "集聚提升类", 5), 1):
        book.worksheets[0].cell(6, column, value)
    book.save(tmp_path / "t.xlsx")
    assert [(r["xzcdm"], r["pop_reg"]) for r in back(tmp_path / "t.xlsx", VILLAGES)] == [("330110100201", 5)]


def test_ids_travel_in_a_hidden_column(tmp_path):
    write_workbook(tmp_path / "i.xlsx", VILLAGES, [{**VILLAGE, "id": "u-7"}])
    sheet = load_workbook(tmp_path / "i.xlsx").worksheets[0]
    last = sheet[HEAD_ROW][-1]
    assert last.value == ID_TITLE and sheet.column_dimensions[last.column_letter].hidden
    assert back(tmp_path / "i.xlsx", VILLAGES)[0]["id"] == "u-7"


@pytest.mark.parametrize("count", [2, 3])
def test_no_record_is_written_below_the_last_row_of_a_sheet(tmp_path, monkeypatch, count):
    monkeypatch.setattr("onemap.plugin.formats.workbook.export.LAST_ROW", HEAD_ROW + 2)
    rows, path = [{**VILLAGE, "zrc": str(number)} for number in range(count)], tmp_path / "full.xlsx"
    if count == 2:
        write_workbook(path, VILLAGES, rows)
        return
    with pytest.raises(InputError) as refused:
        write_workbook(path, VILLAGES, rows)
    assert refused.value.code == "workbook_too_many_rows" and not path.exists()


def test_a_failed_export_leaves_the_old_file(tmp_path):
    target = tmp_path / "o.xlsx"
    target.write_bytes(b"old")

    def stop(rows):
        raise Cancelled()

    with pytest.raises(Cancelled):
        write_workbook(target, VILLAGES, (dict(VILLAGE, zrc=str(n)) for n in range(3000)), extras=Extras(progress=stop))
    with pytest.raises(InputError):
        write_workbook(target, VILLAGES, [{**VILLAGE, "opinion": "\x01" * 32000}])
    with pytest.raises(OutputError):
        write_workbook(tmp_path / "none" / "o.xlsx", VILLAGES, [VILLAGE])
    assert target.read_bytes() == b"old" and [f.name for f in tmp_path.iterdir()] == ["o.xlsx"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_full_disk_is_told(tmp_path):
    """The temporary folder of the sheets is full: a small limit on file size stands for it, in a process of its own."""
    script = (
        "import resource, signal, sys; sys.path.insert(0, sys.argv[1]); signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (40000, 40000))\n"
        "from onemap.plugin.core.forms.schema import load_form\nfrom onemap.plugin.core.errors import OutputError\n"
        "from onemap.plugin.formats.workbook.export import write_workbook\n"
        "try: write_workbook(sys.argv[2], load_form('village_evaluation'), ({'xzcmc': str(n) * 9} for n in range(20000)))\n"
        "except OutputError as error: print(error.code)"
    )
    link = next(p for p in sys.path if (Path(p) / "onemap").is_symlink())
    done = subprocess.run(
        [sys.executable, "-c", script, link, str(tmp_path / "f.xlsx")], capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == "workbook_not_saved", done.stderr[-500:]
    assert list(tmp_path.iterdir()) == []


# --- errors marked

BAD = [
    ["行政村代码", "行政村名称", "村庄分类", "户籍人口"],
    ["330110100201", "甲", "集聚提升类", 1],
    ["33", "=1+1", "搬迁撤并类", -5],
]


def marked(tmp_path, rows=BAD, merges=()):
    imported, _ = taken(sheet_file(tmp_path / "in.xlsx", ("表", rows, merges)))
    mark_workbook(imported, tmp_path / "out.xlsx")
    return imported, load_workbook(tmp_path / "out.xlsx")


def test_wrong_cells_are_coloured_and_commented(tmp_path, chinese):
    imported, book = marked(tmp_path)
    sheet = book["表"]
    wrong = {c.coordinate: c.comment.text for row in sheet.iter_rows() for c in row if c.comment}
    assert set(wrong) == {"A3", "B3", "D3"} and "-5" in wrong["D3"] and "评估意见" in wrong["A3"]
    assert all(sheet[c].fill.fgColor.rgb == "00FFC7CE" for c in wrong) and sheet["A2"].fill.fill_type is None
    listed = list(book["错误清单"].iter_rows(min_row=3, values_only=True))
    assert len(listed) == len(imported.errors) and listed[0][1:4] == ("表", 3, "A")
    assert all(c.data_type != "f" for row in book["错误清单"].iter_rows() for c in row)


def test_a_marked_copy_can_be_mended_and_imported(tmp_path):
    _, book = marked(tmp_path)
    for cell, value in {"A3": "330110100202", "B3": "乙", "C3": "特色保护类", "D3": 5}.items():
        book["表"][cell] = value
    book.save(tmp_path / "mended.xlsx")
    imported, found = taken(tmp_path / "mended.xlsx")
    assert [r["xzcdm"] for r in found] == ["330110100201", "330110100202"] and not imported.errors


def test_our_template_keeps_its_dropdowns_when_marked(tmp_path):
    write_workbook(tmp_path / "in.xlsx", VILLAGES, [{**VILLAGE, "cls": "甲类"}])
    imported, found = taken(tmp_path / "in.xlsx")
    assert found == []
    mark_workbook(imported, tmp_path / "out.xlsx")
    sheet = load_workbook(tmp_path / "out.xlsx").worksheets[0]
    assert sheet["D4"].comment and any(r.type == "list" for r in sheet.data_validations.dataValidation)
    assert [e.row for e in taken(tmp_path / "out.xlsx")[0].errors] == [4]


def test_of_a_very_large_workbook_only_wrong_rows_are_copied(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook_marking, "_FULL_COPY", 0)
    rows = [
        ["某县"],
        ["行政村", None, "村庄分类", "人口"],
        ["编码", "名称", None, "户籍"],
        *BAD[1:],
        ["330110100203", "丙", "集聚提升类", 3],
    ]
    imported, book = marked(tmp_path, rows, ("A1:D1", "A2:B2", "C2:C3"))
    sheet = book["表"]
    assert [row[0] for row in sheet.iter_rows(min_row=4, values_only=True)] == ["33"]
    assert sheet["A4"].comment and sheet["B4"].data_type == "s" and sheet["B4"].value == "=1+1"
    again, _ = taken(tmp_path / "out.xlsx")
    assert [m.key for m in again.plans[0].matches] == [m.key for m in imported.plans[0].matches] and again.rejected == 1


def test_a_merged_cell_is_marked_where_it_is_seen(tmp_path):
    rows = [BAD[0], ["33", "甲", "集聚提升类", 1], [None, "乙", "集聚提升类", 1]]
    _, book = marked(tmp_path, rows, ("A2:A3",))
    assert book["表"]["A2"].comment
