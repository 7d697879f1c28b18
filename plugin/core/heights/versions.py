"""Two versions of a design beside each other: which buildings became compliant, which no longer are."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Optional

from .results import BuildingResult, HeightFinding


class VersionChange(str, Enum):
    """What became of a building from one version to the other."""

    RESOLVED = "resolved"
    REDUCED = "reduced"
    UNCHANGED = "unchanged"
    GROWN = "grown"
    NEW = "new"
    ADDED = "added"
    REMOVED = "removed"
    __str__ = str.__str__


@dataclass(frozen=True)
class VersionRow:
    """One building in both versions; None for what one of them lacks. `exceed`: the most metres above a limit."""

    key: str
    change: VersionChange
    before: Optional[BuildingResult]
    after: Optional[BuildingResult]
    exceed_before: float
    exceed_after: float


_Version = tuple[Sequence[BuildingResult], Sequence[HeightFinding]]
_SAME_M = 0.005


def compare_versions(one: _Version, other: _Version) -> list[VersionRow]:
    """Every building of either version by its key, what is worse first."""
    before, after = ({result.building_key: result for result in results} for results, _ in (one, other))
    worst = [_worst(findings) for _, findings in (one, other)]
    rows = []
    for key in dict.fromkeys([*before, *after]):
        exceeds = worst[0].get(key, 0.0), worst[1].get(key, 0.0)
        old, new = before.get(key), after.get(key)
        rows.append(VersionRow(key, _change(old, new, exceeds), old, new, *exceeds))
    order = list(VersionChange)
    return sorted(rows, key=lambda row: (-order.index(row.change), -row.exceed_after, row.key))


def _worst(findings: Sequence[HeightFinding]) -> dict[str, float]:
    worst: dict[str, float] = {}
    for finding in findings:
        if finding.unit == "m":
            worst[finding.building_key] = max(worst.get(finding.building_key, 0.0), finding.exceed_value)
    return worst


def _change(
    old: Optional[BuildingResult], new: Optional[BuildingResult], exceeds: tuple[float, float]
) -> VersionChange:
    if old is None or new is None:
        return VersionChange.ADDED if old is None else VersionChange.REMOVED
    before, after = exceeds
    if not before or not after:
        return VersionChange.RESOLVED if before else VersionChange.NEW if after else VersionChange.UNCHANGED
    if abs(after - before) <= _SAME_M:
        return VersionChange.UNCHANGED
    return VersionChange.REDUCED if after < before else VersionChange.GROWN
