"""Rows for a table view, as many as there are: only what is in sight is asked for."""

import html
from dataclasses import dataclass
from typing import Any

from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, QSortFilterProxyModel, Qt
from qgis.PyQt.QtGui import QBrush, QColor
from qgis.PyQt.QtWidgets import QAbstractItemView, QHeaderView, QTableView


@dataclass(frozen=True)
class Row:
    """One row: its texts, what each sorts by, and the colour (fill) of one of its cells."""

    texts: tuple
    keys: tuple
    colour: str = ""


class Rows(QAbstractTableModel):
    """`titles`, and Rows; the cell `coloured` carries a row's colour; columns of `numeric` stand right."""

    def __init__(self, titles: list, numeric: tuple = (), coloured: int = -1, parent: Any = None):
        super().__init__(parent)
        self.titles, self.numeric, self.coloured = titles, set(numeric), coloured
        self.rows: list[Row] = []

    def fill(self, rows: list) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's way
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's way
        return 0 if parent.isValid() else len(self.titles)

    def headerData(self, section: int, orientation: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self.titles[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return row.texts[column]
        if role == Qt.ItemDataRole.ToolTipRole and row.texts[column]:
            return f"<p>{html.escape(row.texts[column])}</p>"  # a long text is broken, one with markup stays text
        if role == Qt.ItemDataRole.UserRole:
            return row.keys[column]
        if role == Qt.ItemDataRole.TextAlignmentRole and column in self.numeric:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if column == self.coloured and row.colour:
            return _brush(role, row.colour)
        return None


def _brush(role, colour):
    if role == Qt.ItemDataRole.BackgroundRole:
        return QBrush(QColor(colour))
    return QBrush(QColor("white")) if role == Qt.ItemDataRole.ForegroundRole else None


class Filter(QSortFilterProxyModel):
    """Rows for which `wanted(number of the row)` is true."""

    def __init__(self, rows: Rows, parent: Any = None):
        super().__init__(parent)
        self.wanted = lambda number: True
        self.setSourceModel(rows)
        self.setSortRole(Qt.ItemDataRole.UserRole)

    def filterAcceptsRow(self, row: int, parent: QModelIndex) -> bool:
        return self.wanted(row)

    def show(self, wanted: Any) -> None:
        """Show other rows."""
        self.wanted = wanted
        self.invalidateFilter()


def row_view(model: Filter, stretched: int = -1) -> QTableView:
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
    model = view.model()
    return sorted(model.mapToSource(index).row() for index in view.selectionModel().selectedRows())
