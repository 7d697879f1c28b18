"""What Python has let go of: back to the system (the C library of Linux keeps some), or kept for the next."""

import ctypes
from functools import lru_cache
from typing import Any, Optional

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of mallopt
_NEVER = 1 << 30  # bytes


def give_back() -> None:
    """Between two steps that hold much: some milliseconds. Does nothing where the system does it itself."""
    trim = _trim()
    if trim is not None:
        trim(0)


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
