"""The platform's feed of changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Optional

from ..store.pulled import Cursor, Position
from .errors import ContractError, PlatformError
from .transport import Transport
from .wire import checked_integer, identity, links_of, parse_cursor

PAGE = 1000
_OPERATIONS = ("C", "U", "D")
_MAX_ROWS = 200_000  # of one page; more is no page
_MAX_PAGES = 1_000_000
_MAX_CURSOR = 10**18 - 1  # what a platform is asked for
_STRIDE = 8
_NO_CURSOR = (400, 410, 422)  # the platform knows it no longer, or never gave it


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
    """`epoch` None: the platform does not take the cursor. `more`: whether the feed goes on behind the page."""

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
            if error.status in _NO_CURSOR and cursor:
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
        """Where the feed ends. Long strides lead to its last page: a hundred thousand rows need not be read to know
        that. Cursors that are no numbers leave no other way than to read it."""
        first = self.page(0, 1)
        if not first.rows:
            return Position(first.epoch or "", 0, 0)
        row = self._near_end(first.rows[-1]) if first.more else first.rows[-1]
        previous: Cursor = int(row.cursor) - 1 if _is_number(row.cursor) else 0
        more, pages = first.more, 0
        while more and pages < _MAX_PAGES:
            page = self.page(row.cursor)
            more, pages = page.more, pages + 1
            if page.rows:
                previous = page.rows[-2].cursor if len(page.rows) > 1 else row.cursor
                row = page.rows[-1]
        return Position(first.epoch or "", row.cursor, previous, row.said())

    def _near_end(self, row: Change) -> Change:
        """A row with at most a page of the feed behind it."""
        step, growing = PAGE, True
        while _is_number(row.cursor) and step >= PAGE:
            page = self.page(min(int(row.cursor) + step - 1, _MAX_CURSOR), 1)
            growing = growing and bool(page.rows)
            row = page.rows[-1] if page.rows else row
            step = step * _STRIDE if growing else step // 2
        return row


def _is_number(cursor: Cursor) -> bool:
    return str(cursor).isdigit()


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
    version = checked_integer(reported.get("version"), "changes: version")
    item = identity(reported.get("item"), "changes: item")
    return Change(parse_cursor(value.get("id")), reported["collection"], item, reported["op"], version)
