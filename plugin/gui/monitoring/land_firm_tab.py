"""The tab of land, firms and taxes: quadrant, ladder, candidates with their reasons, what did not match."""

from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsProject,
    QgsRectangle,
)
from qgis.gui import QgisInterface
from qgis.PyQt.QtWidgets import QFileDialog, QLabel, QTabWidget, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...bridge.monitoring.land_firm import LandFirmJob, LandFirmOutcome
from ...bridge.monitoring.land_firm_charts import paint_ladder, paint_quadrant
from ...bridge.monitoring.land_firm_map import LandFirmMap
from ...bridge.monitoring.land_firm_report import land_firm_report
from ...bridge.monitoring.land_firm_rows import LandFirmRows
from ...bridge.tasks import WorkTask
from ...core.errors import OneMapError
from ...core.threads import Feedback
from ...report import write_report
from ...report.monitoring.land_firm import land_firm_document
from ..widgets.contrast import Tone, text_style
from .land_firm_lists import LandFirmLists
from .land_firm_setup import LandFirmSetup
from .low_land_paint import PaintedChart

_REPORTS = "Word (*.docx);;PDF (*.pdf);;Excel (*.xlsx);;HTML (*.html)"


class LandFirmTab(QWidget):
    """`outcome`: what is shown, None before the first run. Names and codes of firms are masked until the user says
    otherwise; nothing of a firm is kept or logged."""

    def __init__(self, iface: QgisInterface) -> None:
        super().__init__()
        self.iface = iface
        self.outcome: Optional[LandFirmOutcome] = None
        self.job: Optional[LandFirmJob] = None
        self.task: Optional[WorkTask] = None
        self.setup, self.lists = LandFirmSetup(), LandFirmLists()
        self._map = LandFirmMap()
        self.quadrant, self.ladder = PaintedChart(180), PaintedChart(180)
        self.message, self.notice, self.reasons = QLabel(), QLabel(), QLabel()
        for label in (self.message, self.notice, self.reasons):
            label.setWordWrap(True)
        self.notice.setStyleSheet(text_style(Tone.DOUBT))
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for widget, title in (
            (_captioned(self.lists.candidates, self.reasons), tr("Candidate parcels")),
            (_captioned(self.quadrant, QLabel(tr("A dot is a parcel in the colour of its grade; dashed lines: means"))),
             tr("Quadrant")),
            (_captioned(self.ladder, QLabel(tr("Tax a mu (10,000 yuan) by tenths of the parcels, the highest first"))),
             tr("Ladder")),
            (self.lists.firms, tr("Firms")),
            (self.lists.unmatched, tr("Not matched")),
        ):  # fmt: skip
            self.tabs.addTab(widget, title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.setSpacing(3)
        for widget, stretch in ((self.setup, 0), (self.message, 0), (self.tabs, 1), (self.notice, 0)):
            layout.addWidget(widget, stretch)
        self._wire()

    def _wire(self) -> None:
        self.setup.run_asked.connect(self.run)
        self.setup.cancel_asked.connect(self.cancel)
        self.setup.report_asked.connect(self.choose_report)
        self.setup.mask_changed.connect(self._fill_lists)
        self.lists.picked.connect(self._picked)

    def run(self) -> None:
        """Match and score in the background."""
        try:
            chosen = self.setup.chosen()
            if chosen is None:
                self._say(tr("Choose a layer of parcels, a table of firms and a table of taxes first."), Qgis.Warning)
                return
            job = LandFirmJob(chosen)
        except OneMapError as error:
            self._say(str(error), Qgis.Critical)
            return
        self.setup.set_running(True)
        self._start(tr("Land, firms and taxes"), job.run, lambda outcome: self.show_outcome(job, outcome))

    def _start(self, title: str, work: Any, done: Any) -> None:
        self._stop()

        def ended(result: Optional[LandFirmOutcome]) -> None:
            self.task = None
            done(result)

        self.task = WorkTask(title, work, ended, self._failed)
        QgsApplication.taskManager().addTask(self.task)

    def _stop(self) -> None:
        if self.task is not None:
            self.task.drop()
            self.task = None

    def cancel(self) -> None:
        """Stop the run."""
        self._stop()
        self.setup.set_running(False, self.outcome is not None)

    def show_outcome(self, job: LandFirmJob, outcome: LandFirmOutcome) -> None:
        """Show a finished run."""
        self.job, self.outcome = job, outcome
        self.setup.set_running(False, True)
        self.setup.fold.setChecked(False)
        result = outcome.result
        self.message.setText(_headline(outcome))
        self.quadrant.show_chart(lambda painter, area: paint_quadrant(painter, area, result))
        self.ladder.show_chart(lambda painter, area: paint_ladder(painter, area, result))
        self.notice.setText("\n".join(remark.text() for remark in outcome.remarks))
        self._fill_lists()
        self._map.show(job, outcome)

    def _fill_lists(self) -> None:
        if self.outcome is not None:
            self.reasons.setText(tr("Choose a parcel to see its reasons here and to move the map there."))
            self.lists.show_rows(LandFirmRows(self.outcome, self.setup.mask.isChecked()))

    def _picked(self, position: int) -> None:
        if self.outcome is not None:
            result = self.outcome.result
            found = next(one for one in result.candidates if one.parcel == position)
            lines = [f"{result.parcels[position].parcel.id}:", *(reason.text() for reason in found.reasons)]
            self.reasons.setText("\n".join(lines))
            self.show_on_map(position)

    def show_on_map(self, position: int) -> None:
        """Bring a parcel to the middle of the QGIS map."""
        if self.outcome is None or self.job is None:
            return
        shape = self.outcome.result.parcels[position].parcel.geometry
        canvas, source = self.iface.mapCanvas(), QgsCoordinateReferenceSystem.fromWkt(self.job.plane.to_wkt())
        move = QgsCoordinateTransform(source, canvas.mapSettings().destinationCrs(), QgsProject.instance())
        box = QgsRectangle(*shape.bounds)
        box.grow(max(box.width(), box.height()))
        canvas.setExtent(move.transformBoundingBox(box))
        canvas.refresh()

    def choose_report(self) -> None:
        """Ask where the report goes and write it."""
        path, _ = QFileDialog.getSaveFileName(self, tr("Save the report"), "", _REPORTS)
        if path:
            self.write_report(path)

    def write_report(self, path: str) -> None:
        """Write the report of the shown run in the background, names as they are shown now."""
        job, outcome, is_masked = self.job, self.outcome, self.setup.mask.isChecked()
        if job is None or outcome is None:
            return

        def work(feedback: Feedback) -> None:
            rows = LandFirmRows(outcome, is_masked)
            write_report(land_firm_document(land_firm_report(outcome, rows, job.plane, is_masked)), Path(path))

        self._start(tr("Report"), work, lambda _: self._say(tr("Report written: {0}").format(path), Qgis.Success))

    def _failed(self, error: OneMapError) -> None:
        self.task = None
        self.setup.set_running(False, self.outcome is not None)
        self._say(str(error), Qgis.Critical)

    def _say(self, text: str, level: Qgis.MessageLevel) -> None:
        self.iface.messageBar().pushMessage(tr("OneMap Desk"), text, level)

    def dispose(self) -> None:
        """Stop what is under way."""
        self._stop()


def _captioned(shown: QWidget, label: QLabel) -> QWidget:
    box = QWidget()
    label.setWordWrap(True)
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(label)  # above: on a low screen what lies below is out of sight
    layout.addWidget(shown, 1)
    return box


def _headline(outcome: LandFirmOutcome) -> str:
    """The year in one line; what is not known is not counted as nothing."""
    result = outcome.result
    known = sum(one.tax is not None for one in result.parcels)
    mean = "—" if result.mean_tax_per_mu is None else f"{result.mean_tax_per_mu:,.2f}"
    return tr(
        "<b>{0}</b>: {1} parcels, tax known of {2}; mean tax <b>{3}</b> (10,000 yuan a mu); {4} candidates"
    ).format(result.year, len(result.parcels), known, mean, len(result.candidates))
