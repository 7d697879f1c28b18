"""Workbooks in and out of a workspace: what the algorithms and the dialogs share.

The Excel package is imported when first needed.
"""

import gc
import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ...core import messages
from ...core.errors import Cancelled, OutputError
from ...core.forms.schema import FormValidator, load_form
from ...core.land.remarks import Remark
from ...store.lock import holder_name
from ...store.workspace import Workspace
from .workbook_mapping import mapping_for


@dataclass(frozen=True)
class ImportSummary:
    """What an import did: rows taken and turned away, records changed, errors (CellError), remarks (Remark),
    the marked copy or "".
    """

    accepted: int
    rejected: int
    created: int
    updated: int
    unchanged: int
    locked: int
    errors: list
    remarks: list
    marked: str = ""


def import_workbook(path, form_id, workspace_path, profile_path=None, marked=None, feedback=None):
    """Import a workbook's good rows into a workspace file: see import_into.

    Without a profile the mapping is applied that was last used in the workspace for the same columns, if there is one.
    """
    with Workspace.open(workspace_path) as workspace:
        if workspace.read_only:
            raise OutputError(workspace.notice.code, **workspace.notice.params)
        form = workspace.form(form_id)
        profile = _profile(profile_path, form) or mapping_for(workspace, form, path)
        done = import_into(workspace, path, form_id, profile, marked, feedback)
        if profile and not profile_path:
            done.remarks.insert(0, Remark("mapping_kept"))
        return done


def import_into(workspace, path, form_id, profile=None, marked=None, feedback=None):
    """Import a workbook's good rows into an open workspace in one transaction and return an ImportSummary.

    `profile`: workbook_mapping.Profile; `marked`: where the marked copy goes when rows were turned away; `feedback`:
    isCanceled(). Raises errors of the one tree (a refused workbook, a workspace that cannot be written, Cancelled);
    the workspace is then as it was.
    """
    from ...formats.workbook.marking import mark_workbook

    imported, saved = _take_in(workspace, path, workspace.form(form_id), profile, feedback)
    if saved.locked:
        imported.remarks.append(Remark("records_locked", params={"count": len(saved.locked)}))
    if imported.errors and marked:
        mark_workbook(imported, marked)
    copy = str(marked) if imported.errors and marked else ""
    counts = (saved.created, saved.updated, saved.unchanged, len(saved.locked))
    return ImportSummary(imported.accepted, imported.rejected, *counts, imported.errors, imported.remarks, copy)


def _profile(path, form):
    from ...formats.workbook.mapping import load_profile

    return load_profile(path, form) if path else None


def _take_in(workspace, path, form, profile, feedback):
    from ...formats.workbook.intake import WorkbookImport

    imported = WorkbookImport(
        path,
        form,
        FormValidator(form, workspace.divisions()),
        profile,
        references={
            key: {shown: record for record, shown in names.items()}
            for key, names in shown_references(form, workspace).items()
        },
        previous=_previous(form, workspace),
        progress=_stopper(feedback),
    )
    with _rare_collections(), workspace.transaction():
        saved = workspace.save_records(form, imported.records(), holder_name())
        if saved.created or saved.updated:  # the same file a second time leaves no trace
            told = {
                "file": Path(path).name,
                "form": form.id,
                "accepted": imported.accepted,
                "rejected": imported.rejected,
            }
            workspace.audit_act(holder_name(), "import workbook", "workbook", _sha256(path), None, told)
    return imported, saved


@contextmanager
def _rare_collections():
    """Let Python's cycle collector rest: with millions of cells coming by it takes a sixth of the time and
    finds nothing.
    """
    usual = gc.get_threshold()
    gc.set_threshold(500_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def export_workbook(path, form_id, workspace_path=None, template_only=False, feedback=None, where=None, search=""):
    """Write a form's records (those that pass `where` and `search`), or its empty template, as a workbook.

    Return their number.
    """
    from ...formats.workbook.export import write_workbook

    if template_only and not workspace_path:
        return write_workbook(path, load_form(form_id))
    with Workspace.open(workspace_path, read_only=True) as workspace:
        form = workspace.form(form_id)
        records = None if template_only else workspace.records(form, where, search=search)
        with _rare_collections():
            return write_workbook(path, form, records, shown_references(form, workspace), _stopper(feedback))


def shown_references(form, workspace):
    """{field key: {record id: words that name it}} of the fields that refer to other forms.

    Words that name two records are left out.
    """
    shown = {}
    for field in form.fields:
        if field.kind == "reference" and field.reference:
            names = {r["id"]: r.get(field.reference["shows"]) for r in workspace.records(field.reference["form"])}
            once = [name for name in names.values() if name]
            shown[field.key] = {record: name for record, name in names.items() if name and once.count(name) == 1}
    return shown


def _previous(form, workspace):
    """The look back for forms that need one; each row costs a query, so others do without."""
    if not any(check["kind"] == "stage_forward" for check in form.checks):
        return None
    flow = workspace.flow(form.id)
    return lambda values: flow.previous({**values, "period": form.period_of(values)})


def _stopper(feedback):
    def progress(rows):
        if feedback is not None and feedback.isCanceled():
            raise Cancelled()

    return progress


def _sha256(path):
    digest = hashlib.sha256()
    with Path(path).open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def error_line(error):
    """One CellError as a line of a list."""
    from openpyxl.utils import get_column_letter

    cell = f"{get_column_letter(error.column + 1) if error.column is not None else ''}{error.row}"
    return messages.text("workbook_error_line", sheet=error.sheet, cell=cell, field=error.title, message=error.message)
