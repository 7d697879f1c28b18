"""The report of two rounds of a review case: what was resolved, what is left, why, and how it can be verified."""

from collections.abc import Sequence
from typing import Any

from ...core.days import day_of
from ...core.land.rounding import mu
from ...core.review.rounds import frozen_conclusion
from ...core.review.rounds_diff import Change, ChangeKind
from ...core.review.rounds_identity import Match
from ...core.review.rounds_report_data import RoundFacts, RoundsReport
from ..blocks.document import Document, Sheet
from ..blocks.model import Block, Heading, Paragraph, Table
from ..blocks.wording import Wording, cell_text, clean, decimals, moment

_WORDING = Wording("rounds.json")
texts, say, column = _WORDING.texts, _WORDING.say, _WORDING.column
_SHOWN = 400  # changes in the text; the workbook holds all
_TINTS = {"new": "F8CBAD", "grown": "F8CBAD", "reduced": "E2F0D9", "resolved": "C6E0B4", "unknown": "FFE699"}
_FIRST = (ChangeKind.NEW, ChangeKind.GROWN, ChangeKind.UNCHANGED, ChangeKind.REDUCED, ChangeKind.UNKNOWN)


def rounds_document(report: RoundsReport) -> Document:
    """The Document of a RoundsReport."""
    title = say("title")
    head = say("head", title=title, case=report.case, a=report.before.number, b=report.after.number)
    return Document(title, clean(head), report.software, lambda: _parts(report), lambda: _sheets(report))


def _parts(report: RoundsReport) -> dict[str, list[Block]]:
    """The parts by name in reading order."""
    opening: list[Block] = [
        Heading(say("title"), 0),
        Paragraph(say("software", software=report.software, created=day_of(report.created))),
    ]
    sections = {
        "result": _result,
        "rounds": _rounds,
        "causes": _causes,
        "changes": _changes,
        "accepted": _accepted,
        "trace": _trace,
    }
    return {"opening": opening, **{name: section(report) for name, section in sections.items()}}


def _result(report: RoundsReport) -> list[Block]:
    a, b = report.before.number, report.after.number
    counts = {kind.value: report.number(kind) for kind in ChangeKind}
    last = report.after.summary
    left = {"prohibited": last.prohibited, "conditional": last.conditional, "failed": last.failed}
    blocks: list[Block] = [
        Heading(say("h_result")),
        Paragraph(say("result", case=report.case, a=a, b=b, **counts), bold=True),
        Paragraph(say("open", b=b, **left), bold=True),
    ]
    if last.lines_not_checked:
        blocks.append(Paragraph(say("not_checked", b=b, count=last.lines_not_checked), bold=True))
    for kind in (ChangeKind.ABSENT, ChangeKind.UNKNOWN):
        if counts[kind.value]:
            blocks.append(Paragraph(say(kind.value, count=counts[kind.value], b=b), bold=True))
    if report.diff.lost:
        lines = "、".join(say("lost_line", line=line, count=n) for line, n in report.diff.lost.items())
        blocks.append(Paragraph(say("lost", a=a, b=b, lines=lines), bold=True))
    blocks.append(Paragraph(_accepted_text(report)))
    matched = {"geometry": report.matched(Match.GEOMETRY), "overlap": report.matched(Match.OVERLAP)}
    blocks.append(Paragraph(say("limit", limit=f"{report.limit_m2:g}")))
    return [*blocks, Paragraph(say("matching", added=report.added, gone=report.gone, **matched))]


def _accepted_text(report: RoundsReport) -> str:
    b, expired = report.after.number, sum(row.is_expired for row in report.accepted)
    count = len(report.accepted) - expired
    text = say("accepted", b=b, count=count) if count else say("no_accepted", b=b)
    return text + (say("expired", count=expired) if expired else "")


def _rounds(report: RoundsReport) -> list[Block]:
    rows: list[Sequence[str]] = [[name, cell_text(a), cell_text(b)] for name, a, b in _facts(report)]
    return [Heading(say("h_rounds")), Table(column("item", "a", "b"), rows, (), say("table_rounds"))]


def _facts(report: RoundsReport) -> list[tuple[str, Any, Any]]:
    one, other = _fact(report.before), _fact(report.after)
    return [(name, value, other[name]) for name, value in one.items()]


def fact_rows(facts: RoundFacts) -> list[tuple[str, Any]]:
    """(title, value) of what one round was computed from and came to."""
    return list(_fact(facts).items())


def _fact(facts: RoundFacts) -> dict[str, Any]:
    head, names = facts.head, texts()["fact"]
    values: dict[str, Any] = {"number": say("round", n=facts.number), "at": moment(facts.at), "actor": facts.actor}
    values |= {"note": facts.note or say("none"), "date": day_of(head.review_date)}
    values |= {"rules": f"{head.rules_name} {head.rules_version}", "sha": head.rules_sha256, "software": head.software}
    counts = ("projects", "prohibited", "conditional", "failed", "consult", "notice", "clear", "not_checked")
    numbers = {name: getattr(facts.summary, name) for name in (*counts, "lines_not_checked", "findings")}
    values |= {**numbers, "area": decimals(facts.summary.area_m2), "accepted": facts.accepted}
    return {title: values[key] for key, title in names.items()}


