"""Zip files (courier bags, workbooks, Word files) are written whatever the computer's clock says: a zip holds the years
from 1980 to 2107, a clock whose battery is empty begins in 1970.
"""

import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Optional

_FIRST, _BEYOND = 1980, 2108  # years of a zip
_FILES = zipfile.__dict__  # where zipfile finds its clock
_guard = threading.Lock()
_under_way = 0


def stamp(moment: Optional[datetime] = None) -> tuple[int, int, int, int, int, int]:
    """A moment (now) as a zip can hold it."""
    at = moment or datetime.now()
    if not _FIRST <= at.year < _BEYOND:
        return _FIRST, 1, 1, 0, 0, 0
    return at.year, at.month, at.day, at.hour, at.minute, at.second


@contextmanager
def any_clock() -> Iterator[None]:
    """Libraries that write a zip within this date its members by `stamp`: they would fail under such a clock. Nothing
    is changed where the clock is right."""
    global _under_way  # noqa: PLW0603 - the module that is lent a clock is one for all threads
    if _FIRST <= datetime.now().year < _BEYOND:
        yield
        return
    with _guard:
        _under_way += 1
        _FILES["time"] = _Clock()
    try:
        yield
    finally:
        with _guard:
            _under_way -= 1
            if not _under_way:
                _FILES["time"] = time


class _Clock:
    """The module time, with moments that a zip can hold."""

    def localtime(self, seconds: Optional[float] = None) -> tuple[int, ...]:
        return stamp(datetime.now() if seconds is None else datetime.fromtimestamp(seconds))

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)
