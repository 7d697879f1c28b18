"""Redevelopment projects of a layer, where no workspace holds them: the fields of the form by their keys or titles."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Optional

from qgis.core import QgsFeature, QgsVectorLayer

from ...core.errors import InputError
from ...core.forms.parsing import Unreadable, parse_date
from ...core.forms.schema import Form, load_form
from ...core.indicators.redevelopment_model import Project
from ...core.indicators.redevelopment_settings import RedevelopmentSettings
from ...core.land import crs as crs_rules
from ...core.land.divisions import Division
from ...core.land.remarks import UNREAD, Remark
from ...core.threads import Feedback
from ...formats.rules.rule_files import load_project_fields
from ...formats.workbook.mapping import field_titles, normal
from ..layers.encoding import repair_encoding
from ..layers.snapshot import LayerSnapshot
from ..layers.values import text_of
from .redevelopment_records import FORM, History, ProjectTable, project_of

_NEEDED = ("stage", "task_year")
_YEAR = re.compile(r"((?:19|20|21)\d{2})(?:\.0+)?(?:年度?)?|((?:19|20|21)\d{2})-\d{2}-\d{2}.*")
_SHOWN = 5
_CODES = ("XZQDM", "XZDM", "code", "政区代码", "行政区代码")


class ProjectLayer:
    """A layer of projects, taken on the main thread, `read` in any. Raises InputError, CrsError."""

    def __init__(self, layer: QgsVectorLayer) -> None:
        self.form: Form = load_form(FORM)
        self.snapshot = LayerSnapshot(repair_encoding(layer), "projects")
        aliases = {normal(f.alias()): f.name() for f in self.snapshot.fields if f.alias()}
        names = {**aliases, **{normal(f.name()): f.name() for f in self.snapshot.fields}}
        self.columns = dict(_columns(self.form, names))
        missing = [self.form.field(key).title_zh for key in _NEEDED if key not in self.columns]
        if missing:
            fields = ", ".join(field.name() for field in self.snapshot.fields)
            raise InputError(
                "redevelopment_layer_fields", layer=layer.name(), missing="、".join(missing), fields=fields
            )
        centre = layer.extent().center()
        self.plane = crs_rules.working_plane(self.snapshot.crs, (centre.x(), centre.y()))

    def read(self, settings: RedevelopmentSettings, year: int, feedback: Optional[Feedback] = None) -> ProjectTable:
        """The projects of the task years up to `year`; what cannot be used is a remark. Raises Cancelled."""
        snapshot = self.snapshot.fresh()
        projects: list[Project] = []
        for features, _, shapes in snapshot.batches(self.plane, list(self.columns.values()), feedback):
            for feature, shape in zip(features, shapes):
                record = self._record(feature)
                projects.append(project_of(self.form, record, shape, settings, History([])))
        unread = sum(skip.code in UNREAD for skip in snapshot.skipped)
        remarks = [*snapshot.remarks, *_remarks(projects, settings, unread)]
        kept = [project for project in projects if (project.year or 0) <= year]
        return ProjectTable(kept, self.plane, len(snapshot.repairs), 0, remarks, snapshot.name)

    def _record(self, feature: QgsFeature) -> dict[str, Any]:
        record: dict[str, Any] = {key: None for key, _ in self.form.columns}
        for key, name in self.columns.items():
            record[key] = (text_of(feature[name]) or "").strip() or None
        for key, kind in self.form.columns:
            if kind == "date" and record[key]:
                record[key] = _day(record[key])
        found = _YEAR.fullmatch(record["task_year"] or "")
        record["task_year"] = int(found[1] or found[2]) if found else None
        return {**record, "id": str(feature.id()), "status": ""}


def _columns(form: Form, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    """(field of the form, field of the layer) of all that the layer has."""
    for one in form.fields:
        known = next((names[title] for _, title in field_titles(one) if title in names), None)
        if known is not None:
            yield one.key, known


def _day(said: str) -> Optional[str]:
    try:
        return parse_date(said[:10])
    except Unreadable:
        return None


def _remarks(projects: Sequence[Project], settings: RedevelopmentSettings, unread: int) -> Iterator[Remark]:
    """What of a layer's values cannot be used; a project without a known stage or year counts nowhere."""
    known = {*settings.stages, settings.withdrawn, ""}
    strange = Counter(project.stage for project in projects if project.stage not in known)
    if strange:
        named = "、".join(stage for stage, _ in strange.most_common(_SHOWN))
        yield Remark("redevelopment_layer_stage", params={"count": sum(strange.values()), "values": named})
    for code, count in (
        ("redevelopment_layer_year", sum(project.year is None for project in projects)),
        ("redevelopment_layer_division", sum(not project.division for project in projects)),
        ("redevelopment_layer_unread", unread),
    ):
        if count:
            yield Remark(code, params={"count": count})


def named_divisions(layer: QgsVectorLayer) -> list[Division]:
    """Codes and names of a layer or table of divisions; main thread. Raises InputError where it has neither."""
    names = {field.name().casefold(): field.name() for field in layer.fields()}
    code, title = (
        next((names[n.casefold()] for n in known if n.casefold() in names), None)
        for known in (_CODES, load_project_fields()["division_name"])
    )
    if code is None or title is None:
        raise InputError("divisions_no_code", layer=layer.name(), fields=", ".join(names.values()))
    rows = ((text_of(feature[code]), text_of(feature[title])) for feature in layer.getFeatures())
    return [Division(c.strip(), n.strip()) for c, n in rows if c and n and c.strip() and n.strip()]
