"""Push and pull as one act for whoever calls: window, scheduler or test. Knows no Qt."""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Callable, Optional

from ..core.errors import OneMapError
from ..store.anchors import head_anchor, keep_anchor, note_anchor
from ..store.missing import MissingItem, Reason
from ..store.outbox import OutboxState
from ..store.sync_runs import SyncRun, note_run
from ..store.workspace import Workspace
from . import busy, conflicts, discovery, removals
from .conflicts import Choices, Conflict
from .errors import BusyError, ContractError, ForeignHostError, PlatformError
from .files import FILES_FIRST, FileSender
from .identity import identity_of
from .meter import Meter
from .options import RunOptions
from .preview import Preview, preview
from .pull import Puller
from .push import AUDIT_HEAD, BULK, HEAD_HEADER, Pusher
from .report import Report, Returned
from .transport import Transport
from .unnamed import note_omission, note_unnamed

_GONE = (404, 410)
_MISSHAPEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)


@dataclass
class SyncResult:
    """Counts of a run.

    `done`: records that the platform has with all their files; `file_pending`: records that it acknowledged and
    of which a file is not there yet; `missing`: items that the platform does not show and that wait for a decision;
    `doubled`: numbers that the platform gave to several records;
    `audit`: head of the audit chain after a run that moved something, as a line that verifyaudit compares with;
    `log`: lines for the user; `error`: what ended it early (a OneMapError), None when it went to the end.
    """

    done: int = 0
    conflict: int = 0
    rejected: int = 0
    pending: int = 0
    changed: int = 0
    deleted: int = 0
    merged: int = 0
    missing: int = 0
    file_pending: int = 0
    unreadable: int = 0
    doubled: int = 0
    audit: str = ""
    returned: list[Returned] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    error: Optional[OneMapError] = None

    def as_json(self) -> str:
        """The result for a log file or a scheduler."""
        reported = {**self.__dict__, "error": str(self.error) if self.error else None}
        return json.dumps(reported, ensure_ascii=False)


