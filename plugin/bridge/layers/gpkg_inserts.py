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
    if not count:
        return 0
    shared = [_is_shared(values) for values in columns]
    # what is shared comes first: it alone needs numbers, and SQLite looks through all numbers for each value it gets
    order = sorted(range(len(columns)), key=lambda at: not shared[at])
    first = [columns[at][0] for at in order[: sum(shared)]]
    own = [_as_bound(columns[at]) for at in order[sum(shared) :]]
    most = max(min(_ROWS, (_VARIABLES - len(first)) // max(len(own), 1)), 1)
    names = [names[at] for at in order]
    for rows, values in _shares(own, count, most):
        data.execute(_statement(table, tuple(names), len(first), rows), [*first, *values])
    return count


def _is_shared(values: Sequence[object]) -> bool:
    """Whether a column holds one text, or nothing, in all rows."""
    first = values[0]
    return (first is None or type(first) is str) and first == values[-1] and list(values).count(first) == len(values)


def _as_bound(values: Sequence[object]) -> Sequence[object]:
    """Truth values as the numbers that SQLite makes of them: Python's own way from one to the other is long."""
    if type(values[0]) is not bool or set(map(type, values)) != {bool}:
        return values
    return [1 if value else 0 for value in values]


def _shares(own: Sequence[Sequence[object]], count: int, most: int) -> Iterator[tuple[int, Iterator[object]]]:
    """Yield (number of rows, their values row by row)."""
    for start in range(0, count, most):
        part = zip(*(values[start : start + most] for values in own))
        yield min(most, count - start), chain.from_iterable(part)


@lru_cache(maxsize=64)
def _statement(table: str, names: tuple[str, ...], shared: int, rows: int) -> str:
    """An INSERT of so many rows; the first `shared` columns hold the same values in all of them."""
    marks = [f"?{number}" for number in range(1, shared + 1)] + ["?"] * (len(names) - shared)
    lists = ", ".join([f"({', '.join(marks)})"] * rows)
    return f"INSERT INTO {quoted(table)} ({', '.join(map(quoted, names))}) VALUES {lists}"  # noqa: S608
