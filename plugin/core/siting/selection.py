"""Candidates against criteria: who is out and why, who is in and how good.

Works on arrays of measurements, one value a candidate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Optional, Union

import numpy as np

from ..land.remarks import Remark
from ..land.rounding import half_up
from ..land.types import Array
from ..messages import joined_texts, text
from ..review.projects import Projects
from .model import (
    ATTRIBUTE,
    AVOID,
    NEAR,
    NEAR_NOT,
    SLOPE,
    WITHIN,
    Constraint,
    Criteria,
    Need,
)
from .removals import removals_of
from .results import ConstraintResult, FactorResult, Measured, Removal
from .scoring import score_of, unknown_far

SAME_DECIMALS = 6  # of a score; beyond, two are the same
UNSCORED = -1.0  # what has no score is compared as


@dataclass
class Selection:
    """The result: `order` lists the kept candidates best first; arrays have one value a candidate."""

    criteria: Criteria
    keys: list[str]
    areas_m2: np.ndarray
    constraints: list[ConstraintResult]
    factors: list[FactorResult]
    kept: np.ndarray
    score: np.ndarray
    evaluated_pct: np.ndarray
    order: np.ndarray
    removals: list[Removal] = field(default_factory=list)
    sensitivity: Any = None  # a Sensitivity, which is worked out from this
    remarks: list[Remark] = field(default_factory=list)

    def reasons(self, index: int) -> list[str]:
        """Every reason why a candidate was rejected."""
        return [r.reason(index) for r in self.constraints if not r.passed[index]]

    def not_evaluated(self, index: int) -> list[str]:
        """What could not be evaluated of a candidate, and why."""
        rows = [(r.constraint.title, r.why, r.evaluated[index]) for r in self.constraints]
        rows += [(r.factor.title, r.why, r.is_complete(index)) for r in self.factors]
        return [text("siting_not_evaluated", title=title, why=why) for title, why, known in rows if not known]

    def unchecked(self) -> list[str]:
        """Titles of the constraints that could not be evaluated of some site that is kept, in the order of the
        criteria: such sites are candidates and nobody recommends them.
        """
        return [r.constraint.title for r in self.constraints if not r.evaluated[self.order].all()]

    def tell_unchecked(self) -> None:
        """Remark, before all others, which demands nobody could check: the headline must not hide them."""
        if len(self.order) and not self.is_checked[self.order].all():
            self.remarks.insert(0, self.headline())

    @property
    def is_checked(self) -> np.ndarray:
        """Mask of the candidates on which every constraint was checked: only those can be recommended."""
        rows = [r.evaluated for r in self.constraints]
        found: np.ndarray = np.logical_and.reduce([np.ones(len(self.keys), bool), *rows])
        return found

    def headline(self) -> Remark:
        """How many sites there are, and of how many of them what was not checked: the same words everywhere."""
        count = len(self.order)
        unchecked = count - int(self.is_checked[self.order].sum())
        params = {"count": count, "titles": "、".join(self.unchecked())}
        if not unchecked:
            return Remark("siting_checked", "", None, {"count": count})
        if unchecked == count:
            return Remark("siting_unchecked", "", None, params)
        return Remark("siting_unchecked_some", "", None, {**params, "unchecked": unchecked})

    def standings(self, rows: Union[Sequence[int], Array]) -> list[str]:
        """Whether each site is recommended or a candidate, in the chosen language."""
        checked, open_ = text("siting_standing_checked"), text("siting_standing_open")
        return [checked if one else open_ for one in self.is_checked[rows]]

    def take(self, rows: np.ndarray) -> "Selection":
        """The Selection of some candidates alone, ranked in the order of `rows`.

        What the constraints remove stays as it is.
        """
        constraints = [
            replace(r, amount=r.amount[rows], evaluated=r.evaluated[rows], passed=r.passed[rows])
            for r in self.constraints
        ]
        factors = [
            replace(
                r,
                raw=r.raw[rows],
                score=r.score[rows],
                contribution=r.contribution[rows],
                share=None if r.share is None else r.share[rows],
            )
            for r in self.factors
        ]
        return replace(
            self,
            keys=[self.keys[i] for i in rows],
            areas_m2=self.areas_m2[rows],
            constraints=constraints,
            factors=factors,
            kept=self.kept[rows],
            score=self.score[rows],
            evaluated_pct=self.evaluated_pct[rows],
            order=np.arange(len(rows)),
            sensitivity=None,
        )

    def ranks(self) -> Array:
        """Rank of each site of `order`: sites with the same score share one, the next counts them all. Without factors
        nothing is ranked, and sites are numbered in their order.
        """
        return ranked(self.score[self.order]) if self.factors else np.arange(1, len(self.order) + 1)

    def tell_ties(self) -> None:
        """Remark that several sites share the first place: the criteria do not tell them apart."""
        scores = np.round(self.score[self.order], SAME_DECIMALS)
        count = int((scores == scores[0]).sum()) if len(scores) else 0
        if count > 1:
            self.remarks.append(Remark("siting_ties", "", None, {"count": count, "score": float(scores[0])}))

    def steps(self) -> str:
        """What each constraint removed, in order, as text: the story of an empty result."""
        return "; ".join(text("siting_step", title=r.title, count=r.removed) for r in self.removals if r.removed)


def comparable(score: Array) -> Array:
    """Scores as they are ranked: sums in another order must not break a tie; what has no score comes last."""
    compared: Array = np.where(np.isnan(score), UNSCORED, np.round(score, SAME_DECIMALS))
    return compared


def ranked(score: Array) -> Array:
    """Rank of each score, 1 for the highest: how many are higher, and one."""
    compared = -comparable(score)
    higher: Array = np.searchsorted(np.sort(compared), compared, side="left")
    return higher + 1


def select(
    criteria: Criteria,
    candidates: Projects,
    measured: Mapping[Need, Measured],
    parcels: bool = True,
    far: Optional[Array] = None,
) -> Selection:
    """Return the Selection.

    `candidates`: projects.Projects; `measured`: {Need: Measured} of `criteria.needs(parcels)`. Without `parcels` the
    constraints that the land was cut by are taken as met. `far`: candidates far from all that the layers hold.
    """
    size = len(candidates)
    constraints = [judge(c, measured[c.need()], candidates.areas_m2) for c in criteria.constraints] if parcels else []
    kept = np.logical_and.reduce([r.passed for r in constraints]) if constraints else np.ones(size, bool)
    factors = [score_of(f, measured[f.need()], candidates.areas_m2) for f in criteria.factors]
    factors = factors if far is None else [unknown_far(result, far) for result in factors]
    score, evaluated = combine(factors, size)
    order = np.flatnonzero(kept)
    order = order[np.argsort(-comparable(score)[order], kind="stable")]
    removals = removals_of(constraints, candidates)
    return Selection(
        criteria, candidates.keys, candidates.areas_m2, constraints, factors, kept, score, evaluated, order, removals
    )


def joined(one: Selection, other: Selection) -> Selection:
    """The Selection of the candidates of two, measured by the same criteria; numbered anew, without constraints."""

    def both(name):
        return np.concatenate([getattr(one, name), getattr(other, name)])

    factors = [
        replace(
            a,
            raw=np.concatenate([a.raw, b.raw]),
            score=np.concatenate([a.score, b.score]),
            contribution=np.concatenate([a.contribution, b.contribution]),
            share=None if a.share is None or b.share is None else np.concatenate([a.share, b.share]),
        )
        for a, b in zip(one.factors, other.factors)
    ]
    names = ("areas_m2", "kept", "score", "evaluated_pct")
    selection = replace(one, factors=factors, **{name: both(name) for name in names})
    selection.keys = [f"S{n:05d}" for n in range(1, len(selection.score) + 1)]
    selection.order = np.argsort(-comparable(selection.score), kind="stable")
    return selection


def combine(factors: Sequence[FactorResult], size: int) -> tuple[np.ndarray, np.ndarray]:
    """(score, evaluated share of the weights in percent); fills the contributions. Only what was evaluated counts."""
    if not factors:
        return np.full(size, np.nan), np.full(size, 100.0)
    weights = np.array([r.factor.weight for r in factors])
    scores = np.array([r.score for r in factors])
    known = ~np.isnan(scores)
    total = (weights[:, None] * known).sum(axis=0)
    shares = np.divide(weights[:, None] * known, total, out=np.zeros_like(scores), where=total > 0)
    contributions = shares * np.nan_to_num(scores)
    for result, contribution in zip(factors, contributions):
        result.contribution = contribution
    spoken = np.array([known[n] if r.share is None else known[n] * r.share for n, r in enumerate(factors)])
    evaluated = (weights[:, None] * spoken).sum(axis=0)
    return np.where(total > 0, contributions.sum(axis=0), np.nan), np.minimum(half_up(evaluated * 100, 4), 100.0)


def judge(constraint: Constraint, measured: Measured, areas: np.ndarray) -> ConstraintResult:
    """ConstraintResult of one constraint."""
    size = len(areas)
    if measured.values is None:
        return ConstraintResult(
            constraint, np.full(size, np.nan), np.zeros(size, bool), np.ones(size, bool), measured.why
        )
    amount = _amount(constraint, measured.values, areas)
    evaluated = ~np.isnan(amount)
    with np.errstate(invalid="ignore"):
        passed = _passes(constraint, amount) | ~evaluated
    if measured.doubt:
        evaluated &= ~passed
    unseen = _unseen(constraint, measured.values)
    amount, evaluated, passed = np.where(unseen, np.nan, amount), evaluated & ~unseen, passed | unseen
    why = measured.doubt or measured.why
    if measured.at_most is not None:
        unsure = _passes(constraint, amount) != _passes(constraint, _amount(constraint, measured.at_most, areas))
        amount = np.where(unsure, np.nan, amount)
        evaluated, passed = evaluated & ~unsure, passed | unsure
        why = joined_texts([why, measured.unclear]) if unsure.any() else why
    return ConstraintResult(constraint, amount, evaluated, passed, why)


def degrees_of(constraint: Constraint) -> float:
    """The upper bound of a slope constraint in degrees; 90 where it has none."""
    if constraint.high is None:
        return 90.0
    return float(np.degrees(np.arctan(constraint.high / 100))) if constraint.unit == "percent" else constraint.high


def _amount(constraint: Constraint, values: Any, areas: np.ndarray) -> np.ndarray:
    if constraint.kind == WITHIN:
        return half_up(np.maximum(areas - values, 0.0), 2)
    if constraint.kind == SLOPE:
        degrees = values.high if constraint.statistic == "max" else values.mean
        return np.tan(np.radians(degrees)) * 100 if constraint.unit == "percent" else degrees
    if constraint.kind == ATTRIBUTE:
        return np.array([np.nan if v is None else float(bool(v)) for v in values])
    return np.asarray(values, dtype=float)


def _unseen(constraint: Constraint, values: Any) -> Array:
    """Mask of the candidates that a raster covers in part, where that part does not tell: were the rest level, they
    would pass.
    """
    share = getattr(values, "share", None) if constraint.kind == SLOPE else None
    if share is None:
        return np.array(False)
    least = replace(values, mean=values.mean * share)
    return (share < 1) & ~np.isnan(values.mean) & _passes(constraint, _amount(constraint, least, share))


def _passes(constraint: Constraint, amount: np.ndarray) -> np.ndarray:
    if constraint.kind in (AVOID, WITHIN):
        return amount <= constraint.tolerance_m2
    if constraint.kind == NEAR_NOT:
        return amount >= constraint.distance_m
    if constraint.kind == NEAR:
        return amount <= constraint.distance_m
    if constraint.kind == ATTRIBUTE:
        return amount == 1
    low = -np.inf if constraint.low is None else constraint.low
    high = np.inf if constraint.high is None else constraint.high
    return (amount >= low) & (amount <= high)
