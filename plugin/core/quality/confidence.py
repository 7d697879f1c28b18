"""How sure a fact of a specification is, in words."""

from typing import Optional

from ..messages import text

KINDS = ("seen", "memory", "proposal", "inference")


def confidence_text(confidence: str, language: Optional[str] = None) -> str:
    """The first word of a confidence in a language, what its file says after it as it stands."""
    first = confidence.split(" ")[0].rstrip(";,:")
    if first not in KINDS:
        return confidence or "—"
    kind, rest = text(f"inspection_{first}", language), confidence[len(first) :].lstrip(" ;,:-")
    rest = "" if rest == "verify" else rest  # as "memory" says already
    return text("inspection_confidence", language, kind=kind, rest=rest) if rest else kind
