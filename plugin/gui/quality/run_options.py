"""What holds for one inspection before its specification: the district, quotas handed down, tolerances."""

from typing import Optional

from qgis.core import QgsMapLayerProxyModel
from qgis.gui import QgsCollapsibleGroupBoxBasic, QgsFileWidget, QgsMapLayerComboBox
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QFormLayout, QLineEdit, QWidget

from ...bridge.i18n import tr
from ...bridge.layers.district import district_wkb
from ...bridge.quality.inspection_given import QUOTA_FILTER, District
from ...core.errors import OneMapError
from ...formats.rules.inspection_given import read_tolerances


class RunOptions(QgsCollapsibleGroupBoxBasic):
    """Closed until somebody wants it; its title says how many of the three are given.

    Emits `changed`; `mistake` says what is wrong with the tolerances, "" for nothing.
    """

    changed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.district, self.quotas, self.tolerances = QgsMapLayerComboBox(), QgsFileWidget(), QLineEdit()
        self.mistake = ""
        self.district.setFilters(QgsMapLayerProxyModel.PolygonLayer)
        self.district.setAllowEmptyLayer(True, tr("the package's own"))
        self.district.setCurrentIndex(0)
        self.district.setToolTip(tr("A polygon layer of this project that stands in the place of the package's own"))
        self.quotas.setFilter(QUOTA_FILTER)
        self.quotas.setToolTip(tr("A table of the values handed down: quota, value, unit"))
        self.quotas.lineEdit().setPlaceholderText(tr("as the specification says"))
        self.tolerances.setPlaceholderText("Q509=0.01, Q601=1")
        self.tolerances.setToolTip(tr("Items and their tolerances, before those of the specification"))
        form = QFormLayout(self)
        form.setContentsMargins(4, 4, 4, 4)
        form.setVerticalSpacing(4)
        form.addRow(tr("District"), self.district)
        form.addRow(tr("Quotas"), self.quotas)
        form.addRow(tr("Tolerances"), self.tolerances)
        self.setCollapsed(True)
        self.district.layerChanged.connect(lambda *_: self._changed())
        self.quotas.fileChanged.connect(lambda *_: self._changed())
        self.tolerances.textChanged.connect(lambda *_: self._changed())
        self._changed()

    def _changed(self) -> None:
        self.mistake = ""
        try:
            read_tolerances(self.tolerances.text())
        except OneMapError as error:
            self.mistake = str(error)
        given = (self.district.currentLayer(), self.quotas.filePath().strip(), self.tolerances.text().strip())
        count = sum(bool(one) for one in given)
        self.setTitle(tr("For this run: {0} given").format(count) if count else tr("For this run only"))
        self.changed.emit()

    def chosen_district(self) -> Optional[District]:
        """The district of this run; raises InputError, CrsError for a layer that is none."""
        layer = self.district.currentLayer()
        return None if layer is None else District(layer.name(), district_wkb(layer))
