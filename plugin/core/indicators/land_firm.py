"""Taxes and output of firms brought to the land they use: shares that sum to what was paid, per-mu results."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Optional

import numpy as np

from ..land.rounding import MU_PER_M2, closed, half_up
from .land_firm_candidates import Candidate, CandidateRule, candidates
from .land_firm_match import MatchRules, match
from .land_firm_model import Firm, FirmYear, Lease, Matching, Parcel, Tie
from .land_firm_scores import Scheme, ScoredFirm, score

WAN = 10_000.0


@dataclass
class ParcelResult:
    """A parcel with what its firms paid and made there, yuan; None where no firm is tied or nothing is known."""

    parcel: Parcel
    firms: int = 0
    tax: Optional[float] = None
    output: Optional[float] = None
    previous_tax: Optional[float] = None
    grade: str = ""

    @property
    def mu(self) -> float:
        return self.parcel.area_m2 * MU_PER_M2

    @property
    def tax_per_mu(self) -> Optional[float]:
        """Ten thousand yuan a mu."""
        return None if self.tax is None or not self.mu else self.tax / WAN / self.mu

    @property
    def output_per_mu(self) -> Optional[float]:
        """Ten thousand yuan a mu."""
        return None if self.output is None or not self.mu else self.output / WAN / self.mu


@dataclass(frozen=True)
class TieTax:
    """A tie with the taxes that go over it, yuan; None where the firm has no taxes of the year."""

    tie: Tie
    tax: Optional[float]


@dataclass
class TaxBalance:
    """Taxes of the year, yuan: all that was read, on land, of firms without land, of rows that name no firm."""

    read: float = 0.0
    placed: float = 0.0
    firms_without_land: float = 0.0
    rows_without_firm: float = 0.0

    @property
    def gap(self) -> float:
        return float(half_up(self.read - self.placed - self.firms_without_land - self.rows_without_firm))


@dataclass
class LandFirmInput:
    """What is matched: `years`: FirmYears of all years given."""

    parcels: Sequence[Parcel]
    firms: Sequence[Firm]
    leases: Iterable[Lease]
    years: Sequence[FirmYear]


@dataclass(frozen=True)
class LandFirmRules:
    """How it is done."""

    match: MatchRules
    scheme: Scheme
    candidates: tuple[CandidateRule, ...]
    year: int


@dataclass
class LandFirmTax:
    """What a run came to; `mean_tax_per_mu`: of the parcels whose tax is known, ten thousand yuan."""

    year: int
    parcels: list[ParcelResult]
    matching: Matching
    ties: list[TieTax]
    scores: list[ScoredFirm]
    balance: TaxBalance
    candidates: list[Candidate] = field(default_factory=list)
    mean_tax_per_mu: Optional[float] = None


def land_firm_tax(given: LandFirmInput, rules: LandFirmRules) -> LandFirmTax:
    """The LandFirmTax of a year."""
    matching = match(given.firms, given.parcels, given.leases, rules.match)
    sums = _sums(given.years, rules.year)
    placed, balance = _placed(matching.ties, sums, "tax")
    balance.rows_without_firm = _total(given.years, rules.year, "tax", False)
    balance.read = float(half_up(balance.rows_without_firm + _total(given.years, rules.year, "tax", True)))
    output, _ = _placed(matching.ties, sums, "output")
    previous, _ = _placed(matching.ties, _sums(given.years, rules.year - 1), "tax")
    land: defaultdict[int, float] = defaultdict(float)
    for tie in matching.ties:
        land[tie.firm] += tie.area_m2
    scores = score(given.firms, sums, land, rules.scheme)
    results = _results(given.parcels, matching.ties, (placed, output, previous), scores)
    known = [r for r in results if r.tax is not None]
    area = sum(r.mu for r in known)
    mean = sum(r.tax or 0.0 for r in known) / WAN / area if area else None
    ties = [TieTax(tie, tax) for tie, tax in zip(matching.ties, placed)]
    found = candidates(results, mean, rules.candidates)
    return LandFirmTax(rules.year, results, matching, ties, scores, balance, found, mean)


Sums = dict[int, dict[str, float]]


def _sums(years: Iterable[FirmYear], year: int) -> Sums:
    """{firm: {measure: sum}} of a year."""
    found: Sums = {}
    for one in years:
        if one.year == year and one.firm >= 0:
            firm_sums = found.setdefault(one.firm, {})
            for name, value in one.amounts.items():
                firm_sums[name] = firm_sums.get(name, 0.0) + value
    return found


def _total(years: Iterable[FirmYear], year: int, name: str, of_firms: bool) -> float:
    rows = (y for y in years if y.year == year and (y.firm >= 0) == of_firms)
    return float(half_up(sum(row.amounts.get(name, 0.0) for row in rows)))


def _placed(ties: Sequence[Tie], sums: Sums, name: str) -> tuple[list[Optional[float]], TaxBalance]:
    """The part of a measure that goes over each tie, in cents that sum to the firm's whole."""
    firms = sorted({tie.firm for tie in ties if name in sums.get(tie.firm, {})})
    place = {firm: at for at, firm in enumerate(firms)}
    wholes = half_up(np.array([sums[firm][name] for firm in firms], dtype=float))
    rows = [n for n, tie in enumerate(ties) if tie.firm in place]
    group = np.array([place[ties[n].firm] for n in rows], dtype=int)
    parts = np.array([ties[n].share for n in rows], dtype=float)
    result: list[Optional[float]] = [None] * len(ties)
    if rows:
        sizes = closed(parts * np.abs(wholes)[group], group, np.abs(wholes)) * np.sign(wholes)[group]
        for row, value in zip(rows, sizes.tolist()):
            result[row] = value
    balance = TaxBalance(placed=float(half_up(sum(v for v in result if v is not None))))
    rest = sum(amounts[name] for firm, amounts in sums.items() if firm not in place and name in amounts)
    balance.firms_without_land = float(half_up(rest))
    return result, balance


def _results(
    parcels: Sequence[Parcel], ties: Sequence[Tie], parts: tuple[Sequence[Optional[float]], ...],
    scores: Sequence[ScoredFirm],
) -> list[ParcelResult]:  # fmt: skip
    results = [ParcelResult(parcel) for parcel in parcels]
    largest: dict[int, float] = {}
    grades = {one.firm: one.grade for one in scores}
    for tie, tax, output, previous in zip(ties, *parts):
        one = results[tie.parcel]
        one.firms += 1
        one.tax = _added(one.tax, tax)
        one.output = _added(one.output, output)
        one.previous_tax = _added(one.previous_tax, previous)
        if tie.area_m2 > largest.get(tie.parcel, -1.0):
            largest[tie.parcel] = tie.area_m2
            one.grade = grades.get(tie.firm, "")
    return results


def _added(one: Optional[float], other: Optional[float]) -> Optional[float]:
    if other is None:
        return one
    return float(half_up((one or 0.0) + other))
