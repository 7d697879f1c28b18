"""Project polygons as the check reads them: unique keys, names, statutory areas, the projects each rule's
`unless` lets go.
"""

from dataclasses import dataclass, field
from typing import Optional

import numpy as np
import shapely
from pyproj import CRS
from qgis.core import QgsFeatureRequest, QgsVectorLayer

from ...core.errors import InputError
from ...core.land.area import statutory_areas
from ...core.land.coordinates import misplaced
from ...core.land.input_check import CheckItem, CheckState
from ...core.land.remarks import Remark
from ...core.land.shapefile import shapefile_faults
from ...core.messages import text
from ...core.review.catalogue import ControlLine
from ...core.review.line_check import LineTask
from ...core.review.project_task import (
    KEY_FIELDS,
    NAME_FIELDS,
    ProjectAnswers,
    asks_for_uses,
    height_expression,
    line_task,
)
from ...core.review.projects import Projects
from ...core.review.report_data import ProjectInfo
from ...core.review.rules import Rule
from ...core.review.run import unique_keys
from ...core.threads import Feedback
from ...formats.rules.rule_files import load_project_fields
from ..layers.conditions import RowCondition, RowNumber
from ..layers.snapshot import LayerSnapshot
from ..layers.values import text_of
from ..layers.wkb import feature_box


@dataclass
class ProjectData:
    """What was read: `projects` for the overlay, `infos` for the report, the features kept for `unless`."""

    projects: Projects
    infos: list[ProjectInfo]
    features: list = field(repr=False, default_factory=list)


_FAR_APART = (6.0, 600_000.0)  # degrees, metres: an extent beyond this may come from one misplaced project


def project_centre(snapshot: LayerSnapshot, layer: QgsVectorLayer) -> tuple[float, float]:
    """(x, y) in the middle of the projects: of their extent, or of most of them where one lies far off.

    Main thread. Raises InputError for a shapefile whose files do not belong together.
    """
    if snapshot.file is not None and snapshot.file.suffix.lower() == ".shp":
        for fault in shapefile_faults(snapshot.file):
            raise InputError("layer_error", layer=snapshot.name, error=text(fault.code, **fault.params))
    extent = snapshot.extent
    if max(extent.width(), extent.height()) < _FAR_APART[snapshot.crs.is_projected]:
        return extent.center().x(), extent.center().y()
    boxes = np.array([feature_box(f) for f in layer.getFeatures(QgsFeatureRequest().setNoAttributes())])
    placed = boxes[np.isfinite(boxes).all(axis=1) & ~misplaced(snapshot.crs, boxes).mask]
    if not len(placed):
        return extent.center().x(), extent.center().y()
    return tuple(np.median((placed[:, :2] + placed[:, 2:]) / 2, axis=0).tolist())


def read_projects(
    snapshot: LayerSnapshot, key_field: str, plane: CRS, feedback: Optional[Feedback] = None
) -> ProjectData:
    """Read all projects of a LayerSnapshot.

    `key_field`: name of the key field; "" takes the first of KEY_FIELDS that the layer has, else the feature id.
    Raises InputError when the layer has no such field, holds no feature, no polygons, or none that can be used.
    """
    if key_field and not snapshot.has_field(key_field):
        names = ", ".join(f.name() for f in snapshot.fields)
        raise InputError("field_missing", layer=snapshot.name, field=key_field, fields=names)
    if snapshot.dimension != 2:
        raise InputError("projects_not_polygons", layer=snapshot.name)
    features, fids, geometries = _read_all(snapshot, plane, feedback)
    key_field = key_field or _first(snapshot, KEY_FIELDS)
    name_field = _first(snapshot, NAME_FIELDS)
    keys, duplicates = unique_keys([_text(f, key_field) for f in features], fids)
    if duplicates:
        snapshot.remarks.append(Remark("duplicate_keys", snapshot.name, None, {"keys": _some(duplicates)}))
    return _assemble(snapshot, _Keyed(keys, features, geometries), name_field, plane)


def _read_all(snapshot, plane, feedback):
    fields = [f.name() for f in snapshot.fields]
    batches = list(snapshot.batches(plane, fields, feedback))
    if not batches:
        raise InputError("projects_empty", layer=snapshot.name)
    features = [feature for batch in batches for feature in batch[0]]
    _note_missing(snapshot, len(features))
    return features, np.concatenate([b[1] for b in batches]), np.concatenate([b[2] for b in batches])


