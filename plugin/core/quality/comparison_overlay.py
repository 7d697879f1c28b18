"""Two sets of polygons laid over one another: the pieces they share and what each has alone."""

from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np
import shapely
from pyproj import CRS

from ..land.area import ellipsoidal_areas
from ..land.overlay import Pairs, intersections, union
from ..land.pieces import objects
from ..land.repair import polygon_parts
from ..land.robust import robust
from ..land.shells import without_wrapping
from ..land.types import Array
from ..threads import Feedback, in_threads, raise_if_cancelled

NOISE_M2 = 1e-4  # planar; what differences of shared boundaries leave is rounding of coordinates, not land
_BLOCK = 10_000  # pairs cut in one go


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
    first, second = without_wrapping(first), without_wrapping(second)
    one, other = shapely.STRtree(second).query(first) if len(first) and len(second) else np.zeros((2, 0), dtype=int)
    order = np.lexsort((other, one))
    one, other = one[order], other[order]

    def cut(rows: Array) -> tuple[Array, Array]:
        owners, at = np.unique(one[rows], return_inverse=True)
        met, place = np.unique(other[rows], return_inverse=True)
        found = intersections(_Share(first[owners]), Pairs(second[met], at, place), feedback)
        real = shapely.area(found.pieces) > NOISE_M2
        return rows[found.positions[real]], found.pieces[real]

    found = [(np.zeros(0, dtype=int), objects([])), *in_threads(cut, _shares(one), feedback)]
    kept, pieces = (np.concatenate(column) for column in zip(*found))
    one, other = one[kept], other[kept]
    made = Overlay(one, other, pieces, ellipsoidal_areas(pieces, plane))
    rests, made.overlap_second_m2 = _rests(first, one, second[other], pieces, feedback)
    made.rests_first = _with_areas(rests, plane)
    order = np.argsort(other, kind="stable")
    rests, made.overlap_first_m2 = _rests(second, other[order], first[one[order]], pieces[order], feedback)
    made.rests_second = _with_areas(rests, plane)
    return made


@dataclass(frozen=True)
class _Share:
    """Polygons that one thread cuts, as core.land.overlay asks for them."""

    polygons: Array

    def copies(self) -> Array:
        copies: Array = shapely.from_wkb(shapely.to_wkb(self.polygons))
        return copies


def _shares(owners: Array) -> list[Array]:
    """Positions of sorted `owners` in shares of some _BLOCK, no owner in two of them."""
    count = len(owners) // _BLOCK + 1
    cuts = np.searchsorted(owners, owners[np.arange(1, count) * len(owners) // count]) if count > 1 else []
    return [rows for rows in np.split(np.arange(len(owners)), np.unique(cuts)) if len(rows)]


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
