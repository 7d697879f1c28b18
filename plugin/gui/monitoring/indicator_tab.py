"""The tab of indicators: what was computed, how it stands, and what it came from."""

import re
from collections import Counter
from pathlib import Path
from typing import Any, Optional

from qgis.core import Qgis, QgsApplication
from qgis.gui import QgisInterface
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ...bridge.i18n import tr
from ...bridge.monitoring.indicator_job import IndicatorJob
from ...bridge.monitoring.indicator_map import DivisionMap, add_features
from ...bridge.monitoring.indicator_report import indicator_report
from ...bridge.monitoring.indicator_titles import status_names
from ...bridge.monitoring.indicator_trace import trace_rows
from ...bridge.monitoring.measure_state import MeasureStore
from ...bridge.monitoring.warning_file import own_warnings
from ...bridge.tasks import WorkTask
from ...core.errors import OneMapError
from ...core.indicators.indicator_results import IndicatorRun, IndicatorValue
from ...core.indicators.warning_rules import Colour
from ...core.threads import Feedback
from ...report import write_report
from ...report.monitoring.indicators import indicator_document
from .indicator_cards import CardList
from .indicator_editor import IndicatorEditor
from .indicator_lineage import LineagePanel
from .indicator_setup import IndicatorSetup
from .indicator_tables import GridTable, YearTable
from .warning_dialog import WarningDialog

_REPORTS = "Word (*.docx);;PDF (*.pdf);;Excel (*.xlsx);;HTML (*.html)"
_NOTHING_CHOSEN, _READING = [400, 80], [200, 300]  # on a low screen the cards scroll, what a value came from is read

_CALM = (Colour.GREEN.value, Colour.BLUE.value)  # nobody need look at these


def _counts_text(counts: Counter[str], is_short: bool = False) -> str:
    """How many indicators stand how, the gravest first: the conclusion of the page; `is_short`: without reasons."""
    names = {colour: re.split("[:：]", label)[0] if is_short else label for colour, label in status_names().items()}
    parts = {colour: f"{label} <b>{counts[colour]}</b>" for colour, label in names.items() if counts[colour]}
    lines = [tr(", ").join(p for c, p in parts.items() if (c in _CALM) is calm) for calm in (False, True)]
    return tr("{0} indicators: {1}").format(sum(counts.values()), "<br>".join(filter(None, lines)))


