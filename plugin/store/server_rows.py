"""Records as the platform reports them: values, status, version and case number in one row of the table and one row
of the audit chain, locked or not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Optional

from .audit import CanonicalText, Change, canonical_text
from .identities import Identity
from .records import RecordWriter, SaveResult, audited_new

SERVER_COLUMNS = ("status", "version", "case_no", "return_reason")
PLATFORM = "platform"  # who writes what is pulled


class Prepared(NamedTuple):
    """What a record becomes that is new here. `maker`: (form, edition, county, actor); `columns`: of the table;
    `audited`: of the audit chain; `base`: the merge base."""

    maker: tuple[str, str, str, str]
    identity: Identity
    values: dict[str, Any]
    columns: list[Any]
    audited: CanonicalText
    base: CanonicalText


@dataclass(frozen=True)
class ServerRecord:
    """`body`: {field or server column: value} with "geometry" as WKB bytes or None; what it lacks keeps its value.
    None: the platform deleted the record. `prepared`: see ServerWriter.prepared."""

    id: str
    version: Optional[int] = None
    body: Optional[dict[str, Any]] = None
    prepared: Optional[Prepared] = field(default=None, repr=False, compare=False)

    def base(self, keys: Sequence[str] = ()) -> CanonicalText:
        """The merge base that it becomes: geometry as hexadecimal WKB. `keys`: fields that are empty here and there
        where it does not mention them, as all are of a record that is new here."""
        row = {"case_no": None, **(self.body or {})}  # by which a base of the platform's own is known from one of ours
        if self.body is not None:
            row = {**dict.fromkeys(keys), **row}
        if isinstance(row.get("geometry"), bytes):
            row["geometry"] = row["geometry"].hex()
        return CanonicalText(canonical_text(row))

    def new_base(self, keys: Sequence[str]) -> CanonicalText:
        """That of a record that is new here."""
        return self.base(keys) if self.prepared is None else self.prepared.base

    def row(self) -> dict[str, Any]:
        """As a RecordWriter takes it."""
        return {**(self.body or {}), "version": self.version, "id": self.id}


class ServerWriter(RecordWriter):
    """A RecordWriter that writes the server's columns too and may change what is locked for people."""

    _for_people = False
    _ready: Mapping[str, Prepared] = {}

    def prepared(self, record: ServerRecord, actor: str) -> ServerRecord:
        """The record with all that it becomes if it is new here. Asks nothing of the database, so that another thread
        may do it while one writes."""
        return ServerRecord(record.id, record.version, record.body, self._prepare(record, actor))

    def _prepare(self, record: ServerRecord, actor: str) -> Prepared:
        row = record.row()
        values = self._clean(row)
        identity = self._identity(None, values, row)
        complete = self._complete(record.id, values, identity, actor)
        columns, audited = list(map(complete.get, self._columns)), CanonicalText(canonical_text(audited_new(complete)))
        base = record.base(self._form.keys)
        return Prepared(self._maker(actor), identity, values, columns, audited, base)

    def _maker(self, actor: str) -> tuple[str, str, str, str]:
        return self._form.id, self._form.edition, self._county, actor

    def save_reported(
        self, records: Sequence[ServerRecord], absent: frozenset[str], actor: str, act: str
    ) -> SaveResult:
        """Write records as the platform reports them; `absent`: ids known not to be in the table. Who holds the keys
        of those is asked in one go."""
        maker, ready = self._maker(actor), {}
        for one in records:
            if one.id in absent:
                made = one.prepared
                ready[one.id] = made if made and made.maker == maker else self._prepare(one, actor)
        self._ready = ready
        self._identities.expect(made.identity for made in ready.values())
        saved: SaveResult = self.save([one.row() for one in records], actor, act)
        return saved

    def _take(self, row: Mapping[str, Any], actor: str, act: str) -> None:
        made = self._ready.get(row["id"])
        if made is None or not self._add_prepared(row["id"], made):
            super()._take(row, actor, act)

    def _add_prepared(self, record: str, made: Prepared) -> bool:
        """Add a record that is new; False where it has to go the long way: somebody holds its key."""
        identity = made.identity
        double = identity.subject is not None and self._identities.plain(identity) in self._pending
        if double or record in self._pending or self._identities.holder(identity) is not None:
            return False
        self._pending.update((record, self._identities.plain(identity)))
        self._identities.note(identity, record)
        self._new.append((made.columns, Change(record, None, made.audited)))
        self._count(0, record, made.values)
        return True

    def _clean(self, row: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = super()._clean(row)
        values.update({name: row[name] for name in SERVER_COLUMNS if name in row})
        return values
