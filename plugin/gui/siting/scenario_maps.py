"""Small maps of the scenarios, one beside the other over the same ground: ranks of the best sites, what changed."""

from collections.abc import Sequence
from typing import Any

import shapely
from qgis.PyQt.QtCore import QPointF, QRectF, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QMouseEvent, QPainter, QPen, QPolygonF
from qgis.PyQt.QtWidgets import QWidget

from ...core.siting.scenarios import Scenario, best_shapes, common_box, only_elsewhere

_TITLE, _GAP, _SPOT = 18.0, 6.0, 8.0
_BEST, _OTHER, _FRAME = "#1b7837", "#bdbdbd", "#9e9e9e"


class ScenarioMaps(QWidget):
    """`show_scenarios(scenarios)`; emits `chosen(shape)` when a site is clicked."""

    chosen = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        self._scenarios: Sequence[Scenario] = ()
        self._shapes: list[list[Any]] = []
        self._elsewhere: list[list[Any]] = []
        self._box = (0.0, 0.0, 1.0, 1.0)
        self.setMinimumHeight(200)
        self.hide()

    def show_scenarios(self, scenarios: Sequence[Scenario]) -> None:
        """Draw these; nothing is shown where none has a site."""
        self._scenarios = list(scenarios)
        self._shapes = [best_shapes(scenario) for scenario in scenarios]
        self._elsewhere = [only_elsewhere(self._scenarios, number) for number in range(len(self._scenarios))]
        if any(self._shapes):
            self._box = common_box(scenarios)
        self.setVisible(any(self._shapes))
        self.setMinimumHeight(200 * ((len(self._scenarios) + 1) // 2))
        self.update()

    def frame(self, number: int) -> QRectF:
        """Where the map of a scenario is drawn."""
        columns, rows = min(len(self._scenarios), 2), (len(self._scenarios) + 1) // 2
        width = (self.width() - (columns - 1) * _GAP) / columns
        height = (self.height() - (rows - 1) * _GAP) / rows
        left, top = (number % 2) * (width + _GAP), (number // 2) * (height + _GAP)
        return QRectF(left, top + _TITLE, width - 1, height - _TITLE - 1)

    def place(self, number: int, point: Any) -> QPointF:
        """Where a point of the ground is drawn on the map of a scenario."""
        frame, (left, low, right, top) = self.frame(number), self._box
        scale = min(frame.width() / (right - left), frame.height() / (top - low)) * 0.9
        x, y = point.x - (left + right) / 2, point.y - (low + top) / 2
        return QPointF(frame.center().x() + scale * x, frame.center().y() - scale * y)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for number, shapes in enumerate(self._shapes):
            for shape in shapes:
                away = self.place(number, shape.centroid) - QPointF(event.pos())
                if max(abs(away.x()), abs(away.y())) <= _SPOT:
                    self.chosen.emit(shape)
                    return

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, scenario in enumerate(self._scenarios):
            frame = self.frame(number)
            painter.setPen(self.palette().windowText().color())
            title = QRectF(frame.left(), frame.top() - _TITLE, frame.width(), _TITLE)
            name = painter.fontMetrics().elidedText(scenario.name, Qt.TextElideMode.ElideRight, int(frame.width()))
            painter.drawText(title, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), name)
            painter.fillRect(frame, QColor("white"))
            painter.setPen(QColor(_FRAME))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(frame)
            self._draw(painter, number)

    def _draw(self, painter: QPainter, number: int) -> None:
        """Sites of the other scenarios grey, its own green with their ranks, the first on top."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(_OTHER))
        for shape in self._elsewhere[number]:
            self._outline(painter, number, shape)
        for rank, shape in reversed(list(enumerate(self._shapes[number], 1))):
            painter.setPen(QPen(QColor("white"), 1))
            painter.setBrush(QColor(_BEST))
            self._outline(painter, number, shape)
            middle = self.place(number, shape.centroid)
            painter.drawEllipse(middle, _SPOT, _SPOT)
            box = QRectF(middle.x() - _SPOT, middle.y() - _SPOT, 2 * _SPOT, 2 * _SPOT)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), str(rank))

    def _outline(self, painter: QPainter, number: int, shape: Any) -> None:
        """A site as it lies; one too small to be seen as a spot."""
        middle = self.place(number, shape.centroid)
        painter.drawEllipse(middle, _SPOT / 2, _SPOT / 2)
        for part in shapely.get_parts(shape):
            ring = shapely.points(shapely.get_coordinates(shapely.get_exterior_ring(part)))
            painter.drawPolygon(QPolygonF([self.place(number, point) for point in ring]))
