"""Writes by plain QGIS and QField: taken into the audit chain when the workspace is next opened for writing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..core.forms.identity import subject_key
from ..core.forms.schema import Form
from .audit import AuditChain, Change
from .database import Database
from .identities import Identities, Identity
from .record_table import SUBJECT
from .records import present_values, update

ACTOR = "QGIS/QField"
KEPT = ("submitted", "returned", "approved")


def record_outside_edits(database: Database, audit: AuditChain, forms: Iterable[Form], county: str) -> int:
    """Write an audit row for every record that other programs made, changed or deleted; return how many.

    The noted time is when the change was made by SQLite's clock; what was there before is what the chain says.
    """
    noted: dict[str, dict[str, str]] = {}
    for form, record, at in database.rows("SELECT form, record, max(at) FROM onemap_outside GROUP BY form, record"):
        noted.setdefault(form, {})[record] = at
    if not noted:
        return 0
    count = 0
    with database.writing():
        for form in forms:
            edits = _Edits(database, audit, form, county)
            for record, at in noted.get(form.id, {}).items():
                count += edits.record(record, at)
        database.execute("DELETE FROM onemap_outside")
    return count


@dataclass(frozen=True)
class _Edits:
    """What other programs did to the records of one form."""

    database: Database
    audit: AuditChain
    form: Form
    county: str

    def record(self, record: str, at: str) -> int:
        """Write the audit row of one record, where it is not as the chain says; how many that are."""
        before = self.audit.state_of(self.form.id, record)
        now = next((values for _, values in present_values(self.database, self.form, record)), None)
        if now is not None:
            self._fill_in(record, now, at)
        if before is None and now is None:
            return 0
        if before is None or now is None:
            after = {k: v for k, v in now.items() if v is not None} if now is not None else None
            self._write("delete outside" if now is None else "create outside", Change(record, before, after))
            return 1
        changed = {key: value for key, value in now.items() if before.get(key) != value}
        if changed:
            self._write("edit outside", Change(record, {key: before.get(key) for key in changed}, changed))
        return int(bool(changed))

    def _write(self, act: str, change: Change) -> None:
        self.audit.append(ACTOR, act, self.form.id, change)

    def _fill_in(self, record: str, now: dict[str, Any], at: str) -> None:
        """System columns that the other program does not know of; a record found good before is a draft again."""
        system = {
            "county": now.get("county") or self.county,
            "period": self.form.period_of(now),
            "edition": now.get("edition") or self.form.edition,
        }
        system["status"] = now["status"] if now["status"] in KEPT else "draft"
        now.update(system)
        subject = subject_key(self.form, now)
        holder = Identities(self.database, self.form).holder(Identity(subject, system["period"]))
        key = {SUBJECT: subject if holder in (None, record) else None}
        update(self.database, self.form.id, record, {**system, **key, "updated_at": at, "updated_by": ACTOR})
        now["updated_by"] = ACTOR


def pending_outside(database: Database, form: str) -> set[str]:
    """Ids of a form's records that other programs touched and the chain does not yet know of."""
    return {row[0] for row in database.rows("SELECT DISTINCT record FROM onemap_outside WHERE form = ?", (form,))}
