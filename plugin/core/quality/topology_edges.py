"""Which polygons of a layer have an edge that no neighbour shares: only there can the layer overlap itself or end.

How many polygons lie over a place changes across an edge only where the edge is not that of exactly one polygon on
either side. A layer whose inner edges all agree is therefore searched at its rim alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Optional

import numpy as np
import shapely

from ..land.pieces import objects
from ..land.rings import are_ccw, rings_of
from ..land.types import Array
from ..memory import give_back
from ..threads import Feedback, in_threads
from .topology import blocks

_MIX = tuple(np.uint64(number) for number in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
_SHIFTS = tuple(np.uint64(number) for number in (30, 27, 31))
_SHARES, _TOP = 64, np.uint64(58)  # by the six highest bits of the key: memory is that of a share
_SIDE = np.uint64(1)


@dataclass
class Rim:
    """`rows`: whether each polygon has an edge that no other has exactly once from the other side; `lines`: these
    edges, those that follow each other in one; `touching`: pairs (n x 2) of polygons that share an edge.
    """

    rows: Array
    lines: Array
    touching: Array


@dataclass
class _AllEdges:
    """`key` of an edge's place, whose lowest bit says whether its polygon lies on the left as the place runs; `first`:
    where the edges of each polygon begin, and the number of all.
    """

    key: Array
    first: Array

    def rows(self, at: Array) -> Array:
        """The polygons of edges."""
        return np.searchsorted(self.first, at, side="right") - 1


def rim(polygons: Array, feedback: Optional[Feedback] = None) -> Rim:
    """The Rim of valid polygons; missing geometries have no edges."""
    edges = _all_edges(polygons, feedback)
    give_back()  # what the threads that made them held
    alone, touching = _unshared(edges, len(polygons), feedback)
    rows = np.zeros(len(polygons), bool)
    rows[edges.rows(np.flatnonzero(alone))] = True
    kept = alone[np.repeat(rows, np.diff(edges.first))]
    del edges, alone
    give_back()
    return Rim(rows, _chains(polygons[rows], kept), touching)


def _unshared(edges: _AllEdges, count: int, feedback: Optional[Feedback]) -> tuple[Array, Array]:
    """(whether not exactly one polygon lies across an edge, pairs (n x 2: lesser, greater) of those that share one)."""
    alone = np.ones(len(edges.key), bool)
    share_of = np.empty(len(edges.key), dtype=np.uint8)
    np.right_shift(edges.key, _TOP, out=share_of, casting="unsafe")

    def match(number: int) -> Array:
        at = np.flatnonzero(share_of == number)
        row = edges.rows(at)
        one, other = _matched(edges.key[at], row)
        alone[at[one]] = alone[at[other]] = False
        one, other = row[one], row[other]
        return np.unique(np.minimum(one, other) * count + np.maximum(one, other))

    found = [np.zeros(0, dtype=np.int64), *in_threads(match, range(_SHARES), feedback)]
    return alone, np.stack(np.divmod(np.unique(np.concatenate(found)), max(count, 1)), axis=1)


def _all_edges(polygons: Array, feedback: Optional[Feedback]) -> _AllEdges:
    """The edges of all blocks: written into one array at once, as nothing else holds as much."""
    key = np.empty(int(shapely.get_num_coordinates(polygons).sum()), dtype=np.uint64)
    number, end = np.zeros(len(polygons) + 1, dtype=np.int64), 0
    for block, (found, counts) in zip(
        blocks(polygons), in_threads(lambda block: _keys(polygons[block]), blocks(polygons), feedback)
    ):
        begin, end = end, end + len(found)
        key[begin:end], number[block.start + 1 : block.stop + 1] = found, counts
    return _AllEdges(key[:end], np.cumsum(number))


def _matched(key: Array, row: Array) -> tuple[Array, Array]:
    """Positions of the edges that two polygons share, one from either side: those of the one and of the other."""
    order = np.argsort(key)
    place = key[order] >> _SIDE
    first = np.flatnonzero(np.diff(place, prepend=~place[:1]) != 0)
    pair = first[np.diff(np.append(first, len(place))) == 2]
    one, other = order[pair], order[pair + 1]
    opposed = (key[one] != key[other]) & (row[one] != row[other])
    return one[opposed], other[opposed]


def _keys(polygons: Array) -> tuple[Array, Array]:
    """(keys of the edges of a block, their number by polygon). A place is known by the sum of the marks of its ends,
    and runs from the lesser mark.
    """
    rings = rings_of(polygons)
    xy, ring = shapely.get_coordinates(rings.shapes, return_index=True)
    marks, along = _marks(xy), _along(xy, ring)
    start, end, ring = marks[along], marks[along + 1], ring[along]
    left = (are_ccw(rings) != rings.is_hole)[ring]
    key = (start + end) >> _SIDE << _SIDE | ((start < end) == left)
    return key, np.bincount(rings.row[ring], minlength=len(polygons))


def _along(xy: Array, ring: Array) -> Array:
    """Positions of the vertices where an edge that has a length begins."""
    x, y = xy.T
    return np.flatnonzero((ring[1:] == ring[:-1]) & ((x[1:] != x[:-1]) | (y[1:] != y[:-1])))


def _marks(xy: Array) -> Array:
    """One number of 64 bits for every vertex."""
    bits = (xy + 0.0).view(np.uint64)  # -0.0 is 0.0
    mark = np.zeros(len(bits), dtype=np.uint64)
    for column, more in zip(bits.T, _MIX[1:]):
        mark ^= column
        mark *= _MIX[0]
        mark += more
        for shift, factor in zip(_SHIFTS, _MIX[1:]):
            mark ^= mark >> shift
            mark *= factor
        mark ^= mark >> _SHIFTS[2]
    return mark


def _chains(polygons: Array, kept: Array) -> Array:
    """Lines of the kept edges (booleans, in the order of the polygons' edges)."""
    return np.concatenate([np.zeros(0, dtype=object), *_chains_by_block(polygons, kept)])


def _chains_by_block(polygons: Array, kept: Array) -> Iterator[Array]:
    begin = 0
    for block in blocks(polygons):
        xy, ring = shapely.get_coordinates(rings_of(polygons[block]).shapes, return_index=True)
        along = _along(xy, ring)
        along = along[kept[begin : (begin := begin + len(along))]]
        start, end, ring = xy[along], xy[along + 1], ring[along]
        new = np.ones(len(start), bool)
        new[1:] = (start[1:] != end[:-1]).any(axis=1) | (ring[1:] != ring[:-1])
        chain = np.cumsum(new) - 1
        last = np.append(np.flatnonzero(new)[1:], len(start)) - 1 if len(start) else np.zeros(0, dtype=int)
        xy = np.insert(start, last + 1, end[last], axis=0)
        yield (
            objects(shapely.linestrings(xy, indices=np.insert(chain, last + 1, chain[last])))
            if len(xy)
            else objects([])
        )
