"""A window with the plugin in it, on real widgets; the tests of this folder import their helpers by name."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from gui_helpers import settle  # noqa: E402


@pytest.fixture
def iface(qgis_app):
    from qgis.gui import QgsMapCanvas, QgsMessageBar
    from qgis.PyQt.QtCore import QObject
    from qgis.PyQt.QtWidgets import QMainWindow

    class Iface(QObject):
        """The part of QgisInterface that the plugin uses, on real widgets."""

        def __init__(self):
            super().__init__()
            self.window = QMainWindow()
            self.canvas = QgsMapCanvas(self.window)
            self.window.setCentralWidget(self.canvas)
            self.bar = QgsMessageBar(self.window)
            self.factories, self.active = [], None

        def mainWindow(self):
            return self.window

        def mapCanvas(self):
            return self.canvas

        def messageBar(self):
            return self.bar

        def activeLayer(self):
            return self.active

        def addToolBar(self, name):
            return self.window.addToolBar(name)

        def addDockWidget(self, area, dock):
            self.window.addDockWidget(area, dock)

        def removeDockWidget(self, dock):
            self.window.removeDockWidget(dock)

        def registerOptionsWidgetFactory(self, factory):
            self.factories.append(factory)

        def unregisterOptionsWidgetFactory(self, factory):
            self.factories.remove(factory)

    made = Iface()
    yield made
    made.window.deleteLater()


@pytest.fixture
def without_provider(qgis_app):
    """The plugin registers its own provider; the test session's steps aside for it."""
    from onemap.processing_algs.provider import OneMapProvider
    from qgis.core import QgsApplication

    registry = QgsApplication.processingRegistry()
    registry.removeProvider("onemap")
    yield registry
    registry.removeProvider("onemap")
    qgis_app.onemap_provider = OneMapProvider()
    registry.addProvider(qgis_app.onemap_provider)


@pytest.fixture
def window(iface, without_provider):
    from onemap import classFactory

    plugin = classFactory(iface)
    plugin.initGui()
    iface.window.resize(900, 600)
    iface.window.show()
    yield plugin.window
    plugin.unload()
    settle()
