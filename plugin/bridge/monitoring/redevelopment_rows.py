"""Rows and looks of the outputs of redevelopment progress: projects by stage, progress, moves, stages."""

from collections.abc import Iterator
from typing import Any, Optional

import numpy as np
import shapely
from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsVectorLayer,
)

from ...core.forms.schema import load_form
from ...core.indicators.redevelopment_model import Light, Progress, ProgressRow, ProjectProgress
from ...core.indicators.redevelopment_settings import load_redevelopment_settings
from ...core.indicators.redevelopment_stages import moves_between, stage_rows
from ...core.land import crs as crs_rules
from ...core.land.pieces import objects
from ..i18n import tr
from ..layers import field_types
from ..layers.fills import filled_by
from ..layers.result_titles import give_titles
from ..layers.results import KeptStyle
from .redevelopment import RedevelopmentRun
from .redevelopment_records import FORM

_TEXT, _REAL, _LONG, _BOOL = field_types.TEXT, field_types.REAL, field_types.LONG, field_types.BOOL
PROJECT_FIELDS = (
    ("division", _TEXT), ("division_name", _TEXT), ("name", _TEXT), ("number", _TEXT), ("kind", _TEXT),
    ("task_year", _LONG), ("stage", _TEXT), ("own_m2", _REAL), ("own_mu", _REAL), ("is_counted", _BOOL),
    ("counted_m2", _REAL), ("counted_mu", _REAL), ("counted_on", _TEXT), ("still_days", _LONG), ("is_stalled", _BOOL),
    ("is_overdue", _BOOL), ("land_user", _TEXT), ("address", _TEXT), ("record", _TEXT),
)  # fmt: skip
PROGRESS_FIELDS = (
    ("division", _TEXT), ("division_name", _TEXT), ("kind", _TEXT), ("task_mu", _REAL), ("done_m2", _REAL),
    ("done_mu", _REAL), ("rate_pct", _REAL), ("due_pct", _REAL), ("due_mu", _REAL), ("light", _TEXT),
    ("forecast_mu", _REAL), ("projects", _LONG), ("counted", _LONG), ("stalled", _LONG), ("overdue", _LONG),
    ("without_shape", _LONG),
)  # fmt: skip
MOVE_FIELDS = (
    ("day", _TEXT), ("division", _TEXT), ("division_name", _TEXT), ("name", _TEXT), ("move", _TEXT),
    ("stage_before", _TEXT), ("stage", _TEXT), ("own_mu", _REAL), ("record", _TEXT),
)  # fmt: skip
STAGE_FIELDS = (
    ("stage", _TEXT), ("now", _LONG), ("reached", _LONG), ("own_m2", _REAL), ("own_mu", _REAL), ("stays", _LONG),
    ("median_days", _REAL), ("long_days", _REAL),
)  # fmt: skip
_COLOURS = ("#d9d9d9", "#fde0c5", "#facba6", "#f8b58b", "#a6d0e4", "#6baed6", "#3182bd", "#2e9d57", "#7a7a7a")


def stage_colours() -> dict[str, str]:
    """{stage: colour}: warm until the land is supplied, blue and green from there on, withdrawn dark grey."""
    settings = load_redevelopment_settings()
    return dict(zip((*settings.stages, settings.withdrawn), _COLOURS))


def project_rows(run: RedevelopmentRun) -> list[tuple[Any, ...]]:
    """The values of PROJECT_FIELDS, in the order of the progress."""
    return [_project(run, one) for one in run.progress.projects]


def _project(run: RedevelopmentRun, one: ProjectProgress) -> tuple[Any, ...]:
    p, day = one.project, one.counted_on.isoformat() if one.counted_on else None
    return (
        p.division, run.names.get(p.division, p.division), p.name, p.number, p.kind, p.year, p.stage, one.own_m2,
        one.own_mu, one.is_counted, one.counted_m2, one.counted_mu, day, one.still_days, one.is_stalled,
        one.is_overdue, p.unit, p.address, p.id,
    )  # fmt: skip


def project_shapes(run: RedevelopmentRun) -> np.ndarray:
    """Geometries of the projects in CGCS2000 longitude and latitude."""
    shapes = objects([one.project.geometry for one in run.progress.projects])
    return crs_rules.transform_geometries(shapes, run.plane, crs_rules.parse_crs("EPSG:4490"))


def progress_rows(run: RedevelopmentRun) -> list[tuple[Any, ...]]:
    """The values of PROGRESS_FIELDS: the total, then divisions, then division and kind."""
    return [_progress(run, row) for row in (run.progress.total, *run.progress.rows)]


