"""Geometries for records from the map: the selected feature, or one drawn now while the windows of the records
stand aside.
"""

from dataclasses import dataclass
from typing import Any, Callable, Optional

from qgis.core import Qgis, QgsGeometry, QgsVectorLayer
from qgis.gui import QgsMapToolEmitPoint
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QPushButton

from ..plugin.bridge.i18n import tr


@dataclass(frozen=True)
class EditorContext:
    """Who edits records, and what a map gives them: MapGeometry.picked and .draw, None where there is no map."""

    actor: str = ""
    pick: Optional[Callable[[], Any]] = None
    draw: Optional[Callable[..., None]] = None

    @classmethod
    def of(cls, actor: str, geometry: Optional["MapGeometry"]) -> "EditorContext":
        """The context of an actor and a map, or none."""
        return cls(actor, geometry.picked, geometry.draw) if geometry else cls(actor)


@dataclass(frozen=True)
class MapUse:
    """What a map does for a list of records. `geometry`: gives shapes; `colour(form, rows)`: colours a layer by the
    roll-up and returns what to tell."""

    geometry: Optional["MapGeometry"] = None
    colour: Optional[Callable[[Any, Any], str]] = None


class MapGeometry(QObject):
    """`polygon_tool(canvas)`: a QgsMapTool with the signal drawn(QgsGeometry, crs), dispose() and clear()."""

    def __init__(self, iface, polygon_tool):
        super().__init__()
        self._iface, self._polygon_tool = iface, polygon_tool
        self._tool = self._before = self._hint = None
        self._windows = []

    def picked(self) -> Optional[tuple]:
        """(geometry, crs) of the features selected in the active layer, together; None when there are none."""
        layer = self._iface.activeLayer()
        if not isinstance(layer, QgsVectorLayer) or layer.selectedFeatureCount() == 0:
            return None
        found = [feature.geometry() for feature in layer.selectedFeatures() if feature.hasGeometry()]
        return (found[0] if len(found) == 1 else QgsGeometry.unaryUnion(found), layer.crs()) if found else None

    def draw(self, kind: str, windows: list, done: Any) -> None:
        """Let the user draw a "point" or "polygon"; then, or when another map tool is chosen, the windows come back.

        `done(geometry, crs)` is called with what was drawn, and not at all after a cancel.
        """
        self.stop()
        canvas = self._iface.mapCanvas()
        self._before, self._windows = canvas.mapTool(), [window for window in windows if window.isVisible()]
        self._tool = self._make(kind, canvas, done)
        for window in self._windows:
            window.hide()
        canvas.setMapTool(self._tool)
        self._tool.deactivated.connect(self._ended)
        self._show_hint(kind)
        canvas.setFocus()

    def _make(self, kind, canvas, done):
        if kind == "point":
            tool = QgsMapToolEmitPoint(canvas)
            tool.canvasClicked.connect(
                lambda point, button: self._drawn(
                    QgsGeometry.fromPointXY(point), canvas.mapSettings().destinationCrs(), done
                )
            )
            return tool
        tool = self._polygon_tool(canvas)
        tool.drawn.connect(lambda geometry, crs: self._drawn(geometry, crs, done))
        return tool

    def _show_hint(self, kind):
        bar = self._iface.messageBar()
        point, polygon = (
            tr("Click the place on the map."),
            tr("Click the corners of the polygon, right-click to finish."),
        )
        self._hint = bar.createMessage(tr("OneMap Desk"), point if kind == "point" else polygon)
        cancel = QPushButton(tr("Cancel"))
        cancel.clicked.connect(lambda checked=False: self.stop())
        self._hint.layout().addWidget(cancel)
        bar.pushWidget(self._hint, Qgis.Info)

    def _drawn(self, geometry, crs, done):
        made = QgsGeometry(geometry)
        self.stop()
        done(made, crs)

    def stop(self) -> None:
        """End a drawing without a result."""
        if self._tool is not None:
            canvas = self._iface.mapCanvas()
            if self._before is not None and self._before is not self._tool:
                canvas.setMapTool(self._before)
            else:
                canvas.unsetMapTool(self._tool)
            self._ended()

    def _ended(self):
        tool, self._tool = self._tool, None
        if tool is None:
            return
        if hasattr(tool, "dispose"):
            tool.clear()
            tool.dispose()
        tool.deleteLater()
        if self._hint is not None:
            self._iface.messageBar().popWidget(self._hint)
            self._hint = None
        for window in self._windows:
            window.show()
            window.raise_()
        self._windows = []
