"""Polygons that ought to fill an area once: overlaps, gaps, what of a district is missing, what lies outside of it."""

from typing import Any, Optional

import numpy as np
import shapely

from ..land.overlay import NOISE_M2
from ..land.repair import polygon_parts
from ..land.robust import robust
from ..land.types import Array
from ..land.windows import Windows
from ..threads import Feedback, raise_if_cancelled
from .topology import Places, above, joined, places
from .topology_edges import rim
from .topology_pairs import common_land

_WHOLE_M2 = 1e-5  # planar; a polygon that leaves less of a face than this holds it whole


class Coverage:
    """Valid polygons of a plane in metres, None for a row without any. Every question raises Cancelled."""

    def __init__(self, polygons: Array, feedback: Optional[Feedback] = None) -> None:
        self._polygons = _blanked(polygons, shapely.get_dimensions(polygons) != 2)
        self._feedback = feedback
        self._tree = shapely.STRtree(self._polygons)
        self._rim = rim(self._polygons, feedback)
        self._made_faces: Any = None

    def overlaps(self, tolerance_m2: float) -> Places:
        """Pairs of rows that overlap by more than the tolerance (planar m²), once each, the lesser row first."""
        faces = self._faces()
        face, row = self._holders(faces)
        several = np.bincount(face, minlength=len(faces))[face] > 1
        face, row = face[several], row[several]
        shared = common_land(faces, self._polygons, face, row, self._feedback)
        left = shapely.area(faces[face])
        at = np.searchsorted(_numbers(face, row, self._polygons), _numbers(shared.rows, shared.others, self._polygons))
        left[at] -= shared.amounts
        split = np.unique(face[left > _WHOLE_M2])  # other pairs of polygons overlap elsewhere in such a face
        spread, asked = self._spread(np.unique(row[np.isin(face, split)]))
        one, other = _pairs(face, row)
        new = ~asked[one] & ~asked[other]
        told = joined([spread, common_land(self._polygons, self._polygons, one[new], other[new], self._feedback)])
        return above(told.take(np.lexsort((told.others, told.rows))), tolerance_m2)

    def _spread(self, waiting: Array) -> tuple[Places, Array]:
        """(overlaps of these rows with all others, and so on of whatever overlaps and of its neighbours; which rows
        were asked).
        """
        asked, found = np.zeros(len(self._polygons), bool), []
        while len(waiting):
            one, other = self._near(waiting, asked)
            asked[waiting] = True
            cut = common_land(self._polygons, self._polygons, one, other, self._feedback)
            found.append(cut)
            over = np.union1d(cut.rows, cut.others)
            touching = self._rim.touching
            more = np.union1d(over, touching[np.isin(touching, over).any(axis=1)])
            waiting = more[~asked[more]]
        return joined(found), asked

    def _near(self, rows: Array, asked: Array) -> tuple[Array, Array]:
        """Pairs (lesser, greater) of these rows and of all not asked yet whose boxes meet theirs, each once."""
        now = np.zeros(len(asked), bool)
        now[rows] = True
        at, other = self._tree.query(self._polygons[rows])
        one = rows[at]
        wanted = ~asked[other] & np.where(now[other], one < other, True)
        return np.minimum(one, other)[wanted], np.maximum(one, other)[wanted]

    def gaps(self, tolerance_m2: float) -> Places:
        """Closed places between the polygons, larger than the tolerance (planar m²); `rows`: a polygon beside."""
        return self._empty(self._faces(), tolerance_m2)

    def uncovered(self, district: Any, tolerance_m2: float) -> Places:
        """Land of the district (valid, polygonal) that the layer does not hold; `rows`: a polygon beside."""
        faces = _faces(np.append(self._rim.lines, shapely.boundary(district)))
        shapely.prepare(district)
        return self._empty(faces[shapely.intersects(district, shapely.point_on_surface(faces))], tolerance_m2)

    def _faces(self) -> Array:
        """The faces between the lines of the rim: whatever holds a point of one holds all of it."""
        if self._made_faces is None:
            self._made_faces = _faces(self._rim.lines)
        return self._made_faces

    def _holders(self, faces: Array) -> tuple[Array, Array]:
        """(face, row of a polygon that holds it), as often as there are."""
        face, row = self._tree.query(shapely.point_on_surface(faces), predicate="intersects")
        order = np.lexsort((row, face))
        return face[order], row[order]

    def _empty(self, faces: Array, tolerance_m2: float) -> Places:
        """Those of the faces that no polygon holds."""
        faces = np.delete(faces, self._holders(faces)[0])
        found = above(places(-1, shapely.area(faces), faces), tolerance_m2)
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


def _faces(lines: Array) -> Array:
    """The polygons that lines enclose."""
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(robust(shapely.union_all, lines))))
    return faces[shapely.area(faces) > NOISE_M2]


def _numbers(one: Array, other: Array, of: Array) -> Array:
    """One number for every pair of positions."""
    return one * np.int64(len(of)) + other


def _pairs(face: Array, row: Array) -> tuple[Array, Array]:
    """All pairs (lesser, greater) of rows that stand at one face, each once; both arrays sorted by face, then row."""
    found = [np.zeros((0, 2), dtype=int)]
    for step in range(1, len(face)):
        same = face[step:] == face[:-step]
        if not same.any():
            break
        found.append(np.stack([row[:-step][same], row[step:][same]], axis=1))
    pairs = np.unique(np.concatenate(found), axis=0)
    return pairs[:, 0], pairs[:, 1]


def _blanked(polygons: Array, rows: Array) -> Array:
    """A copy without the polygons of some rows."""
    made: Array = polygons.copy()
    made[rows] = None
    return made
