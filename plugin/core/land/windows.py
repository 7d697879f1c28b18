"""Local views of one huge polygonal geometry: what an overlay near a small box needs, instead of a million vertices.

A pyramid of overlapping square windows: those of level k have the side S / 2^k and stand half a side apart, so that
every box not larger than half a side lies in one of them, away from its border. A window is cut from the window
around it one level up, on first use. All vertices that cutting adds lie on window borders, hence outside the box that
was asked for.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Any, Optional

import numpy as np
import shapely

from .robust import robust
from .types import Array

Key = tuple[int, int, int]  # level, column, row of a window
_DEEPEST = 24
_MARGIN = 1 / 16  # of a window's side: how far a box stays from the cut, so that few edges near it are cut at all
_OFF_ROUND = 0.0123456789  # of the side: keeps borders off the round numbers on which surveyed vertices lie
_RUN = 128  # segments


class Windows:
    """Answers `local(box)` for one valid Polygon or MultiPolygon in any plane CRS; safe to share between threads.

    `leaf_vertices`: windows are not divided below this size. `cache_vertices` bounds what is kept of the windows made
    so far (16 bytes a vertex); what was dropped is cut again when asked for.
    """

    def __init__(self, geometry: Any, leaf_vertices: int = 2000, cache_vertices: int = 6_000_000) -> None:
        geometry = shapely.force_2d(geometry)
        self._parts = shapely.get_parts(geometry)
        rings, part = shapely.get_rings(self._parts, return_index=True)
        is_hole = np.diff(part, prepend=-1) == 0  # the rings of a part follow each other, its shell first
        self._geometry = geometry
        self._leaf = leaf_vertices
        self._bounds = shapely.bounds(geometry)
        self._root = _Rings(shapely.polygons(rings), part, is_hole, np.ones(len(rings), bool))
        self._areas = _ExactAreas(rings, is_hole)
        extent = self._bounds[2:] - self._bounds[:2]
        self._side = float(np.nanmax(extent, initial=0.0)) * (1 + 2 * _OFF_ROUND)
        self._origin = self._bounds[:2] - self._side * _OFF_ROUND
        self._cache = _Cache(cache_vertices)

    def local(self, box: Sequence[float]) -> Any:
        """A valid polygonal geometry that equals the whole one everywhere inside `box` (min x, min y, max x, max y).

        Vertices that only cutting made lie strictly outside `box`, so an overlay with anything inside `box` gives the
        vertices that the whole gives: the same bits, but where an edge reaches from the box across a window border;
        shortened there, it moves by about a unit in the last place (nanometres). The answer has no Z and may be
        shared with other threads: prepare the other geometry, never this one.
        """
        low = np.maximum(box[:2], self._bounds[:2])
        high = np.minimum(box[2:], self._bounds[2:])
        if not (low <= high).all():  # also true of an empty geometry, whose bounds are NaN
            return shapely.Polygon()
        window = None
        for key in self._path(low, high):
            window = self._window(key)
            if window.rings.vertices <= self._leaf:
                break
        return self._geometry if window is None else self._served(key, window)

    def _path(self, low: Array, high: Array) -> Iterator[Key]:
        """Keys (level, column, row) of the ever smaller windows around a box, the first of level 1."""
        if self._root.vertices <= self._leaf:
            return
        size = max(high - low)
        deepest = _DEEPEST if size <= 0 else min(_DEEPEST, int(np.floor(np.log2(self._side / size))) - 1)
        if deepest < 1:
            return
        column, row = ((low - self._origin) // (self._side / 2 ** (deepest + 1))).astype(int).tolist()
        for level in range(1, deepest + 1):
            up = deepest - level
            yield level, column >> up, row >> up

    def _box(self, key: Key) -> Array:
        level, *place = key
        side = self._side / 2**level
        low = self._origin + np.array(place) * (side / 2) - side * _MARGIN
        return np.concatenate([low, low + side * (1 + 2 * _MARGIN)])

    def _window(self, key: Key) -> "_Window":
        """The window with its rings cut, from the cache or made now."""
        window = self._cache.get(key)
        with window.lock:  # one thread cuts, others that want the same window wait; locks are taken upwards only
            if window.rings is None:
                level, column, row = key
                above = self._root if level == 1 else self._window((level - 1, column >> 1, row >> 1)).rings
                window.box = self._box(key)
                window.rings = above.cut(window.box)
                self._cache.grown(key, window.rings.vertices)
        return window

    def _served(self, key: Key, window: "_Window") -> Any:
        with window.lock:
            if window.geometry is None:
                untouched, pieces = window.rings.assembled(self._parts)
                window.geometry = self._checked(untouched, pieces, window.box)
                shapely.bounds(window.geometry)  # older GEOS computes boxes lazily: not in two threads at once
                self._cache.grown(key, window.rings.vertices)
        return window.geometry

    def _checked(self, untouched: Array, pieces: Optional[Array], box: Array) -> Any:
        """Untouched parts and cut pieces in one, or the cut of the whole geometry where clipping went wrong.

        The untouched were valid together: if the pieces are, and all areas add up, nothing is lost, doubled or
        misplaced.
        """
        side = box[2] - box[0]
        noise = 1e-11 * side**2 + 64 * np.spacing(np.abs(box).max()) * side
        if pieces is not None and shapely.is_valid(_together(pieces)):
            polygons = np.concatenate([untouched, pieces])
            if abs(shapely.area(polygons).sum() - self._areas.inside(box)) <= noise:
                return _together(polygons)
        return _together(_polygons(robust(shapely.intersection, self._geometry, shapely.box(*box))))


class _Window:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.box: Any = None
        self.rings: Any = None  # _Rings, once they are cut
        self.geometry: Any = None


class _Cache:
    """Windows by key, least recently used dropped first, bounded by their vertices."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._windows: OrderedDict[Key, _Window] = OrderedDict()
        self._sizes: dict[Key, int] = {}
        self._total = 0

    def get(self, key: Key) -> _Window:
        """The window of a key, new and not cut yet where it is not known."""
        with self._lock:
            window = self._windows.setdefault(key, _Window())
            self._windows.move_to_end(key)
            return window

    def grown(self, key: Key, vertices: int) -> None:
        """Count vertices that a window has come to hold, and drop old windows."""
        with self._lock:
            if key in self._windows:
                self._sizes[key] = self._sizes.get(key, 0) + vertices
                self._total += vertices
            while self._total > self._most and len(self._windows) > 1:
                old, _ = self._windows.popitem(last=False)
                self._total -= self._sizes.pop(old, 0)


