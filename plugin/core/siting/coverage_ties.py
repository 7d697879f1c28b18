"""Places that would serve as much as one that was chosen: the figures do not tell them apart."""

from typing import Optional

import numpy as np

from .coverage import Coverage, Placement

_MOST = 20_000_000  # pairs x chosen: beyond that nobody waits for it
_SAME = 1e-9


def equal_places(problem: Coverage, placement: Placement) -> tuple[int, Optional[tuple[int, int]]]:
    """(how many candidates could take the place of a chosen one and serve as much, the first such pair as chosen and
    other); for places that serve within a reach."""
    chosen = placement.chosen.tolist()
    if not np.isfinite(problem.reach_m) or problem.distance.size * len(chosen) > _MOST:
        return 0, None
    within = problem.distance <= problem.reach_m
    taken = np.zeros(within.shape[1], dtype=bool)
    taken[[*chosen, *problem.fixed.tolist()]] = True
    others: set[int] = set()
    first: Optional[tuple[int, int]] = None
    for one in chosen:
        rest = [column for column in np.flatnonzero(taken) if column != one]
        open_rows = ~within[:, rest].any(axis=1)
        gains = problem.weight[open_rows] @ within[open_rows]
        equal = np.flatnonzero((np.abs(gains - gains[one]) <= _SAME * max(gains[one], 1.0)) & ~taken)
        if len(equal) and gains[one] > 0:
            first = first or (one, int(equal[0]))
            others.update(equal.tolist())
    return len(others), first
