"""One prefilled workbook per township or county, and the way back: one step over a folder of returned books."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Optional, Union

from ...core import messages
from ...core.errors import InputError, OneMapError
from ...core.files import safe_name
from ...core.forms.periods import period_now
from ...core.forms.schema import Form
from ...core.land.divisions import scope_of
from ...core.messages import document_language
from ...core.threads import Feedback
from ...report import write_report
from ...report.blocks.document import Document, Sheet
from ...report.blocks.model import Block, Heading, Paragraph, Table
from ...report.blocks.wording import LANGUAGE
from ...store.audit import Change
from ...store.due import MISSING
from ...store.lock import holder_name
from ...store.workspace import Workspace
from ..i18n import tr
from .workbooks import ImportOptions, ImportSummary, Selection, apply_plan, export_from, plan_import

LEVEL_DIGITS = {"county": 6, "town": 9}
_KEPT = "distributed"  # the setting of a workspace: {form: {"period", "divisions"}}
_SUFFIXES = (".xlsx", ".xlsm", ".et", ".csv")
_ERRORS_LISTED = 2000


@dataclass(frozen=True)
class Distributed:
    """One book that was written."""

    division: str
    name: str
    path: Path
    rows: int


@dataclass(frozen=True)
class BookSet:
    """Which books are given out: one for every division of a level, of a period (None: this one)."""

    level: str
    period: Optional[str] = None


def distribute(
    workspace: Workspace, form_id: str, folder: Union[str, Path], books: BookSet, feedback: Optional[Feedback] = None
) -> list[Distributed]:
    """Write one book for every division of a level; each holds the records of the period and a row for each thing that
    has not been reported yet, filled from what is known of it.

    InputError when the dictionary has no divisions of the level. What was given out is kept in the workspace.
    """
    form, folder, period = workspace.form(form_id), Path(folder), books.period
    if form.period and not period:
        period = period_now(form, datetime.now().date())
    scope, digits = scope_of(workspace.county), LEVEL_DIGITS[books.level]
    known = (d for d in workspace.divisions() if len(d.code) == digits and d.code.startswith(scope))
    wanted = [d for d in known if d.valid_in(None)]
    if not wanted:
        raise InputError("distribute_no_divisions", level=books.level, county=workspace.county)
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for division in sorted(wanted, key=lambda d: d.code):
        path = folder / f"{division.code}_{safe_name(division.name)}{f'_{period}' if period else ''}.xlsx"
        where = {"period": period} if period else None
        extra = list(_open_rows(workspace, form, division.code, period))
        chosen = Selection(where, "", division.code, tuple(extra))
        rows = export_from(workspace, path, form_id, chosen, feedback)
        made.append(Distributed(division.code, division.name, path, rows))
    given_out = {"period": period or "", "divisions": [d.division for d in made]}
    with workspace.transaction():
        workspace.set_setting(_KEPT, {**workspace.setting(_KEPT, {}), form_id: given_out})
        workspace.audit_act(holder_name(), "distribute workbooks", "workbook", Change(form_id, None, given_out))
    return made


def _open_rows(workspace, form, code, period) -> Iterator[dict]:
    """Rows without a record yet: what is due of the division, filled from the last period's record."""
    name = form.rollup.get("division")
    for item in workspace.due(form.id, period=period):
        if item.state != MISSING or not str(item.values.get(name) or "").startswith(code):
            continue
        last = workspace.record(form, item.previous) if item.previous else item.values
        kept = {f.key: last.get(f.key) for f in form.fields if f.value_type != "files" and f.key != form.period_from}
        yield {**kept, **{k: v for k, v in item.values.items() if k in form.keys and v}}


@dataclass(frozen=True)
class Returned:
    """One returned book: what it did, or why it was refused."""

    file: str
    division: str = ""
    summary: Optional[ImportSummary] = None
    refused: str = ""


@dataclass
class Merge:
    """A folder of returned books; `not_returned`: divisions that were given a book and sent none back."""

    form: Form
    books: list = field(default_factory=list)
    not_returned: list = field(default_factory=list)

    @property
    def conflicts(self) -> int:
        return sum(book.summary.conflicts for book in self.books if book.summary)

    @property
    def errors(self) -> int:
        refused = sum(bool(book.refused) for book in self.books)
        return refused + sum(book.summary.rejected for book in self.books if book.summary)


