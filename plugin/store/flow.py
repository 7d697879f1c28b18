"""The way of a record: draft -> ready -> submitted -> returned or approved, with the sign-off of filler and
reviewer.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Optional

import shapely

from ..core import messages
from ..core.errors import InputError
from ..core.forms.identity import normal_text
from ..core.forms.schema import FieldError, Form, FormValidator
from ..core.forms.self_check import SelfCheckResult
from .audit import AuditChain, Change, now_text
from .database import Database
from .identities import Identities
from .lock import holder_name
from .outbox import Operation, Outbox
from .query import RecordQuery
from .records import update
from .self_check import SUBJECT as CHECK_SUBJECT
from .self_check import SelfCheck, SelfCheckRefused

Record = Mapping[str, Any]  # a record by system columns and field keys

STATUSES = ("draft", "ready", "submitted", "returned", "approved")
_NEXT = {
    "draft": ("ready",),
    "ready": ("draft", "submitted"),
    "submitted": ("returned", "approved"),
    "returned": ("draft", "ready"),
    "approved": (),
}


def status_text(status: str) -> str:
    """A status in the chosen language; what is no status comes back as it is."""
    return messages.text(f"status_{status}") if status in STATUSES else str(status)


def signed(actor: str) -> str:
    """Who acts, as the chain keeps it: the name with the account and PC it was typed at."""
    account = holder_name()
    return actor if actor == account else f"{actor} [{account}]"


def same_person(one: Optional[str], other: Optional[str]) -> bool:
    """Whether two names are one person's: blanks, width and case aside, and an account with or without its PC."""
    names = [normal_text(name or "").partition("@")[0] for name in (one, other)]
    return bool(names[0]) and names[0] == names[1]


class RecordErrors(InputError):
    """A record cannot go on because of its values; `errors`: [FieldError] of a `form`."""

    def __init__(self, form: Form, record: str, errors: Sequence[FieldError]) -> None:
        first = (
            f"{form.field(errors[0].field).title}: {errors[0].message}"
            if errors[0].field in form.keys
            else errors[0].message
        )
        super().__init__("record_has_errors", record=record, count=len(errors), first=first)
        self.errors = tuple(errors)


