"""The upper part of a tab that computes: what to compute with, a button that computes or cancels, report and bar."""

from qgis.core import QgsMapLayerProxyModel
from qgis.gui import QgsMapLayerComboBox
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLayout,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...bridge.i18n import tr
from .tables import add_button

TABLES = "Excel, CSV (*.xlsx *.xlsm *.csv *.txt)"


class RunSetup(QWidget):
    """Only widgets: what they ask for is done by the tab. `most`: where the bar ends, 0 where nobody counts."""

    run_asked = pyqtSignal()
    cancel_asked = pyqtSignal()
    report_asked = pyqtSignal()

    def __init__(self, most: int) -> None:
        super().__init__()
        self._is_running = False
        self.run = QPushButton(tr("Compute"))
        self.run.clicked.connect(lambda *_: (self.cancel_asked if self._is_running else self.run_asked).emit())
        self.acts = QHBoxLayout()
        self.acts.addWidget(self.run)
        self.report = add_button(tr("Report…"), self.report_asked.emit, self.acts)
        self.report.setEnabled(False)
        self.progress = QProgressBar()
        self.progress.setRange(0, most)
        self.progress.hide()

    def place(self, *parts: object) -> None:
        """Lay out widgets and layouts one below the other, the bar last."""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        for part in (*parts, self.progress):
            layout.addLayout(part) if isinstance(part, QLayout) else layout.addWidget(part)

    def add_fold(self, text: str, folded: QWidget, is_open: bool) -> QToolButton:
        """Put the button that shows and hides `folded` at the right end of the acts."""
        self.acts.addStretch(1)
        fold = QToolButton()
        fold.setText(text)
        fold.setCheckable(True)
        fold.setChecked(is_open)
        if not is_open:
            folded.hide()
        fold.toggled.connect(folded.setVisible)
        self.acts.addWidget(fold)
        return fold

    def set_running(self, running: bool, has_result: bool = False) -> None:
        """Show whether a run is under way."""
        self._is_running = running
        self.run.setText(tr("Cancel") if running else tr("Compute"))
        self.progress.setVisible(running)
        self.progress.setValue(0)
        self.report.setEnabled(has_result and not running)


def polygon_layers() -> QgsMapLayerComboBox:
    """A choice of the project's layers of polygons."""
    box = QgsMapLayerComboBox()
    box.setFilters(QgsMapLayerProxyModel.PolygonLayer)
    return box


def narrow_choice(characters: int) -> QComboBox:
    """A choice whose long texts do not widen the dock."""
    box = QComboBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(characters)
    return box
