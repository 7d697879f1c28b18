"""Where every row of a layer lies, from the rows themselves: an index that lies cannot hide one."""

from dataclasses import dataclass

import numpy as np

from .types import Array, Box

EVERY_HEADER = 5000  # rows of a table up to which every header is compared with its geometry
_SAMPLE = 1000  # rows of a larger one


@dataclass(frozen=True)
class RowBoxes:
    """`ids` ascending, `boxes` n x 4 (min x, min y, max x, max y), not-a-number for a row without a place.

    `has_land`: false for null and empty geometry. `wrong_entries`: how many entries of the spatial index disagree.
    """

    ids: Array
    boxes: Array
    has_land: Array
    wrong_entries: int = 0

    def meeting(self, bounds: Box) -> "tuple[Array, Array]":
        """(ids, boxes) of the rows whose box meets bounds."""
        left, low, right, top = bounds
        sides = self.boxes.T  # each lies by itself
        meets = sides[0] <= right
        meets &= sides[2] >= left
        meets &= sides[1] <= top
        meets &= sides[3] >= low
        rows = np.flatnonzero(meets)
        return self.ids.take(rows), sides.take(rows, axis=1).T

    def unplaced(self) -> Array:
        """Ids of the rows that hold geometry of which nobody can tell where it lies."""
        return self.ids[self.has_land & ~np.isfinite(self.boxes).all(axis=1)]

    def sample(self) -> Array:
        """Positions of the rows whose box is held against their geometry: of many rows some."""
        placed = np.flatnonzero(np.isfinite(self.boxes).all(axis=1))
        return placed[:: len(placed) // _SAMPLE + 1] if len(placed) > EVERY_HEADER else placed

    def same_as(self, other: "RowBoxes") -> bool:
        """Whether both list the same rows at the same places."""
        return np.array_equal(self.ids, other.ids) and np.array_equal(self.boxes, other.boxes, equal_nan=True)


def row_boxes(ids: Array, boxes: Array, has_land: Array) -> RowBoxes:
    """The RowBoxes of columns in any order; boxes are laid out column by column, as a search reads them."""
    order = np.argsort(ids, kind="stable")
    return RowBoxes(ids[order], np.asfortranarray(boxes[order]), has_land[order])


def wrong_entries(rows: RowBoxes, ids: Array, boxes: Array) -> int:
    """How many entries of a spatial index (ids, boxes n x 4) are missing, too many, or lie beside their row.

    An index may keep its boxes in single precision, rounded outwards.
    """
    placed = np.isfinite(rows.boxes).all(axis=1)
    own, order = rows.ids[placed], np.argsort(ids, kind="stable")
    ids, boxes = ids[order], boxes[order]
    if np.array_equal(own, ids):
        common, a, b = ids, rows.boxes[placed], boxes
    else:
        common, here, there = np.intersect1d(own, ids, return_indices=True)
        a, b = rows.boxes[placed][here], boxes[there]
    beside = (np.abs(a - b) > 1e-6 * np.maximum(np.abs(a), 1.0)).any(axis=1)
    return int(len(own) + len(ids) - 2 * len(common) + beside.sum())
