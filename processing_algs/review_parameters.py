"""Parameters and outputs that the review algorithms share."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeatureSink,
    QgsFields,
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorLayer,
    QgsProcessingUtils,
    QgsProject,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.layers.containers import sources_in
from ..plugin.bridge.layers.encoding import open_vector
from ..plugin.bridge.layers.new_table import new_table
from ..plugin.bridge.review.land_context import context_layers
from ..plugin.bridge.review.reporting import ReportOptions
from ..plugin.bridge.settings import Settings
from ..plugin.core.errors import OutputError
from ..plugin.report import check_place, check_template
from ..plugin.report.review.document import template_document
from .places import sink_place, with_sink

if TYPE_CHECKING:
    from .base import OneMapAlgorithm

_REPORT_TEXTS = ("TITLE", "DOCUMENT_NO", "ORGANISATION", "REVIEWER", "TEMPLATE")  # fields of ReportOptions in capitals
_NO_TABLES = (".fgb", ".sqlite")  # formats to which QGIS writes a table without geometry that is empty
REPORT_FILTER = "Word (*.docx);;Excel (*.xlsx);;PDF (*.pdf);;HTML (*.html)"


def control_lines() -> QgsProcessingParameterMultipleLayers:
    return QgsProcessingParameterMultipleLayers("CONTROL_LINES", tr("Control-line layers"), QgsProcessing.TypeVector)


def optional(parameter: QgsProcessingParameterDefinition, advanced: bool = False) -> Any:
    """Mark a parameter optional, and advanced when asked."""
    flags = parameter.flags() | QgsProcessingParameterDefinition.FlagOptional
    parameter.setFlags(flags | QgsProcessingParameterDefinition.FlagAdvanced if advanced else flags)
    return parameter


def rule_parameters() -> list:
    """MAPPING, RULES, SLIVER_AREA and REVIEW_DATE with the user's settings as defaults."""
    settings = Settings.load()
    mapping = QgsProcessingParameterString(
        "MAPPING", tr("Mapping of layers to control lines (JSON)"), settings.mapping_json()
    )
    rules = QgsProcessingParameterFile("RULES", tr("Rule file (province)"), defaultValue=settings.rule_file or None)
    sliver = QgsProcessingParameterNumber(
        "SLIVER_AREA", tr("Sliver area [m²]"), QgsProcessingParameterNumber.Double, settings.sliver_m2, minValue=0
    )
    day = QgsProcessingParameterDateTime("REVIEW_DATE", tr("Review date"), QgsProcessingParameterDateTime.Date)
    return [optional(mapping), optional(rules), sliver, optional(day, advanced=True)]


def layer_dates() -> QgsProcessingParameterString:
    """LAYER_DATES: how old control layers are, where their data do not say it."""
    dates = QgsProcessingParameterString("LAYER_DATES", tr("Dates of the control layers (JSON)"), "")
    return optional(dates, advanced=True)


def report_parameter() -> QgsProcessingParameterFileDestination:
    """REPORT: several paths may be given, separated by ";"."""
    return QgsProcessingParameterFileDestination(
        "REPORT", tr("Report"), REPORT_FILTER, optional=True, createByDefault=False
    )


def report_parameters() -> list:
    """REPORT and MAP_LIMIT."""
    limit = QgsProcessingParameterNumber("MAP_LIMIT", tr("Maps in the report at most"), defaultValue=30, minValue=0)
    return [report_parameter(), optional(limit, advanced=True)]


def report_text_parameters() -> list:
    """DOCUMENT_NO, ORGANISATION, REVIEWER, TITLE and TEMPLATE of a report, with the user's settings as defaults."""
    settings = Settings.load()
    texts = (
        ("DOCUMENT_NO", tr("Document number"), settings.document_no),
        ("ORGANISATION", tr("Organisation named in reports"), settings.organisation),
        ("REVIEWER", tr("Reviewer"), settings.reviewer),
        ("TITLE", tr("Title of the report"), settings.report_title),
    )
    made = [QgsProcessingParameterString(name, label, default or None) for name, label, default in texts]
    made.append(
        QgsProcessingParameterFile(
            "TEMPLATE",
            tr("Word template of the report (.docx)"),
            extension="docx",
            defaultValue=settings.report_template or None,
        )
    )
    return [optional(parameter, advanced=True) for parameter in made]


