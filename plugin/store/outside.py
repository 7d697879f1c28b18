"""Writes by plain QGIS and QField: taken into the audit chain when the workspace is next opened for writing."""

from collections.abc import Iterable
from typing import Any

from ..core.forms.identity import subject_key
from ..core.forms.schema import Form
from .audit import AuditChain
from .database import Database
from .identities import Identities, Identity
from .record_table import SUBJECT
from .records import present_values, update

ACTOR = "QGIS/QField"
KEPT = ("submitted", "returned", "approved")


def take_in_outside(database: Database, audit: AuditChain, forms: Iterable[Form], county: str) -> int:
    """Write an audit row for every record that other programs made, changed or deleted; return how many.

    The noted time is when the change was made as SQLite's clock told it; what was there before is what the chain says.
    """
    noted: dict[str, dict[str, str]] = {}
    for form, record, at in database.rows("SELECT form, record, max(at) FROM onemap_outside GROUP BY form, record"):
        noted.setdefault(form, {})[record] = at
    if not noted:
        return 0
    count = 0
    with database.writing():
        for form in forms:
            for record, at in noted.get(form.id, {}).items():
                count += _take_one(database, audit, form, record, at, county)
        database.execute("DELETE FROM onemap_outside")
    return count


def _take_one(database: Database, audit: AuditChain, form: Form, record: str, at: str, county: str) -> int:
    before = audit.state_of(form.id, record)
    now = next((values for _, values in present_values(database, form, record)), None)
    if now is not None:
        _fill_in(database, form, record, now, at, county)
    if before is None and now is None:
        return 0
    if before is None or now is None:
        told = {k: v for k, v in (now or {}).items() if v is not None}
        audit.append(
            ACTOR, "create outside" if now else "delete outside", form.id, record, before, told if now else None
        )
        return 1
    changed = {key: value for key, value in now.items() if before.get(key) != value}
    if changed:
        audit.append(ACTOR, "edit outside", form.id, record, {key: before.get(key) for key in changed}, changed)
    return int(bool(changed))


def _fill_in(database: Database, form: Form, record: str, now: dict[str, Any], at: str, county: str) -> None:
    """System columns that the other program does not know of; a record found good before is a draft again."""
    system = {
        "county": now.get("county") or county,
        "period": form.period_of(now),
        "edition": now.get("edition") or form.edition,
    }
    system["status"] = now["status"] if now["status"] in KEPT else "draft"
    now.update(system)
    subject = subject_key(form, now)
    holder = Identities(database, form).holder(Identity(subject, system["period"]))
    key = {SUBJECT: subject if holder in (None, record) else None}
    update(database, form.id, record, {**system, **key, "updated_at": at, "updated_by": ACTOR})
    now["updated_by"] = ACTOR


def pending_outside(database: Database, form: Form) -> set[str]:
    """Ids of records that other programs touched and the chain does not yet know of."""
    return {row[0] for row in database.rows("SELECT DISTINCT record FROM onemap_outside WHERE form = ?", (form.id,))}
