"""Columns of one GeoPackage into new rows of another inside SQLite: their values never become objects of Python."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...core.files import sqlite_uri
from ...core.land.gpkg import quoted

_WAITING = 'temp."onemap rows that wait"'


@dataclass(frozen=True)
class CopiedColumns:
    """Columns of a table of another GeoPackage that go into new rows as they are, by its key of whole numbers."""

    path: Path
    table: str
    key: str
    columns: tuple[str, ...]


def attach(data: sqlite3.Connection, copied: CopiedColumns) -> None:
    """Let a connection, opened by URI and in no transaction, see the other file; raises sqlite3.Error."""
    data.execute("ATTACH ? AS copied", (sqlite_uri(copied.path.resolve(), "ro"),))


def insert_copied(
    data: sqlite3.Connection, table: str, names: Sequence[str], rows: Sequence[tuple[Any, ...]], copied: CopiedColumns
) -> int:
    """Insert rows of the first of the columns `names` and, at their end, a value of the last one. The first value of
    each is the key of the row of the other file that gives the columns between, in their order. Returns the number.
    """
    count = len(names) - len(copied.columns)
    own = [f"c{number}" for number in range(count)]
    given, shape = ", ".join(f"w.{name}" for name in own[:-1]), f"w.{own[-1]}"
    taken = "".join(f", s.{quoted(name)}" for name in copied.columns)
    # names are numbered by us or quoted; CROSS JOIN keeps the order of the rows that wait
    data.execute(f"CREATE TABLE IF NOT EXISTS {_WAITING} ({', '.join(own)})")
    data.executemany(f"INSERT INTO {_WAITING} VALUES ({', '.join('?' * count)})", rows)  # noqa: S608
    statement = (
        f"INSERT INTO main.{quoted(table)} ({', '.join(map(quoted, names))}) SELECT {given}{taken}, {shape} "  # noqa: S608
        f"FROM {_WAITING} w CROSS JOIN copied.{quoted(copied.table)} s ON s.{quoted(copied.key)} = w.{own[0]} "
        "ORDER BY w.rowid"
    )
    inserted = data.execute(statement).rowcount
    data.execute(f"DELETE FROM {_WAITING}")  # noqa: S608
    if inserted != len(rows):
        raise sqlite3.OperationalError("rows have gone while the table was read")
    return inserted
