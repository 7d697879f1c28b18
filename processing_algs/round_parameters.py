"""Parameters of algorithms whose run is kept as a round of a review case, and what the user is told of it."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFile,
    QgsProcessingParameterString,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.review.rounds_target import (
    KeptRound,
    RoundTarget,
    RoundWish,
    reasons,
    round_target,
    wake,
    window_workspace,
)
from ..plugin.bridge.review.running import ReviewResult
from ..plugin.core.errors import OneMapError
from ..plugin.core.messages import text
from ..plugin.core.review.rounds_overrides import NotCarried
from .review_parameters import optional

if TYPE_CHECKING:
    from .base import OneMapAlgorithm


def round_parameters() -> list:
    """CASE, WORKSPACE, ROUND_NOTE and CARRY_OVERRIDES."""
    case = QgsProcessingParameterString("CASE", tr("Review case (empty: the name of the projects)"))
    workspace = QgsProcessingParameterFile(
        "WORKSPACE", tr("Workspace of the case (empty: the one that is open)"), fileFilter="GeoPackage (*.gpkg)"
    )
    note = QgsProcessingParameterString("ROUND_NOTE", tr("Note on this round"))
    carry = QgsProcessingParameterBoolean(
        "CARRY_OVERRIDES", tr("Accepted findings are carried over where geometry and rule are unchanged"), True
    )
    return [optional(case), optional(workspace), optional(note), optional(carry, advanced=True)]


def round_help() -> str:
    """What the help of an algorithm says of rounds."""
    return tr(
        "Where a workspace is open in the window, or given by WORKSPACE, the run is kept there as the next round of "
        "the review case CASE: verdicts, findings, rules, and every input with its SHA-256 (see comparerounds)."
    )


def wake_window(algorithm: "OneMapAlgorithm", parameters: dict, context: QgsProcessingContext) -> None:
    """Main thread: where no workspace is named, the one of last time is opened in the window, if there is one."""
    if not algorithm.parameterAsFile(parameters, "WORKSPACE", context):
        wake()


def target(
    algorithm: "OneMapAlgorithm", parameters: dict, context: QgsProcessingContext
) -> "AbstractContextManager[Optional[RoundTarget]]":
    """Where the run is kept; None inside for nowhere."""
    as_string = algorithm.parameterAsString
    workspace = algorithm.parameterAsFile(parameters, "WORKSPACE", context)
    carry = algorithm.parameterAsBoolean(parameters, "CARRY_OVERRIDES", context)
    case, note = as_string(parameters, "CASE", context), as_string(parameters, "ROUND_NOTE", context)
    return round_target(RoundWish(workspace, case.strip(), note.strip(), carry))


def keep(found: Optional[RoundTarget], result: ReviewResult, values: dict, feedback: QgsProcessingFeedback) -> dict:
    """Freeze the run; return {"CASE", "ROUND"} or nothing. Where nobody asked for a round, one that cannot be kept is
    told and the run's results stand."""
    if found is None:
        held = window_workspace()
        if held is not None and held.read_only:
            feedback.pushWarning(text("round_workspace_read_only"))
        return {}
    try:
        kept = found.keep(result, values)
    except OneMapError as error:
        if found.is_asked:
            raise
        feedback.pushWarning(tr("The run was not kept as a round: {0}").format(error))
        return {}
    _tell(kept, feedback)
    return {"CASE": kept.info.case, "ROUND": kept.info.number}


def _tell(kept: KeptRound, feedback: QgsProcessingFeedback) -> None:
    feedback.pushInfo(tr("Kept in the workspace: review case {0}, round {1}").format(kept.info.case, kept.info.number))
    if kept.carried:
        feedback.pushInfo(tr("{0} accepted findings are carried over from the round before.").format(kept.carried))
    labels = {
        NotCarried.EXPIRED: tr("{0} acceptances have expired and are not carried over."),
        NotCarried.RULE_CHANGED: tr("{0} acceptances are not carried over: the rule changed."),
        NotCarried.GEOMETRY_CHANGED: tr(
            "{0} acceptances are not carried over: the geometry changed or the finding is gone."
        ),
        NotCarried.PROJECT_GONE: tr("{0} acceptances are not carried over: the project is not in this round."),
    }
    for reason, number in reasons(kept.not_carried):
        feedback.pushWarning(labels[reason].format(number))
    for remark in kept.remarks:
        feedback.pushWarning(remark.text())
