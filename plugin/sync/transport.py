"""One HTTP conversation with a platform: tokens, retries with jittered backoff, Retry-After, whole answers
only, cancel.
"""

import email.utils
import html
import random
import re
import threading
import time
from urllib.parse import urljoin, urlsplit, urlunsplit

import requests

from ..core.errors import Cancelled, InputError
from .errors import ContractError, LoginError, PlatformError, UnreachableError

_PAUSE_CAP = 30.0
_RETRY_AFTER_CAP = 300.0


class Transport:
    """`base_url`: landing page; `session`: a requests.Session with proxy, CA and user agent set; `timeout`: (connect,
    read) in seconds.

    `attempts`: tries of one request; `pause`: first pause in seconds, doubled each time; `cancelled()`: asked while
    waiting; `places`: addresses that the platform's links name, see discovery.places.
    `bytes_in`, `bytes_out` and `requests` count what went over the line.
    """

    def __init__(self, base_url, credentials, session=None, timeout=(10, 60), attempts=5, pause=0.5, cancelled=None):
        self.base_url = base_url.strip().rstrip("/")
        if "@" in urlsplit(self.base_url).netloc:  # it would be kept in the workspace and told in every message
            raise InputError("sync_address_login")
        self.credentials, self.session = credentials, _settled(session or requests.Session(), self.base_url)
        self.timeout, self.attempts, self.pause = timeout, attempts, pause
        self.cancelled = cancelled or (lambda: False)
        self.bytes_in = self.bytes_out = self.requests = 0
        self._renewing, self._names, self.places = threading.Lock(), None, {}

    def cut(self):
        """End the requests under way, from any thread; whoever stops a run does it after `cancelled` says so."""
        for adapter in set(self.session.adapters.values()):
            if hasattr(adapter, "cut"):
                adapter.cut()

    def url(self, path):
        """Address of a path below the landing page, or of a link as it stands."""
        return urljoin(self.base_url + "/", path)

    def place(self, rel, path):
        """Address that the landing page names for a relation, else of the standard's own path."""
        return self.places.get(rel) or self.url(path)

    def items(self, collection, item=None):
        """Address of a collection's items, or of one."""
        named = self.places.get("items", {}).get(collection) or self.url(f"collections/{collection}/items")
        return named if item is None else named.partition("?")[0].rstrip("/") + f"/{item}"

    def get_json(self, path, params=None, headers=None):
        """(parsed body, headers) of a GET; a reply cut short is asked for again."""
        return self.get_page(path, params, headers)[:2]

    def get_page(self, path, params=None, headers=None):
        """(parsed body, headers, address that relative links count from).

        ContractError where the answer is no JSON object.
        """
        answer = self.send(
            "GET", path, headers={"Accept": "application/geo+json, application/json", **(headers or {})}, params=params
        )
        try:
            body = answer.json()
        except ValueError as error:
            raise ContractError(
                "sync_contract", what=f"{answer.url}: {answer.headers.get('Content-Type', '')}"
            ) from error
        if not isinstance(body, dict):
            raise ContractError("sync_contract", what=f"{answer.url}: {type(body).__name__}")
        return body, answer.headers, answer.url

    def send(self, method, path, headers=None, data=None, params=None, stream=False, attempts=None):
        """Send until there is a final answer and return it (2xx, 304).

        Raises PlatformError for a final refusal, UnreachableError when no try got through, LoginError, Cancelled.
        """
        url, renewed, error = self._ours(self.url(path)), False, None
        for attempt in range(attempts or self.attempts):
            if attempt:
                self._wait(attempt, error)
            try:
                token = self._identity(url)
                return self._once(method, url, {**token, **(headers or {})}, data, params, stream)
            except PlatformError as refused:
                if refused.status == 401 and not renewed:
                    renewed = self._renew(token, refused)
                elif not refused.retryable:
                    raise
                error = refused
            except UnreachableError as unreachable:
                error = unreachable
        raise error

    def _ours(self, url):
        """Behind a gateway a platform's links may carry its inner name: where its landing page does so too, the
        outer one is used.
        """
        if _origin(url) == _origin(self.base_url):
            return url
        if self._names is None:
            self._names = set()  # first: the landing page itself is asked for by this very method
            links = self.get_json("")[0].get("links") or ()
            self._names = {
                _origin(str(link.get("href", "")))
                for link in links
                if link.get("rel") in ("self", "data", "conformance")
            }
        if _origin(url) not in self._names:
            return url
        return urlunsplit((*_origin(self.base_url), *urlsplit(url)[2:]))

    def _identity(self, url):
        """Our token goes to the platform only, not wherever a link may lead."""
        return self.credentials.headers() if _origin(url) == _origin(self.base_url) else {}

    def _renew(self, token, refused):
        with self._renewing:  # several requests may learn at once that the token is over: one of them renews
            if self.credentials.headers() == token and not self.credentials.renew():
                raise LoginError(refused.words)
        return True

    def _once(self, method, url, headers, data, params, stream):
        if self.cancelled():
            raise Cancelled()
        self.requests += 1
        self.bytes_out += len(data) if isinstance(data, (bytes, str)) else 0
        try:
            answer = self.session.request(
                method,
                url,
                headers=headers,
                data=data,
                params=params,
                stream=stream,
                timeout=self.timeout,
                allow_redirects=method in ("GET", "HEAD"),
            )
            if not stream:
                self._check_whole(method, answer)
        except (requests.RequestException, OSError) as error:
            raise UnreachableError(url, _reason(error)) from error
        if answer.status_code >= 400:
            raise _refusal(answer)
        return self._follow(answer, method, headers, data, stream)

    def _follow(self, answer, method, headers, data, stream):
        """The answer, or that of the place it sends a write to.

        A portal's page in between is no answer of the platform.
        """
        if answer.status_code in (307, 308):
            onward = urljoin(answer.url, answer.headers.get("Location", ""))
            if _origin(onward) == _origin(answer.url) and onward != answer.url:
                return self._once(method, onward, headers, data, None, stream)
        page = method not in ("GET", "HEAD") and "html" in answer.headers.get("Content-Type", "")
        if page or (answer.status_code >= 300 and answer.status_code != 304):
            raise UnreachableError(
                answer.url, f"HTTP {answer.status_code} {answer.headers.get('Location') or answer.reason}"
            )
        return answer

    def _check_whole(self, method, answer):
        """requests takes a body shorter than announced for whole.

        So does JSON that ends early look like a bad answer.
        """
        self.bytes_in += len(answer.content)
        announced = answer.headers.get("Content-Length", "")
        if (
            method != "HEAD"
            and announced.isdigit()
            and "Content-Encoding" not in answer.headers
            and len(answer.content) < int(announced)
        ):
            raise requests.ConnectionError(f"{len(answer.content)} < {announced} bytes")
        if answer.ok and answer.content and "json" in answer.headers.get("Content-Type", ""):
            try:
                answer.json()
            except ValueError as error:
                raise requests.ConnectionError(str(error)) from error

    def _wait(self, attempt, error):
        if getattr(error, "status", 0) == 401:
            return
        pause = min(_PAUSE_CAP, self.pause * 2 ** (attempt - 1))
        pause = random.uniform(pause / 2, pause)  # noqa: S311 spreads clients in time, guards nothing
        asked = getattr(error, "retry_after", None)
        end = time.monotonic() + max(pause, min(asked or 0, _RETRY_AFTER_CAP))
        while (left := end - time.monotonic()) > 0:
            if self.cancelled():
                raise Cancelled()
            time.sleep(min(left, 0.1))


