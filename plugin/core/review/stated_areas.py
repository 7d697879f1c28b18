"""Areas that the applicants state for their projects, against the computed ones: another area is another boundary."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..land.types import Array
from .typed_text import plain_value

_M2 = {"m2": 1.0, "mu": 10_000 / 15, "ha": 10_000.0, "km2": 1e6}
_SPELLINGS = {
    "平方公里": "km2", "km2": "km2", "公顷": "ha", "_ha": "ha", "平方米": "m2", "㎡": "m2", "m2": "m2", "亩": "mu",
    "_mu": "mu",
}  # fmt: skip
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]*)?")
_SHARE = 0.05  # by which a stated area may differ: plane against ellipsoid and rounding make far less


@dataclass(frozen=True)
class StatedAreas:
    """Stated areas in m2, not-a-number where none is stated, in the unit that most agree in, and what differs."""

    unit: str
    m2: Array
    differs: Array


def compared(field: str, texts: Sequence[Optional[str]], computed_m2: Array) -> Optional[StatedAreas]:
    """What the texts of a field state, None where no one states an area."""
    values = np.array([_number(text) for text in texts], dtype=float)
    known = np.isfinite(values) & (values > 0) & (computed_m2 > 0)
    if not known.any():
        return None
    written = next((unit for word, unit in _SPELLINGS.items() if word in field.lower()), None)
    units = [written] if written else list(_M2)
    agreeing = [int((np.abs(values[known] * _M2[unit] / computed_m2[known] - 1) <= _SHARE).sum()) for unit in units]
    unit = units[int(np.argmax(agreeing))]
    m2 = np.where(known, values * _M2[unit], np.nan)
    return StatedAreas(unit, m2, known & (np.abs(m2 - computed_m2) > _SHARE * computed_m2))


def _number(text: Optional[str]) -> float:
    found = _NUMBER.match(plain_value(text or "").replace(",", "").replace("，", ""))
    return float(found[0]) if found else np.nan
