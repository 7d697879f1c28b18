"""The report of a summary of counties: what was received, what is asked back, totals, what changed, receipts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Optional

from ...core.days import day_of
from ...core.indicators.summary import Summary
from ...core.indicators.summary_model import SummaryRules, Total
from ...core.land.remarks import Remark
from ...core.land.rounding import half_up
from ...core.messages import text
from ..blocks.document import Document, Sheet
from ..blocks.model import Block, Heading, Paragraph, Picture, Table
from ..blocks.wording import Wording

_WORDING = Wording("summary.json")
texts, say, column = _WORDING.texts, _WORDING.say, _WORDING.column
_SHOWN, _NOTABLE, _SHOWN_SOURCES, _WIDE_MM = 60, 5, 20, 160.0
_DECIMALS = 2  # of an indicator that nobody said it of
_TINTS = {"missing": "F8D0CE", "asked": "FDF0C8"}


@dataclass
class SummaryReport:
    """What the report says; `sources`: (file, rows, divisions, sha256) of everything that was read; `decimals`: of each
    indicator."""

    summary: Summary
    rules: SummaryRules
    software: str
    sources: Sequence[tuple[str, int, int, str]] = ()
    remarks: Sequence[Remark] = ()
    map: bytes = b""
    decimals: Mapping[str, int] = field(default_factory=dict)
    created: datetime = field(default_factory=datetime.now)

    def name(self, division: str) -> str:
        """A division's name, its code where it has none."""
        return self.summary.edition.divisions.get(division) or division

    def indicator(self, name: str) -> str:
        """An indicator's name."""
        return self.summary.edition.indicators.get(name, name)

    def number(self, name: str, value: Optional[float]) -> str:
        """A value of an indicator as text."""
        digits = self.decimals.get(name, _DECIMALS)
        return say("unknown") if value is None else f"{half_up(value, digits):,.{digits}f}"


def summary_document(report: SummaryReport) -> Document:
    """The Document of a SummaryReport."""
    title = say("title")
    head = say("head", title=title, year=report.summary.edition.year)
    return Document(title, head, report.software, lambda: {say("part"): _blocks(report)}, lambda: _sheets(report))


def _blocks(report: SummaryReport) -> list[Block]:
    created = day_of(report.created)
    made: list[Block] = [Heading(say("title"), 0)]
    made.append(Paragraph(say("software", software=report.software, created=created)))
    for section in (_summary, _states, _questions, _totals, _notable, _revisions, _sources, _notes):
        made += section(report)
    return made


def _received(report: SummaryReport, division: str) -> int:
    summary = report.summary
    return sum(summary.value(division, name) is not None for name in summary.table.indicators)


def _summary(report: SummaryReport) -> list[Block]:
    summary, table = report.summary, report.summary.table
    states = Counter(summary.state(division) for division in table.divisions)
    sentence = say(
        "summary", year=summary.edition.year, divisions=len(table.divisions), indicators=len(table.indicators),
        received=sum(_received(report, division) for division in table.divisions),
        expected=len(table.divisions) * len(table.indicators), complete=states["complete"], asked=states["asked"],
        missing=states["missing"], questions=len(summary.questions),
    )  # fmt: skip
    picture = [Picture(report.map, say("map_caption"), _WIDE_MM)] if report.map else []
    return [Heading(say("h_summary")), Paragraph(sentence, bold=True), *picture]


def _states(report: SummaryReport) -> list[Block]:
    summary = report.summary
    counts = Counter(question.division for question in summary.questions)
    rows = []
    for division in summary.table.divisions:
        state = summary.state(division)
        if state != "complete":
            received, expected = str(_received(report, division)), str(len(summary.table.indicators))
            rows.append(
                [division, report.name(division), texts()["states"][state], received, expected, str(counts[division])]
            )
    keys = ("division", "name", "state", "received", "expected", "questions")
    table = Table(column(*keys), rows, (3, 4, 5)) if rows else Paragraph(say("no_questions"))
    return [Heading(say("h_state")), table]


