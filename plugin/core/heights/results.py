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
from .limits import Checks, LimitKind
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
    top = buildings.top
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
            top_m=number(top[at]),
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
    checks, buildings = outcome.checks, outcome.design.buildings
    bounds = np.searchsorted(checks.building, np.arange(len(buildings) + 1)).tolist()
    binding = _binding(checks, len(buildings))
    decided = binding >= 0
    allowed, margin = np.full(len(buildings), np.nan), np.full(len(buildings), np.nan)
    allowed[decided], margin[decided] = checks.allowed[binding[decided]], -checks.exceed[binding[decided]]
    columns = [_column(v) for v in (buildings.height, buildings.base, buildings.top, allowed, margin)]
    more: dict[int, int] = {}
    for finding in (*_of_ridges(outcome), *_of_conditions(outcome)):
        more[finding.building] = more.get(finding.building, 0) + 1
    has_blind_ridge = any(s.reason and s.watch.span for s in outcome.skylines)
    general = ["heights_no_terrain"] if has_blind_ridge else []
    general += ["heights_unread_limits"] if outcome.design.has_unread_limits else []
    tally = _Tally(outcome, more, general)
    found = []
    for at, values in enumerate(zip(*columns)):
        limit = outcome.limits[checks.limit[binding[at]]] if decided[at] else None
        who = str(limit.kind) if limit else "", limit.name if limit else ""
        tallied = tally.of(at, bounds[at], bounds[at + 1])
        row: list[Any] = [at, str(buildings.keys[at]), int(buildings.fids[at]), *values, *who, *tallied]
        found.append(BuildingResult(*row))
    return found


def _column(values: Array) -> list[Optional[float]]:
    """Rounded numbers, None for not-a-number."""
    return [None if value != value else value for value in half_up(values, 2).tolist()]


def _binding(checks: Checks, count: int) -> Array:
    """The row of `checks` with the lowest height allowed for each building, -1 for none."""
    binding = np.full(count, -1)
    known = np.flatnonzero(np.isfinite(checks.allowed) & ~np.isin(checks.reason, list(_NOT_ITS_OWN)))
    order = known[np.argsort(-checks.allowed[known], kind="stable")]
    binding[checks.building[order]] = order  # the lowest comes last
    return binding


class _Tally:
    """How a building stands, and the numbers behind it; `more`: demands missed that are no limits over land."""

    def __init__(self, outcome: Outcome, more: dict[int, int], general: list[str]) -> None:
        self._reasons = outcome.checks.reason.tolist()
        self._broken = np.append(0, np.cumsum(outcome.checks.is_broken)).tolist()
        self._own = outcome.design.buildings.reason.tolist()
        self._missing = [shape is None for shape in outcome.design.buildings.footprints]
        self._more, self._general = more, general
        self._blind = {row for skyline in outcome.skylines for row in skyline.blind}

    def of(self, at: int, start: int, stop: int) -> tuple[str, int, int, int, str]:
        """(status, checked, broken, unknown, reasons) of one building; its rows are `start` to `stop`."""
        codes, more = self._reasons[start:stop], self._more.get(at, 0)
        unknown = [code for code in codes if code and code not in _NOT_ITS_OWN]
        own = "heights_no_footprint" if self._missing[at] else self._own[at] if codes or more else ""
        ridge = ["heights_ridge_unknown"] if at in self._blind else []
        reasons = list(dict.fromkeys([*unknown, *([own] if own else []), *ridge, *self._general]))
        broken, checked = self._broken[stop] - self._broken[start] + more, codes.count("") + more
        status = str(_standing(broken, bool(reasons), checked))
        return status, checked, broken, len(unknown), " ".join(reasons)


_NOT_ITS_OWN = frozenset({"heights_is_target"})  # no demand on this building at all


def _standing(broken: int, is_unknown: bool, checked: int) -> Standing:
    if broken:
        return Standing.CONFLICT
    if is_unknown:
        return Standing.NOT_CHECKED
    return Standing.CLEAR if checked else Standing.NO_LIMIT
