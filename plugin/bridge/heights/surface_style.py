"""How the map of allowed heights looks."""

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsColorRampShader,
    QgsFillSymbol,
    QgsLineSymbol,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsRasterShader,
    QgsSingleBandPseudoColorRenderer,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtGui import QColor

from ..i18n import tr
from ..layers.feature_labels import label
from ..layers.fills import category
from ..layers.result_titles import give_titles
from ..layers.results import KeptStyle
from .outputs import rule_names
from .titles import height_titles

STEPS = ((0, "#a50026"), (12, "#f46d43"), (24, "#fdae61"), (36, "#fee08b"), (60, "#d9ef8b"), (100, "#66bd63"))
_CONTOURS_AT, _LIMITS_AT = 25_000.0, 50_000.0  # scales farther off than which labels would be one heap
_LAND = {"zone": "#8a6fb0", "corridor": "#d08b00", "backdrop": "#c46a2a", "airport": "#2b83ba", "parcel": "#4d9221"}


class AllowedSurface(KeptStyle):
    """Metres that may be built, low red, high green."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        ramp = QgsColorRampShader(0, STEPS[-1][0])
        ramp.setColorRampType(QgsColorRampShader.Type.Interpolated)
        ramp.setColorRampItemList(
            [QgsColorRampShader.ColorRampItem(value, QColor(colour), f"{value} m") for value, colour in STEPS]
        )
        shader = QgsRasterShader()
        shader.setRasterShaderFunction(ramp)
        layer.setRenderer(QgsSingleBandPseudoColorRenderer(layer.dataProvider(), 1, shader))
        layer.triggerRepaint()


class BindingLand(KeptStyle):
    """The land of each binding limit, by kind."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        titles = {**height_titles(), "lowest_m": tr("Lowest (m)"), "highest_m": tr("Highest (m)")}
        give_titles(layer, {**titles, "area_m2": tr("Area (m²)")}, {"rule": {**rule_names(), "": "—"}})
        names = {**rule_names(), "": tr("No limit given here")}
        colours = {**_LAND, "": "#bdbdbd"}
        layer.setRenderer(
            QgsCategorizedSymbolRenderer(
                "rule", [category(rule, _outline(colour), names[rule]) for rule, colour in colours.items()]
            )
        )
        label(layer, '"rule_name"', _LIMITS_AT)


def _outline(colour: str) -> QgsFillSymbol:
    look = {"color": colour, "style": "b_diagonal", "outline_color": colour, "outline_width": "0.5"}
    return QgsFillSymbol.createSimple(look)


class HeightContours(KeptStyle):
    """Lines of equal height with their metres."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        give_titles(layer, height_titles(), {})
        look = {"line_color": "#404040", "line_width": "0.3"}
        layer.setRenderer(QgsSingleSymbolRenderer(QgsLineSymbol.createSimple(look)))
        label(layer, "format_number(\"height_m\", 0) || ' m'", _CONTOURS_AT)
