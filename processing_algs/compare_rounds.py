"""onemap:comparerounds: two rounds of a review case, what changed between them and why."""

from typing import Optional

import shapely
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsWkbTypes,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.layers import results
from ..plugin.bridge.review.rounds_compare import change_shapes, compare_rounds, side, two_rounds
from ..plugin.bridge.review.rounds_report import CHANGE_FIELDS, change_rows, rounds_report, write_rounds_report
from ..plugin.bridge.review.rounds_rerun import Rerun
from ..plugin.bridge.review.rounds_target import reading_workspace
from ..plugin.bridge.review.rounds_titles import TitledChanges
from ..plugin.core.errors import OneMapError
from ..plugin.core.review.rounds_diff import ChangeKind
from ..plugin.core.review.rounds_identity import Match
from . import review_parameters as shared
from .base import OneMapAlgorithm

_WAYS = (tuple(Match), (Match.KEY,), (Match.GEOMETRY,), (Match.OVERLAP,))


class CompareRounds(OneMapAlgorithm):
    NAME = "comparerounds"
    GROUP_ID = "review"

    def title(self):
        return tr("Compare two rounds of a review case")

    def help_text(self) -> str:
        return tr(
            "Compares two rounds of a review case that are kept in a workspace, per project and control line: new, "
            "grown, unchanged, reduced, resolved; absent where the project is not in the later round, unknown where a "
            "round could not check the line. Areas in m². CAUSE tells changes of data from changes of rules.\n"
            "ROUND_A and ROUND_B are numbers of rounds; 0 stands for the latest round and the one before it. LIMIT_M2 "
            "is the area below which a change is none. With SEPARATE_RULES the data of ROUND_A is run again under the "
            "rules of ROUND_B, if it is at hand, so that both causes have their own areas. REPORT takes .docx, .xlsx, "
            '.pdf or .html, several separated by ";".\n'
            "Example: tools/process run onemap:comparerounds --WORKSPACE=county.gpkg --CASE=projects --ROUND_A=1 "
            "--ROUND_B=2 --CHANGES=changes.gpkg --REPORT=changes.docx"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        number = QgsProcessingParameterNumber
        ways = [tr("Key, then geometry, then overlap"), tr("Key only"), tr("Geometry only"), tr("Overlap only")]
        parameters = [
            QgsProcessingParameterFile("WORKSPACE", tr("Workspace"), fileFilter="GeoPackage (*.gpkg)"),
            QgsProcessingParameterString("CASE", tr("Review case")),
            number("ROUND_A", tr("Earlier round (0: the one before)"), defaultValue=0, minValue=0),
            number("ROUND_B", tr("Later round (0: the latest)"), defaultValue=0, minValue=0),
            shared.optional(QgsProcessingParameterEnum("MATCH", tr("Projects are matched by"), ways, False, 0), True),
            shared.optional(
                number("LIMIT_M2", tr("Changes below this are ignored [m²]"), number.Double, 1.0, minValue=0), True
            ),
            shared.optional(
                QgsProcessingParameterBoolean("SEPARATE_RULES", tr("Separate rules and data by another run"), False),
                True,
            ),
            QgsProcessingParameterFeatureSink("CHANGES", tr("Changes"), QgsProcessing.TypeVectorPolygon),
            shared.report_parameter(),
        ]
        for parameter in parameters:
            self.addParameter(parameter)
        for kind in ChangeKind:
            name = f"{kind.value.upper()}_COUNT"
            self.addOutput(QgsProcessingOutputNumber(name, name))

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        case = self.parameterAsString(parameters, "CASE", context).strip()
        numbers = [self.parameterAsInt(parameters, name, context) for name in ("ROUND_A", "ROUND_B")]
        limit = self.parameterAsDouble(parameters, "LIMIT_M2", context)
        ways = _WAYS[self.parameterAsEnum(parameters, "MATCH", context)]
        paths = shared.report_paths(self, parameters, context)
        with reading_workspace(self.parameterAsFile(parameters, "WORKSPACE", context)) as workspace:
            before, after = (side(workspace, info) for info in two_rounds(workspace, case, *numbers))
            between = None
            if self.parameterAsBoolean(parameters, "SEPARATE_RULES", context):
                between = _between(before, after, feedback)
            comparison = compare_rounds(before, after, limit, ways, between)
            report = rounds_report(workspace, comparison, limit, between is not None)
        changes = self._write(comparison, parameters, context)
        if context.willLoadLayerOnCompletion(changes):
            context.layerToLoadOnCompletionDetails(changes).setPostProcessor(TitledChanges.make())
        write_rounds_report(report, paths)
        counts = {f"{kind.value.upper()}_COUNT": report.number(kind) for kind in ChangeKind}
        feedback.pushInfo(", ".join(f"{kind.value} {report.number(kind)}" for kind in ChangeKind))
        return {"CHANGES": changes, "REPORT": ";".join(map(str, paths)), **counts}

    def _write(self, comparison, parameters, context):
        crs = QgsCoordinateReferenceSystem.fromWkt(comparison.after.frozen.head.plane_wkt)
        fields = results.qgs_fields(CHANGE_FIELDS)
        sink, identifier = shared.make_sink(
            self, parameters, "CHANGES", context, shared.SinkShape(fields, QgsWkbTypes.MultiPolygon, crs)
        )
        shapes = results.areal_multipolygons(change_shapes(comparison))
        for values, blob in zip(change_rows(comparison), shapely.to_wkb(shapes)):
            feature = QgsFeature(fields)
            if blob is not None:
                geometry = QgsGeometry()
                geometry.fromWkb(blob)
                feature.setGeometry(geometry)
            feature.setAttributes(list(values))
            sink.addFeature(feature)
        return identifier


def _between(before, after, feedback):
    """The earlier data under the later rules; None, and told, where it is not at hand."""
    try:
        rerun = Rerun(before.frozen, after.frozen)
        remarks = rerun.remarks()
        for remark in remarks:
            feedback.pushWarning(remark.text())
        return None if remarks else rerun.run(feedback).frozen
    except OneMapError as error:
        feedback.pushWarning(str(error))
        return None
