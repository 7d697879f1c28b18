"""What a run found, as rows of the outputs: findings, one row for each building, numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, Optional

import numpy as np

from ..land.pieces import objects
from ..land.rounding import half_up
from ..land.types import Array
from .advice import Advice
from .buildings import Buildings
from .limits import LimitKind
from .parcels import Condition
from .run import Outcome
from .sights import blocked_share


class Standing(str, Enum):
    """How a building stands: `no_limit` where nothing that was given regulates its place."""

    CONFLICT = "conflict"
    CLEAR = "clear"
    NOT_CHECKED = "not_checked"
    NO_LIMIT = "no_limit"
    __str__ = str.__str__


RIDGE = "ridge"
_PERCENT = (Condition.DENSITY_MAX, Condition.GREEN_MIN, Condition.GREEN_MAX, Condition.BUILD_TO)
_METRES = (Condition.HEIGHT_MIN, Condition.SETBACK)


@dataclass(frozen=True)
class HeightFinding:
    """One demand that is not met. `building`: position, -1 where a parcel as a whole misses it; values in `unit`."""

    building: int
    building_key: str
    building_fid: Optional[int]
    rule: str
    rule_name: str
    limit_value: Optional[float]
    actual_value: Optional[float]
    exceed_value: float
    unit: str
    geometry: Any
    clause: str = ""
    limit_level_m: Optional[float] = None
    top_m: Optional[float] = None
    share_pct: Optional[float] = None
    blocked_pct: Optional[float] = None
    azimuth_from: Optional[float] = None
    azimuth_to: Optional[float] = None
    lower_m: Optional[float] = None
    move_m: Optional[float] = None
    move_to: str = ""


@dataclass(frozen=True)
class BuildingResult:
    """How high a building may be. `binding`: name of the limit that decides, `margin_m`: to spare, negative where it
    is exceeded; `checked`, `broken`, `unknown`: numbers of demands."""

    building: int
    building_key: str
    building_fid: int
    height_m: Optional[float]
    base_m: Optional[float]
    top_m: Optional[float]
    allowed_m: Optional[float]
    margin_m: Optional[float]
    binding: str
    binding_name: str
    status: str
    checked: int
    broken: int
    unknown: int
    reason: str  # codes, joined by a space


def number(value: float, decimals: int = 2) -> Optional[float]:
    """A rounded number, None for not-a-number."""
    return None if value is None or not np.isfinite(value) else float(half_up(float(value), decimals))


def findings(outcome: Outcome) -> list[HeightFinding]:
    """All demands that are not met, by building, the worst first."""
    found = [*_of_limits(outcome), *_of_ridges(outcome), *_of_conditions(outcome)]
    return sorted(found, key=lambda f: (f.building < 0, f.building, -f.exceed_value))


def _of_limits(outcome: Outcome) -> Iterator[HeightFinding]:
    checks, buildings = outcome.checks, outcome.design.buildings
    for row in np.flatnonzero(checks.is_broken).tolist():
        at, limit = int(checks.building[row]), outcome.limits[checks.limit[row]]
        advice = outcome.advice.get(at, Advice(None))
        piece = checks.piece[row]
        hides = limit.kind == LimitKind.CORRIDOR and limit.sight >= 0
        yield HeightFinding(
            *_who(buildings, at),
            str(limit.kind),
            limit.name,
            number(checks.allowed[row]),
            number(checks.allowed[row] + checks.exceed[row]),
            _rounded(checks.exceed[row]),
            "m",
            piece,
            clause=limit.clause,
            limit_level_m=number(checks.level[row]) if limit.is_level else None,
            top_m=number(buildings.top[at]),
            share_pct=_rounded(checks.share[row] * 100),
            blocked_pct=_hidden(outcome, limit.sight, piece) if hides else None,
            lower_m=advice.lower_m,
            move_m=advice.move_m,
            move_to=advice.move_to,
        )


def _hidden(outcome: Outcome, sight: int, piece: Any) -> float:
    """Per cent of a target's width that a piece hides."""
    return _rounded(blocked_share(outcome.views[sight].view, objects([piece])) * 100)


def _who(buildings: Buildings, at: int) -> tuple[int, str, Optional[int]]:
    """(position, key, number of the feature), those of no building for -1."""
    return (at, str(buildings.keys[at]), int(buildings.fids[at])) if at >= 0 else (at, "", None)


def _rounded(value: float) -> float:
    return float(half_up(float(value), 2))


