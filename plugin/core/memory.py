"""What Python has let go of: back to the system (the C library of Linux keeps some), or kept for the next."""

import ctypes
import os
from functools import lru_cache
from threading import Lock
from typing import Any, Callable, Optional

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of mallopt
_NEVER = 1 << 30  # bytes
_LARGE, _KEPT = 4 << 20, 8 << 20  # bytes
_GROWN = 24 << 20  # bytes
_STEPS = 16  # where nobody knows how much the process holds
# of the environment of a process that computes: with large pages it looks up addresses an eighth of its time less;
# other C libraries than that of Linux do not know it
LARGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}


class _Held:
    after: Optional[int] = None  # bytes that this process held when it last gave back


def give_back() -> None:
    """Between two steps that hold much: some milliseconds. Does nothing where the system does it itself."""
    trim = _trim()
    if trim is not None:
        trim(0)
        _Held.after = resident_bytes()


@lru_cache(maxsize=1)
def give_back_large() -> None:
    """From now on what is large goes back when Python lets go of it, and each thread keeps little.

    The C library of Linux otherwise keeps up to 64 MB a thread of what was let go, and `give_back` does not reach that.
    """
    choose = _function("mallopt")
    if choose is not None:
        choose(_MMAP_THRESHOLD, _LARGE)
        choose(_TRIM_THRESHOLD, _KEPT)


class Growth:
    """Gives memory back whenever the process holds much more than after the last time; any thread.

    `is_watched`: false for work so small that looking would take longer.
    """

    def __init__(self, is_watched: bool = True) -> None:
        self._is_watched, self._steps, self._lock = is_watched, 0, Lock()

    def watched(self, work: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """The same work, looked after when it is done."""

        def done(item: Any) -> Any:
            found = work(item)
            self.step()
            return found

        return done if self._is_watched else work

    def step(self) -> None:
        """Between two of many steps."""
        if not self._is_watched or not self._lock.acquire(blocking=False):  # another thread is at it
            return
        try:
            now, self._steps = resident_bytes(), self._steps + 1
            if now is None or _Held.after is None:
                has_grown = self._steps % _STEPS == 0
            else:
                has_grown = now - _Held.after > _GROWN
            if has_grown:
                give_back()
        finally:
            self._lock.release()


def resident_bytes() -> Optional[int]:
    """How much memory this process holds, None where the system does not say."""
    try:
        with open("/proc/self/statm", "rb") as said:
            return int(said.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return None


def keep() -> None:
    """For a process that computes one like thing after the other: asking the system for the memory of each array anew
    takes a tenth of its time. Does nothing where the C library is another than that of Linux.
    """
    choose = _function("mallopt")
    if choose is not None:
        for option in (_MMAP_THRESHOLD, _TRIM_THRESHOLD):
            choose(option, _NEVER)


@lru_cache(maxsize=1)
def _trim() -> Optional[Any]:
    return _function("malloc_trim")


def _function(name: str) -> Optional[Any]:
    try:
        return getattr(ctypes.CDLL(None), name)
    except (AttributeError, OSError, TypeError):  # no such function; Windows has no library without a name
        return None
