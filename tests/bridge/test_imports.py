"""A workbook never overwrites what is newer here, never doubles what is known, and can be taken back as one act."""

import subprocess
from shutil import which

import pytest
from onemap.plugin.bridge.records.import_preview import Answer, Blanks, RowKind, Side
from onemap.plugin.bridge.records.workbooks import (
    ImportOptions,
    apply_plan,
    export_from,
    import_into,
    plan_import,
    undo_import,
)
from onemap.plugin.core import messages
from onemap.plugin.core.errors import InputError
from onemap.plugin.formats.workbook.tables import open_table
from onemap.plugin.store.workspace import Workspace
from openpyxl import Workbook, load_workbook

FORM = "village_evaluation"
HEAD = ["行政村代码", "行政村名称", "自然村名称", "村庄分类", "户籍人口", "常住人口", "户数", "评估意见"]
DIVISIONS = "code,name\n33,浙江省\n3301,杭州市\n330110,余杭区\n330110100,竹山镇\n330110100201,竹山村\n330105,拱墅区\n"


@pytest.fixture(autouse=True)
def _english():
    messages.set_language("en")


@pytest.fixture
def ws(tmp_path):
    (tmp_path / "d.csv").write_text(DIVISIONS, encoding="utf-8")
    with Workspace.create(tmp_path / "w.gpkg", "330110", tmp_path / "d.csv") as workspace:
        yield workspace


def row(name, people=100, opinion="好", code="330110100201", village="竹山村"):
    return [code, village, name, "集聚提升类", people, 90, 30, opinion]


def book(path, *rows, head=HEAD):
    made = Workbook()
    for values in (head, *rows):
        made.active.append(values)
    made.save(path)
    return path


def plan(ws, path, **options):
    reader = open_table(path)
    try:
        return plan_import(ws, reader, ws.form(FORM), ImportOptions(**options))
    finally:
        reader.close()


def here(ws, name):
    return next(r for r in ws.records(FORM) if r["zrc"] == name)


def edit_book(path, changes):
    """Change cells {(name of the village, head): value} in an exported book."""
    made = load_workbook(path)
    sheet = made.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[3]}
    for cells in sheet.iter_rows(min_row=4):
        for (name, head), value in changes.items():
            if cells[columns["自然村名称"] - 1].value == name:
                cells[columns[head] - 1].value = value
    made.save(path)


@pytest.fixture
def exported(ws, tmp_path):
    """A book of two villages that was exported; afterwards somebody edited 甲 here."""
    import_into(ws, book(tmp_path / "v.xlsx", row("甲"), row("乙")), FORM)
    export_from(ws, tmp_path / "out.xlsx", FORM)
    ws.save_records(FORM, [{"id": here(ws, "甲")["id"], "pop_reg": 777, "opinion": "核实后"}], "li", "edit")
    return tmp_path / "out.xlsx"


def test_an_old_book_overwrites_nothing_newer(ws, exported):
    done = import_into(ws, exported, FORM)
    assert (done.updated, done.conflicts, done.unchanged) == (0, 0, 2)
    assert (here(ws, "甲")["pop_reg"], here(ws, "甲")["opinion"]) == (777, "核实后")


def test_what_only_the_book_changed_is_taken_and_conflicts_wait(ws, exported, tmp_path):
    edit_book(exported, {("甲", "户籍人口"): 105, ("甲", "户数"): 31, ("乙", "户籍人口"): 200})
    planned = plan(ws, exported)
    kinds = {p.row.record["zrc"]: p.kind for p in planned.rows}
    assert kinds == {"甲": RowKind.CONFLICT, "乙": RowKind.CHANGED}
    cells = {c.key: (c.base, c.here, c.book, c.conflict) for c in planned.rows[0].cells}
    assert cells == {"pop_reg": (100, 777, 105, True), "households": (30, 30, 31, False)}
    done = apply_plan(ws, planned, tmp_path / "marked.xlsx")
    now = here(ws, "甲")
    assert (now["pop_reg"], now["households"], now["opinion"], here(ws, "乙")["pop_reg"]) == (777, 31, "核实后", 200)
    assert done.conflicts == 1 and "777" in done.errors[0].message and "105" in done.errors[0].message
    assert load_workbook(done.marked).worksheets[0]["E4"].comment
    assert ws.verify_audit().is_intact


def test_a_person_chooses_per_field(ws, exported):
    edit_book(exported, {("甲", "户籍人口"): 105, ("甲", "评估意见"): "表里的"})
    planned = plan(ws, exported)
    planned.choose(0, "pop_reg", Side.BOOK)
    apply_plan(ws, planned)
    assert (here(ws, "甲")["pop_reg"], here(ws, "甲")["opinion"]) == (105, "核实后")


