"""The ways to read a control layer, the fastest that its kind allows: cached arrays, GeoPackage rows, GDAL's
stream, features.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, Optional

import numpy as np
import shapely
from pyproj import CRS

from ...core.land import crs as crs_rules
from ...core.land.array_store import StoreUnusable
from ...core.land.coordinates import misplaced, suspect_boxes
from ...core.land.pieces import objects
from ...core.land.row_boxes import row_boxes
from ...core.review.catalogue import ControlLine
from ...core.review.control_source import rows_meeting
from ...core.review.stored_shapes import StoredAt, StoredShapes
from ...core.threads import Feedback
from ..layers.huge_features import HUGE_BYTES
from ..layers.snapshot import LayerSnapshot
from ..layers.wkb import decoded
from .check_process import CACHE
from .control_cache import LayerCache, noted
from .control_layer import FULLY_CHECKED, ControlLayer, LayerRows, label
from .feature_layer import FeatureLayer
from .gpkg_layer import GpkgLayer
from .input_checks import check_count, check_places

LOOKED_OVER = 150_000  # features up to which a layer is read as a whole before it is asked


@dataclass(frozen=True)
class Reading:
    """How control layers are read. `near_only`: nothing but what lies near the projects is looked at; `cache_mb`:
    megabytes the caches may take, 0 for none."""

    plane: CRS
    near_only: bool = False
    cache_mb: float = 0


def control_layer(snapshot: LayerSnapshot, line: ControlLine, rules: Sequence[Any], reading: Reading) -> ControlLayer:
    """The ControlLayer for a LayerSnapshot."""
    plane, near_only = reading.plane, reading.near_only
    cache = LayerCache(snapshot, plane, snapshot.polygons_only(line.geometry), reading.cache_mb)
    store = cache.open()
    if store is not None:
        return CachedLayer(store, cache, snapshot, line, rules, plane, near_only)
    return source_layer(snapshot, line, rules, plane, near_only)


def source_layer(
    snapshot: LayerSnapshot, line: ControlLine, rules: Sequence[Any], plane: CRS, near_only: bool = False
) -> ControlLayer:
    """As `control_layer`, never from a cache."""
    kind = GpkgLayer if snapshot.table else OgrLayer if snapshot.stream else FeatureLayer
    return kind(snapshot, line, rules, plane, near_only)


def warm(
    snapshot: LayerSnapshot, line: ControlLine, plane: CRS, cache_mb: float, feedback: Optional[Feedback] = None
) -> bool:
    """Build the cache of a layer that has none; True when there is one afterwards."""
    cache = LayerCache(snapshot, plane, snapshot.polygons_only(line.geometry), cache_mb)
    if cache.open() is not None:
        return True
    layer = source_layer(snapshot, line, (), plane)
    if not isinstance(layer, (GpkgLayer, OgrLayer)):
        return False
    layer.open(feedback)
    with layer.own_errors():
        return not layer.unread and cache.build(layer.batches(feedback), layer.label_field)


class OgrLayer(ControlLayer):
    """A FlatGeobuf, FileGDB or shapefile: read by box through its own index, or once as a whole where it has none."""

    _all_rows: Any = None

    def open_layer(self, feedback: Optional[Feedback] = None) -> None:
        stream = self.snapshot.stream
        if not stream.indexed or (self.snapshot.expected_count <= LOOKED_OVER and not self.near_only):
            self._all_rows = self._read(None)
            rows = self._all_rows.row_boxes()
            check_count(self, len(rows.ids))
            self._all_rows = self._all_rows.of_ids(check_places(self, rows).ids)
            self.is_empty = not len(rows.ids)
            return
        rows = self._kept_boxes(feedback) if self.snapshot.expected_count <= LOOKED_OVER else self._suspects()
        check_places(self, rows, self.snapshot.expected_count)
        self.is_empty = self.snapshot.expected_count == 0

    def _kept_boxes(self, feedback):
        """RowBoxes of all rows, read when the file has changed since they were."""
        kept = self.snapshot.open_store
        if kept.get("stamp") != self._stamp:
            kept["rows"], kept["stamp"] = self._read(None).row_boxes(), self._stamp
        return kept["rows"]

    def _suspects(self):
        """RowBoxes of the rows that lie where the CRS allows none, asked of the index."""
        parts = [self._read(box).row_boxes() for box in suspect_boxes(self.snapshot.crs)]
        ids, first = np.unique(np.concatenate([part.ids for part in parts] or [[]]), return_index=True)
        boxes = np.concatenate([part.boxes for part in parts] or [np.zeros((0, 4))])[first]
        found = misplaced(self.snapshot.crs, boxes).mask
        return row_boxes(ids[found].astype(np.int64), boxes[found], np.ones(int(found.sum()), bool))

    def near(self, bounds: tuple[float, float, float, float]) -> Any:
        if self._all_rows is not None:
            return self._all_rows.part(rows_meeting(self._all_rows.boxes, bounds), bounds)
        rows = self._read(crs_rules.transform_bounds(bounds, self.plane, self.snapshot.crs))
        return rows.part(np.arange(len(rows.fids)), bounds)

    def _read(self, bounds):
        parts = [_OgrPart.of(*part) for part in self.snapshot.stream.read(bounds, self.label_field)]
        joined = _OgrPart.joined(parts)
        boxes = crs_rules.transform_row_boxes(joined.boxes, self.snapshot.crs, self.plane).copy()
        boxes[joined.is_lost] = (-np.inf, -np.inf, np.inf, np.inf)  # what cannot be read may lie anywhere
        return _OgrRows(joined.fids, boxes, self, None, joined)

    def geometries(self, ids: Any, bounds: Any = None) -> Any:
        rows = self._all_rows or self._read(None)
        return rows.of_ids(ids).geometries(np.arange(len(ids)), bounds)

    def check_rest(self, feedback: Optional[Feedback] = None) -> None:
        if self.near_only or self.failure or self.is_empty or self.snapshot.expected_count > FULLY_CHECKED:
            return
        with self.own_errors():
            rest = self._all_rows or self._read(None)
            rest.geometries(np.flatnonzero(~np.isin(rest.fids, self.snapshot.notes.checked_ids())))

    def batches(self, feedback: Optional[Feedback] = None) -> Iterator[Any]:
        """Yield (ids, WKB, labels, boxes in the layer's CRS) of the whole layer."""
        for ids, wkb, values in self.snapshot.stream.read(None, self.label_field):
            part = _OgrPart.of(ids, wkb, values)
            yield ids, wkb, [label(value) for value in part.labels], part.boxes


@dataclass
class _OgrPart:
    """Some rows of a stream: WKB, and the boxes of what can be read as they lie in the file."""

    fids: np.ndarray
    wkb: np.ndarray
    boxes: np.ndarray
    is_lost: np.ndarray
    has_land: np.ndarray
    labels: np.ndarray

    @classmethod
    def of(cls, ids, wkb, labels):
        found = decoded(wkb)
        boxes = np.where(found.is_finite()[:, None], shapely.bounds(found.geometries).reshape(-1, 4), np.nan)
        has_land = found.is_lost | ~(shapely.is_missing(found.geometries) | shapely.is_empty(found.geometries))
        return cls(ids, objects(wkb), boxes, found.is_lost, has_land, objects(labels or [""] * len(ids)))

    @classmethod
    def joined(cls, parts):
        nothing = cls.of(np.zeros(0, np.int64), [], [])
        return cls(*(np.concatenate([getattr(part, f.name) for part in [nothing, *parts]]) for f in fields(cls)))

    def take(self, rows):
        return _OgrPart(*(getattr(self, f.name)[rows] for f in fields(self)))


class _OgrRows(LayerRows):
    def __init__(self, fids, boxes, layer, bounds, read):
        super().__init__(fids, boxes, layer, bounds)
        self._read, self._wkb, self._labels = read, read.wkb, read.labels

    def part(self, rows, bounds):
        return _OgrRows(self.fids[rows], self.boxes[rows], self.layer, bounds, self._read.take(rows))

    def row_boxes(self):
        """The RowBoxes of all rows."""
        return row_boxes(self.fids, self._read.boxes, self._read.has_land)

    def geometries(self, rows, bounds=None):
        ids, wkb, layer = self.fids[rows], self._wkb[rows], self.layer
        sizes = [len(data or b"") for data in wkb]
        return layer.local_geometries(
            ids,
            sizes,
            lambda at: layer.snapshot.usable(ids[at], wkb[at], layer.plane, layer.polygons_only),
            bounds or self.bounds,
        )

    def of_ids(self, ids):
        """The rows of some ids only."""
        return self.part(np.flatnonzero(np.isin(self.fids, ids)), None)

    def labels(self, rows):
        return [label(value) for value in self._labels[rows]]


class _CachedRows(LayerRows):
    def stored_at(self, rows: np.ndarray) -> Optional[StoredAt]:
        return self.layer.stored_at(self.fids[rows])

    def stored(self, rows: np.ndarray) -> Optional[StoredShapes]:
        return self.layer.stored(self.fids[rows])


class CachedLayer(ControlLayer):
    """A layer whose valid geometries lie in a cache file; only attributes are asked of the layer itself."""

    def __init__(self, store, cache, *layer):
        super().__init__(*layer)
        self._store, self._cache, self._made_with = store, cache, layer[1:]
        self._reader, self._lock = None, threading.Lock()

    def open_layer(self, feedback: Optional[Feedback] = None) -> None:
        self.is_empty = not len(self._store.fids)
        self._cache.tell(self._store)

    def near(self, bounds: tuple[float, float, float, float]) -> LayerRows:
        rows = rows_meeting(self._store.boxes, bounds)
        return _CachedRows(self._store.fids[rows], self._store.boxes.T.take(rows, axis=1).T, self, bounds)

    def stored_at(self, ids: np.ndarray) -> Optional[StoredAt]:
        """As Nearby.stored_at; None where `stored` gives none."""
        rows = np.searchsorted(self._store.fids, ids)
        if self.reads_here or (self._store.sizes[rows] > HUGE_BYTES).any():
            return None
        self.snapshot.notes.add(ids, *noted(self._store, self.name, ids))
        return StoredAt(CACHE, [str(self._store.path)], self._store.located(rows))

    def stored(self, ids: np.ndarray) -> Optional[StoredShapes]:
        """As Nearby.stored; None where some are huge or the cache turns out to be damaged."""
        rows = np.searchsorted(self._store.fids, ids)
        if (self._store.sizes[rows] > HUGE_BYTES).any():
            return None
        self.snapshot.notes.add(ids, *noted(self._store, self.name, ids))
        try:
            return StoredShapes(*self._store.packed(rows))
        except StoreUnusable:
            return None

    def geometries(self, ids: np.ndarray, bounds: Any = None) -> np.ndarray:
        rows = np.searchsorted(self._store.fids, ids)
        self.snapshot.notes.add(ids, *noted(self._store, self.name, ids))
        try:
            return self.local_geometries(
                ids, self._store.sizes[rows], lambda at: self._store.geometries(rows[at]), bounds
            )
        except StoreUnusable as error:
            self._cache.drop(error)
            return self._source().geometries(ids, bounds)

    def _source(self):
        """The reader of the layer itself, for a cache that turned out to be damaged."""
        with self._lock:
            if self._reader is None:
                self._reader = source_layer(self.snapshot, *self._made_with)
                self._reader.open()
            return self._reader

    def ids_besides(self, ids: np.ndarray) -> np.ndarray:
        return np.setdiff1d(self._store.fids, ids)

    def label_values(self, ids: np.ndarray) -> list[str]:
        if self._store.header.get("label_field") == self.label_field:
            return self._store.names(np.searchsorted(self._store.fids, ids))
        if self.snapshot.table is None:
            return super().label_values(ids)
        return [value for (value,) in self.snapshot.table.values(ids, [self.label_field])]
