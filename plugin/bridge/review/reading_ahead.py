"""Where the rows of many tables lie, read by processes beside QGIS while the lines are checked here.

The lines are opened from the first on; processes begin with the tables of the last, so that both meet in the middle.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Callable, Optional
from weakref import ref

from ...core.errors import Cancelled
from ...core.threads import Feedback, raise_if_cancelled
from ...core.workers import Slot, Workers
from ..layers import gpkg_work

if TYPE_CHECKING:
    from ..layers.gpkg_reader import GpkgTable
    from .gpkg_layer import GpkgLayer

_MANY_ROWS = 200_000  # half a second of reading, which a process takes to start
_AT_ONCE = 24_000  # rows of the tables of one question: asking takes a few milliseconds
_PATIENCE_S = 0.1


class RowsAhead:
    """Reads where the rows of tables lie, one table after the other: SQLite computes beside Python. Ends when nobody
    keeps it; who opens a table that is being read waits for that."""

    def __init__(self, tables: Sequence[GpkgTable]) -> None:
        self._tables = list(tables)
        Thread(target=_read_rows, args=(ref(self), self._tables), daemon=True).start()


def _read_rows(wanted: Callable[[], Optional[RowsAhead]], tables: Sequence[GpkgTable]) -> None:
    for table in tables:
        if wanted() is None:
            return
        with suppress(Exception):  # a damaged file stops no other; whoever opens the layer meets it again and tells
            table.row_boxes()


class ReadingAhead:
    """Reads of `layers`, in the order in which they are opened, what nobody has begun; nothing where that `is_much`
    not. `close` ends it."""

    def __init__(self, layers: Sequence[GpkgLayer], feedback: Optional[Feedback] = None) -> None:
        waiting = [layer for layer in layers if layer.waits()]
        self.is_much = is_much = sum(layer.snapshot.expected_count for layer in waiting) >= _MANY_ROWS
        self._lock, self._waiting, self._feedback = Lock(), waiting if is_much else [], feedback
        self._read: dict[GpkgLayer, Event] = {}
        for layer in self._waiting:
            layer.ahead = self
        self._workers: Optional[_Readers] = None
        self._threads: list[Thread] = []
        self._starting = Thread(target=self._start, daemon=True)  # the system takes its time for a process
        if is_much:
            self._starting.start()

    def _start(self) -> None:
        self._workers = _Readers(gpkg_work.__name__)
        ask = partial(self._go_on, self._workers)
        self._threads = [Thread(target=ask, daemon=True) for _ in range(self._workers.room)]
        for thread in self._threads:
            thread.start()

    @property
    def threads(self) -> int:
        """How many threads here do best beside the processes; 0: as many as without them."""
        self._wait()
        return 1 if self._threads else 0

    def begin(self, layer: GpkgLayer) -> None:
        """A layer is opened: wait where a process reads it, keep processes off it elsewhere. Raises Cancelled."""
        with self._lock:
            read = self._read.get(layer)
            if read is None and layer in self._waiting:
                self._waiting.remove(layer)
        while read is not None and not read.wait(_PATIENCE_S):
            raise_if_cancelled(self._feedback)

    def _wait(self) -> None:
        """Until processes were started."""
        if self.is_much:
            self._starting.join()

    def _go_on(self, workers: _Readers) -> None:
        """Have one table after the other read; a thread of its own."""
        try:
            while self._waiting:
                with workers.room_for_one(self._feedback) as slot:
                    if slot is None:
                        return
                    taken = self._taken()
                    try:
                        gpkg_work.read_rows(slot, [layer.snapshot.table for layer in taken], self._feedback)
                    finally:  # what was not read is read where it is opened
                        for layer in taken:
                            self._read[layer].set()
        except Cancelled:
            return

    def _taken(self) -> list[GpkgLayer]:
        """Some of the last layers that nobody has begun."""
        taken: list[GpkgLayer] = []
        with self._lock:
            while self._waiting and sum(layer.snapshot.expected_count for layer in taken) < _AT_ONCE:
                taken.append(self._waiting.pop())
                self._read[taken[-1]] = Event()
        return taken

    def close(self) -> None:
        """End the processes and the threads that ask them."""
        with self._lock:
            self._waiting.clear()
        self._wait()
        if self._workers is not None:
            self._workers.close()
        for thread in self._threads:
            thread.join()


class _Readers(Workers):
    """Processes of which threads wait that do nothing but ask."""

    @property
    def room(self) -> int:
        """How many questions they hold at once, 0 where there are none."""
        return self.threads - 1 if self._workers else 0

    @contextmanager
    def room_for_one(self, feedback: Optional[Feedback] = None) -> Iterator[Optional[Slot]]:
        """Wait for a Slot; None where no process will ever give one. Raises Cancelled."""
        slot = self._free_slot(feedback)
        try:
            yield slot
        finally:
            if slot is not None:
                with self._changed:
                    slot.is_free = True
                    self._changed.notify()

    def _free_slot(self, feedback: Optional[Feedback]) -> Optional[Slot]:
        with self._changed:
            while any(worker.is_alive for worker in self._workers):
                free = [worker for worker in self._workers if worker.is_ready and worker.free]
                if free:
                    return max(free, key=lambda worker: worker.free).take()
                self._changed.wait(_PATIENCE_S)
                raise_if_cancelled(feedback)
        return None
