"""The tab of inspections: choose, run in the background, look through the defects, say what becomes of them, repeat."""

import getpass
from pathlib import Path

from qgis.core import Qgis, QgsProject
from qgis.gui import QgisInterface
from qgis.PyQt.QtCore import Qt, QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import (
    QHBoxLayout,
    QInputDialog,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
)

from ...bridge.i18n import tr
from ...bridge.quality.inspection_given import InspectionInput
from ...bridge.quality.inspection_report import inspection_report
from ...bridge.quality.inspection_rows import crs_of
from ...bridge.quality.inspection_session import InspectionSession, SessionRun
from ...bridge.settings import Settings
from ...bridge.tasks import WorkTask
from ...core.errors import OneMapError
from ...core.quality.defects import DefectState
from ...report import write_report
from ...report.quality.inspection import inspection_document
from ..widgets.contrast import Tone
from ..widgets.tables import add_button
from ..widgets.work_page import WorkPage, ask_report
from .defect_list import DefectList
from .package_form import PackageForm
from .specification_window import SpecificationWindow
from .summary import summary_html
from .unchecked_box import UncheckedBox

_LOW = 320  # pixels: the list and what was not checked stay in sight together


class InspectionTab(WorkPage):
    """`session`: the inspections of this package."""

    def __init__(self, iface: QgisInterface) -> None:
        super().__init__(iface)
        self.session, self._shows_mistake = InspectionSession(), False
        self._build()
        self.show_outcome()

    def _build(self) -> None:
        self.form, self.list, self.unchecked = PackageForm(), DefectList(self.iface.mapCanvas()), UncheckedBox()
        self.form.changed.connect(self._enable)
        self.form.looked.connect(self.show_specification)
        self.list.asked.connect(self.mark)
        splitter, layout = QSplitter(Qt.Orientation.Vertical), QVBoxLayout(self)
        splitter.addWidget(self.list)
        splitter.addWidget(self.unchecked)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 1)
        splitter.setChildrenCollapsible(False)
        splitter.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)  # never higher than the dock
        splitter.setMinimumHeight(_LOW)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.form)
        layout.addLayout(self._buttons())
        layout.addWidget(self.progress)
        layout.addWidget(self.message)
        layout.addWidget(self.summary)
        layout.addWidget(splitter, 1)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.start = add_button(tr("Inspect"), self.start_or_stop, row, tr("Run all stages on the package"))
        tip = tr("Layers unchanged since the last run keep their defects")
        self.only_changed = add_button(tr("Only what changed"), lambda: self.run(True), row, tip)
        self.report = add_button(tr("Report…"), self.write_report, row, tr("Word, Excel, HTML or PDF"))
        return row

    def _enable(self) -> None:
        running, ready = self.task is not None, bool(self.form.package.text().strip()) and not self.form.mistake
        wrong = self.form.options.mistake
        if wrong or self._shows_mistake:
            self._tell(wrong, Tone.BAD if wrong else None)
        self._shows_mistake, ready = bool(wrong), ready and not wrong
        done = self.session.outcome is not None
        self.start.setText(tr("Stop") if running else tr("Inspect"))
        self.start.setEnabled(running or ready)
        self.only_changed.setEnabled(ready and done and not running)
        self.report.setEnabled(done and not running)
        self.form.setEnabled(not running)
        self.progress.setVisible(running)

    def start_or_stop(self) -> None:
        """Inspect; stop where an inspection goes on."""
        if self.task is None:
            self.run()
            return
        self._stop()

    def run(self, only_changed: bool = False) -> None:
        """Inspect the package in the background."""
        try:
            work = self.session.start(self._chosen(), only_changed)
        except OneMapError as error:
            self._tell(str(error), Tone.BAD)
            return
        self._begin(WorkTask(tr("Inspection"), work, self._found, self._failed), counts=True)

    def _chosen(self) -> InspectionInput:
        form, options = self.form, self.form.options
        base = form.base.text().strip()
        return InspectionInput(
            Path(form.package.text().strip()),
            str(form.box.currentData()),
            Path(base) if base else None,
            tolerances=options.tolerances.text(),
            quotas=options.quotas.filePath().strip(),
            district=options.chosen_district(),
        )

    def _found(self, ran: SessionRun) -> None:
        before = self.session.layer
        layer = self.session.finish(ran)
        if before is not None and before.id() in QgsProject.instance().mapLayers():
            QgsProject.instance().removeMapLayer(before.id())
        QgsProject.instance().addMapLayer(layer)
        message = tr("{0} layers were checked again, {1} had not changed.").format(ran.checked, ran.reused)
        self._ended(message if ran.reused else "")
        self.summary.setToolTip(tr("Defects are kept in {0}").format(ran.path))
        self.form.setCollapsed(True)
        self.show_outcome()

    def show_outcome(self) -> None:
        """Show the defects, the score and what was not checked of the last run."""
        outcome = self.session.outcome
        self.list.show_defects(self.session.defects, crs_of(outcome.plane) if outcome and outcome.plane else None)
        hint = tr("Choose a package and its specification, then Inspect.") if outcome is None else ""
        if outcome is not None and not self.session.defects:
            hint = tr("No defect was found in what was checked.")
        self.list.hint.tell(hint)
        self.unchecked.show_run(outcome.run if outcome is not None else None)
        self.summary.setText(summary_html(outcome) if outcome is not None else "")
        self.summary.setVisible(outcome is not None)
        self._enable()

    def mark(self, state: DefectState, numbers: list[int]) -> None:
        """Say of defects what became of them; an exception asks for its reason."""
        note = ""
        if state == DefectState.EXCEPTION:
            note, agreed = QInputDialog.getText(self, tr("Exception"), tr("Reason (kept with the defect)"))
            if not agreed:
                return
        try:
            self.session.mark(numbers, state, note, Settings.load().reviewer or getpass.getuser())
        except OneMapError as error:
            self._tell(str(error), Tone.BAD)
            return
        self._tell()
        self.show_outcome()

    def write_report(self, path: str = "") -> None:
        """Write the report of the last run in the background."""
        if not path:
            path = ask_report(self, tr("Report of the inspection"))
        outcome = self.session.outcome
        if not path or outcome is None:
            return
        report = inspection_report(outcome)
        work = lambda feedback: write_report(inspection_document(report), path)  # noqa: E731
        self._begin(WorkTask(tr("Report of the inspection"), work, lambda _: self._written(path), self._failed))

    def _written(self, path: str) -> None:
        self._ended(tr("The report is in {0}").format(path))
        bar = self.iface.messageBar()
        bar.pushMessage(tr("OneMap Desk"), tr("The report is in {0}").format(path), Qgis.Info)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def show_specification(self, source: str) -> None:
        """Show a specification in a window of its own."""
        self.window = window = SpecificationWindow(source, self)
        window.saved.connect(self.form.take_file)
        window.show()

    def dispose(self) -> None:
        """Stop what goes on, close the window, take the outline off the map."""
        if isinstance(self.window, SpecificationWindow):
            self.window.has_changes = False  # nobody is asked while the plugin goes
        super().dispose()
        self.list.dispose()
