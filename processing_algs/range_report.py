"""onemap:rangereport: what lies inside a range, line by line, with its land use and nearest features."""

from collections.abc import Iterator
from typing import Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterVectorLayer,
    QgsWkbTypes,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.layers import field_types
from ..plugin.bridge.layers.result_titles import TitledResult
from ..plugin.bridge.layers.results import qgs_fields, write_rows
from ..plugin.bridge.range.check import RangeResult, RangeRules, prepare_range_layer, run_range
from ..plugin.core.land.rounding import hectares, mu
from ..plugin.report import write_report
from ..plugin.report.review.document import review_document
from . import review_parameters as shared
from .base import OneMapAlgorithm, user_error

_TEXT, _REAL = field_types.TEXT, field_types.REAL
_FIELDS = (
    ("kind", _TEXT), ("project_key", _TEXT), ("code", _TEXT), ("name", _TEXT), ("status", _TEXT), ("effect", _TEXT),
    ("overlap_m2", _REAL), ("overlap_ha", _REAL), ("overlap_mu", _REAL), ("share_pct", _REAL), ("nearest_m", _REAL),
    ("law", _TEXT), ("reason", _TEXT), ("conclusion", _TEXT), ("condition", _TEXT),
)  # fmt: skip


class RangeReport(OneMapAlgorithm):
    NAME = "rangereport"
    GROUP_ID = "review"

    def title(self) -> str:
        return tr("Range report")

    def help_text(self) -> str:
        return tr(
            "Tells what lies inside a range: a verdict for every control line, the land-use composition by "
            "class (statutory areas in "
            "m², ha and mu), and the nearest distance for lines with a distance rule.\n"
            "RESULT has one row a line (kind line), a class (kind landuse) or a distance (kind nearest). Only "
            "features within 500 m of "
            "the range are read.\n"
            "Example: tools/process run onemap:rangereport --RANGE=range.gpkg "
            '"--CONTROL_LINES=county.gpkg|layername=YJJBNTTB" '
            '"--LANDUSE=county.gpkg|layername=DLTB" --RESULT=result.gpkg --REPORT=range.docx'
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.addParameter(
            QgsProcessingParameterVectorLayer("RANGE", tr("Range"), [QgsProcessing.TypeVectorAnyGeometry])
        )
        self.addParameter(shared.control_lines())
        land_use = QgsProcessingParameterVectorLayer("LANDUSE", tr("Land-use layer"), [QgsProcessing.TypeVectorPolygon])
        self.addParameter(shared.optional(land_use))
        for parameter in shared.rule_parameters():
            self.addParameter(parameter)
        self.addParameter(
            QgsProcessingParameterFeatureSink("RESULT", tr("Constraints of the range"), QgsProcessing.TypeVector)
        )
        for parameter in (*shared.report_parameters(), *shared.cache_parameters()):
            self.addParameter(parameter)

    def checkParameterValues(self, parameters: dict, context: QgsProcessingContext) -> tuple:
        return super().checkParameterValues(shared.without_unreadable(parameters, context), context)

    def prepareAlgorithm(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        with user_error():
            rules = RangeRules(
                self.parameterAsFile(parameters, "RULES", context),
                self.parameterAsString(parameters, "MAPPING", context),
                self.parameterAsDouble(parameters, "SLIVER_AREA", context),
                shared.review_date(self, parameters, context),
                shared.cache_mb(self, parameters, context),
            )
            self._job = prepare_range_layer(
                self.parameterAsVectorLayer(parameters, "RANGE", context),
                shared.control_layer_values(self, parameters, context),
                self.parameterAsVectorLayer(parameters, "LANDUSE", context),
                rules,
            )
            self._reports = shared.report_paths(self, parameters, context)
        return True

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        fields = qgs_fields(_FIELDS)
        sink, identifier = shared.make_sink(
            self, parameters, "RESULT", context, shared.SinkShape(fields, QgsWkbTypes.NoGeometry)
        )
        result = run_range(self._job, feedback, "", self.parameterAsInt(parameters, "MAP_LIMIT", context))
        write_rows(sink, _FIELDS, list(_rows(result)))
        if self.parameterAsBoolean(parameters, "BUILD_CACHE", context):
            self._job.review.warm(feedback)
        for remark in result.remarks:
            feedback.pushWarning(remark.text())
        if self._reports:
            document = review_document(result.report())
            for path in self._reports:
                write_report(document, path)
        if context.willLoadLayerOnCompletion(identifier):
            context.layerToLoadOnCompletionDetails(identifier).setPostProcessor(TitledResult.make())
        return {"RESULT": identifier, "REPORT": ";".join(map(str, self._reports))}


def _rows(result: RangeResult) -> Iterator[list]:
    """Attributes of every row, in the order of _FIELDS."""
    for v in result.verdicts:
        areas = [v.overlap_m2, v.overlap_ha, v.overlap_mu, v.share_pct]
        line = [v.project_key, v.line_id, v.line_name, str(v.status), str(v.effect)]
        yield ["line", *line, *areas, None, v.law, v.reason, v.conclusion.word, v.condition]
    for r in result.landuse:
        areas = [r.area_m2, float(hectares(r.area_m2)), float(mu(r.area_m2)), r.share_pct]
        yield ["landuse", "", r.code, r.name, "", "", *areas, None, *[""] * 4]
    for n in result.nearest:
        yield ["nearest", "", n.line_id, n.line_name, "", "", *[None] * 4, n.distance_m, *[""] * 4]
