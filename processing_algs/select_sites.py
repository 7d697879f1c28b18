"""onemap:selectsites: filter, score and rank candidate parcels."""

from typing import Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterField,
    QgsProcessingParameterNumber,
    QgsProcessingParameterVectorLayer,
    QgsWkbTypes,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.layers.row_sink import RowSink
from ..plugin.bridge.siting import results as results
from ..plugin.bridge.siting import titles
from ..plugin.bridge.siting.reporting import selection_costs, selection_report, write_siting_reports
from ..plugin.bridge.siting.select import SelectSites
from . import review_parameters as shared
from . import siting_parameters as siting
from .base import OneMapAlgorithm, user_error


class SelectSitesAlgorithm(OneMapAlgorithm):
    NAME = "selectsites"
    GROUP_ID = "siting"

    def title(self):
        return tr("Select sites among parcels")

    def help_text(self) -> str:
        return tr(
            "Filters, scores and ranks candidate parcels by a criteria file (see resources/siting for examples).\n"
            "SITES holds the kept parcels, best first: rank, areas, score (0 to 100), for every criterion the "
            "measured value, its score "
            "and its part of the whole, and how often the site stays first or among the first five when the "
            "weights change by 20 %. "
            "REJECTED holds the others with every reason. REMOVALS tells how much land each criterion removes "
            "alone and in order. "
            "A criterion whose layer is missing is not evaluated, and the site says so.\n"
            'LAYERS are matched to the criteria by name; MAPPING names others as JSON {"layer": "key"}.\n'
            "Example: tools/process run onemap:selectsites --CANDIDATES=parcels.gpkg --CRITERIA=criteria.yaml "
            '"--LAYERS=county.gpkg|layername=YJJBNTTB" --LAYERS=dem.tif --SITES=sites.gpkg '
            "--REJECTED=rejected.gpkg --REPORT=siting.docx"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.addParameter(
            QgsProcessingParameterVectorLayer(
                "CANDIDATES", tr("Candidate parcels"), [QgsProcessing.TypeVectorAnyGeometry]
            )
        )
        key = QgsProcessingParameterField(
            "CANDIDATE_KEY", tr("Candidate key field"), parentLayerParameterName="CANDIDATES"
        )
        self.addParameter(shared.optional(key))
        for parameter in siting.criteria_parameters():
            self.addParameter(parameter)
        runs = QgsProcessingParameterNumber(
            "RUNS", tr("Random runs of the sensitivity"), defaultValue=1000, minValue=0, maxValue=100_000
        )
        seed = QgsProcessingParameterNumber("SEED", tr("Seed of the random runs"), defaultValue=20260101, minValue=0)
        for parameter in (runs, seed):
            self.addParameter(shared.optional(parameter, advanced=True))
        self.addParameter(QgsProcessingParameterFeatureSink("SITES", tr("Sites"), QgsProcessing.TypeVectorPolygon))
        self.addParameter(
            QgsProcessingParameterFeatureSink("REJECTED", tr("Rejected"), QgsProcessing.TypeVectorPolygon)
        )
        removals = QgsProcessingParameterFeatureSink(
            "REMOVALS",
            tr("What each criterion removes"),
            QgsProcessing.TypeVector,
            optional=True,
            createByDefault=False,
        )
        self.addParameter(removals)
        self.addParameter(siting.costs_parameter())
        self.addParameter(siting.report_parameter())
        for name in ("CANDIDATE_COUNT", "KEPT_COUNT", "REJECTED_COUNT"):
            self.addOutput(QgsProcessingOutputNumber(name, name))

    def checkParameterValues(self, parameters: dict, context: QgsProcessingContext) -> tuple:
        return super().checkParameterValues(siting.without_unreadable(parameters, context), context)

    def prepareAlgorithm(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        with user_error():
            candidates = self.parameterAsVectorLayer(parameters, "CANDIDATES", context)
            self._job = SelectSites(siting.inputs(self, parameters, context), candidates)
            self._reports = siting.report_paths(self, parameters, context)
        return True

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        key = self.parameterAsString(parameters, "CANDIDATE_KEY", context)
        runs, seed = (self.parameterAsInt(parameters, name, context) for name in ("RUNS", "SEED"))
        run = self._job.run(key, feedback, runs, seed)
        outputs = self._write(run, parameters, context)
        for remark in [*self._job.remarks(), *run.selection.remarks]:
            feedback.pushWarning(remark.text())
        siting.tell_removals(feedback, run.selection.removals)
        costs = selection_costs(self._job, run, feedback) if self._reports or parameters.get("SITE_COSTS") else None
        if costs is not None and parameters.get("SITE_COSTS"):
            outputs["SITE_COSTS"] = siting.write_costs(self, parameters, context, costs.sites)
            for note in costs.notes:
                feedback.pushWarning(note)
        if self._reports:
            write_siting_reports(selection_report(self._job, run, costs), self._reports, feedback)
        kept = len(run.selection.order)
        counts = {
            "CANDIDATE_COUNT": len(run.names) + len(run.unusable),
            "KEPT_COUNT": kept,
            "REJECTED_COUNT": len(run.names) - kept,
        }
        return {**outputs, "REPORT": ";".join(map(str, self._reports)), **counts}

    def _write(self, run, parameters, context):
        selection, crs, qgis_crs = run.selection, self._job.snapshot.crs, self._job.snapshot.qgis_crs
        outputs = {}
        rejected, rows = results.rejected_rows(selection, run.names)
        layers = (
            ("SITES", results.site_fields(run.criteria), results.site_rows(selection, run.names), selection.order),
            ("REJECTED", results.rejected_fields(run.criteria), rows, rejected),
        )
        for name, specification, rows, indices in layers:
            made = results.ResultRows(specification, rows, run.geometries[indices], run.plane)
            shape = shared.SinkShape(made.fields(), QgsWkbTypes.MultiPolygon, qgis_crs)
            sink, outputs[name] = shared.make_sink(self, parameters, name, context, shape)
            output = RowSink(sink, outputs[name], made.fields(), True)
            del sink  # the writer alone holds it
            results.write_polygons(output, made, crs)
        outputs["REMOVALS"] = siting.write_removals(self, parameters, context, selection.removals)
        titles.when_loaded(context, outputs["SITES"], titles.TitledSites.of(run.criteria))
        titles.when_loaded(context, outputs["REJECTED"], titles.TitledLand.of(run.criteria, titles.REJECTED))
        return outputs