def _questions(report: SummaryReport) -> list[Block]:
    found = report.summary.questions
    if not found:
        return [Heading(say("h_questions")), Paragraph(say("no_questions"))]
    counts = Counter(question.doubt for question in found)
    kinds = [[text(f"doubt_{doubt.value}", "zh"), str(count)] for doubt, count in counts.most_common()]
    rows = [[report.name(q.division), report.indicator(q.indicator) if q.indicator else say("all"), q.text("zh")]
            for q in found[:_SHOWN]]  # fmt: skip
    more = [Paragraph(say("questions_shown", count=_SHOWN, total=len(found)))] if len(found) > _SHOWN else []
    tables = [Table(column("doubt", "count"), kinds, (1,)), Table(column("name", "indicator", "question"), rows)]
    return [Heading(say("h_questions")), *tables, *more]


def _overall_totals(report: SummaryReport) -> list[Total]:
    return [total for total in report.summary.totals if not total.area]


def _totals(report: SummaryReport) -> list[Block]:
    rows = [
        [report.indicator(t.indicator), t.unit, *_numbers(report, t), str(t.counted)]
        for t in _overall_totals(report)
        if t.counted
    ]
    keys = ("indicator", "unit", "total", "middle", "mean", "lowest", "highest", "counted")
    return [Heading(say("h_totals")), Table(column(*keys), rows, (2, 3, 4, 7))]


def _numbers(report: SummaryReport, total: Total) -> list[str]:
    """Sum, median, mean, lowest and highest with their divisions, in the indicator's decimals."""
    number = partial(report.number, total.indicator)
    mean = total.mean if total.weighted is None else total.weighted
    ends = [f"{number(value)} {report.name(division)}" for division, value in (total.lowest, total.highest)]
    return [number(total.total), number(total.middle), number(mean), *ends]


def _notable(report: SummaryReport) -> list[Block]:
    """By rule: the totals that changed most, the indicators and divisions with most questions."""
    summary = report.summary
    blocks: list[Block] = [Heading(say("h_notable"))]
    changes = sorted(_changes(report), key=lambda c: -abs(c[1]))[:_NOTABLE]
    if changes:
        names = say("and").join(f"{report.indicator(name)}（{share:+.1%}）" for name, share in changes)
        blocks.append(Paragraph(say("notable", names=names)))
    else:
        blocks.append(Paragraph(say("notable_none")))
    indicators = Counter(q.indicator for q in summary.questions if q.indicator).most_common(_NOTABLE)
    divisions = Counter(q.division for q in summary.questions).most_common(_NOTABLE)
    if divisions:
        sentence = say("and").join(f"{report.indicator(n)}（{count}）" for n, count in indicators) or say("none")
        who = say("and").join(f"{report.name(n)}（{count}）" for n, count in divisions)
        blocks.append(Paragraph(say("risk", names=sentence, divisions=who)))
    return blocks


def _changes(report: SummaryReport) -> list[tuple[str, float]]:
    """(indicator, change of the sum over the divisions that have both years and no question about it)."""
    summary, year = report.summary, report.summary.edition.year
    asked = {(q.division, q.indicator) for q in summary.questions} | {
        (q.division, name) for q in summary.questions if not q.indicator for name in summary.table.indicators
    }
    found = []
    for name in summary.table.indicators:
        pairs = [
            (before, after)
            for division in summary.table.divisions
            if (division, name) not in asked
            and (before := summary.value(division, name, year - 1)) is not None
            and (after := summary.value(division, name, year)) is not None
        ]
        total_before = sum(before for before, _ in pairs)
        if pairs and total_before:
            found.append((name, sum(after for _, after in pairs) / total_before - 1))
    return found


def _revisions(report: SummaryReport) -> list[Block]:
    found = report.summary.revisions
    if not found:
        return [Heading(say("h_revisions")), Paragraph(say("no_revisions"))]
    rows = [[report.name(r.division), report.indicator(r.indicator), report.number(r.indicator, r.before),
             report.number(r.indicator, r.after)] for r in found[:_SHOWN]]  # fmt: skip
    sentence = Paragraph(say("revisions", count=len(found)))
    return [Heading(say("h_revisions")), sentence, Table(column("name", "indicator", "before", "after"), rows, (2, 3))]


