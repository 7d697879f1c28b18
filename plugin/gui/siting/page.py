"""The dock's page of site selection: criteria, what remains of the land, the run, and its results in tabs."""

from pathlib import Path
from typing import Any, Union

from qgis.core import Qgis, QgsApplication, QgsCoordinateTransform, QgsCsException, QgsProject
from qgis.PyQt.QtGui import QShowEvent
from qgis.PyQt.QtWidgets import QFileDialog, QMessageBox, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...bridge.siting.layers_out import show_layers
from ...bridge.siting.reporting import search_report, selection_report, write_siting_reports
from ...bridge.siting.scenario_maps import write_scenario_report
from ...bridge.tasks import WorkTask
from ...core.errors import OneMapError
from ...formats.rules.criteria_draft import CriteriaDraft
from .chart import ContributionChart
from .compare import Comparison
from .controls import SiteControls
from .editor import CriteriaEditor
from .jobs import SiteJobs
from .ranking import Ranking
from .removals import RemovalTable, remains_text
from .scenarios import Scenarios, ground_of, scenario_of
from .weights import WeightsTrial
from .why import WhyPanel, WhyTool

_BARS = 10
_DOCUMENTS = "Word (*.docx);;PDF (*.pdf);;Excel (*.xlsx);;HTML (*.html)"
_REPORTS = "Word (*.docx);;PDF (*.pdf);;Excel (*.xlsx);;HTML (*.html);;TXT (*.txt)"


