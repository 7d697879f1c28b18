"""Intersections of polygons whose outer rings cross in clear points, thousands of pairs at once.

A pair is clear when no vertex of one comes within NEAR of an edge of the other, crossings lie farther than NEAR apart,
and no hole is cut. The shared land is then bounded by the arcs between crossings that run inside the
other polygon. Rings that do not cross but have vertices in common are clear, too, where one holds the other or they
are neighbours. Crossing points are computed with the arithmetic of GEOS, so that the vertices are the same numbers.
Whatever is not clear is GEOS's to answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .arcs import Crossings, traced
from .contacts import Contacts, holding
from .shells import BLOCK, Boxes, Shells, runs
from .types import Array

NEAR = 1e-6  # metres
_PRODUCT = 200_000  # pairs of blocks compared at a time
_SLICE = 30_000  # pairs of blocks looked into at a time: their edges stay in the processor's cache


@dataclass(frozen=True)
class ClearCuts:
    """`clear`: which pairs were answered; `crossing`: positions of those whose rings cross, `pieces`: what they share;
    `pierced`: those of `crossing` with a hole near, whose pieces may lack it. `held`: positions of pairs whose second
    lies in the first and touches its ring. Of any other clear pair that does not cross one polygon holds the other, or
    they share no land. `blocks`: those of the second shells that lie near the first of their pair, clear or not.
    """

    clear: Array
    crossing: Array
    pieces: Array
    pierced: Array
    held: Array
    blocks: Array


@dataclass(frozen=True)
class _Meeting:
    """Edges that may meet: `pair`, the edge of the first and of the second shell."""

    pair: Array
    one: Array
    other: Array

    def take(self, rows: Array) -> _Meeting:
        return _Meeting(self.pair[rows], self.one[rows], self.other[rows])


def clear_cuts(first: Shells, second: Shells, one: Array, other: Array) -> ClearCuts:
    """What the shells `one` of `first` and `other` of `second` share, pair by pair; all of them `usable`."""
    boxes = first.box.take(one).shared(second.box.take(other)).grown(NEAR)
    is_pierced = np.zeros(len(one), bool)
    for shells, rows in ((first, one), (second, other)):
        is_pierced[shells.holes_within(rows, boxes)[0]] = True
    opposite = second.blocks_within(other, boxes)
    meeting = _meeting(first, second, first.blocks_within(one, boxes), opposite)
    clear = np.ones(len(one), bool)
    crossings, held = _crossings(first, second, meeting, is_pierced, clear)
    crossing, pieces = traced(first, second, crossings, clear, NEAR)
    pierced = crossing[is_pierced[crossing]]
    clear[is_pierced] = False
    clear[pierced] = True
    return ClearCuts(clear, crossing, pieces, pierced, held[clear[held]], opposite[1])


_Blocks = tuple[Array, Array]  # pair, block of edges; in the order of the pairs


def _meeting(first: Shells, second: Shells, one: _Blocks, other: _Blocks) -> _Meeting:
    """Edges of each pair whose boxes meet within NEAR."""
    pair, block, opposite = _meeting_blocks(first, second, one, other)
    found = [np.zeros((3, 0), int)]
    for start in range(0, len(pair), _SLICE):
        rows = slice(start, start + _SLICE)
        found.append(_meeting_edges(first, second, pair[rows], block[rows], opposite[rows]))
    return _Meeting(*np.concatenate(found, axis=1))


def _meeting_blocks(first: Shells, second: Shells, one: _Blocks, other: _Blocks) -> tuple[Array, Array, Array]:
    """(pair, block of the first, block of the second) of the blocks of edges that meet within NEAR."""
    (pair, block), (opposite_pair, opposite) = one, other
    count = np.bincount(opposite_pair, minlength=int(pair[-1]) + 1 if len(pair) else 0)
    begin, many = (np.cumsum(count) - count)[pair], count[pair]
    boxes, others = first.block_box.take(block).grown(NEAR), second.block_box.take(opposite)
    found = [np.zeros((3, 0), int)]
    for rows in _parts(many):
        row, place = runs(begin[rows], many[rows])
        row += rows.start
        row, place = boxes.meeting(row, others, place)
        found.append(np.stack([pair[row], block[row], opposite[place]]))
    pair, block, opposite = np.concatenate(found, axis=1)
    return pair, block, opposite


def _parts(many: Array) -> Iterator[slice]:
    """Slices of rows that have about _PRODUCT together: all blocks of two long rings, one by one, are millions."""
    starts = np.flatnonzero(np.diff(np.cumsum(many) // _PRODUCT, prepend=-1))
    for start, stop in zip(starts.tolist(), [*starts[1:].tolist(), len(many)]):
        yield slice(start, stop)


def _meeting_edges(first: Shells, second: Shells, pair: Array, block: Array, opposite: Array) -> Array:
    """3 x n: as the fields of _Meeting, of the edges of some pairs of blocks."""
    row, one = _edges_meeting(first, block, second.block_box.take(opposite).grown(NEAR))
    near = _line_meets(first, one, second.block_box.take(opposite[row]))
    row, one = row[near], one[near]
    at, other = _edges_meeting(second, opposite[row], first.edge_box.take(one).grown(NEAR))
    return np.stack([pair[row[at]], one[at], other])


def _edges_meeting(shells: Shells, block: Array, boxes: Boxes) -> tuple[Array, Array]:
    """(row, edge) of the edges of each `block` that meet its box of `boxes`."""
    edges = shells.edge_box.by_blocks().take(block)
    lines = Boxes(*(side[:, None] for side in (boxes.left, boxes.low, boxes.right, boxes.top)))
    row, place = np.divmod(np.flatnonzero(edges.meet(lines)), BLOCK)
    return row, block[row] * BLOCK + place


def _line_meets(shells: Shells, edge: Array, boxes: Boxes) -> Array:
    """Booleans: which lines through an edge come within NEAR of their box; long edges pass by many in their own box."""
    x, y, dx, dy = shells.x[edge], shells.y[edge], shells.dx[edge], shells.dy[edge]
    offset = dx * ((boxes.low + boxes.top) / 2 - y) - dy * ((boxes.left + boxes.right) / 2 - x)
    dx, dy = np.abs(dx), np.abs(dy)
    reach = dx * ((boxes.top - boxes.low) / 2 + NEAR) + dy * ((boxes.right - boxes.left) / 2 + NEAR)
    meets: Array = np.abs(offset) <= reach
    return meets


def _crossings(
    first: Shells, second: Shells, meeting: _Meeting, is_pierced: Array, clear: Array
) -> tuple[Crossings, Array]:
    """Where edges cross, and pairs whose second touches the first from within; pairs that come too near without,
    or cut or touch a hole, are taken out of `clear`.
    """
    ends = _sides(first, second, meeting.one, meeting.other)
    meeting, ends = meeting.take(ends.reached), ends.take(ends.reached)
    starts = _sides(second, first, meeting.other, meeting.one)
    meets, touching = starts.reached, starts.touching | ends.touching
    hit, contact = np.flatnonzero(meets & ~touching), np.flatnonzero(meets & touching)
    cut = np.flatnonzero(meets & is_pierced[meeting.pair])
    at_hole = first.is_of_hole(meeting.one[cut]) | second.is_of_hole(meeting.other[cut])
    clear[meeting.pair[cut[at_hole]]] = False
    crosses = np.zeros(len(clear), bool)
    crosses[meeting.pair[hit]] = True
    clear[meeting.pair[contact[crosses[meeting.pair[contact]]]]] = False
    contact = contact[clear[meeting.pair[contact]]]
    held = holding(
        first, second, _contacts(meeting.take(contact), ends.take(contact), starts.take(contact)), clear, NEAR
    )
    hit = hit[clear[meeting.pair[hit]]]
    meeting, ends, starts = meeting.take(hit), ends.take(hit), starts.take(hit)
    x, y = _crossing_points(first, second, meeting.one, meeting.other)
    along = starts.begin / (starts.begin - starts.end)
    along_other = ends.begin / (ends.begin - ends.end)
    return Crossings(meeting.pair, meeting.one, meeting.other, along, along_other, x, y, starts.end > 0), held


def _contacts(meeting: _Meeting, ends: _Sides, starts: _Sides) -> Contacts:
    return Contacts(meeting.pair, meeting.one, meeting.other, ends.farthest, ends.near, starts.farthest, starts.near)


@dataclass(frozen=True)
class _Sides:
    """How far the two ends of an edge lie left of a line (metres x length of the line), and how near NEAR is then."""

    begin: Array
    end: Array
    near: Array

    @property
    def reached(self) -> Array:
        """Which edges have not both ends on one side, well off."""
        return (np.minimum(self.begin, self.end) <= self.near) & (np.maximum(self.begin, self.end) >= -self.near)

    @property
    def touching(self) -> Array:
        """Which edges have an end on the line, or next to it."""
        return np.minimum(np.abs(self.begin), np.abs(self.end)) <= self.near

    @property
    def farthest(self) -> Array:
        return np.maximum(np.abs(self.begin), np.abs(self.end))

    def take(self, rows: Array) -> _Sides:
        return _Sides(self.begin[rows], self.end[rows], self.near[rows])


def _sides(shells: Shells, others: Shells, line: Array, edge: Array) -> _Sides:
    """On which sides of the edges `line` of `shells` the ends of the edges `edge` of `others` lie."""
    x, y, dx, dy = shells.x[line], shells.y[line], shells.dx[line], shells.dy[line]
    begin = dx * (others.y[edge] - y) - dy * (others.x[edge] - x)
    end = dx * (others.y[edge + 1] - y) - dy * (others.x[edge + 1] - x)
    return _Sides(begin, end, NEAR * np.sqrt(dx * dx + dy * dy))


def _crossing_points(first: Shells, second: Shells, one: Array, other: Array) -> tuple[Array, Array]:
    """Where edges cross, as geos::algorithm::Intersection computes it: in homogeneous coordinates about the middle of
    what their boxes share.
    """
    shared = first.edge_box.take(one).shared(second.edge_box.take(other))
    middle_x, middle_y = (shared.left + shared.right) / 2.0, (shared.low + shared.top) / 2.0
    px, py, pw = _homogeneous_line(first, one, middle_x, middle_y)
    qx, qy, qw = _homogeneous_line(second, other, middle_x, middle_y)
    w: Array = px * qy - qx * py
    return (py * qw - qy * pw) / w + middle_x, (qx * pw - px * qw) / w + middle_y


def _homogeneous_line(shells: Shells, edge: Array, x: Array, y: Array) -> tuple[Array, Array, Array]:
    x1, y1 = shells.x[edge] - x, shells.y[edge] - y
    x2, y2 = shells.x[edge + 1] - x, shells.y[edge + 1] - y
    return y1 - y2, x2 - x1, x1 * y2 - x2 * y1
