"""One vector layer of a site selection: read as the control-line check reads its layers, filtered by QGIS
expressions.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Optional

import numpy as np
import shapely
from pyproj import CRS
from qgis.core import QgsExpression, QgsFeature

from ...core.errors import InputError
from ...core.land.remarks import Remark
from ...core.land.types import Array, Box
from ...core.messages import joined_texts, message
from ...core.review.catalogue import ControlLine
from ...core.review.findings import InputInfo
from ...core.review.known_values import unclear_id
from ...core.threads import Feedback, in_threads
from ..layers import field_types
from ..layers.conditions import RowCondition
from ..layers.gpkg_reader import GpkgTable
from ..review.control_layer import LayerRows
from ..review.control_readers import FeatureLayer, Reading
from ..review.input_checks import check_zone
from ..review.postgis_layer import control_layer
from .opened import opened
from .understanding import NO_FILTERS, Understanding, filter_rule, unclear_rows

EVERYWHERE = (-np.inf, -np.inf, np.inf, np.inf)
_NAMED = 5
_SHARE = 5000  # features read at a time by one thread
_PLAIN = (field_types.INT, field_types.LONG, field_types.REAL, field_types.TEXT)
_PURE = {
    "coalesce",
    "if",
    "lower",
    "upper",
    "trim",
    "length",
    "left",
    "right",
    "substr",
    "to_int",
    "to_real",
    "to_string",
    "abs",
    "round",
}
_PURE |= {
    "strpos",
    "replace",
    "regexp_match",
    "concat",
    "min",
    "max",
    "floor",
    "ceil",
    "array",
    "array_contains",
    "try",
}


# geometries, texts, {where: mask}; under unclear_id(where) those that the filter neither takes nor understands
Batch = tuple[Array, Any, dict[str, Array]]


@dataclass(frozen=True)
class FeatureQuery:
    """What is asked of a layer. `plane`: where the features are wanted; `field`: whose texts; `wheres`: QGIS
    expressions, "" for all features; `box`: (left, low, right, top) on the plane, features whose box lies beyond are
    not read; `place`: where the sites are, on the plane, against which the layer's zone is held."""

    plane: CRS
    field: str = ""
    wheres: Sequence[str] = ("",)
    box: Box = EVERYWHERE
    place: Box = EVERYWHERE


