"""The plugin object: wiring only. What it adds in initGui and initProcessing it takes away in unload."""

import sys
from typing import Optional

from qgis.core import QgsApplication, QgsSettings, QgsTask
from qgis.PyQt.QtCore import QCoreApplication, QTimer

from .bridge.i18n import Chinese, tr
from .bridge.settings import Settings
from .core import messages
from .core.workers import end_idle
from .dependencies import let_go, missing_dependencies, use_libraries
from .support import LogKeeper

_STARTED = "onemap/started"
_WARM_MS = 1500
_BACKGROUND_MS = 5000  # after the window is up: the start of QGIS is not to wait for us


def user_locale():
    """The locale QGIS shows: zh-Hans, zh_CN, en_US ..."""
    settings = QgsSettings()
    if settings.value("locale/overrideFlag", False, type=bool):
        return settings.value("locale/userLocale", "en_US")
    return QgsApplication.locale() or "en_US"


def _reports_page(iface):
    from ..forms.reports_page import ReportsPage
    from .bridge.review.rounds_target import use_in_window
    from .gui.range.tool import RangeTool

    page = ReportsPage(iface, RangeTool)
    page.changed.connect(lambda: use_in_window(page.workspace, page.actor))
    page.closing.connect(lambda: use_in_window(None))
    return page


def _open_last(window):
    """Before a check: the workspace that was open last, if there was one, so that the run is kept as a round."""
    if Settings.load().workspace:
        window.dock.page("reports").open_last()


def _cases_page(iface, reports):
    from .gui.review.cases_page import CasesPage

    return CasesPage(iface, reports)


def _sync_page(iface, reports):
    from .gui.sync.page import SyncPage

    return SyncPage(iface, reports)


class OneMapPlugin:
    """Loaded by QGIS with its interface, by qgis_process with None."""

    def __init__(self, iface):
        self.iface = iface
        self.provider = self.window = self.translator = self.reminder = self.repair = None
        self.warming: Optional[QgsTask] = None
        self.log: Optional[LogKeeper] = LogKeeper(QgsApplication.messageLog())
        self.problems = missing_dependencies()
        self._install_translator()

    def _install_translator(self):
        locale = user_locale()
        messages.set_language(locale)
        if locale.lower().startswith("zh"):
            translator = Chinese()
            if not translator.isEmpty():
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
        use_libraries()  # after `unload`, the same object may be started again
        self.initProcessing()
        if self.problems:
            from .gui.repair_entry import RepairEntry

            self.repair = RepairEntry(self.iface, self._advice(), self._try_again)
            return
        from ..forms.reminder import Reminder
        from .bridge.review.rounds_target import open_last_with
        from .gui.window import Window

        sync = lambda iface: _sync_page(iface, self.window.dock.page("reports"))  # noqa: E731
        cases = lambda iface: _cases_page(iface, self.window.dock.page("reports"))  # noqa: E731
        self.window = Window(self.iface, {"reports": _reports_page, "sync": sync, "cases": cases})
        open_last_with(lambda: _open_last(self.window))
        self.reminder = Reminder(self.iface, lambda: self.window.dock.show_page("reports"))
        QCoreApplication.instance().aboutToQuit.connect(self._quit)
        QTimer.singleShot(_WARM_MS, self._warm)
        if Settings.load().sync_minutes:
            QTimer.singleShot(_BACKGROUND_MS, self._start_background)

    def _warm(self):
        """Read what the first page needs before anybody asks for it, off the window's thread."""
        if self.window is not None:
            self._show_at_first()
            from .bridge.tasks import WorkTask
            from .bridge.warm import read_ahead

            nothing = lambda _: None  # noqa: E731
            rules = Settings.load().rule_file
            work = lambda task: read_ahead(rules)  # noqa: E731
            # kept: a task that Python lets go of is never run
            self.warming = WorkTask(tr("OneMap Desk: reading ahead"), work, nothing, nothing)
            QgsApplication.taskManager().addTask(self.warming)

    def _show_at_first(self):
        """After the installation the start page shows itself, once."""
        if not QgsSettings().value(_STARTED, False, type=bool):
            QgsSettings().setValue(_STARTED, True)
            self.window.dock.show_page("review")

    def _try_again(self):
        """The repair page found what was missing: start as if nothing had been."""
        self.problems = missing_dependencies()
        if self.problems:
            return
        if self.repair is not None:
            self.repair.remove()
            self.repair = None
        self.initGui()
        self.iface.messageBar().pushSuccess(tr("OneMap Desk"), tr("Ready: see the menu One Map."))

    def _start_background(self):
        """The user wants syncs by the clock: they need the workspace that was open last, whether its pages are
        looked at or not.
        """
        if self.window is not None:
            self.window.dock.page("reports").open_last()
            self.window.dock.page("sync")

    def _quit(self):
        """QGIS is being closed: what of ours goes on in the background ends while all it may need is still there."""
        from .bridge.foreign_threads import end_task_threads
        from .bridge.tasks import drop_all

        drop_all()
        end_idle()
        end_task_threads()

    def _advice(self):
        names = ", ".join(f"{problem.library.package} ≥ {problem.library.wanted}" for problem in self.problems)
        return tr("cannot start, {0} is missing").format(names)

    def unload(self):
        if self.reminder is not None:
            from .bridge.review.rounds_target import open_last_with

            open_last_with(None)
            self.reminder.stop()
            self.reminder = None
        if self.window is not None:
            from .bridge.tasks import drop_all

            QCoreApplication.instance().aboutToQuit.disconnect(self._quit)
            drop_all()
        for name in ("window", "repair"):
            if getattr(self, name) is not None:
                getattr(self, name).remove()
                setattr(self, name, None)
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
        if self.translator is not None:
            QCoreApplication.removeTranslator(self.translator)
            self.translator = None
        if self.log is not None:
            self.log.dispose()
            self.log = None
        end_idle()
        let_go()
        self._forget_modules()

    def _forget_modules(self):
        """QGIS forgets the modules that it saw being imported; the packages around them would stay."""
        from qgis import utils

        package = __package__.split(".")[0]
        if getattr(utils, "plugins", {}).get(package) is self:
            for name in [name for name in sys.modules if name.startswith(package + ".")]:
                del sys.modules[name]
