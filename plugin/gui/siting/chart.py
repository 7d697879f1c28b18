"""The contributions chart: a bar a site, a piece a factor; its length is the score."""

from typing import Any

from qgis.PyQt.QtCore import QPointF, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from qgis.PyQt.QtWidgets import QWidget

from ...bridge.i18n import tr
from ..widgets.contrast import letters_on

PALETTE = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#bbbbbb", "#e69f00", "#009e73", "#d55e00")
_BAR, _GAP, _MARGIN = 20.0, 8.0, 10.0


class ContributionChart(QWidget):
    """`show_bars(rows, factors)`: rows of (label, score, [contribution of each factor]), factors' titles in the
    same order.
    """

    def __init__(self):
        super().__init__()
        self._rows, self._factors = [], []

    def show_bars(self, rows: Any, factors: Any) -> None:
        """Draw these sites."""
        self._rows, self._factors = rows, factors
        self.setMinimumHeight(int(self._height(max(self.width(), 300))))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, int(self._height(420)))

    def _height(self, width):
        return 2 * _MARGIN + len(self._rows) * (_BAR + _GAP) + 24 + self._legend(None, width, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.setMinimumHeight(int(self._height(self.width())))
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("white"))
        painter.setPen(QColor("#202020"))
        if not self._rows or not self._factors:
            message = (
                tr("Nothing has been scored yet.") if not self._rows else tr("The criteria have no scored factor.")
            )
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), message)
            return
        metrics = QFontMetricsF(painter.font())
        left = max(metrics.horizontalAdvance(label) for label, _, _ in self._rows) + 2 * _MARGIN
        area = QRectF(left, _MARGIN, self.width() - left - 60, len(self._rows) * (_BAR + _GAP))
        self._axis(painter, area)
        for number, row in enumerate(self._rows):
            self._bar(painter, area, area.top() + number * (_BAR + _GAP), row)
        self._legend(painter, self.width(), area.bottom() + 24)

    def _axis(self, painter, area):
        for score in (0, 25, 50, 75, 100):
            x = area.left() + area.width() * score / 100
            painter.setPen(QColor("#dddddd"))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.setPen(QColor("#555555"))
            text = tr("{0} points").format(score) if score == 100 else str(score)
            painter.drawText(QRectF(x - 40, area.bottom(), 80, 20), int(Qt.AlignmentFlag.AlignCenter), text)

    def _bar(self, painter, area, top, row):
        label, score, parts = row
        painter.setPen(QColor("#202020"))
        side = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRectF(0, top, area.left() - _MARGIN, _BAR), side, label)
        x = area.left()
        for number, part in enumerate(parts):
            width = area.width() * part / 100
            painter.fillRect(QRectF(x, top, width, _BAR), QColor(PALETTE[number % len(PALETTE)]))
            text = f"{part:.1f}"
            if QFontMetricsF(painter.font()).horizontalAdvance(text) < width - 4:
                painter.setPen(QColor(letters_on(PALETTE[number % len(PALETTE)])))
                painter.drawText(QRectF(x, top, width, _BAR), int(Qt.AlignmentFlag.AlignCenter), text)
            x += width
        painter.setPen(QColor("#202020"))
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRectF(x + 6, top, 60, _BAR), left, f"{score:.1f}" if score == score else "—")

    def _legend(self, painter, width, top):
        """Draw the legend (where there is a painter) and return its height."""
        metrics = QFontMetricsF(self.font())
        x, y = _MARGIN, top
        for number, factor in enumerate(self._factors):
            need = metrics.horizontalAdvance(factor) + 34
            if x > _MARGIN and x + need > width:
                x, y = _MARGIN, y + 20
            if painter is not None:
                painter.fillRect(QRectF(x, y + 4, 12, 12), QColor(PALETTE[number % len(PALETTE)]))
                painter.setPen(QColor("#202020"))
                painter.drawText(
                    QRectF(x + 17, y, need, 20), int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), factor
                )
            x += need
        return y - top + 24
