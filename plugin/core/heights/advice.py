"""What would comply: by how much a building must be lower, or where it may be moved without becoming lower."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import shapely

from ..land.rounding import half_up
from ..land.types import Array
from .buildings import Buildings
from .limits import Checks, Limit
from .settings import HeightSettings

_FARTHEST_M = 60.0  # a building is another design when it is moved farther
_STEP_M = 0.1
_CLEARANCE_M = 0.01
_POINTS = ("north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest")


@dataclass(frozen=True)
class Advice:
    """`lower_m`: metres, rounded up to 0.1; None where even nothing would stand too high. `move_m` towards `move_to`
    (a point of the compass) keeps the height and breaks no limit that was checked; None where there is no such move."""

    lower_m: Optional[float]
    move_m: Optional[float] = None
    move_to: str = ""


def advise(rows: Array, checks: Checks, buildings: Buildings, judge: Optional["Judge"]) -> Advice:
    """Advice for one building; `rows`: its broken rows of `checks`; `judge` None: no place nearby is looked for."""
    building = int(checks.building[rows[0]])
    lower = float(np.ceil(round(float(checks.exceed[rows].max()) / _STEP_M, 6)) * _STEP_M)
    lowered = float(half_up(lower, 1)) if lower < buildings.highest[building] else None
    found = judge.nearest_move(building) if judge else None
    return Advice(lowered, *found) if found else Advice(lowered)


class Judge:
    """Looks for places nearby where a building would comply; the ground is taken to be level there."""

    def __init__(self, buildings: Buildings, limits: Sequence[Limit], settings: HeightSettings) -> None:
        self._buildings, self._limits, self._settings = buildings, limits, settings
        self._tree = shapely.STRtree(np.array([limit.area for limit in limits], dtype=object))
        self._others = shapely.STRtree(buildings.footprints)

    def nearest_move(self, building: int) -> Optional[tuple[float, str]]:
        """(metres, point of the compass) of the shortest of eight straight moves, None where none helps."""
        shape = self._buildings.footprints[building]
        near = [int(n) for n in self._tree.query(shapely.buffer(shape, _FARTHEST_M), predicate="intersects")]
        best: Optional[tuple[float, str]] = None
        for number, point in enumerate(_POINTS):
            turn = np.radians(45 * number)
            way = np.array([np.sin(turn), np.cos(turn)])
            metres = self._least(building, shape, way, near, best[0] if best else _FARTHEST_M)
            if metres is not None:
                best = metres, point
        return best

    def _least(self, building: int, shape: Any, way: Array, near: Sequence[int], most: float) -> Optional[float]:
        """The least whole metre below `most` that a move along `way` needs, None for none; refined to 0.1 m."""
        steps = np.arange(1.0, most, 1.0)
        if not len(steps):
            return None
        fits = self._fits(building, shape, way, near, steps)
        if not fits.any():
            return None
        first = float(steps[np.argmax(fits)])
        finer = first - 1.0 + np.arange(1, 11) * _STEP_M
        fine = self._fits(building, shape, way, near, finer)
        return float(half_up(finer[np.argmax(fine)], 1)) if fine.any() else first

    def _fits(self, building: int, shape: Any, way: Array, near: Sequence[int], steps: Array) -> Array:
        """Whether a building moved by `steps` metres exceeds no limit and stands on no other building."""
        moved = np.array([shapely.transform(shape, lambda xy, s=s: xy + way * s) for s in steps], dtype=object)
        fits = np.ones(len(steps), dtype=bool)
        for number in near:
            limit = self._limits[number]
            if limit.shape is None or building in limit.exempt:
                continue
            fits &= self._under(building, limit, moved)
        stands = np.flatnonzero(fits)
        own = self._others.query(moved[stands], predicate="intersects") if len(stands) else np.zeros((2, 0), int)
        clash = own[0][own[1] != building]
        fits[stands[np.unique(clash)]] = False
        return fits

    def _under(self, building: int, limit: Limit, moved: Array) -> Array:
        base, settings = self._buildings.base[building], self._settings
        height = self._buildings.highest[building]
        if not limit.is_level and not settings.uses_highest_point:
            height = self._buildings.height[building]
        reach = height + (base if limit.is_level else 0.0)
        if np.isnan(reach):
            return np.ones(len(moved), dtype=bool)
        under = np.ones(len(moved), dtype=bool)
        shapely.prepare(limit.area)
        at = np.flatnonzero(shapely.intersects(limit.area, moved))
        pieces = moved[at]
        partly = ~shapely.contains_properly(limit.area, pieces)
        pieces[partly] = shapely.intersection(pieces[partly], limit.area)
        inside = shapely.area(pieces) > _CLEARANCE_M
        low = limit.shape.lowest(pieces[inside])  # type: ignore[union-attr]
        under[at[inside]] = low >= reach - settings.tolerance_m
        return under
