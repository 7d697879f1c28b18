"""The rings of polygons as arrays, without a copy of every polygon on the way."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from .types import Array


@dataclass(frozen=True)
class Rings:
    """`shapes`: a ring each, or a polygon without holes that stands for its only ring; `row`: the geometry it is of;
    `is_hole`: whether it bounds a hole. In the order of the geometries, shells before their holes.
    """

    shapes: Array
    row: Array
    is_hole: Array


def simple_parts(geometries: Array) -> tuple[Array, Array]:
    """(points, lines and polygons of geometries, position of the geometry each is of), nested ones too."""
    parts, of = shapely.get_parts(geometries, return_index=True)
    while (shapely.get_type_id(parts) >= shapely.GeometryType.MULTIPOINT).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        of = of[inner]
    return parts, of


def rings_of(geometries: Array) -> Rings:
    """All rings of polygons, alone or in collections of any depth; whatever else there is has none. Getting parts and
    rings would copy every polygon twice.
    """
    kinds = shapely.get_type_id(geometries)
    simple = (kinds == shapely.GeometryType.POLYGON) & (shapely.get_num_interior_rings(geometries) == 0)
    rest = np.flatnonzero(~simple & (kinds >= 0))
    simple = np.flatnonzero(simple & ~shapely.is_empty(geometries))
    parts, of = simple_parts(geometries[rest])
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings, part = shapely.get_rings(parts[areal], return_index=True)
    is_hole = np.diff(part, prepend=-1) == 0
    row = np.concatenate([simple, rest[of[areal]][part]])
    order = np.argsort(row, kind="stable") if len(rings) else slice(None)
    shapes = np.concatenate([geometries[simple], rings])
    return Rings(shapes[order], row[order], np.concatenate([np.zeros(len(simple), bool), is_hole])[order])


def are_ccw(rings: Rings) -> Any:
    """Which rings run counter-clockwise; the shells of polygons that stand for them are looked at."""
    shapes = rings.shapes.copy()
    polygons = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    shapes[polygons] = shapely.get_exterior_ring(shapes[polygons])
    return shapely.is_ccw(shapes)
