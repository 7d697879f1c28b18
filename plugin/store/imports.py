"""What an import asks of the records that are there: which record a row is about, what it was when a book was
exported, and the way back from the last import.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

from ..core.errors import InputError
from ..core.forms.identity import PERIOD, content_hash, record_title, same_value
from ..core.forms.schema import Form
from .audit import Change, replayed
from .identities import Identities, Identity
from .query import RecordQuery
from .record_table import LOCKED
from .workspace import Workspace

IMPORT, UNDO = "import workbook", "undo import"
_MADE, _CHANGED = "made", "changed"


@dataclass(frozen=True)
class Match:
    """The record that a row is about, None for a new one. `claimed`: the other record whose id the row carries while it
    names something else; the row is then a question."""

    record: Optional[dict[str, Any]] = None
    claimed: Optional[dict[str, Any]] = None


class Matcher:
    """Finds the records that rows are about: an id never bypasses the key."""

    def __init__(self, workspace: Workspace, form: Form) -> None:
        self._query, self._identities = RecordQuery(workspace._db, form), Identities(workspace._db, form)
        self._holders = self._identities.holders()
        self._key = [name for name in form.key if name != PERIOD]
        self._last: tuple[Any, Any] = (None, None)

    def match(self, row: Mapping[str, Any]) -> Match:
        """The Match of a row ({field key: value}, "id" where it has one)."""
        known = self._one(row["id"]) if row.get("id") else None
        identity, found = self._look_up(row)
        if known is not None:
            merged = self._identities.of({**known, **{k: v for k, v in row.items() if v is not None}})
            own = self._identities.of(known)
            if identity.subject is None or merged == own:
                return Match(known)
        if known is not None and (found is None or found["id"] != known["id"]):
            return Match(found, claimed=known)
        return Match(found)

    def present(self, row: Mapping[str, Any]) -> Optional[dict[str, Any]]:
        """The record that a row's key names, as it is now; None where there is none."""
        return self._look_up(row)[1]

    def identity(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        """What a row is about and its period, as no two records share them."""
        return self._identities.plain(self._look_up(row)[0])

    def _look_up(self, row: Mapping[str, Any]) -> tuple[Identity, Optional[dict[str, Any]]]:
        """(Identity, the record that holds it) of a row, kept until the next row is asked for."""
        if self._last[0] is not row:
            identity = self._identities.of(self._complete(row))
            holder = self._holders.holder(identity)
            self._last = (row, (identity, self._one(holder) if holder else None))
        return self._last[1]

    def _complete(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """A row without a part of its key (a column was deleted) has that of the record whose id it carries."""
        if not row.get("id") or all(row.get(name) not in (None, "") for name in self._key):
            return row
        known = self._one(row["id"])
        return row if known is None else {**known, **{k: v for k, v in row.items() if v is not None}}

    def _one(self, record: str) -> Optional[dict[str, Any]]:
        return next(self._query.rows({"id": record}, limit=1), None)


def state_at(workspace: Workspace, form: Form, record: str, seq: int) -> Optional[dict[str, Any]]:
    """Values of a record as the chain tells them up to row `seq`; None when it was not there."""
    state = None
    sql = "SELECT after FROM onemap_audit WHERE item = ? AND subject = ? AND seq <= ? ORDER BY seq"
    for (after,) in workspace._db.rows(sql, (record, form.id, seq)):
        state = replayed(state, after)
    if state is None:
        return None
    files = [f.key for f in form.fields if f.value_type == "files" and state.get(f.key)]
    return {**state, **{key: json.loads(state[key]) for key in files}}


def is_known(workspace: Workspace, form: Form, record: str) -> bool:
    """Whether the chain tells of a record, also of one that is no longer there."""
    sql = "SELECT 1 FROM onemap_audit WHERE item = ? AND subject = ? LIMIT 1"
    return any(True for _ in workspace._db.rows(sql, (record, form.id)))


def is_changed_since(workspace: Workspace, form: Form, seq: int) -> bool:
    """Whether any record of a form was made, changed or taken away after row `seq` of the chain."""
    sql = "SELECT 1 FROM onemap_audit WHERE seq > ? AND subject = ? LIMIT 1"
    return any(True for _ in workspace._db.rows(sql, (seq, form.id)))


def was_once(workspace: Workspace, form: Form, record: str, digest: str) -> bool:
    """Whether a record had once, and has no longer, the content of a hash (content_hash)."""
    state, files, last = None, [f.key for f in form.fields if f.value_type == "files"], ""
    seen = set()
    sql = "SELECT after FROM onemap_audit WHERE item = ? AND subject = ? ORDER BY seq"
    for (after,) in workspace._db.rows(sql, (record, form.id)):
        state = replayed(state, after)
        if state is not None:
            last = content_hash(form, {**state, **{key: json.loads(state[key]) for key in files if state.get(key)}})
            seen.add(last)
    return digest in seen and digest != last


def is_added_by_others(workspace: Workspace, form: Form, record: str, seq: int, file: str) -> bool:
    """Whether a record was added after row `seq` of the chain and last written by anything but an import of `file`."""
    sql = "SELECT min(seq), max(seq) FROM onemap_audit WHERE item = ? AND subject = ?"
    first, last = next(iter(workspace._db.rows(sql, (record, form.id))))
    if first is None or first <= seq:
        return False
    acts = "SELECT after FROM onemap_audit WHERE act = ? AND seq >= ? ORDER BY seq LIMIT 1"
    for (after,) in workspace._db.rows(acts, (IMPORT, last)):
        act = json.loads(after)
        return not (act.get("file") == file and act.get("first", last + 1) <= last)
    return True


@dataclass(frozen=True)
class Undone:
    """What undoing an import did: records taken away, put back, and left because they were changed or submitted since
    (words that name them)."""

    file: str
    removed: int = 0
    restored: int = 0
    left: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportAct:
    """The row of the chain that closes an import: its number `seq`, when, by whom, the form and the workbook's name;
    `first`: the first row of the import."""

    seq: int
    at: str
    actor: str
    form: str
    file: str
    first: int


def last_import(workspace: Workspace) -> Optional[ImportAct]:
    """The last import that was not undone yet; None for none."""
    undone = {row[0] for row in workspace._db.rows("SELECT item FROM onemap_audit WHERE act = ?", (UNDO,))}
    sql = "SELECT seq, at, actor, after FROM onemap_audit WHERE act = ? ORDER BY seq DESC"
    for seq, at, actor, after in workspace._db.rows(sql, (IMPORT,)):
        counts = json.loads(after)
        if str(seq) not in undone and "first" in counts:
            return ImportAct(seq, at, actor, counts["form"], counts["file"], counts["first"])
    return None


def undo_last_import(workspace: Workspace, actor: str) -> Undone:
    """Undo the last import as one act of the chain; InputError when there is none.

    Records that were changed, submitted or taken away since are left as they are and named.
    """
    found = last_import(workspace)
    if found is None:
        raise InputError("undo_nothing")
    left: list[str] = []
    form = workspace.form(found.form)
    counts = {_MADE: 0, _CHANGED: 0}
    with workspace.transaction():
        rows = (
            "SELECT item, before, after FROM onemap_audit WHERE subject = ? AND seq BETWEEN ? AND ? ORDER BY seq DESC"
        )
        for item, before, after in list(workspace._db.rows(rows, (form.id, found.first, found.seq))):
            done = _undo_one(workspace, form, Change(item, _parsed(before), _parsed(after)), actor)
            if done in counts:
                counts[done] += 1
            elif done:
                left.append(done)
        after = {"file": found.file, "removed": counts[_MADE], "restored": counts[_CHANGED], "left": len(left)}
        workspace.audit_act(actor, UNDO, "workbook", Change(str(found.seq), None, after))
    return Undone(found.file, counts[_MADE], counts[_CHANGED], tuple(left))


def _parsed(text: Optional[str]) -> Optional[dict[str, Any]]:
    found: Optional[dict[str, Any]] = None if text is None else json.loads(text)
    return found


def _undo_one(workspace: Workspace, form: Form, change: Change, actor: str) -> Optional[str]:
    """What was done: _MADE (taken away), _CHANGED (put back), or words naming a record that is left; None when gone."""
    item, earlier, after = change.item, change.before, change.after if isinstance(change.after, dict) else {}
    now = next(workspace.records(form, {"id": item}, limit=1), None)
    if now is None:
        return None
    fields = {k: v for k, v in after.items() if k in form.keys}
    files = {f.key for f in form.fields if f.value_type == "files"}
    imported = {k: json.loads(v) if k in files and v else v for k, v in fields.items()}
    place = now.get("geometry")
    moved = "geom" in after and (place.hex() if place else None) != after["geom"]
    if now["status"] in LOCKED or moved or any(not same_value(now[k], v) for k, v in imported.items()):
        return record_title(form, now)
    if earlier is None:
        drawn = place is not None and "geom" not in after
        if drawn or any(now[k] not in (None, "") for k in form.keys if k not in imported):
            return record_title(form, now)  # somebody filled in more since
        workspace.delete_record(form.id, item, actor)
        return _MADE
    old = {k: v for k, v in earlier.items() if k in form.keys}
    if "geom" in earlier:
        old["geometry"] = bytes.fromhex(earlier["geom"]) if earlier["geom"] else None
    workspace.save_records(form, [{"id": item, **old}], actor, "undo import")
    return _CHANGED
