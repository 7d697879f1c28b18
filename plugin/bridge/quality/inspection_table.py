"""Rows of a layer of a package: from a GeoPackage by one query, from anything else feature by feature. Any thread."""

import sqlite3
import struct
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any, Optional

import numpy as np
from osgeo import ogr

from ...core.files import sqlite_uri
from ...core.land.gpkg import quoted, wkbs_of
from ...core.threads import Feedback, raise_if_cancelled
from ..layers.wkb import decoded

_BATCH = 4000  # rows of a query, and geometries turned into shapes at once
_LOOK = 2000  # features between two looks at the cancel
_CURVED = range(8, 18)  # kinds of WKB that may hold arcs
_DATES = (ogr.OFTDate, ogr.OFTDateTime)


class Rows:
    """`values`: column by column; empty texts are None, blanks around texts are gone. `arcs`: stored with true arcs."""

    def __init__(self, count: int) -> None:
        self.fids: list[int] = []
        self._wkb: list[Optional[bytes]] = []
        self._shapes: list[np.ndarray] = [np.zeros(0, dtype=object)]
        self.arcs: list[bool] = []
        self.values: list[list[Any]] = [[] for _ in range(count)]

    def take(self, geometry: Any) -> None:
        """The geometry of the next feature, its arcs as chords."""
        is_curved = geometry is not None and bool(geometry.HasCurveGeometry(True))
        straight = geometry.GetLinearGeometry() if is_curved else geometry
        self.take_wkb(None if straight is None else bytes(straight.ExportToIsoWkb()), is_curved)

    def take_wkb(self, data: Optional[bytes], is_curved: bool = False) -> None:
        """The geometry of the next feature in straight WKB."""
        self.arcs.append(is_curved)
        self._wkb.append(data)
        if len(self._wkb) == _BATCH:
            self._decode()

    def stored(self) -> np.ndarray:
        """All geometries as the layer has them, None where it has none that can be read."""
        self._decode()
        return np.concatenate(self._shapes)

    def _decode(self) -> None:
        """Turn what has been read into shapes: bytes of a whole layer at once would take as much memory again."""
        seen, self._wkb = decoded(self._wkb), []
        shapes = seen.geometries
        shapes[~seen.is_finite()] = None
        self._shapes.append(shapes)


def rows_of(place: Path, layer: ogr.Layer, names: Sequence[str], feedback: Optional[Feedback]) -> Rows:
    """All rows of an OGR layer in a file; raises RuntimeError, Cancelled."""
    definition = layer.GetLayerDefn()
    numbers = [definition.GetFieldIndex(name) for name in names]
    fields = [definition.GetFieldDefn(number) for number in numbers]
    raise_if_cancelled(feedback)
    if place.suffix.lower() == ".gpkg" and not any(field.GetType() in _DATES for field in fields):
        try:
            found = _by_query(place, layer, fields, feedback)
        except (sqlite3.Error, OSError):  # text that is no UTF-8, a file that SQLite alone does not open
            found = None
        if found is not None:
            return found
    return _by_features(layer, numbers, fields, feedback)


def _by_query(place: Path, layer: ogr.Layer, fields: list[Any], feedback: Optional[Feedback]) -> Optional[Rows]:
    """None for a table without a key, such as a view."""
    key, geometry = layer.GetFIDColumn(), layer.GetGeometryColumn()
    if not key:
        return None
    columns = [key, *([geometry] if geometry else []), *(field.GetName() for field in fields)]
    statement = f"SELECT {', '.join(map(quoted, columns))} FROM {quoted(layer.GetName())} "  # noqa: S608
    statement += f"WHERE {quoted(key)} > ? ORDER BY 1 LIMIT {_BATCH}"
    rows, last = Rows(len(fields)), -(1 << 63)
    with closing(sqlite3.connect(sqlite_uri(place.resolve(), "ro"), uri=True)) as data:
        while found := data.execute(statement, (last,)).fetchall():
            raise_if_cancelled(feedback)
            _add(rows, found, fields, bool(geometry))
            last = found[-1][0]
    return rows


def _add(rows: Rows, found: list[tuple[Any, ...]], fields: list[Any], has_geometry: bool) -> None:
    columns = list(zip(*found))
    rows.fids += columns[0]
    for data in wkbs_of(columns[1]) if has_geometry else [None] * len(found):
        curve = _curve(data) if data is not None and _kind(data) in _CURVED else None
        rows.take_wkb(data) if curve is None else rows.take(curve)
    for kept, field, column in zip(rows.values, fields, columns[2 if has_geometry else 1 :]):
        kept += _texts(column) if field.GetType() == ogr.OFTString else column


def _kind(data: bytes) -> int:
    order = ">I" if data[:1] == b"\0" else "<I"
    return int((struct.unpack_from(order, data, 1)[0] & 0x1FFFFFFF) % 1000) if len(data) >= 5 else 0


def _curve(data: bytes) -> Any:
    """The OGR geometry of WKB that may hold arcs, None where it cannot be read."""
    try:
        return ogr.CreateGeometryFromWkb(data)
    except RuntimeError:
        return None


def _texts(values: Sequence[Any]) -> Iterable[Optional[str]]:
    """As `_text`; values that occur often are looked at, and held, once."""
    different = set(values)
    if len(different) * 2 > len(values) or len(set(map(type, different)) - {str, type(None)}):
        return map(_text, values)
    return map({value: _text(value) for value in different}.__getitem__, values)


def _text(value: Optional[str]) -> Optional[str]:
    if value is None:
        return None
    shown = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return shown.strip() or None


def _by_features(layer: ogr.Layer, numbers: list[int], fields: list[Any], feedback: Optional[Feedback]) -> Rows:
    definition = layer.GetLayerDefn()
    kept = {field.GetName() for field in fields}
    every = [definition.GetFieldDefn(number).GetName() for number in range(definition.GetFieldCount())]
    layer.SetIgnoredFields([name for name in every if name not in kept])
    readers = [_reader(field, number) for field, number in zip(fields, numbers)]
    rows = Rows(len(fields))
    for count, feature in enumerate(layer):
        if count % _LOOK == 0:
            raise_if_cancelled(feedback)
        rows.fids.append(feature.GetFID())
        rows.take(feature.GetGeometryRef())
        for column, read in zip(rows.values, readers):
            column.append(read(feature))
    return rows


def _reader(definition: ogr.FieldDefn, number: int) -> Callable[[Any], Any]:
    """How a field of a feature is read."""
    kind = definition.GetType()
    if kind in _DATES:
        return lambda feature: _day(feature, number)
    if kind == ogr.OFTString:
        return lambda feature: _text(feature.GetFieldAsString(number)) if _is_set(feature, number) else None
    return lambda feature: feature.GetField(number) if _is_set(feature, number) else None


def _is_set(feature: ogr.Feature, number: int) -> bool:
    return bool(feature.IsFieldSetAndNotNull(number))


def _day(feature: Any, number: int) -> Any:
    if not _is_set(feature, number):
        return None
    parts = feature.GetFieldAsDateTime(number)
    try:
        return date(*parts[:3])
    except ValueError:
        return feature.GetFieldAsString(number)
