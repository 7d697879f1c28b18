"""True arcs: geometries whose WKB holds curve types, which a plan database must have turned into vertices."""

import struct
from collections.abc import Iterable
from typing import Any, Optional

import shapely

from .topology import Places, places

_CIRCULAR, _COLLECTIONS = 8, (4, 5, 6, 7, 9, 10, 11, 12, 15, 16)
_LINE, _POLYGON, _POINT, _TRIANGLE = 2, 3, 1, 17
_CURVED = (_CIRCULAR, 9, 10, 11, 12)
_DEEPEST = 32
_EWKB_Z, _EWKB_M, _EWKB_SRID = 0x80000000, 0x40000000, 0x20000000


def true_arcs(wkbs: Iterable[Optional[bytes]]) -> Places:
    """Features whose geometry (ISO or extended WKB; None for none) is of a curve type or holds one: the first point of
    its first arc (empty where the curve has only straight stretches); the amount is the number of arcs.
    """
    rows, counts, where = [], [], []
    for row, wkb in enumerate(wkbs):
        if wkb is None or len(wkb) < 5 or not _may_curve(wkb):
            continue
        reader = _Reader(wkb)
        try:
            reader.geometry(0)
        except (struct.error, ValueError):  # broken WKB is told by whoever opens the layer
            continue
        if reader.is_curved:
            rows.append(row)
            counts.append(reader.arcs)
            where.append(shapely.Point(reader.first) if reader.first else shapely.Point())
    return places(rows, counts, where)


def _may_curve(wkb: bytes) -> bool:
    kind = _kind(struct.unpack_from("<I" if wkb[0] else ">I", wkb, 1)[0])[0]
    return kind in _CURVED or kind == 7


def _kind(code: int) -> tuple[int, int, bool]:
    """(type without dimensions, numbers of a vertex, whether an SRID follows)."""
    flags, base = code & 0xF0000000, code & 0x0FFFFFFF
    extra = (1 if flags & _EWKB_Z else 0) + (1 if flags & _EWKB_M else 0)
    return base % 1000, 2 + extra + (0, 1, 1, 2)[min(base // 1000, 3)], bool(flags & _EWKB_SRID)


class _Reader:
    """Walks through the parts of one WKB and remembers the arcs."""

    def __init__(self, wkb: bytes) -> None:
        self._wkb, self._at = wkb, 0
        self.arcs, self.is_curved = 0, False
        self.first: Optional[tuple[Any, ...]] = None

    def geometry(self, depth: int) -> None:
        """Read one geometry; raises ValueError, struct.error for what is none."""
        if depth > _DEEPEST:
            raise ValueError
        order = "<" if self._take("B") else ">"
        kind, numbers, has_srid = _kind(self._take(order + "I"))
        self.is_curved |= kind in _CURVED
        if has_srid:
            self._take(order + "I")
        if kind in _COLLECTIONS:
            for _ in range(self._take(order + "I")):
                self.geometry(depth + 1)
        elif kind in (_POLYGON, _TRIANGLE):
            for _ in range(self._take(order + "I")):
                self._skip(self._take(order + "I") * numbers)
        elif kind == _POINT:
            self._skip(numbers)
        elif kind in (_LINE, _CIRCULAR):
            self._vertices(order, numbers, kind == _CIRCULAR)
        else:
            raise ValueError

    def _vertices(self, order: str, numbers: int, is_arc: bool) -> None:
        count = self._take(order + "I")
        if is_arc and count > 2:
            self.arcs += (count - 1) // 2
            self.first = self.first or struct.unpack_from(order + "2d", self._wkb, self._at)
        self._skip(count * numbers)

    def _take(self, form: str) -> int:
        value = struct.unpack_from(form, self._wkb, self._at)[0]
        self._at += struct.calcsize(form)
        return int(value)

    def _skip(self, numbers: int) -> None:
        self._at += numbers * 8
        if self._at > len(self._wkb):
            raise ValueError
