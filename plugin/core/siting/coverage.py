"""Where to put facilities: the p-median and the maximal covering problem, and how far from the best an answer may be.

Both choose a number of candidates so that the sum over all demand of the benefit of its best chosen candidate is
largest (Church & ReVelle 1974 for covering; Hakimi 1964 and ReVelle & Swain 1970 for the median). The way: greedy,
then interchanges (Teitz & Bart 1968), a bound from the Lagrangian dual (Cornuejols, Fisher & Nemhauser 1977), and an
enumeration that the bound prunes. Small problems end proven; of others the gap to the bound is told.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Optional

import numpy as np

from ..errors import InputError
from ..land.types import Array
from ..threads import Feedback, raise_if_cancelled

MOST_CELLS = 20_000_000  # demand x candidates: 160 MB of benefits
_ROUNDS = 60  # of interchanges
_STEPS = 400  # of the dual descent
_PATIENCE = 12  # steps without a better bound until they are halved
_SMALLEST_STEP = 1e-3
_NEAR_BEST = 0.97  # of the best value: a set from the dual that is worth interchanging
_LEAVES = 20_000  # sets that the enumeration may look at
_SAME = 1e-9


class Objective(str, Enum):
    """What the chosen places shall do."""

    COVER = "cover"  # most demand within the reach
    MEDIAN = "median"  # least sum of demand x distance


@dataclass(frozen=True)
class Coverage:
    """A problem. `distance`: demand x candidates, metres, infinite where there is no way; `weight`: of each demand
    (people, households), 0 or more; `fixed`: columns of facilities that are there already; `reach_m`: how far a
    facility serves (COVER), and beyond which nobody counts as served (MEDIAN; infinite: everybody counts)."""

    distance: Array
    weight: Array
    reach_m: float = np.inf
    fixed: Array = field(default_factory=lambda: np.zeros(0, int))


@dataclass(frozen=True)
class Placement:
    """An answer. `chosen`: columns, the one that adds most first; `value`: demand served (COVER) or demand x metres
    (MEDIAN, of the demand that can be reached at all); `bound`: what no choice can better; `proven`: none is better.
    `nearest`: the column that serves each demand, -1 for none within the reach; `metres`: how far the nearest facility
    is, served or not, infinite where there is no way."""

    chosen: Array
    value: float
    bound: float
    proven: bool
    nearest: Array
    metres: Array

    @property
    def gap_pct(self) -> float:
        """How far at most the value is from the best one, per cent of the bound."""
        return 0.0 if self.proven or not self.bound else abs(self.bound - self.value) / abs(self.bound) * 100


def check_size(demand: int, candidates: int) -> None:
    """Raise InputError where there are more pairs than memory is for."""
    if demand * candidates > MOST_CELLS:
        raise InputError("coverage_too_large", demand=demand, candidates=candidates, most=MOST_CELLS)


def place(problem: Coverage, number: int, objective: Objective, feedback: Optional[Feedback] = None) -> Placement:
    """Choose `number` candidates. Raises InputError (too large, nothing to choose, weights below zero), Cancelled."""
    _check(problem, number)
    benefit = _Benefit(problem, objective)
    open_columns = np.setdiff1d(np.arange(problem.distance.shape[1]), problem.fixed)
    number = min(number, len(open_columns))
    search = _Search(benefit, open_columns, number, feedback)
    chosen = search.run()
    nearest, metres = _served(problem, np.concatenate([problem.fixed, chosen]).astype(int))
    value, bound = benefit.stated(benefit.of(chosen)), benefit.stated(search.bound)
    return Placement(chosen, value, value if search.proven else bound, search.proven, nearest, metres)


def place_fewest(problem: Coverage, share_pct: float, feedback: Optional[Feedback] = None) -> tuple[Placement, bool]:
    """The fewest candidates within whose reach `share_pct` per cent of the demand lie, and whether fewer are proven
    not to do. Where even all candidates do not: all that serve anybody.
    """
    _check(problem, 1)
    benefit = _Benefit(problem, Objective.COVER)
    every = np.setdiff1d(np.arange(problem.distance.shape[1]), problem.fixed)
    wanted = min(problem.weight.sum() * share_pct / 100, benefit.of(every)) * (1 - _SAME)
    proven, number = True, benefit.fewest(every, wanted)
    while True:
        found = place(problem, number, Objective.COVER, feedback)
        if found.value >= wanted or number >= len(every):
            return found, proven
        proven &= found.proven or found.bound < wanted
        number += 1


def _check(problem: Coverage, number: int) -> None:
    demand, candidates = problem.distance.shape
    check_size(demand, candidates)
    if not demand or candidates <= len(problem.fixed):
        raise InputError("coverage_nothing")
    if number < 0 or (problem.weight < 0).any() or not np.isfinite(problem.weight).all():
        raise InputError("coverage_weights")
    if np.isnan(problem.distance).any() or (problem.distance < 0).any():
        raise InputError("coverage_distances")


class _Benefit:
    """What each demand gains from each candidate; the best of the facilities that are there is its least."""

    def __init__(self, problem: Coverage, objective: Objective) -> None:
        within = np.isfinite(problem.distance) & (problem.distance <= problem.reach_m)
        self._cost = objective == Objective.MEDIAN
        self._far = float(problem.distance[within].max(initial=0.0))
        if self._cost:
            gain = np.where(within, self._far - np.where(within, problem.distance, 0.0), 0.0)
            self._served = problem.weight[within.any(axis=1)].sum()
        else:
            gain = within.astype(float)
        self.matrix = gain * problem.weight[:, None]
        self.base = self.matrix[:, problem.fixed].max(axis=1, initial=0.0)

    def of(self, columns: Array) -> float:
        best = self.matrix[:, columns].max(axis=1, initial=0.0)
        return float(np.maximum(best, self.base).sum())

    def fewest(self, columns: Array, wanted: float) -> int:
        """How many columns it takes at least: each adds no more than it would alone."""
        alone = np.maximum(self.matrix[:, columns], self.base[:, None]).sum(axis=0) - self.base.sum()
        reached = self.base.sum() + np.concatenate([[0.0], np.cumsum(np.sort(alone)[::-1])])
        return int(np.searchsorted(reached, wanted * (1 - _SAME)))

    def stated(self, total: float) -> float:
        """Benefits as people ask for them: demand served, or demand x metres."""
        return float(self._far * self._served - total) if self._cost else total


class _Search:
    """The search for the best columns; afterwards `bound` and `proven`."""

    def __init__(self, benefit: _Benefit, columns: Array, number: int, feedback: Optional[Feedback]) -> None:
        self._matrix = benefit.matrix[:, columns]
        self._base, self._columns, self._number, self._feedback = benefit.base, columns, number, feedback
        self._best, self._value = np.zeros(0, int), -1.0
        self._tried: set[tuple[int, ...]] = set()
        self.bound, self.proven = np.inf, False

    def run(self) -> Array:
        """The columns chosen, the one that adds most first."""
        self._offer(self._interchanged(self._greedy(self._number)))
        if self._number == len(self._columns):
            self.bound, self.proven = self._value, True
        else:
            self._enumerate(*self._dual())
        return self._columns[self._in_order(self._best)]

    def _value_of(self, chosen: Array) -> float:
        return float(np.maximum(self._matrix[:, chosen].max(axis=1, initial=0.0), self._base).sum())

    def _offer(self, chosen: Array) -> None:
        value = self._value_of(chosen)
        if value > self._value * (1 + _SAME) or self._value < 0:
            self._best, self._value = np.asarray(chosen, int), value

    def _gains(self, covered: Array) -> Array:
        """What each candidate would add to what is covered."""
        gains: Array = np.array([np.maximum(column, covered).sum() for column in self._matrix.T]) - covered.sum()
        return gains

    def _greedy(self, number: int, chosen: Optional[Array] = None) -> Array:
        picked = [] if chosen is None else list(chosen)
        covered = np.maximum(self._matrix[:, picked].max(axis=1, initial=0.0), self._base)
        while len(picked) < number:
            raise_if_cancelled(self._feedback)
            gains = self._gains(covered)
            gains[picked] = -1.0
            picked.append(int(gains.argmax()))
            covered = np.maximum(covered, self._matrix[:, picked[-1]])
        return np.array(picked, int)

    def _in_order(self, chosen: Array) -> Array:
        """The chosen ones, each the one that adds most to those before it."""
        left, ordered = list(chosen), []
        covered = self._base.copy()
        while left:
            gains = [np.maximum(self._matrix[:, c], covered).sum() for c in left]
            ordered.append(left.pop(int(np.argmax(gains))))
            covered = np.maximum(covered, self._matrix[:, ordered[-1]])
        return np.array(ordered, int)

    def _interchanged(self, chosen: Array) -> Array:
        """Give one up and take the best other one, as long as that is better."""
        for _ in range(_ROUNDS):
            before = self._value_of(chosen)
            for place in range(len(chosen)):
                raise_if_cancelled(self._feedback)
                chosen = self._greedy(len(chosen), np.delete(chosen, place))
            if self._value_of(chosen) <= before * (1 + _SAME):
                break
        return chosen

    def _dual(self) -> tuple[Array, float]:
        """(reduced benefits of the candidates, constant) of the best multipliers: with them the benefit of no set is
        above the constant and the reduced benefits of its members.
        """
        prices, step, idle = self._first_prices(), 2.0, 0
        best = self._reduced(prices)
        self.bound = self._bound(*best)
        for _ in range(_STEPS):
            raise_if_cancelled(self._feedback)
            reduced, constant = self._reduced(prices)
            top = np.argpartition(-reduced, self._number - 1)[: self._number] if self._number else np.zeros(0, int)
            bound = self._bound(reduced, constant)
            idle = 0 if bound < self.bound * (1 - 1e-6) else idle + 1
            if bound < self.bound:
                self.bound, best = bound, (reduced, constant)
            if idle >= _PATIENCE:
                step, idle = step / 2, 0
            self._try(top)
            slope = 1.0 - (self._matrix[:, top] > prices[:, None]).sum(axis=1)
            slope[prices <= self._base] = np.minimum(slope[prices <= self._base], 0)
            norm = (slope * slope).sum()
            if self._is_tight() or not norm or step < _SMALLEST_STEP:
                break
            # the price of a demand is at least what it has already
            prices = np.maximum(prices - step * (bound - self._value) / norm * slope, self._base)
        return best

    def _try(self, chosen: Array) -> None:
        """Offer a set; one near the best is worth interchanging, once."""
        key = tuple(np.sort(chosen).tolist())
        if key not in self._tried and self._value_of(chosen) > self._value * _NEAR_BEST:
            self._tried.add(key)
            self._offer(self._interchanged(chosen))

    def _first_prices(self) -> Array:
        """The second best benefit of each demand among the chosen, no less than what it has."""
        own = np.sort(self._matrix[:, self._best], axis=1)
        second = own[:, -2] if own.shape[1] > 1 else np.zeros(len(own))
        return np.maximum(second, self._base)

    def _reduced(self, prices: Array) -> tuple[Array, float]:
        reduced = np.array([np.maximum(column - prices, 0.0).sum() for column in self._matrix.T])
        return reduced, float(prices.sum())

    def _bound(self, reduced: Array, constant: float) -> float:
        return constant + float(np.sort(reduced)[len(reduced) - self._number :].sum())

    def _is_tight(self) -> bool:
        return self.bound <= self._value * (1 + _SAME) + _SAME

    def _enumerate(self, reduced: Array, constant: float) -> None:
        """Look at every set that the bound allows to be better, unless they are too many."""
        order = np.argsort(-reduced, kind="stable")
        sums = np.concatenate([[0.0], np.cumsum(reduced[order])])
        waiting: list[tuple[list[int], float, int]] = [([], constant, 0)]
        leaves = 0
        while waiting:
            chosen, so_far, start = waiting.pop()
            missing = self._number - len(chosen)
            last = len(order) - missing
            if not missing:
                leaves += 1
                self._offer(order[chosen])
                if leaves >= _LEAVES:
                    return
                continue
            raise_if_cancelled(self._feedback)
            nodes = []
            for k in range(start, last + 1):
                if so_far + sums[k + missing] - sums[k] <= self._value * (1 + _SAME) + _SAME:
                    break
                nodes.append(([*chosen, k], so_far + float(reduced[order[k]]), k + 1))
            if len(waiting) + len(nodes) > 50 * _LEAVES:
                return
            waiting += reversed(nodes)
        self.proven = True


def _served(problem: Coverage, columns: Array) -> tuple[Array, Array]:
    """(column that serves each demand, -1 where none is within the reach; metres to the nearest)."""
    if not len(columns):
        return np.full(len(problem.weight), -1), np.full(len(problem.weight), np.inf)
    near = problem.distance[:, columns].argmin(axis=1)
    metres = problem.distance[np.arange(len(near)), columns[near]]
    within = np.isfinite(metres) & (metres <= problem.reach_m)
    return np.where(within, columns[near], -1), metres
