"""What each constraint removes, alone and in the order of the criteria."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..land.rounding import half_up
from ..messages import message
from .results import ConstraintResult, Removal


def removals_of(constraints: Sequence[ConstraintResult], areas: np.ndarray) -> list[Removal]:
    """One Removal a constraint."""
    rows, left = [], np.ones(len(areas), bool)
    for result in constraints:
        out = ~result.passed
        gone, left = left & out, left & ~out
        alone, removed, remaining = (float(half_up(areas[mask].sum(), 2)) for mask in (out, gone, left))
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
