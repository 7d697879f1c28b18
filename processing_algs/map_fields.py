"""onemap:mapfields: a layer into the fields of a specification, with what did not fit."""

from typing import Optional

from qgis.core import (
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorLayer,
    QgsWkbTypes,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.quality import field_mapping as mapping
from ..plugin.bridge.quality.field_mapping_titles import TitledFields, TitledMapping
from ..plugin.core.errors import OutputError
from ..plugin.core.quality.field_mapping import Match
from . import review_parameters as shared
from .base import OneMapAlgorithm, user_error
from .row_outputs import Rows, write_rows

_ACCEPT = (Match.PINYIN, Match.VALUES, Match.SHORTENED)


class MapFields(OneMapAlgorithm):
    NAME = "mapfields"
    GROUP_ID = "quality"

    def title(self) -> str:
        return tr("Map a layer into the fields of a specification")

    def help_text(self) -> str:
        return tr(
            "Brings a layer into the fields of a layer of a specification (SPEC: county, survey, ... or a YAML file; "
            "LAYER: its code): order, kinds, lengths, units, codes. A field is used where its name or its title says "
            "so and nothing else fits as well; what is found by the initials of the pinyin (标识码 BSM) or by its "
            "values is a proposal, used only when ACCEPT names the kind or FIELD_MAP (JSON text, .json or .csv) "
            "chooses it. "
            'FIELD_MAP: {"MJ": {"source": "area", "from_unit": "mu", "to_unit": "m2"}, "YSDM": {"default": '
            '"2090020610"}, "DLBM": {"source": "use", "codes": {"old": "0101"}}}. Codes are padded as the dictionary '
            "says, names become codes; a value that no dictionary knows is kept and listed, one that is no number is "
            "left empty and listed, no text is cut. MAPPINGS tells each field, UNMAPPED what went nowhere.\n"
            "Example: tools/process run onemap:mapfields --INPUT=town.gpkg|layername=parcels --SPEC=survey "
            "--LAYER=DLTB --FIELD_MAP=map.csv --OUTPUT=DLTB.gpkg --MAPPINGS=mappings.gpkg --UNMAPPED=unmapped.gpkg"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        text, sink = QgsProcessingParameterString, QgsProcessingParameterFeatureSink
        terms = [tr("by initials of the pinyin"), tr("by values"), tr("by a title that was cut short")]
        accept = QgsProcessingParameterEnum("ACCEPT", tr("Use these proposals too"), terms, allowMultiple=True)
        for parameter in (
            QgsProcessingParameterVectorLayer("INPUT", tr("Layer"), [QgsProcessing.TypeVectorAnyGeometry]),
            text("SPEC", tr("Specification (file or built-in name)"), "county"),
            shared.optional(text("LAYER", tr("Layer of the specification (empty: by the name of the layer)"))),
            shared.optional(text("FIELD_MAP", tr("Field map (JSON, .json or .csv)"), "", multiLine=True)),
            shared.optional(accept),
            sink("OUTPUT", tr("Layer in the fields of the specification"), QgsProcessing.TypeVectorAnyGeometry),
            sink("MAPPINGS", tr("Fields and where they come from"), QgsProcessing.TypeVector),
            sink("UNMAPPED", tr("Unmapped fields"), QgsProcessing.TypeVector),
        ):
            self.addParameter(parameter)
        for name in ("FEATURE_COUNT", "MAPPED_COUNT", "OPEN_COUNT", "FAULT_COUNT"):
            self.addOutput(QgsProcessingOutputNumber(name, name))

    def prepareAlgorithm(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        with user_error():
            labels = {n: self.parameterAsString(parameters, n, context).strip() for n in ("SPEC", "LAYER", "FIELD_MAP")}
            accepted = self.parameterAsEnums(parameters, "ACCEPT", context)
            layer = self.parameterAsVectorLayer(parameters, "INPUT", context)
            chosen = (layer, labels["SPEC"], labels["LAYER"], labels["FIELD_MAP"])
            self._job = mapping.MappingJob(
                mapping.MappingInput(*chosen, frozenset(_ACCEPT[number] for number in accepted))
            )
        return True

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        job = self._job
        outcome = job.match(feedback)
        fields = job.fields(outcome)
        crs, kind = job.snapshot.qgis_crs, QgsWkbTypes.multiType(job.wkb_type)
        made, identifier = shared.make_sink(self, parameters, "OUTPUT", context, shared.SinkShape(fields, kind, crs))
        job.write(outcome, _Features(made, fields), feedback)
        made.flushBuffer()
        del made
        ids = {"OUTPUT": identifier}
        if context.willLoadLayerOnCompletion(identifier):
            style = TitledFields.make()
            style.titles = {f.name: f.title for f in job.target.fields if f.title}
            context.layerToLoadOnCompletionDetails(identifier).setPostProcessor(style)
        rows = [mapping.mapping_row(column) for column in outcome.columns]
        content = Rows(mapping.MAPPING_FIELDS, rows, style=TitledMapping)
        ids["MAPPINGS"] = write_rows(self, parameters, "MAPPINGS", context, content)
        rows = list(mapping.unmapped_rows(outcome))
        content = Rows(mapping.UNMAPPED_FIELDS, rows, style=TitledMapping)
        ids["UNMAPPED"] = write_rows(self, parameters, "UNMAPPED", context, content)
        for column in outcome.columns:
            if column.is_used and column.from_unit and not column.to_unit:
                feedback.pushWarning(f"{column.match.source}: {column.note}")
        used = sum(column.is_used for column in outcome.columns)
        faults = sum(sum(column.maker.faults.values()) for column in outcome.columns)
        feedback.pushInfo(
            tr(
                "{0} of {1} fields have a source; {2} fields of the layer are not mapped; {3} values do not fit."
            ).format(used, len(outcome.columns), len(outcome.unused), faults)
        )
        counts = {"FEATURE_COUNT": outcome.features, "MAPPED_COUNT": used, "FAULT_COUNT": faults}
        return {**ids, **counts, "OPEN_COUNT": len(outcome.columns) - used}


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