class SitePage(QWidget):
    """`draft`: the CriteriaDraft in use; `result`: the SiteRun shown, None before the first run."""

    def __init__(self, iface):
        super().__init__()
        self.iface, self.draft, self.result, self.editor, self.report_task = iface, None, None, None, None
        self.controls = SiteControls()
        self.ranking, self.chart, self.comparison = Ranking(iface), ContributionChart(), Comparison()
        self.removals, self.why, self.weights = RemovalTable(), WhyPanel(iface.mapCanvas()), WeightsTrial()
        self.scenarios = Scenarios()
        self.tool = WhyTool(iface.mapCanvas())
        self.jobs = SiteJobs(self._setup, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.controls)
        layout.addWidget(self._tabs(), 1)
        self._wire()
        self.controls.load_first()

    def _tabs(self):
        self.tabs = QTabWidget()
        for widget, text in (
            (self.ranking, tr("Ranking")),
            (_scrolled(self.chart), tr("Contributions")),
            (self.comparison, tr("Comparison")),
            (_scrolled(self.weights), tr("Other weights")),
            (self.scenarios, tr("Scenarios")),
            (self.removals, tr("What is removed")),
            (self.why, tr("Why not here?")),
        ):
            self.tabs.addTab(widget, text)
        return self.tabs

    def _wire(self):
        controls, jobs = self.controls, self.jobs
        controls.criteria_chosen.connect(self.load)
        controls.edit_asked.connect(self.edit)
        controls.setup_changed.connect(self._setup_changed)
        controls.run_asked.connect(self.run)
        controls.cancel_asked.connect(self.cancel)
        controls.report_asked.connect(self.export_report)
        controls.why_toggled.connect(self._toggle_why)
        jobs.counted.connect(self._counted)
        jobs.mistaken.connect(self._tell_remains)
        jobs.ran.connect(self.show_run)
        jobs.failed.connect(self._failed)
        jobs.progress.connect(controls.set_progress)
        jobs.counting_progress.connect(controls.set_counting)
        jobs.answered.connect(self.why.show_answer)
        self.tool.asked.connect(self.ask)
        self.tool.deactivated.connect(lambda: controls.why.setChecked(False))
        self.ranking.chosen.connect(self._chosen)
        self.weights.chosen.connect(self.ranking.choose)
        self.scenarios.chosen.connect(self._choose_place)
        self.scenarios.report_asked.connect(self.export_scenarios)
        QgsProject.instance().layersAdded.connect(self._layers_changed)
        QgsProject.instance().layersRemoved.connect(self._layers_changed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.jobs.count_soon()

    def _setup(self):
        return self.draft, self.controls.base(), self.controls.parcels()

    def _setup_changed(self):
        """A page that nobody sees counts nothing: it counts when it is shown."""
        if self.isVisible():
            self.jobs.count_soon()

    def _layers_changed(self, *_):
        """The user's layers, not those a run made."""
        if self.controls.base() is None or self.result is None:
            self.controls.propose_base()
        if self.isVisible():
            self.jobs.count_soon()

    # criteria

    def load(self, path):
        """Use a criteria file.

        One with mistakes is told and the former one stays, as it does when it has changes to be kept.
        """
        if self.draft is not None and self.draft.is_changed and not self._may_discard():
            self.controls.show_file(self.draft.path)
            return
        try:
            self.draft = CriteriaDraft.load(path)
        except OneMapError as error:
            self._say(str(error), Qgis.Critical)
            self.controls.show_file(self.draft.path if self.draft is not None else None)
            return
        self.controls.name_current(self.draft.document["name"])
        if self.editor is not None:
            self.editor.edit(self.draft)
        self.jobs.count_soon()

    def _may_discard(self):
        question = tr("The criteria in use were changed and not saved. Discard the changes?")
        return QMessageBox.question(self, tr("Site criteria"), question) == QMessageBox.StandardButton.Yes

    def edit(self) -> Any:
        """Open the editor of the criteria in use; it stays open beside the map."""
        if self.editor is None:
            self.editor = CriteriaEditor(self.jobs.session.criteria, self.iface.mainWindow())
            self.editor.changed.connect(self.jobs.count_soon)
            self.editor.saved.connect(self.controls.add_file)
        if self.draft is None:
            self.draft = CriteriaDraft.new(tr("New criteria"))
        self.editor.edit(self.draft)
        self.editor.remains.setText(self.controls.remains.text())
        self.editor.show()
        self.editor.raise_()
        return self.editor

    def _counted(self, remains):
        self.removals.show_removals(remains.removals, remains.count is not None)
        self._tell_remains(remains_text(remains))

    def _tell_remains(self, text):
        self.controls.set_counting(None)
        self.controls.remains.setText(text)
        if self.editor is not None:
            self.editor.remains.setText(text)

    # runs

    def run(self) -> None:
        """Select or find sites in the background."""
        if self.draft is None or self.controls.base() is None:
            self._say(tr("Choose criteria and a layer first."), Qgis.Warning)
            return
        if self.jobs.run(self.controls.options()):
            self.controls.set_running(True)

    def cancel(self) -> None:
        self.jobs.cancel()
        self.controls.set_running(False)

    def show_run(self, run: Any) -> None:
        """Show a finished run: styled layers in a group, the ranking, the chart of the first ten."""
        self.controls.set_running(False, has_result=True)
        self.result = run
        show_layers(f"{tr('Site selection')}：{run.run.criteria.name}", run.sites, run.others)
        remarks = [r for r in (*run.run.selection.remarks, *run.job.remarks()) if r.code != "siting_unused"]
        self.ranking.show_run(run, list(dict.fromkeys(r.text() for r in remarks)))
        self.removals.show_removals(run.selection.removals, run.parcels)
        self.weights.show_selection(run.selection)
        self.scenarios.offer(scenario_of(run), ground_of(run))
        self._chosen([])
        self.tabs.setCurrentWidget(self.ranking)

    def _chosen(self, indices):
        """Draw and compare the chosen sites; the first ten are drawn where none is."""
        selection = self.result.selection
        self.comparison.compare(selection, indices)
        ranks = dict(zip(selection.order.tolist(), selection.ranks().tolist()))
        shown = indices or [int(i) for i in selection.order[:_BARS]]
        bars = [
            (
                f"{ranks[i]}. {selection.keys[i]}",
                float(selection.score[i]),
                [float(r.contribution[i]) for r in selection.factors],
            )
            for i in shown
        ]
        self.chart.show_bars(bars, [r.factor.title for r in selection.factors])

    def _choose_place(self, shape):
        """Select the site of the run shown that lies where a site of a scenario does."""
        if self.result is None:
            return
        geometries, order = scenario_of(self.result).geometries, self.result.selection.order
        place = shape.representative_point()
        self.ranking.choose([int(i) for i in order if geometries[i].intersects(place)][:1])

    def export_report(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, tr("Save the report"), "", _REPORTS)
        if path:
            self.write_report(path)

    def write_report(self, path: Union[str, Path]) -> None:
        """Write the report of the shown run in the background; files are hashed and maps drawn there."""
        run = self.result

        def work(feedback):
            report = (
                selection_report(run.job, run.run) if run.parcels else search_report(run.job, run.run, run.selection)
            )
            write_siting_reports(report, [Path(path)])

        self._report(path, work)

    def export_scenarios(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, tr("Save the report"), "", _DOCUMENTS)
        if path:
            self.write_scenarios(path)

    def write_scenarios(self, path: Union[str, Path]) -> None:
        """Write the report of the kept scenarios in the background."""
        kept, ground = list(self.scenarios.kept), self.scenarios.ground
        if ground is not None:
            self._report(path, lambda feedback: write_scenario_report(kept, ground, Path(path)))

    def _report(self, path: Union[str, Path], work: Any) -> None:
        def done(_result):
            self.report_task = None
            self._say(tr("Report written: {0}").format(path), Qgis.Success)

        self.report_task = WorkTask(tr("Report of the site selection"), work, done, self._failed)
        QgsApplication.taskManager().addTask(self.report_task)

    # why not here

    def _toggle_why(self, on):
        canvas = self.iface.mapCanvas()
        if on:
            canvas.setMapTool(self.tool)
            self.tabs.setCurrentWidget(self.why)
        else:
            self.why.clear()
            canvas.unsetMapTool(self.tool)

    def ask(self, point: Any) -> None:
        """Ask about a point in the canvas's CRS."""
        base = self.controls.base()
        if self.draft is None or base is None:
            self._say(tr("Choose criteria and a layer first."), Qgis.Warning)
            return
        crs = self.iface.mapCanvas().mapSettings().destinationCrs()
        try:
            self.jobs.ask(QgsCoordinateTransform(crs, base.crs(), QgsProject.instance()).transform(point))
        except QgsCsException:
            self._say(tr("This place lies where the layer's coordinate system does not reach."), Qgis.Warning)

    def _failed(self, text):
        self.report_task = None
        self.controls.set_running(False, has_result=self.result is not None)
        self._say(str(text), Qgis.Critical)

    def _say(self, text, level=Qgis.Info):
        self.iface.messageBar().pushMessage(tr("OneMap Desk"), text, level)

    def dispose(self) -> None:
        """Stop what is under way and take everything off the map."""
        project = QgsProject.instance()
        for signal in (project.layersAdded, project.layersRemoved):
            signal.disconnect(self._layers_changed)
        self.jobs.dispose()
        self.scenarios.dispose()
        self.ranking.forget()
        self.iface.mapCanvas().unsetMapTool(self.tool)
        self.why.dispose()
        self.tool.deleteLater()
        if self.editor is not None:
            self.editor.draft = None  # closing at the end asks nothing
            self.editor.close()
            self.editor.deleteLater()


def _scrolled(content: QWidget) -> QScrollArea:
    """A tab's content that scrolls by itself: a tall one behind another does not make the page higher than the dock."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setWidget(content)
    return area
