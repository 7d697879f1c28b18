"""What the platform does not have any more. Nothing is removed here without evidence (a tombstone, or a complete
listing of the same platform and feed epoch), nothing that was not sent, and never many at once without asking.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ..core import messages
from ..core.errors import InputError
from ..paths import RESOURCES
from ..store.audit import Change
from ..store.missing import MissingItem, Reason
from ..store.outbox import WAITING, Operation, OutboxState, RemoteState
from ..store.pulled import COLLECTIONS
from ..store.server_rows import ServerRecord
from ..store.workspace import Workspace
from .conflicts import complete_row, local_row
from .intake import Intake
from .report import Report
from .unnamed import with_unnamed
from .wire import body_of

REMOVE, OFFER, KEEP = "remove", "offer", "keep"
CHOICES = (REMOVE, OFFER, KEEP)


@dataclass(frozen=True)
class Limits:
    """What one pull may remove without asking: `count` items in all and `share` of a collection; `single`: so many
    of a collection are never asked about; `unlimited`: collections that the platform makes itself and renews."""

    count: int
    share: float
    single: int
    unlimited: tuple[str, ...]


@lru_cache(maxsize=1)
def limits() -> Limits:
    """The limits of resources/sync/removals.json."""
    kept = json.loads((RESOURCES / "sync" / "removals.json").read_text(encoding="utf-8"))
    return Limits(int(kept["count"]), float(kept["share"]), int(kept["single"]), tuple(kept["unlimited"]))


class Removals:
    """Marks and removes in one workspace. Call inside a transaction, but for `apply`."""

    def __init__(self, workspace: Workspace, actor: str, report: Report, intake: Intake) -> None:
        self._ws, self._actor, self._report, self._intake = workspace, actor, report, intake

    def deleted(self, collection: str, items: Iterable[str]) -> None:
        """The platform proves that it deleted these items."""
        found = []
        for item in items:
            if self._intake.pulled.known_one(collection, item) is None or self._in_outbox(collection, item):
                continue
            edited = collection not in COLLECTIONS and self._intake.unsent(collection, item)
            found.append(MissingItem(collection, item, Reason.EDITED if edited else Reason.DELETED))
        self._ws.missing.mark(found)

    def absent(self, collection: str, items: Iterable[str], reason: Reason) -> None:
        """A listing, or the platform asked for it, does not show these items. They stay and are marked."""
        found = [MissingItem(collection, item, reason) for item in items if not self._waits(collection, item)]
        self._ws.missing.mark(found)

    def _waits(self, collection: str, item: str) -> bool:
        return collection not in COLLECTIONS and bool(self._ws.outbox.entries(WAITING, item, collection))

    def _in_outbox(self, collection: str, item: str) -> bool:
        """Whether the outbox holds a change of it: one that waits meets the deletion when it is sent, one that is in
        conflict or was refused becomes a conflict with the deletion."""
        if collection in COLLECTIONS:
            return False
        open_states = (*WAITING, OutboxState.CONFLICT, OutboxState.REJECTED)
        entries = self._ws.outbox.entries(open_states, item, collection)
        for entry in entries:
            if entry.state in (OutboxState.CONFLICT, OutboxState.REJECTED):
                message = messages.text("sync_deleted_there")
                self._ws.outbox.change(entry.key, state=OutboxState.CONFLICT, remote=RemoteState(), last_error=message)
        return bool(entries)

    def apply(self) -> None:
        """Remove what the platform proved to have deleted, if it is little enough; else it waits for the user."""
        waiting = self._ws.missing.items(reason=Reason.DELETED)
        allowed = limits()
        free = [one for one in waiting if one.collection in allowed.unlimited]
        counted = [one for one in waiting if one.collection not in allowed.unlimited]
        now = free + ([] if self._too_many(counted, allowed) else counted)
        if now:
            with self._ws.transaction():
                for one in now:
                    self._remove(one)
        if len(now) < len(waiting):
            self._report.log(messages.text("sync_removals_wait", count=len(waiting) - len(now)))

    def _too_many(self, waiting: list[MissingItem], allowed: Limits) -> bool:
        if len(waiting) > allowed.count:
            return True
        for collection, number in Counter(one.collection for one in waiting).items():
            known = len(self._intake.pulled.known(collection))
            if number > allowed.single and number > allowed.share * max(known, 1):
                return True
        return False

    def _remove(self, one: MissingItem) -> None:
        if one.collection in COLLECTIONS:
            self._intake.pulled.delete(one.collection, [one.item])
        else:
            self._ws.apply_server(one.collection, ServerRecord(one.item))
        self._ws.missing.clear(one.collection, [one.item])
        self._report.counts["deleted"] += 1


def decide(workspace: Workspace, items: Iterable[MissingItem], choice: str, actor: str) -> int:
    """The user's decision on items that the platform does not show: "remove" them here (take the platform's older
    version where it has one), "offer" them again under new keys, or "keep" them as they are. Returns how many."""
    if choice not in CHOICES:
        raise InputError("sync_choice_unknown", choice=choice)
    count: Counter[str] = Counter()
    with workspace.transaction():
        for one in items:
            _DECIDED[choice](workspace, one, actor)
            count[one.collection] += 1
        for collection, number in count.items():
            workspace.audit.append(
                actor, "decide missing", f"sync:{collection}", Change("", None, {"choice": choice, "count": number})
            )
    return sum(count.values())


def _remove_here(workspace: Workspace, one: MissingItem, actor: str) -> None:
    if one.collection in COLLECTIONS:
        Intake(workspace, actor, Report()).pulled.delete(one.collection, [one.item])
    else:
        for entry in workspace.outbox.entries(None, one.item, one.collection):
            workspace.outbox.remove(entry.key)
        behind = one.reason is Reason.BEHIND and one.row is not None
        body = _older(workspace, one) if behind else None
        workspace.apply_server(one.collection, ServerRecord(one.item, one.version, body), actor, "resolve")
    workspace.missing.clear(one.collection, [one.item])


def _older(workspace: Workspace, one: MissingItem) -> dict[str, Any]:
    local = local_row(workspace, one.collection, one.item)
    row = with_unnamed(workspace, one.collection, one.row or {}, None, local)
    form, base = workspace.form(one.collection), workspace.outbox.base(one.collection, one.item).row
    lately = {key: None for key in form.keys if key in (base or {}) and key not in row}  # what it said only later
    return complete_row(form, {**lately, **row}, base)


def _offer_again(workspace: Workspace, one: MissingItem, actor: str) -> None:
    """A record that was handed in is sent again under a new key; one that was not goes when it is handed in."""
    if one.collection in COLLECTIONS:
        return _keep_here(workspace, one, actor)
    form = workspace.form(one.collection)
    if not workspace.count(form, {"id": one.item}):  # deleted here since: there is nothing to offer
        return workspace.missing.clear(one.collection, [one.item])
    workspace.outbox.set_base(one.collection, one.item, one.version, one.row)
    record = workspace.record(form, one.item)
    if record["status"] in ("submitted", "approved"):
        local = Intake(workspace, actor, Report()).local(form, one.item) or {}
        body = body_of(one.item, workspace.county, {**local, "status": "submitted"})
        operation = Operation.CREATE if one.version is None else Operation.REPLACE
        key = workspace.outbox.put(one.collection, one.item, operation, body)
        workspace.audit.append(actor, "offer again", f"sync:{one.collection}", Change(one.item, None, {"key": key}))
    workspace.missing.clear(one.collection, [one.item])
    return None


def _keep_here(workspace: Workspace, one: MissingItem, actor: str) -> None:
    workspace.missing.keep(one.collection, one.item)


_DECIDED = {REMOVE: _remove_here, OFFER: _offer_again, KEEP: _keep_here}
