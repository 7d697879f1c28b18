"""onemap:indicators: an indicator set by division and year, with baseline, target, warnings and lineage."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterField,
    QgsProcessingParameterFile,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorLayer,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.monitoring import indicator_rows as rows
from ..plugin.bridge.monitoring.indicator_job import IndicatorInput, IndicatorJob
from ..plugin.bridge.monitoring.indicator_report import indicator_report
from ..plugin.bridge.monitoring.indicator_titles import ColouredDivisions, TitledIndicators
from ..plugin.bridge.monitoring.indicator_trace import trace_rows
from ..plugin.core.indicators.indicator_results import IndicatorRun
from ..plugin.core.indicators.warning_rules import Colour
from ..plugin.core.land import crs as crs_rules
from ..plugin.core.land.types import Array
from ..plugin.report import write_report
from ..plugin.report.monitoring.indicators import indicator_document
from . import review_parameters as shared
from .base import OneMapAlgorithm, user_error
from .row_outputs import Rows, write_rows

if TYPE_CHECKING:
    from ..plugin.bridge.monitoring.indicator_divisions import Divisions

_TABLE_FILTER = "Excel, CSV (*.xlsx *.xlsm *.csv *.txt)"
_YAML_FILTER = "YAML (*.yaml *.yml)"


class Indicators(OneMapAlgorithm):
    NAME = "indicators"
    GROUP_ID = "monitoring"

    def title(self) -> str:
        return tr("Indicators: compute, compare, warn")

    def help_text(self) -> str:
        return tr(
            "Computes an indicator set for every division and year. SPEC is a YAML file, or one of the sets that come "
            "with the plugin: td1063_layers (34 indicators), plan_city (35), village (13). Their units, formulas and "
            "thresholds are proposals to be checked.\n"
            "LAYERS are known by name and year (DLTB_2024, CZKFBJ), or by MAPPING, for example "
            '{"land2024": "landuse@2024"}. A GeoPackage without a layer name stands for all layers in it. STATISTICS '
            "has the columns code, year, key, value and unit; a number without a unit that fits is not used. GOALS has "
            "indicator, code, kind (baseline or target), year and value. What lacks an input is not computed, and the "
            "reason names it; it is never 0. Areas are statutory. A layer that has not changed since an earlier run is "
            "not measured again.\n"
            "VALUES has a row for each indicator, division and year; WARNINGS the sentences; DIVISION_MAP the "
            "divisions with all values of the year; FEATURES the features behind one indicator (TRACE).\n"
            "Example: tools/process run onemap:indicators --SPEC=td1063_layers --LAYERS=monitoring.gpkg "
            "--DIVISIONS=monitoring.gpkg|layername=XZQ_XZ --STATISTICS=statistics.xlsx --GOALS=goals.xlsx --YEAR=2025 "
            "--VALUES=values.gpkg --WARNINGS=warnings.gpkg --REPORT=monitoring.docx"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        file, text, number = QgsProcessingParameterFile, QgsProcessingParameterString, QgsProcessingParameterNumber
        day = QgsProcessingParameterDateTime("ON_DATE", tr("Day of the report"), QgsProcessingParameterDateTime.Date)
        divisions = QgsProcessingParameterVectorLayer(
            "DIVISIONS", tr("Layer of divisions"), [QgsProcessing.TypeVectorPolygon]
        )
        field = QgsProcessingParameterField(
            "DIVISION_CODE", tr("Field of division codes"), parentLayerParameterName="DIVISIONS"
        )
        for parameter in (
            text("SPEC", tr("Indicator set (file, or name of a shipped one)"), "td1063_layers"),
            QgsProcessingParameterMultipleLayers("LAYERS", tr("Layers"), QgsProcessing.TypeVector),
            divisions,
            number("YEAR", tr("Year"), minValue=1980, maxValue=2200, defaultValue=2025),
            shared.optional(file("STATISTICS", tr("Table of statistics"), fileFilter=_TABLE_FILTER)),
            shared.optional(file("GOALS", tr("Table of baselines and targets"), fileFilter=_TABLE_FILTER)),
            shared.optional(text("MAPPING", tr("Mapping of layers to roles (JSON)"), "")),
            shared.optional(text("YEARS", tr("Years, separated by commas (empty: those of the layers)"), ""), True),
            shared.optional(file("WARNING_RULES", tr("Warning rules"), fileFilter=_YAML_FILTER), True),
            shared.optional(field, True),
            shared.optional(number("LEVEL", tr("Digits of the division codes (0: most)"), defaultValue=0), True),
            shared.optional(day, True),
            shared.optional(text("TRACE", tr("Indicator whose features are wanted (id)"), ""), True),
        ):
            self.addParameter(parameter)
        self._add_outputs()

    def _add_outputs(self) -> None:
        polygon, table, anything = (
            QgsProcessing.TypeVectorPolygon,
            QgsProcessing.TypeVector,
            QgsProcessing.TypeVectorAnyGeometry,
        )
        for name, title, kind in (
            ("VALUES", tr("Indicator values"), table),
            ("WARNINGS", tr("Warnings"), table),
            ("DIVISION_MAP", tr("Divisions by status"), polygon),
            ("FEATURES", tr("Features behind an indicator"), anything),
        ):
            later = {"optional": True, "createByDefault": name == "WARNINGS"} if name != "VALUES" else {}
            self.addParameter(QgsProcessingParameterFeatureSink(name, title, kind, **later))
        self.addParameter(shared.report_parameter())
        for name in ("VALUE_COUNT", "NOT_COMPUTED_COUNT", "LAYERS_READ", *map(_count_name, Colour)):
            self.addOutput(QgsProcessingOutputNumber(name, name))

    def prepareAlgorithm(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        with user_error():
            self._reports = shared.report_paths(self, parameters, context)
            self._job = IndicatorJob(self._input(parameters, context))
        return True

    def _input(self, parameters: dict, context: QgsProcessingContext) -> IndicatorInput:
        given = {**parameters, "CONTROL_LINES": parameters.get("LAYERS")}
        layers = [layer for layer in shared.control_layer_values(self, given, context) if not isinstance(layer, str)]
        day = self.parameterAsDateTime(parameters, "ON_DATE", context)
        statistics = self._path(parameters, "STATISTICS", context)
        return IndicatorInput(
            spec=self.parameterAsString(parameters, "SPEC", context),
            layers=layers,
            divisions=self.parameterAsVectorLayer(parameters, "DIVISIONS", context),
            year=self.parameterAsInt(parameters, "YEAR", context),
            mapping=self._mapping(parameters, context),
            statistics=[statistics] if statistics else [],
            goals=self._path(parameters, "GOALS", context),
            warnings=self._path(parameters, "WARNING_RULES", context),
            years=self._years(parameters, context),
            code_field=self.parameterAsString(parameters, "DIVISION_CODE", context),
            digits=self.parameterAsInt(parameters, "LEVEL", context),
            today=day.date().toPyDate() if day.isValid() else None,
        )

    def _path(self, parameters: dict, name: str, context: QgsProcessingContext) -> Optional[Path]:
        found = self.parameterAsFile(parameters, name, context)
        return Path(found) if found else None

    def _mapping(self, parameters: dict, context: QgsProcessingContext) -> dict[str, str]:
        try:
            return rows.parsed_mapping(self.parameterAsString(parameters, "MAPPING", context))
        except ValueError as error:
            raise QgsProcessingException(
                tr('MAPPING is not JSON of layers and roles, such as {"land2024": "landuse@2024"}')
            ) from error

    def _years(self, parameters: dict, context: QgsProcessingContext) -> list[int]:
        years = self.parameterAsString(parameters, "YEARS", context).replace("，", ",").split(",")
        if not all(word.strip().isdigit() for word in years if word.strip()):
            raise QgsProcessingException(tr("YEARS is a list of years such as 2023,2024,2025"))
        return [int(word) for word in years if word.strip()]

    def checkParameterValues(self, parameters: dict, context: QgsProcessingContext) -> tuple[bool, str]:
        """A container without a layer's name stands for the layers in it, which Processing does not know."""
        given = {**parameters, "CONTROL_LINES": parameters.get("LAYERS")}
        usable = shared.without_unreadable(given, context)["CONTROL_LINES"]
        return super().checkParameterValues({**parameters, "LAYERS": usable}, context)

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        run = self._job.run(feedback)
        for remark in run.remarks:
            feedback.pushWarning(remark.text())
        outputs = self._outputs(parameters, context, run, feedback)
        if self._reports:
            document = indicator_document(indicator_report(self._job, run))
            for path in self._reports:
                write_report(document, path)
        counts = Counter(value.status.colour for value in run.of_year())
        missing = sum(value.value is None for value in run.values)
        return {
            **outputs,
            **{_count_name(colour): counts[colour] for colour in Colour},
            "VALUE_COUNT": len(run.values),
            "NOT_COMPUTED_COUNT": missing,
            "LAYERS_READ": len(set(self._job.read_layers)),
            "REPORT": ";".join(map(str, self._reports)),
        }

    def _outputs(
        self, parameters: dict, context: QgsProcessingContext, run: IndicatorRun, feedback: QgsProcessingFeedback
    ) -> dict:
        titled, job = TitledIndicators, self._job
        contents = {
            "VALUES": Rows(rows.VALUE_FIELDS, list(rows.value_rows(run)), style=titled),
            "WARNINGS": Rows(rows.WARNING_FIELDS, list(rows.warning_rows(run)), style=titled),
        }
        divisions = job.divisions
        if parameters.get("DIVISION_MAP") is not None and divisions is not None:
            contents["DIVISION_MAP"] = self._map(run, divisions)
        if parameters.get("FEATURES") is not None:
            trace = self.parameterAsString(parameters, "TRACE", context)
            found, shapes = trace_rows(job, run, trace, feedback)
            contents["FEATURES"] = Rows(rows.TRACE_FIELDS, found, self._moved(shapes), self._crs(), titled)
        return {
            name: write_rows(self, parameters, name, context, content)
            for name, content in contents.items()
            if parameters.get(name) is not None
        }

    def _map(self, run: IndicatorRun, divisions: "Divisions") -> Rows:
        fields, found = rows.map_fields(run), list(rows.map_rows(run, divisions.areas))
        first = next((value.indicator.id for value in run.warned()), run.set.indicators[0].id)

        class Style(ColouredDivisions):
            shown = first
            names = {indicator.id: str(indicator.title) for indicator in run.set.indicators}

        return Rows(fields, found, self._moved(divisions.shapes), self._crs(), Style)

    def _crs(self) -> QgsCoordinateReferenceSystem:
        return self._job.division_layer.snapshot.qgis_crs

    def _moved(self, shapes: Array) -> Array:
        return crs_rules.transform_geometries(shapes, self._job.plane, self._job.division_layer.snapshot.crs)


def _count_name(colour: Colour) -> str:
    return f"{colour.value.upper()}_COUNT"