def _progress(run: RedevelopmentRun, row: ProgressRow) -> tuple[Any, ...]:
    name = run.names.get(row.division, row.division) if row.division else tr("Total")
    return (
        row.division, name, row.kind, row.task_mu, row.done_m2, row.done_mu, _percent(row.rate),
        _percent(row.due_share), row.due_mu, row.light.value, row.forecast_mu, row.projects, row.counted, row.stalled,
        row.overdue, row.without_shape,
    )  # fmt: skip


def _percent(share: Optional[float]) -> Optional[float]:
    return None if share is None else round(share * 100, 2)


def move_rows(run: RedevelopmentRun) -> Iterator[tuple[Any, ...]]:
    """The values of MOVE_FIELDS of the last seven days."""
    for found in moves_between(run.progress):
        p = found.one.project
        kind = "new" if found.is_new else "back" if found.is_back else "forward"
        yield (found.move.day.isoformat(), p.division, run.names.get(p.division, p.division), p.name, kind,
               found.move.before or None, found.move.stage, found.one.own_mu, p.id)  # fmt: skip


def stage_table(progress: Progress) -> list[tuple[Any, ...]]:
    """The values of STAGE_FIELDS."""
    return [(r.stage, r.now, r.reached, r.m2, r.mu, r.stays, r.median_days, r.long_days) for r in stage_rows(progress)]


def redevelopment_titles() -> dict[str, str]:
    """{field: title} of all outputs."""
    return {
        "division": tr("Division code"), "division_name": tr("Division"), "name": tr("Project name"),
        "number": tr("Plot id"), "kind": tr("Kind of redevelopment"), "task_year": tr("Task year"),
        "stage": tr("Stage"), "own_m2": tr("Area (m²)"), "own_mu": tr("Area (mu)"), "is_counted": tr("Counted"),
        "counted_m2": tr("Counted area (m²)"), "counted_mu": tr("Counted area (mu)"), "counted_on": tr("Counted on"),
        "still_days": tr("Days without progress"), "is_stalled": tr("Stalled"), "is_overdue": tr("Overdue"),
        "land_user": tr("Land user"), "address": tr("Location"), "record": tr("Record"), "task_mu": tr("Task (mu)"),
        "done_m2": tr("Done (m²)"), "done_mu": tr("Done (mu)"), "rate_pct": tr("Done (%)"), "due_pct": tr("Due (%)"),
        "due_mu": tr("Due (mu)"), "light": tr("Light"), "forecast_mu": tr("Expected by year's end (mu)"),
        "projects": tr("Number of projects"), "counted": tr("Counted projects"), "stalled": tr("Stalled"),
        "overdue": tr("Overdue"), "without_shape": tr("Counted without a polygon"), "day": tr("Day"),
        "move": tr("Move"), "stage_before": tr("Stage before"), "now": tr("In this stage"),
        "reached": tr("Reached this stage"), "stays": tr("Finished stays"), "median_days": tr("Median days"),
        "long_days": tr("90 % within (days)"),
    }  # fmt: skip


def redevelopment_value_names() -> dict[str, dict[Any, str]]:
    """{field: {value: words}}"""
    flags, stages = {1: tr("Yes"), 0: tr("No")}, coded_names("stage")
    return {
        "kind": {**coded_names("type"), "": "—"},
        "stage": stages,
        "stage_before": stages,
        "light": light_names(),
        "move": {"new": tr("Newly registered"), "back": tr("Moved back"), "forward": tr("Moved on")},
        **{name: flags for name in ("is_counted", "is_stalled", "is_overdue")},
    }


def coded_names(field: str) -> dict[Any, str]:
    """{value: words} of a field of the form that has a list of codes."""
    one = load_form(FORM).field(field)
    return {code[0]: str(one.label(code[0])) for code in one.codes}


def light_names() -> dict[Any, str]:
    """{light: words}"""
    return {
        Light.GREEN.value: tr("On time"), Light.YELLOW.value: tr("Slightly behind"), Light.RED.value: tr("Behind"),
        Light.GREY.value: tr("Cannot be determined"),
    }  # fmt: skip


class StagedProjects(KeptStyle):
    """Projects by stage."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        give_titles(layer, redevelopment_titles(), redevelopment_value_names())
        names = coded_names("stage")
        looks = [(stage, colour, names.get(stage, stage)) for stage, colour in stage_colours().items()]
        layer.setRenderer(filled_by("stage", looks, "#404040", 0.26))
        layer.triggerRepaint()


class TitledRedevelopment(KeptStyle):
    """Titles and words of a table."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        give_titles(layer, redevelopment_titles(), redevelopment_value_names())


def map_shapes(run: RedevelopmentRun, stage: str) -> list[Any]:
    """Polygons on the plane of the year's projects that are in a stage."""
    found = [p.project for p in run.progress.projects if p.project.year == run.progress.year]
    return [
        p.geometry for p in found if p.stage == stage and p.geometry is not None and not shapely.is_empty(p.geometry)
    ]
