"""A specification in sight: items, layers with fields and checks, text; a changed copy is saved as a file."""

from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from ...bridge.i18n import tr
from ...core.errors import OneMapError
from ...core.quality.defects import Severity, item_of_check, items
from ...core.quality.inspection_spec import LayerSpec, Specification
from ...formats.rules.inspection_draft import ItemChoice, choices, save_choices
from ...formats.rules.inspection_files import load_specification, path_of
from ..widgets.contrast import Tone, text_style
from ..widgets.tables import add_button, make_table
from .wording import confidence_text, shape_names

_SEVERITY, _TOLERANCE, _ASKED = 2, 3, 5


class SpecificationWindow(QDialog):
    """`source`: name of a built-in specification or path of a file. Emits `saved(path)` of a copy with changes."""

    saved = pyqtSignal(str)

    def __init__(self, source: str, parent: Any = None) -> None:
        super().__init__(parent)
        self.source, self.told = source, QLabel()
        self.told.setWordWrap(True)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint, True)
        self.name, self.confidence = QLineEdit(), QLineEdit()
        self.items, self.layers, self.text = self._table(), QTreeWidget(), QPlainTextEdit()
        self.text.setReadOnly(True)
        self._build()
        self.load()
        self.resize(900, 600)

    def _table(self) -> QTableWidget:
        titles = [tr("Stage"), tr("Item"), tr("Grade"), tr("Tolerance"), tr("Unit"), tr("Inspected"), tr("Confidence"),
                  tr("Source")]  # fmt: skip
        table = make_table(titles)
        table.horizontalHeader().setStretchLastSection(True)
        return table

    def _build(self):
        tabs, layout, top, bottom = QTabWidget(), QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        titles = [tr("Layer, field or check"), tr("Title"), tr("Kind"), tr("Constraint (M, C, O)"),
                  tr("Codes, range or form"), tr("Confidence")]  # fmt: skip
        self.layers.setHeaderLabels(titles)
        for words, edit in ((tr("Name"), self.name), (tr("Confidence"), self.confidence)):
            top.addWidget(QLabel(words))
            top.addWidget(edit, 1)
        tabs.addTab(self.items, tr("Items and tolerances"))
        tabs.addTab(self.layers, tr("Layers and fields"))
        tabs.addTab(self.text, tr("Text of the file"))
        words = tr("Made from public facts; not the standard itself. Change grades, tolerances and what is inspected, "
                   "and save a file of your own; what comes with the plugin stays as it is.")  # fmt: skip
        note = QLabel(words)
        note.setWordWrap(True)
        note.setStyleSheet(text_style(Tone.DOUBT))
        layout.addWidget(note)
        layout.addLayout(top)
        layout.addWidget(tabs, 1)
        layout.addWidget(self.told)
        layout.addLayout(bottom)
        bottom.addStretch(1)
        self.save_button = add_button(tr("Save as my own…"), self.save, bottom)
        add_button(tr("Close"), self.reject, bottom)

    def load(self) -> None:
        """Show the specification."""
        try:
            own = load_specification(self.source)
        except OneMapError as error:
            self._tell(str(error))
            self.save_button.setEnabled(False)
            return
        self.setWindowTitle(tr("Specification: {0}").format(own.name))
        self.name.setText(own.name)
        self.confidence.setText(own.confidence)
        self._fill_items(own)
        self.layers.clear()
        self.layers.addTopLevelItems([_layer_entry(own, layer) for layer in own.layers])
        for column, width in enumerate((190, 230, 110, 60, 150)):
            self.layers.setColumnWidth(column, width)
        self.text.setPlainText(path_of(self.source).read_text(encoding="utf-8-sig", errors="replace"))

    def _fill_items(self, own):
        catalogue, chosen = items(), choices(own)
        self.items.setRowCount(len(chosen))
        for row, choice in enumerate(chosen):
            item = catalogue[choice.code]
            head = (str(item.stage), f"{item.code} {item.title()}", "", "", item.unit, "")
            texts = (*head, confidence_text(item.confidence), item.reference)
            for column, words in enumerate(texts):
                self.items.setItem(row, column, QTableWidgetItem(words))
            grade, asked = QComboBox(), QCheckBox()
            grade.addItems([severity.value for severity in Severity])
            grade.setCurrentText(choice.severity.value)
            asked.setChecked(choice.is_asked)
            self.items.setCellWidget(row, _SEVERITY, grade)
            self.items.setCellWidget(row, _ASKED, asked)
            if choice.tolerance is not None:
                self.items.setCellWidget(row, _TOLERANCE, QLineEdit(f"{choice.tolerance:g}"))

    def chosen(self) -> list[ItemChoice]:
        """The choices as they stand in the table; raises ValueError for a tolerance that is no number from 0 on."""
        found = []
        for row, code in enumerate(items()):
            edit = self.items.cellWidget(row, _TOLERANCE)
            tolerance = None if edit is None else float(edit.text())
            if tolerance is not None and not 0 <= tolerance < float("inf"):
                raise ValueError(code)
            severity = Severity(self.items.cellWidget(row, _SEVERITY).currentText())
            found.append(ItemChoice(code, severity, tolerance, self.items.cellWidget(row, _ASKED).isChecked()))
        return found

    def save(self, path: str = "") -> None:
        """Save a file of one's own with the choices of the table."""
        try:
            chosen = self.chosen()
        except ValueError:
            self._tell(tr("A tolerance must be a number, 0 or more."))
            return
        if not path:
            path, _ = QFileDialog.getSaveFileName(self, tr("Save as my own"), "", "YAML (*.yaml)")
        if not path:
            return
        target = Path(path if path.lower().endswith((".yaml", ".yml")) else f"{path}.yaml")
        try:
            save_choices(self.source, chosen, target, self.name.text().strip(), self.confidence.text().strip())
        except OneMapError as error:
            self._tell(str(error))
            return
        self.source = str(target)
        self.load()
        self.saved.emit(str(target))
        self._tell(tr("Saved in {0}").format(target), Tone.GOOD)

    def _tell(self, words, tone=Tone.BAD):
        self.told.setText(words)
        self.told.setStyleSheet(text_style(tone))


def _layer_entry(own: Specification, layer: LayerSpec) -> QTreeWidgetItem:
    confidence = layer.confidence or own.confidence
    entry = QTreeWidgetItem(
        [
            layer.code,
            layer.title,
            shape_names()[layer.shape],
            layer.need.value,
            layer.ysdm,
            confidence_text(confidence),
        ]
    )
    for field in layer.fields:
        size = f"({field.length})" if field.length else ""
        kind = f"{field.kind.value}{size}" if field.kind is not None else ""
        codes = own.codes.get(field.codes)
        rule = " ".join(filter(None, (field.codes, field.range, field.form)))
        words = [
            field.name,
            field.title,
            kind,
            field.need.value,
            rule,
            confidence_text(codes.confidence) if codes else "",
        ]
        entry.addChild(QTreeWidgetItem(words))
    for check in layer.checks:
        item = item_of_check()[check.check]
        tolerance = own.tolerances.get(item.code, item.tolerance) if check.tolerance is None else check.tolerance
        kind = "" if tolerance is None else f"{tolerance:g} {item.unit}"
        words = [item.code, item.title(), kind, "", "、".join(check.others), confidence_text(item.confidence)]
        entry.addChild(QTreeWidgetItem(words))
    return entry
