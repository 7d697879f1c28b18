"""The first page: what was found, project by project of those that matter, what is needed, what was not looked at."""

from collections import Counter
from collections.abc import Iterable

from ...core.days import day_of
from ...core.land.input_check import FIRST_SAID, NARROWING
from ...core.review.findings import Conclusion, Verdict
from ...core.review.report_data import ProjectInfo, ReviewReport
from ...core.review.summary import ProjectSummary
from ..blocks.model import Block, Facts, Heading, Paragraph, Signature, Table
from ..blocks.wording import areas, decimals
from .relations import Relations
from .wording import column, say, texts

_ROWS, _KEYS, _REASONS = 10, 6, 20  # of a table of the first page, of projects named in a row, of reasons told


def title_part(report: ReviewReport) -> list[Block]:
    """Title, number and who reviewed when."""
    facts = {
        "document_no": report.document_no,
        "review_date": day_of(report.review_date),
        "organisation": report.organisation,
        "reviewer": report.reviewer,
    }
    pairs = [[say(key), value] for key, value in facts.items() if value]
    rows = [[cell for pair in pairs[n : n + 2] for cell in pair] for n in range(0, len(pairs), 2)]
    return [Heading(report.title or say("title"), 0), Facts(rows)]


def opinion_part(report: ReviewReport) -> list[Block]:
    """The conclusion: counts by tier, the projects that decide, the conditions, what was not checked and why."""
    summaries, verdicts = report.summaries(), by_project(report.verdicts)
    relations = Relations(report)
    blocks: list[Block] = [Heading(say("h_conclusion")), Paragraph(headline(summaries), bold=True), _counts(summaries)]
    blocks += _coverage(report, summaries)
    blocks += _refused(report, summaries, verdicts, relations)
    blocks += _demands(summaries, verdicts, relations, Conclusion.CONDITIONAL)
    blocks += _demands(summaries, verdicts, relations, Conclusion.CONSULT)
    return blocks + _unread(report)


def signature_part(report: ReviewReport) -> list[Block]:
    """Lines to sign on, with the names that are known."""
    known = {"reviewer": report.reviewer, "organisation": report.organisation}
    return [Signature([line.format(**known).rstrip() for line in texts()["sign"]])]


def headline(summaries: list[ProjectSummary]) -> str:
    """The sentence of the counts: projects by the conclusion that decides each."""
    counts = Counter(summary.conclusion for summary in summaries)
    tiers = "，".join(say("tier_count", word=tier.word, count=counts[tier]) for tier in Conclusion)
    return say("headline", projects=len(summaries), tiers=tiers)


def _counts(summaries: list[ProjectSummary]) -> Table:
    """The numbers of the headline, to be seen at a glance."""
    counts = Counter(summary.conclusion for summary in summaries)
    row = [say("projects_counted"), *(str(counts[tier]) for tier in Conclusion)]
    return Table([*column("conclusion"), *(tier.word for tier in Conclusion)], [row], tuple(range(1, 8)))


def by_project(verdicts: Iterable[Verdict]) -> dict[str, list[Verdict]]:
    """Verdicts grouped by their project."""
    grouped: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        grouped.setdefault(verdict.project_key, []).append(verdict)
    return grouped


def project_name(info: ProjectInfo) -> str:
    """Key and name as one."""
    return f"{info.key} {info.name}" if info.name and info.name != info.key else info.key


def some_keys(keys: list[str]) -> str:
    """Some keys and the number of the rest."""
    shown = "、 ".join(keys[:_KEYS])  # the blank: programs break no line between Latin letters and "、"
    return shown if len(keys) <= _KEYS else say("and_more", shown=shown, count=len(keys))


def _coverage(report: ReviewReport, summaries: list[ProjectSummary]) -> list[Block]:
    """Which of the lines were not looked at: a conclusion holds no further than the others."""
    names: dict[str, dict[str, None]] = {"absent": {}, "failed": {}}
    for v in report.verdicts:
        if v.conclusion in (Conclusion.NOT_CHECKED, Conclusion.FAILED):
            names["absent" if v.conclusion == Conclusion.NOT_CHECKED else "failed"][v.line_name] = None
    values = {key: "、".join(lines) or say("no_line") for key, lines in names.items()}
    lines = len({v.line_id for v in report.verdicts})
    if not lines:
        return []
    closing = say("coverage_open" if any(names.values()) else "coverage_whole")
    rest = sum(s.conclusion == Conclusion.NOT_CHECKED and s.clear > 0 for s in summaries)
    closing += say("coverage_rest", count=rest) if rest else ""
    first = Paragraph(say("coverage", lines=lines, **values) + closing, bold=any(names.values()))
    return [first, *(Paragraph(text, bold=True) for text in first_said(report))]


