"""Findings in words: what a rule is called, how a building stands, what would comply."""

from typing import Optional

from ..messages import text
from .results import HeightFinding


def rule_word(rule: str, language: Optional[str] = None) -> str:
    """The name of a kind of rule."""
    return text(f"heights_rule_{rule}", language=language) if rule else ""


def status_word(status: str, language: Optional[str] = None) -> str:
    """How a building stands, as an office writes it."""
    return text(f"heights_status_{status}", language=language)


def reason_text(codes: str, language: Optional[str] = None) -> str:
    """Reasons of a row in words."""
    return "；".join(text(code, language=language) for code in codes.split())


def advice_text(finding: HeightFinding, language: Optional[str] = None) -> str:
    """What would comply."""
    ways = []
    if finding.lower_m is not None:
        ways.append(text("heights_advice_lower", language=language, metres=finding.lower_m))
    if finding.move_m is not None:
        where = text(f"heights_to_{finding.move_to}", language=language)
        ways.append(text("heights_advice_move", language=language, metres=finding.move_m, where=where))
    if ways:
        return text("heights_advice_or", language=language).join(ways)
    if finding.unit != "m" or finding.building < 0 or finding.limit_value is None or finding.limit_value > 0:
        value = finding.limit_value or 0.0
        return text("heights_advice_change", language=language, value=value, unit=finding.unit).strip()
    return text("heights_advice_none", language=language)
