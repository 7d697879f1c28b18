"""What the audit chain tells of one field of a form's records, or of all fields of one record: every change with its
moment."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .database import Database


@dataclass(frozen=True)
class FieldChange:
    """A record's field changed at a moment (UTC, YYYY-MM-DDTHH:MM:SSZ); `before` None where the record is new or had
    no value; `seq`: its place in the chain."""

    record: str
    at: str
    before: Any
    after: Any
    seq: int = 0


@dataclass(frozen=True)
class RecordChange:
    """One act on a record: who did what when, and (column, value before, value after) of what it changed; `seq`: its
    place in the chain."""

    at: str
    actor: str
    act: str
    values: tuple[tuple[str, Any, Any], ...]
    seq: int


def record_history(database: Database, form_id: str, record: str) -> Iterator[RecordChange]:
    """RecordChanges of one record in the order of the chain."""
    sql = "SELECT seq, at, actor, act, before, after FROM onemap_audit WHERE item = ? AND subject = ? ORDER BY seq"
    for seq, at, actor, act, before, after in database.rows(sql, (record, form_id)):
        old, new = (json.loads(text) if text else {} for text in (before, after))
        columns = dict.fromkeys((*old, *new))
        changed = tuple((c, old.get(c), new.get(c)) for c in columns if old.get(c) != new.get(c))
        yield RecordChange(at, actor, act, changed, seq)


def field_history(database: Database, form_id: str, key: str) -> Iterator[FieldChange]:
    """FieldChanges of a field in the order of the chain."""
    mark = f'%"{key}":%'
    sql = "SELECT seq, item, at, before, after FROM onemap_audit WHERE subject = ? AND after LIKE ? ORDER BY seq"
    for seq, record, at, before, after in database.rows(sql, (form_id, mark)):
        new = json.loads(after)
        if key in new:
            old = json.loads(before).get(key) if before else None
            if new[key] != old:
                yield FieldChange(record, at, old, new[key], seq)
