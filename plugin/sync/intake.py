"""What the platform reports is taken into the workspace: handed-down data by the table, records one by one where
somebody works on them here and in one act where nobody does.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Optional

from ..core import messages
from ..core.forms.schema import Form
from ..store.missing import MissingItem, MissingItems, Reason
from ..store.outbox import UNSETTLED, Base, Operation, OutboxState, RemoteState, Row
from ..store.pulled import COLLECTIONS, Known, Pulled
from ..store.record_table import LOCKED
from ..store.server_rows import PLATFORM, ServerRecord
from ..store.workspace import Workspace
from .conflicts import local_row
from .errors import ContractError
from .first_load import check_county
from .masking import unmasked, without_masks
from .merge import differs, merge, same
from .report import MOST_CHANGES, Report, Returned
from .unnamed import as_known, omits_null, with_unnamed
from .wire import RemoteItem, base_of, body_of, flat, stored


class Intake:
    """Takes items into one workspace, inside the caller's transaction. `compare`: the platform may have gone back (it
    was restored, or is another one): versions alone say nothing then, contents are compared."""

    def __init__(self, workspace: Workspace, actor: str, report: Report, only: Optional[Iterable[str]] = None) -> None:
        self._ws, self._actor, self.report = workspace, actor, report
        self._handed_down = frozenset(COLLECTIONS if only is None else only)
        self.pulled = Pulled(workspace)
        self.compare = False
        self._ready: dict[tuple[str, str], ServerRecord] = {}

    @property
    def missing(self) -> MissingItems:
        """Items that the platform does not show any more."""
        return self._ws.missing

    def names(self) -> set[str]:
        """Collections that are wanted here."""
        return {*self._handed_down, *self._ws.editions.ids()}

    def has(self, known: Optional[Known], version: int) -> bool:
        """Whether that version, or a later one, is here already."""
        return known is not None and not self.compare and known.version >= version and known.complete

    def made_again(self) -> set[tuple[str, str]]:
        """(collection, item) of what the platform deleted and is still here: what it shows of one of them now is
        another item under the same id, whatever its version says."""
        marked = [one for one in self.missing.items() if one.reason in (Reason.DELETED, Reason.EDITED)]
        conflicts = self._ws.outbox.entries((OutboxState.CONFLICT,))
        waiting = {(one.collection, one.item) for one in conflicts if one.remote and one.remote.version is None}
        return waiting | {(one.collection, one.item) for one in marked}

    def take_newer(self, item: RemoteItem) -> None:
        """Take in one item unless it is here already."""
        if item.collection not in self.names():
            return
        again = (item.collection, item.id) in self.made_again()
        if again or not self.has(self.pulled.known_one(item.collection, item.id), item.version):
            self.take([item], again)

    def take(self, items: Sequence[RemoteItem], force: bool = False) -> None:
        """Take in items of any collections; `force`: also where a later version is here."""
        county = self._ws.county
        for item in items:
            check_county(county, item.properties)
        latest = {(item.collection, item.id): item for item in sorted(items, key=lambda one: one.version)}
        for collection in sorted({item.collection for item in items}):
            group = [item for (of, _), item in latest.items() if of == collection]
            if collection in COLLECTIONS:
                self._put(collection, group, force)
            else:
                self._take_records(self._ws.form(collection), group, force)

    def _put(self, collection: str, items: list[RemoteItem], force: bool) -> None:
        lacking = dict.fromkeys(self.pulled.columns(collection) if omits_null(self._ws) else ())
        rows = [
            {
                **lacking,
                **{name: value for name, value in item.properties.items() if name not in ("geometry", "geom", "blob")},
                **{"id": item.id, "version": item.version},
                **({"geometry": item.geometry} if item.says_shape else {}),
            }
            for item in items
        ]
        self.pulled.put(collection, rows, self.compare or force)
        self.missing.clear(collection, [item.id for item in items])
        self.report.counts["changed"] += len(items)

    # records

    def make_ready(self, form: Form, items: Iterable[RemoteItem]) -> None:
        """Do beforehand what needs no database, in whatever thread: `take` has less to do then."""
        writer = self._ws.server_writer(form)
        for item in items:
            with suppress(ContractError):  # met again when it is taken, and noted there
                record = ServerRecord(item.id, item.version, item.row(form))
                self._ready[form.id, item.id] = writer.prepared(record, PLATFORM)

    def _take_records(self, form: Form, items: list[RemoteItem], force: bool) -> None:
        busy = self._ws.outbox.items_of(form.id)
        here = self._ws.existing(form, [item.id for item in items])
        items = [item for item in items if force or item.id not in here or not self._is_outdated(item)]
        plain: list[tuple[RemoteItem, Row]] = []
        worked_on: list[tuple[RemoteItem, Row]] = []
        for item in items:
            row = self._readable(form, item)
            if row is not None:
                group = worked_on if item.id in busy or item.id in here else plain
                group.append((item, row))
        self._apply(form, plain)
        for item, row in worked_on:
            self._take_known(form, item, row, item.id in busy)
        for item in items:
            self._ready.pop((form.id, item.id), None)

    def _is_outdated(self, item: RemoteItem) -> bool:
        """Whether a later version is here: a listing that moves while it is read, or comes from two copies of a
        database, shows an item twice."""
        known = self.pulled.known_one(item.collection, item.id)
        return known is not None and not self.compare and known.version > item.version

    def _readable(self, form: Form, item: RemoteItem) -> Optional[Row]:
        """The item's row; None, and a line in the log, for one whose values fit no column. It is asked for again."""
        ready = self._ready.get((form.id, item.id))
        if ready is not None and ready.version == item.version:
            return ready.body
        try:
            return item.row(form)
        except ContractError as error:
            self.unreadable(item.collection, item.id, error)
            return None

    def unreadable(self, collection: str, item: str, error: ContractError) -> None:
        """One item cannot be used: it stops nothing and is asked for again by the next pull."""
        self.missing.mark([MissingItem(collection, item, Reason.UNREADABLE)])
        self.report.log(f"{collection} {item}: {error}")
        self.report.counts["unreadable"] += 1

    def _apply(self, form: Form, items: list[tuple[RemoteItem, Row]]) -> None:
        self._ws.apply_server_many(form, [self._server_record(form, item, row) for item, row in items])
        self.missing.clear(form.id, [item.id for item, _ in items])
        for item, _ in items:
            self._count(item)

    def _server_record(self, form: Form, item: RemoteItem, row: Row) -> ServerRecord:
        """What was made ready, if it is of this very row."""
        ready = self._ready.get((form.id, item.id))
        return ready if ready is not None and ready.body is row else ServerRecord(item.id, item.version, row)

    def _take_known(self, form: Form, item: RemoteItem, row: Row, busy: bool) -> None:
        outbox = self._ws.outbox
        base, remote = outbox.base(item.collection, item.id), flat(item, form)
        # the outbox meets the new version when it is sent, and merges there; what the platform only added comes in now
        local = self.local(form, item.id)
        if busy:
            remote = with_unnamed(self._ws, form.id, remote, base.row, local)
            if base.version == item.version:
                outbox.set_base(item.collection, item.id, item.version, remote)
            return self._conflicts_move_on(form, item, remote)
        # what the platform said last it did not say yet in an older version
        older = unmasked(form, with_unnamed(self._ws, form.id, remote, None, local), base.row, local)
        if self.compare and local is not None and self._went_back(item, base, local, older):
            return
        remote = as_known(self._ws, form, remote, base.row, local)
        row = _reported(remote, row)
        edited = local is not None and differs(base.row, local)
        if local is not None and edited and differs(remote, local):
            self._merge_local(form, item, base, local, remote)
        else:
            self._apply(form, [(item, row)])

    def _conflicts_move_on(self, form: Form, item: RemoteItem, remote: Row) -> None:
        """A conflict that nobody decided yet is about what the platform has now, not about what it had then."""
        for entry in self._ws.outbox.entries((OutboxState.CONFLICT,), item.id, item.collection):
            state = entry.remote or RemoteState()
            if state.version is not None and state.version >= item.version and not self.compare:
                continue
            former = state.base if state.base is not None else self._ws.outbox.base(form.id, item.id).row
            local = base_of(entry.body) if entry.body else {}
            fields = merge(
                former, local, without_masks(form, as_known(self._ws, form, remote, former, local))
            ).conflicts
            shown = fields or state.fields
            self._ws.outbox.change(
                entry.key,
                remote=RemoteState(item.version, shown if entry.body else (), remote, state.base),
                last_error=messages.text("sync_conflict", fields=", ".join(shown)),
            )

    def _went_back(self, item: RemoteItem, base: Base, local: Row, remote_row: Row) -> bool:
        """The platform has an older version than it acknowledged: that is for somebody to decide."""
        if base.version is None or item.version >= base.version or not differs(remote_row, local):
            return False
        found = MissingItem(item.collection, item.id, Reason.BEHIND, item.version, remote_row)
        self.missing.mark([found])
        self.report.counts["behind"] += 1
        return True

    def _count(self, item: RemoteItem) -> None:
        self.report.counts["changed"] += 1
        if len(self.report.changes) < MOST_CHANGES:
            who = str(item.properties.get("updated_by") or "")[:80]
            self.report.changes.append((item.collection, item.id, who))
        if item.properties.get("status") == "returned":
            reason = str(item.properties.get("return_reason") or "")
            self.report.returned.append(Returned(item.collection, item.id, reason))
            self.report.log(f"{item.collection} {item.id}: returned - {reason}")

    def local(self, form: Form, record: str) -> Optional[Row]:
        """The local values of a record as a flat row; None when it is not here."""
        return local_row(self._ws, form.id, record)

    def _merge_local(self, form: Form, item: RemoteItem, base: Base, local: Row, remote_row: Row) -> None:
        """Edited here, not yet queued, and changed there."""
        former, remote = ({k: v for k, v in (row or {}).items() if k in local} for row in (base.row, remote_row))
        result = merge(former, local, remote)
        if (
            item.properties.get("status") in LOCKED
        ):  # nobody may write to it now: what was typed here is for somebody to decide
            unequal = (name for name in sorted(local) if not same(name, local[name], remote.get(name)))
            result = replace(result, conflicts=tuple(name for name in unequal if name not in result.from_remote))
        self._ws.apply_server(form, ServerRecord(item.id, item.version, _reported(remote_row, item.row(form))))
        self.missing.clear(form.id, [item.id])
        if not result.conflicts:
            self._ws.save_records(form, [{**stored(result.merged), "id": item.id}], self._actor, "merge")
            self.report.counts["merged"] += 1
            return self._count(item)
        body = body_of(item.id, self._ws.county, {**remote_row, **local})
        key = self._ws.outbox.put(item.collection, item.id, Operation.REPLACE, body)
        state = RemoteState(item.version, result.conflicts, remote_row, former)
        fields = ", ".join(result.conflicts)
        self._ws.outbox.change(
            key, state=OutboxState.CONFLICT, remote=state, last_error=messages.text("sync_conflict", fields=fields)
        )
        self.report.log(f"{item.collection} {item.id}: conflict - {fields}")
        self.report.counts["conflict"] += 1
        return None

    # what is not sent yet

    def waits(self, collection: str, record: str) -> bool:
        """Whether the outbox holds a change of a record."""
        return bool(self._ws.outbox.entries(UNSETTLED, record, collection))

    def unsent(self, collection: str, record: str) -> bool:
        """Whether a record holds something that the platform never had: edits, typing, a change of status."""
        form = self._ws.form(collection)
        local, base = self.local(form, record), self._ws.outbox.base(collection, record)
        if local is None:
            return bool(self._ws.outbox.items_of(collection) & {record})
        if base.row is None or differs(base.row, local) or self._ws.draft(collection, record) is not None:
            return True
        status: Any = self._ws.record(form, record).get("status")
        return bool(base.row.get("status")) and status != base.row.get("status")


def _reported(remote: Row, row: Row) -> Row:
    """A completed flat row as the workspace saves it: no number was taken back that `row` does not mention."""
    return {name: value for name, value in stored(remote).items() if name != "case_no" or name in row}
