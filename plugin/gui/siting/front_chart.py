"""Sites as spots by two scores; the front of those that no other betters in both is joined by steps."""

from dataclasses import dataclass
from typing import Optional

from qgis.PyQt.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QPainter, QPen
from qgis.PyQt.QtWidgets import QToolTip, QWidget

from ...bridge.i18n import tr

_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 24.0, 26.0, 40.0
_NEAR = 8.0  # pixels from a spot that still mean it
_NAMED = 6  # spots of the front that carry their names
_FRONT, _OTHER, _BEST = "#d95f02", "#9e9e9e", "#1b7837"


@dataclass(frozen=True)
class Spot:
    """One site: its index, name and two scores of 0 to 100; whether it is on the front, and the first in rank."""

    index: int
    name: str
    across: float
    up: float
    is_front: bool
    is_best: bool


class FrontChart(QWidget):
    """`show_spots(spots, title across, title up)`; emits `picked(index)` when a spot is clicked."""

    picked = pyqtSignal(int)

    def __init__(self) -> None:
        super().__init__()
        self._spots: list[Spot] = []
        self._across = self._up = ""
        self.setMouseTracking(True)
        self.setMinimumHeight(190)

    def sizeHint(self) -> QSize:
        return QSize(420, 260)

    def show_spots(self, spots: list[Spot], across: str, up: str) -> None:
        """Draw these sites."""
        self._spots, self._across, self._up = spots, across, up
        self.update()

    def place(self, spot: Spot) -> QPointF:
        """Where a spot is drawn."""
        area = self._area()
        return QPointF(area.left() + area.width() * spot.across / 100, area.bottom() - area.height() * spot.up / 100)

    def _area(self) -> QRectF:
        return QRectF(_LEFT, _TOP, max(self.width() - _LEFT - _RIGHT, 10.0), max(self.height() - _TOP - _BOTTOM, 10.0))

    def spot_at(self, point: QPointF) -> Optional[Spot]:
        """The spot next to a place, None where none is near."""
        best, least = None, _NEAR
        for spot in self._spots:
            there = self.place(spot)
            away = max(abs(there.x() - point.x()), abs(there.y() - point.y()))
            if away < least or (away == least and spot.is_front):
                best, least = spot, away
        return best

    def mouseMoveEvent(self, event: object) -> None:
        point = event.pos()  # type: ignore[attr-defined]
        spot = self.spot_at(QPointF(point))
        text = f"{spot.name}\n{self._across}: {spot.across:.1f}\n{self._up}: {spot.up:.1f}" if spot else ""
        QToolTip.showText(self.mapToGlobal(point), text, self)

    def mousePressEvent(self, event: object) -> None:
        spot = self.spot_at(QPointF(event.pos()))  # type: ignore[attr-defined]
        if spot is not None:
            self.picked.emit(spot.index)

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor("white"))
        if not self._spots:
            painter.setPen(QColor("#555555"))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), tr("Nothing has been scored yet."))
            return
        self._axes(painter)
        self._front_line(painter)
        for spot in sorted(self._spots, key=lambda s: (s.is_best, s.is_front)):
            self._dot(painter, spot)
        self._names(painter)
        self._legend(painter)

    def _axes(self, painter: QPainter) -> None:
        area = self._area()
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for score in (0, 25, 50, 75, 100):
            x, y = area.left() + area.width() * score / 100, area.bottom() - area.height() * score / 100
            painter.setPen(QColor("#e0e0e0"))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor("#555555"))
            painter.drawText(QRectF(x - 25, area.bottom() + 2, 50, 16), int(Qt.AlignmentFlag.AlignCenter), str(score))
            painter.drawText(QRectF(0, y - 8, _LEFT - 6, 16), right, str(score))
        painter.setPen(QColor("#202020"))
        below = QRectF(area.left(), area.bottom() + 18, area.width(), 18)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignCenter), tr("{0}, points").format(self._across))
        above = QRectF(4, 4, self.width() / 2, 18)
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(above, left, tr("{0}, points").format(self._up))

    def _front_line(self, painter: QPainter) -> None:
        front = sorted((s for s in self._spots if s.is_front), key=lambda s: (-s.across, s.up))
        painter.setPen(QPen(QColor(_FRONT), 1.5, Qt.PenStyle.DashLine))
        for one, other in zip(front, front[1:]):
            a, b = self.place(one), self.place(other)
            corner = QPointF(b.x(), a.y())
            painter.drawLine(a, corner)
            painter.drawLine(corner, b)

    def _dot(self, painter: QPainter, spot: Spot) -> None:
        colour = _BEST if spot.is_best else _FRONT if spot.is_front else _OTHER
        radius = 5.0 if spot.is_best else 4.0 if spot.is_front else 2.5
        painter.setPen(QPen(QColor("white"), 0.8))
        painter.setBrush(QColor(colour))
        painter.drawEllipse(self.place(spot), radius, radius)

    def _names(self, painter: QPainter) -> None:
        """Names of a few of the front, best across first, and of the first in rank; none over another."""
        painter.setPen(QColor("#202020"))
        named = sorted((s for s in self._spots if s.is_front), key=lambda s: -s.across)[:_NAMED]
        taken: list[QRectF] = []
        for spot in [*(s for s in self._spots if s.is_best), *(s for s in named if not s.is_best)]:
            width = float(painter.fontMetrics().horizontalAdvance(spot.name)) + 4
            there = self.place(spot)
            left = min(there.x() + 6, self.width() - width - 2)
            box = QRectF(left, there.y() - 18, width, 15)
            if not any(box.intersects(other) for other in taken):
                painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), spot.name)
                taken.append(box)

    def _legend(self, painter: QPainter) -> None:
        x = float(self.width()) - _RIGHT
        for colour, text in ((_FRONT, tr("not surpassed in both")), (_BEST, tr("first in rank"))):
            width = float(painter.fontMetrics().horizontalAdvance(text))
            x -= width
            painter.setPen(QColor("#202020"))
            painter.drawText(QPointF(x, 16.0), text)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawEllipse(QPointF(x - 9, 12.0), 4, 4)
            x -= 26
