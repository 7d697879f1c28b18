"""The ways to read a control layer, the fastest that its kind allows: cached arrays, GeoPackage rows, GDAL's
stream, features.
"""

import numpy as np
import shapely

from ...core.land import crs as crs_rules
from ...core.land.array_store import StoreUnusable
from ...core.land.pieces import objects
from ...core.review.control_source import ArraySource, rows_meeting
from ..layers.conditions import RowCondition
from .control_cache import LayerCache, noted
from .control_layer import WHOLE, ControlLayer, LayerRows, label


def control_layer(snapshot, line, rules, plane, near_only=False, cache_mb=0):
    """The ControlLayer for a LayerSnapshot. `cache_mb`: megabytes the caches may take, 0 for none."""
    cache = LayerCache(snapshot, plane, snapshot.polygons_only(line.geometry), cache_mb)
    store = cache.open()
    if store is not None:
        return CachedLayer(store, cache, snapshot, line, rules, plane, near_only)
    kind = GpkgLayer if snapshot.table else OgrLayer if snapshot.stream else FeatureLayer
    return kind(snapshot, line, rules, plane, near_only)


def warm(snapshot, line, plane, cache_mb, feedback=None):
    """Build the cache of a layer that has none; True when there is one afterwards."""
    cache = LayerCache(snapshot, plane, snapshot.polygons_only(line.geometry), cache_mb)
    if cache.open() is not None:
        return True
    layer = control_layer(snapshot, line, (), plane)
    with layer.own_errors():
        return hasattr(layer, "batches") and cache.build(layer.batches(feedback))


