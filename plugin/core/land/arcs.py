"""From the points where two rings cross to the land inside both: arcs in turn of one ring and of the other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely

from .shells import Shells, runs
from .types import Array


class Crossings(NamedTuple):
    """Points where the rings of a pair cross: `pair`, the edges that cross, how far along each of them (0 to 1), the
    place, and whether the first ring goes into the second there (it comes out otherwise).
    """

    pair: Array
    one: Array
    other: Array
    along: Array
    along_other: Array
    x: Array
    y: Array
    enters: Array


class _Arcs(NamedTuple):
    """Crossings `go` where the first ring enters, `turn` where it comes out next, in the order of the rings they bound;
    `head`: the first arc of each ring.
    """

    go: Array
    turn: Array
    back: Array
    head: Array


def traced(first: Shells, second: Shells, crossings: Crossings, clear: Array, near: float) -> tuple[Array, Array]:
    """(pairs that cross, the polygons they share); pairs whose crossings lie within `near` of each other, or where
    going in and coming out do not take turns, are taken out of `clear`.
    """
    after = _next(crossings.pair, crossings.one, crossings.along)
    after_other = _next(crossings.pair, crossings.other, crossings.along_other)
    for follow in (after, after_other):
        clear[crossings.pair[_unclear(crossings, follow, near)]] = False
    go = np.flatnonzero(crossings.enters & clear[crossings.pair])
    if not len(go):
        return go, np.zeros(0, object)
    arcs = _arcs(go, after, after_other)
    vertices, starts = _vertices(first, second, crossings, arcs)
    return _polygons(vertices, starts, crossings.pair[arcs.go[arcs.head]])


def _next(pair: Array, edge: Array, along: Array) -> Array:
    """The crossing of the same pair that follows each one along a ring."""
    order = np.lexsort((along, edge, pair))
    last = np.flatnonzero(np.diff(pair[order], append=-1))
    after = np.empty(len(order), int)
    after[order[:-1]] = order[1:]
    after[order[last]] = order[np.append(0, last + 1)[:-1]]
    return after


def _unclear(crossings: Crossings, after: Array, near: float) -> Array:
    x, y, enters = crossings.x, crossings.y, crossings.enters
    apart = np.maximum(np.abs(x - x[after]), np.abs(y - y[after])) > near  # false of a point that is no number, too
    return ~apart | (enters == enters[after])


def _arcs(go: Array, after: Array, after_other: Array) -> _Arcs:
    number = np.full(len(after), -1)
    number[go] = np.arange(len(go))
    leader, rank = _cycles(number[after_other[after[go]]])
    order = np.lexsort((rank, leader))
    go = go[order]
    head = np.flatnonzero(np.diff(leader[order], prepend=-1))
    return _Arcs(go, after[go], after_other[after[go]], head)


def _cycles(follow: Array) -> tuple[Array, Array]:
    """(smallest element of its cycle, steps from there) of each element of a permutation."""
    leader, jump = np.arange(len(follow)), follow
    for _ in range(len(follow).bit_length()):  # the distance looked over doubles
        leader, jump = np.minimum(leader, leader[jump]), jump[jump]
    rank, step = np.zeros(len(follow), int), 0
    current = np.flatnonzero(leader == np.arange(len(follow)))
    while len(current):
        current, step = follow[current], step + 1
        current = current[leader[current] != current]
        rank[current] = step
    return leader, rank


def _vertices(first: Shells, second: Shells, crossings: Crossings, arcs: _Arcs) -> tuple[Array, Array]:
    """Vertices of the rings and where each begins: crossing, vertices of the first, crossing, vertices of the second,
    and so on to the first crossing again.
    """
    c, (go, turn, back, head) = crossings, arcs
    inner = _count_between(first, c.one[go], c.one[turn], c.along[turn] < c.along[go])
    outer = _count_between(second, c.other[turn], c.other[back], c.along_other[back] < c.along_other[turn])
    tail = np.append(head[1:], len(go)) - 1
    lengths = inner + outer + 2
    lengths[tail] += 1
    start = np.cumsum(lengths) - lengths
    vertices = np.empty((int(lengths.sum()), 2))
    for place, crossing in ((start, go), (start + 1 + inner, turn), ((start + lengths - 1)[tail], go[head])):
        vertices[place, 0], vertices[place, 1] = c.x[crossing], c.y[crossing]
    _fill(vertices, first, c.one[go], inner, start + 1)
    _fill(vertices, second, c.other[turn], outer, start + 2 + inner)
    return vertices, start[head]


def _count_between(shells: Shells, edge: Array, other: Array, is_behind: Array) -> Array:
    """How many vertices lie on the ring from a crossing of `edge` on to one of `other`; `is_behind`: on the same edge,
    and before it.
    """
    edges = shells.edges[shells.ring_of_edge(edge)]
    count = (other - edge) % edges
    return np.where((count == 0) & is_behind, edges, count)


def _fill(vertices: Array, shells: Shells, edge: Array, count: Array, place: Array) -> None:
    """Put the `count` vertices that follow `edge` on its ring to `place` and after."""
    ring = shells.ring_of_edge(edge)
    first, edges = shells.start[ring], shells.edges[ring]
    run, follow = runs(edge + 1 - first, count)
    vertex = first[run] + follow % edges[run]
    _, to = runs(place, count)
    vertices[to, 0], vertices[to, 1] = shells.x[vertex], shells.y[vertex]


def _polygons(vertices: Array, starts: Array, pair: Array) -> tuple[Array, Array]:
    """(pairs, what each shares): a polygon of one ring, or a multipolygon of several."""
    offsets = np.append(starts, len(vertices)), np.arange(len(starts) + 1)
    polygons = shapely.from_ragged_array(shapely.GeometryType.POLYGON, vertices, offsets)
    order = np.argsort(pair, kind="stable")
    pairs, at, count = np.unique(pair[order], return_inverse=True, return_counts=True)
    polygons, alone = polygons[order], count[at] == 1
    pieces = np.empty(len(pairs), object)
    pieces[at[alone]] = polygons[alone]
    if not alone.all():
        several, index = np.unique(at[~alone], return_inverse=True)
        pieces[several] = shapely.multipolygons(polygons[~alone], indices=index)
    return pairs, pieces
