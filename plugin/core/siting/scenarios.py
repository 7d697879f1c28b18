"""Two to four selections side by side: which site stands where in each, what differs between the criteria, and why a
site is out in one of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Optional, Union

import numpy as np
import shapely

from ..land.boxes import Box
from ..land.pieces import objects
from ..messages import text
from .model import Constraint, Criteria, Factor
from .selection import Selection

MOST = 4
_SHOWN = 15  # sites of each scenario that are looked at in all
_SAME_SHARE = 0.5  # of the smaller of two sites: they are one place
_UNTOLD = ("title", "source", "confidence", "note", "law", "path", "rule_ids", "where_fallback")


@dataclass(frozen=True)
class Scenario:
    """One selection that is kept for comparison. `geometries`: of all candidates, on one plane; `searched`: sites were
    searched, so that they are known again by their place and not by their key."""

    name: str
    selection: Selection
    geometries: np.ndarray
    searched: bool = False


@dataclass(frozen=True)
class Standing:
    """One site in one scenario: its rank from 1 and score, or why it has none ("" where it is no candidate there)."""

    rank: Optional[int] = None
    score: Optional[float] = None
    why: str = ""


@dataclass(frozen=True)
class SiteRow:
    """One site through all scenarios; `shape` as the first scenario that knows it has it."""

    name: str
    shape: Any
    standings: tuple[Standing, ...]

    @property
    def best(self) -> int:
        """The best rank it has anywhere."""
        return min((s.rank for s in self.standings if s.rank), default=10**9)


def side_by_side(scenarios: Sequence[Scenario]) -> list[SiteRow]:
    """The best sites of every scenario in all of them, the best anywhere first."""
    rows: list[SiteRow] = []
    seen: set[tuple[int, int]] = set()
    for number, scenario in enumerate(scenarios):
        for index in scenario.selection.order[:_SHOWN].tolist():
            if (number, index) in seen:
                continue
            places = [_place(scenario, index, other, k == number) for k, other in enumerate(scenarios)]
            seen |= {(k, place) for k, place in enumerate(places) if place is not None}
            standings = tuple(_standing(s, place) for s, place in zip(scenarios, places))
            rows.append(SiteRow(_name(scenario, index, number), scenario.geometries[index], standings))
    return sorted(rows, key=lambda row: (row.best, [s.rank or 10**9 for s in row.standings]))


def best_shapes(scenario: Scenario) -> list[Any]:
    """The sites that are looked at of a scenario, the best first."""
    return list(scenario.geometries[scenario.selection.order[:_SHOWN]])


def only_elsewhere(scenarios: Sequence[Scenario], number: int) -> list[Any]:
    """The best sites of the other scenarios that stand nowhere in this one."""
    others = [shape for k, other in enumerate(scenarios) if k != number for shape in best_shapes(other)]
    return [shape for shape in others if _same_place(shape, scenarios[number]) is None]


def common_box(scenarios: Sequence[Scenario]) -> Box:
    """(left, low, right, top) of the best sites of all scenarios: the ground that all their maps show."""
    left, low, right, top = shapely.total_bounds(objects([g for one in scenarios for g in best_shapes(one)]))
    return float(left), float(low), float(right), float(top)


def _name(scenario: Scenario, index: int, number: int) -> str:
    """The key of a site; searches number their sites alike, so that a later one says whose number it is."""
    key = scenario.selection.keys[index]
    return f"{scenario.name}·{key}" if scenario.searched and number else key


def _place(scenario: Scenario, index: int, other: Scenario, own: bool) -> Optional[int]:
    """Where a site of `scenario` stands among the candidates of another; None where it is none."""
    if own:
        return index
    if not (scenario.searched or other.searched):
        keys = other.selection.keys
        key = scenario.selection.keys[index]
        return keys.index(key) if key in keys else None
    return _same_place(scenario.geometries[index], other)


def _same_place(shape: Any, other: Scenario) -> Optional[int]:
    rows = other.selection.order
    shared = shapely.area(shapely.intersection(shape, other.geometries[rows]))
    smaller = np.minimum(shapely.area(other.geometries[rows]), shapely.area(shape))
    share = np.divide(shared, smaller, out=np.zeros(len(rows)), where=smaller > 0)
    if not len(rows) or share.max() < _SAME_SHARE:
        return None
    return int(rows[share.argmax()])


def _standing(scenario: Scenario, place: Optional[int]) -> Standing:
    selection = scenario.selection
    if place is None:
        return Standing(why=text("scenario_no_candidate"))
    found = np.flatnonzero(selection.order == place)
    if not len(found):
        return Standing(why="; ".join(selection.reasons(place)))
    score = float(selection.score[place])
    return Standing(int(found[0]) + 1, score if score == score else None)


def criteria_changes(one: Criteria, other: Criteria) -> list[str]:
    """What differs between two sets of criteria, a sentence each, in the chosen language."""
    differences: list[str] = []
    for kind, before, after in (
        ("constraint", one.constraints, other.constraints),
        ("factor", one.factors, other.factors),
    ):
        first, second = ({row.id: row for row in rows} for rows in (before, after))
        differences += [
            text(f"scenario_{kind}_gone", title=row.title) for key, row in first.items() if key not in second
        ]
        differences += [
            text(f"scenario_{kind}_new", title=row.title) for key, row in second.items() if key not in first
        ]
        for key in first.keys() & second.keys():
            differences += _differences(first[key], second[key])
    if one.area != other.area:
        differences.append(_changed(text("scenario_area"), _bounds(one.area), _bounds(other.area)))
    if one.spacing_m != other.spacing_m:
        differences.append(_changed(text("scenario_spacing"), one.spacing_m, other.spacing_m))
    return sorted(differences)


def _differences(one: Any, other: Any) -> list[str]:
    """One sentence for each field of a constraint or factor that differs."""
    names = [f.name for f in fields(one) if f.name not in _UNTOLD]
    changed = [name for name in names if not _alike(getattr(one, name), getattr(other, name))]
    return [
        _changed(f"{one.title}·{text(f'scenario_field_{name}')}", _said(name, one), _said(name, other))
        for name in changed
    ]


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= 1e-9
    return bool(one == other)


def _said(name: str, row: Union[Constraint, Factor]) -> str:
    value = getattr(row, name)
    if name == "weight":
        return f"{100 * value:.1f} %"
    if value is None or value == "":
        return "—"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _bounds(area: tuple[Optional[float], Optional[float]]) -> str:
    return "–".join("…" if bound is None else f"{bound:g}" for bound in area)


def _changed(what: str, before: Any, after: Any) -> str:
    return text("scenario_changed", what=what, before=before, after=after)
