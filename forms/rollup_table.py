"""The roll-up as a table whose sixth column draws the shares as a bar chart; the last row adds all divisions up."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QModelIndex, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QIcon, QPainter, QPixmap
from qgis.PyQt.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTableWidget, QTableWidgetItem

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.records.period_reports import rollup_table
from ..plugin.bridge.records.rollup_map import MISSING_COLOUR, stage_colour
from ..plugin.core.forms.schema import Form
from ..plugin.gui.widgets.contrast import letters_on

if TYPE_CHECKING:
    from ..plugin.store.rollup import RollupRow

_BAR, _MISSING = 5, 3  # the columns of the chart and of what was not reported
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def LEVELS() -> dict:
    """{level: words}"""
    return {"province": tr("Province"), "city": tr("City"), "county": tr("County"), "town": tr("Town")}


class ShareBar(QStyledItemDelegate):
    """Draws [(colour, share)] as one bar."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        left, area = float(option.rect.left() + 3), option.rect.adjusted(3, 4, -3, -4)
        for colour, share in index.data(Qt.ItemDataRole.UserRole) or ():
            width = area.width() * share
            painter.fillRect(QRectF(left, area.top(), width, area.height()), QColor(colour))
            left += width


def fill_rollup_table(table: QTableWidget, form: Form, rows: "Sequence[RollupRow]") -> None:
    """One row per division: counts by the group field (0 left blank), what was not reported, sums, means, land.

    A last row with the totals.
    """
    heads, _, lines = rollup_table(form, rows)
    values = [c[0] for c in form.field(form.rollup["group"]).codes] or sorted({v for row in rows for v in row.counts})
    titles = [*heads[:_BAR], tr("Shares"), *heads[_BAR:]]
    table.clear()
    table.setColumnCount(len(titles))
    table.setRowCount(len(lines))
    for column, title in enumerate(titles):
        place = column - _BAR - 1
        _set_head(table, column, title, stage_colour(form, values[place]) if 0 <= place < len(values) else None)
    table.setItemDelegateForColumn(_BAR, ShareBar(table))
    for number, line in enumerate(lines):
        counted = _BAR + len(values)
        shown = [*line[:3], *(v or "" for v in line[3:_BAR]), "", *(v or "" for v in line[_BAR:counted])]
        _fill_row(table, number, [*shown, *map(_number_text, line[counted:])])
        if line[_MISSING]:
            table.item(number, _MISSING).setBackground(QColor(MISSING_COLOUR))
            table.item(number, _MISSING).setForeground(QColor(letters_on(MISSING_COLOUR)))
    for number, row in enumerate(rows):
        total = row.total + row.missing
        shares = [(stage_colour(form, v), row.counts.get(v, 0) / total) for v in values if row.counts.get(v)]
        shares += [(MISSING_COLOUR, row.missing / total)] if row.missing else []
        table.item(number, _BAR).setData(Qt.ItemDataRole.UserRole, shares)
    table.resizeColumnsToContents()
    table.setColumnWidth(_BAR, 200)


def _number_text(value):
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _set_head(table, column, title, colour):
    """A column's title; those of the chart carry its colour."""
    item = QTableWidgetItem(title)
    if colour:
        square = QPixmap(12, 12)
        square.fill(QColor(colour))
        item.setIcon(QIcon(square))
    table.setHorizontalHeaderItem(column, item)


def _fill_row(table, number, shown):
    for column, value in enumerate(shown):
        item = QTableWidgetItem(str(value))
        if column > 1:
            item.setTextAlignment(_RIGHT)
        table.setItem(number, column, item)