def _note_missing(snapshot, count):
    """Say how many rows of the projects did not become features: they are in no result."""
    if count < snapshot.expected_count:
        missing = snapshot.expected_count - count
        params = {"layer": snapshot.name, "expected": snapshot.expected_count, "count": count, "missing": missing}
        snapshot.remarks.append(Remark("project_rows_missing", snapshot.name, None, params))
        snapshot.check.add(CheckItem.COUNT, CheckState.REMARK, "project_rows_missing", **params)


@dataclass
class _Keyed:
    """Features with their keys and their geometries on the plane, None where one cannot be used."""

    keys: list[str]
    features: list
    geometries: np.ndarray


def _assemble(snapshot: LayerSnapshot, read: _Keyed, name_field: Optional[str], plane: CRS) -> ProjectData:
    keys, features, geometries = read.keys, read.features, read.geometries
    usable = np.flatnonzero(~shapely.is_missing(geometries))
    if not len(usable):
        raise InputError("projects_all_unusable", layer=snapshot.name, count=len(features))
    areas = statutory_areas(geometries[usable], plane)
    unusable = [keys[i] for i in np.flatnonzero(shapely.is_missing(geometries))]
    projects = Projects([keys[i] for i in usable], geometries[usable], areas, unusable)
    area_of = dict(zip(usable, areas))
    applicant, use = (_first(snapshot, load_project_fields()[key]) for key in ("applicant", "land_use"))
    infos = []
    for i, (key, feature) in enumerate(zip(keys, features)):
        name, *who = (_text(feature, wanted) or "" for wanted in (name_field, applicant, use))
        infos.append(ProjectInfo(key, name, float(area_of.get(i, 0.0)), {}, *who))
    return ProjectData(projects, infos, [features[i] for i in usable])


def project_task(line: ControlLine, rules: list[Rule], snapshot: LayerSnapshot, features: list) -> LineTask:
    """The LineTask of a control line for the projects of a layer; remarks tell of fields that it lacks."""
    let_go = {rule.id: _let_go(rule, snapshot, features) for rule in rules if rule.unless}
    answers = ProjectAnswers(
        land_uses(snapshot, features) if asks_for_uses(rules) else (),
        {rule_id: mask for rule_id, mask in let_go.items() if mask is not None},
        {rule.id: _heights(rule, snapshot, features) for rule in rules if rule.limit},
    )
    _note_unknown_uses(rules, answers.uses, snapshot)
    return line_task(line, rules, answers)


def _let_go(rule, snapshot, features):
    """Boolean array over projects: those that the rule's `unless` is true of; None, and a remark, when the layer
    lacks a field of it: then the rule binds all.
    """
    condition = RowCondition(rule.unless, snapshot.fields, rule.id)
    if not condition.absent:
        return condition.mask(features)
    params = {"rule": rule.id, "fields": ", ".join(condition.absent), "fallback": ""}
    snapshot.remarks.append(Remark("unless_field_absent", snapshot.name, None, params))
    return None


def _heights(rule, snapshot, features):
    """Metres that each project is high: by the rule's expression, else by the usual fields."""
    name = _first(snapshot, load_project_fields()["building_height"])
    number = RowNumber(height_expression(rule, name), snapshot.fields, rule.id, "any")
    heights = np.full(len(features), np.nan) if number.absent else number.numbers(features)
    if np.isnan(heights).any() and not rule.is_doubt:
        fields = ", ".join(sorted(number.columns) or load_project_fields()["building_height"])
        params = {"rule": rule.id, "count": int(np.isnan(heights).sum()), "fields": fields}
        snapshot.remarks.append(Remark("project_height_unknown", snapshot.name, None, params))
    return heights


def _note_unknown_uses(rules, uses, snapshot):
    unknown = sum(not use for use in uses)
    for rule in (rule for rule in rules if rule.exempt_uses and unknown):
        fields = ", ".join(load_project_fields()["land_use"])
        params = {"count": unknown, "rules": rule.id, "fields": fields}
        snapshot.remarks.append(Remark("use_unknown", snapshot.name, None, params))


def land_uses(snapshot: LayerSnapshot, features: list) -> list[str]:
    """The land use of every project as text, "" where none is known."""
    name = _first(snapshot, load_project_fields()["land_use"])
    return [(_text(feature, name) or "").strip() for feature in features]


def _first(snapshot, names):
    return next((name for name in names if snapshot.has_field(name)), None)


def _text(feature, name):
    return None if name is None else text_of(feature[name])


def _some(values, limit=10):
    return ", ".join(values[:limit]) + (" …" if len(values) > limit else "")
