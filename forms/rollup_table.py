"""The roll-up as a table whose fourth column draws the shares as a bar chart; the last row adds all divisions up."""

from qgis.PyQt.QtCore import QRectF, Qt
from qgis.PyQt.QtGui import QColor, QIcon, QPixmap
from qgis.PyQt.QtWidgets import QStyledItemDelegate, QTableWidgetItem

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.records.rollup_map import stage_colour

_BAR = 3  # the column of the chart
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def LEVELS():
    """{level: words}"""
    return {"province": tr("Province"), "city": tr("City"), "county": tr("County"), "town": tr("Town")}


class ShareBar(QStyledItemDelegate):
    """Draws [(colour, share)] as one bar."""

    def paint(self, painter, option, index):
        left, area = float(option.rect.left() + 3), option.rect.adjusted(3, 4, -3, -4)
        for colour, share in index.data(Qt.ItemDataRole.UserRole) or ():
            width = area.width() * share
            painter.fillRect(QRectF(left, area.top(), width, area.height()), QColor(colour))
            left += width


def fill_rollup_table(table, form, rows):
    """One row per division: counts by the group field (0 left blank), sums, means, shares.

    A last row with the totals.
    """
    field = form.field(form.rollup["group"])
    values = [c[0] for c in field.codes] or sorted({v for row in rows for v in row.counts})
    sums, means = list(form.rollup.get("sum", ())), list(form.rollup.get("mean", ()))
    titles = [tr("Code"), tr("Name"), tr("Total"), tr("Shares"), *(field.label(v) for v in values)]
    titles += [form.field(k).title_with_unit for k in sums] + [
        tr("Mean {0}").format(form.field(k).title_with_unit) for k in means
    ]
    table.clear()
    table.setColumnCount(len(titles))
    table.setRowCount(len(rows) + (len(rows) > 1))
    for column, title in enumerate(titles):
        _set_head(
            table, column, title, stage_colour(form, values[column - 4]) if 4 <= column < 4 + len(values) else None
        )
    table.setItemDelegateForColumn(_BAR, ShareBar(table))
    for number, row in enumerate(rows):
        shown = [row.code, row.name, row.total, "", *(row.counts.get(v) or "" for v in values)]
        shown += [_sum(form, k, [row]) for k in sums] + [
            f"{row.means[k]:,.1f}" if k in row.means else "" for k in means
        ]
        _fill_row(table, number, shown)
        shares = [(stage_colour(form, v), row.counts.get(v, 0) / row.total) for v in values if row.counts.get(v)]
        table.item(number, _BAR).setData(Qt.ItemDataRole.UserRole, shares)
    if len(rows) > 1:
        counts = [sum(row.counts.get(v, 0) for row in rows) or "" for v in values]
        totals = [_sum(form, k, rows) for k in sums]
        _fill_row(
            table,
            len(rows),
            ["", tr("Total"), sum(row.total for row in rows), "", *counts, *totals, *("" for _ in means)],
        )
    table.resizeColumnsToContents()
    table.setColumnWidth(_BAR, 200)


def _set_head(table, column, title, colour):
    """A column's title; those of the chart carry its colour."""
    item = QTableWidgetItem(title)
    if colour:
        square = QPixmap(12, 12)
        square.fill(QColor(colour))
        item.setIcon(QIcon(square))
    table.setHorizontalHeaderItem(column, item)


def _sum(form, key, rows):
    """Sum over rows in words; "" where nothing was given, which is not zero."""
    given = [row.sums[key] for row in rows if key in row.sums]
    decimals = 0 if form.field(key).value_type == "integer" else 2
    return f"{sum(given):,.{decimals}f}" if given else ""


def _fill_row(table, number, shown):
    for column, value in enumerate(shown):
        item = QTableWidgetItem(str(value))
        if column > 1:
            item.setTextAlignment(_RIGHT)
        table.setItem(number, column, item)
