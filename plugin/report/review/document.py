"""A finished review as a Document that every writer takes."""

from collections import Counter

from ...core.days import day_of
from ...core.review.findings import Conclusion
from ...core.review.report_data import ReviewReport
from ..blocks.document import Document
from ..blocks.model import Block, Paragraph
from ..blocks.wording import clean
from .annex import annex_part
from .laws import basis_part
from .opinion import headline, opinion_part, signature_part, title_part
from .projects import projects_part
from .sheets import review_sheets
from .wording import say, texts

_PARTS = {
    "title": title_part,
    "opinion": opinion_part,
    "signature": signature_part,
    "basis": basis_part,
    "projects": projects_part,
    "annex": annex_part,
}  # in reading order


def review_document(report: ReviewReport) -> Document:
    """The Document of a ReviewReport."""
    return Document(
        clean(report.title or say("title")),
        page_head(report),
        report.software,
        lambda: _parts(report),
        lambda: review_sheets(report),
        _values(report),
        report.template,
    )


def part_names() -> list[str]:
    """The names by which a Word template calls the parts, in reading order."""
    return [texts()["parts"][key] for key in _PARTS]


def template_document(path: str) -> Document:
    """A Document of all the names that a template may call, and nothing in them, to check a template with."""
    values = [*texts()["values"].values(), *(tier.word for tier in Conclusion)]
    parts: dict[str, list[Block]] = {name: [Paragraph("")] for name in part_names()}
    return Document("", "", "", lambda: parts, list, dict.fromkeys(values, ""), path)


def page_head(report: ReviewReport) -> str:
    """The line at the top of every printed page."""
    known = report.document_no or f"{report.rule_set_name} {report.rule_set_version}"
    return clean(say("page_head", title=report.title or say("title"), known=known, date=report.review_date))


def _parts(report: ReviewReport) -> dict[str, list[Block]]:
    return {texts()["parts"][key]: make(report) for key, make in _PARTS.items()}


def _values(report: ReviewReport) -> dict[str, str]:
    """Single facts by the names that a Word template calls them by."""
    summaries = report.summaries()
    counts = Counter(s.conclusion for s in summaries)
    values = {
        "document_no": report.document_no,
        "organisation": report.organisation,
        "reviewer": report.reviewer,
        "date": day_of(report.review_date),
        "created": day_of(report.created),
        "rules": f"{report.rule_set_name} {report.rule_set_version}",
        "software": report.software,
        "project_count": str(len(report.projects)),
        "line_count": str(len({v.line_id for v in report.verdicts})),
        "headline": headline(summaries),
    }
    named = {texts()["values"][key]: clean(value) for key, value in values.items()}
    return {**named, **{tier.word: str(counts[tier]) for tier in Conclusion}}
