"""Projects that reach beyond the area that control layers were delivered for: nothing out there was checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

import numpy as np
import shapely

from ..land.area import statutory_areas
from ..land.rounding import half_up
from ..messages import message

if TYPE_CHECKING:
    from pyproj import CRS

    from ..land.types import Array
    from .projects import Projects


def beyond_extent(projects: Projects, extent: shapely.Geometry, plane: CRS, sliver_m2: float, layer: str) -> Array:
    """What to say of each project, "" for one that lies inside; `extent`: valid, on `plane`, as the projects are.

    A part outside of no more than `sliver_m2` (statutory m2) is an inaccuracy of the drawing. `layer`: the name of the
    layer that the extent was read from.
    """
    shapely.prepare(extent)
    said = np.full(len(projects), "", dtype=object)
    across = np.flatnonzero(~shapely.covered_by(projects.geometries, extent))
    outside = statutory_areas(shapely.difference(projects.geometries[across], extent), plane)
    for at, area in zip(across, outside):
        if area > sliver_m2:
            said[at] = message("beyond_extent", layer=layer, m2=f"{half_up(area):,.2f}")
    return said


def outside_layers(projects: Projects, covered: shapely.Geometry) -> Optional[Array]:
    """What to say of each project where nobody named the delivered area, None where all meet `covered`.

    `covered`: what the extents of all control layers cover. A project outside of it lies where nobody can tell whether
    the layers were delivered at all, so that nothing found there is not nothing there.
    """
    far = ~shapely.intersects(projects.geometries, covered)
    return np.where(far, text("outside_layers"), "").astype(object) if far.any() else None
