"""Outer rings of many polygons as two columns of numbers: what array arithmetic over their edges asks for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np
import shapely

from .types import Array

BLOCK = 6  # edges; blocks that lie apart are never looked into
_SMALLEST_M2 = 1e-3  # planar; of less land nobody can say on which side of its ring it lies


@dataclass(frozen=True)
class Boxes:
    """Sides of boxes, one array each; not-a-number for a box of nothing, which meets no other."""

    left: Array
    low: Array
    right: Array
    top: Array

    def take(self, rows: Array) -> Boxes:
        return Boxes(*(side.take(rows, axis=0) for side in (self.left, self.low, self.right, self.top)))

    def grown(self, by: float) -> Boxes:
        return Boxes(self.left - by, self.low - by, self.right + by, self.top + by)

    def shared(self, other: Boxes) -> Boxes:
        """What box by box lies in both."""
        return Boxes(
            np.maximum(self.left, other.left),
            np.maximum(self.low, other.low),
            np.minimum(self.right, other.right),
            np.minimum(self.top, other.top),
        )

    def meet(self, other: Boxes) -> Array:
        """Booleans: which boxes meet, row by row."""
        found: Array = self.left <= other.right
        found &= self.right >= other.left
        found &= self.low <= other.top
        found &= self.top >= other.low
        return found

    def within(self, other: Boxes) -> Array:
        """Booleans: which boxes lie in those of `other`, row by row."""
        found: Array = (self.left >= other.left) & (self.right <= other.right)
        found &= (self.low >= other.low) & (self.top <= other.top)
        return found

    def by_blocks(self) -> Boxes:
        """The boxes as n x BLOCK, one row a block."""
        return Boxes(*(side.reshape(-1, BLOCK) for side in (self.left, self.low, self.right, self.top)))


@dataclass(frozen=True)
class Shells:
    """Counter-clockwise outer rings, one of each geometry that is a single polygon (`usable`).

    `x`, `y`: vertices in metres, ring after ring, each closed and padded with not-a-number to whole blocks of edges.
    Edge v runs from vertex v to v + 1 (`dx`, `dy`; not-a-number where there is none). Ring r begins at vertex
    `start[r]` and has `edges[r]` edges in `blocks[r]` blocks from `block[r]` on; `ring` is the ring of each block.
    `hole_boxes` of ring r: `hole_count[r]` from `hole_start[r]` on.
    """

    usable: Array
    box: Boxes
    x: Array
    y: Array
    dx: Array
    dy: Array
    start: Array
    edges: Array
    block: Array
    blocks: Array
    ring: Array
    edge_box: Boxes
    block_box: Boxes
    hole_boxes: Boxes
    hole_start: Array
    hole_count: Array

    def has_hole_within(self, rings: Array, boxes: Boxes) -> Array:
        """Booleans: which of the `rings` have a hole whose box meets theirs of `boxes`."""
        owner, hole = runs(self.hole_start[rings], self.hole_count[rings])
        meets = self.hole_boxes.take(hole).meet(boxes.take(owner))
        found: Array = np.bincount(owner[meets], minlength=len(rings)) > 0
        return found

    def blocks_within(self, rings: Array, boxes: Boxes) -> tuple[Array, Array]:
        """(position in `rings`, block) of the blocks that meet the box of their ring."""
        owner, block = runs(self.block[rings], self.blocks[rings])
        meets = self.block_box.take(block).meet(boxes.take(owner))
        return owner[meets], block[meets]

    def ring_of_edge(self, edge: Array) -> Array:
        found: Array = self.ring[edge // BLOCK]
        return found


def runs(start: Array, count: Array) -> tuple[Array, Array]:
    """(run, number) of the numbers start[r], start[r] + 1, ... of every run r that has count[r] of them."""
    run = np.repeat(np.arange(len(count)), count)
    number = np.arange(len(run))
    number += np.repeat(start - (np.cumsum(count) - count), count)
    return run, number


def shells(geometries: Array) -> Shells:
    """The Shells of an array of valid geometries; None, lines and polygons of several parts have none and are not
    `usable`.
    """
    geometries = without_wrapping(geometries)
    single = shapely.get_type_id(geometries) == shapely.GeometryType.POLYGON
    outer = _outer(geometries, single)
    counts = shapely.get_num_coordinates(outer)
    size = np.where(single, (counts // BLOCK + 1) * BLOCK, 0)  # at least one place after the last vertex stays empty
    start = np.cumsum(size) - size
    x, y, area = _padded(outer, counts, size)
    holes = _holes(geometries, single)
    edge_box = _edge_boxes(x, y)
    return Shells(
        usable=single & (np.abs(area) > _SMALLEST_M2),
        box=boxes_of(geometries),
        x=x,
        y=y,
        dx=np.diff(x),
        dy=np.diff(y),
        start=start,
        edges=np.maximum(counts - 1, 0),
        block=start // BLOCK,
        blocks=size // BLOCK,
        ring=np.repeat(np.arange(len(size)), size // BLOCK),
        edge_box=edge_box,
        block_box=_block_boxes(edge_box),
        hole_boxes=holes[0],
        hole_start=holes[1],
        hole_count=holes[2],
    )


def without_wrapping(geometries: Array) -> Array:
    """The same with each multipolygon of one part as that part: most GeoPackages hold nothing but multipolygons."""
    wrapped = np.flatnonzero(shapely.get_type_id(geometries) == shapely.GeometryType.MULTIPOLYGON)
    single = wrapped[shapely.get_num_geometries(geometries[wrapped]) == 1]
    if not len(single):
        return geometries
    made: Array = geometries.copy()
    made[single] = shapely.get_geometry(geometries[single], 0)
    return made


def _outer(geometries: Array, single: Array) -> Array:
    """Outer rings of the single polygons, None for others; a polygon without holes stands for its ring."""
    outer: Array = np.full(len(geometries), None)
    outer[single] = geometries[single]
    holed = np.flatnonzero(shapely.get_num_interior_rings(outer) > 0)
    outer[holed] = shapely.get_exterior_ring(outer[holed])
    return outer


def boxes_of(geometries: Array) -> Boxes:
    """Bounding boxes of geometries."""
    return Boxes(*np.ascontiguousarray(shapely.bounds(geometries).reshape(-1, 4).T))


def _padded(outer: Array, counts: Array, size: Array) -> tuple[Array, Array, Array]:
    """Vertices of the rings, all counter-clockwise and padded to their `size`, and the signed planar areas they had."""
    vertices = shapely.get_coordinates(outer)
    area = _signed_areas(vertices, counts)
    _turn(vertices, counts, np.flatnonzero(area < 0))
    is_vertex = np.ones(int(size.sum()) + 1, bool)
    is_vertex[runs(np.cumsum(size) - size + counts, size - counts)[1]] = is_vertex[-1] = False
    x, y = np.full(len(is_vertex), np.nan), np.full(len(is_vertex), np.nan)
    x[is_vertex], y[is_vertex] = vertices[:, 0], vertices[:, 1]
    return x, y, area


def _turn(vertices: Array, counts: Array, rings: Array) -> None:
    """Reverse some rings in place."""
    first = (np.cumsum(counts) - counts)[rings]
    ring, place = runs(first, counts[rings])
    vertices[place] = vertices[(2 * first + counts[rings] - 1)[ring] - place]


def _signed_areas(vertices: Array, counts: Array) -> Array:
    """Planar areas of closed rings laid end to end, positive where counter-clockwise; 0 for one without vertices."""
    areas = np.zeros(len(counts))
    filled = counts > 0
    if not filled.any():
        return areas
    ends = np.cumsum(counts)[filled]
    x, y = vertices[:, 0], vertices[:, 1] - vertices[0, 1]
    twice = np.zeros(len(x))
    np.multiply(y[:-1] + y[1:], x[:-1] - x[1:], out=twice[:-1])  # strips between the edges and a level
    twice[ends - 1] = 0
    areas[filled] = np.add.reduceat(twice, ends - counts[filled]) / 2
    return areas


def _holes(geometries: Array, single: Array) -> tuple[Boxes, Array, Array]:
    """Boxes of the holes of single polygons, and where those of each geometry begin and how many they are."""
    count = np.where(single, shapely.get_num_interior_rings(geometries), 0)
    holed = np.flatnonzero(count)
    rings, owner = shapely.get_rings(geometries[holed], return_index=True)
    is_hole = np.diff(owner, prepend=-1) == 0
    return boxes_of(rings[is_hole]), np.cumsum(count) - count, count


def _edge_boxes(x: Array, y: Array) -> Boxes:
    return Boxes(
        np.minimum(x[:-1], x[1:]),
        np.minimum(y[:-1], y[1:]),
        np.maximum(x[:-1], x[1:]),
        np.maximum(y[:-1], y[1:]),
    )


def _block_boxes(edges: Boxes) -> Boxes:
    blocks = edges.by_blocks()
    return Boxes(
        reduce(np.fmin, blocks.left.T),
        reduce(np.fmin, blocks.low.T),
        reduce(np.fmax, blocks.right.T),
        reduce(np.fmax, blocks.top.T),
    )
