"""Titles of the fields of parcels from a file and of drawings, when they are loaded."""

from qgis.core import QgsProcessingContext, QgsVectorLayer

from ..i18n import tr
from .result_titles import give_titles
from .results import KeptStyle


def parcel_titles() -> dict[str, str]:
    """{field: title} of importparceltxt's and polygonsfromlines' layers."""
    return {
        "DKBH": tr("Parcel number"), "DKMC": tr("Parcel name"), "TXSX": tr("Shape"), "TFH": tr("Map sheet"),
        "DKYT": tr("Land use"), "DLBM": tr("Class code"), "stated_m2": tr("Stated area (m²)"),
        "area_m2": tr("Statutory area (m²)"), "raw": tr("Text of the file"), "layer": tr("Drawing layer"),
        "gap_m": tr("Gap (m)"), "project": tr("Project"),
    }  # fmt: skip


class TitledParcels(KeptStyle):
    """Titles of parcels and of what a drawing gave."""

    def postProcessLayer(self, layer: QgsVectorLayer, context: QgsProcessingContext, feedback: object) -> None:
        give_titles(layer, parcel_titles(), {})


def show_titles(context: QgsProcessingContext, identifiers: list[str], style: type[KeptStyle]) -> None:
    """Give the outputs that will be loaded a style."""
    for identifier in identifiers:
        if context.willLoadLayerOnCompletion(identifier):
            context.layerToLoadOnCompletionDetails(identifier).setPostProcessor(style.make())
