"""Which files of acknowledged records the platform has, and which it still lacks."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Optional

from .audit import now_text
from .database import Database
from .outbox import Outbox


class FileState(str, Enum):
    """Where a file stands; the values are those of the table."""

    PENDING = "pending"
    DONE = "done"
    ABSENT = "absent"  # named by the record, not kept in this workspace
    REFUSED = "refused"


@dataclass(frozen=True)
class RecordFile:
    """One file of one record."""

    collection: str
    item: str
    sha256: str
    name: str
    bytes: int
    state: FileState = FileState.PENDING
    last_error: str = ""


class Uploads:
    """The files of one workspace, for the platform that its outbox uses."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._db, self._outbox = database, outbox

    def note(self, files: Iterable[RecordFile]) -> None:
        """Note files of a record; one that the platform has already, for whatever record, is done at once."""
        for one in files:
            known = self._db.value(
                "SELECT 1 FROM onemap_upload WHERE platform = ? AND sha256 = ? AND state = 'done' LIMIT 1",
                (self._outbox.platform, one.sha256),
            )
            state = FileState.DONE if known else one.state
            with self._db.writing():
                self._db.execute(
                    "INSERT OR IGNORE INTO onemap_upload VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?)",
                    (
                        *(self._outbox.platform, one.collection, one.item, one.sha256, one.name, one.bytes),
                        *(state.value, now_text()),
                    ),
                )

    def settle(self, sha256: str, state: FileState, error: str = "") -> None:
        """What became of a file, for all records that name it."""
        with self._db.writing():
            self._db.execute(
                "UPDATE onemap_upload SET state = ?, last_error = ?, at = ? WHERE platform = ? AND sha256 = ?",
                (state.value, error or None, now_text(), self._outbox.platform, sha256),
            )

    def open(self, collection: Optional[str] = None, item: Optional[str] = None) -> list[RecordFile]:
        """Files that the platform does not have yet, of all records or of one."""
        where, values = "platform = ? AND state <> 'done'", [self._outbox.platform]
        for name, value in (("collection", collection), ("item", item)):
            if value is not None:
                where += f" AND {name} = ?"
                values.append(value)
        columns = "collection, item, sha256, name, bytes, state, last_error"
        rows: Iterable[Any] = self._db.rows(
            f"SELECT {columns} FROM onemap_upload WHERE {where} ORDER BY at, collection, item",  # noqa: S608 - fixed names
            values,
        )
        return [RecordFile(c, i, s, n, b, FileState(state), error or "") for c, i, s, n, b, state, error in rows]

    def records_open(self) -> int:
        """Number of acknowledged records of which a file is not there yet."""
        return int(
            self._db.value(
                "SELECT count(*) FROM (SELECT DISTINCT collection, item FROM onemap_upload WHERE platform = ?"
                " AND state <> 'done')",
                (self._outbox.platform,),
            )
            or 0
        )
