"""What a Sync page shows of a workspace: what waits, what failed and why, what is in conflict, what came back."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Optional

from ..core import messages
from ..core.errors import InputError
from ..core.forms.schema import Form, named_field
from ..store.audit import Change
from ..store.missing import Reason
from ..store.outbox import Operation, OutboxEntry, OutboxState, RemoteState
from ..store.pulled import COLLECTIONS
from ..store.workspace import Workspace

LIMIT = 500  # of each list: more than a person works through at a time; the counts are whole


@dataclass(frozen=True)
class Item:
    """One record that asks for somebody. `key`: of its outbox entry, "" for none; `text`: the server's or the
    reviewer's own; `field`: title of the field that they are about, "" where they name none."""

    collection: str
    item: str
    label: str
    text: str
    key: str = ""
    op: str = ""
    field: str = ""


@dataclass(frozen=True)
class Overview:
    """`waiting`: {collection: entries}.

    `delayed`: waiting ones with the words of a try that failed; `counts`: entries by state; `missing`: how many items
    of a collection the platform does not show, by reason; `files`: of records that it acknowledged and lacks.
    """

    waiting: dict[str, int]
    delayed: tuple[Item, ...]
    rejected: tuple[Item, ...]
    conflicts: tuple[Item, ...]
    returned: tuple[Item, ...]
    returned_count: int
    counts: dict[str, int]
    missing: dict[tuple[str, Reason], int] = field(default_factory=dict)
    files: tuple[Item, ...] = ()


def overview(workspace: Workspace) -> Overview:
    """Read the Overview of a workspace; any thread."""
    troubled: dict[OutboxState, list[Item]] = {
        state: [] for state in (OutboxState.PENDING, OutboxState.REJECTED, OutboxState.CONFLICT)
    }
    forms = {form.id: form for form in workspace.forms()}
    for entry in workspace.outbox.troubled(LIMIT):
        state = OutboxState.PENDING if entry.state is OutboxState.SENDING else entry.state
        troubled[state].append(_entry_item(workspace, forms.get(entry.collection), entry))
    refused = {item.item for item in troubled[OutboxState.REJECTED]}
    returned, count = _returned(workspace, forms.values(), refused)
    delayed, rejected, conflicts = (tuple(found) for found in troubled.values())
    outbox, missing = workspace.outbox, workspace.missing.counts()
    lists = (delayed, rejected, conflicts, tuple(returned))
    return Overview(outbox.waiting(), *lists, count, outbox.counts(), missing, _files(workspace, forms))


def _files(workspace: Workspace, forms: dict[str, Form]) -> tuple[Item, ...]:
    """Files that the platform still lacks, with the reason of the last try."""
    found = []
    for one in workspace.uploads.open()[:LIMIT]:
        form = forms.get(one.collection)
        values: dict[str, Any] = next(iter(workspace.records(form, {"id": one.item}, limit=1)), {}) if form else {}
        label = record_label(form, values, one.item)
        found.append(Item(one.collection, one.item, label, f"{one.name} {one.last_error}".strip()))
    return tuple(found)


def collection_titles(workspace: Workspace) -> dict[str, str]:
    """{collection: its name in the user's language}."""
    handed_down = {name: messages.text(f"sync_collection_{name}") for name in COLLECTIONS}
    return {**handed_down, **{form.id: form.label for form in workspace.forms()}}


def _entry_item(workspace: Workspace, form: Optional[Form], entry: OutboxEntry) -> Item:
    label = record_label(form, _values(workspace, entry), entry.item)
    in_conflict = entry.state is OutboxState.CONFLICT
    text = _conflict_text(form, entry) if in_conflict else entry.last_error or ""
    title = _field(form, text) if entry.state is OutboxState.REJECTED else ""
    return Item(entry.collection, entry.item, label, text, entry.key, entry.op.value, title)


def _conflict_text(form: Optional[Form], entry: OutboxEntry) -> str:
    remote = entry.remote or RemoteState()
    if remote.row is None:
        return messages.text("sync_deleted_there")
    if entry.op is Operation.DELETE:
        return messages.text("sync_deleted_here")
    return messages.text("sync_and").join(_title(form, name) for name in remote.fields)


def _title(form: Optional[Form], name: str) -> str:
    if form is not None and name in form.keys:
        return str(form.field(name).title)
    return messages.text(f"sync_field_{name}") if name in ("geometry", "status") else name


def _field(form: Optional[Form], text: str) -> str:
    name = named_field(form, text) if form else None
    return _title(form, name) if name else ""


def record_label(form: Optional[Form], values: dict[str, Any], record: str) -> str:
    """A record by the values of its form's key, as a person calls it: names before codes.

    A part of its id where it has none.
    """
    parts = (
        [str(form.field(name).label(values[name])) for name in form.key if name in form.keys and values.get(name)]
        if form
        else []
    )
    if form and "name" in form.keys and values.get("name") and all(part.isascii() for part in parts):
        parts.append(str(values["name"]))
    return " ".join(sorted(parts, key=str.isascii)) or str(record)[:8]


def _values(workspace: Workspace, entry: OutboxEntry) -> dict[str, Any]:
    if entry.body:
        return entry.body
    remote = entry.remote or RemoteState()
    return remote.row or workspace.outbox.base(entry.collection, entry.item).row or {}


def _returned(workspace: Workspace, forms: Iterable[Form], refused: set[str]) -> tuple[list[Item], int]:
    """([Item], count) of records that a reviewer sent back; those that the platform refused are listed as failed."""
    found: list[Item] = []
    count = 0
    for form in forms:
        count += workspace.count(form.id, {"status": "returned"})
        for values in workspace.records(form, {"status": "returned"}, order="-updated_at", limit=LIMIT):
            if values["id"] not in refused:
                text = values.get("return_reason") or ""
                label = record_label(form, values, values["id"])
                found.append(Item(form.id, values["id"], label, text, field=_field(form, text)))
    return found, max(len(found), count - len(refused))


def discard(workspace: Workspace, key: str, actor: str) -> None:
    """Give up a refused or waiting change: it is not sent, what the platform holds stays as it is.

    Written to the audit chain.
    """
    entry = workspace.outbox.get(key)
    if entry is None or entry.state not in (OutboxState.REJECTED, OutboxState.PENDING):
        raise InputError("sync_entry_unknown", key=key)
    with workspace.transaction():
        workspace.outbox.remove(key)
        reported = {"op": entry.op.value, "key": key, "words": entry.last_error}
        workspace.audit.append(actor, "discard", f"sync:{entry.collection}", Change(entry.item, reported, None))
