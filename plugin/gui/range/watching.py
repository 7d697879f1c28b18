"""Layers that say when something about them changes, so that a range on the screen is checked again."""

from collections.abc import Iterable

from qgis.core import QgsMapLayer, QgsProject, QgsVectorLayer
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

_PAUSE_MS = 700  # an edit rarely comes alone
_OF_LAYERS = ("nameChanged", "crsChanged", "dataSourceChanged", "dataChanged")
_OF_VECTORS = ("layerModified", "subsetStringChanged", "editingStopped", "afterRollBack")


class LayerWatch(QObject):
    """Emits `changed` a moment after the last change of the layers that are watched, or of the project's list of them.

    Files that another program writes say nothing: they are looked at when a range is checked.
    """

    changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._layers: list[QgsMapLayer] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self.changed)

    def watch(self, layers: Iterable[QgsMapLayer]) -> None:
        """Watch these layers and no others, and the project's list of layers."""
        self.stop()
        self._layers = list(layers)
        for signal in self._signals():
            signal.connect(self._touched)

    def stop(self) -> None:
        """Watch nothing."""
        self._timer.stop()
        for signal in self._signals():
            try:
                signal.disconnect(self._touched)
            except TypeError:  # was not connected
                continue
        self._layers = []

    def _signals(self) -> list:
        project = QgsProject.instance()
        signals = [project.layersAdded, project.layersRemoved]
        for layer in self._layers:
            if not sip.isdeleted(layer):
                names = (*_OF_LAYERS, *(_OF_VECTORS if isinstance(layer, QgsVectorLayer) else ()))
                signals += [getattr(layer, name) for name in names]
        return signals

    def _touched(self, *_values: object) -> None:
        self._timer.start()
