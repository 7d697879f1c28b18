"""The upper part of the tab of land, firms and taxes: which layer and tables, year, scheme, and whether names show."""

from typing import Optional

from qgis.core import QgsMapLayerProxyModel, QgsProject
from qgis.gui import QgsFileWidget, QgsMapLayerComboBox
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...bridge.i18n import tr
from ...bridge.monitoring.land_firm import LandFirmChoice
from ...core.indicators.land_firm_scores import scheme_of, schemes
from ..widgets.tables import add_button

_TABLES = "Excel, CSV (*.xlsx *.xlsm *.csv *.txt)"
_LATEST = 1989  # shown as words: the latest year of the table of taxes
_PARCELS = ("GYDK", "工业", "用地")


class LandFirmSetup(QWidget):
    """Only widgets: what they ask for is done by the tab."""

    run_asked = pyqtSignal()
    cancel_asked = pyqtSignal()
    report_asked = pyqtSignal()
    mask_changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._is_running = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        self.inputs = QWidget()
        self.inputs.setLayout(self._form())
        layout.addWidget(self.inputs)
        layout.addLayout(self._buttons())
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.hide()
        layout.addWidget(self.progress)

    def _form(self) -> QFormLayout:
        form, row = QFormLayout(), QHBoxLayout()
        form.setVerticalSpacing(3)
        form.setContentsMargins(0, 0, 0, 0)
        self.parcels = QgsMapLayerComboBox()
        self.parcels.setFilters(QgsMapLayerProxyModel.PolygonLayer)
        named = [m for m in QgsProject.instance().mapLayers().values() if any(n in m.name() for n in _PARCELS)]
        if named:
            self.parcels.setLayer(named[0])
        form.addRow(tr("Parcels"), self.parcels)
        self.firms, self.taxes, self.leases = QgsFileWidget(), QgsFileWidget(), QgsFileWidget()
        tables = ((self.firms, tr("Table of firms")), (self.taxes, tr("Table of taxes")),
                  (self.leases, tr("Leases (optional)")))  # fmt: skip
        for widget, label in tables:
            widget.setFilter(_TABLES)
            form.addRow(label, widget)
        self.scheme = QComboBox()
        for scheme in schemes():
            self.scheme.addItem(scheme.title, scheme.id)
        self.scheme.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.scheme.setMinimumContentsLength(10)
        self.year = QSpinBox()
        self.year.setRange(_LATEST, 2100)
        self.year.setSpecialValueText(tr("Latest"))
        row.addWidget(self.scheme, 1)
        row.addWidget(self.year)
        form.addRow(tr("Scheme, year"), row)
        return form

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.run = QPushButton(tr("Compute"))
        self.run.clicked.connect(lambda *_: (self.cancel_asked if self._is_running else self.run_asked).emit())
        row.addWidget(self.run)
        self.report = add_button(tr("Report…"), self.report_asked.emit, row)
        self.report.setEnabled(False)
        self.mask = QCheckBox(tr("Mask names and codes of firms"))
        self.mask.setChecked(True)
        self.mask.toggled.connect(lambda *_: self.mask_changed.emit())
        row.addWidget(self.mask)
        row.addStretch(1)
        self.fold = QToolButton()
        self.fold.setText(tr("Inputs"))
        self.fold.setCheckable(True)
        self.fold.setChecked(True)
        self.fold.toggled.connect(self.inputs.setVisible)
        row.addWidget(self.fold)
        return row

    def set_running(self, running: bool, has_result: bool = False) -> None:
        """Show whether a run is under way."""
        self._is_running = running
        self.run.setText(tr("Cancel") if running else tr("Compute"))
        self.progress.setVisible(running)
        self.report.setEnabled(has_result and not running)

    def chosen(self) -> Optional[LandFirmChoice]:
        """What the widgets say, None while a layer or a table is lacking."""
        layer, firms, taxes = self.parcels.currentLayer(), self.firms.filePath(), self.taxes.filePath()
        if layer is None or not firms or not taxes:
            return None
        year = self.year.value()
        scheme = scheme_of(self.scheme.currentData())
        return LandFirmChoice(layer, firms, taxes, scheme, self.leases.filePath(), year=0 if year == _LATEST else year)
