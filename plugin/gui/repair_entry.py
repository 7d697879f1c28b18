"""How a plugin that cannot start shows itself: one message with a button, one entry in the menu, the repair page."""

from typing import Any

from qgis.core import Qgis
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction, QPushButton

from ..bridge.i18n import tr
from ..paths import ICONS
from .repair import RepairPage


class RepairEntry:
    """Adds the message and the menu on construction; `remove` takes them away."""

    def __init__(self, iface, text, retry):
        self._iface, self._retry, self.page = iface, retry, None
        window = iface.mainWindow()
        self.menu = window.menuBar().addMenu(tr("One &Map"))
        self.action = QAction(QIcon(str(ICONS / "settings.svg")), tr("Repair the installation…"), window)
        self.action.triggered.connect(lambda _checked=False: self.open())
        self.menu.addAction(self.action)
        bar = iface.messageBar()
        self.item = bar.createMessage(tr("OneMap Desk"), text)
        button = QPushButton(tr("Repair…"))
        button.clicked.connect(lambda _checked=False: self.open())
        self.item.layout().addWidget(button)
        bar.pushWidget(self.item, Qgis.Warning)

    def open(self) -> Any:
        """Show the repair page; returns it."""
        if self.page is None:
            self.page = RepairPage(self._retry, self._iface.mainWindow())
        self.page.show()
        self.page.raise_()
        return self.page

    def remove(self) -> None:
        """Take everything away; an open page stays until it is closed."""
        if self.item in self._iface.messageBar().items():
            self._iface.messageBar().popWidget(self.item)
        self._iface.mainWindow().menuBar().removeAction(self.menu.menuAction())
        self.menu.deleteLater()
        self.action.deleteLater()
        if self.page is not None:
            self.page.close()
            self.page.deleteLater()
            self.page = None
