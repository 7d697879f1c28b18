"""The tabs of a window of records that look at a whole period: what is due, and the roll-up, with their files."""

from pathlib import Path
from typing import Any, Union

from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QApplication, QComboBox, QFileDialog, QHBoxLayout, QPushButton

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.records.period_reports import counted_states, due_document, reminder, rollup_document, write
from ..plugin.core.files import safe_name
from ..plugin.gui.widgets.attempt import attempt
from ..plugin.gui.widgets.empty_hint import EmptyHint
from ..plugin.store.due import MISSING
from .due_table import fill_due_table
from .empty_texts import nothing_due, nothing_to_roll_up
from .rollup_table import fill_rollup_table

_FILES = "Excel (*.xlsx);;Word (*.docx);;PDF (*.pdf);;HTML (*.html)"


class PeriodTabs(QObject):
    """`window`: the RecordList whose tables are filled."""

    def __init__(self, window):
        super().__init__(window)
        self._window = window
        self.due_items, self.rows, self.period = [], [], None
        self._due_hint, self._rollup_hint = EmptyHint(window.dueTable), EmptyHint(window.rollupTable)
        self.remindButton, self.dueFileButton = QPushButton(tr("Copy a reminder")), QPushButton(tr("Save the list…"))
        row = QHBoxLayout()
        row.addWidget(self.remindButton)
        row.addWidget(self.dueFileButton)
        row.addStretch()
        window.dueLayout.addLayout(row)
        self.stateBox, self.rollupFileButton = QComboBox(), QPushButton(tr("Save the roll-up…"))
        for label, states in counted_states():
            self.stateBox.addItem(label, states)
        window.rollupRow.insertWidget(2, self.stateBox)
        window.rollupRow.insertWidget(3, self.rollupFileButton)
        self.stateBox.activated.connect(lambda index: self.roll_up())
        for button, slot in (
            (self.remindButton, self.copy_reminder),
            (self.dueFileButton, lambda: self._save(self._due_document)),
            (self.rollupFileButton, lambda: self._save(self._rollup_document)),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(lambda checked=False, slot=slot: slot())

    @property
    def _form(self):
        return self._window.form

    @property
    def _county(self):
        ws = self._window.ws
        return ws.divisions().name(ws.county) or ws.county

    def show_due(self) -> None:
        """Fill the due list of the period chosen in the box, or of this one."""
        window = self._window
        self.due_items = window.ws.due(self._form.id, period=window.periodBox.currentData())
        fill_due_table(window.dueTable, self._form, self.due_items, window.ws.divisions())
        self._due_hint.tell("" if self.due_items else nothing_due())
        for button in (self.remindButton, self.dueFileButton):
            button.setEnabled(bool(self.due_items))
        missing = [item for item in self.due_items if item.state == MISSING]
        counts = (len(self.due_items), len(missing), sum(item.never for item in missing))
        window.noticeLabel.setText(tr("{0} to report, {1} not reported, {2} of these never.").format(*counts))

    def roll_up(self) -> None:
        """Roll up the period chosen in the box, or the latest of the calendar: adding months up counts plans twice."""
        window, form = self._window, self._form
        chosen = window.periodBox.currentData()
        self.period = chosen or (window.ws.latest_period(form.id) if form.period else None)
        split = window.splitBox.currentData()
        only = {window.split_field(form).key: split} if split else None
        level, states = window.levelBox.currentData(), self.stateBox.currentData()
        self.rows = window.ws.roll_up(form.id, level, self.period, only, states)
        fill_rollup_table(window.rollupTable, form, self.rows)
        self._rollup_hint.tell("" if self.rows else nothing_to_roll_up())
        self.rollupFileButton.setEnabled(bool(self.rows))
        if self.period:
            window.noticeLabel.setText(tr("Period: {0}").format(self.period))

    def copy_reminder(self) -> None:
        """Put the text that asks for what is missing on the clipboard."""
        QApplication.clipboard().setText(reminder(self._form, self.due_items, self._county))
        self._window.noticeLabel.setText(tr("The reminder was copied: paste it into a message."))

    def _due_document(self):
        return due_document(self._form, self.due_items, self._county)

    def _rollup_document(self):
        return rollup_document(self._form, self.rows, self.period or "", self.stateBox.currentData(), self._county)

    def _save(self, make):
        document = make()
        path, _ = QFileDialog.getSaveFileName(self._window, document.title, f"{safe_name(document.title)}.xlsx", _FILES)
        if path:
            self.save(path, document)

    def save(self, path: Union[str, Path], document: Any) -> None:
        """Write a list; what stopped it is said below."""
        if attempt(lambda: write(path, document), self._window.noticeLabel.setText):
            self._window.noticeLabel.setText(tr("Saved: {0}").format(path))
