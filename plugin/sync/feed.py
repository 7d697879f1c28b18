"""The platform's feed of changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Optional

from ..store.pulled import Cursor, Position
from .errors import ContractError, PlatformError
from .transport import Transport
from .wire import identity, links_of, parse_cursor, whole_number

PAGE = 1000
_OPERATIONS = ("C", "U", "D")
_MAX_ROWS = 200_000  # of one page; more is no page


class Change(NamedTuple):
    """One row of the feed."""

    cursor: Cursor
    collection: str
    item: str
    op: str
    version: int

    def said(self) -> tuple[Any, ...]:
        """What the row said, to know it again."""
        return (self.collection, self.item, self.op, self.version)


@dataclass(frozen=True)
class FeedPage:
    """`epoch` None: the cursor is too old. `more`: whether the feed goes on behind the page."""

    epoch: Optional[str]
    rows: tuple[Change, ...]
    more: bool


class Feed:
    """Reads `changes` of the platform behind a Transport."""

    def __init__(self, transport: Transport) -> None:
        self._http = transport

    def page(self, cursor: Cursor, limit: int = PAGE) -> FeedPage:
        """The rows behind a cursor."""
        try:
            page, headers = self._http.get_json(self._http.items("changes"), {"limit": limit, "after": cursor})
        except PlatformError as error:
            if error.status == 410 and cursor:
                return FeedPage(None, (), False)
            raise
        found = page.get("features")
        if not isinstance(found, list) or len(found) > _MAX_ROWS:
            raise ContractError("sync_contract", what="changes: features")
        rows = tuple(_change(one) for one in found)
        if rows and rows[-1].cursor == cursor:  # a feed that does not move on would be read for ever
            raise ContractError("sync_contract", what=f"changes: {str(cursor)[:40]}")
        return FeedPage(_epoch(headers), rows, bool(rows) and any(x.get("rel") == "next" for x in links_of(page)))

    def end(self) -> Position:
        """Where the feed ends, found by halving: a hundred thousand rows need not be read to know that."""
        first = self.page(0, 1)
        low: Cursor = first.rows[-1].cursor if first.rows else 0
        last, step, growing, more = first.rows[-1:], 1, True, first.more
        while more and str(low).isdigit() and step:
            page = self.page(int(low) + step - 1, 1)
            growing = growing and bool(page.rows)
            if page.rows:
                low, last = page.rows[-1].cursor, page.rows[-1:]
            step = step * 2 if growing else step // 2
        previous: Cursor = int(low) - 1 if str(low).isdigit() and last else 0
        while more and not str(low).isdigit():  # cursors that are no numbers
            page = self.page(low)
            more = page.more
            previous = page.rows[-2].cursor if len(page.rows) > 1 else low if page.rows else previous
            low, last = (page.rows[-1].cursor, page.rows[-1:]) if page.rows else (low, last)
        return Position(first.epoch or "", low, previous, last[0].said() if last else ())


def _epoch(headers: Mapping[str, str]) -> str:
    return next((value.strip()[:200] for name, value in headers.items() if "epoch" in name.lower()), "")


def _change(value: Any) -> Change:
    reported = value.get("properties") if isinstance(value, dict) else None
    if (
        not isinstance(reported, dict)
        or reported.get("op") not in _OPERATIONS
        or not isinstance(reported.get("collection"), str)
    ):
        raise ContractError("sync_contract", what="changes: row")
    version = whole_number(reported.get("version"), "changes: version")
    item = identity(reported.get("item"), "changes: item")
    return Change(parse_cursor(value.get("id")), reported["collection"], item, reported["op"], version)
