"""The editor's tab of hard constraints: what land must be, in the order in which it is asked."""

from typing import Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ..widgets.tables import add_button, fill_table, make_table, wrap_columns
from .row import RowDialog
from .wording import demand_text, source_text, title_text


class ConstraintTable(QWidget):
    """Edits `draft.constraints`; emits `changed`."""

    changed = pyqtSignal()

    def __init__(self):
        super().__init__()
        self._draft, self._laws = None, {}
        self.table = make_table([tr("Constraint"), tr("Demand"), tr("Law or source")])
        wrap_columns(self.table, [2])
        self.table.cellDoubleClicked.connect(lambda row, column: self.edit())
        layout, buttons = QVBoxLayout(self), QHBoxLayout()
        layout.addWidget(self.table)
        for text, slot in (
            (tr("Add constraint…"), self.add),
            (tr("Edit…"), self.edit),
            (tr("Remove"), self.remove),
            (tr("Up"), lambda: self.move(-1)),
            (tr("Down"), lambda: self.move(1)),
        ):
            add_button(text, slot, buttons)
        buttons.addStretch()
        layout.addLayout(buttons)

    def show_draft(self, draft):
        """Show the constraints of a CriteriaDraft."""
        self._draft = draft
        layers, sources = draft.layer_titles(), draft.document.get("sources", {})
        rows = []
        for row in draft.constraints:
            law = self._laws.get(row["id"]) or source_text(row, sources)
            rows.append(([title_text(row, layers), demand_text(row, layers), law], None))
        current = self.table.currentRow()
        fill_table(self.table, rows)
        self.table.setCurrentCell(min(current, len(rows) - 1), 0)

    def show_laws(self, criteria):
        """Say the law behind every constraint of the built Criteria."""
        self._laws = {c.id: c.law for c in criteria.constraints if c.law}
        self.show_draft(self._draft)

    def _done(self):
        self.show_draft(self._draft)
        self.changed.emit()

    def add(self) -> None:
        dialog = RowDialog(self._draft, {"id": self._draft.free_id("constraint")}, False, self)
        if dialog.exec():
            self._draft.constraints.append(dialog.row())
            self._done()

    def edit(self) -> None:
        at = self.table.currentRow()
        if at < 0:
            return
        dialog = RowDialog(self._draft, self._draft.constraints[at], False, self)
        if dialog.exec():
            self._draft.constraints[at] = dialog.row()
            self._done()

    def remove(self) -> None:
        if self.table.currentRow() >= 0:
            del self._draft.constraints[self.table.currentRow()]
            self._done()

    def move(self, step: Any) -> None:
        """Move the current constraint up (-1) or down (1)."""
        at, rows = self.table.currentRow(), self._draft.constraints
        if 0 <= at < len(rows) and 0 <= at + step < len(rows):
            rows[at], rows[at + step] = rows[at + step], rows[at]
            self.table.setCurrentCell(at + step, 0)
            self._done()
