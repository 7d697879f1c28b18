"""What a Sync page shows of a workspace: what waits, what failed and why, what is in conflict, what came back."""

from dataclasses import dataclass

from ..core import messages
from ..core.errors import InputError
from ..core.forms.schema import named_field

LIMIT = 500  # of each list: more than a person works through at a time; the counts are whole


@dataclass(frozen=True)
class Item:
    """One record that asks for somebody. `key`: of its outbox entry, "" for none; `words`: the server's or the
    reviewer's own; `field`: title of the field that they are about, "" where they name none."""

    collection: str
    item: str
    label: str
    words: str
    key: str = ""
    op: str = ""
    field: str = ""


@dataclass(frozen=True)
class Overview:
    """`waiting`: {collection: entries}.

    `delayed`: waiting ones with the words of a try that failed; `counts`: entries by state.
    """

    waiting: dict
    delayed: tuple
    rejected: tuple
    conflicts: tuple
    returned: tuple
    returned_count: int
    counts: dict


def overview(workspace):
    """Read the Overview of a workspace; any thread."""
    troubled = {"pending": [], "rejected": [], "conflict": []}
    forms = {form.id: form for form in workspace.forms()}
    for entry in workspace.outbox.troubled(LIMIT):
        state = "pending" if entry["state"] == "sending" else entry["state"]
        troubled[state].append(_entry_item(workspace, forms.get(entry["collection"]), entry))
    refused = {item.item for item in troubled["rejected"]}
    returned, count = _returned(workspace, forms.values(), refused)
    lists = (tuple(troubled[state]) for state in ("pending", "rejected", "conflict"))
    return Overview(workspace.outbox.waiting(), *lists, tuple(returned), count, workspace.outbox.counts())


def _entry_item(workspace, form, entry):
    label = record_label(form, _values(workspace, entry), entry["item"])
    words = _conflict_words(form, entry) if entry["state"] == "conflict" else entry["last_error"] or ""
    field = _field(form, words) if entry["state"] == "rejected" else ""
    return Item(entry["collection"], entry["item"], label, words, entry["key"], entry["op"], field)


def _conflict_words(form, entry):
    told = entry["theirs"] or {}
    if told.get("row") is None:
        return messages.text("sync_deleted_there")
    if entry["op"] == "delete":
        return messages.text("sync_deleted_here")
    return messages.text("sync_and").join(_title(form, name) for name in told.get("fields", ()))


def _title(form, name):
    if form is not None and name in form.keys:
        return form.field(name).title
    return messages.text(f"sync_field_{name}") if name in ("geometry", "status") else name


def _field(form, words):
    name = named_field(form, words) if form else None
    return _title(form, name) if name else ""


def record_label(form, values, record):
    """A record by the values of its form's key, as a person calls it: names before codes.

    A part of its id where it has none.
    """
    parts = (
        [str(form.field(name).label(values[name])) for name in form.key if name in form.keys and values.get(name)]
        if form
        else []
    )
    return " ".join(sorted(parts, key=str.isascii)) or str(record)[:8]


def _values(workspace, entry):
    if entry["body"]:
        return entry["body"]
    told, (_, base) = entry["theirs"] or {}, workspace.outbox.base(entry["collection"], entry["item"])
    return told.get("row") or base or {}


def _returned(workspace, forms, refused):
    """([Item], count) of records that a reviewer sent back; those that the platform refused are listed as failed."""
    found, count = [], 0
    for form in forms:
        count += workspace.count(form.id, {"status": "returned"})
        for values in workspace.records(form, {"status": "returned"}, order="-updated_at", limit=LIMIT):
            if values["id"] not in refused:
                words = values.get("return_reason") or ""
                label = record_label(form, values, values["id"])
                found.append(Item(form.id, values["id"], label, words, field=_field(form, words)))
    return found, max(len(found), count - len(refused))


def discard(workspace, key, actor):
    """Give up a refused or waiting change: it is not sent, what the platform holds stays as it is.

    Written to the audit chain.
    """
    entry = workspace.outbox.get(key)
    if entry is None or entry["state"] not in ("rejected", "pending"):
        raise InputError("sync_entry_unknown", key=key)
    with workspace.transaction():
        workspace.outbox.remove(key)
        told = {"op": entry["op"], "key": key, "words": entry["last_error"]}
        workspace.audit.append(actor, "discard", f"sync:{entry['collection']}", entry["item"], told, None)
