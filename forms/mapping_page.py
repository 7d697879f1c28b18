"""The mapping page: which column of a workbook holds which field, proposed, corrected by hand, kept as a
profile, then imported.
"""

from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt import uic
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QComboBox, QDialog, QFileDialog, QTableWidgetItem

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.records.workbook_mapping import (
    keep_mapping,
    kept_mapping,
    make_profile,
    open_reader,
    preview_workbook,
    read_profile,
)
from ..plugin.bridge.records.workbooks import ImportOptions, apply_plan, error_line, plan_import
from ..plugin.bridge.tasks import WorkTask
from ..plugin.core import messages
from ..plugin.core.errors import OneMapError
from .import_preview import ImportPreview

_UI = Path(__file__).with_suffix(".ui")
_ID = "id"
_ASKED = ("similar", "values")  # proposals that a person should look at
_SHOWN = 200  # errors in the text; the marked copy holds all of them
_TINTS = {
    "exact": "#e2f0d9",
    "name": "#e2f0d9",
    "profile": "#e2f0d9",
    "alias": "#e2f0d9",
    "similar": "#fff2cc",
    "values": "#fff2cc",
}


class MappingPage(QDialog):
    """`path`: the workbook; `workspace`: open for writing. Emits imported(number of records changed)."""

    imported = pyqtSignal(int)

    def __init__(self, workspace, form_id, path, parent=None):
        super().__init__(parent)
        uic.loadUi(str(_UI), self)
        self.ws, self.form, self.path = workspace, workspace.form(form_id), Path(path)
        self.previews, self.profile, self.boxes, self.task, self.summary = [], None, [], None, None
        self.preview, self.reader, self.options = None, None, ImportOptions()
        self.setWindowTitle(tr("Import {0} from {1}").format(self.form.title[messages.language()], self.path.name))
        self._wire()
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
        heads = [tr("Column in the workbook"), tr("First values"), tr("Field"), tr("Found by"), tr("Converted")]
        self.columnTable.setColumnCount(len(heads))
        self.columnTable.setHorizontalHeaderLabels(heads)
        self.sheetBox.activated.connect(lambda index: self.show_sheet())
        self.resultText.hide()
        self.progressBar.hide()

    def propose(self):
        """Look at the workbook (again, with the profile that was chosen).

        Last month's mapping of the same columns is applied.
        """
        try:
            self.reader = self.reader or open_reader(self.path)
            self.previews = preview_workbook(self.reader, self.form, self.profile)
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
        self.noticeLabel.setStyleSheet("color: #c62828")
        for widget in (self.importButton, self.loadButton, self.keepButton, self.sheetBox):
            widget.setEnabled(False)

    def show_sheet(self):
        """Fill the table with the columns of the chosen sheet."""
        preview = self.previews[max(0, self.sheetBox.currentIndex())]
        self.noticeLabel.setText(
            tr("Head found in rows {0} to {1}. Green columns are sure, yellow ones alike: please look at them.").format(
                preview.first, preview.last
            )
        )
        self.boxes = []
        self.columnTable.setRowCount(len(preview.columns))
        for row, column in enumerate(preview.columns):
            self._fill_row(row, column, column.key in preview.taken)
        self.columnTable.resizeColumnsToContents()
        for column in (0, 1):
            self.columnTable.setColumnWidth(column, min(self.columnTable.columnWidth(column), 240))
        self.judge()

    def _fill_row(self, row, column, taken):
        box = QComboBox()
        box.addItem(tr("(not read)"), "")
        for field in self.form.fields:
            box.addItem(f"{field.title}{' *' if field.required else ''}", field.key)
        if column.key == _ID:
            box.addItem(tr("Record id"), _ID)
        box.setCurrentIndex(box.findData(column.key) if taken or column.how in _ASKED else 0)
        box.currentIndexChanged.connect(lambda index: self.judge())
        how = self._how(column)
        converted = "" if column.factor == 1.0 else f"× {column.factor:.6g}"
        for position, text in ((0, column.title), (1, column.samples), (3, how), (4, converted)):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            if column.how:
                item.setBackground(QColor(_TINTS[column.how]))
                item.setForeground(QColor("#202020"))
            self.columnTable.setItem(row, position, item)
        self.columnTable.setCellWidget(row, 2, box)
        self.boxes.append((column.title, box))

    @staticmethod
    def _how(column):
        names = {
            "exact": tr("same title"),
            "name": tr("field name"),
            "alias": tr("other name"),
            "profile": tr("kept mapping"),
            "values": tr("its values"),
        }
        return tr("{0} % alike").format(column.percent) if column.how == "similar" else names.get(column.how, "")

    def choices(self):
        """{column title: field key or ""} as they stand."""
        return {title: box.currentData() for title, box in self.boxes if box.currentData() != _ID}

    def _proposed(self):
        """{column title: field key or ""} as it would be read without a person's choices."""
        preview = self.previews[max(0, self.sheetBox.currentIndex())]
        return {c.title: c.key if c.key in preview.taken else "" for c in preview.columns if c.key != _ID}

    def judge(self):
        """Tell what is missing or chosen twice; return True when the import may start."""
        chosen = [key for key in self.choices().values() if key]
        missing = [f.title for f in self.form.fields if f.required and f.key not in chosen]
        twice = sorted({self.form.field(key).title for key in chosen if chosen.count(key) > 1})
        notes = [tr("Required, without a column: {0}").format("、".join(missing))] if missing else []
        notes += [tr("Chosen for two columns: {0}").format("、".join(twice))] if twice else []
        self.missingLabel.setText("\n".join(notes))
        self.missingLabel.setStyleSheet("color: #c62828")
        self.importButton.setEnabled(not notes and not self.ws.read_only and self.task is None)
        return not notes

    def load_profile(self, path=None):
        """Apply a kept mapping."""
        path = path or QFileDialog.getOpenFileName(self, tr("Use a kept mapping…"), "", "JSON (*.json)")[0]
        if path:
            try:
                self.profile = read_profile(path, self.form)
            except OneMapError as error:
                self.missingLabel.setText(str(error))
                return
            self.propose()

    def keep_profile(self, path=None):
        """Write the mapping as it stands, for next month."""
        path = (
            path
            or QFileDialog.getSaveFileName(self, tr("Keep this mapping…"), f"{self.form.id}.json", "JSON (*.json)")[0]
        )
        if path:
            try:
                self._chosen_profile().save(path)
            except OSError as error:
                self.missingLabel.setText(tr("The mapping could not be written: {0}").format(error.strerror))

    def _chosen_profile(self):
        return make_profile(self.form, self.choices(), self.profile.as_dict() if self.profile else None)

    def marked_path(self):
        """Where the marked copy goes: beside the workbook."""
        return self.path.with_name(f"{self.path.stem}{tr('_marked')}.xlsx")

    def start(self, options=None):
        """Read the whole workbook in the background with the mapping as it stands, then show what it would do."""
        if not self.judge():
            return
        profile, self.options = self._chosen_profile(), options or self.options

        def work(feedback):
            return plan_import(self.ws, self.reader, self.form, profile, self.options, feedback)

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
        lines = [tr("{0} rows taken ({1} new, {2} changed, {3} unchanged), {4} with errors").format(*counts)]
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

    def reject(self):
        """Closing stops a running import: nothing of it stays."""
        if self.task is not None:
            self.task.cancel()
            self.task.waitForFinished()
            self.task = None
        self._close_preview()
        if self.reader is not None:
            self.reader.close()
            self.reader = None
        super().reject()
