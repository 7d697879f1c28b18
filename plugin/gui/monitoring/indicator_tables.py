"""Divisions against indicators, and one year against another."""

from typing import Any, Optional

from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, Qt, pyqtSignal
from qgis.PyQt.QtGui import QBrush, QColor
from qgis.PyQt.QtWidgets import QComboBox, QHBoxLayout, QHeaderView, QLabel, QTableView, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...bridge.monitoring.indicator_titles import COLOURS
from ...core.indicators.indicator_results import IndicatorRun, IndicatorValue
from ...core.indicators.warning_rules import Colour, unit_text
from ...core.messages import language
from ..widgets.tables import fill_table, make_table, number_text

_NAME = 140  # pixels of the column of names
_PALE = 60  # of 255: how strongly a cell bears the colour of its status


class GridModel(QAbstractTableModel):
    """A row an indicator, a column a place."""

    def __init__(self) -> None:
        super().__init__()
        self._run: Optional[IndicatorRun] = None

    def show(self, run: IndicatorRun) -> None:
        """Fill."""
        self.beginResetModel()
        self._run = run
        self.endResetModel()

    def rowCount(self, parent: Optional[QWidget] = None) -> int:
        return len(self._run.set.indicators) if self._run is not None else 0

    def columnCount(self, parent: Optional[QWidget] = None) -> int:
        return len(self._run.places) if self._run is not None else 0

    def value(self, row: int, column: int) -> Optional[IndicatorValue]:
        """The value of a cell."""
        if self._run is None:
            return None
        indicator, place = self._run.set.indicators[row], self._run.places[column]
        return self._run.value(indicator.id, place.code, self._run.year)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        value = self.value(index.row(), index.column())
        if value is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return number_text(value.value, value.indicator.decimals)
        if role == Qt.ItemDataRole.ToolTipRole:
            return value.reason(language()) or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.BackgroundRole and value.status.colour is not Colour.BLUE:
            colour = QColor(COLOURS[value.status.colour])
            colour.setAlpha(_PALE)
            return QBrush(colour)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._run is None or role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return str(self._run.places[section].name or self._run.places[section].code)
        indicator = self._run.set.indicators[section]
        return f"{indicator.title} ({unit_text(indicator)})"


class GridTable(QTableView):
    """`chosen(IndicatorValue)` when a cell is reached."""

    chosen = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        self.grid = GridModel()
        self.setModel(self.grid)
        self.verticalHeader().setDefaultSectionSize(24)
        self.verticalHeader().setMaximumWidth(210)
        self.selectionModel().currentChanged.connect(self._current)

    def show_run(self, run: IndicatorRun) -> None:
        """Show all values of the year."""
        self.grid.show(run)
        self.resizeColumnsToContents()

    def _current(self, index: QModelIndex, _before: QModelIndex = None) -> None:
        value = self.grid.value(index.row(), index.column()) if index.isValid() else None
        if value is not None:
            self.chosen.emit(value)


class YearTable(QWidget):
    """Two years of one place side by side."""

    def __init__(self) -> None:
        super().__init__()
        self._run: Optional[IndicatorRun] = None
        self._code = ""
        self.before, self.after = QComboBox(), QComboBox()
        self.table = make_table([tr("Indicator"), "", "", tr("Change"), tr("Change (%)")])
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.table.setColumnWidth(0, _NAME)
        self.table.verticalHeader().setDefaultSectionSize(24)
        row = QHBoxLayout()
        for widget in (self.before, QLabel("→"), self.after):
            row.addWidget(widget)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self.table)
        for box in (self.before, self.after):
            box.currentIndexChanged.connect(self._fill)

    def show_run(self, run: IndicatorRun, code: str) -> None:
        """Show a place; the years that were chosen stay where the run has them."""
        kept = [box.currentData() for box in (self.before, self.after)] if self._run is run else [None, None]
        self._run, self._code = run, code
        for box, chosen, other in ((self.before, kept[0], -2), (self.after, kept[1], -1)):
            box.blockSignals(True)
            box.clear()
            for year in run.years:
                box.addItem(str(year), year)
            wanted = chosen if chosen is not None else run.years[other if len(run.years) > 1 else -1]
            box.setCurrentIndex(box.findData(wanted))
            box.blockSignals(False)
        self._fill()

    def _fill(self) -> None:
        if self._run is None:
            return
        years = [self.before.currentData(), self.after.currentData()]
        self.table.setHorizontalHeaderLabels([tr("Indicator"), *map(str, years), tr("Change"), tr("Change (%)")])
        rows = []
        for indicator in self._run.set.indicators:
            series = self._run.series(indicator.id, self._code)
            old, new = (series.get(year) for year in years)
            change = new - old if old is not None and new is not None else None
            share = change / abs(old) * 100 if change is not None and old else None
            name = f"{indicator.title} ({unit_text(indicator)})"
            numbers = [number_text(v, indicator.decimals) for v in (old, new, change)]
            rows.append(([name, *numbers, number_text(share, 2)], None))
        fill_table(self.table, rows)
