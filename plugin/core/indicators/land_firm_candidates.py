"""Parcels that may be low-efficiency land, each with its reasons and their numbers; the rules are data."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from ..errors import InputError
from ..json_files import read_json_object
from ..messages import text

if TYPE_CHECKING:
    from .land_firm import ParcelResult


_BY_SHARE = ("tax_share_of_mean", "far_below_limit", "tax_share_of_contract", "investment_share_of_contract")
_BY_TEXT = ("state", "grade")


@dataclass(frozen=True)
class CandidateRule:
    """A rule: `kind` says what is compared, `value` the limit, `values` what a state or grade must be."""

    id: str
    kind: str
    value: float = 0.0
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reason:
    """Why a parcel is listed: a message code and its numbers."""

    rule: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)

    def text(self) -> str:
        """The reason as a sentence."""
        return text(self.code, **self.params)


@dataclass(frozen=True)
class Candidate:
    """A parcel (its position) and its reasons, at least one."""

    parcel: int
    reasons: tuple[Reason, ...]


def read_candidate_rules(path: Path) -> tuple[CandidateRule, ...]:
    """The rules of a file of one's own ({"rules": [...]}); raises InputError for one that could not be applied."""
    rows = read_json_object(path).get("rules")
    if not isinstance(rows, list) or not rows:
        raise InputError("land_firm_rules_none", file=path.name)
    for number, row in enumerate(rows, 1):
        if not _is_rule(row):
            kinds = "、".join((*_BY_SHARE, *_BY_TEXT))
            raise InputError("land_firm_rule", file=path.name, number=number, kinds=kinds)
    return candidate_rules(rows)


def _is_rule(row: Any) -> bool:
    if not isinstance(row, dict) or not isinstance(row.get("id"), str) or not row["id"]:
        return False
    if row.get("kind") in _BY_SHARE:
        value = row.get("value")
        return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < math.inf
    given = row.get("words")
    is_list = isinstance(given, list) and bool(given) and all(isinstance(one, str) and one.strip() for one in given)
    return row.get("kind") in _BY_TEXT and is_list


def candidate_rules(rows: Iterable[dict[str, Any]]) -> tuple[CandidateRule, ...]:
    """The rules as the settings list them."""
    return tuple(CandidateRule(r["id"], r["kind"], r.get("value", 0.0), tuple(r.get("words", ()))) for r in rows)


def candidates(
    results: Sequence["ParcelResult"], mean: Optional[float], rules: Iterable[CandidateRule]
) -> list[Candidate]:
    """Candidates, those with most reasons first. A measure that is not known gives no reason."""
    rules = list(rules)
    found = []
    for at, one in enumerate(results):
        reasons = tuple(r for r in (_reason(one, mean, rule) for rule in rules) if r is not None)
        if reasons:
            found.append(Candidate(at, reasons))
    return sorted(found, key=lambda c: (-len(c.reasons), -results[c.parcel].mu))


def _reason(one: "ParcelResult", mean: Optional[float], rule: CandidateRule) -> Optional[Reason]:
    parcel = one.parcel
    if rule.kind == "tax_share_of_mean":
        return _below(rule, one.tax_per_mu, mean, "land_firm_tax_low")
    if rule.kind == "far_below_limit":
        return _below(rule, parcel.far, parcel.far_limit, "land_firm_far_low")
    if rule.kind == "tax_share_of_contract":
        if one.tax_per_mu is None:  # no taxes of a firm: what the layer states of itself
            return _below(rule, parcel.stated_tax, parcel.contract_tax, "land_firm_stated_tax_low")
        return _below(rule, one.tax_per_mu, parcel.contract_tax, "land_firm_contract_tax_low")
    if rule.kind == "investment_share_of_contract":
        return _below(rule, parcel.investment, parcel.contract_investment, "land_firm_investment_low")
    if rule.kind == "state":
        said = next((word for word in rule.values if word in parcel.state), "")
        return Reason(rule.id, "land_firm_state", {"state": parcel.state}) if said else None
    if rule.kind == "grade":
        return Reason(rule.id, "land_firm_grade", {"grade": one.grade}) if one.grade in rule.values else None
    return None


def _below(rule: CandidateRule, value: Optional[float], limit: Optional[float], code: str) -> Optional[Reason]:
    if value is None or not limit or value >= limit * rule.value:
        return None
    share = f"{rule.value:.0%}"
    return Reason(rule.id, code, {"value": f"{value:,.2f}", "limit": f"{limit:,.2f}", "share": share})
