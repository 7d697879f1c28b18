"""The dock's page of quality: an inspection, two vintages of a layer, layers into the county's store."""

from qgis.gui import QgisInterface
from qgis.PyQt.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from .ingest_tab import IngestTab
from .inspection_tab import InspectionTab
from .vintages_tab import VintagesTab


class QualityPage(QWidget):
    """`inspection`, `vintages`, `ingest`: its tabs."""

    def __init__(self, iface: QgisInterface) -> None:
        super().__init__()
        self.inspection, self.vintages, self.ingest = InspectionTab(iface), VintagesTab(iface), IngestTab(iface)
        self.tabs = QTabWidget()
        self.tabs.addTab(self.inspection, tr("Package or database"))
        self.tabs.addTab(self.vintages, tr("Two vintages"))
        self.tabs.addTab(self.ingest, tr("Import of layers"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tabs)

    def dispose(self) -> None:
        """Stop what is under way."""
        for tab in (self.inspection, self.vintages, self.ingest):
            tab.dispose()
