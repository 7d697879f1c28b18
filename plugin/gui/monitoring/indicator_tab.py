"""The tab of indicators: what was computed, how it stands, and what it came from."""

from typing import Any

from qgis.PyQt.QtWidgets import QLabel, QVBoxLayout, QWidget

from ...bridge.i18n import tr


class IndicatorTab(QWidget):
    """`result`: the IndicatorOutcome shown, None before the first run."""

    def __init__(self, iface: Any) -> None:
        super().__init__()
        self.iface, self.result = iface, None
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel(tr("Nothing has been computed yet.")))
        layout.addStretch(1)

    def dispose(self) -> None:
        """Nothing is under way."""
