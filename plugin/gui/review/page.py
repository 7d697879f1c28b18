"""The dock's Review page: start, check, result, and whatever pages other rooms add, one at a time."""

from qgis.PyQt.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QStackedWidget, QToolButton, QVBoxLayout, QWidget


class ReviewPage(QWidget):
    """`pages`: [(name, title, widget)]; the first is shown first."""

    def __init__(self, pages):
        super().__init__()
        self.stack, self.pages = QStackedWidget(), {}
        self._buttons, self._group, self._row = {}, QButtonGroup(self), QHBoxLayout()
        self._row.setSpacing(2)
        self._row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._row)
        layout.addWidget(self.stack, 1)
        for name, title, widget in pages:
            self.add_page(name, title, widget)

    def add_page(self, name: str, title: str, widget: QWidget) -> None:
        """Add a page with a button that brings it to the front."""
        button = QToolButton()
        button.setText(title)
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.clicked.connect(lambda _checked=False: self.show_page(name))
        self._group.addButton(button)
        self._row.insertWidget(len(self.pages), button)
        self.pages[name], self._buttons[name] = widget, button
        self.stack.addWidget(widget)
        if len(self.pages) == 1:
            self.show_page(name)

    def show_page(self, name: str) -> QWidget:
        """Bring a page to the front; returns it."""
        self._buttons[name].setChecked(True)
        self.stack.setCurrentWidget(self.pages[name])
        return self.pages[name]

    def dispose(self) -> None:
        """Let the pages close what they hold open."""
        for page in self.pages.values():
            getattr(page, "dispose", lambda: None)()


class NoPage(QWidget):
    """A page that cannot be shown; it says why."""

    def __init__(self, text):
        super().__init__()
        layout = QVBoxLayout(self)
        label = QLabel(text)
        label.setWordWrap(True)
        layout.addWidget(label)
        layout.addStretch(1)
