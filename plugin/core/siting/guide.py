"""How good places are by the distances that criteria score: an estimate for points, before any site is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from .measures import Nearest
from .values import ValueFunction


@dataclass
class Guided:
    """One factor of distance: `nearest` knows its features."""

    weight: float
    value: ValueFunction
    nearest: Nearest


class Guide:
    """Scores of places by the factors that a point can tell; the others are left to the measuring of sites."""

    def __init__(self, factors: Sequence[Guided]) -> None:
        self._factors = list(factors)

    def __bool__(self) -> bool:
        return bool(self._factors)

    def scores(self, xy: np.ndarray, half: float) -> np.ndarray:
        """One number a place; `half`: metres from the middle of a site to its edge, from which distances count."""
        points = shapely.points(xy)
        total = np.zeros(len(points))
        for factor in self._factors:
            metres = np.maximum(factor.nearest.metres(points) - half, 0.0)
            total += factor.weight * factor.value(np.where(np.isinf(metres), np.finfo(float).max / 1e6, metres))
        return total


def best_of_each(xy: np.ndarray, scores: np.ndarray, cell: float, quota: int) -> np.ndarray:
    """Positions of all places, best first, after the `quota` best of every cell the next ones: one high place must
    not hide the others.
    """
    keys = np.floor(xy / cell).astype(np.int64)
    _, number = np.unique(keys, axis=0, return_inverse=True)
    number = number.reshape(-1)
    order = np.lexsort((-scores, number))
    starts = np.flatnonzero(np.diff(number[order], prepend=-1))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    return np.lexsort((np.arange(len(xy)), -scores, rank // quota))
