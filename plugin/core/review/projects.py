"""Projects under review, in spatial chunks, with the boxes that a search for their control features asks with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ..land.boxes import diagonals, sifted
from ..threads import PROCESSORS

if TYPE_CHECKING:
    from ..land.types import Array


_FAR = 1e12  # metres; stands for infinity in a tree
_THIN = 0.25  # a project filling less than this share of its box is searched strip by strip
_STRIPS = 12
_SMALLEST, _LARGEST = 32, 1024  # projects a chunk: small ones share the work evenly, large ones cost less around it


class Projects:
    """Projects under review: keys, valid polygons on the plane, statutory areas (m²); `unusable_keys`: keys of those
    without usable geometry, which are in none of the arrays."""

    def __init__(self, keys: Iterable[str], geometries: Any, areas_m2: Any, unusable_keys: Iterable[str] = ()) -> None:
        self.keys, self.unusable_keys = list(keys), list(unusable_keys)
        self.geometries = np.asarray(geometries, dtype=object)
        self.areas_m2 = np.asarray(areas_m2, dtype=float)
        self.boxes = shapely.bounds(self.geometries).reshape(-1, 4)
        self._strips, self._owners = _search_boxes(self.geometries, self.boxes)

    def __len__(self) -> int:
        return len(self.keys)

    def chunks(self) -> list[ProjectChunk]:
        """Return ProjectChunks that cover all projects, each of projects that lie close together."""
        wanted = len(self) // (8 * PROCESSORS)
        return [ProjectChunk(self, index) for index in _split(self.boxes, min(max(wanted, _SMALLEST), _LARGEST))]

    def candidates(self, boxes: Array, reach: float = 0.0) -> tuple[Array, Array]:
        """As ProjectChunk.candidates, over all projects."""
        return ProjectChunk(self, np.arange(len(self))).candidates(boxes, reach)

    def search_boxes(self, index: Array) -> tuple[Array, Array]:
        """Boxes (n x 4) to search for the projects of a sorted index array, and the position in `index` that
        each belongs to.
        """
        own = np.flatnonzero(np.isin(self._owners, index))
        return self._strips[own], np.searchsorted(index, self._owners[own])


class ProjectChunk:
    """Some neighbouring projects: `index` their positions in `projects`, `bounds` (min x, min y, max x, max y)
    around them.
    """

    def __init__(self, projects: Projects, index: Array) -> None:
        self.projects, self.index = projects, np.sort(index)
        boxes = projects.boxes[self.index]
        self.bounds = (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0))
        self._strips, self._owners = projects.search_boxes(self.index)
        self._tree = shapely.STRtree(diagonals(self._strips))

    def __len__(self) -> int:
        return len(self.index)

    def copies(self) -> Array:
        """Fresh copies of the chunk's polygons: what one thread prepares no other may touch (preparation is not
        thread-safe).
        """
        copies: Array = shapely.force_2d(self.projects.geometries[self.index])  # a clone of what has no heights
        return copies

    def candidates(self, boxes: Array, reach: float = 0.0) -> tuple[Array, Array]:
        """Pairs (position in the chunk, row of `boxes`) whose boxes meet within `reach` metres, sorted by position.

        `boxes`: n x 4 array on the plane; not-a-number meets nothing, an infinite box everything.
        """
        known = np.flatnonzero(~np.isnan(boxes[:, 0]))
        if not len(known):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        grown = np.clip(boxes[known], -_FAR, _FAR) + np.array([-reach, -reach, reach, reach])
        near = sifted(grown, self._strips)
        known = known[near]
        rows, positions = self._tree.query(diagonals(grown[near]))
        pairs = np.unique(
            self._owners[positions] * len(boxes) + known[rows]
        )  # one number a pair sorts ten times faster than rows do
        return np.divmod(pairs, max(len(boxes), 1))


def _split(boxes: Array, size: int) -> list[Array]:
    """Cut the boxes at the median of their centres, along the longer side, until no part holds more than `size`."""
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    waiting, parts = [np.arange(len(boxes))], []
    while waiting:
        part = waiting.pop()
        if len(part) <= size:
            parts.append(part)
            continue
        axis = np.argmax(np.ptp(centres[part], axis=0))
        order = part[np.argsort(centres[part, axis], kind="stable")]
        waiting += [order[len(order) // 2 :], order[: len(order) // 2]]
    return [part for part in parts if len(part)]


def _search_boxes(geometries: Array, boxes: Array) -> tuple[Array, Array]:
    """Boxes of the projects and their owners.

    Of long thin ones a box for each of some strips, so that they follow the shape.
    """
    size = boxes[:, 2:] - boxes[:, :2]
    thin = np.flatnonzero(shapely.area(geometries) < _THIN * size.prod(axis=1))
    plain = np.setdiff1d(np.arange(len(boxes)), thin)
    strips, owners = _strips(geometries[thin], boxes[thin], size[thin]) if len(thin) else (np.empty((0, 4)), thin)
    return np.concatenate([boxes[plain], strips]), np.concatenate([plain, thin[owners]])


def _strips(geometries: Array, boxes: Array, size: Array) -> tuple[Array, Array]:
    """Boxes of what lies in each of _STRIPS strips across the longer side of each geometry.

    The extremes of a strip lie on the edges that touch it. Edges are cut shorter than half a strip first, so each
    touches the strips of its two ends only.
    """
    count = len(geometries)
    axis = np.argmax(size, axis=1)
    width = size[np.arange(count), axis] / _STRIPS
    xy, owner = shapely.get_coordinates(shapely.segmentize(geometries, width / 2), return_index=True)
    along, across = xy[np.arange(len(xy)), axis[owner]], xy[np.arange(len(xy)), 1 - axis[owner]]
    start = boxes[np.arange(count), axis]
    strip = np.clip(((along - start[owner]) / width[owner]).astype(int), 0, _STRIPS - 1)
    joined = np.flatnonzero(owner[1:] == owner[:-1])  # also joins ring to ring: a box a little larger than it must be
    place = owner * _STRIPS + strip
    place = np.concatenate([place, place[joined], place[joined + 1]])
    across = np.concatenate([across, across[joined + 1], across[joined]])
    order = np.argsort(place, kind="stable")
    places, first = np.unique(place[order], return_index=True)
    used, number = np.divmod(places, _STRIPS)
    low, high = np.minimum.reduceat(across[order], first), np.maximum.reduceat(across[order], first)
    a = start[used] + number * width[used]
    corner, opposite = np.column_stack([a, low]), np.column_stack([a + width[used], high])
    upright = axis[used] == 1
    corner[upright], opposite[upright] = corner[upright, ::-1], opposite[upright, ::-1]
    return np.hstack(
        [corner - 1e-6, opposite + 1e-6]
    ), used  # a millionth of a metre for the rounding of the strips' own borders
