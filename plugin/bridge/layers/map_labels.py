"""Labels of a map: each one finds a place where it covers no other, or is left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import shapely
from qgis.PyQt.QtCore import QPointF, QRectF
from qgis.PyQt.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

# how far a label may move, in its own widths and heights: the nearest free place is taken
_SHIFTS = ((0, 0), (0, 1), (0, -1), (0.6, 0), (-0.6, 0), (0.6, 1), (-0.6, 1), (0.6, -1), (-0.6, -1), (0, 2), (0, -2),
           (0, 3), (0.6, 2), (-0.6, 2), (0.6, -2), (-0.6, -2), (0, -3))  # fmt: skip
_NUDGES = ((0, 0), (0, 1), (0, -1))
_SITE, _WORST = 100, 1000  # of crossing the outline of a site; more than any label costs
_HALO = 0.3  # of the height of a label, as wide as the white around its letters


@dataclass(frozen=True)
class Label:
    """A text with its middle at (x, y) in pixels of the map; `moves`: it may move to find a place; `nudged`: a little.
    One that moves lies on the outline of a site rather than nowhere.
    """

    x: float
    y: float
    text: str
    colour: str = "#7f0000"
    pixels: int = 24
    moves: bool = True
    nudged: bool = False


Canvas = tuple[QPainter, str, QRectF]  # what is painted on, the family of its letters, where on it the map lies


class LabelPlacer:
    """Puts labels on a painted map, the most important first; boxes that are taken stay free of others, `outlines` of
    labels that find a place elsewhere, and so do `lines` (an STRtree), which matter less; both in pixels of the map.
    """

    def __init__(self, canvas: Canvas, taken: Sequence[QRectF] = (), outlines: Any = (), lines: Any = None) -> None:
        self._painter, self._family, self._place = canvas
        self.taken = list(taken)
        self._outlines, self._lines = outlines, lines if lines is not None else shapely.STRtree([])

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
        self._painter.setPen(QPen(QColor("white"), label.pixels * _HALO))
        self._painter.setBrush(QBrush())
        self._painter.drawPath(path)
        self._painter.fillPath(path, QColor(label.colour))
        return True

    def _room(self, label: Label, metrics: QFontMetricsF) -> Optional[QRectF]:
        width, height, place = metrics.horizontalAdvance(label.text), metrics.height(), self._place
        if not place.contains(place.left() + label.x, place.top() + label.y):
            return None
        shifts = _SHIFTS if label.moves else _NUDGES if label.nudged else _NUDGES[:1]
        best, least = None, _WORST if label.moves else _SITE
        for right, down in shifts:
            left = place.left() + label.x - width / 2 + right * width
            left = min(max(left, place.left() + 8), place.right() - width - 8)
            box = QRectF(left, place.top() + label.y - height / 2 + down * height, width, height)
            if not place.contains(box) or any(box.intersects(other) for other in self.taken):
                continue
            cost = self._cost(box)
            if not cost:
                return box
            if cost < least:
                best, least = box, cost
        return best

    def _cost(self, box: QRectF) -> int:
        """What a label would cross: the outline of a site costs most, each other line a little."""
        x, y = box.left() - self._place.left(), box.top() - self._place.top()
        shape = shapely.box(x, y, x + box.width(), y + box.height())
        crossed = len(self._outlines) and shapely.intersects(self._outlines, shape).any()
        others = self._lines.query(shape, predicate="intersects")
        return _SITE * bool(crossed) + min(len(others), _SITE - 1)
