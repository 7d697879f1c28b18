"""What of one polygon lies in each of several others. GEOS compares the edges of a polygon with each other, too: one of
20,000 spikes takes it seconds for each cut; there arrays answer, whose time grows with the edges that cross.
"""

from typing import Any

import numpy as np
import shapely

from .clear_cuts import clear_cuts
from .pieces import objects
from .repair import polygon_parts
from .shells import shells
from .types import Array

MANY = 2_000  # vertices from which arrays are asked


def has_many_vertices(polygon: Any) -> bool:
    """Whether cuts of a polygon are dear."""
    return int(shapely.get_num_coordinates(polygon)) >= MANY


def cut_outs(polygons: Array, polygon: Any) -> Array:
    """The polygonal parts of `polygon` in each of `polygons`, all of them valid; empty where there is none."""
    found = np.empty(len(polygons), dtype=object)
    if len(polygons) and has_many_vertices(polygon):
        shapely.prepare(polygon)
        _by_arrays(polygons, polygon, found)
    for row in np.flatnonzero(found == None):  # noqa: E711 - of an array
        found[row] = _by_geos(polygons[row], polygon)
    return found


def do_overlap(polygons: Array) -> bool:
    """Whether any two polygons have land in common, not just a border."""
    one, other = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    once = one < other
    return bool(shapely.relate_pattern(polygons[one[once]], polygons[other[once]], "2********").any())


def _by_arrays(polygons: Array, polygon: Any, found: Array) -> None:
    """Fill in the cuts that are clear; a polygon with a hole near a crossing is none of them."""
    first, second = shells(objects([polygon])), shells(polygons)
    rows = np.flatnonzero(second.usable & first.usable[0])
    if not len(rows):
        return
    cuts = clear_cuts(first, second, np.zeros(len(rows), dtype=int), rows)
    is_answered = cuts.clear.copy()
    is_answered[cuts.pierced] = False
    good = is_answered[cuts.crossing]
    found[rows[cuts.crossing[good]]] = cuts.pieces[good]


def _by_geos(one: Any, polygon: Any) -> Any:
    """A polygon that lies in the other entirely is not cut, however many vertices it has."""
    if not shapely.intersects(polygon, one):
        return shapely.Polygon()
    if shapely.contains_properly(one, polygon):
        return polygon
    if shapely.contains_properly(polygon, one):
        return one
    return polygon_parts(shapely.intersection(one, polygon))
