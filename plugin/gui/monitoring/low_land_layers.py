"""Which layers of the project hold the parcels of the land database: found by their names, or chosen."""

from typing import Optional

from qgis.core import QgsMapLayerProxyModel, QgsProject, QgsVectorLayer
from qgis.gui import QgsMapLayerComboBox
from qgis.PyQt.QtWidgets import QDialog, QFormLayout, QLabel, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...bridge.monitoring.land_stock import StockLayer, open_stock_layers
from ...core.errors import OneMapError
from ...core.indicators.land_stock import StockKind
from ..widgets.buttons import ok_cancel


class ChosenLayers:
    """{kind: layer id, "" for none}; a kind that nobody chose takes the layer whose name says so."""

    def __init__(self) -> None:
        self._chosen: dict[StockKind, str] = {}

    def layer(self, kind: StockKind) -> Optional[QgsVectorLayer]:
        """The layer of a kind that is open now, None for none."""
        if kind not in self._chosen:
            return open_stock_layers().get(kind)
        layer = QgsProject.instance().mapLayer(self._chosen[kind])
        return layer if isinstance(layer, QgsVectorLayer) else None

    def choose(self, kind: StockKind, layer: Optional[QgsVectorLayer]) -> None:
        """Take this layer, None for none."""
        self._chosen[kind] = "" if layer is None else layer.id()

    def stock_layers(self) -> tuple[list[StockLayer], list[str]]:
        """The layers, to be read in a worker thread, and why others cannot be: the projects are shown without them."""
        usable, reasons = [], []
        for kind in StockKind:
            layer = self.layer(kind)
            try:
                usable += [StockLayer(kind, layer)] if layer is not None else []
            except OneMapError as error:
                reasons.append(str(error))
        return usable, reasons


class LandLayersDialog(QDialog):
    """One layer for each kind, or none."""

    def __init__(self, chosen: ChosenLayers, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Layers of the land database"))
        self._chosen = chosen
        self.boxes: dict[StockKind, QgsMapLayerComboBox] = {}
        about = QLabel(
            tr("Their parcels are shown beside the projects: how many, how much is still open, what is overdue.")
        )
        about.setWordWrap(True)
        form, layout = QFormLayout(), QVBoxLayout(self)
        titles = {
            StockKind.LOW: tr("Low-efficiency land"),
            StockKind.APPROVED: tr("Land approved and not supplied"),
            StockKind.IDLE: tr("Idle land"),
        }
        for kind, title in titles.items():
            box = self.boxes[kind] = QgsMapLayerComboBox()
            box.setFilters(QgsMapLayerProxyModel.PolygonLayer)
            box.setAllowEmptyLayer(True)
            box.setMinimumContentsLength(24)
            box.setLayer(chosen.layer(kind))
            form.addRow(title, box)
        layout.addWidget(about)
        layout.addLayout(form)
        layout.addWidget(ok_cancel(self))

    def accept(self) -> None:
        """Keep what was chosen."""
        for kind, box in self.boxes.items():
            self._chosen.choose(kind, box.currentLayer())
        super().accept()
