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
from ..threads import Feedback, in_threads
from .topology import blocks

_MIX = tuple(np.uint64(number) for number in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
_SHIFTS = tuple(np.uint64(number) for number in (30, 27, 31))
_SHARES, _TOP = 16, np.uint64(60)  # by the four highest bits of the key: memory is that of a share
_ALONE = -1


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
    """`key` of an edge's place, `row` of its polygon, whether that lies on the left of the edge as its `key` runs."""

    key: Array
    row: Array
    forward: Array


def rim(polygons: Array, feedback: Optional[Feedback] = None) -> Rim:
    """The Rim of valid polygons; missing geometries have no edges."""
    edges = _all_edges(polygons, feedback)
    partner = _partners(edges, feedback)
    row, touching = edges.row, _touching(edges.row, partner, len(polygons))
    alone = partner == _ALONE
    del edges, partner
    rows = np.zeros(len(polygons), bool)
    rows[row[alone]] = True
    return Rim(rows, _chains(polygons[rows], alone[rows[row]]), touching)


def _partners(edges: _AllEdges, feedback: Optional[Feedback]) -> Array:
    """Row of the polygon across every edge, _ALONE where there is not exactly one."""
    partner = np.full(len(edges.key), _ALONE, dtype=np.int32)
    share_of = np.empty(len(edges.key), dtype=np.uint8)
    np.right_shift(edges.key, _TOP, out=share_of, casting="unsafe")

    def match(number: int) -> None:
        at = np.flatnonzero(share_of == number)
        one, other = _matched(_AllEdges(edges.key[at], edges.row[at], edges.forward[at]))
        one, other = at[one], at[other]
        partner[one], partner[other] = edges.row[other], edges.row[one]

    for _ in in_threads(match, range(_SHARES), feedback):
        pass
    return partner


def _touching(row: Array, partner: Array, count: int) -> Array:
    """Pairs (n x 2: lesser, greater) of polygons; edges that follow each other mostly have one neighbour."""
    new = np.ones(len(row), bool)
    new[1:] = (row[1:] != row[:-1]) | (partner[1:] != partner[:-1])
    at = np.flatnonzero(new & (row < partner))
    pairs = np.unique(row[at].astype(np.int64) * count + partner[at])
    return np.stack(np.divmod(pairs, max(count, 1)), axis=1)


def _all_edges(polygons: Array, feedback: Optional[Feedback]) -> _AllEdges:
    """The edges of all blocks: written into three arrays at once, as nothing else holds as much."""
    most = int(shapely.get_num_coordinates(polygons).sum())
    made: list[Array] = [np.empty(most, dtype=kind) for kind in (np.uint64, np.int32, np.bool_)]
    end = 0
    for found in in_threads(lambda block: _keys(polygons, block), blocks(polygons), feedback):
        begin, end = end, end + len(found.key)
        for array, column in zip(made, (found.key, found.row, found.forward)):
            array[begin:end] = column
    return _AllEdges(*(array[:end] for array in made))


def _matched(edges: _AllEdges) -> tuple[Array, Array]:
    """Positions of the edges that two polygons share, one from either side: those of the one and of the other."""
    order = np.argsort(edges.key)
    key = edges.key[order]
    first = np.flatnonzero(np.diff(key, prepend=~key[:1]) != 0)
    pair = first[np.diff(np.append(first, len(key))) == 2]
    one, other = order[pair], order[pair + 1]
    opposed = (edges.forward[one] != edges.forward[other]) & (edges.row[one] != edges.row[other])
    return one[opposed], other[opposed]


def _keys(polygons: Array, block: slice) -> _AllEdges:
    """The edges of a block. A place is known by the sum of the marks of its ends, and runs from the lesser mark."""
    rings = rings_of(polygons[block])
    xy, ring = shapely.get_coordinates(rings.shapes, return_index=True)
    marks, along = _marks(xy), _along(xy, ring)
    start, end, ring = marks[along], marks[along + 1], ring[along]
    left = (are_ccw(rings) != rings.is_hole)[ring]
    return _AllEdges(start + end, (rings.row + block.start).astype(np.int32)[ring], (start < end) == left)


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
