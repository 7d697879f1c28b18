"""The editor of an indicator set: its indicators one at a time, its layers, parts and statistics as tables; checked
while it is typed, saved as a file of its own.
"""

from pathlib import Path
from typing import Any, Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QSpinBox,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ...bridge.i18n import tr
from ...bridge.monitoring.indicator_titles import nature_names
from ...core.errors import OneMapError
from ...formats.rules.indicator_draft import IndicatorDraft
from ...formats.rules.indicator_entries import Section
from ..widgets.buttons import agreed
from ..widgets.confidence_edit import ConfidenceEdit
from ..widgets.contrast import Tone, text_style
from ..widgets.tables import add_button
from ..widgets.typed import typed_number
from .indicator_entries_tab import EntriesTab


def _directions() -> dict[str, str]:
    return {
        "at_most": tr("Not above the target"),
        "at_least": tr("Not below the target"),
        "within": tr("Close to the target"),
        "none": tr("No direction"),
    }


def _holds() -> dict[str, str]:
    return {"always": tr("At any time"), "by_year": tr("By the target year")}


class IndicatorEditor(QDialog):
    """`saved(path, title)` when the set was written."""

    saved = pyqtSignal(object, str)

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Indicator set"))
        self.resize(980, 600)
        self.draft: Optional[IndicatorDraft] = None
        self._is_filling = False
        self.list = QListWidget()
        self.list.currentRowChanged.connect(self._show_row)
        parts = QSplitter()
        parts.addWidget(self._listed())
        parts.addWidget(self._form())
        parts.setSizes([280, 580])
        self.tabs = QTabWidget()
        self.tabs.addTab(parts, tr("Indicators"))
        titles = {
            Section.LAYERS: tr("Layers"),
            Section.PARTS: tr("Parts of layers"),
            Section.STATISTICS: tr("Statistics asked for"),
        }
        self.entries = {section: EntriesTab(section) for section in titles}
        for section, tab in self.entries.items():
            self.tabs.addTab(tab, titles[section])
            tab.changed.connect(self._entries_changed)
        self.tabs.currentChanged.connect(self._tab_shown)
        layout = QVBoxLayout(self)
        layout.addWidget(self.tabs, 1)
        layout.addLayout(self._buttons())

    def _listed(self) -> QWidget:
        """The list of indicators with what changes it."""
        box, row = QWidget(), QHBoxLayout()
        add_button(tr("Add"), self.add, row)
        add_button(tr("Remove"), self.remove, row)
        row.addStretch(1)
        layout = QVBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list, 1)
        layout.addLayout(row)
        return box

    def _form(self) -> QWidget:
        box = QWidget()
        form = QFormLayout(box)
        self.fields: dict[str, Any] = {
            name: QLineEdit() for name in ("id", "zh", "en", "group", "unit", "targets", "source", "note")
        }
        self.fields["confidence"] = ConfidenceEdit()
        self.formula = QPlainTextEdit()
        self.formula.setMaximumHeight(72)
        self.choices = {name: QComboBox() for name in ("nature", "direction", "holds")}
        for name, choices_of in (("nature", nature_names()), ("direction", _directions()), ("holds", _holds())):
            for value, text in choices_of.items():
                self.choices[name].addItem(text, value)
        self.decimals = QSpinBox()
        self.decimals.setRange(0, 10)
        self.fields["targets"].setPlaceholderText("2025=332.1; 2035=326.5")
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        titles = {
            "id": tr("Id"), "zh": tr("Name"), "en": tr("English name"), "group": tr("Group"), "unit": tr("Unit"),
            "nature": tr("Nature"), "direction": tr("Direction"), "holds": tr("Target holds"),
            "targets": tr("Targets (year=value)"), "source": tr("Source"), "confidence": tr("Confidence"),
            "note": tr("Note"),
        }  # fmt: skip
        order = ("id", "zh", "en", "group", "unit", "formula", "message", "decimals", "nature", "direction", "holds")
        special = {"formula": self.formula, "message": self.message, "decimals": self.decimals, **self.choices}
        labels = {**titles, "formula": tr("Formula"), "message": "", "decimals": tr("Decimals")}
        for name in (*order, "targets", "source", "confidence", "note"):
            form.addRow(labels[name], special.get(name) or self.fields[name])
        self.names = QPlainTextEdit()
        self.names.setReadOnly(True)
        self.names.setMaximumHeight(72)
        form.addRow(tr("Names to use"), self.names)
        self._listen()
        return box

    def _listen(self) -> None:
        for widget in self.fields.values():
            widget.textEdited.connect(self._edited)
        self.formula.textChanged.connect(self._edited)
        for box in self.choices.values():
            box.activated.connect(self._edited)
        self.decimals.valueChanged.connect(self._edited)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        add_button(tr("Save as…"), self.save_as, row)
        add_button(tr("Close"), self.close, row)
        return row

    def edit(self, path: Path) -> None:
        """Take a set; raises CatalogueError. The one in hand stays while it holds changes the user wants to keep."""
        if self.draft is not None and self.draft.is_changed:
            if self.draft.path == path or not agreed(self, tr("Indicator set"), tr("Discard the changes?")):
                return
        self.draft = IndicatorDraft.load(path)
        for tab in self.entries.values():
            tab.edit(self.draft)
        self._entries_changed()
        self._fill_list(0)

    def _entries_changed(self) -> None:
        """Names that formulas may use, and whether the shown formula still fits them."""
        sections = (Section.PARTS, Section.LAYERS, Section.STATISTICS)
        groups = [self.draft.entries(section) for section in sections] if self.draft is not None else []
        choices_of = [f"{name}＝{one.get('zh', '')}" for group in groups for name, one in group.items()]
        self.names.setPlainText("，".join(choices_of))
        if self.list.currentRow() >= 0:
            self._check(self.list.currentRow())

    def _tab_shown(self, *_: Any) -> None:
        shown = self.tabs.currentWidget()
        if isinstance(shown, EntriesTab):
            shown.check()

    def _fill_list(self, row: int) -> None:
        self.list.clear()
        for entry in self.draft.rows if self.draft is not None else []:
            self.list.addItem(entry["zh"])
        self.list.setCurrentRow(row)

    def _show_row(self, row: int) -> None:
        if self.draft is None or row < 0:
            return
        entry, self._is_filling = self.draft.rows[row], True
        for name, widget in self.fields.items():
            widget.setText(_targets_text(entry) if name == "targets" else str(entry.get(name, "")))
        self.formula.setPlainText(entry["formula"])
        self.decimals.setValue(entry.get("decimals", 2))
        for name, default in (("nature", "monitored"), ("direction", "none"), ("holds", "by_year")):
            self.choices[name].setCurrentIndex(self.choices[name].findData(entry.get(name, default)))
        self._is_filling = False
        self._check(row)

    def _edited(self, *_: Any) -> None:
        row = self.list.currentRow()
        if self._is_filling or self.draft is None or row < 0:
            return
        entry = self.draft.rows[row]
        for name, widget in self.fields.items():
            text = widget.text().strip()
            if name != "targets":
                entry.update({name: text}) if text or name in ("id", "zh", "unit") else entry.pop(name, None)
        entry.update({name: box.currentData() for name, box in self.choices.items()})
        entry.update(formula=self.formula.toPlainText().strip(), decimals=self.decimals.value())
        wrong = _take_targets(entry, self.fields["targets"].text())
        self.list.item(row).setText(entry["zh"])
        self._check(row, wrong)

    def _check(self, row: int, wrong: str = "") -> None:
        found = [wrong] if wrong else self.draft.mistakes(row) if self.draft is not None else []
        self.message.setText("\n".join(found) or tr("The formula and its unit fit."))
        self.message.setStyleSheet(text_style(Tone.BAD if found else Tone.GOOD))

    def add(self) -> None:
        """Add an indicator."""
        if self.draft is not None:
            self._fill_list(self.draft.add())

    def remove(self) -> None:
        """Remove the chosen indicator; the last one stays."""
        row = self.list.currentRow()
        if self.draft is not None and len(self.draft.rows) > 1 and row >= 0:
            del self.draft.rows[row]
            self._fill_list(min(row, len(self.draft.rows) - 1))

    def save_as(self) -> None:
        """Ask for a file and write the set there."""
        path, _ = QFileDialog.getSaveFileName(self, tr("Save the indicator set"), "", "YAML (*.yaml)")
        if path:
            self.save(Path(path))

    def save(self, path: Path) -> bool:
        """Write the set when it holds no mistake; True when it was written."""
        if self.draft is None:
            return False
        found = [
            choices_of for tab in self.entries.values() for choices_of in tab.wrong.values()
        ] or self.draft.mistakes()
        if found:
            for tab in self.entries.values():
                tab.check()
            self.message.setText("\n".join(found))
            self.message.setStyleSheet(text_style(Tone.BAD))
            return False
        try:
            self.draft.save(path)
        except OneMapError as error:
            self.message.setText(str(error))
            self.message.setStyleSheet(text_style(Tone.BAD))
            return False
        self.saved.emit(Path(path), self.draft.document["zh"])
        return True


def _targets_text(entry: dict) -> str:
    return "; ".join(f"{year}={value:g}" for year, value in sorted(entry.get("targets", {}).items()))


def _take_targets(entry: dict, text: str) -> str:
    """Put the targets of a text into an indicator; what is wrong with it, "" for nothing."""
    found = {}
    for part in text.replace("；", ";").replace("＝", "=").split(";"):
        if not part.strip():
            continue
        year, _, value = part.partition("=")
        try:
            found[str(int(year))] = typed_number(value)
        except ValueError:
            return tr("Write targets as year=value, separated by semicolons: {0}").format(part.strip())
    entry.update(targets=found) if found else entry.pop("targets", None)
    return ""
