"""What the report of a conversion says, taken from its run."""

from ...core.land import crs as crs_rules
from ...report.quality.conversion import ConversionReport
from ..review.reporting import software
from .conversion import ConversionInput, ConversionJob, ConversionOutcome


def conversion_report(job: ConversionJob, chosen: ConversionInput, outcome: ConversionOutcome) -> ConversionReport:
    """The ConversionReport of a run."""
    return ConversionReport(
        job.snapshot.info(),
        job.code_field,
        job.table,
        outcome.crosstab,
        crs_rules.describe(job.plane),
        software(),
        chosen.splits,
        chosen.padding,
        outcome.remarks,
        job.snapshot.repairs,
        job.snapshot.skipped,
    )
