"""Charts of redevelopment, painted by QPainter for the window and for reports: bars, funnel, curve."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Callable, Optional

from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from ...core.indicators.redevelopment_model import Light, Progress
from ...core.indicators.redevelopment_stages import StageRow, done_curve
from ...core.land.rounding import half_up
from ..i18n import tr

LIGHT_COLOURS = {Light.GREEN: "#2e9d57", Light.YELLOW: "#e0a100", Light.RED: "#d7302a", Light.GREY: "#9a9a9a"}
_INK, _FAINT, _TASK = "#202020", "#d0d0d0", "#e4e8ee"
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class Bar:
    """One bar: its label, the task (None: none given), what is done, what is due, its colour."""

    label: str
    task: Optional[float]
    done: float
    due: Optional[float]
    light: Light


def bars_of(progress: Progress, name: Callable[[str], str]) -> list[Bar]:
    """A Bar for each division, the one furthest behind first."""
    rows = sorted(progress.divisions(), key=lambda row: (row.rate is None, row.rate or 0.0))
    return [Bar(name(row.division), row.task_mu, row.done_mu, row.due_mu, row.light) for row in rows]


def paint_bars(painter: QPainter, area: QRectF, bars: Sequence[Bar]) -> None:
    """Task (grey) and what is done of it (coloured by light), the amount due as a dark mark."""
    if not bars:
        painter.setPen(QColor(_INK))
        painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), tr("No tasks and no projects."))
        return
    metrics = QFontMetricsF(painter.font())
    label = min(max(metrics.horizontalAdvance(bar.label) for bar in bars) + 10, area.width() * 0.3)
    number = metrics.horizontalAdvance("0,000.0 / 0,000.0  100%") + 8
    row = min(area.height() / len(bars), metrics.height() * 2.2)
    width = max(area.width() - label - number, 10)
    most = max(max(bar.task or 0, bar.done, bar.due or 0) for bar in bars) or 1.0
    for at, bar in enumerate(bars):
        top, height = area.top() + at * row, row * 0.7
        painter.setPen(QColor(_INK))
        painter.drawText(QRectF(area.left(), top, label - 6, height), int(_RIGHT), bar.label)
        x = area.left() + label
        if bar.task is not None:
            painter.fillRect(QRectF(x, top, width * bar.task / most, height), QColor(_TASK))
        painter.fillRect(
            QRectF(x, top + height * 0.18, width * bar.done / most, height * 0.64), QColor(LIGHT_COLOURS[bar.light])
        )
        if bar.due:
            painter.setPen(QPen(QColor(_INK), 2))
            mark = x + width * bar.due / most
            painter.drawLine(QPointF(mark, top - 1), QPointF(mark, top + height + 1))
        painter.setPen(QColor(_INK))
        painter.drawText(QRectF(area.right() - number, top, number, height), int(_RIGHT), bar_label(bar))


def bar_label(bar: Bar) -> str:
    """Done / task and the rate."""
    if bar.task is None:
        return f"{half_up(bar.done, 1):,.1f} / —"
    rate = f"  {half_up(bar.done / bar.task * 100, 0):.0f}%" if bar.task else ""
    return f"{half_up(bar.done, 1):,.1f} / {half_up(bar.task, 1):,.1f}{rate}"


def paint_funnel(painter: QPainter, area: QRectF, rows: Sequence[StageRow]) -> None:
    """Projects that came at least to each stage (light) and that are in it (dark)."""
    metrics = QFontMetricsF(painter.font())
    label = max((metrics.horizontalAdvance(row.stage) for row in rows), default=0) + 10
    number = metrics.horizontalAdvance("0000 / 0000") + 8
    height = min(area.height() / max(len(rows), 1), metrics.height() * 2.0)
    width, most = max(area.width() - label - number, 10), max((row.reached for row in rows), default=0) or 1
    for at, row in enumerate(rows):
        top = area.top() + at * height
        long, dark = width * row.reached / most, width * row.now / most
        x = area.left() + label + (width - long) / 2
        painter.setPen(QColor(_INK))
        painter.drawText(QRectF(area.left(), top, label - 6, height * 0.8), int(_RIGHT), row.stage)
        painter.fillRect(QRectF(x, top, long, height * 0.8), QColor("#bcd4ea"))
        painter.fillRect(QRectF(x + (long - dark) / 2, top, dark, height * 0.8), QColor("#2f6fab"))
        count_text = f"{row.now} / {row.reached}"
        painter.drawText(QRectF(area.right() - number, top, number, height * 0.8), int(_RIGHT), count_text)


def paint_curve(painter: QPainter, area: QRectF, progress: Progress) -> None:
    """What is due over the year against what is done, the forecast dashed."""
    metrics = QFontMetricsF(painter.font())
    done, total = done_curve(progress), progress.total
    first, last = date(progress.year, 1, 1), date(progress.year, 12, 31)
    forecast = None if total.forecast_mu is None else total.forecast_mu - total.beyond_mu
    most = max(total.task_mu or 0, total.done_mu - total.beyond_mu, forecast or 0) or 1.0
    plot = QRectF(area.left() + metrics.horizontalAdvance(f"{most:,.0f}") + 8, area.top() + metrics.height(), 0, 0)
    plot.setRight(area.right() - 14)
    plot.setBottom(area.bottom() - metrics.height() * 1.5)

    def place(day: date, mu: float) -> QPointF:
        share = (day - first).days / (last - first).days
        return QPointF(plot.left() + plot.width() * share, plot.bottom() - plot.height() * mu / most)

    _axes(painter, plot, most)
    if total.task_mu:
        due = progress.settings.due_curve
        days = [first + (last - first) * x for x, _ in due]
        _line(painter, [place(d, total.task_mu * y) for d, (_, y) in zip(days, due)], "#606060", dashed=False)
    _line(painter, [place(day, mu) for day, mu in done], LIGHT_COLOURS[total.light], dashed=False, width=3.0)
    if forecast is not None and progress.as_of < last:
        ends = [place(progress.as_of, total.done_mu - total.beyond_mu), place(last, forecast)]
        _line(painter, ends, LIGHT_COLOURS[total.light], dashed=True)


def _axes(painter: QPainter, plot: QRectF, most: float) -> None:
    painter.setPen(QPen(QColor(_FAINT), 1))
    painter.drawRect(plot)
    height = QFontMetricsF(painter.font()).height()
    painter.setPen(QColor(_INK))
    for share in (0.0, 0.5, 1.0):
        y = plot.bottom() - plot.height() * share
        box = QRectF(0, y - height / 2, plot.left() - 5, height)
        painter.drawText(box, int(_RIGHT), f"{most * share:,.0f}")
    for month in (1, 4, 7, 10):
        x = plot.left() + plot.width() * (month - 1) / 12
        painter.drawText(QRectF(x, plot.bottom() + 3, 90, height), int(_LEFT), tr("{0}/1").format(month))
    painter.drawText(QRectF(plot.left(), plot.top() - height - 2, 200, height), int(_LEFT), tr("mu"))


def _line(painter: QPainter, points: Sequence[QPointF], colour: str, dashed: bool, width: float = 2.0) -> None:
    pen = QPen(QColor(colour), width)
    pen.setStyle(Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(list(points)))
