"""Saving and reading the records of one form; every save is one transaction with its audit rows."""

import json
import struct
import uuid
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

from ..core.errors import InputError
from ..core.forms.identity import record_title, subject_key
from ..core.forms.schema import Form
from .audit import AuditChain, Change, canonical, now_text, replayed
from .database import Database, quoted
from .geopackage import blob_wkb, geometry_blob, widen_extent
from .identities import Identities, Identity
from .record_table import LOCKED, SUBJECT, SYSTEM_COLUMNS, columns_of

_BATCH = 2000
_NOT_IN_CHAIN = ("created_at", "updated_at", SUBJECT)
# acts by which the platform's word is taken in: its ids count, and what it says is never refused
_PLATFORM_ACTS = ("pull", "merge", "resolve", "withdraw", "undo pull")


@dataclass(frozen=True)
class SaveResult:
    """Counts of one save; `locked`: ids of submitted or approved records that were left as they are."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    locked: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()


class RecordWriter:
    """Upserts rows of one form: by `id` when the workspace knows it, else by the form's key (no two records share one).

    A row is {field key: value} with optional "id", "geometry" (WKB bytes, CGCS2000 lon/lat) and "period". Keys that a
    row lacks keep their value; None or "" empties them. Values of "files" fields are lists.
    """

    _for_people = True  # locks and checks hold; see server_rows for the platform's own writes

    def __init__(self, database: Database, audit: AuditChain, form: Form, county: str) -> None:
        self._db, self._audit, self._form, self._county = database, audit, form, county
        self._table, self._keys = quoted(form.id), form.keys
        self._files = frozenset(f.key for f in form.fields if f.value_type == "files")
        self._geometry = ("geom",) if form.geometry != "none" else ()
        self._columns = (*SYSTEM_COLUMNS, *self._keys, *self._geometry, SUBJECT)
        names = ", ".join(quoted(c) for c in self._columns)
        self._insert = f"INSERT INTO {self._table} ({names})"
        self._select = f"SELECT {names} FROM {self._table} WHERE "  # noqa: S608 - checked identifiers
        self._identities = Identities(database, form).holders()
        self._now = now_text()

    def save(self, rows: Iterable[Mapping[str, Any]], actor: str, act: str) -> SaveResult:
        """Write all rows in one transaction and return a SaveResult."""
        self._counts = [0, 0, 0]
        self._locked: list[str] = []
        self._ids: list[str] = []
        self._bounds: Any = None
        self._now = now_text()
        with self._db.writing():
            self._start_batch()
            for row in rows:
                self._take(row, actor, act)
                if len(self._new) + len(self._changes) >= _BATCH:
                    self._flush(actor, act)
            self._flush(actor, act)
            if self._bounds:
                widen_extent(self._db, self._form.id, self._bounds)
        created, updated, unchanged = self._counts
        return SaveResult(created, updated, unchanged, tuple(self._locked), tuple(self._ids))

    def _start_batch(self) -> None:
        self._new: list[tuple[Any, Any]] = []
        self._changes: list[tuple[dict[str, Any], Change]] = []
        self._pending: set[Any] = set()

    def _take(self, row: Mapping[str, Any], actor: str, act: str) -> None:
        values, record = self._clean(row), row.get("id")
        if record in self._pending:  # the same record twice in one file: the later row changes what the earlier wrote
            self._flush(actor, act)
        old = self._by_id(record) if record else None
        identity = self._identity(old, values, row)
        if identity.subject is not None and self._identities.plain(identity) in self._pending:
            self._flush(actor, act)
        holder = self._identities.holder(identity)
        if old is None and holder is not None and act not in _PLATFORM_ACTS:
            old = self._by_id(holder)
        if holder is not None and (old is None or holder != old["id"]):
            if act not in _PLATFORM_ACTS:
                raise InputError("record_key_taken", key=record_title(self._form, {**(old or {}), **values}))
            identity = Identity(None, identity.period)  # both are kept: a person decides which of the two it is
        if old is None:
            self._add(row, values, identity, actor)
        else:
            self._change(old, values, identity, actor)

    def _by_id(self, record: str) -> Optional[dict[str, Any]]:
        found = self._db.row(self._select + "id = ?", (record,))
        return dict(zip(self._columns, found)) if found else None

    def _identity(self, old: Optional[dict[str, Any]], values: dict[str, Any], row: Mapping[str, Any]) -> Identity:
        """What the record is about once the row is written."""
        complete = {**old, **values} if old else values
        period = self._form.period_of({**row, **values}) if self._form.period else None
        if period is None and old:
            period = old["period"]
        return Identity(subject_key(self._form, complete), period)

    def _clean(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The row's values as the table holds them."""
        values = {}
        for key in self._keys:
            if key in row:
                value = row[key]
                if key in self._files and not isinstance(value, (str, type(None))):
                    value = canonical(value) if value else None
                values[key] = None if value == "" else value
        if self._geometry and "geometry" in row:
            values["geom"] = geometry_blob(row["geometry"])
        return values

    def _add(self, row: Mapping[str, Any], values: dict[str, Any], identity: Identity, actor: str) -> None:
        record = row.get("id") or str(uuid.uuid4())
        self._pending.update((record, self._identities.plain(identity)))
        self._identities.note(identity, record)
        complete = self._complete(record, values, identity, actor)
        self._new.append((list(map(complete.get, self._columns)), Change(record, None, audited_new(complete))))
        self._count(0, record, values)

    def _complete(self, record: str, values: dict[str, Any], identity: Identity, actor: str) -> dict[str, Any]:
        """All columns of a record that is new."""
        now = self._now
        county = str(values.get(self._form.rollup.get("division", "")) or self._county)[:6]
        system = {"id": record, "county": county, "period": identity.period, "status": "draft", "filler": actor}
        system.update({SUBJECT: identity.subject})
        system.update(edition=self._form.edition, created_at=now, updated_at=now, updated_by=actor)
        return {**system, **values}

    def _change(self, old: dict[str, Any], values: dict[str, Any], identity: Identity, actor: str) -> None:
        self._pending.update((old["id"], self._identities.plain(identity)))
        if identity.subject != old[SUBJECT] or identity.period != old["period"]:
            self._identities.forget(old[SUBJECT], old["period"])
            self._identities.note(identity, old["id"])
        if self._form.period and identity.period is not None:
            values = {**values, "period": identity.period}
        changed = {key: value for key, value in values.items() if old[key] != value}
        if not changed:
            if identity.subject != old[SUBJECT]:
                update(self._db, self._form.id, old["id"], {SUBJECT: identity.subject})
            self._count(2, old["id"], {})
            return
        if self._for_people and old["status"] in LOCKED:
            self._locked.append(old["id"])
            self._ids.append(old["id"])
            return
        if self._for_people and old["status"] == "ready":  # what was found good is no longer what is there
            changed["status"] = "draft"
        changed.update({k: v for k, v in (("edition", self._form.edition), ("updated_by", actor)) if old[k] != v})
        before = {key: old[key] for key in changed}
        system = {"updated_at": self._now, SUBJECT: identity.subject}
        self._changes.append(({**changed, **system}, Change(old["id"], _audited(before), _audited(changed))))
        self._count(1, old["id"], changed)

    def _count(self, which: int, record: str, values: dict[str, Any]) -> None:
        self._counts[which] += 1
        self._ids.append(record)
        blob = values.get("geom")
        if blob and blob[3] == 3:
            self._widen(blob)

    def _widen(self, blob: bytes) -> None:
        x0, x1, y0, y1 = struct.unpack_from("<4d", blob, 8)
        b = self._bounds or (x0, y0, x1, y1)
        self._bounds = (min(b[0], x0), min(b[1], y0), max(b[2], x1), max(b[3], y1))

    def _flush(self, actor: str, act: str) -> None:
        self._db.insert_many(self._insert, [values for values, _ in self._new])
        for changed, (record, _, _) in self._changes:
            update(self._db, self._form.id, record, changed)
        self._audit.append_many(actor, act, self._form.id, [change for _, change in (*self._new, *self._changes)])
        self._start_batch()