class GpkgLayer(ControlLayer):
    """A table of a GeoPackage: its R-tree and its rows are asked directly."""

    def open(self, feedback=None):
        with self.own_errors():
            self.is_empty = self.snapshot.table.is_empty()

    def near(self, bounds):
        crs = self.snapshot.crs
        ids, boxes = self.snapshot.table.near(crs_rules.transform_bounds(bounds, self.plane, crs))
        return LayerRows(ids, crs_rules.transform_boxes(boxes, crs, self.plane), self, bounds)

    def geometries(self, ids, bounds=None):
        wkb = objects(self.snapshot.table.wkb(ids))
        sizes = [len(data or b"") for data in wkb]
        return self.local_geometries(
            ids, sizes, lambda at: self.snapshot.usable(ids[at], wkb[at], self.plane, self.polygons_only), bounds
        )

    def ids_besides(self, ids):
        return self.snapshot.table.other_ids(ids)

    def label_values(self, ids):
        return [value for (value,) in self.snapshot.table.values(ids, [self.label_field])]

    def batches(self, feedback=None):
        """Yield (ids, WKB) of the whole layer."""
        ids = self.snapshot.table.other_ids([])
        for share in np.array_split(ids, len(ids) // 10_000 + 1):
            yield share, self.snapshot.table.wkb(share)


class OgrLayer(ControlLayer):
    """A FlatGeobuf, FileGDB or shapefile: read by box through its own index, or once as a whole where it has none."""

    _whole = None

    def open(self, feedback=None):
        with self.own_errors():
            if not self.snapshot.stream.indexed:
                self._whole = self._read(None)
            self.is_empty = self.snapshot.expected_count == 0 or (self._whole is not None and not len(self._whole.fids))

    def near(self, bounds):
        if self._whole is not None:
            return self._whole.part(rows_meeting(self._whole.boxes, bounds), bounds)
        rows = self._read(crs_rules.transform_bounds(bounds, self.plane, self.snapshot.crs))
        return rows.part(np.arange(len(rows.fids)), bounds)

    def _read(self, bounds):
        ids, wkb, labels = [np.zeros(0, np.int64)], [np.zeros(0, object)], []
        for part_ids, part_wkb, part_labels in self.snapshot.stream.read(bounds, self.label_field):
            ids.append(part_ids)
            wkb.append(part_wkb)
            labels += part_labels or [""] * len(part_ids)
        wkb = np.concatenate(wkb)
        boxes = shapely.bounds(shapely.from_wkb(wkb, on_invalid="ignore")).reshape(-1, 4)
        boxes = crs_rules.transform_boxes(boxes, self.snapshot.crs, self.plane)
        return _OgrRows(np.concatenate(ids), boxes, self, None, wkb, np.array(labels, dtype=object))

    def check_rest(self, feedback=None):
        if self.near_only or self.failure or self.is_empty or self.snapshot.expected_count > WHOLE:
            return
        with self.own_errors():
            rest = self._whole or self._read(None)
            rest.geometries(np.flatnonzero(~np.isin(rest.fids, self.snapshot.checked_ids())))

    def batches(self, feedback=None):
        """Yield (ids, WKB) of the whole layer."""
        for ids, wkb, _ in self.snapshot.stream.read():
            yield ids, wkb


class _OgrRows(LayerRows):
    def __init__(self, fids, boxes, layer, bounds, wkb, labels):
        super().__init__(fids, boxes, layer, bounds)
        self._wkb, self._labels = wkb, labels

    def part(self, rows, bounds):
        return _OgrRows(self.fids[rows], self.boxes[rows], self.layer, bounds, self._wkb[rows], self._labels[rows])

    def geometries(self, rows, bounds=None):
        ids, wkb, layer = self.fids[rows], self._wkb[rows], self.layer
        sizes = [len(data or b"") for data in wkb]
        return layer.local_geometries(
            ids,
            sizes,
            lambda at: layer.snapshot.usable(ids[at], wkb[at], layer.plane, layer.polygons_only),
            bounds or self.bounds,
        )

    def labels(self, rows):
        return [label(value) for value in self._labels[rows]]


class CachedLayer(ControlLayer):
    """A layer whose valid geometries lie in a cache file; only attributes are asked of the layer itself."""

    def __init__(self, store, cache, *layer):
        super().__init__(*layer)
        self._store, self._cache = store, cache

    def open(self, feedback=None):
        self.is_empty = not len(self._store.fids)

    def near(self, bounds):
        rows = rows_meeting(self._store.boxes, bounds)
        return _CachedRows(self._store.fids[rows], self._store.boxes[rows], self, bounds, self._store.areas[rows])

    def geometries(self, ids, bounds=None):
        rows = np.searchsorted(self._store.fids, ids)
        self.snapshot.note(ids, *noted(self._store, self.name, ids))
        try:
            return self.local_geometries(
                ids, np.diff(self._store.starts)[rows], lambda at: self._store.geometries(rows[at]), bounds
            )
        except StoreUnusable:
            self._cache.drop()  # the next run reads the layer itself
            raise

    def ids_besides(self, ids):
        return np.setdiff1d(self._store.fids, ids)

    def label_values(self, ids):
        if self.snapshot.table is None:
            return super().label_values(ids)
        return [value for (value,) in self.snapshot.table.values(ids, [self.label_field])]


class _CachedRows(LayerRows):
    def __init__(self, fids, boxes, layer, bounds, areas):
        super().__init__(fids, boxes, layer, bounds)
        self._areas = areas

    def areas(self, rows):
        return self._areas[rows]


class FeatureLayer(ControlLayer):
    """Any other QGIS layer: read once through its features, then kept as arrays."""

    def open(self, feedback=None):
        parts = map(self._part, self.snapshot.batches(self.plane, self.fields(), feedback, None, self.polygons_only))
        with self.own_errors():
            parts = list(parts)
        self.is_empty = not parts
        self._arrays = self._joined(parts)

    def _part(self, batch):
        """Ids, geometries, labels and masks of the usable features of a batch."""
        features, fids, geometries = batch
        usable = np.flatnonzero(~shapely.is_missing(geometries))
        features = [features[i] for i in usable]
        labels = [label(f[self.label_field]) for f in features] if self.label_field else [""] * len(features)
        masks = {rule_id: _mask(self.conditions[rule_id], features) for rule_id in self.rule_ids}
        return fids[usable], geometries[usable], labels, masks

    def _joined(self, parts):
        fids, geometries, labels, masks = zip(*parts) if parts else ((), (), (), ())
        masks = {rule_id: np.concatenate([m[rule_id] for m in masks]) for rule_id in self.rule_ids if masks}
        empty = np.array([], dtype=object)
        labels = [text for part in labels for text in part]
        return ArraySource(
            self.name,
            np.concatenate([empty, *fids]),
            np.concatenate([empty, *geometries]),
            self.rule_ids,
            labels,
            masks,
        )

    def near(self, bounds):
        return self._arrays.near(bounds)


def _mask(condition, features):
    return condition.mask(features) if isinstance(condition, RowCondition) else np.full(len(features), condition)
