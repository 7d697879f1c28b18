"""Projects under review, in spatial chunks, with the boxes that a search for their control features asks with."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
import shapely

from ..land.area import AreasToCome
from ..land.boxes import diagonals, sifted
from ..threads import PROCESSORS

if TYPE_CHECKING:
    from ..land.types import Array


_FAR = 1e12  # metres; stands for infinity in a tree
_THIN = 0.25  # a project filling less than this share of its box is searched strip by strip
_STRIPS = 12
_SMALLEST, _LARGEST = 32, 1024  # projects a chunk: small ones share the work evenly, large ones cost less around it


class Projects:
    """Projects under review: keys, valid polygons on the plane, statutory areas (m²) or AreasToCome; `unusable_keys`:
    keys of those without usable geometry, which are in none of the arrays."""

    def __init__(self, keys: Iterable[str], geometries: Any, areas_m2: Any, unusable_keys: Iterable[str] = ()) -> None:
        self.keys, self.unusable_keys = list(keys), list(unusable_keys)
        self.key_array = np.array(self.keys, dtype=object)
        self.geometries = np.asarray(geometries, dtype=object)
        self._areas = areas_m2 if isinstance(areas_m2, AreasToCome) else np.asarray(areas_m2, dtype=float)
        self.boxes = shapely.bounds(self.geometries).reshape(-1, 4)
        strips, owners = _search_boxes(self.geometries, self.boxes)
        order = np.argsort(owners, kind="stable")
        self._strips, self._first = strips[order], np.searchsorted(owners[order], np.arange(len(self.keys) + 1))

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def areas_m2(self) -> Array:
        """Their statutory areas; waits for those to come."""
        areas: Array = self._areas.areas_m2() if isinstance(self._areas, AreasToCome) else self._areas
        return areas

    @property
    def are_measured(self) -> bool:
        """Whether nobody has to wait for areas."""
        return not isinstance(self._areas, AreasToCome) or self._areas.are_known

    def chunks(self) -> list[ProjectChunk]:
        """Return ProjectChunks that cover all projects, each of projects that lie close together."""
        wanted = len(self) // (10 * PROCESSORS)
        return [ProjectChunk(self, index) for index in _split(self.boxes, min(max(wanted, _SMALLEST), _LARGEST))]

    def candidates(self, boxes: Array, reach: float = 0.0) -> tuple[Array, Array]:
        """As ProjectChunk.candidates, over all projects."""
        return ProjectChunk(self, np.arange(len(self))).candidates(boxes, reach)

    def search_boxes(self, index: Array) -> tuple[Array, Array]:
        """Boxes (n x 4) to search for the projects of a sorted index array, and the position in `index` that
        each belongs to.
        """
        counts = self._first[index + 1] - self._first[index]
        owners = np.repeat(np.arange(len(index)), counts)
        own = self._first[index[owners]] + np.arange(len(owners)) - (np.cumsum(counts) - counts)[owners]
        return self._strips[own], owners


class ProjectChunk:
    """Some neighbouring projects: `index` their positions in `projects`, `bounds` (min x, min y, max x, max y)
    around them.
    """

    def __init__(self, projects: Projects, index: Array) -> None:
        self.projects, self.index = projects, np.sort(index)
        boxes = projects.boxes[self.index]
        self.bounds = (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0))
        self._strips, self._owners = projects.search_boxes(self.index)

    def __len__(self) -> int:
        return len(self.index)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(diagonals(self._strips))

    @property
    def geometries(self) -> Array:
        """The chunk's polygons."""
        own: Array = self.projects.geometries[self.index]
        return own

    @property
    def areas_m2(self) -> Optional[Array]:
        """Their statutory areas, None as long as these are computed."""
        return self.projects.areas_m2[self.index] if self.projects.are_measured else None

    def copies(self) -> Array:
        """Fresh copies of the chunk's polygons: what one thread prepares no other may touch (preparation is not
        thread-safe).
        """
        copies: Array = shapely.force_2d(self.geometries)  # a clone of what has no heights
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

    The extremes of a strip lie at the vertices in it, or where an edge crosses its borders.
    """
    count = len(geometries)
    axis = np.argmax(size, axis=1)
    width = size[np.arange(count), axis] / _STRIPS
    xy, owner = shapely.get_coordinates(geometries, return_index=True)
    rows = np.arange(len(xy))
    along, across = xy[rows, axis[owner]] - boxes[owner, axis[owner]], xy[rows, 1 - axis[owner]]
    strip = np.clip((along / width[owner]).astype(int), 0, _STRIPS - 1)
    borders, edges = _crossed(strip, owner)
    at = borders * width[owner[edges]]
    part = (at - along[edges]) / (along[edges + 1] - along[edges])
    crossing = across[edges] + part * (across[edges + 1] - across[edges])
    place = owner[edges] * _STRIPS + borders
    place = np.concatenate([owner * _STRIPS + strip, place, place - 1])
    across = np.concatenate([across, crossing, crossing])
    order = np.argsort(place, kind="stable")
    places, first = np.unique(place[order], return_index=True)
    used, number = np.divmod(places, _STRIPS)
    low, high = np.minimum.reduceat(across[order], first), np.maximum.reduceat(across[order], first)
    a = boxes[used, axis[used]] + number * width[used]
    corner, opposite = np.column_stack([a, low]), np.column_stack([a + width[used], high])
    upright = axis[used] == 1
    corner[upright], opposite[upright] = corner[upright, ::-1], opposite[upright, ::-1]
    return np.hstack(
        [corner - 1e-6, opposite + 1e-6]
    ), used  # a millionth of a metre for the rounding of the strips' own borders


def _crossed(strip: Array, owner: Array) -> tuple[Array, Array]:
    """Borders between strips that edges cross, each the number of the strip above it, with the edges' first vertices.

    Edges also join ring to ring: a box a little larger than it must be.
    """
    edges = np.flatnonzero((owner[1:] == owner[:-1]) & (strip[1:] != strip[:-1]))
    low, high = np.minimum(strip[edges], strip[edges + 1]), np.maximum(strip[edges], strip[edges + 1])
    counts = high - low
    which = np.repeat(np.arange(len(edges)), counts)
    return low[which] + 1 + np.arange(len(which)) - (np.cumsum(counts) - counts)[which], edges[which]
