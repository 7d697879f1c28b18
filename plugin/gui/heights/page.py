"""The dock's page 风貌: choose a design, run it, look through the buildings, drag a height, compare, report, keep."""

from pathlib import Path
from typing import Optional

from qgis.core import QgsProject, QgsVectorLayer
from qgis.gui import QgisInterface
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices, QShowEvent
from qgis.PyQt.QtWidgets import QHBoxLayout, QInputDialog, QVBoxLayout, QWidget

from ...bridge.heights.job import HeightsRun
from ...bridge.heights.reporting import heights_report, write_heights_reports
from ...bridge.heights.rounds import keep_as_round
from ...bridge.heights.scene import has_3d, keep_cameras
from ...bridge.heights.session import HeightsSession
from ...bridge.i18n import tr
from ...bridge.review.rounds_target import RoundWish, wake
from ...bridge.tasks import WorkTask
from ...core.errors import OneMapError
from ...report.heights.document import opinion
from ..widgets.contrast import Tone
from ..widgets.tables import add_button, slim
from ..widgets.work_page import WorkPage, ask_report
from .building_list import BuildingList
from .form import HeightsForm
from .height_box import HeightBox
from .versions_window import VersionsWindow, ask_version


class HeightsPage(WorkPage):
    """`session`: the design that is looked at."""

    def __init__(self, iface: QgisInterface) -> None:
        super().__init__(iface)
        self.session = HeightsSession()
        self._layers: list[str] = []
        self._build()
        self.show_run()

    def _build(self) -> None:
        self.form, self.list, self.height = HeightsForm(), BuildingList(self.iface.mapCanvas()), HeightBox()
        self.form.changed.connect(self._enable)
        self.list.picked.connect(self._picked)
        self.height.dragged.connect(self.drag)
        self.height.put_back.connect(self.put_back)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        for widget in (self.form, self._buttons(), self.progress, self.summary, self.message):
            layout.addWidget(widget)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.height)

    def _buttons(self) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        self.start = add_button(tr("Check"), self.start_or_stop, row, tr("Check the design against all limits"))
        self.zoom = add_button(tr("Zoom to"), self.list.go, row, tr("Go to the chosen building"))
        self.versions = add_button(tr("Compare…"), self.compare, row, tr("Compare with another version of the design"))
        self.report = add_button(tr("Report…"), self.write_report, row, tr("Word, Excel, HTML or PDF"))
        self.scene = add_button(
            tr("3D…"), self.show_scene, row, tr("Keep the scene in 3D as seen from each viewpoint, as a layout")
        )
        self.keep = add_button(tr("Keep as a round…"), self.keep_round, row, tr("Freeze it in a review case"))
        for button in (self.start, self.zoom, self.versions, self.report, self.scene, self.keep):
            slim(button)
        return holder

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.session.run is None:
            self.form.guess()

    def _enable(self) -> None:
        running, done = self.task is not None, self.session.run is not None
        self.start.setText(tr("Stop") if running else tr("Check"))
        self.start.setEnabled(running or self.form.layer("buildings") is not None)
        for button in (self.versions, self.report, self.scene, self.keep):
            button.setEnabled(done and not running)
        self.zoom.setEnabled(done and self.list.selected() >= 0)
        self.form.setEnabled(not running)
        self.progress.setVisible(running)

    def start_or_stop(self) -> None:
        """Check the design; stop where a check goes on."""
        if self.task is not None:
            self._stop()
            return
        try:
            work = self.session.start(self.form.chosen())
        except OneMapError as error:
            self._tell(str(error), Tone.BAD)
            return
        self._begin(WorkTask(tr("Check of heights"), work, self._found, self._failed))

    def _found(self, run: HeightsRun) -> None:
        self.session.finish(run)
        project = QgsProject.instance()
        project.removeMapLayers([name for name in self._layers if name in project.mapLayers()])
        self._layers = [layer.id() for layer in self.session.layers() if project.addMapLayer(layer) is not None]
        self.form.setCollapsed(True)
        remarks = "\n".join(remark.text() for remark in run.remarks[:6])
        self._ended(remarks, Tone.DOUBT if remarks else None)
        self.show_run()

    def show_run(self) -> None:
        """Show the buildings and the opinion as the heights stand now."""
        run = self.session.run
        self.list.show_run(run, self.session.plane_crs)
        self.list.hint.tell(
            tr("Choose the buildings of a design and what limits them, then Check.") if run is None else ""
        )
        self.summary.setVisible(run is not None)
        if run is not None:
            changed = len(self.session.changed())
            opinion_text = opinion(heights_report(run, with_pictures=False), None)
            tried = tr("Tried heights: {0} building(s). The report holds them.").format(changed) if changed else ""
            self.summary.setText("\n".join(filter(None, (opinion_text, tried))))
        self.height.show_building(run, self.list.selected())
        self._enable()

    def _picked(self, building: int) -> None:
        self.height.show_building(self.session.run, building)
        self.list.outline(building)
        self._enable()

    def drag(self, building: int, metres: float) -> None:
        """Another height of a building; list, opinion and outline follow."""
        if self.session.run is None:
            return
        self.session.set_height(building, metres)
        self.show_run()
        self.list.outline(building)

    def put_back(self) -> None:
        """All heights as they were handed in."""
        self.session.reset()
        self.show_run()
        self.list.outline(self.list.selected())

    def compare(self, layer: Optional[QgsVectorLayer] = None) -> None:
        """Check another version of the design and show both beside each other."""
        layer = layer or ask_version(self, self.form.layer("buildings"))
        if layer is None:
            return
        try:
            work = HeightsSession().start(self.form.chosen(layer))
        except OneMapError as error:
            self._tell(str(error), Tone.BAD)
            return
        self._begin(WorkTask(tr("Check of heights"), work, lambda run: self._compared(run, layer.name()), self._failed))

    def _compared(self, run: HeightsRun, name: str) -> None:
        self._ended()
        before = self.session.run.inputs[0].name
        self.window = VersionsWindow(
            (before, name), self.session.compare(run), [*self.session.run.absent, *run.absent], self
        )
        self.window.show()

    def write_report(self, path: str = "") -> None:
        """Write the report in the background, with the heights that were tried."""
        if not path:
            path = ask_report(self, tr("Report of heights"))
        run = self.session.run
        if not path or run is None:
            return
        work = lambda feedback: write_heights_reports(run, [Path(path)])  # noqa: E731
        self._begin(WorkTask(tr("Report of heights"), work, lambda _: self._written(path), self._failed))

    def _written(self, path: str) -> None:
        self._ended(tr("The report is in {0}").format(path), Tone.GOOD)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def show_scene(self) -> None:
        """Keep cameras and bookmarks of the viewpoints; say where they are, or that this QGIS has no 3D."""
        run, project = self.session.run, QgsProject.instance()
        crs = self.session.plane_crs
        if run is None or crs is None:
            return
        layers = [project.mapLayer(name) for name in self._layers if name in project.mapLayers()]
        count = keep_cameras([result.view for result in run.outcome.views], layers, crs)
        self._tell(*_scene_message(count))

    def keep_round(self, case: str = "") -> None:
        """Keep the run, with the heights that were tried, as the next round of a review case."""
        run, job = self.session.run, self.session.job
        if run is None or job is None:
            return
        wake()
        if not case:
            case, agreed = QInputDialog.getText(self, tr("Review case"), tr("Review case"), text=run.inputs[0].name)
            if not agreed or not case.strip():
                return
        wish = RoundWish(case=case.strip())
        self._begin(WorkTask(tr("Round"), lambda feedback: keep_as_round(job, run, wish), self._kept, self._failed))

    def _kept(self, kept):
        self._ended(tr("Kept as round {0} of the case {1}.").format(kept.info.number, kept.info.case), Tone.GOOD)

    def dispose(self) -> None:
        """Stop what goes on, close the window, take the outlines off the map."""
        super().dispose()
        self.list.clear_outline()


def _scene_message(count: int) -> tuple[str, Tone]:
    """What became of the scene, and its tone."""
    if not has_3d():
        message = tr("This QGIS is built without 3D: only bookmarks of the viewpoints were kept ({0}).")
        return message.format(count), Tone.DOUBT
    if not count:
        message = tr(
            "The buildings are styled for the 3D view. No viewpoint with a level is given, so no camera was saved."
        )
        return message, Tone.DOUBT
    message = tr(
        '{0} camera(s) were saved in the layout "Views of the design in 3D" and as bookmarks. Parts above a '
        "limit are red."
    )
    return message.format(count), Tone.GOOD
