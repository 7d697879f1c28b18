"""Other weights tried on a finished selection, and the sites that no other betters in two factors at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Union

import numpy as np

from ..errors import InputError
from .selection import Selection, comparable, ranked


@dataclass(frozen=True)
class Reweighed:
    """The kept sites under other weights. `order`: candidates best first; `score`: of every candidate, not-a-number
    where nothing is known; `former`, `rank`: the rank (from 1) that each of `order` had and has, equal where scores
    are."""

    order: np.ndarray
    score: np.ndarray
    former: np.ndarray
    rank: np.ndarray

    @property
    def moved(self) -> np.ndarray:
        """By how many places each of `order` rose (negative: fell)."""
        return self.former - self.rank


class Trial:
    """The scores of a selection, kept so that weights can be tried many times a second."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        shape = len(selection.factors), len(selection.keys)
        self._scores = np.array([r.score for r in selection.factors], dtype=float).reshape(shape)
        self._known = ~np.isnan(self._scores)
        self._filled = np.where(self._known, self._scores, 0.0)
        self._former = np.zeros(len(selection.keys), int)
        self._former[selection.order] = ranked(selection.score[selection.order])

    def weights(self) -> np.ndarray:
        """The weights of the criteria."""
        return np.array([r.factor.weight for r in self._selection.factors])

    def weighed(self, weights: Union[Sequence[float], np.ndarray]) -> Reweighed:
        """The sites under other weights (0 or more, not all 0; they need not sum to 1). As in the selection only what
        was evaluated counts. Raises InputError.
        """
        given = np.asarray(weights, dtype=float)
        if len(given) != len(self._scores) or not np.isfinite(given).all() or (given < 0).any() or not given.sum():
            raise InputError("criteria_weights_zero")
        total = given @ self._known
        score = np.full(len(total), np.nan)
        np.divide(given @ self._filled, total, out=score, where=total > 0)
        kept = self._selection.order  # ties stay in the order they had
        order = kept[np.argsort(-comparable(score)[kept], kind="stable")]
        return Reweighed(order, score, self._former[order], ranked(score[order]))

    def unbettered(self, one: int, other: int) -> np.ndarray:
        """The kept candidates that no kept one betters in factor `one` without being worse in `other`, best in `one`
        first; those with an unknown score in either are left out.
        """
        rows = self._selection.order[self._known[[one, other]][:, self._selection.order].all(axis=0)]
        first, second = self._scores[one, rows], self._scores[other, rows]
        order = np.lexsort((-second, -first))
        best_before = np.maximum.accumulate(np.concatenate([[-np.inf], second[order][:-1]]))
        alike = np.concatenate([[False], (np.diff(first[order]) == 0) & (np.diff(second[order]) == 0)])
        front = second[order] > best_before
        for at in np.flatnonzero(alike):  # sites alike in both are on the front together
            front[at] = front[at - 1]
        return rows[order[front]]

    def scores(self, factor: int) -> np.ndarray:
        """Scores (0 to 100) of all candidates by one factor."""
        scores: np.ndarray = self._scores[factor]
        return scores
