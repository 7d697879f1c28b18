"""A dry run: what a sync would send, fetch, remove and stop at. Reads only; nothing is written here or there."""

from collections import Counter
from dataclasses import dataclass, field

from ..store.outbox import WAITING
from ..store.pulled import COLLECTIONS, Position
from ..store.workspace import Workspace
from . import discovery
from .errors import ContractError, PlatformError
from .feed import Change, Feed
from .files import files_of
from .identity import identity_of
from .intake import Intake
from .report import Report
from .transport import Transport
from .wire import checked_integer

_MOST_PAGES = 200  # of the feed; behind that the numbers are a lower bound, which is reported


@dataclass
class Preview:
    """`to_send`: {(collection, operation): records}; `files`, `file_bytes`: of their attachments; `to_fetch`,
    `to_remove`: {collection: items}; `in_conflict`: (collection, item) edited on both sides; `everything`: all of the
    platform would be loaded or compared, `to_fetch` is then what it holds; `more`: the feed goes on behind what was
    read."""

    to_send: Counter[tuple[str, str]] = field(default_factory=Counter)
    files: int = 0
    file_bytes: int = 0
    to_fetch: Counter[str] = field(default_factory=Counter)
    to_remove: Counter[str] = field(default_factory=Counter)
    in_conflict: list[tuple[str, str]] = field(default_factory=list)
    everything: bool = False
    more: bool = False


def preview(workspace: Workspace, transport: Transport) -> Preview:
    """Look at the outbox here and at the feed there."""
    found = Preview()
    _outgoing(workspace, found)
    platform = identity_of(workspace, transport.base_url)
    intake = Intake(workspace, "", Report())
    position = intake.pulled.position(platform)
    if position is None or workspace.outbox.platform != platform or not _follow(transport, intake, position, found):
        found.everything = True
        found.to_fetch, found.to_remove = Counter(_totals(transport, intake)), Counter()
    return found


def _outgoing(workspace: Workspace, found: Preview) -> None:
    files = {}
    for entry in workspace.outbox.entries(WAITING):
        found.to_send[entry.collection, entry.op.value] += 1
        files.update({one.sha256: one.bytes for one in files_of(entry.collection, entry.item, entry.body)})
    files.update({one.sha256: one.bytes for one in workspace.uploads.open()})
    found.files, found.file_bytes = len(files), sum(files.values())


def _follow(transport: Transport, intake: Intake, position: Position, found: Preview) -> bool:
    """Read the feed behind the position; False where it cannot be followed from there."""
    latest: dict[tuple[str, str], Change] = {}
    cursor, names, checked = position.cursor if position.previous is None else position.previous, intake.names(), False
    for _ in range(_MOST_PAGES):
        page = Feed(transport).page(cursor)
        shown = position.previous is None or not position.last or any(r.cursor == position.cursor for r in page.rows)
        if page.epoch != position.epoch or not (checked or shown):
            return False
        checked = True
        latest.update({(row.collection, row.item): row for row in page.rows if row.collection in names})
        if not page.more:
            break
        cursor = page.rows[-1].cursor
    else:
        found.more = True
    for (collection, item), row in latest.items():
        known = intake.pulled.known_one(collection, item)
        if row.op == "D":
            found.to_remove[collection] += known is not None
        elif not intake.has(known, row.version):
            found.to_fetch[collection] += 1
            if collection not in COLLECTIONS and known is not None and known.version < row.version:
                if intake.unsent(collection, item) or intake.waits(collection, item):
                    found.in_conflict.append((collection, item))
    found.to_remove = +found.to_remove
    return True


def _totals(transport: Transport, intake: Intake) -> dict[str, int]:
    """How many items the platform has, where it says so; 0 where it does not."""
    found = {}
    for collection in sorted(intake.names() & set(discovery.collections(transport))):
        try:
            page, _ = transport.get_json(transport.items(collection), {"limit": 1})
            found[collection] = checked_integer(page.get("numberMatched", 0), collection)
        except (PlatformError, ContractError):
            found[collection] = 0
    return found
