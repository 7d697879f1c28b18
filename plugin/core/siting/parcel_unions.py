"""Neighbouring parcels taken together as sites: whole parcels only, so that a site ends where property does."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from math import pi
from typing import Any

import numpy as np
import shapely
from pyproj import CRS

from ..land.area import statutory_areas
from ..land.robust import robust
from .free_land import Tile
from .measures import compactness

_MOST = 8  # parcels of one site
_TRIED = 80  # sets of parcels looked at around each parcel
_KEPT = 12  # sets of each parcel that have the wanted area: the most compact ones
_SHARED_M = 1.0  # of boundary that neighbours have in common at least
_SHAVE_M = 0.01  # a site that rounding puts outside free land is drawn in by this
_CONVEX, _COMPACT = 0.7, 0.4  # least area / area of the hull, least 4 pi A / P2


@dataclass
class _Ground:
    """The parcels of a tile: m2, metres around, and what boundary each has with which others."""

    areas: list[float]
    edges: list[float]
    beside: list[dict[int, float]]

    def later(self, at: int, root: int, known: Collection[int]) -> list[int]:
        """Neighbours that come after the root, in order."""
        return sorted(n for n in self.beside[at] if n > root and n not in known)

    def roundness(self, members: list[int]) -> float:
        """4 pi A / P2 of the union, before it is made."""
        inner = sum(self.beside[m].get(n, 0.0) for m in members for n in members)
        around = max(sum(self.edges[m] for m in members) - inner, 1.0)
        return 4 * pi * sum(self.areas[m] for m in members) / around**2


class Parcels:
    """The polygons of a cadastre near an extent (on the plane), and the sites their unions make."""

    def __init__(self, polygons: np.ndarray, plane: CRS) -> None:
        parts = shapely.get_parts(polygons)
        self._shapes = parts[(shapely.get_dimensions(parts) == 2) & ~shapely.is_empty(parts)]
        self._plane = plane
        self.areas_m2 = statutory_areas(self._shapes, plane)
        shapely.bounds(self._shapes)  # envelopes are cached before threads read them
        self._tree = shapely.STRtree(self._shapes)

    def __len__(self) -> int:
        return len(self._shapes)

    def sites(self, tile: Tile, low: float, high: float) -> np.ndarray:
        """Unions of low to high m2 that lie in the open land of a tile, in a fixed order.

        A union belongs to the tile that holds its inner point, so that no two tiles give the same one.
        """
        rows = self._usable(tile.open, high)
        made = [self._joined(rows[at]) for at in self._sets(rows, low, high)]
        unions = np.array([one for one in made if one is not None], dtype=object)
        unions = _inside(tile.open, unions[_good(unions)] if len(unions) else unions)
        points = shapely.point_on_surface(unions)
        x, y = shapely.get_x(points), shapely.get_y(points)
        left, bottom, right, top = tile.core
        return unions[(x >= left) & (x < right) & (y >= bottom) & (y < top)]

    def _usable(self, open_: Any, high: float) -> np.ndarray:
        """Numbers of the parcels that lie in open land and are not too large, in order."""
        near = np.sort(self._tree.query(open_))
        near = near[self.areas_m2[near] <= high]
        drawn = shapely.buffer(self._shapes[near], -_SHAVE_M, join_style="mitre")
        shapely.prepare(open_)
        return near[shapely.covers(open_, drawn)]

    def _neighbours(self, rows: np.ndarray) -> list[dict[int, float]]:
        """For each of the parcels the positions of those it has a boundary with, and the metres of it."""
        shapes = self._shapes[rows]
        first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        once = first < second
        first, second = first[once], second[once]
        metres = shapely.length(robust(shapely.intersection, shapes[first], shapes[second]))
        found: list[dict[int, float]] = [{} for _ in rows]
        for one, other, shared in zip(first.tolist(), second.tolist(), metres.tolist()):
            if shared >= _SHARED_M:
                found[one][other] = found[other][one] = shared
        return found

    def _sets(self, rows: np.ndarray, low: float, high: float) -> Iterator[list[int]]:
        """Positions of connected parcels that have the wanted area together; each set once, by its first parcel."""
        shapes = self._shapes[rows]
        ground = _Ground(self.areas_m2[rows].tolist(), shapely.length(shapes).tolist(), self._neighbours(rows))
        for root in range(len(rows)):
            grown = _connected(root, ground, high)
            fit = sorted((-round_, members) for members, area, round_ in grown if area >= low)
            yield from (members for worse, members in fit[:_KEPT] if -worse >= _COMPACT * 0.9)

    def _joined(self, rows: np.ndarray) -> Any:
        """The union of parcels as one polygon; None where it is in pieces or has a hole."""
        union = self._shapes[rows[0]] if len(rows) == 1 else robust(shapely.union_all, self._shapes[rows])
        is_single = shapely.get_type_id(union) == 3 and not shapely.get_num_interior_rings(union)
        return union if is_single else None


def _connected(root: int, ground: "_Ground", high: float) -> Iterator[tuple[list[int], float, float]]:
    """Sets of neighbours grown from a parcel over later ones alone, at most _TRIED, the most compact first.

    (members, m2, compactness); each set comes once.
    """
    first = [root]
    waiting = [(-ground.roundness(first), first, ground.areas[root], ground.later(root, root, ()))]
    for _ in range(_TRIED):
        if not waiting:
            return
        worse, members, total, open_ = heappop(waiting)
        yield members, total, -worse
        if len(members) == _MOST:
            continue
        known = set(open_).union(*(ground.beside[m] for m in members))
        for at, more in enumerate(open_):
            if total + ground.areas[more] <= high:
                grown = [*members, more]
                rest = [*open_[at + 1 :], *ground.later(more, root, known)]
                heappush(waiting, (-ground.roundness(grown), grown, total + ground.areas[more], rest))


def _inside(open_: Any, unions: np.ndarray) -> np.ndarray:
    """Those that open land covers; where only rounding is between, they are drawn in by a hair."""
    inside = shapely.covers(open_, unions)
    drawn = shapely.buffer(unions[~inside], -_SHAVE_M, join_style="mitre")
    return np.concatenate([unions[inside], drawn[shapely.covers(open_, drawn)]])


def _good(polygons: np.ndarray) -> np.ndarray:
    """Mask: compact, not bent far."""
    convex = shapely.area(polygons) >= _CONVEX * shapely.area(shapely.convex_hull(polygons))
    return convex & (compactness(polygons) >= _COMPACT)
