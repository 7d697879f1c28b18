"""A sheet to draw charts and plans on: data to pixels, axes, polygons, labels; no layout, any thread."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Optional

import shapely
from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPolygonF

from ...report.blocks.fonts import chinese_family

_TEXT_PX, _TITLE_PX, _TICKS = 22, 26, 6
# how far words may move from their place, in their own widths and heights: the first that is free is taken
_PLACES = tuple((right, up) for up in (0, 1, 2, -1, 3, -2, 4, -3, 5, -4) for right in (0, 0.55, -0.55))
_MARGIN = (100, 56, 40, 74)  # left, top, right, bottom
INK, GRID, TERRAIN = "#303030", "#d8d8d8", "#a9b48c"
EXISTING, DESIGN, EXCEEDING, SIGHT = "#b5b5b5", "#7fa6c9", "#d7191c", "#c0392b"


class Canvas:
    """One chart of `size` pixels showing data of `box` (left, low, right, top)."""

    def __init__(self, size: tuple[int, int], box: tuple[float, float, float, float], title: str) -> None:
        self.image = QImage(*size, QImage.Format.Format_RGB32)
        self.image.fill(QColor("white"))
        self.box = box
        self.frame = QRectF(
            _MARGIN[0], _MARGIN[1], size[0] - _MARGIN[0] - _MARGIN[2], size[1] - _MARGIN[1] - _MARGIN[3]
        )
        self.painter = QPainter(self.image)
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._family = chinese_family()
        self._taken: list[QRectF] = []  # by words, or kept free of them
        self._lines: list[Any] = []  # words do not cross them where there is room beside
        self.font(_TITLE_PX)
        self.painter.setPen(QColor(INK))
        self.painter.drawText(QRectF(_MARGIN[0], 8, self.frame.width(), 40), _left(), title)

    def font(self, pixels: int) -> None:
        font = QFont(self._family)
        font.setPixelSize(pixels)
        self.painter.setFont(font)

    def at(self, x: float, y: float) -> QPointF:
        left, low, right, top = self.box
        across, up = (x - left) / (right - left), (y - low) / (top - low)
        return QPointF(self.frame.left() + across * self.frame.width(), self.frame.bottom() - up * self.frame.height())

    def axes(self, across: str, up: str, turn: float = 0.0) -> None:
        """Grid lines with numbers, and what the axes hold; `turn`: where the numbers across begin anew."""
        self.font(_TEXT_PX)
        left, low, right, top = self.box
        for value, word in _ticks(left, right, turn):
            self.line([(value, low), (value, top)], GRID, 1)
            place = self.at(value, low)
            self._text(QRectF(place.x() - 80, place.y() + 4, 160, 28), Qt.AlignmentFlag.AlignCenter, word)
        for value, word in _ticks(low, top):
            self.line([(left, value), (right, value)], GRID, 1)
            place = self.at(left, value)
            box = QRectF(0, place.y() - 14, _MARGIN[0] - 8, 28)
            self._text(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, word)
        below = QRectF(self.frame.left(), self.frame.bottom() + 34, self.frame.width(), 30)
        self._text(below, Qt.AlignmentFlag.AlignCenter, across)
        self._text(QRectF(4, 8, _MARGIN[0] - 10, 40), _left(), up)

    def frame_around(self) -> None:
        self.painter.setPen(QPen(QColor(INK), 1.5))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRect(self.frame)

    def _text(self, box: QRectF, flags: Any, word: str) -> None:
        self.painter.setPen(QColor(INK))
        self.painter.drawText(box, flags, word)

    def line(self, points: Sequence[Any], colour: str, width: float, dashed: bool = False) -> None:
        pen = QPen(QColor(colour), width)
        if dashed:
            pen.setStyle(Qt.PenStyle.DashLine)
        self._clipped(pen, None)
        self.painter.drawPolyline(QPolygonF([self.at(float(x), float(y)) for x, y in points]))
        self.painter.setClipping(False)

    def area(self, points: Sequence[Any], fill: str, outline: str = "", width: float = 1.0) -> None:
        """A filled polygon of data points."""
        self._clipped(QPen(QColor(outline or fill), width), fill)
        self.painter.drawPolygon(QPolygonF([self.at(float(x), float(y)) for x, y in points]))
        self.painter.setClipping(False)

    def shape(self, geometry: shapely.Geometry, fill: str, outline: str, width: float = 1.0) -> None:
        """A polygon of the plan with its holes; `fill` "" for none."""
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.OddEvenFill)
        for part in shapely.get_parts(geometry):
            if part.geom_type != "Polygon":
                continue
            for ring in (part.exterior, *part.interiors):
                path.addPolygon(QPolygonF([self.at(x, y) for x, y in shapely.get_coordinates(ring)]))
                path.closeSubpath()
        self._clipped(QPen(QColor(outline), width), fill or None)
        self.painter.drawPath(path)
        self.painter.setClipping(False)

    def picture(self, image: QImage, box: tuple[float, float, float, float]) -> None:
        """An image over a box (left, low, right, top) of data, its pixels as they are."""
        self.painter.setClipRect(self.frame)
        self.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        self.painter.drawImage(QRectF(self.at(box[0], box[3]), self.at(box[2], box[1])), image)
        self.painter.setClipping(False)

    def _clipped(self, pen: QPen, fill: Optional[str]) -> None:
        self.painter.setClipRect(self.frame)
        self.painter.setPen(pen)
        self.painter.setBrush(QColor(fill) if fill else Qt.BrushStyle.NoBrush)

    def mark(self, x: float, y: float, colour: str) -> None:
        """A round mark."""
        self._clipped(QPen(QColor("white"), 2), colour)
        self.painter.drawEllipse(self.at(x, y), 9, 9)
        self.painter.setClipping(False)

    def keep_off(self, shape: shapely.Geometry) -> None:
        """No words on this polygon of the plan."""
        left, low, right, top = shape.bounds
        self._taken.append(QRectF(self.at(left, top), self.at(right, low)))

    def spare(self, geometry: shapely.Geometry) -> None:
        """Words rather stand beside this line, or the outline of this polygon, than on it."""
        for part in shapely.get_parts(geometry):
            lines = shapely.boundary(part) if shapely.get_dimensions(part) == 2 else part
            self._lines += [self._drawn(line) for line in shapely.get_parts(lines) if len(line.coords) > 1]

    def _drawn(self, line: shapely.Geometry) -> shapely.Geometry:
        """A line as it is drawn, in pixels."""
        points = shapely.get_coordinates(line)
        places = (self.at(x, y) for x, y in points.tolist())
        return shapely.LineString([(place.x(), place.y()) for place in places])

    def _free(self, boxes: Iterable[QRectF]) -> Optional[QRectF]:
        """The first box without other words and without a line, else the first without other words."""
        free = [box for box in boxes if not any(box.intersects(other) for other in self._taken)]
        clear = (box for box in free if not any(line.intersects(_shape(box)) for line in self._lines))
        return next(clear, free[0] if free else None)

    def note(self, x: float, y: float, word: str, colour: str = INK) -> bool:
        """Words at a place or beside it, on white, inside the frame; False where other words leave no room for them."""
        self.font(_TEXT_PX)
        size = QFontMetricsF(self.painter.font()).boundingRect(word)
        boxes = (self._note_box(self.at(x, y), size, right, up) for right, up in _PLACES)
        box = self._free(boxes)
        if box is None:
            return False
        self._taken.append(box)
        white = QColor("white")
        white.setAlpha(200)
        self.painter.fillRect(box, white)
        self.painter.setPen(QColor(colour))
        self.painter.drawText(box, Qt.AlignmentFlag.AlignCenter, word)
        return True

    def _note_box(self, place: QPointF, size: QRectF, right: float, up: float) -> QRectF:
        """Where words stand that are moved by so many of their widths and heights."""
        wide, high = size.width(), size.height()
        left = min(max(place.x() - wide / 2 + right * wide, self.frame.left() + 2), self.frame.right() - wide - 6)
        top = place.y() - high - 8 - up * (high + 2)
        top = min(max(top, self.frame.top() + 2), self.frame.bottom() - high - 4)
        return QRectF(left, top, wide + 6, high + 2)

    def legend(self, entries: Sequence[tuple[str, str]]) -> None:
        """Swatches in the upper right corner: (colour, words)."""
        self.font(_TEXT_PX)
        metrics = QFontMetricsF(self.painter.font())
        right = self.frame.right()
        for colour, word in reversed(entries):
            wide = metrics.horizontalAdvance(word)
            self.painter.setPen(QColor(INK))
            self.painter.drawText(QRectF(right - wide, 12, wide + 4, 34), _left(), word)
            self.painter.fillRect(QRectF(right - wide - 30, 20, 22, 18), QColor(colour))
            right -= wide + 54

    def finished(self) -> QImage:
        self.painter.end()
        return self.image


def _shape(box: QRectF) -> shapely.Geometry:
    return shapely.box(box.left(), box.top(), box.right(), box.bottom())


def _left() -> Any:
    return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def _ticks(low: float, high: float, turn: float = 0.0) -> Iterator[tuple[float, str]]:
    """Round values between two, with their words."""
    rough = (high - low) / _TICKS
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 5, 10) if power * m >= rough)
    digits = max(0, -math.floor(math.log10(step)))
    for number in range(math.ceil(low / step), math.floor(high / step) + 1):
        value = number * step
        yield value, f"{value % turn if turn else value:.{digits}f}"


def png(image: QImage) -> bytes:
    """An image as PNG."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(data)


def stacked(images: Sequence[QImage]) -> QImage:
    """Images one below the other."""
    width, height = max(i.width() for i in images), sum(i.height() for i in images)
    stack = QImage(width, height, QImage.Format.Format_RGB32)
    stack.fill(QColor("white"))
    painter, top = QPainter(stack), 0
    for image in images:
        painter.drawImage(0, top, image)
        top += image.height()
    painter.end()
    return stack
