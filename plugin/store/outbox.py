"""What waits to be told to the platform: rows written in the transaction of the act they tell of, gone only
after a positive answer.
"""

import json
import uuid

from ..core.errors import InputError
from .audit import canonical, now_text

STATES = ("pending", "sending", "done", "conflict", "rejected")
_COLUMNS = (
    *("seq", "key", "collection", "item", "op", "body", "base_version", "state", "depends_on"),
    *("attempts", "next_try", "last_error", "theirs", "created_at"),
)
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM onemap_outbox"  # noqa: S608 - fixed names
_CHANGEABLE = ("state", "attempts", "next_try", "last_error", "theirs", "body", "base_version", "op", "depends_on")


class Outbox:
    """Entries are dicts of the table's columns; `body` and `theirs` are parsed JSON."""

    def __init__(self, database):
        self._db = database

    def put(self, collection, item, op, body, depends_on=None):
        """Queue one operation and return its idempotency key.

        An entry of the same item not yet tried takes the newer body.
        """
        base = self._db.value("SELECT version FROM onemap_base WHERE collection = ? AND item = ?", (collection, item))
        with self._db.writing():
            waiting = self._db.row(
                "SELECT seq, key, op FROM onemap_outbox WHERE collection = ? AND item = ? AND state = "
                "'pending' AND attempts = 0",
                (collection, item),
            )
            if waiting and op in ("create", "replace"):
                self._db.execute("UPDATE onemap_outbox SET body = ? WHERE seq = ?", (canonical(body), waiting[0]))
                return waiting[1]
            key = str(uuid.uuid4())
            self._db.execute(
                "INSERT INTO onemap_outbox (key, collection, item, op, body, base_version, depends_on, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (key, collection, item, op, canonical(body), base, depends_on, now_text()),
            )
            return key

    def entries(self, states=None, item=None, collection=None):
        """Entries in the order they were made.

        `states`: only these; `item`: of one record only (with its `collection` found by index).
        """
        where, parameters = [], []
        if states:
            where.append(f"state IN ({', '.join('?' * len(states))})")
            parameters.extend(states)
        for name, value in (("collection", collection), ("item", item)):
            if value is not None:
                where.append(f"{name} = ?")
                parameters.append(value)
        condition = " WHERE " + " AND ".join(where) if where else ""
        return [_entry(row) for row in self._db.rows(f"{_SELECT}{condition} ORDER BY seq", parameters)]

    def queue(self):
        """[(seq, key, collection, item, op, state, depends_on, next_try)] of all entries in order, without
        their bodies.
        """
        names = "seq, key, collection, item, op, state, depends_on, next_try"
        return list(self._db.rows(f"SELECT {names} FROM onemap_outbox ORDER BY seq"))  # noqa: S608 - fixed names

    def troubled(self, limit):
        """Entries that were rejected, are in conflict, or wait after a try that failed.

        Oldest first, `limit` at most.
        """
        where = "state IN ('rejected', 'conflict') OR (state IN ('pending', 'sending') AND last_error IS NOT NULL)"
        return [_entry(row) for row in self._db.rows(f"{_SELECT} WHERE {where} ORDER BY seq LIMIT ?", (limit,))]

    def waiting(self):
        """{collection: number of entries} of what is still to be sent, in one look through the table."""
        sql = (
            "SELECT collection, count(*) FROM onemap_outbox WHERE state IN ('pending', 'sending') GROUP BY +collection"
        )
        return dict(self._db.rows(sql))

    def get(self, key):
        """Return one entry; None when it is gone."""
        row = self._db.row(f"{_SELECT} WHERE key = ?", (key,))
        return _entry(row) if row else None

    def change(self, key, **values):
        """Set columns of one entry (state, attempts, next_try, last_error, theirs, body, base_version, op,
        depends_on).
        """
        unknown = set(values) - set(_CHANGEABLE)
        if unknown or values.get("state", "pending") not in STATES:
            raise InputError(
                "store_refused", file=self._db.path.name, error=", ".join(sorted(unknown)) or values["state"]
            )
        packed = {k: canonical(v) if k in ("body", "theirs") else v for k, v in values.items()}
        names = ", ".join(f"{name} = ?" for name in packed)
        with self._db.writing():
            self._db.execute(f"UPDATE onemap_outbox SET {names} WHERE key = ?", (*packed.values(), key))  # noqa: S608 - checked names

    def remove(self, key):
        """Take an entry away: only after its positive answer is being committed in the same transaction, or
        when the user drops it.
        """
        with self._db.writing():
            self._db.execute("DELETE FROM onemap_outbox WHERE key = ?", (key,))

    def counts(self):
        """{state: number of entries}, every state named."""
        return {
            **dict.fromkeys(STATES, 0),
            **dict(self._db.rows("SELECT state, count(*) FROM onemap_outbox GROUP BY state")),
        }

    def base(self, collection, item):
        """(version, body) that the platform last told of an item; (None, None) for one it does not know."""
        row = self._db.row(
            "SELECT version, body FROM onemap_base WHERE collection = ? AND item = ?", (collection, item)
        )
        return (row[0], json.loads(row[1]) if row[1] else None) if row else (None, None)

    def set_base(self, collection, item, version, body):
        """Keep what the platform told of an item; version None forgets it."""
        with self._db.writing():
            if version is None:
                self._db.execute("DELETE FROM onemap_base WHERE collection = ? AND item = ?", (collection, item))
            else:
                self._db.execute(
                    "INSERT OR REPLACE INTO onemap_base VALUES (?, ?, ?, ?)",
                    (collection, item, version, canonical(body)),
                )


def _entry(row):
    entry = dict(zip(_COLUMNS, row))
    return {**entry, **{k: json.loads(entry[k]) if entry[k] else None for k in ("body", "theirs")}}
