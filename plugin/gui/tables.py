"""Read-only tables as the panels show them, and how their numbers are written."""

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QBrush, QColor, QGuiApplication
from qgis.PyQt.QtWidgets import QAbstractItemView, QHeaderView, QPushButton, QTableWidget, QTableWidgetItem

from ..core.rounding import half_up, hectares, mu


def make_table(titles):
    """A QTableWidget of whole rows that cannot be edited."""
    table = QTableWidget(0, len(titles))
    table.setHorizontalHeaderLabels(titles)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.verticalHeader().hide()
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    return table


def fill_table(table, rows):
    """Fill a table with (texts, colour of the second column or None); numbers stand right."""
    table.setRowCount(len(rows))
    for number, (texts, colour) in enumerate(rows):
        for position, text in enumerate(texts):
            item = QTableWidgetItem(text)
            if text[:1].isdigit() and position > 0:
                item.setTextAlignment(int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter))
            if colour and position == 1:
                item.setForeground(QBrush(QColor("white")))
                item.setBackground(QBrush(QColor(colour)))
            table.setItem(number, position, item)


def copy_table(table):
    """Put a table on the clipboard, tab-separated, for a spreadsheet."""
    head = [table.horizontalHeaderItem(c).text() for c in range(table.columnCount())]
    rows = [[table.item(r, c).text() for c in range(table.columnCount())] for r in range(table.rowCount())]
    QGuiApplication.clipboard().setText("\n".join("\t".join(row) for row in [head, *rows]))


def area_texts(m2):
    """(m², ha, mu) of an area as text."""
    return f"{m2:,.2f}", f"{hectares(m2):,.4f}", f"{mu(m2):,.2f}"


def number_text(value, places=2):
    """A number as text, "—" for none."""
    if value is None or value != value:
        return "—"
    return "∞" if value == float("inf") else f"{half_up(float(value), places):,.{places}f}"


def add_button(text, slot, layout, tip=""):
    """A push button at the end of a layout."""
    button = QPushButton(text)
    button.setToolTip(tip)
    button.clicked.connect(lambda _checked=False: slot())
    layout.addWidget(button)
    return button
