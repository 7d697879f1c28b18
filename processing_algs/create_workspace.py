"""onemap:createworkspace: a new workspace for a county."""

from typing import Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.layers.district import district_wkb
from ..plugin.store.workspace import NewWorkspace, Workspace
from . import review_parameters as shared
from .base import OneMapAlgorithm


class CreateWorkspace(OneMapAlgorithm):
    NAME = "createworkspace"
    GROUP_ID = "reporting"

    def title(self):
        return tr("Create a workspace")

    def help_text(self) -> str:
        return tr(
            "Makes the GeoPackage that holds a county's records, audit chain and outbox. DIVISIONS is a CSV "
            "with the columns "
            "code,name (and valid_from, valid_to, successor if known); DISTRICT is the county's outline.\n"
            "Example: tools/process run onemap:createworkspace --WORKSPACE=county.gpkg --COUNTY=330110 "
            "--DIVISIONS=divisions.csv"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.addParameter(QgsProcessingParameterString("COUNTY", tr("County code (6 digits)")))
        divisions = QgsProcessingParameterFile("DIVISIONS", tr("Division codes (CSV)"), fileFilter="CSV (*.csv *.txt)")
        self.addParameter(shared.optional(divisions))
        district = QgsProcessingParameterFeatureSource(
            "DISTRICT", tr("Outline of the county"), [QgsProcessing.TypeVectorPolygon]
        )
        self.addParameter(shared.optional(district))
        insist = tr("Use the county although no dictionary contains it")
        self.addParameter(QgsProcessingParameterBoolean("INSIST", insist, False))
        self.addParameter(QgsProcessingParameterFileDestination("WORKSPACE", tr("Workspace"), "GeoPackage (*.gpkg)"))

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        path = self.parameterAsFileOutput(parameters, "WORKSPACE", context)
        county = self.parameterAsString(parameters, "COUNTY", context)
        divisions = self.parameterAsFile(parameters, "DIVISIONS", context) or None
        insist = self.parameterAsBool(parameters, "INSIST", context)
        source = self.parameterAsSource(parameters, "DISTRICT", context)
        outline = district_wkb(source) if source is not None else None
        with Workspace.create(path, county, divisions, NewWorkspace(outline, insist=insist)) as workspace:
            feedback.pushInfo(
                tr("{0} forms, {1} division codes").format(len(workspace.forms()), len(workspace.divisions()))
            )
        return {"WORKSPACE": path}
