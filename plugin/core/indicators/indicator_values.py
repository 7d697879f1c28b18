"""Formulas to values: by division and year, with what each value came from; what is missing is named, never zero."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Optional

import numpy as np

from ..land.remarks import Remark
from ..land.types import Array
from .formula_nodes import Change, DivisionArea, Measure, Node, Number, Operation, Statistic
from .indicator_model import Indicator, IndicatorSet
from .indicator_statistics import StatisticRow, StatisticTable
from .measure_table import MeasureResult

_DIGITS = 12  # significant digits of a value: far below what is measured, above the noise of the machine


@dataclass(frozen=True)
class Place:
    """A division, or the whole of all (`index` -1)."""

    index: int
    code: str
    name: str

    @property
    def is_total(self) -> bool:
        return self.index < 0


@dataclass
class Inputs:
    """Everything that values are made of; areas of the divisions in m²."""

    set: IndicatorSet
    places: Sequence[Place]
    areas: Array
    results: Mapping[tuple[Measure, int], MeasureResult]
    statistics: StatisticTable


@dataclass(frozen=True)
class MeasureUse:
    """A measure that went into a value: in base units, from so many features of the layer of a year; `left_out`: how
    many features of the place lack the number that they are chosen by."""

    measure: Measure
    year: int
    value: float
    count: int
    left_out: int = 0


@dataclass
class Outcome:
    """A value in the indicator's unit, or why there is none; and what it came from."""

    indicator: Indicator
    place: Place
    year: int
    value: Optional[float] = None
    missing: list[Remark] = field(default_factory=list)
    measures: list[MeasureUse] = field(default_factory=list)
    statistics: list[StatisticRow] = field(default_factory=list)


class _Missing(Exception):
    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.remark = Remark(code, params=params)


def evaluate(indicator: Indicator, place: Place, year: int, inputs: Inputs) -> Outcome:
    """The value of one indicator in one place and year."""
    outcome = Outcome(indicator, place, year)
    number = _Evaluation(inputs, outcome).value(indicator.formula.node, year)
    if not outcome.missing and number is not None:
        outcome.value = _clean(number / indicator.unit.factor)
    outcome.missing = list({(r.code, str(r.params)): r for r in outcome.missing}.values())
    return outcome


def _clean(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


@dataclass
class _Evaluation:
    inputs: Inputs
    outcome: Outcome

    def value(self, node: Node, year: int) -> Optional[float]:
        """The number of a node, None where something of it is missing; all that is missing is gathered."""
        try:
            return self._value(node, year)
        except _Missing as missing:
            self.outcome.missing.append(missing.remark)
            return None

    def _value(self, node: Node, year: int) -> Optional[float]:
        if isinstance(node, Number):
            return node.value
        if isinstance(node, DivisionArea):
            areas = self.inputs.areas
            return float(areas.sum() if self.outcome.place.is_total else areas[self.outcome.place.index])
        if isinstance(node, Measure):
            return self._measure(node, year)
        if isinstance(node, Statistic):
            return self._statistic(node.key, year)
        if isinstance(node, Change):
            now, before = self.value(node.inner, year), self.value(node.inner, node.year_before(year))
            return None if now is None or before is None else now - before
        return self._operation(node, year)

    def _operation(self, node: Operation, year: int) -> Optional[float]:
        left, right = self.value(node.left, year), self.value(node.right, year)
        if left is None or right is None:
            return None
        if node.sign == "/":
            if right == 0:
                raise _Missing("indicator_divided_by_zero", what=_text(node.right, self.inputs.set))
            return left / right
        return left + right if node.sign == "+" else left - right if node.sign == "-" else left * right

    def _measure(self, measure: Measure, year: int) -> float:
        result = self.inputs.results.get((measure, year))
        if result is None:
            role = self.inputs.set.role_of(measure.selection.name)
            raise _Missing("indicator_no_layer", layer=role.title, year=year)
        if result.failure is not None:
            raise _Missing(result.failure.code, **result.failure.params)
        place = self.outcome.place
        holes = list(result.holes.items())
        for index, remark in holes:
            if place.is_total or index == place.index:
                raise _Missing(remark.code, **remark.params)
        value = float(result.values.sum() if place.is_total else result.values[place.index])
        count = int(result.counts.sum() if place.is_total else result.counts[place.index])
        if np.isnan(value):
            raise _Missing("indicator_no_layer", layer=self.inputs.set.title_of(measure.selection.name), year=year)
        self.outcome.measures.append(MeasureUse(measure, year, value, count, self._left_out(measure, result)))
        return value

    def _left_out(self, measure: Measure, result: MeasureResult) -> int:
        """Of the place, where the measure's own selection compares numbers; of all where its zone does."""
        parts = self.inputs.set.parts
        zones = [one for one in measure.selections if one is not measure.selection]
        conditions = [condition for one in zones for condition in one.conditions]
        conditions += [condition for one in zones if one.name in parts for condition in parts[one.name].conditions]
        if any(condition.compares for condition in conditions):
            return sum(int(r.params["count"]) for r in result.remarks if r.code == "indicator_no_number")
        if result.unknown is None:
            return 0
        return int(result.unknown.sum() if self.outcome.place.is_total else result.unknown[self.outcome.place.index])

    def _statistic(self, key: str, year: int) -> float:
        rows = list(self._rows(key, year))
        self.outcome.statistics += rows
        return sum(row.value for row in rows)

    def _rows(self, key: str, year: int) -> Iterator[StatisticRow]:
        place, known = self.outcome.place, self.inputs.set.statistics[key]
        row = self.inputs.statistics.find(key, place.code, year)
        if row is not None:
            yield row
            return
        parts = [p for p in self.inputs.places if not p.is_total] if place.is_total and known.additive else []
        found = [self.inputs.statistics.find(key, part.code, year) for part in parts]
        lacking = [part.name or part.code for part, row in zip(parts, found) if row is None]
        if not parts or lacking:
            where = "、".join(lacking[:3]) if parts else place.name or place.code
            raise _Missing("indicator_no_statistic", key=known.title, year=year, place=where)
        yield from (row for row in found if row is not None)


def _text(node: Node, known: IndicatorSet) -> str:
    if isinstance(node, Measure):
        return known.title_of(node.selection.name)
    if isinstance(node, Statistic):
        return known.title_of(node.key)
    return "…"
