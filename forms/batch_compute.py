"""Computed fields of many records, one record in each turn of the event loop: layers stay on the main thread,
the window stays alive.
"""

from qgis.PyQt.QtCore import Qt, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QProgressDialog

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.records.computed_fields import polygon_of_wkb, values_from_geometry, values_from_layers
from ..plugin.bridge.records.places import place_of
from ..plugin.core.forms.computing import computed_values
from ..plugin.gui.widgets.attempt import attempt


class BatchCompute(QProgressDialog):
    """Computes the records `ids` and saves them in one transaction at the end.

    Emits message(text). A cancel changes nothing.
    """

    message = pyqtSignal(str)

    def __init__(self, workspace, form, ids, actor, parent=None):
        super().__init__(tr("Computing from the layers…"), tr("Cancel"), 0, len(ids), parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumDuration(0)
        self.ws, self.form, self.actor = workspace, form, actor
        self._left, self._rows, self._nowhere, self._missing = list(ids), [], 0, set()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._step)
        self._timer.start(0)

    def _step(self):
        if self.wasCanceled():
            self._end(tr("Cancelled."))
        elif self._left:
            attempt(lambda: self._compute(self.ws.record(self.form.id, self._left.pop())), self._end)
            self.setValue(self.maximum() - len(self._left))
        else:
            attempt(self._save, self._end)

    def _compute(self, values):
        found, place = values_from_geometry(self.form, values.get("geometry")), None
        place = polygon_of_wkb(values.get("geometry")) or place_of(self.form, values)
        if place is None:
            self._nowhere += 1
        else:
            more, missing = values_from_layers(self.form, *place)
            found.update(more)
            self._missing.update(missing)
        found.update(computed_values(self.form, {**values, **found}))
        if found:
            self._rows.append({"id": values["id"], **found})

    def _save(self):
        saved = self.ws.save_records(self.form, self._rows, self.actor, "compute")
        text = tr("{0} records were computed, {1} of them changed.").format(len(self._rows), saved.updated)
        if self._nowhere:
            text += " " + tr("No polygon with the division code (and name) for {0} records.").format(self._nowhere)
        if self._missing:
            text += " " + tr("No layer for: {0}").format(", ".join(sorted(self._missing)))
        self._end(text)

    def _end(self, text):
        self._timer.stop()
        self.hide()
        self.message.emit(text)
        self.deleteLater()
