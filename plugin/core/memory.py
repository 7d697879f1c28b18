"""What Python has let go of goes back to the system: the C library of Linux keeps it for itself otherwise."""

import ctypes
from functools import lru_cache
from typing import Any, Optional


def give_back() -> None:
    """Between two steps that hold much: some milliseconds. Does nothing where the system does it itself."""
    trim = _trim()
    if trim is not None:
        trim(0)


@lru_cache(maxsize=1)
def _trim() -> Optional[Any]:
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # no such function; Windows has no library without a name
        return None
