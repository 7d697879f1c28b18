"""What sites shall follow: edges of roads and parcels, and parcels that are taken whole."""

from typing import Optional

import numpy as np
import shapely
from pyproj import CRS
from shapely import Geometry

from ...core.land.types import Array
from ...core.siting.parcel_unions import Parcels
from ...core.threads import Feedback
from .layers import VectorSource
from .source import FeatureQuery


def lines_of(
    source: Optional[VectorSource], plane: CRS, extent: Geometry, feedback: Optional[Feedback]
) -> Optional[Array]:
    """The features near an extent whose edges sites follow; None where no layer was given. Raises Cancelled."""
    if source is None:
        return None
    query = FeatureQuery(plane, box=tuple(shapely.total_bounds(extent)))
    return np.concatenate([np.array([], dtype=object), *(g for g, _, _ in source.read(query, feedback))])


def parcels_of(lines: Optional[Array], plane: CRS) -> Optional[Parcels]:
    """The Parcels among them; None where there are only lines."""
    if lines is None:
        return None
    areas = lines[shapely.get_dimensions(lines) == 2]
    return Parcels(areas, plane) if len(areas) else None
