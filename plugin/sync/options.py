"""How a run of push or pull is to go, and the line that it goes over."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Callable, Optional


@dataclass
class RunOptions:
    """`progress`: (done, total), or a Meter; `workers`: requests at a time; `only`: read-only collections to pull
    (default: all that the platform has)."""

    progress: Any = None
    workers: int = 4
    only: Optional[Iterable[str]] = None


@dataclass(frozen=True)
class TransportOptions:
    """`timeout`: (connect, read) in seconds; `attempts`: tries of one request; `pause`: first pause in seconds,
    doubled each time; `cancelled()`: asked while waiting; `hosts`: further origins (https://host:port) that the user
    allowed for this platform's files and links; they never get the login."""

    timeout: tuple[float, float] = (10, 60)
    attempts: int = 5
    pause: float = 0.5
    cancelled: Optional[Callable[[], bool]] = None
    hosts: Iterable[str] = ()


USUAL = TransportOptions()
