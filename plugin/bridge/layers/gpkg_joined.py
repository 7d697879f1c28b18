"""Many rows of a GeoPackage in one row of SQLite: of several, a thread would have to wait its turn for each.

What does not come back as it was written is None: then the rows have to be read one by one.
"""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any, Callable, Optional

import numpy as np

from ...core.land import gpkg
from ...core.land.gpkg import wkb_starts, wkbs_of
from ...core.review.control_source import StoredShapes

_COLUMNS = "group_concat(k), group_concat(coalesce(length(g), -1)), CAST(group_concat(CAST(g AS TEXT), '') AS BLOB)"
_OWN_TYPES = "('text', 'integer', 'null')"  # other values JSON does not bring back as they were
# CROSS JOIN keeps SQLite from turning the join round: one look into the table for each id
JOIN = " FROM json_each(?) j CROSS JOIN {table} t ON t.{key} = j.value"
Ask = Callable[[str, tuple], list]  # runs a statement with places for the names of a table, and its values


class JoinedBlobs:
    """Blobs of some rows end to end: `keys` of the rows, `lengths` in bytes (-1: null), `body`; `values` of a column
    beside them, None where they have to be read one by one.
    """

    def __init__(self, keys: np.ndarray, lengths: np.ndarray, body: bytes, values: Optional[list] = None) -> None:
        self.keys, self.lengths, self.body, self.values = keys, lengths, body, values

    def heads(self) -> gpkg.Heads:
        """What the headers say, where the blobs were cut to gpkg.HEAD bytes."""
        return gpkg.read_joined_heads(self.lengths, self.body)

    def stored(self, has_values: bool) -> Optional[tuple[StoredShapes, list]]:
        """The WKB where it lies, and the values; None where a geometry is no blob or a value has to be read."""
        ends = np.cumsum(np.maximum(self.lengths, 0))
        inner = wkb_starts(self.lengths, ends - np.maximum(self.lengths, 0), self.body)
        if inner is None or (has_values and self.values is None):
            return None
        return StoredShapes(np.frombuffer(self.body, np.uint8), inner, ends - inner), self.values or []

    def wkb(self) -> list:
        """WKB bytes, None for a null geometry or something that is no blob."""
        ends = np.cumsum(np.maximum(self.lengths, 0))
        starts, body = ends - np.maximum(self.lengths, 0), self.body
        inner = wkb_starts(self.lengths, starts, body)
        if inner is None:
            pairs = zip(self.lengths.tolist(), starts.tolist(), ends.tolist())
            return wkbs_of(None if n < 0 else body[a:b] for n, a, b in pairs)
        return [body[a:b] for a, b in zip(inner.tolist(), ends.tolist())]


def joined_heads(ask: Ask) -> Optional[JoinedBlobs]:
    """The first gpkg.HEAD bytes of the geometry of all rows."""
    picked = "(SELECT {key} AS k, substr({geometry}, 1, ?) AS g FROM {table})"
    return _joined(ask, f"SELECT {_COLUMNS} FROM {picked}", (gpkg.HEAD,))  # noqa: S608 - names are quoted


def joined_blobs(ask: Ask, ids: np.ndarray, column: str = "") -> Optional[JoinedBlobs]:
    """The geometry of rows by ascending ids, with the values of a `column` (its name as an SQL identifier)."""
    value = f", t.{column} AS v" if column else ""
    kinds = f", sum(typeof(v) NOT IN {_OWN_TYPES}), json_group_array(CASE typeof(v) WHEN 'blob' THEN NULL ELSE v END)"
    picked = "(SELECT t.{key} AS k, t.{geometry} AS g" + value + JOIN + ")"
    wanted = f"SELECT {_COLUMNS}{kinds if column else ''} FROM {picked}"  # noqa: S608 - names are quoted
    found = _joined(ask, wanted, given(ids))
    return found if found is not None and np.array_equal(found.keys, ids) else None


def joined_share(ask: Ask, first: int, count: int, names: Sequence[str]) -> Optional[JoinedBlobs]:
    """Geometry and lists of columns (as of `joined_values`) of the next `count` rows by ascending keys from `first` on;
    None where they have to be read one by one.
    """
    odd, safe = _odd_and_safe(names)
    picked = f"SELECT t.{{key}} AS k, t.{{geometry}} AS g, json_array({safe}) AS v, {odd} AS o FROM {{table}} t"  # noqa: S608
    wanted = f"SELECT {_COLUMNS}, sum(o), '[' || group_concat(v) || ']' FROM "  # noqa: S608 - names are quoted
    found = _joined(ask, wanted + "(" + picked + " WHERE t.{key} >= ? ORDER BY t.{key} LIMIT ?)", (first, count))
    return found if found is not None and found.values is not None and (np.diff(found.keys) > 0).all() else None


def _odd_and_safe(names):
    odd = " + ".join(f"(typeof({name}) NOT IN {_OWN_TYPES})" for name in names) or "0"
    return odd, ", ".join(f"CASE typeof({name}) WHEN 'blob' THEN NULL ELSE {name} END" for name in names)


def _joined(ask, statement, values):
    try:
        keys, sizes, body, *more = ask(statement, values)[0]
    except sqlite3.DataError:  # more than SQLite takes for one value
        return None
    if keys is None:
        return JoinedBlobs(np.zeros(0, np.int64), np.zeros(0, np.int64), b"", [])
    lengths = np.fromstring(sizes, np.int64, sep=",")
    body = body or b""
    if len(body) != np.maximum(lengths, 0).sum():
        return None
    return JoinedBlobs(np.fromstring(keys, np.int64, sep=","), lengths, body, _column(*more))


def _column(odd=1, values=""):
    return None if odd else json.loads(values)


def joined_values(ask: Ask, ids: np.ndarray, names: Sequence[str]) -> Optional[list]:
    """Tuples of columns (`names`: t."name") of rows by ascending ids."""
    odd, safe = _odd_and_safe(names)
    wanted = f"SELECT json_group_array(json_array({safe})), json_group_array(t.{{key}}), sum({odd})"
    rows, keys, count = ask(wanted + JOIN, given(ids))[0]
    if count or json.loads(keys) != np.asarray(ids).tolist():
        return None
    return list(map(tuple, json.loads(rows)))


def given(ids: Any) -> tuple[str]:
    """Ids as JOIN takes them."""
    return (json.dumps(np.asarray(ids).tolist()),)
