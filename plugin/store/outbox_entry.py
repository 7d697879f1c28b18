"""What the outbox holds: entries and their states, the platform's side of a conflict, the bases of merges."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Optional

Row = dict[str, Any]  # {field: value} of one record, geometry as hexadecimal WKB


class OutboxState(str, Enum):
    """Where an entry stands; the values are those of the table."""

    PENDING = "pending"
    SENDING = "sending"
    DONE = "done"
    CONFLICT = "conflict"
    REJECTED = "rejected"


class Operation(str, Enum):
    """What an entry asks the platform to do."""

    CREATE = "create"
    REPLACE = "replace"
    UPDATE = "update"
    DELETE = "delete"


WAITING = (OutboxState.PENDING, OutboxState.SENDING)
UNSETTLED = (*WAITING, OutboxState.CONFLICT)


@dataclass(frozen=True)
class RemoteState:
    """What the platform holds of an entry in conflict. `version` and `row` None: deleted there; `fields`: those in
    conflict; `base`: the base that was merged against, where it is another than the one kept."""

    version: Optional[int] = None
    fields: tuple[str, ...] = ()
    row: Optional[Row] = None
    base: Optional[Row] = None

    def packed(self) -> Row:
        """As the table keeps it."""
        base = {} if self.base is None else {"base": self.base}
        return {"version": self.version, "fields": list(self.fields), "row": self.row, **base}

    @classmethod
    def unpacked(cls, kept: Row) -> "RemoteState":
        """The inverse of `packed`."""
        return cls(kept.get("version"), tuple(kept.get("fields") or ()), kept.get("row"), kept.get("base"))


@dataclass(frozen=True)
class OutboxEntry:
    """One operation that waits. `key`: its idempotency key; `body`: {id, county, status, fields, geometry} or None
    for a deletion; `remote`: the platform's side of a conflict."""

    seq: int
    key: str
    collection: str
    item: str
    op: Operation
    body: Optional[Row]
    base_version: Optional[int]
    state: OutboxState
    depends_on: Optional[str]
    attempts: int
    next_try: Optional[str]
    last_error: Optional[str]
    remote: Optional[RemoteState]
    created_at: str

    def but(self, **changes: Any) -> "OutboxEntry":
        """A copy with other values."""
        return replace(self, **changes)


@dataclass(frozen=True)
class QueueLine:
    """An entry without its body, as the planning of a run needs it."""

    seq: int
    key: str
    collection: str
    item: str
    op: Operation
    state: OutboxState
    depends_on: Optional[str]
    next_try: Optional[str]


@dataclass(frozen=True)
class Base:
    """What the platform last reported of an item; `version` None: it does not know the item."""

    version: Optional[int] = None
    row: Optional[Row] = None
    epoch: str = ""
