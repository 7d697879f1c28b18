"""What verify_audit promises: the chain is whole; records, rounds and audited settings are what it tells; and whatever
another program wrote into the workspace is named.

A record that plain QGIS, QField or a line of SQL changes is noted by the workspace's own triggers, which cannot know
who it was. Such a change is no fault of the chain: it is named, with its fields, first as pending, then, once the
workspace was opened for writing, as an act of the chain. Who takes the triggers away leaves records that differ.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from shapely.errors import ShapelyError

from ..core.errors import CatalogueError, InputError
from ..core.forms.schema import Form
from .audit import AuditReport, OutsideEdit
from .audited_settings import differing_settings
from .cases import SUBJECT
from .cases_check import differing_cases
from .database import DamagedError
from .outside import pending_outside
from .records import differing_records, present_values

if TYPE_CHECKING:
    from .workspace import Workspace

_SPOILT = (InputError, CatalogueError, ValueError, KeyError, TypeError, AttributeError, IndexError, ShapelyError)
_ACTS = ("create outside", "edit outside", "delete outside")


def verified(workspace: "Workspace") -> AuditReport:
    """Check the chain, and compare the records, the frozen rounds, the audited settings and the facts of the workspace
    with it. What somebody made unreadable differs; the rest is compared all the same."""
    database, pending = workspace._db, []
    differing: list[tuple[str, str]] = []
    for form_id in workspace.editions.ids():
        with _spoilt_differs(differing, form_id):
            form = workspace.form(form_id)
            touched = pending_outside(database, form_id)
            differing += [(form.id, record) for record in differing_records(database, form, touched)]
            pending += [_pending(workspace, form, record) for record in sorted(touched)]
    with _spoilt_differs(differing, SUBJECT):
        differing += differing_cases(database, workspace.audit, workspace.cases)
    differing += differing_settings(database)
    report, outside = workspace.audit.verify(), tuple(_taken_in(workspace))
    return replace(report, differing=tuple(differing), pending=tuple(pending), outside=outside)


@contextmanager
def _spoilt_differs(differing: list[tuple[str, str]], what: str) -> Iterator[None]:
    """What somebody changed, or whose acts, to what cannot be read is named as a whole."""
    try:
        yield
    except _SPOILT as error:
        if isinstance(error, DamagedError):  # the file itself
            raise
        differing.append((what, ""))


def _pending(workspace: "Workspace", form: Form, record: str) -> OutsideEdit:
    before = workspace.audit.state_of(form.id, record)
    now = next((values for _, values in present_values(workspace._db, form, record)), None)
    at = workspace._db.value("SELECT max(at) FROM onemap_outside WHERE form = ? AND record = ?", (form.id, record))
    if before is None or now is None:
        act = "delete outside" if now is None else "create outside"
        return OutsideEdit(form.id, record, str(at), act)
    changed = tuple(key for key in now if before.get(key) != now[key])
    return OutsideEdit(form.id, record, str(at), "edit outside", changed)


def _taken_in(workspace: "Workspace") -> Iterator[OutsideEdit]:
    rows = workspace._db.rows(
        "SELECT subject, item, at, act, after FROM onemap_audit WHERE act IN (?, ?, ?) ORDER BY seq", _ACTS
    )
    for subject, item, at, act, after in rows:
        try:
            fields = tuple(map(str, json.loads(after))) if after and act == "edit outside" else ()
        except (ValueError, TypeError):  # a spoilt row of the chain
            fields = ()
        yield OutsideEdit(subject, item, at, act, fields)
