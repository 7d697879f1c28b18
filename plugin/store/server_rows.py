"""Records as the platform reports them: values, status, version and case number in one row of the table and one row
of the audit chain, locked or not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

from .identities import Identity
from .records import RecordWriter, SaveResult

SERVER_COLUMNS = ("status", "version", "case_no", "return_reason")


@dataclass(frozen=True)
class ServerRecord:
    """`body`: {field or server column: value} with "geometry" as WKB bytes or None; what it lacks keeps its value.
    None: the platform deleted the record."""

    id: str
    version: Optional[int] = None
    body: Optional[dict[str, Any]] = None

    def base(self) -> dict[str, Any]:
        """The merge base that it becomes: geometry as hexadecimal WKB."""
        row = {k: v.hex() if isinstance(v, bytes) else v for k, v in (self.body or {}).items()}
        return {"case_no": None, **row}  # by which a base of the platform's own is known from one of ours

    def row(self) -> dict[str, Any]:
        """As a ServerWriter takes it."""
        return {**(self.body or {}), "version": self.version, "id": self.id}


class ServerWriter(RecordWriter):
    """A RecordWriter that writes the server's columns too and may change what is locked for people."""

    _for_people = False
    absent: frozenset[str] = frozenset()  # ids known not to be in the table: they are not looked for

    def save(self, rows: Iterable[Mapping[str, Any]], actor: str, act: str) -> SaveResult:
        """As RecordWriter.save; who holds the keys of records that are new here is asked in one go."""
        rows = list(rows)
        self._ready: dict[str, tuple[dict[str, Any], Identity]] = {}
        ready = {}
        for row in rows:
            if row["id"] in self.absent:
                values = self._clean(row)
                ready[row["id"]] = (values, self._identity(None, values, row))
        self._ready = ready
        self._identities.expect(identity for _, identity in ready.values())
        saved: SaveResult = super().save(rows, actor, act)
        return saved

    def _by_id(self, record: str) -> Optional[dict[str, Any]]:
        return None if record in self.absent else super()._by_id(record)

    def _identity(self, old: Optional[dict[str, Any]], values: dict[str, Any], row: Mapping[str, Any]) -> Identity:
        ready = self._ready.get(row["id"]) if old is None else None
        return super()._identity(old, values, row) if ready is None else ready[1]

    def _clean(self, row: Mapping[str, Any]) -> dict[str, Any]:
        ready = self._ready.get(row["id"])
        if ready is not None:
            return ready[0]
        values: dict[str, Any] = super()._clean(row)
        values.update({name: row[name] for name in SERVER_COLUMNS if name in row})
        return values


def server_rows(records: Iterable[ServerRecord]) -> Iterable[dict[str, Any]]:
    """Rows for a ServerWriter."""
    return (record.row() for record in records)