class IndicatorTab(QWidget):
    """`result`: the IndicatorRun shown, None before the first run."""

    def __init__(self, iface: QgisInterface) -> None:
        super().__init__()
        self.iface = iface
        self.result: Optional[IndicatorRun] = None
        self.job: Optional[IndicatorJob] = None
        self.task: Optional[WorkTask] = None
        self.editor: Optional[IndicatorEditor] = None
        self._store, self._map = MeasureStore(), DivisionMap()
        self.setup, self.cards, self.grid = IndicatorSetup(), CardList(), GridTable()
        self.years, self.lineage = YearTable(), LineagePanel()
        self.place, self.status = QComboBox(), QComboBox()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.setup)
        layout.addLayout(self._choices())
        self.counts = QLabel()
        self.counts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.counts.setVisible(False)
        layout.addWidget(self.counts)
        self.parts = self._parts()
        layout.addWidget(self.parts, 1)
        self._wire()

    def _choices(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self.place, 1)
        row.addWidget(self.status, 1)
        self.status.addItem(tr("All statuses"), "")
        for colour, label in status_names().items():
            self.status.addItem(label, colour)
        return row

    def _parts(self) -> QSplitter:
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for widget, text in (
            (self.cards, tr("Cards")),
            (self.grid, tr("Divisions")),
            (self.years, tr("Years")),
        ):
            self.tabs.addTab(widget, text)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(self.tabs)
        parts.addWidget(self.lineage)
        parts.setSizes(_NOTHING_CHOSEN)
        return parts

    def _wire(self) -> None:
        self.setup.run_asked.connect(self.run)
        self.setup.cancel_asked.connect(self.cancel)
        self.setup.report_asked.connect(self.export_report)
        self.setup.edit_asked.connect(self.edit)
        self.setup.thresholds_asked.connect(self.edit_thresholds)
        self.place.currentIndexChanged.connect(self._show_place)
        self.status.currentIndexChanged.connect(self._show_place)
        self.cards.chosen.connect(self._show_value)
        self.grid.chosen.connect(self._show_value)
        self.lineage.map_asked.connect(self.show_map)
        self.lineage.features_asked.connect(self.show_features)

    def run(self) -> None:
        """Compute in the background."""
        try:
            chosen = self.setup.chosen()
            if chosen is None:
                self._say(tr("Choose a layer of divisions first."), Qgis.Warning)
                return
            job = IndicatorJob(chosen, self._store)
        except OneMapError as error:
            self._say(str(error), Qgis.Critical)
            return
        self.setup.set_running(True)
        self._start(tr("Indicators"), job.run, lambda run: self.show_run(job, run))
        self.task.progressChanged.connect(lambda done: self.setup.progress.setValue(int(done)))

    def _start(self, title: str, work: Any, done: Any) -> None:
        self.cancel_task()

        def ended(result: Any) -> None:
            self.task = None
            done(result)

        self.task = WorkTask(title, work, ended, self._failed)
        QgsApplication.taskManager().addTask(self.task)

    def cancel_task(self) -> None:
        """Stop what is under way."""
        if self.task is not None:
            self.task.drop()
            self.task = None

    def cancel(self) -> None:
        """Stop the run."""
        self.cancel_task()
        self.setup.set_running(False, self.result is not None)

    def show_run(self, job: IndicatorJob, run: IndicatorRun) -> None:
        """Show a finished run."""
        self.job, self.result = job, run
        self.setup.set_running(False, True)
        self._map.forget()
        self.lineage.clear()
        self.parts.setSizes(_NOTHING_CHOSEN)
        self.place.blockSignals(True)
        self.place.clear()
        for place in run.places:
            self.place.addItem(str(place.name or place.code), place.code)
        self.place.blockSignals(False)
        self.grid.show_run(run)
        self._show_place()
        if run.remarks:
            remarks_text = "\n".join(remark.text() for remark in run.remarks)
            self.iface.messageBar().pushMessage(
                tr("OneMap Desk"),
                tr("{0} remark(s) on the inputs").format(len(run.remarks)),
                remarks_text,
                Qgis.Warning,
            )

    def _show_place(self) -> None:
        if self.result is None or self.place.currentData() is None:
            return
        code = self.place.currentData()
        counts = Counter(value.status.colour.value for value in self.result.of_year(code))
        for index, (colour, label) in enumerate(status_names().items(), 1):
            self.status.setItemText(index, f"{label} ({counts[colour]})")
        self.counts.setText(_counts_text(counts, True))
        self.counts.setToolTip(_counts_text(counts))
        self.counts.setVisible(True)
        self.cards.show_run(self.result, code, self.status.currentData())
        self.years.show_run(self.result, code)

    def _show_value(self, value: IndicatorValue) -> None:
        if self.result is not None:
            if self.lineage.value is None:
                self.parts.setSizes(_READING)
            self.lineage.show_value(self.result, value)

    def show_map(self, by_value: bool = True) -> Any:
        """The divisions on the map in the colours of the chosen indicator."""
        if self.job is None or self.result is None or self.lineage.value is None:
            return None
        return self._map.show(self.job, self.result, self.lineage.value.indicator, by_value)

    def show_features(self) -> None:
        """The features behind the chosen indicator as a layer, cut to the divisions."""
        job, run, value = self.job, self.result, self.lineage.value
        if job is None or run is None or value is None:
            return

        def done(traced: Any) -> None:
            if add_features(job, run, value.indicator, traced) is None:
                self._say(tr("No feature was used for this value."), Qgis.Info)

        self._start(tr("Features behind it"), lambda feedback: trace_rows(job, run, value.indicator.id, feedback), done)

    def export_report(self) -> None:
        """Ask for a place and write the report there."""
        path, _ = QFileDialog.getSaveFileName(self, tr("Save the report"), "", _REPORTS)
        if path:
            self.write_report(path)

    def write_report(self, path: str) -> None:
        """Write the report of the shown run in the background."""
        job, run = self.job, self.result
        if job is None or run is None:
            return

        def work(feedback: Feedback) -> None:
            write_report(indicator_document(indicator_report(job, run)), Path(path))

        self._start(tr("Report"), work, lambda _: self._say(tr("Report written: {0}").format(path), Qgis.Success))

    def edit(self) -> IndicatorEditor:
        """Open the editor of the chosen set; a shipped one is saved under another name."""
        if self.editor is None:
            self.editor = IndicatorEditor(self.iface.mainWindow())
            self.editor.saved.connect(self.setup.add_set)
        try:
            self.editor.edit(Path(self.setup.spec.currentData()))
            self.editor.show()
            self.editor.raise_()
        except OneMapError as error:
            self._say(str(error), Qgis.Critical)
        return self.editor

    def edit_thresholds(self) -> None:
        """Ask for the thresholds of warnings; a shown run is judged by them when it is computed again."""
        if WarningDialog(own_warnings(), self.iface.mainWindow()).exec() and self.result is not None:
            self.run()

    def _failed(self, error: OneMapError) -> None:
        self.task = None
        self.setup.set_running(False, self.result is not None)
        self._say(str(error), Qgis.Critical)

    def _say(self, text: str, level: Qgis.MessageLevel) -> None:
        self.iface.messageBar().pushMessage(tr("OneMap Desk"), text, level)

    def dispose(self) -> None:
        """Stop what is under way."""
        self.cancel_task()
        if self.editor is not None:
            self.editor.close()
            self.editor.deleteLater()
            self.editor = None
