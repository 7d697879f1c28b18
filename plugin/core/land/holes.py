"""A polygon less very many others of which nearly all lie alone inside it: these are its holes, no overlay needed.

Of a county and its thousands of fields an overlay of all edges takes a hundred megabytes; what touches the border, a
neighbour or has holes itself is left to it.
"""

from __future__ import annotations

from typing import Any, Optional

import numpy as np
import shapely

from .types import Array

_ROOM_M = 1e-3


def less_many(polygon: Any, parts: Array) -> Optional[Any]:
    """What of a valid polygonal geometry lies outside `parts`, the polygons of a valid multipolygon.

    None where it cannot be told so; may raise GEOSException.
    """
    alone = _alone(polygon, parts)
    rest = shapely.difference(polygon, shapely.multipolygons(parts[~alone]))
    pieces = shapely.get_parts(rest)
    holes = shapely.get_exterior_ring(parts[alone])
    places = shapely.points(shapely.get_coordinates(shapely.get_point(holes, 0)))
    hole, piece = shapely.STRtree(pieces).query(places, predicate="intersects")
    if not np.array_equal(hole, np.arange(len(holes))) or (shapely.get_dimensions(pieces) != 2).any():
        return None
    made = [_with_holes(own, holes[piece == number]) for number, own in enumerate(pieces)]
    return made[0] if len(made) == 1 else shapely.multipolygons(made)


def _alone(polygon: Any, parts: Array) -> Array:
    """Booleans: parts without holes that lie well inside the polygon, touch no other part and lie in no hole of one."""
    tree, room = shapely.STRtree(parts), _room(parts)
    shapely.prepare(polygon)
    inside = shapely.contains_properly(polygon, room)
    shapely.destroy_prepared(polygon)  # another thread may be the next to use it
    alone: Array = inside & (shapely.get_num_interior_rings(parts) == 0)
    # where the border is cut its edges move by the rounding of a crossing: nothing may lie as near as that
    alone[tree.query(room[~inside], predicate="intersects")[1]] = False
    one, other = tree.query(parts, predicate="intersects")
    alone[one[one != other]] = False
    holed = np.flatnonzero(shapely.get_num_interior_rings(parts))
    rings, owner = shapely.get_rings(parts[holed], return_index=True)
    is_hole = np.diff(owner, prepend=-1) == 0
    hole, part = tree.query(shapely.polygons(rings[is_hole]), predicate="intersects")
    alone[part[holed[owner[is_hole]][hole] != part]] = False
    return alone


def _room(parts: Array) -> Array:
    """A box around each part, a little larger."""
    left, low, right, top = shapely.bounds(parts).T
    boxes: Array = shapely.box(left - _ROOM_M, low - _ROOM_M, right + _ROOM_M, top + _ROOM_M)
    return boxes


def _with_holes(polygon: Any, holes: Array) -> Any:
    if not len(holes):
        return polygon
    own = shapely.get_rings(polygon)
    return shapely.polygons(own[0], holes=np.concatenate([own[1:], holes]))
