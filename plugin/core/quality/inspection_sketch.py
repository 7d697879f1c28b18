"""What a map of a defect shows: the defect and the features of its layer around it, kept while they are at hand."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from ..land.types import Array, Box
from .defects import Defect, DefectState, LayerArrays, Severity, items

_LEAST_M, _ROOM = 30.0, 0.6  # of the map around a defect: metres, and as a share of the defect's size
_MOST_AROUND = 400
_STAGES = (2, 5, 6)  # whose defects have a place of their own
_EACH = 1  # maps of an item and layer


@dataclass(frozen=True)
class Sketch:
    """A defect, the box that its map shows, and the features in it, all on the plane of the run."""

    defect: Defect
    box: Box
    around: Array


def sketches_of(layer: LayerArrays, defects: Sequence[Defect], most: int) -> list[Sketch]:
    """Sketches of the worst defects of a layer, one an item; none for defects without a place."""
    placed = [d for d in defects if d.layer == layer.code and _is_placed(d)]
    made: list[Sketch] = []
    taken: Counter[str] = Counter()
    for defect in sorted(placed, key=_rank):
        if len(made) < most and taken[defect.item] < _EACH and defect.severity != Severity.C:
            taken[defect.item] += 1
            made.append(_sketch(layer, defect))
    return made


def worst(sketches: Sequence[Sketch], most: int) -> list[Sketch]:
    """The worst of some sketches, those of open defects only."""
    still = [sketch for sketch in sketches if sketch.defect.state == DefectState.OPEN]
    return sorted(still, key=lambda sketch: _rank(sketch.defect))[:most]


def _is_placed(defect: Defect) -> bool:
    """Whether there is something to draw: a lone point tells nobody anything."""
    if defect.geometry is None or items()[defect.item].stage not in _STAGES:
        return False
    if shapely.get_dimensions(defect.geometry) < 1:
        return False
    return bool(np.isfinite(shapely.bounds(defect.geometry)).all())


def _rank(defect: Defect) -> tuple[str, float, str]:
    """Serious ones first, of those the largest."""
    return defect.severity.value, -float(shapely.area(defect.geometry) + shapely.length(defect.geometry)), defect.item


def _sketch(layer: LayerArrays, defect: Defect) -> Sketch:
    left, low, right, top = shapely.bounds(defect.geometry).tolist()
    size = max(right - left, top - low)
    margin = max(size * _ROOM, _LEAST_M)
    box = (left - margin, low - margin, right + margin, top + margin)
    boxes = _boxes(layer)
    near = (boxes[:, 0] <= box[2]) & (boxes[:, 2] >= box[0]) & (boxes[:, 1] <= box[3]) & (boxes[:, 3] >= box[1])
    around: Any = layer.geometries[np.flatnonzero(near)[:_MOST_AROUND]]
    return Sketch(defect, box, around)


def _boxes(layer: LayerArrays) -> Array:
    if "boxes" not in layer.prepared:
        layer.prepared["boxes"] = shapely.bounds(layer.geometries).reshape(-1, 4)
    boxes: Array = layer.prepared["boxes"]
    return boxes