def context_parameters() -> list:
    """LANDUSE, DIVISIONS and PLACE_NAMES: layers that the report tells the projects' land from."""
    kinds = (
        ("LANDUSE", tr("Land-use layer"), QgsProcessing.TypeVectorPolygon),
        ("DIVISIONS", tr("Layer of divisions"), QgsProcessing.TypeVectorPolygon),
        ("PLACE_NAMES", tr("Layer of place names"), QgsProcessing.TypeVectorAnyGeometry),
    )
    made = [QgsProcessingParameterVectorLayer(name, label, [kind]) for name, label, kind in kinds]
    return [optional(parameter, advanced=True) for parameter in made]


def report_options(algorithm: "OneMapAlgorithm", parameters: dict, context: QgsProcessingContext) -> ReportOptions:
    """What the parameters of a report say; main thread, for layers are taken."""
    texts = {name.lower(): algorithm.parameterAsString(parameters, name, context) for name in _REPORT_TEXTS}
    suffixes = {path.suffix.lower() for path in report_paths(algorithm, parameters, context)}
    if texts["template"] and ".docx" in suffixes:
        check_template(template_document(texts["template"]))
    names = ("LANDUSE", "DIVISIONS", "PLACE_NAMES")
    layers = context_layers(*(algorithm.parameterAsVectorLayer(parameters, name, context) for name in names))
    return ReportOptions(algorithm.parameterAsInt(parameters, "MAP_LIMIT", context), **texts, layers=layers)


def control_extent() -> QgsProcessingParameterVectorLayer:
    """CONTROL_EXTENT: the polygons that the control lines were delivered for, a county as a rule."""
    label = tr("Area of the control lines (county)")
    return optional(QgsProcessingParameterVectorLayer("CONTROL_EXTENT", label, [QgsProcessing.TypeVectorPolygon]))


def cache_parameters() -> list:
    """USE_CACHE and BUILD_CACHE: whether caches of the control lines are read, and made for the layers that
    have none.
    """
    use = QgsProcessingParameterBoolean("USE_CACHE", tr("Use cached control lines"), True)
    build = QgsProcessingParameterBoolean("BUILD_CACHE", tr("Cache the control lines for later runs"), False)
    return [optional(use, advanced=True), optional(build, advanced=True)]


def control_layer_values(
    algorithm: QgsProcessingAlgorithm, parameters: dict, context: QgsProcessingContext
) -> list[QgsVectorLayer]:
    """Layers of CONTROL_LINES; a GeoPackage, .gdb or folder without a layer's name stands for all layers in it.

    One that cannot be opened stays in the list, as its source text where the QGIS project has no such layer, to be
    reported as failed.
    """
    layers = []
    for value in _given(parameters):
        layer = value if isinstance(value, QgsVectorLayer) else open_layer(str(value), context)
        layers.append(layer or _of_project(str(value), context) or str(value))
    return layers


def _of_project(value, context):
    """A layer of the QGIS project by its id or name whose data cannot be opened: its name and source tell what it
    was.
    """
    project = context.project() or QgsProject.instance()
    layer = project.mapLayer(value) or next(iter(project.mapLayersByName(value)), None)
    return layer if isinstance(layer, QgsVectorLayer) else None


def open_layer(source: str, context: QgsProcessingContext) -> Optional[QgsVectorLayer]:
    """A project layer by id or name, or a file opened with the right text encoding; None when it cannot be opened."""
    layer = QgsProcessingUtils.mapLayerFromString(source, context, False)
    if layer is None and Path(source.split("|")[0]).suffix.lower() == ".shp":
        layer = open_vector(source, Path(source).stem)
    if layer is None:
        layer = QgsProcessingUtils.mapLayerFromString(source, context, True)
    if isinstance(layer, QgsVectorLayer):
        table = re.search(r"\|layername=([^|]+)", source, re.IGNORECASE)
        if table and layer.name() != table.group(1):
            if context.temporaryLayerStore().mapLayer(layer.id()) is None:
                layer = layer.clone()  # one of the project keeps its name; one opened for this run is opened once
            layer.setName(table.group(1))  # Processing names it after its file, which may hold many tables
        return layer
    return None


