"""The sheet a rendered map stands on: title above, legend and scale bar below, north arrow; nothing covers the map."""

import math
from dataclasses import dataclass

from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QBrush, QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPolygonF

from ...report.blocks.fonts import chinese_family

_BRUSHES = {
    "solid": Qt.BrushStyle.SolidPattern,
    "f_diagonal": Qt.BrushStyle.FDiagPattern,
    "b_diagonal": Qt.BrushStyle.BDiagPattern,
    "diagonal_x": Qt.BrushStyle.DiagCrossPattern,
    "dense6": Qt.BrushStyle.Dense6Pattern,
    "no": Qt.BrushStyle.NoBrush,
}
_TITLE_H, _ROW, _PAD, _SWATCH, _SCALE_H = 64, 34, 14, 44, 58
_TITLE_PX, _LEGEND_PX, _LABEL_PX = 32, 24, 24  # 24 pixels are 2.8 mm of a print that is 165 mm wide
SOLID_ALPHA = 130  # a filled area lets the land below shine through


@dataclass(frozen=True)
class Swatch:
    """One row of a legend; `style` is a QGIS brush style, `width` the outline in pixels."""

    fill: str
    outline: str
    style: str
    text: str
    width: float = 2.0


class Sheet:
    """Divides `width` x `height` pixels among title, map and legend; `map_size` is what is left for the map."""

    def __init__(self, width, height, legend):
        self._width, self._height, self._legend, self._family = width, height, legend, chinese_family()
        widest = max((self._metrics(_LEGEND_PX).horizontalAdvance(row.text) for row in legend), default=0)
        self._column = min(widest + _SWATCH + 3 * _PAD, width - 2 * _PAD)
        columns = max(int((width - 2 * _PAD) // self._column), 1)
        self._rows = math.ceil(len(legend) / columns)
        self._foot = self._rows * _ROW + _PAD + _SCALE_H
        self.map_size = (width, max(height - _TITLE_H - self._foot, height // 3))

    def dress(self, drawn, title, plane_name, metres_per_pixel, labels=(), most=8):
        """Return the finished QImage; `drawn`: the map, `labels`: [(x, y, text)] in pixels of the map, the most
        important first; at `most` so many are put in, more would hide the map."""
        total = _TITLE_H + drawn.height() + self._foot
        image = QImage(self._width, total, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        self._painter = QPainter(image)
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._painter.drawImage(0, _TITLE_H, drawn)
        self._labels(labels, QRectF(0, _TITLE_H, drawn.width(), drawn.height()), most)
        self._title(title)
        self._draw_legend(_TITLE_H + drawn.height() + _PAD)
        self._scale_bar(total - _SCALE_H, plane_name, metres_per_pixel)
        self._north_arrow()
        self._frame(drawn, total)
        self._painter.end()
        return image

    def _metrics(self, pixels, bold=False):
        self._font = QFont(self._family)
        self._font.setPixelSize(pixels)
        self._font.setBold(bold)
        return QFontMetricsF(self._font)

    def _pen(self, colour, width, brush=None):
        self._painter.setPen(QPen(QColor(colour), width))
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
        self._text(QRectF(_PAD, 0, self._width - 2 * _PAD, _TITLE_H), Qt.AlignmentFlag.AlignCenter, text)

    def _draw_legend(self, top):
        self._metrics(_LEGEND_PX)
        for number, row in enumerate(self._legend):
            x = 2 * _PAD + number // self._rows * self._column
            y = top + number % self._rows * _ROW
            box = QRectF(x, y + 7, _SWATCH, _ROW - 14)
            colour = QColor(row.fill)
            colour.setAlpha(SOLID_ALPHA if row.style == "solid" else 255)
            self._pen(row.outline, row.width, QBrush(colour, _BRUSHES[row.style]))
            self._painter.drawRect(box)
            place = QRectF(x + _SWATCH + 10, y, self._column - _SWATCH - 2 * _PAD, _ROW)
            self._text(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, row.text)

    def _scale_bar(self, top, plane_name, metres_per_pixel):
        metres = round_length(metres_per_pixel * self._width / 5)
        length = metres / metres_per_pixel
        for half, colour in enumerate(("black", "white")):
            self._pen("black", 1.5, QBrush(QColor(colour)))
            self._painter.drawRect(QRectF(2 * _PAD + half * length / 2, top + 24, length / 2, 10))
        self._metrics(22)
        middle = Qt.AlignmentFlag.AlignVCenter
        unit = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
        self._text(QRectF(2 * _PAD + length + 12, top, 160, _SCALE_H), middle | Qt.AlignmentFlag.AlignLeft, unit)
        left = 2 * _PAD + length + 180
        self._text(
            QRectF(left, top, self._width - left - 2 * _PAD, _SCALE_H), middle | Qt.AlignmentFlag.AlignRight, plane_name
        )

    def _north_arrow(self):
        x, top = self._width - 52, _TITLE_H + 14
        self._pen("#888888", 1, QBrush(QColor(255, 255, 255, 225)))
        self._painter.drawRect(QRectF(x - 32, top, 64, 104))
        self._metrics(_LEGEND_PX, bold=True)
        self._text(QRectF(x - 30, top + 2, 60, 36), Qt.AlignmentFlag.AlignCenter, "北")
        self._pen("black", 1, QBrush(QColor("black")))
        tip = top + 42
        corners = [QPointF(x, tip), QPointF(x - 16, tip + 50), QPointF(x, tip + 38), QPointF(x + 16, tip + 50)]
        self._painter.drawPolygon(QPolygonF(corners))

    def _frame(self, drawn, total):
        self._pen("black", 2)
        self._painter.drawRect(QRectF(1, _TITLE_H, self._width - 2, drawn.height()))
        self._pen("black", 3)
        self._painter.drawRect(QRectF(1, 1, self._width - 3, total - 3))

    def _labels(self, labels, place, most):
        """Haloed labels inside the map; one that would lie on another is moved down a little, or left out."""
        metrics, taken = self._metrics(_LABEL_PX), []
        for x, y, text in labels:
            width, height = metrics.horizontalAdvance(text), metrics.height()
            left = min(max(place.left() + x - width / 2, place.left() + 8), place.right() - width - 8)
            for shift in (0, 1, -1, 2, -2, 3):
                box = QRectF(left, place.top() + y - height / 2 + shift * height, width, height)
                if place.contains(box) and not any(box.intersects(other) for other in taken):
                    self._halo(QPointF(box.left(), box.top() + metrics.ascent()), text)
                    taken.append(box)
                    break
            if len(taken) == most:
                return

    def _halo(self, baseline, text):
        path = QPainterPath()
        path.addText(baseline, self._font, text)
        self._pen("white", 5)
        self._painter.drawPath(path)
        self._painter.fillPath(path, QColor("#7f0000"))


def round_length(metres):
    """The largest of 1, 2, 5 x 10^n that is not above `metres`."""
    power = 10 ** math.floor(math.log10(metres))
    return max(step * power for step in (1, 2, 5) if step * power <= metres)
