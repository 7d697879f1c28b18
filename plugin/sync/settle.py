"""Answers of the platform, on line or in a receipt, and what they mean for the outbox and the records here."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Optional, Union

from ..core import messages
from ..core.errors import OneMapError
from ..core.forms.schema import Form
from ..store.audit import Change
from ..store.outbox import Operation, OutboxEntry, OutboxState, RemoteState, Row
from ..store.record_table import LOCKED
from ..store.server_rows import ServerRecord
from ..store.workspace import Workspace
from .errors import ContractError, PlatformError
from .files import files_of
from .masking import unmasked, without_masks
from .merge import MergeResult, merge, same
from .report import Report
from .unnamed import with_unnamed
from .wire import STATUSES, RemoteItem, base_of, body_of, flat, stored


@dataclass(frozen=True)
class Accepted:
    """The platform took it. `version`: what it is there now, None where the answer does not say."""

    version: Optional[int]


@dataclass(frozen=True)
class Remote:
    """The platform has another version than we knew: `item`, None where it has none any more."""

    item: Optional[RemoteItem]


@dataclass(frozen=True)
class Failed:
    """The platform refused, or could not answer."""

    error: OneMapError


Answer = Union[Accepted, Remote, Failed]


class Settler:
    """Settles answers of one workspace, inside the transaction of the batch that they belong to."""

    def __init__(self, workspace: Workspace, actor: str, report: Report) -> None:
        self._ws, self._actor, self._report = workspace, actor, report
        self._forms = {form.id: form for form in workspace.forms()}
        self._held: Optional[dict[str, list[Change]]] = None  # rows of the audit chain that wait for their batch

    def settle_all(self, answers: Iterable[tuple[OutboxEntry, Answer]]) -> None:
        """Write down the answers of a batch; what went well is written into the audit chain in one go."""
        held: dict[str, list[Change]] = {}
        self._held = held
        try:
            for entry, answer in answers:
                self.settle(entry, answer)
        finally:
            self._held = None
        for collection, changes in held.items():
            self._ws.audit.append_many(self._actor, "push", f"sync:{collection}", changes)

    def settle(self, entry: OutboxEntry, answer: Answer) -> None:
        """Write down one answer."""
        if isinstance(answer, Accepted):
            self._done(entry, answer.version)
        elif isinstance(answer, Remote):
            self._merge(entry, answer.item)
        elif answer.error.retryable or isinstance(answer.error, ContractError):
            self._ws.outbox.change(entry.key, state=OutboxState.PENDING, last_error=str(answer.error))
            self._note(entry, "waits", str(answer.error))
        else:
            self._reject(entry, answer.error)

    def _audit(self, entry: OutboxEntry, act: str, after: Row) -> None:
        self._ws.audit.append(self._actor, act, f"sync:{entry.collection}", Change(entry.item, None, after))

    def _done(self, entry: OutboxEntry, version: Optional[int]) -> None:
        outbox = self._ws.outbox
        body = None if entry.op is Operation.DELETE or entry.body is None else base_of(entry.body)
        if body is not None and entry.op is Operation.UPDATE:
            body = {**(outbox.base(entry.collection, entry.item).row or {}), **body}
        if body is not None and version is None:
            version = (entry.base_version or 0) + 1
        outbox.set_base(entry.collection, entry.item, None if body is None else version, body)
        for earlier in outbox.entries((OutboxState.REJECTED,), entry.item, entry.collection):
            if earlier.seq < entry.seq:
                outbox.remove(earlier.key)
        outbox.remove(entry.key)
        self._ws.missing.clear(entry.collection, [entry.item])
        self._ws.uploads.note(files_of(entry.collection, entry.item, entry.body))
        self._report.sent.add((entry.collection, entry.item))
        reported = {"op": entry.op.value, "version": version, "key": entry.key}
        if self._held is None:
            self._audit(entry, "push", reported)
        else:
            self._held.setdefault(entry.collection, []).append(Change(entry.item, None, reported))
        self._report.counts["done"] += 1

    def _merge(self, entry: OutboxEntry, current: Optional[RemoteItem]) -> None:
        """The platform has another version than we knew."""
        if entry.op is Operation.UPDATE:
            return self._overtaken(entry)
        if entry.op is Operation.DELETE and current is None:  # deleted on both sides: nobody has to decide
            return self._done(entry, None)
        if entry.op is Operation.DELETE or current is None or entry.body is None:
            return self._conflict(entry, current, ())
        form = self._form(entry.collection)
        try:
            known = self._ws.outbox.base(entry.collection, entry.item).row
            remote = with_unnamed(self._ws, entry.collection, flat(current, form), known, entry.body)
            # a locked record takes no more values: those that were withheld stay here
            local = entry.body if remote.get("status") in LOCKED else None
            remote = without_masks(form, unmasked(form, remote, known, local))
        except ContractError as error:
            return self.settle(entry, Failed(error))
        result = merge(self._ws.outbox.base(entry.collection, entry.item).row, base_of(entry.body), remote)
        if result.conflicts:
            return self._conflict(entry, current, result.conflicts)
        self._ws.outbox.set_base(entry.collection, entry.item, current.version, remote)
        county = entry.body["county"]
        if not _changed(remote, result.merged):  # our own request of before, or the same thought twice
            return self._done(entry.but(body=body_of(entry.item, county, remote)), current.version)
        return self._send_merged(entry, current.version, remote, result)

    def _send_merged(self, entry: OutboxEntry, version: int, remote: Row, result: MergeResult) -> None:
        """What both sides changed in different fields goes out again as one, under a new key."""
        assert entry.body is not None  # noqa: S101 - for the type checker
        body = body_of(entry.item, entry.body["county"], result.merged)
        self._ws.outbox.remove(entry.key)
        self._ws.outbox.put(entry.collection, entry.item, Operation.REPLACE, body, entry.depends_on)
        fields = ", ".join(result.from_remote)
        self._take_over(entry, version, remote, result.merged)
        self._audit(entry, "merge", {"version": version, "from_remote": fields})
        self._note(entry, "merged", fields)
        self._report.counts["merged"] += 1

    def _take_over(self, entry: OutboxEntry, version: int, remote: Row, merged: Row) -> None:
        """The record here gets what the merge took from the platform's."""
        form = self._form(entry.collection)
        if form is not None and self._ws.count(form, {"id": entry.item}):
            row = {k: v for k, v in stored(merged).items() if k in (*form.keys, "geometry")}
            self._ws.apply_server(form, ServerRecord(entry.item, version, row), self._actor, "merge")
            self._ws.outbox.set_base(form.id, entry.item, version, remote)

    def _overtaken(self, entry: OutboxEntry) -> None:
        """A return of a record that has changed since: the question was about what is no longer there. The next pull
        brings the record as it is now."""
        text = messages.text("sync_return_overtaken")
        self._ws.outbox.remove(entry.key)
        self._audit(entry, "return overtaken", {"reason": (entry.body or {}).get("return_reason")})
        self._note(entry, "overtaken", text)
        self._report.counts["overtaken"] += 1

    def _conflict(self, entry: OutboxEntry, current: Optional[RemoteItem], fields: tuple[str, ...]) -> None:
        row = flat(current, self._form(entry.collection)) if current else None
        state = RemoteState(current.version if current else None, fields, row)
        text = messages.text("sync_conflict", fields=", ".join(fields))
        self._ws.outbox.change(entry.key, state=OutboxState.CONFLICT, remote=state, last_error=text)
        self._audit(entry, "conflict", {"fields": list(fields)})
        self._note(entry, "conflict", ", ".join(fields))
        self._report.counts["conflict"] += 1

    def _reject(self, entry: OutboxEntry, error: OneMapError) -> None:
        text = error.server_text if isinstance(error, PlatformError) else str(error)
        self._ws.outbox.change(entry.key, state=OutboxState.REJECTED, last_error=text)
        self._audit(entry, "rejected", {"words": text})
        self._reopen(entry, text, self._locks(entry, error))
        self._note(entry, "rejected", text)
        self._report.counts["rejected"] += 1

    def _stands(self, entry: OutboxEntry, status: str) -> None:
        """The record here has the status that it has there; its values wait for a decision."""
        form = self._form(entry.collection)
        if form is None or not self._ws.count(form, {"id": entry.item}):
            return
        base = self._ws.outbox.base(form.id, entry.item)
        reported = ServerRecord(entry.item, base.version, {"status": status, "return_reason": None})
        self._ws.apply_server(form, reported, self._actor, "locked")
        self._ws.outbox.set_base(form.id, entry.item, base.version, base.row)

    def _locks(self, entry: OutboxEntry, error: OneMapError) -> Optional[str]:
        """The status that locks a record there: as the refusal says, else as it was last reported; None for none, and
        for a return that was asked for: the question stays with the record until somebody gives it up."""
        if entry.op is Operation.UPDATE:
            return None
        said = error.problem.get("status") if isinstance(error, PlatformError) and error.status == 409 else None
        known = (self._ws.outbox.base(entry.collection, entry.item).row or {}).get("status")
        status = said if isinstance(said, str) and said in STATUSES else known
        return status if status in LOCKED else None

    def _reopen(self, entry: OutboxEntry, text: str, locks: Optional[str]) -> None:
        """A record that the platform does not take goes back to the person who filled it in, with the
        platform's words. One that is locked there is not: nobody returned it.
        """
        if locks is not None:
            return self._stands(entry, locks)
        try:
            self._ws.change_status(entry.collection, entry.item, "returned", self._actor, text)
        except OneMapError:  # not a form record, or no longer submitted here: the entry alone tells
            return

    def _form(self, collection: str) -> Optional[Form]:
        return self._forms.get(collection)

    def _note(self, entry: OutboxEntry, what: str, text: str) -> None:
        self._report.log(f"{entry.collection} {entry.item}: {what} - {text}")


def _changed(base: Row, row: Row) -> bool:
    return any(not same(name, base.get(name), row.get(name)) for name in row)