class RecordFlow:
    """Changes of status of one form's records."""

    def __init__(
        self,
        database: Database,
        audit: AuditChain,
        outbox: Outbox,
        form: Form,
        self_check: SelfCheck,
    ) -> None:
        self._db, self._audit, self._outbox, self._form = database, audit, outbox, form
        self._query, self._self_check, divisions = RecordQuery(database, form), self_check, self_check.divisions()
        self._validator, self._identities = FormValidator(form, divisions), Identities(database, form)

    def change(self, record: str, status: str, actor: str, reason: Optional[str] = None) -> None:
        """Move a record on, in one transaction with its audit row and, when submitted, its outbox entry.

        Raises InputError for a step that does not exist, a return without a reason, or a filler who signs off as
        reviewer; RecordErrors for a record whose values do not pass; SelfCheckRefused for one whose self-check does
        not, which the chain keeps too.
        """
        try:
            self._change(record, status, actor, reason)
        except SelfCheckRefused as refused:
            with self._db.writing():
                self._note(signed(actor), "self-check refused", record, refused.result)
            raise

    def _change(self, record: str, status: str, actor: str, reason: Optional[str]) -> None:
        with self._db.writing():
            values = self._one(record)
            old = values["status"]
            if status not in _NEXT[old]:
                raise InputError("record_step", old=status_text(old), new=status_text(status))
            changed = {"status": status, **self._signatures(values, status, actor, reason)}
            if status in ("ready", "submitted"):
                self._demand_right(record, values)
            checked = self._self_check.demand(self._form, values) if status == "submitted" else None
            before = {key: values.get(key) for key in changed}
            update(self._db, self._form.id, record, {**changed, "updated_at": now_text()})
            self._audit.append(signed(actor), status, self._form.id, Change(record, before, changed))
            if checked is not None:
                self._note(signed(actor), "self-check", record, checked)
            if status == "submitted":
                self._tell_platform(record, {**values, **changed})

    def give_back(self, record: str, actor: str, reason: str) -> bool:
        """Return a record of another county with a reason, and tell the platform that has it; whether that is told.

        Raises InputError as `change`.
        """
        with self._db.writing():
            self._change(record, "returned", actor, reason)
            version = self._outbox.base(self._form.id, record).version
            if version:
                body = {"id": record, "county": self._one(record)["county"], "status": "returned"}
                self._outbox.put(self._form.id, record, Operation.UPDATE, {**body, "return_reason": reason})
            return bool(version)

    def self_check(self, record: str) -> SelfCheckResult:
        """What the self-check says of a record as it is; nothing is written."""
        return self._self_check.judge(self._form, self._one(record))

    def _note(self, actor: str, act: str, record: str, result: SelfCheckResult) -> None:
        reported = {"form": self._form.id, **result.reported()}
        self._audit.append(actor, act, CHECK_SUBJECT, Change(record, None, reported))

    def _one(self, record: str) -> Record:
        for values in self._query.rows({"id": record}, limit=1):
            return values
        raise InputError("record_unknown", record=record)

    def _signatures(self, values: Record, status: str, actor: str, reason: Optional[str]) -> dict[str, Any]:
        if status == "ready":
            return {"filler": actor, "reviewer": None}
        if status == "submitted":
            if same_person(actor, values["filler"]):
                raise InputError("record_same_person", actor=actor)
            return {"reviewer": actor, "return_reason": None}
        if status == "returned":
            if not reason:
                raise InputError("record_reason_missing")
            return {"return_reason": reason}
        return {}

    def _demand_right(self, record: str, values: Record) -> None:
        errors = self.errors(values)
        if errors:
            raise RecordErrors(self._form, record, errors)

    def errors(self, values: Record) -> list[FieldError]:
        """All errors of a record, those that need other records included."""
        return self._validator.errors(values, self.previous(values)) + self._duplicates(values)

    def warnings(self, values: Record) -> list[FieldError]:
        """What should be looked at but stops nothing."""
        return self._validator.warnings(values, self.previous(values))

    def previous(self, values: Record) -> Optional[Record]:
        """The record this one follows: the same thing in the latest earlier period; None where there is none.

        A plan that had no name of its own until now follows the record that went by its division's name.
        """
        if not self._form.period or "period" not in self._form.key or not values.get("period"):
            return None
        unnamed = {**values, **dict.fromkeys(self._form.key_else)}
        found = self._earlier(values) or (self._earlier(unnamed) if unnamed != values else None)
        return next(self._query.rows({"id": found}, limit=1), None) if found else None

    def _earlier(self, values: Record) -> Optional[str]:
        return self._identities.earlier(self._identities.of(values))

    def _duplicates(self, values: Record) -> list[FieldError]:
        """Another record of the same key."""
        holder = self._identities.holder(self._identities.of(values))
        if holder is None or holder == (values.get("id") or ""):
            return []
        named = [name for name in self._form.key if name in self._form.keys]
        titles = ", ".join(self._form.field(name).title for name in named)
        return [FieldError(named[0], "form_duplicate", messages.text("form_duplicate", fields=titles))]

    def _tell_platform(self, record: str, values: Record) -> None:
        version = self._outbox.base(self._form.id, record).version
        depends = next((values[f.key] for f in self._form.fields if f.kind == "reference" and values.get(f.key)), None)
        self._outbox.put(
            self._form.id, record, "replace" if version else "create", wire_body(self._form, values), depends
        )


def wire_body(form: Form, values: Record) -> dict[str, Any]:
    """A record as the platform reads it: id, county, status, the fields that are given, geometry as GeoJSON
    (lon/lat).
    """
    body = {"id": values["id"], "county": values["county"], "status": values["status"]}
    body.update({key: values[key] for key in form.keys if values.get(key) is not None})
    if values.get("geometry"):
        body["geometry"] = json.loads(shapely.to_geojson(shapely.from_wkb(values["geometry"])))
    return body
