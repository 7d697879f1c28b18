"""A control layer of any kind that QGIS reads: its features, once, kept as arrays."""

from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import shapely

from ...core.land import crs as crs_rules
from ...core.land.remarks import UNREAD
from ...core.land.row_boxes import RowBoxes, row_boxes
from ...core.review.control_source import ArraySource, HeldFeatures
from ...core.review.known_values import unclear_id
from ...core.threads import Feedback
from ..layers.conditions import RowCondition
from ..layers.wkb import feature_box
from .control_layer import ControlLayer, label
from .input_checks import check_count, check_places
from .unclear import values_of


class FeatureLayer(ControlLayer):
    """Any QGIS layer: read once through its features, then kept as arrays."""

    def open_layer(self, feedback: Optional[Feedback] = None) -> None:
        batches = self.snapshot.batches(self.plane, self.fields(), feedback, None, self.polygons_only)
        parts = list(map(self._part, batches))
        rows = _joined_rows(parts)
        self.is_empty = not parts
        check_count(self, len(rows.ids))
        check_places(self, rows)
        self._arrays = self._joined(parts)

    def _part(self, batch):
        """What a batch holds that is land, or may be land but cannot be read."""
        features, fids, geometries = batch
        boxes = np.array([feature_box(feature) for feature in features])
        codes = [self.snapshot.notes.skip_code(fid) for fid in fids.tolist()]
        kept = np.flatnonzero(~shapely.is_missing(geometries) | np.array([code in UNREAD for code in codes]))
        rows = row_boxes(fids, boxes, np.array([code not in ("geometry_null", "geometry_empty") for code in codes]))
        features = [features[i] for i in kept]
        labels = [label(f[self.label_field]) for f in features] if self.label_field else [""] * len(features)
        masks = {rule_id: _mask(self.conditions[rule_id], features) for rule_id in self.rule_ids}
        unclear = {unclear_id(rule_id): one.mask(features, self.is_spoken) for rule_id, one in self.unclear.items()}
        values = {
            features[i].id(): values_of(self, features[i]) for i in np.flatnonzero(np.any([*unclear.values()], 0))
        }
        masks.update(unclear)
        usable = {rule_id: limit for rule_id, limit in self.limits.items() if not limit.absent}
        numbers = {rule_id: limit.numbers(features) for rule_id, limit in usable.items()}
        geometries, places = geometries[kept], crs_rules.transform_boxes(boxes[kept], self.snapshot.crs, self.plane)
        places = np.where(shapely.is_missing(geometries)[:, None], places, shapely.bounds(geometries).reshape(-1, 4))
        return _Part(rows, fids[kept], geometries, places, labels, masks, numbers, values)

    def _joined(self, parts):
        names = parts[0].masks if parts else ()
        masks = {name: np.concatenate([p.masks[name] for p in parts]) for name in names}
        limited = parts[0].numbers if parts else ()
        numbers = {rule_id: np.concatenate([p.numbers[rule_id] for p in parts]) for rule_id in limited}
        labels = [text for part in parts for text in part.labels]
        fids = np.concatenate([np.zeros(0, np.int64), *(p.fids for p in parts)])
        geometries = np.concatenate([np.zeros(0, object), *(p.geometries for p in parts)])
        boxes = np.concatenate([np.zeros((0, 4)), *(p.boxes for p in parts)])
        values = {fid: text for part in parts for fid, text in part.values.items()}
        held = HeldFeatures(fids, geometries, labels, masks, boxes, numbers, values)
        return ArraySource(self.name, held, self.rule_ids)

    def near(self, bounds: tuple[float, float, float, float]) -> Any:
        return self._arrays.near(bounds)


@dataclass
class _Part:
    """Some features: `rows` where all of them lie in the layer, the rest of those kept, `boxes` on the plane."""

    rows: RowBoxes
    fids: np.ndarray
    geometries: np.ndarray
    boxes: np.ndarray
    labels: list
    masks: dict
    numbers: dict
    values: dict


def _joined_rows(parts):
    ids = np.concatenate([np.zeros(0, np.int64), *(p.rows.ids for p in parts)])
    boxes = np.concatenate([np.zeros((0, 4)), *(p.rows.boxes for p in parts)])
    return row_boxes(ids, boxes, np.concatenate([np.zeros(0, bool), *(p.rows.has_land for p in parts)]))


def _mask(condition, features):
    return condition.mask(features) if isinstance(condition, RowCondition) else np.full(len(features), condition)