class _Rings:
    """Shells and holes of a geometry as polygons without holes (N,), the part each belongs to, whether it is whole,
    and their boxes.

    They are cut apart because GEOS looks for the shell of every hole among all clipped pieces, in quadratic time.
    """

    def __init__(self, polygons: Array, part: Array, is_hole: Array, untouched: Array) -> None:
        self._polygons, self._part, self._is_hole, self._is_untouched = polygons, part, is_hole, untouched
        self._boxes = shapely.bounds(polygons).reshape(-1, 4)
        self.vertices = int(shapely.get_num_coordinates(polygons).sum())

    def cut(self, box: Array) -> "_Rings":
        """The rings inside a box: those wholly inside as they are, those across its border clipped."""
        low, high = self._boxes[:, :2], self._boxes[:, 2:]
        inside = (low > box[:2]).all(axis=1) & (high < box[2:]).all(axis=1)
        across = np.flatnonzero((high > box[:2]).all(axis=1) & (low < box[2:]).all(axis=1) & ~inside)
        pieces, of = shapely.get_parts(_clip(self._polygons[across], box), return_index=True)
        areal = (shapely.get_type_id(pieces) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(pieces)
        rows = np.concatenate([np.flatnonzero(inside), across[of[areal]]])
        untouched = np.append(self._is_untouched[inside], np.zeros(areal.sum(), bool))
        return _Rings(
            np.append(self._polygons[inside], pieces[areal]), self._part[rows], self._is_hole[rows], untouched
        )

    def assembled(self, parts: Array) -> tuple[Array, Optional[Array]]:
        """Polygons that are whole `parts` of the geometry, and pieces of its other parts.

        None for these where GEOS cannot.
        """
        untouched = self._part[self._is_untouched & ~self._is_hole]  # the holes of a whole shell are whole
        cut = ~np.isin(self._part, untouched)
        pierced = np.isin(self._part, self._part[cut & self._is_hole])
        shell, hole = pierced & ~self._is_hole, pierced & self._is_hole
        # a part inside a hole of another would be lost if all holes were taken out of all shells
        shells, gaps = (
            _by_part(self._polygons[shell], self._part[shell]),
            _by_part(self._polygons[hole], self._part[hole]),
        )
        try:
            rest = [_polygons(shapely.difference(shells[part], gaps[part])) for part in shells]
        except shapely.GEOSException:
            return parts[untouched], None
        return parts[untouched], np.concatenate([self._polygons[cut & ~pierced], *rest])


def _clip(polygons: Array, box: Array) -> Any:
    try:
        return shapely.clip_by_rect(polygons, *box)
    except shapely.GEOSException:
        square = shapely.box(*box)
        return np.array([robust(shapely.intersection, polygon, square) for polygon in polygons], dtype=object)


def _by_part(polygons: Array, part: Array) -> dict[int, Any]:
    keys, group = np.unique(part, return_inverse=True)
    order = np.argsort(group, kind="stable")
    return dict(zip(keys.tolist(), shapely.multipolygons(polygons[order], indices=group[order]))) if len(keys) else {}


def _polygons(geometry: Any) -> Any:
    parts = shapely.get_parts(geometry)
    return parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]


