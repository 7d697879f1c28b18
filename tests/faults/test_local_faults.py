"""The fault list on the county's own side: power cuts, a full disk, kills at any statement, the same bag twice."""

import json
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest
from onemap.tests.support.long_runs import every
from onemap.tests.support.promises import hold

TESTS = Path(__file__).resolve().parents[1]
KEY = b"county key of the fault tests"


def reopen(desk, path=None):
    """The desk on its workspace file as it is now."""
    from onemap.plugin.store.workspace import Workspace

    desk.ws.close()
    desk.path = path or desk.path
    desk.ws = Workspace.open(desk.path)
    assert not desk.ws.read_only


def test_kill_9_of_the_client_before_every_statement_of_a_push(desk, a, check):
    from onemap.plugin.store.workspace import Workspace
    from onemap.tests.support.fault_tools import killed_at

    items, kills = [], 0
    for statement in range(20, 2000, every(4, 3)):
        items += [desk.fill(), desk.fill()]
        desk.ws.close()

        def push(connect):
            desk.ws = Workspace.open(desk.path, connect=connect)
            desk.push()

        was_killed = killed_at(statement, push)
        desk.ws = Workspace.open(desk.path)
        assert hold(desk, a, items[-2:]) <= set(items[-2:])
        kills += was_killed
        if not was_killed:
            break
        result = desk.push()
        assert result.pending == 0, result.log
    assert kills >= 4 and not was_killed
    check(desk, a, items)


@pytest.mark.parametrize("unsynced", ["lost", "torn"])
def test_a_power_cut_before_a_write_of_a_push(desk, a, check, tmp_path, unsynced):
    pytest.importorskip("apsw")
    from onemap.plugin.core.errors import OneMapError
    from onemap.plugin.store.database import Database
    from onemap.plugin.store.workspace import Workspace
    from onemap.tests.support.power_cut import Connection, Disk, PowerCut

    items, cuts = [], 0
    for countdown in range(1, 400, 9):
        items.append(desk.fill())
        desk.ws.close()
        name = f"{unsynced}{countdown}"
        disk = Disk(name, {str(desk.path): desk.path.read_bytes()})
        desk.ws = Workspace(Database(desk.path, "rw", lambda file, **_: Connection(file, name)))  # noqa: B023 used at once
        disk.countdown, was_cut = countdown, False
        try:
            was_cut = desk.push().error is not None
        except (PowerCut, sqlite3.Error, OneMapError):
            was_cut = True
        for file, content in disk.survivors(unsynced).items():
            Path(file).write_bytes(content)
        desk.ws = Workspace.open(desk.path)
        hold(desk, a, items[-1:])
        cuts += was_cut
        if not was_cut:
            break
        assert desk.push().pending == 0
    assert cuts >= 3 and not was_cut
    check(desk, a, items)


def fill_up(folder):
    """Leave no room on a disk; returns the file to remove."""
    filler = folder / "filler"
    with open(filler, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 12))
        except OSError:
            return filler


@pytest.mark.parametrize("moment", ["before a byte leaves", "after the answer"])
def test_a_full_disk_during_a_push(make_desk, a, check, small_disk, moment):
    desk = make_desk("full")
    items = [desk.fill() for _ in range(3)]
    desk.ws.close()
    shutil.copy(desk.path, small_disk / "county.gpkg")
    reopen(desk, small_disk / "county.gpkg")
    fillers = []
    if moment == "after the answer":
        service = desk.service
        send = service._http.send

        def answered(method, *arguments, **options):
            answer = send(method, *arguments, **options)
            if method == "PUT" and not fillers:
                fillers.append(fill_up(small_disk))
            return answer

        service._http.send = answered
        result = service.push()
    else:
        fillers.append(fill_up(small_disk))
        result = desk.push()
    assert "disk is full" in str(result.error), result
    assert hold(desk, a, items, [result]) == set(items)
    fillers[0].unlink()
    result = desk.push()
    assert result.done == 3
    check(desk, a, items, [result])


def test_a_full_disk_during_the_first_load(make_desk, a, small_disk):
    from onemap.plugin.store.pulled import Pulled

    desk = make_desk("loaded")
    desk.ws.close()
    shutil.copy(desk.path, small_disk / "county.gpkg")
    reopen(desk, small_disk / "county.gpkg")
    filler = fill_up(small_disk)
    result = desk.pull()
    hold(desk, a, [], [result])
    assert result.error is not None and "full" in str(result.error).lower() or "space" in str(result.error).lower(), (
        result.error
    )
    filler.unlink()
    assert desk.pull().error is None and len(Pulled(desk.ws).versions("control_line")) == 300


def test_the_same_bag_twice(make_desk, start_platform, a, check, tmp_path):
    from onemap.plugin.sync.courier import Courier

    platform = start_platform("--lines", 10)  # the province counts bags per county
    desk, caller = make_desk("courier", on=platform), type(a)(platform, platform.tokens["county_a"])
    (tmp_path / "key").write_bytes(KEY)
    items = [desk.fill() for _ in range(3)]
    courier = Courier(desk.ws, KEY, "li")
    courier.pack(tmp_path / "1.zip")
    assert hold(desk, caller, items) == set(items)
    for _ in range(2):
        command = [
            TESTS / "platform" / "courier",
            platform.folder,
            tmp_path / "1.zip",
            tmp_path / "receipt.zip",
            tmp_path / "key",
        ]
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=60)
        assert json.loads(done.stdout) == {"answers": 3, "accepted": 3}, done.stderr
    assert courier.unpack(tmp_path / "receipt.zip")["done"] == 3
    check(desk, caller, items)
    assert not courier.unpack(tmp_path / "receipt.zip") and any("taken in before" in line for line in courier.log)
    check(desk, caller, items)