@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice is not on this machine")
def test_the_mark_survives_libreoffice(ws, exported, tmp_path):
    edit_book(exported, {("甲", "户籍人口"): 105})
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(tmp_path / "lo"),
        str(exported),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    saved = load_workbook(tmp_path / "lo" / exported.name)
    assert saved["导入标记"].sheet_state != "visible" and saved["导入标记"].protection.sheet
    planned = plan(ws, tmp_path / "lo" / exported.name)
    assert [(p.kind, [c.key for c in p.cells]) for p in planned.rows] == [(RowKind.CONFLICT, ["pop_reg"])]


def test_blank_cells_fill_only_or_replace(ws, tmp_path):
    import_into(ws, book(tmp_path / "a.xlsx", row("甲")), FORM)
    blank = book(tmp_path / "b.xlsx", [*row("甲")[:4], None, None, None, None])
    done = import_into(ws, blank, FORM)
    assert done.updated == 0 and here(ws, "甲")["opinion"] == "好"
    assert [r.params["count"] for r in done.remarks if r.code == "blanks_kept"] == [4]
    (planned,) = plan(ws, blank, blanks=Blanks.REPLACE).rows
    assert {c.key: (c.here, c.book) for c in planned.cells}["opinion"] == ("好", None)
    assert import_into(ws, blank, FORM, options=ImportOptions(Blanks.REPLACE)).updated == 1
    assert here(ws, "甲")["pop_reg"] is None


def test_a_book_of_another_workspace_doubles_nothing(ws, exported, tmp_path):
    with Workspace.create(tmp_path / "other.gpkg", "330110", tmp_path / "d.csv") as other:
        import_into(other, book(tmp_path / "o.xlsx", row("甲", 5), row("丙")), FORM)
        export_from(other, tmp_path / "theirs.xlsx", FORM)
    planned = plan(ws, tmp_path / "theirs.xlsx")
    assert {p.row.record["zrc"]: p.kind for p in planned.rows} == {"甲": RowKind.CHANGED, "丙": RowKind.NEW}
    assert "book_other_workspace" in [r.code for r in planned.source.remarks]
    apply_plan(ws, planned)
    assert ws.count(FORM) == 3


def test_a_copied_row_is_told_and_renames_nothing(ws, exported):
    made = load_workbook(exported)
    sheet = made.worksheets[0]
    sheet.append([cell.value for cell in sheet[4]])
    sheet["C6"] = "新村"
    made.save(exported)
    done = import_into(ws, exported, FORM)
    assert (done.rejected, done.created, done.updated) == (1, 0, 0)
    assert "row 4" in done.errors[0].message and "copied" in done.errors[0].message
    assert {r["zrc"] for r in ws.records(FORM)} == {"甲", "乙"}


@pytest.mark.parametrize(("answer", "names"), [(Answer.SKIP, "甲乙"), (Answer.NEW, "甲乙丁"), (Answer.RENAME, "丁乙")])
def test_a_known_id_with_another_name_is_asked_about(ws, exported, answer, names):
    edit_book(exported, {("甲", "自然村名称"): "丁"})
    planned = plan(ws, exported)
    assert [p.kind for p in planned.rows] == [RowKind.QUESTION] and "甲" in planned.rows[0].other
    planned.answer(0, answer)
    apply_plan(ws, planned)
    assert sorted(r["zrc"] for r in ws.records(FORM)) == sorted(names)
    assert ws.verify_audit().is_intact


def test_the_last_import_is_undone_as_one_act(ws, tmp_path):
    import_into(ws, book(tmp_path / "a.xlsx", row("甲"), row("乙")), FORM)
    import_into(ws, book(tmp_path / "b.xlsx", row("甲", 500), row("丙"), row("丁")), FORM)
    ws.save_records(FORM, [{"id": here(ws, "丁")["id"], "pop_reg": 1}], "li", "edit")
    done = undo_import(ws)
    assert (done.file, done.removed, done.restored) == ("b.xlsx", 1, 1) and "丁" in done.left[0]
    assert {r["zrc"]: r["pop_reg"] for r in ws.records(FORM)} == {"甲": 100, "乙": 100, "丁": 1}
    assert [r["act"] for r in ws.audit.rows()][-1] == "undo import" and ws.verify_audit().is_intact
    assert undo_import(ws).file == "a.xlsx"
    with pytest.raises(InputError, match="no import"):
        undo_import(ws)


