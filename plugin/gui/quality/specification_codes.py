"""The code lists of a specification: codes with their names, lists of one's own beside those of the files below."""

from typing import Optional

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...bridge.i18n import tr
from ...core.quality.confidence import confidence_text
from ...formats.rules.inspection_edit import SpecificationEdit
from ..widgets.attempt import attempt
from ..widgets.tables import add_button


class CodesTab(QWidget):
    """`edit`: what is changed. Emits `changed`, and `refused(message)`."""

    changed = pyqtSignal()
    refused = pyqtSignal(str)

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.edit: Optional[SpecificationEdit] = None
        self.lists, self.table, self.about = QComboBox(), QTableWidget(0, 2), QLabel()
        self.about.setWordWrap(True)
        self.table.setHorizontalHeaderLabels([tr("Code"), tr("Name")])
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.setColumnWidth(0, 160)
        self.table.verticalHeader().hide()
        layout, top, row = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        top.addWidget(QLabel(tr("Code list")))
        top.addWidget(self.lists, 1)
        self.new = add_button(tr("New list…"), self._add_list, top)
        layout.addLayout(top)
        layout.addWidget(self.about)
        layout.addWidget(self.table, 1)
        layout.addLayout(row)
        self.add = add_button(tr("Add code"), self.add_row, row)
        self.remove = add_button(tr("Remove code"), self.remove_rows, row)
        self.take = add_button(tr("Take over"), self.take_over, row)
        row.addStretch(1)
        self.lists.currentTextChanged.connect(lambda *_: self._show_list())

    def show_edit(self, edit: Optional[SpecificationEdit], chosen: str = "") -> None:
        """Show the lists of an edit; the one that was chosen stays so."""
        self.edit, chosen = edit, chosen or self.lists.currentText()
        self.lists.blockSignals(True)
        self.lists.clear()
        self.lists.addItems(edit.specification.codes if edit else [])
        self.lists.setCurrentIndex(max(self.lists.findText(chosen), 0))
        self.lists.blockSignals(False)
        self._show_list()

    def _show_list(self):
        codes = self.edit.specification.codes.get(self.lists.currentText()) if self.edit else None
        self.table.setRowCount(0)
        for code, name in codes.values.items() if codes else ():
            self._append(code, name)
        sure = tr("Confidence: {0}").format(confidence_text(codes.confidence)) if codes else ""
        self.about.setText(sure)
        for button in (self.add, self.remove, self.take):
            button.setEnabled(codes is not None)
        self.new.setEnabled(self.edit is not None)

    def _append(self, code, name):
        row = self.table.rowCount()
        self.table.insertRow(row)
        for column, text in enumerate((code, name)):
            self.table.setItem(row, column, QTableWidgetItem(text))

    def add_row(self, code: str = "", name: str = "") -> None:
        """An empty row at the end, to be filled in."""
        self._append(code, name)
        self.table.setCurrentCell(self.table.rowCount() - 1, 0)

    def remove_rows(self) -> None:
        """Take the chosen rows out of the table."""
        for row in sorted({index.row() for index in self.table.selectedIndexes()}, reverse=True):
            self.table.removeRow(row)

    def values(self) -> dict[str, str]:
        """{code: name} as they stand in the table."""
        rows = [[self._text(row, column) for column in (0, 1)] for row in range(self.table.rowCount())]
        return {code: name for code, name in rows if code}

    def _text(self, row, column):
        item = self.table.item(row, column)
        return item.text().strip() if item is not None else ""

    def take_over(self) -> None:
        """Make the table the content of the chosen list."""
        name = self.lists.currentText()
        self._change(name, self.values())

    def _add_list(self):
        name, is_given = QInputDialog.getText(self, tr("New list"), tr("Name of the list, in Latin letters"))
        name = name.strip()
        if is_given and name and name not in self.edit.specification.codes:
            self._change(name, {})

    def _change(self, name, values):
        if attempt(lambda: self.edit.set_codes(name, values), self.refused.emit):
            self.show_edit(self.edit, name)
            self.changed.emit()
