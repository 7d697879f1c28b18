"""What lies on and around the sites of a report: land by class and ownership, divisions, names, measured distances."""

from dataclasses import dataclass, field
from typing import Any, Union

import numpy as np
import shapely
from pyproj import CRS
from shapely import Geometry

from ...core.errors import OneMapError
from ...core.land.area import statutory_areas
from ...core.land.boxes import Box
from ...core.land.pieces import objects
from ...core.review.projects import Projects
from ...core.siting.cost import SiteCost
from ...core.siting.model import NEAR, NEAR_NOT
from ...core.siting.selection import Selection
from ...formats.rules.rule_files import load_project_fields
from ..layers.map_content import Backdrop
from ..review.land_context import ContextLayers, LandContext, read_context
from .access import nearest_lines
from .costing import key_with
from .layers import SitingLayers, VectorSource
from .measure import Survey
from .search import FindSites
from .select import SelectionRun, SelectSites
from .source import FeatureQuery

SHOWN_M = 400.0  # a longer distance leaves the map, which would show the site too small
_MAP_ASPECT = 2.0
_MOST_ROADS, _MOST_NAMES = 5000, 60  # of a map


@dataclass(frozen=True)
class Measure:
    """A straight line from a site to what was measured, on the plane."""

    title: str
    metres: float
    line: Geometry


def read_surroundings(job: Union[SelectSites, FindSites], geometries: dict[str, Geometry], plane: CRS) -> LandContext:
    """The land of {key: site} by the layers that were given. Raises Cancelled."""
    polygons = np.array(list(geometries.values()), dtype=object)
    sites = Projects(list(geometries), polygons, statutory_areas(polygons, plane))
    use = key_with(job.layers, (job.cost_table.class_field,))[0]
    snapshots = [_snapshot(job.layers, key) for key in (use, "divisions", "place_names")]
    return read_context(ContextLayers(*snapshots), sites, plane, list(geometries))


def backdrops(
    job: Union[SelectSites, FindSites], geometries: dict[str, Geometry], lines: dict[str, list[Measure]], plane: CRS
) -> dict[str, Backdrop]:
    """{site key: Backdrop} of the maps, as far as each map reaches. Raises Cancelled."""
    boxes = np.array([_map_box(site, lines[key]) for key, site in geometries.items()], dtype=object)
    around = Projects(list(geometries), boxes, statutory_areas(boxes, plane))
    use = key_with(job.layers, (job.cost_table.class_field,))[0]
    layers = ContextLayers(_snapshot(job.layers, use), None, _snapshot(job.layers, "place_names"))
    context = read_context(layers, around, plane, list(geometries))
    return {key: Backdrop(context.parcels.get(key, ()), context.labels.get(key, ())) for key in geometries}


def _map_box(site: Geometry, lines: list[Measure]) -> Any:
    """About what the map of a site shows: the site and the shorter lines, as wide as a map is."""
    near = [one.line for one in lines if one.metres <= SHOWN_M]
    left, low, right, top = shapely.total_bounds(objects([site, *near]))
    x, wide = (left + right) / 2, max(right - left, (top - low) * _MAP_ASPECT) / 2
    return shapely.box(x - wide, low, x + wide, top)


def measured_lines(
    job: Union[SelectSites, FindSites], run: SelectionRun, selection: Selection, geometries: dict[str, Geometry]
) -> dict[str, list[Measure]]:
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


@dataclass(frozen=True)
class Features:
    """What the maps of a report show all over: names (point, text), roads and borders of divisions as lines."""

    names: list[tuple[Geometry, str]] = field(default_factory=list)
    roads: Any = ()
    borders: Any = ()


def read_features(layers: SitingLayers, box: Box, plane: CRS) -> Features:
    """Features of a box on the plane, by the layers that were given; one that cannot be read is left out."""
    names, borders = _named(layers, "divisions", "division_name", box, plane)
    places, _ = _named(layers, "place_names", "place_name", box, plane)
    roads = _read(layers, "roads", "", box, plane)
    lines = objects([g for g, _ in roads if shapely.get_dimensions(g) == 1][:_MOST_ROADS])
    return Features([*names, *places[:_MOST_NAMES]], lines, objects(borders))


def _named(
    layers: SitingLayers, key: str, role: str, box: Box, plane: CRS
) -> tuple[list[tuple[Geometry, str]], list[Geometry]]:
    """((point in what of a feature is seen, its name), outlines)."""
    if not layers.has(key):
        return [], []
    source = layers.of(key, VectorSource)[0]
    name = next((n for n in load_project_fields()[role] if source.snapshot.has_field(n)), "")
    seen, names, lines = shapely.box(*box), [], []
    for geometry, text in _read(layers, key, name, box, plane) if name else ():
        inside = shapely.intersection(geometry, seen)
        if text and not inside.is_empty:
            names.append((shapely.point_on_surface(inside), text))
        if shapely.get_dimensions(geometry) == 2:
            lines.append(shapely.boundary(geometry))
    return names, lines


def _read(layers: SitingLayers, key: str, name: str, box: Box, plane: CRS) -> list[tuple[Geometry, str]]:
    if not layers.has(key):
        return []
    try:
        read = layers.of(key, VectorSource)[0].read(FeatureQuery(plane, name, ("",), box))
        return [
            (g, text) for shapes, texts, _ in read for g, text in zip(shapes, texts if name else [""] * len(shapes))
        ]
    except OneMapError:
        return []  # whoever asked the layer for an answer has been told


def access_lines(cost: SiteCost) -> list[Measure]:
    """The lines to mains and roads of one site."""
    return [Measure(r.title, float(r.metres or 0.0), r.line) for r in cost.access if r.line is not None]


def end_of(line: Geometry, box: Geometry) -> Geometry:
    """A point in the middle of what of a line lies in a box (QgsRectangle); None where nothing does."""
    seen = shapely.intersection(line, shapely.box(box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()))
    return None if seen.is_empty else shapely.line_interpolate_point(seen, 0.5, normalized=True)


def _snapshot(layers: SitingLayers, key: Any) -> Any:
    """The snapshot of a layer key, None where nobody gave one."""
    return layers.of(key, VectorSource)[0].snapshot if key and layers.has(key) else None
