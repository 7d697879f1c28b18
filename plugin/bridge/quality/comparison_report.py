"""What the report of a comparison says, taken from its run."""

from ...core.land import crs as crs_rules
from ...formats.rules.conversion_files import classes_2023, load_conversion_table
from ...report.quality.comparison import ComparisonReport
from ..review.reporting import software
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
        _class_names(job.class_fields[1]),
        outcome.remarks,
    )


def _class_names(field: str) -> dict[str, str]:
    """Names of the classes by the scheme that the field's name stands for; none where it stands for no scheme."""
    if field.upper() == "DLBM":
        return {row.code: row.name for row in load_conversion_table("sandiao_to_2023").rows.values()}
    return classes_2023() if field.upper() in ("YDYHFLDM", "YDYHDLDM") else {}
