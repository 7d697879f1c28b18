"""The audit chain: append-only rows, each hashed with the one before it, written in the transaction of what
they record.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, NamedTuple, Optional, Union

from .database import Database


class CanonicalText(str):
    """Canonical JSON text of a state that was written out earlier."""

    __slots__ = ()


State = Optional[dict[str, Any]]  # values of a record, None where there is none


class Change(NamedTuple):
    """What an act did to one item: values before and after, None where there is none. As light as a tuple: an import
    writes one for every row."""

    item: str
    before: State = None
    after: Union[State, CanonicalText] = None


class ChainRow(NamedTuple):
    """A row of the chain without its own hash; `before`, `after`: canonical JSON text, `prev`: hash of the row
    before."""

    seq: int
    at: str
    actor: str
    act: str
    subject: str
    item: str
    before: Optional[str]
    after: Optional[str]
    prev: str


START = "0" * 64
_INSERT = "INSERT INTO onemap_audit"
_TRIGGERS = ("onemap_audit_no_update", "onemap_audit_no_delete")
_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def canonical_text(value: Any) -> str:
    """Canonical JSON text: sorted keys, no spaces, UTF-8 characters as they are, no NaN."""
    return _encode(value)


def canonical(value: Any) -> Optional[str]:
    """As `canonical_text`, but None stays None (SQL NULL), and a CanonicalText is one already."""
    return value if value is None or type(value) is CanonicalText else _encode(value)


def _quoted(text: Optional[str]) -> str:
    return "null" if text is None else _encode(text)


def row_hash(row: ChainRow) -> str:
    """sha256 over the canonical JSON of a row's values, the hash of the row before among them."""
    return hashlib.sha256(_encode(row).encode("utf-8")).hexdigest()


def now_text() -> str:
    """This moment in UTC as YYYY-MM-DDTHH:MM:SSZ."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class OutsideEdit:
    """A record that another program than this one made, changed or deleted; `fields`: those that it changed."""

    form: str
    record: str
    at: str
    act: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class AuditReport:
    """What verify found. `broken_at`: seq of the first row that does not fit, None when the chain is complete;
    `reason`: message code; `differing`: [(form, record id)] whose present values are not what the chain says;
    `clock_back`: seqs; `pending`, `outside`: what other programs wrote, before and since the chain has it (these are no
    fault of the chain)."""

    row_count: int
    broken_at: Optional[int]
    reason: str = ""
    differing: tuple[tuple[str, str], ...] = ()
    clock_back: tuple[int, ...] = ()
    pending: tuple[OutsideEdit, ...] = ()
    outside: tuple[OutsideEdit, ...] = ()

    @property
    def is_intact(self) -> bool:
        return self.broken_at is None and not self.differing


class AuditChain:
    """Appends to and verifies the chain of one Database. Rows are appended inside the caller's transaction only."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def head(self) -> tuple[int, str]:
        """(seq, hash) of the last row; (0, 64 zeros) for an empty chain."""
        return self._db.row("SELECT seq, hash FROM onemap_audit ORDER BY seq DESC LIMIT 1") or (0, START)

    def hash_at(self, seq: int) -> Optional[str]:
        """Hash of a row; None where there is none."""
        found: Optional[str] = self._db.value("SELECT hash FROM onemap_audit WHERE seq = ?", (seq,))
        return found

    def append(self, actor: str, act: str, subject: str, change: Change) -> None:
        """Write one row."""
        self.append_many(actor, act, subject, [change])

    def append_many(self, actor: str, act: str, subject: str, changes: Iterable[Change]) -> None:
        """Write one row for each of `changes`."""
        seq, prev = self.head()
        at, rows = now_text(), []
        shared = ",".join(map(_encode, (at, actor, act, subject)))  # written once for all rows of the act
        for item, before, after in changes:
            seq += 1
            row = (seq, at, actor, act, subject, item, canonical(before), canonical(after), prev)
            states = f"{_quoted(row[6])},{_quoted(row[7])}"
            text = f'[{seq},{shared},{_encode(item)},{states},"{prev}"]'  # as row_hash, by which it is verified
            prev = hashlib.sha256(text.encode("utf-8")).hexdigest()
            rows.append((*row, prev))
        if rows:
            self._db.insert_many(_INSERT, rows)
            self._db.execute("INSERT OR REPLACE INTO onemap_settings VALUES ('audit_head', ?)", (f"{seq}:{prev}",))

    def rows(self, item: Optional[str] = None) -> Iterator[dict[str, Any]]:
        """Iterate over the chain as dicts, oldest first; `item`: of one record only."""
        names = ("seq", "at", "actor", "act", "subject", "item", "before", "after", "prev", "hash")
        where, parameters = (" WHERE item = ?", (item,)) if item is not None else ("", ())
        for row in self._db.rows(f"SELECT {', '.join(names)} FROM onemap_audit{where} ORDER BY seq", parameters):  # noqa: S608 - fixed names
            found = dict(zip(names, row))
            yield {**found, **{k: json.loads(found[k]) if found[k] else None for k in ("before", "after")}}

    def state_of(self, subject: str, item: str) -> State:
        """Values of a record as the chain tells them; None when it was deleted or never seen."""
        state = None
        for (after,) in self._db.rows(
            "SELECT after FROM onemap_audit WHERE item = ? AND subject = ? ORDER BY seq", (item, subject)
        ):
            state = replayed(state, after)
        return state

    def verify(self) -> AuditReport:
        """Walk the chain and return an AuditReport (without `differing`: records.differing_records compares the
        tables).
        """
        expected, prev, last_at, clock_back = 0, START, "", []
        broken = None
        for row in self._db.rows(
            "SELECT seq, at, actor, act, subject, item, before, after, prev, hash FROM onemap_audit ORDER BY seq"
        ):
            expected += 1
            if broken is None:
                broken = _fault(row, expected, prev)
            prev = row[9]
            if row[1] < last_at:
                clock_back.append(row[0])
            last_at = row[1]
        if broken is None:
            broken = self._fault_of_the_end(expected, prev)
        broken_at, reason = broken or (None, "")
        return AuditReport(expected, broken_at, reason, clock_back=tuple(clock_back))

    def _fault_of_the_end(self, count: int, prev: str) -> Optional[tuple[int, str]]:
        """Rows cut off the end, or the guarding triggers taken away."""
        head = self._db.value("SELECT value FROM onemap_settings WHERE key = 'audit_head'")
        if head != (f"{count}:{prev}" if count else None):
            return count + 1, "audit_cut_off"
        found = self._db.value(
            "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'onemap_audit' AND name "
            "IN (?, ?)",
            _TRIGGERS,
        )
        return None if found == len(_TRIGGERS) else (count + 1, "audit_triggers_gone")


def _fault(row: Sequence[Any], expected: int, prev: str) -> Optional[tuple[int, str]]:
    if row[0] != expected:
        return expected, "audit_row_missing"
    if row[8] != prev:
        return row[0], "audit_link_broken"
    return None if row_hash(ChainRow(*row[:9])) == row[9] else (row[0], "audit_row_changed")


def replayed(state: State, after: Optional[str]) -> State:
    """The state of a record after one more row of the chain; `after`: JSON text or None for a deletion."""
    return None if after is None else {**(state or {}), **json.loads(after)}
