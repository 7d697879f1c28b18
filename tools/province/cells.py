"""Cells: each project belongs to one, the cell of its box's lower-left corner; control features go to every cell they
may meet.

Projects are counted in small squares first. A cell is a block of BLOCK x BLOCK squares, cut further at the median of
its projects where it holds too many, down to single squares.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

BLOCK = 32
NOWHERE = -1  # the cell of what has no usable geometry


class Cells:
    """`ix`, `iy`, `count`: occupied squares and their projects.

    `boxes` (n x 4, plane): around the projects of each square.
    """

    def __init__(self, ix, iy, count, boxes, most):
        order = np.lexsort((iy, ix))
        self._ix, self._iy, count, self._boxes = ix[order], iy[order], count[order], boxes[order]
        self._codes = _code(self._ix, self._iy)
        self.cell_of_square = np.empty(len(order), dtype=np.int32)
        parts = _parts(self._ix, self._iy, count, most)
        for number, part in enumerate(parts):
            self.cell_of_square[part] = number
        self.sizes = [int(count[part].sum()) for part in parts]

    def __len__(self):
        return len(self.sizes)

    def bounds(self):
        """(min x, min y, max x, max y) around all projects."""
        return (*self._boxes[:, :2].min(axis=0), *self._boxes[:, 2:].max(axis=0))

    def of_projects(self, ix, iy):
        """Cells of projects by their squares; NOWHERE where the square is null (masked by -2**31)."""
        at = np.searchsorted(self._codes, _code(ix, iy)).clip(max=max(len(self._codes) - 1, 0))
        known = self._codes[at] == _code(ix, iy) if len(self._codes) else np.zeros(len(ix), bool)
        return np.where(known, self.cell_of_square[at] if len(self._codes) else NOWHERE, NOWHERE)

    def of_controls(self, boxes, reach):
        """Pairs (row of `boxes`, cell), each once, of finite boxes (n x 4, plane) that come within `reach` of a
        square's projects.
        """
        finite = np.flatnonzero(np.isfinite(boxes).all(axis=1))
        grown = boxes[finite] + np.array([-reach, -reach, reach, reach])
        rows, squares = self._tree.query(shapely.box(*grown.T))
        pairs = np.unique(finite[rows] * len(self) + self.cell_of_square[squares])
        return np.divmod(pairs, max(len(self), 1))

    @cached_property
    def _tree(self):
        return shapely.STRtree(shapely.box(*self._boxes.T))


def _code(ix, iy):
    return (ix.astype(np.int64) << 32) + iy.astype(np.int64)


def _parts(ix, iy, count, most):
    """Arrays of square positions, one a cell, of at most `most` projects where a square does not hold more by
    itself.
    """
    blocks = np.unique(_code(ix // BLOCK, iy // BLOCK), return_inverse=True)[1]
    order = np.argsort(blocks, kind="stable")
    waiting = np.split(order, np.flatnonzero(np.diff(blocks[order])) + 1) if len(order) else []
    parts = []
    while waiting:
        part = waiting.pop()
        if count[part].sum() <= most or len(part) == 1:
            parts.append(part)
            continue
        axis = ix if np.ptp(ix[part]) >= np.ptp(iy[part]) else iy
        part = part[np.argsort(axis[part], kind="stable")]
        half = np.cumsum(count[part])
        cut = np.clip(np.searchsorted(half, half[-1] / 2) + 1, 1, len(part) - 1)
        waiting += [part[:cut], part[cut:]]
    return parts


MOST_ENDLESS = 100  # features without a place that one batch of rows sends to every cell; the rest is listed only


@dataclass(frozen=True)
class Seen:
    """Control features that were looked at: `boxes` (n x 4, plane), whether each is `missing` a usable geometry, and
    whether it is land that could not be read (`unread`).
    """

    boxes: np.ndarray
    missing: np.ndarray
    unread: np.ndarray


def spread(seen, pairs, cells):
    """(rows of `seen`, cells), what is to be sent where; `pairs`: (rows, cells) of those with a place."""
    row, cell = pairs
    kept = ~seen.missing[row] | seen.unread[row]
    endless = seen.unread & ~np.isfinite(seen.boxes).all(axis=1)
    everywhere, gone = np.flatnonzero(endless)[:MOST_ENDLESS], np.flatnonzero(seen.missing & ~seen.unread)
    gone = np.concatenate([gone, np.flatnonzero(endless)[MOST_ENDLESS:]])
    all_cells = np.tile(np.arange(len(cells)), len(everywhere))
    rows = np.concatenate([row[kept], np.repeat(everywhere, len(cells)), gone])
    return rows, np.concatenate([cell[kept], all_cells, np.full(len(gone), NOWHERE)])
