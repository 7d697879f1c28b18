"""The dock's page of monitoring: one tab a subject; a tab is made when it is first shown."""

from typing import Any, Callable

from qgis.gui import QgisInterface
from qgis.PyQt.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from ...bridge.i18n import tr

Maker = Callable[[Any], QWidget]


def _tabs() -> list[tuple[str, str, Maker]]:
    """(name, title, factory(iface)) of every tab, in the order shown; another subject adds its line here."""
    return [
        ("indicators", tr("Indicators"), _indicators),
        ("low_land", tr("Low-efficiency land"), _low_land),
        ("land_firm", tr("Land, firms, taxes"), _land_firm),
    ]


def _indicators(iface: QgisInterface) -> QWidget:
    from .indicator_tab import IndicatorTab

    return IndicatorTab(iface)


def _low_land(iface: QgisInterface) -> QWidget:
    from .low_land_tab import LowLandTab

    return LowLandTab(iface)


def _land_firm(iface: QgisInterface) -> QWidget:
    from .land_firm_tab import LandFirmTab

    return LandFirmTab(iface)


class MonitoringPage(QWidget):
    """`tab(name)`: the widget of a tab, made if it was not yet."""

    def __init__(self, iface: QgisInterface) -> None:
        super().__init__()
        self._iface = iface
        self._made: dict[str, QWidget] = {}
        self._entries = _tabs()
        self.tabs = QTabWidget()
        for _, title, _ in self._entries:
            holder = QWidget()
            QVBoxLayout(holder).setContentsMargins(0, 0, 0, 0)
            self.tabs.addTab(holder, title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tabs)
        self.tabs.currentChanged.connect(self._changed)
        self.tab(self._entries[0][0])

    def tab(self, name: str) -> QWidget:
        """The widget of a tab."""
        if name not in self._made:
            index = self._index(name)
            self._made[name] = self._entries[index][2](self._iface)
            self.tabs.widget(index).layout().addWidget(self._made[name])
        return self._made[name]

    def show_tab(self, name: str) -> QWidget:
        """Bring a tab to the front."""
        self.tabs.setCurrentIndex(self._index(name))
        return self.tab(name)

    def _index(self, name: str) -> int:
        return [entry[0] for entry in self._entries].index(name)

    def _changed(self, index: int) -> None:
        self.tab(self._entries[index][0])

    def dispose(self) -> None:
        """Stop what is under way and take everything off the map."""
        for widget in self._made.values():
            getattr(widget, "dispose", lambda: None)()