def merge(
    workspace: Workspace,
    form_id: str,
    folder: Union[str, Path],
    options: Optional[ImportOptions] = None,
    feedback: Optional[Feedback] = None,
) -> Merge:
    """Import every book of a folder, one transaction each; a refused one stops none of the others.

    The marked copies of those with errors or conflicts go to the folder that the options name.
    """
    options = options or ImportOptions()
    form = workspace.form(form_id)
    result = Merge(form)
    files = sorted(p for p in Path(folder).iterdir() if p.suffix.lower() in _SUFFIXES and not p.name.startswith("~"))
    if not files:
        raise InputError("merge_no_books", folder=str(folder))
    seen = set()
    for path in files:
        target = Path(options.marked) / f"{path.stem}{tr('_marked')}.xlsx" if options.marked else None
        try:
            division, summary = _merge_one(workspace, form, path, replace(options, marked=target), feedback)
        except OneMapError as error:
            if error.code == "cancelled":
                raise
            result.books.append(Returned(path.name, refused=error.message))
            continue
        seen.add(division or path.name.split("_")[0])
        result.books.append(Returned(path.name, division, summary))
    given = workspace.setting(_KEPT, {}).get(form_id, {}).get("divisions", [])
    names = workspace.divisions()
    result.not_returned = [f"{code} {names.name(code)}".strip() for code in given if code not in seen]
    return result


def _merge_one(
    workspace: Workspace, form: Form, path: Path, options: ImportOptions, feedback: Optional[Feedback]
) -> tuple[str, ImportSummary]:
    """(division that the book was given to, what it did)."""
    from ...formats.workbook.tables import open_table

    reader = open_table(path)
    try:
        plan = plan_import(workspace, reader, form, options, feedback)
    finally:
        reader.close()
    if options.marked is not None:
        Path(options.marked).parent.mkdir(parents=True, exist_ok=True)
    return plan.source.mark.division if plan.source.mark else "", apply_plan(workspace, plan, options.marked)


@document_language(LANGUAGE)
def merge_report(result: Merge, path: Union[str, Path], county: str) -> None:
    """Write who returned, what changed, what is in conflict and what is wrong (.xlsx, .docx, .pdf, .html)."""
    heads = [tr("File"), tr("Rows"), tr("New"), tr("Changed"), tr("Unchanged"), tr("In conflict"), tr("To be decided"),
             tr("Submitted, left unchanged"), tr("Turned away"), tr("Result")]  # fmt: skip
    rows = [_book_row(book) for book in result.books]
    rows += [[name, *[""] * 8, tr("not returned")] for name in result.not_returned]
    problems = [
        [book.file, f"{e.sheet}!{e.row}", e.title, str("" if e.value is None else e.value)[:80], e.message]
        for book in result.books
        for e in (book.summary.errors if book.summary else ())
    ][:_ERRORS_LISTED]
    title = tr("{0}: returned workbooks").format(result.form.label)
    counts = (county, len(result.books), len(result.not_returned), result.conflicts, result.errors)
    line = tr("{0}: {1} workbooks returned, {2} not; {3} records in conflict, {4} rows or workbooks rejected.").format(
        *counts
    )
    sheet = Sheet(tr("Returned")[:31], heads, ["long", *["int"] * 8, "long"], rows)
    lists = Sheet(tr("Errors and conflicts")[:31], _problem_heads(), ["long", "text", "text", "text", "long"], problems)

    def parts() -> dict[str, list[Block]]:
        blocks: list[Block] = [Heading(title, 0), Paragraph(line), Table(heads, _texts(rows), tuple(range(1, 9)))]
        if problems:
            blocks += [Heading(lists.name), Table(_problem_heads(), _texts(problems))]
        return {"returned": blocks}

    write_report(Document(title, title, "OneMap Desk", parts, lambda: [sheet, lists]), path)


def _problem_heads():
    return [tr("File"), tr("Row"), tr("Field"), tr("Value"), tr("What is wrong, what is allowed")]


def _texts(rows):
    return [[str(value) for value in row] for row in rows]


def _book_row(book):
    if book.refused:
        return [book.file, *[""] * 8, book.refused]
    done = book.summary
    result = tr("see the marked copy") if done.marked else messages.text("merge_fine")
    counts = (done.created, done.updated, done.unchanged, done.conflicts, done.questions, done.locked, done.rejected)
    return [book.file, done.accepted + done.rejected, *counts, result]
