"""Read-only tables as the panels show them, and how their numbers are written."""

import re
from collections.abc import Sequence
from typing import Any, Optional

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QBrush, QColor, QGuiApplication
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLayout,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
)

from ...bridge.i18n import tr
from ...core.land.rounding import half_up, hectares, mu
from .contrast import letters_on

_AROUND = 14  # pixels beside the text of a slim button
_NUMBER = re.compile(r"[-\d.,%∞]+|—")


def make_table(titles: Sequence[str]) -> QTableWidget:
    """A QTableWidget of whole rows that cannot be edited."""
    table = QTableWidget(0, len(titles))
    table.setHorizontalHeaderLabels(titles)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setWordWrap(False)
    table.horizontalHeader().setHighlightSections(False)
    table.verticalHeader().hide()
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    return table


def wrap_columns(table: QTableWidget, columns: Sequence[int]) -> None:
    """Let these columns share what width is left, their long texts in several lines."""
    table.setWordWrap(True)
    for column in columns:
        table.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
    table.horizontalHeader().sectionResized.connect(lambda *_: table.resizeRowsToContents())


def fill_table(table: QTableWidget, rows: Any) -> None:
    """Fill a table with (texts, colour of the second column or None); numbers stand right."""
    table.setRowCount(len(rows))
    for number, (texts, colour) in enumerate(rows):
        for position, text in enumerate(texts):
            item = QTableWidgetItem(text)
            if position > 0 and _NUMBER.fullmatch(text):
                item.setTextAlignment(int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter))
            if colour and position == 1:
                item.setForeground(QBrush(QColor(letters_on(colour))))
                item.setBackground(QBrush(QColor(colour)))
            table.setItem(number, position, item)
    if table.wordWrap():
        table.resizeRowsToContents()


def copy_table(table: QTableWidget) -> None:
    """Put a table on the clipboard, tab-separated, for a spreadsheet."""
    head = [table.horizontalHeaderItem(c).text() for c in range(table.columnCount())]
    rows = [[table.item(r, c).text() for c in range(table.columnCount())] for r in range(table.rowCount())]
    QGuiApplication.clipboard().setText("\n".join("\t".join(row) for row in [head, *rows]))


def area_texts(m2: Any) -> tuple:
    """(m², ha, mu) of an area as text."""
    return f"{m2:,.2f}", f"{hectares(m2):,.4f}", f"{mu(m2):,.2f}"


def number_text(value: Optional[float], places: int = 2) -> str:
    """A number as text, "—" for none."""
    if value is None or value != value:
        return "—"
    return "∞" if value == float("inf") else f"{half_up(float(value), places):,.{places}f}"


def add_button(text: str, slot: Any, layout: QLayout, tip: str = "") -> QPushButton:
    """A push button at the end of a layout; Enter in a field of its dialog does not press it."""
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.setToolTip(tip)
    button.clicked.connect(lambda _checked=False: slot())
    layout.addWidget(button)
    return button


def slim(button: QPushButton) -> None:
    """No wider than its text needs, whatever a style thinks a button should be: a row of many fits into the dock."""
    button.setMinimumWidth(button.fontMetrics().horizontalAdvance(button.text()) + _AROUND)


def ok_cancel(dialog: QDialog) -> Any:
    """The two buttons that end a dialog, in the user's language also where Qt's own texts are not translated."""
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
    buttons.button(QDialogButtonBox.StandardButton.Ok).setText(tr("OK"))
    buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(tr("Cancel"))
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    return buttons
