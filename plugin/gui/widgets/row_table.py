"""Rows for a table view, as many as there are: only what is in sight is asked for."""

import html
from dataclasses import dataclass
from typing import Any, Callable, Optional

from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, Qt
from qgis.PyQt.QtGui import QBrush, QColor
from qgis.PyQt.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from .contrast import letters_on


@dataclass(frozen=True)
class Row:
    """One row: its texts, what each sorts by, and the colour (fill) of one of its cells."""

    texts: tuple
    keys: tuple
    colour: str = ""


class Rows(QAbstractTableModel):
    """`titles`, and Rows; the cell `coloured` carries a row's colour; columns of `numeric` stand right.

    It sorts and filters by itself: a proxy would ask for every cell.
    """

    def __init__(self, titles: list, numeric: tuple = (), coloured: int = -1, parent: Optional[QWidget] = None):
        super().__init__(parent)
        self.titles, self.numeric, self.coloured = titles, set(numeric), coloured
        self.rows: list[Row] = []
        self.shown: list[int] = []  # numbers of the rows in sight, in their order
        self._wanted: Callable[[int], bool] = lambda number: True
        self._sorting = (-1, False)

    def fill(self, rows: list) -> None:
        """Take other rows."""
        self.rows = rows
        self._arrange()

    def show(self, wanted: Callable[[int], bool]) -> None:
        """Show the rows whose number is `wanted`."""
        self._wanted = wanted
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sorting = (column, order == Qt.SortOrder.DescendingOrder)
        self._arrange()

    def _arrange(self):
        column, backwards = self._sorting
        self.beginResetModel()
        self.shown = [number for number in range(len(self.rows)) if self._wanted(number)]
        if column >= 0:
            self.shown.sort(key=lambda number: self.rows[number].keys[column], reverse=backwards)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's way
        return 0 if parent.isValid() else len(self.shown)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's way
        return 0 if parent.isValid() else len(self.titles)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Optional[str]:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self.titles[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self.rows[self.shown[index.row()]], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return row.texts[column]
        if role == Qt.ItemDataRole.ToolTipRole and row.texts[column]:
            return f"<p>{html.escape(row.texts[column])}</p>"  # a long text is broken, one with markup stays text
        if role == Qt.ItemDataRole.TextAlignmentRole and column in self.numeric:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return _brush(role, row.colour) if column == self.coloured and row.colour else None


def _brush(role, colour):
    if role == Qt.ItemDataRole.BackgroundRole:
        return QBrush(QColor(colour))
    return QBrush(QColor(letters_on(colour))) if role == Qt.ItemDataRole.ForegroundRole else None


def row_view(model: Rows, stretched: int = -1) -> QTableView:
    """A sortable view of whole rows; the column `stretched`, if any, takes what width is left."""
    view = QTableView()
    view.setModel(model)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setSortingEnabled(True)
    view.setWordWrap(False)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(24)
    head = view.horizontalHeader()
    head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
    head.setResizeContentsPrecision(100)
    head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    if stretched >= 0:
        head.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
    return view


def chosen(view: QTableView) -> list:
    """Numbers of the rows selected, in their order."""
    return sorted(view.model().shown[index.row()] for index in view.selectionModel().selectedRows())