def _of_ridges(outcome: Outcome) -> Iterator[HeightFinding]:
    buildings = outcome.design.buildings
    for skyline in outcome.skylines:
        for rise in skyline.rises:
            at = rise.building
            yield HeightFinding(
                *_who(buildings, at),
                RIDGE,
                skyline.watch.eye.name,
                number(buildings.highest[at] - rise.metres),
                number(buildings.highest[at]),
                _rounded(rise.metres),
                "m",
                buildings.footprints[at],
                clause=skyline.watch.eye.clause,
                limit_level_m=number(buildings.top[at] - rise.metres),
                top_m=number(buildings.top[at]),
                azimuth_from=number(rise.azimuth_from),
                azimuth_to=number(rise.azimuth_to),
                lower_m=number(float(np.ceil(round(rise.metres * 10, 6)) / 10), 1),
            )


def _of_conditions(outcome: Outcome) -> Iterator[HeightFinding]:
    buildings, parcels = outcome.design.buildings, outcome.design.parcels
    for met in outcome.conditions:
        if not met.is_broken:
            continue
        parcel, at = parcels[met.parcel], met.building
        scale = 100.0 if met.condition in _PERCENT else 1.0
        yield HeightFinding(
            *_who(buildings, at),
            str(met.condition),
            parcel.name,
            number((met.wanted or 0.0) * scale),
            number((met.actual or 0.0) * scale),
            _rounded(met.excess * scale),
            condition_unit(met.condition),
            buildings.footprints[at] if at >= 0 else parcel.shape,
            clause=parcel.clause,
            top_m=number(buildings.top[at]) if at >= 0 else None,
        )


def condition_unit(condition: Condition) -> str:
    """The unit in which a condition is written."""
    return "%" if condition in _PERCENT else "m" if condition in _METRES else ""


def building_results(outcome: Outcome) -> list[BuildingResult]:
    """One BuildingResult a building, in the order of their layer."""
    checks, count = outcome.checks, len(outcome.design.buildings)
    bounds = np.searchsorted(checks.building, np.arange(count + 1))
    extra: dict[int, int] = {}
    for finding in (*_of_ridges(outcome), *_of_conditions(outcome)):
        extra[finding.building] = extra.get(finding.building, 0) + 1
    ridge_unknown = sum(1 for s in outcome.skylines if s.reason and s.watch.span)
    return [
        _result(outcome, at, np.arange(bounds[at], bounds[at + 1]), (extra.get(at, 0), ridge_unknown))
        for at in range(count)
    ]


def _result(outcome: Outcome, at: int, rows: Array, ridges: tuple[int, int]) -> BuildingResult:
    buildings, checks = outcome.design.buildings, outcome.checks
    more, ridge_unknown = ridges
    unknown = [str(code) for code in checks.reason[rows] if code and code not in _NOT_ITS_OWN]
    own = str(buildings.reason[at]) if len(rows) or more else ""
    broken = int(checks.is_broken[rows].sum()) + more
    checked = int((checks.reason[rows] == "").sum()) + more
    known = rows[np.isfinite(checks.allowed[rows]) & ~np.isin(checks.reason[rows], list(_NOT_ITS_OWN))]
    binding = known[np.argmin(checks.allowed[known])] if len(known) else -1
    limit = outcome.limits[checks.limit[binding]] if binding >= 0 else None
    allowed = checks.allowed[binding] if limit else np.nan
    if buildings.footprints[at] is None:
        own = "heights_no_footprint"
    reasons = list(dict.fromkeys([*unknown, *([own] if own else []), *(["heights_no_terrain"] * bool(ridge_unknown))]))
    return BuildingResult(
        at,
        str(buildings.keys[at]),
        int(buildings.fids[at]),
        number(buildings.height[at]),
        number(buildings.base[at]),
        number(buildings.top[at]),
        number(allowed),
        number(-checks.exceed[binding]) if limit else None,
        str(limit.kind) if limit else "",
        limit.name if limit else "",
        str(_standing(broken, bool(reasons), checked)),
        checked,
        broken,
        len(unknown),
        " ".join(reasons),
    )


_NOT_ITS_OWN = frozenset({"heights_is_target"})  # no demand on this building at all


def _standing(broken: int, is_unknown: bool, checked: int) -> Standing:
    if broken:
        return Standing.CONFLICT
    if is_unknown:
        return Standing.NOT_CHECKED
    return Standing.CLEAR if checked else Standing.NO_LIMIT
