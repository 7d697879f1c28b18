"""Two maps of the same place, before and after: what one shows the other follows."""

from typing import Optional

import shapely
from qgis.core import QgsCoordinateReferenceSystem, QgsRectangle, QgsWkbTypes
from qgis.gui import QgsMapCanvas, QgsMapToolPan, QgsRubberBand
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ...bridge.range.shapes import from_shapely

_MARK = QColor("#ffd600")
_AROUND = 1.8


class CaptionedMap(QWidget):
    """One map with its caption. `layers`: those it is about; `background`: layers drawn below them."""

    def __init__(self, caption: str, layers: list, crs: QgsCoordinateReferenceSystem, background: list):
        super().__init__()
        self.canvas = QgsMapCanvas(self)
        self.canvas.setCanvasColor(QColor("white"))
        self.canvas.setDestinationCrs(crs)
        self.canvas.setLayers([*layers, *background])
        self._pan = QgsMapToolPan(self.canvas)
        self.canvas.setMapTool(self._pan)
        self.canvas.setMinimumSize(200, 120)
        self._mark = QgsRubberBand(self.canvas, QgsWkbTypes.PolygonGeometry)
        self._mark.setColor(_MARK)
        self._mark.setFillColor(QColor(255, 214, 0, 60))
        self._mark.setWidth(3)
        label = QLabel(f"<b>{caption}</b>")
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(label)
        layout.addWidget(self.canvas, 1)

    def mark(self, shape: Optional[shapely.Geometry]) -> None:
        """Outline a shape of the map's own plane, None for none."""
        self._mark.reset(QgsWkbTypes.PolygonGeometry)
        if shape is not None:
            self._mark.setToGeometry(
                from_shapely(shapely.buffer(shape, 0.5)), self.canvas.mapSettings().destinationCrs()
            )


class TwoMaps(QWidget):
    """Before and after on one plane, moved together."""

    def __init__(self, before: CaptionedMap, after: CaptionedMap):
        super().__init__()
        self.before, self.after, self._moving = before, after, False
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for one, other in ((before, after), (after, before)):
            layout.addWidget(one, 1)
            one.canvas.extentsChanged.connect(lambda one=one, other=other: self._follow(one, other))

    def _follow(self, one, other):
        if self._moving:
            return
        self._moving = True
        try:
            other.canvas.setExtent(one.canvas.extent())
            other.canvas.refresh()
        finally:
            self._moving = False

    def show_place(self, shape: shapely.Geometry) -> None:
        """Go to a shape and outline it in both maps."""
        box = QgsRectangle(*shape.bounds)
        box.grow(max(box.width(), box.height(), 20.0) * (_AROUND - 1))
        self.after.canvas.setExtent(box)
        self.after.canvas.refresh()
        for one in (self.before, self.after):
            one.mark(shape)

    def show_all(self) -> None:
        """Go to all that both maps show."""
        box = QgsRectangle()
        for layer in [*self.after.canvas.layers()[:2], *self.before.canvas.layers()[:2]]:
            if layer.featureCount():
                box.combineExtentWith(self.after.canvas.mapSettings().layerExtentToOutputExtent(layer, layer.extent()))
        if not box.isEmpty():
            box.scale(1.1)
            self.after.canvas.setExtent(box)
            self.after.canvas.refresh()
