"""What an import would do, row by row, before anything is written: new, changed, unchanged, in conflict, locked.

A book that was exported from this workspace brings the state it was exported from (a row of the audit chain): of each
cell it is then known whether the book, this workspace or both changed it, and nothing newer is overwritten.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, Optional

import shapely

from ...core import messages
from ...core.forms.identity import content_hash, record_title, same_value
from ...core.forms.schema import Form
from ...store.flow import status_text
from ...store.imports import Matcher, is_added_by_others, is_known, state_at, was_once
from ...store.record_table import LOCKED
from .imported_files import NamedFiles

if TYPE_CHECKING:
    from ...formats.workbook.intake import WorkbookImport
    from ...store.workspace import Workspace

PLACE = "geometry"


class Blanks(str, Enum):
    """What a blank cell over a filled field means: the value is kept, or emptied."""

    FILL = "fill"
    REPLACE = "replace"


class RowKind(str, Enum):
    """What an import would do with a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"  # some of its cells were changed here as well since the book was exported
    LOCKED = "locked"
    QUESTION = "question"  # it carries the identity of another record
    GONE = "gone"  # its record was deleted here since the book was exported


class Side(str, Enum):
    """Whose value a cell takes."""

    BOOK = "book"
    HERE = "here"


class Answer(str, Enum):
    """What a row that carries another record's identity is."""

    SKIP = "skip"
    NEW = "new"
    RENAME = "rename"


@dataclass(frozen=True)
class CellChange:
    """One cell that differs: `here` now, `book` in the workbook, `base` when it was exported (None: not known)."""

    key: str
    here: object
    book: object
    base: object = None
    conflict: bool = False
    side: Side = Side.BOOK


@dataclass(frozen=True)
class PlannedRow:
    """What is to be done with one row. `row`: SourceRow; `record`: the id of the record it is about, "" for a new one;
    `name`: the record in words."""

    row: Any
    kind: RowKind
    name: str = ""  # of a new one left out: see name_of
    record: str = ""
    cells: tuple = ()
    kept_blanks: int = 0
    answer: Answer = Answer.SKIP
    other: str = ""  # the record whose identity the row carries, in words


@dataclass
class ImportPlan:
    """A preview: `rows` that do something or ask something; `counts` of all rows by RowKind; `source`: the
    WorkbookImport with its errors, remarks and the rows that were not taken."""

    form: Form
    source: Any
    rows: list = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)
    kept_blanks: int = 0
    statuses: dict = field(default_factory=dict)  # of the locked records
    older: list = field(default_factory=list)  # names of rows that say what the record said before the export
    unknown_files: list = field(default_factory=list)  # (row, field, name of a file that is nowhere here)
    seen: Optional[int] = None  # row of the audit chain up to which the records were compared

    def choose(self, position: int, key: str, side: Side) -> None:
        """Decide one cell of a row."""
        planned = self.rows[position]
        cells = tuple(replace(c, side=side) if c.key == key else c for c in planned.cells)
        self.rows[position] = replace(planned, cells=cells)

    def answer(self, position: int, answer: Answer) -> None:
        """Decide what a row is that carries another record's identity."""
        self.rows[position] = replace(self.rows[position], answer=answer)


class Previewer:
    """Plans one import into an open workspace."""

    def __init__(self, workspace: "Workspace", form: Form, source: "WorkbookImport", blanks: Blanks, matcher: Matcher):
        self._ws, self._form, self._source, self._blanks = workspace, form, source, blanks
        self._matcher, self._files = matcher, NamedFiles(workspace, form)
        mark = source.mark
        own = mark if mark is not None and (mark.workspace, mark.form) == (workspace.identity, form.id) else None
        self._mark = own
        self._hashes = own.hashes if own is not None else {}
        self._statuses: dict = {}

    def plan(self) -> ImportPlan:
        """Read the workbook's rows and compare each with the record it is about."""
        plan = ImportPlan(self._form, self._source, statuses=self._statuses)
        for row in self._source.rows():
            planned = self._plan_row(row, plan)
            plan.counts[planned.kind] += 1
            plan.kept_blanks += planned.kept_blanks
            if planned.kind is not RowKind.UNCHANGED:
                plan.rows.append(planned)
        return plan

    def _plan_row(self, row, plan):
        match = self._matcher.match(row.record)
        row, unknown = self._files.checked(row, match.record)
        plan.unknown_files += [(row, key, name) for key, name in unknown]
        if match.record is None and match.claimed is None and not self._is_gone(row):
            return PlannedRow(row, RowKind.NEW)
        name = record_title(self._form, row.record)
        if match.record is None and match.claimed is None:
            return PlannedRow(row, RowKind.GONE, name)
        if match.claimed is not None:
            other = record_title(self._form, match.claimed)
            found = match.record["id"] if match.record else ""
            return PlannedRow(row, RowKind.QUESTION, name, found, other=other)
        planned = self._compare(row, match.record, name)
        if planned.kind is RowKind.CHANGED and self._is_older(row):
            plan.older.append(name)
        return planned

    def _is_gone(self, row):
        """Whether a row of our own book is of a record that was here and was deleted since: a book that is older than
        the deletion does not undo it. A workspace that was restored from a backup does not know the record."""
        record = row.record.get("id")
        return record in self._hashes and is_known(self._ws, self._form, record)

    def _is_older(self, row):
        """Whether a row holds what its record held before the book was exported: put back by hand, or copied from an
        older book."""
        record = row.record.get("id")
        if self._hashes.get(record) is None:
            return False
        return was_once(self._ws, self._form, record, content_hash(self._form, row.record))

    def _compare(self, row, here, name):
        cells, kept = self._cells(row, here)
        planned = PlannedRow(row, RowKind.UNCHANGED, name, here["id"], tuple(cells), kept)
        if not cells:
            return planned
        if here["status"] in LOCKED:
            self._statuses[here["id"]] = here["status"]
            return replace(planned, kind=RowKind.LOCKED)
        return replace(planned, kind=RowKind.CONFLICT if any(c.conflict for c in cells) else RowKind.CHANGED)

    def _cells(self, row, here):
        """(cells that differ, blank cells over filled fields)"""
        digest = self._hashes.get(here["id"]) if row.record.get("id") == here["id"] else None
        if digest is not None and digest == content_hash(self._form, row.record):
            return [], 0  # nobody touched the row since it was exported: what is newer here stays
        base = None
        if self._mark is not None and digest is not None and digest != content_hash(self._form, here):
            base = state_at(self._ws, self._form, here["id"], self._mark.seq)
        elif self._mark is not None and digest is None and self._is_of_others(here, self._mark.seq):
            base = {}  # the book knows nothing of what another person has filled in here meanwhile
        cells, kept = [], 0
        for key, value in row.record.items():
            if key == "id" or _same(key, here.get(key), value):
                continue
            if value in (None, "") and self._blanks is Blanks.FILL:
                kept += 1
            elif base is None:
                cells.append(CellChange(key, here.get(key), value))
            elif not same_value(base.get(key), value):  # else only this side changed it
                conflict = not same_value(base.get(key), here.get(key))
                side = Side.HERE if conflict else Side.BOOK
                cells.append(CellChange(key, here.get(key), value, base.get(key), conflict, side))
        return cells, kept

    def _is_of_others(self, here, seq):
        return is_added_by_others(self._ws, self._form, here["id"], seq, self._source.path.name)


