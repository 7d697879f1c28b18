"""Which polygons of a layer have an edge that no neighbour shares: only there can the layer overlap itself or end.

How many polygons lie over a place changes across an edge only where the edge is not that of exactly one polygon on
either side. A layer whose inner edges all agree is therefore searched at its rim alone.
"""

from typing import Optional

import numpy as np
import shapely

from ..land.types import Array
from ..threads import Feedback, in_threads
from .topology import blocks

_MIX = tuple(np.uint64(number) for number in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
_SHARES, _TOP = 16, np.uint64(60)  # by the four highest bits of the key
_SHIFTS = tuple(np.uint64(number) for number in (30, 27, 31, 1))


def unshared(polygons: Array, feedback: Optional[Feedback] = None) -> tuple[Array, Array]:
    """(whether each valid polygon has an edge that no other has exactly once from the other side, pairs n x 2 of
    polygons that share an edge). Missing geometries have no edges.
    """
    found = list(in_threads(lambda block: _keys(polygons, block), blocks(polygons), feedback))
    has_alone = np.zeros(len(polygons), bool)
    pairs = [np.zeros(0, dtype=np.int64)]
    for share in range(_SHARES if found else 0):  # a share holds all edges of one place: memory is that of a share
        chosen = [key >> _TOP == share for key, _, _ in found]
        key, row, forward = (np.concatenate([c[at] for c, at in zip(column, chosen)]) for column in zip(*found))
        alone, one, other = _matched(key, row, forward)
        has_alone[alone] = True
        pairs.append(np.unique(np.minimum(one, other) * np.int64(len(polygons)) + np.maximum(one, other)))
    numbers = np.unique(np.concatenate(pairs))
    return has_alone, np.stack(np.divmod(numbers, max(len(polygons), 1)), axis=1)


def _matched(key: Array, row: Array, forward: Array) -> tuple[Array, Array, Array]:
    """(rows of edges that are not shared, rows of those that are, the row on the other side of each)."""
    order = np.argsort(key, kind="stable")
    key, row, forward = key[order], row[order].astype(np.int64), forward[order]
    first = np.flatnonzero(np.diff(key, prepend=~key[:1]) != 0)
    pair = first[np.diff(np.append(first, len(key))) == 2]
    pair = pair[(forward[pair] != forward[pair + 1]) & (row[pair] != row[pair + 1])]
    alone = np.ones(len(key), bool)
    alone[pair] = alone[pair + 1] = False
    return row[alone], row[pair], row[pair + 1]


def _keys(polygons: Array, block: slice) -> tuple[Array, Array, Array]:
    """(key of an edge's place, row, whether the polygon lies on the left of the edge from its lesser end) of all
    edges of a block.
    """
    parts, row = shapely.get_parts(polygons[block], return_index=True)
    rings, of = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    xy += 0.0  # -0.0 is 0.0
    along = np.flatnonzero(ring[1:] == ring[:-1])
    start, end, ring = xy[along], xy[along + 1], ring[along]
    real = (start != end).any(axis=1)
    start, end, ring = start[real], end[real], ring[real]
    left = _polygon_is_left(rings, np.diff(of, prepend=-1) == 0)[ring]
    ordered = (start[:, 0] < end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] < end[:, 1]))
    low, high = np.where(ordered[:, None], start, end), np.where(ordered[:, None], end, start)
    key = _hash(np.ascontiguousarray(np.concatenate([low, high], axis=1)).view(np.uint64))
    return key, (row[of[ring]] + block.start).astype(np.int32), ordered == left


def _polygon_is_left(rings: Array, is_hole: Array) -> Array:
    return shapely.is_ccw(rings) != is_hole


def _hash(bits: Array) -> Array:
    """One number of 64 bits for every row of four."""
    key = np.zeros(len(bits), dtype=np.uint64)
    for column in range(bits.shape[1]):
        key = (key ^ bits[:, column]) * _MIX[0] + _MIX[column % 2 + 1]
        key = (key ^ (key >> _SHIFTS[0])) * _MIX[1]
        key = (key ^ (key >> _SHIFTS[1])) * _MIX[2]
        key ^= key >> _SHIFTS[2]
    return key
