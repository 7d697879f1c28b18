"""The report of a review case: how its rounds went, who signed with what opinion, and the trace in the audit chain."""

from collections.abc import Sequence
from typing import Any

from ...core.days import day_of
from ...core.review.rounds_diff import ChangeKind
from ...core.review.rounds_report_data import CaseReport, RoundFacts
from ..blocks.document import Document, Sheet
from ..blocks.model import Block, Heading, Paragraph, Table
from ..blocks.wording import Wording, cell_text, clean, data_day, moment
from .rounds import accepted_table, fact_rows

_WORDING = Wording("rounds.json")
texts, say, column = _WORDING.texts, _WORDING.say, _WORDING.column
_COUNTS = ("projects", "prohibited", "conditional", "failed", "clear", "not_checked", "lines_not_checked", "findings")


def case_document(report: CaseReport) -> Document:
    """The Document of a CaseReport."""
    title = say("case_title")
    head = clean(say("case_head", title=title, case=report.case))
    return Document(title, head, report.software, lambda: _parts(report), lambda: _sheets(report))


def _parts(report: CaseReport) -> dict[str, list[Block]]:
    """The parts by name in reading order."""
    opening: list[Block] = [
        Heading(say("case_title"), 0),
        Paragraph(say("software", software=report.software, created=day_of(report.created))),
    ]
    sections = {"case": _case, "steps": _steps, "opinions": _opinions, "accepted": _accepted, "inputs": _inputs}
    return {"opening": opening, **{name: part(report) for name, part in sections.items()}, "trace": _trace(report)}


def _case(report: CaseReport) -> list[Block]:
    last = report.rounds[-1]
    left = {name: getattr(last.summary, name) for name in _COUNTS}
    text = say("case_result", case=report.case, count=len(report.rounds), b=last.number, **left)
    header = column("round", "date", *_COUNTS, "accepted")
    rows: list[Sequence[str]] = [list(map(cell_text, _round_row(facts))) for facts in report.rounds]
    table = Table(header, rows, tuple(range(2, len(header))), say("table_case"))
    return [Heading(say("h_case")), Paragraph(text, bold=True), table]


def _round_row(facts: RoundFacts) -> list[Any]:
    numbers = [getattr(facts.summary, name) for name in _COUNTS]
    return [facts.number, day_of(facts.head.review_date), *numbers, facts.accepted]


def _steps(report: CaseReport) -> list[Block]:
    if len(report.rounds) < 2:
        return []
    header = [*column("round"), *(texts()["kind"][kind.value] for kind in ChangeKind), *column("cause")]
    rows: list[Sequence[str]] = [list(map(cell_text, row)) for row in _step_rows(report)]
    numeric = tuple(range(1, len(header) - 1))
    return [Heading(say("h_steps")), Table(header, rows, numeric, say("table_steps")), Paragraph(say("steps_note"))]


def _step_rows(report: CaseReport) -> list[list[Any]]:
    rows = []
    for one, other, step in zip(report.rounds, report.rounds[1:], report.steps):
        name = say("step", a=one.number, b=other.number)
        if step is None:
            rows.append([name, *[say("none")] * len(ChangeKind), say("step_old")])
            continue
        causes = [say("rules_changed", lines="、".join(step.lines_with_new_rules))] if step.lines_with_new_rules else []
        causes += [say("step_inputs", names="、".join(name for name, _, _ in step.inputs))] if step.inputs else []
        rows.append([name, *(step.number(kind) for kind in ChangeKind), "；".join(causes) or say("none")])
    return rows


def _opinions(report: CaseReport) -> list[Block]:
    rows: list[Sequence[str]] = []
    for facts in report.rounds:
        signed = [(str(s.place), s.signer, s.opinion or say("none"), moment(s.at), s.digest) for s in facts.signatures]
        for row in signed or [(say("none"), say("unsigned"), say("none"), say("none"), facts.digest)]:
            rows.append([str(facts.number), *row])
    header = column("round", "place", "signer", "opinion", "at", "digest")
    return [Heading(say("h_opinions")), Table(header, rows, (), say("table_opinions"))]


def _accepted(report: CaseReport) -> list[Block]:
    if not report.accepted:
        return []
    return [Heading(say("h_case_accepted")), accepted_table(report.accepted)]


def _inputs(report: CaseReport) -> list[Block]:
    rows: list[Sequence[str]] = [list(map(cell_text, row)) for row in _input_rows(report)]
    header = column("round", "input", "line", "count", "layer_date", "digest")
    return [Heading(say("h_case_inputs")), Table(header, rows, (3,), say("table_case_inputs"))]


def _input_rows(report: CaseReport) -> list[list[Any]]:
    return [
        [
            facts.number,
            f"{i.name} ({i.view})" if i.view else i.name,
            i.line_id or say("none"),
            i.feature_count,
            data_day(i.date),
            i.sha256 or say("none"),
        ]
        for facts in report.rounds
        for i in facts.head.inputs
    ]


def _trace(report: CaseReport) -> list[Block]:
    rows: list[Sequence[str]] = [list(map(cell_text, row)) for row in _trace_rows(report)]
    text = say("trace", rows=report.audit_head[0], hash=report.audit_head[1])
    chain_state = Paragraph(say("whole" if report.is_intact else "broken"), bold=True)
    header = column("no", "at", "person", "act", "digest")
    return [
        Heading(say("h_case_trace")),
        Paragraph(text),
        chain_state,
        Table(header, rows, (0,), say("table_case_trace")),
    ]


def _trace_rows(report: CaseReport) -> list[list[Any]]:
    names = texts()["act"]
    return [[row.number, moment(row.at), row.actor, names.get(row.act, row.act), row.hash] for row in report.trace]


def _sheets(report: CaseReport) -> list[Sheet]:
    names = texts()["sheets"]
    header = column("round", "date", *_COUNTS, "accepted")
    rounds = [_round_row(facts) for facts in report.rounds]
    facts = [[facts.number, *row] for facts in report.rounds for row in fact_rows(facts)]
    traced = column("no", "at", "person", "act", "digest")
    inputs = column("round", "input", "line", "count", "layer_date", "digest")
    return [
        Sheet(names["case"], header, ["int", "text", *["int"] * (len(_COUNTS) + 1)], rounds),
        Sheet(names["facts"], column("round", "item", "value"), ["int", "text", "General"], facts),
        Sheet(names["inputs"], inputs, ["int", "text", "text", "int", "text", "text"], _input_rows(report)),
        Sheet(names["trace"], traced, ["int", "text", "text", "text", "text"], _trace_rows(report)),
    ]
