"""What of a project lies outside some pieces of land."""

from typing import Any

import numpy as np
import shapely

from .holes import less_many
from .overlay import NOISE_M2, union
from .repair import POLYGONAL, polygon_parts
from .robust import robust
from .types import Array

_MANY = 500  # parts of land


def part_outside(project: Any, pieces: Array) -> Any:
    """What of a project lies outside the union of `pieces`: polygonal, parts below NOISE_M2 removed."""
    return _without_noise(robust(shapely.difference, project, union(pieces)) if len(pieces) else project)


def parts_outside(projects: Array, pieces: Array, starts: Array, ends: Array) -> Array:
    """As `part_outside`, of each project and its pieces `starts` to `ends`."""
    rests, count = projects.copy(), ends - starts
    single = np.flatnonzero(count == 1)
    rests[single] = _differences(projects[single], pieces[starts[single]])
    for at in np.flatnonzero(count > 1):
        rests[at] = _less(projects[at], union(pieces[starts[at] : ends[at]]))
    for at in np.flatnonzero(~_is_plain(rests)):
        rests[at] = _without_noise(rests[at])
    return rests


def _less(project: Any, land: Any) -> Any:
    """The difference of two polygonal geometries."""
    if shapely.get_num_geometries(land) > _MANY:
        parts = shapely.get_parts(land)
        del land
        try:
            rest = less_many(project, parts)
        except shapely.GEOSException:
            rest = None
        if rest is not None:
            return rest
        land = shapely.multipolygons(parts)
    return robust(shapely.difference, project, land)


def _is_plain(rests: Array) -> Array:
    """Booleans: which are polygonal, all of their parts above NOISE_M2; of a project that nothing meets that is nearly
    always so, and it need not be copied.
    """
    parts, owner = shapely.get_parts(rests, return_index=True)
    noise = np.bincount(owner[~(shapely.area(parts) > NOISE_M2)], minlength=len(rests)) > 0
    found: Array = np.isin(shapely.get_type_id(rests), POLYGONAL) & ~noise & ~shapely.is_empty(rests)
    return found


def _differences(projects: Array, pieces: Array) -> Array:
    try:
        rests: Array = shapely.difference(projects, pieces)
        return rests
    except shapely.GEOSException:  # one pair that GEOS cannot node must not lose the others
        return np.array([robust(shapely.difference, a, b) for a, b in zip(projects, pieces)], dtype=object)


def _without_noise(rest: Any) -> Any:
    parts = shapely.get_parts(polygon_parts(rest))
    parts = parts[shapely.area(parts) > NOISE_M2]
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
