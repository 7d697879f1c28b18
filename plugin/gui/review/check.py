"""The check page: projects, a control line for each layer, what stays unchecked, the report; then run."""

from pathlib import Path

from qgis.core import QgsMapLayerProxyModel, QgsProject, QgsVectorLayer
from qgis.gui import QgsFieldComboBox, QgsFileWidget, QgsMapLayerComboBox
from qgis.PyQt.QtCore import QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ...bridge.i18n import listed, tr
from ...bridge.layers.catalogue_style import is_plain, style_as_land_use, style_as_line
from ...bridge.review.check_setup import (
    CheckSetup,
    guess_extent,
    guess_key,
    guess_projects,
    remember,
    result_folder,
    unchecked_lines,
)
from ...bridge.review.place_notices import place_notices
from ...formats.rules.rule_files import load_catalogue
from ..widgets.contrast import Tone, text_style
from .check_run import CheckRun
from .check_table import LayerTable

_REPORTS = ((".docx", "Word"), (".xlsx", "Excel"), (".pdf", "PDF"), (".html", "HTML"))
_NOTICES = 2  # shown at a time


class CheckPage(QWidget):
    """Emits `finished(CheckResult)`. `active_layer()` gives the layer that is selected in QGIS, or None."""

    finished = pyqtSignal(object)

    def __init__(self, active_layer=lambda: None, open_dialog=None):
        super().__init__()
        self._active, self._open_dialog, self._folder_chosen = active_layer, open_dialog, False
        self._extent_chosen = False
        self.run = CheckRun(self)
        self.run.finished.connect(self._finished)
        self.run.failed.connect(self._failed)
        self.run.cancelled.connect(lambda: self._ended(tr("Stopped; nothing was saved.")))
        self.run.progressed.connect(lambda percent: self.progress.setValue(int(percent)))
        self._build()
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(200)
        self._wait.timeout.connect(self.reload)
        project = QgsProject.instance()
        self._signals = (project.layersAdded, project.layersRemoved, project.cleared)
        for signal in self._signals:
            signal.connect(self._layers_changed)
        self.reload()

    def _build(self):
        self.projects = QgsMapLayerComboBox()
        self.projects.setFilters(QgsMapLayerProxyModel.PolygonLayer)
        self.projects.setAllowEmptyLayer(True)
        self.projects.setToolTip(tr("The layer whose polygons are checked"))
        self.projects.layerChanged.connect(self._projects_changed)
        self.key = QgsFieldComboBox()
        self.key.setAllowEmptyFieldName(True)
        self.key.setToolTip(tr("The field that identifies the projects; empty: their number in the layer"))
        self.extent = QgsMapLayerComboBox()
        self.extent.setFilters(QgsMapLayerProxyModel.PolygonLayer)
        self.extent.setAllowEmptyLayer(True, tr("not known"))
        self.extent.setToolTip(
            tr("The area that the control lines were delivered for: what of a project lies outside is “not checked”")
        )
        self.extent.activated.connect(lambda _row: setattr(self, "_extent_chosen", True))
        self.table = LayerTable()
        self.table.changed.connect(self._tell)
        self.table.filled.connect(self._guess)
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.table.setMinimumHeight(130)
        self.empty = _label(tr("No layer is open. Add the control lines and the projects to the map, or make the "
                               "sample county on the Start page."))  # fmt: skip
        self.unchecked, self.notice = _label(""), _label("", Tone.BAD)
        form = QFormLayout()
        form.addRow(tr("Projects"), self.projects)
        form.addRow(tr("Key field"), self.key)
        form.addRow(tr("Area of the lines"), self.extent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(form)
        layout.addWidget(self.empty)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.unchecked)
        layout.addWidget(self.notice)
        self.colours = QPushButton(tr("Colour the layers as their control lines"))
        self.colours.setToolTip(tr("Draws the chosen layers, and land-use layers, as the catalogue says"))
        self.colours.clicked.connect(lambda _checked=False: self.colour_layers())
        layout.addWidget(self.colours)
        self._build_end(layout)

    def _build_end(self, layout):
        self.reports = {suffix: QCheckBox(name) for suffix, name in _REPORTS}
        self.reports[".docx"].setChecked(True)
        kinds = QHBoxLayout()
        kinds.addWidget(QLabel(tr("Report")))
        for box in self.reports.values():
            box.setToolTip(tr("Write the report in this format too"))
            kinds.addWidget(box)
        kinds.addStretch(1)
        self.folder = QgsFileWidget()
        self.folder.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        self.folder.setToolTip(tr("Folder of the report and the result layers; it is made when the check runs"))
        self.folder.lineEdit().textEdited.connect(self._folder_edited)
        self.start = QPushButton(tr("Start the check"))
        self.start.clicked.connect(lambda _checked=False: self.start_or_stop())
        self.more = QPushButton(tr("More settings…"))
        self.more.setToolTip(tr("The same check with every parameter: rule file, date, sliver area"))
        self.more.clicked.connect(lambda _checked=False: self._open_dialog and self._open_dialog())
        self.obstacle, self.progress = _label(""), QProgressBar()
        self.progress.hide()
        row = QHBoxLayout()
        row.addWidget(self.start, 1)
        row.addWidget(self.more)
        layout.addLayout(kinds)
        layout.addWidget(self.folder)
        layout.addWidget(self.obstacle)
        layout.addWidget(self.progress)
        layout.addLayout(row)

    def _layers_changed(self, *_layers):
        self._wait.start()

    def _folder_edited(self, _text):
        self._folder_chosen = True

    def reload(self) -> None:
        """Look at the project's layers anew; what was chosen for projects stays while it is there."""
        if not self.run.running:
            self.table.reload()
            self._tell()

    def _guess(self):
        if not self._extent_chosen:
            self.extent.setLayer(guess_extent(self.table.lines()))
        if self.projects.currentLayer() is None or self.projects.currentLayer().id() in self.table.lines():
            layers = [QgsProject.instance().mapLayer(p.layer_id) for p in self.table.proposals]
            layers = [layer for layer in layers if layer is not None and layer is not self.extent.currentLayer()]
            self.projects.setLayer(guess_projects(layers, self.table.proposals, self._active()))
        self._projects_changed(self.projects.currentLayer())

    def set_projects(self, layer: QgsVectorLayer) -> None:
        """Check this layer's polygons."""
        self.projects.setLayer(layer)

    def _projects_changed(self, layer):
        if self.key.layer() is not layer:
            self.key.setLayer(layer)
            self.key.setField(guess_key(layer))
        if not self._folder_chosen:
            self.folder.setFilePath(str(result_folder(layer)))
        self.table.leave_out(layer.id() if layer is not None else "")
        self._tell()

    def setup(self) -> CheckSetup:
        """What is chosen on the page."""
        layer = self.projects.currentLayer()
        lines = self.table.lines()
        wanted = tuple(suffix for suffix, box in self.reports.items() if box.isChecked())
        folder = Path(self.folder.filePath() or str(result_folder(layer)))
        key, days = self.key.currentField(), self.table.days()
        extent = self.extent.currentLayer()
        area = extent.id() if extent is not None else ""
        return CheckSetup(layer.id() if layer else "", key, lines, folder, wanted, days, area)

    def _tell(self):
        """Say what stays unchecked and why the check cannot run."""
        setup, any_layer = self.setup(), bool(self.table.proposals) or self.table.busy
        self.empty.setVisible(not any_layer)
        self.table.setVisible(any_layer)
        self.colours.setVisible(bool(self._plain_layers(setup.lines)))
        names = unchecked_lines(setup.lines)
        self.unchecked.setText(
            tr("Not checked ({0}), for want of a layer: {1}").format(len(names), listed(names[:6]))
            + ("…" if len(names) > 6 else "")
        )
        self.unchecked.setToolTip(listed(names))
        self.unchecked.setVisible(bool(names) and any_layer)
        self._tell_places(setup)
        is_waiting = self.run.running or self.table.busy  # nobody knows yet what the layers that are looked at hold
        obstacle = "" if is_waiting else setup.obstacle() if any_layer else tr("There is nothing to check yet.")
        self.obstacle.setText(obstacle)
        self.obstacle.setVisible(bool(obstacle))
        self.start.setEnabled(self.run.running or not (obstacle or self.table.busy))
        self.start.setToolTip(obstacle or tr("Runs in the background; QGIS can be used meanwhile"))

    def _tell_places(self, setup):
        """Say what is wrong with where the layers lie before anybody waits for the check."""
        notices = place_notices(setup) if any(setup.lines.values()) else []
        more = tr("… and {0} more").format(len(notices) - _NOTICES) if len(notices) > _NOTICES else ""
        self.notice.setText("\n".join([*notices[:_NOTICES], more]).strip())
        self.notice.setToolTip("\n".join(notices))
        self.notice.setVisible(bool(notices))

    def colour_layers(self) -> None:
        """Draw the chosen layers as the catalogue says; those that have a style of their own keep it."""
        for layer_id, line_id in self.table.lines().items():
            layer = QgsProject.instance().mapLayer(layer_id)
            if layer is not None and is_plain(layer) and not (line_id == "GD" and style_as_land_use(layer)):
                style_as_line(layer, load_catalogue().get(line_id))
        self._tell()

    def _plain_layers(self, lines):
        layers = [QgsProject.instance().mapLayer(layer_id) for layer_id in lines]
        return [layer for layer in layers if layer is not None and is_plain(layer)]

    def start_or_stop(self) -> None:
        """Start the check, or stop the one that runs."""
        if self.run.running:
            self.run.cancel()
            return
        if not self._folder_chosen:
            self.folder.setFilePath(str(result_folder(self.projects.currentLayer())))
        remember(self.table.proposals)
        self.start.setText(tr("Stop"))
        self.progress.setValue(0)
        self.progress.show()
        self.run.start(self.setup())
        self._tell()

    def _ended(self, text=""):
        self.start.setText(tr("Start the check"))
        self.progress.hide()
        self._tell()
        if text:
            self.obstacle.setText(text)
            self.obstacle.show()

    def _failed(self, text):
        self._ended(text)

    def _finished(self, result):
        self._ended()
        self.finished.emit(result)

    def dispose(self) -> None:
        """Stop what runs and let go of the project's signals."""
        self.run.cancel()
        self._wait.stop()
        for signal in self._signals:
            signal.disconnect(self._layers_changed)


def _label(text, tone=None):
    label = QLabel(text)
    label.setStyleSheet(text_style(tone) if tone is not None else "")
    label.setWordWrap(True)
    return label
