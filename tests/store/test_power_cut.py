"""A power cut before every single write and sync: what was answered is there, what was not is there whole or not at all."""

import sqlite3

import pytest

pytest.importorskip("apsw")

from onemap.plugin.core.errors import OneMapError
from onemap.plugin.store.database import Database
from onemap.plugin.store.workspace import Workspace
from onemap.tests.support.long_runs import every
from onemap.tests.support.power_cut import Connection, Disk, PowerCut
from onemap.tests.support.workspaces import assert_intact, progress

KINDS = ("村庄规划",)


def acts(workspace, answered):
    """Acts of a user; `answered` gets a line when the program has said that it is done."""
    for number, kind in enumerate(KINDS):
        workspace.save_records("plan_progress", [{**progress(plan_type=kind), "id": f"r{number}"}], "zhang")
        answered.append(f"saved r{number}")
    workspace.change_status("plan_progress", "r0", "ready", "zhang")
    answered.append("ready r0")
    workspace.change_status("plan_progress", "r0", "submitted", "li")
    answered.append("submitted r0")


def run(path, name, countdown):
    disk = Disk(name, {str(path): path.read_bytes()})
    workspace = Workspace(Database(path, "rw", lambda file, **_: Connection(file, name)))
    answered = []
    disk.countdown, disk.operations = countdown, 0
    cut = False
    try:
        acts(workspace, answered)
    except (PowerCut, sqlite3.Error, OneMapError):  # what a program hears of a dead disk
        if countdown is None:
            raise
        cut = True
    return disk, answered, cut


def found(path):
    with Workspace.open(path) as workspace:
        assert_intact(workspace)
        seen = []
        for number in range(len(KINDS)):
            rows = list(workspace.records("plan_progress", {"id": f"r{number}"}))
            seen += [f"saved r{number}"] * len(rows)
        status = next((r["status"] for r in workspace.records("plan_progress", {"id": "r0"})), "draft")
        seen += ["ready r0"] * (status in ("ready", "submitted")) + ["submitted r0"] * (status == "submitted")
        assert len(workspace.outbox.entries()) == (status == "submitted")
        return seen


@pytest.mark.parametrize(("unsynced", "step"), [("lost", 1), ("kept", 2), ("torn", 2)])
def test_power_cut_before_every_write_and_sync(path, tmp_path, unsynced, step):
    disk, answered, _ = run(path, "whole", None)
    assert len(answered) == 3 and disk.operations > 30
    target, beyond = tmp_path / "after.gpkg", 0
    for countdown in range(0, disk.operations, every(step)):
        cut_disk, answered, cut = run(path, f"cut{countdown}", countdown)
        assert cut
        for file, content in cut_disk.survivors(unsynced).items():
            (tmp_path / file.replace(str(path), str(target))).write_bytes(content)
        seen = found(target)
        assert seen[: len(answered)] == answered and len(seen) <= len(answered) + 1, countdown
        beyond += len(seen) > len(answered)
        for left in tmp_path.glob("after*"):
            left.unlink()
    assert beyond < disk.operations / 3  # only cuts after the commit's last sync find more than was answered


def test_the_disk_does_forget(path, tmp_path):
    """The test's own disk: without syncs the very same acts are lost."""
    disk = Disk("forgetful", {str(path): path.read_bytes()})
    workspace = Workspace(Database(path, "rw", lambda file, **_: Connection(file, "forgetful")))
    workspace._db.execute("PRAGMA synchronous=OFF")
    answered = []
    acts(workspace, answered)
    target = tmp_path / "after.gpkg"
    target.write_bytes(disk.survivors("lost")[str(path)])
    assert len(answered) == 3 and found(target) == []