class SyncService:
    """One workspace and one platform (a Transport). `actor`: who does it, for the audit chain."""

    def __init__(
        self,
        workspace: Workspace,
        transport: Transport,
        actor: str,
        options: Optional[RunOptions] = None,
    ) -> None:
        options = options or RunOptions()
        self._ws, self._http, self._actor = workspace, transport, actor
        self._progress = Meter.of(options.progress)
        self._options = replace(options, progress=self._progress)

    def push(self) -> SyncResult:
        """Send the outbox. Never raises for what the line or the platform does: see `error`."""
        return self._run(self._push)

    def pull(self) -> SyncResult:
        """Take in what is new, likewise."""
        return self._run(self._pull)

    def sync(self) -> SyncResult:
        """Push, then pull."""
        return self._run(self._push, self._pull)

    def _run(self, *steps: Callable[[SyncResult, Report], None]) -> SyncResult:
        result, first = SyncResult(), int(self._ws.audit.head()[0]) + 1
        report = Report(result.log.append, self._actor)
        try:
            busy.demand_free(self._ws, self._http.base_url)
            self._run_steps(steps, result, report)
        except OneMapError as error:
            self._end(result, error)
        except _MISSHAPEN as error:  # the last net: an answer whose shape none of the readers knows
            self._end(result, ContractError("sync_contract", what=f"{type(error).__name__}: {str(error)[:200]}"))
        result.audit = self._note(first, report)
        counts = self._ws.outbox.counts()
        result.pending = counts[OutboxState.PENDING.value] + counts[OutboxState.SENDING.value]
        result.conflict, result.rejected = counts[OutboxState.CONFLICT.value], counts[OutboxState.REJECTED.value]
        result.file_pending = self._ws.uploads.records_open()
        missing = self._ws.missing.counts()
        result.missing = sum(count for (_, reason), count in missing.items() if reason is not Reason.UNREADABLE)
        result.unreadable = sum(missing.values()) - result.missing
        return result

    def _run_steps(
        self, steps: Sequence[Callable[[SyncResult, Report], None]], result: SyncResult, report: Report
    ) -> None:
        """Where an address that was kept from an earlier run leads nowhere, all are asked for anew, once."""
        are_kept = self._find_places()
        try:
            for step in steps:
                step(result, report)
        except PlatformError as error:
            if not are_kept or error.status not in _GONE:
                raise
            self._forget_places()
            self._run_steps(steps, result, report)

    def _note(self, first: int, report: Report) -> str:
        """A run that moved something goes into the history; the line of the chain's head after it."""
        counts = {name: number for name, number in report.counts.items() if number}
        if counts:
            last, platform = int(self._ws.audit.head()[0]), identity_of(self._ws, self._http.base_url)
            run = SyncRun(0, "", self._actor, platform, first, last, counts, tuple(report.changes))
            with suppress(OneMapError):  # a full disk was reported already
                with self._ws.transaction():
                    note_run(self._ws, run)
                    return keep_anchor(self._ws, "sync", platform).line
        return ""

    def _end(self, result: SyncResult, error: OneMapError) -> None:
        if isinstance(error, (ContractError, PlatformError, ForeignHostError)):
            self._forget_places()
        if isinstance(error, BusyError):
            with suppress(OneMapError):  # a full disk: the platform will say it again
                busy.note(self._ws, self._http.base_url, error)
        result.error = error
        result.log.append(str(error))

    def _find_places(self) -> bool:
        """The platform's addresses: kept from an earlier run (then true), else from its links. A kept address that
        leads to another host is not trusted, whoever wrote it into the workspace."""
        position = self._ws.setting("sync_position", {}).get(identity_of(self._ws, self._http.base_url)) or {}
        self._ws.outbox.use(identity_of(self._ws, self._http.base_url), str(position.get("epoch") or ""))
        note_unnamed(self._ws, self._http)
        kept = self._ws.setting("sync_places", {})
        places = discovery.trusted(self._http, kept.get(self._http.base_url) if isinstance(kept, dict) else None)
        self._http.places = places or {}
        if places is None:
            self._http.places = discovery.places(self._http)
            kept = kept if isinstance(kept, dict) else {}
            self._ws.set_setting("sync_places", {**kept, self._http.base_url: self._http.places})
        note_omission(self._ws, self._http)
        return places is not None

    def _hear(self, classes: set[str]) -> None:
        """What the platform announces now, where it was asked for anew."""
        announced = discovery.omits_null(classes)
        if announced != self._http.places.get(discovery.OMITS_NULL):
            self._http.places = {**self._http.places, discovery.OMITS_NULL: announced}
            kept = self._ws.setting("sync_places", {})
            self._ws.set_setting("sync_places", {**kept, self._http.base_url: self._http.places})
            note_omission(self._ws, self._http)

    def _forget_places(self) -> None:
        """The platform's addresses may have moved: the next run looks again."""
        kept = self._ws.setting("sync_places", {})
        if kept.pop(self._http.base_url, None) is not None:
            with suppress(OneMapError):
                self._ws.set_setting("sync_places", kept)

    def _push(self, result: SyncResult, report: Report) -> None:
        self._progress.start("push")
        counts = self._ws.outbox.counts()
        waiting = counts[OutboxState.PENDING.value] + counts[OutboxState.SENDING.value]
        if not waiting and not self._ws.uploads.records_open():
            return
        files = FileSender(self._ws, self._http, report, self._progress)
        try:
            if waiting:
                classes = discovery.demand_locking(self._http)
                self._hear(classes)
                if any(FILES_FIRST in name for name in classes):
                    files.send_before()
                pusher = Pusher(self._ws, self._http, self._actor, report, self._options)
                pusher.bulk = any(BULK in name for name in classes)
                self._run_with_head(pusher, any(AUDIT_HEAD in name for name in classes))
            files.send_open()
        finally:
            lacking = {(one.collection, one.item) for one in self._ws.uploads.open()}
            result.done = report.counts["done"] - len(report.sent & lacking)
            result.merged = report.counts["merged"]

    def _run_with_head(self, pusher: Pusher, announced: bool) -> None:
        """Push; a platform that keeps them gets the head of the audit chain as it is before."""
        anchor = head_anchor(self._ws, identity_of(self._ws, self._http.base_url))
        pusher.head = {HEAD_HEADER: anchor.line} if announced else {}
        try:
            pusher.run()
        finally:
            if announced and not pusher.head:
                with suppress(OneMapError):  # a full disk was reported already
                    note_anchor(self._ws, anchor, "platform")

    def _pull(self, result: SyncResult, report: Report) -> None:
        self._progress.start("pull")
        puller = Puller(self._ws, self._http, self._actor, report, self._options)
        try:
            puller.run()
        finally:
            result.changed, result.deleted = report.counts["changed"], report.counts["deleted"]
            result.merged, result.returned = report.counts["merged"], report.returned
            result.doubled = report.doubled

    # what needs a person

    def conflict(self, key: str) -> Conflict:
        """One conflict by its entry's key."""
        return conflicts.conflict(self._ws, key)

    def resolve(self, key: str, choices: Choices) -> None:
        """Decide a conflict: see conflicts.resolve."""
        conflicts.resolve(self._ws, key, choices, self._actor)

    def withdraw(self, key: str) -> None:
        """Give up a change that the platform rejected: the record becomes what the platform has."""
        entry = conflicts.entry_in(self._ws, key, OutboxState.REJECTED)
        remote = Puller(self._ws, self._http, self._actor).fetch(entry.collection, entry.item)
        conflicts.withdraw(self._ws, key, remote, self._actor)

    def missing(self) -> list[MissingItem]:
        """What the platform does not show any more and somebody has to decide."""
        return [one for one in self._ws.missing.items() if one.reason is not Reason.UNREADABLE]

    def decide_missing(self, items: Iterable[MissingItem], choice: str) -> int:
        """Decide them: see removals.decide."""
        return removals.decide(self._ws, items, choice, self._actor)

    def preview(self) -> Preview:
        """What a sync would do: see preview.preview. Raises what the line or the platform does."""
        return preview(self._ws, self._http)
