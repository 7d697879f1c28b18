"""What the spatial indexes of many tables of one GeoPackage show, with its rows: one question for all of them, since
asking table by table takes longer than reading.

An index may lack rows or lie: this serves a first look, never an answer.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
from qgis.core import QgsFeature, QgsFields

from ...core.land.types import Box
from .field_types import INT, LONG, TEXT
from .gpkg_joined import JoinedBlobs, odd_and_safe
from .gpkg_reader import GpkgTable, in_statement

_TABLES = 100  # of one statement
_MOST = 5_000  # rows of one statement; what meets more is asked table by table
_LARGE_BYTES = 50_000  # of a geometry; a table that shows a larger one is asked by itself
_ODD = "t.{key} IS NULL OR coalesce(length(t.{geometry}), 0) > " + str(_LARGE_BYTES)
_SHOWN = (
    " FROM {rtree} r LEFT JOIN {table} t ON t.{key} = r.id WHERE r.maxx >= ? AND r.minx <= ? AND r.maxy >= ? "
    "AND r.miny <= ?"
)
_SIDES = ("minx", "miny", "maxx", "maxy")
_COLUMNS = ", ".join(f"group_concat({name})" for name in ("n", "k", "coalesce(length(g), -1)", "o", "p", *_SIDES))
_COLUMNS += ", '[' || group_concat(v) || ']', CAST(group_concat(CAST(g AS TEXT), '') AS BLOB)"


@dataclass(frozen=True)
class Search:
    """A table that is asked what its index shows in bounds of its own system, and for the values of columns."""

    table: GpkgTable
    bounds: Box
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShownRows:
    """Rows in `bounds`: `ids` ascending, `boxes` of the index, `wkb` (None: a null geometry), `values` of the columns
    by row, None where QGIS has to be asked for them.
    """

    bounds: Box
    ids: np.ndarray
    boxes: np.ndarray
    wkb: list[Optional[bytes]]
    values: Optional[list[list[Any]]]


def shown_rows(searches: Sequence[Search]) -> list[Optional[ShownRows]]:
    """What the indexes of tables of one file show, None for a table that has to be asked by itself; any thread."""
    found: list[Optional[ShownRows]] = []
    for at in range(0, len(searches), _TABLES):
        part = searches[at : at + _TABLES]
        try:
            found += _found(part, _asked(part))
        except sqlite3.Error:  # a field that QGIS computes or joins, a damaged table: it is met again there
            found += [None] * len(part)
    return found


def _asked(searches: Sequence[Search]) -> tuple:
    """The columns of all rows that are shown."""
    each = " UNION ALL ".join(f"SELECT * FROM ({_statement(at, search)})" for at, search in enumerate(searches))  # noqa: S608
    wanted = f"SELECT {_COLUMNS} FROM (SELECT * FROM ({each}) LIMIT {_MOST})"  # noqa: S608 - names are quoted
    sides = [value for left, low, right, top in (s.bounds for s in searches) for value in (left, right, low, top)]
    (row,) = searches[0].table.file.rows(wanted, sides)
    return tuple(row)


def _statement(number: int, search: Search) -> str:
    odd, safe = odd_and_safe(["t." + in_statement(name) for name in search.columns])
    boxes = ", ".join(f"r.{side} AS {side}" for side in _SIDES)
    picked = f"SELECT {number} AS n, r.id AS k, CASE WHEN {_ODD} THEN NULL ELSE t.{{geometry}} END AS g, {_ODD} AS o, "
    return search.table.named(f"{picked}{odd} AS p, {boxes}, json_array({safe}) AS v{_SHOWN}")


def _found(searches: Sequence[Search], columns: tuple) -> list[Optional[ShownRows]]:
    if columns[0] is None:
        return [_none(search) for search in searches]
    numbers, keys, lengths, odd, unlike, *sides = (np.fromstring(text, sep=",") for text in columns[:9])
    body, values = columns[10] or b"", json.loads(columns[9])
    lengths = lengths.astype(np.int64)
    if len(keys) >= _MOST or len(body) != np.maximum(lengths, 0).sum():
        return [None] * len(searches)
    wkb, boxes = JoinedBlobs(keys, lengths, body).wkb(), np.column_stack(sides)
    order = np.lexsort((keys, numbers))
    cuts = np.searchsorted(numbers[order], np.arange(len(searches) + 1))
    found: list[Optional[ShownRows]] = []
    for search, start, end in zip(searches, cuts, cuts[1:]):
        own = order[start:end]
        ids, rows = keys[own].astype(np.int64), own.tolist()
        held = [values[row] for row in rows] if not unlike[own].any() else None
        is_plain = not odd[own].any() and (np.diff(ids) > 0).all()
        found.append(ShownRows(search.bounds, ids, boxes[own], [wkb[r] for r in rows], held) if is_plain else None)
    return found


def _none(search: Search) -> ShownRows:
    return ShownRows(search.bounds, np.zeros(0, np.int64), np.zeros((0, 4)), [], [])


def plain_features(
    fields: QgsFields, columns: Sequence[str], ids: Sequence[int], rows: Sequence[Sequence[Any]]
) -> Optional[dict[int, QgsFeature]]:
    """{id: QgsFeature} of values as SQLite has them; None where QGIS would make something else of one."""
    places = [fields.lookupField(name) for name in columns]
    kinds = [_KINDS.get(fields[place].type()) if place >= 0 else None for place in places]
    found = {}
    for fid, values in zip(ids, rows):
        feature = QgsFeature(fields, fid)
        for place, kind, value in zip(places, kinds, values):
            if kind is None or not (value is None or type(value) is kind):
                return None
            feature.setAttribute(place, value)
        found[fid] = feature
    return found


_KINDS = {TEXT: str, INT: int, LONG: int}
