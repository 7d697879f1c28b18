"""Curves of indicators, painted by QPainter for the window and for reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Optional

from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen, QPolygonF

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
        return low - space, high + space


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


def _points(area: QRectF, curve: Curve, years: list[int], last: Optional[int] = None) -> list[QPointF]:
    low, high = curve.bounds()
    first, end = years[0], max(last or years[-1], years[-1])
    span = max(end - first, 1)
    return [
        QPointF(
            area.left() + area.width() * ((year - first) / span if end > first else 0.5),
            area.bottom() - area.height() * (curve.series[year] - low) / (high - low),
        )
        for year in years
    ]


def paint_curve(painter: QPainter, area: QRectF, curve: Curve) -> None:
    """The series with axes and numbers, the way to the target dashed."""
    if not curve.series:
        return
    metrics = QFontMetricsF(painter.font())
    low, high = curve.bounds()
    label = max(metrics.horizontalAdvance(f"{value:,.{curve.decimals}f}") for value in (low, high)) + 10
    plot = area.adjusted(label, metrics.height() * 1.6, -metrics.horizontalAdvance("0000"), -metrics.height() * 1.8)
    years, last = sorted(curve.series), curve.target_year if curve.target is not None else None
    _axes(painter, plot, (low, high), curve.decimals)
    points = _points(plot, curve, years, last)
    _target(painter, plot, curve, points[-1], years)
    painter.setPen(QPen(QColor(curve.colour), 3))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(points))
    painter.setBrush(QBrush(QColor(curve.colour)))
    for year, point in zip(years, points):
        painter.setPen(QPen(QColor(curve.colour), 1))
        painter.drawEllipse(point, 5, 5)
        painter.setPen(QColor(_INK))
        height = metrics.height()
        words = f"{curve.series[year]:,.{curve.decimals}f}"
        painter.drawText(QRectF(point.x() - 120, point.y() - height - 8, 240, height), _CENTRE, words)
        painter.drawText(QRectF(point.x() - 60, plot.bottom() + 6, 120, height), _CENTRE, str(year))


def _axes(painter: QPainter, plot: QRectF, bounds: tuple[float, float], decimals: int) -> None:
    height = QFontMetricsF(painter.font()).height()
    for share in (0.0, 0.5, 1.0):
        y = plot.bottom() - plot.height() * share
        painter.setPen(QPen(QColor(_FAINT), 1))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        painter.setPen(QColor(_INK))
        value = bounds[0] + (bounds[1] - bounds[0]) * share
        painter.drawText(QRectF(0, y - height / 2, plot.left() - 6, height), _RIGHT, f"{value:,.{decimals}f}")


def _target(painter: QPainter, plot: QRectF, curve: Curve, now: QPointF, years: list[int]) -> None:
    if curve.target is None or curve.target_year is None:
        return
    low, high = curve.bounds()
    span = max(max(curve.target_year, years[-1]) - years[0], 1)
    x = plot.left() + plot.width() * (curve.target_year - years[0]) / span
    y = plot.bottom() - plot.height() * (curve.target - low) / (high - low)
    painter.setPen(QPen(QColor(_TARGET), 2, Qt.PenStyle.DashLine))
    painter.drawLine(now, QPointF(x, y))
    painter.setBrush(QBrush(QColor("white")))
    painter.drawEllipse(QPointF(x, y), 6, 6)
    height = QFontMetricsF(painter.font()).height()
    painter.setPen(QColor(_TARGET))
    painter.drawText(QRectF(x - 200, plot.bottom() + 6, 260, height), _CENTRE, str(curve.target_year))
    words = f"{curve.target:,.{curve.decimals}f}"
    painter.drawText(QRectF(x - 244, y - height - 8, 240 + 20, height), _RIGHT, words)
