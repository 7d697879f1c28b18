"""Polygons that ought to fill an area once: overlaps, gaps, what of a district is missing, what lies outside of it."""

from typing import Any, Optional

import numpy as np
import shapely

from ..land.overlay import NOISE_M2
from ..land.repair import polygon_parts
from ..land.robust import robust
from ..land.types import Array
from ..land.windows import Windows
from ..memory import give_back
from ..threads import Feedback, raise_if_cancelled
from .topology import Places, above, joined, places
from .topology_edges import rim
from .topology_pairs import common_land

_CROWD = 100


class Coverage:
    """Valid polygons of a plane in metres, None for a row without any. Every question raises Cancelled.

    `district`: the one that `uncovered` will be asked about, if that is known: lines are then noded once for all.
    """

    def __init__(self, polygons: Array, feedback: Optional[Feedback] = None, district: Any = None) -> None:
        self._district = district
        self._polygons = _blanked(polygons, shapely.get_dimensions(polygons) != 2)
        self._feedback = feedback
        self._tree = shapely.STRtree(self._polygons)
        self._rim = rim(self._polygons, feedback)
        self._made_faces: Any = None
        self._bounds = shapely.bounds(self._polygons)
        both = np.concatenate([self._rim.touching, self._rim.touching[:, ::-1]])
        both = both[np.argsort(both[:, 0], kind="stable")]
        self._touching = both[:, 1]
        self._first = np.searchsorted(both[:, 0], np.arange(len(self._polygons) + 1))

    def overlaps(self, tolerance_m2: float) -> Places:
        """Pairs of rows that overlap by more than the tolerance (planar m²), once each, the lesser row first.

        All that hold a face of the rim overlap one another in it. Within a face one polygon gives way to another only
        across an edge that both share: the neighbours of either of a pair that overlaps may overlap the other.
        """
        n = np.int64(max(len(self._polygons), 1))
        waiting = np.unique(_pairs(*self._holders(self._faces())) @ np.array([n, 1]))
        seen, found = waiting, []
        while len(waiting):
            one, other = np.divmod(waiting, n)
            cut = common_land(self._polygons, self._polygons, one, other, self._feedback)
            found.append(cut)
            near = self._near(cut.rows, cut.others, n)
            waiting = np.setdiff1d(near, seen, assume_unique=True)
            seen = np.union1d(seen, waiting)
        overlapping = joined(found)
        return above(overlapping.take(np.lexsort((overlapping.others, overlapping.rows))), tolerance_m2)

    def _near(self, one: Array, other: Array, n: Any) -> Array:
        """Numbers of the pairs of either of a pair with the neighbours of the other, if their boxes meet."""
        pairs = [np.zeros((0, 2), dtype=np.int64)]
        for kept, left in ((one, other), (other, one)):
            at, neighbour = self._neighbours(left)
            pairs.append(np.stack([kept[at], neighbour], axis=1))
        found = np.sort(np.concatenate(pairs), axis=1)
        first, second = self._bounds[found[:, 0]], self._bounds[found[:, 1]]
        meet = (np.maximum(first[:, :2], second[:, :2]) <= np.minimum(first[:, 2:], second[:, 2:])).all(axis=1)
        found = found[meet & (found[:, 0] != found[:, 1])]
        return np.unique(found[:, 0] * n + found[:, 1])

    def _neighbours(self, rows: Array) -> tuple[Array, Array]:
        """(position in `rows`, neighbour of that row), as often as there are."""
        count = self._first[rows + 1] - self._first[rows]
        at = np.repeat(np.arange(len(rows)), count)
        within = np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count)
        return at, self._touching[self._first[rows][at] + within]

    def gaps(self, tolerance_m2: float) -> Places:
        """Closed places between the polygons, larger than the tolerance (planar m²); of no row."""
        return self._empty(self._faces() if self._district is None else _faces(self._rim.lines), tolerance_m2)

    def uncovered(self, district: Any, tolerance_m2: float) -> Places:
        """Land of the district (valid, polygonal) that the layer does not hold; of no row."""
        known = district is self._district
        faces = self._faces() if known else _faces(np.append(self._rim.lines, shapely.boundary(district)))
        shapely.prepare(district)
        return self._empty(faces[shapely.intersects(district, shapely.point_on_surface(faces))], tolerance_m2)

    def _faces(self) -> Array:
        """The faces between the lines of rim and district: whatever holds a point of one holds all of it."""
        if self._made_faces is None:
            lines, district = self._rim.lines, self._district
            self._made_faces = _faces(lines if district is None else np.append(lines, shapely.boundary(district)))
            give_back()
        return self._made_faces

    def _holders(self, faces: Array) -> tuple[Array, Array]:
        """(face, row of a polygon that holds it), as often as there are."""
        face, row = self._tree.query(shapely.point_on_surface(faces), predicate="intersects")
        order = np.lexsort((row, face))
        return face[order], row[order]

    def _empty(self, faces: Array, tolerance_m2: float) -> Places:
        """Those of the faces that no polygon holds."""
        faces = np.delete(faces, self._holders(faces)[0])
        return above(places(-1, shapely.area(faces), faces), tolerance_m2)

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


def _faces(lines: Array) -> Array:
    """The polygons that lines enclose."""
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(robust(shapely.union_all, lines))))
    return faces[shapely.area(faces) > NOISE_M2]


def _pairs(face: Array, row: Array) -> Array:
    """Pairs (n x 2: lesser, greater) of rows that hold one face; both arrays are sorted by face, then row.

    Where more than _CROWD lie over one another each is paired with the next so many only: pairs grow with the square.
    """
    found = [np.zeros((0, 2), dtype=int)]
    for step in range(1, min(len(face), _CROWD + 1)):
        same = face[step:] == face[:-step]
        if not same.any():
            break
        found.append(np.stack([row[:-step][same], row[step:][same]], axis=1))
    return np.concatenate(found)


def _blanked(polygons: Array, rows: Array) -> Array:
    """A copy without the polygons of some rows."""
    made: Array = polygons.copy()
    made[rows] = None
    return made
