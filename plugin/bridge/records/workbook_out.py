"""Records of a workspace as workbooks: to be filled in and returned, or to be printed and stamped.

The Excel package is imported when first needed.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Union

from ...core.forms.schema import Form, load_form
from ...core.moments import local_day, local_moment
from ...core.threads import Feedback
from ...store.anchors import head_anchor, keep_anchor
from ...store.audit import now_text
from ...store.workspace import Workspace
from .workbook_runs import rare_collections, stopper

if TYPE_CHECKING:
    from ...formats.workbook.book_mark import BookMark


@dataclass(frozen=True)
class Selection:
    """Which records an export takes: `where` and `search` as Workspace.records takes them, `division`: code that the
    records' division begins with; `more`: rows behind them that are no records yet; `template`: none, the empty
    template."""

    where: Optional[dict] = None
    search: str = ""
    division: str = ""
    more: tuple = ()
    template: bool = False


@dataclass(frozen=True)
class Printing:
    """Who filled the sheet in, and the paper it is printed on."""

    filler: str = ""
    paper: str = "A4"


_ALL, _PLAIN = Selection(), Printing()


def export_workbook(
    path: Union[str, Path],
    form_id: str,
    workspace_path: Optional[Union[str, Path]] = None,
    selection: Selection = _ALL,
    feedback: Optional[Feedback] = None,
) -> int:
    """Write a form's records (those of a Selection), or its empty template, as a workbook; return their number."""
    from ...formats.workbook.export import write_workbook

    if selection.template and not workspace_path:
        return write_workbook(path, load_form(form_id))
    with Workspace.open(workspace_path or "", read_only=True) as workspace:
        return export_from(workspace, path, form_id, selection, feedback)


def export_from(
    workspace: Workspace,
    path: Union[str, Path],
    form_id: str,
    selection: Selection = _ALL,
    feedback: Optional[Feedback] = None,
) -> int:
    """export_workbook from an open workspace. The book carries what lets it come back without harm."""
    from ...formats.workbook.export import Extras, write_workbook

    form, chosen = workspace.form(form_id), selection
    where: Any = chosen.where
    division = form.rollup.get("division", "county")
    if chosen.division:
        where = [*((k, "=", v) for k, v in (chosen.where or {}).items()), (division, "like", f"{chosen.division}%")]
    records = None
    if not chosen.template:
        records = chain(workspace.records(form, where, search=chosen.search), chosen.more)
    mark = None if chosen.template else book_mark(workspace, form, chosen.division)
    with rare_collections():
        return write_workbook(path, form, records, shown_references(form, workspace), Extras(stopper(feedback), mark))


def print_records(
    workspace: Workspace,
    path: Union[str, Path],
    form_id: str,
    selection: Selection,
    printing: Printing = _PLAIN,
) -> int:
    """Write the records of a Selection as a sheet to be printed, signed and stamped; return the number of its bands.

    The head of the audit chain stands on it, and the workspace notes that it does.
    """
    from ...formats.workbook.look import wording
    from ...formats.workbook.print_sheet import PrintFacts, write_print_sheet

    form = workspace.form(form_id)
    records = list(workspace.records(form, selection.where, search=selection.search))
    shown = shown_references(form, workspace)
    for record in records:
        record.update({key: names.get(record.get(key), record.get(key)) for key, names in shown.items()})
    anchor = head_anchor(workspace)
    audit = wording()["print"]["audit"].format(seq=anchor.seq, hash=anchor.hash[:32], at=local_moment(anchor.at))
    county = workspace.divisions().name(workspace.county) or workspace.county
    facts = PrintFacts(
        county, (selection.where or {}).get("period") or "", printing.filler, local_day(anchor.at), audit
    )
    bands = write_print_sheet(path, form, records, facts, printing.paper)
    if not workspace.read_only:
        keep_anchor(workspace, "print", Path(path).name)
    return bands


def book_mark(workspace: Workspace, form: Form, division: str = "") -> "BookMark":
    """The BookMark of a book exported now."""
    from ...formats.workbook.book_mark import BookMark

    seq, head = workspace.audit.head()
    county = f"{workspace.county} {workspace.divisions().name(workspace.county)}".strip()
    return BookMark(workspace.identity, form.id, form.edition, now_text(), seq, head, county, division)


def shown_references(form: Form, workspace: Workspace) -> dict:
    """{field key: {record id: words that name it}} of the fields that refer to other forms.

    A name that several records bear has what tells them apart behind it, in brackets.
    """
    shown = {}
    for form_field in form.fields:
        if form_field.kind == "reference" and form_field.reference:
            other = workspace.form(form_field.reference["form"])
            records = list(workspace.records(other))
            names = Counter(r.get(form_field.reference["shows"]) for r in records)
            shown[form_field.key] = {
                r["id"]: _named(other, r, name, names[name])
                for r in records
                if (name := r.get(form_field.reference["shows"]))
            }
    return shown


def _named(form, record, name, bearers):
    if bearers == 1:
        return name
    apart = " ".join(str(record[key]) for key in form.key if record.get(key) not in (None, "", name))
    return f"{name}（{apart or record['id']}）"
