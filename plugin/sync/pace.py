"""A line on which hardly anything moves is a broken one: a server that sends a byte now and then would keep a run for
ever, since each byte comes in time.
"""

import time
from http.client import HTTPResponse
from io import BufferedReader, RawIOBase
from typing import Any, Optional

from ..core import messages
from .options import Pace

_SLOW = 1 << 14  # bytes a second of a line that still counts as one


class PacedResponse(HTTPResponse):
    """An answer, head and body, that ends with a ConnectionError where it comes in slower than `pace`. Its head must
    be there within `pace.complete`, and so must its body once `bind` was called: a file may take longer."""

    def __init__(self, sock: Any, pace: Pace, *options: Any, **named: Any) -> None:
        super().__init__(sock, *options, **named)
        self._paced = _PacedBytes(self.fp.detach(), pace)
        self.fp = BufferedReader(self._paced)
        self._paced.bound = True

    def begin(self) -> None:
        super().begin()
        self._paced.bound = False

    def bind(self) -> None:
        """From here on it must be complete within the time of a whole answer."""
        self._paced.bound = True


def patient(timeout: tuple[float, float], size: int) -> tuple[float, float]:
    """A timeout (connect, read) for a request of so many bytes: requests takes the first for sending them all, and
    counts the second while the last of them are still on their way."""
    return timeout[0] + size / _SLOW, timeout[1] + size / _SLOW


def bind(answer: Any) -> None:
    """The rest of an answer of requests, which is read whole, must come within the time of a whole answer."""
    original = getattr(answer.raw, "_original_response", None)
    if isinstance(original, PacedResponse):
        original.bind()


class _PacedBytes(RawIOBase):
    """The time counts from the first byte on: until then a server may think as long as the timeout allows."""

    def __init__(self, raw: Any, pace: Pace) -> None:
        super().__init__()
        self._raw, self._pace = raw, pace
        self._since: Optional[float] = None
        self._bytes = 0
        self._begun: Optional[float] = None
        self.bound = False

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return int(self._raw.fileno())

    def readinto(self, buffer: Any) -> Optional[int]:
        number: Optional[int] = self._raw.readinto(buffer)
        if number:
            self._note(number)
        return number

    def _note(self, number: int) -> None:
        now, pace = time.monotonic(), self._pace
        self._since = now if self._since is None else self._since
        self._begun = now if self._begun is None else self._begun
        self._bytes += number
        if self.bound and now - self._begun > pace.complete:
            raise ConnectionError(messages.text("sync_trickles", seconds=f"{pace.complete:g}"))
        if now - self._since < pace.seconds:
            return
        if self._bytes < pace.least:
            raise ConnectionError(messages.text("sync_drips", bytes=pace.least, seconds=f"{pace.seconds:g}"))
        self._since, self._bytes = now, 0

    def close(self) -> None:
        try:
            self._raw.close()
        finally:
            super().close()
