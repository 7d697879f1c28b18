"""What the report of a conversion says, taken from its run."""

from typing import Optional

from ...core.land import crs as crs_rules
from ...core.messages import text
from ...core.quality.confidence import confidence_text
from ...core.quality.inspection_spec import Need
from ...report.quality.conversion import ConversionReport
from ...report.quality.conversion_target import Misfit, TargetField, TargetPart
from ..review.reporting import software
from .conversion import ConversionInput, ConversionJob, ConversionOutcome
from .field_mapping import MappingJob, MappingOutcome, TargetColumn, note_of

_ZH = "zh"


def conversion_report(
    job: ConversionJob, chosen: ConversionInput, outcome: ConversionOutcome, target: Optional[TargetPart] = None
) -> ConversionReport:
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
        target=target,
    )


def target_part(job: MappingJob, outcome: MappingOutcome) -> TargetPart:
    """What the report says of the parcels in the fields of a specification."""
    misfits = [one for column in outcome.columns for one in _misfits(column)]
    return TargetPart(
        f"{job.target.code}（{job.target.title}）" if job.target.title else job.target.code,
        f"{job.spec.name}（{job.spec.version}）",
        confidence_text(job.spec.confidence, _ZH),
        outcome.features,
        [_field(column) for column in outcome.columns],
        [source.name for source in outcome.unused],
        sorted(misfits, key=lambda one: -one.count),
    )


def _field(column: TargetColumn) -> TargetField:
    match, maker = column.match, column.maker
    units = " → ".join(filter(None, (column.from_unit, column.to_unit)))
    note = note_of(column, _ZH)
    return TargetField(
        match.target.name,
        match.target.title,
        match.source,
        match.match.value,
        column.is_used,
        match.target.need == Need.M,
        units,
        maker.filled,
        maker.empty,
        sum(maker.faults.values()),
        note if note or column.is_used else text("fieldmap_open", language=_ZH),
    )


def _misfits(column: TargetColumn) -> list[Misfit]:
    target = column.match.target
    return [
        Misfit(target.name, value, count, text(f"fieldmap_{fault.value}", language=_ZH, length=target.length))
        for (fault, value), count in column.maker.faults.items()
    ]
