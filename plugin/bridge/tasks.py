"""A background task that tells how it ended: what it made, or the error it met."""

import time
import traceback
import weakref
from typing import Any, Optional

from qgis.core import Qgis, QgsApplication, QgsTask
from qgis.PyQt import sip

from ..core.errors import Cancelled, LibraryError, OneMapError, UnexpectedError
from .foreign_threads import WindowCollects, keep_thread_state

_started: weakref.WeakSet = weakref.WeakSet()


class WorkTask(QgsTask):
    """Runs `work(feedback)` in a worker thread, then calls `done(result)` or `failed(error)` on the main thread.

    `feedback` is the task itself: isCanceled(), setProgress(percent). Whoever started it and needs it no more says
    `drop()` and is told nothing then. One that the user stops in QGIS's own list of tasks has `failed(Cancelled())`.
    """

    def __init__(self, title, work, done, failed):
        super().__init__(title, QgsTask.CanCancel)
        self._work, self._done, self._failed = work, done, failed
        self._result: Any = None
        self._error: Optional[Exception] = None
        self._is_dropped = False
        self._hold = WindowCollects()
        _started.add(self)

    def run(self) -> bool:
        keep_thread_state()
        started = time.monotonic()
        try:
            self._result = self._work(self)
        except Exception as error:  # kept, and told in finished(): an exception must not cross into Qt
            self._error = error
        self.seconds = time.monotonic() - started
        return self._error is None

    def cancel(self) -> None:
        """Stop; QGIS deletes a task soon after its end, and there is nothing left to stop then."""
        if not sip.isdeleted(self):
            super().cancel()

    def drop(self) -> None:
        """Stop, and tell nobody."""
        self._is_dropped = True
        self.cancel()

    def finished(self, ok: bool) -> None:
        self._hold.release()
        if self._is_dropped:
            return
        if ok:  # stopped too late, the work may have come to its end
            self._done(self._result)
        else:  # one that was stopped before it began has no error
            self._failed(unexpected(self._error or Cancelled()))


def drop_all() -> None:
    """QGIS is being closed: stop all that goes on."""
    for task in list(_started):
        task.drop()


def unexpected(error: Exception) -> OneMapError:
    """An error in words for the user: ours as it is, a library that is not there by its name, any other one as an
    UnexpectedError; the trace of what is not ours in the log.
    """
    if isinstance(error, OneMapError):
        return error
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    QgsApplication.messageLog().logMessage(trace, "OneMap Desk", Qgis.Critical)
    if isinstance(error, ImportError) and error.name and error.name.split(".")[0] != __name__.split(".")[0]:
        return LibraryError(error)
    return UnexpectedError(error)