def _settled(session, url):
    """The session with the environment's proxies and authorities, looked up once.

    A login in ~/.netrc must not take our token's place.
    """
    if session.trust_env:
        found = session.merge_environment_settings(url, {}, None, None, None)
        session.proxies, session.verify, session.trust_env = found["proxies"], found["verify"], False
    return session


def _origin(url):
    return tuple(urlsplit(url)[:2])


def _reason(error):
    """The innermost words of a chain of errors: what went wrong, without the wrapping."""
    cause = getattr(error, "args", [error])[0] if getattr(error, "args", None) else error
    return str(getattr(cause, "reason", None) or cause)


def _refusal(answer):
    """The platform's problem document; of a page for people (a gateway's, mostly) its title."""
    try:
        problem = answer.json() if len(answer.content) < 1_000_000 else {}
    except (ValueError, requests.RequestException):
        found = re.search(r"<title[^>]*>([^<]{1,200})", answer.text[:10_000], re.IGNORECASE)
        problem = {"title": html.unescape(found[1]).strip() if found else answer.reason or ""}
    return PlatformError(answer.status_code, problem if isinstance(problem, dict) else {}, _retry_after(answer.headers))


def _retry_after(headers):
    """Seconds of Retry-After; a date counts from the server's own Date, our clock is not trusted."""
    text = headers.get("Retry-After", "").strip()
    if text.isdigit():
        return float(text)
    try:
        until, now = (email.utils.parsedate_to_datetime(t) for t in (text, headers.get("Date", "")))
        return max(0.0, (until - now).total_seconds())
    except (TypeError, ValueError):
        return None
