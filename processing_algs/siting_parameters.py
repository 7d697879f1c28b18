"""Parameters that the siting algorithms share."""

from pathlib import Path
from typing import Any

from qgis.core import (
    QgsMapLayer,
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterString,
    QgsProcessingUtils,
    QgsWkbTypes,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.settings import Settings
from ..plugin.bridge.siting import results
from ..plugin.bridge.siting.cost_output import COST_FIELDS, StyledCosts, cost_output_rows
from ..plugin.bridge.siting.select import SitingInputs
from ..plugin.bridge.siting.titles import TitledRemovals, when_loaded
from ..plugin.report import check_place
from . import review_parameters as shared

_FORMATS = (".docx", ".pdf", ".xlsx", ".html", ".txt")
_FILTER = "Word (*.docx);;PDF (*.pdf);;Excel (*.xlsx);;HTML (*.html);;TXT (*.txt)"


def criteria_parameters() -> list:
    """CRITERIA, LAYERS, MAPPING, RULES and COSTS."""
    layers = QgsProcessingParameterMultipleLayers(
        "LAYERS", tr("Layers named in the criteria"), QgsProcessing.TypeMapLayer
    )
    mapping = QgsProcessingParameterString("MAPPING", tr("Mapping of layers to those of the criteria (JSON)"))
    rules = QgsProcessingParameterFile(
        "RULES", tr("Rule file (province)"), defaultValue=Settings.load().rule_file or None
    )
    criteria = QgsProcessingParameterFile("CRITERIA", tr("Criteria (YAML)"), extension="yaml")
    costs = QgsProcessingParameterFile("COSTS", tr("Price table (YAML)"), extension="yaml")
    return [criteria, *(shared.optional(parameter) for parameter in (layers, mapping, rules, costs))]


def report_parameter() -> QgsProcessingParameterFileDestination:
    """REPORT: several paths may be given, separated by ";"."""
    return QgsProcessingParameterFileDestination("REPORT", tr("Report"), _FILTER, optional=True, createByDefault=False)


def report_paths(algorithm: QgsProcessingAlgorithm, parameters: dict, context: QgsProcessingContext) -> list:
    """Paths of REPORT; raises QgsProcessingException for a suffix that no report format has, OutputError for a place
    that cannot be written.
    """
    paths = [Path(p) for p in algorithm.parameterAsFileOutput(parameters, "REPORT", context).split(";") if p.strip()]
    for path in paths:
        if path.suffix.lower() not in _FORMATS:
            raise QgsProcessingException(
                tr("A siting report is .docx, .pdf, .xlsx, .html or .txt, not {0}").format(path.name)
            )
        check_place(path)
    return paths


def layers(parameters: dict, context: QgsProcessingContext) -> list:
    """Layers of LAYERS; one that cannot be opened stays in the list as its source text, to be told of."""
    raw = parameters.get("LAYERS") or []
    raw = [raw] if isinstance(raw, (str, QgsMapLayer)) else list(raw)
    found = []
    for value in raw:
        layer = value if isinstance(value, QgsMapLayer) else _open(str(value), context)
        found.append(layer if layer is not None and layer.isValid() else str(value))
    return found


def _open(source, context):
    vector = shared.open_layer(source, context)
    return vector if vector is not None else QgsProcessingUtils.mapLayerFromString(source, context, True)


def inputs(
    algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> SitingInputs:
    """What the parameters say that a selection or search goes by."""
    return SitingInputs(
        algorithm.parameterAsFile(parameters, "CRITERIA", context),
        layers(parameters, context),
        algorithm.parameterAsString(parameters, "MAPPING", context),
        algorithm.parameterAsFile(parameters, "RULES", context),
        costs=algorithm.parameterAsFile(parameters, "COSTS", context),
    )


def without_unreadable(parameters: dict, context: QgsProcessingContext) -> dict:
    """A copy of `parameters` whose LAYERS all open, so that one bad layer does not stop Processing's own check."""
    good = [layer for layer in layers(parameters, context) if isinstance(layer, QgsMapLayer)]
    return {**parameters, "LAYERS": good or None}


def write_removals(
    algorithm: QgsProcessingAlgorithm, parameters: dict, context: QgsProcessingContext, removals: list
) -> Any:
    """Write the REMOVALS table where it is wanted; return its id or None."""
    if not parameters.get("REMOVALS"):
        return None
    made = results.ResultRows(results.REMOVAL_FIELDS, results.removal_rows(removals))
    shape = shared.SinkShape(made.fields(), QgsWkbTypes.NoGeometry)
    sink, identifier = shared.make_sink(algorithm, parameters, "REMOVALS", context, shape)
    results.write_rows(sink, made)
    when_loaded(context, identifier, TitledRemovals.make())
    return identifier


def costs_parameter() -> QgsProcessingParameterFeatureSink:
    """SITE_COSTS: a table."""
    title = tr("What the best sites cost")
    kind = QgsProcessing.TypeVector
    return QgsProcessingParameterFeatureSink("SITE_COSTS", title, kind, optional=True, createByDefault=False)


def write_costs(
    algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, costs: dict[str, Any]
) -> Any:
    """Write the SITE_COSTS table; return its id."""
    made = results.ResultRows(COST_FIELDS, cost_output_rows(costs))
    shape = shared.SinkShape(made.fields(), QgsWkbTypes.NoGeometry)
    sink, identifier = shared.make_sink(algorithm, parameters, "SITE_COSTS", context, shape)
    results.write_rows(sink, made)
    when_loaded(context, identifier, StyledCosts.make())
    return identifier


def tell_removals(feedback: QgsProcessingFeedback, removals: list) -> None:
    """One line a criterion: what it removes alone, what it removes in its turn, what is left."""
    for r in removals:
        if r.evaluated:
            feedback.pushInfo(
                tr("{0}: removes {1} m² alone, {2} m² in its turn, {3} m² left").format(r.title, *_thousands(r))
            )
            if r.note:
                feedback.pushInfo(f"    {r.note}")
        else:
            feedback.pushWarning(tr("{0}: not evaluated ({1})").format(r.title, r.why))


def _thousands(removal):
    return (f"{v:,.2f}" for v in (removal.alone_m2, removal.removed_m2, removal.remaining_m2))
