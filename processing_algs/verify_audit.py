"""onemap:verifyaudit: is the audit chain of a workspace whole?"""

from typing import Optional

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingOutputNumber, QgsProcessingParameterFile

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.records.audit_lines import broken_lines, outside_lines
from ..plugin.store.anchors import anchor_lines, compare_anchors, kept_anchors
from ..plugin.store.workspace import Workspace
from .base import OneMapAlgorithm


class VerifyAudit(OneMapAlgorithm):
    NAME = "verifyaudit"
    GROUP_ID = "exchange"

    def title(self):
        return tr("Verify the audit chain")

    def help_text(self) -> str:
        return tr(
            "Walks the hash-linked audit rows of a workspace and compares its records with them. BROKEN_AT is "
            "the number of the "
            "first row that does not fit, 0 when the chain is whole; DIFFERING_COUNT counts records that are "
            "not what the chain says, and tasks, sources, form editions, division codes, the district and other facts "
            "of the workspace that were changed without an act. Records that another "
            "program wrote (plain QGIS, QField, SQL) are named with their fields and do not break the chain: "
            "PENDING_COUNT are those that the chain does not hold yet, OUTSIDE_COUNT the acts by which it took "
            "them in; who wrote them nobody can say.\n"
            "ANCHORS is a text file with heads of the chain that was kept elsewhere (More > Write an anchor of the "
            "audit chain), the log of a sync, or a courier bag or receipt (an encrypted one is opened with the "
            "county's own key): a chain that was rewritten as a whole is whole, but no longer what was anchored.\n"
            "Example: tools/process run onemap:verifyaudit --WORKSPACE=county.gpkg"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.addParameter(QgsProcessingParameterFile("WORKSPACE", tr("Workspace"), fileFilter="GeoPackage (*.gpkg)"))
        anchors = QgsProcessingParameterFile(
            "ANCHORS", tr("Anchors"), fileFilter="Text, bags (*.txt *.log *.json *.zip *.age)", optional=True
        )
        self.addParameter(anchors)
        self.addOutput(QgsProcessingOutputNumber("ROW_COUNT", tr("Rows of the chain")))
        self.addOutput(QgsProcessingOutputNumber("BROKEN_AT", tr("First broken row (0 = none)")))
        self.addOutput(QgsProcessingOutputNumber("DIFFERING_COUNT", tr("Records that differ from the chain")))
        self.addOutput(QgsProcessingOutputNumber("ANCHOR_COUNT", tr("Anchors that confirm the chain")))
        self.addOutput(QgsProcessingOutputNumber("ANCHOR_BROKEN_COUNT", tr("Anchors that the chain contradicts")))
        self.addOutput(QgsProcessingOutputNumber("OUTSIDE_COUNT", tr("Acts of other programs in the chain")))
        self.addOutput(QgsProcessingOutputNumber("PENDING_COUNT", tr("Outside edits not yet in the chain")))

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        with Workspace.open(self.parameterAsFile(parameters, "WORKSPACE", context), read_only=True) as workspace:
            report = workspace.verify_audit()
            file = self.parameterAsFile(parameters, "ANCHORS", context)
            anchors = [*kept_anchors(workspace), *(_anchors_of_file(workspace, file) if file else ())]
            compared, pending = compare_anchors(workspace, anchors), workspace.pending_outside()
        if report.broken_at is None:
            feedback.pushInfo(tr("The chain of {0} rows is intact.").format(report.row_count))
        for line in broken_lines(report):
            feedback.pushWarning(line)
        for line in anchor_lines(compared, pending):
            feedback.pushWarning(line) if compared.broken or pending else feedback.pushInfo(line)
        for line in outside_lines(report):
            feedback.pushWarning(line)
        if report.clock_back:
            numbers = ", ".join(map(str, report.clock_back[:20]))
            feedback.pushInfo(
                tr("The computer's clock was set back before these rows (the chain does not depend on it): {0}").format(
                    numbers
                )
            )
        return {
            "ROW_COUNT": report.row_count,
            "BROKEN_AT": report.broken_at or 0,
            "DIFFERING_COUNT": len(report.differing),
            "ANCHOR_COUNT": len(compared.matching),
            "ANCHOR_BROKEN_COUNT": len(compared.broken),
            "PENDING_COUNT": pending,
            "OUTSIDE_COUNT": len(report.outside),
        }


def _anchors_of_file(workspace, file):
    from ..plugin.bridge.sync.bags import anchors_of_file  # here: it needs the web libraries

    return anchors_of_file(workspace, file)
