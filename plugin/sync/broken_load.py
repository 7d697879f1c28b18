"""How far a first load came that broke off, so that the next run goes on there instead of at the first page: on a slow
line with outages it would never come to its end.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any, Optional

from ..store.pulled import Position
from ..store.workspace import Workspace
from .feed import Feed

_SETTING = "sync_first_load"


@dataclass(frozen=True)
class BrokenLoad:
    """`end`: of the feed when the load began; `done`: collections that are complete; `collection`, `at`: the one that
    broke off and the address of its next page, "" where it did so on its first."""

    end: Position
    done: tuple[str, ...] = ()
    collection: str = ""
    at: str = ""

    def start_of(self, collection: str) -> Optional[str]:
        """Where a collection is gone on with; None for its beginning."""
        return self.at if self.at and collection == self.collection else None

    def finished(self, collection: str) -> "BrokenLoad":
        """With one more collection complete."""
        return replace(self, done=(*self.done, collection), collection="", at="")

    def broke(self, collection: str, at: Optional[str]) -> "BrokenLoad":
        """Broken off within a collection."""
        return replace(self, collection=collection, at=at or "")


def unmoved(load: BrokenLoad, feed: Feed) -> BrokenLoad:
    """The load as it can be gone on with: where an item was added or taken away meanwhile, pages that count rows begin
    elsewhere, and the collection is listed from its first page."""
    if not load.at:
        return load
    page = feed.page(load.end.cursor)
    shifted = any(row.collection == load.collection and row.op != "U" for row in page.rows)
    return load.broke("", None) if page.epoch is None or page.more or shifted else load


def kept(workspace: Workspace, platform: str, end: Position) -> BrokenLoad:
    """The load that broke off, if the feed is still the same one; else one that begins at the feed's `end` of now."""
    found: Any = workspace.setting(_SETTING, {}).get(platform)
    try:
        if found and found["end"]["epoch"] == end.epoch:
            before = {**found["end"], "last": tuple(found["end"]["last"]), "collections": ()}
            return BrokenLoad(Position(**before), tuple(found["done"]), str(found["collection"]), str(found["at"]))
    except (KeyError, TypeError):  # of another version of this program
        pass
    return BrokenLoad(end)


def keep(workspace: Workspace, platform: str, load: Optional[BrokenLoad]) -> None:
    """Keep it for the next run; None forgets it."""
    others = {name: value for name, value in workspace.setting(_SETTING, {}).items() if name != platform}
    if load is not None:
        others[platform] = {"end": asdict(load.end), "done": load.done, "collection": load.collection, "at": load.at}
    workspace.set_setting(_SETTING, others)
