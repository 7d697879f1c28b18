"""The map tool that draws a range: click corners, right-click ends, Backspace takes one back, Esc starts anew.

The corners of a finished range can be dragged.
"""

from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry, QgsPointXY, QgsWkbTypes
from qgis.gui import QgsMapTool, QgsRubberBand
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor

_REACH_PX = 10  # a corner is caught within this distance


class RangeTool(QgsMapTool):
    """Emits `drawn(geometry, crs)` with the finished polygon in the canvas's CRS, `moved` with the same while one is dragged."""

    drawn = pyqtSignal(QgsGeometry, QgsCoordinateReferenceSystem)
    moved = pyqtSignal(QgsGeometry, QgsCoordinateReferenceSystem)

    def __init__(self, canvas):
        super().__init__(canvas)
        self._points, self._ring, self._dragged = [], [], None
        self._band = QgsRubberBand(canvas, QgsWkbTypes.PolygonGeometry)
        self._band.setStrokeColor(QColor(21, 101, 192))
        self._band.setFillColor(QColor(21, 101, 192, 50))
        self._band.setWidth(2)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def canvasPressEvent(self, event):
        if self._points or event.button() != Qt.MouseButton.LeftButton:
            return
        reach = _REACH_PX * self.canvas().mapUnitsPerPixel()
        distances = [QgsPointXY(event.mapPoint()).distance(corner) for corner in self._ring]
        if distances and min(distances) <= reach:
            self._dragged = distances.index(min(distances))

    def canvasReleaseEvent(self, event):
        if self._dragged is not None:
            self._drag(event)
            self._dragged = None
            self._tell(self.drawn)
            return
        if event.button() == Qt.MouseButton.RightButton:
            self.finish()
            return
        if not self._points:
            self._ring = []
            self._band.reset(QgsWkbTypes.PolygonGeometry)
        self._points.append(QgsPointXY(event.mapPoint()))
        self._show()

    def canvasMoveEvent(self, event):
        if self._dragged is not None:
            self._drag(event)
            self._tell(self.moved)
        elif self._points:
            self._show(QgsPointXY(event.mapPoint()))

    def keyPressEvent(self, event):
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
        elif event.key() == Qt.Key.Key_Backspace and self._points:
            self._points.pop()
            self._show()
        else:
            return
        event.accept()  # else the canvas would act on the key too

    def _show(self, moving=None):
        ring = self._points + ([moving] if moving is not None else [])
        self._band.setToGeometry(QgsGeometry.fromPolygonXY([ring]), None)

    def finish(self):
        """End the drawing; fewer than three corners make no range and are kept to go on with."""
        if len(self._points) < 3:
            return
        self._ring, self._points = self._points, []
        self._tell(self.drawn)

    def _drag(self, event):
        self._ring[self._dragged] = QgsPointXY(event.mapPoint())

    def _tell(self, signal):
        geometry = QgsGeometry.fromPolygonXY([self._ring])
        self._band.setToGeometry(geometry, None)
        signal.emit(geometry, self.canvas().mapSettings().destinationCrs())

    def clear(self):
        """Forget the corners and take the drawing off the map."""
        self._points, self._ring, self._dragged = [], [], None
        self._band.reset(QgsWkbTypes.PolygonGeometry)

    def dispose(self):
        """Take the rubber band off the canvas for good; it would outlive the tool."""
        self.canvas().scene().removeItem(self._band)

    def deactivate(self):
        self.clear()
        super().deactivate()
