"""Three-way merge, field by field: what both sides changed differently is a conflict, everything else merges by
itself.
"""

from dataclasses import dataclass

import shapely

from .wire import MANAGED

_NOT_MERGED = ("id", "county", *MANAGED)
_DEGREES = 1e-9  # a tenth of a millimetre: what text and back may move


@dataclass(frozen=True)
class MergeResult:
    """`merged`: all fields, mine where in conflict.

    `conflicts`: names of fields that somebody must decide; `from_theirs`: taken over.
    """

    merged: dict
    conflicts: tuple
    from_theirs: tuple = ()


def merge(base, mine, theirs):
    """Merge flat rows ({field: value}, "geometry" as hexadecimal WKB or None; absent and None are the same)."""
    base, merged, conflicts, taken = base or {}, {}, [], []
    for name in sorted({*base, *mine, *theirs} - set(_NOT_MERGED)):
        old, my, their = base.get(name), mine.get(name), theirs.get(name)
        merged[name] = my
        if same(name, my, their) or same(name, old, their):
            continue
        if same(name, old, my):
            merged[name] = their
            taken.append(name)
        else:
            conflicts.append(name)
    return MergeResult(merged, tuple(conflicts), tuple(taken))


def differs(base, row):
    """Whether a row differs from its base in any field."""
    return any(
        not same(name, (base or {}).get(name), row.get(name))
        for name in {*(base or {}), *row} - set(_NOT_MERGED) - {"status"}
    )


def same(name, one, other):
    """Equal as values; empty text and nothing are the same, geometries are compared as shapes."""
    one, other = (None if value in ("", []) else value for value in (one, other))
    if name != "geometry" or one is None or other is None or one == other:
        return one == other
    first, second = (_parts(shapely.from_wkb(bytes.fromhex(value))) for value in (one, other))
    return len(first) == len(second) and all(shapely.equals_exact(a, b, _DEGREES) for a, b in zip(first, second))


def _parts(geometry):
    """Parts in a fixed order, rings in a fixed sense and start: a Polygon equals the MultiPolygon of it alone."""
    return list(shapely.get_parts(shapely.normalize(geometry)))
