"""How the outputs of indicators look: titles, statuses in words, divisions in the colours of one indicator."""

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsVectorLayer,
)

from ...core.indicators.warning_rules import Colour
from ..i18n import tr
from ..layers.fills import filled_by
from ..layers.result_titles import give_titles
from ..layers.results import KeptStyle

COLOURS = {
    Colour.RED: "#d7191c",
    Colour.ORANGE: "#fd8d3c",
    Colour.YELLOW: "#ffd34d",
    Colour.GREY: "#9e9e9e",
    Colour.GREEN: "#2ca25f",
    Colour.BLUE: "#5b9bd5",
}


def status_names() -> dict[str, str]:
    """{colour: words}"""
    return {
        "red": tr("Red warning"),
        "orange": tr("Orange warning"),
        "yellow": tr("Yellow: old or incomplete data"),
        "grey": tr("Not computed"),
        "green": tr("In order"),
        "blue": tr("No target for comparison"),
    }


def nature_names() -> dict[str, str]:
    """{nature: words}"""
    return {
        "binding": tr("Binding"),
        "expected": tr("Expected"),
        "advised": tr("Advised"),
        "monitored": tr("Monitored"),
    }


def indicator_titles() -> dict[str, str]:
    """{field: title} of the outputs."""
    return {
        "indicator": tr("Indicator id"), "indicator_name": tr("Indicator"), "division": tr("Division code"),
        "division_name": tr("Division"), "year": tr("Year"), "value": tr("Value"), "unit": tr("Unit"),
        "nature": tr("Nature"), "baseline": tr("Baseline"), "target": tr("Target"), "target_year": tr("Target year"),
        "used_pct": tr("Share of the way used (%)"), "elapsed_pct": tr("Time elapsed (%)"),
        "status": tr("Status"), "reason": tr("Reason"), "lineage": tr("Lineage"), "confidence": tr("Confidence"),
        "rule": tr("Rule"), "rule_name": tr("Name of the rule"), "sentence": tr("Warning"), "measure": tr("Measure"),
        "layer": tr("Layer"), "feature": tr("Feature"), "amount": tr("Amount in base units"),
        "area_m2": tr("Area (m²)"),
    }  # fmt: skip


class TitledIndicators(KeptStyle):
    """Titles and value maps of the tables of values and warnings."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        give_titles(layer, indicator_titles(), {"status": status_names(), "nature": nature_names()})


class ColouredDivisions(KeptStyle):
    """Divisions by the status of the indicator that `shown` names."""

    shown = ""
    names: dict[str, str] = {}

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        title_divisions(layer, self.names)
        if self.shown:
            layer.setRenderer(status_renderer(f"{self.shown}_status"))
            layer.triggerRepaint()


def title_divisions(layer: QgsVectorLayer, names: dict[str, str]) -> None:
    """Titles and words of a layer of divisions; `names`: {indicator: its name}."""
    status_texts, status = status_names(), tr("{0}: status")
    titles = {**names, **{f"{key}_status": status.format(name) for key, name in names.items()}}
    give_titles(layer, {**indicator_titles(), **titles}, {f"{key}_status": status_texts for key in names})


def status_renderer(field: str) -> QgsCategorizedSymbolRenderer:
    """Divisions in the colour of a status field."""
    status_texts = status_names()
    classes = [(status.value, colour, status_texts[status.value]) for status, colour in COLOURS.items()]
    return filled_by(field, classes, "#404040", 0.4)
