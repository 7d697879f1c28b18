"""Which cells of a grid have their centre in a polygon: the crossings of each row, by array arithmetic."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Geometry

from ..land.types import Array


@dataclass(frozen=True)
class CellGrid:
    """`rows` x `columns` square cells of `cell` metres from the corner (`left`, `top`) to the south-east."""

    left: float
    top: float
    cell: float
    rows: int
    columns: int

    @classmethod
    def over(cls, shape: Geometry, cell: float) -> "CellGrid":
        """The grid that covers a shape; its lines lie on multiples of the cell size."""
        left, low, right, top = shapely.bounds(shape)
        west, north = np.floor(left / cell) * cell, np.ceil(top / cell) * cell
        rows, columns = int(np.ceil((north - low) / cell)), int(np.ceil((right - west) / cell))
        return cls(float(west), float(north), cell, max(rows, 1), max(columns, 1))

    def window(self, shape: Geometry) -> tuple[slice, slice]:
        """(rows, columns) of the cells whose centres may lie in a shape."""
        left, low, right, top = shapely.bounds(shape)
        first, last = np.floor((left - self.left) / self.cell), np.ceil((right - self.left) / self.cell)
        upper, lower = np.floor((self.top - top) / self.cell), np.ceil((self.top - low) / self.cell)
        columns = np.clip([first, last], 0, self.columns).astype(int)
        rows = np.clip([upper, lower], 0, self.rows).astype(int)
        return slice(int(rows[0]), int(rows[1])), slice(int(columns[0]), int(columns[1]))

    def centres(self, rows: slice, columns: slice) -> tuple[Array, Array]:
        """(x of the columns, y of the rows) of the centres of a window."""
        x = self.left + (np.arange(columns.start, columns.stop) + 0.5) * self.cell
        y = self.top - (np.arange(rows.start, rows.stop) + 0.5) * self.cell
        return x, y


def inside(shape: Geometry, grid: CellGrid, rows: slice, columns: slice) -> Array:
    """Booleans over a window of a grid: whose centres lie in a polygon."""
    height, width = rows.stop - rows.start, columns.stop - columns.start
    flips = np.zeros((height, width + 1), dtype=np.int32)
    if height <= 0 or width <= 0:
        return flips[:, :width] > 0
    starts, ends = _edges(shape)
    # rows whose centre line an edge crosses: from its upper end (counted in) to its lower end (not counted in)
    a, b = ((grid.top - xy[:, 1]) / grid.cell - 0.5 - rows.start for xy in (starts, ends))
    first = np.clip(np.ceil(np.minimum(a, b)), 0, height).astype(int)
    last = np.clip(np.ceil(np.maximum(a, b)), 0, height).astype(int)
    count = last - first
    edge = np.repeat(np.arange(len(starts)), count)
    row = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count) + first[edge]
    share = (row - a[edge]) / (b[edge] - a[edge])
    x = starts[edge, 0] + share * (ends[edge, 0] - starts[edge, 0])
    column = np.clip(np.ceil((x - grid.left) / grid.cell - 0.5 - columns.start), 0, width).astype(int)
    np.add.at(flips, (row, column), 1)
    return (np.cumsum(flips[:, :width], axis=1) & 1).astype(bool)


def _edges(shape: Geometry) -> tuple[Array, Array]:
    """(starts, ends) of all edges of a polygon that are not level."""
    rings = shapely.get_rings(shapely.get_parts(shape))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    kept = (ring[:-1] == ring[1:]) & (xy[:-1, 1] != xy[1:, 1])
    return xy[:-1][kept], xy[1:][kept]
