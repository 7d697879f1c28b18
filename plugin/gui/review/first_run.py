"""The start page: four ways in for somebody who opens the plugin for the first time, and the range tools."""

from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QGroupBox, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...paths import ICONS

_ICON_NAMES = {"workspace": "reports", "platform": "sync"}  # the same as the pages they lead to


class FirstRunPage(QScrollArea):
    """`ways`: {"sample", "data", "workspace", "platform": what to do}; `actions`: the window's tools."""

    def __init__(self, ways, actions):
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        body, self.buttons = QWidget(), {}
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        texts = {
            "sample": (
                tr("Try it with the sample county"),
                tr("Makes a small made-up county with projects and opens it."),
            ),
            "data": (tr("Open my own data"), tr("Control lines and projects: GeoPackage, shapefile, geodatabase.")),
            "workspace": (tr("Open or make a workspace"), tr("Forms, Excel and review cases of one county.")),
            "platform": (tr("Connect the provincial platform"), tr("Only where your province runs one.")),
        }
        for name, (title, reported) in texts.items():
            self.buttons[name] = self._way(name, title, reported, ways[name])
            layout.addWidget(self.buttons[name])
            text = QLabel(reported)
            text.setWordWrap(True)
            text.setIndent(8)
            layout.addWidget(text)
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.said.hide()
        layout.addWidget(self.said)
        layout.addWidget(self._tools(actions))
        layout.addStretch(1)
        self.setWidget(body)

    def _way(self, name, title, explanation, slot):
        button = _wide(QToolButton())
        button.setIcon(QIcon(str(ICONS / f"{_ICON_NAMES.get(name, name)}.svg")))
        button.setText(title)
        button.setToolTip(explanation)
        button.clicked.connect(lambda _checked=False: slot())
        return button

    def _tools(self, actions):
        box = QGroupBox(tr("Check one piece of land"))
        layout = QVBoxLayout(box)
        for action in actions:
            button = _wide(QToolButton())
            button.setDefaultAction(action)
            layout.addWidget(button)
        return box

    def tell(self, text: str) -> None:
        """Say what is going on below the ways."""
        self.said.setText(text)
        self.said.setVisible(bool(text))


def _wide(button):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtWidgets import QSizePolicy

    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    button.setIconSize(QSize(24, 24))
    return button
