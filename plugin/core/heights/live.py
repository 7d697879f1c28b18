"""A design while somebody drags the height of one building: what changes with it, in milliseconds.

Where a footprint lies and how high limits are there does not change with a height, so only the rows of that building
are reckoned anew, and the views that they belong to.
"""

from dataclasses import replace

import numpy as np

from ..land.pieces import objects
from ..land.repair import polygon_parts
from .advice import advise
from .buildings import Buildings
from .limits import Checks, LimitKind, parts_inside
from .run import Outcome, Skyline
from .sights import ViewResult, blocked_share
from .skyline import rises_above

_NOISE_M = 1e-9


def with_height(outcome: Outcome, building: int, height: float) -> Outcome:
    """The outcome with another height of one building; the outcome that is given stays as it was."""
    buildings = _raised(outcome.design.buildings, building, height)
    design = replace(outcome.design, buildings=buildings)
    checks = _rechecked(outcome, buildings, building)
    rows = np.flatnonzero((checks.building == building) & checks.is_broken)
    advice = {at: known for at, known in outcome.advice.items() if at != building}
    if len(rows):
        advice[building] = advise(rows, checks, buildings, None)
    changed = replace(outcome, design=design, checks=checks, advice=advice)
    changed.views = [_view(changed, number, result) for number, result in enumerate(outcome.views)]
    changed.skylines = [_skyline(changed, skyline, building) for skyline in outcome.skylines]
    return changed


def _raised(buildings: Buildings, building: int, height: float) -> Buildings:
    extra = buildings.highest[building] - buildings.height[building]
    heights, highest, reason = buildings.height.copy(), buildings.highest.copy(), objects(list(buildings.reason))
    heights[building], highest[building] = height, height + (extra if np.isfinite(extra) else 0.0)
    reason[building] = ""
    return replace(buildings, height=heights, highest=highest, reason=reason)


def _rechecked(outcome: Outcome, buildings: Buildings, building: int) -> Checks:
    old, settings = outcome.checks, outcome.design.settings
    start, stop = np.searchsorted(old.building, [building, building + 1])
    exceed, piece, reason, is_broken = old.exceed.copy(), old.piece.copy(), old.reason.copy(), old.is_broken.copy()
    own, base = str(outcome.design.buildings.reason[building]), buildings.base[building]
    for row in range(start, stop):
        limit = outcome.limits[old.limit[row]]
        if own and reason[row] == own:  # the height was not known; now it is
            reason[row] = "heights_no_ground" if limit.is_level and np.isnan(base) else ""
        if reason[row]:
            continue
        uses_top = limit.kind not in (LimitKind.ZONE, LimitKind.PARCEL) or settings.uses_highest_point
        height = float((buildings.highest if uses_top else buildings.height)[building])
        exceed[row] = height - old.allowed[row]
        is_broken[row] = exceed[row] > settings.tolerance_m + _NOISE_M
        piece[row] = None
        if is_broken[row] and limit.shape is not None:
            _, parts, _ = parts_inside(buildings.footprints, np.array([building]), limit.area)
            piece[row] = polygon_parts(limit.shape.below(parts[0], height + (base if limit.is_level else 0.0)))
    return replace(old, exceed=exceed, piece=piece, reason=reason, is_broken=is_broken)


def _view(outcome: Outcome, number: int, old: ViewResult) -> ViewResult:
    checks = outcome.checks
    corridors = [
        n for n, limit in enumerate(outcome.limits) if limit.sight == number and limit.kind == LimitKind.CORRIDOR
    ]
    broken = np.flatnonzero(np.isin(checks.limit, corridors) & checks.is_broken)
    if np.array_equal(broken, old.broken) and not len(broken):
        return old
    return replace(old, broken=broken, blocked=blocked_share(old.view, checks.piece[broken]))


def _skyline(outcome: Outcome, old: Skyline, building: int) -> Skyline:
    """What of one building rises above the ridge; the silhouette of all is left for the next whole run."""
    if old.ridge is None or old.watch.span is None:
        return old
    design = outcome.design
    rises = [rise for rise in old.rises if rise.building != building]
    watch = old.watch.eye, old.watch.span
    rises += rises_above(old.ridge, watch, design.buildings, design.settings, np.array([building]))
    return replace(old, rises=sorted(rises, key=lambda rise: rise.building))