def _causes(report: RoundsReport) -> list[Block]:
    diff = report.diff
    lines = "、".join(diff.lines_with_new_rules)
    sentences = [say("rules_changed", lines=lines) if lines else say("rules_same")]
    if lines:
        sentences.append(say("rules_parted", a=report.before.number, b=report.after.number) if report.is_parted else "")
        sentences[-1] = sentences[-1] or say("rules_not_parted")
    names = "、".join(texts()["parameter"][name] for name in diff.settings)
    sentences += [say("settings_changed", names=names)] if names else []
    if diff.software[0] != diff.software[1]:
        sentences.append(say("software_changed", a=diff.software[0] or say("none"), b=diff.software[1]))
    rows: list[Sequence[str]] = [
        [name, line or say("none"), texts()["input"][change.value]] for name, line, change in diff.inputs
    ]
    blocks: list[Block] = [Heading(say("h_causes")), *map(Paragraph, sentences)]
    if not rows:
        return [*blocks, Paragraph(say("inputs_same"))]
    return [*blocks, Table(column("input", "line", "kind"), rows, (), say("table_inputs"))]


def _changes(report: RoundsReport) -> list[Block]:
    changes = sorted(report.diff.changes, key=_urgency)
    keys = ["no", "key", "name", "line", "kind", "cause", "status_a", "status_b", "m2_a", "m2_b", "change"]
    keys += ["by_rules", "by_data"] if report.is_parted else []
    rows: list[Sequence[str]] = [[str(n), *_change_row(report, c)] for n, c in enumerate(changes[:_SHOWN], 1)]
    numeric = (0, *range(8, len(keys)))
    blocks: list[Block] = [Heading(say("h_changes"))]
    if len(changes) > _SHOWN:
        blocks.append(Paragraph(say("changes_cut", shown=_SHOWN, count=len(changes)), bold=True))
    return [*blocks, Table(column(*keys), rows, numeric, say("table_changes"))]


def _urgency(change: Change) -> int:
    return _FIRST.index(change.kind) if change.kind in _FIRST else len(_FIRST)


def _change_row(report: RoundsReport, c: Change) -> list[str]:
    row = [c.project_key, c.project_name, c.line_name, texts()["kind"][c.kind.value], texts()["cause"][c.cause.value]]
    row += [_conclusion(c.status_before, c.effect_before), _conclusion(c.status_after, c.effect_after)]
    row += [decimals(c.before_m2), decimals(c.after_m2), _signed(c.change_m2)]
    parted = (c.by_rules_m2, c.by_data_m2) if report.is_parted else ()
    return row + [say("none") if value is None else _signed(value) for value in parted]


def _signed(value: float) -> str:
    return ("+" if value > 0 else "") + decimals(value)


def _conclusion(status: str, effect: str) -> str:
    return frozen_conclusion(status, effect).word if status else say("none")


def _accepted(report: RoundsReport) -> list[Block]:
    return [Heading(say("h_accepted")), accepted_table(report.accepted)] if report.accepted else []


def accepted_table(accepted: list) -> Table:
    """The table of AcceptedRows."""
    keys = ("no", "key", "line", "rule", "m2_b", "category", "reason", "expires", "person", "attachment")
    rows: list[Sequence[str]] = [[str(n), *map(str, row)] for n, row in enumerate(_accepted_rows(accepted), 1)]
    return Table(column(*keys), rows, (0, 4), say("table_accepted"))


def _accepted_rows(accepted: list) -> list[list[str]]:
    return [
        [
            row.project_key,
            row.line_name,
            row.rule_id,
            decimals(row.area_m2),
            row.category,
            row.reason,
            say("until", day=day_of(row.expires)) if row.expires else say("none"),
            row.person,
            row.attachment or say("none"),
        ]
        for row in accepted
    ]


def _trace(report: RoundsReport) -> list[Block]:
    rows: list[Sequence[str]] = []
    for facts in (report.before, report.after):
        for sign in facts.signatures:
            rows.append([str(facts.number), str(sign.place), sign.signer, moment(sign.at), sign.opinion, sign.digest])
        if not facts.signatures:
            rows.append([str(facts.number), say("none"), say("unsigned"), say("none"), say("none"), facts.digest])
    header = column("round", "place", "signer", "at", "opinion", "digest")
    text = say("trace", rows=report.audit_head[0], hash=report.audit_head[1])
    return [Heading(say("h_trace")), Paragraph(text), Table(header, rows, (), say("table_trace"))]


def _sheets(report: RoundsReport) -> list[Sheet]:
    names = texts()["sheets"]
    counts = [[texts()["kind"][kind.value], "", report.number(kind)] for kind in ChangeKind]
    overview: Sequence[Sequence[Any]] = [*map(list, _facts(report)), *counts]
    sheets = [Sheet(names["overview"], column("item", "a", "b"), ["text", "General", "General"], overview)]
    sheets.append(_change_sheet(report, names["changes"]))
    if report.accepted:
        keys = ("key", "line", "rule", "m2_b", "category", "reason", "expires", "person", "attachment")
        formats = "text text text text text long text text text".split()
        sheets.append(Sheet(names["accepted"], column(*keys), formats, _accepted_rows(report.accepted)))
    return sheets


def _change_sheet(report: RoundsReport, name: str) -> Sheet:
    keys = "key name key_a match line kind cause status_a status_b m2_a m2_b change change_mu by_rules by_data accepted"
    formats = "text text text text text text text text text m2 m2 m2 mu m2 m2 text".split()
    rows, tints = [], []
    for c in report.diff.changes:
        shown = [c.project_key, c.project_name, c.key_before, texts()["match"][c.match.value if c.match else ""]]
        shown += [c.line_name, texts()["kind"][c.kind.value], texts()["cause"][c.cause.value]]
        shown += [_conclusion(c.status_before, c.effect_before), _conclusion(c.status_after, c.effect_after)]
        taken = (c.project_key, c.line_id) in report.accepted_changes
        numbers = [c.before_m2, c.after_m2, c.change_m2, mu(c.change_m2), c.by_rules_m2, c.by_data_m2]
        rows.append([*shown, *numbers, say("yes") if taken else ""])
        tints.append(_TINTS.get(c.kind.value))
    return Sheet(name, column(*keys.split()), formats, rows, tints)