def given_control_lines(parameters: dict) -> list:
    """What CONTROL_LINES names, as it was given."""
    raw = parameters.get("CONTROL_LINES") or []
    return [raw] if isinstance(raw, (str, QgsVectorLayer)) else list(raw)


def _given(parameters):
    """What CONTROL_LINES names, a container as the layers in it."""
    return [
        part
        for value in given_control_lines(parameters)
        for part in (sources_in(value) if isinstance(value, str) else [value])
    ]


def without_unreadable(parameters: dict, context: QgsProcessingContext) -> Any:
    """A copy of `parameters` whose CONTROL_LINES all open, so that one bad layer does not stop Processing's own
    check.
    """
    good = [v for v in _given(parameters) if isinstance(v, QgsVectorLayer) or open_layer(str(v), context) is not None]
    return {**parameters, "CONTROL_LINES": good} if good else parameters


def review_date(algorithm: QgsProcessingAlgorithm, parameters: dict, context: QgsProcessingContext) -> date:
    value = algorithm.parameterAsDateTime(parameters, "REVIEW_DATE", context)
    return value.date().toPyDate() if value.isValid() else date.today()


def cache_mb(algorithm: QgsProcessingAlgorithm, parameters: dict, context: QgsProcessingContext) -> int:
    """Megabytes for caches of control lines: the user's setting, 0 where USE_CACHE is off."""
    return Settings.load().cache_mb if algorithm.parameterAsBoolean(parameters, "USE_CACHE", context) else 0


def report_paths(algorithm: QgsProcessingAlgorithm, parameters: dict, context: QgsProcessingContext) -> list:
    """Paths of REPORT; raises QgsProcessingException for a suffix that no report format has, OutputError for a place
    that cannot be written.
    """
    paths = [Path(p) for p in algorithm.parameterAsFileOutput(parameters, "REPORT", context).split(";") if p.strip()]
    for path in paths:
        if path.suffix.lower() not in (".xlsx", ".docx", ".pdf", ".html"):
            raise QgsProcessingException(tr("A report is .xlsx, .docx, .pdf or .html, not {0}").format(path.name))
        check_place(path)
    return paths


@dataclass(frozen=True)
class SinkShape:
    """What a sink holds: its fields, kind of geometry and coordinate system (none for a table).

    `only_rows`: no features are added where it is a new GeoPackage, but rows by its path.
    """

    fields: QgsFields
    geometry_type: Any
    crs: Optional[QgsCoordinateReferenceSystem] = None
    only_rows: bool = False


def make_sink(
    algorithm: "OneMapAlgorithm",
    parameters: dict[str, Any],
    name: str,
    context: QgsProcessingContext,
    shape: SinkShape,
) -> tuple[Any, str]:
    """Return (sink, id) of a draft that is moved to its name when the algorithm has ended.

    Raises QgsProcessingException naming the output when it cannot be made.
    """
    place = sink_place(parameters.get(name), context)
    if place and shape.geometry_type == QgsWkbTypes.NoGeometry and place.path.suffix.lower() in _NO_TABLES:
        raise OutputError("output_no_table", output=place.path.name, suffix=place.path.suffix)
    draft = algorithm.output_files.draft(place) if place else None
    if draft is not None and shape.only_rows and isinstance(parameters[name], str):
        made = new_table(draft, shape.fields, shape.geometry_type, shape.crs)
        if made is not None:
            return made, str(draft)
    if draft is not None:
        parameters = {**parameters, name: with_sink(parameters[name], draft)}
    crs, flags = shape.crs or QgsCoordinateReferenceSystem(), QgsFeatureSink.SinkFlags()
    try:
        made = algorithm.parameterAsSink(parameters, name, context, shape.fields, shape.geometry_type, crs, flags)
    except QgsProcessingException as error:  # QGIS says what its library says, in English
        raise _not_created(f"{place.path if place else name} ({error})") from error
    sink, identifier = made
    if sink is None:
        raise _not_created(name)
    return (algorithm.output_files.counted(identifier, sink) if draft is not None else sink), identifier


def _not_created(output: str) -> QgsProcessingException:
    return QgsProcessingException(
        tr(
            "Cannot create the output {0}: check that the folder exists and is writable, has room, and the "
            "file is not open."
        ).format(output)
    )
