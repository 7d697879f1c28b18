"""QGIS's own threads, made safe for pyproj.

pyproj 3.7.0 to 3.7.2 keep the context of a thread with the Python thread state but remember it with the thread of the
system. A pool thread of Qt gets a new thread state each time it enters Python: the second time pyproj finds a context
that was freed, and the process crashes (pyproj issues 1509 and 1622). A thread whose state is kept is safe, in every
version.
"""

import ctypes
import threading

_here = threading.local()


def keep_thread_state() -> None:
    """Let the Python state of this thread live as long as the thread.

    Call it first in what QGIS runs in a thread of its own.
    """
    if threading.current_thread() is not threading.main_thread() and not getattr(_here, "kept", False):
        ctypes.pythonapi.PyGILState_Ensure()  # one more than is released: the state's count never falls to nought
        _here.kept = True
