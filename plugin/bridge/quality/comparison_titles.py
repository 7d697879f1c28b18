"""How the layers of a comparison look: titles, kinds in words, a colour for each kind of change."""

from typing import Optional

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsVectorLayer,
)

from ...core.messages import text
from ...core.quality.comparison import ChangeKind
from ..i18n import tr
from ..layers.fills import category
from ..layers.result_titles import give_titles
from ..layers.results import KeptStyle

_COLOURS = {
    ChangeKind.ADDED: "44,162,95",
    ChangeKind.REMOVED: "215,25,28",
    ChangeKind.RECLASSED: "253,141,60",
    ChangeKind.RESHAPED: "43,131,186",
    ChangeKind.ATTRIBUTE: "150,150,150",
}


def comparison_titles() -> dict:
    """{field: title} of the outputs of a comparison."""
    return {
        "kind": tr("Kind"), "old_class": tr("Class before"), "new_class": tr("Class after"),
        "area_m2": tr("Area (m²)"), "ha": tr("Area (ha)"), "mu": tr("Area (mu)"), "is_sliver": tr("Sliver"),
        "old_key": tr("Key before"), "new_key": tr("Key after"), "old_fid": tr("Feature before"),
        "new_fid": tr("Feature after"), "changed": tr("Changed fields"), "division": tr("Division"),
        "from_class": tr("Class before"), "to_class": tr("Class after"), "pieces": tr("Pieces"),
    }  # fmt: skip


def change_colour(kind: ChangeKind) -> str:
    """The colour of a kind of change as "#rrggbb"."""
    return "#" + "".join(f"{int(part):02x}" for part in _COLOURS[kind].split(","))


class TitledMatrix(KeptStyle):
    """Titles of the transfer matrix."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        give_titles(layer, comparison_titles(), {})


class ColouredChanges(KeptStyle):
    """Changes by kind, hatched so that the land below stays visible."""

    def postProcessLayer(
        self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: Optional[QgsProcessingFeedback]
    ) -> None:
        kind_names = {kind.value: text(f"change_{kind.value}") for kind in ChangeKind}
        give_titles(layer, comparison_titles(), {"kind": kind_names, "is_sliver": {1: tr("Yes"), 0: tr("No")}})
        categories = [category(k.value, _symbol(_COLOURS[k]), kind_names[k.value]) for k in ChangeKind]
        layer.setRenderer(QgsCategorizedSymbolRenderer("kind", categories))
        layer.triggerRepaint()


def _symbol(colour: str) -> QgsFillSymbol:
    look = {"color": colour, "style": "b_diagonal", "outline_color": colour, "outline_width": "0.5"}
    return QgsFillSymbol.createSimple(look)
