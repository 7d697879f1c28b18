"""The sheets of the report of indicators: values, warnings, lineage, layers."""

from collections.abc import Iterator
from typing import Any

from ...core.indicators.confidence import confidence_text
from ...core.indicators.indicator_results import IndicatorRun, IndicatorValue, LayerUse
from ..blocks.document import Sheet
from ..blocks.wording import cell_text, data_day
from .indicator_wording import column, say, texts

_DIGEST = 12  # characters of a checksum on paper; the sheet of layers has all


def indicator_sheets(run: IndicatorRun) -> list[Sheet]:
    """All sheets, the warnings first."""
    return [_warnings(run), _values(run), _lineage(run), _layers(run)]


def _warnings(run: IndicatorRun) -> Sheet:
    found = [(value, warned) for value in run.warned() for warned in value.status.warnings]
    rows = [
        [texts()["colour"][warned.rule.colour.value], value.indicator.zh, value.place.code, value.place.name,
         warned.remark.text("zh"), warned.rule.zh, confidence_text(warned.rule.confidence, "zh")]
        for value, warned in found
    ]  # fmt: skip
    tints = [texts()["tint"].get(warned.rule.colour.value) for _, warned in found]
    keys = ("colour", "name", "code", "place", "sentence", "rule", "confidence")
    return Sheet(say("sheet_warnings"), column(*keys), "text text text text long text text".split(), rows, tints)


def _values(run: IndicatorRun) -> Sheet:
    keys = (
        "id", "name", "code", "place", "year", "value", "unit", "nature", "baseline", "target", "target_year", "used",
        "elapsed", "status", "reason",
    )  # fmt: skip
    formats = "text text text text id General text text General General id General General text long".split()
    return Sheet(say("sheet_values"), column(*keys), formats, [list(_value_row(value)) for value in run.values])


def _value_row(value: IndicatorValue) -> Iterator[Any]:
    indicator, stands = value.indicator, value.standing
    yield from (indicator.id, indicator.zh, value.place.code, value.place.name, value.outcome.year, value.value)
    yield from (indicator.unit.text, texts()["nature"][indicator.nature.value], stands.baseline, stands.target)
    elapsed = None if stands.elapsed is None else round(stands.elapsed * 100, 2)
    yield from (stands.target_year, value.used_pct, elapsed)
    yield from (texts()["colour"][value.status.colour.value], value.reason("zh"))


def _lineage(run: IndicatorRun) -> Sheet:
    keys = ("name", "code", "year", "formula", "layers", "statistics", "confidence")
    rows = [
        [value.indicator.zh, value.place.code, value.outcome.year, value.indicator.formula.text,
         layer_text(run, value), statistic_text(value), confidence_text(value.indicator.confidence, "zh")]
        for value in run.of_year()
        if value.value is not None
    ]  # fmt: skip
    return Sheet(say("sheet_lineage"), column(*keys), "text text id text long long text".split(), rows)


def _layers(run: IndicatorRun) -> Sheet:
    keys = ("role", "year", "layer", "source", "day", "sha256", "features")
    uses = [use for found in run.layers.values() for use in found]
    rows = [[use.zh, use.year, use.name, use.source, data_day(use.date_text), use.sha256, use.features] for use in uses]
    return Sheet(say("sheet_layers"), column(*keys), "text id text long text text int".split(), rows)


def layer_text(run: IndicatorRun, value: IndicatorValue) -> str:
    """The layers of a value with date and the head of their checksum."""
    return "；".join(map(_use_text, run.layers_of(value))) or say("unknown")


def _use_text(use: LayerUse) -> str:
    return f"{use.name}（{cell_text(use.date_text) or say('unknown')}，{use.sha256[:_DIGEST]}）"


def statistic_text(value: IndicatorValue) -> str:
    """The statistics of a value with file and row."""
    used = value.outcome.statistics
    return "；".join(f"{r.key} {r.code} {r.year}：{r.shown}（{r.source} {r.row}）" for r in used) or say("unknown")
