"""The report of an indicator set: warnings first, every indicator with text, map, table and curve, annex of lineage."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ...core.days import day_of
from ...core.indicators.confidence import confidence_text
from ...core.indicators.indicator_results import IndicatorRun, IndicatorValue
from ...core.indicators.warning_rules import Colour, WarningKind, WarningRule, shown, unit_text
from ..blocks.document import Document
from ..blocks.model import Block, Heading, Paragraph, Picture, Table
from .indicator_sheets import indicator_sheets, layer_text, statistic_text
from .indicator_wording import column, percent, plain, say, signed, texts

_WIDE_MM, _CURVE_MM = 120.0, 120.0


@dataclass
class IndicatorReport:
    """What the report says; pictures (PNG) by indicator id."""

    run: IndicatorRun
    plane_name: str
    software: str
    maps: Mapping[str, bytes] = field(default_factory=dict)
    curves: Mapping[str, bytes] = field(default_factory=dict)
    created: datetime = field(default_factory=datetime.now)

    @property
    def place(self) -> str:
        return self.run.top.name or self.run.top.code


def indicator_document(report: IndicatorReport) -> Document:
    """The Document of an IndicatorReport."""
    title = say("title")
    head = say("head", title=title, place=report.place, year=report.run.year)
    return Document(
        title, head, report.software, lambda: {say("part"): _blocks(report)}, lambda: indicator_sheets(report.run)
    )


def _blocks(report: IndicatorReport) -> list[Block]:
    made: list[Block] = [Heading(say("title"), 0)]
    made.append(Paragraph(say("software", software=report.software, created=day_of(report.created))))
    for section in (_summary, _warnings, _indicators, _years, _missing, _notes, _annex):
        made += section(report)
    return made


def _summary(report: IndicatorReport) -> Iterator[Block]:
    run = report.run
    top = run.of_year(run.top.code)
    computed = sum(value.value is not None for value in top)
    places = sum(not place.is_total for place in run.places)
    counts = Counter(value.status.colour.value for value in top)
    yield Heading(say("h_summary"))
    yield Paragraph(
        say(
            "summary",
            set=run.set.zh,
            version=run.set.version,
            place=report.place,
            year=run.year,
            count=len(top),
            places=places,
            years=len(run.years),
            top=report.place,
            computed=computed,
            missing=len(top) - computed,
        )  # fmt: skip
    )
    yield Paragraph(say("summary_colours", **{colour.value: counts[colour.value] for colour in Colour}), bold=True)
    yield Paragraph(say("unverified", confidence=confidence_text(run.set.confidence, "zh") or say("unknown")))


def _warnings(report: IndicatorReport) -> Iterator[Block]:
    run = report.run
    rows = [
        [texts()["colour"][warned.rule.colour.value], value.indicator.zh, value.place.name or value.place.code,
         warned.remark.text("zh"), warned.rule.zh]
        for value in run.warned() for warned in value.status.warnings
        if warned.rule.colour is not Colour.GREY
    ]  # fmt: skip
    yield Heading(say("h_warnings"))
    if not rows:
        yield Paragraph(say("no_warnings"))
        return
    yield Paragraph(say("warnings"))
    yield Table(column("colour", "name", "place", "sentence", "rule"), rows)


def _indicators(report: IndicatorReport) -> Iterator[Block]:
    run = report.run
    yield Heading(say("h_indicators"), new_page=True)
    for number, indicator in enumerate(run.set.indicators, 1):
        value = run.value(indicator.id, run.top.code, run.year)
        if value is None or not any(run.series(indicator.id, place.code) for place in run.places):
            continue
        nature = texts()["nature"][indicator.nature.value]
        yield Heading(say("indicator", number=number, name=indicator.zh, nature=nature, unit=unit_text(indicator)), 2)
        yield Paragraph("".join(_text(report, value)))
        if value.status.warnings:
            yield Paragraph(value.reason("zh"), bold=True)
        yield _table(report, value)
        if report.maps.get(indicator.id):
            caption = say("map", name=indicator.zh, year=run.year, unit=unit_text(indicator))
            yield Picture(report.maps[indicator.id], caption, _WIDE_MM)
        if report.curves.get(indicator.id):
            yield Picture(
                report.curves[indicator.id], say("curve", name=indicator.zh, unit=unit_text(indicator)), _CURVE_MM
            )


def _text(report: IndicatorReport, value: IndicatorValue) -> Iterator[str]:
    """The sentences of one indicator in the top place."""
    run, indicator, stands = report.run, value.indicator, value.standing
    head = {"place": report.place, "year": run.year, "name": indicator.zh}
    if value.value is None:
        yield say("text_missing", **head, why="；".join(remark.text("zh") for remark in value.outcome.missing))
        return
    yield say("text_value", **head, value=shown(indicator, value.value))
    yield from _change(run, value)
    if stands.target is not None:
        yield say("text_target", target_year=stands.target_year, target=shown(indicator, stands.target))
    if stands.used is not None:
        kind = say("kind_limit" if stands.is_limit else "kind_goal")
        numbers = {"used": percent(stands.used), "elapsed": percent(stands.elapsed), "kind": kind}
        yield say("text_base", base_year=stands.baseline_year, base=shown(indicator, stands.baseline), **numbers)
    if value.trend is not None:
        yield say("text_trend", count=value.trend.count, slope=signed(indicator, value.trend.slope))
    if indicator.note:
        yield say("text_note", note=indicator.note)


def _change(run: IndicatorRun, value: IndicatorValue) -> Iterator[str]:
    series = run.series(value.indicator.id, value.place.code)
    before = max((year for year in series if year < run.year), default=None)
    if before is None or value.value is None:
        return
    change = value.value - series[before]
    old = shown(value.indicator, series[before])
    if plain(value.indicator, abs(change)) == plain(value.indicator, 0.0):
        yield say("text_same", before=before)
        return
    word = say("more" if change > 0 else "less")
    yield say("text_change", before=before, old=old, word=word, change=shown(value.indicator, abs(change)))


def _table(report: IndicatorReport, value: IndicatorValue) -> Table:
    run, indicator = report.run, value.indicator
    rows = []
    for place in run.places:
        series, now = run.series(indicator.id, place.code), run.value(indicator.id, place.code, run.year)
        status = texts()["colour"][now.status.colour.value] if now is not None else say("unknown")
        target = plain(indicator, now.standing.target if now is not None else None)
        numbers = [plain(indicator, series.get(year)) for year in run.years]
        rows.append([place.name or place.code, *numbers, target, status])
    header = [*column("place"), *map(str, run.years), *column("target", "status")]
    return Table(header, rows, tuple(range(1, len(run.years) + 2)))


def _years(report: IndicatorReport) -> Iterator[Block]:
    run = report.run
    rows = []
    for indicator in run.set.indicators:
        series = run.series(indicator.id, run.top.code)
        if series:
            rows.append(
                [indicator.zh, unit_text(indicator), *(plain(indicator, series.get(year)) for year in run.years)]
            )
    yield Heading(say("h_years"), new_page=True)
    yield Paragraph(say("years_text", place=report.place))
    if rows:
        yield Table([*column("name", "unit"), *map(str, run.years)], rows, tuple(range(2, len(run.years) + 2)))


def _missing(report: IndicatorReport) -> Iterator[Block]:
    run = report.run
    rows = [
        [value.indicator.zh, "；".join(remark.text("zh") for remark in value.outcome.missing)]
        for value in run.of_year(run.top.code)
        if value.value is None
    ]
    yield Heading(say("h_missing"))
    yield Paragraph(say("missing_text" if rows else "none"))
    if rows:
        yield Table(column("name", "reason"), rows)


def _notes(report: IndicatorReport) -> Iterator[Block]:
    yield Heading(say("h_notes"))
    yield Paragraph(say("method", plane=report.plane_name))
    yield Paragraph(say("rules_text"))
    rows = [
        [texts()["colour"][rule.colour.value], rule.zh, _threshold(rule), confidence_text(rule.confidence, "zh")]
        for rule in report.run.rules
    ]
    yield Table(column("colour", "rule", "threshold", "confidence"), rows)
    for remark in report.run.remarks:
        yield Paragraph(remark.text("zh"))


def _threshold(rule: WarningRule) -> str:
    known = {
        WarningKind.PACE: f"{rule.margin * 100:g}%",
        WarningKind.NEAR: f"{rule.share * 100:g}%",
        WarningKind.TREND: f"{rule.years} 年",
        WarningKind.STALE: f"{rule.days} 天",
    }
    return known.get(rule.kind, say("unknown"))


def _annex(report: IndicatorReport) -> Iterator[Block]:
    run = report.run
    rows = [
        [value.indicator.zh, value.indicator.formula.text, layer_text(run, value), statistic_text(value)]
        for value in run.of_year(run.top.code)
        if value.value is not None
    ]
    yield Heading(say("h_annex"), new_page=True)
    yield Paragraph(say("annex_text"))
    if rows:
        yield Table(column("name", "formula", "layers", "statistics"), rows)
