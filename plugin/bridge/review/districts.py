"""Projects whose district code contradicts their place, or is none of the counties that the control layers name."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional

import numpy as np
import shapely
from pyproj import CRS

from ...core.errors import OneMapError
from ...core.land.pieces import objects
from ...core.land.remarks import Remark
from ...core.land.types import Array
from ...core.messages import message
from ...core.review.districts import contradicts, counties_named
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
    stated, noted = rows.texts(field), np.full(len(projects), "", dtype=object)
    if result.control_extent is not None:
        found, wrong = _elsewhere(result, stated, result.control_extent)
        noted[wrong] = objects([_said(stated[at], found[at], result.control_extent.name) for at in wrong])
        _note(result, "projects_in_other_district", wrong, {"field": field, "layer": result.control_extent.name})
    counties = counties_named((s.name for s in result.controls), province_codes(), stated)
    others = [(code, "") for code in counties]
    wrong = [at for at, text in enumerate(stated) if not noted[at] and contradicts(text, others)]
    noted[wrong] = objects(
        [message("project_of_other_county", stated=stated[at], counties=", ".join(counties)) for at in wrong]
    )
    _note(result, "projects_of_other_county", wrong, {"field": field, "counties": ", ".join(counties)})
    return noted if noted.any() else None


def note_divisions(result: "ReviewResult", divisions: Optional[LayerSnapshot]) -> None:
    """Name among the result's remarks the projects that lie in another district by the report's layer of divisions."""
    rows = result.data.rows
    field = first_meant(rows.snapshot.fields, load_project_fields()["county"])
    if divisions is None or field is None or len(result.data.projects) > _MOST:
        return
    try:
        _, wrong = _elsewhere(result, rows.texts(field), divisions.fresh())
    except OneMapError:  # what tells of the land says that the layer cannot be read
        return
    _note(result, "projects_in_other_district", wrong, {"field": field, "layer": divisions.name})


def _elsewhere(result, stated, snapshot):
    """The divisions of a layer in which each project lies, and positions of those that state another."""
    found = divisions_at(snapshot, result.data.projects, result.review.plane)
    return found, [at for at, others in enumerate(found) if contradicts(stated[at], others)]


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


def _said(stated: Optional[str], others: Sequence[tuple[str, str]], layer: str) -> str:
    lies_in = ", ".join(f"{name} {code}".strip() for code, name in others)
    return message("project_in_other_district", stated=stated, found=lies_in, layer=layer)


def _note(result, code, wrong, params):
    if wrong:
        keys = ", ".join(result.data.projects.keys[at] for at in wrong[:_SHOWN])
        params = {**params, "count": len(wrong), "keys": keys + (" …" if len(wrong) > _SHOWN else "")}
        result.own_remarks.append(Remark(code, result.layers[0].name, None, params))
