"""Two windows on one workspace: the second one reads, and says who writes; what one has planned never overwrites what
the other has brought in meanwhile."""

import pytest
from onemap.plugin.bridge.records.workbooks import ImportOptions, apply_plan, export_from, import_into, plan_import
from onemap.plugin.core.errors import InputError, OneMapError
from onemap.plugin.formats.workbook.tables import open_table
from onemap.plugin.store.workspace import Workspace
from onemap.plugin.sync.service import SyncService
from openpyxl import load_workbook

FORM = "project_site"


def book_of(ws, path, **cells):
    """The records as a workbook in which every row has other words in some columns."""
    export_from(ws, path, FORM)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    for key, value in cells.items():
        title = next(f.title_zh for f in ws.form(FORM).fields if f.key == key)
        head = next(c for row in sheet.iter_rows(max_row=6) for c in row if c.value and str(c.value).startswith(title))
        for row in range(head.row + 1, head.row + 1 + ws.count(FORM)):
            sheet.cell(row, head.column).value = value
    book.save(path)
    return path


def planned(ws, path):
    with open_table(path) as reader:
        return plan_import(ws, reader, ws.form(FORM), ImportOptions())


@pytest.fixture
def item(desk, platform):
    """A record that was returned, so that both sides may change it."""
    item = desk.fill(note="n", applicant="a")
    assert desk.service.sync().error is None
    platform.store(FORM, item, {"status": "returned", "return_reason": "look again"})
    assert desk.pull().error is None
    return item


def test_an_import_that_was_looked_at_before_a_pull_overwrites_nothing_of_it(desk, platform, item, tmp_path):
    path = book_of(desk.ws, tmp_path / "b.xlsx", applicant="of the book")
    plan = planned(desk.ws, path)
    platform.store(FORM, item, {"applicant": "of the platform"})
    assert desk.pull().error is None
    with pytest.raises(InputError) as refused:
        apply_plan(desk.ws, plan)
    assert refused.value.code == "import_outdated"
    assert desk.record(FORM, item)["applicant"] == "of the platform"
    done = import_into(desk.ws, path, FORM)  # again: compared with what is there now, and asked about
    assert (done.updated, done.conflicts) == (0, 1) and desk.record(FORM, item)["applicant"] == "of the platform"
    assert desk.ws.verify_audit().is_intact


def test_an_edit_between_look_and_import_is_as_safe(desk, item, tmp_path):
    plan = planned(desk.ws, book_of(desk.ws, tmp_path / "b.xlsx", applicant="of the book"))
    desk.ws.save_records(FORM, [{"id": item, "applicant": "of the editor"}], "wang")
    with pytest.raises(InputError):
        apply_plan(desk.ws, plan)
    assert desk.record(FORM, item)["applicant"] == "of the editor"


def test_a_sync_that_changes_no_record_keeps_no_import_from_its_end(desk, item, tmp_path):
    plan = planned(desk.ws, book_of(desk.ws, tmp_path / "b.xlsx", applicant="of the book"))
    assert desk.service.sync().error is None
    assert apply_plan(desk.ws, plan).updated == 1 and desk.record(FORM, item)["applicant"] == "of the book"


def test_the_second_window_reads_and_writes_nothing_until_the_first_is_closed(desk, platform, item, tmp_path):
    path = book_of(desk.ws, tmp_path / "b.xlsx", applicant="of the book")
    platform.store(FORM, item, {"applicant": "of the platform"})
    before = {name: dict(rows) for name, rows in platform.rows.items()}
    with Workspace.open(desk.path) as second:
        assert second.read_only and second.notice.text()
        for act in (
            lambda: import_into(second, path, FORM),
            lambda: second.save_records(FORM, [{"id": item, "note": "second"}], "wang"),
            lambda: second.change_status(FORM, item, "ready", "wang"),
        ):
            with pytest.raises(OneMapError):
                act()
        try:
            error = SyncService(second, desk.transport, "li").sync().error
        except OneMapError as raised:
            error = raised
        assert error is not None and platform.rows == before
        assert next(second.records(FORM, {"id": item}))["applicant"] == "a"
        assert desk.pull().error is None  # a reader keeps nobody from writing
        assert next(second.records(FORM, {"id": item}))["applicant"] == "of the platform"
    desk.ws.close()
    desk.ws = Workspace.open(desk.path)
    assert not desk.ws.read_only and import_into(desk.ws, path, FORM).conflicts == 1
    assert desk.service.sync().error is None and desk.ws.verify_audit().is_intact
