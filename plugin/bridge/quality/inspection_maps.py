"""Maps of defects as pictures for the report: painted without layers, in any thread."""

from collections.abc import Callable, Sequence
from typing import Any

import shapely
from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QBrush, QColor, QFont, QImage, QPainter, QPainterPath, QPen

from ...core.land.repair import single_parts
from ...core.land.types import Box
from ...core.quality.defects import Defect, DefectState, Severity
from ...core.quality.inspection_sketch import Sketch
from ...report.blocks.fonts import chinese_family
from ..layers.map_frame import round_length

_SIZE = 900, 560
_MARGIN, _DOT = 12, 7.0
_COLOURS = {Severity.A: "#d7191c", Severity.B: "#e66101", Severity.C: "#2b83ba"}
_GREY, _LAND, _DARK = QColor("#8c8c8c"), QColor("#f2efe6"), QColor("#303030")
_To = Callable[[Any], QPointF]


def sketch_png(sketch: Sketch) -> bytes:
    """PNG of one defect with the features of its layer around it."""
    image, painter, to = _begun(sketch.box)
    painter.setPen(QPen(_GREY, 1.2))
    painter.setBrush(QBrush(_LAND))
    for shape in sketch.around:
        _paint(painter, shape, to)
    colour = QColor(_COLOURS[sketch.defect.severity])
    painter.setPen(QPen(colour, 2.6))
    painter.setBrush(QBrush(colour, Qt.BrushStyle.BDiagPattern))
    _paint(painter, sketch.defect.geometry, to)
    return _finished(image, painter, sketch.box)


def overview_png(land: shapely.Geometry, defects: Sequence[Defect]) -> bytes:
    """PNG of all open defects that have a place, on the outline of the district; b"" where there is nothing to show."""
    placed = [d for d in defects if d.state == DefectState.OPEN and d.geometry is not None and not d.geometry.is_empty]
    if not placed or land is None or shapely.is_empty(land):
        return b""
    left, low, right, top = shapely.bounds(land).tolist()
    room = 0.04 * max(right - left, top - low)
    box = (left - room, low - room, right + room, top + room)
    image, painter, to = _begun(box)
    painter.setPen(QPen(_GREY, 1.5))
    painter.setBrush(QBrush(_LAND))
    _paint(painter, land, to)
    for defect in sorted(placed, key=lambda d: d.severity.value, reverse=True):  # the serious ones on top
        painter.setPen(QPen(QColor("#ffffff"), 1.0))
        painter.setBrush(QBrush(QColor(_COLOURS[defect.severity])))
        box_of = shapely.bounds(defect.geometry).tolist()
        painter.drawEllipse(to(((box_of[0] + box_of[2]) / 2, (box_of[1] + box_of[3]) / 2)), _DOT, _DOT)
    return _finished(image, painter, box)


def _begun(box: Box) -> tuple[QImage, QPainter, _To]:
    image = QImage(*_SIZE, QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(QFont(chinese_family(), 11))
    scale, middle = _scale(box), ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)

    def to(xy: tuple[float, float]) -> QPointF:
        return QPointF(_SIZE[0] / 2 + (xy[0] - middle[0]) * scale, _SIZE[1] / 2 - (xy[1] - middle[1]) * scale)

    return image, painter, to


def _scale(box: Box) -> float:
    """Pixels a metre."""
    return min((_SIZE[0] - 2 * _MARGIN) / (box[2] - box[0]), (_SIZE[1] - 2 * _MARGIN) / (box[3] - box[1]))


def _paint(painter: QPainter, shape: shapely.Geometry, to: _To) -> None:
    """A geometry of any kind, in the pen and brush of the painter."""
    for part in single_parts([shape]):
        if part is None or part.is_empty:
            continue
        if part.geom_type == "Point":
            painter.drawEllipse(to(part.coords[0]), _DOT, _DOT)
        elif part.geom_type == "Polygon":
            path = QPainterPath()
            for ring in (part.exterior, *part.interiors):
                _along(path, ring.coords, to)
                path.closeSubpath()
            painter.drawPath(path)
        else:
            path = QPainterPath()
            _along(path, part.coords, to)
            painter.strokePath(path, painter.pen())


def _along(path: QPainterPath, coordinates: Any, to: _To) -> None:
    points = [to(xy) for xy in coordinates]
    path.moveTo(points[0])
    for point in points[1:]:
        path.lineTo(point)


def _finished(image: QImage, painter: QPainter, box: Box) -> bytes:
    """The picture with its frame and scale bar."""
    width, height = _SIZE
    metres = round_length(width / 4 / _scale(box))
    length = metres * _scale(box)
    bar = QRectF(_MARGIN * 2, height - 2.4 * _MARGIN, length, 5)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(QColor(255, 255, 255, 200)))
    painter.drawRect(bar.adjusted(-8, -26, 8, 8))
    painter.setBrush(QBrush(_DARK))
    painter.drawRect(bar)
    painter.setPen(QPen(_DARK, 1))
    label = f"{metres:g} m" if metres < 1000 else f"{metres / 1000:g} km"
    painter.drawText(QPointF(bar.left(), bar.top() - 6), label)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(0.5, 0.5, width - 1, height - 1))
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(data)
