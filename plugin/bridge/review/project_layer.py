"""Project polygons as the check reads them: unique keys, names, statutory areas, the projects each rule's
`unless` lets go.
"""

from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Callable, Optional

import numpy as np
import shapely
from pyproj import CRS
from qgis.core import QgsFeatureRequest, QgsVectorLayer

from ...core.errors import InputError
from ...core.land.area import AreasToCome, statutory_areas
from ...core.land.places import centre_of
from ...core.land.remarks import Remark
from ...core.messages import message
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
from ..layers.joined_fields import field_meant, first_meant
from ..layers.snapshot import LayerSnapshot
from ..layers.wkb import feature_box
from .input_checks import file_faults, table_remarks
from .project_areas import stated_area_remarks
from .project_rows import ProjectRows, project_rows

_MANY = 500  # projects from which on measuring them takes longer than beginning with them


@dataclass
class ProjectData:
    """What was read: `projects` for the overlay, `count` of all with those that cannot be used, the `rows` of the
    projects for the rules.
    """

    projects: Projects
    count: int
    rows: ProjectRows = field(repr=False)
    _stated: Callable[[], list[ProjectInfo]] = field(repr=False)

    @cached_property
    def infos(self) -> list[ProjectInfo]:
        """All projects as reports name them, made when first asked for."""
        return self._stated()


def project_centre(snapshot: LayerSnapshot, layer: QgsVectorLayer) -> tuple[float, float]:
    """(x, y) in the middle of the projects: of their extent, or of most of them where one lies far off.

    Main thread. Raises InputError for files that contradict themselves: half a shapefile, coordinates
    that are no numbers.
    """
    for fault in file_faults(snapshot):
        raise InputError("layer_error", layer=snapshot.name, error=message(fault.code, **fault.params))
    extent = snapshot.extent
    bounds = extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()
    return centre_of(snapshot.crs, bounds, lambda: _boxes(layer))


def _boxes(layer):
    return np.array([feature_box(f) for f in layer.getFeatures(QgsFeatureRequest().setNoAttributes())])


def read_projects(
    snapshot: LayerSnapshot, key_field: str, plane: CRS, feedback: Optional[Feedback] = None
) -> ProjectData:
    """Read all projects of a LayerSnapshot.

    `key_field`: name of the key field; "" takes the first of KEY_FIELDS that the layer has, else the feature id.
    Raises InputError when the layer has no such field, holds no feature, no polygons, or none that can be used.
    """
    given, key_field = key_field, field_meant(snapshot.fields, key_field)
    if given and not key_field:
        present = ", ".join(f.name() for f in snapshot.fields)
        raise InputError("field_missing", layer=snapshot.name, field=given, fields=present)
    if snapshot.dimension != 2:
        raise InputError("projects_not_polygons", layer=snapshot.name)
    snapshot.remarks += table_remarks(snapshot)
    names = _Names.of(snapshot, key_field)
    rows = project_rows(snapshot, plane, names.all(), feedback)
    keys, duplicates = unique_keys(rows.texts(names.key), rows.fids.tolist())
    if duplicates:
        snapshot.remarks.append(Remark("duplicate_keys", snapshot.name, None, {"keys": _some(duplicates)}))
    return _assemble(rows, keys, names, plane)


@dataclass(frozen=True)
class _Names:
    """Names of the fields that a project layer has for these, None for none."""

    key: Optional[str]
    name: Optional[str]
    applicant: Optional[str]
    use: Optional[str]
    county: Optional[str]

    @classmethod
    def of(cls, snapshot: LayerSnapshot, key_field: str) -> "_Names":
        others = (_first(snapshot, load_project_fields()[key]) for key in ("applicant", "land_use", "county"))
        return cls(key_field or _first(snapshot, KEY_FIELDS), _first(snapshot, NAME_FIELDS), *others)

    def all(self) -> list[str]:
        wanted = (self.key, self.name, self.applicant, self.use, self.county)
        return [name for name in dict.fromkeys(wanted) if name is not None]


def _assemble(rows: ProjectRows, keys: list[str], names: _Names, plane: CRS) -> ProjectData:
    geometries, missing = rows.geometries, shapely.is_missing(rows.geometries)
    usable = np.flatnonzero(~missing)
    if not len(usable):
        raise InputError("projects_all_unusable", layer=rows.snapshot.name, count=len(keys))
    shapes, unusable = geometries[usable], [keys[i] for i in np.flatnonzero(missing)]
    areas = AreasToCome(shapes, plane) if len(shapes) > _MANY else statutory_areas(shapes, plane)
    projects = Projects([keys[i] for i in usable], shapes, areas, unusable)
    snapshot = rows.snapshot
    snapshot.remarks += stated_area_remarks(snapshot, rows.fids[usable], projects)
    return ProjectData(projects, len(keys), rows.take(usable), partial(_infos, rows, keys, names, projects))


def _infos(rows: ProjectRows, keys: list[str], names: _Names, projects: Projects) -> list[ProjectInfo]:
    areas_m2 = np.zeros(len(keys))
    areas_m2[~shapely.is_missing(rows.geometries)] = projects.areas_m2
    said = [[value or "" for value in rows.texts(name)] for name in (names.name, names.applicant, names.use)]
    return [ProjectInfo(key, name, area, {}, *who) for key, area, name, *who in zip(keys, areas_m2.tolist(), *said)]


def project_task(line: ControlLine, rules: list[Rule], rows: ProjectRows) -> LineTask:
    """The LineTask of a control line for the projects of a layer; remarks tell of fields that it lacks."""
    let_go = {rule.id: _let_go(rule, rows) for rule in rules if rule.unless}
    answers = ProjectAnswers(
        land_uses(rows) if asks_for_uses(rules) else (),
        {rule_id: mask for rule_id, mask in let_go.items() if mask is not None},
        {rule.id: _heights(rule, rows) for rule in rules if rule.limit},
    )
    _note_unknown_uses(rules, answers.uses, rows.snapshot)
    return line_task(line, rules, answers)


def _let_go(rule, rows):
    """Boolean array over projects: those that the rule's `unless` is true of; None, and a remark, when the layer
    lacks a field of it: then the rule binds all.
    """
    snapshot = rows.snapshot
    condition = RowCondition(rule.unless, snapshot.fields, rule.id)
    if not condition.absent:
        return condition.mask(rows.features)
    params = {"rule": rule.id, "fields": ", ".join(condition.absent), "fallback": ""}
    snapshot.remarks.append(Remark("unless_field_absent", snapshot.name, None, params))
    return None


def _heights(rule, rows):
    """Metres that each project is high: by the rule's expression, else by the usual fields."""
    snapshot = rows.snapshot
    name = _first(snapshot, load_project_fields()["building_height"])
    number = RowNumber(height_expression(rule, name), snapshot.fields, rule.id, "any")
    heights = np.full(len(rows.fids), np.nan) if number.absent else number.numbers(rows.features)
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


def land_uses(rows: ProjectRows) -> list[str]:
    """The land use of every project as text, "" where none is known."""
    name = _first(rows.snapshot, load_project_fields()["land_use"])
    return [(value or "").strip() for value in rows.texts(name)]


def _first(snapshot, names):
    return first_meant(snapshot.fields, names)


def _some(values, limit=10):
    return ", ".join(values[:limit]) + (" …" if len(values) > limit else "")
