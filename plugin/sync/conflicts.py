"""Conflicts, refused changes and how a person settles them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Optional, Union

from ..core.errors import InputError
from ..core.forms.schema import Form
from ..store.audit import Change
from ..store.outbox import UNSETTLED, Operation, OutboxEntry, OutboxState, RemoteState, Row
from ..store.server_rows import ServerRecord
from ..store.workspace import Workspace
from .merge import MergeSide, merge, same
from .unnamed import as_known, is_ours
from .wire import RemoteItem, base_of, body_of, flat, stored

Choices = Union[str, Mapping[str, Any]]  # a MergeSide for all of it, or {field: MergeSide}; others stay local


@dataclass(frozen=True)
class Conflict:
    """One record that both sides changed. `base`, `local`, `remote`: flat rows (local None: deleted here, remote None:
    deleted there); `fields`: to decide; `taken`, `kept`: other fields, that only the platform, only we changed, which
    merge by themselves; `version`: of the platform's row."""

    key: str
    collection: str
    item: str
    op: Operation
    fields: tuple[str, ...]
    version: Optional[int]
    base: Optional[Row]
    local: Optional[Row]
    remote: Optional[Row]
    taken: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    def mixed(self, choices: Mapping[str, Any]) -> Row:
        """The row that per-field choices make: of the fields in conflict those not named stay local, and so does what
        only we changed; what only the platform changed is the platform's."""
        local, remote = self.local or {}, self.remote or {}
        row = merge(self.base, local, remote).merged
        for name in {*self.fields, *choices} & {*row}:
            row[name] = remote.get(name) if choices.get(name) == MergeSide.REMOTE else local.get(name)
        return row


def conflict(workspace: Workspace, key: str) -> Conflict:
    """One conflict by its entry's key."""
    entry = entry_in(workspace, key, OutboxState.CONFLICT)
    state = entry.remote or RemoteState()
    base = state.base if state.base is not None else workspace.outbox.base(entry.collection, entry.item).row
    local, remote = base_of(entry.body) if entry.body else None, state.row
    taken: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    if local and remote:
        remote = as_known(workspace, workspace.form(entry.collection), remote, base, local)
        merged = merge(base, local, remote)
        taken = tuple(name for name in merged.from_remote if name not in state.fields)
        settled = {*merged.conflicts, *merged.from_remote, *state.fields}
        ours = [name for name in local if name in merged.merged and name not in settled]
        others = (base or {}, remote)
        kept = tuple(name for name in ours if not any(same(name, row.get(name), local[name]) for row in others))
    head = (entry.key, entry.collection, entry.item, entry.op)
    return Conflict(*head, state.fields, state.version, base, local, remote, taken, kept)


def entry_in(workspace: Workspace, key: str, state: OutboxState) -> OutboxEntry:
    """The entry of a key in a certain state; InputError for any other."""
    entry = workspace.outbox.get(key)
    if entry is None or entry.state is not state:
        raise InputError("sync_entry_unknown", key=key)
    return entry


def resolve(workspace: Workspace, key: str, choices: Choices, actor: str) -> None:
    """Decide a conflict. LOCAL, REMOTE: that side's value in every field in conflict; what only one side changed is
    that side's whatever is chosen; by field: see Conflict.mixed. Where no field is in conflict, or one side deleted
    the record, REMOTE is the platform's record as a whole. The decision is queued again under a new key (or the entry
    dropped, where everything is the platform's), and written to the audit chain."""
    found, outbox = conflict(workspace, key), workspace.outbox
    reported, choices = _reported(choices), _by_field(found, choices, outbox.get(key))
    with workspace.transaction():
        outbox.remove(key)
        workspace.missing.clear(found.collection, [found.item])  # what was asked about it is answered by this
        local = local_row(workspace, found.collection, found.item)
        former = outbox.base(found.collection, found.item).row
        outbox.set_base(found.collection, found.item, found.version, found.remote)
        if choices == MergeSide.REMOTE:
            form = workspace.form(found.collection)
            remote = found.remote and as_known(workspace, form, found.remote, former, local)
            _take_remote(workspace, replace(found, remote=remote), former, actor)
        elif found.local is None:
            outbox.put(found.collection, found.item, Operation.DELETE, None)
        else:
            row = found.mixed({} if isinstance(choices, str) else choices) if found.remote else found.local
            operation = Operation.REPLACE if found.version else Operation.CREATE
            body = body_of(found.item, workspace.county, row)
            outbox.put(found.collection, found.item, operation, body if found.version else as_new(body))
            _save(workspace, found, row, actor)
        workspace.audit.append(
            actor, "resolve", f"sync:{found.collection}", Change(found.item, None, {"choices": reported})
        )


