"""Fewer of many places, spread evenly over a box."""

import numpy as np
import shapely

from ..land.types import Array, Box


def thinned(sites: Array, limit: int, core: Box) -> Array:
    """At most `limit` sites spread evenly: the first of each cell of the finest grid that is coarse enough."""
    return (
        sites if len(sites) <= limit else sites[firsts(shapely.get_coordinates(shapely.centroid(sites)), limit, core)]
    )


def spread(points: Array, limit: int, core: Box) -> Array:
    """At most `limit` points, spread evenly."""
    return points if len(points) <= limit else points[firsts(points, limit, core)]


def firsts(points: Array, limit: int, core: Box) -> Array:
    """Positions of the first point of each cell of the finest grid that has at most `limit` of them."""
    if limit < 1:
        return np.array([], dtype=int)
    count = int(np.ceil(np.sqrt(limit))) * 3
    while True:
        cell = (core[2] - core[0]) / count, (core[3] - core[1]) / count
        key = np.floor((points - core[:2]) / cell).astype(np.int64)
        _, first = np.unique(key[:, 1] * 1_000_000 + key[:, 0], return_index=True)
        if len(first) <= limit or count == 1:
            return np.sort(first)[:limit]
        count -= max(count // 8, 1)
