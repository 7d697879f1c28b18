"""Read-only connections to one SQLite file: opening one takes milliseconds, so they are kept, and closed in the end.

A connection that is only let go of stays open until Python collects circles: on Windows nobody may replace its file.
"""

from __future__ import annotations

import sqlite3
from typing import Any


class ReadConnections:
    """Connections to a file that any thread may ask; no more than ask at the same time."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self.mapped_bytes = 0  # how much of it is mapped into memory: a process ends where such a file is cut short
        self._free: list[tuple[Any, sqlite3.Connection]] = []  # with the state of the file that each was opened in

    def rows(self, state: Any, statement: str, values: Any) -> list[Any]:
        """All rows of a query on the file in a `state` (whatever tells it from another); raises sqlite3.Error."""
        data = self._taken(state)
        try:
            rows = data.execute(statement, values).fetchall()
        except BaseException:  # a connection that failed is not used again
            data.close()
            raise
        self._free.append((state, data))
        return rows

    def _taken(self, state: Any) -> sqlite3.Connection:
        while self._free:
            try:
                opened, data = self._free.pop()
            except IndexError:  # another thread was quicker
                break
            if opened == state:
                return data
            data.close()  # another file lies at the path now, or other bytes in it
        data = sqlite3.connect(self._uri, uri=True, check_same_thread=False)
        data.execute("PRAGMA cache_size=-400")  # KB; 2,000 by default, though the system keeps the file, too
        data.execute(f"PRAGMA mmap_size={self.mapped_bytes:d}")
        return data

    def close(self) -> None:
        """Close those that nobody asks just now."""
        while self._free:
            self._free.pop()[1].close()
