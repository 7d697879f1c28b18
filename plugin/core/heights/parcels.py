"""The conditions of a parcel: floor area ratio, density, green share, least height, setback, build-to line."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Optional

import numpy as np
import shapely

from ..land.lengths import limit_metres, metres
from ..land.overlay import union
from ..land.types import Array
from .buildings import Buildings
from .values import share

_ON_LINE_M = 0.5  # a facade that is no farther from a build-to line stands on it


class Condition(str, Enum):
    """What a parcel demands."""

    FAR_MAX = "far_max"
    FAR_MIN = "far_min"
    DENSITY_MAX = "density_max"
    GREEN_MIN = "green_min"
    GREEN_MAX = "green_max"
    HEIGHT_MIN = "height_min"
    SETBACK = "setback"
    BUILD_TO = "build_to"
    __str__ = str.__str__


_AT_LEAST = (Condition.FAR_MIN, Condition.GREEN_MIN, Condition.HEIGHT_MIN, Condition.SETBACK, Condition.BUILD_TO)
SHARES = (Condition.DENSITY_MAX, Condition.GREEN_MIN, Condition.GREEN_MAX, Condition.BUILD_TO)
_NUDGE = 1e-9


@dataclass(frozen=True)
class Parcel:
    """A parcel on the plane; `wanted`: {condition: value as the layer has it}; `line`: its build-to line or None.
    `loosest`: of the zones it lies in where they differ: between the two nothing can be said; `reason`: code of why
    its conditions cannot be checked."""

    name: str
    shape: Any
    wanted: dict[Condition, Any]
    clause: str = ""
    line: Any = None
    loosest: Optional[float] = None
    reason: str = ""


@dataclass(frozen=True)
class Ground:
    """Statutory areas in m² come from `area`; `green`: polygons of green land or None; `floor_area`: m² of each
    building where its layer says it, not-a-number elsewhere."""

    area: Any
    green: Optional[Array] = None
    floor_area: Optional[Array] = None


@dataclass(frozen=True)
class Met:
    """One condition of one parcel: what is demanded and what is there, both None where unknown; `reason`: code of why
    it is not checked."""

    parcel: int
    condition: Condition
    wanted: Optional[float]
    actual: Optional[float]
    reason: str = ""
    building: int = -1  # the one that decides: nearest to the boundary, lowest

    @property
    def is_broken(self) -> bool:
        if self.reason or self.wanted is None or self.actual is None:
            return False
        if self.condition in _AT_LEAST:
            return self.actual < self.wanted - _NUDGE
        return self.actual > self.wanted + _NUDGE

    @property
    def excess(self) -> float:
        """By how much the demand is missed, in its own unit; 0 where it is met or unknown."""
        return abs((self.actual or 0.0) - (self.wanted or 0.0)) if self.is_broken else 0.0


def check_parcels(parcels: Sequence[Parcel], buildings: Buildings, ground: Ground) -> list[Met]:
    """Every condition that a parcel names, against the buildings whose inner point lies in it."""
    usable = np.flatnonzero(~shapely.is_missing(buildings.footprints))
    inner = shapely.point_on_surface(buildings.footprints[usable])
    tree = shapely.STRtree(inner)
    found: list[Met] = []
    for number, parcel in enumerate(parcels):
        rows = usable[np.sort(tree.query(parcel.shape, predicate="contains"))]
        for condition, value in parcel.wanted.items():
            found.append(_check(number, parcel, condition, value, _Measured(parcel, buildings, rows, ground)))
    if len(usable) < len(buildings):  # one that has no place may stand on any parcel
        found = [
            met if met.reason or met.is_broken else replace(met, reason="heights_unread_buildings") for met in found
        ]
    return found


def _check(number: int, parcel: Parcel, condition: Condition, value: Any, measured: "_Measured") -> Met:
    wanted = share(value) if condition in SHARES else limit_metres(value)
    if wanted is None:
        return Met(number, condition, None, None, "heights_condition_unreadable")
    if wanted == 0 and condition not in (Condition.SETBACK,):
        return Met(number, condition, None, None, "heights_condition_zero")
    if parcel.reason:
        return Met(number, condition, wanted, None, parcel.reason)
    if not len(measured.rows):
        return Met(number, condition, wanted, None, "heights_parcel_empty")
    actual, reason, building = measured.of(condition)
    met = Met(number, condition, wanted, actual, reason, building)
    return _between(met, parcel.loosest) if met.is_broken and parcel.loosest is not None else met


def _between(met: Met, loosest: float) -> Met:
    """A demand of zones that differ: missed only where the loosest is missed, met only where the strictest is."""
    held = replace(met, wanted=loosest)
    return held if held.is_broken else replace(met, reason="heights_zones_differ")


_Answer = tuple[Optional[float], str, int]


class _Measured:
    """What stands on a parcel."""

    def __init__(self, parcel: Parcel, buildings: Buildings, rows: Array, ground: Ground) -> None:
        self.parcel, self.buildings, self.rows, self.ground = parcel, buildings, rows, ground

    def of(self, condition: Condition) -> _Answer:
        return {
            Condition.FAR_MAX: self._far,
            Condition.FAR_MIN: self._far,
            Condition.DENSITY_MAX: self._density,
            Condition.GREEN_MIN: self._green,
            Condition.GREEN_MAX: self._green,
            Condition.HEIGHT_MIN: self._lowest,
            Condition.SETBACK: self._setback,
            Condition.BUILD_TO: self._build_to,
        }[condition]()

    def _size(self) -> float:
        return self._area(np.array([self.parcel.shape], dtype=object))

    def _area(self, shapes: Array) -> float:
        return float(np.sum(self.ground.area(shapes)))

    def _far(self) -> _Answer:
        floors = self.buildings.floors[self.rows]
        known = self.ground.floor_area[self.rows] if self.ground.floor_area is not None else floors * np.nan
        areas = self.ground.area(self.buildings.footprints[self.rows])
        total = np.where(np.isfinite(known), known, areas * floors)
        if np.isnan(total).any():
            return None, "heights_no_floors", int(self.rows[np.flatnonzero(np.isnan(total))[0]])
        return float(total.sum()) / self._size(), "", -1

    def _covered(self) -> Any:
        return union(self.buildings.footprints[self.rows])

    def _density(self) -> _Answer:
        inside = shapely.intersection(self._covered(), self.parcel.shape)
        return self._area(np.array([inside], dtype=object)) / self._size(), "", -1

    def _green(self) -> _Answer:
        if self.ground.green is None:
            return None, "heights_no_green", -1
        near = self.ground.green[shapely.intersects(self.ground.green, self.parcel.shape)]
        if not len(near):
            return 0.0, "", -1
        open_land = shapely.difference(shapely.intersection(union(near), self.parcel.shape), self._covered())
        return self._area(np.array([open_land], dtype=object)) / self._size(), "", -1

    def _lowest(self) -> _Answer:
        heights = self.buildings.height[self.rows]
        if np.isnan(heights).any():
            return None, "heights_some_unknown", int(self.rows[np.flatnonzero(np.isnan(heights))[0]])
        at = int(np.argmin(heights))
        return float(heights[at]), "", int(self.rows[at])

    def _setback(self) -> _Answer:
        edge = shapely.boundary(self.parcel.shape)
        gaps = shapely.distance(self.buildings.footprints[self.rows], edge)
        gaps = np.where(shapely.covers(self.parcel.shape, self.buildings.footprints[self.rows]), gaps, 0.0)
        at = int(np.argmin(gaps))
        return float(gaps[at]), "", int(self.rows[at])

    def _build_to(self) -> _Answer:
        if self.parcel.line is None or shapely.length(self.parcel.line) == 0:
            return None, "heights_no_build_to", -1
        near = shapely.buffer(self._covered(), _ON_LINE_M)
        on = shapely.length(shapely.intersection(self.parcel.line, near))
        return float(on / shapely.length(self.parcel.line)), "", -1


def wanted_of(values: dict[Condition, Any]) -> dict[Condition, Any]:
    """The conditions that a parcel states: empty ones are no demand."""
    return {c: v for c, v in values.items() if v is not None and str(v).strip() != "" and metres(v) != 0.0}
