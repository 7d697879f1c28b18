"""A book names attachments; the files themselves stay in the workspace. What it names and nobody here has is not taken
for a file, and taking an import back puts the former list back."""

import pytest
from onemap.plugin.bridge.records.import_preview import Blanks
from onemap.plugin.bridge.records.workbooks import ImportOptions, export_from, import_into, undo_import
from onemap.plugin.core import messages
from onemap.plugin.formats.workbook.values import file_lines
from onemap.plugin.store.workspace import Workspace
from onemap.tests.support.workspaces import fresh_workspace, progress
from openpyxl import load_workbook

FORM, HEAD = "plan_progress", "佐证材料"
EMPTIES = ImportOptions(blanks=Blanks.REPLACE)
STRANGE = {"name": "批复.pdf", "sha256": "ab" * 32, "bytes": 9}


@pytest.fixture
def ws(tmp_path):
    messages.set_language("en")
    with Workspace.open(fresh_workspace(tmp_path / "w.gpkg")) as workspace:
        yield workspace


@pytest.fixture
def key(ws):
    return next(f.key for f in ws.form(FORM).fields if f.value_type == "files")


def exported(ws, path, cell=None):
    """The records as a book, another text in the first row's attachments."""
    export_from(ws, path, FORM)
    if cell is not None:
        book = load_workbook(path)
        sheet = book.worksheets[0]
        title = next(f.title_zh for f in ws.form(FORM).fields if f.value_type == "files")
        head = next(c for row in sheet.iter_rows(max_row=6) for c in row if c.value and str(c.value).startswith(title))
        data = next(r for r in range(head.row + 1, 12) if sheet.cell(r, 1).value == "330110")
        sheet.cell(data, head.column).value = cell
        book.save(path)
    return path


def test_a_file_that_nobody_has_is_not_registered_and_named(ws, key, tmp_path):
    kept = ws.attachments.add_content("公告.pdf", b"here")
    ws.save_records(FORM, [progress(**{key: [kept]})], "li")
    path = exported(ws, tmp_path / "b.xlsx", file_lines([kept, STRANGE]))
    done = import_into(ws, path, FORM)
    (record,) = ws.records(FORM)
    assert record[key] == [kept]
    (left,) = done.errors
    assert "批复.pdf" in str(left.message) and left.level == "left" and (done.updated, done.unchanged) == (0, 1)
    assert "book_files_unknown" in [remark.code for remark in done.remarks]


def test_a_new_record_is_taken_without_it(ws, key, tmp_path):
    ws.save_records(FORM, [progress()], "li")
    path = exported(ws, tmp_path / "b.xlsx", file_lines([STRANGE]))
    with Workspace.open(fresh_workspace(tmp_path / "other.gpkg")) as other:
        done = import_into(other, path, FORM)
        assert done.created == 1 and next(other.records(FORM))[key] is None
        assert "批复.pdf" in str(done.errors[0].message)


def test_what_a_record_names_already_stays_though_its_file_is_on_the_platform(ws, key, tmp_path):
    ws.save_records(FORM, [progress(**{key: [STRANGE]})], "li")
    done = import_into(ws, exported(ws, tmp_path / "b.xlsx"), FORM)
    assert next(ws.records(FORM))[key] == [STRANGE] and not done.errors and done.unchanged == 1


def test_a_list_is_put_back_when_the_import_is_undone(ws, key, tmp_path):
    one, two = (ws.attachments.add_content(f"{n}.pdf", n.encode()) for n in "ab")
    ws.save_records(FORM, [progress(**{key: [one]})], "li")
    path = exported(ws, tmp_path / "b.xlsx", file_lines([one, two]))
    assert import_into(ws, path, FORM).updated == 1 and next(ws.records(FORM))[key] == [one, two]
    undone = undo_import(ws)
    assert (undone.restored, undone.left) == (1, ()) and next(ws.records(FORM))[key] == [one]
    assert ws.verify_audit().is_intact


def test_a_list_of_which_a_file_is_nowhere_here_takes_no_other_file_away(ws, key, tmp_path):
    one, two = (ws.attachments.add_content(f"{n}.pdf", n.encode()) for n in "ab")
    ws.save_records(FORM, [progress(**{key: [one, two]})], "li")
    import_into(ws, exported(ws, tmp_path / "b.xlsx", file_lines([STRANGE])), FORM, EMPTIES)
    assert next(ws.records(FORM))[key] == [one, two]
    import_into(ws, exported(ws, tmp_path / "c.xlsx", file_lines([two])), FORM)  # one that is whole is taken
    assert next(ws.records(FORM))[key] == [two]
    three = ws.attachments.add_content("c.pdf", b"c")
    import_into(ws, exported(ws, tmp_path / "d.xlsx", file_lines([three, STRANGE])), FORM)
    assert next(ws.records(FORM))[key] == [three, two]


def test_a_row_of_a_text_table_that_ends_early_says_nothing_of_the_rest(ws, tmp_path):
    ws.save_records(FORM, [progress(reporter="王工", percent=40)], "li")
    fields = {f.key: f.title_zh for f in ws.form(FORM).fields}
    keys = ("xzqdm", "xzqmc", "plan_type", "stage", "stage_date", "reported_at", "percent", "reporter")
    row = ["330110", "余杭区", "村庄规划", "公示", "2026-03-01", "2026-03-20"]
    lines = [",".join(fields[key] for key in keys), ",".join([*row, "50"])]
    (tmp_path / "p.csv").write_text("\n".join(lines), encoding="utf-8")
    assert import_into(ws, tmp_path / "p.csv", FORM, EMPTIES).updated == 1
    (record,) = ws.records(FORM)
    assert (record["percent"], record["reporter"]) == (50, "王工")
    (tmp_path / "p.csv").write_text("\n".join([lines[0], ",".join([*row, "50", ""])]), encoding="utf-8")
    import_into(ws, tmp_path / "p.csv", FORM, EMPTIES)
    assert next(ws.records(FORM))["reporter"] is None
