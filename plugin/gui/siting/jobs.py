"""Counts, runs and questions of the site page in the background: the newest count wins, one run at a time."""

from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ...bridge.i18n import tr
from ...bridge.siting.session import RunOptions, SiteSession
from ...bridge.tasks import WorkTask
from ...core.errors import OneMapError

_DEBOUNCE_MS = 400


class SiteJobs(QObject):
    """`counted(Remains)`, `mistaken(str)`: what a count told; `ran(SiteRun)`, `answered(Answer)`, `failed(str)`;
    `progress(float)` of a run, `counting_progress(float)` of a count.

    `setup()` gives (draft, base layer, parcels) as they are on the page.
    """

    counted = pyqtSignal(object)
    mistaken = pyqtSignal(str)
    ran = pyqtSignal(object)
    answered = pyqtSignal(object)
    failed = pyqtSignal(str)
    progress = pyqtSignal(float)
    counting_progress = pyqtSignal(float)

    def __init__(self, setup, parent=None):
        super().__init__(parent)
        self.session, self._setup = SiteSession(), setup
        self.counting = self.running = self.asking = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DEBOUNCE_MS)
        self._timer.timeout.connect(self.count)

    def count_soon(self) -> None:
        """Count when nothing has been changed for a moment; a count under way is stopped."""
        _cancel(self.counting)
        self.counting = None
        self._timer.start()

    def count(self):
        """Count what remains now."""
        self._timer.stop()
        _cancel(self.counting)
        draft, base, parcels = self._setup()
        if draft is None or base is None:
            return
        try:
            work = self.session.count(draft, base, parcels)
        except OneMapError as error:
            self.mistaken.emit(str(error))
            return
        self.counting = _start(tr("Counting what remains"), work, self._counted, self._miscounted)
        self.counting.progressChanged.connect(self.counting_progress)

    def _counted(self, remains):
        self.counting = None
        self.counted.emit(remains)

    def _miscounted(self, error):
        self.counting = None
        self.mistaken.emit(str(error))

    def run(self, options: RunOptions) -> bool:
        """Start a run; False when it cannot be started."""
        draft, base, parcels = self._setup()
        try:
            work = self.session.run(draft, base, parcels, options)
        except OneMapError as error:
            self.failed.emit(str(error))
            return False
        self._stop_counting()
        self.running = _start(tr("Site selection"), work, self._ran, self._run_failed)
        self.running.progressChanged.connect(self.progress)
        return True

    def _ran(self, run):
        self.running = None
        self.ran.emit(run)

    def _run_failed(self, error):
        self.running = None
        self.failed.emit(str(error))

    def ask(self, point: Any) -> None:
        """Ask why a site cannot be at a point (QgsPointXY in the CRS of the base layer)."""
        _cancel(self.asking)
        draft, base, parcels = self._setup()
        try:
            question = self.session.why_not(draft, base, parcels)
        except OneMapError as error:
            self.failed.emit(str(error))
            return
        x, y = point.x(), point.y()
        self.asking = _start(
            tr("Why not here?"), lambda feedback: question.ask(x, y, feedback), self._answered, self._unanswered
        )

    def _answered(self, answer):
        self.asking = None
        self.answered.emit(answer)

    def _unanswered(self, error):
        self.asking = None
        self.failed.emit(str(error))

    def cancel(self) -> None:
        """Stop the run."""
        _cancel(self.running)
        self.running = None

    def _stop_counting(self):
        self._timer.stop()
        _cancel(self.counting)
        self.counting = None

    def dispose(self) -> None:
        """Stop everything."""
        self._stop_counting()
        for task in (self.running, self.asking):
            _cancel(task)
        self.running = self.asking = None


def _cancel(task):
    if task is not None:
        task.drop()


def _start(title, work, done, failed):
    task = WorkTask(title, work, done, failed)
    QgsApplication.taskManager().addTask(task)
    return task
