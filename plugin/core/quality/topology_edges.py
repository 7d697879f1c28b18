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
from ..land.types import Array
from ..threads import Feedback, in_threads
from .topology import blocks

_MIX = tuple(np.uint64(number) for number in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
_SHIFTS = tuple(np.uint64(number) for number in (30, 27, 31))
_SHARES, _TOP = 16, np.uint64(60)  # by the four highest bits of the key: memory is that of a share


@dataclass
class Rim:
    """`rows`: whether each polygon has an edge that no other has exactly once from the other side; `lines`: these
    edges, those that follow each other in one; `touching`: pairs (n x 2) of polygons that share an edge.
    """

    rows: Array
    lines: Array
    touching: Array


def rim(polygons: Array, feedback: Optional[Feedback] = None) -> Rim:
    """The Rim of valid polygons; missing geometries have no edges."""
    key, row, forward = _all_keys(polygons, feedback)
    alone = np.ones(len(key), bool)

    def share(number: int) -> Array:
        at = np.flatnonzero(key >> _TOP == number)
        one, other = _matched(key[at], row[at], forward[at])
        alone[at[one]] = alone[at[other]] = False
        near, far = row[at[one]].astype(np.int64), row[at[other]].astype(np.int64)
        return np.unique(np.minimum(near, far) * len(polygons) + np.maximum(near, far))

    pairs = np.unique(np.concatenate(list(in_threads(share, range(_SHARES), feedback))))
    rows = np.zeros(len(polygons), bool)
    rows[row[alone]] = True
    kept = alone[rows[row]]
    touching = np.stack(np.divmod(pairs, max(len(polygons), 1)), axis=1)
    return Rim(rows, _chains(polygons[rows], kept), touching)


def _all_keys(polygons: Array, feedback: Optional[Feedback]) -> tuple[Array, Array, Array]:
    """What `_keys` gives of all blocks: written into three arrays at once, as nothing else holds as much."""
    most = int(shapely.get_num_coordinates(polygons).sum())
    made: list[Array] = [np.empty(most, dtype=kind) for kind in (np.uint64, np.int32, np.bool_)]
    end = 0
    for found in in_threads(lambda block: _keys(polygons, block), blocks(polygons), feedback):
        begin, end = end, end + len(found[0])
        for array, column in zip(made, found):
            array[begin:end] = column
    key, row, forward = (array[:end] for array in made)
    return key, row, forward


def _matched(key: Array, row: Array, forward: Array) -> tuple[Array, Array]:
    """Positions of the edges that two polygons share, one from either side: those of the one and of the other."""
    order = np.argsort(key)
    key = key[order]
    first = np.flatnonzero(np.diff(key, prepend=~key[:1]) != 0)
    pair = first[np.diff(np.append(first, len(key))) == 2]
    one, other = order[pair], order[pair + 1]
    opposed = (forward[one] != forward[other]) & (row[one] != row[other])
    return one[opposed], other[opposed]


def _keys(polygons: Array, block: slice) -> tuple[Array, Array, Array]:
    """(key of an edge's place, row, whether the polygon lies on the left of the edge from its lesser end) of all
    edges of a block.
    """
    start, end, ring, row, left = _edges(polygons[block])
    ordered = (start[:, 0] < end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] < end[:, 1]))
    low, high = np.where(ordered[:, None], start, end), np.where(ordered[:, None], end, start)
    key = _hash(np.concatenate([low, high], axis=1).view(np.uint64))
    return key, (row[ring] + block.start).astype(np.int32), ordered == left[ring]


def _edges(polygons: Array) -> tuple[Array, Array, Array, Array, Array]:
    """(start, end, ring of every edge that has a length; row of every ring, whether the polygon lies on its left)."""
    parts, row = shapely.get_parts(polygons, return_index=True)
    rings, of = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    xy += 0.0  # -0.0 is 0.0
    along = np.flatnonzero((ring[1:] == ring[:-1]) & (xy[1:] != xy[:-1]).any(axis=1))
    left = shapely.is_ccw(rings) == (np.diff(of, prepend=-1) != 0)
    return xy[along], xy[along + 1], ring[along], row[of], left


def _hash(bits: Array) -> Array:
    """One number of 64 bits for every row of four."""
    key = np.zeros(len(bits), dtype=np.uint64)
    for column in range(bits.shape[1]):
        key = (key ^ bits[:, column]) * _MIX[0] + _MIX[column % 2 + 1]
        key = (key ^ (key >> _SHIFTS[0])) * _MIX[1]
        key = (key ^ (key >> _SHIFTS[1])) * _MIX[2]
        key ^= key >> _SHIFTS[2]
    return key


def _chains(polygons: Array, kept: Array) -> Array:
    """Lines of the kept edges (booleans, in the order of the polygons' edges)."""
    return np.concatenate([np.zeros(0, dtype=object), *_chains_by_block(polygons, kept)])


def _chains_by_block(polygons: Array, kept: Array) -> Iterator[Array]:
    begin = 0
    for block in blocks(polygons):
        start, end, ring, _, _ = _edges(polygons[block])
        chosen = kept[begin : begin + len(start)]
        begin += len(start)
        start, end, ring = start[chosen], end[chosen], ring[chosen]
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
