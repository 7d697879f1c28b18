"""Projects that reach beyond the area that control layers were delivered for: nothing out there was checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

import numpy as np
import shapely

from ..land.area import statutory_areas
from ..land.rounding import half_up
from ..land.types import Array
from ..messages import message

if TYPE_CHECKING:
    from pyproj import CRS

    from .projects import Projects

ELSEWHERE = 10_000.0  # metres; ours: farther than this from every control layer lies another county


@dataclass(frozen=True)
class Outside:
    """Projects outside every control layer where nobody named the delivered area: `far` of all projects, and what the
    verdicts of each say, "" for nothing: `unchecked` of those in another place, `noted` of those close by.
    """

    far: Array
    unchecked: Optional[Array]
    noted: Optional[Array]


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


def outside_layers(projects: Projects, covered: shapely.Geometry) -> Optional[Outside]:
    """The projects outside what the extents of all control layers cover, None where all meet it.

    Nobody can tell there whether the layers were delivered for the place at all: nothing found is not nothing there.
    """
    far = ~shapely.intersects(projects.geometries, covered)
    if not far.any():
        return None
    apart = far & (shapely.distance(projects.geometries, covered) > ELSEWHERE)
    near = far & ~apart
    unchecked = _said(apart, "outside_layers_far") if apart.any() else None
    return Outside(far, unchecked, _said(near, "outside_layers_near") if near.any() else None)


def _said(rows: Array, code: str) -> Array:
    said = np.full(len(rows), "", dtype=object)
    said[rows] = message(code, km=int(ELSEWHERE / 1000))
    return said
