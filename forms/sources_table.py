"""The table of the sources of control lines: which line, which layer, its date and who gave it."""

from pathlib import Path
from typing import Union

from qgis.PyQt.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.review.control_sources import line_names, sources_of_file, sources_of_project


class SourcesTable(QWidget):
    """`sources()` gives [{"line", "source", "note"}] as they stand; `set_sources` shows such a list."""

    def __init__(self, parent=None):
        super().__init__(parent)
        self._lines = line_names()
        self.table = QTableWidget(0, 3)
        self.table.setHorizontalHeaderLabels([tr("Control line"), tr("Layer"), tr("Date, who gave it")])
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for column, width in ((0, 170), (2, 150)):
            self.table.setColumnWidth(column, width)
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        layout, row = QVBoxLayout(self), QHBoxLayout()
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)
        layout.addLayout(row)
        for text, slot in (
            (tr("Add files…"), self._choose),
            (tr("From the map"), self.add_project),
            (tr("Remove"), self._remove),
        ):
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.clicked.connect(lambda checked=False, slot=slot: slot())
            row.addWidget(button)
        row.addStretch()

    def _choose(self):
        for path in QFileDialog.getOpenFileNames(
            self, tr("Add files…"), "", "GeoPackage, Shapefile, GeoJSON (*.gpkg *.shp *.geojson)"
        )[0]:
            self.add_file(path)

    def add_file(self, path: Union[str, Path]) -> None:
        """Add the layers of a file that the catalogue knows; all of them when it knows none."""
        found = sources_of_file(path)
        self._add([known for known in found if known["line"]] or found)

    def add_project(self) -> None:
        """Add the control lines among the project's layers."""
        self._add(sources_of_project())

    def set_sources(self, sources: list) -> None:
        self.table.setRowCount(0)
        self._add(sources)

    def _add(self, sources):
        present = {known["source"] for known in self.sources()}
        for known in sources:
            if known["source"] not in present:
                self._add_row(known)

    def _add_row(self, known):
        row = self.table.rowCount()
        self.table.insertRow(row)
        box = QComboBox()
        box.addItem("", "")
        for line, name in self._lines.items():
            box.addItem(f"{name} {line}", line)
        box.setCurrentIndex(max(0, box.findData(known["line"])))
        self.table.setCellWidget(row, 0, box)
        for column, text in ((1, known["source"]), (2, known["note"])):
            self.table.setItem(row, column, QTableWidgetItem(text))
            self.table.item(row, column).setToolTip(text)

    def _remove(self):
        for row in sorted({index.row() for index in self.table.selectedIndexes()}, reverse=True):
            self.table.removeRow(row)

    def sources(self) -> list:
        """The rows as [{"line", "source", "note"}]."""
        rows = range(self.table.rowCount())
        texts = [[self.table.item(row, column).text().strip() for column in (1, 2)] for row in rows]
        lines = [self.table.cellWidget(row, 0).currentData() for row in rows]
        return [{"line": line, "source": source, "note": note} for line, (source, note) in zip(lines, texts) if source]
