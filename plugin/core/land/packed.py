"""Geometries as bytes that lie end to end: of a polygon of one ring nothing but its coordinates, of any other its WKB.

Each begins at a multiple of ALIGN bytes, so that coordinates are taken from where they lie, of all rings at once.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import shapely

from .pieces import objects
from .shells import runs, without_wrapping
from .types import Array

ALIGN = 16  # a vertex


class Packing(IntEnum):
    """How the bytes of a geometry are to be read."""

    WKB = 0
    RING = 1  # coordinates of a polygon without holes
    WRAPPED = 2  # of the only polygon of a multipolygon


@dataclass(frozen=True)
class Packed:
    """`data` of each geometry, b"" where there is none, and its Packing in `kinds`."""

    data: list[bytes]
    kinds: Array

    def sizes(self) -> Array:
        return np.array(list(map(len, self.data)), dtype=np.int64)


def packed(geometries: Array) -> Packed:
    """Geometries (None: none) as bytes."""
    single = without_wrapping(geometries)
    is_ring = (shapely.get_type_id(single) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(single)
    is_ring &= (shapely.get_num_interior_rings(single) == 0) & (shapely.get_coordinate_dimension(single) == 2)
    is_wrapped = shapely.get_type_id(geometries) == shapely.GeometryType.MULTIPOLYGON
    kinds = np.where(is_ring, np.where(is_wrapped, Packing.WRAPPED, Packing.RING), Packing.WKB).astype(np.int8)
    data = np.full(len(geometries), b"", dtype=object)
    rings, others = np.flatnonzero(is_ring), np.flatnonzero(~is_ring & ~shapely.is_missing(geometries))
    ends = ALIGN * np.cumsum(shapely.get_num_coordinates(single[rings]))
    body = shapely.get_coordinates(single[rings]).astype("<f8", copy=False).tobytes()
    data[rings] = objects([body[a:b] for a, b in zip([0, *ends[:-1].tolist()], ends.tolist())])
    data[others] = shapely.to_wkb(geometries[others])
    return Packed(data.tolist(), kinds)


def unpacked(data: Array, at: Array, sizes: Array, kinds: Array) -> Array:
    """Geometries whose `sizes` bytes begin at `at` in `data` (bytes, a multiple of ALIGN of them), None for 0 bytes."""
    geometries = np.full(len(at), None)
    rings = np.flatnonzero((kinds != Packing.WKB) & (sizes > 0))
    if len(rings):
        geometries[rings] = _polygons(data, at[rings], sizes[rings])
    wrapped = rings[kinds[rings] == Packing.WRAPPED]
    if len(wrapped):
        geometries[wrapped] = shapely.multipolygons(geometries[wrapped], indices=np.arange(len(wrapped)))
    others = np.flatnonzero((kinds == Packing.WKB) & (sizes > 0))
    pairs = zip(at[others].tolist(), (at + sizes)[others].tolist())
    geometries[others] = shapely.from_wkb(objects([data[a:b].tobytes() for a, b in pairs]))
    return geometries


def _polygons(data: Array, at: Array, sizes: Array) -> Array:
    counts = sizes // ALIGN
    xy = data.view("<f8").reshape(-1, 2).take(runs(at // ALIGN, counts)[1], axis=0)
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
    made: Array = shapely.from_ragged_array(shapely.GeometryType.POLYGON, xy, (offsets, np.arange(len(offsets))))
    return made
