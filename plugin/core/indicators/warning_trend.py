"""The trend of a series by Theil and Sen: the median of all slopes, which one odd year does not turn."""

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Optional


@dataclass(frozen=True)
class Trend:
    """value = level + slope * year; `count`: of years."""

    slope: float
    level: float
    count: int

    def at(self, year: float) -> float:
        """What the trend comes to in a year."""
        return self.level + self.slope * year

    def reaches(self, value: float) -> Optional[int]:
        """The first whole year in which the trend has come to a value, None where it stands still."""
        return None if self.slope == 0 else math.ceil((value - self.level) / self.slope - 1e-9)


def trend_of(series: Mapping[int, float], fewest: int = 3) -> Optional[Trend]:
    """The Trend of {year: value}, None for fewer years than `fewest`."""
    if len(series) < max(fewest, 2):
        return None
    points = sorted(series.items())
    slope = statistics.median((b - a) / (later - year) for (year, a), (later, b) in combinations(points, 2))
    level = statistics.median(value - slope * year for year, value in points)
    return Trend(slope, level, len(points))
