"""How the layers of a conversion look: titles, coded values in words, the standard's colours, a legend by code."""

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsRendererCategory,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)

from ...core.messages import catalogue, language
from ...core.quality.comparison_values import padded_name
from ...core.quality.conversion import How, Reason
from ...formats.rules.conversion_files import classes_2023, shown_classes_2023
from ..i18n import tr
from ..layers.catalogue_style import land_use_colours
from ..layers.fills import category
from ..layers.result_titles import give_titles
from ..layers.results import KeptStyle

_OTHER, _OPEN = "200,200,200", "215,25,28"


def conversion_titles() -> dict:
    """{field: title} of the outputs of a conversion."""
    return {
        "source_fid": tr("Feature of the input"), "old_code": tr("Old code"), "old_name": tr("Old name"),
        "new_code": tr("New code"), "new_name": tr("New name"), "how": tr("How it was found"),
        "confidence": tr("Confidence"), "area_m2": tr("Area (m²)"), "area_ha": tr("Area (ha)"),
        "area_mu": tr("Area (mu)"), "candidates": tr("Candidates"), "candidate_names": tr("Names of the candidates"),
        "reason": tr("Reason"), "from_code": tr("Old code"), "from_name": tr("Old name"), "to_code": tr("New code"),
        "to_name": tr("New name"), "pieces": tr("Pieces"),
    }  # fmt: skip


def how_names() -> dict:
    """{How or Reason: words}"""
    texts = catalogue()
    hows = {how.value: texts[f"how_{how.value}"][language()] for how in How}
    return {**{reason.value: texts[f"reason_{reason.value}"][language()] for reason in Reason}, **hows}


class TitledConversion(KeptStyle):
    """Titles and value maps of any output of a conversion."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        texts = how_names()
        give_titles(layer, conversion_titles(), {"how": texts, "reason": texts})


class ColouredClasses(TitledConversion):
    """The converted layer in the colours of the classes; the legend lists those that occur, by code."""

    classes: tuple = ()  # (code as the layer holds it, name)

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        super().postProcessLayer(layer, context, feedback)
        categories = [_category(code, name) for code, name in sorted(self.classes)]
        layer.setRenderer(QgsCategorizedSymbolRenderer("new_code", categories))
        layer.triggerRepaint()


class OpenParcels(TitledConversion):
    """The undecided parcels, hatched so that the land below stays visible."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        super().postProcessLayer(layer, context, feedback)
        look = {"color": _OPEN, "style": "b_diagonal", "outline_color": _OPEN, "outline_width": "0.5"}
        layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(look)))
        layer.triggerRepaint()


def _category(code: str, name: str) -> QgsRendererCategory:
    colours = land_use_colours()
    known = next((c for c in (code[:n] for n in range(len(code), 1, -1)) if c in colours), "")
    colour = colours[known][0] if known else _OTHER
    symbol = QgsFillSymbol.createSimple({"color": colour, "outline_color": "110,110,110", "outline_width": "0.1"})
    return category(code, symbol, f"{code} {_shown_name(code, name)}".strip())


def _shown_name(code: str, name: str) -> str:
    """The name in the language of the window where it is the official one of the classification of 2023."""
    is_official = bool(name) and padded_name(classes_2023(), code) == name
    return padded_name(shown_classes_2023(), code) if is_official else name
