"""The toolbar's menu of what a range is drawn as, and the width of a buffer beside it."""

from collections.abc import Iterable
from typing import Callable

from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QAction, QDoubleSpinBox, QMenu, QToolBar, QToolButton

try:
    from qgis.PyQt.QtGui import QActionGroup
except ImportError:  # Qt 5 has it among the widgets
    from qgis.PyQt.QtWidgets import QActionGroup

from ...bridge.i18n import tr
from .tool import RangeTool


class RangeModes(QObject):
    """`start()` is called when a mode is chosen.

    `extra`: further actions of the menu. All it makes belongs to the toolbar.
    """

    def __init__(
        self, toolbar: QToolBar, tool: RangeTool, action: QAction, start: Callable, extra: Iterable[QAction] = ()
    ) -> None:
        super().__init__(toolbar)
        self._tool, self._start = tool, start
        self.button = QToolButton(toolbar)
        self.button.setDefaultAction(action)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        menu = QMenu(self.button)
        group = QActionGroup(self.button)
        self.actions = {}
        for mode, text in self._names().items():
            self.actions[mode] = chosen = QAction(text, group)
            chosen.setCheckable(True)
            chosen.setChecked(mode == tool.mode)
            chosen.triggered.connect(lambda _checked=False, mode=mode: self.choose(mode))
            menu.addAction(chosen)
        menu.addSeparator()
        menu.addActions(list(extra))
        self.button.setMenu(menu)
        toolbar.addWidget(self.button)
        self._width_action = toolbar.addWidget(self._width(toolbar))
        self._width_action.setVisible(False)

    @staticmethod
    def _names() -> dict[str, str]:
        return {
            "polygon": tr("Polygon"),
            "rectangle": tr("Rectangle"),
            "circle": tr("Circle"),
            "buffer": tr("Buffer of a line or point"),
        }

    def _width(self, toolbar: QToolBar) -> QDoubleSpinBox:
        self.width = QDoubleSpinBox(toolbar)
        self.width.setRange(0.1, 50_000)
        self.width.setValue(self._tool.metres)
        self.width.setSuffix(tr(" m"))
        self.width.setToolTip(tr("Width of the buffer on each side"))
        self.width.setKeyboardTracking(False)
        self.width.valueChanged.connect(self._tool.set_metres)
        return self.width

    def choose(self, mode: str) -> None:
        """Draw this kind of shape from now on."""
        self.actions[mode].setChecked(True)
        self._tool.set_mode(mode)
        self._width_action.setVisible(mode == "buffer")
        self._start()
