"""The dock's Review page: the ways into the checks."""

from qgis.PyQt.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from ...bridge.i18n import tr


class ReviewPage(QWidget):
    """One button per action of the window that reviews."""

    def __init__(self, actions):
        super().__init__()
        layout = QVBoxLayout(self)
        words = QLabel(tr("Check projects against the control lines, or draw a range and see what binds it."))
        words.setWordWrap(True)
        layout.addWidget(words)
        for action in actions:
            button = QPushButton(action.icon(), action.text())
            button.clicked.connect(lambda checked=False, action=action: action.trigger())
            layout.addWidget(button)
        layout.addStretch(1)


class NoPage(QWidget):
    """A page whose work this version does not do yet."""

    def __init__(self, text):
        super().__init__()
        layout = QVBoxLayout(self)
        label = QLabel(text)
        label.setWordWrap(True)
        layout.addWidget(label)
        layout.addStretch(1)
