"""The roll-up as a table whose last column draws the shares as a bar chart."""

from qgis.PyQt.QtCore import QRectF, Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QStyledItemDelegate, QTableWidgetItem

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.rollup_map import stage_colour


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
    """One row per division: counts by the group field, sums, means, shares."""
    field = form.field(form.rollup["group"])
    values = [c[0] for c in field.codes] or sorted({v for row in rows for v in row.counts})
    sums, means = list(form.rollup.get("sum", ())), list(form.rollup.get("mean", ()))
    titles = [tr("Code"), tr("Name"), tr("Total"), tr("Shares"), *(field.label(v) for v in values)]
    titles += [form.field(k).title for k in sums] + [tr("Mean {0}").format(form.field(k).title) for k in means]
    table.clear()
    table.setColumnCount(len(titles))
    table.setHorizontalHeaderLabels(titles)
    table.setRowCount(len(rows))
    table.setItemDelegateForColumn(3, ShareBar(table))
    for number, row in enumerate(rows):
        cells = [row.code, row.name, row.total, "", *(row.counts.get(v, 0) for v in values)]
        cells += [f"{row.sums.get(k, 0):,.2f}" for k in sums] + [f"{row.means[k]:,.1f}" if k in row.means else "" for k in means]
        for column, value in enumerate(cells):
            table.setItem(number, column, QTableWidgetItem(str(value)))
        shares = [(stage_colour(form, v), row.counts.get(v, 0) / row.total) for v in values if row.counts.get(v)]
        table.item(number, 3).setData(Qt.ItemDataRole.UserRole, shares)
    table.resizeColumnsToContents()
    table.setColumnWidth(3, 200)
