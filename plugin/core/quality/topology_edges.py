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
_SHIFTS = tuple(np.uint64(number) for number in (30, 27, 31, 1))


def unshared(polygons: Array, feedback: Optional[Feedback] = None) -> tuple[Array, Array]:
    """(whether each valid polygon has an edge that no other has exactly once from the other side, pairs n x 2 of
    polygons that share an edge). Missing geometries have no edges.
    """
    found = list(in_threads(lambda block: _keys(polygons, block), blocks(polygons), feedback))
    if not found:
        return np.zeros(len(polygons), bool), np.zeros((0, 2), dtype=int)
    key, row, forward = (np.concatenate(columns) for columns in zip(*found))
    order = np.argsort(key, kind="stable")
    key, row, forward = key[order], row[order], forward[order]
    first = np.flatnonzero(np.diff(key, prepend=~key[:1]) != 0)
    size = np.diff(np.append(first, len(key)))
    pair = first[size == 2]
    matched = pair[(forward[pair] != forward[pair + 1]) & (row[pair] != row[pair + 1])]
    alone = np.ones(len(key), bool)
    alone[matched] = alone[matched + 1] = False
    has_alone = np.zeros(len(polygons), bool)
    has_alone[row[alone]] = True
    touching = np.sort(np.stack([row[matched], row[matched + 1]], axis=1), axis=1)
    numbers = np.unique(touching[:, 0].astype(np.int64) * len(polygons) + touching[:, 1])
    return has_alone, np.stack(np.divmod(numbers, len(polygons)), axis=1)


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
