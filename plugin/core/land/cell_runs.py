"""Which cells of a grid have their centre in polygons, as runs along its rows: many polygons at once.

A centre on an edge counts as GDAL's rasterizer counts it, so that cells are those that planners know from other tools.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Optional

import numpy as np
import shapely

from ..threads import Feedback, in_threads
from .shells import runs as numbers_of
from .types import Array

_VERTICES = 400_000  # of the polygons that one thread takes at a time


class Frame(NamedTuple):
    """Where a grid lies: its upper left corner, the side of its square cells, and their number."""

    left: float
    top: float
    cell: float
    width: int
    height: int


class Runs(NamedTuple):
    """Cells of polygons (`owner`, ascending, then by row): of `row` those from column `first` to before `stop`."""

    owner: Array
    row: Array
    first: Array
    stop: Array

    def within(self, start: int, stop: int) -> Runs:
        """The runs of some rows of the grid."""
        inside = (self.row >= start) & (self.row < stop)
        return Runs(*(column[inside] for column in self))

    def portions(self, most: int) -> Iterator[Runs]:
        """The runs, some at a time, of about `most` cells: polygons that lie on one another hold more than a grid."""
        starts = np.flatnonzero(np.diff(np.cumsum(self.stop - self.first) // most, prepend=-1))
        for rows in np.split(np.arange(len(self.owner)), starts[1:]):
            yield Runs(*(column[rows] for column in self))

    def joined(self, other: Runs) -> Runs:
        """The runs of both, in order."""
        both = Runs(*map(np.concatenate, zip(self, other)))
        order = np.lexsort((both.first, both.row, both.owner))
        return Runs(*(column[order] for column in both))

    def cells(self) -> tuple[Array, Array, Array]:
        """(owner, row, column) of every cell, run after run."""
        run, column = numbers_of(self.first, self.stop - self.first)
        return self.owner[run], self.row[run], column


def cell_runs(geometries: Array, frame: Frame, feedback: Optional[Feedback] = None) -> Runs:
    """The Runs of polygons of any number of parts. Raises Cancelled."""
    total = np.cumsum(shapely.get_num_coordinates(geometries))
    starts = np.flatnonzero(np.diff(total // _VERTICES, prepend=-1))
    shares = np.split(np.arange(len(geometries)), starts[1:])

    def of_share(rows: Array) -> Runs:
        found = _runs(geometries[rows], frame)
        return found._replace(owner=rows[found.owner])

    found = [share for share in in_threads(of_share, shares, feedback) if len(share.owner)]
    none = np.array([], dtype=np.int64)
    return Runs(*map(np.concatenate, zip(*found))) if found else Runs(none, none, none, none)


def _runs(geometries: Array, frame: Frame) -> Runs:
    owner, start, end = _edges(geometries, frame)
    crossed, row, x = _crossings(start, end, frame.height)
    order = np.lexsort((x, row, owner[crossed]))
    of, row, x = owner[crossed][order], row[order], x[order]
    column = np.clip(np.floor(x + 0.5), 0, frame.width).astype(np.int64)  # the ring is entered and left in turn
    inside = Runs(of[::2], row[::2], column[::2], column[1::2])
    inside = Runs(*(values[inside.stop > inside.first] for values in inside))
    level = _level(owner, start, end, frame)
    return _merged(inside, level) if len(level.owner) else inside


def _edges(geometries: Array, frame: Frame) -> tuple[Array, Array, Array]:
    """(polygon, start, end) of every edge; points as columns and rows of the grid, x and y one line each."""
    parts, owner = shapely.get_parts(geometries, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    vertices, ring = shapely.get_coordinates(rings, return_index=True)
    points = np.stack([(vertices[:, 0] - frame.left) / frame.cell, (frame.top - vertices[:, 1]) / frame.cell])
    along = np.flatnonzero(ring[1:] == ring[:-1])
    return owner[part][ring[along]], points[:, along], points[:, along + 1]


def _crossings(start: Array, end: Array, height: int) -> tuple[Array, Array, Array]:
    """(edge, row, x) where edges cross the middle of a row; an edge holds its upper end and not its lower one."""
    low, high = np.minimum(start[1], end[1]), np.maximum(start[1], end[1])
    first, stop = (np.clip(np.ceil(y - 0.5), 0, height).astype(np.int64) for y in (low, high))
    crossing = np.flatnonzero(stop > first)
    own, row = numbers_of(first[crossing], (stop - first)[crossing])
    edge = crossing[own]
    down = start[1, edge] < end[1, edge]
    x1, y1 = (np.where(down, a[edge], b[edge]) for a, b in zip(start, end))
    x2, y2 = (np.where(down, b[edge], a[edge]) for a, b in zip(start, end))
    return edge, row, (row + 0.5 - y1) * (x2 - x1) / (y2 - y1) + x1


def _level(owner: Array, start: Array, end: Array, frame: Frame) -> Runs:
    """Runs below edges that lie just on the centres of a row: the lower sides of polygons hold them."""
    flat = (start[1] == end[1]) & (start[0] > end[0]) & ((start[1] - 0.5) % 1 == 0)
    flat &= (start[1] >= 0) & (start[1] < frame.height)
    left, right = (np.clip(np.floor(p[0, flat] + 0.5), 0, frame.width).astype(np.int64) for p in (end, start))
    return Runs(owner[flat], (start[1, flat] - 0.5).astype(np.int64), left, right)


def _merged(inside: Runs, level: Runs) -> Runs:
    """Both, no cell of a polygon twice: where they share a row of a polygon, runs of one cell each."""
    rows = 1 + max(inside.row.max(initial=0), level.row.max())
    touched = np.isin(inside.owner * rows + inside.row, level.owner * rows + level.row)
    apart, shared = (Runs(*(column[mask] for column in inside)) for mask in (~touched, touched))
    cells = (np.concatenate(pair) for pair in zip(shared.cells(), level.cells()))
    owner, row, column = np.unique(np.stack(list(cells)), axis=1)
    return apart.joined(Runs(owner, row, column, column + 1))
