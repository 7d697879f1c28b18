"""Three-way merge, field by field: what both sides changed differently is a conflict, everything else merges by
itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Optional

import shapely

from .wire import MANAGED

_NOT_MERGED = ("id", "county", *MANAGED)
_DEGREES = 1e-9  # a tenth of a millimetre: what text and back may move
Values = Mapping[str, Any]


class MergeSide(str, Enum):
    """Whose value a decision takes; the values are those of the audit chain."""

    LOCAL = "mine"
    REMOTE = "theirs"


@dataclass(frozen=True)
class MergeResult:
    """`merged`: all fields, the local value where in conflict.

    `conflicts`: names of fields that somebody must decide; `from_remote`: taken over.
    """

    merged: dict[str, Any]
    conflicts: tuple[str, ...]
    from_remote: tuple[str, ...] = ()


def merge(base: Optional[Values], local: Values, remote: Values) -> MergeResult:
    """Merge flat rows ({field: value}, "geometry" as hexadecimal WKB or None; absent and None are the same)."""
    former: Values = base or {}
    merged: dict[str, Any] = {}
    conflicts, taken = [], []
    for name in sorted({*former, *local, *remote} - set(_NOT_MERGED)):
        old, here, there = former.get(name), local.get(name), remote.get(name)
        merged[name] = here
        if same(name, here, there) or same(name, old, there):
            continue
        if same(name, old, here):
            merged[name] = there
            taken.append(name)
        else:
            conflicts.append(name)
    return MergeResult(merged, tuple(conflicts), tuple(taken))


def differs(base: Optional[Values], row: Values) -> bool:
    """Whether a row differs from its base in any field."""
    former: Values = base or {}
    names: Iterable[str] = {*former, *row} - set(_NOT_MERGED) - {"status"}
    return any(not same(name, former.get(name), row.get(name)) for name in names)


def same(name: str, one: Any, other: Any) -> bool:
    """Equal as values; empty text and nothing are the same, geometries are compared as shapes."""
    one, other = (None if value in ("", []) else value for value in (one, other))
    if name != "geometry" or one is None or other is None or one == other:
        return bool(one == other)
    first, second = (_parts(shapely.from_wkb(bytes.fromhex(value))) for value in (one, other))
    return len(first) == len(second) and all(shapely.equals_exact(a, b, _DEGREES) for a, b in zip(first, second))


def _parts(geometry: Any) -> list[Any]:
    """Parts in a fixed order, rings in a fixed sense and start: a Polygon equals the MultiPolygon of it alone."""
    return list(shapely.get_parts(shapely.normalize(geometry)))
