"""The wizard of a new workspace: county, zone, division codes, outline, sources of control lines."""

from pathlib import Path

from qgis.core import QgsMapLayerProxyModel
from qgis.gui import QgsFileWidget
from qgis.PyQt import uic
from qgis.PyQt.QtWidgets import QCheckBox, QDialog

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.layers.district import district_centre, district_wkb
from ..plugin.core.errors import OneMapError
from ..plugin.core.land.zones import zone3
from ..plugin.gui.widgets.buttons import ok_cancel
from ..plugin.store.workspace import NewWorkspace, Workspace
from .sources_table import SourcesTable

_UI = Path(__file__).with_suffix(".ui")
_ZONES = range(25, 46)


class WorkspaceWizard(QDialog):
    """After accept, `workspace` is the new workspace, open for writing."""

    def __init__(self, actor, parent=None):
        super().__init__(parent)
        uic.loadUi(str(_UI), self)
        self.actor, self.workspace = actor, None
        self.setWindowTitle(tr("New workspace"))
        self.countyLabel.setText(tr("County code (6 digits)"))
        self.zoneLabel.setText(tr("3-degree zone"))
        self.divisionsLabel.setText(tr("Division codes (CSV)"))
        self.districtLabel.setText(tr("Outline of the county"))
        self.sourcesLabel.setText(tr("Sources of control lines"))
        self.fileLabel.setText(tr("Workspace"))
        for zone in _ZONES:
            self.zoneBox.addItem(tr("{0} (central meridian {1}°)").format(zone, 3 * zone), zone)
        self.zoneBox.setCurrentIndex(self.zoneBox.findData(40))
        self.divisionsFile.setFilter("CSV (*.csv *.txt)")
        self.workspaceFile.setStorageMode(QgsFileWidget.StorageMode.SaveFile)
        self.workspaceFile.setFilter("GeoPackage (*.gpkg)")
        self.districtBox.setAllowEmptyLayer(True)
        self.districtBox.setFilters(QgsMapLayerProxyModel.PolygonLayer)
        self.districtBox.setLayer(None)
        self.districtBox.layerChanged.connect(self._propose_zone)
        self.sourcesTable = SourcesTable()
        self.sourcesHolder.layout().addWidget(self.sourcesTable)
        self.insistBox = QCheckBox(tr("Use the county although no dictionary contains it"))
        self.insistBox.hide()
        self.layout().insertWidget(self.layout().count() - 1, self.insistBox)
        ok_cancel(self, self.buttons)

    def _propose_zone(self, layer):
        """The zone that the middle of the outline lies in."""
        centre = district_centre(layer) if layer is not None else None
        if centre is not None:
            self.zoneBox.setCurrentIndex(max(0, self.zoneBox.findData(zone3(centre[0]))))

    def accept(self) -> None:
        """Make the workspace; what is wrong is shown and the wizard stays open."""
        layer, path = self.districtBox.currentLayer(), self.workspaceFile.filePath().strip()
        if not path:
            self.noticeLabel.setText(tr("Choose where the workspace is to be kept."))
            return
        try:
            outline = district_wkb(layer) if layer is not None else None
            settings = {"zone": self.zoneBox.currentData(), "sources": self.sourcesTable.sources()}
            self.workspace = Workspace.create(
                Path(path).with_suffix(".gpkg"),
                self.countyEdit.text(),
                self.divisionsFile.filePath() or None,
                NewWorkspace(outline, self.actor, self.insistBox.isChecked(), settings),
            )
        except OneMapError as error:
            self.noticeLabel.setText(str(error))
            self.insistBox.setVisible(error.code in ("county_not_in_dictionary", "county_unknown"))
            return
        super().accept()
