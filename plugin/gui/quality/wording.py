"""How the page of inspections calls and colours things."""

from ...bridge.i18n import tr
from ...core.quality.defects import DefectState, Severity
from ...core.quality.inspection_spec import Shape

SEVERITY_COLOURS = {Severity.A: "#b71c1c", Severity.B: "#a84300", Severity.C: "#0d5c91"}
STATE_COLOURS = {DefectState.FIXED: "#2e7d32", DefectState.EXCEPTION: "#616161"}


def stage_names() -> dict[int, str]:
    """{number of a stage: its name}."""
    names = [
        tr("Completeness"), tr("Mathematical base"), tr("Structure"), tr("Values"), tr("Geometry and topology"),
        tr("Areas and tables"), tr("Quotas and the plan above"),
    ]  # fmt: skip
    return dict(enumerate(names, 1))


def shape_names() -> dict[Shape, str]:
    """{kind of geometry: its name}."""
    return {
        Shape.POINT: tr("Points"), Shape.LINE: tr("Lines"), Shape.POLYGON: tr("Polygons"),
        Shape.NONE: tr("No geometry"),
    }  # fmt: skip
