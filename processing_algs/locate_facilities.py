"""onemap:locatefacilities: where to put facilities so that they serve most people, or are nearest to all."""

from typing import Any, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterNumber,
    QgsProcessingParameterVectorLayer,
    QgsWkbTypes,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.siting import facility_layers as made_of
from ..plugin.bridge.siting.facilities import FacilityLayers, FacilityRun, FacilityWish, LocateFacilities
from ..plugin.bridge.siting.results import write_rows
from ..plugin.core.siting.coverage import Objective
from ..plugin.report import write_report
from ..plugin.report.siting.facilities import facilities_document
from . import review_parameters as shared
from . import siting_parameters as siting
from .base import OneMapAlgorithm, user_error

_REAL, _INTEGER = QgsProcessingParameterNumber.Double, QgsProcessingParameterNumber.Integer
_OBJECTIVES = (Objective.COVER, Objective.MEDIAN)


class LocateFacilitiesAlgorithm(OneMapAlgorithm):
    NAME = "locatefacilities"
    GROUP_ID = "siting"

    def title(self) -> str:
        return tr("Locate facilities (coverage)")

    def help_text(self) -> str:
        return tr(
            "Chooses NUMBER of the candidates so that most demand lies within REACH of one (maximal covering), or so "
            "that the way to the nearest is shortest on the whole (p-median). Facilities that are there (EXISTING) "
            "serve, too. NUMBER 0: as few as serve SHARE per cent of the demand.\n"
            "Distances are straight, or along ROADS. Small problems are solved exactly; of others the report says how "
            "much better a choice can be at most.\n"
            "Example: tools/process run onemap:locatefacilities --DEMAND=villages.gpkg --WEIGHT_FIELD=people "
            "--CANDIDATES=parcels.gpkg --NUMBER=3 --REACH=1000 --ROADS=roads.gpkg --SITES=sites.gpkg "
            "--REPORT=facilities.docx"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        anything = [QgsProcessing.TypeVectorAnyGeometry]
        self.addParameter(QgsProcessingParameterVectorLayer("DEMAND", tr("Demand (villages, buildings)"), anything))
        weight = QgsProcessingParameterField("WEIGHT_FIELD", tr("Field with the people"), None, "DEMAND")
        self.addParameter(shared.optional(weight))
        self.addParameter(QgsProcessingParameterVectorLayer("CANDIDATES", tr("Candidate places"), anything))
        name = QgsProcessingParameterField("NAME_FIELD", tr("Field with the name"), None, "CANDIDATES")
        there = QgsProcessingParameterVectorLayer("EXISTING", tr("Facilities already there"), anything)
        for parameter in (name, there):
            self.addParameter(shared.optional(parameter))
        options = [tr("most demand within reach"), tr("shortest total distance")]
        self.addParameter(QgsProcessingParameterEnum("OBJECTIVE", tr("Objective"), options, defaultValue=0))
        for parameter in self._numbers():
            self.addParameter(parameter)
        lines = [QgsProcessing.TypeVectorLine]
        self.addParameter(shared.optional(QgsProcessingParameterFeatureSource("ROADS", tr("Roads"), lines)))
        for name, title, kind in (
            ("SITES", tr("Facilities"), QgsProcessing.TypeVectorPoint),
            ("DEMAND_SERVED", tr("Demand and its facility"), QgsProcessing.TypeVectorPoint),
            ("LINKS", tr("Lines to the facilities"), QgsProcessing.TypeVectorLine),
        ):
            extra = name != "SITES"
            sink = QgsProcessingParameterFeatureSink(name, title, kind, optional=extra, createByDefault=not extra)
            self.addParameter(sink)
        self.addParameter(siting.report_parameter())
        for name in ("SERVED", "SERVED_PCT", "GAP_PCT"):
            self.addOutput(QgsProcessingOutputNumber(name, name))
        self.addOutput(QgsProcessingOutputString("CONCLUSION", tr("Conclusion")))

    def _numbers(self) -> list[Any]:
        number = QgsProcessingParameterNumber("NUMBER", tr("Number of facilities"), _INTEGER, 3, False, 0, 500)
        reach = QgsProcessingParameterNumber("REACH", tr("How far a facility serves [m]"), _REAL, 1000.0, True, 1.0)
        share = QgsProcessingParameterNumber("SHARE", tr("Demand to be served [%]"), _REAL, 100.0, False, 1.0, 100.0)
        access = QgsProcessingParameterNumber("ACCESS", tr("Farthest from a road [m]"), _REAL, 1000.0, False, 0.0)
        return [number, reach, share, access]

    def prepareAlgorithm(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        layers = {
            name: self.parameterAsVectorLayer(parameters, name, context)
            for name in ("DEMAND", "CANDIDATES", "EXISTING")
        }
        weight, name = (self.parameterAsString(parameters, n, context) for n in ("WEIGHT_FIELD", "NAME_FIELD"))
        with user_error():
            roads = self.parameterAsVectorLayer(parameters, "ROADS", context)
            given = FacilityLayers(layers["DEMAND"], layers["CANDIDATES"], layers["EXISTING"], weight, name, roads)
            self._job = LocateFacilities(given, self._wish(parameters, context))
            self._reports = siting.report_paths(self, parameters, context)
        return True

    def _wish(self, parameters: dict, context: QgsProcessingContext) -> FacilityWish:
        objective = _OBJECTIVES[self.parameterAsEnum(parameters, "OBJECTIVE", context)]
        reach = self.parameterAsDouble(parameters, "REACH", context)
        unlimited = objective == Objective.MEDIAN and parameters.get("REACH") is None
        return FacilityWish(
            objective,
            self.parameterAsInt(parameters, "NUMBER", context),
            None if unlimited else reach,
            self.parameterAsDouble(parameters, "SHARE", context),
            self.parameterAsDouble(parameters, "ACCESS", context),
        )

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        roads = self.parameterAsSource(parameters, "ROADS", context)
        run = self._job.run(roads, feedback)
        outputs = self._write(run, parameters, context)
        report = made_of.facility_report(self._job, run)
        for remark in report.remarks:
            feedback.pushWarning(remark.text())
        feedback.pushInfo(report.conclusion())
        feedback.pushInfo(report.quality())
        for path in self._reports:
            write_report(facilities_document(report), path)
        share = 100 * run.served / run.total if run.total else 0.0
        figures = {"SERVED": run.served, "SERVED_PCT": round(share, 4), "GAP_PCT": round(run.placement.gap_pct, 4)}
        return {**outputs, **figures, "CONCLUSION": report.conclusion(), "REPORT": ";".join(map(str, self._reports))}

    def _write(self, run: FacilityRun, parameters: dict, context: QgsProcessingContext) -> dict[str, Any]:
        outputs = {}
        for name, rows, shape, style in (
            ("DEMAND_SERVED", made_of.demand_result, QgsWkbTypes.Point, made_of.StyledDemand),
            ("LINKS", made_of.link_result, QgsWkbTypes.LineString, made_of.StyledLinks),
            ("SITES", made_of.site_result, QgsWkbTypes.Point, made_of.StyledSites),
        ):
            if name != "SITES" and not parameters.get(name):
                continue
            made = rows(run)
            sink_shape = shared.SinkShape(made.fields(), shape, self._job.demand.qgis_crs)
            sink, outputs[name] = shared.make_sink(self, parameters, name, context, sink_shape)
            write_rows(sink, made, self._job.demand.crs)
            if context.willLoadLayerOnCompletion(outputs[name]):
                context.layerToLoadOnCompletionDetails(outputs[name]).setPostProcessor(style.make())
        return outputs
