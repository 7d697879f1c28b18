"""Many rows of a GeoPackage in one row of SQLite: of several, a thread would have to wait its turn for each.

What does not come back as it was written is None: then the rows have to be read one by one.
"""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any, Callable, Optional

import numpy as np
import shapely

from ...core.land import gpkg
from ...core.land.gpkg import wkb_starts, wkbs_of
from ...core.review.stored_shapes import StoredShapes
from .wkb import decoded

_COLUMNS = "group_concat(k), group_concat(coalesce(length(g), -1)), CAST(group_concat(CAST(g AS TEXT), '') AS BLOB)"
_OWN_TYPES = "('text', 'integer', 'null')"  # other values JSON does not bring back as they were
_RING = b"\x01\x03\0\0\0\x01\0\0\0"  # WKB of a polygon of one ring, before the number of its vertices
_WRAPPED = b"\x01\x06\0\0\0\x01\0\0\0" + _RING
_LONGEST, _VERTEX = len(_WRAPPED) + 4, 16
_LARGE_BYTES = 200_000  # of a geometry that is not read only to see where it lies
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

    def bounds(self) -> np.ndarray:
        """Boxes (n x 4) of the geometries themselves, not-a-number where there is none, it cannot be read, or it is so
        large that reading it takes long. Of polygons of one ring the numbers are looked at where they lie.
        """
        found = np.full((len(self.keys), 4), np.nan)
        ends = np.cumsum(np.maximum(self.lengths, 0))
        rows, begin, end = self._rings(ends)
        if len(rows):
            xy = np.frombuffer(b"".join([self.body[a:b] for a, b in zip(begin.tolist(), end.tolist())]), "<f8")
            first = np.cumsum(end - begin) - (end - begin)
            found[rows, :2] = np.minimum.reduceat(xy.reshape(-1, 2), first // _VERTEX)
            found[rows, 2:] = np.maximum.reduceat(xy.reshape(-1, 2), first // _VERTEX)
        rest = np.flatnonzero(np.isnan(found).any(axis=1) & (self.lengths > 0) & (self.lengths <= _LARGE_BYTES))
        pairs = zip((ends - self.lengths)[rest].tolist(), ends[rest].tolist())
        geometries = decoded(wkbs_of(self.body[a:b] for a, b in pairs)).geometries
        found[rest] = shapely.bounds(geometries).reshape(-1, 4)
        return found

    def _rings(self, ends):
        """(rows, where their coordinates begin and end in `body`) of what is a polygon of one ring, or a multipolygon
        of one such polygon.
        """
        rows = np.flatnonzero((self.lengths > gpkg.HEAD + _LONGEST) & (self.lengths <= _LARGE_BYTES))
        inner = wkb_starts(self.lengths[rows], (ends - self.lengths)[rows], self.body) if len(rows) else None
        if inner is None:
            return rows[:0], rows[:0], rows[:0]
        fits = inner + _LONGEST <= ends[rows]
        rows, inner = rows[fits], inner[fits]
        heads = _at(self.body, inner, _LONGEST)
        begin, is_ring = inner.copy(), np.zeros(len(rows), bool)
        for kind in (_RING, _WRAPPED):
            alike = np.flatnonzero((heads[:, : len(kind)] == np.frombuffer(kind, np.uint8)).all(axis=1))
            count = np.ascontiguousarray(heads[alike, len(kind) : len(kind) + 4]).view("<u4").ravel()
            begin[alike] += len(kind) + 4
            is_ring[alike] = count.astype(np.int64) * _VERTEX == ends[rows[alike]] - begin[alike]
        return rows[is_ring], begin[is_ring], ends[rows[is_ring]]

    def reach_beyond(self, boxes: np.ndarray) -> bool:
        """Whether a geometry lies outside of the box that is said to hold it (n x 4, not-a-number: nothing is said).

        A box that is too large does no harm: a hole may lie outside its shell.
        """
        real = self.bounds()
        with np.errstate(invalid="ignore"):
            beyond = (real - boxes) * (-1.0, -1.0, 1.0, 1.0)
            return bool((beyond > 1e-9 * np.maximum(np.abs(real), 1.0)).any())

    def cut(self) -> "JoinedBlobs":
        """The same with the first gpkg.HEAD bytes of each blob; no bytes are a null geometry, as SQLite cuts them."""
        lengths = np.where(self.lengths > 0, np.minimum(self.lengths, gpkg.HEAD), -1)
        starts = np.cumsum(np.maximum(self.lengths, 0)) - np.maximum(self.lengths, 0)
        if len(lengths) and (lengths == gpkg.HEAD).all():
            return JoinedBlobs(self.keys, lengths, _at(self.body, starts, gpkg.HEAD).tobytes())
        pairs = zip(starts.tolist(), (starts + np.maximum(lengths, 0)).tolist())
        return JoinedBlobs(self.keys, lengths, b"".join([self.body[a:b] for a, b in pairs]))

    def wkb(self) -> list:
        """WKB bytes, None for a null geometry or something that is no blob."""
        ends = np.cumsum(np.maximum(self.lengths, 0))
        starts, body = ends - np.maximum(self.lengths, 0), self.body
        inner = wkb_starts(self.lengths, starts, body)
        if inner is None:
            pairs = zip(self.lengths.tolist(), starts.tolist(), ends.tolist())
            return wkbs_of(None if n < 0 else body[a:b] for n, a, b in pairs)
        return [body[a:b] for a, b in zip(inner.tolist(), ends.tolist())]


def _at(body, places, width):
    """As many bytes from each place on, in rows."""
    if not len(places):
        return np.zeros((0, width), np.uint8)
    every: np.ndarray = np.ndarray(len(body) - width + 1, f"V{width}", body, strides=(1,))
    return every[places].view(np.uint8).reshape(-1, width)


def blobs_of_rows(keys: np.ndarray, rows: Sequence[tuple]) -> JoinedBlobs:
    """The blobs of rows that were read one by one; what is no blob stays something that cannot be read."""
    blobs = [blob if blob is None or isinstance(blob, bytes) else str(blob).encode() for (blob,) in rows]
    lengths = np.array([-1 if blob is None else len(blob) for blob in blobs], dtype=np.int64)
    return JoinedBlobs(keys, lengths, b"".join(filter(None, blobs)))


def joined_heads(ask: Ask) -> Optional[JoinedBlobs]:
    """The first gpkg.HEAD bytes of the geometry of all rows."""
    picked = "(SELECT {key} AS k, substr({geometry}, 1, ?) AS g FROM {table})"
    return _joined(ask, f"SELECT {_COLUMNS} FROM {picked}", (gpkg.HEAD,))  # noqa: S608 - names are quoted


def joined_rows(ask: Ask) -> Optional[JoinedBlobs]:
    """The geometry of all rows, in any order."""
    picked = "(SELECT {key} AS k, {geometry} AS g FROM {table})"
    return _joined(ask, f"SELECT {_COLUMNS} FROM {picked}", ())  # noqa: S608 - names are quoted


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
    odd, safe = odd_and_safe(names)
    picked = f"SELECT t.{{key}} AS k, t.{{geometry}} AS g, json_array({safe}) AS v, {odd} AS o FROM {{table}} t"  # noqa: S608
    wanted = f"SELECT {_COLUMNS}, sum(o), '[' || group_concat(v) || ']' FROM "  # noqa: S608 - names are quoted
    found = _joined(ask, wanted + "(" + picked + " WHERE t.{key} >= ? ORDER BY t.{key} LIMIT ?)", (first, count))
    return found if found is not None and found.values is not None and (np.diff(found.keys) > 0).all() else None


def odd_and_safe(names: Sequence[str]) -> tuple[str, str]:
    """SQL of how many columns of a row JSON does not bring back as they were, and of the list of those it may take."""
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
    odd, safe = odd_and_safe(names)
    wanted = f"SELECT json_group_array(json_array({safe})), json_group_array(t.{{key}}), sum({odd})"
    rows, keys, count = ask(wanted + JOIN, given(ids))[0]
    if count or json.loads(keys) != np.asarray(ids).tolist():
        return None
    return list(map(tuple, json.loads(rows)))


def given(ids: Any) -> tuple[str]:
    """Ids as JOIN takes them."""
    return (json.dumps(np.asarray(ids).tolist()),)
