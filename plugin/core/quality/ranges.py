"""Ranges of numbers as specifications write them: ">0", ">=0", "[0,1)"."""

import re
from dataclasses import dataclass
from typing import Optional

_COMPARISON = re.compile(r"\s*(>=|<=|>|<|≥|≤|＞|＜)\s*(-?\d+(?:\.\d+)?)\s*")
_INTERVAL = re.compile(r"\s*([\[(])\s*(-?\d+(?:\.\d+)?)\s*[,，]\s*(-?\d+(?:\.\d+)?)\s*([\])])\s*")
_SIGNS = {"≥": ">=", "≤": "<=", "＞": ">", "＜": "<"}


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`, each end inside or not."""

    low: float
    high: float
    has_low: bool
    has_high: bool

    @classmethod
    def of(cls, text: str) -> Optional["Range"]:
        """The Range of a text, None where it is none."""
        infinity = float("inf")
        found = _COMPARISON.fullmatch(text)
        if found:
            sign, number = _SIGNS.get(found[1], found[1]), float(found[2])
            if sign.startswith(">"):
                return cls(number, infinity, sign == ">=", False)
            return cls(-infinity, number, False, sign == "<=")
        found = _INTERVAL.fullmatch(text)
        return cls(float(found[2]), float(found[3]), found[1] == "[", found[4] == "]") if found else None

    def holds(self, number: float) -> bool:
        """Whether a number lies in the range; not-a-number never does."""
        above = number > self.low or (self.has_low and number == self.low)
        return above and (number < self.high or (self.has_high and number == self.high))
