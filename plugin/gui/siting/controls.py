"""The upper part of the site page: which criteria, which land, how many sites; run, cancel, report, "why not here?"."""

from pathlib import Path
from typing import Any, Union

from qgis.core import QgsMapLayerProxyModel, QgsProject, QgsSettings
from qgis.gui import QgsFileWidget, QgsMapLayerComboBox
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...bridge.i18n import tr
from ...bridge.siting.base_layers import default_base
from ...bridge.siting.session import RunOptions
from ...formats.rules.criteria_files import examples, read_document
from ..widgets.boxes import narrow
from ..widgets.tables import add_button

_LAST = "onemap/siting/criteria"
_POINTS = QgsMapLayerProxyModel.PointLayer
_SHAPES = QgsMapLayerProxyModel.PolygonLayer | QgsMapLayerProxyModel.LineLayer


class SiteControls(QWidget):
    """Only widgets: what they ask for is done by the page."""

    criteria_chosen = pyqtSignal(str)
    edit_asked = pyqtSignal()
    setup_changed = pyqtSignal()
    run_asked = pyqtSignal()
    cancel_asked = pyqtSignal()
    report_asked = pyqtSignal()
    why_toggled = pyqtSignal(bool)

    def __init__(self):
        super().__init__()
        self._base, self._is_running = {}, False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(self._form())
        layout.addWidget(self._more_settings())
        self.remains = QLabel("")
        self.remains.setWordWrap(True)
        layout.addWidget(self.remains)
        layout.addLayout(self._buttons())
        self.progress = QProgressBar()
        self.progress.setRange(0, 100)
        self.progress.hide()
        layout.addWidget(self.progress)
        self._show_mode()

    def _form(self):
        form, top, way = _tight_form(), QHBoxLayout(), QHBoxLayout()
        self.criteria = QComboBox()
        for path in examples():
            self.criteria.addItem(read_document(path).data["name"], str(path))
        self.criteria.activated.connect(lambda _index: self._choose())
        top.addWidget(self.criteria, 1)
        add_button(tr("Open…"), self.open, top)
        add_button(tr("Edit…"), self.edit_asked.emit, top)
        form.addRow(tr("Criteria"), top)
        self.mode = QComboBox()
        self.mode.addItem(tr("Among parcels"), True)
        self.mode.addItem(tr("In free land"), False)
        self.mode.currentIndexChanged.connect(lambda _index: self._show_mode())
        way.addWidget(self.mode, 1)
        way.addWidget(self._fold())
        form.addRow(tr("Search"), way)
        self.base_label, self.layer = QLabel(), QgsMapLayerComboBox()
        self.layer.setFilters(QgsMapLayerProxyModel.PolygonLayer)
        self.layer.layerChanged.connect(lambda _layer: self.setup_changed.emit())
        self.layer.activated.connect(lambda _index: self._keep_base())
        form.addRow(self.base_label, self.layer)
        self.number = QSpinBox()
        self.number.setRange(1, 1000)
        self.number.setValue(5)
        form.addRow(tr("Number of sites"), self.number)
        self.form = form
        for box in (self.criteria, self.mode, self.layer):
            narrow(box)
        return form

    def _fold(self) -> QToolButton:
        """The button that unfolds the settings that few runs need, beside the way of searching."""
        self.more = QToolButton()
        self.more.setText(tr("More settings"))
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.setCheckable(True)
        self.more.setAutoRaise(True)
        self.more.toggled.connect(lambda _on: self._show_fields())
        return self.more

    def _more_settings(self) -> QWidget:
        """The settings that few runs need: a part of its own, which takes no room while it is folded."""
        self.edges, self.existing = _optional_layer(_SHAPES), _optional_layer(_SHAPES | _POINTS)
        self.costs = QgsFileWidget()
        self.costs.setFilter("YAML (*.yaml *.yml)")
        self.costs.lineEdit().setPlaceholderText(tr("reference prices (to be confirmed)"))
        self.costs.setToolTip(tr("A county's own table of prices, as resources/siting/tables/cost.yaml is"))
        self.folded, self.more_form = QWidget(), _tight_form()
        self.folded.setLayout(self.more_form)
        self.more_form.addRow(tr("Follow the edges of"), self.edges)
        self.more_form.addRow(tr("Keep the spacing from"), self.existing)
        self.more_form.addRow(tr("Price table"), self.costs)
        for box in (self.edges, self.existing):
            narrow(box)
        return self.folded

    def _buttons(self):
        buttons = QHBoxLayout()
        self.start = add_button(tr("Run"), self.run_asked.emit, buttons)
        self.stop = add_button(tr("Cancel"), self.cancel_asked.emit, buttons)
        self.why = QPushButton(tr("Why not here?"))
        self.why.setCheckable(True)
        self.why.toggled.connect(self.why_toggled)
        buttons.addWidget(self.why)
        self.report = add_button(tr("Report…"), self.report_asked.emit, buttons)
        self.stop.setEnabled(False)
        self.report.setEnabled(False)
        return buttons

    def parcels(self) -> Any:
        """True to rank parcels, False to search free land."""
        return self.mode.currentData()

    def base(self) -> Any:
        """The candidate parcels or the extent, None where the project has no polygons."""
        return self.layer.currentLayer()

    def options(self) -> RunOptions:
        """What is asked of a run as the page stands."""
        costs = self.costs.filePath().strip()
        if self.parcels():
            return RunOptions(costs=costs)
        return RunOptions(self.number.value(), self.edges.currentLayer(), self.existing.currentLayer(), costs)

    def load_first(self) -> None:
        """The criteria used last, else the first example."""
        last = QgsSettings().value(_LAST, "")
        if last and Path(last).is_file():
            self.add_file(last)
        self._choose()

    def add_file(self, path: Union[str, Path]) -> None:
        """Put a file into the list and make it the current one; nothing is loaded."""
        at = self.criteria.findData(str(path))
        if at < 0:
            self.criteria.addItem(Path(path).name, str(path))
            at = self.criteria.count() - 1
        self.criteria.setCurrentIndex(at)

    def show_file(self, path):
        """Make a file of the list the current one; None for none."""
        self.criteria.setCurrentIndex(self.criteria.findData(str(path)) if path else -1)

    def name_current(self, name: str) -> None:
        """The current criteria file was loaded: show the name it gives itself, and take it again next time."""
        self.criteria.setItemText(self.criteria.currentIndex(), name)
        self.criteria.setToolTip(self.criteria.currentData())
        QgsSettings().setValue(_LAST, self.criteria.currentData())

    def open(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, tr("Open criteria"), "", "YAML (*.yaml *.yml)")
        if path:
            self.add_file(path)
            self._choose()

    def _choose(self):
        path = self.criteria.currentData()
        if path:
            self.criteria_chosen.emit(path)

    def _keep_base(self):
        """The user chose a layer: it stays, in this way of searching."""
        if self.base() is not None:
            self._base[self.parcels()] = self.base().id()

    def propose_base(self) -> None:
        """The layer used in this way of searching, else a boundary, or candidate parcels, by name."""
        project = QgsProject.instance()
        layer = project.mapLayer(self._base.get(self.parcels(), ""))
        layer = layer or default_base(project.mapLayers().values(), self.parcels())
        if layer is not None:
            self._base[self.parcels()] = layer.id()
            self.layer.setLayer(layer)

    def _show_mode(self):
        self.base_label.setText(tr("Candidate parcels") if self.parcels() else tr("Extent"))
        self._show_fields()
        self.propose_base()
        self.setup_changed.emit()

    def _show_fields(self) -> None:
        """What few runs need is folded away, so that a low screen has room for the results."""
        searches, more = not self.parcels(), self.more.isChecked()
        self.more.setArrowType(Qt.ArrowType.DownArrow if more else Qt.ArrowType.RightArrow)
        self.folded.setVisible(more)
        for form, widget in ((self.form, self.number), (self.more_form, self.edges), (self.more_form, self.existing)):
            widget.setVisible(searches)
            form.labelForField(widget).setVisible(searches)

    def set_running(self, on: bool, has_result: bool = False) -> None:
        """A run is under way, or has ended."""
        self.start.setEnabled(not on)
        self.stop.setEnabled(on)
        self.report.setEnabled(not on and (has_result or self.report.isEnabled()))
        self._is_running = on
        self.progress.setValue(0)
        self.progress.setVisible(on)

    def set_counting(self, percent: Any) -> None:
        """How far a count of what remains is; None when it has ended. A run shows its own progress."""
        if not self._is_running:
            self.progress.setVisible(percent is not None)
            self.progress.setValue(int(percent or 0))

    def set_progress(self, percent: Any) -> None:
        self.progress.setValue(int(percent))


def _tight_form() -> QFormLayout:
    """Fields with their names, one below the other, as close as a low screen needs it."""
    form = QFormLayout()
    form.setContentsMargins(0, 0, 0, 0)
    form.setVerticalSpacing(4)
    form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
    return form


def _optional_layer(kinds: Any) -> QgsMapLayerComboBox:
    """A choice of layers of some kinds that begins with none."""
    chosen = QgsMapLayerComboBox()
    chosen.setFilters(kinds)
    chosen.setAllowEmptyLayer(True, tr("none"))
    chosen.setCurrentIndex(0)
    return chosen
