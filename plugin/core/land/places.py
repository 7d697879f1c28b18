"""Where all rows of a layer lie, judged before any is used: what contradicts the layer's system, what has no place."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np
from pyproj import CRS

from ..errors import InputError
from ..messages import Message, message
from .coordinates import Misplaced, misplaced
from .row_boxes import RowBoxes
from .types import Array, Box

_NAMED = 5
_FAR_APART = (6.0, 600_000.0)  # degrees, metres: an extent beyond this may come from one misplaced feature


@dataclass(frozen=True)
class LeftOut:
    """Rows that cannot be used. `feature_code`: what is said of each, `code` with `params`: what is said of the layer,
    of which nothing may be called clear."""

    ids: Array
    feature_code: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)

    def message(self) -> Message:
        return message(self.code, **self.params)


def refusal(name: str, rows: RowBoxes, found: Misplaced, count: int = 0) -> Optional[InputError]:
    """Why a layer as a whole cannot be used, None where it can; `found`: what is misplaced of `rows`.

    `count`: features of the layer where `rows` are only those that are in doubt.
    """
    if found.affects_layer() and 2 * int(found.mask.sum()) > count:
        error = found.error()
        return InputError("layer_error", layer=name, error=error.message)
    if len(rows.ids) and not rows.has_land.any():
        return InputError("layer_no_geometry", layer=name)
    return None


def out_of_place(name: str, rows: RowBoxes, found: Misplaced) -> list[LeftOut]:
    """The rows that are misplaced, and those of which nobody can tell where they lie."""
    wrong, lost = rows.ids[found.mask], rows.unplaced()
    left: list[LeftOut] = []
    if len(wrong):
        params = {**_named(name, wrong), "why": found.error().message}
        left.append(LeftOut(wrong, "feature_misplaced", "features_misplaced", params))
    if len(lost):
        left.append(LeftOut(lost, "geometry_unreadable", "features_unplaced", _named(name, lost)))
    return left


def unplaced_text(name: str, ids: Array) -> str:
    """What is said of a layer for features of which nobody can tell where they lie."""
    return message("features_unplaced", **_named(name, ids))


def _named(name: str, ids: Array) -> dict[str, Any]:
    shown = ", ".join(map(str, ids[:_NAMED].tolist())) + (" …" if len(ids) > _NAMED else "")
    return {"layer": name, "count": len(ids), "fids": shown}


def centre_of(crs: CRS, bounds: Box, read_boxes: Callable[[], Array]) -> tuple[float, float]:
    """(x, y) in the middle of a layer: of its `bounds`, or of most of its features where one lies far off.

    `read_boxes`: gives the boxes of all features (n x 4), asked for only then.
    """
    left, low, right, top = bounds
    middle = (left + right) / 2, (low + top) / 2
    if max(right - left, top - low) < _FAR_APART[crs.is_projected]:
        return middle
    boxes = read_boxes()
    placed = boxes[np.isfinite(boxes).all(axis=1) & ~misplaced(crs, boxes).mask]
    if not len(placed):
        return middle
    x, y = np.median((placed[:, :2] + placed[:, 2:]) / 2, axis=0).tolist()
    return x, y
