"""What a run of an indicator set comes to: values with their standing, warnings and lineage."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Optional

from ..land.remarks import Remark
from .formula_nodes import Change, Measure, Node, Operation
from .indicator_goals import Goals, Standing, next_target, standing
from .indicator_model import Indicator, IndicatorSet
from .indicator_values import Inputs, Outcome, Place, evaluate
from .warning_rules import Colour, Finding, Status, WarningKind, WarningRule, status_of
from .warning_trend import Trend, trend_of

_LISTED = 10  # layers that a remark names
_HUNDRED = 100.005  # %; what rounds to 100.00 is no more than the whole


@dataclass(frozen=True)
class LayerUse:
    """A layer that values rest on; `sha256` of its content, `day` YYYY, YYYY-MM or YYYY-MM-DD ("" unknown)."""

    role: str
    zh: str
    year: int
    name: str
    source: str
    day: str
    date_text: str
    sha256: str
    features: int
    repaired: int = 0
    skipped: int = 0
    is_kept: bool = False  # the measures of an earlier run were used, as the layer has not changed


@dataclass
class IndicatorValue:
    """One indicator x division x year."""

    outcome: Outcome
    standing: Standing
    status: Status
    trend: Optional[Trend] = None

    @property
    def indicator(self) -> Indicator:
        return self.outcome.indicator

    @property
    def place(self) -> Place:
        return self.outcome.place

    @property
    def value(self) -> Optional[float]:
        return self.outcome.value

    @property
    def used_pct(self) -> Optional[float]:
        """The share of the way from baseline to target, percent."""
        return None if self.standing.used is None else round(self.standing.used * 100, 2)

    def reason(self, language: str = "zh") -> str:
        """Why it has its colour: the sentences of its warnings, or what is missing."""
        remarks = [warned.remark for warned in self.status.warnings] or self.outcome.missing
        return " ".join(remark.text(language) for remark in remarks)


@dataclass
class IndicatorRun:
    """All values of a set; `year` is the one that is warned of, `layers` by role and year."""

    set: IndicatorSet
    year: int
    years: Sequence[int]
    places: Sequence[Place]
    values: list[IndicatorValue]
    layers: Mapping[tuple[str, int], Sequence[LayerUse]]
    rules: Sequence[WarningRule] = ()
    remarks: list[Remark] = field(default_factory=list)
    _index: dict[tuple[str, str, int], IndicatorValue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._index = {(v.indicator.id, v.place.code, v.outcome.year): v for v in self.values}

    @property
    def top(self) -> Place:
        """The whole, or the only division."""
        return next((place for place in self.places if place.is_total), self.places[0])

    def value(self, indicator: str, code: str, year: int) -> Optional[IndicatorValue]:
        """The value of an indicator's id in a division's code and a year."""
        return self._index.get((indicator, code, year))

    def series(self, indicator: str, code: str) -> dict[int, float]:
        """{year: value} of what was computed."""
        found = ((year, self.value(indicator, code, year)) for year in self.years)
        return {year: value.value for year, value in found if value is not None and value.value is not None}

    def of_year(self, code: str = "") -> list[IndicatorValue]:
        """The values of the year that is warned of, in one division or in all."""
        return [v for v in self.values if v.outcome.year == self.year and code in ("", v.place.code)]

    def warned(self) -> list[IndicatorValue]:
        """Values of the year with a warning, the gravest colour first, binding indicators before others."""
        order, natures = list(Colour), ["binding", "expected", "advised", "monitored"]
        found = [value for value in self.of_year() if value.status.warnings]
        return sorted(found, key=lambda v: (order.index(v.status.colour), natures.index(v.indicator.nature.value)))

    def layers_of(self, value: IndicatorValue) -> list[LayerUse]:
        """The layers that a value rests on."""
        found: dict[LayerUse, None] = {}
        for use in value.outcome.measures:
            for name in _names(use.measure):
                found.update(dict.fromkeys(self.layers.get((self.set.role_of(name).key, use.year), ())))
        return list(found)

    def lineage(self, value: IndicatorValue) -> str:
        """Formula, measures, statistics and layers of a value as JSON."""
        outcome = value.outcome
        facts: dict[str, Any] = {"formula": value.indicator.formula.text, "unit": value.indicator.unit.text}
        facts["measures"] = [
            {"measure": use.measure.text(), "year": use.year, "value": use.value, "features": use.count}
            for use in outcome.measures
        ]
        facts["statistics"] = [
            {"key": row.key, "code": row.code, "year": row.year, "value": row.shown, "file": row.source, "row": row.row}
            for row in outcome.statistics
        ]
        facts["layers"] = [
            {"layer": use.name, "role": use.role, "year": use.year, "date": use.day, "sha256": use.sha256}
            for use in self.layers_of(value)
        ]
        return json.dumps({**facts, "confidence": value.indicator.confidence}, ensure_ascii=False)


def _names(measure: Measure) -> list[str]:
    return [selection.name for selection in measure.selections]


@dataclass(frozen=True)
class Judging:
    """What values are held against; `today` for the age of layers."""

    goals: Goals
    rules: Sequence[WarningRule]
    year: int
    years: Sequence[int]
    today: date


def assemble(
    inputs: Inputs, judging: Judging, layers: Mapping[tuple[str, int], Sequence[LayerUse]], remarks: Iterable[Remark]
) -> IndicatorRun:
    """All values of a set over places and years, the year's warned of."""
    years = sorted({*judging.years, judging.year})
    run = IndicatorRun(inputs.set, judging.year, years, inputs.places, [], layers, judging.rules, list(remarks))
    for indicator in inputs.set.indicators:
        for place in inputs.places:
            outcomes = {year: evaluate(indicator, place, year, inputs) for year in years}
            run.values += list(_judged(run, outcomes, inputs, judging))
    run.__post_init__()
    run.remarks += [*_undated(run, judging), *_over_hundred(run)]
    return run


