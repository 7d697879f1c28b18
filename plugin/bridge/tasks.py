"""A background task that tells how it ended: what it made, or the error it met."""

import time
import traceback
from typing import Any, Optional

from qgis.core import Qgis, QgsApplication, QgsTask
from qgis.PyQt import sip

from ..core.errors import Cancelled, LibraryError, OneMapError, UnexpectedError
from .foreign_threads import WindowCollects, keep_thread_state


class WorkTask(QgsTask):
    """Runs `work(feedback)` in a worker thread, then calls `done(result)` or `failed(error)` on the main thread.

    `feedback` is the task itself: isCanceled(), setProgress(percent). A cancelled task calls neither.
    """

    def __init__(self, title, work, done, failed):
        super().__init__(title, QgsTask.CanCancel)
        self._work, self._done, self._failed = work, done, failed
        self._result: Any = None
        self._error: Optional[Exception] = None
        self._hold = WindowCollects()

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

    def finished(self, ok: bool) -> None:
        self._hold.release()
        if self.isCanceled() or isinstance(self._error, Cancelled):
            return
        if ok:
            self._done(self._result)
        elif self._error is not None:
            self._failed(unexpected(self._error))


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
