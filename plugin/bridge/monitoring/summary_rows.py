"""Rows and looks of the outputs of a summary."""

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsVectorLayer,
)

from ...core.indicators.summary import Summary
from ...core.indicators.summary_model import Doubt
from ...core.messages import language, text
from ..i18n import tr
from ..layers import field_types
from ..layers.fills import filled_by
from ..layers.result_titles import give_titles
from ..layers.results import KeptStyle

_TEXT, _REAL, _LONG = field_types.TEXT, field_types.REAL, field_types.LONG
QUESTION_FIELDS = (
    ("division", _TEXT), ("division_name", _TEXT), ("indicator", _TEXT), ("indicator_name", _TEXT), ("year", _LONG),
    ("doubt", _TEXT), ("question", _TEXT), ("origin", _TEXT), ("row", _LONG),
)  # fmt: skip
VALUE_FIELDS = (
    ("division", _TEXT), ("division_name", _TEXT), ("indicator", _TEXT), ("indicator_name", _TEXT), ("year", _LONG),
    ("value", _REAL), ("unit", _TEXT), ("rank", _LONG), ("doubt", _TEXT), ("reason", _TEXT),
)  # fmt: skip
TOTAL_FIELDS = (
    ("area", _TEXT), ("indicator", _TEXT), ("indicator_name", _TEXT), ("unit", _TEXT), ("total", _REAL),
    ("mean", _REAL), ("weighted", _REAL), ("middle", _REAL), ("lowest", _REAL), ("lowest_division", _TEXT),
    ("highest", _REAL), ("highest_division", _TEXT), ("counted", _LONG), ("missing", _LONG),
)  # fmt: skip
STATE_FIELDS = (
    ("division", _TEXT), ("division_name", _TEXT), ("state", _TEXT), ("received", _LONG), ("expected", _LONG),
    ("questions", _LONG),
)  # fmt: skip
STATE_COLOURS = {"complete": "#2e9d57", "asked": "#e0a100", "missing": "#d7302a"}


class SummaryRows:
    """The rows of all outputs."""

    def __init__(self, summary: Summary) -> None:
        self._summary, self._names = summary, summary.edition.divisions
        self._asked = {(q.division, q.indicator): q for q in summary.questions}

    def questions(self) -> Iterator[tuple[Any, ...]]:
        """The values of QUESTION_FIELDS."""
        for q in self._summary.questions:
            cell = self._summary.table.cells.get((q.division, q.indicator, q.year))
            origin, row = (cell.origin, cell.row) if cell is not None else ("", None)
            name = self._summary.edition.indicators.get(q.indicator, "")
            yield (q.division, self._names.get(q.division, ""), q.indicator, name, q.year, q.doubt.value,
                   q.text(language()), origin, row)  # fmt: skip

    def values(self) -> Iterator[tuple[Any, ...]]:
        """The values of VALUE_FIELDS of the edition's year, missing ones as NULL."""
        summary, year = self._summary, self._summary.edition.year
        ranks = {name: {code: n for n, code in enumerate(codes, 1)} for name, codes in summary.ranks.items()}
        for division in summary.table.divisions:
            for name in summary.table.indicators:
                cell = summary.table.cells.get((division, name, year))
                asked = self._asked.get((division, name))
                yield (
                    division, self._names.get(division, ""), name, summary.edition.indicators[name], year,
                    cell.value if cell else None, (cell.unit if cell else "") or summary.table.units[name],
                    ranks.get(name, {}).get(division), asked.doubt.value if asked else "", cell.reason if cell else "",
                )  # fmt: skip

    def totals(self) -> Iterator[tuple[Any, ...]]:
        """The values of TOTAL_FIELDS."""
        for t in self._summary.totals:
            name = self._summary.edition.indicators[t.indicator]
            known = t.counted > 0
            low, high = (t.lowest, t.highest) if known else (("", None), ("", None))
            yield (t.area, t.indicator, name, t.unit, t.total, t.mean, t.weighted, t.middle, low[1], low[0], high[1],
                   high[0], t.counted, t.missing)  # fmt: skip

    def state(self, division: str) -> tuple[Any, ...]:
        """The values of STATE_FIELDS of a division."""
        summary, year = self._summary, self._summary.edition.year
        received = sum(summary.value(division, name, year) is not None for name in summary.table.indicators)
        asked = sum(q.division == division for q in summary.questions)
        expected = len(summary.table.indicators)
        return division, self._names.get(division, ""), summary.state(division), received, expected, asked

    def states(self) -> list[tuple[Any, ...]]:
        """STATE_FIELDS of every division."""
        return [self.state(division) for division in self._summary.table.divisions]


def summary_titles() -> dict[str, str]:
    """{field: title} of all outputs."""
    return {
        "division": tr("Division code"), "division_name": tr("Division"), "indicator": tr("Indicator code"),
        "indicator_name": tr("Indicator"), "year": tr("Year"), "doubt": tr("Kind of doubt"), "question": tr("Question"),
        "origin": tr("Source"), "row": tr("Row in the table"), "value": tr("Value"), "unit": tr("Unit"),
        "rank": tr("Rank"), "reason": tr("Reason given"), "area": tr("Area code"), "total": tr("Sum"),
        "mean": tr("Mean"), "weighted": tr("Weighted mean"), "middle": tr("Median"), "lowest": tr("Lowest"),
        "lowest_division": tr("Lowest: division"), "highest": tr("Highest"),
        "highest_division": tr("Highest: division"), "counted": tr("Divisions counted"),
        "missing": tr("Divisions missing"), "state": tr("State of the table"), "received": tr("Values received"),
        "expected": tr("Values expected"), "questions": tr("Questions"),
    }  # fmt: skip


def state_names() -> dict[Any, str]:
    """{state: words}"""
    return {"complete": tr("Complete"), "asked": tr("Asked back"), "missing": tr("Nothing received")}


def summary_value_names() -> dict[str, dict[Any, str]]:
    """{field: {value: words}}"""
    return {"doubt": {"": "", **{d.value: text(f"doubt_{d.value}") for d in Doubt}}, "state": state_names()}


class TitledSummary(KeptStyle):
    """Titles and words of a table."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        give_titles(layer, summary_titles(), summary_value_names())


class StatesOnMap(KeptStyle):
    """Divisions by the state of their tables."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        give_titles(layer, summary_titles(), summary_value_names())
        states = [(state, STATE_COLOURS[state], label) for state, label in state_names().items()]
        layer.setRenderer(filled_by("state", states, "#606060", 0.3))
        layer.triggerRepaint()
