"""What to do, written where an empty list would show nothing."""

from qgis.PyQt.QtCore import QEvent, Qt
from qgis.PyQt.QtWidgets import QAbstractItemView, QLabel, QWidget

_MARGIN = 16


class EmptyHint(QLabel):
    """Lies over the cells of a list; `tell("")` takes it away."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view.viewport())
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setMargin(_MARGIN)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        view.viewport().installEventFilter(self)
        self.hide()

    def tell(self, text: str) -> None:
        """Show what to do, "" while there are rows."""
        self.setText(text)
        self._fit()
        self.setVisible(bool(text))

    def _fit(self):
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:  # Qt's name
        """Stay as large as the list is."""
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return False