def update(database: Database, table: str, record: str, values: dict[str, Any]) -> None:
    """Set columns of one record."""
    names = ", ".join(f"{quoted(name)} = ?" for name in values)
    database.execute(f"UPDATE {quoted(table)} SET {names} WHERE id = ?", (*values.values(), record))  # noqa: S608 - checked identifiers


def _audited(values: dict[str, Any]) -> dict[str, Any]:
    """Values as the audit chain tells them: times left out (rows have their own), geometry as hexadecimal WKB."""
    audited = {k: v for k, v in values.items() if k not in _NOT_IN_CHAIN}
    wkb = blob_wkb(audited.get("geom"))
    if wkb is not None:
        audited["geom"] = wkb.hex()
    return audited


def audited_new(values: dict[str, Any]) -> dict[str, Any]:
    """As `_audited`, of a record that is new: what is empty is left out."""
    given = {k: v for k, v in values.items() if v is not None and k not in _NOT_IN_CHAIN}
    return _audited(given) if "geom" in given else given


def as_dict(columns: Iterable[str], row: Sequence[Any], files: Iterable[str]) -> dict[str, Any]:
    """A row as callers get it: geometry as WKB under "geometry", files as lists."""
    values = dict(zip(columns, row))
    if "geom" in values:
        values["geometry"] = blob_wkb(values.pop("geom"))
    for key in files:
        if values.get(key):
            values[key] = json.loads(values[key])
    return values


