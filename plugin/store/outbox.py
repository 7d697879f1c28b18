"""What waits to be sent to the platform: rows written in the transaction of the act they report, removed only
after a positive answer. Beside it, what the platform last reported of every item: the base of a three-way merge.
"""

import json
import uuid
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any, Optional, Union

from ..core.errors import InputError
from .audit import CanonicalText, canonical, now_text
from .database import Database
from .outbox_entry import UNSETTLED, WAITING, Base, Operation, OutboxEntry, OutboxState, QueueLine, RemoteState, Row

__all__ = [
    "Base",
    "Operation",
    "Outbox",
    "OutboxEntry",
    "OutboxState",
    "QueueLine",
    "RemoteState",
    "Row",
    "UNSETTLED",
    "WAITING",
]

_COLUMNS = (
    *("seq", "key", "collection", "item", "op", "body", "base_version", "state", "depends_on"),
    *("attempts", "next_try", "last_error", "theirs", "created_at"),
)
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM onemap_outbox"  # noqa: S608 - fixed names
_CHANGEABLE = ("state", "attempts", "next_try", "last_error", "remote", "body", "base_version", "op", "depends_on")


class Outbox:
    """The outbox and the merge bases of one workspace. Bases belong to one platform: see `use`."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._platform: Optional[str] = None
        self._epoch = ""

    # whose bases

    @property
    def platform(self) -> str:
        """Identity of the platform whose bases are read and written; "" before the first exchange."""
        if self._platform is None:
            kept = self._db.value("SELECT value FROM onemap_settings WHERE key = 'sync_platform'")
            self._platform = str(json.loads(kept)) if kept else ""
        return self._platform

    @property
    def epoch(self) -> str:
        """The feed epoch that bases are noted with."""
        return self._epoch

    def use(self, platform: str, epoch: str = "") -> None:
        """Read and write the bases of a platform from now on. Those kept before platforms were told apart go to
        the platform that the workspace exchanged with, or to this one."""
        self._epoch = epoch
        if platform == self.platform:
            return
        with self._db.writing():
            owner = self._former_platform() or platform
            self._db.execute("UPDATE OR IGNORE onemap_base SET platform = ? WHERE platform = ''", (owner,))
            self._db.execute(
                "INSERT OR REPLACE INTO onemap_settings VALUES ('sync_platform', ?)", (canonical(platform),)
            )
        self._platform = platform

    def _former_platform(self) -> str:
        """The one platform that an older version of this program exchanged with."""
        kept = self._db.value("SELECT value FROM onemap_settings WHERE key = 'sync_position'")
        known = [name for name in (json.loads(kept) if kept else {}) if name != "courier"]
        return str(known[0]) if len(known) == 1 else ""

    # entries

    def put(self, collection: str, item: str, op: str, body: Optional[Row], depends_on: Optional[str] = None) -> str:
        """Queue one operation and return its idempotency key.

        An entry of the same item not yet tried takes the newer body, and a new key with it: in a copy of the file the
        old key may have been sent with the old body, and the platform would answer for that one.
        """
        with self._db.writing():
            waiting = self._db.row(
                "SELECT seq, key, body FROM onemap_outbox WHERE collection = ? AND item = ? AND state = "
                "'pending' AND attempts = 0 AND op <> 'delete'",
                (collection, item),
            )
            if waiting and op in (Operation.CREATE, Operation.REPLACE):
                seq, key, packed = waiting
                if packed != canonical(body):
                    key = str(uuid.uuid4())
                    self._db.execute(
                        "UPDATE onemap_outbox SET body = ?, key = ? WHERE seq = ?", (canonical(body), key, seq)
                    )
                return str(key)
            key = str(uuid.uuid4())
            self._db.execute(
                "INSERT INTO onemap_outbox (key, collection, item, op, body, base_version, depends_on, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(key, collection, item, Operation(op).value, canonical(body)),
                    *(self.base(collection, item).version, depends_on, now_text()),
                ),
            )
            return key

    def entries(
        self, states: Optional[Sequence[str]] = None, item: Optional[str] = None, collection: Optional[str] = None
    ) -> list[OutboxEntry]:
        """Entries in the order they were made.

        `states`: only these; `item`: of one record only (with its `collection` found by index).
        """
        where: list[str] = []
        parameters: list[Any] = []
        if states:
            where.append(f"state IN ({', '.join('?' * len(states))})")
            parameters.extend(OutboxState(state).value for state in states)
        for name, value in (("collection", collection), ("item", item)):
            if value is not None:
                where.append(f"{name} = ?")
                parameters.append(value)
        condition = " WHERE " + " AND ".join(where) if where else ""
        return [_entry(row) for row in self._db.rows(f"{_SELECT}{condition} ORDER BY seq", parameters)]

    def items_of(self, collection: str, states: Sequence[OutboxState] = UNSETTLED) -> set[str]:
        """Ids of the items of a collection that have an entry in one of the states."""
        marks = ", ".join("?" * len(states))
        sql = f"SELECT DISTINCT item FROM onemap_outbox WHERE collection = ? AND state IN ({marks})"  # noqa: S608 - marks
        return {row[0] for row in self._db.rows(sql, (collection, *(state.value for state in states)))}

    def queue(self) -> list[QueueLine]:
        """All entries in order, without their bodies."""
        names = "seq, key, collection, item, op, state, depends_on, next_try"
        return [
            QueueLine(seq, key, collection, item, Operation(op), OutboxState(state), depends_on, next_try)
            for seq, key, collection, item, op, state, depends_on, next_try in self._db.rows(
                f"SELECT {names} FROM onemap_outbox ORDER BY seq"  # noqa: S608 - fixed names
            )
        ]

    def troubled(self, limit: int) -> list[OutboxEntry]:
        """Entries that were rejected, are in conflict, or wait after a try that failed.

        Oldest first, `limit` at most.
        """
        where = "state IN ('rejected', 'conflict') OR (state IN ('pending', 'sending') AND last_error IS NOT NULL)"
        return [_entry(row) for row in self._db.rows(f"{_SELECT} WHERE {where} ORDER BY seq LIMIT ?", (limit,))]

    def waiting(self) -> dict[str, int]:
        """{collection: number of entries} of what is still to be sent, in one look through the table."""
        sql = (
            "SELECT collection, count(*) FROM onemap_outbox WHERE state IN ('pending', 'sending') GROUP BY +collection"
        )
        return dict(self._db.rows(sql))

    def get(self, key: str) -> Optional[OutboxEntry]:
        """Return one entry; None when it is gone."""
        row = self._db.row(f"{_SELECT} WHERE key = ?", (key,))
        return _entry(row) if row else None

    def get_many(self, keys: Iterable[str]) -> list[OutboxEntry]:
        """Entries of these keys that are still there, in the order of the keys."""
        return [entry for entry in map(self.get, keys) if entry is not None]

    def change(self, key: str, **values: Any) -> None:
        """Set columns of one entry (state, attempts, next_try, last_error, remote, body, base_version, op,
        depends_on).
        """
        unknown = set(values) - set(_CHANGEABLE)
        if unknown or values.get("state", "pending") not in {state.value for state in OutboxState}:
            raise InputError(
                "store_refused", file=self._db.path.name, error=", ".join(sorted(unknown)) or values["state"]
            )
        packed = dict(_packed(name, value) for name, value in values.items())
        names = ", ".join(f"{name} = ?" for name in packed)
        with self._db.writing():
            self._db.execute(f"UPDATE onemap_outbox SET {names} WHERE key = ?", (*packed.values(), key))  # noqa: S608 - checked names

    def remove(self, key: str) -> None:
        """Take an entry away: only after its positive answer is being committed in the same transaction, or
        when the user drops it.
        """
        with self._db.writing():
            self._db.execute("DELETE FROM onemap_outbox WHERE key = ?", (key,))

    def counts(self) -> dict[str, int]:
        """{state: number of entries}, every state named."""
        return {
            **{state.value: 0 for state in OutboxState},
            **dict(self._db.rows("SELECT state, count(*) FROM onemap_outbox GROUP BY state")),
        }

    # bases

    def base(self, collection: str, item: str) -> Base:
        """What the platform in use last reported of an item; Base() for one it does not know."""
        row = self._db.row(
            "SELECT version, body, epoch FROM onemap_base WHERE platform = ? AND collection = ? AND item = ?",
            (self.platform, collection, item),
        )
        return Base(row[0], json.loads(row[1]) if row[1] else None, row[2] or "") if row else Base()

    def set_base(self, collection: str, item: str, version: Optional[int], body: Optional[Row]) -> None:
        """Keep what the platform reported of an item; version None forgets it."""
        self.set_bases(collection, [(item, version, body)])

    def set_bases(
        self, collection: str, items: Iterable[tuple[str, Optional[int], Union[Row, CanonicalText, None]]]
    ) -> None:
        """As `set_base`, for many (item, version, body)."""
        kept: list[tuple[Any, ...]] = []
        gone: list[tuple[Any, ...]] = []
        for item, version, body in items:
            if version is None:
                gone.append((self.platform, collection, item))
            else:
                kept.append((self.platform, collection, item, version, canonical(body), self._epoch))
        with self._db.writing():
            if gone:
                self._db.executemany("DELETE FROM onemap_base WHERE platform = ? AND collection = ? AND item = ?", gone)
            if kept:
                self._db.insert_many("INSERT OR REPLACE INTO onemap_base", kept)

    def forget_fields(self, collection: str, names: Iterable[str]) -> None:
        """Take fields out of what the platform in use reported of a collection."""
        with self._db.writing():
            for name in names:
                self._db.execute(
                    "UPDATE onemap_base SET body = json_remove(body, ?) WHERE platform = ? AND collection = ?"
                    " AND body IS NOT NULL",
                    (f'$."{name}"', self.platform, collection),
                )


def _packed(name: str, value: Any) -> tuple[str, Any]:
    """A column of the table and its value."""
    if name == "remote":
        return "theirs", canonical(value.packed()) if value is not None else None
    if isinstance(value, Enum):
        return name, value.value
    return name, canonical(value) if name == "body" else value


def _entry(row: tuple[Any, ...]) -> OutboxEntry:
    values = dict(zip(_COLUMNS, row))
    remote = values.pop("theirs")
    values.update(
        op=Operation(values["op"]),
        state=OutboxState(values["state"]),
        body=json.loads(values["body"]) if values["body"] else None,
        remote=RemoteState.unpacked(json.loads(remote)) if remote else None,
    )
    return OutboxEntry(**values)
