"""Areas that a layer states against its geometry."""

from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import CRS

from ..land.area import statutory_areas
from ..land.rounding import half_up
from ..land.types import Array
from .topology import Places, places


@dataclass(frozen=True)
class AreaRule:
    """`formula`: "statutory" (ellipsoidal) or "projected"; an area is wrong where it is off by more than both
    `absolute` (m²) and `relative` (share of the computed one). `square_metres`: what one unit of the field holds.
    """

    formula: str = "statutory"
    absolute: float = 1.0
    relative: float = 0.0
    square_metres: float = 1.0


def computed_areas(geometries: Array, plane: CRS, formula: str) -> Array:
    """Areas in m², 0 for a geometry that is missing."""
    if formula == "projected":
        return np.nan_to_num(half_up(shapely.area(geometries), 2))
    return statutory_areas(geometries, plane)


def wrong_areas(geometries: Array, stated: Array, computed: Array, rule: AreaRule) -> Places:
    """Features whose stated area (in the unit of the field; not-a-number: none stated) is not the computed one (m²).

    The amount is stated less computed, in m²; not-a-number for a feature that states none. Missing geometries are not
    told.
    """
    off = stated * rule.square_metres - computed
    noise = 1e-9 * np.maximum(computed, 1.0)  # a tolerance of 1 m² allows 1 m², whatever doubles make of it
    allowed = np.maximum(rule.absolute, rule.relative * computed) + noise
    wrong = ~(np.abs(off) <= allowed) & ~shapely.is_missing(geometries)
    rows = np.flatnonzero(wrong)
    return places(rows, off[rows], geometries[rows])