def _same(key, one, other):
    """Equal as values of a cell; places within a millimetre are one."""
    if key != PLACE or one is None or other is None:
        return same_value(one, other)
    return bool(shapely.equals_exact(shapely.from_wkb(one), shapely.from_wkb(other), 1e-8))


def field_title(form: Form, key: str) -> str:
    """What a cell is called."""
    return messages.message("place_of_record") if key == PLACE else form.field(key).title


def name_of(form: Form, planned: PlannedRow) -> str:
    """The record of a planned row in words."""
    return planned.name or record_title(form, planned.row.record)


def rows_to_save(plan: ImportPlan) -> list:
    """Rows for Workspace.save_records by what was decided."""
    rows = []
    for planned in plan.rows:
        record = planned.row.record
        if planned.kind is RowKind.NEW:
            rows.append(record)
        elif planned.kind is RowKind.QUESTION:
            rows.extend(_answered(planned, record))
        elif planned.kind in (RowKind.CHANGED, RowKind.CONFLICT):
            taken = {c.key: c.book for c in planned.cells if c.side is Side.BOOK}
            if taken:
                rows.append({"id": planned.record, **taken})
    return rows


def _answered(planned, record):
    """The row of a question as it was answered: the record it names, or the record whose identity it carries."""
    if planned.answer is Answer.RENAME and not planned.record:
        return [record]
    if planned.answer is Answer.NEW:
        named = {k: v for k, v in record.items() if k != "id"}
        return [{"id": planned.record, **named} if planned.record else named]
    return []


def note_what_is_left(plan: ImportPlan) -> None:
    """Write into the source what is left as it is, so that the marked copy names it."""
    for row, key, name in plan.unknown_files:
        plan.source.leave(row, key, messages.message("book_file_unknown", file=name))
    for planned in plan.rows:
        if planned.kind is RowKind.LOCKED:
            text = messages.message("row_locked", name=planned.name, status=_status(plan, planned))
            plan.source.leave(planned.row, planned.cells[0].key, text)
        elif planned.kind is RowKind.GONE:
            plan.source.leave(planned.row, plan.form.key[0], messages.message("row_gone", name=planned.name))
        elif planned.kind is RowKind.QUESTION and planned.answer is Answer.SKIP:
            text = messages.message("row_id_other_key", known=planned.other, named=planned.name)
            plan.source.leave(planned.row, plan.form.key[0], text)
        for cell in planned.cells if planned.kind is RowKind.CONFLICT else ():
            if cell.conflict and cell.side is Side.HERE:
                plan.source.leave(planned.row, cell.key, conflict_text(plan.form, planned.name, cell))


def _status(plan, planned):
    return status_text(plan.statuses.get(planned.record, "submitted"))


def conflict_text(form: Form, name: str, cell: CellChange) -> str:
    """A cell that both sides changed, in words."""
    shown = {k: shown_value(form, cell.key, getattr(cell, k)) for k in ("base", "here", "book")}
    title = field_title(form, cell.key)
    return messages.message(
        "book_cell_conflict", name=name, field=title, base=shown["base"], now=shown["here"], new=shown["book"]
    )


def shown_value(form: Form, key: str, value: object) -> str:
    """A value as a person reads it."""
    if value in (None, "", []):
        return messages.message("cell_value_blank")
    if key == PLACE:
        point = shapely.from_wkb(value).representative_point()
        return f"{point.x:.6f}, {point.y:.6f}"
    if isinstance(value, list):
        return "、".join(str(entry.get("name", "")) for entry in value)
    return str(form.field(key).label(value))
