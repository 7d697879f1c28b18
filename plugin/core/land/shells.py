"""Rings of many polygons as two columns of numbers: what array arithmetic over their edges asks for."""

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

    def meeting(self, rows: Array, other: Boxes, places: Array) -> tuple[Array, Array]:
        """`rows` and `places` of `other` whose boxes meet; most are apart from west to east, and asked no more."""
        for low, high in (("left", "right"), ("low", "top")):
            meet = getattr(self, low)[rows] <= getattr(other, high)[places]
            meet &= getattr(self, high)[rows] >= getattr(other, low)[places]
            rows, places = rows[meet], places[meet]
        return rows, places

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
    """Rings of each geometry that is a single polygon (`usable`): the outer one counter-clockwise, holes clockwise, so
    that land lies to the left of every edge.

    `x`, `y`: vertices in metres, ring after ring, each closed and padded with not-a-number to whole blocks of edges.
    Edge v runs from vertex v to v + 1 (`dx`, `dy`; not-a-number where there is none). Ring r is of geometry `owner[r]`,
    begins at vertex `start[r]` and has `edges[r]` edges; `ring` is the ring of each block. Geometry g has `blocks[g]`
    blocks from `block[g]` on, those of its outer ring first, and `hole_count[g]` holes from `hole_start[g]` on: rings
    `hole_ring` with the boxes `hole_boxes` and the shapes `hole_shapes`.
    """

    usable: Array
    box: Boxes
    x: Array
    y: Array
    dx: Array
    dy: Array
    owner: Array
    start: Array
    edges: Array
    block: Array
    blocks: Array
    ring: Array
    edge_box: Boxes
    block_box: Boxes
    hole_ring: Array
    hole_boxes: Boxes
    hole_shapes: Array
    hole_start: Array
    hole_count: Array

    def holes_within(self, rows: Array, boxes: Boxes) -> tuple[Array, Array]:
        """(position in `rows`, hole) of the holes whose box meets that of their geometry of `rows`."""
        owner, hole = runs(self.hole_start[rows], self.hole_count[rows])
        return boxes.meeting(owner, self.hole_boxes, hole)

    def blocks_within(self, rows: Array, boxes: Boxes) -> tuple[Array, Array]:
        """(position in `rows`, block) of the blocks that meet the box of their geometry."""
        owner, block = runs(self.block[rows], self.blocks[rows])
        return boxes.meeting(owner, self.block_box, block)

    def ring_of_edge(self, edge: Array) -> Array:
        found: Array = self.ring[edge // BLOCK]
        return found

    def is_of_hole(self, edge: Array) -> Array:
        """Booleans: which edges bound a hole."""
        ring = self.ring_of_edge(edge)
        found: Array = self.start[ring] != self.block[self.owner[ring]] * BLOCK
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
    shapes, owner, is_hole = _rings(geometries)
    counts = shapely.get_num_coordinates(shapes)
    size = (counts // BLOCK + 1) * BLOCK  # at least one place after the last vertex stays empty
    start = np.cumsum(size) - size
    x, y = _padded(shapely.get_coordinates(shapes), counts, size)
    area = _turned(x, y, start, counts, is_hole)
    usable = np.bincount(owner, minlength=len(geometries)) > 0
    usable[owner[~(np.abs(area) > _SMALLEST_M2)]] = False
    blocks = np.bincount(owner, size // BLOCK, minlength=len(geometries)).astype(int)
    hole_count = np.bincount(owner[is_hole], minlength=len(geometries))
    edge_box = _edge_boxes(x, y)
    return Shells(
        usable=usable,
        box=boxes_of(geometries),
        x=x,
        y=y,
        dx=np.diff(x),
        dy=np.diff(y),
        owner=owner,
        start=start,
        edges=np.maximum(counts - 1, 0),
        block=np.cumsum(blocks) - blocks,
        blocks=blocks,
        ring=np.repeat(np.arange(len(size)), size // BLOCK),
        edge_box=edge_box,
        block_box=_block_boxes(edge_box),
        hole_ring=np.flatnonzero(is_hole),
        hole_boxes=boxes_of(shapes[is_hole]),
        hole_shapes=shapes[is_hole],
        hole_start=np.cumsum(hole_count) - hole_count,
        hole_count=hole_count,
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


def _rings(geometries: Array) -> tuple[Array, Array, Array]:
    """(ring, position of its geometry, whether it bounds a hole) of the single polygons, outer rings before their
    holes; a polygon without holes stands for its ring.
    """
    single = shapely.get_type_id(geometries) == shapely.GeometryType.POLYGON
    is_holed = shapely.get_num_interior_rings(geometries) > 0
    plain, holed = np.flatnonzero(single & ~is_holed), np.flatnonzero(single & is_holed)
    rings, of = shapely.get_rings(geometries[holed], return_index=True)
    owner = np.concatenate([plain, holed[of]])
    order = np.argsort(owner, kind="stable")
    is_hole = np.concatenate([np.zeros(len(plain), bool), np.diff(of, prepend=-1) == 0])
    return np.concatenate([geometries[plain], rings])[order], owner[order], is_hole[order]


def boxes_of(geometries: Array) -> Boxes:
    """Bounding boxes of geometries."""
    return Boxes(*np.ascontiguousarray(shapely.bounds(geometries).reshape(-1, 4).T))


def _padded(vertices: Array, counts: Array, size: Array) -> tuple[Array, Array]:
    """Vertices of the rings, each padded to its `size`."""
    is_vertex = np.ones(int(size.sum()) + 1, bool)
    is_vertex[runs(np.cumsum(size) - size + counts, size - counts)[1]] = is_vertex[-1] = False
    x, y = np.full(len(is_vertex), np.nan), np.full(len(is_vertex), np.nan)
    x[is_vertex], y[is_vertex] = vertices[:, 0], vertices[:, 1]
    return x, y


def _turned(x: Array, y: Array, start: Array, counts: Array, is_hole: Array) -> Array:
    """Reverse in place the rings that run the wrong way; the planar areas they had, positive where counter-clockwise,
    not-a-number for one without vertices.
    """
    if not len(start):
        return np.zeros(0)
    level = y[:-1] + y[1:]
    level -= 2 * y[0]
    level *= x[:-1] - x[1:]  # twice the strips between the edges and a level
    ends = np.column_stack([start, start + np.maximum(counts - 1, 0)]).ravel()
    area: Array = np.add.reduceat(level, ends)[::2] / 2
    wrong = np.flatnonzero(np.where(is_hole, area > 0, area < 0))
    first, many = start[wrong], counts[wrong]
    ring, place = runs(first, many)
    opposite = (2 * first + many - 1)[ring] - place
    x[place], y[place] = x[opposite], y[opposite]
    return area


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
