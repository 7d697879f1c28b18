"""Columns of values into a table of SQLite, a hundred rows a statement: while SQLite works no other thread waits."""

import sqlite3
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain

from ...core.land.gpkg import quoted

_ROWS = 100
_VARIABLES = 32_000 if sqlite3.sqlite_version_info >= (3, 32) else 999  # that a statement may have


def insert_columns(
    data: sqlite3.Connection, table: str, names: Sequence[str], columns: Sequence[Sequence[object]]
) -> int:
    """Insert rows, given as the values of each column; returns their number. What all rows share is bound once."""
    count = len(columns[0]) if columns else 0
    shared = tuple(_is_shared(values) for values in columns)
    first = [values[0] for values, is_shared in zip(columns, shared) if is_shared] if count else []
    own = [values for values, is_shared in zip(columns, shared) if not is_shared]
    most = max(min(_ROWS, (_VARIABLES - len(first)) // max(len(own), 1)), 1)
    for rows, values in _shares(own, count, most):
        data.execute(_statement(table, tuple(names), shared, rows), [*first, *values])
    return count


def _is_shared(values: Sequence[object]) -> bool:
    """Whether a column holds one text, or nothing, in all rows."""
    return bool(values) and (values[0] is None or type(values[0]) is str) and len(set(values)) == 1


def _shares(own: Sequence[Sequence[object]], count: int, most: int) -> Iterator[tuple[int, Iterator[object]]]:
    """Yield (number of rows, their values row by row)."""
    for start in range(0, count, most):
        part = zip(*(values[start : start + most] for values in own))
        yield min(most, count - start), chain.from_iterable(part)


@lru_cache(maxsize=64)
def _statement(table: str, names: tuple[str, ...], shared: tuple[bool, ...], rows: int) -> str:
    place, marks = sum(shared), []
    for _ in range(rows):
        row, of_all = [], 0
        for is_shared in shared:
            of_all, place = (of_all + 1, place) if is_shared else (of_all, place + 1)
            row.append(f"?{of_all if is_shared else place}")
        marks.append(f"({', '.join(row)})")
    return f"INSERT INTO {quoted(table)} ({', '.join(map(quoted, names))}) VALUES {', '.join(marks)}"  # noqa: S608
