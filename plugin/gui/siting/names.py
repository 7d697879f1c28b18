"""The editor's tab of layers and sources: what layers may be called, and where criteria come from."""

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QHBoxLayout, QHeaderView, QLabel, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...core.quality.confidence import confidence_text
from ..widgets.confidence_edit import stored_confidence
from ..widgets.tables import add_button


class NameTables(QWidget):
    """Edits `draft.document["layers"]` and `["sources"]`; emits `changed`."""

    changed = pyqtSignal()

    def __init__(self):
        super().__init__()
        self._draft = None
        self.layers = self._table(
            [tr("Key"), tr("Title"), tr("Names of the layer, separated by commas"), tr("Control line")]
        )
        self.sources = self._table([tr("Key"), tr("Title"), tr("Verified (seen, memory, proposal, computed)")])
        layout = QVBoxLayout(self)
        for title, table in ((tr("Layers"), self.layers), (tr("Sources"), self.sources)):
            layout.addWidget(QLabel(title))
            layout.addWidget(table)
            buttons = QHBoxLayout()
            add_button(tr("Add row"), lambda table=table: self._add(table), buttons)
            add_button(tr("Remove row"), lambda table=table: self._remove(table), buttons)
            buttons.addStretch()
            layout.addLayout(buttons)

    def _table(self, titles):
        table = QTableWidget(0, len(titles))
        table.setHorizontalHeaderLabels(titles)
        table.verticalHeader().hide()
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        table.cellChanged.connect(lambda row, column: self._read())
        return table

    def show_draft(self, draft):
        """Show the layers and sources of a CriteriaDraft."""
        self._draft = draft
        layers = [
            (key, row.get("title", ""), ", ".join(row.get("names", ())), row.get("line", ""))
            for key, row in draft.document.get("layers", {}).items()
        ]
        sources = [(key, row["title"], _confidence(row)) for key, row in draft.document.get("sources", {}).items()]
        for table, rows in ((self.layers, layers), (self.sources, sources)):
            table.blockSignals(True)
            table.setRowCount(len(rows))
            for number, row in enumerate(rows):
                for column, text in enumerate(row):
                    table.setItem(number, column, QTableWidgetItem(text))
            table.blockSignals(False)

    def _add(self, table):
        table.blockSignals(True)
        row = table.rowCount()
        table.insertRow(row)
        used = {table.item(r, 0).text() for r in range(row)}
        stem = "layer" if table is self.layers else "source"
        key = next(k for k in (f"{stem}{n}" for n in range(1, 10_000)) if k not in used)
        for column in range(table.columnCount()):
            table.setItem(row, column, QTableWidgetItem(key if column < 2 else ""))
        table.blockSignals(False)
        self._read()

    def _remove(self, table):
        if table.currentRow() >= 0:
            table.removeRow(table.currentRow())
            self._read()

    def _read(self):
        layers = {}
        for key, title, names, line in _texts(self.layers):
            row = {
                "title": title,
                "names": [n.strip() for n in names.replace("，", ",").split(",") if n.strip()],
                "line": line,
            }
            layers[key] = {k: v for k, v in row.items() if v}
        known = self._draft.document.get("sources", {})
        sources = {
            key: {"title": title or key, **({"confidence": seen} if seen else {})}
            for key, title, shown in _texts(self.sources)
            for seen in (stored_confidence(shown, known.get(key, {}).get("confidence", "")),)
        }
        if (layers, sources) != (self._draft.document.get("layers"), self._draft.document.get("sources")):
            self._draft.document.update(layers=layers, sources=sources)
            self.changed.emit()


def _texts(table):
    """Rows of text; those without a key are left out."""
    rows = [[table.item(r, c).text().strip() for c in range(table.columnCount())] for r in range(table.rowCount())]
    return [row for row in rows if row[0]]


def _confidence(row: dict) -> str:
    """How sure a source is, as the user reads it."""
    return confidence_text(row["confidence"]) if row.get("confidence") else ""
