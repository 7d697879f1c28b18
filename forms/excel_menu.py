"""Excel from the record list: import through the mapping page, export of what the list shows, the empty template."""

from dataclasses import replace
from pathlib import Path
from typing import Union

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QAbstractButton, QApplication, QFileDialog, QMenu, QProgressDialog

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.records.distribution import BookSet, distribute, merge, merge_report
from ..plugin.bridge.records.workbooks import (
    ImportOptions,
    Printing,
    Selection,
    export_workbook,
    print_records,
    undo_import,
)
from ..plugin.bridge.tasks import WorkTask
from ..plugin.core.errors import OneMapError
from ..plugin.gui.widgets.buttons import agreed
from ..plugin.store.anchors import keep_anchor
from .mapping_page import MappingPage

_FILTER = "Excel (*.xlsx)"


class ExcelMenu(QObject):
    """`window`: the RecordList. Emits message(text) with what was done and imported(count) after an import."""

    message = pyqtSignal(str)
    imported = pyqtSignal(int)

    def __init__(self, window):
        super().__init__(window)
        self._window, self.task, self._progress = window, None, None

    def attach(self, button: QAbstractButton) -> None:
        """Put the menu on a tool button."""
        menu = QMenu(button)
        import_action = menu.addAction(tr("Import a workbook…"), self.choose)
        import_action.setEnabled(not self._window.ws.read_only)
        menu.addAction(tr("Paste what was copied from Excel…"), self.paste).setEnabled(not self._window.ws.read_only)
        self._undo = menu.addAction(tr("Undo the last import…"), self.undo)
        self._undo.setEnabled(not self._window.ws.read_only)
        menu.addAction(tr("Export what the list shows…"), lambda: self._export(False))
        menu.addAction(tr("Empty template…"), lambda: self._export(True))
        menu.addAction(tr("Sheet to be signed and stamped, A4…"), lambda: self.choose_print("A4"))
        menu.addAction(tr("Sheet to be signed and stamped, A3…"), lambda: self.choose_print("A3"))
        menu.addSeparator()
        for text, slot in (
            (tr("One workbook for every township…"), lambda: self.choose_distribution("town")),
            (tr("One workbook for every county…"), lambda: self.choose_distribution("county")),
            (tr("Merge a folder of returned workbooks…"), self.choose_merge),
        ):
            menu.addAction(text, slot).setEnabled(not self._window.ws.read_only)
        button.setMenu(menu)
        button.setText(tr("Excel"))

    def choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self._window, tr("Import a workbook…"), "", tr("Tables (*.xlsx *.xlsm *.et *.csv *.txt *.xls)")
        )
        if path:
            self._flush()
            self.page(path).exec()

    def paste(self) -> None:
        """Take in rows that were copied from Excel, their head included, through the mapping page."""
        text = QApplication.clipboard().text()
        if "\n" not in text.strip():
            self.message.emit(tr("First copy the rows in Excel, including the row with the column titles."))
            return
        self._flush()
        path = self._window.ws.path.with_name(f"{tr('pasted')}.txt")
        self.pasted_page(path, text).exec()

    def pasted_page(self, path: Union[str, Path], text: str) -> MappingPage:
        """The mapping page for text of the clipboard; the marked copy would lie beside the workspace."""
        made = MappingPage(self._window.ws, self._window.form.id, path, self._window, pasted=text)
        made.imported.connect(self.imported)
        return made

    def undo(self) -> None:
        """Take the last import back, as one act of the chain."""
        self._flush()
        question = tr("Undo the last import? Records that were changed or submitted since are left unchanged.")
        if not agreed(self._window, tr("Undo the last import…"), question):
            return
        try:
            done = undo_import(self._window.ws)
        except OneMapError as error:
            self.message.emit(str(error))
            return
        text = tr("{0}: {1} records were removed, {2} restored.").format(done.file, done.removed, done.restored)
        if done.left:
            text += " " + tr("Left unchanged because edited since: {0}").format("、".join(done.left[:10]))
        self.imported.emit(done.removed + done.restored)
        self.message.emit(text)

    def _flush(self):
        """What is being typed is written first: the workspace is busy afterwards."""
        for editor in self._window.editors:
            editor.flush()

    def page(self, path: Union[str, Path]) -> MappingPage:
        """The mapping page for a workbook; nothing else of the window can be used while it imports."""
        made = MappingPage(self._window.ws, self._window.form.id, path, self._window)
        made.imported.connect(self.imported)
        return made

    def choose_print(self, paper: str) -> None:
        name = f"{self._window.form.label}_{paper}.xlsx"
        path, _ = QFileDialog.getSaveFileName(self._window, tr("Sheet to be signed and stamped"), name, _FILTER)
        if path:
            self.print_sheet(path, paper)

    def print_sheet(self, path: Union[str, Path], paper: str = "A4") -> None:
        """Write what the list shows as a sheet to be printed."""
        window = self._window
        form_id, shown = window.form.id, Selection(*window.shown())
        filler = window.ws.setting("presets", {}).get("reporter", "")
        self._run(
            lambda feedback: print_records(window.ws, path, form_id, shown, Printing(filler, paper)),
            lambda bands: self._done(tr("Saved: {0}").format(path)),
        )

    def choose_distribution(self, level: str) -> None:
        folder = QFileDialog.getExistingDirectory(self._window, tr("Folder for the workbooks"))
        if folder:
            self.distribute(folder, level)

    def distribute(self, folder: Path, level: str) -> None:
        """Write one prefilled workbook for every division, in the background."""
        window, period = self._window, self._window.periodBox.currentData()
        form_id = window.form.id

        def done(made):
            self._done(tr("{0} workbooks were written to {1}").format(len(made), folder))

        self._run(lambda feedback: distribute(window.ws, form_id, folder, BookSet(level, period), feedback), done)

    def choose_merge(self) -> None:
        folder = QFileDialog.getExistingDirectory(self._window, tr("Folder of the returned workbooks"))
        if folder:
            self.merge(folder)

    def merge(self, folder: Path) -> None:
        """Import a folder of returned workbooks in the background; the report and the marked copies lie beside it."""
        window, marked = self._window, Path(folder) / tr("marked")
        form_id, report = window.form.id, Path(folder) / f"{tr('returned')}.xlsx"
        county = window.ws.divisions().name(window.ws.county) or window.ws.county
        report.unlink(missing_ok=True)

        def work(feedback):
            result = merge(window.ws, form_id, folder, ImportOptions(marked=marked), feedback)
            merge_report(result, marked.parent / report.name, county)
            return result

        def done(result):
            changed = sum(b.summary.created + b.summary.updated for b in result.books if b.summary)
            self.imported.emit(changed)
            counts = (len(result.books), len(result.not_returned), changed, result.conflicts, result.errors)
            message = tr(
                "{0} workbooks returned, {1} not; {2} records new or changed, {3} in conflict, {4} rejected. {5}"
            )
            self._done(message.format(*counts, report))

        self._run(work, done)

    def _run(self, work, done):
        self._flush()
        self.task = WorkTask(tr("Excel"), work, done, self._failed)
        self._show_progress()
        QgsApplication.taskManager().addTask(self.task)

    def _show_progress(self):
        self._progress = QProgressDialog(tr("Working on the workbooks…"), tr("Cancel"), 0, 0, self._window)
        self._progress.setWindowModality(Qt.WindowModality.WindowModal)
        self._progress.canceled.connect(self._cancel)
        self._progress.show()

    def _export(self, template_only):
        form = self._window.form
        name = f"{form.label}.xlsx"
        path, _ = QFileDialog.getSaveFileName(self._window, tr("Excel"), name, _FILTER)
        if path:
            self.export(path if path.lower().endswith(".xlsx") else f"{path}.xlsx", template_only)

    def export(self, path: Union[str, Path], template_only: bool = False) -> None:
        """Write the workbook in the background; a cancel leaves nothing behind."""
        window = self._window
        form_id, workspace = window.form.id, window.ws.path
        shown = replace(Selection(*window.shown()), template=template_only)

        def work(feedback):
            return export_workbook(path, form_id, workspace, shown, feedback)

        def done(count):
            if not template_only and not window.ws.read_only:
                keep_anchor(window.ws, "book", Path(path).name)
            self._done(tr("{0} rows written to {1}").format(count, path))

        self._run(work, done)

    def _cancel(self):
        if self.task is not None:
            self.task.drop()
            self._done(tr("Cancelled."))

    def _failed(self, error):
        self._done(str(error))

    def _done(self, text):
        self.task = None
        self._progress.hide()
        self._progress.deleteLater()
        self.message.emit(text)
