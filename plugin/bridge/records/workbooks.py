"""Workbooks in and out of a workspace: what the algorithms and the dialogs share.

The Excel package is imported when first needed.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Union

from ...core import messages
from ...core.errors import InputError
from ...core.forms.schema import Form, FormValidator
from ...core.land.divisions import scope_of
from ...core.land.remarks import Remark
from ...core.threads import Feedback
from ...store.audit import Change
from ...store.imports import IMPORT, Matcher, Undone, is_changed_since, undo_last_import
from ...store.lock import holder_name
from ...store.workspace import Workspace
from .import_preview import Blanks, ImportPlan, Previewer, RowKind, Side, note_what_is_left, rows_to_save
from .workbook_mapping import mapping_for
from .workbook_out import Printing, Selection, book_mark, export_from, export_workbook, print_records, shown_references
from .workbook_runs import rare_collections, stopper

if TYPE_CHECKING:
    from ...formats.workbook.survey import CellError

__all__ = [
    "ImportOptions",
    "ImportSummary",
    "Printing",
    "Selection",
    "apply_plan",
    "book_mark",
    "error_line",
    "export_from",
    "export_workbook",
    "import_into",
    "import_workbook",
    "plan_import",
    "print_records",
    "shown_references",
    "undo_import",
]

_NAMED = 20


@dataclass(frozen=True)
class ImportOptions:
    """How an import goes about it. `blanks`: what a blank cell means; `hidden`: take hidden rows and sheets too;
    `other_counties`: take rows of other counties too; `profile`: mapping of the columns (workbook_mapping.Profile), or
    the file of one; `marked`: where the marked copy goes when something was turned away or left (of a folder of books:
    its folder)."""

    blanks: Blanks = Blanks.FILL
    hidden: bool = False
    other_counties: bool = False
    profile: Any = None
    marked: Optional[Union[str, Path]] = None


_USUAL = ImportOptions()


@dataclass(frozen=True)
class ImportSummary:
    """What an import did: rows taken and turned away, records changed, what is left as it was, errors and warnings
    (CellError), remarks (Remark), the marked copy or ""."""

    accepted: int = 0
    rejected: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    locked: int = 0
    conflicts: int = 0
    questions: int = 0
    errors: list = field(default_factory=list)
    remarks: list = field(default_factory=list)
    marked: str = ""
    warnings: list = field(default_factory=list)
    not_taken: list = field(default_factory=list)


def import_workbook(
    path: Union[str, Path],
    form_id: str,
    workspace_path: Union[str, Path],
    options: ImportOptions = _USUAL,
    feedback: Optional[Feedback] = None,
) -> ImportSummary:
    """Import a workbook's good rows into a workspace file: see import_into.

    Without a profile the mapping is applied that was last used in the workspace for the same columns, if there is one.
    """
    with Workspace.open(workspace_path) as workspace:
        workspace.demand_writable()
        return import_into(workspace, path, form_id, options, feedback)


def import_into(
    workspace: Workspace,
    path: Union[str, Path],
    form_id: str,
    options: ImportOptions = _USUAL,
    feedback: Optional[Feedback] = None,
) -> ImportSummary:
    """Import a workbook's good rows into an open workspace in one transaction and return an ImportSummary.

    `feedback`: isCanceled(). What is in conflict or asked about is left as it is here. Raises errors of the one tree
    (a refused workbook, a workspace that cannot be written, Cancelled); the workspace is then as it was.
    """
    from ...formats.workbook.tables import open_table

    form = workspace.form(form_id)
    reader = open_table(path)
    try:
        chosen = _profile(options.profile, form)
        kept = None if chosen else mapping_for(workspace, form, reader)
        plan = plan_import(workspace, reader, form, replace(options, profile=chosen or kept), feedback)
        if kept:
            plan.source.remarks.insert(0, Remark("mapping_kept"))
    finally:
        reader.close()
    return apply_plan(workspace, plan, options.marked)


def _profile(given: Any, form: Form) -> Any:
    """The Profile that is given, or that of a file."""
    from ...formats.workbook.mapping import load_profile

    return load_profile(given, form) if given and isinstance(given, (str, Path)) else given or None


def plan_import(
    workspace: Workspace, reader: Any, form: Form, options: ImportOptions = _USUAL, feedback: Optional[Feedback] = None
) -> ImportPlan:
    """Read an open table once and plan what its rows would do; nothing is written."""
    from ...formats.workbook.intake import Reading, WorkbookImport

    profile = options.profile
    references = {
        key: {w: record for record, w in names.items()} for key, names in shown_references(form, workspace).items()
    }
    matcher = Matcher(workspace, form)
    reading = Reading(
        profile,
        references,
        _previous(form, workspace, matcher),
        options.hidden,
        "" if options.other_counties else scope_of(workspace.county),
        workspace.divisions(),
        stopper(feedback),
        matcher.identity,
        None if options.other_counties or not (profile and profile.place) else workspace.district(),
    )
    validator = FormValidator(form, workspace.divisions())
    source = WorkbookImport(reader.path, form, validator, reading, reader)
    seen = workspace.audit.head()[0]
    with rare_collections():
        plan = Previewer(workspace, form, source, options.blanks, matcher).plan()
    plan.seen = seen
    _tell_about_the_book(workspace, form, plan)
    return plan


def _tell_about_the_book(workspace, form, plan):
    mark, source = plan.source.mark, plan.source
    if mark is not None and mark.workspace != workspace.identity:
        source.remarks.append(Remark("book_other_workspace"))
    if mark is not None and mark.form == form.id and mark.edition != form.edition:
        source.remarks.append(Remark("book_newer_edition", params={"edition": mark.edition, "known": form.edition}))
    if plan.unknown_files:
        files = list(dict.fromkeys(name for _, _, name in plan.unknown_files))
        listed = "、".join(files[:_NAMED]) + ("…" if len(files) > _NAMED else "")
        source.remarks.append(Remark("book_files_unknown", params={"count": len(plan.unknown_files), "names": listed}))
    if plan.older:
        names = "、".join(plan.older[:_NAMED]) + ("…" if len(plan.older) > _NAMED else "")
        source.remarks.append(Remark("rows_older", params={"count": len(plan.older), "names": names}))
    if plan.kept_blanks:
        source.remarks.append(Remark("blanks_kept", params={"count": plan.kept_blanks}))


def apply_plan(workspace: Workspace, plan: ImportPlan, marked: Optional[Union[str, Path]] = None) -> ImportSummary:
    """Do what was planned and decided, in one transaction with one act of the chain; see import_into. InputError where
    somebody, or a pull, has changed records of the form since they were compared: nothing newer is overwritten."""
    from ...formats.workbook.marking import mark_workbook

    source, form = plan.source, plan.form
    note_what_is_left(plan)
    with rare_collections(), workspace.transaction():
        if plan.seen is not None and is_changed_since(workspace, form, plan.seen):
            raise InputError("import_outdated", form=form.label)
        first = workspace.audit.head()[0] + 1
        saved = workspace.save_records(form, rows_to_save(plan), holder_name())
        if saved.created or saved.updated:  # the same file a second time leaves no trace
            counts = {"accepted": source.accepted, "rejected": source.rejected, "first": first}
            done = {"file": source.path.name, "form": form.id, **counts}
            workspace.audit_act(holder_name(), IMPORT, "workbook", Change(source.sha256, None, done))
    _tell_what_is_left(plan)
    copy = ""
    if marked and (source.errors or source.left):
        mark_workbook(source, marked)
        copy = str(marked)
    kinds = plan.counts
    return ImportSummary(
        source.accepted,
        source.rejected,
        saved.created,
        saved.updated,
        source.accepted - saved.created - saved.updated - kinds[RowKind.LOCKED] - kinds[RowKind.GONE],
        kinds[RowKind.LOCKED],
        kinds[RowKind.CONFLICT],
        kinds[RowKind.QUESTION],
        source.errors + source.left,
        source.remarks,
        copy,
        source.warnings,
        source.not_taken,
    )


def _tell_what_is_left(plan):
    locked = [planned.name for planned in plan.rows if planned.kind is RowKind.LOCKED]
    if locked:
        names = "、".join(locked[:_NAMED]) + ("…" if len(locked) > _NAMED else "")
        plan.source.remarks.append(Remark("records_locked", params={"count": len(locked), "names": names}))
    gone = [planned.name for planned in plan.rows if planned.kind is RowKind.GONE]
    if gone:
        names = "、".join(gone[:_NAMED]) + ("…" if len(gone) > _NAMED else "")
        plan.source.remarks.append(Remark("records_gone", params={"count": len(gone), "names": names}))
    replaced = [planned.name for planned in plan.rows if _replaces(planned)]
    if replaced and plan.source.mark is None:  # nobody knows what the book was filled in from
        names = "、".join(replaced[:_NAMED]) + ("…" if len(replaced) > _NAMED else "")
        plan.source.remarks.append(Remark("records_replaced", params={"count": len(replaced), "names": names}))
    if plan.counts[RowKind.CONFLICT]:
        plan.source.remarks.append(Remark("conflicts_left", params={"count": plan.counts[RowKind.CONFLICT]}))


def _replaces(planned):
    """Whether a row puts another value in the place of one that is there."""
    cells = planned.cells if planned.kind is RowKind.CHANGED else ()
    return any(c.here not in (None, "", []) and c.side is Side.BOOK for c in cells)


def undo_import(workspace: Workspace) -> Undone:
    """Undo the last import of a workspace; InputError when there is none."""
    return undo_last_import(workspace, holder_name())


def _previous(form, workspace, matcher):
    """The look back for forms that need one; each row costs a query, so others do without."""
    if not any(check["kind"] in ("stage_forward", "plausible_change") for check in form.checks):
        return None
    if form.period:
        flow = workspace.flow(form.id)
        return lambda values: flow.previous({**values, "period": form.period_of(values)})
    return matcher.present


def error_line(error: "CellError") -> str:
    """One CellError as a line of a list."""
    from openpyxl.utils import get_column_letter

    cell = f"{get_column_letter(error.column + 1) if error.column is not None else ''}{error.row}"
    return messages.text("workbook_error_line", sheet=error.sheet, cell=cell, field=error.title, message=error.message)
