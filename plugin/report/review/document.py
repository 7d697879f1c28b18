"""A finished review as a Document that every writer takes."""

from ...core.review.report_data import ReviewReport
from ..blocks.document import Document
from .content import build_content, page_head
from .sheets import review_sheets
from .wording import say


def review_document(report: ReviewReport) -> Document:
    """The Document of a ReviewReport."""
    return Document(
        report.title or say("title"),
        page_head(report),
        report.software,
        lambda: build_content(report),
        lambda: review_sheets(report),
    )
