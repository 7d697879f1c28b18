"""The 一张图 dock: pages Review, Reports, Sync.

A page is made when it is first shown, so that QGIS starts no slower.
"""

from typing import Any

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QSize, Qt, QTimer
from qgis.PyQt.QtGui import QShowEvent
from qgis.PyQt.QtWidgets import QDockWidget, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from ..bridge.i18n import tr
from ..bridge.tasks import unexpected
from .review.page import NoPage

_PAGE_KEY = "onemap/dock/page"
_WIDTH, _WIDEST, _BORDERS = 420, 520, 12


class Dock(QDockWidget):
    """`pages`: [(name, title, factory)]; `factory()` returns the page's widget, which may have a
    `close_workspace()` and a `dispose()`."""

    def __init__(self, pages, parent=None):
        super().__init__(tr("One Map"), parent)
        self.setObjectName("onemapDock")
        self._factories = {name: factory for name, _, factory in pages}
        self._names, self.pages, self._sized = [name for name, _, _ in pages], {}, False
        self.tabs = QTabWidget()
        for _, title, _ in pages:
            self.tabs.addTab(_Holder(), title)
        self.setWidget(self.tabs)
        last = QgsSettings().value(_PAGE_KEY, self._names[0])
        self.tabs.setCurrentIndex(self._names.index(last) if last in self._names else 0)
        self.tabs.currentChanged.connect(self._changed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._sized and self.parent() is not None and not self.isFloating():
            self._sized = True
            QTimer.singleShot(0, self._widen)
        self.page(self._names[self.tabs.currentIndex()])

    def _widen(self):
        """Give the dock a width its tables can be read in and its tabs are all seen, once; what the user makes of it
        stays.
        """
        wanted = min(max(_WIDTH, self.tabs.tabBar().sizeHint().width() + _BORDERS), _WIDEST)
        if self.width() < wanted and self.parent() is not None:
            self.parent().resizeDocks([self], [wanted], Qt.Orientation.Horizontal)

    def _changed(self, index):
        QgsSettings().setValue(_PAGE_KEY, self._names[index])
        if self.isVisible():
            self.page(self._names[index])

    def page(self, name: str) -> Any:
        """Return the widget of a page, made now if it was not yet."""
        if name not in self.pages:
            self.pages[name] = self._made(name)
            self.tabs.widget(self._names.index(name)).widget().layout().addWidget(self.pages[name])
        return self.pages[name]

    def _made(self, name):
        try:
            return self._factories[name]()
        except ImportError as error:  # one missing library switches one page off, never the plugin
            library = (error.name or "").split(".")[0]
            if library == __package__.split(".")[0]:
                return NoPage(str(unexpected(error)))
            text = tr("This page needs the Python library {0}. See menu One Map > Check the installation.")
            return NoPage(text.format(library or error))

    def show_page(self, name: str) -> Any:
        """Bring a page to the front."""
        self.show()
        self.raise_()
        self.tabs.setCurrentIndex(self._names.index(name))
        return self.page(name)

    def dispose(self) -> None:
        """Let the pages close what they hold open."""
        for page in self.pages.values():
            for end in ("close_workspace", "dispose"):
                getattr(page, end, lambda: None)()


class _Holder(QScrollArea):
    """What a page lies in: it scrolls on a low screen instead of making the window higher than that; it is as wide as
    the page needs, so that nothing is cut off at the side.
    """

    def __init__(self):
        super().__init__()
        body = QWidget()
        QVBoxLayout(body).setContentsMargins(4, 4, 4, 4)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(body)

    def minimumSizeHint(self):
        width = self.widget().minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        return QSize(min(width, _WIDEST), super().minimumSizeHint().height())


def page_titles() -> list[tuple[str, str]]:
    """(name, title) of the dock's pages that the menu leads to."""
    return [
        ("cases", tr("Review cases")),
        ("sites", tr("Site selection")),
        ("quality", tr("Inspection")),
        ("heights", tr("Heights and views")),
        ("monitoring", tr("Monitoring")),
        ("reports", tr("Reports")),
        ("sync", tr("Sync")),
    ]
