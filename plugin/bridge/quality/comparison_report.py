"""What the report of a comparison says, taken from its run."""

from ...core.land import crs as crs_rules
from ...report.quality.comparison import ComparisonReport
from ..review.reporting import software
from .class_names import class_names
from .comparison import ComparisonJob, ComparisonOutcome


def comparison_report(job: ComparisonJob, outcome: ComparisonOutcome) -> ComparisonReport:
    """The ComparisonReport of a run."""
    before, after = (snapshot.info() for snapshot in job.snapshots)
    return ComparisonReport(
        before,
        after,
        job.key,
        job.class_fields,
        outcome.comparison.changes,
        outcome.matrix,
        outcome.tolerance_m2,
        crs_rules.describe(job.plane),
        software(),
        class_names(outcome.scheme),
        outcome.remarks,
    )
