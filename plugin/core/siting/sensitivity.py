"""How firm a ranking is: weights moved one at a time by 20 %, and all at once at random (seeded)."""

from dataclasses import dataclass
from typing import Optional

import numpy as np

from .model import Factor
from .selection import UNSCORED, Selection, comparable

CHANGE, RUNS, SEED, FIRST = 0.2, 1000, 20260101, 5
_CHUNK = 4_000_000  # scores held at a time
_ROUNDS = 8  # Dinkelbach's iteration converges faster than linearly


@dataclass
class Shift:
    """One weight moved: `change` +0.2 or -0.2.

    `winner` index of the first candidate then, `kept_first` of the first five.
    """

    factor: Factor
    change: float
    winner: int
    kept_first: int


@dataclass
class Sensitivity:
    """`first_pct`, `top5_pct`: share of random runs in which a candidate is first / among the first five.

    One value a candidate; those that share a place all have it, those without a score have none.
    """

    first_pct: np.ndarray
    top5_pct: np.ndarray
    shifts: list[Shift]
    runs: int
    seed: int
    change: float


def sensitivity(
    selection: Selection, runs: int = RUNS, seed: int = SEED, change: float = CHANGE
) -> Optional[Sensitivity]:
    """Return the Sensitivity of a Selection; None where nothing can be ranked.

    Weights are multiplied by independent uniform numbers of 1 - change .. 1 + change; the same seed gives the same
    answer.
    """
    rows = selection.order
    if not len(rows) or not selection.factors:
        return None
    scores = np.array([r.score[rows] for r in selection.factors]).T
    weights = np.array([r.factor.weight for r in selection.factors])
    rivals = _rivals(scores, weights, change)
    table, rows_of = scores[rivals], rows[rivals]
    first, top = np.zeros(len(selection.keys)), np.zeros(len(selection.keys))
    random = np.random.default_rng(seed).uniform(1 - change, 1 + change, (runs, len(weights))) * weights
    step = max(_CHUNK // len(table), 1)
    for start in range(0, runs, step):
        drawn = _scores(table, random[start : start + step])
        has_score = drawn > UNSCORED
        first[rows_of] += (has_score & (drawn >= drawn.max(axis=1, keepdims=True))).sum(axis=0)
        top[rows_of] += (has_score & (drawn >= _fifth(drawn))).sum(axis=0)
    return Sensitivity(
        first / runs * 100, top / runs * 100, _shifts(selection, table, rows_of, weights, change), runs, seed, change
    )


def _rivals(scores: np.ndarray, weights: np.ndarray, change: float) -> np.ndarray:
    """Positions of the candidates that some weights can bring among the first five: the others need no drawing."""
    known = ~np.isnan(scores)
    values = np.nan_to_num(scores)
    low, high = weights * (1 - change), weights * (1 + change)
    least, most = _extreme(values, known, low, high), _extreme(values, known, high, low)
    bar = np.sort(least)[-min(FIRST, len(least))]
    return np.flatnonzero(most >= bar - 1e-6)


def _extreme(values: np.ndarray, known: np.ndarray, above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Extreme of each weighted mean when scores above it weigh `above` and the others `below` (Dinkelbach's
    iteration).
    """
    answer = _mean(values, known, (above + below) / 2)
    for _ in range(_ROUNDS):
        answer = _mean(values, known, np.where(values >= answer[:, None], above, below))
    return answer


def _mean(values: np.ndarray, known: np.ndarray, weights: np.ndarray) -> np.ndarray:
    weights = np.broadcast_to(weights, values.shape) * known
    total = weights.sum(axis=1)
    return np.divide((weights * values).sum(axis=1), total, out=np.full(len(values), -1.0), where=total > 0)


def _scores(table: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Score of each candidate (column) for each row of weights, as they are compared."""
    known = ~np.isnan(table)
    total = known.astype(float) @ weights.T
    scores = np.divide(np.nan_to_num(table) @ weights.T, total, out=np.full(total.shape, -1.0), where=total > 0).T
    return comparable(scores)


def _fifth(scores: np.ndarray) -> np.ndarray:
    """The fifth best score of each row, or the worst where there are fewer."""
    place = max(scores.shape[1] - FIRST, 0)
    return np.partition(scores, place, axis=1)[:, place : place + 1]


def _best(table: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Positions of the best five (or fewer) for each row of weights, best first, ties in the order given."""
    order = np.argsort(-_scores(table, weights), axis=1, kind="stable")
    return order[:, :FIRST]


def _shifts(
    selection: Selection, table: np.ndarray, rows: np.ndarray, weights: np.ndarray, change: float
) -> list[Shift]:
    base = set(rows[_best(table, weights[None])[0]])
    shifts = []
    for number, result in enumerate(selection.factors):
        for sign in (-1, 1):
            moved = weights.copy()
            moved[number] *= 1 + sign * change
            best = rows[_best(table, moved[None])[0]]
            shifts.append(Shift(result.factor, sign * change, int(best[0]), len(base & set(best))))
    return shifts
