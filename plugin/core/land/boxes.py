"""Boxes (left, low, right, top) on the plane, in metres."""

import numpy as np
import shapely

from .types import Array

Box = tuple[float, float, float, float]


def grown(box: Box, metres: float) -> Box:
    """The box `metres` wider on every side."""
    return box[0] - metres, box[1] - metres, box[2] + metres, box[3] + metres


def diagonals(boxes: Array) -> Array:
    """Lines from corner to corner of boxes (n x 4): to a tree they are the boxes, and made in less time."""
    lines: Array = shapely.linestrings(boxes.reshape(-1, 2, 2))
    return lines


_CELLS = 96  # of a grid, along each side
_WORTH = 1_000  # boxes; fewer are searched as quickly as they are sifted


def sifted(boxes: Array, targets: Array) -> Array:
    """Positions of the boxes (n x 4, finite) that may meet one of `targets`: those in whose cells of a grid one lies.

    All that do meet one are among them. Few boxes are not sifted.
    """
    if len(boxes) < _WORTH or not len(targets):
        return np.arange(len(boxes))
    low = targets[:, :2].min(axis=0)
    step = (_CELLS - 1) / np.maximum(targets[:, 2:].max(axis=0) - low, 1e-9)
    width = _CELLS + 2
    left, bottom, right, top = _cells(targets, low, step)
    steps = np.bincount(np.concatenate([left * width + bottom, (right + 1) * width + top + 1]), minlength=width**2)
    steps -= np.bincount(np.concatenate([(right + 1) * width + bottom, left * width + top + 1]), minlength=width**2)
    is_taken = steps.reshape(width, width).cumsum(axis=0).cumsum(axis=1) > 0
    taken = np.zeros((width + 1, width + 1), np.int64)  # cells before each corner in which a target lies
    taken[1:, 1:] = is_taken.cumsum(axis=0).cumsum(axis=1)
    taken, width = taken.ravel(), width + 1
    left, bottom, right, top = _cells(boxes, low, step)
    left, right, top = left * width, (right + 1) * width, top + 1
    found: Array = np.flatnonzero(taken[right + top] - taken[left + top] - taken[right + bottom] + taken[left + bottom])
    return found


def _cells(boxes: Array, low: Array, step: Array) -> list[Array]:
    """Column by column the cells of the sides of boxes; what lies outside the grid is put onto its edge."""
    sides = ((boxes[:, at] - low[at % 2]) * step[at % 2] for at in range(4))
    return [np.clip(side, 0, _CELLS, out=side).astype(np.intp) for side in sides]
