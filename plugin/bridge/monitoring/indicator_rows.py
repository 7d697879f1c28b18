"""A run of an indicator set as rows of layers: values, warnings, and a map of the divisions."""

import json
from collections.abc import Iterator
from typing import Any, Optional

from ...core.indicators.indicator_results import IndicatorRun, IndicatorValue
from ...core.land.types import Array
from ...core.messages import language
from ..layers import field_types

_TEXT, _REAL, _LONG = field_types.TEXT, field_types.REAL, field_types.LONG
VALUE_FIELDS = (
    ("indicator", _TEXT), ("indicator_name", _TEXT), ("division", _TEXT), ("division_name", _TEXT), ("year", _LONG),
    ("value", _REAL), ("unit", _TEXT), ("nature", _TEXT), ("baseline", _REAL), ("target", _REAL),
    ("target_year", _LONG), ("used_pct", _REAL), ("elapsed_pct", _REAL), ("status", _TEXT), ("reason", _TEXT),
    ("lineage", _TEXT), ("confidence", _TEXT),
)  # fmt: skip
WARNING_FIELDS = (
    ("indicator", _TEXT), ("indicator_name", _TEXT), ("division", _TEXT), ("division_name", _TEXT), ("year", _LONG),
    ("rule", _TEXT), ("rule_name", _TEXT), ("status", _TEXT), ("sentence", _TEXT), ("confidence", _TEXT),
)  # fmt: skip
TRACE_FIELDS = (
    ("indicator", _TEXT), ("division", _TEXT), ("year", _LONG), ("measure", _TEXT), ("layer", _TEXT),
    ("feature", _LONG), ("amount", _REAL),
)  # fmt: skip


def value_rows(run: IndicatorRun) -> Iterator[tuple[Any, ...]]:
    """The values of VALUE_FIELDS, one row an indicator x division x year; what was not computed is NULL."""
    for value in run.values:
        standing, indicator, place = value.standing, value.indicator, value.place
        yield (
            indicator.id, _name(value), place.code, str(place.name), value.outcome.year, value.value,
            indicator.unit.text, indicator.nature.value, standing.baseline, standing.target, standing.target_year,
            value.used_pct, _percent(standing.elapsed), value.status.colour.value, value.reason(language()),
            run.lineage(value), indicator.confidence,
        )  # fmt: skip


def _name(value: IndicatorValue) -> str:
    return str(value.indicator.title)


def _percent(share: Optional[float]) -> Optional[float]:
    return None if share is None else round(share * 100, 2)


def warning_rows(run: IndicatorRun) -> Iterator[tuple[Any, ...]]:
    """The values of WARNING_FIELDS: of the main year, the gravest first."""
    for value in run.warned():
        for warned in value.status.warnings:
            rule = warned.rule
            yield (
                value.indicator.id, _name(value), value.place.code, str(value.place.name), value.outcome.year, rule.id,
                rule.zh if language() == "zh" else rule.en, rule.colour.value, warned.remark.text(language()),
                rule.confidence,
            )  # fmt: skip


def map_fields(run: IndicatorRun) -> tuple[tuple[str, Any], ...]:
    """Fields of the layer of divisions: a value and a status of each indicator."""
    found: list[tuple[str, Any]] = [("division", _TEXT), ("division_name", _TEXT), ("area_m2", _REAL)]
    for indicator in run.set.indicators:
        found += [(indicator.id, _REAL), (f"{indicator.id}_status", _TEXT)]
    return tuple(found)


def map_rows(run: IndicatorRun, areas: Array) -> Iterator[tuple[Any, ...]]:
    """The values of map_fields, one row a division in the order of its shape."""
    for place in (place for place in run.places if not place.is_total):
        row: list[Any] = [place.code, place.name, float(areas[place.index])]
        for indicator in run.set.indicators:
            value = run.value(indicator.id, place.code, run.year)
            row += [value.value, value.status.colour.value] if value is not None else [None, "grey"]
        yield tuple(row)


def parsed_mapping(text: str) -> dict[str, str]:
    """{layer: role} of the JSON text of MAPPING; raises ValueError."""
    said = json.loads(text) if text.strip() else {}
    if not isinstance(said, dict) or not all(isinstance(value, str) for value in said.values()):
        raise ValueError(text)
    return {str(key): value for key, value in said.items()}
