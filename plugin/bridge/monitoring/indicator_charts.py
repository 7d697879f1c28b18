"""Curves of indicators, painted by QPainter for the window and for reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Optional

from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen, QPolygonF

_KNOWN = 0.7  # of the width: years that have values
_INK, _FAINT, _TARGET = "#202020", "#d0d0d0", "#b0302a"
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True)
class Curve:
    """A series by year, the target that belongs to a later year, the colour of its line."""

    series: Mapping[int, float]
    colour: str = "#2f6fab"
    target: Optional[float] = None
    target_year: Optional[int] = None
    decimals: int = 2

    def bounds(self) -> tuple[float, float]:
        """Lowest and highest value, never equal."""
        values = [*self.series.values(), *([self.target] if self.target is not None else [])]
        low, high = min(values), max(values)
        space = (high - low) * 0.12 or abs(high) * 0.05 or 1.0
        least = low - space if low < 0 else max(low - space, 0.0)  # nothing here is below nought unless it was
        return least, high + space


def paint_sparkline(painter: QPainter, area: QRectF, curve: Curve) -> None:
    """A small line without axes, its last point marked."""
    if not curve.series:
        return
    points = _points(area.adjusted(3, 3, -4, -3), curve, sorted(curve.series))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if curve.target is not None:
        low, high = curve.bounds()
        y = area.bottom() - 3 - (curve.target - low) / (high - low) * (area.height() - 6)
        painter.setPen(QPen(QColor(_TARGET), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
    painter.setPen(QPen(QColor(curve.colour), 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(points))
    painter.setBrush(QBrush(QColor(curve.colour)))
    painter.drawEllipse(points[-1], 2.4, 2.4)


def _points(area: QRectF, curve: Curve, years: list[int]) -> list[QPointF]:
    low, high = curve.bounds()
    first, end = years[0], years[-1]
    span = max(end - first, 1)
    return [
        QPointF(
            area.left() + area.width() * ((year - first) / span if end > first else 0.5),
            area.bottom() - area.height() * (curve.series[year] - low) / (high - low),
        )
        for year in years
    ]


def paint_curve(painter: QPainter, area: QRectF, curve: Curve) -> None:
    """The series with axes and numbers; the way to the target dashed, on a part of the axis that is not to scale."""
    if not curve.series:
        return
    metrics = QFontMetricsF(painter.font())
    low, high = curve.bounds()
    label = max(metrics.horizontalAdvance(_value_text(curve, value)) for value in (low, high)) + 10
    plot = area.adjusted(label, metrics.height() * 1.3, -metrics.horizontalAdvance("0000"), -metrics.height() * 1.4)
    has_target = curve.target is not None and curve.target_year is not None
    years, known = sorted(curve.series), QRectF(plot)
    if has_target:
        known.setRight(plot.left() + plot.width() * _KNOWN)
    _axes(painter, plot, curve)
    points = _points(known.adjusted(label * 0.6, 0, 0, 0), curve, years)
    if has_target:
        _target(painter, plot, curve, points[-1])
    painter.setPen(QPen(QColor(curve.colour), 3))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(points))
    painter.setBrush(QBrush(QColor(curve.colour)))
    height, free = metrics.height(), plot.left()
    for year, point in zip(years, points):
        painter.setPen(QPen(QColor(curve.colour), 1))
        painter.drawEllipse(point, 4, 4)
        painter.setPen(QColor(_INK))
        painter.drawText(QRectF(point.x() - 60, plot.bottom() + 3, 120, height), _CENTRE, str(year))
        wide = metrics.horizontalAdvance(_value_text(curve, curve.series[year])) + 6
        if point.x() - wide / 2 >= free:
            place = QRectF(point.x() - wide / 2, point.y() - height - 5, wide, height)
            painter.drawText(place, _CENTRE, _value_text(curve, curve.series[year]))
            free = point.x() + wide / 2


def _value_text(curve: Curve, value: float) -> str:
    return f"{value:,.{curve.decimals}f}"


def _axes(painter: QPainter, plot: QRectF, curve: Curve) -> None:
    height, (low, high) = QFontMetricsF(painter.font()).height(), curve.bounds()
    for share in (0.0, 0.5, 1.0):
        y = plot.bottom() - plot.height() * share
        painter.setPen(QPen(QColor(_FAINT), 1))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        painter.setPen(QColor(_INK))
        box = QRectF(0, y - height / 2, plot.left() - 6, height)
        painter.drawText(box, _RIGHT, _value_text(curve, low + (high - low) * share))


def _target(painter: QPainter, plot: QRectF, curve: Curve, now: QPointF) -> None:
    low, high = curve.bounds()
    metrics = QFontMetricsF(painter.font())
    goal = float(curve.target or 0.0)
    x, y = plot.right(), plot.bottom() - plot.height() * (goal - low) / (high - low)
    painter.setPen(QPen(QColor(_TARGET), 1.6, Qt.PenStyle.DashLine))
    painter.drawLine(now, QPointF(x, y))
    painter.setPen(QPen(QColor(_TARGET), 1.6))
    painter.setBrush(QBrush(QColor("white")))
    painter.drawEllipse(QPointF(x, y), 5, 5)
    height = metrics.height()
    painter.drawText(QRectF(x - 60, plot.bottom() + 3, 120, height), _CENTRE, str(curve.target_year))
    place = QRectF(x - 260 + metrics.horizontalAdvance("0000"), y - height - 5, 260, height)
    painter.drawText(place, _RIGHT, _value_text(curve, goal))
