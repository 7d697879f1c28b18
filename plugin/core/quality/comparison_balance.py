"""All land of two vintages: before + added - removed = after, in every unit as it is printed."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

from ..land.rounding import half_up
from ..messages import message, text
from .amounts import UNITS, Amount, closed_amounts
from .comparison import Change, ChangeKind
from .comparison_matrix import OUTSIDE, Matrix

_MOVED = (ChangeKind.ADDED, ChangeKind.REMOVED)


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
        numbers = zip(UNITS, before.values(), after.values())
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


def cell_amounts(matrix: Matrix, found: Balance, changes: Sequence[Change]) -> list[Amount]:
    """The cells of the matrix as they are printed: those of a kind of change add up to what is printed of the kind,
    unchanged land to what the balance leaves of what was before. A sum that more than rounding parts stays as it is.
    """
    by_kind: defaultdict[Optional[ChangeKind], list[int]] = defaultdict(list)
    for number, cell in enumerate(matrix.cells):
        by_kind[kind_of(cell.from_class, cell.to_class)].append(number)
    kinds = (ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.RECLASSED)
    totals: dict[Optional[ChangeKind], Amount] = {kind: amount_of(found, changes, kind) for kind in kinds}
    totals[None] = found.before - found.removed - totals[ChangeKind.RECLASSED]
    made = [Amount.of(cell.area_m2) for cell in matrix.cells]
    for kind, numbers in by_kind.items():
        parts = [matrix.cells[number].area_m2 for number in numbers]
        if _is_near(parts, totals[kind]):
            for number, amount in zip(numbers, closed_amounts(parts, totals[kind])):
                made[number] = amount
    return made


def kind_of(old: str, new: str) -> Optional[ChangeKind]:
    """What became of the land that went from one class to another, None where its class stayed."""
    if old == new:
        return None
    if old == OUTSIDE:
        return ChangeKind.ADDED
    return ChangeKind.REMOVED if new == OUTSIDE else ChangeKind.RECLASSED


def _is_near(parts: Sequence[float], total: Amount) -> bool:
    """Whether parts miss their sum by no more than rounding them does."""
    steps = len(parts) + 2
    exact = sum(parts)
    return all(
        abs(exact * unit.scale - value) <= steps * 10**-unit.digits for value, unit in zip(total.values(), UNITS)
    )
