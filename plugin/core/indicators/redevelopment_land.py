"""Land of redevelopment projects: statutory areas, a place counted once."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from pyproj import CRS

from ..land.area import statutory_areas
from ..land.outside import part_outside
from ..land.pieces import objects
from ..land.types import Array


def own_areas(geometries: Sequence[Any], plane: CRS) -> Array:
    """Statutory areas (m²); 0 where there is no geometry."""
    return statutory_areas(objects(geometries), plane) if len(geometries) else np.zeros(0)


def counted_areas(geometries: Sequence[Any], plane: CRS) -> Array:
    """Statutory areas (m²) of what each geometry adds to those before it: their sum is the area of the union."""
    if not len(geometries):
        return np.zeros(0)
    shapes = objects(geometries)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    earlier = other < one
    one, other = one[earlier], other[earlier]
    meets = shapely.relate_pattern(shapes[one], shapes[other], "T********")
    one, other = one[meets], other[meets]
    rest = shapes.copy()
    for number in np.unique(one):
        rest[number] = part_outside(shapes[number], shapes[other[one == number]])
    return statutory_areas(rest, plane)
