"""The syncs that were run, as the audit chain keeps them, and the way back from what one of them brought in."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Optional

from ..core.errors import InputError
from .audit import Change, replayed
from .server_rows import ServerWriter

if TYPE_CHECKING:
    from .workspace import Workspace

ACT = "sync run"


@dataclass(frozen=True)
class SyncRun:
    """`seq`: of its row in the chain; `first`, `last`: the rows that it wrote; `counts`: what it moved; `changes`:
    [collection, item, who changed it on the platform], the first of them."""

    seq: int
    at: str
    actor: str
    platform: str
    first: int
    last: int
    counts: dict[str, int]
    changes: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Undone:
    """`reverted`: records that are as before the pull; `skipped`: (form, record) changed here since, left alone."""

    reverted: int
    skipped: tuple[tuple[str, str], ...]


def note_run(workspace: "Workspace", run: SyncRun) -> None:
    """Write a run into the chain."""
    noted = {"platform": run.platform, "first": run.first, "last": run.last, "counts": run.counts}
    changes = [list(change) for change in run.changes]
    workspace.audit_act(run.actor, ACT, "sync", Change("", None, {**noted, "changes": changes}))


def runs(workspace: "Workspace", limit: int = 200) -> list[SyncRun]:
    """The latest runs, newest first."""
    sql = "SELECT seq, at, actor, after FROM onemap_audit WHERE act = ? ORDER BY seq DESC LIMIT ?"
    found = []
    for seq, at, actor, after in workspace._db.rows(sql, (ACT, limit)):
        noted = json.loads(after)
        changes = tuple(tuple(change) for change in noted.get("changes", ()))
        head = (noted["platform"], noted["first"], noted["last"], noted["counts"])
        found.append(SyncRun(seq, at, actor, *head, changes))
    return found


def undo_pull(workspace: "Workspace", seq: int, actor: str) -> Undone:
    """Bring the records that a run pulled, or removed, back to what they were before it; one transaction.

    A record that was changed here since is left alone. What the platform has stays as it is there. InputError for a
    run that is not known.
    """
    run = next((one for one in runs(workspace, 10_000) if one.seq == seq), None)
    if run is None:
        raise InputError("sync_run_unknown", seq=seq)
    reverted, skipped = 0, []
    forms = {form.id: form for form in workspace.forms()}
    sql = (
        "SELECT DISTINCT subject, item FROM onemap_audit WHERE seq BETWEEN ? AND ? AND act IN ('pull', 'merge')"
        " ORDER BY subject, item"
    )
    with workspace.transaction():
        for form_id, record in list(workspace._db.rows(sql, (run.first, run.last))):
            if form_id not in forms:
                continue
            before, then, now = (_state(workspace, form_id, record, upto) for upto in (run.first - 1, run.last, None))
            if then != now:
                skipped.append((form_id, record))
            elif before != now:
                _revert(workspace, forms[form_id], record, before, actor)
                reverted += 1
        noted = {"run": seq, "reverted": reverted, "skipped": len(skipped)}
        workspace.audit.append(actor, "undo pull", "sync", Change(str(seq), None, noted))
    return Undone(reverted, tuple(skipped))


def _state(workspace: "Workspace", subject: str, item: str, upto: Optional[int]) -> Optional[dict[str, Any]]:
    """Values of a record as the chain reports them up to one of its rows."""
    sql = "SELECT after FROM onemap_audit WHERE item = ? AND subject = ? AND seq <= ? ORDER BY seq"
    state: Optional[dict[str, Any]] = None
    for (after,) in workspace._db.rows(sql, (item, subject, upto if upto is not None else 1 << 62)):
        state = replayed(state, after)
    return state


def _revert(workspace: "Workspace", form: Any, record: str, before: Optional[dict[str, Any]], actor: str) -> None:
    if before is None:
        noted = workspace.audit.state_of(form.id, record)
        workspace._db.execute(f'DELETE FROM "{form.id}" WHERE id = ?', (record,))  # noqa: S608 - checked identifier
        workspace.audit.append(actor, "undo pull", form.id, Change(record, noted, None))
        return
    row = {key: before.get(key) for key in (*form.keys, "status", "version", "case_no", "return_reason")}
    if form.geometry != "none":
        row["geometry"] = bytes.fromhex(before["geom"]) if before.get("geom") else None
    row["status"] = row["status"] or "draft"
    writer = ServerWriter(workspace._db, workspace.audit, form, workspace.county)
    writer.save([{**row, "id": record}], actor, "undo pull")
