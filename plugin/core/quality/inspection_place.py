"""Does each feature lie in the district (stage 2)."""

from collections.abc import Iterator

import numpy as np
import shapely

from ..land.types import Array
from .defects import CheckRule, Defect, LayerArrays

_SHARE = 20_000


def outside_district(layer: LayerArrays, rule: CheckRule, district: LayerArrays) -> Iterator[Defect]:
    """Features that reach beyond the district by more than the tolerance."""
    land = shapely.union_all(district.usable[~shapely.is_missing(district.usable)])
    if land.is_empty:
        return
    allowed = shapely.buffer(land, rule.tolerance)
    shapely.prepare(allowed)
    for start in range(0, len(layer), _SHARE):
        shapes = layer.geometries[start : start + _SHARE]
        for row in np.flatnonzero(~_covered(allowed, shapes)) + start:
            far = _farthest(layer.geometries[row], land)
            if far > rule.tolerance:
                yield rule.defect(layer, int(row), value=f"{far:.2f}", wanted=f"{rule.tolerance:g}")


def _covered(allowed: "shapely.Geometry", shapes: Array) -> Array:
    """Whether each geometry lies inside; what is missing is left to other checks."""
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    covered = missing.copy()
    try:
        covered[~missing] = shapely.covers(allowed, shapes[~missing])
    except shapely.GEOSException:  # an invalid geometry: its vertices decide
        pass
    return covered


def _farthest(shape: "shapely.Geometry", land: "shapely.Geometry") -> float:
    return float(shapely.distance(shapely.points(shapely.get_coordinates(shape)), land).max(initial=0.0))
