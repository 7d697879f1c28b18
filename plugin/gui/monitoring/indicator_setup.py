"""The upper part of the tab of indicators: which set, divisions, year and tables; compute, report, edit."""

from datetime import date
from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsMapLayerProxyModel, QgsProject, QgsSettings, QgsVectorLayer
from qgis.gui import QgsFileWidget, QgsMapLayerComboBox
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
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
from ...bridge.monitoring.indicator_job import IndicatorInput
from ...bridge.monitoring.warning_file import own_warnings
from ...bridge.siting.base_layers import default_base
from ...formats.rules.indicator_files import load_indicator_set, shipped_sets
from ..widgets.tables import add_button

_TABLES = "Excel, CSV (*.xlsx *.xlsm *.csv *.txt)"
_KEY = "onemap/monitoring/"
_CONTAINS = Qt.MatchFlag.MatchContains


class IndicatorSetup(QWidget):
    """Only widgets: what they ask for is done by the tab."""

    run_asked = pyqtSignal()
    cancel_asked = pyqtSignal()
    report_asked = pyqtSignal()
    edit_asked = pyqtSignal()
    thresholds_asked = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._is_running = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addLayout(self._top())
        self.more = self._tables()
        layout.addWidget(self.more)
        layout.addLayout(self._buttons())
        self.progress = QProgressBar()
        self.progress.setRange(0, 100)
        self.progress.hide()
        layout.addWidget(self.progress)

    def _top(self) -> QFormLayout:
        form, row = QFormLayout(), QHBoxLayout()
        form.setVerticalSpacing(3)
        self.spec = QComboBox()
        for path in shipped_sets():
            self.spec.addItem(load_indicator_set(path).zh, str(path))
        self.spec.setCurrentIndex(max(self.spec.findText("体检", _CONTAINS), 0))
        self.spec.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.spec.setMinimumContentsLength(16)
        form.addRow(tr("Indicator set"), self.spec)
        self.divisions = QgsMapLayerComboBox()
        self.divisions.setFilters(QgsMapLayerProxyModel.PolygonLayer)
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
            widget.setFilter(_TABLES)
            widget.setFilePath(QgsSettings().value(_KEY + key, "") or "")
            form.addRow(text, widget)
        box.hide()
        return box

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.run = QPushButton(tr("Compute"))
        self.run.clicked.connect(self._run_clicked)
        row.addWidget(self.run)
        self.report = add_button(tr("Report…"), self.report_asked.emit, row)
        self.report.setEnabled(False)
        add_button(tr("Edit set…"), self.edit_asked.emit, row)
        add_button(tr("Thresholds…"), self.thresholds_asked.emit, row, tr("When a warning is raised"))
        row.addStretch(1)
        fold = QToolButton()
        fold.setText(tr("Tables"))
        fold.setCheckable(True)
        fold.toggled.connect(self.more.setVisible)
        row.addWidget(fold)
        return row

    def _run_clicked(self) -> None:
        (self.cancel_asked if self._is_running else self.run_asked).emit()

    def set_running(self, running: bool, has_result: bool = False) -> None:
        """Show whether a run is under way."""
        self._is_running = running
        self.run.setText(tr("Cancel") if running else tr("Compute"))
        self.progress.setVisible(running)
        self.progress.setValue(0)
        self.report.setEnabled(has_result and not running)

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


def _longer_name(layer: Any) -> tuple[int, str]:
    return -len(layer.name()), layer.name()


def _is_input(layer: Any, divisions: Any) -> bool:
    made = layer.customProperty("onemap/monitoring") if isinstance(layer, QgsVectorLayer) else True
    return bool(not made and layer.isValid() and layer.id() != divisions.id())
