"""Layer names and the control line each stands for, kept for every county; lines are chosen, never typed."""

from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...bridge.i18n import tr
from ...formats.rules.rule_files import load_catalogue


class MappingBox(QWidget):
    """`mapping`: {layer name: line id}."""

    def __init__(self, mapping: dict):
        super().__init__()
        self._lines = [(line.title, line.id) for line in load_catalogue().lines.values()]
        self.table = QTableWidget(0, 2)
        self.table.setHorizontalHeaderLabels([tr("Name of the layer"), tr("Control line")])
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setMinimumHeight(110)
        self.table.setToolTip(tr("Layers of this name are always this control line, in every county"))
        self.table.itemSelectionChanged.connect(self._enable)
        self.add = _button(tr("Add row"), lambda: self.add_row())
        self.remove = _button(tr("Remove row"), self._remove_row)
        row = QHBoxLayout()
        row.addWidget(self.add)
        row.addWidget(self.remove)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)
        layout.addLayout(row)
        for name, line in mapping.items():
            self.add_row(name, line)
        self._enable()

    def add_row(self, name: str = "", line: str = "") -> None:
        """A new row; without a name it waits to be filled in."""
        row = self.table.rowCount()
        self.table.insertRow(row)
        self.table.setItem(row, 0, QTableWidgetItem(name))
        combo = QComboBox()
        combo.setToolTip(tr("The control line that this layer contains"))
        for title, line_id in self._lines:
            combo.addItem(title, line_id)
        if line and combo.findData(line) < 0:
            combo.addItem(line, line)  # a line of another catalogue stays what it was
        combo.setCurrentIndex(max(combo.findData(line), 0))
        self.table.setCellWidget(row, 1, combo)

    def values(self) -> dict:
        """{layer name: line id} of the rows that name a layer."""
        rows = range(self.table.rowCount())
        pairs = [(self.table.item(row, 0).text().strip(), self.table.cellWidget(row, 1).currentData()) for row in rows]
        return {name: line for name, line in pairs if name}

    def _remove_row(self):
        for index in sorted(self.table.selectionModel().selectedRows(), key=lambda i: -i.row()):
            self.table.removeRow(index.row())

    def _enable(self):
        self.remove.setEnabled(bool(self.table.selectionModel().selectedRows()))


def _button(text, slot):
    button = QPushButton(text)
    button.clicked.connect(lambda _checked=False: slot())
    return button
