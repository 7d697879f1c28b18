"""How a run of push or pull is to go, and the line that it goes over."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Callable, Optional


@dataclass
class RunOptions:
    """`progress`: (done, total), or a Meter; `workers`: requests at a time; `only`: read-only collections to pull
    (default: all that the platform has)."""

    progress: Any = None
    workers: int = 4
    only: Optional[Iterable[str]] = None


@dataclass(frozen=True)
class Pace:
    """The slowest that an answer may come in: `least` bytes in each `seconds`. Longer than two timeouts, so that a
    server may think twice. `complete`: seconds that an answer which is no file may take from its first byte to its
    last. `file`: seconds that a run gives to one file; what came in by then is kept and gone on with by the next."""

    least: int = 1 << 14
    seconds: float = 120
    complete: float = 1800
    file: float = 3 * 3600

    def beside(self, timeout: float) -> "Pace":
        """The pace that goes with a read timeout."""
        return replace(self, seconds=max(self.seconds, 2 * timeout))


@dataclass(frozen=True)
class TransportOptions:
    """`timeout`: (connect, read) in seconds; `attempts`: tries of one request; `pause`: first pause in seconds,
    doubled each time; `cancelled()`: asked while waiting; `hosts`: further origins (https://host:port) that the user
    allowed for this platform's files and links; they never get the login; `pace`: a slower answer is a broken one."""

    timeout: tuple[float, float] = (10, 60)
    attempts: int = 5
    pause: float = 0.5
    cancelled: Optional[Callable[[], bool]] = None
    hosts: Iterable[str] = ()
    pace: Pace = Pace()


USUAL = TransportOptions()
