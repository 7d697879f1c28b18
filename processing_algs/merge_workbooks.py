"""onemap:mergeworkbooks: a folder of returned workbooks into a workspace, in one step."""

from typing import Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterFolderDestination,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.records.distribution import merge, merge_report
from ..plugin.bridge.records.import_preview import Blanks
from ..plugin.bridge.records.workbooks import ImportOptions, error_line
from ..plugin.core.forms.schema import FORM_IDS
from ..plugin.store.workspace import Workspace
from .base import OneMapAlgorithm

_LISTED = 20


class MergeWorkbooks(OneMapAlgorithm):
    NAME = "mergeworkbooks"
    GROUP_ID = "reporting"

    def title(self):
        return tr("Merge returned workbooks")

    def help_text(self) -> str:
        return tr(
            "Imports every workbook of a folder, each in a transaction of its own, and tells who returned, what is "
            "new, changed, in conflict and wrong. Nothing that was changed in the workspace since a book was exported "
            "is overwritten. MARKED is a folder for the marked copies, REPORT the list (.xlsx, .docx, .pdf, .html).\n"
            "Example: tools/process run onemap:mergeworkbooks --FORM=plan_progress --WORKSPACE=county.gpkg "
            "--FOLDER=returned --REPORT=returned.xlsx"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.addParameter(QgsProcessingParameterEnum("FORM", tr("Form"), list(FORM_IDS), usesStaticStrings=True))
        self.addParameter(
            QgsProcessingParameterFile("FOLDER", tr("Folder"), behavior=QgsProcessingParameterFile.Folder)
        )
        self.addParameter(QgsProcessingParameterFile("WORKSPACE", tr("Workspace"), fileFilter="GeoPackage (*.gpkg)"))
        blanks = [choice.value for choice in Blanks]
        self.addParameter(
            QgsProcessingParameterEnum("BLANKS", tr("Blank cells"), blanks, defaultValue="fill", usesStaticStrings=True)
        )
        self.addParameter(QgsProcessingParameterBoolean("HIDDEN", tr("Read hidden rows and sheets"), False))
        marked = QgsProcessingParameterFolderDestination(
            "MARKED", tr("Marked copies"), optional=True, createByDefault=False
        )
        self.addParameter(marked)
        files = "Excel (*.xlsx);;Word (*.docx)"
        self.addParameter(
            QgsProcessingParameterFileDestination("REPORT", tr("Report"), files, optional=True, createByDefault=False)
        )
        for name, title in (
            ("BOOK_COUNT", tr("Workbooks returned")),
            ("NOT_RETURNED_COUNT", tr("Workbooks not returned")),
            ("CREATED_COUNT", tr("New records")),
            ("UPDATED_COUNT", tr("Changed records")),
            ("CONFLICT_COUNT", tr("Records changed on both sides")),
            ("REJECTED_COUNT", tr("Rows with errors")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        options = ImportOptions(
            Blanks(self.parameterAsEnumString(parameters, "BLANKS", context)),
            self.parameterAsBool(parameters, "HIDDEN", context),
            marked=self.parameterAsString(parameters, "MARKED", context) or None,
        )
        report = self.parameterAsFileOutput(parameters, "REPORT", context)
        with Workspace.open(self.parameterAsFile(parameters, "WORKSPACE", context)) as workspace:
            workspace.demand_writable()
            result = merge(
                workspace,
                self.parameterAsEnumString(parameters, "FORM", context),
                self.parameterAsFile(parameters, "FOLDER", context),
                options,
                feedback,
            )
            county = workspace.divisions().name(workspace.county) or workspace.county
        self._tell(result, feedback)
        if report:
            merge_report(result, report, county)
        done = [book.summary for book in result.books if book.summary]
        return {
            "REPORT": report or None,
            "BOOK_COUNT": len(result.books),
            "NOT_RETURNED_COUNT": len(result.not_returned),
            "CREATED_COUNT": sum(s.created for s in done),
            "UPDATED_COUNT": sum(s.updated for s in done),
            "CONFLICT_COUNT": result.conflicts,
            "REJECTED_COUNT": result.errors,
        }

    @staticmethod
    def _tell(result, feedback):
        for book in result.books:
            if book.refused:
                feedback.pushWarning(f"{book.file}: {book.refused}")
                continue
            counts = (book.summary.created, book.summary.updated, book.summary.conflicts, book.summary.rejected)
            message = tr("{0}: {1} new, {2} changed, {3} in conflict, {4} with errors")
            feedback.pushInfo(message.format(book.file, *counts))
            for error in book.summary.errors[:_LISTED]:
                feedback.pushWarning(error_line(error))
        for name in result.not_returned:
            feedback.pushWarning(tr("Not returned: {0}").format(name))
