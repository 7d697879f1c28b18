"""Title, legend, scale bar, north arrow and frame painted on a rendered map."""

import math

from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

_BRUSHES = {
    "solid": Qt.BrushStyle.SolidPattern,
    "f_diagonal": Qt.BrushStyle.FDiagPattern,
    "b_diagonal": Qt.BrushStyle.BDiagPattern,
    "diagonal_x": Qt.BrushStyle.DiagCrossPattern,
    "dense6": Qt.BrushStyle.Dense6Pattern,
    "no": Qt.BrushStyle.NoBrush,
    "outline": Qt.BrushStyle.NoBrush,
}
_ROW, _PAD = 34, 14


class Frame:
    """Dresses a QImage that shows `box` (metres of the plane called `plane_name`)."""

    def __init__(self, image, box, plane_name):
        self._image, self._box, self._plane = image, box, plane_name
        self._metres_per_pixel = box.width() / image.width()

    def dress(self, title, legend):
        """Paint title, legend [(colour, style, text)], scale bar, north arrow, plane name and frame."""
        self._painter = QPainter(self._image)
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._title(title)
        self._legend(legend)
        self._scale_bar()
        self._north_arrow()
        self._painter.setPen(QPen(QColor("black"), 3))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawRect(1, 1, self._image.width() - 3, self._image.height() - 3)
        self._painter.end()

    def _font(self, size, bold=False):
        font = QFont("Noto Sans CJK SC")
        font.setPixelSize(size)
        font.setBold(bold)
        self._painter.setFont(font)
        return QFontMetricsF(font)

    def _panel(self, rectangle):
        self._painter.setPen(QPen(QColor("#888888"), 1))
        self._painter.setBrush(QColor(255, 255, 255, 225))
        self._painter.drawRect(rectangle)
        self._painter.setPen(QColor("black"))

    def _title(self, text):
        metrics = self._font(32, bold=True)
        width = metrics.horizontalAdvance(text) + 4 * _PAD
        rectangle = QRectF((self._image.width() - width) / 2, 16, width, 54)
        self._panel(rectangle)
        self._painter.drawText(rectangle, Qt.AlignmentFlag.AlignCenter, text)

    def _legend(self, rows):
        metrics = self._font(24)
        width = max(metrics.horizontalAdvance(text) for _, _, text in rows) + 54 + 3 * _PAD
        height = _ROW * len(rows) + 2 * _PAD
        left, top = 16, self._image.height() - height - 16
        self._panel(QRectF(left, top, width, height))
        for number, (colour, style, text) in enumerate(rows):
            y = top + _PAD + number * _ROW
            self._painter.setPen(QPen(QColor(colour), 3 if style in ("outline", "no") else 1.5))
            self._painter.setBrush(QBrush(QColor(colour), _BRUSHES[style]))
            self._painter.drawRect(QRectF(left + _PAD, y + 7, 44, _ROW - 14))
            self._painter.setPen(QColor("black"))
            place = QRectF(left + _PAD + 54, y, width, _ROW)
            self._painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _scale_bar(self):
        metres = round_length(self._metres_per_pixel * self._image.width() / 5)
        length = metres / self._metres_per_pixel
        text = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
        metrics = self._font(22)
        width = max(length + 90, metrics.horizontalAdvance(self._plane)) + 2 * _PAD
        left, top = self._image.width() - width - 16, self._image.height() - 106
        self._panel(QRectF(left, top, width, 90))
        for half in (0, 1):
            self._painter.setBrush(QColor("black" if half == 0 else "white"))
            self._painter.setPen(QPen(QColor("black"), 1.5))
            self._painter.drawRect(QRectF(left + _PAD + half * length / 2, top + 18, length / 2, 10))
        self._painter.drawText(QPointF(left + _PAD + length + 10, top + 32), text)
        self._painter.drawText(QPointF(left + _PAD, top + 72), self._plane)

    def _north_arrow(self):
        x, y = self._image.width() - 60, 40
        self._panel(QRectF(x - 32, 16, 64, 104))
        self._painter.setBrush(QColor("black"))
        self._painter.drawPolygon(QPolygonF([QPointF(x, y + 22), QPointF(x - 16, y + 70), QPointF(x, y + 58), QPointF(x + 16, y + 70)]))
        self._font(24, bold=True)
        self._painter.drawText(QRectF(x - 30, 20, 60, 34), Qt.AlignmentFlag.AlignCenter, "北")


def round_length(metres):
    """The largest of 1, 2, 5 x 10^n that is not above `metres`."""
    power = 10 ** math.floor(math.log10(metres))
    return max(step * power for step in (1, 2, 5) if step * power <= metres)
