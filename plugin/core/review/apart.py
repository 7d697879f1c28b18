"""Projects that lie out of all proportion far from the others of their layer: a wrong zone, or a digit too many."""

from __future__ import annotations

from typing import Optional

import numpy as np

from ..land.pieces import objects
from ..land.types import Array
from ..messages import joined_texts, message

_FEWEST = 4  # ours, as the next two: of fewer nobody can say which of them lies wrong
_LEAST_M = 100_000.0
_TIMES = 8.0  # the usual distance from the middle


def apart_from_others(boxes: Array) -> Optional[Array]:
    """Which projects lie apart from all others, as booleans; None for none. `boxes`: theirs, on the plane."""
    if len(boxes) < _FEWEST:
        return None
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    distance = np.hypot(*(centres - np.median(centres, axis=0)).T)
    apart: Array = distance > max(_LEAST_M, _TIMES * float(np.median(distance)))
    return apart if apart.any() else None


def noted_apart(apart: Array) -> Array:
    """What a verdict of no finding must say besides of those `apart`, "" of others."""
    said = np.full(len(apart), "", dtype=object)
    said[apart] = message("project_apart", km=int(_LEAST_M / 1000))
    return said


def noted_together(one: Optional[Array], other: Optional[Array]) -> Optional[Array]:
    """What two reasons have to say of each project."""
    if one is None or other is None:
        return other if one is None else one
    return objects([joined_texts(pair) for pair in zip(one, other)])
