"""What the report of an inspection says, taken from its run."""

from ...core.land import crs as crs_rules
from ...report.quality.inspection import DefectMap, InspectionReport
from ..review.reporting import software
from .inspection import InspectionOutcome
from .inspection_maps import overview_png, sketch_png


def inspection_report(outcome: InspectionOutcome) -> InspectionReport:
    """The InspectionReport of a run."""
    layers = {code: layer.count for code, layer in outcome.found.items()}
    plane = crs_rules.describe(outcome.plane) if outcome.plane is not None else ""
    return InspectionReport(
        outcome.content.name,
        outcome.specification,
        outcome.run,
        outcome.score,
        plane,
        software(),
        layers,
        outcome.remarks,
        outcome.created,
        overview_png(outcome.land, outcome.run.defects),
        [DefectMap(sketch.defect, sketch_png(sketch)) for sketch in outcome.sketches],
    )
