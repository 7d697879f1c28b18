"""Our page inside QGIS Options."""

from dataclasses import replace
from typing import Any

from qgis.gui import QgsFileWidget, QgsOptionsPageWidget, QgsOptionsWidgetFactory
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import (
    QDoubleSpinBox,
    QFormLayout,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ..bridge.i18n import tr
from ..bridge.range import store
from ..bridge.review import control_cache
from ..bridge.settings import Settings
from ..core.errors import OneMapError
from ..paths import ICONS
from .review.rules_dialog import RulesDialog
from .widgets.mapping_box import MappingBox
from .widgets.report_options import ReportOptionsBox

_ICON = ICONS / "icon.svg"


class OptionsFactory(QgsOptionsWidgetFactory):
    """Makes the page each time the dialog opens."""

    def __init__(self):
        super().__init__(tr("OneMap Desk"), QIcon(str(_ICON)))

    def icon(self) -> QIcon:
        return QIcon(str(_ICON))

    def createWidget(self, parent: QWidget) -> Any:
        return OptionsPage(parent)


class OptionsPage(QgsOptionsPageWidget):
    """Edits bridge.settings.Settings."""

    def __init__(self, parent=None):
        super().__init__(parent)
        self.setObjectName("onemapOptions")
        settings = Settings.load()
        self.rule_file = QgsFileWidget()
        self.rule_file.setFilter("YAML (*.yaml *.yml)")
        self.rule_file.setFilePath(settings.rule_file)
        self.rules = QPushButton(tr("Show and change the rules…"))
        self.rules.clicked.connect(lambda _checked=False: self._show_rules())
        self.sliver = QDoubleSpinBox()
        self.sliver.setRange(0, 10000)
        self.sliver.setSuffix(" m²")
        self.sliver.setValue(settings.sliver_m2)
        self.organisation = QLineEdit(settings.organisation)
        self.report = ReportOptionsBox(settings)
        self.map_limit = QSpinBox()
        self.map_limit.setRange(0, 500)
        self.map_limit.setValue(settings.map_limit)
        self.landuse = QLineEdit(settings.landuse_layer)
        self.dem = QLineEdit(settings.dem_layer)
        self.roads = QLineEdit(settings.road_layer)
        self.cache = QSpinBox()
        self.cache.setRange(0, 100_000)
        self.cache.setSuffix(" MB")
        self.cache.setSpecialValueText(tr("No cache"))
        self.cache.setValue(settings.cache_mb)
        self.clear_cache = QPushButton()
        self.clear_cache.clicked.connect(self._clear_cache)
        self._tell_cache()
        self.mapping = MappingBox(settings.mapping)
        self._arrange()

    def _arrange(self):
        form = QFormLayout()
        form.addRow(tr("Rule file of the province"), self.rule_file)
        form.addRow("", self.rules)
        form.addRow(tr("Sliver area"), self.sliver)
        form.addRow(tr("Organisation named in reports"), self.organisation)
        self.report.add_to(form)
        form.addRow(tr("Maps in a report at most"), self.map_limit)
        form.addRow(tr("Name of the land-use layer"), self.landuse)
        form.addRow(tr("Name of the elevation layer"), self.dem)
        form.addRow(tr("Name of the road layer"), self.roads)
        form.addRow(tr("Cached control lines at most"), self.cache)
        form.addRow("", self.clear_cache)
        form.addRow(tr("Layers and their control lines"), self.mapping)
        for widget, reported in self._tooltips().items():
            widget.setToolTip(reported)
        body, area = QWidget(), QScrollArea()
        body.setLayout(form)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)

    def _tooltips(self):
        return {
            self.rule_file: tr("Laid over the national rules in every check; empty: national rules only"),
            self.sliver: tr("Smaller overlaps are listed as slivers and break no rule by themselves"),
            self.organisation: tr("Printed in every report"),
            self.map_limit: tr("Conflicting projects get their maps first"),
            self.landuse: tr("Land use inside a range is taken from the layer of this name"),
            self.dem: tr("Slope inside a range is taken from the raster of this name"),
            self.roads: tr("The nearest road of a range is searched in the layer of this name"),
            self.cache: tr("Unchanged control lines are kept on this computer, so that checks start at once"),
        }

    def _show_rules(self):
        """The rules in effect; a file that is saved there becomes the province's file of this page."""
        try:
            dialog = RulesDialog(self.rule_file.filePath() or None, self)
        except OneMapError as error:
            QMessageBox.warning(self, tr("Review rules"), str(error))
            return
        dialog.exec()
        if dialog.draft.path:
            self.rule_file.setFilePath(str(dialog.draft.path))

    def _tell_cache(self):
        self.clear_cache.setText(
            tr("Delete the cache ({0} MB)").format(f"{control_cache.size_mb() + store.size_mb():.0f}")
        )

    def _clear_cache(self):
        control_cache.clear()
        store.clear()
        self._tell_cache()

    def apply(self) -> None:
        """QGIS calls this on OK."""
        replace(
            Settings.load(),  # what this page does not show stays
            rule_file=self.rule_file.filePath(),
            sliver_m2=self.sliver.value(),
            mapping=self.mapping.values(),
            organisation=self.organisation.text().strip(),
            **self.report.values(),
            map_limit=self.map_limit.value(),
            landuse_layer=self.landuse.text().strip(),
            dem_layer=self.dem.text().strip(),
            road_layer=self.roads.text().strip(),
            cache_mb=self.cache.value(),
        ).save()
