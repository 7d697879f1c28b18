"""The criteria editor: constraints, factors with their weights, layers and sources.

Checked as it is typed, loaded and saved as YAML.
"""

from pathlib import Path
from typing import Optional, Union

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtGui import QCloseEvent
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ...bridge.i18n import tr
from ...core.errors import OneMapError
from ...core.files import safe_name
from ...formats.rules.criteria_draft import CriteriaDraft
from ...formats.rules.criteria_files import FOLDER
from ..widgets.contrast import Tone, text_style
from ..widgets.tables import add_button
from .constraints import ConstraintTable
from .factors import FactorTree
from .names import NameTables

_NUMBERS = (("area", "min_m2"), ("area", "max_m2"), ("search", "spacing_m"))


class CriteriaEditor(QDialog):
    """Edits a CriteriaDraft in place.

    `check(draft)` builds the Criteria or raises; emits `changed`, and `saved(path)`.
    """

    changed = pyqtSignal()
    saved = pyqtSignal(str)

    def __init__(self, check, parent=None):
        super().__init__(parent)
        self.setWindowTitle(tr("Site criteria"))
        self._check, self.draft = check, None
        self.constraints, self.factors, self.names = ConstraintTable(), FactorTree(), NameTables()
        tabs = QTabWidget()
        for widget, text in (
            (self._general(), tr("Need")),
            (self.constraints, tr("Constraints")),
            (self.factors, tr("Factors and weights")),
            (self.names, tr("Layers and sources")),
        ):
            tabs.addTab(widget, text)
        self.tabs = tabs
        self.mistakes, self.remains = QLabel(), QLabel()
        for label in (self.mistakes, self.remains):
            label.setWordWrap(True)
        self.mistakes.setStyleSheet(text_style(Tone.BAD))
        layout, buttons = QVBoxLayout(self), QHBoxLayout()
        for widget in (tabs, self.mistakes, self.remains):
            layout.addWidget(widget)
        add_button(tr("Save"), self.save, buttons)
        add_button(tr("Save as…"), self.save_as, buttons)
        buttons.addStretch()
        add_button(tr("Close"), self.close, buttons)
        layout.addLayout(buttons)
        self.resize(760, 560)
        for part in (self.constraints, self.factors, self.names):
            part.changed.connect(self._changed)

    def _general(self):
        page, form = QWidget(), QFormLayout()
        self.name, self.version, self.need = QLineEdit(), QLineEdit(), QPlainTextEdit()
        self.numbers = {key: QDoubleSpinBox() for key in _NUMBERS}
        for key, box in self.numbers.items():
            box.setRange(0, 1e9)
            box.setGroupSeparatorShown(True)
            box.setSuffix(tr(" m") if key[0] == "search" else tr(" m²"))
            box.setSpecialValueText("—")
            box.setKeyboardTracking(False)
            box.valueChanged.connect(lambda _value: self._read_general())
        for widget in (self.name, self.version):
            widget.editingFinished.connect(self._read_general)
        self.need.textChanged.connect(self._read_general)
        texts = (
            tr("Name"),
            tr("Version"),
            tr("Requirement as text"),
            tr("Least area"),
            tr("Largest area"),
            tr("Least distance between sites"),
        )
        for text, widget in zip(texts, (self.name, self.version, self.need, *self.numbers.values())):
            form.addRow(text, widget)
        page.setLayout(form)
        return page

    def edit(self, draft: CriteriaDraft) -> None:
        """Show a draft."""
        self.draft = None  # what the widgets say while they are filled is not the user's
        document = draft.document
        self.name.setText(document.get("name", ""))
        self.version.setText(str(document.get("version", "")))
        self.need.setPlainText(document.get("need", ""))
        for (group, key), box in self.numbers.items():
            box.setValue(document.get(group, {}).get(key) or 0)
        self.draft = draft
        for part in (self.constraints, self.factors, self.names):
            part.show_draft(draft)
        self.judge()

    def _read_general(self):
        if self.draft is None:
            return
        document, before = self.draft.document, self.draft.text()
        document.update(name=self.name.text(), version=self.version.text(), need=self.need.toPlainText())
        for (group, key), box in self.numbers.items():
            values = {k: v for k, v in document.get(group, {}).items() if k != key}
            document[group] = {**values, key: box.value()} if box.value() else values
        if self.draft.text() != before:
            self._changed()

    def _changed(self):
        for part in (self.constraints, self.factors, self.names):
            if part is not self.sender():
                part.show_draft(self.draft)
        self.judge()
        self.changed.emit()

    def judge(self) -> Optional[str]:
        """Say what is wrong with the criteria as they stand; None when they can be used, else the text."""
        try:
            self.constraints.show_laws(self._check(self.draft))
        except OneMapError as error:
            self.mistakes.setText(str(error))
            return str(error)
        self.mistakes.clear()
        return None

    def save(self) -> None:
        """Write the file it came from; the examples of the plugin are saved under another name."""
        if self.draft.path is None or self.draft.path.parent == FOLDER:
            self.save_as()
        else:
            self.write(str(self.draft.path))

    def save_as(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, tr("Save as…"), f"{safe_name(self.name.text())}.yaml", "YAML (*.yaml)"
        )
        if path:
            self.write(path if path.lower().endswith((".yaml", ".yml")) else f"{path}.yaml")

    def write(self, path: Union[str, Path]) -> None:
        """Save under a path; an error is told here."""
        try:
            self.draft.save(path)
        except OneMapError as error:
            self.mistakes.setText(str(error))
            return
        self.saved.emit(str(path))

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.draft is not None and self.draft.is_changed:
            question = tr(
                "The criteria were changed and not saved. They are used as they stand until QGIS is closed. "
                "Save them now?"
            )
            buttons = QMessageBox.StandardButton.Save | QMessageBox.StandardButton.Close
            if QMessageBox.question(self, self.windowTitle(), question, buttons) == QMessageBox.StandardButton.Save:
                self.save()
        super().closeEvent(event)
