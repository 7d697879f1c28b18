"""What opening a workspace did to it, told to whoever listens: an algorithm has no window to say it in."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Callable, Optional

from ..core.land.remarks import Remark

Listener = Callable[[Remark], None]
_LISTENER: ContextVar[Optional[Listener]] = ContextVar("workspace_notices", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """While this lasts, notices of workspaces that this thread opens for writing go to `listener`."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def tell(notice: Remark) -> None:
    """Pass a notice on to whoever listens."""
    listener = _LISTENER.get()
    if listener is not None:
        listener(notice)
