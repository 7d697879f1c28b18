"""Faults of points: two at one place, or in none of the polygons they belong to."""

from typing import Optional

import numpy as np
import shapely

from ..land.types import Array
from ..threads import Feedback
from .topology import Places, places


def duplicate_points(geometries: Array, tolerance: float) -> Places:
    """Pairs of features with a point each at most `tolerance` metres apart: every feature once, with the first
    feature that it doubles; the amount is their distance.
    """
    parts, row = shapely.get_parts(geometries, return_index=True)
    tree = shapely.STRtree(parts)
    one, other = tree.query(parts, predicate="dwithin", distance=tolerance)
    later = row[other] < row[one]
    one, other = one[later], other[later]
    order = np.lexsort((row[other], row[one]))
    one, other = one[order], other[order]
    first = np.flatnonzero(np.diff(row[one], prepend=-1))
    one, other = one[first], other[first]
    return places(row[one], shapely.distance(parts[one], parts[other]), parts[one], others=row[other])


def points_outside(geometries: Array, polygons: Array, tolerance: float, feedback: Optional[Feedback] = None) -> Places:
    """Points in no polygon; the amount is the distance to the next one in metres, infinite where there is none."""
    parts, row = shapely.get_parts(geometries, return_index=True)
    tree = shapely.STRtree(polygons)
    found = np.unique(tree.query(parts, predicate="dwithin", distance=tolerance)[0])
    alone = np.setdiff1d(np.arange(len(parts)), found)
    alone = alone[~shapely.is_empty(parts[alone])]
    far = np.full(len(alone), np.inf)
    if len(tree) and len(alone):
        (which, _), distance = tree.query_nearest(parts[alone], all_matches=False, return_distance=True)
        far[which] = distance
    return places(row[alone], far, parts[alone])