def present_values(
    database: Database, form: Form, record: Optional[str] = None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Iterate over (id, values as the audit chain would tell them) of a form's records, columns of older
    editions included.
    """
    columns = [name for name in columns_of(database, form.id) if name != "fid"]
    sql = f"SELECT {', '.join(quoted(c) for c in columns)} FROM {quoted(form.id)}"  # noqa: S608 - checked identifiers
    where, parameters = (" WHERE id = ?", (record,)) if record else (" ORDER BY id", ())
    for row in database.rows(sql + where, parameters):
        values = dict(zip(columns, row))
        yield values["id"], _audited(values)


def chain_states(database: Database, form: Form) -> Iterator[tuple[str, dict[str, Any]]]:
    """Iterate over (id, values) of a form's records as the audit chain tells them, in order of ids.

    Memory for one record at a time.
    """
    sql = "SELECT item, after FROM onemap_audit WHERE subject = ? ORDER BY item, seq"
    item = state = None
    for name, after in database.rows(sql, (form.id,)):
        if name != item:
            if item is not None and state is not None:
                yield item, state
            item, state = name, None
        state = replayed(state, after)
    if item is not None and state is not None:
        yield item, state


def differing_records(database: Database, form: Form, pending: Container[str] = ()) -> Iterator[str]:
    """Ids of records whose present values are not what the chain says.

    `pending`: ids changed outside and not yet taken in.
    """
    audited = chain_states(database, form)
    expected = next(audited, None)
    for record, values in present_values(database, form):
        while expected is not None and expected[0] < record:
            if expected[0] not in pending:
                yield expected[0]  # in the chain, gone from the table
            expected = next(audited, None)
        known = expected[1] if expected is not None and expected[0] == record else None
        if known is not None:
            expected = next(audited, None)
        if record not in pending and not _same(known, values):
            yield record
    while expected is not None:
        if expected[0] not in pending:
            yield expected[0]
        expected = next(audited, None)


def _same(audited: Optional[dict[str, Any]], present: dict[str, Any]) -> bool:
    """Equal where either says something: None and absent are the same."""
    return audited is not None and all(audited.get(key) == present.get(key) for key in {*audited, *present})
