"""Work in threads, results in order, few in flight, a cancel heard between results.

Inside a thread everything runs inline.
"""

import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Optional, Protocol

from .errors import Cancelled

PROCESSORS = os.cpu_count() or 1  # asked once: the system reads files for it
_here = threading.local()


class Feedback(Protocol):
    """Who follows long work: QgsFeedback and whatever else offers these two."""

    def isCanceled(self) -> bool: ...

    def setProgress(self, progress: float) -> None: ...


def raise_if_cancelled(feedback: Optional[Feedback]) -> None:
    """Raise Cancelled when `feedback` (an object with isCanceled(), or None) says so."""
    if feedback is not None and feedback.isCanceled():
        raise Cancelled


def in_threads(work: Callable[[Any], Any], items: Iterable[Any], feedback: Optional[Feedback] = None) -> Iterator[Any]:
    """Yield work(item) of every item, in order, computed by as many threads as there are processors.

    Called inside such a thread, or for one item only, it computes inline: nested calls never multiply threads. At
    most one result more than there are threads waits, so that memory stays bounded. Raises Cancelled, and what `work`
    raises.
    """
    items = list(items)
    threads = min(PROCESSORS, len(items))
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
            if len(waiting) > threads:
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
