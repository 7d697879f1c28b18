"""How conclusions are called and coloured, the same on every page."""

from ...core.messages import language
from ...core.review.tiers import Conclusion, conclusion_names

CONCLUSION_COLOURS = {
    Conclusion.PROHIBITED: "#b71c1c",
    Conclusion.CONDITIONAL: "#a84300",
    Conclusion.FAILED: "#6a1b9a",
    Conclusion.CONSULT: "#0d5c91",
    Conclusion.NOTICE: "#455a64",
    Conclusion.CLEAR: "#2e7d32",
    Conclusion.NOT_CHECKED: "#616161",
}


def conclusion_name(conclusion: Conclusion) -> str:
    """The conclusion in the user's language."""
    return conclusion_names()[conclusion][language()]
