"""Why the first site stands before the second: what each factor gives to either, and the weight that would turn it."""

from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..land.types import Array
from .results import FactorResult
from .selection import Selection

_NOISE = 1e-9


@dataclass(frozen=True)
class FactorLead:
    """One factor of two sites. `points`: what it adds to the lead of the first, negative where the second gains, NaN
    where either is unknown; `turning`: the share of all weights (0 to 1, the others in proportion) at which both are
    level, None where no weight does that.
    """

    result: FactorResult
    points: float
    turning: Optional[float] = None


@dataclass(frozen=True)
class Lead:
    """The `first` and `second` of a ranking, the lead in `points`, and its parts, the largest gain first.

    `is_alike`: both were scored by the same factors on all their land; else the lead is none of equals. What is known
    of neither (`unknown`) counts for neither.
    """

    first: int
    second: int
    points: float
    rows: tuple[FactorLead, ...]
    is_alike: bool

    @property
    def unknown(self) -> list[str]:
        """Titles of the factors that neither has a score of."""
        pair = [self.first, self.second]
        return [row.result.factor.title for row in self.rows if np.isnan(row.result.score[pair]).all()]

    def gains(self, sign: int) -> list[FactorLead]:
        """The factors in which the first (1) or the second (-1) is better, the most decisive first."""
        found = [row for row in self.rows if row.points * sign > _NOISE]
        return sorted(found, key=lambda row: -abs(row.points))


def lead_of(selection: Selection) -> Optional[Lead]:
    """The Lead of the first two sites; None where there are not two with a score."""
    if len(selection.order) < 2 or not selection.factors:
        return None
    pair = selection.order[:2]
    if np.isnan(selection.score[pair]).any():
        return None
    scores = np.array([r.score[pair] for r in selection.factors], dtype=float)
    parts = np.array([r.contribution[pair] for r in selection.factors], dtype=float)
    points = np.where(np.isnan(scores).any(axis=1), np.nan, parts[:, 0] - parts[:, 1])
    neither = np.isnan(scores).all(axis=1)
    complete = np.array([[r.is_complete(i) for i in pair] for r in selection.factors])
    alike = bool((neither | complete.all(axis=1)).all())
    weights = np.where(neither, 0.0, [r.factor.weight for r in selection.factors])
    turning = _turning(weights, np.where(neither, 0.0, scores[:, 0] - scores[:, 1])) if alike else [None] * len(points)
    rows = [FactorLead(*one) for one in zip(selection.factors, points.tolist(), turning)]
    rows.sort(key=lambda row: -np.nan_to_num(row.points, nan=-np.inf))
    total = float(selection.score[pair[0]] - selection.score[pair[1]])
    return Lead(int(pair[0]), int(pair[1]), total, tuple(rows), alike)


def _turning(weights: Array, gaps: Array) -> list[Optional[float]]:
    """Of each factor the share of the weights that count at which both sites are level."""
    weights = weights / weights.sum()
    found: list[Optional[float]] = []
    for weight, gap in zip(weights, gaps):
        rest = (weights @ gaps - weight * gap) / (1 - weight) if weight < 1 - _NOISE else 0.0
        share = rest / (rest - gap) if rest * gap < 0 else None
        found.append(None if share is None else float(share))
    return found
