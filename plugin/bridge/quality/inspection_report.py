"""What the report of an inspection says, taken from its run."""

from ...core.land import crs as crs_rules
from ...report.quality.inspection import InspectionReport
from ..review.reporting import software
from .inspection import InspectionOutcome


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
    )
