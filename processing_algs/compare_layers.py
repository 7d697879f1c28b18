"""onemap:comparelayers: two vintages of a polygon layer, what changed, and from which class to which."""

from collections import Counter
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
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.quality import comparison
from ..plugin.bridge.quality.comparison_report import comparison_report
from ..plugin.bridge.quality.comparison_titles import ColouredChanges, TitledMatrix
from ..plugin.core.land import crs as crs_rules
from ..plugin.core.land.pieces import objects
from ..plugin.core.quality.comparison import ChangeKind
from ..plugin.core.quality.comparison_matrix import Cell
from ..plugin.report import write_report
from ..plugin.report.quality.comparison import comparison_document
from . import review_parameters as shared
from .base import OneMapAlgorithm, user_error
from .row_outputs import Rows, write_rows


class CompareLayers(OneMapAlgorithm):
    NAME = "comparelayers"
    GROUP_ID = "quality"

    def title(self) -> str:
        return tr("Compare two vintages of a layer")

    def help_text(self) -> str:
        return tr(
            "Compares two states of a polygon layer. CHANGES holds each piece of land once: added, removed, of another "
            "class (reclassed), handed to another feature of the same class (reshaped), or with other attributes. "
            "MATRIX holds the areas from class to class, unchanged land included; its rows sum to BEFORE, its columns "
            "to AFTER; an empty class is land that the vintage does not cover.\n"
            "Features are matched by KEY, then by equal geometry, then where they overlap by 98 % both ways. Areas are "
            "statutory, in m², ha and mu. Pieces below TOLERANCE_M2 are marked as slivers, never dropped. GROUP is a "
            "layer of divisions by which MATRIX is split.\n"
            "Example: tools/process run onemap:comparelayers --BEFORE=2023.gpkg|layername=DLTB "
            "--AFTER=2024.gpkg|layername=DLTB --KEY=BSM --CLASS_FIELD=DLBM --CHANGES=changes.gpkg "
            "--MATRIX=matrix.gpkg --REPORT=changes.docx"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        vector, field, sink = (
            QgsProcessingParameterVectorLayer,
            QgsProcessingParameterField,
            QgsProcessingParameterFeatureSink,
        )
        number, polygon = QgsProcessingParameterNumber, QgsProcessing.TypeVectorPolygon
        report = shared.report_parameter()
        before, after = {"parentLayerParameterName": "BEFORE"}, {"parentLayerParameterName": "AFTER"}
        for parameter in (
            vector("BEFORE", tr("Layer before"), [QgsProcessing.TypeVectorAnyGeometry]),
            vector("AFTER", tr("Layer after"), [QgsProcessing.TypeVectorAnyGeometry]),
            shared.optional(field("KEY", tr("Field of keys"), **before)),
            shared.optional(field("CLASS_FIELD", tr("Field of class codes"), **before)),
            shared.optional(field("CLASS_FIELD_AFTER", tr("Field of class codes after, if another"), **after), True),
            shared.optional(vector("GROUP", tr("Layer of divisions"), [polygon])),
            shared.optional(
                field("GROUP_FIELD", tr("Field of division names"), parentLayerParameterName="GROUP"), True
            ),
            number("TOLERANCE_M2", tr("Slivers are smaller than [m²]"), number.Double, 1.0, minValue=0),
            sink("CHANGES", tr("Changes"), polygon),
            sink("MATRIX", tr("Transfer matrix"), QgsProcessing.TypeVector),
            report,
        ):
            self.addParameter(parameter)
        for kind in ChangeKind:
            self.addOutput(QgsProcessingOutputNumber(_count_name(kind), _count_name(kind)))
        self.addOutput(QgsProcessingOutputNumber("SLIVER_COUNT", "SLIVER_COUNT"))

    def prepareAlgorithm(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        with user_error():
            texts = {"key": "KEY", "class_before": "CLASS_FIELD", "class_after": "CLASS_FIELD_AFTER"}
            chosen = comparison.ComparisonInput(
                self.parameterAsVectorLayer(parameters, "BEFORE", context),
                self.parameterAsVectorLayer(parameters, "AFTER", context),
                **{field: self.parameterAsString(parameters, name, context) for field, name in texts.items()},
                tolerance_m2=self.parameterAsDouble(parameters, "TOLERANCE_M2", context),
                group=self.parameterAsVectorLayer(parameters, "GROUP", context),
                group_field=self.parameterAsString(parameters, "GROUP_FIELD", context),
            )
            self._job = comparison.ComparisonJob(chosen)
            self._reports = shared.report_paths(self, parameters, context)
        return True

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        outcome = self._job.run(feedback)
        ids = {
            "CHANGES": self._write_changes(parameters, context, outcome),
            "MATRIX": self._write_matrix(parameters, context, outcome),
        }
        feedback.pushInfo(outcome.conclusion())
        for remark in outcome.remarks:
            feedback.pushWarning(remark.text())
        open_classes = [row.name for row in outcome.matrix.net if not row.is_closed]
        if open_classes:
            feedback.pushWarning(tr("The matrix does not close for: {0}").format(", ".join(open_classes)))
        for path in self._reports:
            write_report(comparison_document(comparison_report(self._job, outcome)), path)
        counts = Counter(change.kind for change in outcome.comparison.changes)
        slivers = sum(outcome.is_sliver(change) for change in outcome.comparison.changes)
        numbers = {_count_name(kind): counts[kind] for kind in ChangeKind}
        return {**ids, **numbers, "SLIVER_COUNT": slivers, "REPORT": ";".join(map(str, self._reports))}

    def _write_changes(
        self, parameters: dict, context: QgsProcessingContext, outcome: comparison.ComparisonOutcome
    ) -> str:
        snapshot, changes = self._job.snapshots[1], outcome.comparison.changes
        shapes = objects([change.geometry for change in changes])
        shapes = crs_rules.transform_geometries(shapes, self._job.plane, snapshot.crs)
        rows = comparison.change_rows(outcome, changes)
        made = Rows(comparison.CHANGE_FIELDS, rows, shapes, snapshot.qgis_crs, ColouredChanges)
        return write_rows(self, parameters, "CHANGES", context, made)

    def _write_matrix(
        self, parameters: dict, context: QgsProcessingContext, outcome: comparison.ComparisonOutcome
    ) -> str:
        rows = list(map(_cell_values, outcome.matrix.cells))
        return write_rows(self, parameters, "MATRIX", context, Rows(comparison.MATRIX_FIELDS, rows, style=TitledMatrix))


def _cell_values(cell: Cell) -> tuple:
    return cell.group, cell.from_class, cell.to_class, cell.pieces, cell.area_m2, cell.ha, cell.mu


def _count_name(kind: ChangeKind) -> str:
    return f"{kind.value.upper()}_COUNT"
