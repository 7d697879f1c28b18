"""Titles of the table of a maintenance package."""

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsVectorLayer

from ...core.messages import text
from ..i18n import tr
from ..layers.result_titles import give_titles
from ..layers.results import KeptStyle
from .maintenance import LayerState


class TitledMaintenance(KeptStyle):
    """Titles and states in words."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        titles = {
            "layer": tr("Layer"), "title": tr("Title"), "state": tr("State"), "whq": tr("Before (WHQ)"),
            "whc": tr("Changes (WHC)"), "whh": tr("After (WHH)"), "before_m2": tr("Before (m²)"),
            "after_m2": tr("After (m²)"), "taken_in_m2": tr(
                "Transferred in (m²)"
            ), "reclassed_m2": tr("Reclassed (m²)"),
            "handed_out_m2": tr(
                "Transferred out (m²)"
            ), "slivers": tr("Slivers"), "sliver_m2": tr("Area of slivers (m²)"),
            "uncovered_m2": tr("Held by one database only (m²)"), "note": tr("Note"),
        }  # fmt: skip
        give_titles(layer, titles, {"state": {state.value: text(f"maintain_{state.value}") for state in LayerState}})
