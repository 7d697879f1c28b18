"""Processes beside this one that answer questions of bytes with bytes: Python lets one thread compute at a time.

A question and its answer lie in a file that both sides keep open; pipes only say that it is there. What a process
cannot answer (it does not start, it is another Python, it was ended) the caller computes itself.

Starting takes a fifth of a second of a processor: processes are kept for the next run, some minutes long.
"""

from __future__ import annotations

import shutil
import subprocess  # noqa: S404 - starts the Python that this program runs on, nothing else
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Optional

from .threads import PROCESSORS, Feedback, raise_if_cancelled
from .worker import READY, REST, environment, interpreter, read_bytes, versions, write_bytes

_SLOTS = 2  # questions a process may hold: it takes up the next while the answer to the last is fetched
_MOST = 4  # processes; more would wait for what this one reads and writes
_PATIENCE = 0.1  # seconds between two looks for a cancel
_IDLE = 300.0  # seconds that processes wait for another run
_PACKAGE = __name__.rpartition(".")[0]


class Workers:
    """`count` processes that answer with the function `answer` of a module; starting them takes no time here.

    Until they are ready the caller's threads compute all themselves. `close` ends them.
    """

    def __init__(self, module: str, count: Optional[int] = None) -> None:
        self._changed = threading.Condition()
        self._folder: Optional[Path] = None
        self._here = 0
        self.module = module
        self._workers: list[_Worker] = []
        count = min(PROCESSORS - 1, _MOST) if count is None else count
        program = interpreter()
        if count < 1 or program is None:
            return
        try:
            self._folder = Path(tempfile.mkdtemp(prefix="onemap-"))  # only this user may look into it
            for number in range(count):
                self._workers.append(_Worker(program, module, self._folder, number, self._changed))
        except OSError:  # no process, no room: everything is computed here
            self.close()

    @property
    def threads(self) -> int:
        """How many threads of the caller keep all processes and this one busy."""
        return max(PROCESSORS, 1 + _SLOTS * len(self._workers))

    @property
    def are_alive(self) -> bool:
        """Whether there are processes, and none has ended."""
        return bool(self._workers) and all(worker.is_alive for worker in self._workers)

    @contextmanager
    def place(self, feedback: Optional[Feedback] = None) -> Iterator[Optional[Slot]]:
        """Wait for a place to compute at: a Slot of a process, or None for here. Raises Cancelled."""
        slot = self._taken(feedback)
        try:
            yield slot
        finally:
            with self._changed:
                if slot is None:
                    self._here -= 1
                else:
                    slot.is_free = True
                self._changed.notify()

    def _taken(self, feedback: Optional[Feedback]) -> Optional[Slot]:
        with self._changed:
            while True:
                ready = [worker for worker in self._workers if worker.is_ready]
                free = [worker.free for worker in ready]
                if any(free):
                    return ready[free.index(max(free))].take()
                if self._here < (1 if ready else PROCESSORS):  # more threads would only take turns
                    self._here += 1
                    return None
                self._changed.wait(_PATIENCE)
                raise_if_cancelled(feedback)

    def rest(self) -> None:
        """Nothing is asked for a while: the processes give memory back."""
        for worker in self._workers:
            with suppress(OSError):
                worker.say(REST, 0)

    def close(self) -> None:
        """End the processes; what they were asked stays unanswered."""
        for worker in self._workers:
            worker.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._workers, self._folder = [], None


