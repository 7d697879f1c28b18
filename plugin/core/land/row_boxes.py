"""Where every row of a layer lies, from the rows themselves: an index that lies cannot hide one."""

from dataclasses import dataclass

import numpy as np

from .types import Array, Box

EVERY_HEADER = 5000  # rows of a table up to which every header is compared with its geometry
_SAMPLE = 1000  # rows of a larger one
_AT_ONCE = 8192  # rows that are compared with an index: so many stay in the processor's cache


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
    if (ids[1:] <= ids[:-1]).any():
        order = np.argsort(ids, kind="stable")
        ids, boxes, has_land = ids[order], boxes[order], has_land[order]
    return RowBoxes(ids, np.asfortranarray(boxes), has_land)


def wrong_entries(rows: RowBoxes, ids: Array, boxes: Array) -> int:
    """How many entries of a spatial index (ids, boxes n x 4) are missing, too many, or lie beside their row.

    An index may keep its boxes in single precision, rounded outwards.
    """
    here, there = np.flatnonzero(np.isfinite(rows.boxes).all(axis=1)), np.argsort(ids, kind="stable")
    own, listed = rows.ids[here], ids[there]
    if not np.array_equal(own, listed):
        _, first, second = np.intersect1d(own, listed, return_indices=True)
        here, there = here[first], there[second]
    starts = range(0, len(here), _AT_ONCE)
    shares = ((rows.boxes[here[at : at + _AT_ONCE]], boxes[there[at : at + _AT_ONCE]]) for at in starts)
    return len(own) + len(listed) - 2 * len(here) + sum(_beside(*share) for share in shares)


def _beside(own: Array, listed: Array) -> int:
    """How many boxes lie elsewhere."""
    off = np.abs(own - listed) > 1e-6 * np.maximum(np.abs(own), 1.0)
    return int(off.any(axis=1).sum())
