"""What changed at the platform comes in: the feed behind a cursor, rows and cursor in one transaction. A first load
where there is none, and a comparison of everything where the platform is not the one it was.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Optional, Union

from ..core import messages
from ..store.missing import Reason
from ..store.pulled import Known, Position
from ..store.workspace import Workspace
from .errors import ContractError, PlatformError
from .feed import PAGE, Change, Feed
from .full_load import FullLoad
from .identity import identity_of
from .intake import Intake
from .listing import Listing
from .meter import Meter
from .options import RunOptions
from .reader import ItemReader
from .removals import Removals
from .report import Report
from .transport import Transport
from .wire import RemoteItem, has_version

_MANY = 50  # items of one version from which on pages are asked for
_WORTH_IT = 0.2  # share of a page that must be new for the next one to be asked for
_ASK_MOST = 200  # acknowledged or unreadable records that one pull asks for one by one


class FeedState(Enum):
    """What following the feed came to."""

    FOLLOWED = 1
    EXPIRED = 2  # the cursor is too old; the platform is the same
    RESTARTED = 3  # another epoch, or a feed that does not hold what it held: the platform was restored or replaced


class Puller:
    """Pulls into one workspace from the platform behind a Transport."""

    def __init__(
        self,
        workspace: Workspace,
        transport: Transport,
        actor: str,
        report: Optional[Report] = None,
        options: Optional[RunOptions] = None,
    ) -> None:
        options = options or RunOptions()
        self.report = report or Report()
        self._ws, self._http, self._progress = workspace, transport, Meter.of(options.progress)
        self._feed, self._workers = Feed(transport), options.workers
        self._intake = Intake(workspace, actor, self.report, options.only)
        self._removals = Removals(workspace, actor, self.report, self._intake)
        self._reader = ItemReader(workspace, transport, self._intake, self._progress)
        self._platform = identity_of(workspace, transport.base_url)
        self._full = FullLoad(workspace, transport, self._platform, self._intake, self._removals).with_progress(
            self._progress
        )

    @property
    def counts(self) -> "Counter[str]":
        """Counter(changed, deleted, conflict, merged, behind, unreadable)."""
        return self.report.counts

    def fetch(self, collection: str, item: str) -> Optional[RemoteItem]:
        """One item as the platform has it now; None where it has none."""
        return self._reader.fetch(collection, item)

    def run(self) -> "Counter[str]":
        """Pull everything new. Idle: one request."""
        position = self._intake.pulled.position(self._platform)
        self._ws.outbox.use(self._platform, position.epoch if position else "")
        acknowledged = self._acknowledged() if position else []
        state = self._follow(position) if position else FeedState.RESTARTED
        if state is not FeedState.FOLLOWED:
            if position:
                self.report.log(messages.text("sync_reset" if state is FeedState.EXPIRED else "sync_restored"))
            self._full.everything(position, state is FeedState.EXPIRED)
        elif position and position.collections:
            self._full.wanted()
        self._ask_again(acknowledged)
        self._removals.apply()
        self._look_at_numbers()
        return self.counts

    def _look_at_numbers(self) -> None:
        """A number stands for one record: what the platform gave twice is said, and kept as it gave it."""
        doubled = [number for form in self._ws.editions.ids() for number in self._ws.doubled_numbers(form)]
        if self.counts["changed"] and doubled:
            self.report.doubled = len(doubled)
            self.report.log(messages.text("sync_numbers_doubled", numbers=", ".join(doubled[:5])))

    # the feed

    def _follow(self, position: Position) -> FeedState:
        """Take in the feed to its end. It is read from the last known row on: a feed that does not show that row
        again was restored, and its cursors mean nothing."""
        if position.previous is None and isinstance(position.cursor, int) and position.cursor:
            position = replace(position, previous=position.cursor - 1)
        cursor, checked = (position.cursor if position.previous is None else position.previous), False
        with ThreadPoolExecutor(self._workers) as pool:
            while True:
                page = self._feed.page(cursor)
                if page.epoch is None:
                    return FeedState.EXPIRED
                if page.epoch != position.epoch:
                    return FeedState.RESTARTED
                rows = list(page.rows)
                if not checked and position.previous is not None and not _shows(rows, position):
                    return FeedState.RESTARTED
                fresh = [row for row in rows if checked or row.cursor != position.cursor]
                checked = True
                if fresh:
                    self._take_page(pool, fresh, self._behind(position, rows, cursor))
                if not page.more:
                    return FeedState.FOLLOWED
                cursor = rows[-1].cursor

    @staticmethod
    def _behind(position: Position, rows: list[Change], cursor: Any) -> Position:
        """The position behind a page that was asked for with `cursor`."""
        previous = rows[-2].cursor if len(rows) > 1 else cursor
        return replace(position, cursor=rows[-1].cursor, previous=previous, last=rows[-1].said())

    def _take_page(self, pool: ThreadPoolExecutor, rows: list[Change], behind: Position) -> None:
        names = self._intake.names()
        latest = {(row.collection, row.item): row for row in rows if row.collection in names}
        again = self._made_again(rows, latest)
        versions = Counter((row.collection, row.version) for row in self._wanted(latest, again))
        for (collection, version), count in versions.items():
            if count >= _MANY:
                self._apply_bulk(collection, version)
        found = list(pool.map(self._fetched, self._wanted(latest, again)))
        items = [item for item in found if isinstance(item, RemoteItem)]
        with self._ws.transaction():
            self._intake.take([item for item in items if (item.collection, item.id) not in again])
            self._intake.take([item for item in items if (item.collection, item.id) in again], force=True)
            for wrong in found:
                if isinstance(wrong, _Unreadable):
                    self._intake.unreadable(wrong.collection, wrong.item, wrong.error)
            for (collection, item), row in latest.items():
                if row.op == "D":
                    self._removals.deleted(collection, [item])
            self._intake.pulled.set_position(self._platform, behind)
        self._reader.install(items)

    def _fetched(self, row: Change) -> "Union[RemoteItem, _Unreadable, None]":
        try:
            return self._reader.fetch(row.collection, row.item)
        except ContractError as error:
            return _Unreadable(row.collection, row.item, error)

    def _made_again(self, rows: list[Change], latest: dict[tuple[str, str], Change]) -> set[tuple[str, str]]:
        """What was deleted and is there again under the same id: not every platform goes on counting its versions."""
        deleted = {(row.collection, row.item) for row in rows if row.op == "D"} | self._intake.made_again()
        return {name for name in deleted if name in latest and latest[name].op != "D"}

    def _wanted(self, latest: dict[tuple[str, str], Change], again: set[tuple[str, str]]) -> list[Change]:
        """What the feed reports and is not here yet."""
        known = self._intake.pulled.known_one
        return [
            row
            for name, row in latest.items()
            if row.op != "D" and (name in again or not self._intake.has(known(*name), row.version))
        ]

    def _apply_bulk(self, collection: str, version: int) -> None:
        """Many items that have reached the same version: taken in by the page, as long as the pages bring what
        is new.
        """
        known = self._intake.pulled.known(collection)
        try:
            for features in Listing(self._http, collection, version=version).pages():
                if not features or not has_version(features[0]):
                    return
                items = [
                    i
                    for i in self._reader.of_page(collection, features)
                    if not self._intake.has(known.get(i.id), i.version)
                ]
                with self._ws.transaction():
                    self._intake.take(items)
                self._reader.install(items)
                if len(items) < _WORTH_IT * len(features):
                    return
        except (PlatformError, ContractError) as error:  # one that cannot be asked so is asked for one item at a time
            if error.retryable:
                raise

    # records that were asked for one by one

    def _acknowledged(self) -> list[tuple[str, str]]:
        """Records that the platform acknowledged and whose feed row was not read yet: this pull must bring it."""
        found = []
        for form in self._ws.editions.ids():
            known = self._intake.pulled.known(form)
            found += [(form, item) for item, reported in known.items() if not reported.complete]
        return found[:_ASK_MOST]

    def _ask_again(self, acknowledged: list[tuple[str, str]]) -> None:
        """Ask for what the feed should have brought and did not, and for what could not be read before."""
        known = self._intake.pulled.known_one
        marked = {(one.collection, one.item) for one in self._ws.missing.items()} if acknowledged else set()
        silent = [x for x in acknowledged if x not in marked and not (known(*x) or Known(0)).complete]
        silent += [(i.collection, i.item) for i in self._ws.missing.items(reason=Reason.UNREADABLE)[:_ASK_MOST]]
        for collection, item in dict.fromkeys(silent):
            if self._ws.outbox.entries(None, item, collection):
                continue
            try:
                found = self._reader.fetch(collection, item)
            except ContractError:
                continue  # it is listed already
            with self._ws.transaction():
                self._ws.missing.clear(collection, [item])
                if found is not None:
                    self._intake.take([found])
                elif known(collection, item) is not None:
                    self._removals.absent(collection, [item], Reason.LOST)


@dataclass(frozen=True)
class _Unreadable:
    """An item whose answer cannot be used."""

    collection: str
    item: str
    error: ContractError


def _shows(rows: list[Change], position: Position) -> bool:
    """Whether the feed still holds the row that was read last, saying the same."""
    if not position.last and position.cursor in (0, "0"):  # the feed was empty
        return True
    return any(row.cursor == position.cursor and position.last in ((), row.said()) for row in rows[:PAGE])
