"""The score of an inspection: 100 less a weight for each item with open defects on a layer. All of it is a proposal."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from .defects import DefectState, Severity
from .inspection import Inspection

_FULL = 100.0


@dataclass(frozen=True)
class Deduction:
    """What one item costs on one layer ("" for none): `count` defects are open."""

    item: str
    layer: str
    severity: Severity
    count: int
    points: float


@dataclass(frozen=True)
class Score:
    """`failed`: pairs of item and layer with open defects, by severity; `is_complete`: nothing was left unchecked.

    `deductions` add up to what is missing from 100, unless they are more than that.
    """

    points: float
    has_passed: bool
    failed: Mapping[Severity, int]
    open: Mapping[Severity, int]
    exceptions: int
    is_complete: bool
    deductions: tuple[Deduction, ...] = ()


def score_of(run: Inspection) -> Score:
    """The Score of a run; exceptions cost nothing, defects beyond the limit of the list count as open."""
    scoring = run.specification.scoring
    worst: dict[tuple[str, str], Severity] = {}
    counts: Counter[tuple[str, str]] = Counter()
    opened = dict.fromkeys(Severity, 0)
    exceptions = 0
    for defect in run.defects:
        if defect.state == DefectState.OPEN:
            opened[defect.severity] += 1
            counts[defect.item, defect.layer] += 1
            worst[defect.item, defect.layer] = min(defect.severity, worst.get((defect.item, defect.layer), Severity.C))
        exceptions += defect.state == DefectState.EXCEPTION
    for outcome in run.outcomes.values():
        if outcome.found > outcome.listed:
            severity = run.rule_severity(outcome.item)
            opened[severity] += outcome.found - outcome.listed
            counts[outcome.item, outcome.layer] += outcome.found - outcome.listed
            worst.setdefault((outcome.item, outcome.layer), severity)
    failed = {severity: sum(value == severity for value in worst.values()) for severity in Severity}
    points = max(_FULL - sum(scoring.weights[severity] * count for severity, count in failed.items()), 0.0)
    is_complete = all(outcome.why is None for outcome in run.outcomes.values())
    has_passed = not failed[Severity.A] and points >= scoring.passing
    lost = [Deduction(*pair, grade, counts[pair], scoring.weights[grade]) for pair, grade in worst.items()]
    lost.sort(key=lambda one: (one.severity.value, one.item, one.layer))
    return Score(points, has_passed, failed, opened, exceptions, is_complete, tuple(lost))
