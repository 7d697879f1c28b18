"""Polygons that ought to fill an area once: overlaps, gaps, what of a district is missing, what lies outside of it."""

from typing import Any, Optional

import numpy as np
import shapely

from ..land.boxes import grown
from ..land.repair import polygon_parts
from ..land.robust import robust
from ..land.types import Array
from ..land.windows import Windows
from ..threads import Feedback, in_threads, raise_if_cancelled
from .topology import Places, above, joined, places
from .topology_edges import unshared
from .topology_pairs import common_land

_TILE = 4_000  # polygons united in one go
_APART = 1.0  # metres from the layer to the frame that tells what is open from what is closed in


class Coverage:
    """Valid polygons of a plane in metres, None for a row without any. Every question raises Cancelled."""

    def __init__(self, polygons: Array, feedback: Optional[Feedback] = None) -> None:
        self._polygons = _blanked(polygons, shapely.get_dimensions(polygons) != 2)
        self._feedback = feedback
        self._tree = shapely.STRtree(self._polygons)
        self._at_rim, self._touching = unshared(self._polygons, feedback)
        self._rim: Any = None

    def overlaps(self, tolerance_m2: float) -> Places:
        """Pairs of rows that overlap by more than the tolerance (planar m²), once each, the lesser row first.

        It begins at the rim and goes on to the neighbours of whatever overlaps, see topology_edges.
        """
        asked = np.zeros(len(self._polygons), bool)
        waiting, found = np.flatnonzero(self._at_rim), []
        while len(waiting):
            one, other = self._near(waiting, asked)
            asked[waiting] = True
            cut = common_land(self._polygons, self._polygons, one, other, self._feedback)
            found.append(cut)
            over = np.union1d(cut.rows, cut.others)
            near = self._touching[np.isin(self._touching, over).any(axis=1)]
            more = np.union1d(over, near)
            waiting = more[~asked[more]]
        told = joined(found)
        return above(told.take(np.lexsort((told.others, told.rows))), tolerance_m2)

    def _near(self, rows: Array, asked: Array) -> tuple[Array, Array]:
        """Pairs (lesser, greater) of these rows and of all not asked yet whose boxes meet theirs, each once."""
        now = np.zeros(len(asked), bool)
        now[rows] = True
        at, other = self._tree.query(self._polygons[rows])
        one = rows[at]
        wanted = ~asked[other] & np.where(now[other], one < other, True)
        return np.minimum(one, other)[wanted], np.maximum(one, other)[wanted]

    def gaps(self, tolerance_m2: float) -> Places:
        """Holes in the land of the layer, larger than the tolerance (planar m²); `rows`: a polygon beside."""
        rim = self._united_rim()
        if shapely.is_empty(rim):
            return places(-1, 0.0, [])
        around = shapely.box(*grown(tuple(shapely.bounds(rim).tolist()), _APART))
        free = shapely.get_parts(polygon_parts(robust(shapely.difference, around, rim)))
        closed = ~shapely.intersects(free, around.exterior)
        return self._empty(free[closed], tolerance_m2)

    def uncovered(self, district: Any, tolerance_m2: float) -> Places:
        """Land of the district (valid, polygonal) that the layer does not hold; `rows`: a polygon beside."""
        left = robust(shapely.difference, district, self._united_rim())
        return self._empty(shapely.get_parts(polygon_parts(left)), tolerance_m2)

    def _empty(self, parts: Array, tolerance_m2: float) -> Places:
        """Those of the parts beside the rim that no polygon within the layer fills: each is full or empty."""
        inner = _blanked(self._polygons, self._at_rim)
        filled = shapely.STRtree(inner).query(shapely.point_on_surface(parts), predicate="intersects")[0]
        parts = np.delete(parts, filled)
        found = above(places(-1, shapely.area(parts), parts), tolerance_m2)
        if len(found) and len(self._tree):
            found.rows = self._tree.query_nearest(found.geometries, all_matches=False)[1]
        return found

    def outside(self, district: Any, tolerance_m2: float) -> Places:
        """What of each row lies outside the district, larger than the tolerance."""
        shapely.prepare(district)
        used = np.flatnonzero(~shapely.is_missing(self._polygons))
        rows = used[~shapely.covers(district, self._polygons[used])]
        raise_if_cancelled(self._feedback)
        local, bounds = Windows(district), shapely.bounds(self._polygons[rows])
        rests = [
            polygon_parts(robust(shapely.difference, shape, local.local(box)))
            for shape, box in zip(self._polygons[rows], bounds.tolist())
        ]
        return above(places(rows, shapely.area(rests), rests), tolerance_m2)

    def _united_rim(self) -> Any:
        if self._rim is None:
            self._rim = union_of_many(self._polygons[self._at_rim], self._feedback)
        return self._rim


def _blanked(polygons: Array, rows: Array) -> Array:
    """A copy without the polygons of some rows."""
    made: Array = polygons.copy()
    made[rows] = None
    return made


def union_of_many(polygons: Array, feedback: Optional[Feedback] = None) -> Any:
    """The union of valid polygons, made tile by tile: a cancel is heard, and memory follows what is left."""
    if len(polygons) <= _TILE:
        return polygon_parts(robust(shapely.union_all, polygons))
    tiles = np.array_split(polygons[_along_tiles(polygons)], -(-len(polygons) // _TILE))
    united = list(in_threads(lambda tile: robust(shapely.union_all, tile), tiles, feedback))
    raise_if_cancelled(feedback)
    return polygon_parts(robust(shapely.union_all, united))


def _along_tiles(polygons: Array) -> Array:
    """An order in which polygons near one another follow each other: columns of tiles."""
    centre = shapely.bounds(polygons).reshape(-1, 2, 2).mean(axis=1)
    columns = max(int(np.sqrt(len(polygons) / _TILE)), 1)
    width = np.ptp(centre[:, 0]) / columns or 1.0
    return np.lexsort((centre[:, 1], (centre[:, 0] - centre[:, 0].min()) // width))
