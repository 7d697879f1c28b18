"""Geometries of any kind as multipolygons, for outputs that hold nothing else."""

from collections.abc import Sequence
from typing import Any, Union

import numpy as np
import shapely

from .pieces import objects
from .types import Array

_STRIP_M = 0.5


def areal_multipolygons(geometries: Union[Array, Sequence[Any]]) -> Array:
    """Multipolygons of findings, of what `areal` makes of them."""
    return multipolygons(areal(geometries))


def areal(geometries: Union[Array, Sequence[Any]]) -> Array:
    """Polygons of findings; points and lines as 1 m wide strips, so that one polygon layer holds every finding."""
    shapes = objects(geometries)
    flat = shapely.get_dimensions(shapes) < 2
    shapes[flat] = shapely.buffer(shapes[flat], _STRIP_M)
    return shapes


def multipolygons(geometries: Array) -> Array:
    """Polygons and multipolygons as multipolygons."""
    shapes = objects(geometries)
    single = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    shapes[single] = shapely.multipolygons(shapes[single], indices=np.arange(single.sum()))
    return shapes
