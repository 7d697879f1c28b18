"""The map tool that draws a range: polygon, rectangle, circle, or the buffer of a line or point.

Click points, right-click ends (rectangle and circle end with the second click), Backspace takes one back, Esc starts
anew. The points of a finished range, and the vertices of one that was given to the tool, can be dragged.
"""

from typing import Optional

from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry, QgsPointXY, QgsWkbTypes
from qgis.gui import QgsMapCanvas, QgsMapMouseEvent, QgsMapTool, QgsRubberBand
from qgis.PyQt.QtCore import Qt, pyqtBoundSignal, pyqtSignal
from qgis.PyQt.QtGui import QColor, QKeyEvent

from ...bridge.range.shapes import SHAPES, ShapeKind
from ...core.errors import OneMapError

_REACH_PX = 10  # a point is caught within this distance
_HANDLES = 500  # vertices that are marked; more would hide the range


class RangeTool(QgsMapTool):
    """Emits `drawn(geometry, crs)` with the finished range in the canvas's CRS, `moved` with the same while a
    point is dragged.
    """

    drawn = pyqtSignal(QgsGeometry, QgsCoordinateReferenceSystem)
    moved = pyqtSignal(QgsGeometry, QgsCoordinateReferenceSystem)

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self.mode, self.metres = "polygon", 50.0
        self._points: list[QgsPointXY] = []
        self._finished: list[QgsPointXY] = []
        self._dragged: Optional[int] = None  # which point of the finished range
        self._given: Optional[QgsGeometry] = None  # a range that was not drawn here
        self._band = QgsRubberBand(canvas, QgsWkbTypes.PolygonGeometry)
        self._band.setStrokeColor(QColor(21, 101, 192))
        self._band.setFillColor(QColor(21, 101, 192, 50))
        self._band.setWidth(2)
        self._handles = QgsRubberBand(canvas, QgsWkbTypes.PointGeometry)
        self._handles.setIcon(QgsRubberBand.ICON_BOX)
        self._handles.setIconSize(7)
        self._handles.setColor(QColor(21, 101, 192))
        self.setCursor(Qt.CursorShape.CrossCursor)

    @property
    def _kind(self) -> ShapeKind:
        return SHAPES[self.mode]

    def set_mode(self, mode: str) -> None:
        """Draw another kind of shape (a key of SHAPES) from now on."""
        self.mode = mode
        self.clear()

    def set_metres(self, metres: float) -> None:
        """The width of a buffer; a finished one is drawn and checked anew."""
        self.metres = metres
        if self.mode == "buffer" and self._finished and self._given is None:
            self._send(self.drawn)

    def take(self, geometry: QgsGeometry) -> None:
        """Show a range (in the canvas's CRS) whose vertices can be dragged."""
        self.clear()
        self._given = given = QgsGeometry(geometry)
        self._finished = [QgsPointXY(v) for v in given.vertices()]
        self._show_finished(given)

    def canvasPressEvent(self, event: QgsMapMouseEvent) -> None:
        if self._points or event.button() != Qt.MouseButton.LeftButton:
            return
        reach = _REACH_PX * self.canvas().mapUnitsPerPixel()
        distances = [QgsPointXY(event.mapPoint()).distance(corner) for corner in self._finished]
        if distances and min(distances) <= reach:
            self._dragged = distances.index(min(distances))

    def canvasReleaseEvent(self, event: QgsMapMouseEvent) -> None:
        if self._dragged is not None:
            self._drag(event, self._dragged)
            self._dragged = None
            self._send(self.drawn)
            return
        if event.button() == Qt.MouseButton.RightButton:
            self.finish()
            return
        if not self._points:
            self.clear()
        self._points.append(QgsPointXY(event.mapPoint()))
        if self._kind.most == len(self._points):
            self.finish()
        else:
            self._show(self._points)

    def canvasMoveEvent(self, event: QgsMapMouseEvent) -> None:
        if self._dragged is not None:
            self._drag(event, self._dragged)
            self._send(self.moved)
        elif self._points:
            self._show([*self._points, QgsPointXY(event.mapPoint())])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
        elif event.key() == Qt.Key.Key_Backspace and self._points:
            self._points.pop()
            self._show(self._points)
        else:
            return
        event.accept()  # else the canvas would act on the key too

    def _show(self, points: list[QgsPointXY]) -> None:
        if len(points) < min(self._kind.least, 2):
            self._band.reset(QgsWkbTypes.PolygonGeometry)
            return
        shape = self._shape(points)
        if shape is not None:
            self._band.setToGeometry(shape, None)

    def _shape(self, points: list[QgsPointXY]) -> QgsGeometry:
        """The range of points, None for a map whose CRS cannot be used: the check will say why."""
        try:
            return self._kind.make(points, self._crs(), self.metres)
        except OneMapError:
            return QgsGeometry.fromPolygonXY([points])

    def _crs(self) -> QgsCoordinateReferenceSystem:
        return self.canvas().mapSettings().destinationCrs()

    def finish(self) -> None:
        """End the drawing; too few points make no range and are kept to go on with."""
        if len(self._points) < self._kind.least:
            return
        self._finished, self._points = self._points, []
        self._send(self.drawn)

    def _drag(self, event: QgsMapMouseEvent, index: int) -> None:
        point = QgsPointXY(event.mapPoint())
        self._finished[index] = point
        if self._given is not None:
            self._given.moveVertex(point.x(), point.y(), index)

    def _send(self, signal: pyqtBoundSignal) -> None:
        geometry = QgsGeometry(self._given) if self._given is not None else self._shape(self._finished)
        self._show_finished(geometry)
        signal.emit(geometry, self._crs())

    def _show_finished(self, geometry: QgsGeometry) -> None:
        self._band.setToGeometry(geometry, None)
        self._handles.reset(QgsWkbTypes.PointGeometry)
        for point in self._finished if len(self._finished) <= _HANDLES else ():
            self._handles.addPoint(point)

    def clear(self) -> None:
        """Forget the points and take the drawing off the map."""
        self._points, self._finished, self._dragged, self._given = [], [], None, None
        self._band.reset(QgsWkbTypes.PolygonGeometry)
        self._handles.reset(QgsWkbTypes.PointGeometry)

    def dispose(self) -> None:
        """Take the rubber bands off the canvas for good; they would outlive the tool."""
        for band in (self._band, self._handles):
            self.canvas().scene().removeItem(band)

    def deactivate(self) -> None:
        """A finished range stays on the map while another tool is in hand; half a one goes."""
        if not self._finished:
            self.clear()
        super().deactivate()
