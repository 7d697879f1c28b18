"""Projects whose district code contradicts their place, or is none of the counties that the control layers name."""

from typing import TYPE_CHECKING, Optional

import shapely
from pyproj import CRS

from ...core.errors import OneMapError
from ...core.land.pieces import objects
from ...core.land.remarks import Remark
from ...core.land.types import Array
from ...core.review.districts import counties_named, other_districts
from ...core.review.projects import Projects
from ...formats.rules.rule_files import load_project_fields
from ...store.division_table import province_codes
from ..layers.joined_fields import first_meant
from ..layers.snapshot import LayerSnapshot
from ..layers.values import text_of

if TYPE_CHECKING:
    from .running import ReviewResult

_SHOWN = 5
_MOST = 2_000  # projects whose land a report tells of


def of_other_districts(result: "ReviewResult") -> Optional[Array]:
    """What the verdicts of such projects say, None where there are none; they are named among the result's remarks."""
    rows, projects = result.data.rows, result.data.projects
    field = first_meant(rows.snapshot.fields, load_project_fields()["county"])
    if field is None:
        return None
    stated = rows.texts(field)
    extent, layer = result.control_extent, result.control_extent.name if result.control_extent is not None else ""
    counties = counties_named((s.name for s in result.controls), province_codes(), stated)
    found = divisions_at(extent, projects, result.review.plane) if extent is not None else ()
    others = other_districts(stated, counties, found, layer)
    _note(result, "projects_in_other_district", others.by_place, {"field": field, "layer": layer})
    _note(result, "projects_of_other_county", others.by_county, {"field": field, "counties": ", ".join(counties)})
    return others.noted if others.noted.any() else None


def note_divisions(result: "ReviewResult", divisions: Optional[LayerSnapshot]) -> None:
    """Name among the result's remarks the projects that lie in another district by the report's layer of divisions."""
    rows = result.data.rows
    field = first_meant(rows.snapshot.fields, load_project_fields()["county"])
    if divisions is None or field is None or len(result.data.projects) > _MOST:
        return
    try:
        found = divisions_at(divisions.fresh(), result.data.projects, result.review.plane)
    except OneMapError:  # what tells of the land says that the layer cannot be read
        return
    wrong = other_districts(rows.texts(field), (), found).by_place
    _note(result, "projects_in_other_district", wrong, {"field": field, "layer": divisions.name})


def divisions_at(snapshot: LayerSnapshot, projects: Projects, plane: CRS) -> list[list[tuple[str, str]]]:
    """The (code, name) of the polygons of a layer in which each project lies; none where the layer has neither."""
    names = [first_meant(snapshot.fields, load_project_fields()[key]) for key in ("division_code", "division_name")]
    found: list[list[tuple[str, str]]] = [[] for _ in projects.keys]
    wanted = [name for name in names if name]
    if not wanted:
        return found
    for features, _, geometries in snapshot.batches(plane, wanted):
        shapes = objects([shape if shape is not None else shapely.Polygon() for shape in geometries])
        inside = shapely.STRtree(shapes).query(shapely.point_on_surface(projects.geometries), predicate="intersects")
        for at, row in inside.T.tolist():
            values = [text_of(features[row][name]) if name else "" for name in names]
            found[at].append((values[0] or "", values[1] or ""))
    return found


def _note(result, code, wrong, params):
    if wrong:
        keys = ", ".join(result.data.projects.keys[at] for at in wrong[:_SHOWN])
        params = {**params, "count": len(wrong), "keys": keys + (" …" if len(wrong) > _SHOWN else "")}
        result.own_remarks.append(Remark(code, result.layers[0].name, None, params))
