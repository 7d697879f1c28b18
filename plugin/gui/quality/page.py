"""The dock's page of quality: an inspection, and two vintages of a layer."""

from qgis.gui import QgisInterface
from qgis.PyQt.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from .inspection_tab import InspectionTab
from .vintages_tab import VintagesTab


class QualityPage(QWidget):
    """`inspection`, `vintages`: its tabs."""

    def __init__(self, iface: QgisInterface) -> None:
        super().__init__()
        self.inspection, self.vintages = InspectionTab(iface), VintagesTab(iface)
        self.tabs = QTabWidget()
        self.tabs.addTab(self.inspection, tr("Package or database"))
        self.tabs.addTab(self.vintages, tr("Two vintages"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tabs)

    def dispose(self) -> None:
        """Stop what is under way."""
        for tab in (self.inspection, self.vintages):
            tab.dispose()
