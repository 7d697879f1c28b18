"""Words of the report of indicators, kept as data (zh_CN), and how its numbers are written."""

from typing import Optional

from ...core.indicators.indicator_model import Indicator
from ...core.indicators.warning_rules import shown
from ..blocks.wording import Wording

_WORDING = Wording("indicators.json")
texts, say, column = _WORDING.texts, _WORDING.say, _WORDING.column


def plain(indicator: Indicator, value: Optional[float]) -> str:
    """A value without its unit, — for what is not known."""
    return say("unknown") if value is None else f"{value:,.{indicator.decimals}f}"


def signed(indicator: Indicator, value: float) -> str:
    """A change with its unit."""
    return shown(indicator, value)


def percent(share: Optional[float]) -> str:
    """A share as a percentage."""
    return say("unknown") if share is None else f"{share * 100:.1f}%"
