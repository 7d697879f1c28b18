"""The height of one building, dragged: findings follow while the slider moves."""

from typing import Optional

from qgis.PyQt.QtCore import Qt, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QDoubleSpinBox, QGroupBox, QHBoxLayout, QLabel, QSlider, QVBoxLayout

from ...bridge.heights.job import HeightsRun
from ...bridge.i18n import tr
from ..widgets.tables import add_button, number_text

_STEPS = 10  # of the slider, a metre
_HIGHEST_M, _WAIT_MS = 200.0, 40


class HeightBox(QGroupBox):
    """Emits `dragged(building, metres)`, at most every 40 ms, and `put_back()`."""

    dragged = pyqtSignal(int, float)
    put_back = pyqtSignal()

    def __init__(self) -> None:
        super().__init__(tr("Try another height"))
        self.building = -1
        self._allowed: Optional[float] = None
        self.message, self.slider, self.number = QLabel(), QSlider(Qt.Orientation.Horizontal), QDoubleSpinBox()
        self.message.setWordWrap(True)
        self.slider.setRange(_STEPS, int(_HIGHEST_M * _STEPS))
        self.number.setRange(0.1, 999.0)
        self.number.setDecimals(1)
        self.number.setSuffix(" m")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WAIT_MS)
        self._timer.timeout.connect(self._say)
        self.slider.valueChanged.connect(lambda value: self.number.setValue(value / _STEPS))
        self.number.valueChanged.connect(self._moved)
        row, layout = QHBoxLayout(), QVBoxLayout(self)
        row.addWidget(self.slider, 1)
        row.addWidget(self.number)
        self.comply = add_button(
            tr("Highest compliant height"), self._comply, row, tr("The greatest height allowed here")
        )
        self.back = add_button(tr("As submitted"), self.put_back.emit, row, tr("Reset all heights"))
        layout.addWidget(self.message)
        layout.addLayout(row)
        self.show_building(None, -1)

    def show_building(self, run: Optional[HeightsRun], building: int) -> None:
        """Show the height of a building as it stands now, without saying that it was dragged."""
        self.building = building if run is not None else -1
        is_there = run is not None and building >= 0
        for widget in (self.slider, self.number):
            widget.setEnabled(is_there)
        self.comply.setEnabled(False)
        if not is_there or run is None:
            self.message.setText(tr("Choose a building in the list."))
            return
        result = run.buildings[building]
        self._allowed = result.allowed_m
        self.comply.setEnabled(bool(self._allowed and self._allowed > 0))
        template = tr("{0}: {1} m, allowed {2} m ({3})")
        name = result.binding_name or "—"
        self.message.setText(
            template.format(result.building_key, number_text(result.height_m, 1), number_text(self._allowed, 1), name)
        )
        height = result.height_m or self._allowed or 10.0
        if abs(self.number.value() - height) > 0.04:
            for widget in (self.slider, self.number):
                widget.blockSignals(True)
            self.slider.setValue(int(round(height * _STEPS)))
            self.number.setValue(height)
            for widget in (self.slider, self.number):
                widget.blockSignals(False)

    def _moved(self, metres):
        self.slider.blockSignals(True)
        self.slider.setValue(int(round(metres * _STEPS)))
        self.slider.blockSignals(False)
        if not self._timer.isActive():
            self._timer.start()

    def _say(self):
        if self.building >= 0:
            self.dragged.emit(self.building, self.number.value())

    def _comply(self):
        if self._allowed:
            self.number.setValue(int(self._allowed * 10) / 10)
