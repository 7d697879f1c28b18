"""A map of plots by classes as a picture: plain polygons, their legend, scale and coordinates; any thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import shapely
from pyproj import CRS
from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF
from qgis.PyQt.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from ...core.land import crs as crs_rules
from ...report.blocks.wording import display_width
from ..layers.map_frame import Ground, Labels, Sheet, Swatch
from ..layers.map_labels import Label
from ..layers.map_style import round_scale

_PRINT_MM, _MARGIN, _SMALLEST_PX = 160.0, 1.15, 9.0
_GREY = "#7a7a7a"
_NAMED, _NAME_PX = 60, 20


@dataclass(frozen=True)
class PlotClass:
    """One class of the legend: its plots are drawn in `colour` ("#rrggbb"); `names`: written on its plots."""

    title: str
    colour: str
    shapes: Sequence[Any]
    names: Sequence[str] = ()


def land_picture(
    classes: Sequence[PlotClass],
    title: str,
    plane: CRS,
    outline: Optional[Any] = None,
    size: tuple[int, int] = (1400, 1000),
) -> bytes:
    """PNG of plots on the plane; `outline`: the division around them. b"" where nothing has a shape."""
    drawn = [s for c in classes for s in c.shapes if s is not None] + ([outline] if outline is not None else [])
    if not drawn:
        return b""
    legend = [
        Swatch(c.colour, _GREY, "solid", f"{c.title}（{len(c.shapes)}）", 1.0, alpha=255)
        for c in classes
        if len(c.shapes)
    ]
    sheet = Sheet(*size, legend)
    left, top, metres, scale = _frame(shapely.total_bounds(np.asarray(drawn, dtype=object)), sheet.map_size, size)
    image = QImage(*sheet.map_size, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if outline is not None:
        painter.setPen(QPen(QColor(_GREY), 2.0))
        painter.drawPath(screen_path(outline, left, top, metres))
    for one in classes:
        painter.setPen(QPen(QColor("#404040"), 0.8))
        painter.setBrush(QColor(one.colour))
        for shape in one.shapes:
            _plot(painter, shape, left, top, metres)
    painter.end()
    ground = Ground(left, top, metres, crs_rules.describe(plane), scale)
    return png(sheet.dress(image, title, ground, Labels(_names(classes, ground), _NAMED)))


def _names(classes: Sequence[PlotClass], ground: Ground) -> list[Label]:
    """The names of the largest plots, those of the largest first. A plot that is narrower than its name goes without:
    with some hundred divisions it would lie on those beside.
    """
    metres = ground.metres_per_pixel
    named = [(s, name) for c in classes for s, name in zip(c.shapes, c.names) if _has_room(s, name, metres)]
    largest = sorted(named, key=lambda one: -one[0].area)[:_NAMED]
    inside = [shapely.point_on_surface(shape) for shape, _ in largest]
    return [
        Label((at.x - ground.left) / metres, (ground.top - at.y) / metres, name, "#202020", _NAME_PX, False, True)
        for at, (_, name) in zip(inside, largest)
    ]


def _has_room(shape: Optional[shapely.Geometry], name: str, metres: float) -> bool:
    if shape is None or shape.is_empty or not name:
        return False
    left, low, right, top = shape.bounds
    return (right - left) / metres >= display_width(name) * _NAME_PX / 2 and (top - low) / metres >= _NAME_PX


def _frame(bounds: np.ndarray, map_size: tuple[int, int], paper: tuple[int, int]) -> tuple[float, float, float, int]:
    """Left and top of the map in metres, metres of a pixel, n of the scale 1:n."""
    left, low, right, top = bounds
    aspect, print_mm = map_size[0] / map_size[1], _PRINT_MM * map_size[0] / paper[0]
    scale = round_scale(max((right - left) * _MARGIN, (top - low) * _MARGIN * aspect, 200.0), print_mm)
    width = scale * print_mm / 1000
    return (left + right - width) / 2, (low + top + width / aspect) / 2, width / map_size[0], scale


def _plot(painter: QPainter, shape: shapely.Geometry, left: float, top: float, metres: float) -> None:
    """A polygon; one that is too small to be seen as a dot."""
    if shape is None or shape.is_empty:
        return
    x0, y0, x1, y1 = shape.bounds
    if max(x1 - x0, y1 - y0) / metres < _SMALLEST_PX:
        middle = QPointF(((x0 + x1) / 2 - left) / metres, (top - (y0 + y1) / 2) / metres)
        painter.drawEllipse(middle, _SMALLEST_PX / 2, _SMALLEST_PX / 2)
        return
    painter.drawPath(screen_path(shape, left, top, metres))


def screen_path(shape: shapely.Geometry, left: float, top: float, metres: float) -> QPainterPath:
    """The rings of a polygon on a picture whose top left corner is (left, top), `metres` a pixel."""
    path = QPainterPath()
    for ring in shapely.get_rings(shapely.get_parts(shape)):
        points = shapely.get_coordinates(ring)
        for number, (x, y) in enumerate(points):
            at = QPointF((x - left) / metres, (top - y) / metres)
            path.lineTo(at) if number else path.moveTo(at)
        path.closeSubpath()
    return path


def png(image: QImage) -> bytes:
    """The picture as a PNG file."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(data)


def chart_png(paint: Any, width: int, height: int, font: str = "") -> bytes:
    """PNG of what `paint(painter, rectangle)` draws; letters as large as a print of 160 mm needs them."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    letters = painter.font()
    if font:
        letters.setFamily(font)
    letters.setPixelSize(24)
    painter.setFont(letters)
    paint(painter, QRectF(12, 12, width - 24, height - 24))
    painter.end()
    return png(image)
