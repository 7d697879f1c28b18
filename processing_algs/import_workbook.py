"""onemap:importworkbook: records from an Excel workbook into a workspace."""

from typing import Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.records.import_preview import Blanks
from ..plugin.bridge.records.workbooks import ImportOptions, error_line, import_workbook
from ..plugin.core.forms.schema import FORM_IDS
from . import review_parameters as shared
from .base import OneMapAlgorithm

_LISTED = 50  # errors in the log; the marked copy holds all of them


class ImportWorkbook(OneMapAlgorithm):
    NAME = "importworkbook"
    GROUP_ID = "reporting"

    def title(self):
        return tr("Import an Excel workbook")

    def help_text(self) -> str:
        return tr(
            "Reads the records of a form from an .xlsx workbook into a workspace, in one transaction: our own "
            "template, or a foreign "
            "workbook with title rows, stacked heads, units and subtotals. Rows with errors are left out and "
            "come back in MARKED, a copy "
            "of the workbook with coloured cells, comments and a list. The same file twice changes nothing.\n"
            'PROFILE is a kept mapping of columns to fields (JSON: {"columns": {"title": "field"}}); without '
            "it the one that was last used "
            "in the workspace for the same columns is applied.\n"
            'BLANKS: "fill" keeps a value under a blank cell, "replace" empties it. HIDDEN also reads rows and '
            "sheets that are hidden or filtered out, OTHER_COUNTIES rows of other counties. A book that was exported "
            "from the workspace never overwrites what was changed there since: such cells are left and named.\n"
            "Example: tools/process run onemap:importworkbook --FORM=village_evaluation "
            "--WORKBOOK=villages.xlsx --WORKSPACE=county.gpkg "
            "--MARKED=errors.xlsx"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.addParameter(QgsProcessingParameterEnum("FORM", tr("Form"), list(FORM_IDS), usesStaticStrings=True))
        self.addParameter(
            QgsProcessingParameterFile(
                "WORKBOOK", tr("Workbook"), fileFilter="Excel, CSV (*.xlsx *.xlsm *.et *.csv *.txt)"
            )
        )
        self.addParameter(QgsProcessingParameterFile("WORKSPACE", tr("Workspace"), fileFilter="GeoPackage (*.gpkg)"))
        self.addParameter(
            shared.optional(QgsProcessingParameterFile("PROFILE", tr("Column mapping"), fileFilter="JSON (*.json)"))
        )
        marked = QgsProcessingParameterFileDestination(
            "MARKED", tr("Marked copy"), "Excel (*.xlsx)", optional=True, createByDefault=False
        )
        self.addParameter(marked)
        blanks = [choice.value for choice in Blanks]
        self.addParameter(
            QgsProcessingParameterEnum("BLANKS", tr("Blank cells"), blanks, defaultValue="fill", usesStaticStrings=True)
        )
        for name, title in (
            ("HIDDEN", tr("Read hidden rows and sheets")),
            ("OTHER_COUNTIES", tr("Other counties too")),
        ):
            self.addParameter(QgsProcessingParameterBoolean(name, title, False))
        for name, title in (
            ("ACCEPTED_COUNT", tr("Rows taken")),
            ("REJECTED_COUNT", tr("Rows with errors")),
            ("CREATED_COUNT", tr("New records")),
            ("UPDATED_COUNT", tr("Changed records")),
            ("UNCHANGED_COUNT", tr("Unchanged records")),
            ("CONFLICT_COUNT", tr("Records changed on both sides")),
            ("QUESTION_COUNT", tr("Rows that carry another record's identity")),
            ("LOCKED_COUNT", tr("Submitted records, left unchanged")),
            ("WARNING_COUNT", tr("Warnings")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        done = import_workbook(
            self.parameterAsFile(parameters, "WORKBOOK", context),
            self.parameterAsEnumString(parameters, "FORM", context),
            self.parameterAsFile(parameters, "WORKSPACE", context),
            ImportOptions(
                Blanks(self.parameterAsEnumString(parameters, "BLANKS", context)),
                self.parameterAsBool(parameters, "HIDDEN", context),
                self.parameterAsBool(parameters, "OTHER_COUNTIES", context),
                self.parameterAsFile(parameters, "PROFILE", context) or None,
                self.parameterAsFileOutput(parameters, "MARKED", context) or None,
            ),
            feedback,
        )
        self._tell(done, feedback)
        counts = {"ACCEPTED_COUNT": done.accepted, "REJECTED_COUNT": done.rejected, "CREATED_COUNT": done.created}
        return {
            **counts,
            "UPDATED_COUNT": done.updated,
            "UNCHANGED_COUNT": done.unchanged,
            "CONFLICT_COUNT": done.conflicts,
            "QUESTION_COUNT": done.questions,
            "LOCKED_COUNT": done.locked,
            "WARNING_COUNT": len(done.warnings),
            "MARKED": done.marked or None,
        }

    @staticmethod
    def _tell(done, feedback):
        for remark in done.remarks:
            feedback.pushWarning(remark.text())
        for error in (*done.errors, *done.warnings)[:_LISTED]:
            feedback.pushWarning(error_line(error))
        more = len(done.errors) + len(done.warnings) - _LISTED
        if more > 0:
            feedback.pushWarning(tr("… and {0} more errors").format(more))
        counts = (done.accepted, done.created, done.updated, done.unchanged, done.rejected)
        feedback.pushInfo(tr("{0} rows read ({1} new, {2} changed, {3} unchanged), {4} with errors").format(*counts))
        if done.marked:
            feedback.pushInfo(tr("Marked copy: {0}").format(done.marked))
