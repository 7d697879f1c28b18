"""Floors and shares as offices type them; what cannot be read is a reason, never a number."""

import math
import re
from typing import Any, Optional

from ..land.lengths import metres

_FLOORS = re.compile(r"\s*(?:地上)?\s*(\d+(?:\.0+)?)\s*(?:层|F|f|L|层楼)?\s*")
_CHINESE_FLOORS = re.compile(r"\s*(?:地上)?([一二两三四五六七八九十]{1,3})层?\s*")
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")}
_DIGITS["两"] = 2


def floor_count(value: Any) -> Optional[float]:
    """A number of floors above ground: a number, "6", "6层", "六层", "地上6层", "6F"; None for "6+1" and the like."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return float(value) if math.isfinite(value) else None
    found = _FLOORS.fullmatch(str(value))
    if found:
        return float(found.group(1))
    chinese = _CHINESE_FLOORS.fullmatch(str(value))
    return _chinese_number(chinese.group(1)) if chinese else None


def _chinese_number(word: str) -> Optional[float]:
    """One to ninety-nine."""
    if "十" not in word:
        return float(_DIGITS[word]) if len(word) == 1 else None
    tens, _, ones = word.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return None
    return float((_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0))


def share(value: Any) -> Optional[float]:
    """A share of 1: 0.35, "35%", 35; None for anything else and for what is above 100 %."""
    if isinstance(value, str) and value.strip().endswith("%"):
        number = metres(value.strip()[:-1])
        return None if number is None or not 0 <= number <= 100 else number / 100
    number = metres(value)
    if number is None or not 0 <= number <= 100:
        return None
    return number if number <= 1 else number / 100
