"""onemap:exportworkbook: a form's records, or its empty template, as an Excel workbook."""

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
from ..plugin.bridge.records.workbooks import Selection, export_workbook
from ..plugin.core.errors import InputError
from ..plugin.core.forms.schema import FORM_IDS
from . import review_parameters as shared
from .base import OneMapAlgorithm


class ExportWorkbook(OneMapAlgorithm):
    NAME = "exportworkbook"
    GROUP_ID = "reporting"

    def title(self):
        return tr("Export an Excel workbook")

    def help_text(self) -> str:
        return tr(
            "Writes the records of a form, or its empty template, as .xlsx: drop-downs from the code lists, "
            "units, a frozen and protected "
            "head, codes as text, instructions on the second sheet. importworkbook reads it back without loss; "
            "the hidden last column "
            "tells which record a row belongs to.\n"
            "Example: tools/process run onemap:exportworkbook --FORM=plan_progress --WORKSPACE=county.gpkg "
            "--WORKBOOK=progress.xlsx"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.addParameter(QgsProcessingParameterEnum("FORM", tr("Form"), list(FORM_IDS), usesStaticStrings=True))
        workspace = QgsProcessingParameterFile("WORKSPACE", tr("Workspace"), fileFilter="GeoPackage (*.gpkg)")
        self.addParameter(shared.optional(workspace))
        self.addParameter(QgsProcessingParameterBoolean("TEMPLATE_ONLY", tr("Empty template only"), False))
        self.addParameter(QgsProcessingParameterFileDestination("WORKBOOK", tr("Workbook"), "Excel (*.xlsx)"))
        self.addOutput(QgsProcessingOutputNumber("ROW_COUNT", tr("Rows written")))

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        target = self.parameterAsFileOutput(parameters, "WORKBOOK", context)
        form = self.parameterAsEnumString(parameters, "FORM", context)
        workspace = self.parameterAsFile(parameters, "WORKSPACE", context) or None
        template = self.parameterAsBool(parameters, "TEMPLATE_ONLY", context)
        if not workspace and not template:
            raise InputError("workbook_no_workspace")
        count = export_workbook(target, form, workspace, Selection(template=template), feedback)
        feedback.pushInfo(tr("{0} rows written to {1}").format(count, target))
        return {"WORKBOOK": target, "ROW_COUNT": count}
