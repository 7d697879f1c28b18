"""One HTTP conversation with a platform: tokens, retries with jittered backoff, Retry-After, whole answers
only, cancel.
"""

import json
import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Optional
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

import requests

from ..core.errors import Cancelled, InputError, OneMapError
from .answers import origin, reason_of, refusal_of
from .credentials import Credentials
from .cuttable import paced
from .errors import ContractError, ForeignHostError, LoginError, PlatformError, UnreachableError
from .options import USUAL, Pace, TransportOptions
from .pace import bind, patient
from .wire import JsonObject, ends_early, links_of, parse_object

_PAUSE_CAP = 30.0
_REDIRECTS = 5
_MAX_JSON = 256 << 20  # bytes of one JSON answer; pages are a thousandth of that


@dataclass(frozen=True)
class _Request:
    """One request without its address and the headers that change from try to try."""

    method: str
    data: Optional[bytes] = None
    params: Optional[JsonObject] = None
    stream: bool = False


class Transport:
    """`base_url`: landing page; `session`: a requests.Session with proxy, CA and user agent set; `places`: addresses
    that the platform's links name, see discovery.places; `bytes_in`, `bytes_out` and `requests` count what went over
    the line."""

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        session: Optional[requests.Session] = None,
        options: TransportOptions = USUAL,
    ) -> None:
        self.base_url = base_url.strip().rstrip("/")
        if "@" in urlsplit(self.base_url).netloc:  # it would be kept in the workspace and reported in every message
            raise InputError("sync_address_login")
        self.credentials, self.session = credentials, _settled(session, options.pace, self.base_url)
        self.timeout, self.attempts, self.pause = options.timeout, options.attempts, options.pause
        self.cancelled = options.cancelled or (lambda: False)
        self.bytes_in = self.bytes_out = self.requests = 0
        self._renewing, self.pace = threading.Lock(), options.pace
        self._names: Optional[set[tuple[str, str]]] = None
        self.places: JsonObject = {}
        self.hosts = frozenset(origin(host) for host in options.hosts)

    @property
    def plain(self) -> bool:
        """Whether everything goes over the line unencrypted (http), and not only within this machine."""
        parts = urlsplit(self.base_url)
        return parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "::1", "localhost")

    def cut(self) -> None:
        """End the requests under way, from any thread; whoever stops a run does it after `cancelled` says so."""
        for adapter in set(self.session.adapters.values()):
            if hasattr(adapter, "cut"):
                adapter.cut()

    def url(self, path: str) -> str:
        """Address of a path below the landing page, or of a link as it stands."""
        return urljoin(self.base_url + "/", path)

    def place(self, rel: str, path: str) -> str:
        """Address that the landing page names for a relation, else of the standard's own path."""
        named = self.places.get(rel)
        return named if isinstance(named, str) else self.url(path)

    def items(self, collection: str, item: Optional[str] = None) -> str:
        """Address of a collection's items, or of one."""
        places = self.places.get("items")
        named = places.get(collection) if isinstance(places, dict) else None
        address = named if isinstance(named, str) else self.url(f"collections/{quote(collection, safe='')}/items")
        return address if item is None else address.partition("?")[0].rstrip("/") + f"/{quote(item, safe='')}"

    def names(self, collection: str) -> Optional[frozenset[str]]:
        """Fields of a collection that the platform has names for; None: all, as the contract says."""
        return None

    def get_json(
        self, path: str, params: Optional[JsonObject] = None, headers: Optional[dict[str, str]] = None
    ) -> tuple[JsonObject, Mapping[str, str]]:
        """(parsed body, headers) of a GET; a reply cut short is asked for again."""
        return self.get_page(path, params, headers)[:2]

    def get_page(
        self, path: str, params: Optional[JsonObject] = None, headers: Optional[dict[str, str]] = None
    ) -> tuple[JsonObject, Mapping[str, str], str]:
        """(parsed body, headers, address that relative links count from).

        ContractError where the answer is no JSON object.
        """
        accept = {"Accept": "application/geo+json, application/json", **(headers or {})}
        answer = self.send("GET", path, headers=accept, params=params)
        body = getattr(answer, "parsed_body", None)
        return body if isinstance(body, dict) else parse_object(answer.content, answer.url), answer.headers, answer.url

    def send(
        self,
        method: str,
        path: str,
        headers: Optional[dict[str, str]] = None,
        data: Optional[bytes] = None,
        **options: Any,
    ) -> requests.Response:
        """Send until there is a final answer and return it (2xx, 304).

        `options`: `params` of the query, `stream` for an answer read in pieces, `attempts` other than usual. Raises
        PlatformError for a final refusal, UnreachableError when no try got through, ForeignHostError for an address
        that leads to a host nobody named, LoginError, BusyError, Cancelled.
        """
        url, renewed = self.named(self.url(path)), False
        request = _Request(method, data, options.get("params"), bool(options.get("stream")))
        error: OneMapError = UnreachableError(url, "")
        for attempt in range(options.get("attempts") or self.attempts):
            if attempt:
                self._wait(attempt, error)
            token: dict[str, str] = {}
            try:
                token = self._identity(url)
                return self._ask(url, {**token, **(headers or {})}, request)
            except PlatformError as refused:
                if refused.status == 401 and not renewed:
                    renewed = self._renew(token, refused)
                elif not refused.retryable:
                    raise
                error = refused
            except UnreachableError as unreachable:
                error = unreachable
        raise error

    def named(self, url: str) -> str:
        """Behind a gateway a platform's links may carry its inner name: where its landing page does so too, the
        outer one is used. ForeignHostError for any other host.
        """
        if origin(url) == origin(self.base_url) or origin(url) in self.hosts:
            return url
        if self._names is None:
            self._names = set()  # first: the landing page itself is asked for by this very method
            self._names = {
                origin(link["href"])
                for link in links_of(self.get_json("")[0])
                if link.get("rel") in ("self", "data", "conformance")
            }
        if origin(url) not in self._names:
            raise ForeignHostError(url, self.base_url)
        return urlunsplit((*origin(self.base_url), *urlsplit(url)[2:]))

    def demand_named(self, url: str) -> str:
        """An address that leads to the named host or an allowed one; ForeignHostError for another."""
        if origin(url) != origin(self.base_url) and origin(url) not in self.hosts:
            raise ForeignHostError(url, self.base_url)
        return url

    def _identity(self, url: str) -> dict[str, str]:
        """Our token goes to the platform only, not wherever a link may lead."""
        return self.credentials.headers() if origin(url) == origin(self.base_url) else {}

    def _renew(self, token: dict[str, str], refused: PlatformError) -> bool:
        with self._renewing:  # several requests may learn at once that the token is over: one of them renews
            if self.credentials.headers() == token and not self.credentials.renew():
                raise LoginError(refused.server_text)
        return True

    def _ask(self, url: str, headers: dict[str, str], request: _Request) -> requests.Response:
        """One try, with the redirects it meets. Each of them must lead to a host that was named; a login goes to the
        platform itself only."""
        for _ in range(_REDIRECTS + 1):
            answer = self._once(url, headers, request)
            onward = self._onward(request.method, answer)
            if onward is None:
                return answer
            if origin(onward) != origin(url):
                secret = self.credentials.headers()
                headers = {name: value for name, value in headers.items() if name not in secret}
            url, request = onward, replace(request, params=None)
        raise ContractError("sync_redirects", url=url)

    def _once(self, url: str, headers: dict[str, str], request: _Request) -> requests.Response:
        if self.cancelled():
            raise Cancelled()
        self.requests += 1
        self.bytes_out += len(request.data or b"")
        try:
            answer = self.session.request(
                request.method,
                url,
                headers=headers,
                data=request.data,
                params=request.params,
                stream=True,
                timeout=patient(self.timeout, len(request.data or b"")),
                allow_redirects=False,
            )
            if not request.stream or answer.status_code >= 300:
                self._read_all(request.method, answer)
        except (requests.RequestException, OSError) as error:
            raise UnreachableError(url, reason_of(error)) from error
        except ValueError as error:  # an address or header that no request can be made of
            raise ContractError("sync_contract", what=f"{url[:200]}: {error}") from error
        if answer.status_code >= 400:
            raise refusal_of(answer)
        return answer

    def _onward(self, method: str, answer: requests.Response) -> Optional[str]:
        """Where a redirect leads; None for an answer. A portal's page in between is no answer of the platform."""
        reading = method in ("GET", "HEAD")
        codes = (301, 302, 303, 307, 308) if reading else (307, 308)
        target = answer.headers.get("Location", "")
        if answer.status_code in codes and target:
            onward = urljoin(answer.url, target)
            if onward == answer.url:
                raise ContractError("sync_redirects", url=onward)
            if urlsplit(answer.url).scheme == "https" and urlsplit(onward).scheme != "https":
                raise ForeignHostError(onward, self.base_url)
            return self.demand_named(onward)
        page = not reading and "html" in answer.headers.get("Content-Type", "")
        if page or (answer.status_code >= 300 and answer.status_code != 304):
            raise UnreachableError(answer.url, f"HTTP {answer.status_code} {target or answer.reason}")
        return None

    def _read_all(self, method: str, answer: requests.Response) -> None:
        """Read an answer to its end. requests takes a body shorter than announced for complete, so does JSON that
        ends early look like a bad answer: both are asked for again."""
        blocks, size = [], 0
        bind(answer)
        for block in answer.iter_content(1 << 16):
            size += len(block)
            if size > _MAX_JSON:
                answer.close()
                raise ValueError("too large")
            blocks.append(block)
        answer._content = b"".join(blocks)
        self.bytes_in += size
        announced = answer.headers.get("Content-Length", "")
        packed = "Content-Encoding" in answer.headers
        if method != "HEAD" and announced.isdigit() and not packed and size < int(announced[:15]):
            raise requests.ConnectionError(f"{size} < {announced} bytes")
        if answer.ok and answer.content and "json" in answer.headers.get("Content-Type", ""):
            self._parse(answer)

    @staticmethod
    def _parse(answer: requests.Response) -> None:
        try:
            answer.parsed_body = parse_object(answer.content, answer.url)  # type: ignore[attr-defined]
        except ContractError as error:
            cause = error.__cause__
            if isinstance(cause, json.JSONDecodeError) and ends_early(cause):
                raise requests.ConnectionError(str(error)) from error

    def _wait(self, attempt: int, error: OneMapError) -> None:
        if getattr(error, "status", 0) == 401:
            return
        asked = getattr(error, "retry_after", None) or 0
        pause = min(_PAUSE_CAP, self.pause * 2 ** (attempt - 1))
        pause = random.uniform(pause / 2, pause)  # noqa: S311 spreads clients in time, guards nothing
        end = time.monotonic() + max(pause, asked)
        while (left := end - time.monotonic()) > 0:
            if self.cancelled():
                raise Cancelled()
            time.sleep(min(left, 0.1))


def _settled(given: Optional[requests.Session], pace: Pace, url: str) -> requests.Session:
    """The session with the environment's proxies and authorities, looked up once, and a pace for its answers.

    A login in ~/.netrc must not take our token's place.
    """
    session = paced(given or requests.Session(), pace)
    if session.trust_env:
        found = session.merge_environment_settings(url, {}, None, None, None)
        session.proxies, session.verify, session.trust_env = found["proxies"], found["verify"], False
    return session