def test_rows_that_are_not_read_are_named(ws, tmp_path):
    path = book(
        tmp_path / "v.xlsx", row("甲"), row("乙"), row("小计"), row("x", village="竹山村累计"), [None] * 8, row("丙")
    )
    made = load_workbook(path)
    made.active.row_dimensions[3].hidden = True
    made.create_sheet("隐藏").append(HEAD)
    made["隐藏"].append(row("戊"))
    made["隐藏"].sheet_state = "hidden"
    made.save(path)
    planned = plan(ws, path)
    assert {p.row.record["zrc"] for p in planned.rows} == {"甲", "x", "丙"}
    assert {(n.row, n.why.value) for n in planned.source.not_taken} == {(3, "hidden"), (4, "total"), (0, "hidden")}
    assert {p.row.record["zrc"] for p in plan(ws, path, hidden=True).rows} == {"甲", "乙", "x", "丙", "戊"}


def test_rows_of_other_counties_are_refused_by_name(ws, tmp_path):
    path = book(tmp_path / "v.xlsx", row("甲", code="330105001201"), row("乙"))
    done = import_into(ws, path, FORM)
    assert (done.accepted, done.rejected) == (1, 1) and "拱墅区" in done.errors[0].message
    assert import_into(ws, path, FORM, options=ImportOptions(other_counties=True)).created == 1


def test_submitted_records_are_named_in_the_marked_copy(ws, tmp_path):
    import_into(ws, book(tmp_path / "a.xlsx", row("甲")), FORM)
    record = here(ws, "甲")["id"]
    ws.change_status(FORM, record, "ready", "zhang")
    ws.change_status(FORM, record, "submitted", "li")
    done = import_into(ws, book(tmp_path / "b.xlsx", row("甲", 999)), FORM, ImportOptions(marked=tmp_path / "m.xlsx"))
    assert done.locked == 1 and "甲" in done.errors[0].message
    assert "甲" in load_workbook(done.marked).worksheets[0]["E2"].comment.text


def test_names_that_contradict_the_dictionary_are_warned_of(ws, tmp_path):
    done = import_into(ws, book(tmp_path / "a.xlsx", row("甲", village="石桥村")), FORM)
    assert done.accepted == 1 and "竹山村" in done.warnings[0].message
    done = import_into(ws, book(tmp_path / "b.xlsx", row("乙", code="330110100299")), FORM)
    assert done.rejected == 1


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_text_tables(ws, tmp_path, encoding):
    text = "行政村代码,行政村名称,自然村名称,村庄分类\r\n330110100201,竹山村,甲,集聚提升类\r\n"
    (tmp_path / "v.csv").write_bytes(text.encode(encoding))
    assert import_into(ws, tmp_path / "v.csv", FORM).created == 1


def test_a_workbook_is_opened_and_inflated_once(ws, tmp_path, monkeypatch):
    import pathlib
    import zipfile

    path = book(tmp_path / "v.xlsx", row("甲"))
    opened, inflated, real_open, real_part = [], [], pathlib.Path.open, zipfile.ZipFile.open

    def counted(self, *args, **kwargs):
        opened.append(self) if self == path else None
        return real_open(self, *args, **kwargs)

    def part(self, name, *args, **kwargs):
        inflated.append(getattr(name, "filename", name))
        return real_part(self, name, *args, **kwargs)

    monkeypatch.setattr(pathlib.Path, "open", counted)
    monkeypatch.setattr(zipfile.ZipFile, "open", part)
    assert import_into(ws, path, FORM).created == 1
    assert len(opened) == 1 and len(inflated) == len(set(inflated))


def test_rows_are_told_apart_by_their_ids_when_the_column_of_names_is_gone(ws, tmp_path):
    ws.save_records(FORM, [dict(VILLAGE_ROW, zrc=name) for name in ("上村", "下村")], "zhang")
    path = tmp_path / "out.xlsx"
    export_from(ws, path, FORM)
    opened = load_workbook(path)
    sheet = opened.worksheets[0]
    titles = [cell.value for cell in sheet[3]]
    sheet.cell(4, titles.index("评估意见") + 1).value = "新"
    sheet.delete_cols(titles.index("自然村名称") + 1)
    opened.save(path)
    made = plan(ws, path)
    assert made.source.errors == [] and (made.counts[RowKind.CHANGED], made.counts[RowKind.UNCHANGED]) == (1, 1)
    apply_plan(ws, made)
    assert sorted((r["zrc"], r["opinion"]) for r in ws.records(FORM)) == [("上村", "新"), ("下村", "好")]


def test_rows_without_ids_and_names_are_told_which_column_is_lacking(ws, tmp_path):
    head, rows = [t for t in HEAD if t != "自然村名称"], [row("上村"), row("下村")]
    made = plan(ws, book(tmp_path / "b.xlsx", *([v for i, v in enumerate(r) if i != 2] for r in rows), head=head))
    (error,) = made.source.errors
    assert "natural village" in error.message.lower() or "自然村" in error.message


VILLAGE_ROW = {"xzcdm": "330110100201", "xzcmc": "竹山村", "cls": "集聚提升类", "opinion": "好"}
