"""Decide which geometries can be used: null, empty and non-finite ones are listed, invalid ones repaired and listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional, Union

import numpy as np
import shapely

from ..threads import in_threads
from .remarks import Repair, Skipped
from .types import Array, Box

_SHARES = 8  # more than there are processors, so that one share of large polygons does not hold up the rest
_WORTH_THREADS = 20_000  # vertices; a few milliseconds of work
POLYGONAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


@dataclass
class Usable:
    """Geometries ready for the overlay: valid where `mask` is true, None elsewhere.

    With what was repaired and left out.
    """

    geometries: Array
    mask: Array
    repairs: list[Repair]
    skipped: list[Skipped]


def make_usable(
    geometries: Union[Sequence[Any], Array],
    fids: Array,
    layer: str,
    polygons_only: bool = True,
    limits: Optional[Box] = None,
) -> Usable:
    """Check and repair geometries of one layer (x = easting, y = northing of a plane, metres).

    `geometries`: object array of shapely geometries or None; `fids`: their feature ids; `layer`: its name for the
    lists. With `polygons_only` a point or line is left out and only the polygon parts of a collection are kept.
    Repair is make_valid with method "structure": areas covered by a ring stay, collapsed parts go. `limits` (min x,
    min y, max x, max y): what reaches beyond is left out, as the plane means nothing there.
    """
    found: Array = np.array(geometries, dtype=object)
    is_valid = _are_valid(found)
    reasons = _unusable(found, polygons_only, is_valid)
    if limits is not None:
        bounds = shapely.bounds(found)
        beyond = (
            (bounds[:, 0] < limits[0])
            | (bounds[:, 1] < limits[1])
            | (bounds[:, 2] > limits[2])
            | (bounds[:, 3] > limits[3])
        )
        for index in np.flatnonzero(beyond):
            reasons[index] = reasons[index] or "geometry_off_plane"
    out = np.flatnonzero(reasons.astype(bool))
    found[out] = None
    is_valid[out] = True  # nothing to repair
    if polygons_only:
        collections = _keep_polygons(found)
        is_valid[collections] = shapely.is_valid(found[collections])  # polygons of a valid collection may overlap
    repairs = _repair(found, reasons, fids, layer, np.flatnonzero(~is_valid))
    mask = ~reasons.astype(bool)
    skipped = [Skipped(layer, int(fids[i]), str(reasons[i])) for i in np.flatnonzero(~mask)]
    return Usable(found, mask, repairs, skipped)


def _unusable(geometries: Array, polygons_only: bool, is_valid: Array) -> Array:
    """Code of the reason why each geometry cannot be used, "" where it can."""
    reasons = np.full(len(geometries), "", dtype=object)
    reasons[shapely.is_empty(geometries)] = "geometry_empty"
    if polygons_only:
        dimensions = shapely.get_dimensions(geometries)
        for index in np.flatnonzero((dimensions == 0) | (dimensions == 1)):
            reasons[index] = reasons[index] or ("geometry_line" if dimensions[index] else "geometry_not_polygon")
    doubtful = np.flatnonzero(~is_valid)  # what has a coordinate that is no number is not valid either
    reasons[doubtful[not_finite(geometries[doubtful])]] = "geometry_not_finite"
    reasons[shapely.is_missing(geometries)] = "geometry_null"
    return reasons


def not_finite(geometries: Array) -> Array:
    """Positions of the geometries with a coordinate that is no finite number."""
    with np.errstate(invalid="ignore", over="ignore"):
        if np.isfinite(shapely.get_coordinates(geometries).sum()):
            return np.zeros(0, dtype=int)
    xy, owner = shapely.get_coordinates(geometries, return_index=True)
    return np.unique(owner[~np.isfinite(xy).all(axis=1)])


def _repair(geometries: Array, reasons: Array, fids: Array, layer: str, broken: Array) -> list[Repair]:
    """Repair in place the geometries that are `broken`; one of which nothing remains is also left out."""
    if not len(broken):
        return []
    before = geometries[broken]
    after = np.concatenate([*in_threads(_made_valid, _shares(before))])
    geometries[broken] = after
    for index in broken[shapely.is_empty(after)]:
        reasons[index], geometries[index] = "geometry_collapsed", None
    why = shapely.is_valid_reason(before)
    areas = zip(shapely.area(before).tolist(), shapely.area(after).tolist())
    return [Repair(layer, int(fids[i]), reason, *both) for i, reason, both in zip(broken, why, areas)]


def _made_valid(geometries: Array) -> Any:
    return shapely.make_valid(geometries, method="structure", keep_collapsed=False)


def _are_valid(geometries: Array) -> Array:
    """shapely.is_valid in as many threads as there are processors; each geometry is looked at by one."""
    return np.concatenate(list(in_threads(shapely.is_valid, _shares(geometries))))


def _shares(geometries: Array) -> list[Array]:
    """Parts for the threads; one only where starting them would take longer than the work."""
    worth = shapely.get_num_coordinates(geometries).sum() > _WORTH_THREADS
    return np.array_split(geometries, _SHARES if worth else 1)


def _keep_polygons(geometries: Array) -> Array:
    """Put the polygonal parts of what is neither polygon nor multipolygon in its place; the positions of those."""
    kinds = shapely.get_type_id(geometries)
    single, multiple = POLYGONAL
    others = np.flatnonzero((kinds >= 0) & (kinds != single) & (kinds != multiple))
    for index in others:
        geometries[index] = polygon_parts(geometries[index])
    return others


def polygon_parts(geometry: Any) -> Any:
    """Return the polygonal part of any geometry: a Polygon, a MultiPolygon, or an empty MultiPolygon."""
    if shapely.get_type_id(geometry) in POLYGONAL:
        return geometry
    flat = single_parts(geometry)
    polygons = flat[shapely.get_type_id(flat) == shapely.GeometryType.POLYGON]
    return polygons[0] if len(polygons) == 1 else shapely.multipolygons(polygons)


def single_parts(geometries: Any) -> Array:
    """The points, lines and polygons of one geometry or an array of them, however deep collections hold collections."""
    parts: Array = shapely.get_parts(geometries)
    while (shapely.get_type_id(parts) >= shapely.GeometryType.MULTIPOINT).any():
        parts = shapely.get_parts(parts)
    return parts
