"""One map of two states: a divider that is dragged shows the earlier on its left and the later on its right."""

from typing import Any, Optional

import shapely
from qgis.core import QgsCoordinateReferenceSystem, QgsMapRendererParallelJob, QgsMapSettings, QgsWkbTypes
from qgis.gui import QgsMapCanvas, QgsMapCanvasItem, QgsMapMouseEvent, QgsMapToolPan, QgsRubberBand
from qgis.PyQt.QtCore import QPointF, QRectF, QSizeF, Qt
from qgis.PyQt.QtGui import QColor, QImage, QPainter, QPen
from qgis.PyQt.QtWidgets import QStyleOptionGraphicsItem, QVBoxLayout, QWidget

from ...bridge.range.shapes import from_shapely

_NEAR = 12  # pixels from the divider that still take hold of it
_HANDLE = 9
_MARGIN = 6
_LINE, _EDGE, _PAPER = QColor("#ffffff"), QColor("#0d47a1"), QColor(255, 255, 255, 220)
_MARK = QColor("#ffd600")


class _Curtain(QgsMapCanvasItem):
    """The picture of the earlier state, as wide as the divider lies, and what each side is."""

    def __init__(self, canvas: QgsMapCanvas, captions: tuple[str, str]) -> None:
        super().__init__(canvas)
        self._canvas, self._captions = canvas, captions
        self.image: Optional[QImage] = None
        self.share = 0.5
        self.setZValue(50)

    def boundingRect(self) -> QRectF:  # Qt's name
        return QRectF(QPointF(0, 0), QSizeF(self._canvas.size()))

    def divider(self) -> float:
        """Where the divider lies, in pixels from the left."""
        return self.share * float(self._canvas.width())

    def paint(
        self, painter: QPainter, option: Optional[QStyleOptionGraphicsItem] = None, widget: Optional[QWidget] = None
    ) -> None:  # Qt's name
        at, rect = self.divider(), self.boundingRect()
        if self.image is not None:
            painter.save()
            painter.setClipRect(QRectF(0, 0, at, rect.height()))
            painter.fillRect(rect, Qt.GlobalColor.white)
            painter.drawImage(QPointF(0, 0), self.image)
            painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, width in ((_EDGE, 4), (_LINE, 2)):
            painter.setPen(QPen(colour, width))
            painter.drawLine(QPointF(at, 0), QPointF(at, rect.height()))
        painter.setBrush(_LINE)
        painter.setPen(QPen(_EDGE, 2))
        painter.drawEllipse(QPointF(at, rect.height() / 2), _HANDLE, _HANDLE)
        self._write(painter, at, rect)

    def _write(self, painter: QPainter, at: float, rect: QRectF) -> None:
        measure = painter.fontMetrics()
        for caption, is_left in zip(self._captions, (True, False)):
            width = measure.horizontalAdvance(caption) + 2 * _MARGIN
            left = _MARGIN if is_left else rect.width() - width - _MARGIN
            place = QRectF(left, _MARGIN, width, measure.height() + _MARGIN)
            if place.right() < at if is_left else place.left() > at:
                painter.fillRect(place, _PAPER)
                painter.setPen(QPen(QColor("#000000")))
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, caption)


class _SwipeTool(QgsMapToolPan):
    """Drags the divider where it is taken hold of, else the map."""

    def __init__(self, canvas: QgsMapCanvas, swipe: "SwipeMap") -> None:
        super().__init__(canvas)
        self._swipe, self._held = swipe, False

    def canvasPressEvent(self, event: QgsMapMouseEvent) -> None:  # QGIS's name
        self._held = abs(event.pos().x() - self._swipe.curtain.divider()) <= _NEAR
        if not self._held:
            super().canvasPressEvent(event)

    def canvasMoveEvent(self, event: QgsMapMouseEvent) -> None:  # QGIS's name
        if self._held:
            self._swipe.set_share(event.pos().x() / max(self.canvas().width(), 1))
        else:
            super().canvasMoveEvent(event)

    def canvasReleaseEvent(self, event: QgsMapMouseEvent) -> None:  # QGIS's name
        held, self._held = self._held, False
        if not held:
            super().canvasReleaseEvent(event)


class SwipeMap(QWidget):
    """`before` and `after`: captions and layers of the two states; the picture of the earlier follows the map."""

    def __init__(
        self,
        before: tuple[str, list],
        after: tuple[str, list],
        crs: QgsCoordinateReferenceSystem,
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        self._before = before[1]
        self._job: Any = None
        self.canvas = QgsMapCanvas(self)
        self.canvas.setCanvasColor(QColor("white"))
        self.canvas.setDestinationCrs(crs)
        self.canvas.setLayers(after[1])
        self.canvas.setMinimumSize(200, 120)
        self.curtain = _Curtain(self.canvas, (before[0], after[0]))
        self._mark = QgsRubberBand(self.canvas, QgsWkbTypes.PolygonGeometry)
        self._mark.setColor(_MARK)
        self._mark.setFillColor(QColor(255, 214, 0, 40))
        self._mark.setWidth(3)
        self._mark.setZValue(60)
        self._tool = _SwipeTool(self.canvas, self)
        self.canvas.setMapTool(self._tool)
        self.canvas.mapCanvasRefreshed.connect(self._draw_before)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.canvas)

    def set_share(self, share: float) -> None:
        """Put the divider at a share of the width."""
        self.curtain.share = min(max(share, 0.0), 1.0)
        self.curtain.update()

    def mark(self, shape: shapely.Geometry) -> None:
        """Outline a shape of the map's own plane, None for none."""
        self._mark.reset(QgsWkbTypes.PolygonGeometry)
        if shape is not None:
            self._mark.setToGeometry(from_shapely(shape), self.canvas.mapSettings().destinationCrs())

    def _draw_before(self) -> None:
        """Draw the earlier state of what the map shows now, in the background."""
        self.stop()
        settings = QgsMapSettings(self.canvas.mapSettings())
        settings.setLayers(self._before)
        self._job = QgsMapRendererParallelJob(settings)
        self._job.finished.connect(self._drawn)
        self._job.start()

    def _drawn(self) -> None:
        if self._job is not None:
            self.curtain.image = self._job.renderedImage()
            self._job = None
            self.curtain.update()

    def stop(self) -> None:
        """Stop drawing."""
        job, self._job = self._job, None
        if job is not None and job.isActive():
            job.finished.disconnect(self._drawn)
            job.cancelWithoutBlocking()
            self._ending = job  # until it has ended
