"""The rules that are in effect, with their source; a province changes what it may and saves its own file."""

from datetime import date
from pathlib import Path
from typing import Any, Optional

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ...bridge.i18n import listed, tr
from ...bridge.layers.conditions import expression_error
from ...bridge.layers.results import EFFECT_COLOURS, effect_names
from ...core.errors import OneMapError
from ...formats.rules.rule_draft import RuleDraft
from ...formats.rules.rule_files import load_catalogue
from ..widgets.buttons import agreed
from ..widgets.tables import add_button, fill_table, make_table
from .rules_form import RuleForm


class RulesDialog(QDialog):
    """`path`: the province's rule file, None for none yet. `path` of the draft is where it was saved to."""

    def __init__(self, path: Optional[Path] = None, parent: Optional[QWidget] = None):
        super().__init__(parent)
        self.setWindowTitle(tr("Review rules"))
        self.draft, self._lines = RuleDraft(path), load_catalogue().lines
        self.filter, self.name, self.state = QLineEdit(), QLineEdit(self.draft.name), QLabel()
        self.filter.setPlaceholderText(tr("Find a line, rule or law"))
        self.name.setPlaceholderText(tr("Name of the rule set"))
        self.table = make_table([tr("Control line"), tr("Effect"), tr("Source"), tr("Rule")])
        self.form = RuleForm(self.draft.laws())
        self._build()
        self._connect()
        self.refresh()
        self.resize(1120, 640)

    def _build(self):
        scroll, split = QScrollArea(), QSplitter(Qt.Orientation.Horizontal)
        scroll.setWidget(self.form)
        scroll.setWidgetResizable(True)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.filter)
        column.addWidget(self.table, 1)
        split.addWidget(left)
        split.addWidget(scroll)
        split.setSizes([640, 480])
        layout, row = QVBoxLayout(self), QHBoxLayout()
        layout.addWidget(split, 1)
        row.addWidget(QLabel(tr("Name of the rule set")))
        row.addWidget(self.name, 1)
        row.addWidget(self.state, 1)
        add_button(tr("Save the province's file…"), self.ask_and_save, row)
        add_button(tr("Close"), self.reject, row)
        layout.addLayout(row)

    def _connect(self):
        self.filter.textChanged.connect(lambda _text: self.refresh())
        self.table.currentCellChanged.connect(lambda row, *_: self._show(row))
        self.form.changed.connect(self._change)
        self.form.switched.connect(self._switch)
        self.form.restored.connect(self._restore)

    def refresh(self) -> None:
        """Fill the table with the rules that the filter lets through; the current rule stays current."""
        current = self.current().id if self.current() else ""
        wanted = self.filter.text().strip().casefold()
        self._rows = [row for row in self.draft.rows() if wanted in self._searchable_text(row).casefold()]
        self.table.blockSignals(True)
        fill_table(self.table, [self._texts(row) for row in self._rows])
        self.table.blockSignals(False)
        at = next((at for at, row in enumerate(self._rows) if row.id == current), 0)
        if self._rows:
            self.table.setCurrentCell(at, 0)
            self._show(at)

    _rows: list = []

    def current(self) -> Any:
        """The RuleRow that is looked at, None for none."""
        at = self.table.currentRow()
        return self._rows[at] if 0 <= at < len(self._rows) else None

    def _texts(self, row):
        effect = row.values["effect"]
        line = self._lines[row.values["line"]]
        title = f"{row.id}　{row.values['title']}"
        colour = "#9e9e9e" if row.is_off else EFFECT_COLOURS[effect]
        return [line.title, effect_names()[effect], self.source(row), title], colour

    def source(self, row: Any) -> str:
        """Where a rule comes from, in words."""
        if row.is_off:
            return tr("Switched off")
        if row.is_new:
            return tr("Province")
        return tr("National, changed") if row.changed else tr("National")

    def _searchable_text(self, row):
        laws = " ".join(str(law["law"]) for law in row.values.get("laws", ()))
        return f"{self._lines[row.values['line']].name} {row.id} {row.values['title']} {laws} {self.source(row)}"

    def _show(self, at):
        if 0 <= at < len(self._rows):
            row = self._rows[at]
            changes = listed(row.changed)
            self.form.show_rule(row, f"{self.source(row)}　{changes}" if changes else self.source(row))

    def _change(self, key, value):
        self.draft.change(self.current().id, key, value)
        self._after(key not in ("condition", "note"))  # a text is still being typed

    def _switch(self, on):
        self.draft.switch(self.current().id, on)
        self._after()

    def _restore(self):
        self.draft.restore(self.current().id)
        self._after()

    _unsaved = False

    def reject(self) -> None:
        """Close; changes that are not saved are asked about."""
        if not self._unsaved or agreed(self, self.windowTitle(), tr("Close without saving the changes?")):
            super().reject()

    def _after(self, refill=True):
        self._unsaved = True
        self.state.setText(tr("Not saved yet"))
        if refill:
            self.refresh()

    def ask_and_save(self) -> None:
        """Ask where to, and save; what is wrong is told and nothing is written then."""
        start = str(self.draft.path or "")
        path, _ = QFileDialog.getSaveFileName(self, tr("Save the province's rule file"), start, "YAML (*.yaml *.yml)")
        if path:
            self.save(Path(path if Path(path).suffix else f"{path}.yaml"))

    def save(self, path: Path) -> bool:
        """Save to a file; False, and told, when something is wrong."""
        name = self.name.text().strip() or tr("Rules of the province")
        version = str(self.draft.document.get("version") or f"{date.today():%Y.%m}")
        try:
            self.draft.save(path, name, version, expression_error)
        except OneMapError as error:
            QMessageBox.warning(self, self.windowTitle(), str(error))
            return False
        self._unsaved = False
        self.state.setText(tr("Saved: {0}").format(path))
        return True
