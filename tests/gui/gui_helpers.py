"""What the tests of the window share."""

WORK = (500_000, 3_350_000)


def settle(seconds=0.0):
    import time

    from qgis.PyQt.QtCore import QCoreApplication, QEvent

    end = time.monotonic() + seconds
    while True:
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        if time.monotonic() >= end:
            return
        time.sleep(0.01)


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
