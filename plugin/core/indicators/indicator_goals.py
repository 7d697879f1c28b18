"""How a value stands to its baseline and target: broken or not, what share is used, what share of the time is gone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Optional

from .indicator_goal_rows import GoalRow
from .indicator_model import Direction, Holds, Indicator
from .indicator_values import Place

_NOISE = 1e-9


@dataclass(frozen=True)
class Standing:
    """`used`: the share of the way from baseline to target that is gone, `elapsed`: of the time; None where unknown.

    For a limit the way is room that is used up, for a goal it is what was achieved.
    """

    baseline: Optional[float] = None
    baseline_year: Optional[int] = None
    target: Optional[float] = None
    target_year: Optional[int] = None
    used: Optional[float] = None
    elapsed: Optional[float] = None
    is_broken: bool = False
    is_limit: bool = False


class Goals:
    """Baselines and targets of a set, those of a table above those of the file."""

    def __init__(self, rows: Iterable[GoalRow] = ()) -> None:
        self._targets: dict[tuple[str, str], dict[int, float]] = {}
        self._bases: dict[tuple[str, str], tuple[int, float]] = {}
        for row in rows:
            place = (row.indicator, row.code)
            if row.is_baseline:
                self._bases[place] = (row.year, row.value)
            else:
                self._targets.setdefault(place, {})[row.year] = row.value

    def targets(self, indicator: Indicator, place: Place, is_top: bool) -> Mapping[int, float]:
        """{year: value}; what names no division is meant for the top one: the whole, or the only division."""
        found = self._targets.get((indicator.id, place.code))
        if found is None and is_top:
            found = self._targets.get((indicator.id, ""), dict(indicator.targets))
        return found or {}

    def baseline(self, indicator: Indicator, place: Place, is_top: bool) -> Optional[tuple[int, Optional[float]]]:
        """(year, value); the value is None where only the year is said: it is to be computed."""
        found = self._bases.get((indicator.id, place.code))
        if found is None and is_top:
            found = self._bases.get((indicator.id, ""))
        if found is not None or indicator.baseline is None:
            return found
        return indicator.baseline if is_top else (indicator.baseline[0], None)


def next_target(targets: Mapping[int, float], year: int) -> Optional[tuple[int, float]]:
    """The target of the year or the next one after it; after the last, the last."""
    later = sorted(known for known in targets if known >= year)
    chosen = later[0] if later else max(targets, default=None)
    return None if chosen is None else (chosen, targets[chosen])


def standing(
    indicator: Indicator,
    value: float,
    year: int,
    baseline: Optional[tuple[int, Optional[float]]],
    target: Optional[tuple[int, float]],
) -> Standing:
    """The Standing of a value."""
    base_year, base = baseline if baseline is not None else (None, None)
    if target is None or indicator.direction is Direction.NONE:
        return Standing(base, base_year, *((target[1], target[0]) if target else (None, None)))
    target_year, goal = target
    is_limit = indicator.holds is Holds.ALWAYS
    missed = _missed(indicator, value, goal)
    used = elapsed = None
    if base is not None and abs(goal - base) > _NOISE * max(abs(goal), abs(base), 1.0):
        used = (value - base) / (goal - base)
    if base_year is not None and target_year > base_year:
        elapsed = min(max((year - base_year) / (target_year - base_year), 0.0), 1.0)
    return Standing(
        base, base_year, goal, target_year, used, elapsed, missed and (is_limit or year >= target_year), is_limit
    )


def _missed(indicator: Indicator, value: float, goal: float) -> bool:
    slack = _NOISE * max(abs(goal), 1.0)
    if indicator.direction is Direction.AT_MOST:
        return value > goal + slack
    if indicator.direction is Direction.AT_LEAST:
        return value < goal - slack
    return abs(value - goal) > indicator.span + slack


def met(indicator: Indicator, value: float, goal: float) -> bool:
    """Whether a value meets a target."""
    return not _missed(indicator, value, goal)
