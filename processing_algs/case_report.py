"""onemap:casereport: a review case with all its rounds, opinions and its trace in the audit chain."""

from typing import Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.review.rounds_report import case_report, write_case_report
from ..plugin.bridge.review.rounds_target import reading_workspace
from . import review_parameters as shared
from .base import OneMapAlgorithm


class CaseReportAlgorithm(OneMapAlgorithm):
    NAME = "casereport"
    GROUP_ID = "review"

    def title(self):
        return tr("Report of a review case")

    def help_text(self) -> str:
        return tr(
            "Writes the report of a review case that is kept in a workspace: the results of its rounds, what changed "
            "from round to round, opinions and signatures, accepted findings, the inputs with their SHA-256 and the "
            "rows of the audit chain. REPORT takes .docx, .xlsx, .pdf or .html, several separated by "
            '";".\n'
            "Example: tools/process run onemap:casereport --WORKSPACE=county.gpkg --CASE=projects --REPORT=case.docx"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.addParameter(QgsProcessingParameterFile("WORKSPACE", tr("Workspace"), fileFilter="GeoPackage (*.gpkg)"))
        self.addParameter(QgsProcessingParameterString("CASE", tr("Review case")))
        self.addParameter(QgsProcessingParameterFileDestination("REPORT", tr("Report"), shared.REPORT_FILTER))
        self.addOutput(QgsProcessingOutputNumber("ROUND_COUNT", tr("Rounds")))

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        paths = shared.report_paths(self, parameters, context)
        case = self.parameterAsString(parameters, "CASE", context).strip()
        with reading_workspace(self.parameterAsFile(parameters, "WORKSPACE", context)) as workspace:
            report = case_report(workspace, case)
        write_case_report(report, paths)
        if not report.is_intact:
            feedback.pushWarning(tr("The audit chain or a round does not match its hashes: the report says so."))
        return {"REPORT": ";".join(map(str, paths)), "ROUND_COUNT": len(report.rounds)}
