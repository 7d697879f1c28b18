"""Which of the candidates found are kept: as many as wanted, with the greatest sum of scores, apart from each other."""

from typing import Optional

import numpy as np
import shapely

from .measures import compactness

_PAIRED = 400  # candidates whose distances from each other are all worked out
_NODES = 60_000  # branches looked at; beyond, the best set found until then is taken
_SAME = 1e-6


def pick(sites: np.ndarray, score: np.ndarray, count: int, spacing: float) -> list[int]:
    """Indices of `count` sites that keep `spacing` metres from each other (and never overlap), best first.

    The best first, then the best of what keeps its distance; where another set has a greater sum of scores and can
    be found by a bounded search, that one. Ties go to the more compact, then to the one farther south and west.
    """
    worth = np.where(np.isnan(score), 0.0, np.round(score, 6))
    worth = worth if worth.any() else worth + 1.0  # without scores the more sites the better
    order = _ranked(sites, worth)
    greedy = _greedy(sites, order, count, spacing)
    better = _better(sites, worth, order, greedy, (count, spacing))
    return greedy if better is None else better


def tied(score: np.ndarray, chosen: list[int]) -> int:
    """Number of candidates left out that have the score of the last one chosen."""
    if not chosen or np.isnan(score[chosen]).any():
        return 0
    last = score[chosen].min()
    return int((np.abs(score - last) < _SAME).sum() - (np.abs(score[chosen] - last) < _SAME).sum())


def _ranked(sites: np.ndarray, worth: np.ndarray) -> np.ndarray:
    centre = shapely.get_coordinates(shapely.centroid(sites))
    return np.lexsort((centre[:, 0], centre[:, 1], -np.round(compactness(sites), 6), -worth))


def _greedy(sites: np.ndarray, order: np.ndarray, count: int, spacing: float) -> list[int]:
    chosen: list[int] = []
    for index in order:
        if len(chosen) == count:
            break
        if not chosen or not _too_close(sites[chosen], sites[index], spacing).any():
            chosen.append(int(index))
    return chosen


def _too_close(others: np.ndarray, site: shapely.Geometry, spacing: float) -> np.ndarray:
    if spacing > 0:
        return shapely.dwithin(others, site, spacing)
    near = shapely.intersects(others, site)
    near[near] = shapely.area(shapely.intersection(others[near], site)) > 0
    return near


def _better(sites, worth, order, greedy, wanted) -> Optional[list[int]]:
    """A set that is worth more than the greedy one; None where there is none or too many could be."""
    count, spacing = wanted
    bar = worth[greedy].sum() + _SAME
    best = np.sort(worth)[::-1][: count - 1].sum()
    rows = order[worth[order] + best > bar]
    if not 1 < len(rows) <= _PAIRED:
        return None
    apart = np.array([~_too_close(sites[rows], sites[row], spacing) for row in rows])
    found = _Branches(worth[rows], apart, count, bar).search()
    return [int(rows[at]) for at in found] if found else None


class _Branches:
    """Branch and bound over candidates in falling worth; `apart[i, j]`: whether two of them may stand together."""

    def __init__(self, worth: np.ndarray, apart: np.ndarray, count: int, bar: float) -> None:
        self._worth, self._apart, self._count, self._bar = worth, apart, count, bar
        self._best: list[int] = []

    def search(self) -> list[int]:
        """Positions of the best set above the bar, best first; empty where none is found."""
        waiting: list[tuple[list[int], float, np.ndarray]] = [([], 0.0, np.ones(len(self._worth), dtype=bool))]
        for _ in range(_NODES):
            if not waiting:
                break
            taken, worth, open_ = waiting.pop()
            rows = np.flatnonzero(open_)
            more = self._count - len(taken)
            if worth > self._bar:
                self._best, self._bar = taken, worth + _SAME
            if not more or not len(rows) or worth + self._worth[rows[:more]].sum() <= self._bar:
                continue
            first = rows[0]
            without = open_.copy()
            without[first] = False
            waiting.append((taken, worth, without))
            waiting.append(([*taken, int(first)], worth + self._worth[first], without & self._apart[first]))
        return self._best
