"""TOPSIS beside the weighted sum: how near a site is to the best and how far from the worst that was met.

Hwang and Yoon (1981): scores are divided by the length of their column, weighted, and the closeness is the distance
from the worst point over the sum of both distances. Here all factors are scores of 0 to 100, the more the better.
"""

from dataclasses import dataclass

import numpy as np

from .selection import Selection


@dataclass
class Topsis:
    """`closeness` 0-1 of each site of `Selection.order`, NaN where a factor is unknown; `rank` 1 for the best, sites
    alike share one, 0 where the closeness is unknown.
    """

    closeness: np.ndarray
    rank: np.ndarray


def topsis(selection: Selection) -> Topsis:
    """Return the Topsis of the sites that were kept, in their order."""
    rows = selection.order
    scores = np.array([r.score[rows] for r in selection.factors], dtype=float).reshape(-1, len(rows)).T
    weights = np.array([r.factor.weight for r in selection.factors])
    known = ~np.isnan(scores).any(axis=1) if len(weights) else np.zeros(len(rows), dtype=bool)
    closeness = np.full(len(rows), np.nan)
    closeness[known] = _closeness(scores[known], weights) if known.any() else np.nan
    rank = np.zeros(len(rows), dtype=int)
    rounded = np.round(closeness[known], 9)
    rank[known] = 1 + (rounded[None, :] > rounded[:, None]).sum(axis=1)
    return Topsis(closeness, rank)


def _closeness(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """1 where all sites are alike."""
    length = np.linalg.norm(scores, axis=0)
    weighted = np.divide(scores, length, out=np.zeros_like(scores), where=length > 0) * weights
    best, worst = weighted.max(axis=0), weighted.min(axis=0)
    up, down = np.linalg.norm(weighted - best, axis=1), np.linalg.norm(weighted - worst, axis=1)
    return np.divide(down, up + down, out=np.ones(len(scores)), where=up + down > 0)
