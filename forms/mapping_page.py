"""The mapping page: which column of a workbook holds which field, proposed, corrected by hand, kept as a
profile, then imported.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any, Optional, Union

from qgis.core import QgsApplication
from qgis.PyQt import uic
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QDialog, QFileDialog, QSplitter

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.records.workbook_mapping import (
    column_values,
    keep_mapping,
    kept_mapping,
    make_profile,
    open_reader,
    pasted_reader,
    preview_workbook,
    read_profile,
)
from ..plugin.bridge.records.workbooks import ImportOptions, apply_plan, error_line, plan_import
from ..plugin.bridge.tasks import WorkTask
from ..plugin.core import messages
from ..plugin.core.errors import OneMapError
from ..plugin.gui.widgets.contrast import Tone, text_style
from .column_rows import ID
from .import_preview import ImportPreview
from .mapping_columns import MappingColumns
from .mapping_side import MappingSide

_UI = Path(__file__).with_suffix(".ui")
_SHOWN = 200  # errors in the text; the marked copy holds all of them


class MappingPage(QDialog):
    """`path`: the workbook; `workspace`: open for writing; `pasted`: text copied from Excel, instead of a file.

    Emits imported(number of records changed).
    """

    imported = pyqtSignal(int)

    def __init__(self, workspace, form_id, path, parent=None, pasted=""):
        super().__init__(parent)
        uic.loadUi(str(_UI), self)
        self.ws, self.form, self.path = workspace, workspace.form(form_id), Path(path)
        self.previews, self.profile, self.task, self.summary = [], None, None, None
        self.preview, self.options = None, ImportOptions()
        self.reader: Any = pasted_reader(path, pasted) if pasted else None
        self.setWindowTitle(tr("Import {0} from {1}").format(self.form.title[messages.language()], self.path.name))
        self._wire()
        self._lay_side()
        self.propose()

    def _wire(self):
        self.sheetLabel.setText(tr("Sheet"))
        for button, text, slot in (
            (self.loadButton, tr("Use a kept mapping…"), self.load_profile),
            (self.keepButton, tr("Keep this mapping…"), self.keep_profile),
            (self.importButton, tr("Import"), self.start),
            (self.closeButton, tr("Close"), self.reject),
        ):
            button.setText(text)
            button.clicked.connect(lambda checked=False, slot=slot: slot())
        self.columns = MappingColumns(self.columnTable, self.ws, self.form)
        self.columns.chosen.connect(self._chosen)
        self.columns.asked.connect(self.judge)
        self.sheetBox.activated.connect(lambda index: self.show_sheet())
        self.resultText.hide()
        self.progressBar.hide()

    def _lay_side(self):
        """The columns on the left; on the right what has no column of its own, and words for choices."""
        self.side, splitter = MappingSide(self.ws, self.form, self), QSplitter()
        place = self.pageLayout.indexOf(self.columnTable)
        splitter.addWidget(self.columnTable)
        splitter.addWidget(self.side)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 1)
        self.pageLayout.insertWidget(place, splitter, 1)
        self.resize(1180, 640)
        self.side.currentChanged.connect(lambda index: self._offer_values() if index == 1 else None)

    def propose(self) -> None:
        """Look at the workbook (again, with the profile that was chosen).

        Last month's mapping of the same columns is applied.
        """
        try:
            self.reader = self.reader or open_reader(self.path)
            self.previews = preview_workbook(self.reader, self.form, self.profile, self.ws.county)
            if self.profile is None:
                self.profile = kept_mapping(self.ws, self.form, self.previews)
                if self.profile:
                    self.previews = preview_workbook(self.reader, self.form, self.profile)
        except OneMapError as error:
            self._refuse(str(error))
            return
        self.sheetBox.clear()
        self.sheetBox.addItems([preview.title for preview in self.previews])
        self.show_sheet()

    def _refuse(self, text):
        self.noticeLabel.setText(text)
        self.noticeLabel.setStyleSheet(text_style(Tone.BAD))
        for widget in (self.importButton, self.loadButton, self.keepButton, self.sheetBox):
            widget.setEnabled(False)

    def show_sheet(self) -> None:
        """Fill the table with the columns of the chosen sheet."""
        preview = self.previews[max(0, self.sheetBox.currentIndex())]
        self.noticeLabel.setText(
            tr(
                "Column titles found in rows {0} to {1}. Green columns match, yellow ones are similar: please "
                "check them."
            ).format(preview.first, preview.last)
        )
        parts = self.profile or preview.suggested
        self.columns.show(preview, self.profile)
        self.side.show_fixed(self._without_column(), parts.fixed if parts else {})
        self._offer_values()
        self.judge()

    def _chosen(self):
        self.side.show_fixed(self._without_column(), {})
        self._offer_values()
        self.judge()

    def _without_column(self):
        """Required fields that no column gives, and those that something was suggested or kept for."""
        given = {*self.choices().values(), *self.columns.derived()}
        parts = self.profile or self.previews[max(0, self.sheetBox.currentIndex())].suggested
        wanted = set(parts.fixed) if parts else set()
        return [f.key for f in self.form.fields if f.key not in given and (f.required or f.key in wanted)]

    def _offer_values(self):
        """The words of the columns that hold choices."""
        preview, found = self.previews[max(0, self.sheetBox.currentIndex())], {}
        for title, key in self.choices().items():
            if key and self.form.field(key).codes:
                found[key] = column_values(self.reader, preview.title, preview, title)
        kept = {**(self.profile.values if self.profile else {}), **self.side.values()}
        self.side.show_values(found, kept)

    @property
    def boxes(self) -> list[tuple[str, QComboBox]]:
        """[(title of a column, its box)]"""
        return self.columns.boxes

    @property
    def units(self) -> dict[str, QComboBox]:
        """{title of an area without a unit: the box that asks for it}"""
        return self.columns.units

    def choices(self) -> dict[str, str]:
        """{column title: field key or ""} as they stand."""
        return self.columns.choices()

    def _proposed(self):
        """{column title: field key or ""} as it would be read without a person's choices."""
        preview = self.previews[max(0, self.sheetBox.currentIndex())]
        return {c.title: c.key if c.key in preview.taken else "" for c in preview.columns if c.key != ID}

    def judge(self) -> bool:
        """Tell what is missing or chosen twice; return True when the import may start."""
        given = {*self.choices().values(), *self.columns.derived(), *self.side.fixed()}
        missing = [f.title for f in self.form.fields if f.required and f.key not in given]
        notes = [tr("Required, without a column: {0}").format("、".join(missing))] if missing else []
        notes += self.columns.problems()
        self.missingLabel.setText("\n".join(notes))
        self.missingLabel.setStyleSheet(text_style(Tone.BAD))
        self.importButton.setEnabled(not notes and not self.ws.read_only and self.task is None)
        return not notes

    def load_profile(self, path: Optional[Union[str, Path]] = None) -> None:
        """Apply a kept mapping."""
        path = path or QFileDialog.getOpenFileName(self, tr("Use a kept mapping…"), "", "JSON (*.json)")[0]
        if path:
            try:
                self.profile = read_profile(Path(path), self.form)
            except OneMapError as error:
                self.missingLabel.setText(str(error))
                return
            self.propose()

    def keep_profile(self, path: Optional[Union[str, Path]] = None) -> None:
        """Write the mapping as it stands, for next month."""
        path = (
            path
            or QFileDialog.getSaveFileName(self, tr("Keep this mapping…"), f"{self.form.id}.json", "JSON (*.json)")[0]
        )
        if path:
            try:
                self._chosen_profile().save(path)
            except OSError as error:
                why = messages.translated(error.strerror)
                self.missingLabel.setText(tr("The mapping could not be written: {0}").format(why))

    def _chosen_profile(self):
        """What the boxes say; columns of a special choice are left out of the plain ones."""
        values = {**(self.profile.values if self.profile else {}), **self.side.values()}
        parts = {**self.columns.parts(), "fixed": self.side.fixed(), "values": values}
        return make_profile(self.form, self.columns.plain(), parts)

    def marked_path(self) -> Path:
        """Where the marked copy goes: beside the workbook."""
        return self.path.with_name(f"{self.path.stem}{tr('_marked')}.xlsx")

    def start(self, options: Any = None) -> None:
        """Read the whole workbook in the background with the mapping as it stands, then show what it would do."""
        if not self.judge():
            return
        profile, self.options = self._chosen_profile(), options or self.options
        chosen = replace(self.options, profile=profile)

        def work(feedback):
            return plan_import(self.ws, self.reader, self.form, chosen, feedback)

        self._run(work, lambda plan: self._show_preview(plan, profile))

    def _run(self, work, done):
        self.task = WorkTask(self.windowTitle(), work, done, self._failed)
        self.importButton.setEnabled(False)
        self.progressBar.show()
        QgsApplication.taskManager().addTask(self.task)

    def _show_preview(self, plan, profile):
        self.task = None
        self.progressBar.hide()
        self._close_preview()
        self.preview = ImportPreview(plan, self.options, self)
        self.preview.accepted.connect(lambda: self._apply(plan, profile))
        self.preview.rejected.connect(self.judge)
        self.preview.again.connect(self.start)
        self.preview.open()

    def _close_preview(self):
        if self.preview is not None:
            self.preview.blockSignals(True)
            self.preview.close()
            self.preview.deleteLater()
            self.preview = None

    def _apply(self, plan, profile):
        marked = self.marked_path()
        self._run(lambda feedback: apply_plan(self.ws, plan, marked), lambda summary: self._done(summary, profile))

    def _done(self, summary, profile):
        self.task, self.summary = None, summary
        self._close_preview()
        if summary.accepted and profile.columns != self._proposed():
            keep_mapping(self.ws, profile)
        counts = (summary.accepted, summary.created, summary.updated, summary.unchanged, summary.rejected)
        lines = [tr("{0} rows read ({1} new, {2} changed, {3} unchanged), {4} with errors").format(*counts)]
        if summary.marked:
            lines.append(tr("Marked copy: {0}").format(summary.marked))
        lines += [remark.text() for remark in summary.remarks] + [
            error_line(error) for error in summary.errors[:_SHOWN]
        ]
        self._show_result(lines)
        self.imported.emit(summary.created + summary.updated)

    def _failed(self, error):
        self.task = None
        self._show_result([str(error)])

    def _show_result(self, lines):
        self.progressBar.hide()
        self.resultText.setPlainText("\n".join(lines))
        self.resultText.show()
        self.judge()

    def reject(self) -> None:
        """Closing stops a running import: nothing of it stays."""
        if self.task is not None:
            self.task.drop()
            self.task.waitForFinished()
            self.task = None
        self._close_preview()
        if self.reader is not None:
            self.reader.close()
            self.reader = None
        super().reject()
