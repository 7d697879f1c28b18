"""Cards of indicators: status, value, the share used against the time gone, a sparkline; painted, no web view."""

from typing import Any, Optional

from qgis.PyQt.QtCore import QAbstractListModel, QModelIndex, QRectF, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QFontMetricsF, QPainter, QPen
from qgis.PyQt.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ...bridge.i18n import tr
from ...bridge.monitoring.indicator_charts import paint_sparkline
from ...bridge.monitoring.indicator_report import curve_of
from ...bridge.monitoring.indicator_titles import COLOURS, nature_names, status_names
from ...core.indicators.indicator_results import IndicatorRun, IndicatorValue
from ...core.indicators.warning_rules import Colour, shown
from ...core.messages import language
from ..widgets.empty_hint import EmptyHint

_HEIGHT, _STRIPE, _PAD, _SPARK = 74, 5, 8, 92
_SMALLEST = 0.8  # of the size of the letters
_INK, _FAINT, _BACK, _CHOSEN = "#202020", "#6b6b6b", "#ffffff", "#e3effb"
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_VALUE = Qt.ItemDataRole.UserRole


class CardModel(QAbstractListModel):
    """The values of one place in the year, the gravest status first."""

    def __init__(self) -> None:
        super().__init__()
        self.run: Optional[IndicatorRun] = None
        self._values: list[IndicatorValue] = []

    def show(self, run: IndicatorRun, code: str, colour: str = "") -> None:
        """Fill; `colour`: only cards of one status."""
        order = list(Colour)
        found = [v for v in run.of_year(code) if colour in ("", v.status.colour.value)]
        self.beginResetModel()
        self.run, self._values = run, sorted(found, key=lambda value: order.index(value.status.colour))
        self.endResetModel()

    def rowCount(self, parent: Optional[QWidget] = None) -> int:
        return len(self._values)

    def value(self, row: int) -> IndicatorValue:
        """The IndicatorValue of a row."""
        return self._values[row]

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        value = self._values[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return str(value.indicator.title)
        if role == Qt.ItemDataRole.ToolTipRole:
            return value.reason(language()) or value.indicator.note or None
        return value if role == _VALUE else None


class _CardPainter(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(240, _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        value, model = index.data(_VALUE), index.model()
        box = QRectF(option.rect).adjusted(2, 2, -2, -2)
        colour = QColor(COLOURS[value.status.colour])
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(box, QColor(_CHOSEN if chosen else _BACK))
        painter.setPen(QPen(QColor("#cfd4da"), 1))
        painter.drawRect(box)
        painter.fillRect(QRectF(box.left(), box.top(), _STRIPE, box.height()), colour)
        inner = box.adjusted(_STRIPE + _PAD, 4, -_PAD, -4)
        self._draw_texts(painter, inner, value)
        spark = QRectF(inner.right() - _SPARK, inner.top() + 20, _SPARK, inner.height() - 26)
        if model.run is not None:
            paint_sparkline(painter, spark, curve_of(model.run, value.indicator, value.place.code))
        painter.restore()

    def _draw_texts(self, painter: QPainter, area: QRectF, value: IndicatorValue) -> None:
        metrics, line = QFontMetricsF(painter.font()), area.height() / 3
        top = QRectF(area.left(), area.top(), area.width(), line)
        status = status_names()[value.status.colour.value]
        painter.setPen(QColor(_FAINT))
        painter.drawText(top, _RIGHT, status)
        room = area.width() - metrics.horizontalAdvance(status) - 10
        painter.setPen(QColor(_INK))
        name = str(value.indicator.title)
        painter.drawText(top, _LEFT, metrics.elidedText(name, Qt.TextElideMode.ElideRight, room))
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        number = shown(value.indicator, value.value) if value.value is not None else tr("Not computed")
        painter.drawText(top.translated(0, line), _LEFT, number)
        font.setBold(False)
        painter.setFont(font)
        painter.setPen(QColor(_FAINT))
        _draw_within(painter, top.translated(0, 2 * line), area.width() - _SPARK - 8, _standing(value))


def _draw_within(painter: QPainter, box: QRectF, room: float, text: str) -> None:
    """Text in smaller letters where it would be cut, cut only below the smallest that is readable."""
    font, needed = painter.font(), painter.fontMetrics().horizontalAdvance(text)
    if needed > room:
        font.setPointSizeF(font.pointSizeF() * max(_SMALLEST, 0.98 * room / needed))
        painter.setFont(font)
    painter.drawText(box, _LEFT, painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room)))


def _standing(value: IndicatorValue) -> str:
    """The line below the number: target and share, or what is missing."""
    stands = value.standing
    if value.value is None:
        return "；".join(remark.text(language()) for remark in value.outcome.missing)
    if stands.target is None:
        return nature_names()[value.indicator.nature.value]
    text = tr("Target {0}: {1}").format(stands.target_year, shown(value.indicator, stands.target))
    if stands.used is not None and stands.elapsed is not None:
        shares = tr("used {0} / time {1}") if stands.is_limit else tr("reached {0} / time {1}")
        text += "  " + shares.format(f"{stands.used:.0%}", f"{stands.elapsed:.0%}")
    return text


class CardList(QListView):
    """`chosen(IndicatorValue)` when a card is clicked or reached by the keyboard."""

    chosen = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        self.cards = CardModel()
        self.setModel(self.cards)
        self.setItemDelegate(_CardPainter(self))
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setMinimumHeight(2 * _HEIGHT - 20)  # on a low screen, so that the buttons below stay in sight
        self.hint = EmptyHint(self)
        self.hint.tell(tr("Open the layers of a county, choose the divisions and the year, then compute."))
        self.selectionModel().currentChanged.connect(self._current)

    def show_run(self, run: IndicatorRun, code: str, colour: str = "") -> None:
        """Show the cards of one place."""
        self.cards.show(run, code, colour)
        self.hint.tell("" if self.cards.rowCount() else tr("No indicator has this status."))

    def _current(self, index: QModelIndex, _before: QModelIndex = None) -> None:
        if index.isValid():
            self.chosen.emit(self.cards.value(index.row()))
