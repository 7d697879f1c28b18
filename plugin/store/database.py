"""One SQLite connection with the workspace's guarantees: full synchronisation, whole transactions, errors in
the user's words.
"""

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, Callable, Optional, Union

from ..core.errors import InputError, OneMapError, OutputError
from ..core.files import sqlite_uri
from .geopackage import register_geometry_functions

Connect = Callable[..., sqlite3.Connection]
Parameters = Union[Sequence[Any], Mapping[str, Any]]

_BUSY_SECONDS = 5.0
_VARIABLES = 900  # of one statement; SQLite before 3.32 takes 999
_CACHE, _SMALL_CACHE = -65536, -2048  # KiB
_OUTPUT = (  # words of SQLite -> our message; trying again can help
    ("locked", "store_busy"),
    ("busy", "store_busy"),
    ("full", "store_disk_full"),
    ("readonly", "store_read_only"),
    ("unable to open", "store_cannot_open"),
    ("i/o error", "store_io"),
)
_LACKING = ("no such table", "no such column", "has no column")
_DAMAGED = ("malformed", "not a database", "file is encrypted", "disk image")


class DamagedError(InputError):
    """The file's structure is broken; the last backup may stand in for it."""


@contextmanager
def store_errors(path: Union[str, Path]) -> Iterator[None]:
    """Turn SQLite's errors into ours; they name the workspace's file."""
    try:
        yield
    except sqlite3.Error as error:
        raise user_error(error, path) from error


def user_error(error: sqlite3.Error, path: Union[str, Path]) -> OneMapError:
    """Our error for one of SQLite's."""
    message, name = str(error).lower(), Path(path).name
    if any(sign in message for sign in _DAMAGED):
        return DamagedError("store_damaged", file=name, error=error)
    for sign, code in _OUTPUT:
        if sign in message:
            return OutputError(code, file=name)
    if any(sign in message for sign in _LACKING):
        return InputError("store_lacks", file=name, what=str(error).rpartition(": ")[2])
    return InputError("store_refused", file=name, error=error)


