"""Overlay operations that do not give up: floating point first, then ever coarser grids, far below what land
can show.
"""

from collections.abc import Callable
from typing import Any

import shapely

from ..errors import InputError

# metres; the coarsest is the topology tolerance of the land surveys (1 mm), the 0.1 mm before it the resolution of
# vertices
_GRIDS = (1e-8, 1e-6, 1e-4, 1e-3)


def robust(operation: Callable[..., Any], *geometries: Any) -> Any:
    """Apply shapely.intersection, difference or union_all to valid geometries.

    GEOS can fail to node a pair in floating point (TopologyException); the same operation on a fine grid then answers.
    Raises InputError when none does.
    """
    try:
        return operation(*geometries)
    except shapely.GEOSException:
        pass
    for grid in _GRIDS:
        try:
            return operation(*geometries, grid_size=grid)
        except shapely.GEOSException as error:
            reason = error
    try:  # the last resort: rebuild both from their own boundaries
        return operation(*(shapely.make_valid(shapely.buffer(g, 0)) for g in geometries))
    except shapely.GEOSException:
        raise InputError("overlay_impossible", error=reason) from reason
