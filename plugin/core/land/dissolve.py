"""The union of many polygons most of which share their edges, as parcels do, from the few edges that no neighbour
shares.

Along an edge that runs both ways both sides are covered, whatever else overlaps there. So the border of the union lies
on the lone edges: the faces between them are covered everywhere or nowhere, and one point of each tells which.
"""

from typing import Any, Optional

import numpy as np
import shapely

from .lone_edges import unmatched_lines
from .repair import polygon_parts
from .robust import robust
from .types import Array

_SAME = 1e-9  # relative difference of areas that is rounding
_FEW_SHARED = 0.5  # lone edges of all: with more the ordinary union is no slower


def dissolved(polygons: Array) -> Optional[Any]:
    """The union of valid polygons, polygonal; None where this way is no faster, or its sum of areas does not add up."""
    parts = shapely.get_parts(polygons)
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    rings, owner = shapely.get_rings(parts, return_index=True)
    lines = _lone_lines(rings, owner)
    if lines is None:
        return None
    try:
        faces = shapely.get_parts(shapely.polygonize([shapely.union_all(lines)]))
    except shapely.GEOSException:
        return None
    counts = _counts(faces, parts)
    total = shapely.area(parts).sum()
    if abs((shapely.area(faces) * counts).sum() - total) > _SAME * total:
        return None
    return _joined(faces[counts > 0])


def _lone_lines(rings: Array, owner: Array) -> Optional[Array]:
    """The lone edges as lines, one for every run of them along a ring; None where there are too many."""
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    is_shell = np.diff(owner, prepend=-1) != 0
    way = np.where(shapely.is_ccw(rings) == is_shell, 1.0, -1.0)
    follows = (ring[1:] == ring[:-1]) & (xy[1:] != xy[:-1]).any(axis=1)
    edge = unmatched_lines(xy[:, 0].copy(), xy[:, 1].copy(), np.where(follows, way[ring[:-1]], 0.0))
    if len(edge) > _FEW_SHARED * len(ring):
        return None
    begins = np.flatnonzero((np.diff(edge, prepend=-2) != 1) | (np.diff(ring[edge], prepend=-1) != 0))
    run = np.cumsum(np.isin(np.arange(len(edge)), begins)) - 1
    vertex, line = np.concatenate([edge, edge + 1]), np.concatenate([run, run])
    order = np.lexsort((vertex, line))
    vertex, line = vertex[order], line[order]
    once = np.flatnonzero((np.diff(vertex, prepend=-1) != 0) | (np.diff(line, prepend=-1) != 0))
    lines: Array = shapely.linestrings(xy[vertex[once]], indices=line[once])
    return lines


def _counts(faces: Array, parts: Array) -> Array:
    """How many parts cover each face."""
    points = shapely.point_on_surface(faces)
    row, _ = shapely.STRtree(parts).query(points, predicate="within")
    return np.bincount(row, minlength=len(faces))


def _joined(faces: Array) -> Any:
    """The union of faces, which share their edges exactly."""
    if len(faces) < 2:
        return faces[0] if len(faces) else shapely.MultiPolygon()
    try:
        joined = polygon_parts(shapely.coverage_union_all(faces))
        if shapely.is_valid(joined):
            return joined
        # a ring touches itself in a point: with one face again it is put right, five times faster than all faces
        united = polygon_parts(shapely.union(joined, faces[np.argmin(shapely.get_num_coordinates(faces))]))
        total = shapely.area(faces).sum()
        if shapely.is_valid(united) and abs(united.area - total) <= _SAME * total:
            return united
    except shapely.GEOSException:
        pass  # the ordinary union answers
    return polygon_parts(robust(shapely.union_all, faces))
