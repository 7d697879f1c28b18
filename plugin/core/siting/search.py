"""Compact sites of a wanted area inside free land. Deterministic: a fixed grid of anchors, fixed shapes, fixed order.

Shapes tried at an anchor: a square, rectangles of other proportions and turns; where none fits, what the free land
leaves of a window around the anchor. Where edges shall be followed, only rectangles with a side on the nearest edge
are tried. Whatever is found lies inside the free land by GEOS's own `covers`, not by a tolerance.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Callable, Optional

import numpy as np
import shapely
from pyproj import CRS

from ..land.area import statutory_areas
from ..land.repair import polygon_parts
from ..land.robust import robust
from ..land.types import Array, Box
from .free_land import Tile
from .guide import Guide, best_of_each
from .measures import compactness
from .parcel_unions import Parcels
from .spread import spread, thinned

_ASPECTS, _TURNS = (1.0, 1.6, 2.5), tuple(range(0, 180, 15))
_STEP = 0.5  # of the side of the wanted square: distance of anchors
_CONVEX, _COMPACT = 0.85, 0.4  # least area / area of the hull, least 4 pi A / P2
_SHAVE_M = 0.01  # a shape cut from free land is drawn in by this, so that rounding cannot put it outside
_WIDE = 1.1  # largest by smallest area of a range that is searched by several sizes
_WIDEST = 2.0  # a window around an anchor is at most this many sides wide
_WINDOWS = 60  # anchors a tile whose windows are tried
_BISECTIONS = 24
_GUIDED = 400_000  # anchors of all tiles whose distances are looked at before any shape is tried
_ROUNDS = 12  # times that the next best anchors of a tile are tried
_QUOTA = 24  # anchors of a neighbourhood that come before the others
_CLOSE = 0.005  # of the wanted area, well within the 2 % that is promised


@dataclass(frozen=True)
class Wanted:
    """Size of a site in statutory m2.

    `aim` is what is drawn: `drawn`, else the middle of a narrow range, the lower end of a wide one.
    """

    low: float
    high: float
    drawn: float = 0.0

    @property
    def reach(self) -> float:
        """Metres that no site of this size and form is longer than: a perimeter of 5.6 sides is the least compact."""
        return 3.0 * float(np.sqrt(self.high))

    @property
    def aim(self) -> float:
        return self.drawn or min((self.low + self.high) / 2, self.low * 1.02)

    @property
    def is_wide(self) -> bool:
        """Whether sites of clearly different sizes are asked for."""
        return self.high > self.low * _WIDE

    def sizes(self) -> list["Wanted"]:
        """What is to be searched for: one size of a narrow range, several from end to end of a wide one."""
        if not self.is_wide:
            return [self]
        aims = np.geomspace(self.low * 1.02, self.high * 0.98, 3 if self.high < self.low * 3 else 4)
        return [replace(self, drawn=float(aim)) for aim in aims]


class SiteSearch:
    """Finds sites tile by tile, at most `limit` each; `edges`: lines that sites shall follow, or None.

    Where there are more places than that, half of the sites are spread evenly and half stand where `guide` scores
    highest, in neighbourhoods of `apart` metres.
    """

    def __init__(self, wanted: Wanted, plane: CRS, edges: Optional[np.ndarray] = None, limit: int = 200) -> None:
        self.wanted, self.plane, self.limit = wanted, plane, limit
        self.side = float(np.sqrt(wanted.aim))
        self.guide, self.apart, self.tiles = Guide([]), 4 * self.side, 1
        self.parcels: Optional[Parcels] = None  # whose unions are sites, too
        self._edges: Any = _segments(edges, self.side / 3) if edges is not None else None
        self.edge_tree: Any = shapely.STRtree(self._edges) if self._edges is not None and len(self._edges) else None

    @property
    def margin(self) -> float:
        """How far beyond a tile's core free land must be known, metres."""
        return self.side * (_WIDEST + 0.5)

    def sites(self, tile: Tile) -> np.ndarray:
        """Polygons found around the anchors of one Tile, in a fixed order."""
        parts = shapely.get_parts(tile.open)
        parts = parts[shapely.area(parts) >= self.wanted.low * 0.99]
        if not len(parts):
            return np.array([], dtype=object)
        complete = self._complete_parts(parts, tile.core)
        free = shapely.multipolygons(parts)
        shapely.prepare(free)
        given = self._of_wanted_area(np.concatenate([complete, self._unions(tile)]))
        room = max(self.limit - len(given), self.limit // 2)
        drawn = self._drawn(parts, free, tile.core, room)
        return np.concatenate([self._best(given, self.limit - len(drawn), tile.core), drawn])

    def _drawn(self, parts: Array, free: Any, core: Box, room: int) -> Array:
        """At most `room` sites that follow nobody's borders: rectangles, and windows where few of those fit."""
        anchors, scale = self._anchors(free, core), self._scale(core)
        found, open_ = self._rectangles(free, anchors, scale)
        if len(found) > room:
            found = thinned(found, room, core)
            found = np.concatenate([found[::2], self._guided(free, anchors, scale, room)]) if self.guide else found
        tried = anchors[open_] if len(found) < min(_WINDOWS, room) and self._edges is None else anchors[:0]
        windows = np.array(self._windows(parts, spread(tried, _WINDOWS, core), scale), dtype=object)
        return self._of_wanted_area(np.concatenate([found, thinned(windows, room - len(found), core)]))

    def _of_wanted_area(self, sites: Array) -> Array:
        areas = statutory_areas(sites, self.plane)
        return sites[(areas >= self.wanted.low) & (areas <= self.wanted.high)]

    def _unions(self, tile: Tile) -> Array:
        """Complete parcels and neighbouring ones together."""
        if self.parcels is None:
            return np.array([], dtype=object)
        return self.parcels.sites(tile, self.wanted.low, self.wanted.high)

    def _best(self, sites: Array, limit: int, core: Box) -> Array:
        """At most `limit` of the sites: where the guide scores highest, else spread evenly."""
        if len(sites) <= limit or not self.guide:
            return thinned(sites, limit, core)
        centres = shapely.get_coordinates(shapely.centroid(sites))
        return sites[best_of_each(centres, self.guide.scores(centres, self.side / 2), self.apart, _QUOTA)[:limit]]

    def _complete_parts(self, parts: Array, core: Box) -> Array:
        """Pieces of free land that are sites as they are; each belongs to the tile that holds its inner point."""
        fit = parts[shapely.area(parts) <= self.wanted.high * 1.01]
        points = shapely.point_on_surface(fit)
        x, y = shapely.get_x(points), shapely.get_y(points)
        in_core = (x >= core[0]) & (x < core[2]) & (y >= core[1]) & (y < core[3])
        return fit[in_core & _good(fit)]

    def _anchors(self, free: Any, core: Box) -> Array:
        """(n, 2) grid points in the core and in free land; the grid is the same for all tiles."""
        step = self.side * _STEP
        x = np.arange(np.ceil(core[0] / step), np.ceil(core[2] / step)) * step
        y = np.arange(np.ceil(core[1] / step), np.ceil(core[3] / step)) * step
        points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        return points[shapely.contains_xy(free, *points.T)]

    def _guided(self, free: Any, anchors: Array, scale: float, room: int) -> Array:
        """Rectangles around the anchors that the guide scores highest, half of what there is room for."""
        some = anchors[:: max(len(anchors) * self.tiles // _GUIDED, 1)]
        order = best_of_each(some, self.guide.scores(some, self.side * scale / 2), self.apart, _QUOTA)
        found, chunk = [], max(self.limit, 50)
        for start in range(0, min(len(order), _ROUNDS * chunk), chunk):
            found.append(self._rectangles(free, some[order[start : start + chunk]], scale)[0])
            if sum(map(len, found)) >= room // 2:
                break
        return np.concatenate(found)[: room // 2]

    def _scale(self, core: Box) -> float:
        """Plane metres for a statutory metre near a tile."""
        x, y = (core[0] + core[2]) / 2, (core[1] + core[3]) / 2
        square = shapely.box(x - 500, y - 500, x + 500, y + 500)
        return float(np.sqrt(square.area / statutory_areas([square], self.plane)[0]))

    def _rectangles(self, free: Any, anchors: Array, scale: float) -> tuple[Array, Array]:
        """(rectangles that fit, at most one an anchor; mask of the anchors where none did)."""
        found = np.full(len(anchors), None, dtype=object)
        for shapes in self._series(anchors, scale):
            open_ = np.flatnonzero([f is None for f in found])
            if not len(open_) or len(found) - len(open_) >= 4 * self.limit:
                break
            tried = shapes(open_)
            fits = shapely.covers(free, tried) & ~shapely.is_missing(tried)
            found[open_[fits]] = tried[fits]
        none = shapely.is_missing(found)
        return found[~none], none

    def _series(self, anchors: Array, scale: float) -> Iterator[Callable[[Array], Array]]:
        """Functions (anchor numbers) -> shapes, the most wanted first."""
        width = self.side * scale
        if self.edge_tree is not None:
            for aspect in _ASPECTS:
                yield partial(self._edge_shapes, anchors, width * np.sqrt(aspect), width / np.sqrt(aspect))
        if self._edges is not None:
            return
        for aspect in _ASPECTS:
            for turn in _TURNS[: 6 if aspect == 1 else None]:
                size = width * np.sqrt(aspect), width / np.sqrt(aspect)
                yield partial(_turned_shapes, anchors, size, turn)

    def _edge_shapes(self, anchors: Array, length: float, depth: float, rows: Array) -> Array:
        return self._along_edges(anchors[rows], length, depth)

    def _along_edges(self, anchors: Array, length: float, depth: float) -> Array:
        """Rectangles with one side on the nearest edge, on the anchor's side of it; None where no edge is near."""
        points = shapely.points(anchors)
        (rows, edges) = self.edge_tree.query_nearest(points, max_distance=self.side * 1.5, all_matches=False)
        made = np.full(len(anchors), None, dtype=object)
        if len(rows):
            ends = shapely.get_coordinates(self._edges[edges]).reshape(-1, 2, 2)
            along = ends[:, 1] - ends[:, 0]
            along /= np.linalg.norm(along, axis=1)[:, None]
            across = np.stack([-along[:, 1], along[:, 0]], axis=1)
            offset = anchors[rows] - ends[:, 0]
            side = np.sign((offset * across).sum(axis=1))[:, None]
            foot = ends[:, 0] + along * (offset * along).sum(axis=1)[:, None]
            centre = foot + across * side * (depth / 2 + _SHAVE_M)
            made[rows] = _turned(centre, length, depth, np.arctan2(along[:, 1], along[:, 0]))
        return made

    def _windows(self, parts: Array, anchors: Array, scale: float) -> list[Any]:
        """What the free land leaves of a square window, its width chosen by bisection so that the area is right."""
        tree = shapely.STRtree(parts)
        points = shapely.points(anchors)
        rows, owner = tree.query(points, predicate="within")
        made = []
        for row, part in zip(rows, owner):
            site = self._window(parts[part], points[row], scale)
            if site is not None:
                made.append(site)
        return made

    def _window(self, part: Any, point: Any, scale: float) -> Any:
        aim = self.wanted.aim * scale**2
        near = _piece(part, point, self.side * _WIDEST * scale)
        if near is None or near.area < aim:
            return None
        low, high = self.side * scale * 0.9, self.side * _WIDEST * scale
        for _ in range(_BISECTIONS):
            width = (low + high) / 2
            site = _piece(near, point, width)
            if site is not None and abs(site.area / aim - 1) < _CLOSE:
                return site if _good(np.array([site]))[0] and shapely.covers(part, site) else None
            low, high = (low, width) if site is not None and site.area > aim else (width, high)
        return None


def _piece(part, point, width):
    """The one polygon of part x square window that holds the point, drawn in by _SHAVE_M; None where there is none."""
    half = width / 2
    cut = polygon_parts(
        robust(shapely.intersection, part, shapely.box(point.x - half, point.y - half, point.x + half, point.y + half))
    )
    drawn = shapely.get_parts(shapely.buffer(cut, -_SHAVE_M, join_style="mitre"))
    met = drawn[shapely.intersects(drawn, point)]
    return shapely.polygons(shapely.get_exterior_ring(met[0])) if len(met) and not _holed(met[0]) else None


def _holed(polygon: Any) -> bool:
    return shapely.get_num_interior_rings(polygon) > 0


def _good(polygons: Array) -> Array:
    """Mask: nearly convex, compact, without holes."""
    hull = shapely.area(shapely.convex_hull(polygons))
    convex = shapely.area(polygons) >= _CONVEX * hull
    return convex & (compactness(polygons) >= _COMPACT) & (shapely.get_num_interior_rings(polygons) == 0)


def _turned(centres: Array, length: float, depth: float, angle: Any) -> Array:
    """Rectangles of a length and depth around centres, turned by angles (radians)."""
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]) * [length / 2, depth / 2]
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.stack([np.stack([cos, sin], -1), np.stack([-sin, cos], -1)], -2)
    return shapely.polygons(np.einsum("kc,ncd->nkd", corners, turn) + centres[:, None])


def _turned_shapes(anchors: Array, size: tuple[float, float], turn: float, rows: Array) -> Array:
    return _turned(anchors[rows], size[0], size[1], np.full(len(rows), np.radians(turn)))


def _segments(lines: Any, shortest: float) -> Array:
    """Single edges of at least `shortest` metres, nearly straight runs of edges taken as one."""
    parts = shapely.get_parts(lines)
    rings = shapely.get_parts(np.where(shapely.get_dimensions(parts) == 2, shapely.boundary(parts), parts))
    straight = shapely.simplify(rings[shapely.get_dimensions(rings) == 1], 0.5)
    coordinates, owner = shapely.get_coordinates(straight, return_index=True)
    same = owner[1:] == owner[:-1]
    edges = np.stack([coordinates[:-1][same], coordinates[1:][same]], axis=1)
    return shapely.linestrings(edges[np.linalg.norm(edges[:, 1] - edges[:, 0], axis=1) >= shortest])
