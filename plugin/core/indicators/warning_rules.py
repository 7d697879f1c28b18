"""Warnings as rules: what each asks of a value, in what colour it warns, and the numbers behind its sentence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Optional

from ..days import day_of
from ..land.remarks import Remark
from ..messages import joined_texts
from .indicator_goals import Standing, met
from .indicator_model import Indicator, Nature
from .indicator_values import Outcome
from .warning_trend import Trend


class Colour(str, Enum):
    """The colour of a status, the gravest first."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    GREY = "grey"
    GREEN = "green"
    BLUE = "blue"  # computed, and nothing to hold it against


class WarningKind(str, Enum):
    """What a rule looks at."""

    BROKEN = "broken"
    PACE = "pace"
    NEAR = "near"
    TREND = "trend"
    STALE = "stale"
    NOT_COMPUTED = "not_computed"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True)
class WarningRule:
    """One rule; `natures`: of which indicators, all where it is empty. The rest are its thresholds."""

    id: str
    zh: str
    en: str
    kind: WarningKind
    colour: Colour
    natures: tuple[Nature, ...] = ()
    margin: float = 0.0
    share: float = 1.0
    years: int = 3
    days: int = 400
    confidence: str = "proposal"


@dataclass(frozen=True)
class Finding:
    """What a value is held against."""

    outcome: Outcome
    standing: Standing
    trend: Optional[Trend] = None
    oldest: str = ""  # date of the oldest layer used
    oldest_layer: str = ""
    age_days: Optional[int] = None


@dataclass(frozen=True)
class Warned:
    """A rule that applies; `remark` is its sentence."""

    rule: WarningRule
    remark: Remark


@dataclass(frozen=True)
class Status:
    """The colour of a value and the warnings behind it."""

    colour: Colour
    warnings: tuple[Warned, ...] = ()


_ORDER = list(Colour)
_INCOMPLETE = WarningRule("incomplete", "数据不全", "Data incomplete", WarningKind.INCOMPLETE, Colour.YELLOW)


def status_of(finding: Finding, rules: Iterable[WarningRule]) -> Status:
    """The gravest colour of the rules that apply; without one green only where there is a target that is held and can
    be judged."""
    found = [Warned(rule, remark) for rule in rules if (remark := _apply(rule, finding)) is not None]
    found.sort(key=lambda warned: _ORDER.index(warned.rule.colour))
    if found:
        return Status(found[0].rule.colour, tuple(found))
    if finding.outcome.value is None:
        return Status(Colour.GREY)
    if not _is_judged(finding):
        return Status(Colour.BLUE)
    left_out = sum(use.left_out for use in finding.outcome.measures)
    if left_out:  # what is not known may be what breaks the limit
        remark = Remark("warning_incomplete", params={**_numbers(finding), "count": left_out})
        return Status(Colour.YELLOW, (Warned(_INCOMPLETE, remark),))
    return Status(Colour.GREEN)


def _is_judged(finding: Finding) -> bool:
    """A limit that is held, a goal that is reached, or one whose pace is known."""
    standing, outcome = finding.standing, finding.outcome
    if standing.target is None or outcome.value is None:
        return False
    held = met(outcome.indicator, outcome.value, standing.target)
    return held if standing.is_limit or standing.used is None or standing.elapsed is None else True


def _apply(rule: WarningRule, finding: Finding) -> Optional[Remark]:
    indicator = finding.outcome.indicator
    if rule.natures and indicator.nature not in rule.natures:
        return None
    if finding.outcome.value is None:
        if rule.kind is not WarningKind.NOT_COMPUTED:
            return None
        why = joined_texts(remark.message for remark in finding.outcome.missing)
        return Remark("warning_not_computed", params={**_names(finding), "why": why})
    return _CHECKS[rule.kind](rule, finding) if rule.kind in _CHECKS else None


def _names(finding: Finding) -> dict[str, Any]:
    outcome = finding.outcome
    return {"name": outcome.indicator.title, "place": outcome.place.name or outcome.place.code, "year": outcome.year}


def shown(indicator: Indicator, value: Optional[float]) -> str:
    """A value with its unit as people read it."""
    unit = unit_text(indicator)
    return "—" if value is None else f"{value:,.{indicator.decimals}f} {unit}".replace(" %", "%")


