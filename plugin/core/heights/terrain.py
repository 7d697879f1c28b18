"""Ground levels from a grid of cells: bilinear between cell centres, unknown where a cell beside holds nothing."""

from dataclasses import dataclass

import numpy as np

from ..land.boxes import Box
from ..land.types import Array


@dataclass(frozen=True)
class Terrain:
    """`levels`: rows from north to south in metres, not-a-number without data; (`left`, `top`): its corner."""

    levels: Array
    left: float
    top: float
    cell: float

    @property
    def box(self) -> Box:
        rows, columns = self.levels.shape
        return self.left, self.top - rows * self.cell, self.left + columns * self.cell, self.top

    def at(self, xy: Array) -> Array:
        """Levels at points (n x 2); not-a-number beyond the grid and where it has no data."""
        rows, columns = self.levels.shape
        points = np.asarray(xy, dtype=float)
        across, down = (points[:, 0] - self.left) / self.cell, (self.top - points[:, 1]) / self.cell
        inside = (across >= 0) & (across <= columns) & (down >= 0) & (down <= rows)
        across = np.clip(np.where(inside, across, 0) - 0.5, 0, columns - 1)
        down = np.clip(np.where(inside, down, 0) - 0.5, 0, rows - 1)
        column = np.minimum(across.astype(int), max(columns - 2, 0))
        row = np.minimum(down.astype(int), max(rows - 2, 0))
        right, below = np.minimum(column + 1, columns - 1), np.minimum(row + 1, rows - 1)
        u, v = across - column, down - row
        upper = self.levels[row, column] * (1 - u) + self.levels[row, right] * u
        lower = self.levels[below, column] * (1 - u) + self.levels[below, right] * u
        return np.where(inside, upper * (1 - v) + lower * v, np.nan)
