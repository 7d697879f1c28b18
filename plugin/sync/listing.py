"""A collection listed from its first page to its last, and what that listing proves.

A listing is proof of what it does not show only when the platform said how many items there are, as many were seen,
the last page was marked as the last one, and the collection's own count, where it has one, agrees.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Optional, TypeVar
from urllib.parse import urljoin

from .errors import ContractError
from .feed import PAGE
from .transport import Transport
from .wire import Feature, JsonObject, checked_integer, features_of, next_link

_MAX_PAGES = 1_000_000
_T = TypeVar("_T")
_Page = tuple[JsonObject, Mapping[str, str], str]


class Listing:
    """Pages of one collection; `proven` and `seen` are good after the last page. `equal`: property = value."""

    def __init__(self, transport: Transport, collection: str, described: Optional[JsonObject] = None, **equal: Any):
        self._http, self.collection, self._equal = transport, collection, equal
        self._own_count = _count(described or {}, "itemCount", collection)
        self.seen: set[str] = set()
        self.matched: Optional[int] = None
        self.moved = False  # whether the platform counted otherwise on a later page: rows may have slipped through
        self._ended = False
        self.at: Optional[str] = None  # address of the page that is waited for; None for the first

    def pages(self, at: Optional[str] = None) -> Iterator[list[Feature]]:
        """Yield the features of page after page, following `next`, from the page `at` on; the next page is on its way
        meanwhile."""
        with ThreadPoolExecutor(1) as pool:
            start, self.at = at or self._http.items(self.collection), at
            asked = None if at else {"limit": PAGE, **self._equal}
            coming: Optional[Future[_Page]] = pool.submit(self._http.get_page, start, asked)
            visited = {start}
            while coming is not None:
                page, _, address = coming.result()
                features = features_of(page, self.collection)
                following = self._following(page, address, features, visited)
                coming = pool.submit(self._http.get_page, following) if following else None
                yield features
                self.at = following

    def _following(self, page: JsonObject, address: str, features: list[Feature], visited: set[str]) -> Optional[str]:
        """Address of the page behind this one; ContractError where the pages go in a circle."""
        former, self.matched = self.matched, _count(page, "numberMatched", self.collection, self.matched)
        self.moved |= former is not None and former != self.matched
        fresh = {one.id for one in features} - self.seen
        self.seen |= fresh
        href = next_link(page)
        following = urljoin(address, href) if href else None
        self._ended = following is None and isinstance(page.get("links"), list)
        if following is not None:
            if following in visited or (features and not fresh) or len(visited) > _MAX_PAGES:
                raise ContractError("sync_listing_loop", collection=self.collection)
            visited.add(following)
        return following

    @property
    def incomplete(self) -> bool:
        """Whether the platform itself said that there is more than it showed."""
        return self.matched is not None and len(self.seen) < self.matched

    @property
    def proven(self) -> bool:
        """Whether what was not seen is not there."""
        counted = self.matched is not None and len(self.seen) == self.matched and not self.moved
        return counted and self._ended and self._own_count in (None, self.matched)


def ahead(source: Iterator[_T]) -> Iterator[_T]:
    """The same, the next one being made in another thread meanwhile; nothing of it may be None."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, source, None)
        while (found := coming.result()) is not None:
            coming = pool.submit(next, source, None)
            yield found


def _count(document: JsonObject, name: str, where: str, otherwise: Optional[int] = None) -> Optional[int]:
    value = document.get(name)
    return otherwise if value is None else checked_integer(value, f"{where}: {name}")
