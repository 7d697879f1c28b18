"""Which land a firm uses: by ownership and lease, else by its address, else by where it lies.

The land of a parcel is given out once: leases take what they let, the rest is shared by the others who are there.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np
import shapely

from ..land.pieces import objects
from .land_firm_model import Firm, Lease, Matching, Parcel, Tie, Tying, Why
from .land_firm_names import address_key, firm_name, usable_code

OWNER, LEASE, ADDRESS, PLACE = "owner", "lease", "address", "place"
ORDER = (OWNER, LEASE, ADDRESS, PLACE)


@dataclass(frozen=True)
class MatchRules:
    """`order`: which signs are asked, in this order (owner and lease are taken together); `same`: legal forms that
    mean the same; `address_most`: an address of more parcels tells nothing; `is_right(code)`: whether a code passes its
    check."""

    is_right: Callable[[str], bool]
    order: tuple[str, ...] = ORDER
    same: tuple[tuple[str, str], ...] = ()
    address_most: int = 3
    year: int = 2026


class _Register:
    """Firms by code and name."""

    def __init__(self, firms: Sequence[Firm], rules: MatchRules, found: Matching) -> None:
        self.firms, self._rules = firms, rules
        self.codes: dict[str, int] = {}
        self.names: defaultdict[str, list[int]] = defaultdict(list)
        self.valid: set[int] = set()
        for number, firm in enumerate(firms):
            code = usable_code(firm.code)
            is_valid = bool(code) and rules.is_right(code)
            if code and not is_valid:
                found.bad_codes.append(number)
            if is_valid and code in self.codes:
                found.doubled.append(number)
                continue
            if is_valid:
                self.codes[code] = number
                self.valid.add(number)
            self.names[firm_name(firm.name, rules.same)].append(number)

    def look_up(self, code: str, name: str) -> tuple[Optional[int], Optional[Tying], Optional[Why]]:
        """(firm, how, why not) of a code and name as a register or a lease gives them."""
        code = usable_code(code)
        if code in self.codes:
            return self.codes[code], Tying.OWNER_CODE, None
        named = self.names.get(firm_name(name, self._rules.same), []) if name else []
        if code and self._rules.is_right(code) and any(n in self.valid for n in named):
            return None, None, Why.CODE_CONFLICT  # the same name, and both codes are right: two firms
        if len(named) > 1:
            return None, None, Why.AMBIGUOUS_NAME
        return (named[0], Tying.OWNER_NAME, None) if named else (None, None, None)

    def named(self, name: str) -> list[int]:
        return self.names.get(firm_name(name, self._rules.same), [])


@dataclass
class _Found:
    """Ties before land is given out: {(firm, parcel): how}, and the m² of leases."""

    ties: dict[tuple[int, int], Tying]
    let: dict[tuple[int, int], Optional[float]]
    let_away: defaultdict[int, float]  # parcel: m² let to tenants that the list of firms lacks
    doubts: dict[int, Why]


def match(firms: Sequence[Firm], parcels: Sequence[Parcel], leases: Iterable[Lease], rules: MatchRules) -> Matching:
    """The Matching of all firms."""
    result = Matching()
    register = _Register(firms, rules, result)
    found = _Found({}, {}, defaultdict(float), {})
    asked = [step for step in rules.order if step in ORDER]
    legal_done = False
    for step in asked:
        tied = {firm for firm, _ in found.ties}
        if step in (OWNER, LEASE):
            if not legal_done:
                if LEASE in asked:
                    _by_leases(parcels, leases, register, rules, (found, result))
                if OWNER in asked:
                    _by_owners(parcels, register, found)
            legal_done = True
        elif step == ADDRESS:
            _by_address(firms, parcels, tied, rules, found)
        else:
            _by_place(firms, parcels, tied, found)
    result.ties = _given_out(parcels, found, result)
    tied, doubled = {tie.firm for tie in result.ties}, set(result.doubled)
    for number in range(len(firms)):
        if number not in tied and number not in doubled:
            result.unmatched[number] = found.doubts.get(number, Why.NO_TIE)
    return result


def _by_owners(parcels: Sequence[Parcel], register: _Register, found: _Found) -> None:
    for at, parcel in enumerate(parcels):
        if not parcel.owner and not parcel.owner_code:
            continue
        firm, how, why = register.look_up(parcel.owner_code, parcel.owner)
        if firm is not None and how is not None:
            found.ties.setdefault((firm, at), how)
        elif why is not None:
            for number in register.named(parcel.owner):
                found.doubts[number] = why


def _by_leases(
    parcels: Sequence[Parcel], leases: Iterable[Lease], register: _Register, rules: MatchRules,
    into: tuple[_Found, Matching],
) -> None:  # fmt: skip
    found, result = into
    places = {parcel.id: at for at, parcel in enumerate(parcels)}
    for lease in leases:
        if not lease.runs_in(rules.year):
            continue
        at = places.get(lease.parcel)
        if at is None:
            result.leases_without_parcel += 1
            continue
        firm, _, _ = register.look_up(lease.code, lease.name)
        if firm is None:
            result.leases_without_firm += 1
            found.let_away[at] += lease.area_m2 or 0.0
            continue
        found.ties[firm, at] = Tying.LEASE
        before = found.let.get((firm, at))
        found.let[firm, at] = lease.area_m2 if before is None else before + (lease.area_m2 or 0.0)


def _by_address(
    firms: Sequence[Firm], parcels: Sequence[Parcel], tied: set[int], rules: MatchRules, found: _Found
) -> None:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for at, parcel in enumerate(parcels):
        key = address_key(parcel.address) if parcel.address else ""
        if key:
            places[key].append(at)
    for number, firm in enumerate(firms):
        key = address_key(firm.address) if firm.address and number not in tied else ""
        here = places.get(key, []) if key else []
        if len(here) > rules.address_most:
            found.doubts[number] = Why.AMBIGUOUS_ADDRESS
        else:
            found.ties.update({(number, at): Tying.ADDRESS for at in here})


def _by_place(firms: Sequence[Firm], parcels: Sequence[Parcel], tied: set[int], found: _Found) -> None:
    here = [n for n, firm in enumerate(firms) if firm.point is not None and n not in tied]
    shapes = objects([parcel.geometry for parcel in parcels])
    if not here or not len(shapes):
        return
    points = shapely.points(np.array([firms[n].point for n in here], dtype=float))
    one, other = shapely.STRtree(shapes).query(points, predicate="intersects")
    first: dict[int, int] = {}
    for point, at in zip(one.tolist(), other.tolist()):  # a point on a shared edge belongs to the first parcel
        first[point] = min(first.get(point, at), at)
    found.ties.update({(here[point], at): Tying.PLACE for point, at in first.items()})


def _given_out(parcels: Sequence[Parcel], found: _Found, result: Matching) -> list[Tie]:
    by_parcel: defaultdict[int, list[int]] = defaultdict(list)
    for firm, at in found.ties:
        by_parcel[at].append(firm)
    areas: dict[tuple[int, int], float] = {}
    for at, users in by_parcel.items():
        parcel_m2 = parcels[at].area_m2
        let = {firm: found.let[firm, at] for firm in users if found.let.get((firm, at)) is not None}
        total = sum(value or 0.0 for value in let.values()) + found.let_away[at]
        factor = parcel_m2 / total if total > parcel_m2 else 1.0
        if total > parcel_m2 * 1.0001:
            result.overlet.append(at)
        others = [firm for firm in users if firm not in let]
        rest = max(parcel_m2 - total * factor, 0.0)
        areas.update({(firm, at): (value or 0.0) * factor for firm, value in let.items()})
        areas.update({(firm, at): rest / len(others) for firm in others})
    return _shared(found, areas)


def _shared(found: _Found, areas: dict[tuple[int, int], float]) -> list[Tie]:
    """Ties with the part of each firm's taxes: by the land it uses, in equal parts where it uses none that is known."""
    sums: defaultdict[int, float] = defaultdict(float)
    counts: defaultdict[int, int] = defaultdict(int)
    for (firm, _), area in areas.items():
        sums[firm] += area
        counts[firm] += 1
    return [
        Tie(firm, at, found.ties[firm, at], area, area / sums[firm] if sums[firm] > 0 else 1 / counts[firm])
        for (firm, at), area in sorted(areas.items())
    ]
