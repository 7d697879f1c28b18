"""onemap:mapfields: a layer into the fields of a specification, with what did not fit."""

from typing import Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorLayer,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.quality import field_mapping as mapping
from ..plugin.bridge.quality.field_mapping_titles import TitledMapping
from ..plugin.core.quality.field_mapping import Match
from . import review_parameters as shared
from .base import OneMapAlgorithm, user_error
from .mapped_output import MappedOutput, fault_count, used_columns
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
        identifier, outcome = MappedOutput(self, "OUTPUT", parameters, context).write(self._job, feedback)
        ids = {"OUTPUT": identifier}
        rows = [mapping.mapping_row(column) for column in outcome.columns]
        content = Rows(mapping.MAPPING_FIELDS, rows, style=TitledMapping)
        ids["MAPPINGS"] = write_rows(self, parameters, "MAPPINGS", context, content)
        rows = list(mapping.unmapped_rows(outcome))
        content = Rows(mapping.UNMAPPED_FIELDS, rows, style=TitledMapping)
        ids["UNMAPPED"] = write_rows(self, parameters, "UNMAPPED", context, content)
        used = used_columns(outcome)
        counts = {"FEATURE_COUNT": outcome.features, "MAPPED_COUNT": used, "FAULT_COUNT": fault_count(outcome)}
        return {**ids, **counts, "OPEN_COUNT": len(outcome.columns) - used}