class VectorSource:
    """One vector layer: features on the plane; made on the main thread, read in any.

    `doubt`: what of it could not be read so far, in words, "" for nothing: what is not found there may be there.
    """

    def __init__(self, layer, title, filters=NO_FILTERS):
        self.title, self.doubt = title, ""
        self.understanding = Understanding(title, filters)
        self.snapshot = opened(layer, "siting")
        self.snapshot.line_name = title

    def info(self, sha256_of: Callable[[Optional[Path]], str]) -> InputInfo:
        return self.snapshot.info(sha256_of(self.snapshot.file) if self.snapshot.file else "")

    def lacks(self, where: str) -> Sequence[str]:
        """The fields that a filter asks for and the layer does not have."""
        return RowCondition(where, self.snapshot.fields, self.title).absent if where else ()

    def _need(self, absent):
        if absent:
            raise InputError("siting_field_absent", layer=self.title, fields=", ".join(absent))

    def read(self, query: "FeatureQuery", feedback: Optional[Feedback] = None) -> Iterator[Batch]:
        """Yield (geometries, texts of the field, {where: mask}); geometries are valid and on the plane, unusable
        ones left out. A filter whose fields the layer lacks takes nothing and understands nothing. Raises InputError,
        Cancelled.
        """
        plane, field, wheres, box = query.plane, query.field, query.wheres, query.box
        self._need([field] if field and not self.snapshot.has_field(field) else [])
        unasked = {where: self._unasked(where, absent) for where in wheres if (absent := self.lacks(where))}
        asked = [where for where in wheres if where not in unasked]
        layer = self._layer(plane, field, asked)
        layer.open(feedback)
        check_zone(layer, query.place)
        self._note(layer.unread)
        with layer.own_errors():
            near = layer.near(box)
            filters = _quick(self.snapshot, asked, self.title), layer.unclear
            shares = np.array_split(np.arange(len(near.fids)), max(len(near.fids) // _SHARE, 1))

            def read_share(rows):
                some, positions = _part(near, rows, layer)
                batch, lost = _of_rows(some, positions, asked, filters)
                batch[2].update(_masks_unasked(unasked, len(batch[0])))
                rows = positions[~np.isin(positions, lost)]
                for where in wheres:
                    self.understanding.note(where, some, rows[unclear_rows(batch[2], where)])
                self._note_lost(some.unread(lost))
                return batch

            yield from in_threads(read_share, shares, feedback)

    def _unasked(self, where, absent):
        """Whether a filter takes every feature where fields are absent; else the reader is told what is unknown."""
        takes_all = self.understanding.takes_all(where)
        if not takes_all:
            remark = Remark("siting_filter_unasked", self.title, None, self.understanding.lack(where, absent))
            self.snapshot.remarks += [remark] if remark not in self.snapshot.remarks else []
        return takes_all

    def _note(self, reason):
        """Keep what could not be read and say it with the layer's remarks; any thread."""
        if reason and reason not in self.doubt:
            self.doubt = joined_texts([self.doubt, reason])
            self.snapshot.remarks.append(Remark("siting_read_in_part", self.title, None, {"why": reason}))

    def _note_lost(self, names):
        lost = names[names != ""]
        if len(lost):
            shown = ", ".join(lost[:_NAMED].tolist()) + (" …" if len(lost) > _NAMED else "")
            self._note(message("siting_unread", layer=self.title, features=shown))

    def meets(self, plane: CRS, where: str, feedback: Optional[Feedback] = None) -> bool:
        """Whether any usable feature of the whole layer meets a filter ("": whether there is one at all)."""
        return any(masks[where].any() for _, _, masks in self.read(FeatureQuery(plane, "", (where,)), feedback))

    def _layer(self, plane, field, wheres):
        """The control layer that reads.

        Asked of features one by one, a filter is faster in one pass through all of them.
        """
        line = ControlLine("", self.title, "", "", "polygon", "", label_fields=(field,))
        rules = [filter_rule(where) for where in wheres]
        by_feature = any(wheres) and self.snapshot.table is None
        layer = (
            FeatureLayer(self.snapshot, line, rules, plane, True)
            if by_feature
            else control_layer(self.snapshot, line, rules, Reading(plane, True))
        )
        layer.unclear = self.understanding.of(layer.conditions)
        return layer


class _Values(NamedTuple):
    """The `different` values of some columns, and the `place` among them of each row."""

    different: list[Any]
    place: np.ndarray


def _values(table: GpkgTable, ids: np.ndarray, columns: Sequence[str]) -> _Values:
    """The _Values of rows by ascending ids."""
    number: dict[tuple[Any, ...], int] = {}
    place = np.array([number.setdefault(row, len(number)) for row in table.values(ids, columns)], dtype=int)
    return _Values(list(number), place)


class _ByValues:
    """A filter on a GeoPackage table that depends on plain columns only: evaluated once for each combination of
    their values.
    """

    def __init__(self, where, snapshot, title):
        self._condition, self._snapshot = RowCondition(where, snapshot.fields, title), snapshot
        self._columns = tuple(sorted(self._condition.columns))

    @property
    def table(self) -> GpkgTable:
        """Where its rows lie."""
        return self._snapshot.table

    @property
    def columns(self) -> tuple[str, ...]:
        """What it depends on."""
        return self._columns

    def mask(self, rows: "_Values") -> np.ndarray:
        """Boolean array of rows by the values of its columns; any thread."""
        return self.answer(rows, self._condition.mask)

    def answer(self, rows: "_Values", ask: Callable[[list[QgsFeature]], Array]) -> Array:
        """What `ask` says of features with the values of rows."""
        return ask(list(map(self._feature, rows.different)))[rows.place]

    def _feature(self, values):
        feature = QgsFeature(self._snapshot.fields)
        for column, value in zip(self._columns, values):
            feature.setAttribute(self._snapshot.fields.lookupField(column), value)
        return feature


def _quick(snapshot, wheres, title):
    """{where: _ByValues} of the filters that allow it."""
    return {
        where: _ByValues(where, snapshot, title) for where in wheres if where and _depends_on_values(snapshot, where)
    }


def _depends_on_values(snapshot, where):
    expression = QgsExpression(where)
    columns, functions = expression.referencedColumns(), set(expression.referencedFunctions())
    plain = columns and "*" not in columns and all(snapshot.fields.field(c).type() in _PLAIN for c in columns)
    return (
        isinstance(snapshot.table, GpkgTable)
        and bool(plain)
        and functions <= _PURE
        and not expression.referencedVariables()
    )


def _masks_unasked(unasked, count):
    """Masks of the filters that a layer cannot answer: {where: whether it takes all then}."""
    taken = {where: np.full(count, takes_all) for where, takes_all in unasked.items()}
    return {**taken, **{unclear_id(where): ~mask for where, mask in taken.items()}}


def _part(near, rows, layer):
    """(features near by, rows of them): a part of its own for each thread where features are asked for, as it
    keeps what it fetched.
    """
    if not isinstance(near, LayerRows):
        return near, rows
    part = near.part(rows, None) if hasattr(near, "part") else LayerRows(near.fids[rows], near.boxes[rows], layer)
    return part, np.arange(len(rows))


def _of_rows(near, rows, wheres, filters):
    """(Batch of rows, those of them that gave no geometry).

    `filters`: ({where: _ByValues}, {where: UnclearFeatures}).
    """
    by_values, unclear = filters
    geometries = near.geometries(rows)
    usable = ~shapely.is_missing(geometries)
    rows, lost = rows[usable], rows[~usable]
    quick = {where: by_values[where] for where in wheres if where in by_values}
    groups = {by.columns: by.table for by in quick.values()}  # several filters look at the same columns
    known = {columns: _values(table, near.fids[rows], columns) for columns, table in groups.items()}
    masks = {
        where: quick[where].mask(known[quick[where].columns]) if where in quick else near.mask(rows, where)
        for where in wheres
    }
    for where in unclear:
        one = quick.get(where)
        if one is not None:
            masks[unclear_id(where)] = one.answer(known[one.columns], unclear[where].mask) & ~masks[where]
        else:
            masks[unclear_id(where)] = _not_taken(near, rows, where, masks[where])
    return (geometries[usable], near.labels(rows), masks), lost


def _not_taken(near, rows, where, taken):
    """Of the rows that a filter does not take: which it does not understand."""
    answer, at = np.zeros(len(rows), bool), np.flatnonzero(~taken)
    if len(at):
        answer[at] = near.unclear(rows[at], where)
    return answer
