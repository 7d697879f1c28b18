"""Two sets of polygons laid over one another: the pieces they share and what each has alone."""

from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np
import shapely
from pyproj import CRS

from ..land.area import ellipsoidal_areas
from ..land.overlay import union
from ..land.pieces import objects
from ..land.repair import polygon_parts
from ..land.robust import robust
from ..land.types import Array
from ..threads import Feedback, in_threads, raise_if_cancelled

NOISE_M2 = 1e-4  # planar; what differences of shared boundaries leave is rounding of coordinates, not land
_BLOCK = 2000  # pairs cut in one go


@dataclass(frozen=True)
class Rest:
    """Land of one polygon that the other set does not hold."""

    row: int
    geometry: Any
    area_m2: float = 0.0


@dataclass
class Overlay:
    """Shared pieces of `first` and `second` (positions) with ellipsoidal areas, and the rests of both sides.

    The overlaps say how much more land the pieces of a polygon hold than itself: the other set overlaps itself there.
    """

    first: Array
    second: Array
    pieces: Array
    areas: Array
    rests_first: list[Rest] = field(default_factory=list)
    rests_second: list[Rest] = field(default_factory=list)
    overlap_first_m2: float = 0.0
    overlap_second_m2: float = 0.0


def overlay(first: Array, second: Array, plane: CRS, feedback: Optional[Feedback] = None) -> Overlay:
    """Lay valid polygons over one another; raises Cancelled."""
    one, other = shapely.STRtree(second).query(first) if len(first) and len(second) else np.zeros((2, 0), dtype=int)
    order = np.lexsort((other, one))
    one, other = one[order], other[order]
    blocks = np.array_split(np.arange(len(one)), max(len(one) // _BLOCK, 1))
    cut = in_threads(lambda rows: _cut(first[one[rows]], second[other[rows]]), blocks, feedback)
    pieces = np.concatenate([np.zeros(0, dtype=object), *cut])
    kept = shapely.area(pieces) > NOISE_M2
    one, other, pieces = one[kept], other[kept], pieces[kept]
    made = Overlay(one, other, pieces, ellipsoidal_areas(pieces, plane))
    rests, made.overlap_second_m2 = _rests(first, one, second[other], pieces, feedback)
    made.rests_first = _with_areas(rests, plane)
    order = np.argsort(other, kind="stable")
    rests, made.overlap_first_m2 = _rests(second, other[order], first[one[order]], pieces[order], feedback)
    made.rests_second = _with_areas(rests, plane)
    return made


def _cut(first: Array, second: Array) -> Array:
    try:
        pieces = shapely.intersection(first, second)
    except shapely.GEOSException:  # one pair that GEOS cannot node must not lose the others
        pieces = objects([robust(shapely.intersection, a, b) for a, b in zip(first, second)])
    for row in np.flatnonzero(shapely.get_type_id(pieces) == shapely.GeometryType.GEOMETRYCOLLECTION):
        pieces[row] = polygon_parts(pieces[row])
    return pieces


def _rests(
    polygons: Array, owner: Array, others: Array, pieces: Array, feedback: Optional[Feedback]
) -> tuple[list[Rest], float]:
    """(what of each polygon lies outside the others, m² that these hold twice); `owner` is sorted."""
    found: list[Rest] = []
    held = np.bincount(owner, shapely.area(pieces), minlength=len(polygons))
    missing = shapely.area(polygons) - held
    starts = np.searchsorted(owner, np.arange(len(polygons) + 1))
    twice = 0.0
    for row in np.flatnonzero(np.abs(missing) > NOISE_M2):
        raise_if_cancelled(feedback)
        around = others[starts[row] : starts[row + 1]]
        rest = robust(shapely.difference, polygons[row], union(around)) if len(around) else polygons[row]
        parts = shapely.get_parts(polygon_parts(rest))
        parts = parts[shapely.area(parts) > NOISE_M2]
        outside = float(shapely.area(parts).sum())
        twice += max(outside - float(missing[row]), 0.0)
        if len(parts):
            found.append(Rest(int(row), parts[0] if len(parts) == 1 else shapely.multipolygons(parts)))
    return found, twice if twice > NOISE_M2 * max(len(found), 1) else 0.0


def _with_areas(rests: list[Rest], plane: CRS) -> list[Rest]:
    areas = ellipsoidal_areas(objects([rest.geometry for rest in rests]), plane).tolist()
    return [Rest(rest.row, rest.geometry, area) for rest, area in zip(rests, areas)]
