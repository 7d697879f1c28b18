"""All land of two vintages: before + added - removed = after, in every unit as it is printed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..land.rounding import M2_PER_HECTARE, MU_PER_M2, half_up, hectares, mu
from ..messages import message, text
from .comparison import Change, ChangeKind
from .comparison_matrix import Matrix


@dataclass(frozen=True)
class Unit:
    """A unit of areas: how many of it a square metre is, and the digits that are printed."""

    scale: float
    digits: int


MU = Unit(MU_PER_M2, 2)
_UNITS = (Unit(1.0, 2), Unit(1 / M2_PER_HECTARE, 4), MU)
_MOVED = (ChangeKind.ADDED, ChangeKind.REMOVED)
_NOISE = 1e-6  # of a step: what sums of floating numbers miss


@dataclass(frozen=True)
class Amount:
    """An area as it is printed."""

    m2: float
    ha: float
    mu: float

    @classmethod
    def of(cls, m2: float) -> "Amount":
        return cls(float(half_up(m2)), float(hectares(m2)), float(mu(m2)))

    def values(self) -> tuple[float, float, float]:
        return self.m2, self.ha, self.mu

    def __add__(self, other: "Amount") -> "Amount":
        return self._with(other, 1)

    def __sub__(self, other: "Amount") -> "Amount":
        return self._with(other, -1)

    def _with(self, other: "Amount", sign: int) -> "Amount":
        sums = (one + sign * more for one, more in zip(self.values(), other.values()))
        return Amount(*(float(half_up(total, unit.digits)) for total, unit in zip(sums, _UNITS)))


@dataclass(frozen=True)
class Balance:
    """`gap`: what is left over by vintages that overlap themselves and by parcels that are rounded one by one."""

    before: Amount
    added: Amount
    removed: Amount
    gap: Amount
    after: Amount


def balance_of(matrix: Matrix, changes: Sequence[Change]) -> Balance:
    """The Balance of a comparison; hectares and mu that miss by rounding alone are closed in what was added or removed,
    whichever its own rounding allows best."""
    exact = [sum(change.area_m2 for change in changes if change.kind == kind) for kind in _MOVED]
    added, removed = map(Amount.of, exact)
    before = Amount.of(sum(row.before_m2 for row in matrix.net))
    after = Amount.of(sum(row.after_m2 for row in matrix.net))
    gap = after - before - added + removed
    if not gap.m2 and any(exact):
        numbers = zip(_UNITS, before.values(), after.values())
        sums = [_moved([m2 * unit.scale for m2 in exact], new - old, unit.digits) for unit, old, new in numbers]
        (added, removed), gap = (Amount(*values) for values in zip(*sums)), Amount.of(0.0)
    return Balance(before, added, removed, gap, after)


def _moved(exact: Sequence[float], net: float, digits: int) -> tuple[float, float]:
    """(added, removed) in one unit with the printed difference `net`, as near to the exact ones as they can be."""
    added, removed = (float(half_up(value, digits)) for value in exact)
    pairs = [(removed + net, removed), (added, added - net)]
    pairs = [pair for pair in pairs if min(pair) >= 0] or pairs
    best = min(pairs, key=lambda pair: max(abs(pair[0] - exact[0]), abs(pair[1] - exact[1])))
    return float(half_up(best[0], digits)), float(half_up(best[1], digits))


def sum_of(changes: Sequence[Change], kind: ChangeKind) -> Amount:
    """What all changes of a kind come to."""
    return Amount.of(sum(change.area_m2 for change in changes if change.kind == kind))


def amount_of(found: Balance, changes: Sequence[Change], kind: ChangeKind) -> Amount:
    """What all changes of a kind come to, as the balance has it."""
    closed = {ChangeKind.ADDED: found.added, ChangeKind.REMOVED: found.removed}
    return closed[kind] if kind in closed else sum_of(changes, kind)


def slivers(changes: Sequence[Change], tolerance_m2: float) -> list[float]:
    """The areas of the changes of land that are smaller than the tolerance."""
    return [change.area_m2 for change in changes if change.geometry is not None and change.area_m2 < tolerance_m2]


def conclusion(found: Balance, changes: Sequence[Change], tolerance_m2: float, language: Optional[str] = None) -> str:
    """What a reader must know first: whether anything changed, and how much of what."""
    small, counts = slivers(changes, tolerance_m2), Counter(change.kind for change in changes)
    if not changes:
        return text("compare_none", language=language)
    if len(small) == len(changes):
        params = {"count": len(small), "m2": f"{half_up(sum(small)):,.2f}", "limit": f"{tolerance_m2:g}"}
        return text("compare_noise", language=language, **params)
    kinds = []
    for kind in (kind for kind in ChangeKind if counts[kind]):
        amount = amount_of(found, changes, kind)
        params = {"kind": message(f"change_{kind.value}"), "count": counts[kind]}
        params |= {"ha": f"{amount.ha:,.4f}", "mu": f"{amount.mu:,.2f}"}
        kinds.append(text("compare_kind", language=language, **params))
    return text("compare_changed", language=language, kinds="；".join(kinds))


def closed_amounts(parts: Sequence[float], total: Amount) -> list[Amount]:
    """Areas in m² as they are printed above the sum of them that is printed: they add up to it in every unit."""
    columns = [closed_parts(parts, total, unit) for total, unit in zip(total.values(), _UNITS)]
    return [Amount(*row) for row in zip(*columns)]


def closed_parts(parts: Sequence[float], total: float, unit: Unit) -> list[float]:
    """Areas in m², also negative ones, in a unit, each rounded up or down so that they add up to `total`.

    Those go up that lose most by going down, so that 10,000.00 m² stay a hectare as long as anything else can give.
    """
    steps = np.asarray(parts, dtype=float) * unit.scale * 10**unit.digits
    down = np.floor(steps + _NOISE)
    missing = round(total * 10**unit.digits) - int(down.sum())
    order = np.lexsort((-np.abs(steps), down - steps))
    share, rest = divmod(missing, max(len(order), 1))
    down[order] += share + (np.arange(len(order)) < rest)
    return [float(value) for value in half_up(down / 10**unit.digits, unit.digits)]