def _together(polygons: Array) -> Any:
    if not len(polygons):
        return shapely.Polygon()
    return polygons[0] if len(polygons) == 1 else shapely.multipolygons(polygons)


class _ExactAreas:
    """The area of a geometry inside any box, from its own vertices: what a cut has to come up to.

    Moving every boundary point to the nearest point of the box leaves what is inside in place and lays the rest on the
    box's border, where it encloses nothing: the area is the integral of the moved x over the moved y. Runs of
    segments on one side of the box need their ends only, runs inside it a sum made once.
    """

    def __init__(self, rings: Array, is_hole: Array) -> None:
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        self._centre = (xy.min(axis=0) + xy.max(axis=0)) / 2 if len(xy) else np.zeros(2)
        xy -= self._centre
        along = ring[1:] == ring[:-1]
        self._start, self._end, ring = xy[:-1][along], xy[1:][along], ring[1:][along]
        within = np.arange(len(ring)) - np.searchsorted(ring, ring)
        first = np.flatnonzero(within % _RUN == 0)
        self._first, self._last = first, np.append(first[1:], len(ring))
        self._sums = np.add.reduceat(_under(self._start, self._end), first) if len(first) else np.zeros(0)
        ring_sums = np.bincount(ring[first], self._sums, len(rings)) if len(first) else np.zeros(0)
        self._sign = (np.sign(ring_sums) * np.where(is_hole, -1, 1))[
            ring[first]
        ]  # shells count up, holes down, however they turn
        self._low = np.minimum(*(np.minimum.reduceat(a, first) for a in (self._start, self._end)))
        self._high = np.maximum(*(np.maximum.reduceat(a, first) for a in (self._start, self._end)))

    def inside(self, box: Array) -> float:
        """Area inside a box (min x, min y, max x, max y), in the square of the plane's unit."""
        low, high = box[:2] - self._centre, box[2:] - self._centre
        beside = (self._high[:, 1] > low[1]) & (self._low[:, 1] < high[1])  # above or below, the moved y stands still
        left, right = self._high[:, 0] <= low[0], self._low[:, 0] >= high[0]
        within = (self._low >= low).all(axis=1) & (self._high <= high).all(axis=1)
        ends = np.flatnonzero(beside & (left | right))
        rise = np.clip(self._end[self._last[ends] - 1, 1], low[1], high[1]) - np.clip(
            self._start[self._first[ends], 1], low[1], high[1]
        )
        total = self._sign[within] @ self._sums[within] + self._sign[ends] @ (
            np.where(left[ends], low[0], high[0]) * rise
        )
        runs = np.flatnonzero(beside & ~left & ~right & ~within)
        counts = self._last[runs] - self._first[runs]
        rows = np.repeat(self._first[runs] - np.append(0, np.cumsum(counts)[:-1])[: len(runs)], counts) + np.arange(
            counts.sum()
        )
        return float(
            total + np.repeat(self._sign[runs], counts) @ _under_moved(self._start[rows], self._end[rows], low, high)
        )


def _under(start: Array, end: Array) -> Array:
    return (start[:, 0] + end[:, 0]) / 2 * (end[:, 1] - start[:, 1])


def _under_moved(start: Array, end: Array, low: Array, high: Array) -> Array:
    """Integral of x over y along segments (N,), both moved into the box."""
    rise = end[:, 1] - start[:, 1]
    slope = np.divide(end[:, 0] - start[:, 0], rise, out=np.zeros(len(rise)), where=rise != 0)
    y = np.clip([start[:, 1], end[:, 1]], low[1], high[1])
    x = np.sort(start[:, 0] + (y - start[:, 1]) * slope, axis=0)
    width = x[1] - x[0]
    moved = np.clip(x, low[0], high[0])
    before = np.minimum(x, low[0])
    after = np.maximum(x, high[0])
    weighed = (
        low[0] * (before[1] - before[0])
        + high[0] * (after[1] - after[0])
        + (moved[1] - moved[0]) * (moved[0] + moved[1]) / 2
    )
    return np.divide(weighed, width, out=moved[0].copy(), where=width > 0) * (y[1] - y[0])
