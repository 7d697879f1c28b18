"""Edges of polygons along which no neighbour runs back, and what they tell of overlaps.

How often a place is covered changes at such lone edges only. In land that none of them enters no two polygons overlap,
or all of it is covered twice. So of many pairs of neighbours few have to be compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from .clear_cuts import NEAR
from .shells import BLOCK, Boxes, Shells, runs
from .types import Array

_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93], dtype=np.uint64)


@dataclass(frozen=True, eq=False)
class LoneEdges:
    """Those of the shells that are `known`: single polygons. Shell r has the lone edges
    `edge[start[r] : start[r] + count[r]]`.
    """

    shells: Shells
    known: Array
    edge: Array
    start: Array
    count: Array

    def may_overlap(self, one: Array, other: Array, boxes: Boxes) -> Array:
        """Booleans: pairs of known shells of which either has a lone edge within their box that may lie in the other.

        Where a place is covered twice and another is not, at least one of the pairs that cover it is among them.
        """
        boxes = boxes.grown(NEAR)
        found = self._enters(one, other, boxes)
        rest = np.flatnonzero(~found)
        found[rest] = self._enters(other[rest], one[rest], boxes.take(rest))
        return found

    def _enters(self, one: Array, other: Array, boxes: Boxes) -> Array:
        row, place = runs(self.start[one], self.count[one])
        row, edge = boxes.meeting(row, self.shells.edge_box, self.edge[place])
        enters = self._not_outside(edge, other[row])
        found: Array = np.bincount(row[enters], minlength=len(one)) > 0
        return found

    def _not_outside(self, edge: Array, ring: Array) -> Array:
        """Booleans: edges that are not known to lie outside of their `ring`, vertices of it aside."""
        box = self.shells.edge_box.take(edge).grown(NEAR)
        to_the_right = Boxes(box.left, box.low, np.full(len(edge), np.inf), box.top)
        row, block = self.shells.blocks_within(ring, to_the_right)
        touching = self.shells.block_box.left[block] <= box.right[row]
        unsure = np.zeros(len(edge), bool)
        near, opposite = self._edges_of(row[touching], block[touching])
        near, opposite = box.meeting(near, self.shells.edge_box, opposite)
        unsure[near[_meet(self.shells, edge[near], opposite)]] = True
        sure = ~unsure[row]
        return unsure | self._is_inside(edge, row[sure], block[sure])

    def _is_inside(self, edge: Array, row: Array, block: Array) -> Array:
        """Booleans: edges from whose middle a line to the right crosses the `block`s of their `row` an odd number of
        times.
        """
        s = self.shells
        x, y = s.x[edge] + s.dx[edge] / 2, s.y[edge] + s.dy[edge] / 2
        level = (s.block_box.low[block] <= y[row]) & (s.block_box.top[block] >= y[row])
        row, opposite = self._edges_of(row[level], block[level])
        over = (s.y[opposite] > y[row]) != (s.y[opposite + 1] > y[row])
        row, opposite = row[over], opposite[over]
        at = s.x[opposite] + (y[row] - s.y[opposite]) / s.dy[opposite] * s.dx[opposite]
        inside: Array = np.bincount(row[at > x[row]], minlength=len(edge)) % 2 == 1
        return inside

    def _edges_of(self, row: Array, block: Array) -> tuple[Array, Array]:
        row, edge = np.repeat(row, BLOCK), (block[:, None] * BLOCK + np.arange(BLOCK)).ravel()
        real = ~np.isnan(self.shells.dx[edge])
        return row[real], edge[real]


def lone_edges(shells: Shells, blocks: Optional[Array] = None) -> LoneEdges:
    """The LoneEdges among some shells.

    `blocks`: all blocks of edges within the boxes that will be asked about, ascending. What lies outside of them is
    not looked at.
    """
    known = shells.usable
    edge = _unmatched(shells, known, np.arange(len(shells.ring)) if blocks is None else blocks)
    count = np.bincount(shells.owner[shells.ring_of_edge(edge)], minlength=len(known))
    return LoneEdges(shells, known, edge, np.cumsum(count) - count, count)


def _unmatched(shells: Shells, known: Array, blocks: Array) -> Array:
    first = blocks[known[shells.owner[shells.ring[blocks]]]] * BLOCK
    vertex = first[:, None] + np.arange(BLOCK + 1)  # the last is the first of the next block, and no edge begins at it
    x, y = shells.x[vertex], shells.y[vertex]
    ways = np.zeros(x.shape)
    ways[:, :-1] = ~np.isnan(x[:, 1:] - x[:, :-1])
    row = unmatched_lines(x.ravel(), y.ravel(), ways.ravel()[:-1])
    found: Array = vertex.ravel()[row]
    return found


def unmatched_lines(x: Array, y: Array, ways: Array) -> Array:
    """Edges, ascending, that do not run both ways equally often, and a few others that share their buckets.

    Edge i runs from vertex i to the next; `ways`: 1 where its land lies to the left, -1 to the right, 0 where there is
    no edge.
    """
    key, sign = _directed(x, y)
    sign *= ways
    bits = np.uint64(len(key).bit_length() + 1)
    left = _unbalanced(key & ((np.uint64(1) << bits) - np.uint64(1)), key, sign)
    found: Array = left[_unbalanced(key[left] >> (np.uint64(64) - bits), key[left], sign[left])]
    return found


def _unbalanced(bucket: Array, key: Array, sign: Array) -> Array:
    """Positions of the edges in whose bucket some edge has no counterpart."""
    bucket = bucket.astype(np.int64)
    sums = np.bincount(bucket, sign * (key >> np.uint64(24)))  # of numbers of forty bits they are exact
    return np.flatnonzero((sums[bucket] != 0) & (sign != 0)) if len(bucket) else bucket


def _directed(x: Array, y: Array) -> tuple[Array, Array]:
    """A number of each edge's line, whichever way it runs, and +1 or -1 for the way."""
    with np.errstate(over="ignore"):
        ends = x.view(np.uint64) * _MIX[0] ^ y.view(np.uint64) * _MIX[1]
        ends ^= ends >> np.uint64(31)
        ends *= _MIX[2]
        ends ^= ends >> np.uint64(29)
        key = (ends[:-1] + ends[1:]) * _MIX[0]
    return key, np.where(ends[:-1] < ends[1:], 1.0, -1.0)


