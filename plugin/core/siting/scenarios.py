"""Two to four selections side by side: which site stands where in each, what differs between the criteria, and why a
site is out in one of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Callable, Optional, Union

import numpy as np
import shapely

from ..land.boxes import Box
from ..land.pieces import objects
from ..land.rounding import plain
from ..messages import text
from .model import Constraint, Criteria, Factor
from .selection import Selection, comparable

Judge = Callable[[np.ndarray, Any], Selection]  # (shapes on the plane of the comparison, feedback)
MOST = 4
_BEYOND_M2 = 1.0  # of a site may lie beyond the land that was searched
_SHOWN = 15  # sites of each scenario that are looked at in all
_SAME_SHARE = 0.5  # of the smaller of two sites: they are one place
_UNTOLD = ("title", "source", "confidence", "note", "law", "path", "rule_ids", "where_fallback")


@dataclass(frozen=True)
class SearchLimits:
    """What a search looked for, beside its constraints: the land it looked at (None: not known), sizes in m2."""

    extent: Any = None
    low_m2: float = 0.0
    high_m2: float = np.inf


@dataclass(frozen=True)
class Scenario:
    """One selection that is kept for comparison. `geometries`: of all candidates, on one plane; `searched`: sites were
    searched, so that they are known again by their place and not by their key. `judge`: measures shapes of others by
    the exact criteria of this one; `answers`: what it said, by the WKB of the shape.
    """

    name: str
    selection: Selection
    geometries: np.ndarray
    searched: bool = False
    judge: Optional[Judge] = None
    limits: SearchLimits = SearchLimits()
    answers: dict[bytes, tuple[Selection, int]] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Standing:
    """One site in one scenario: its rank from 1 and score, or why it has none."""

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
            shape = scenario.geometries[index]
            standings = tuple(_standing(s, place, shape) for s, place in zip(scenarios, places))
            rows.append(SiteRow(_name(scenario, index, number), shape, standings))
    return sorted(rows, key=lambda row: (row.best, [s.rank or 10**9 for s in row.standings]))


def best_shapes(scenario: Scenario) -> list[Any]:
    """The sites that are looked at of a scenario, the best first."""
    return list(scenario.geometries[scenario.selection.order[:_SHOWN]])


def only_elsewhere(scenarios: Sequence[Scenario], number: int) -> list[Any]:
    """The best sites of the other scenarios that stand nowhere in this one."""
    others = [shape for k, other in enumerate(scenarios) if k != number for shape in best_shapes(other)]
    return [shape for shape in others if _same_place(shape, scenarios[number]) is None]


def open_questions(scenarios: Sequence[Scenario]) -> list[tuple[Scenario, list[Any]]]:
    """The scenarios that can judge shapes of the others, each with those that nobody asked it about."""
    asked = []
    for number, scenario in enumerate(scenarios):
        if scenario.judge is not None:
            shapes = [g for g in only_elsewhere(scenarios, number) if shapely.to_wkb(g) not in scenario.answers]
            asked += [(scenario, shapes)] if shapes else []
    return asked


def answer(questions: Sequence[tuple[Scenario, list[Any]]], feedback: Any = None) -> None:
    """Let each scenario judge its shapes; may run in any thread. Raises Cancelled."""
    for scenario, shapes in questions:
        if scenario.judge is not None:
            judged = scenario.judge(objects(shapes), feedback)
            scenario.answers.update({shapely.to_wkb(g): (judged, row) for row, g in enumerate(shapes)})


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
    rank, share = _overlap(shape, other)
    return int(other.selection.order[rank]) if share >= _SAME_SHARE else None


def _overlap(shape: Any, other: Scenario) -> tuple[int, float]:
    """(place in the order of the site that shares most with a shape, the share of the smaller of the two)."""
    rows = other.selection.order
    if not len(rows):
        return 0, 0.0
    shared = shapely.area(shapely.intersection(shape, other.geometries[rows]))
    smaller = np.minimum(shapely.area(other.geometries[rows]), shapely.area(shape))
    share = np.divide(shared, smaller, out=np.zeros(len(rows)), where=smaller > 0)
    return int(share.argmax()), float(share.max())


def _not_there(scenario: Scenario, shape: Any) -> str:
    """Why a site of another scenario stands nowhere in this one: what excludes it, or how it would stand."""
    if not scenario.searched:
        return text("scenario_no_candidate")
    limits, (rank, share) = scenario.limits, _overlap(shape, scenario)
    if limits.extent is not None and shapely.area(shapely.difference(shape, limits.extent)) > _BEYOND_M2:
        return text("scenario_outside")
    near = text("scenario_overlaps", share=100 * share, rank=rank + 1) if share > 0 else ""
    judged, row = scenario.answers.get(shapely.to_wkb(shape), (None, 0))
    if judged is None:
        return near or text("scenario_not_picked")
    if not judged.kept[row]:
        return text("scenario_excluded", reasons="; ".join(judged.reasons(row)))
    if not limits.low_m2 <= judged.areas_m2[row] <= limits.high_m2:
        sizes = {"low": limits.low_m2, "high": limits.high_m2, "area": judged.areas_m2[row]}
        return text("scenario_size", **sizes) + near
    score, scores = float(judged.score[row]), scenario.selection.score[scenario.selection.order]
    better = int((comparable(scores) > comparable(np.array(score))).sum()) if score == score else len(scores)
    fits = text("scenario_fits", score=score, rank=better + 1) if score == score else text("scenario_fits_unscored")
    unknown = [r.constraint.title for r in judged.constraints if not r.evaluated[row]]
    return fits + near + (text("scenario_unchecked", titles="、".join(unknown)) if unknown else "")


def _standing(scenario: Scenario, place: Optional[int], shape: Any) -> Standing:
    selection = scenario.selection
    if place is None:
        return Standing(why=_not_there(scenario, shape))
    found = np.flatnonzero(selection.order == place)
    if not len(found):
        return Standing(why="; ".join(selection.reasons(place)))
    score = float(selection.score[place])
    return Standing(int(selection.ranks()[found[0]]), score if score == score else None)


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
    return plain(value) if isinstance(value, float) else str(value)


def _bounds(area: tuple[Optional[float], Optional[float]]) -> str:
    return "–".join("…" if bound is None else plain(bound) for bound in area)


def _changed(what: str, before: Any, after: Any) -> str:
    return text("scenario_changed", what=what, before=before, after=after)