def _over_hundred(run: IndicatorRun) -> list[Remark]:
    """Shares above 100 %: a part is larger than its whole, whatever made it so. Changes may be larger."""
    found = []
    for indicator in run.set.indicators:
        if indicator.unit.text != "%" or _is_change(indicator.formula.node):
            continue
        values = (run.value(indicator.id, place.code, year) for place in run.places for year in run.years)
        over = [v for v in values if v is not None and v.value is not None and v.value > _HUNDRED]
        if over:
            worst = max(over, key=lambda v: v.value or 0.0)
            params = {"name": indicator.title, "count": len(over), "place": worst.place.name or worst.place.code}
            found.append(
                Remark(
                    "indicator_over_100",
                    params={**params, "year": worst.outcome.year, "value": f"{worst.value:,.2f}"},
                )
            )
    return found


def _is_change(node: Node) -> bool:
    """Whether a formula compares years."""
    return isinstance(node, Change) or (isinstance(node, Operation) and any(map(_is_change, (node.left, node.right))))


def _undated(run: IndicatorRun, judging: Judging) -> list[Remark]:
    """Layers of the year whose age no warning can tell, in one remark; none where no rule asks for ages."""
    if all(rule.kind is not WarningKind.STALE for rule in judging.rules):
        return []
    names = dict.fromkeys(use.name for value in run.of_year() for use in run.layers_of(value) if not use.day)
    params = {"count": len(names), "layers": "、".join(list(names)[:_LISTED]) + ("…" if len(names) > _LISTED else "")}
    return [Remark("indicator_no_date", params=params)] if names else []


def _judged(run: IndicatorRun, outcomes: Mapping[int, Outcome], inputs: Inputs, judging: Judging) -> Any:
    first = next(iter(outcomes.values()))
    indicator, place = first.indicator, first.place
    is_top = place == run.top
    targets = judging.goals.targets(indicator, place, is_top)
    baseline = _baseline(judging.goals.baseline(indicator, place, is_top), outcomes, inputs, first)
    series = {year: outcome.value for year, outcome in outcomes.items() if outcome.value is not None}
    for year, outcome in outcomes.items():
        target = next_target(targets, year)
        stands = Standing() if outcome.value is None else standing(indicator, outcome.value, year, baseline, target)
        trend = trend_of({y: v for y, v in series.items() if y <= year})
        value = IndicatorValue(outcome, stands, Status(Colour.BLUE), trend)
        value.status = status_of(_finding(run, value, judging), judging.rules)
        yield value


def _baseline(
    known: Optional[tuple[int, Optional[float]]], outcomes: Mapping[int, Outcome], inputs: Inputs, first: Outcome
) -> Optional[tuple[int, Optional[float]]]:
    """A baseline whose value is not said is computed, from the layers of its year."""
    if known is None or known[1] is not None:
        return known
    year = known[0]
    outcome = outcomes.get(year) or evaluate(first.indicator, first.place, year, inputs)
    return year, outcome.value


def _finding(run: IndicatorRun, value: IndicatorValue, judging: Judging) -> Finding:
    oldest = min((use for use in run.layers_of(value) if use.day), key=lambda use: last_day(use.day), default=None)
    if oldest is None or value.outcome.year != judging.year:
        return Finding(value.outcome, value.standing, value.trend)
    age = (judging.today - last_day(oldest.day)).days
    return Finding(value.outcome, value.standing, value.trend, oldest.day, oldest.name, age)


def last_day(day: str) -> date:
    """The last day of a day, month or year."""
    parts = [int(part) for part in day.split("-")]
    if len(parts) == 3:
        return date(*parts)
    if len(parts) == 1:
        return date(parts[0], 12, 31)
    return (date(parts[0], parts[1], 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
