"""The 一张图 dock: pages Review, Reports, Sync.

A page is made when it is first shown, so that QGIS starts no slower.
"""

from qgis.core import QgsSettings
from qgis.PyQt.QtWidgets import QDockWidget, QTabWidget, QVBoxLayout, QWidget

from ..bridge.i18n import tr

_PAGE_KEY = "onemap/dock/page"


class Dock(QDockWidget):
    """`pages`: [(name, title, factory)]; `factory()` returns the page's widget, which may have a
    `close_workspace()` and a `dispose()`."""

    def __init__(self, pages, parent=None):
        super().__init__(tr("One Map"), parent)
        self.setObjectName("onemapDock")
        self._factories = {name: factory for name, _, factory in pages}
        self._names, self.pages = [name for name, _, _ in pages], {}
        self.tabs = QTabWidget()
        for _, title, _ in pages:
            holder = QWidget()
            QVBoxLayout(holder).setContentsMargins(4, 4, 4, 4)
            self.tabs.addTab(holder, title)
        self.setWidget(self.tabs)
        last = QgsSettings().value(_PAGE_KEY, self._names[0])
        self.tabs.setCurrentIndex(self._names.index(last) if last in self._names else 0)
        self.tabs.currentChanged.connect(self._changed)

    def showEvent(self, event):
        super().showEvent(event)
        self.page(self._names[self.tabs.currentIndex()])

    def _changed(self, index):
        QgsSettings().setValue(_PAGE_KEY, self._names[index])
        if self.isVisible():
            self.page(self._names[index])

    def page(self, name):
        """Return the widget of a page, made now if it was not yet."""
        if name not in self.pages:
            self.pages[name] = self._factories[name]()
            self.tabs.widget(self._names.index(name)).layout().addWidget(self.pages[name])
        return self.pages[name]

    def show_page(self, name):
        """Bring a page to the front."""
        self.show()
        self.raise_()
        self.tabs.setCurrentIndex(self._names.index(name))
        return self.page(name)

    def dispose(self):
        """Let the pages close what they hold open."""
        for page in self.pages.values():
            for end in ("close_workspace", "dispose"):
                getattr(page, end, lambda: None)()