def first_said(report: ReviewReport) -> list[str]:
    """What is to be said before any conclusion: of layers that were looked at in part only or not at all, and of
    projects that no layer reaches.
    """
    entries = [entry for info in report.inputs for entry in info.check.entries if entry.code in NARROWING]
    remarks = [remark for remark in report.remarks if remark.code in FIRST_SAID]
    said = [entry.text("zh") for entry in entries] + [remark.text("zh") for remark in remarks]
    return list(dict.fromkeys(said))


def _refused(report, summaries, verdicts, relations) -> list[Block]:
    """The projects that do not comply, the gravest first."""
    refused = {s.project_key for s in summaries if s.conclusion == Conclusion.PROHIBITED}
    if not refused:
        return []
    infos = {p.key: p for p in report.projects}
    keys = [key for key in report.conflicting_keys() if key in refused]
    rows = []
    for number, key in enumerate(keys[:_ROWS], 1):
        hits = [v for v in verdicts[key] if v.conclusion == Conclusion.PROHIBITED]
        message = "\n".join(f"{relations.phrase(v)} {_area(v)}" for v in hits)
        rows.append([str(number), project_name(infos[key]), decimals(infos[key].area_m2), message])
    word = Conclusion.PROHIBITED.word
    blocks: list[Block] = [Heading(say("h_tier", word=word, count=len(keys)), 2)]
    blocks.append(Table(column("no", "project", "m2", "situation"), rows, (2,)))
    return blocks + ([Paragraph(say("tier_more", count=len(keys) - _ROWS))] if len(keys) > _ROWS else [])


def _area(verdict: Verdict) -> str:
    return say("area", **areas(verdict.overlap_m2)) if verdict.overlap_m2 else ""


def _demands(summaries, verdicts, relations, tier: Conclusion) -> list[Block]:
    """What projects of a tier must still bring, one row for each line and demand."""
    keys = [s.project_key for s in summaries if s.conclusion == tier]
    demands: dict[tuple[str, str], list[str]] = {}
    for key in keys:
        for verdict in verdicts[key]:
            if verdict.conclusion == tier:
                demands.setdefault((relations.phrase(verdict), demand(verdict)), []).append(key)
    if not demands:
        return []
    rows = [[phrase, text, str(len(own)), some_keys(own)] for (phrase, text), own in demands.items()]
    header = column("situation", "condition", "project_count", "keys")
    return [Heading(say(f"h_{tier.value}", word=tier.word, count=len(keys)), 2), Table(header, rows, (2,))]


def demand(verdict: Verdict) -> str:
    """What the rules ask for; where they do not say it, the report does not make it up."""
    return sentence(verdict.condition) or say("condition_absent")


def sentence(text: str) -> str:
    """Several demands as one sentence."""
    return text.replace("。；", "；")


def _unread(report: ReviewReport) -> list[Block]:
    """Lines that were not looked at and those that could not be read, with the reasons."""
    groups: dict[tuple[Conclusion, str], dict[str, set[str]]] = {}
    for v in report.verdicts:
        if v.conclusion in (Conclusion.FAILED, Conclusion.NOT_CHECKED):
            groups.setdefault((v.conclusion, v.reason), {}).setdefault(v.line_name, set()).add(v.project_key)
    if not groups:
        return [Paragraph(say("all_checked"))]
    rows = [
        [tier.word, "、".join(lines), reason or "—", _projects(lines, len(report.projects))]
        for (tier, reason), lines in sorted(groups.items(), key=lambda item: item[0][0] != Conclusion.FAILED)
    ]
    blocks: list[Block] = [Heading(say("h_unread"), 2), Paragraph(say("unread_means_nothing"), bold=True)]
    blocks.append(Table(column("conclusion", "line", "reason", "projects_touched"), rows[:_REASONS]))
    return blocks + ([Paragraph(say("unread_more", count=len(rows) - _REASONS))] if len(rows) > _REASONS else [])


def _projects(lines: dict[str, set[str]], count: int) -> str:
    keys = sorted(set().union(*lines.values()))
    return say("all_projects") if len(keys) == count else some_keys(keys)
