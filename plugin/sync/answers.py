"""What an answer says when it is no success, and where an address leads."""

import email.utils
import html
import re
from collections.abc import Mapping
from typing import Any, Optional, Union
from urllib.parse import urlsplit

import requests

from ..core import messages
from .errors import BusyError, ContractError, PlatformError
from .wire import parse_object

_WRAPPING = re.compile(r"^<?[\w.]*Connection\w*(\([^)]*\)| object at \w+)>?: (Failed to establish a new connection: )?")
_WAITED_FOR = 300.0  # seconds: nobody sits before a window for longer
_CERTIFICATES = {  # as OpenSSL says it
    "certificate has expired": "sync_certificate_expired",
    "certificate is not yet valid": "sync_certificate_early",
}
_PORTS = {"http": 80, "https": 443}


def origin(url: str) -> tuple[str, str]:
    """(scheme, host:port) of an address, the usual port left out; ("", "") for what is no address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "", ""
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    return parts.scheme.lower(), host if port in (None, _PORTS.get(parts.scheme)) else f"{host}:{port}"


def reason_of(error: BaseException) -> str:
    """The innermost words of a chain of errors: what went wrong, without the wrapping."""
    cause = getattr(error, "args", [error])[0] if getattr(error, "args", None) else error
    for text, code in _CERTIFICATES.items():
        if text in str(error):
            return messages.text(code)
    return _WRAPPING.sub("", str(getattr(cause, "reason", None) or cause))


def refusal_of(answer: requests.Response) -> Union[PlatformError, BusyError]:
    """The platform's problem document; of a page for people (a gateway's, mostly) its title. One that asks for a long
    time is no matter of this request alone."""
    problem: Any
    try:
        problem = parse_object(answer.content[:1_000_000] or b"{}", answer.url)
    except ContractError:
        found = re.search(r"<title[^>]*>([^<]{1,200})", answer.text[:10_000], re.IGNORECASE)
        problem = {"title": html.unescape(found[1]).strip() if found else answer.reason or ""}
    refused = PlatformError(answer.status_code, problem, _retry_after(answer.headers))
    if refused.retryable and (refused.retry_after or 0) > _WAITED_FOR:
        return BusyError(refused.status, refused.server_text, refused.retry_after or 0)
    return refused


def _retry_after(headers: Mapping[str, str]) -> Optional[float]:
    """Seconds of Retry-After; a date counts from the server's own Date, our clock is not trusted."""
    text = headers.get("Retry-After", "").strip()
    if text.isdecimal():
        return float(text[:9])
    try:
        until, now = (email.utils.parsedate_to_datetime(t) for t in (text, headers.get("Date", "")))
        return max(0.0, (until - now).total_seconds())
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
