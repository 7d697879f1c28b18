"""How high may be built: the lowest limit over each cell of a grid, and which limit that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
from shapely import Geometry

from ..land.types import Array
from ..threads import Feedback, raise_if_cancelled
from .cells import CellGrid, inside
from .limits import Limit
from .terrain import Terrain

NO_LIMIT, OUTSIDE = -1, -2
_BLOCK = 2_000_000  # cells looked at together


@dataclass
class AllowedMap:
    """`heights`: metres above the ground, not-a-number where no limit applies or it cannot be told; `binding`: position
    of the limit that decides, or that cannot be told, NO_LIMIT, or OUTSIDE the area that was asked about."""

    grid: CellGrid
    heights: Array
    binding: Array


def allowed_heights(
    area: Geometry,
    grid: CellGrid,
    limits: Sequence[Limit],
    terrain: Optional[Terrain],
    feedback: Optional[Feedback] = None,
) -> AllowedMap:
    """The AllowedMap of an area; raises Cancelled. Where a limit cannot be told the height is not known either."""
    shape = (grid.rows, grid.columns)
    heights, binding = np.full(shape, np.inf), np.full(shape, NO_LIMIT, dtype=np.int32)
    step = max(_BLOCK // grid.columns, 1)
    for start in range(0, grid.rows, step):
        band = slice(start, min(start + step, grid.rows))
        raise_if_cancelled(feedback)
        _lower_band(band, grid, (limits, terrain), heights, binding)
        mask = inside(area, grid, band, slice(0, grid.columns))
        binding[band][~mask], heights[band][~mask] = OUTSIDE, np.nan
    heights[~np.isfinite(heights)] = np.nan
    return AllowedMap(grid, heights, binding)


def _lower_band(band: slice, grid: CellGrid, what: Any, heights: Array, binding: Array) -> None:
    """Lower the heights of some rows to each limit that reaches them."""
    limits, terrain = what
    ground = _ground(grid, band, terrain)
    for number, limit in enumerate(limits):
        rows, columns = grid.window(limit.area) if not limit.area.is_empty else (slice(0, 0), slice(0, 0))
        rows = slice(max(rows.start, band.start), min(rows.stop, band.stop))
        if rows.stop <= rows.start or columns.stop <= columns.start:
            continue
        mask = inside(limit.area, grid, rows, columns)
        if not mask.any():
            continue
        part = ground[rows.start - band.start : rows.stop - band.start, columns] if ground is not None else None
        found = _heights(limit, grid, (rows, columns, mask), part)
        now = heights[rows, columns]
        lower = mask & ((found < now) | np.isnan(found))
        now[lower] = found[lower]
        binding[rows, columns][lower] = number


def _ground(grid: CellGrid, band: slice, terrain: Optional[Terrain]) -> Optional[Array]:
    if terrain is None:
        return None
    x, y = grid.centres(band, slice(0, grid.columns))
    east, north = np.meshgrid(x, y)
    return terrain.at(np.column_stack([east.ravel(), north.ravel()])).reshape(len(y), len(x))


def _heights(limit: Limit, grid: CellGrid, window: Any, ground: Optional[Array]) -> Array:
    """Metres above the ground that a limit allows over a window; not-a-number where it cannot be told."""
    rows, columns, mask = window
    found = np.full(mask.shape, np.nan)
    if limit.shape is None or (limit.is_level and ground is None):
        return found
    x, y = grid.centres(rows, columns)
    at_row, at_column = np.nonzero(mask)
    level = limit.shape.at(np.column_stack([x[at_column], y[at_row]]))
    if limit.is_level and ground is not None:
        level = np.maximum(level - ground[mask], 0.0)
    found[mask] = level
    return found
