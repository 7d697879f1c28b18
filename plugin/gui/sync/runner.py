"""Starts syncs, one at a time, by hand or by the clock, and tells how they go."""

import random

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QApplication

from ...bridge.sync.settings import PlatformSettings, connector
from ...bridge.sync.task import SyncTask
from ...core.errors import InputError

_POLL_MS = 400
_WAIT_MS = 3000
_JITTER = 0.2  # share of the pause between background syncs


class SyncRunner(QObject):
    """`workspace()`: the open Workspace or None. Signals on the main thread: `started()`; `moved(Reading, bytes out,
    bytes in)` while one runs; `ended(SyncResult, Overview or None, whether it ran by the clock)`."""

    started = pyqtSignal()
    moved = pyqtSignal(object, object, object)
    ended = pyqtSignal(object, object, bool)

    def __init__(self, workspace, actor, parent=None):
        super().__init__(parent)
        self._workspace, self._actor = workspace, actor
        self.task, self._leaving, self._by_clock = None, None, False
        self._poll = QTimer(self, interval=_POLL_MS)
        self._poll.timeout.connect(self._read)
        self._minutes, self.clock = 0, QTimer(self, singleShot=True)
        self.clock.timeout.connect(self.run_by_clock)

    def set_minutes(self, minutes: int) -> None:
        """Sync every so many minutes; 0: only when asked."""
        self._minutes = minutes
        self.clock.stop()
        if minutes:
            self.clock.start(self._pause())

    def _pause(self):
        """Milliseconds to the next background sync: the counties of a province must not all come at once."""
        return int(self._minutes * 60_000 * random.uniform(1 - _JITTER, 1 + _JITTER))  # noqa: S311 - guards nothing

    @property
    def running(self) -> bool:
        return self.task is not None

    def run(self, by_clock: bool = False) -> bool:
        """Start a sync; False when one runs already. Raises OneMapError when it cannot be started."""
        workspace = self._workspace()
        if self.running:
            return False
        settings = PlatformSettings.load(workspace) if workspace else PlatformSettings()
        if not settings.url:
            raise InputError("sync_unset")
        if not settings.known:  # the address came with the workspace: nothing goes there before the user named it
            raise InputError("sync_unnamed", url=settings.url)
        if workspace.read_only:
            raise InputError("store_read_only", file=workspace.path.name)
        connect = connector(settings.url, settings.authcfg)
        self._by_clock = by_clock
        self.task = SyncTask(workspace, connect, self._actor, settings.pull, self._ended)
        QgsApplication.taskManager().addTask(self.task)
        self._poll.start()
        self.started.emit()
        return True

    def run_by_clock(self) -> bool:
        """As `run`, but in nobody's way: left out while there is no workspace or platform, the authentication manager
        would ask for its password, or a dialog is open."""
        if self._minutes:
            self.clock.start(self._pause())
        workspace = self._workspace()
        if workspace is None or workspace.read_only or self.running or QApplication.activeModalWidget() is not None:
            return False
        settings = PlatformSettings.load(workspace)
        if (
            not settings.url
            or not settings.known
            or (settings.authcfg and not QgsApplication.authManager().masterPasswordIsSet())
        ):
            return False
        return self.run(by_clock=True)

    def cancel(self) -> None:
        """Stop the run; requests under way are cut and asked again by the next one."""
        if self.task is not None:
            self.task.cancel()

    def stop(self) -> None:
        """Stop for good, before the workspace is closed: wait a little for what is under way.

        Nothing is lost if it takes longer.
        """
        task = self.task
        if task is not None:
            task.cancel()
            self._leaving = task  # its thread may outlast the wait
            task.waitForFinished(_WAIT_MS)
            self._ended(task.result, None)

    def _read(self):
        if self.task is not None:
            self.moved.emit(self.task.meter.reading(), *self.task.traffic()[:2])

    def _ended(self, result, overview):
        if self.task is None:  # told already: it was stopped
            return
        self._read()
        self._poll.stop()
        self.task = None
        self.ended.emit(result, overview, self._by_clock)
