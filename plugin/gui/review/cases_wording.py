"""How kinds of change, causes and conclusions of rounds are called and coloured, the same in list and comparison."""

from ...bridge.i18n import tr
from ...core.messages import language
from ...core.review.rounds import frozen_conclusion
from ...core.review.rounds_diff import ChangeKind
from ...core.review.tiers import conclusion_names
from ...formats.rules.case_files import case_kinds

KIND_COLOURS = {
    ChangeKind.NEW: "#c62828",
    ChangeKind.GROWN: "#ef6c00",
    ChangeKind.UNCHANGED: "#757575",
    ChangeKind.REDUCED: "#558b2f",
    ChangeKind.RESOLVED: "#2e7d32",
    ChangeKind.ABSENT: "#6a1b9a",
    ChangeKind.UNKNOWN: "#f9a825",
}


def conclusion_text(status: str, effect: str) -> str:
    """A verdict in the user's language; "—" where there is none."""
    return conclusion_names()[frozen_conclusion(status, effect)][language()] if status else "—"


def kind_name(kind: str) -> str:
    """The name of a kind of case; one that the catalogue lacks as it is."""
    found = next((k for k in case_kinds() if k.id == kind), None)
    return kind if found is None else getattr(found, language())


def round_name(number: int) -> str:
    """Round 2"""
    return tr("Round {0}").format(number)
