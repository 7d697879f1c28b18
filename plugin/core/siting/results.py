"""What is measured of candidates and what each criterion makes of it; arrays have one value a candidate."""

from dataclasses import dataclass
from typing import Any, Optional, Union

import numpy as np

from ..land.rounding import plain
from ..messages import message, text
from .model import NEAR, SLOPE, Constraint, Factor


def measure_of(constraint: Constraint, language: Optional[str] = None) -> str:
    """What of a site a constraint looks at, in words; the same in every search, selection and answer."""
    kind = f"slope_{constraint.statistic}" if constraint.kind == SLOPE else constraint.kind
    code = f"siting_measure_{kind}"
    return text(code, language) if language else message(code)


@dataclass
class Measured:
    """The answer to one Need: `values` (NaN or None where a candidate could not be measured), or None with the
    reason `why`. `doubt`: what of the layer could not be read, so that a candidate that passes may not. `at_most`: the
    values if all features were meant that the filter does not understand, None where it understands all; `unclear`:
    what it does not.
    """

    values: Any = None
    why: str = ""
    doubt: str = ""
    at_most: Any = None
    unclear: str = ""


@dataclass
class RasterStatistics:
    """Statistics of raster cells inside each candidate.

    NaN where the raster has no data. `cells` counts those with data, `share`: part of each candidate that they cover, 0
    to 1, None where that is the whole of all.
    """

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    cells: np.ndarray
    share: Optional[np.ndarray] = None


@dataclass
class ConstraintResult:
    """`amount`: the measured value, NaN where not evaluated; `passed`: True also where it could not be evaluated. What
    passes a layer that was read in part only is not evaluated, what does not is."""

    constraint: Constraint
    amount: np.ndarray
    evaluated: np.ndarray
    passed: np.ndarray
    why: str = ""

    @property
    def measure(self) -> str:
        """What of a site is held against the limit, in words: its nearest edge, the whole, the mean ..."""
        return measure_of(self.constraint)

    def reason(self, index: int) -> str:
        """Why candidate `index` was rejected, in the chosen language."""
        c, amount = self.constraint, self.amount[index]
        if c.kind == NEAR and np.isinf(amount):
            return text("siting_reason_none_near", title=c.title, limit=c.distance_m)
        if c.kind == SLOPE:
            return text(
                "siting_reason_slope",
                title=c.title,
                amount=amount,
                unit=text(f"siting_unit_{c.unit or 'degree'}"),
                limit=c.high,
            )
        low, high = ("—" if v is None else plain(v, grouped=True) for v in (c.low, c.high))
        return text(f"siting_reason_{c.kind}", title=c.title, amount=amount, limit=c.distance_m, low=low, high=high)


@dataclass
class FactorResult:
    """`raw`: measured value (text for classes), `score` 0-100 or NaN, `contribution` to the site's score (0
    where NaN). `share`: part of each candidate that the score speaks of, None where it is the whole.
    """

    factor: Factor
    raw: np.ndarray
    score: np.ndarray
    contribution: np.ndarray
    why: str = ""
    share: Optional[np.ndarray] = None

    def is_complete(self, rows: Union[int, slice] = slice(None)) -> Any:
        """Whether the score of a candidate is known and speaks of all its land; of all candidates as an array."""
        known = ~np.isnan(self.score[rows])
        return known if self.share is None else known & (self.share[rows] >= 1)


@dataclass
class Removal:
    """How much land one constraint removes alone, and what is gone and left after it in the order of the criteria.

    Statutory m2.
    """

    id: str
    title: str
    alone_m2: float
    removed_m2: float
    remaining_m2: float
    alone: int = 0
    removed: int = 0
    remaining: int = 0
    evaluated: bool = True
    why: str = ""
    note: str = ""
