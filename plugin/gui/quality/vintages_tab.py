"""The tab of vintages: two layers chosen, compared in the background, shown in a window of their own."""

from typing import Optional

from qgis.core import QgsApplication, QgsMapLayerProxyModel, QgsVectorLayer
from qgis.gui import QgisInterface, QgsFieldComboBox, QgsMapLayerComboBox
from qgis.PyQt.QtWidgets import QDoubleSpinBox, QFormLayout, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...bridge.quality.comparison import ComparisonInput, ComparisonJob, ComparisonOutcome
from ...bridge.quality.comparison_layer import changes_layer, qgis_crs
from ...bridge.tasks import WorkTask
from ...core.errors import OneMapError
from ..widgets.contrast import Tone, text_style
from ..widgets.tables import add_button
from .vintages_window import VintagesWindow

_REMARKS = 6  # of a comparison; the report has all


class VintagesTab(QWidget):
    """`window`: the window shown last, None before."""

    def __init__(self, iface: QgisInterface) -> None:
        super().__init__()
        self.iface, self.window = iface, None
        self._task: Optional[WorkTask] = None
        self._build()
        self._enable()

    def _build(self):
        about = QLabel(tr("What changed between two states of a layer: by key, by shape, by overlap; the areas are "
                          "statutory."))  # fmt: skip
        about.setWordWrap(True)
        self.before, self.after = QgsMapLayerComboBox(), QgsMapLayerComboBox()
        self.key, self.field = QgsFieldComboBox(), QgsFieldComboBox()
        for box in (self.before, self.after):
            box.setFilters(QgsMapLayerProxyModel.PolygonLayer)
            box.setAllowEmptyLayer(True)
            box.layerChanged.connect(lambda *_: self._enable())
        for field in (self.key, self.field):
            field.setAllowEmptyFieldName(True)
        self.before.layerChanged.connect(self._before_changed)
        self.tolerance = QDoubleSpinBox()
        self.tolerance.setRange(0, 1_000_000)
        self.tolerance.setValue(1.0)
        self.progress, self.message = QProgressBar(), QLabel()
        self.message.setWordWrap(True)
        self.progress.hide()
        layout = QVBoxLayout(self)
        layout.addWidget(about)
        layout.addLayout(self._form())
        layout.addLayout(self._buttons())
        layout.addWidget(self.progress)
        layout.addWidget(self.message)
        layout.addStretch(1)
        self._before_changed(self.before.currentLayer())

    def _form(self):
        form = QFormLayout()
        form.addRow(tr("Layer before"), self.before)
        form.addRow(tr("Layer after"), self.after)
        form.addRow(tr("Field of keys"), self.key)
        form.addRow(tr("Field of class codes"), self.field)
        form.addRow(tr("Slivers are smaller than [m²]"), self.tolerance)
        return form

    def _buttons(self):
        buttons = QHBoxLayout()
        self.start = add_button(tr("Compare"), self.start_or_stop, buttons, tr("Find the changes and show them"))
        tip = tr("Show both layers without looking for changes")
        self.look_button = add_button(tr("Only look"), self.look, buttons, tip)
        tip = tr("The same comparison with every parameter: divisions, matrix, report")
        self.more = add_button(tr("Report and matrix…"), self.open_dialog, buttons, tip)
        return buttons

    def _before_changed(self, layer):
        for box in (self.key, self.field):
            box.setLayer(layer)
        names = {field.name().upper(): field.name() for field in layer.fields()} if layer is not None else {}
        self.key.setField(names.get("BSM", ""))
        self.field.setField(next((names[n] for n in ("YDYHFLDM", "DLBM", "DLDM") if n in names), ""))

    @property
    def layers(self) -> list[QgsVectorLayer]:
        """The two layers, as far as they are chosen."""
        return [layer for layer in (self.before.currentLayer(), self.after.currentLayer()) if layer is not None]

    def _enable(self):
        running, ready = self._task is not None, len(self.layers) == 2
        self.start.setText(tr("Stop") if running else tr("Compare"))
        self.start.setEnabled(running or ready)
        self.look_button.setEnabled(ready and not running)
        self.more.setEnabled(not running)
        self.progress.setVisible(running)
        if not ready:
            self._tell(tr("Choose the layer before and the layer after; both must be open in QGIS."))
        elif not running:
            self._tell("")

    def _tell(self, message, tone=None):
        self.message.setText(message)
        self.message.setStyleSheet(text_style(tone) if tone is not None else "")

    def _chosen(self):
        before, after = self.layers
        field = self.field.currentField()
        return ComparisonInput(before, after, self.key.currentField(), field, "", self.tolerance.value())

    def start_or_stop(self) -> None:
        """Compare; stop where a comparison goes on."""
        if self._task is not None:
            self._task.drop()
            self._ended(tr("Stopped; nothing was saved."))
            return
        try:
            job = ComparisonJob(self._chosen())
        except OneMapError as error:
            self._tell(str(error), Tone.BAD)
            return
        layers = tuple(self.layers)
        task = WorkTask(
            tr("Comparing two vintages"), job.run, lambda found: self._found(job, layers, found), self._failed
        )
        task.progressChanged.connect(lambda percent: self.progress.setValue(int(percent)))
        self._task = task
        self.progress.setRange(0, 0)
        self._enable()
        QgsApplication.taskManager().addTask(task)

    def _found(self, job, layers, found: ComparisonOutcome):
        self._ended("")
        lines = [found.conclusion(), *(one.text() for one in found.remarks)]
        self._tell("\n".join(lines[: 1 + _REMARKS]), Tone.DOUBT if found.remarks else None)
        if any(layer.id() not in _open_layers() for layer in layers):
            self._tell(tr("A layer was closed meanwhile: compare again."), Tone.BAD)
            return
        self._show(VintagesWindow(layers, qgis_crs(job.plane), found, changes_layer(found, job.plane), self))

    def _failed(self, error):
        self._ended("")
        self._tell(str(error), Tone.BAD)

    def _ended(self, message):
        self._task = None
        self._enable()
        self._tell(message)

    def look(self) -> None:
        """Show both layers without a comparison."""
        before, after = self.layers
        crs = after.crs() if not after.crs().isGeographic() else self.iface.mapCanvas().mapSettings().destinationCrs()
        self._show(VintagesWindow((before, after), crs, parent=self))

    def _show(self, window):
        if self.window is not None:
            self.window.close()
        self.window = window
        window.show()

    def open_dialog(self) -> None:
        """The comparison of Processing with what is chosen here."""
        import processing

        values = {"KEY": self.key.currentField(), "CLASS_FIELD": self.field.currentField()}
        values.update({name: layer for name, layer in zip(("BEFORE", "AFTER"), self.layers)})
        processing.createAlgorithmDialog("onemap:comparelayers", {k: v for k, v in values.items() if v}).show()

    def dispose(self) -> None:
        """Stop what goes on and close the window."""
        if self._task is not None:
            self._task.drop()
            self._task = None
        if self.window is not None:
            self.window.close()


def _open_layers():
    from qgis.core import QgsProject

    return QgsProject.instance().mapLayers()
