"""kill -9 before any statement of what is done without a line: packing a bag, taking a receipt in, deciding a conflict,
importing a book, undoing that. Each is done or not done, and doing it again ends as if nothing had happened.
"""

import shutil

import pytest
import shapely
from onemap.plugin.bridge.records.workbooks import export_from, import_into, undo_import
from onemap.plugin.store.outbox import OutboxState, RemoteState
from onemap.plugin.store.workspace import Workspace
from onemap.plugin.sync.bag import BagInfo, BagWriter
from onemap.plugin.sync.conflicts import resolve
from onemap.plugin.sync.courier import Courier
from onemap.tests.support.fault_tools import killed_at
from onemap.tests.support.long_runs import every
from onemap.tests.support.workspaces import assert_intact, ungated_workspace
from openpyxl import load_workbook

FORM, KEY = "project_site", b"county key of the tests"
SQUARE = shapely.to_wkb(shapely.MultiPolygon([shapely.box(119.01, 30.105, 119.1, 30.2)]))


@pytest.fixture
def start(tmp_path):
    """A workspace of three records handed in, a photograph with one, a book that was exported before."""
    path = ungated_workspace(tmp_path / "start.gpkg", "330110")
    with Workspace.open(path) as ws:
        photo = ws.attachments.add_content("a.jpg", b"a" * 5000)
        rows = [{"id": f"r{n}", "name": f"site {n}", "note": "n", "geometry": SQUARE} for n in range(3)]
        ws.save_records(FORM, [{**rows[0], "materials": [photo]}, *rows[1:]], "wang")
        export_from(ws, tmp_path / "book.xlsx", FORM)
        for row in rows[:2]:
            ws.change_status(FORM, row["id"], "ready", "wang")
            ws.change_status(FORM, row["id"], "submitted", "zhao")
    book = load_workbook(tmp_path / "book.xlsx")
    for cells in book.worksheets[0].iter_rows(min_row=3):
        for cell in cells:
            cell.value = "typed" if cell.value == "n" else cell.value
    book.save(tmp_path / "book.xlsx")
    return path


class Pack:
    """A bag of all that waits."""

    @staticmethod
    def prepare(ws, folder):
        (folder / "bag.zip").unlink(missing_ok=True)

    @staticmethod
    def act(ws, folder):
        Courier(ws, KEY, "li").pack(folder / "bag.zip")

    @staticmethod
    def look(ws, folder):
        is_there, known = (folder / "bag.zip").exists(), [bag.sequence for bag in ws.bags.all()]
        assert known or not is_there, "a bag that could be delivered and that nobody knows of"
        if known and not is_there:
            Courier(ws, KEY, "li").pack_again(1, folder / "bag.zip")
        assert {entry.state.value for entry in ws.outbox.entries()} <= {"pending", "sending"}
        return len(ws.outbox.entries()), bool(known)

    ends = (2, False), (2, True)


class Receipt:
    """The answer to a bag: one record was taken, the other one refused."""

    @staticmethod
    def prepare(ws, folder):
        Courier(ws, KEY, "li").pack(folder / "bag.zip")
        one, two = ws.outbox.entries()
        with BagWriter(folder / "receipt.zip", BagInfo("receipt", "330110", 1, "courier", "e", "5", ""), KEY) as bag:
            lines = f'{{"key": "{one.key}", "status": 201, "version": 1}}\n'
            lines += f'{{"key": "{two.key}", "status": 422, "problem": {{"title": "no"}}}}\n'
            bag.add_blocks("answers.jsonl", [lines.encode()])

    @staticmethod
    def act(ws, folder):
        Courier(ws, KEY, "li").unpack(folder / "receipt.zip")

    @staticmethod
    def look(ws, folder):
        states = sorted(entry.state.value for entry in ws.outbox.entries())
        return tuple(states), ws.setting("bag_in", 0), bool(ws.bags.all()[0].answered_at)

    ends = (("sending", "sending"), 0, False), (("rejected",), 1, True)


class Decide:
    """What both sides changed."""

    @staticmethod
    def prepare(ws, folder):
        entry = ws.outbox.entries()[0]
        row = {"name": "site 0", "note": "theirs", "applicant": "there", "status": "draft", "geometry": SQUARE.hex()}
        ws.outbox.change(
            entry.key, state=OutboxState.CONFLICT, remote=RemoteState(2, ("note",), row, {"name": "site 0"})
        )

    @staticmethod
    def act(ws, folder):
        for entry in ws.outbox.entries((OutboxState.CONFLICT,)):
            resolve(ws, entry.key, "theirs", "li")

    @staticmethod
    def look(ws, folder):
        record = ws.record(FORM, "r0")
        return record["note"], record["applicant"], len(ws.outbox.entries()), ws.outbox.base(FORM, "r0").version

    ends = ("n", None, 2, None), ("theirs", "there", 2, 2)


class Import:
    """A book of which one record is locked."""

    @staticmethod
    def prepare(ws, folder):
        pass

    @staticmethod
    def act(ws, folder):
        import_into(ws, folder / "book.xlsx", FORM)

    @staticmethod
    def look(ws, folder):
        return tuple(sorted((row["name"], row["note"]) for row in ws.records(FORM)))

    ends = (
        (("site 0", "n"), ("site 1", "n"), ("site 2", "n")),
        (("site 0", "n"), ("site 1", "n"), ("site 2", "typed")),
    )


class Undo(Import):
    """The import is taken back."""

    @staticmethod
    def prepare(ws, folder):
        import_into(ws, folder / "book.xlsx", FORM)

    @staticmethod
    def act(ws, folder):
        if Import.look(ws, folder) == Import.ends[1]:
            undo_import(ws)

    ends = tuple(reversed(Import.ends))


@pytest.mark.parametrize("what", [Pack, Receipt, Decide, Import, Undo], ids=lambda one: one.__name__)
def test_a_kill_before_any_statement_leaves_it_done_or_not(start, tmp_path, what):
    prepared, path = tmp_path / "prepared.gpkg", tmp_path / "w.gpkg"
    shutil.copy(start, prepared)
    with Workspace.open(prepared) as ws:
        what.prepare(ws, tmp_path)
    seen, statement, was_killed = set(), 1, True
    while was_killed:
        shutil.copy(prepared, path)
        for left in [*tmp_path.glob("w.gpkg-*"), *(tmp_path.glob("bag.zip*") if what is Pack else ())]:
            left.unlink()

        def act(connect):
            with Workspace.open(path, connect=connect) as ws:
                what.act(ws, tmp_path)

        was_killed = killed_at(statement, act)
        with Workspace.open(path) as ws:
            found = what.look(ws, tmp_path)
            assert found in what.ends, (statement, found)
            seen.add(found)
            assert_intact(ws)
            if found == what.ends[0]:
                what.act(ws, tmp_path)
            assert what.look(ws, tmp_path) == what.ends[1], statement
        statement += every(3, 5)
    assert seen == set(what.ends) and statement > 40
