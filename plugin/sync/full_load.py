"""Everything of a platform anew: the first load, and the comparison with a platform that is not what it was."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Optional

from ..core.errors import Cancelled, OneMapError
from ..store.missing import Reason
from ..store.pulled import COLLECTIONS, Known, Position
from ..store.workspace import Workspace
from . import discovery, first_load
from .broken_load import BrokenLoad, keep, kept, unmoved
from .errors import ContractError, ForeignHostError, PlatformError
from .feed import Feed
from .intake import Intake
from .listing import Listing
from .meter import Meter
from .reader import ItemReader
from .removals import Removals, limits
from .transport import Transport
from .wire import JsonObject, RemoteItem

_LISTINGS = 3  # of a collection that changes while it is listed


class FullLoad:
    """Lists whole collections into one workspace."""

    def __init__(
        self, workspace: Workspace, transport: Transport, platform: str, intake: Intake, removals: Removals
    ) -> None:
        self._ws, self._http, self._platform = workspace, transport, platform
        self._intake, self._removals = intake, removals
        self._load_state: Optional[BrokenLoad] = None  # of a first load

    def with_progress(self, progress: Meter) -> "FullLoad":
        """The same, with a Meter that hears how it goes on."""
        self._progress = progress
        self._reader = ItemReader(self._ws, self._http, self._intake, progress)
        return self

    def everything(self, position: Optional[Position], expired: bool) -> None:
        """Load everything. `expired`: the feed only forgot our cursor, the platform is the same. The feed's end is
        noted first: what changes meanwhile is reported again behind it."""
        feed = Feed(self._http)
        end = feed.end()
        same = position is not None and expired and end.epoch == position.epoch
        self._intake.compare = not same
        self._ws.outbox.use(self._platform, end.epoch)
        self._load_state = unmoved(kept(self._ws, self._platform, end), feed) if position is None else None
        end = end if self._load_state is None else self._load_state.end
        offered = discovery.collections(self._http)
        if "changes" not in offered:
            raise ContractError("sync_no_feed")
        names = sorted(self._intake.names() & set(offered))
        for collection in names:
            if self._load_state is None or collection not in self._load_state.done:
                self._load(collection, offered[collection], same, position is not None)
            if self._load_state is not None and collection not in self._load_state.done:
                self._load_state = self._load_state.finished(collection)
        with self._ws.transaction():
            self._intake.pulled.set_position(self._platform, replace(end, collections=tuple(names)))
            self._forget()
        self._intake.compare = False

    def _heard(self, listing: Listing, at: Optional[str]) -> Iterator[list[RemoteItem]]:
        """The pages of a listing. Where one does not come, those before it are taken in by then."""
        pages = self._reader.pages(listing, at)
        while True:
            try:
                items = next(pages, None)
            except OneMapError as error:
                self._note_break(listing, error)
                raise
            if items is None:
                return
            yield items

    def _forget(self) -> None:
        """Nothing of a first load is to be gone on with."""
        if self._load_state is not None:
            keep(self._ws, self._platform, None)
            self._load_state = None

    def _note_break(self, listing: Listing, error: OneMapError) -> None:
        """What came in of a first load is taken in; the next run goes on behind it. An address that the platform does
        not take any more begins anew."""
        if self._load_state is not None:
            begun = self._load_state.broke(listing.collection, listing.at)
            is_usable = (error.retryable or isinstance(error, Cancelled)) and bool(begun.done or begun.at)
            with suppress(OneMapError):  # a full disk
                keep(self._ws, self._platform, begun if is_usable else None)

    def wanted(self) -> None:
        """Collections that were not wanted, or not known here, when everything was loaded."""
        position = self._intake.pulled.position(self._platform)
        lacking = self._intake.names() - set(position.collections) if position else set()
        if not lacking or position is None:
            return
        offered = discovery.collections(self._http)
        for collection in sorted(lacking & set(offered)):
            self._load(collection, offered[collection], False, False)
        with self._ws.transaction():
            names = tuple(sorted({*position.collections, *lacking}))
            self._intake.pulled.set_position(self._platform, replace(position, collections=names))

    def _load(self, collection: str, described: JsonObject, evidence: bool, known_before: bool) -> None:
        """List a collection and take it in. `evidence`: the platform and its feed are the same as before, so that a
        complete listing proves a deletion; `known_before`: the platform had acknowledged what is here."""
        known = self._intake.pulled.known(collection)
        seen, proven = self._load_file(described) if collection == "control_line" else (None, False)
        if seen is None:
            listing = self._listed(collection, described)
            if listing.incomplete:
                raise ContractError(
                    "sync_listing_short", collection=collection, seen=len(listing.seen), matched=listing.matched
                )
            seen, proven = listing.seen, listing.proven
        evidence = evidence or (known_before and collection in limits().unlimited)  # results that are renewed anyway
        self._settle_absent(collection, known, seen, evidence and proven, known_before)

    def _listed(self, collection: str, described: JsonObject) -> Listing:
        """A collection listed and taken in; anew where it changed between its pages, for a platform that counts rows
        instead of going on behind the last one shows some of them on neither page then."""
        at = self._load_state.start_of(collection) if self._load_state is not None else None
        seen = set(self._intake.pulled.known(collection)) if at else set()  # what came in before it broke off
        for _ in range(_LISTINGS):
            listing = Listing(self._http, collection, described)
            for items in self._heard(listing, at):
                self._reader.apply_in_steps(items)
                self._reader.install(items)
            seen, at = seen | listing.seen, None
            if not listing.moved:
                break
        listing.seen = seen
        return listing

    def _settle_absent(
        self, collection: str, known: dict[str, Known], seen: set[str], evidence: bool, known_before: bool
    ) -> None:
        gone = [item for item in known if item not in seen]
        if not gone:
            return
        epoch = self._ws.outbox.epoch
        proved = [
            item for item in gone if evidence and known[item].epoch in ("", epoch) and self._is_gone(collection, item)
        ]
        lost = Reason.LOST if known_before and collection not in COLLECTIONS else Reason.ABSENT
        with self._ws.transaction():
            self._removals.deleted(collection, proved)
            self._removals.absent(collection, [item for item in gone if item not in set(proved)], lost)

    def _is_gone(self, collection: str, item: str) -> bool:
        """The platform itself says that it has no such item."""
        try:
            return self._reader.fetch(collection, item) is None
        except ContractError:
            return False

    def _load_file(self, described: JsonObject) -> tuple[Optional[set[str]], bool]:
        """(ids of the control lines in our county's file, whether they are all there are), taken in; None when the
        platform has no such file."""
        link = self._enclosure(described)
        if link is None:
            return None, False
        try:
            address, progress = self._http.url(link["href"]), self._progress
            loader = first_load.FirstLoad(self._http, self._ws, self._intake.pulled, self._intake.compare)
            seen = loader.load(address, link, progress.in_bytes, progress)
        except (PlatformError, ContractError, ForeignHostError) as error:
            if error.retryable:
                raise
            self._intake.report.log(str(error))
            return None, False
        self._intake.report.counts["changed"] += len(seen)
        return seen, loader.checked

    def _enclosure(self, listed: JsonObject) -> Optional[JsonObject]:
        """The link of our county's file; the list of collections may leave it to the collection's own description."""
        for described in (listed, discovery.described(self._http, "control_line", listed)):
            link = discovery.enclosure(described, self._ws.county)
            if link:
                return link
        return None