class _Idle:
    """Processes that nobody uses just now, at most those of one run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: Optional[Workers] = None
        self._clock: Optional[threading.Timer] = None

    def take(self, module: str) -> Workers:
        """Those that were kept for a module, or new ones."""
        kept = self._swapped(None)
        if kept is not None and kept.module == module and kept.are_alive:
            return kept
        if kept is not None:
            kept.close()
        return Workers(module)

    def keep(self, workers: Workers) -> None:
        """For whoever takes them within _IDLE seconds."""
        before = self._swapped(workers if workers.are_alive else None)
        for other in (before, None if workers.are_alive else workers):
            if other is not None:
                other.close()

    def end(self) -> None:
        """Nobody will take them."""
        kept = self._swapped(None)
        if kept is not None:
            kept.close()

    def _swapped(self, workers: Optional[Workers]) -> Optional[Workers]:
        with self._lock:
            if self._clock is not None:
                self._clock.cancel()
            self._kept, before, self._clock = workers, self._kept, None
            if workers is not None:
                self._clock = threading.Timer(_IDLE, self.end)
                self._clock.daemon = True
                self._clock.start()
        return before


_idle = _Idle()


def start_ahead(module: str) -> None:
    """Have processes started before `lent` asks for them."""
    _idle.keep(_idle.take(module))


@contextmanager
def lent(module: str) -> Iterator[Workers]:
    """Processes that answer with the function `answer` of a module, for one run; where it comes to no end its
    questions may be under way, and they are ended.
    """
    workers = _idle.take(module)
    try:
        yield workers
    except BaseException:
        workers.close()
        raise
    workers.rest()
    _idle.keep(workers)


def end_idle() -> None:
    """End what waits for another run: the program ends, or the plugin leaves it."""
    _idle.end()


class Slot:
    """A place of a process: one question at a time."""

    def __init__(self, worker: _Worker, number: int, path: Path) -> None:
        self._worker, self._number, self._path = worker, number, path
        self._file = path.open("w+b", buffering=0)
        self._reported = threading.Event()
        self._length = -1
        self.is_free = True

    def ask(self, question: bytes, feedback: Optional[Feedback] = None) -> Optional[bytearray]:
        """The answer, None where the process gives none. Raises Cancelled."""
        self._reported.clear()
        self._length = -1
        try:
            write_bytes(self._file, question)
            self._worker.say(self._number, len(question))
            while not self._reported.wait(_PATIENCE) and self._worker.is_ready:
                raise_if_cancelled(feedback)
            return None if self._length < 0 else read_bytes(self._file, self._length)
        except (OSError, ValueError, EOFError):  # the process is gone, the disk is full; its pipe was closed
            return None

    def hide(self) -> None:
        """Both sides have opened the file: what lies in it need not be seen. Windows keeps the name."""
        with suppress(OSError):
            self._path.unlink()

    def report(self, length: int) -> None:
        """The answer of `length` bytes is there; -1: there will be none."""
        self._length = length
        self._reported.set()

    def close(self) -> None:
        self.report(-1)
        self._file.close()


class _Worker:
    def __init__(self, program: str, module: str, folder: Path, number: int, changed: threading.Condition) -> None:
        paths = [folder / f"{number}-{slot}" for slot in range(_SLOTS)]
        self._changed, self.is_ready = changed, False
        self._slots = [Slot(self, at, path) for at, path in enumerate(paths)]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this program's own Python and module
                [program, "-m", f"{_PACKAGE}.worker", module, *map(str, paths)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=folder,  # Python looks for modules there first
                env=environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows would show a console
            )
        except OSError:
            for slot in self._slots:  # Windows keeps a folder with an open file
                slot.close()
            raise
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def free(self) -> int:
        return sum(slot.is_free for slot in self._slots)

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def take(self) -> Slot:
        slot = next(slot for slot in self._slots if slot.is_free)
        slot.is_free = False
        return slot

    def say(self, slot: int, length: int) -> None:
        """Tell the process of a question; raises OSError when it is gone."""
        if self._process.stdin is None or not self.is_ready:
            raise BrokenPipeError
        with self._changed:
            self._process.stdin.write(f"{slot} {length}\n".encode())
            self._process.stdin.flush()

    def _listen(self) -> None:
        """Pass on what the process says until it is gone; runs in a thread of its own."""
        with suppress(OSError, ValueError):  # closed on our side
            for line in self._process.stdout or ():
                said = line.decode().split(maxsplit=1)
                if said[0] == READY:
                    for slot in self._slots:
                        slot.hide()
                    self._set_ready(said[1].strip() == versions())
                else:
                    self._slots[int(said[0])].report(int(said[1]))
        self._set_ready(False)
        for slot in self._slots:
            slot.report(-1)

    def _set_ready(self, is_ready: bool) -> None:
        with self._changed:
            self.is_ready = is_ready
            self._changed.notify_all()

    def close(self) -> None:
        self.is_ready = False
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if stream is not None:
                    stream.close()
        self._process.wait()
        for slot in self._slots:
            slot.close()
