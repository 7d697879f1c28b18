"""onemap:findsites: search free land for sites of a wanted size, no parcels needed."""

from typing import Optional

import numpy as np
from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterNumber,
    QgsProcessingParameterVectorLayer,
    QgsWkbTypes,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.layers import field_types
from ..plugin.bridge.layers.row_sink import RowSink
from ..plugin.bridge.siting import results as results
from ..plugin.bridge.siting import titles
from ..plugin.bridge.siting.reporting import search_costs, search_report, write_siting_reports
from ..plugin.bridge.siting.search import FindSites, SiteWish, picked_selection
from . import review_parameters as shared
from . import siting_parameters as siting
from .base import OneMapAlgorithm, user_error

_REAL = QgsProcessingParameterNumber.Double
_TILE_FIELDS = (("tile", field_types.LONG),)


class FindSitesAlgorithm(OneMapAlgorithm):
    NAME = "findsites"
    GROUP_ID = "siting"

    def title(self):
        return tr("Find sites in free land")

    def help_text(self) -> str:
        return tr(
            "Cuts out of the extent everything the criteria exclude, with their distances, and searches what "
            "is left for compact sites of "
            "the wanted area [m², statutory]; the best COUNT by the scored factors that keep SPACING [m] from "
            "each other.\n"
            "SITES lie inside the free land exactly. FREE_LAND is that land in pieces of one search tile each; "
            "REMOVALS tells how much "
            "land each criterion takes alone and in order. FOLLOW names a layer of parcels or roads whose "
            "edges the sites shall follow; of parcels, single and neighbouring ones are taken whole as well.\n"
            "Example: tools/process run onemap:findsites --EXTENT_LAYER=town.gpkg "
            "--CRITERIA=resources/siting/industrial_15mu.yaml "
            '"--LAYERS=county.gpkg|layername=YJJBNTTB" "--LAYERS=county.gpkg|layername=STBHHX" --COUNT=5 '
            "--SITES=sites.gpkg "
            "--REPORT=siting.docx"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.addParameter(
            QgsProcessingParameterVectorLayer("EXTENT_LAYER", tr("Extent"), [QgsProcessing.TypeVectorAnyGeometry])
        )
        for parameter in siting.criteria_parameters():
            self.addParameter(parameter)
        for name, text in (("AREA_MIN_M2", tr("Least area [m²]")), ("AREA_MAX_M2", tr("Largest area [m²]"))):
            self.addParameter(shared.optional(QgsProcessingParameterNumber(name, text, _REAL, minValue=1.0)))
        self.addParameter(
            QgsProcessingParameterNumber("COUNT", tr("Number of sites"), defaultValue=5, minValue=1, maxValue=1000)
        )
        spacing = QgsProcessingParameterNumber("SPACING", tr("Least distance between sites [m]"), _REAL, minValue=0.0)
        follow = QgsProcessingParameterVectorLayer(
            "FOLLOW", tr("Parcels or roads whose edges sites follow"), [QgsProcessing.TypeVector]
        )
        existing = QgsProcessingParameterVectorLayer(
            "EXISTING", tr("Existing facilities that sites keep the spacing from"), [QgsProcessing.TypeVector]
        )
        for parameter in (spacing, follow, existing):
            self.addParameter(shared.optional(parameter))
        self.addParameter(QgsProcessingParameterFeatureSink("SITES", tr("Sites"), QgsProcessing.TypeVectorPolygon))
        for name, text, kind in (
            ("FREE_LAND", tr("Free land"), QgsProcessing.TypeVectorPolygon),
            ("REMOVALS", tr("What each criterion removes"), QgsProcessing.TypeVector),
        ):
            self.addParameter(QgsProcessingParameterFeatureSink(name, text, kind, optional=True, createByDefault=False))
        self.addParameter(siting.costs_parameter())
        self.addParameter(siting.report_parameter())
        for name in ("SITE_COUNT", "FREE_M2", "EXTENT_M2", "CANDIDATE_COUNT"):
            self.addOutput(QgsProcessingOutputNumber(name, name))

    def checkParameterValues(self, parameters: dict, context: QgsProcessingContext) -> tuple:
        return super().checkParameterValues(siting.without_unreadable(parameters, context), context)

    def prepareAlgorithm(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        with user_error():
            least, most = (self._number(parameters, name, context) for name in ("AREA_MIN_M2", "AREA_MAX_M2"))
            follow, existing = (self.parameterAsVectorLayer(parameters, n, context) for n in ("FOLLOW", "EXISTING"))
            extent = self.parameterAsVectorLayer(parameters, "EXTENT_LAYER", context)
            inputs = siting.inputs(self, parameters, context)
            self._job = FindSites(inputs, extent, SiteWish((least, most), follow, existing))
            self._reports = siting.report_paths(self, parameters, context)
        return True

    def _number(self, parameters, name, context):
        """A number, None where it was left open."""
        return self.parameterAsDouble(parameters, name, context) if parameters.get(name) is not None else None

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        count, spacing = self.parameterAsInt(parameters, "COUNT", context), self._number(parameters, "SPACING", context)
        run = self._job.run(count, spacing, feedback, bool(parameters.get("FREE_LAND")) or bool(self._reports))
        selection = picked_selection(run)
        outputs = self._write(run, selection, parameters, context)
        for remark in [*self._job.remarks(), *selection.remarks]:
            feedback.pushWarning(remark.text())
        siting.tell_removals(feedback, selection.removals)
        costs = None
        if self._reports or parameters.get("SITE_COSTS"):
            costs = search_costs(self._job, run, selection, feedback)
        if costs is not None and parameters.get("SITE_COSTS"):
            outputs["SITE_COSTS"] = siting.write_costs(self, parameters, context, costs.sites)
            for note in costs.notes:
                feedback.pushWarning(note)
        if self._reports:
            write_siting_reports(search_report(self._job, run, selection, costs), self._reports, feedback)
        counts = {
            "SITE_COUNT": len(run.picked),
            "CANDIDATE_COUNT": len(run.names),
            "FREE_M2": run.free_m2,
            "EXTENT_M2": run.extent_m2,
        }
        return {**outputs, "REPORT": ";".join(map(str, self._reports)), **counts}

    def _write(self, run, selection, parameters, context):
        sites = run.geometries[np.array(run.picked, dtype=int)]
        names = [""] * len(sites)
        fields = results.site_fields(run.criteria)
        made = results.ResultRows(fields, results.site_rows(selection, names), sites, run.plane)
        outputs = {"SITES": self._layer("SITES", made, parameters, context)}
        if parameters.get("FREE_LAND"):
            rows = ([number] for number in range(1, len(run.free) + 1))
            free = results.ResultRows(_TILE_FIELDS, rows, run.free, run.plane)
            outputs["FREE_LAND"] = self._layer("FREE_LAND", free, parameters, context)
        outputs["REMOVALS"] = siting.write_removals(self, parameters, context, selection.removals)
        titles.when_loaded(context, outputs["SITES"], titles.TitledSites.of(run.criteria))
        titles.when_loaded(context, outputs.get("FREE_LAND"), titles.TitledLand.of(run.criteria, titles.FREE))
        return outputs

    def _layer(self, name, made, parameters, context):
        shape = shared.SinkShape(made.fields(), QgsWkbTypes.MultiPolygon, self._job.snapshot.qgis_crs)
        sink, identifier = shared.make_sink(self, parameters, name, context, shape)
        rows = RowSink(sink, identifier, made.fields(), True)
        del sink  # the writer alone holds it
        results.write_polygons(rows, made, self._job.snapshot.crs)
        return identifier
