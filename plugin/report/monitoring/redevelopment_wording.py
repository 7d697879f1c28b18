"""Words of the weekly report of redevelopment, kept as data (zh_CN)."""

from typing import Optional

from ...core.land.rounding import half_up
from ..blocks.wording import Wording, decimals

_WORDING = Wording("redevelopment.json")
texts, say, column = _WORDING.texts, _WORDING.say, _WORDING.column


def number(value: Optional[float]) -> str:
    """Two decimals, — for what nobody knows."""
    return say("unknown") if value is None else decimals(value)


def percent(value: Optional[float]) -> str:
    """A share with one decimal, — for what nobody knows."""
    return say("unknown") if value is None else f"{half_up(value * 100, 1):.1f}%"
