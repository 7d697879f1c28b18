"""QGIS's own threads, made safe for pyproj and for what belongs to the window.

pyproj 3.7.0 to 3.7.2 keep the context of a thread with the Python thread state but remember it with the thread of the
system. A pool thread of Qt gets a new thread state each time it enters Python: the second time pyproj finds a context
that was freed, and the process crashes (pyproj issues 1509 and 1622). A thread whose state is kept is safe, in every
version.

Python looks for unused cycles in whatever thread happens to make an object. A widget or a layer in such a cycle (a
closed dialog, the layers of a project that was cleared) is then destroyed outside the thread of the window, and QGIS
ends without a message. While work of ours goes on in another thread, the window's alone looks for them.

QGIS 3.38 to 3.44 keep an access to the authentication database for each thread that asked for it, until the thread
ends. The threads of QGIS's tasks ended only after the database's keeper was gone, and QGIS crashed while it was closed
(QGIS pull request 62429). Here they end before.
"""

import ctypes
import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, QObject, Qt, QThreadPool, QTimer, pyqtSignal

_here = threading.local()
_LOOK_MS = 500
_PATIENCE_MS = 3000  # for work under way while QGIS is closed


def keep_thread_state() -> None:
    """Let the Python state of this thread live as long as the thread.

    Call it first in what QGIS runs in a thread of its own.
    """
    if threading.current_thread() is not threading.main_thread() and not getattr(_here, "kept", False):
        ctypes.pythonapi.PyGILState_Ensure()  # one more than is released: the state's count never falls to nought
        _here.kept = True


def end_task_threads() -> bool:
    """QGIS is being closed, after which it would cancel its tasks itself: end them and the threads that they ran in;
    whether none is left. New tasks get new ones."""
    manager = QgsApplication.taskManager()
    manager.cancelAll()
    own = manager.findChildren(QThreadPool)  # before QGIS 3.36 all tasks ran in the global pool
    return all([pool.waitForDone(_PATIENCE_MS) for pool in (*own, QThreadPool.globalInstance())])


class _Window(QObject):
    """Lives in the thread of the window and looks for cycles there as long as anybody holds it."""

    _changed = pyqtSignal()

    def __init__(self):
        super().__init__()
        self._lock, self._holders, self._is_off = threading.Lock(), 0, False
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        application = QCoreApplication.instance()
        if application is not None:
            self.moveToThread(application.thread())
        self._timer.timeout.connect(self._look)
        self._changed.connect(self._look, Qt.ConnectionType.QueuedConnection)

    def add(self, count: int) -> None:
        """One holder more or less; any thread."""
        with self._lock:
            self._holders += count
            if self._holders > 0 and not self._is_off and gc.isenabled():
                gc.disable()
                self._is_off = True
        with suppress(RuntimeError):  # QGIS ends, and the object is gone
            self._changed.emit()

    def _look(self) -> None:
        with self._lock:
            if self._holders <= 0:
                self._timer.stop()
                if self._is_off:
                    # here and now: the next object may be made in the midst of an event for one of the unused
                    _collect()
                    self._is_off = False
                    gc.enable()
                return
        if not self._timer.isActive():
            self._timer.start()
        if self._is_off:
            _collect()


def _collect():
    """What Python would look at by itself by now, but for what has lived long: that takes a tenth of a second."""
    limits = gc.get_threshold()
    due = [at for at, count in enumerate(gc.get_count()[:2]) if count > limits[at] > 0]
    if due:
        gc.collect(due[-1])


_window = _Window()


class WindowCollects:
    """From its making to `release` the window's thread alone looks for unused cycles."""

    def __init__(self) -> None:
        self._window, self._is_held = _window, True
        _window.add(1)

    def release(self) -> None:
        """The work is over, or never was begun; may be said twice."""
        if self._is_held:
            self._is_held = False
            self._window.add(-1)

    def __del__(self) -> None:
        self.release()


@contextmanager
def window_collects() -> Iterator[None]:
    """For work that may run in the thread of the window or in another one."""
    if threading.current_thread() is threading.main_thread():
        yield
        return
    hold = WindowCollects()
    try:
        yield
    finally:
        hold.release()
