"""How a run gets on: the step, records or bytes done, the rate, the time left.

Written by a worker, read by a window.
"""

import time
from collections import deque
from dataclasses import dataclass
from typing import Any, Callable, Optional

_WINDOW = 8.0  # seconds that the rate looks back


@dataclass(frozen=True)
class Reading:
    """`step`: "push" or "pull"; `unit`: "records" or "bytes"; `total` 0: nobody knows; `rate` in units per second;
    `seconds_left`: None where it cannot be said."""

    step: str
    unit: str
    done: int
    total: int
    rate: float
    seconds_left: Optional[float]


class Meter:
    """The `progress` of a SyncService that wants to know more than (done, total).

    `listener(done, total)` hears it all the same.
    """

    def __init__(
        self, listener: Optional[Callable[[int, int], None]] = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._listener, self._clock = listener or (lambda done, total: None), clock
        self._step, self._unit = "", "records"
        self._marks: deque[tuple[float, int]] = deque()
        self._done = self._total = 0

    @classmethod
    def of(cls, progress: Any) -> "Meter":
        """`progress` as a Meter: itself, or one that passes on to a plain callable or None."""
        return progress if isinstance(progress, cls) else cls(progress)

    def start(self, step: str) -> None:
        """Another step begins."""
        self._step = step
        self._mark("records", 0, 0)

    def __call__(self, done: int, total: int) -> None:
        """Records done, of how many; 0: nobody knows."""
        self._mark("records", done, total)
        self._listener(done, total)

    def in_bytes(self, done: int, total: int) -> None:
        """As a call, of bytes of one large file."""
        self._mark("bytes", done, total)
        self._listener(done, total)

    def _mark(self, unit: str, done: int, total: int) -> None:
        now = self._clock()
        marks = self._marks if unit == self._unit and done >= self._done and done else deque([(now, 0)])
        marks.append((now, done))
        while len(marks) > 2 and now - marks[0][0] > _WINDOW:
            marks.popleft()
        self._unit, self._done, self._total, self._marks = unit, done, total, marks

    def reading(self) -> Reading:
        """The Reading of now; any thread."""
        marks, done, total = list(self._marks), self._done, self._total
        seconds = marks[-1][0] - marks[0][0] if len(marks) > 1 else 0.0
        rate = (marks[-1][1] - marks[0][1]) / seconds if seconds > 0 else 0.0
        left = (total - done) / rate if rate and total >= done else None
        return Reading(self._step, self._unit, done, total, rate, left)
