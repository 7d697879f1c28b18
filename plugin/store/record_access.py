"""The record side of a workspace: forms, saving, reading, drafts, status, what is due, roll-up."""

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Optional, Union

from ..core.errors import InputError
from ..core.forms.periods import period_now
from ..core.forms.schema import Form
from ..core.land.divisions import Divisions
from .audit import AuditChain, Change, canonical, now_text
from .database import Database
from .due import DONE, DUTY_FORM, DueItem, due_items
from .editions import Editions
from .field_history import FieldChange, RecordChange, field_history, record_history
from .flow import RecordFlow, status_text
from .outbox import Outbox
from .query import RecordQuery, Where
from .record_table import LOCKED
from .records import RecordWriter, SaveResult
from .rollup import RollupChoice, RollupRow, roll_up
from .self_check import SelfCheck
from .server_rows import PLATFORM, ServerRecord, ServerWriter

FormRef = Union[str, Form]


class RecordAccess:
    """Part of Workspace, which has what is declared here."""

    _db: Database
    audit: AuditChain
    outbox: Outbox
    editions: Editions
    self_check: SelfCheck
    if TYPE_CHECKING:

        @property
        def county(self) -> str: ...
        def divisions(self) -> Divisions: ...

    def form(self, form_id: FormRef) -> Form:
        """The Form in use (newest edition); a Form comes back as it is."""
        return form_id if isinstance(form_id, Form) else self.editions.form(form_id)

    def forms(self) -> list[Form]:
        """All Forms of the workspace."""
        return [self.form(form_id) for form_id in self.editions.ids()]

    # saving

    def save_records(
        self, form: FormRef, rows: Iterable[Mapping[str, Any]], actor: str, act: str = "import"
    ) -> SaveResult:
        """Upsert rows (dicts, see RecordWriter) in one transaction with their audit rows; return a SaveResult.

        `rows` may be any iterable; an error in it undoes everything. With act "edit" (the editor's) the drafts of the
        saved records are taken away; an import leaves what is being typed alone.
        """
        form = self.form(form)
        with self._db.writing():
            result = RecordWriter(self._db, self.audit, form, self.county).save(rows, actor, act)
            if act == "edit":
                done = [(form.id, record) for record in {*result.ids} - {*result.locked}]
                self._db.executemany("DELETE FROM onemap_draft WHERE form = ? AND record = ?", done)
        return result

    def delete_record(self, form_id: FormRef, record: str, actor: str) -> None:
        """Delete a draft, ready or returned record; what the platform knows of is deleted there too."""
        form = self.form(form_id)
        values = self.record(form, record)
        if values["status"] in LOCKED:
            raise InputError("record_locked", status=status_text(values["status"]))
        with self._db.writing():
            before = self.audit.state_of(form.id, record)
            self._db.execute(f'DELETE FROM "{form.id}" WHERE id = ?', (record,))  # noqa: S608 - checked identifier
            self._db.execute("DELETE FROM onemap_draft WHERE form = ? AND record = ?", (form.id, record))
            self.audit.append(actor, "delete", form.id, Change(record, before, None))
            if self.outbox.base(form.id, record).version:
                self.outbox.put(form.id, record, "delete", None)

    def apply_server(
        self,
        form_id: FormRef,
        reported: ServerRecord,
        actor: str = PLATFORM,
        act: str = "pull",
    ) -> None:
        """Take a record as the platform reports it: values, status, version, case number; its body becomes the merge
        base. One that it deleted is deleted here too, whatever its status.
        """
        form, record = self.form(form_id), reported.id
        if reported.body is not None:
            self.apply_server_many(form, [reported], actor, act)
            return
        with self._db.writing():
            self.outbox.set_base(form.id, record, None, None)
            before = self.audit.state_of(form.id, record)
            if before is not None:
                self._db.execute(f'DELETE FROM "{form.id}" WHERE id = ?', (record,))  # noqa: S608 - checked identifier
                self.audit.append(actor, act, form.id, Change(record, before, None))

    def apply_server_many(
        self, form_id: FormRef, records: Iterable[ServerRecord], actor: str = PLATFORM, act: str = "pull"
    ) -> None:
        """As `apply_server`, for many ServerRecords in one act (no two of one id)."""
        form, records = self.form(form_id), list(records)
        with self._db.writing():
            ids = [one.id for one in records]
            absent = frozenset(ids) - self.existing(form, ids) if len(ids) == len(set(ids)) else frozenset()
            bases = (one.new_base(form.keys) if one.id in absent else one.base() for one in records)
            self.outbox.set_bases(form.id, list(zip(ids, (one.version for one in records), bases)))
            self.server_writer(form).save_reported(records, absent, actor, act)

    def server_writer(self, form: Form) -> ServerWriter:
        """Writes the records of a form as the platform reports them."""
        return ServerWriter(self._db, self.audit, form, self.county)

    # reading

    def records(
        self,
        form_id: FormRef,
        where: Where = None,
        order: Optional[str] = None,
        limit: Optional[int] = None,
        search: str = "",
    ) -> Iterator[dict[str, Any]]:
        """Iterate over records as dicts: system columns (id, status, period, ...), fields, "geometry" (WKB).

        See RecordQuery.
        """
        return RecordQuery(self._db, self.form(form_id)).rows(where, order, limit, search)

    def record(self, form_id: FormRef, record: str) -> dict[str, Any]:
        """One record; InputError when there is none."""
        for values in self.records(form_id, {"id": record}, limit=1):
            return values
        raise InputError("record_unknown", record=record)

    def existing(self, form_id: FormRef, ids: Iterable[str]) -> set[str]:
        """Those of `ids` that are records of a form."""
        form, ids = self.form(form_id), list(ids)
        found: set[str] = set()
        for start in range(0, len(ids), 500):
            some = ids[start : start + 500]
            marks = ", ".join("?" * len(some))
            found.update(row[0] for row in self._db.rows(f'SELECT id FROM "{form.id}" WHERE id IN ({marks})', some))  # noqa: S608 - checked identifier
        return found

    def doubled_numbers(self, form_id: FormRef) -> list[str]:
        """Numbers that the platform gave to more than one record of a form."""
        form = self.form(form_id)
        sql = f"SELECT case_no FROM \"{form.id}\" WHERE case_no <> '' GROUP BY case_no HAVING count(*) > 1"  # noqa: S608 - checked identifier
        return [str(row[0]) for row in self._db.rows(sql)]

    def record_ids(
        self, form_id: FormRef, where: Where = None, order: Optional[str] = None, search: str = ""
    ) -> list[str]:
        return RecordQuery(self._db, self.form(form_id)).ids(where, order, search)

    def count(self, form_id: FormRef, where: Where = None, search: str = "") -> int:
        return RecordQuery(self._db, self.form(form_id)).count(where, search)

    def field_history(self, form_id: FormRef, key: str) -> Iterator[FieldChange]:
        """FieldChanges that the audit chain tells of a field, in order."""
        form = self.form(form_id)
        return field_history(self._db, form.id, form.field(key).key)

    def record_history(self, form_id: FormRef, record: str) -> Iterator[RecordChange]:
        """RecordChanges that the audit chain tells of a record, in order."""
        return record_history(self._db, self.form(form_id).id, record)

    # drafts: what is being typed

    def save_draft(self, form_id: str, values: Mapping[str, Any], record: Optional[str] = None) -> str:
        """Keep what is being typed and return the record's id.

        The record itself and the audit chain wait for save_records.
        """
        record = record or str(uuid.uuid4())
        packed = {k: v.hex() if isinstance(v, bytes) else v for k, v in values.items()}
        with self._db.transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO onemap_draft VALUES (?, ?, ?, ?)",
                (form_id, record, canonical(packed), now_text()),
            )
        return record

    def draft(self, form_id: str, record: str) -> Optional[dict[str, Any]]:
        """Values being typed for a record; None when there are none."""
        body = self._db.value("SELECT body FROM onemap_draft WHERE form = ? AND record = ?", (form_id, record))
        if body is None:
            return None
        values = json.loads(body)
        if values.get("geometry"):
            values["geometry"] = bytes.fromhex(values["geometry"])
        return values

    def drafts(self, form_id: str) -> list[tuple[str, str]]:
        """[(record id, when)] of everything being typed, latest first."""
        return list(self._db.rows("SELECT record, at FROM onemap_draft WHERE form = ? ORDER BY at DESC", (form_id,)))

    def drop_draft(self, form_id: str, record: str) -> None:
        with self._db.transaction():
            self._db.execute("DELETE FROM onemap_draft WHERE form = ? AND record = ?", (form_id, record))

    # status, due, roll-up

    def flow(self, form_id: FormRef) -> RecordFlow:
        """The RecordFlow of a form: errors(values), previous(values), change(record, status, actor, reason)."""
        form = self.form(form_id)
        return RecordFlow(self._db, self.audit, self.outbox, form, self.self_check)

    def change_status(
        self, form_id: FormRef, record: str, status: str, actor: str, reason: Optional[str] = None
    ) -> None:
        """Move a record on: see RecordFlow.change."""
        self.flow(form_id).change(record, status, actor, reason)

    def give_back(self, form_id: FormRef, record: str, actor: str, reason: str) -> bool:
        """Return a record with a reason; one of another county goes back over the platform: see RecordFlow.give_back.
        True where it does."""
        if self.record(form_id, record)["county"] == self.county:
            self.change_status(form_id, record, "returned", actor, reason)
            return False
        return self.flow(form_id).give_back(record, actor, reason)

    def due(self, form_id: FormRef, today: Optional[date] = None, period: Optional[str] = None) -> list[DueItem]:
        """DueItems of a period: what is missing, unfinished or late."""
        duty_form = self.form(DUTY_FORM) if DUTY_FORM in self.editions.ids() else None
        return due_items(self._db, self.form(form_id), today or date.today(), period, duty_form)

    def latest_period(self, form_id: FormRef, today: Optional[date] = None) -> Optional[str]:
        """The period that a roll-up shows: this one, or the latest before it that has records.

        A date mistyped into the future makes no period the latest.
        """
        now = period_now(self.form(form_id), today or date.today())
        return next((p for p in self.periods(form_id) if now is None or p <= now), now)

    def periods(self, form_id: FormRef) -> list[str]:
        """Periods that have records, latest first."""
        form = self.form(form_id)
        rows = self._db.rows(f'SELECT DISTINCT period FROM "{form.id}" WHERE period IS NOT NULL ORDER BY period DESC')  # noqa: S608
        return [row[0] for row in rows]

    def copy_from_last(self, form_id: FormRef, item: DueItem, actor: str) -> str:
        """Make the record that a DueItem misses from last period's.

        Dates of the report and attachments are left out. Return its id.
        """
        form = self.form(form_id)
        last = self.record(form, item.previous) if item.previous else item.values
        row = {f.key: last.get(f.key) for f in form.fields if f.value_type != "files" and f.key != form.period_from}
        row["period"] = item.period
        if form.period == "year":
            row[form.period_from] = int(item.period)
        return self.save_records(form, [row], actor, "copy from last period").ids[0]

    def roll_up(
        self,
        form_id: FormRef,
        level: str,
        period: Optional[str] = None,
        only: Optional[Mapping[str, Any]] = None,
        states: Optional[Sequence[str]] = DONE,
    ) -> list[RollupRow]:
        """RollupRows at "province", "city", "county" or "town"; `only`: {field: value} that records must have;
        `states`: statuses that count, None for all."""
        form = self.form(form_id)
        due = self.due(form, period=period) if period or not form.period else ()
        if only:
            due = [item for item in due if all(item.values.get(k) == v for k, v in only.items())]
        return roll_up(self._db, form, level, RollupChoice(period, only or {}, states), due)
