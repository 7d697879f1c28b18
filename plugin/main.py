"""The plugin object: wiring only. What it adds in initGui and initProcessing it takes away in unload."""

from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtCore import QCoreApplication, QTimer, QTranslator

from .bridge.i18n import tr
from .bridge.settings import Settings
from .core import messages
from .dependencies import mending_command, missing_dependencies
from .paths import TRANSLATIONS

_BACKGROUND_MS = 5000  # after the window is up: the start of QGIS is not to wait for us


def user_locale():
    """The locale QGIS shows: zh-Hans, zh_CN, en_US ..."""
    settings = QgsSettings()
    if settings.value("locale/overrideFlag", False, type=bool):
        return settings.value("locale/userLocale", "en_US")
    return QgsApplication.locale() or "en_US"


def _reports_page(iface):
    from ..forms.reports_page import ReportsPage
    from .gui.range.tool import RangeTool

    return ReportsPage(iface, RangeTool)


def _sync_page(iface, reports):
    from .gui.sync.conflict_dialog import ConflictDialog
    from .gui.sync.page import SyncPage
    from .gui.sync.platform_wizard import PlatformWizard

    return SyncPage(iface, reports, ConflictDialog, PlatformWizard)


class OneMapPlugin:
    """Loaded by QGIS with its interface, by qgis_process with None."""

    def __init__(self, iface):
        self.iface = iface
        self.provider = self.window = self.translator = self.reminder = None
        self.problems = missing_dependencies()
        self._install_translator()

    def _install_translator(self):
        locale = user_locale()
        messages.set_language(locale)
        if locale.lower().startswith("zh"):
            translator = QTranslator()
            if translator.load(str(TRANSLATIONS / "onemap_zh_CN.qm")):
                QCoreApplication.installTranslator(translator)
                self.translator = translator

    def initProcessing(self):
        """Register the Processing provider; qgis_process calls only this."""
        if self.problems:
            QgsApplication.messageLog().logMessage(self._advice(), "OneMap Desk")
            return
        from ..processing_algs.provider import OneMapProvider

        self.provider = OneMapProvider()
        QgsApplication.processingRegistry().addProvider(self.provider)

    def initGui(self):
        self.initProcessing()
        if self.problems:
            self.iface.messageBar().pushWarning(tr("OneMap Desk"), self._advice())
            return
        from ..forms.reminder import Reminder
        from .gui.window import Window

        sync = lambda iface: _sync_page(iface, self.window.dock.page("reports"))  # noqa: E731
        self.window = Window(self.iface, {"reports": _reports_page, "sync": sync})
        self.reminder = Reminder(self.iface, lambda: self.window.dock.show_page("reports"))
        if Settings.load().sync_minutes:
            QTimer.singleShot(_BACKGROUND_MS, self._start_background)

    def _start_background(self):
        """The user wants syncs by the clock: they need the workspace that was open last, whether its pages are
        looked at or not.
        """
        if self.window is not None:
            self.window.dock.page("reports").open_last()
            self.window.dock.page("sync")

    def _advice(self):
        names = ", ".join(f"{name} ≥ {wanted}" for name, _, wanted in self.problems)
        return tr("OneMap Desk needs Python packages: {0}. Run once, then restart QGIS: {1}").format(
            names, mending_command(self.problems)
        )

    def unload(self):
        if self.reminder is not None:
            self.reminder.stop()
            self.reminder = None
        if self.window is not None:
            self.window.remove()
            self.window = None
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
        if self.translator is not None:
            QCoreApplication.removeTranslator(self.translator)
            self.translator = None
