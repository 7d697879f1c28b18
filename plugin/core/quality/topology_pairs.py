"""What pairs of polygons share, whatever their size."""

from typing import Any, Optional

import numpy as np
import shapely

from ..land.overlay import HUGE
from ..land.pieces import objects
from ..land.repair import polygon_parts
from ..land.robust import robust
from ..land.types import Array
from ..land.windows import Windows
from ..threads import Feedback, in_threads
from .topology import Places, above, joined, places

_PAIRS = 2_000  # cut in one go


class Surroundings:
    """Polygons of which a huge one is cut to the surroundings of what it meets: the same land there."""

    def __init__(self, polygons: Array) -> None:
        self._polygons = polygons
        self._huge = shapely.get_num_coordinates(polygons) > HUGE
        self._windows: dict[int, Windows] = {}

    def of(self, rows: Array, boxes: Array) -> Array:
        """The polygons of rows as they are inside boxes (n x 4); not to be asked by two threads at once."""
        found = self._polygons[rows]
        for at in np.flatnonzero(self._huge[rows]):
            row = int(rows[at])
            if row not in self._windows:
                self._windows[row] = Windows(self._polygons[row])
            found[at] = self._windows[row].local(boxes[at].tolist())
        return found


def common_land(first: Array, second: Array, one: Array, other: Array, feedback: Optional[Feedback] = None) -> Places:
    """What `first[one]` and `second[other]` share, pair by pair, where it is an area (planar m²)."""
    if not len(one):
        return places(-1, 0.0, [])
    near, far = Surroundings(first), Surroundings(second)
    bounds = shapely.bounds(first), shapely.bounds(second)

    def pairs() -> Any:
        for share in np.array_split(np.arange(len(one)), len(one) // _PAIRS + 1):
            a, b = one[share], other[share]
            yield a, b, near.of(a, bounds[1][b]), far.of(b, bounds[0][a])

    def cut(pair: tuple[Array, Array, Array, Array]) -> Places:
        a, b, left, right = pair
        pieces = _cut(left, right)
        area = shapely.area(pieces)
        real = area > 0
        return places(a[real], area[real], pieces[real], others=b[real])

    return joined(in_threads(cut, pairs(), feedback))


def _cut(first: Array, second: Array) -> Array:
    try:
        pieces = shapely.intersection(first, second)
    except shapely.GEOSException:  # one pair that GEOS cannot node must not lose the others
        pieces = objects([robust(shapely.intersection, a, b) for a, b in zip(first, second)])
    for row in np.flatnonzero(shapely.get_type_id(pieces) == shapely.GeometryType.GEOMETRYCOLLECTION):
        pieces[row] = polygon_parts(pieces[row])
    return pieces


def overlaps_between(first: Array, second: Array, tolerance_m2: float, feedback: Optional[Feedback] = None) -> Places:
    """Where two layers of valid polygons (None for rows without one) lie over one another: `rows` in the first,
    `others` in the second, a place for every two parts.
    """
    parts, row = shapely.get_parts(first, return_index=True)
    other_parts, other_row = shapely.get_parts(second, return_index=True)
    one, other = shapely.STRtree(other_parts).query(parts) if len(parts) and len(other_parts) else np.zeros((2, 0), int)
    found = above(common_land(parts, other_parts, one, other, feedback), tolerance_m2)
    found.rows, found.others = row[found.rows], other_row[found.others]
    return found
