"""A specification in sight: items, layers with fields and checks, codes, text; changes go into a file of one's own."""

from pathlib import Path
from typing import Optional

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
    QVBoxLayout,
    QWidget,
)

from ...bridge.i18n import tr
from ...core.land.rounding import plain
from ...core.quality.confidence import confidence_text
from ...core.quality.defects import Severity, items
from ...formats.rules.inspection_draft import ItemChoice, choices, save_choices
from ...formats.rules.inspection_edit import SpecificationEdit
from ...formats.rules.inspection_files import path_of
from ..widgets.attempt import attempt
from ..widgets.buttons import agreed
from ..widgets.confidence_edit import ConfidenceEdit
from ..widgets.contrast import Tone, text_style
from ..widgets.tables import add_button, make_table
from ..widgets.typed import typed_number
from .specification_codes import CodesTab
from .specification_layers import LayersTab

_SEVERITY, _TOLERANCE, _ASKED = 2, 3, 5


class SpecificationWindow(QDialog):
    """`source`: name of a built-in specification or path of a file. Emits `saved(path)` of a copy with changes."""

    saved = pyqtSignal(str)

    def __init__(self, source: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.source, self.message = source, QLabel()
        self.message.setWordWrap(True)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint, True)
        self.name, self.confidence = QLineEdit(), ConfidenceEdit()
        self.items, self.layers, self.codes, self.text = self._table(), LayersTab(), CodesTab(), QPlainTextEdit()
        self.edit: Optional[SpecificationEdit] = None
        self.has_changes = False
        self.text.setReadOnly(True)
        self._build()
        self.load()
        self.resize(1120, 660)

    def _table(self) -> QTableWidget:
        titles = [tr("Stage"), tr("Item"), tr("Grade"), tr("Tolerance"), tr("Unit"), tr("Inspected"), tr("Confidence"),
                  tr("Source")]  # fmt: skip
        table = make_table(titles)
        table.horizontalHeader().setStretchLastSection(True)
        return table

    def _build(self):
        tabs, layout, top, bottom = QTabWidget(), QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        for label, edit in ((tr("Name"), self.name), (tr("Confidence"), self.confidence)):
            top.addWidget(QLabel(label))
            top.addWidget(edit, 1)
        tabs.addTab(self.items, tr("Items and tolerances"))
        tabs.addTab(self.layers, tr("Layers and fields"))
        tabs.addTab(self.codes, tr("Code lists"))
        tabs.addTab(self.text, tr("Text of the file"))
        for tab in (self.layers, self.codes):
            tab.refused.connect(self._tell)
            tab.changed.connect(self._show_changed)
        label = tr(
            "Made from public facts; not the standard itself. Change items, layers, fields and codes and save a file "
            "of your own: it holds only what differs; what comes with the plugin stays as it is."
        )
        note = QLabel(label)
        note.setWordWrap(True)
        note.setStyleSheet(text_style(Tone.DOUBT))
        layout.addWidget(note)
        layout.addLayout(top)
        layout.addWidget(tabs, 1)
        layout.addWidget(self.message)
        layout.addLayout(bottom)
        bottom.addStretch(1)
        self.save_button = add_button(tr("Save as my own…"), self.save, bottom)
        add_button(tr("Close"), self.reject, bottom)

    def load(self) -> None:
        """Show the specification."""
        tried = attempt(lambda: SpecificationEdit(self.source), self._tell)
        self.save_button.setEnabled(bool(tried))
        self.edit, self.has_changes = tried.result, False
        if self.edit is None:
            return
        own = self.edit.specification
        self.setWindowTitle(tr("Specification: {0}").format(own.name))
        self.name.setText(own.name)
        self.confidence.setText(own.confidence)
        self._fill_items(own)
        self._show_edit()
        self.text.setPlainText(path_of(self.source).read_text(encoding="utf-8-sig", errors="replace"))

    def _show_edit(self):
        self.layers.show_edit(self.edit)
        self.codes.show_edit(self.edit)

    def _show_changed(self):
        """After a change: all tabs agree, the text is the one that will be saved."""
        self.has_changes = True
        self._show_edit()
        self.text.setPlainText(self.edit.text())
        self._tell(tr("Changed; not saved yet."), Tone.DOUBT)

    def reject(self) -> None:
        """Close; what is not saved is asked about."""
        question = tr("Changes are not saved. Close anyway?")
        if not self.has_changes or agreed(self, self.windowTitle(), question):
            super().reject()

    def _fill_items(self, own):
        catalogue, chosen = items(), choices(own)
        self.items.setRowCount(len(chosen))
        for row, choice in enumerate(chosen):
            item = catalogue[choice.code]
            head = (str(item.stage), f"{item.code} {item.title()}", "", "", item.unit, "")
            texts = (*head, confidence_text(item.confidence), item.reference)
            for column, cell_text in enumerate(texts):
                self.items.setItem(row, column, QTableWidgetItem(cell_text))
            grade, asked = QComboBox(), QCheckBox()
            grade.addItems([severity.value for severity in Severity])
            grade.setCurrentText(choice.severity.value)
            asked.setChecked(choice.is_asked)
            self.items.setCellWidget(row, _SEVERITY, grade)
            self.items.setCellWidget(row, _ASKED, asked)
            if choice.tolerance is not None:
                self.items.setCellWidget(row, _TOLERANCE, QLineEdit(plain(choice.tolerance)))

    def chosen(self) -> list[ItemChoice]:
        """The choices as they stand in the table; raises ValueError for a tolerance that is no number from 0 on."""
        found = []
        for row, code in enumerate(items()):
            edit = self.items.cellWidget(row, _TOLERANCE)
            tolerance = None if edit is None else typed_number(edit.text())
            if tolerance is not None and not 0 <= tolerance < float("inf"):
                raise ValueError(code)
            severity = Severity(self.items.cellWidget(row, _SEVERITY).currentText())
            found.append(ItemChoice(code, severity, tolerance, self.items.cellWidget(row, _ASKED).isChecked()))
        return found

    def save(self, path: str = "") -> None:
        """Save a file of one's own with the choices of the table and the changes of the other tabs."""
        edit = self.edit
        if edit is None:
            return
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
        name, confidence = self.name.text().strip(), self.confidence.text().strip()
        if not attempt(lambda: save_choices(edit, chosen, target, name, confidence), self._tell):
            return
        self.source = str(target)
        self.load()
        self.saved.emit(str(target))
        self._tell(tr("Saved in {0}").format(target), Tone.GOOD)

    def _tell(self, message, tone=Tone.BAD):
        self.message.setText(message)
        self.message.setStyleSheet(text_style(tone))
