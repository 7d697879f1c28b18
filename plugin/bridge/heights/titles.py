"""How the layers of a run of the heights look: titles, words, exceeding parts red, buildings by what is to spare."""

from typing import Optional

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)

from ..i18n import tr
from ..layers.feature_labels import label
from ..layers.fills import category
from ..layers.result_titles import give_titles
from ..layers.results import KeptStyle
from .outputs import rule_names, standing_names
from .scene import dress_in_3d

STATUS_COLOURS = {"conflict": "#d7191c", "clear": "#1a9641", "not_checked": "#878787", "no_limit": "#d0d0d0"}
_PARTS_AT, _BUILDINGS_AT, _VIEWS_AT = 25_000.0, 10_000.0, 50_000.0  # farther off the numbers of a design are one heap
_WORST_FIRST = 'scale_linear("exceed_value", 0, maximum("exceed_value"), 5, 10)'  # 5: below it labels keep off polygons
_EXCEEDING = {"color": "215,25,28,150", "outline_color": "#7a0000", "outline_width": "0.4"}


def height_titles() -> dict[str, str]:
    """{field: title} of the outputs."""
    return {
        "building_key": tr("Building"), "building_fid": tr("Building feature"), "rule": tr("Kind of rule"),
        "rule_name": tr("Rule"), "limit_value": tr("Limit"), "actual_value": tr("Actual"),
        "exceed_value": tr("Exceeds by"), "unit": tr("Unit"), "limit_level_m": tr("Limit as a level (m)"),
        "top_m": tr("Level of the top (m)"), "share_pct": tr("Share of the footprint (%)"),
        "blocked_pct": tr("Share of the target hidden (%)"), "azimuth_from": tr("Azimuth from (°)"),
        "azimuth_to": tr("Azimuth to (°)"), "clause": tr("Clause"), "advice": tr("What would comply"),
        "base_m": tr("Ground level (m)"), "height_m": tr("Height (m)"), "allowed_m": tr("Height allowed (m)"),
        "margin_m": tr("Margin (m)"), "status": tr("Status"), "reason": tr("Reason"),
        "conclusion": tr("Conclusion"), "checked": tr("Demands checked"), "broken": tr("Demands missed"),
        "unknown": tr("Requirements not checked"), "exceed_m": tr("Exceeds by (m)"), "name": tr("Name"),
        "distance_m": tr("Distance (m)"), "eye_level_m": tr("Level of the eye (m)"),
        "target_level_m": tr("Level of the target (m)"), "buildings": tr("Buildings inside"),
        "ground_m": tr("Ground above the line of sight (m)"),
    }  # fmt: skip


def _value_titles() -> dict[str, dict[str, str]]:
    return {"rule": {**rule_names(), "": "—"}, "status": standing_names()}


class TitledHeights(KeptStyle):
    """Titles of a table."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        give_titles(layer, height_titles(), _value_titles())


class ExceedingParts(KeptStyle):
    """What rises above a limit, red, with the metres on it."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: Optional[QgsProcessingFeedback]
    ) -> None:
        give_titles(layer, height_titles(), _value_titles())
        layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(_EXCEEDING)))
        label(layer, "'+' || format_number(\"exceed_value\", 1) || ' ' || \"unit\"", _PARTS_AT, _WORST_FIRST)


class AllowedHeights(KeptStyle):
    """Buildings by how they stand, with what is to spare."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: Optional[QgsProcessingFeedback]
    ) -> None:
        give_titles(layer, height_titles(), _value_titles())
        layer.setRenderer(by_status(90))
        dress_in_3d(layer)
        label(
            layer,
            "format_number(\"height_m\", 1) || coalesce(' / ' || format_number(\"allowed_m\", 1), '')",
            _BUILDINGS_AT,
        )


class ViewCorridors(KeptStyle):
    """View corridors by whether something stands in them."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: Optional[QgsProcessingFeedback]
    ) -> None:
        give_titles(layer, height_titles(), _value_titles())
        layer.setRenderer(by_status(40))
        label(layer, '"name"', _VIEWS_AT)


def by_status(alpha: int) -> QgsCategorizedSymbolRenderer:
    """A renderer by `status`."""
    names = standing_names()
    return QgsCategorizedSymbolRenderer(
        "status", [category(s, _fill(c, alpha), names[s]) for s, c in STATUS_COLOURS.items()]
    )


def _fill(colour: str, alpha: int) -> QgsFillSymbol:
    symbol = QgsFillSymbol.createSimple({"color": colour, "outline_color": colour, "outline_width": "0.3"})
    fill = symbol.color()
    fill.setAlpha(alpha)
    symbol.setColor(fill)
    return symbol
