"""Boxes (left, low, right, top) on the plane, in metres."""

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
