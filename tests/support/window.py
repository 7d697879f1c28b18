"""What the tests of the window share."""

WORK = (500_000, 3_350_000)


def settle(seconds=0.0):
    import time

    from qgis.PyQt.QtCore import QCoreApplication, QEvent

    end = time.monotonic() + seconds
    while True:
        is_over = time.monotonic() >= end  # asked before: what was due by then is done, however slow the machine
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        if is_over:
            return
        time.sleep(0.01)


def wait_for(condition, seconds=120):
    """Let the window work until something is so; fails when it never is."""
    import time

    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        settle(0.02)


def open_layers():
    from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer

    for name, x in (("YJJBNTTB", 50), ("projects", 0)):
        layer = QgsVectorLayer("Polygon?crs=EPSG:4549", name, "memory")
        feature = QgsFeature()
        x, y = WORK[0] + x, WORK[1]
        feature.setGeometry(
            QgsGeometry.fromWkt(f"POLYGON(({x} {y},{x + 100} {y},{x + 100} {y + 100},{x} {y + 100},{x} {y}))")
        )
        layer.dataProvider().addFeatures([feature])
        layer.updateExtents()
        QgsProject.instance().addMapLayer(layer)
    return layer


def trace(iface):
    from qgis.PyQt.QtWidgets import QAction, QDockWidget, QMenu, QToolBar

    kinds = (QAction, QDockWidget, QMenu, QToolBar)
    return [len(iface.window.findChildren(kind)) for kind in kinds] + [
        len(iface.factories),
        len(iface.canvas.scene().items()),
    ]


def make_iface():
    """The part of QgisInterface that the plugin uses, on real widgets."""
    from qgis.gui import QgsMapCanvas, QgsMessageBar
    from qgis.PyQt.QtCore import QObject
    from qgis.PyQt.QtWidgets import QMainWindow

    class Iface(QObject):
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

    return Iface()
