"""Scores of firms by a scheme: each measure against its benchmark, weighted; grades by rank. Schemes are data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

from ...paths import RESOURCES
from ..errors import InputError
from ..json_files import read_json_object
from ..land.rounding import MU_PER_M2
from ..messages import language
from .land_firm_model import Firm

_FILE = RESOURCES / "monitoring" / "per_mu_schemes.json"
_WAN_MEASURES = frozenset(("tax", "output", "added", "research"))  # counted in ten thousand yuan
ABOVE, BELOW = "above", "below"


@dataclass(frozen=True)
class SchemeIndicator:
    """A quotient with its weight; `benchmark` None: the mean of the class in the run."""

    id: str
    title: str
    numerator: str
    denominator: str
    weight: float
    benchmark: Optional[float]
    unit: str


@dataclass(frozen=True)
class Scheme:
    """`classes`: {"above" / "below" scale: indicators}; `bands`: (grade, up to this share of the rank); `cap`: a
    measure scores at most so many times its weight, None for no limit."""

    id: str
    title: str
    source: str
    confidence: str
    classes: Mapping[str, tuple[SchemeIndicator, ...]]
    bands: tuple[tuple[str, float], ...]
    bands_confidence: str
    cap: Optional[float] = None


@dataclass(frozen=True)
class ScoredFirm:
    """A firm's score; None, and which measures lack, where it cannot be told. `values`: by the class's indicators."""

    firm: int
    firm_class: str
    mu: float
    tax_per_mu: Optional[float]
    values: tuple[Optional[float], ...]
    score: Optional[float]
    missing: tuple[str, ...]
    grade: str


def schemes() -> list[Scheme]:
    """The schemes that the plugin brings."""
    data = read_json_object(_FILE)
    bands = tuple((str(g), float(s)) for g, s in data["bands"])
    return [
        Scheme(
            one["id"],
            one["title"].get(language(), one["id"]),
            one["source"],
            one["confidence"],
            {name: tuple(map(_indicator, listed)) for name, listed in one["classes"].items()},
            bands,
            data["bands_confidence"],
            one["cap"],
        )
        for one in data["schemes"]
    ]


def scheme_of(name: str) -> Scheme:
    """A scheme by its id; InputError for an unknown one."""
    known = {scheme.id: scheme for scheme in schemes()}
    if name not in known:
        raise InputError("land_firm_scheme", name=name, names="、".join(known))
    return known[name]


def _indicator(row: Mapping[str, Any]) -> SchemeIndicator:
    benchmark = row["benchmark"]
    return SchemeIndicator(
        row["id"], row["zh"], row["numerator"], row["denominator"], float(row["weight"]),
        None if benchmark is None else float(benchmark), row["unit"],
    )  # fmt: skip


def score(
    firms: Sequence[Firm], sums: Mapping[int, Mapping[str, float]], land: Mapping[int, float], scheme: Scheme
) -> list[ScoredFirm]:
    """A ScoredFirm for each firm that has land, in order of firms. `land`: m² a firm uses; `sums`: its measures."""
    found = []
    for name in (ABOVE, BELOW):
        class_firms = [
            n for n in sorted(land) if firms[n].is_above is not None and firms[n].is_above == (name == ABOVE)
        ]
        found += _of_class(class_firms, name, (firms, sums, land), scheme)
    unknown = [n for n in sorted(land) if firms[n].is_above is None]
    found += [_unclassed(n, sums, land) for n in unknown]
    return sorted(found, key=lambda one: one.firm)


def _of_class(class_firms: list[int], name: str, given: Any, scheme: Scheme) -> list[ScoredFirm]:
    firms, sums, land = given
    indicators = scheme.classes[name]
    values = {n: tuple(_value(i, sums.get(n, {}), land[n]) for i in indicators) for n in class_firms}
    benchmarks = [i.benchmark if i.benchmark is not None else _mean(i, class_firms, sums, land) for i in indicators]
    scores = {n: _score(values[n], indicators, benchmarks, scheme.cap) for n in class_firms}
    ranked = {n: s for n, s in scores.items() if s is not None and not firms[n].exempt}
    grades = _grades(ranked, scheme.bands)
    return [
        ScoredFirm(
            n, name, land[n] * MU_PER_M2, _tax_per_mu(sums.get(n, {}), land[n]), values[n], scores[n],
            tuple(i.title for i, v in zip(indicators, values[n]) if v is None), grades.get(n, ""),
        )
        for n in class_firms
    ]  # fmt: skip


def _unclassed(n: int, sums: Mapping[int, Mapping[str, float]], land: Mapping[int, float]) -> ScoredFirm:
    return ScoredFirm(n, "", land[n] * MU_PER_M2, _tax_per_mu(sums.get(n, {}), land[n]), (), None, (), "")


def _tax_per_mu(amounts: Mapping[str, float], m2: float) -> Optional[float]:
    return _measure("tax", amounts, m2) / (m2 * MU_PER_M2) if "tax" in amounts and m2 > 0 else None


def _measure(name: str, amounts: Mapping[str, float], m2: float) -> float:
    if name == "mu":
        return m2 * MU_PER_M2
    return amounts[name] / 10_000 if name in _WAN_MEASURES else amounts[name]


def _value(indicator: SchemeIndicator, amounts: Mapping[str, float], m2: float) -> Optional[float]:
    for name in (indicator.numerator, indicator.denominator):
        if name != "mu" and name not in amounts:
            return None
    below = _measure(indicator.denominator, amounts, m2)
    return _measure(indicator.numerator, amounts, m2) / below if below > 0 else None


def _mean(indicator: SchemeIndicator, class_firms: Sequence[int], sums: Any, land: Any) -> Optional[float]:
    """Sum over sum of the class's firms that have both measures."""
    known = [n for n in class_firms if _value(indicator, sums.get(n, {}), land[n]) is not None]
    below = sum(_measure(indicator.denominator, sums.get(n, {}), land[n]) for n in known)
    above = sum(_measure(indicator.numerator, sums.get(n, {}), land[n]) for n in known)
    return above / below if below > 0 and above > 0 else None


def _score(
    values: Sequence[Optional[float]], indicators: Sequence[SchemeIndicator], benchmarks: Sequence[Optional[float]],
    cap: Optional[float],
) -> Optional[float]:  # fmt: skip
    total = 0.0
    for value, indicator, benchmark in zip(values, indicators, benchmarks):
        if value is None or not benchmark:
            return None
        ratio = max(value / benchmark, 0.0)
        total += indicator.weight * (ratio if cap is None else min(ratio, cap))
    return total


def _grades(ranked: Mapping[int, float], bands: Sequence[tuple[str, float]]) -> dict[int, str]:
    """The grade of each firm by its rank among all; equal scores have the rank of the best of them."""
    ordered = sorted(ranked, key=lambda n: -ranked[n])
    grades: dict[int, str] = {}
    rank = 0
    for at, n in enumerate(ordered, 1):
        if at == 1 or ranked[n] != ranked[ordered[at - 2]]:
            rank = at
        grades[n] = next(grade for grade, share in bands if (rank - 1) / len(ordered) < share - 1e-12)
    return grades
