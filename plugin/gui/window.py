"""What the plugin adds to the QGIS window: menu, toolbar, range tool and its panel, options page."""

from typing import Any

from qgis.core import Qgis, QgsCoordinateTransform, QgsGeometry, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, Qt, QUrl
from qgis.PyQt.QtGui import QDesktopServices, QIcon
from qgis.PyQt.QtWidgets import QAction, QFileDialog

from ..bridge.i18n import tr
from ..bridge.range.shapes import selected_range
from ..bridge.review.check_setup import parameters
from ..paths import HELP, ICONS
from .dock import Dock, page_titles
from .options import OptionsFactory
from .range.actions import RangeActions
from .range.checks import RangeChecks
from .range.files import read_range_file
from .range.modes import RangeModes
from .range.panel import RangePanel
from .range.tool import RangeTool
from .repair import RepairPage
from .review.page import NoPage
from .widgets.attempt import attempt
from .widgets.leaving import close_windows


class Window(QObject):
    """Adds everything on construction; `remove` takes it all away."""

    dock: Dock

    def __init__(self, iface, pages=None):
        """`pages`: {"reports": factory(iface), "sync": factory(iface)} of the dock's pages that other rooms make."""
        super().__init__()
        self.iface = iface
        self.actions = []
        self.menu = iface.mainWindow().menuBar().addMenu(tr("One &Map"))
        self.menu.setObjectName("onemapMenu")
        self.toolbar = iface.addToolBar(tr("One Map"))
        self.toolbar.setObjectName("onemapToolbar")
        self.check_action = self._add("check.svg", tr("Check control lines (3+X)…"), self.open_check)
        self.range_action = self._add(
            "range.svg", tr("Draw a range and see its constraints"), self.draw_range, toolbar=False
        )
        self.range_action.setCheckable(True)
        self.selection_action = self._add(
            "selection.svg", tr("Range from the selected features"), self.range_from_selection, toolbar=False
        )
        self.txt_action = self._add(
            "txt.svg", tr("Range from a boundary-point TXT…"), self.range_from_txt, toolbar=False
        )
        for name, title in page_titles():
            self._add(f"{name}.svg", title, lambda _on, name=name: self.dock.show_page(name), toolbar=False)
        self.dock_action = self._add(
            "dock.svg", tr("One Map dock"), lambda _on: self.dock.setVisible(not self.dock.isVisible())
        )
        self._add("settings.svg", tr("Settings…"), self.open_settings)
        self._add("repair.svg", tr("Check the installation…"), self.open_repair, toolbar=False)
        self._add("help.svg", tr("Help"), self.open_help, toolbar=False)
        self.panel = RangePanel(iface)
        iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.panel)
        self.panel.hide()
        self.dock = self._make_dock(pages or {})
        iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
        self.dock.hide()
        self.panel.visibilityChanged.connect(self._panel_shown)
        self.dock.visibilityChanged.connect(self._dock_shown)
        self._make_range_tool()
        self.options = OptionsFactory()
        iface.registerOptionsWidgetFactory(self.options)

    def _make_range_tool(self):
        """The tool, its modes, the checks behind it, and what a checked range is turned into."""
        self.tool = RangeTool(self.iface.mapCanvas())
        self.tool.setAction(self.range_action)
        self.tool.drawn.connect(self.check_range)
        extra = (self.selection_action, self.txt_action)
        self.modes = RangeModes(self.toolbar, self.tool, self.range_action, self.draw_range, extra)
        self.range_actions = RangeActions(self.iface.mainWindow(), self._records_page, self.open_check, self._say)
        self.panel.closed.connect(self._forget_range)
        self.panel.save_asked.connect(self.range_actions.save)
        self.panel.review_asked.connect(self.range_actions.review)
        self.checks = RangeChecks()
        self.tool.moved.connect(self.checks.follow)
        self.checks.checked.connect(self.panel.show_result)
        self.checks.followed.connect(self.panel.follow)
        self.checks.partly.connect(self.panel.show_partly)
        self.checks.failed.connect(self._failed)
        self.checks.ended.connect(self._range_ended)
        self.checks.renewing.connect(self.panel.set_busy)

    def _add(self, icon, text, slot, toolbar=True):
        action = QAction(QIcon(str(ICONS / icon)), text, self.iface.mainWindow())
        action.triggered.connect(slot)
        self.menu.addAction(action)
        if toolbar:
            self.toolbar.addAction(action)
        self.actions.append(action)
        return action

    def _make_dock(self, pages):
        def maker(name):
            return lambda: (
                pages[name](self.iface) if name in pages else NoPage(tr("This version does not do this yet."))
            )

        makers = {"sites": self._site_page, "monitoring": self._monitoring_page, "quality": self._quality_page}
        makers["heights"] = self._heights_page
        makers.update((name, maker(name)) for name in ("cases", "reports", "sync"))
        listed = [(name, title, makers[name]) for name, title in page_titles()]
        return Dock([("review", tr("Review"), self._review_page), *listed], self.iface.mainWindow())

    def _review_page(self):
        from .review.controller import ReviewController

        show = self.dock.show_page
        ways = {"workspace": lambda: show("reports"), "platform": lambda: show("sync")}
        tools = [self.range_action, self.selection_action, self.txt_action]
        return ReviewController(self.iface, ways, tools, self.open_check_dialog).page

    def _panel_shown(self, visible):
        self._share_place(self.panel, visible)

    def _dock_shown(self, visible):
        self._share_place(self.dock, visible)

    def _share_place(self, shown, visible):
        """Panel and dock lie behind one another as tabs: on a low screen two would leave neither room enough."""
        main, panel, dock = self.iface.mainWindow(), self.panel, self.dock
        both = visible and panel.isVisible() and dock.isVisible() and not (panel.isFloating() or dock.isFloating())
        if (
            both
            and dock not in main.tabifiedDockWidgets(panel)
            and main.dockWidgetArea(panel) == main.dockWidgetArea(dock)
        ):
            main.tabifyDockWidget(panel, dock)
            shown.raise_()

    def _site_page(self):
        from .siting.page import SitePage  # only when it is first shown: QGIS starts no slower

        return SitePage(self.iface)

    def _monitoring_page(self):
        from .monitoring.page import MonitoringPage

        return MonitoringPage(self.iface)

    def _quality_page(self):
        from .quality.page import QualityPage

        return QualityPage(self.iface)

    def _heights_page(self):
        from .heights.page import HeightsPage

        return HeightsPage(self.iface)

    def remove(self) -> None:
        """Take away everything that was added."""
        self.panel.visibilityChanged.disconnect(self._panel_shown)
        self.dock.visibilityChanged.disconnect(self._dock_shown)
        self.checks.dispose()
        self.range_actions.deleteLater()
        canvas = self.iface.mapCanvas()
        if canvas.mapTool() is self.tool:
            canvas.unsetMapTool(self.tool)
        self.tool.clear()
        self.tool.dispose()
        self.tool.deleteLater()
        self.iface.unregisterOptionsWidgetFactory(self.options)
        self.panel.dispose()
        self.iface.removeDockWidget(self.panel)
        self.panel.deleteLater()
        self.dock.dispose()
        close_windows()
        self.iface.removeDockWidget(self.dock)
        self.dock.deleteLater()
        for action in self.actions:
            self.toolbar.removeAction(action)
            self.menu.removeAction(action)
            action.deleteLater()
        self.iface.mainWindow().menuBar().removeAction(self.menu.menuAction())
        self.menu.deleteLater()
        self.iface.mainWindow().removeToolBar(self.toolbar)
        self.toolbar.deleteLater()
        self.actions = []

    def _records_page(self):
        """The Reports page in front, so that it opens the last workspace; None where this version has none."""
        page = self.dock.show_page("reports")
        return page if hasattr(page, "workspace") else None

    def open_check(self, projects: Any = None) -> Any:
        """Bring the check page to the front; `projects`: the layer to be checked."""
        if not isinstance(projects, QgsVectorLayer):  # an action tells whether it is checked
            projects = None
        return self.dock.show_page("review").controller.open_check(projects)

    def open_check_dialog(self) -> Any:
        """Open the check with every parameter, filled with what the check page has chosen."""
        import processing

        setup = self.dock.page("review").controller.check.setup()
        values = {name: value for name, value in parameters(setup).items() if value not in (None, "")}
        dialog = processing.createAlgorithmDialog("onemap:checkcontrollines", values)
        dialog.show()
        return dialog

    def draw_range(self) -> None:
        self.checks.prepare()
        self.iface.mapCanvas().setMapTool(self.tool)
        texts = {
            "rectangle": tr("Click two opposite corners."),
            "circle": tr("Click the centre, then a point of the circle."),
            "buffer": tr("Click a point or the points of a line, right-click to finish."),
        }
        text = tr(
            "Click the corners of the range, right-click to finish. Backspace removes the last corner, Esc starts over."
        )
        self._say(texts.get(self.tool.mode, text) + " " + tr("Corners of a finished range can be dragged."))

    def range_from_selection(self) -> None:
        """Check the selected features of the active layer; lines and points are grown by the width of the buffer."""
        layer = self.iface.activeLayer()
        if not isinstance(layer, QgsVectorLayer) or not layer.selectedFeatureCount():
            self._say(tr("Select one or more features first."), Qgis.Warning)
            return
        attempt(lambda: self.take_range(selected_range(layer, self.tool.metres), layer.crs()), self._show_error)

    def range_from_txt(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self.iface.mainWindow(), tr("Boundary-point TXT"), "", "TXT (*.txt *.TXT)"
        )
        if path:
            attempt(lambda: self.take_file(path), self._show_error)

    def take_file(self, path):
        """Check the parcels of a boundary-point TXT; a file that does not say where it lies is asked about."""
        found = read_range_file(path, self.iface.mainWindow())
        if found is None:
            return
        for remark in found.remarks:
            self._say(remark.text(), Qgis.Warning)
        self.take_range(found.geometry, found.crs)

    def take_range(self, geometry: QgsGeometry, crs: Any) -> None:
        """Check a range that was not drawn; it is shown, and its vertices can be dragged."""
        canvas = self.iface.mapCanvas()
        shown = QgsGeometry(geometry)
        shown.transform(QgsCoordinateTransform(crs, canvas.mapSettings().destinationCrs(), QgsProject.instance()))
        canvas.setMapTool(self.tool)
        self.tool.take(shown)
        box = shown.boundingBox()
        if not canvas.extent().contains(box):
            box.scale(1.6)
            canvas.setExtent(box)
            canvas.refresh()
        self.check_range(geometry, crs)

    def _show_error(self, text):
        self._say(text, Qgis.Critical)

    def check_range(self, geometry: QgsGeometry, crs: Any) -> None:
        """Check one range in the background and show the answer in the panel."""
        if self.checks.check(geometry, crs):
            self.panel.show()
            self.panel.set_busy()

    def _forget_range(self):
        """The panel was closed: its range and findings leave the map."""
        self.checks.cancel()
        self.tool.clear()
        self.panel.clear_marks()

    def _range_ended(self):
        """The project was closed: the range and what was said of it belong to nothing any more."""
        self.tool.clear()
        self.panel.set_idle()

    def _failed(self, text):
        self.panel.set_idle()
        self._say(text, Qgis.Critical)

    def _say(self, text, level=Qgis.Info):
        self.iface.messageBar().pushMessage(tr("OneMap Desk"), text, level)

    def open_settings(self) -> None:
        self.iface.showOptionsDialog(self.iface.mainWindow(), "onemapOptions")

    def open_repair(self) -> Any:
        """Show which components are there and which are missing; returns the page."""
        page = RepairPage(parent=self.iface.mainWindow())
        page.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        page.show()
        return page

    def open_help(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(HELP / "index.html")))