def _sources(report: SummaryReport) -> list[Block]:
    shown = report.sources[:_SHOWN_SOURCES]
    rows = [[name, str(count), str(divisions), sha[:16] or say("unknown")] for name, count, divisions, sha in shown]
    table = Table(column("file", "rows", "divisions", "sha"), rows, (1, 2))
    total = len(report.sources)
    more = [Paragraph(say("sources_shown", count=len(shown), total=total))] if total > len(shown) else []
    return [Heading(say("h_sources")), table, *more]


def _notes(report: SummaryReport) -> list[Block]:
    rules = report.rules
    method = say("method", sum=f"{rules.sum_tolerance:.1%}", z=f"{rules.jump_z:g}", copied=rules.copied_least)
    return [Heading(say("h_notes")), Paragraph(method), *(Paragraph(r.text("zh")) for r in report.remarks)]


def _sheets(report: SummaryReport) -> list[Sheet]:
    return [
        _matrix(report),
        _question_sheet(report),
        _total_sheet(report),
        _revision_sheet(report),
        _source_sheet(report),
    ]


def _matrix(report: SummaryReport) -> Sheet:
    """One row a division, one column an indicator; rows with questions are tinted."""
    summary = report.summary
    names = summary.table.indicators
    titles = [*column("division", "name", "state", "questions"), *(report.indicator(name) for name in names)]
    counts = Counter(question.division for question in summary.questions)
    rows, tints = [], []
    for division in summary.table.divisions:
        state = summary.state(division)
        values: list[Any] = [summary.value(division, name) for name in names]
        rows.append([division, report.name(division), texts()["states"][state], counts[division], *values])
        tints.append(_TINTS.get(state))
    formats = ["text", "text", "text", "int", *(str(report.decimals.get(name, _DECIMALS)) for name in names)]
    return Sheet(say("sheet_matrix"), titles, formats, rows, tints, fixed=2)


def _question_sheet(report: SummaryReport) -> Sheet:
    rows = []
    for q in report.summary.questions:
        cell = report.summary.table.cells.get((q.division, q.indicator, q.year))
        origin = [cell.origin, cell.row] if cell is not None else ["", None]
        rows.append([q.division, report.name(q.division), report.indicator(q.indicator), q.year,
                     text(f"doubt_{q.doubt.value}", "zh"), q.text("zh"), *origin])  # fmt: skip
    keys = ("division", "name", "indicator", "year", "doubt", "question", "origin", "row")
    return Sheet(say("sheet_questions"), column(*keys), "text text text id text long text int".split(), rows)


def _total_sheet(report: SummaryReport) -> Sheet:
    keys = ("area", "indicator", "unit", "total", "mean", "weighted", "middle", "lowest", "highest", "counted")
    rows = [
        [t.area or say("all"), report.indicator(t.indicator), t.unit, t.total, t.mean, t.weighted, t.middle,
         t.lowest[1] if t.counted else None, t.highest[1] if t.counted else None, t.counted]
        for t in report.summary.totals
    ]  # fmt: skip
    formats = "text text text General General General General General General int".split()
    decimals = [report.decimals.get(t.indicator, _DECIMALS) for t in report.summary.totals]
    return Sheet(say("sheet_totals"), column(*keys), formats, rows, row_decimals=decimals)


def _revision_sheet(report: SummaryReport) -> Sheet:
    rows = [[r.division, report.name(r.division), report.indicator(r.indicator), r.year, r.before, r.after]
            for r in report.summary.revisions]  # fmt: skip
    keys = ("division", "name", "indicator", "year", "before", "after")
    decimals = [report.decimals.get(r.indicator, _DECIMALS) for r in report.summary.revisions]
    formats = "text text text id General General".split()
    return Sheet(say("sheet_revisions"), column(*keys), formats, rows, row_decimals=decimals)


def _source_sheet(report: SummaryReport) -> Sheet:
    keys = ("file", "rows", "divisions", "sha")
    return Sheet(say("sheet_sources"), column(*keys), "text int int text".split(), [list(s) for s in report.sources])
