"""The upper part of the tab of land, firms and taxes: which layer and tables, year, scheme, and whether names show."""

from typing import Optional

from qgis.core import QgsProject
from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QFormLayout, QHBoxLayout, QSpinBox, QWidget

from ...bridge.i18n import tr
from ...bridge.monitoring.land_firm import LandFirmChoice
from ...core.indicators.land_firm_scores import scheme_of, schemes
from ..widgets.run_setup import TABLES, RunSetup, narrow_choice, polygon_layers

_LATEST = 1989  # shown as words: the latest year of the table of taxes
_PARCELS = ("GYDK", "工业", "用地")


class LandFirmSetup(RunSetup):
    """Only widgets: what they ask for is done by the tab."""

    mask_changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__(0)
        self.inputs = QWidget()
        self.inputs.setLayout(self._form())
        self.mask = QCheckBox(tr("Mask names and codes of firms"))
        self.mask.setChecked(True)
        self.mask.toggled.connect(lambda *_: self.mask_changed.emit())
        self.acts.addWidget(self.mask)
        self.fold = self.add_fold(tr("Inputs"), self.inputs, True)
        self.place(self.inputs, self.acts)

    def _form(self) -> QFormLayout:
        form, row = QFormLayout(), QHBoxLayout()
        form.setVerticalSpacing(3)
        form.setContentsMargins(0, 0, 0, 0)
        self.parcels = polygon_layers()
        named = [m for m in QgsProject.instance().mapLayers().values() if any(n in m.name() for n in _PARCELS)]
        if named:
            self.parcels.setLayer(named[0])
        form.addRow(tr("Parcels"), self.parcels)
        self.firms, self.taxes, self.leases = QgsFileWidget(), QgsFileWidget(), QgsFileWidget()
        tables = ((self.firms, tr("Table of firms")), (self.taxes, tr("Table of taxes")),
                  (self.leases, tr("Leases (optional)")))  # fmt: skip
        for widget, label in tables:
            widget.setFilter(TABLES)
            form.addRow(label, widget)
        self.scheme = narrow_choice(10)
        for scheme in schemes():
            self.scheme.addItem(scheme.title, scheme.id)
        self.year = QSpinBox()
        self.year.setRange(_LATEST, 2100)
        self.year.setSpecialValueText(tr("Latest"))
        row.addWidget(self.scheme, 1)
        row.addWidget(self.year)
        form.addRow(tr("Scheme, year"), row)
        return form

    def chosen(self) -> Optional[LandFirmChoice]:
        """What the widgets say, None while a layer or a table is lacking."""
        layer, firms, taxes = self.parcels.currentLayer(), self.firms.filePath(), self.taxes.filePath()
        if layer is None or not firms or not taxes:
            return None
        year = self.year.value()
        scheme = scheme_of(self.scheme.currentData())
        return LandFirmChoice(layer, firms, taxes, scheme, self.leases.filePath(), year=0 if year == _LATEST else year)
