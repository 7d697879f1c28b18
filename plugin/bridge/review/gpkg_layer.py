"""A control layer in a GeoPackage table: its R-tree and its rows are asked directly."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Optional, cast

import numpy as np

from ...core.land import crs as crs_rules
from ...core.land.pieces import objects
from ...core.land.types import Box
from ...core.messages import message
from ...core.review.control_source import Nearby
from ...core.review.near_group import NearGroup
from ...core.review.stored_shapes import StoredAt, StoredShapes
from ...core.threads import Feedback
from ..layers.gpkg_reader import GpkgTable
from ..layers.huge_features import HUGE_BYTES
from ..layers.snapshot import LookedAt
from .check_process import TABLE
from .control_layer import ControlLayer, LayerRows, label
from .input_checks import check_count, check_index, check_places

if TYPE_CHECKING:
    from .reading_ahead import ReadingAhead

_SHARE = 5_000
_TOGETHER = 10_000  # rows of many tables that are looked at together
_AT_ONCE = 2_000  # rows whose bytes, geometries and repaired geometries are held at a time


class GpkgLayer(ControlLayer):
    """A table of a GeoPackage: its R-tree and its rows are asked directly.

    `ahead`: who has it read where its rows lie before it is opened.
    """

    ahead: Optional[ReadingAhead] = None

    def open_layer(self, feedback: Optional[Feedback] = None) -> None:
        if self.ahead is not None:
            self.ahead.begin(self)
        rows = self.snapshot.table.row_boxes()
        self.is_empty = not len(rows.ids)
        check_index(self, rows)
        check_count(self, len(rows.ids))
        self.rows = check_places(self, rows)

    def waits(self) -> bool:
        """Whether its rows have to be read before anything can be said."""
        table = self.snapshot.table
        try:
            return isinstance(table, GpkgTable) and not table.file.holds_boxes(table.name)
        except sqlite3.Error:
            return False  # opening it will tell what is wrong

    def altered(self) -> str:
        with self.own_errors():
            if self._state() == self._stamp:  # a file also changes when another table is written, or QGIS lets it go
                return ""
            rows = check_places(self, self.snapshot.table.row_boxes())
            return "" if rows.same_as(self.rows) else message("layer_changed", layer=self.name)

    def near(self, bounds: tuple[float, float, float, float]) -> LayerRows:
        crs = self.snapshot.crs
        ids, boxes = self.search(crs_rules.transform_bounds(bounds, self.plane, crs))
        return self.rows_near(ids, crs_rules.transform_boxes(boxes, crs, self.plane), bounds)

    def rows_near(self, ids: np.ndarray, boxes: np.ndarray, bounds: Any) -> LayerRows:
        """Features with their boxes on the plane, as a check asks for them."""
        return TableRows(ids, boxes, self, bounds)

    def near_all(self, sources: Sequence[Any], bounds: Box) -> Optional[Nearby]:
        are_alike = self.near_only and all(type(one) is type(self) and is_like(one, self) for one in sources)
        return TablesNear(sources, bounds) if are_alike and len(sources) > 1 else None

    def search(self, bounds: tuple[float, float, float, float]) -> tuple[np.ndarray, np.ndarray]:
        """(ids, boxes) of the rows whose box meets bounds in the layer's CRS."""
        return self.rows.meeting(bounds)

    def geometries(self, ids: np.ndarray, bounds: Any = None) -> np.ndarray:
        return self._decoded(ids, self.snapshot.table.wkb(ids), bounds)

    def named_geometries(self, ids: np.ndarray, bounds: Any) -> tuple[np.ndarray, list]:
        """(geometries, values of the label field) of rows: looking a row up takes longer than reading it."""
        found, named = [], []
        for part in np.array_split(ids, len(ids) // _AT_ONCE + 1):
            wkb, values = self.snapshot.table.wkb_and_values(part, self.label_field)
            found.append(self._decoded(part, wkb, bounds))
            named += values
        return np.concatenate(found), named

    def stored(self, ids: np.ndarray) -> Optional[tuple[StoredShapes, list]]:
        """(StoredShapes, values of the label field, none without one) of rows; None where each has to be looked at
        here: in another CRS, not of polygons, huge.
        """
        if not self.polygons_only or not crs_rules.same(self.snapshot.crs, self.plane):
            return None
        found = self.snapshot.table.stored(ids, self.label_field)
        return None if found is None or (found[0].lengths > HUGE_BYTES).any() else found

    def stored_at(self, ids: np.ndarray) -> Optional[StoredAt]:
        """Where a process finds what `stored` gives, and None where that does."""
        if self.reads_here or not self.polygons_only or not crs_rules.same(self.snapshot.crs, self.plane):
            return None
        table = self.snapshot.table
        return StoredAt(TABLE, [os.path.abspath(table.file.path), table.name, self.label_field], [ids])

    def _decoded(self, ids, data, bounds):
        wkb, sizes = objects(data), [len(one or b"") for one in data]
        return self.local_geometries(
            ids, sizes, lambda at: self.snapshot.usable(ids[at], wkb[at], self.plane, self.polygons_only), bounds
        )

    def ids_besides(self, ids: np.ndarray) -> np.ndarray:
        return self.snapshot.table.other_ids(ids)

    def label_values(self, ids: np.ndarray) -> list:
        return [value for (value,) in self.snapshot.table.values(ids, [self.label_field])]

    def batches(self, feedback: Optional[Feedback] = None) -> Iterator[Any]:
        """Yield (ids, WKB, labels, boxes in the layer's CRS) of the whole layer."""
        table, rows = self.snapshot.table, self.snapshot.table.row_boxes()
        for at in np.array_split(np.arange(len(rows.ids)), len(rows.ids) // _SHARE + 1):
            share = rows.ids[at]
            if self.label_field is None:
                yield share, table.wkb(share), None, rows.boxes[at]
            else:
                wkb, values = table.wkb_and_values(share, self.label_field)
                yield share, wkb, [label(value) for value in values], rows.boxes[at]


def is_like(one: GpkgLayer, other: GpkgLayer) -> bool:
    """Whether geometry of both is looked at in the same way."""
    return one.polygons_only == other.polygons_only and crs_rules.same(one.snapshot.crs, other.snapshot.crs)


class TablesNear(NearGroup):
    """Of many tables in one system, each of which has a few features near a range: geometry is looked at together."""

    def geometries(self, rows: np.ndarray) -> np.ndarray:
        seen = self.looked_at(rows)
        return super().geometries(rows) if seen is None else seen.geometries

    def geometries_or_windows(self, rows: np.ndarray) -> tuple:
        seen = self.looked_at(rows)
        return super().geometries_or_windows(rows) if seen is None else (seen.geometries, {})

    def looked_at(self, rows: np.ndarray) -> Optional[LookedAt]:
        """What is found at rows, which the layers are told of; None for many or huge ones."""
        if not 0 < len(rows) <= _TOGETHER:
            return None
        wkb = self._gathered(rows, np.full(len(rows), None), _wkb)
        if any(source.failure for source in self._sources) or any(len(one or b"") > HUGE_BYTES for one in wkb):
            return None
        first: Any = self._sources[0]
        seen = first.snapshot.looked_at(np.arange(len(rows)), wkb, first.plane, first.polygons_only)
        self.note(rows, seen.repairs, seen.skipped)
        return cast(LookedAt, seen)


def _wkb(_layer: GpkgLayer, near: TableRows, rows: np.ndarray, _places: np.ndarray) -> np.ndarray:
    return objects(near.wkb(rows))


class TableRows(LayerRows):
    """Rows whose names, where they have any, come with their geometries."""

    def __init__(self, *of):
        super().__init__(*of)
        self._named, self._values = np.zeros(0, np.int64), []

    def geometries(self, rows, bounds=None):
        if self.layer.label_field is None:
            return super().geometries(rows, bounds)
        self._named = self.fids[rows]
        found, self._values = self.layer.named_geometries(self._named, bounds or self.bounds)
        return found

    def wkb(self, rows: np.ndarray) -> list:
        """WKB bytes, None for a null geometry."""
        ids, table = self.fids[rows], self.layer.snapshot.table
        if self.layer.label_field is None:
            return list(table.wkb(ids))
        found, self._values = table.wkb_and_values(ids, self.layer.label_field)
        self._named = ids
        return list(found)

    def stored(self, rows: np.ndarray) -> Optional[StoredShapes]:
        found = self.layer.stored(self.fids[rows])
        if found is not None and self.layer.label_field is not None:
            self._named, self._values = self.fids[rows], found[1]
        return None if found is None else found[0]

    def stored_at(self, rows: np.ndarray) -> Optional[StoredAt]:
        return self.layer.stored_at(self.fids[rows])

    def keep_values(self, rows: np.ndarray, values: list) -> None:
        if values:
            self._named, self._values = self.fids[rows], values

    def labels(self, rows):
        ids = self.fids[rows]
        places = np.searchsorted(self._named, ids)
        if len(self._named) == 0 or not np.array_equal(self._named[np.minimum(places, len(self._named) - 1)], ids):
            return super().labels(rows)
        return [label(self._values[place]) for place in places.tolist()]