def _by_field(found: Conflict, choices: Choices, entry: Optional[OutboxEntry]) -> Choices:
    """REMOTE, said of each field in conflict where both sides have the record: what only we changed stays. Where
    nothing of ours is left by that, it is REMOTE for the whole."""
    if choices == MergeSide.REMOTE and found.local is not None and found.remote is not None and found.fields:
        choices = dict.fromkeys(found.fields, MergeSide.REMOTE)
    if isinstance(choices, str) or found.local is None or found.remote is None:
        return choices
    mixed, there = found.mixed(choices), (entry and entry.remote and entry.remote.row) or {}
    return choices if any(not same(name, mixed[name], there.get(name)) for name in mixed) else MergeSide.REMOTE


def _reported(choices: Choices) -> Any:
    """Choices as the audit chain keeps them."""
    if isinstance(choices, str):
        return str(MergeSide(choices).value)
    return {name: MergeSide(side).value for name, side in choices.items()}


def _take_remote(workspace: Workspace, found: Conflict, former: Optional[Row], actor: str) -> None:
    form = workspace.form(found.collection)
    if found.remote is None:
        workspace.apply_server(form, ServerRecord(found.item), actor, "resolve")
        return
    row = complete_row(form, found.remote, former)
    workspace.apply_server_many(form, [ServerRecord(found.item, found.version, row)], actor, "resolve")


def local_row(workspace: Workspace, collection: str, item: str) -> Optional[Row]:
    """The values of a record here as a flat row; None when it is not here."""
    form = workspace.form(collection)
    for values in workspace.records(form, {"id": item}, limit=1):
        row = {key: values.get(key) for key in form.keys}
        geometry = values.get("geometry")
        shape = {"geometry": geometry.hex() if geometry else None} if form.geometry != "none" else {}
        return {**row, **shape}
    return None


def complete_row(form: Form, remote: Row, base: Optional[Row]) -> Row:
    """A platform's row as the workspace takes it over. A field that it does not name, and never did (`base`: what was
    known of it), stays as it is here: only null empties one."""
    named = (*form.keys, "geometry", "return_reason")
    row = {k: v for k, v in stored(remote).items() if v is not None or k in named}
    return {**(dict.fromkeys(form.keys) if is_ours(base) else {}), **row}


def as_new(body: Row) -> Row:
    """An outbox body for a record that the platform does not have: what only its reviewers set is left out."""
    status = {"returned": "draft", "ready": "draft", "approved": "submitted"}.get(body.get("status", ""))
    return {**body, "status": status} if status else body


def _save(workspace: Workspace, found: Conflict, row: Row, actor: str) -> None:
    """The record here follows the decision, locked or not; the base stays what the platform has."""
    form = workspace.form(found.collection)
    if not workspace.count(form, {"id": found.item}):
        return
    values = {k: v for k, v in stored(row).items() if k in (*form.keys, "geometry", "status")}
    workspace.apply_server_many(form, [ServerRecord(found.item, found.version, values)], actor, "resolve")
    workspace.outbox.set_base(found.collection, found.item, found.version, found.remote)


def withdraw(workspace: Workspace, key: str, remote: Optional[RemoteItem], actor: str) -> None:
    """Give up a change that the platform rejected: the record becomes what the platform has (`remote`).

    One it never had stays here, unsent; one it had and shows no more stays too and is asked about by the next pull.
    Nobody returned either of them: their status is the last that the platform reported, or draft.
    """
    entry = entry_in(workspace, key, OutboxState.REJECTED)
    with workspace.transaction():
        workspace.outbox.remove(key)
        form, base = workspace.form(entry.collection), workspace.outbox.base(entry.collection, entry.item).row
        if remote is None:
            _as_before(workspace, form, entry.item, actor)
        else:
            row = as_known(workspace, form, flat(remote, form), base, local_row(workspace, form.id, entry.item))
            row = {"status": _last_status(base), **complete_row(form, row, base)}
            workspace.apply_server(form, ServerRecord(entry.item, remote.version, row), actor, "withdraw")
        given_up = {"words": entry.last_error}
        workspace.audit.append(actor, "withdraw", f"sync:{entry.collection}", Change(entry.item, None, given_up))


def _as_before(workspace: Workspace, form: Form, item: str, actor: str) -> None:
    """A record that only a refusal sent back has the status again that it had before it was handed in."""
    here, base = workspace.existing(form, [item]), workspace.outbox.base(form.id, item)
    if not here or workspace.outbox.entries(UNSETTLED, item, form.id):
        return
    if workspace.record(form, item)["status"] != "returned":
        return
    former = base.row or {}
    values = {"status": _last_status(base.row), "return_reason": former.get("return_reason")}
    workspace.apply_server(form, ServerRecord(item, base.version, values), actor, "withdraw")
    workspace.outbox.set_base(form.id, item, base.version, base.row)


def _last_status(base: Optional[Row]) -> str:
    return str((base or {}).get("status") or "draft")
