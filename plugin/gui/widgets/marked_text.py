"""Cells of a table in which stretches of a text are marked: bold, on a fill of their own."""

from qgis.PyQt.QtCore import QModelIndex, QPointF, QSize, Qt
from qgis.PyQt.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QPainter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from qgis.PyQt.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from .contrast import letters_on

MARKS = Qt.ItemDataRole.UserRole + 7  # a cell's stretches, [(start, length)] of characters
_FILL = QColor("#ffb74d")
_PADDING = 3


class MarkedText(QStyledItemDelegate):
    """Paints the cells that have MARKS; all others as usual."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """The cell's background, and the text upon it."""
        if not index.data(MARKS):
            super().paint(painter, option, index)
            return
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        document, colours = _document(own, index, option.rect.width()), QAbstractTextDocumentLayout.PaintContext()
        colours.palette = own.palette
        own.text = ""
        style = self._table.style() or QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, self._table)
        painter.save()
        painter.setClipRect(option.rect)
        painter.translate(QPointF(option.rect.left(), option.rect.top() - _PADDING))  # level with the cells beside
        document.documentLayout().draw(painter, colours)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # Qt's name
        """As high as the text is at the column's width."""
        hint = super().sizeHint(option, index)
        if not index.data(MARKS):
            return hint
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        document = _document(own, index, self._table.columnWidth(index.column()))
        return QSize(hint.width(), max(hint.height(), int(document.size().height()) - _PADDING))


def _document(option: QStyleOptionViewItem, index: QModelIndex, width: int) -> QTextDocument:
    """The text as it is laid out in a cell of this width."""
    document = QTextDocument()
    document.setDefaultFont(option.font)
    document.setDocumentMargin(_PADDING)
    wrapping = QTextOption()
    wrapping.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    document.setDefaultTextOption(wrapping)
    text = str(index.data() or "")
    document.setPlainText(text)
    document.setTextWidth(width)
    marked = QTextCharFormat()
    marked.setFontWeight(QFont.Weight.Bold)
    marked.setBackground(_FILL)
    marked.setForeground(QColor(letters_on(_FILL.name())))
    cursor = QTextCursor(document)
    for start, length in index.data(MARKS):
        cursor.setPosition(_units(text[:start]))
        cursor.setPosition(_units(text[: start + length]), QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(marked)
    return document


def _units(text: str) -> int:
    """The length as Qt counts it: rare characters (beyond the first 65,536) are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
