"""Lengths and heights as offices type them: "24", "24.5 m", "≤24米", "18-24米", "80 ft"."""

import math
import re
from typing import Any, Optional

_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_AT_MOST = r"≤|≦|<=|<|＜|(?:建筑)?(?:限高|高度)?不(?:得|应)?(?:高于|超过|大于)|(?:建筑)?(?:限高|高度)(?:为|控制在)?"
_PLAIN = re.compile(rf"\s*(?:{_AT_MOST})?\s*({_NUMBER})\s*(?:m|M|米|公尺)?\s*(?:以下|以内)?\s*")
_RANGE = re.compile(rf"\s*({_NUMBER})\s*(?:m|米)?\s*(?:[-~～—至到]+)\s*({_NUMBER})\s*(?:m|米)?\s*")
_FEET = re.compile(rf"\s*({_NUMBER})\s*(?:ft|feet|英尺|')\s*", re.IGNORECASE)
METRES_PER_FOOT = 0.3048


def metres(value: Any) -> Optional[float]:
    """A number of metres: a number, or text such as "24", "24.5 m", "≤24米", "80 ft"; None for anything else."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return float(value) if math.isfinite(value) else None
    found = _PLAIN.fullmatch(str(value))
    if found:
        return float(found.group(1))
    feet = _FEET.fullmatch(str(value))
    return float(feet.group(1)) * METRES_PER_FOOT if feet else None


def limit_metres(value: Any) -> Optional[float]:
    """As `metres`, also the upper end of a range such as "18-24米"."""
    found = _RANGE.fullmatch(str(value)) if isinstance(value, str) else None
    return max(map(float, found.groups())) if found else metres(value)
