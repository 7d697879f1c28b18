"""Items that a platform does not show any more, or shows in an older state: kept until there is evidence and, where
that is asked for, a decision of the user. Absence alone removes nothing.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Optional

from .audit import canonical, now_text
from .database import Database
from .outbox import Outbox


class Reason(str, Enum):
    """Why an item is listed here."""

    DELETED = "deleted"  # the platform proved that it deleted the item: a tombstone, or a complete listing without it
    EDITED = "edited"  # the same, but here are edits that were not sent
    ABSENT = "absent"  # a listing does not show it, which proves nothing
    LOST = "lost"  # the platform had acknowledged it and does not have it (restored from a backup)
    BEHIND = "behind"  # the platform went back to an older version of it
    UNREADABLE = "unreadable"  # its values fit no column; it is asked for again


UNDECIDED = (Reason.DELETED, Reason.EDITED, Reason.ABSENT, Reason.LOST, Reason.BEHIND)  # a person has to choose


@dataclass(frozen=True)
class MissingItem:
    """`version`, `row`: what the platform has where it went back, else None; `kept`: the user decided to keep it."""

    collection: str
    item: str
    reason: Reason
    version: Optional[int] = None
    row: Optional[dict[str, Any]] = None
    at: str = ""
    kept: bool = False


class MissingItems:
    """The list of one workspace; it belongs to the platform that the outbox uses."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._db, self._outbox = database, outbox

    @property
    def _platform(self) -> str:
        return self._outbox.platform

    def mark(self, items: Iterable[MissingItem]) -> None:
        """Note items; one that was decided to be kept stays so unless the reason is another one now."""
        at = now_text()
        rows = [(self._platform, i.collection, i.item, i.reason.value, i.version, canonical(i.row), at) for i in items]
        if rows:
            with self._db.writing():
                self._db.executemany(
                    "INSERT INTO onemap_missing VALUES (?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO UPDATE SET"
                    " kept = CASE WHEN reason = excluded.reason AND version IS excluded.version THEN kept ELSE 0 END,"
                    " reason = excluded.reason, version = excluded.version, body = excluded.body, at = excluded.at",
                    rows,
                )

    def keep(self, collection: str, item: str) -> None:
        """The user decided: the record stays, the platform is not asked for it again."""
        with self._db.writing():
            self._db.execute(
                "UPDATE onemap_missing SET kept = 1 WHERE platform = ? AND collection = ? AND item = ?",
                (self._platform, collection, item),
            )

    def clear(self, collection: str, items: Iterable[str]) -> None:
        """Forget items: they are there again, or were removed or sent anew."""
        rows = [(self._platform, collection, item) for item in items]
        if rows and self._any():
            with self._db.writing():
                self._db.executemany(
                    "DELETE FROM onemap_missing WHERE platform = ? AND collection = ? AND item = ?", rows
                )

    def _any(self) -> bool:
        return bool(self._db.value("SELECT 1 FROM onemap_missing WHERE platform = ? LIMIT 1", (self._platform,)))

    def items(self, collection: Optional[str] = None, reason: Optional[Reason] = None) -> list[MissingItem]:
        """What waits for a decision, oldest first."""
        where, values = "platform = ? AND kept = 0", [self._platform]
        for name, value in (("collection", collection), ("reason", reason.value if reason else None)):
            if value is not None:
                where += f" AND {name} = ?"
                values.append(value)
        columns = "collection, item, reason, version, body, at"
        sql = f"SELECT {columns} FROM onemap_missing WHERE {where} ORDER BY at, collection, item"  # noqa: S608 - fixed names
        return [
            MissingItem(c, i, Reason(r), version, json.loads(body) if body else None, at)
            for c, i, r, version, body, at in self._db.rows(sql, values)
        ]

    def counts(self) -> dict[tuple[str, Reason], int]:
        """{(collection, reason): number} of what waits for a decision."""
        sql = (
            "SELECT collection, reason, count(*) FROM onemap_missing WHERE platform = ? AND kept = 0"
            " GROUP BY collection, reason ORDER BY collection, reason"
        )
        return {(c, Reason(reason)): count for c, reason, count in self._db.rows(sql, (self._platform,))}
