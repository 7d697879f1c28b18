"""The Review page put together: start, check and result, and how one leads to the next."""

from pathlib import Path
from typing import Any

from qgis.core import QgsApplication, QgsProject, QgsRectangle, QgsVectorLayer
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer
from qgis.PyQt.QtWidgets import QFileDialog

from ...bridge.i18n import tr
from ...bridge.layers.output_folder import output_folder
from ...bridge.review.control_sources import sources_of_file
from ...bridge.review.sample import make_sample, open_sample
from ...bridge.tasks import WorkTask
from .check import CheckPage
from .first_run import FirstRunPage
from .page import ReviewPage
from .result import ResultPage

_FILTER = "*.gpkg *.shp *.geojson *.kml *.dxf"


class ReviewController(QObject):
    """`page` is the widget. `ways`: {"workspace", "platform": what to do}; `actions`: the window's tools;
    `open_dialog()`: the check with every parameter."""

    def __init__(self, iface, ways, actions, open_dialog):
        super().__init__()
        self._iface, self._task = iface, None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._add_next)
        ways = {**ways, "sample": self.make_sample, "data": self.open_data}
        self.start = FirstRunPage(ways, actions)
        self.check = CheckPage(iface.activeLayer, open_dialog)
        self.result = ResultPage(iface.mapCanvas())
        self.check.finished.connect(self._show_result)
        pages = [("start", tr("Start"), self.start), ("check", tr("Check"), self.check)]
        self.page = ReviewPage([*pages, ("result", tr("Result"), self.result)])
        self.page.controller = self  # lives as long as its widget
        self.page.dispose = self.dispose  # type: ignore[method-assign]  # the page is all that the dock knows of
        QgsProject.instance().cleared.connect(self.result.clear)
        if self.check.table.busy or self.check.table.proposals:
            self.page.show_page("check")

    def make_sample(self) -> None:
        """Make the sample county in the user's documents, open it and go to the check page."""
        if self._task is not None:
            return
        folder = _unused(output_folder() / tr("OneMap sample"))
        self.start.tell(tr("Making the sample county…"))
        self.start.buttons["sample"].setEnabled(False)
        work = lambda task: make_sample(folder, task)  # noqa: E731
        self._task = WorkTask(tr("Making the sample county"), work, self._sample_made, self._sample_failed)
        QgsApplication.taskManager().addTask(self._task)

    def _sample_made(self, paths):
        self._waiting, self._added = open_sample(*paths), []
        self._folder = paths[0].parent
        self._add_next()

    def _add_next(self):
        """One layer at a time: the window goes on meanwhile."""
        layer = next(self._waiting, None)
        if layer is not None:
            self._added.append(layer)
            self._timer.start()
            return
        self._sample_ended(tr("The sample county is in {0}").format(self._folder))
        self._show_on_map(self._added[::-1])
        self.check.set_projects(self._added[-1])
        self.page.show_page("check")

    def _sample_failed(self, error):
        self._sample_ended(str(error))

    def _sample_ended(self, text):
        self._task = None
        self.start.buttons["sample"].setEnabled(True)
        self.start.tell(text)

    def open_data(self) -> None:
        """Choose files, put their layers on the map and go to the check page."""
        title = tr("Control lines and projects")
        paths, _ = QFileDialog.getOpenFileNames(self._iface.mainWindow(), title, "", f"{title} ({_FILTER})")
        if paths:
            self.add_files(paths)

    def add_files(self, paths: list) -> list:
        """Add every layer of some files to the map; returns the layers."""
        layers = []
        for path in paths:
            for source in sources_of_file(path):
                uri = source["source"]
                name = uri.rsplit("layername=", 1)[-1] if "layername=" in uri else Path(path).stem
                layers.append(QgsVectorLayer(uri, name, "ogr"))
        layers = [layer for layer in layers if layer.isValid()]
        QgsProject.instance().addMapLayers(layers)
        if not layers:
            self.start.tell(tr("These files contain no layer that QGIS can open."))
            return []
        self._show_on_map(layers)
        self.page.show_page("check")
        return layers

    def _show_on_map(self, layers):
        canvas, project = self._iface.mapCanvas(), QgsProject.instance()
        if len(project.mapLayers()) == len(layers):  # an empty project takes the data's coordinate system
            project.setCrs(layers[0].crs())
            canvas.setDestinationCrs(layers[0].crs())
        box = QgsRectangle()
        for layer in layers:
            box.combineExtentWith(canvas.mapSettings().layerExtentToOutputExtent(layer, layer.extent()))
        canvas.setExtent(box)
        canvas.refresh()

    def open_check(self, projects: Any = None) -> Any:
        """Bring the check page to the front, for these projects where some are given."""
        if projects is not None:
            self.check.set_projects(projects)
        return self.page.show_page("check")

    def _show_result(self, result):
        self.result.show_result(result)
        self.page.show_page("result")

    def dispose(self) -> None:
        """Stop what runs and let go of the project's signals."""
        self._timer.stop()
        if self._task is not None and not sip.isdeleted(self._task):
            self._task.drop()
        QgsProject.instance().cleared.disconnect(self.result.clear)
        self.check.dispose()
        self.result.dispose()


def _unused(folder):
    number = 1
    while folder.exists():
        number += 1
        folder = folder.with_name(f"{folder.name.rstrip('0123456789')}{number}")
    return folder