class Database:
    """`mode` as in sqlite_uri; `connect`: sqlite3.connect or something like it (tests of power cuts have one)."""

    def __init__(self, path: Union[str, Path], mode: str = "rw", connect: Connect = sqlite3.connect) -> None:
        self.path, self.read_only = Path(path), mode in ("ro", "immutable")
        self._lock, self._depth = threading.RLock(), 0
        self._opened = None
        with store_errors(path):
            uri = sqlite_uri(path, mode)
            self._connection = connect(
                uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            register_geometry_functions(self._connection)
            self._settle(mode)
        self._opened = _identity(self.path)

    @property
    def is_replaced(self) -> bool:
        """Whether another file lies by now where this one was opened (a backup was put back), or none: this one is
        what nobody else sees. Windows lets nobody replace an open file."""
        return self._opened is not None and _identity(self.path) not in (self._opened, None)

    def _settle(self, mode: str) -> None:
        try:
            self._connection.execute("PRAGMA foreign_keys=OFF")
            self._connection.execute(f"PRAGMA cache_size={_CACHE}")
            self._connection.execute("PRAGMA temp_store=MEMORY")
            if not self.read_only:
                # WAL does not work on network shares; FULL makes every commit reach the disk before it is answered
                self._try("PRAGMA journal_mode=DELETE")
                self._connection.execute("PRAGMA synchronous=FULL")
                self._connection.execute("PRAGMA fullfsync=ON")
        except BaseException:
            self._connection.close()
            raise

    def _try(self, sql: str) -> None:
        """Run what another open program may refuse for now: it makes nothing unsafe."""
        try:
            self._connection.execute(sql).fetchall()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) and "busy" not in str(error):
                raise

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator["Database"]:
        """One act of the user: all of it is written or nothing is. A transaction within another one joins it."""
        with self._lock:
            if self._depth:
                yield self
                return
            if self.read_only:
                raise OutputError("store_read_only", file=self.path.name)
            if self.is_replaced:  # what is written now would be lost without a message
                raise OutputError("store_replaced", file=self.path.name)
            with store_errors(self.path):
                self._connection.execute("BEGIN IMMEDIATE")
                self._depth = 1
                try:
                    yield self
                    self._connection.execute("COMMIT")
                except BaseException:
                    self._roll_back()
                    raise
                finally:
                    self._depth = 0

    def _roll_back(self) -> None:
        """Undo; SQLite may have done so by itself after a full disk."""
        try:
            self._connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            if "no transaction" not in str(error):
                raise

    @contextmanager
    def writing(self) -> Iterator["Database"]:
        """A transaction whose writes the triggers of the record tables take for ours."""
        with self.transaction():
            if self._depth == 1:
                self.execute("INSERT INTO onemap_writing VALUES (1)")
            self._depth += 1
            try:
                yield self
            finally:
                self._depth -= 1
            if self._depth == 1:
                self.execute("DELETE FROM onemap_writing")

    def execute(self, sql: str, parameters: Parameters = ()) -> sqlite3.Cursor:
        with self._lock, store_errors(self.path):
            return self._connection.execute(sql, parameters)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> sqlite3.Cursor:
        with self._lock, store_errors(self.path):
            return self._connection.executemany(sql, rows)

    def insert_many(self, head: str, rows: Sequence[Sequence[Any]]) -> None:
        """Insert rows, many by one statement: `head` is all of an INSERT before VALUES. Other threads go on meanwhile,
        which they could not do between a thousand single statements."""
        if not rows:
            return
        width = len(rows[0])
        at_once = max(1, _VARIABLES // width)
        marks = "(" + ", ".join("?" * width) + ")"
        several, complete = f"{head} VALUES {', '.join([marks] * at_once)}", len(rows) // at_once * at_once
        for start in range(0, complete, at_once):
            self.execute(several, list(chain.from_iterable(rows[start : start + at_once])))
        self.executemany(f"{head} VALUES {marks}", rows[complete:])

    def run_script(self, text: str) -> None:
        """Run statements of our own SQL files one by one, inside whatever transaction is open (executescript
        would commit it).
        """
        statement = ""
        for line in text.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                self.execute(statement)
                statement = ""

    def rows(self, sql: str, parameters: Parameters = ()) -> Iterator[Any]:
        """Iterate over the rows of a query."""
        cursor = self.execute(sql, parameters)
        while True:
            with self._lock, store_errors(self.path):
                batch = cursor.fetchmany(500)
            if not batch:
                return
            yield from batch

    def row(self, sql: str, parameters: Parameters = ()) -> Any:
        """First row of a query, or None."""
        with self._lock, store_errors(self.path):
            return self._connection.execute(sql, parameters).fetchone()

    def value(self, sql: str, parameters: Parameters = ()) -> Any:
        """First value of a query, or None."""
        found = self.row(sql, parameters)
        return found[0] if found else None

    def blob_blocks(self, table: str, column: str, rowid: int, size: int, block: int = 1 << 18) -> Iterator[bytes]:
        """Yield a blob piece by piece; whole where the connection knows no other way (Python before 3.11)."""
        if not hasattr(self._connection, "blobopen"):
            yield self.value(f"SELECT {quoted(column)} FROM {quoted(table)} WHERE rowid = ?", (rowid,))  # noqa: S608 - checked identifiers
            return
        with self._lock, store_errors(self.path):
            self._connection.execute(f"PRAGMA cache_size={_SMALL_CACHE}")  # no page of a blob is read twice
            blob = self._connection.blobopen(table, column, rowid, readonly=True)
        try:
            for _ in range(0, size, block):
                with self._lock, store_errors(self.path):
                    piece = blob.read(block)
                yield piece
        finally:
            blob.close()
            self.execute(f"PRAGMA cache_size={_CACHE}")

    def copy_to(self, target: Union[str, Path]) -> None:
        """Write a consistent copy of the whole database to a file of SQLite's own making."""
        with self._lock, store_errors(target):
            copy = sqlite3.connect(str(target))
            try:
                self._connection.backup(copy)
            finally:
                copy.close()


def _identity(path: Path) -> Optional[tuple[int, int]]:
    """What tells a file from another one under its name; (0, 0) for none, None where nobody can say."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return 0, 0
    except OSError:  # a share that is away for a moment
        return None
    return (found.st_dev, found.st_ino) if os.name != "nt" and found.st_ino else None


def quoted(name: str) -> str:
    """A table or column name as SQL identifier, letters of any script; names come from checked schemas only."""
    if not name.isidentifier():
        raise InputError("store_refused", file="", error=name)
    return f'"{name}"'