def _meet(shells: Shells, one: Array, other: Array) -> Array:
    """Booleans: edges that meet within NEAR elsewhere than in one vertex that both have."""
    begin, end, near = _offsets(shells, one, other)
    begin_other, end_other, near_other = _offsets(shells, other, one)
    meet = (np.minimum(begin, end) <= near) & (np.maximum(begin, end) >= -near)
    meet &= (np.minimum(begin_other, end_other) <= near_other) & (np.maximum(begin_other, end_other) >= -near_other)
    x, y = shells.x, shells.y
    shared = np.zeros(len(one), int)
    for i, j in ((0, 0), (0, 1), (1, 0), (1, 1)):
        shared += (x[one + i] == x[other + j]) & (y[one + i] == y[other + j])
    parts = np.maximum(np.abs(begin), np.abs(end)) > 10 * near
    parts &= np.maximum(np.abs(begin_other), np.abs(end_other)) > 10 * near_other
    return meet & ~((shared == 1) & parts)


def _offsets(shells: Shells, line: Array, edge: Array) -> tuple[Array, Array, Array]:
    """How far the ends of the edges `edge` lie left of the lines (metres x length of the line), and NEAR of that."""
    x, y, dx, dy = shells.x[line], shells.y[line], shells.dx[line], shells.dy[line]
    begin = dx * (shells.y[edge] - y) - dy * (shells.x[edge] - x)
    end = dx * (shells.y[edge + 1] - y) - dy * (shells.x[edge + 1] - x)
    return begin, end, NEAR * np.sqrt(dx * dx + dy * dy)
