"""How sure a unit, a formula, a threshold or a list is, in words."""

from typing import Optional

from ..messages import text

_KINDS = ("seen", "memory", "proposal", "own")


def confidence_text(confidence: str, language: Optional[str] = None) -> str:
    """A confidence as the data have it (memory - verify, proposal, ...) in words; another text as it stands."""
    kind = next((kind for kind in _KINDS if confidence.split(" ")[0].rstrip(",") == kind), None)
    return text(f"confidence_{kind}", language) if kind else confidence
