"""Candidates that lie on one another: named, and their land counted once in every sum."""

from collections.abc import Sequence
from functools import cached_property
from typing import Union
from weakref import WeakKeyDictionary

import numpy as np
import shapely

from ..land import overlay
from ..land.overlaps import interiors_meet
from ..land.remarks import Remark
from ..land.robust import robust
from ..land.rounding import half_up
from ..land.types import Array
from ..review.projects import Projects
from ..threads import in_threads

_SHARED_M2 = 1.0  # borders drawn twice share less
_NAMED = 5
_SHARE = 20_000  # pairs asked at a time by one thread
_ROWS, _MOST = 1000, 2_000_000  # candidates whose neighbours are looked up at a time, pairs that are looked at


def shared_land(candidates: Projects) -> "SharedLand":
    """The SharedLand of some candidates, worked out once."""
    found = _KNOWN.get(candidates)
    if found is None:
        found = _KNOWN[candidates] = SharedLand(candidates)
    return found


class SharedLand:
    """What candidates share with each other."""

    def __init__(self, candidates: Projects) -> None:
        self._shapes, self._areas, self._keys = candidates.geometries, candidates.areas_m2, candidates.keys
        self._crowded = False  # so many lie on one another that not every pair is looked at
        self._totals: dict[bytes, float] = {}  # of rows that were asked: most constraints remove nothing

    @cached_property
    def _pairs(self) -> tuple[Array, Array]:
        """Positions (one before the other) of candidates whose interiors meet."""
        shapely.bounds(self._shapes)  # envelopes are cached before threads read them
        one, other = self._near()
        shares = np.array_split(np.arange(len(one)), max(len(one) // _SHARE, 1))
        asked = in_threads(lambda rows: interiors_meet(self._shapes[one[rows]], self._shapes[other[rows]]), shares)
        meet = np.concatenate([*asked, np.zeros(0, bool)])
        return one[meet], other[meet]

    def _near(self) -> tuple[Array, Array]:
        """Positions (one before the other) of candidates whose boxes meet, as many as are looked at."""
        tree, boxes = shapely.STRtree(self._shapes), shapely.bounds(self._shapes).reshape(-1, 4)
        found = [np.zeros((2, 0), int)]
        for start in range(0, len(self._shapes), _ROWS):
            row, other = tree.query(self._shapes[start : start + _ROWS])
            row, other = row[row + start < other] + start, other[row + start < other]
            land = np.minimum(boxes[row, 2:], boxes[other, 2:]) > np.maximum(boxes[row, :2], boxes[other, :2])
            found.append(np.stack([row, other])[:, land.all(axis=1)])
            self._crowded = sum(part.shape[1] for part in found) > _MOST
            if self._crowded:
                break
        one, other = np.concatenate(found, axis=1)
        return one, other

    @cached_property
    def doubled(self) -> Array:
        """Booleans: candidates of which another covers more than a border that was drawn twice."""
        one, other = self._pairs
        found: Array = np.full(len(self._shapes), self._crowded)
        if not self._crowded:
            land = self._shared_m2(one, other) > _SHARED_M2
            found[one[land]] = found[other[land]] = True
        return found

    def _shared_m2(self, one: Array, other: Array) -> Array:
        shares = np.array_split(np.arange(len(one)), max(len(one) // _SHARE, 1))
        found = in_threads(lambda rows: _shared(self._shapes[one[rows]], self._shapes[other[rows]]), shares)
        return np.concatenate([*found, np.zeros(0)])

    def total(self, rows: Array) -> float:
        """Statutory m2 of the land of some candidates (booleans), each square metre once."""
        key = rows.tobytes()
        if key not in self._totals:
            self._totals[key] = self._total(rows)
        return self._totals[key]

    def _total(self, rows: Array) -> float:
        doubled = self.doubled & rows
        alone = float(self._areas[rows & ~doubled].sum())
        if not doubled.any():
            return float(half_up(alone, 2))
        flat, stated = float(shapely.area(self._shapes[doubled]).sum()), float(self._areas[doubled].sum())
        together = float(shapely.area(overlay.union(self._shapes[doubled])))
        return float(half_up(alone + together * stated / flat, 2))

    def pairs(self, rows: Union[Sequence[int], Array]) -> list[tuple[str, str, float]]:
        """(key, key, m2 shared) of some candidates that lie on one another, in their order."""
        place = np.full(len(self._keys), -1)
        place[np.asarray(rows, dtype=int)] = np.arange(len(rows))
        both = (place[self._pairs[0]] >= 0) & (place[self._pairs[1]] >= 0)
        one, other = self._pairs[0][both], self._pairs[1][both]
        swapped = place[one] > place[other]
        one, other = np.where(swapped, other, one), np.where(swapped, one, other)
        shared = self._shared_m2(one, other)
        order = np.lexsort((place[other], place[one]))
        found = ((self._keys[one[n]], self._keys[other[n]], float(shared[n])) for n in order)
        return [pair for pair in found if pair[2] > _SHARED_M2]

    def remarks(self, rows: Union[Sequence[int], Array]) -> list[Remark]:
        """A Remark that names the kept sites that lie on one another: only one of each two can be built."""
        pairs = self.pairs(rows)
        if not pairs:
            return []
        named = "、".join(f"{one} × {other} ({m2:,.2f})" for one, other, m2 in pairs[:_NAMED])
        params = {"count": len(pairs), "pairs": named + (" …" if len(pairs) > _NAMED else "")}
        return [Remark("siting_sites_overlap", "", None, params)]


_KNOWN: "WeakKeyDictionary[Projects, SharedLand]" = WeakKeyDictionary()


def _shared(some: Array, others: Array) -> Array:
    m2: Array = shapely.area(robust(shapely.intersection, some, others))
    return m2
