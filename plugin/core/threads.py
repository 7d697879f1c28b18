"""Work in threads, results in order, few in flight, a cancel heard between results.

Inside a thread everything runs inline.
"""

import gc
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Callable, Optional, Protocol

from .errors import Cancelled

PROCESSORS = os.cpu_count() or 1  # asked once: the system reads files for it
_AHEAD = 3  # results a thread may be ahead of one that takes long
_here = threading.local()


class Feedback(Protocol):
    """Who follows long work: QgsFeedback and whatever else offers these two."""

    def isCanceled(self) -> bool: ...

    def setProgress(self, progress: float) -> None: ...


class LogFeedback(Feedback, Protocol):
    """Feedback that also takes lines for the log, as that of Processing does."""

    def pushInfo(self, info: str) -> None: ...


def raise_if_cancelled(feedback: Optional[Feedback]) -> None:
    """Raise Cancelled when `feedback` (an object with isCanceled(), or None) says so."""
    if feedback is not None and feedback.isCanceled():
        raise Cancelled


def in_threads(
    work: Callable[[Any], Any], items: Iterable[Any], feedback: Optional[Feedback] = None, most: int = 0
) -> Iterator[Any]:
    """Yield work(item) of every item, in order, computed by as many threads as there are processors (or by `most`).

    Called inside such a thread, or for one item only, it computes inline: nested calls never multiply threads. Few
    results wait, so that memory stays bounded. Raises Cancelled, and what `work`
    raises.
    """
    items = list(items)
    threads = min(most or PROCESSORS, len(items))
    if threads < 2 or getattr(_here, "busy", False):
        for item in items:
            raise_if_cancelled(feedback)
            yield work(item)
        return
    with ThreadPoolExecutor(threads, initializer=run_inline) as pool:
        yield from _ordered(pool, work, items, threads, feedback)


def _ordered(
    pool: ThreadPoolExecutor, work: Callable[[Any], Any], items: Iterable[Any], threads: int, feedback: Any
) -> Iterator[Any]:
    waiting: deque = deque()
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > _AHEAD * threads:
                raise_if_cancelled(feedback)
                yield waiting.popleft().result()
        while waiting:
            raise_if_cancelled(feedback)
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def run_inline() -> None:
    """From now on this thread works inline: for a caller that has a process for every processor already."""
    _here.busy = True


_HELD = threading.Lock()
_HOLDERS: list[tuple[int, int, int]] = []
_RARELY = 200_000  # objects between two looks for unused cycles; 700 by default


@contextmanager
def rare_collections() -> Iterator[None]:
    """While a run makes hundreds of thousands of rows, Python looks through them for unused cycles less often: rows
    have none, and looking takes a fifth of the run. Runs at the same time hold it together."""
    with _HELD:
        _HOLDERS.append(gc.get_threshold() if not _HOLDERS else _HOLDERS[0])
        gc.set_threshold(_RARELY, *_HOLDERS[0][1:])
    try:
        yield
    finally:
        with _HELD:
            before = _HOLDERS.pop()
            if not _HOLDERS:
                gc.set_threshold(*before)
