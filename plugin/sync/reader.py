"""Items as the platform hands them out, read and taken in page by page."""

from collections.abc import Iterable, Iterator
from typing import Optional

from ..core.errors import OneMapError
from ..store.pulled import COLLECTIONS
from ..store.workspace import Workspace
from .errors import ContractError, PlatformError
from .form_editions import install_forms
from .intake import Intake
from .listing import Listing, ahead
from .meter import Meter
from .transport import Transport
from .wire import Feature, RemoteItem, feature_of, geometries_of, has_version, remote_item

_STEP = 2000  # records written in one act while a page is taken in


class ItemReader:
    """Reads items of one platform for the Intake of one workspace."""

    def __init__(self, workspace: Workspace, transport: Transport, intake: Intake, progress: Meter) -> None:
        self._ws, self._http, self._intake, self._progress = workspace, transport, intake, progress

    def fetch(self, collection: str, item: str) -> Optional[RemoteItem]:
        """The item as it is now; None when it has gone since (the feed will say so)."""
        try:
            body, headers = self._http.get_json(self._http.items(collection, item))
        except PlatformError as error:
            if error.status in (404, 410):
                return None
            raise
        feature = feature_of(body, collection)
        if feature.id != item:
            raise ContractError("sync_contract", what=f"{collection}: id")
        return remote_item(collection, feature, headers.get("ETag"), 0 if collection in COLLECTIONS else None)

    def of_page(self, collection: str, features: list[Feature]) -> list[RemoteItem]:
        """RemoteItems of a page; a record that reports no version is asked for by itself: then its ETag does. One
        that cannot be read is noted and left out."""
        return list(self._readable(collection, features))

    def pages(self, listing: Listing, at: Optional[str] = None) -> Iterator[list[RemoteItem]]:
        """As `of_page`, of every page of a listing from the one `at` on: what is not here yet. The next page is made
        ready in another thread while one is written down."""
        known, has = self._intake.pulled.known(listing.collection), self._intake.has
        form = None if listing.collection in COLLECTIONS else self._ws.form(listing.collection)

        def ready(features: list[Feature]) -> list[RemoteItem]:
            items = [i for i in self.of_page(listing.collection, features) if not has(known.get(i.id), i.version)]
            if form is not None:
                self._intake.make_ready(form, items)
            return items

        return _gathered(ahead(map(ready, listing.pages(at))))

    def _readable(self, collection: str, features: list[Feature]) -> Iterator[RemoteItem]:
        shapes = geometries_of(features) or [None] * len(features)
        for feature, shape in zip(features, shapes):
            try:
                if collection in COLLECTIONS:
                    yield remote_item(collection, feature, unversioned=0, geometry=shape)
                elif has_version(feature):
                    yield remote_item(collection, feature, geometry=shape)
                else:
                    item = self.fetch(collection, feature.id)
                    yield from () if item is None else (item,)
            except ContractError as error:
                with self._ws.transaction():
                    self._intake.unreadable(collection, feature.id, error)

    def apply_in_steps(self, items: list[RemoteItem]) -> None:
        """Take in a page by steps, each an act of its own: a window that reads meanwhile waits for one step,
        not for the page.
        """
        for start in range(0, len(items), _STEP):
            with self._ws.transaction():
                self._intake.take(items[start : start + _STEP])

    def install(self, items: Iterable[RemoteItem]) -> None:
        install_forms(self._ws.editions, items, self._intake.report.log)
        self._progress(self._intake.report.counts["changed"], 0)


def _gathered(pages: Iterator[list[RemoteItem]]) -> Iterator[list[RemoteItem]]:
    """Pages put together to steps, so that the disk is waited for less often; what came before an error comes too."""
    waiting: list[RemoteItem] = []
    try:
        for items in pages:
            waiting += items
            if len(waiting) >= _STEP:
                yield waiting
                waiting = []
    except OneMapError:
        yield waiting
        raise
    yield waiting
