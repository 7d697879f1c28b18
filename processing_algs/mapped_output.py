"""The layer that a mapping of fields makes, as an output of an algorithm."""

from dataclasses import dataclass

from qgis.core import (
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsWkbTypes,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.quality.field_mapping import MappingJob, MappingOutcome
from ..plugin.bridge.quality.field_mapping_titles import TitledFields
from ..plugin.core.errors import OutputError
from . import review_parameters as shared
from .base import OneMapAlgorithm


@dataclass(frozen=True)
class MappedOutput:
    """The sink `name` of an algorithm."""

    algorithm: OneMapAlgorithm
    name: str
    parameters: dict
    context: QgsProcessingContext

    def write(self, job: MappingJob, feedback: QgsProcessingFeedback) -> tuple[str, MappingOutcome]:
        """(identifier of the layer, what the mapping came to)."""
        outcome = job.match(feedback)
        fields = job.fields(outcome)
        shape = shared.SinkShape(fields, QgsWkbTypes.multiType(job.wkb_type), job.snapshot.qgis_crs)
        made, identifier = shared.make_sink(self.algorithm, self.parameters, self.name, self.context, shape)
        job.write(outcome, _Features(made, fields), feedback)
        made.flushBuffer()
        del made
        if self.context.willLoadLayerOnCompletion(identifier):
            style = TitledFields.make()
            style.titles = {f.name: f.title for f in job.target.fields if f.title}
            self.context.layerToLoadOnCompletionDetails(identifier).setPostProcessor(style)
        _tell(outcome, feedback)
        return identifier, outcome


def _tell(outcome: MappingOutcome, feedback: QgsProcessingFeedback) -> None:
    for column in outcome.columns:
        if column.is_used and column.from_unit and not column.to_unit:
            feedback.pushWarning(f"{column.match.source}: {column.note}")
    message = tr("{0} of {1} fields have a source; {2} fields of the layer are not mapped; {3} values do not fit.")
    used, faults = used_columns(outcome), fault_count(outcome)
    feedback.pushInfo(message.format(used, len(outcome.columns), len(outcome.unused), faults))


def used_columns(outcome: MappingOutcome) -> int:
    """How many fields of the output have a source."""
    return sum(column.is_used for column in outcome.columns)


def fault_count(outcome: MappingOutcome) -> int:
    """How many values do not fit."""
    return sum(sum(column.maker.faults.values()) for column in outcome.columns)


class _Features:
    """Writes rows with the geometries of their features."""

    def __init__(self, sink: QgsFeatureSink, fields: QgsFields) -> None:
        self._sink, self._fields = sink, fields

    def add(self, rows: list, features: list) -> None:
        made = []
        for row, source in zip(rows, features):
            feature = QgsFeature(self._fields)
            geometry = source.geometry()
            if not geometry.isNull():
                geometry.convertToMultiType()
                feature.setGeometry(geometry)
            feature.setAttributes(row)
            made.append(feature)
        if not self._sink.addFeatures(made, self._sink.FastInsert):
            raise OutputError("output_failed", output=tr("result layer"), error=self._sink.lastError() or "?")
