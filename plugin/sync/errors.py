"""What can go wrong between us and the platform; each error says whether trying again can help."""

from math import ceil
from typing import Any, Optional

from ..core.errors import OneMapError


class PlatformError(OneMapError):
    """The platform answered with an error.

    `status`: HTTP code; `problem`: its problem document, {} where it sent none.
    """

    def __init__(self, status: int, problem: dict[str, Any], retry_after: Optional[float] = None) -> None:
        self.status, self.problem, self.retry_after = status, problem, retry_after
        self.retryable = status in (408, 425, 429) or status >= 500
        params = {"status": status, "answer": self.server_text}
        if retry_after and self.retryable:
            super().__init__("sync_busy", **params, minutes=ceil(retry_after / 60))
        else:
            super().__init__("sync_refused", **params)

    @property
    def server_text(self) -> str:
        """What the server says, in its own words; `fields` are named where it names them."""
        parts = [_brief(self.problem.get(key)) for key in ("title", "detail")]
        fields = self.problem.get("fields")
        if isinstance(fields, list) and fields:
            parts.append(", ".join(map(_brief, fields[:20])))
        return ": ".join(text for text in parts if text) or str(self.status)


class BusyError(OneMapError):
    """The platform asks not to be asked again for longer than anybody waits: the run ends, and so does every run that
    begins before then (see busy.py)."""

    retryable = True

    def __init__(self, status: int, answer: str, seconds: float) -> None:
        self.status, self.answer, self.seconds = status, answer, seconds
        super().__init__("sync_busy", status=status, answer=answer, minutes=ceil(seconds / 60))


class MovedError(PlatformError):
    """The address of a collection leads nowhere: nothing can be said of the items behind it."""


class UnreachableError(OneMapError):
    """No usable answer: line, name, certificate, proxy, timeout, or a reply cut short."""

    retryable = True

    def __init__(self, url: str, error: object) -> None:
        super().__init__("sync_unreachable", url=url, error=error)


class ForeignHostError(OneMapError):
    """An address leads to a host that the user did not name; nothing was sent there."""

    def __init__(self, url: str, platform: str) -> None:
        self.url = url
        super().__init__("sync_foreign_host", url=url[:200], platform=platform)


class LoginError(OneMapError):
    """The platform does not know us (401) and no new token could be had."""

    def __init__(self, answer: str = "") -> None:
        super().__init__("sync_login", answer=answer)


class ContractError(OneMapError):
    """The platform answers, but not as the contract says."""


class BagError(OneMapError):
    """A courier bag that is not taken in."""


def _brief(value: Any) -> str:
    """A value of a problem document as a person may read it."""
    if value is None or isinstance(value, (dict, list)):
        return ""
    return str(value)[:500] if not isinstance(value, int) or value.bit_length() < 400 else "…"
