"""Labels of a map: each one finds a place where it covers no other, or is left out."""

from dataclasses import dataclass
from typing import Optional

from qgis.PyQt.QtCore import QPointF, QRectF
from qgis.PyQt.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

_SHIFTS = (0, 1, -1, 2, -2, 3)  # line heights that a label may move


@dataclass(frozen=True)
class Label:
    """A text with its middle at (x, y) in pixels of the map; `moves`: it may move to find a place."""

    x: float
    y: float
    text: str
    colour: str = "#7f0000"
    pixels: int = 24
    moves: bool = True


class LabelPlacer:
    """Puts labels on a painted map, the most important first; boxes that are taken stay free of others."""

    def __init__(self, painter: QPainter, family: str, place: QRectF, taken: Optional[list] = None) -> None:
        self._painter, self._family, self._place, self.taken = painter, family, place, list(taken or [])

    def put(self, label: Label) -> bool:
        """Draw a label with a halo; False when there is no room for it."""
        font = QFont(self._family)
        font.setPixelSize(label.pixels)
        box = self._room(label, QFontMetricsF(font))
        if box is None:
            return False
        self.taken.append(box.adjusted(-2, -1, 2, 1))
        path = QPainterPath()
        path.addText(QPointF(box.left(), box.top() + QFontMetricsF(font).ascent()), font, label.text)
        self._painter.setPen(QPen(QColor("white"), label.pixels / 5))
        self._painter.setBrush(QBrush())
        self._painter.drawPath(path)
        self._painter.fillPath(path, QColor(label.colour))
        return True

    def _room(self, label: Label, metrics: QFontMetricsF) -> Optional[QRectF]:
        width, height, place = metrics.horizontalAdvance(label.text), metrics.height(), self._place
        if not place.contains(place.left() + label.x, place.top() + label.y):
            return None
        left = min(max(place.left() + label.x - width / 2, place.left() + 8), place.right() - width - 8)
        for shift in _SHIFTS if label.moves else _SHIFTS[:1]:
            box = QRectF(left, place.top() + label.y - height / 2 + shift * height, width, height)
            if place.contains(box) and not any(box.intersects(other) for other in self.taken):
                return box
        return None
