"""What each constraint removes, alone and in the order of the criteria."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..land.rounding import half_up
from ..messages import message
from ..review.projects import Projects
from .results import ConstraintResult, Removal
from .shared_land import shared_land


def removals_of(constraints: Sequence[ConstraintResult], candidates: Projects) -> list[Removal]:
    """One Removal a constraint; land of candidates that lie on one another counts once."""
    if not constraints:  # of a search: shapes that are tried lie on one another by thousands
        return []
    rows: list[Removal] = []
    left, land = np.ones(len(candidates), bool), shared_land(candidates)
    before = land.total(left)
    for result in constraints:
        out = ~result.passed
        gone, left = left & out, left & ~out
        alone, remaining = land.total(out), land.total(left)
        removed, before = float(half_up(max(before - remaining, 0.0), 2)), remaining
        row = Removal(result.constraint.id, result.constraint.title, alone, removed, remaining)
        row.alone, row.removed, row.remaining = (int(mask.sum()) for mask in (out, gone, left))
        rows.append(replace(row, evaluated=bool(result.evaluated.any()), why=result.why, note=_partly(result)))
    return rows


def _partly(result: ConstraintResult) -> str:
    """Of how many candidates it could not be told whether they are met, where it could of others."""
    unknown = int((~result.evaluated).sum())
    if not 0 < unknown < len(result.evaluated):
        return ""
    return message("siting_removal_partly", count=unknown, total=len(result.evaluated), why=result.why)
