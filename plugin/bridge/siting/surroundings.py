"""What lies on and around the sites of a report: land by class and ownership, divisions, names, measured distances."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from ...core.land.area import statutory_areas
from ...core.review.projects import Projects
from ...core.siting.cost import SiteCost
from ...core.siting.model import NEAR, NEAR_NOT
from ..layers.map_content import Backdrop
from ..review.land_context import ContextLayers, LandContext, read_context
from .access import nearest_lines
from .costing import key_with
from .layers import SitingLayers, VectorSource
from .measure import Survey


@dataclass(frozen=True)
class Measure:
    """A straight line from a site to what was measured, on the plane."""

    title: str
    metres: float
    line: Any


def read_surroundings(job: Any, geometries: dict[str, Any], plane: Any) -> LandContext:
    """The land of {key: site} by the layers that were given. Raises Cancelled."""
    polygons = np.array(list(geometries.values()), dtype=object)
    sites = Projects(list(geometries), polygons, statutory_areas(polygons, plane))
    use = key_with(job.layers, (job.cost_table.class_field,))[0]
    snapshots = [_snapshot(job.layers, key) for key in (use, "divisions", "place_names")]
    return read_context(ContextLayers(*snapshots), sites, plane, list(geometries))


def backdrops(context: LandContext, keys: Any) -> dict[str, Backdrop]:
    """{site key: Backdrop} of the maps."""
    return {key: Backdrop(context.parcels.get(key, ()), context.labels.get(key, ())) for key in keys}


def measured_lines(job: Any, run: Any, selection: Any, geometries: dict[str, Any]) -> dict[str, list[Measure]]:
    """{site key: lines} to what the criteria of distance were measured to, one a layer."""
    survey = Survey(job.layers, run.plane)
    found: dict[str, list[Measure]] = {key: [] for key in geometries}
    rows, sites = [selection.keys.index(key) for key in geometries], np.array(list(geometries.values()), dtype=object)
    asked = {(r.constraint.layer, r.constraint.where): (r.constraint.title, r.amount)
             for r in selection.constraints if r.constraint.kind in (NEAR, NEAR_NOT)}  # fmt: skip
    asked.update({(r.factor.layer, r.factor.where): (r.factor.title, r.raw)
                  for r in selection.factors if r.factor.kind == "distance"})  # fmt: skip
    for (layer, where), (title, amounts) in asked.items():
        metres = np.asarray(amounts[rows], dtype=float)
        if not layer or not np.isfinite(metres).any():
            continue
        for key, away, line in zip(geometries, metres, nearest_lines(survey, layer, where, sites, metres)):
            if line is not None:
                found[key].append(Measure(title, float(away), line))
    return found


def access_lines(cost: SiteCost) -> list[Measure]:
    """The lines to mains and roads of one site."""
    return [Measure(r.title, float(r.metres or 0.0), r.line) for r in cost.access if r.line is not None]


def end_of(line: Any, box: Any) -> Any:
    """A point in the middle of what of a line lies in a box (QgsRectangle); None where nothing does."""
    seen = shapely.intersection(line, shapely.box(box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()))
    return None if seen.is_empty else shapely.line_interpolate_point(seen, 0.5, normalized=True)


def _snapshot(layers: SitingLayers, key: Any) -> Any:
    """The snapshot of a layer key, None where nobody gave one."""
    return layers.of(key, VectorSource)[0].snapshot if key and layers.has(key) else None
