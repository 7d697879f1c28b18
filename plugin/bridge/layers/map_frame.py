"""The sheet a rendered map stands on: title above, a grid of coordinates around, legend, scale and north arrow."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QBrush, QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QPolygonF

from ...report.blocks.fonts import chinese_family
from .map_labels import Label, LabelPlacer
from .map_style import SOLID_ALPHA, fill_colour

_BRUSHES = {
    "solid": Qt.BrushStyle.SolidPattern,
    "f_diagonal": Qt.BrushStyle.FDiagPattern,
    "b_diagonal": Qt.BrushStyle.BDiagPattern,
    "diagonal_x": Qt.BrushStyle.DiagCrossPattern,
    "horizontal": Qt.BrushStyle.HorPattern,
    "vertical": Qt.BrushStyle.VerPattern,
    "cross": Qt.BrushStyle.CrossPattern,
    "dense5": Qt.BrushStyle.Dense5Pattern,
    "dense6": Qt.BrushStyle.Dense6Pattern,
    "no": Qt.BrushStyle.NoBrush,
}
_PENS = {
    "solid": Qt.PenStyle.SolidLine,
    "dash": Qt.PenStyle.DashLine,
    "dot": Qt.PenStyle.DotLine,
    "dash dot": Qt.PenStyle.DashDotLine,
}
_TITLE_H, _ROW, _PAD, _SWATCH, _SCALE_H = 64, 34, 14, 44, 58
_INSET = 30  # pixels around the map for the coordinates
_NUMBER = 100  # pixels that a coordinate takes at most
_TITLE_PX, _LEGEND_PX, _GRID_PX = 32, 24, 18  # 24 pixels are 2.8 mm of a print that is 165 mm wide
_CENTRE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True)
class Swatch:
    """One row of a legend; `style` and `line` are QGIS fill and outline styles, `width` the outline in pixels, `alpha`
    that of the fill on the map.
    """

    fill: str
    outline: str
    style: str
    text: str
    width: float = 2.0
    line: str = "solid"
    alpha: int = SOLID_ALPHA


@dataclass(frozen=True)
class Ground:
    """What the paper shows: the corner (left, top) and the metres of a pixel on the plane, its name, the scale 1:n."""

    left: float
    top: float
    metres_per_pixel: float
    plane_name: str
    scale: int = 0


@dataclass(frozen=True)
class Labels:
    """`rows`: the most important first; `most`: so many of those that may move are put in, more would hide the map;
    `outlines`: of sites, in pixels of the map, that labels keep off; `lines`: an STRtree of others.
    """

    rows: Sequence[Label] = ()
    most: int = 8
    outlines: Any = ()
    lines: Any = None


class Sheet:
    """Divides `width` x `height` pixels among title, map and legend; `map_size` is what is left for the map."""

    def __init__(self, width: int, height: int, legend: Sequence[Swatch]) -> None:
        self._width, self._height, self._legend, self._family = width, height, legend, chinese_family()
        widest = max((self._metrics(_LEGEND_PX).horizontalAdvance(row.text) for row in legend), default=0)
        self._column = min(widest + _SWATCH + 3 * _PAD, width - 2 * _PAD)
        columns = max(int((width - 2 * _PAD) // self._column), 1)
        self._rows = math.ceil(len(legend) / columns)
        self._foot = self._rows * _ROW + _PAD + _SCALE_H
        self.map_size = (width - 2 * _INSET, max(height - _TITLE_H - self._foot, height // 3) - 2 * _INSET)

    def dress(self, drawn: QImage, title: str, ground: Ground, labels: Labels = Labels()) -> QImage:
        """Return the finished QImage; `drawn`: the map."""
        total = _TITLE_H + drawn.height() + 2 * _INSET + self._foot
        image = QImage(self._width, total, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        self._painter = QPainter(image)
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(_INSET, _TITLE_H + _INSET, drawn.width(), drawn.height())
        self._painter.drawImage(place.topLeft(), drawn)
        self._grid(place, ground)
        self._labels(labels, place)
        self._title(title)
        self._draw_legend(place.bottom() + _INSET + _PAD)
        self._scale_bar(total - _SCALE_H, ground)
        self._north_arrow(place)
        self._frame(place, total)
        self._painter.end()
        return image

    def _metrics(self, pixels: int, bold: bool = False) -> QFontMetricsF:
        self._font = QFont(self._family)
        self._font.setPixelSize(pixels)
        self._font.setBold(bold)
        return QFontMetricsF(self._font)

    def _pen(self, colour, width, brush=None, line="solid"):
        self._painter.setPen(QPen(QColor(colour), width, _PENS[line]))
        self._painter.setBrush(brush or QBrush(Qt.BrushStyle.NoBrush))

    def _text(self, rectangle, side, text):
        """One line of text, shortened with "…" when it is too long for its place."""
        metrics = QFontMetricsF(self._font)
        self._painter.setFont(self._font)
        self._pen("black", 1)
        self._painter.drawText(
            rectangle, side, metrics.elidedText(text, Qt.TextElideMode.ElideRight, rectangle.width())
        )

    def _title(self, text):
        self._metrics(_TITLE_PX, bold=True)
        self._text(QRectF(_PAD, 0, self._width - 2 * _PAD, _TITLE_H), _CENTRE, text)

    def _grid(self, place, ground):
        """Ticks and coordinates at round metres: eastings above and below, northings at both sides."""
        step = round_length(place.width() * ground.metres_per_pixel / 3)
        eastings = [(place.left() + (x - ground.left) / ground.metres_per_pixel, x) for x in _multiples(
            ground.left, place.width() * ground.metres_per_pixel, step)]  # fmt: skip
        low = ground.top - place.height() * ground.metres_per_pixel
        northings = [(place.top() + (ground.top - y) / ground.metres_per_pixel, y) for y in _multiples(
            low, ground.top - low, step)]  # fmt: skip
        self._metrics(_GRID_PX)
        for x, value in _inside(eastings, place.left(), place.right()):
            for y in (place.top() - _INSET, place.bottom()):
                self._coordinate(QPointF(x, y + _INSET / 2), value, 0)
        for y, value in _inside(northings, place.top(), place.bottom()):
            for x in (place.left() - _INSET, place.right()):
                self._coordinate(QPointF(x + _INSET / 2, y), value, -90)
        self._pen("#555555", 1.2)
        for x, _ in eastings:
            for y, _ in northings:
                self._painter.drawLine(QPointF(x - 8, y), QPointF(x + 8, y))
                self._painter.drawLine(QPointF(x, y - 8), QPointF(x, y + 8))

    def _coordinate(self, middle, metres, angle):
        self._painter.save()
        self._painter.translate(middle)
        self._painter.rotate(angle)
        self._text(QRectF(-_NUMBER / 2, -_INSET / 2, _NUMBER, _INSET), _CENTRE, f"{metres:.0f}")
        self._painter.restore()

    def _draw_legend(self, top):
        self._metrics(_LEGEND_PX)
        for number, row in enumerate(self._legend):
            x = 2 * _PAD + number // self._rows * self._column
            y = top + number % self._rows * _ROW
            box = QRectF(x, y + 7, _SWATCH, _ROW - 14)
            colour = fill_colour(row.fill, row.outline, row.style, row.alpha)
            self._pen(row.outline, row.width, QBrush(colour, _BRUSHES[row.style]), row.line)
            self._painter.drawRect(box)
            place = QRectF(x + _SWATCH + 10, y, self._column - _SWATCH - 2 * _PAD, _ROW)
            self._text(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, row.text)

    def _scale_bar(self, top, ground):
        metres = round_length(ground.metres_per_pixel * self._width / 5)
        length = metres / ground.metres_per_pixel
        for half, colour in enumerate(("black", "white")):
            self._pen("black", 1.5, QBrush(QColor(colour)))
            self._painter.drawRect(QRectF(2 * _PAD + half * length / 2, top + 24, length / 2, 10))
        self._metrics(22)
        middle = Qt.AlignmentFlag.AlignVCenter
        unit = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
        message = f"{unit}　1:{ground.scale:,}" if ground.scale else unit
        self._text(QRectF(2 * _PAD + length + 12, top, 300, _SCALE_H), middle | Qt.AlignmentFlag.AlignLeft, message)
        left = 2 * _PAD + length + 320
        place = QRectF(left, top, self._width - left - 2 * _PAD, _SCALE_H)
        name = ground.plane_name
        if self._metrics(22).horizontalAdvance(name) > place.width() and "(" in name:
            name = name[name.rindex("(") :].strip("()")  # the code of the authority tells the same
        self._text(place, middle | Qt.AlignmentFlag.AlignRight, name)

    def _north_arrow(self, place):
        box = _arrow_box(place)
        self._pen("#888888", 1, QBrush(QColor(255, 255, 255, 225)))
        self._painter.drawRect(box)
        self._metrics(_LEGEND_PX, bold=True)
        self._text(QRectF(box.left() + 2, box.top() + 2, 60, 36), _CENTRE, "北")
        self._pen("black", 1, QBrush(QColor("black")))
        x, tip = box.center().x(), box.top() + 42
        corners = [QPointF(x, tip), QPointF(x - 16, tip + 50), QPointF(x, tip + 38), QPointF(x + 16, tip + 50)]
        self._painter.drawPolygon(QPolygonF(corners))

    def _frame(self, place, total):
        self._pen("black", 2)
        self._painter.drawRect(place)
        line = place.bottom() + _INSET
        self._painter.drawLine(QPointF(1, _TITLE_H), QPointF(self._width - 1, _TITLE_H))
        self._painter.drawLine(QPointF(1, line), QPointF(self._width - 1, line))
        self._pen("black", 3)
        self._painter.drawRect(QRectF(1, 1, self._width - 3, total - 3))

    def _labels(self, labels, place):
        """Haloed labels inside the map, none on another or on the north arrow."""
        placer = LabelPlacer((self._painter, self._family, place), [_arrow_box(place)], labels.outlines, labels.lines)
        left = labels.most
        for label in labels.rows:
            if not label.moves or left > 0:
                left -= placer.put(label) and label.moves


def _arrow_box(place):
    return QRectF(place.right() - 74, place.top() + 10, 64, 104)


def _inside(ticks, low, high):
    """Ticks far enough from the corners for their numbers."""
    return [tick for tick in ticks if low + _NUMBER / 2 <= tick[0] <= high - _NUMBER / 2]


def _multiples(start, length, step):
    first = math.ceil(start / step)
    return [number * step for number in range(first, math.floor((start + length) / step) + 1)]


def round_length(metres: float) -> float:
    """The largest of 1, 2, 5 x 10^n that is not above `metres`."""
    power = 10 ** math.floor(math.log10(metres))
    return max(step * power for step in (1, 2, 5) if step * power <= metres)
