"""The upper part of the tab of indicators: which set, divisions, year and tables; compute, report, edit."""

from datetime import date
from pathlib import Path
from typing import Optional

from qgis.core import QgsMapLayer, QgsProject, QgsSettings, QgsVectorLayer
from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QFormLayout, QHBoxLayout, QSpinBox, QWidget

from ...bridge.i18n import tr
from ...bridge.monitoring.indicator_job import IndicatorInput
from ...bridge.monitoring.warning_file import own_warnings
from ...bridge.siting.base_layers import default_base
from ...formats.rules.indicator_files import load_indicator_set, shipped_sets
from ..widgets.run_setup import TABLES, RunSetup, narrow_choice, polygon_layers
from ..widgets.tables import add_button

_KEY = "onemap/monitoring/"
_ENDS = Qt.MatchFlag.MatchEndsWith
_FIRST = "td1063_layers.yaml"  # that of the yearly assessment, whatever its name is in the user's language


class IndicatorSetup(RunSetup):
    """Only widgets: what they ask for is done by the tab."""

    edit_asked = pyqtSignal()
    thresholds_asked = pyqtSignal()

    def __init__(self) -> None:
        super().__init__(100)
        self.more = self._tables()
        top = self._top()
        add_button(tr("Edit set…"), self.edit_asked.emit, self.acts)
        add_button(tr("Thresholds…"), self.thresholds_asked.emit, self.acts, tr("When a warning is raised"))
        self.add_fold(tr("Tables"), self.more, False)
        self.place(top, self.more, self.acts)

    def _top(self) -> QFormLayout:
        form, row = QFormLayout(), QHBoxLayout()
        form.setVerticalSpacing(3)
        self.spec = narrow_choice(16)
        for path in shipped_sets():
            self.spec.addItem(str(load_indicator_set(path).title), str(path))
        self.spec.setCurrentIndex(max(self.spec.findData(_FIRST, flags=_ENDS), 0))
        form.addRow(tr("Indicator set"), self.spec)
        self.divisions = polygon_layers()
        self.choose_divisions()
        self.year = QSpinBox()
        self.year.setRange(1980, 2200)
        self.year.setValue(date.today().year - 1)
        row.addWidget(self.divisions, 1)
        row.addWidget(self.year)
        form.addRow(tr("Divisions, year"), row)
        return form

    def choose_divisions(self) -> None:
        """Choose the layer that bears the name of divisions, townships before their county."""
        layers = [m for m in QgsProject.instance().mapLayers().values() if isinstance(m, QgsVectorLayer)]
        named = sorted((m for m in layers if "XZQ" in m.name().upper() or "政区" in m.name()), key=_longer_name)
        found = named[0] if named else default_base(layers, False)
        if found is not None:
            self.divisions.setLayer(found)

    def _tables(self) -> QWidget:
        box = QWidget()
        form = QFormLayout(box)
        form.setContentsMargins(0, 0, 0, 0)
        self.statistics, self.goals = QgsFileWidget(), QgsFileWidget()
        for widget, text, key in (
            (self.statistics, tr("Statistics"), "statistics"),
            (self.goals, tr("Goals"), "goals"),
        ):
            widget.setFilter(TABLES)
            widget.setFilePath(QgsSettings().value(_KEY + key, "") or "")
            form.addRow(text, widget)
        return box

    def add_set(self, path: Path, title: str) -> None:
        """Choose a set of a file."""
        index = self.spec.findData(str(path))
        if index < 0:
            self.spec.addItem(title, str(path))
            index = self.spec.count() - 1
        self.spec.setItemText(index, title)
        self.spec.setCurrentIndex(index)

    def chosen(self) -> Optional[IndicatorInput]:
        """What the widgets say, None without a layer of divisions."""
        divisions = self.divisions.currentLayer()
        if divisions is None:
            return None
        for widget, key in ((self.statistics, "statistics"), (self.goals, "goals")):
            QgsSettings().setValue(_KEY + key, widget.filePath())
        layers = [m for m in QgsProject.instance().mapLayers().values() if _is_input(m, divisions)]
        thresholds = own_warnings()
        statistics, goals = self.statistics.filePath(), self.goals.filePath()
        return IndicatorInput(
            self.spec.currentData(),
            layers,
            divisions,
            self.year.value(),
            statistics=[Path(statistics)] if statistics else [],
            goals=Path(goals) if goals else None,
            warnings=thresholds if thresholds.is_file() else None,
        )


def _longer_name(layer: QgsVectorLayer) -> tuple[int, str]:
    return -len(layer.name()), layer.name()


def _is_input(layer: QgsMapLayer, divisions: QgsVectorLayer) -> bool:
    made = layer.customProperty("onemap/monitoring") if isinstance(layer, QgsVectorLayer) else True
    return bool(not made and layer.isValid() and layer.id() != divisions.id())
