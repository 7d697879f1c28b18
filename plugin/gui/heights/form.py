"""Which layers a design is checked with; those of usual names are chosen by themselves."""

from typing import Any, Optional

from qgis.core import QgsMapLayer, QgsMapLayerProxyModel, QgsProject, QgsVectorLayer
from qgis.gui import QgsCollapsibleGroupBoxBasic, QgsMapLayerComboBox
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QFormLayout, QHBoxLayout

from ...bridge.heights.chosen import HeightsInput
from ...bridge.i18n import tr
from ...core.heights.datum import Datum

_POLYGON, _ANY = QgsMapLayerProxyModel.PolygonLayer, QgsMapLayerProxyModel.HasGeometry
_POINT, _LINE, _RASTER = (
    QgsMapLayerProxyModel.PointLayer,
    QgsMapLayerProxyModel.LineLayer,
    QgsMapLayerProxyModel.RasterLayer,
)
_USUAL = {
    "buildings": ("FAJZW", "方案建筑", "设计方案", "JZW"),
    "existing": ("JZW", "现状建筑", "建筑物"),
    "zones": ("ZXCQJZGDFQ", "JZGDFQ", "建筑高度分区", "高度分区"),
    "corridors": ("ZXCQSXTL", "SXTL", "视线通廊"),
    "viewpoints": ("SD", "视点"),
    "targets": ("SXMB", "视线目标", "MB"),
    "dem": ("dem", "DEM", "地形"),
    "runways": ("PD", "跑道"),
    "parcels": ("YG_XMYDFW", "XMYDFW", "地块规划条件"),
    "density_zones": ("ZXCQJZMDFQ", "JZMDFQ", "建筑密度分区"),
    "intensity_zones": ("ZXCQKFQDFQ", "KFQDFQ", "开发强度分区"),
}
_FILTERS = {
    "buildings": _ANY, "existing": _ANY, "zones": _POLYGON, "corridors": _POLYGON, "viewpoints": _POINT,
    "targets": _ANY, "dem": _RASTER, "runways": _LINE, "parcels": _POLYGON,
    "density_zones": _POLYGON, "intensity_zones": _POLYGON,
}  # fmt: skip
DATUMS = (Datum.UNSTATED, Datum.NATIONAL_1985, Datum.LOCAL, Datum.OTHER)


class HeightsForm(QgsCollapsibleGroupBoxBasic):
    """`boxes`: {name of a field of HeightsInput: layer box}. Emits `changed`."""

    changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__(tr("Design and its limits"))
        self.boxes: dict[str, Any] = {}
        form = QFormLayout(self)
        form.setVerticalSpacing(3)
        for name, title in _titles():
            box = QgsMapLayerComboBox()
            box.setFilters(_FILTERS[name])
            box.setAllowEmptyLayer(True)
            box.setMinimumContentsLength(8)
            box.layerChanged.connect(lambda *_: self.changed.emit())
            self.boxes[name] = box
            form.addRow(title, box)
        self.level_datum, self.dem_datum = QComboBox(), QComboBox()
        row = QHBoxLayout()
        for box, tip in (
            (self.level_datum, tr("Datum of the buildings' levels")),
            (self.dem_datum, tr("Datum of the terrain")),
        ):
            box.addItems([tr("Not stated"), tr("1985 national datum"), tr("Local datum"), tr("Ellipsoidal heights")])
            box.setToolTip(tip)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(7)
            row.addWidget(box, 1)
        form.addRow(tr("Datum: levels, terrain"), row)
        self.guess()

    def guess(self) -> None:
        """Choose layers of usual names where nothing is chosen."""
        layers = list(QgsProject.instance().mapLayers().values())
        for name, box in self.boxes.items():
            if box.currentLayer() is None or not getattr(self, "_guessed", False):
                box.setLayer(_first(layers, _USUAL[name], box))
        self._guessed = True
        if self.boxes["existing"].currentLayer() is self.boxes["buildings"].currentLayer():
            self.boxes["existing"].setLayer(None)

    def layer(self, name: str) -> Optional[QgsMapLayer]:
        """The layer that is chosen, None for none."""
        return self.boxes[name].currentLayer()

    def chosen(self, buildings: Optional[QgsVectorLayer] = None) -> HeightsInput:
        """What is chosen, with another layer of buildings where one is given."""
        layers: dict[str, Any] = {name: self.layer(name) for name in self.boxes if name != "buildings"}
        return HeightsInput(
            buildings or self.layer("buildings"),
            **layers,
            building_datum=DATUMS[self.level_datum.currentIndex()],
            dem_datum=DATUMS[self.dem_datum.currentIndex()],
        )


def _titles() -> list:
    return [
        ("buildings", tr("Buildings of the design")), ("existing", tr("Existing buildings")),
        ("zones", tr("Height zones")), ("corridors", tr("View corridors")), ("viewpoints", tr("Viewpoints")),
        ("targets", tr("Targets of views")), ("dem", tr("Terrain (DEM)")), ("runways", tr("Runways")),
        ("parcels", tr("Parcels with conditions")),
        ("density_zones", tr("Density zones")), ("intensity_zones", tr("Intensity zones")),
    ]  # fmt: skip


def _first(layers: list, names: tuple, box: QgsMapLayerComboBox) -> Optional[QgsMapLayer]:
    offered = {box.layer(number).id() for number in range(box.count()) if box.layer(number) is not None}
    for name in names:
        for layer in layers:
            if layer.id() in offered and layer.name().split(" — ")[-1].casefold() == name.casefold():
                return layer
    return None
