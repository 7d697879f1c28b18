"""What is looked at in a layer before it is used, as the desk does. No Spark and no Arrow here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from plugin.core.errors import InputError, OneMapError
from plugin.core.land import crs as crs_rules
from plugin.core.land.coordinates import misplaced
from plugin.core.land.places import centre_of, out_of_place, refusal
from plugin.core.land.scale_search import scale_doubts
from plugin.core.land.zone_search import Place, place_doubts
from plugin.core.messages import joined_texts, text
from plugin.core.review.layer_dates import DateSource, LayerDate, best, day_in_name, newest_day
from plugin.formats.rules.rule_files import load_project_fields

from .errors import BadInput
from .job import spelt

_MOST_DATED = 50_000  # a larger layer is not read through for its date, as on the desk


@dataclass(frozen=True)
class Look:
    """Why a control layer cannot be used (`failure`), or why nothing of it may be called clear (`unread`)."""

    failure: str = ""
    unread: str = ""


def look_at(layer: Any) -> Look:
    """The Look of an opened control layer: the places of its rows, and whether as many came as it says it has."""
    rows, count = layer.row_boxes()
    found = misplaced(layer.crs, rows.boxes)
    refused = refusal(layer.name, rows, found, count)
    if refused is None and count and layer.bounds is None:
        refused = InputError("layer_no_geometry", layer=layer.name)
    doubts: list[str] = [out.message() for out in out_of_place(layer.name, rows, found)]
    if layer.count < layer.expected:
        missing = text("rows_missing", layer=layer.name, count=layer.count, expected=layer.expected)
        doubts.insert(0, missing)
    return Look(str(refused) if refused else "", "; ".join(doubts))


def plane_of_projects(layer: Any) -> Any:
    """The plane that projects are checked on; raises InputError where none of them is a polygon that can be placed."""
    if layer.dimension not in (2, -1) or not layer.count:
        raise BadInput(f"{layer.name}: no polygons")
    rows, _ = layer.row_boxes(every=True)
    if not rows.has_land.any():
        raise BadInput(f"{layer.name}: no polygons")
    found = misplaced(layer.crs, rows.boxes)
    placed = ~rows_without_place(rows)
    if placed.any() and found.mask[placed].all():
        raise InputError("layer_error", layer=layer.name, error=str(found.error()))
    bounds = layer.bounds or _bounds(rows.boxes[placed])
    return crs_rules.working_plane(layer.crs, centre_of(layer.crs, bounds, lambda: rows.boxes))


def layer_date(layer: Any, names: Iterable[str], file_day: str) -> LayerDate:
    """How old the data of a layer are, as the desk finds it: a date field, its names, at last the day of its file."""
    named = LayerDate(max(map(day_in_name, names)), DateSource.NAME)
    return best(_date_of_field(layer), named, LayerDate(file_day, DateSource.FILE))


def _date_of_field(layer):
    usual = load_project_fields()["layer_date"] if 0 < layer.count <= _MOST_DATED else ()
    for name in (found for found in (spelt(name, layer.fields) for name in usual) if found in layer.fields):
        newest = newest_day(value for value in layer.values(name) if value)
        if newest:
            return LayerDate(newest, DateSource.FIELD, name)
    return None


def doubted(job: Any, controls: Sequence[Any], box: Any, extent: Any = None) -> tuple[Any, list[str]]:
    """(the Job whose sources tell what contradicts in where their layers lie, remarks), as the desk doubts them.

    `box`: of all projects, on the plane; `extent`: the Extent or None.
    """
    plane, area = job.settings.plane, extent.place if extent is not None else None
    projects = Place(job.projects_name, job.projects_crs, _back(box, plane, job.projects_crs), box)
    at = [n for n, layer in enumerate(controls) if _is_placed(layer)]
    places = [Place.of(controls[n].name, controls[n].crs, controls[n].bounds, plane) for n in at]
    places += [area] if area is not None else []
    doubts = {**scale_doubts(projects, places), **place_doubts(projects, places, plane)}
    sources, remarks = list(job.sources), []
    for number, doubt in doubts.items():
        said = text(doubt.code, **doubt.params)
        if doubt.is_failure and number < len(at):
            source = sources[at[number]]
            sources[at[number]] = replace(source, unread=joined_texts([source.unread, said]))
        else:
            remarks.append(said)
    return replace(job, sources=sources), remarks


def _back(box, plane, crs):
    return crs_rules.transform_bounds(box, plane, crs)


def _is_placed(layer):
    is_open = not isinstance(layer, OneMapError)
    return is_open and bool(layer.count and layer.bounds) and bool(np.isfinite(layer.bounds).all())


def reached_by(plane: Any, layers: Iterable[Any]) -> Any:
    """What the extents of the layers cover on the plane, None where none holds anything that can be placed."""
    known = [layer for layer in layers if not isinstance(layer, OneMapError) and layer.bounds]
    boxes = [crs_rules.transform_boxes(np.array([layer.bounds]), layer.crs, plane) for layer in known]
    finite = [box for box in boxes if np.isfinite(box).all()]
    return shapely.union_all(shapely.box(*np.concatenate(finite).T)) if finite else None


def rows_without_place(rows: Any) -> Any:
    """Booleans: rows whose box is not known."""
    return ~np.isfinite(rows.boxes).all(axis=1)


def _bounds(boxes):
    if not len(boxes):
        raise BadInput("none of the projects can be used")
    return (*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
