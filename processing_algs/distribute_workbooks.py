"""onemap:distributeworkbooks: one prefilled workbook per township or county."""

from typing import Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFile,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterString,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.records.distribution import LEVEL_DIGITS, BookSet, distribute
from ..plugin.core.forms.schema import FORM_IDS
from ..plugin.store.workspace import Workspace
from . import review_parameters as shared
from .base import OneMapAlgorithm


class DistributeWorkbooks(OneMapAlgorithm):
    NAME = "distributeworkbooks"
    GROUP_ID = "reporting"

    def title(self):
        return tr("Distribute workbooks")

    def help_text(self) -> str:
        return tr(
            "Writes one workbook for every township (LEVEL=town) or county (LEVEL=county) of the workspace's "
            "dictionary, named by division and period, prefilled with the records of the period and a row for "
            "everything that is due. mergeworkbooks takes the returned books back.\n"
            "Example: tools/process run onemap:distributeworkbooks --FORM=plan_progress --WORKSPACE=county.gpkg "
            "--LEVEL=town --FOLDER=out"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.addParameter(QgsProcessingParameterEnum("FORM", tr("Form"), list(FORM_IDS), usesStaticStrings=True))
        self.addParameter(QgsProcessingParameterFile("WORKSPACE", tr("Workspace"), fileFilter="GeoPackage (*.gpkg)"))
        levels = list(LEVEL_DIGITS)
        self.addParameter(
            QgsProcessingParameterEnum(
                "LEVEL", tr("Administrative level"), levels, defaultValue="town", usesStaticStrings=True
            )
        )
        period = QgsProcessingParameterString("PERIOD", tr("Period (2026-03 or 2026; empty: this one)"))
        self.addParameter(shared.optional(period))
        self.addParameter(QgsProcessingParameterFolderDestination("FOLDER", tr("Folder")))
        self.addOutput(QgsProcessingOutputNumber("BOOK_COUNT", tr("Workbooks written")))
        self.addOutput(QgsProcessingOutputNumber("ROW_COUNT", tr("Rows written")))

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        folder = self.parameterAsString(parameters, "FOLDER", context)
        with Workspace.open(self.parameterAsFile(parameters, "WORKSPACE", context)) as workspace:
            workspace.demand_writable()
            made = distribute(
                workspace,
                self.parameterAsEnumString(parameters, "FORM", context),
                folder,
                BookSet(
                    self.parameterAsEnumString(parameters, "LEVEL", context),
                    self.parameterAsString(parameters, "PERIOD", context).strip() or None,
                ),
                feedback,
            )
        for book in made:
            feedback.pushInfo(tr("{0} rows written to {1}").format(book.rows, book.path))
        return {"FOLDER": folder, "BOOK_COUNT": len(made), "ROW_COUNT": sum(book.rows for book in made)}