def unit_text(indicator: Indicator) -> str:
    """The unit as it is printed: m² for m2."""
    return indicator.unit.text.replace("m2", "m²").replace("m3", "m³")


def _numbers(finding: Finding) -> dict[str, Any]:
    """All numbers that the sentences may use."""
    outcome, standing = finding.outcome, finding.standing
    numbers = {
        **_names(finding),
        "value": shown(outcome.indicator, outcome.value),
        "target": shown(outcome.indicator, standing.target),
        "target_year": standing.target_year,
        "base": shown(outcome.indicator, standing.baseline),
        "base_year": standing.baseline_year,
        "used": "—" if standing.used is None else f"{standing.used * 100:.1f}%",
        "elapsed": "—" if standing.elapsed is None else f"{standing.elapsed * 100:.1f}%",
    }
    if outcome.value is not None and standing.target is not None:
        numbers["gap"] = shown(outcome.indicator, abs(outcome.value - standing.target))
    return numbers


def _broken(rule: WarningRule, finding: Finding) -> Optional[Remark]:
    if not finding.standing.is_broken:
        return None
    direction = finding.outcome.indicator.direction.value
    return Remark(f"warning_broken_{direction}", params=_numbers(finding))


def _pace(rule: WarningRule, finding: Finding) -> Optional[Remark]:
    standing = finding.standing
    if standing.used is None or standing.elapsed is None or standing.is_broken:
        return None
    if standing.is_limit and standing.used > standing.elapsed + rule.margin:
        return Remark("warning_pace_limit", params={**_numbers(finding), "margin": f"{rule.margin * 100:g}"})
    if not standing.is_limit and standing.used < standing.elapsed - rule.margin:
        return Remark("warning_pace_goal", params={**_numbers(finding), "margin": f"{rule.margin * 100:g}"})
    return None


def _near(rule: WarningRule, finding: Finding) -> Optional[Remark]:
    standing = finding.standing
    if not standing.is_limit or standing.used is None or standing.is_broken or standing.used <= rule.share:
        return None
    return Remark("warning_near", params={**_numbers(finding), "share": f"{rule.share * 100:g}"})


def _trend(rule: WarningRule, finding: Finding) -> Optional[Remark]:
    """A limit that the trend passes before its year, or a goal that it does not reach by then."""
    trend, standing, outcome = finding.trend, finding.standing, finding.outcome
    if trend is None or trend.count < rule.years or standing.target is None or standing.target_year is None:
        return None
    if standing.is_broken or outcome.year >= standing.target_year:
        return None
    expected = trend.at(standing.target_year)
    if met(outcome.indicator, expected, standing.target):
        return None
    numbers = {**_numbers(finding), "count": trend.count, "expected": shown(outcome.indicator, expected)}
    numbers["slope"] = shown(outcome.indicator, trend.slope)
    if not standing.is_limit:
        return Remark("warning_trend_goal", params=numbers)
    return Remark("warning_trend_limit", params={**numbers, "reached": trend.reaches(standing.target)})


def _stale(rule: WarningRule, finding: Finding) -> Optional[Remark]:
    if finding.age_days is None or finding.age_days <= rule.days:
        return None
    numbers = {**_names(finding), "layer": finding.oldest_layer, "day": day_of(finding.oldest)}
    return Remark("warning_stale", params={**numbers, "days": finding.age_days, "limit": rule.days})


_CHECKS = {
    WarningKind.BROKEN: _broken,
    WarningKind.PACE: _pace,
    WarningKind.NEAR: _near,
    WarningKind.TREND: _trend,
    WarningKind.STALE: _stale,
}


def build_warning_rules(rows: Sequence[Mapping[str, Any]]) -> tuple[WarningRule, ...]:
    """The rules of a file that fits the schema."""
    return tuple(
        WarningRule(
            row["id"], row["zh"], row.get("en", row["id"]), WarningKind(row["kind"]), Colour(row["colour"]),
            tuple(map(Nature, row.get("natures", ()))), float(row.get("margin", 0.0)), float(row.get("share", 1.0)),
            int(row.get("years", 3)), int(row.get("days", 400)), str(row.get("confidence", "proposal")),
        )
        for row in rows
    )  # fmt: skip
