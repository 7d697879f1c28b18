"""What a trusted workspace survives: kill -9 at every write step, full disk, two writers, read-only media, damage."""

import os
import shutil
import subprocess
import sys
import time

import pytest
from onemap.plugin.core.errors import InputError, OutputError
from onemap.plugin.store import migrate
from onemap.plugin.store.audit import AuditChain
from onemap.plugin.store.backup import backup_path
from onemap.plugin.store.database import DamagedError, Database
from onemap.plugin.store.workspace import Workspace
from onemap.tests.support.fault_tools import KILLED, in_child, killed_at
from onemap.tests.support.long_runs import every
from onemap.tests.support.workspaces import assert_intact, newer_edition, progress, raw, village

STEPS = 400


def state(path):
    """Everything a user could tell apart: records, chain, outbox, editions, schema version."""
    with Workspace.open(path) as ws:
        assert_intact(ws)
        assert raw(path, "SELECT count(*) FROM onemap_writing") == [(0,)]
        records = [
            [{k: v for k, v in r.items() if k not in ("created_at", "updated_at")} for r in ws.records(f)]
            for f in ws.editions.ids()
        ]
        reported = [(r["act"], r["item"], r["after"]) for r in ws.audit.rows()]
        sent = [(e.item, e.body) for e in ws.outbox.entries()]
        return repr(
            (records, reported, sent, raw(path, "SELECT form, edition FROM onemap_form"), migrate.version_of(ws._db))
        )


def rows():
    return [
        {**progress(plan_type=kind, percent=9), "id": f"new-{kind}"} for kind in ("村庄规划", "详细规划", "专项规划")
    ]


def save(workspace):
    workspace.save_records("plan_progress", [*rows(), {"id": "old", "percent": 77}], "li", "edit")


def submit(workspace):
    workspace.change_status("plan_progress", "old", "submitted", "li")


def install(workspace):
    workspace.editions.install(newer_edition(), "platform")


def delete(workspace):
    workspace.delete_record("plan_progress", "old", "li")


def import_many(workspace):
    workspace.save_records("village_evaluation", ({**village(n), "id": f"v{n}"} for n in range(5000)), "li")


ACTS = [(save, 1), (submit, 1), (install, 1), (delete, 1), (import_many, 700)]


@pytest.mark.parametrize(("act", "step"), ACTS, ids=lambda part: getattr(part, "__name__", ""))
def test_kill_9_at_every_statement_leaves_the_old_or_the_new_state(path, tmp_path, act, step):
    with Workspace.open(path) as ws:
        ws.save_records("plan_progress", [{**progress(plan_type="总体规划-县级"), "id": "old"}], "zhang")
        ws.change_status("plan_progress", "old", "ready", "zhang")
    copy = tmp_path / "copy.gpkg"

    def run(connect):
        ws = Workspace.open(copy, connect=connect)
        act(ws)

    shutil.copy(path, copy)
    old = state(copy)
    shutil.copy(path, copy)
    assert in_child(lambda: run(__import__("sqlite3").connect)) == 0
    new = state(copy)
    assert old != new
    seen = set()
    for statement in range(8, STEPS * step * 4, every(step)):  # the first statements are the connection's settings
        shutil.copy(path, copy)
        killed = killed_at(statement, run)
        found = state(copy)
        assert found in (old, new), statement
        seen.add(found == new)
        if not killed:
            break
    assert not killed and seen == {False, True}


def test_kill_9_at_any_moment_of_an_import(path, tmp_path):
    """Killed by the clock, so within COMMIT and file writes as well."""
    copy = tmp_path / "copy.gpkg"
    counts = []
    for number in range(0, 12, every(1, 2)):
        shutil.copy(path, copy)
        status = in_child(lambda: import_many(Workspace.open(copy)), kill_after=0.02 + number * 0.05)
        with Workspace.open(copy) as ws:
            assert_intact(ws)
            counts.append(ws.count("village_evaluation"))
        assert status in (0, KILLED)
    assert set(counts) <= {0, 5000} and 0 in counts


def test_kill_9_while_a_workspace_is_made(tmp_path):
    target = tmp_path / "new.gpkg"
    for statement in range(0, STEPS * 2, every(9)):
        killed = killed_at(statement, lambda connect: Workspace.create(target, "330110", connect=connect))
        if target.exists():
            state(target)
            target.unlink()
        else:
            Workspace.create(target, "330110").close()  # what the killed one left behind is in nobody's way
            target.unlink()
        if not killed:
            return
    raise AssertionError("never finished")


def test_kill_9_within_a_migration(path, tmp_path):
    folder = tmp_path / "schema"
    shutil.copytree(migrate.SCHEMA, folder)
    known = migrate.steps()[-1][0]
    (folder / f"{known + 1:03d}_more.sql").write_text(
        "CREATE TABLE onemap_more (a);\nINSERT INTO onemap_more VALUES (1);\nALTER TABLE onemap_outbox ADD COLUMN more TEXT;\n"
    )
    with Workspace.open(path) as ws:
        ws.save_records("plan_progress", [progress()], "zhang")
    copy, versions = tmp_path / "copy.gpkg", set()

    def run(connect):
        database = Database(copy, "rw", connect)
        migrate.migrate(database, AuditChain(database), "li", folder)

    for statement in range(6, STEPS * 4, every(1)):
        shutil.copy(path, copy)
        killed = killed_at(statement, run)
        versions.add(version := raw(copy, "SELECT value FROM onemap_settings WHERE key = 'schema_version'")[0][0])
        tables = raw(copy, "SELECT count(*) FROM sqlite_master WHERE name = 'onemap_more'")[0][0]
        columns = [row[1] for row in raw(copy, "PRAGMA table_info(onemap_outbox)")]
        assert (version, tables, "more" in columns) in ((str(known), 0, False), (str(known + 1), 1, True))
        if not killed:
            break
    assert not killed and versions == {str(known), str(known + 1)}
    backup = backup_path(copy, f"v{known}")
    assert raw(backup, "SELECT value FROM onemap_settings WHERE key = 'schema_version'") == [(str(known),)]
    with pytest.raises(InputError, match="newer plugin"):
        Workspace.open(copy)


@pytest.mark.parametrize("read_only", [False, True])
def test_a_journal_left_by_a_killed_writer_is_rolled_back(path, read_only):
    """The child writes more than its cache holds, so half an act is already in the file when it is killed."""

    def spill():
        ws = Workspace.open(path)
        ws._db.execute("PRAGMA cache_size=5")
        ws.save_records(
            "village_evaluation", (village(n) if n < 4000 else os.kill(os.getpid(), 9) for n in range(5000)), "li"
        )

    before = path.read_bytes()
    assert in_child(spill) == KILLED
    assert path.read_bytes() != before and os.path.exists(f"{path}-journal")
    with Workspace.open(path, read_only=read_only) as ws:
        assert ws.count("village_evaluation") == 0
        assert_intact(ws)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 3 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_loses_nothing(path, small_disk):
    file = small_disk / "county.gpkg"
    shutil.copy(path, file)
    with Workspace.open(file) as ws:
        ws.save_records("plan_progress", [progress()], "zhang")
        with pytest.raises(OutputError, match="disk is full") as caught:
            ws.save_records("village_evaluation", (village(n, opinion="长" * 500) for n in range(20_000)), "li")
        assert caught.value.retryable
        assert ws.count("village_evaluation") == 0 and ws.count("plan_progress") == 1
        assert_intact(ws)
        for other in small_disk.glob("*.backup.gpkg"):
            other.unlink()
        ws.save_records("village_evaluation", [village(1)], "li")  # with room again, work goes on
        assert_intact(ws)
    with Workspace.open(file) as ws:
        assert (ws.count("village_evaluation"), ws.count("plan_progress")) == (1, 1)


def test_a_disk_too_full_for_the_backup_still_opens(path, small_disk):
    file = small_disk / "county.gpkg"
    shutil.copy(path, file)
    filler = small_disk / "filler"
    with open(filler, "wb", buffering=0) as full:
        try:
            while True:
                full.write(b"x" * 4096)
        except OSError:
            pass
    with Workspace.open(file) as ws:
        assert not ws.read_only and ws.notice.code in ("store_disk_full", "store_backup_failed")
        with pytest.raises(OutputError, match="disk is full"):
            ws.save_records(
                "plan_progress", [progress(plan_type=k, problem="长" * 9000) for k in ("村庄规划", "详细规划")], "zhang"
            )
    assert not list(small_disk.glob("*.part"))


HOLD = """
import sys, time
sys.path.insert(0, sys.argv[1])
from onemap.plugin.store.workspace import Workspace
ws = Workspace.open(sys.argv[2])
print(ws.read_only, flush=True)
time.sleep(60)
"""


def hold(path):
    links = next(p for p in sys.path if p and os.path.islink(os.path.join(p, "onemap")))
    process = subprocess.Popen([sys.executable, "-c", HOLD, links, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline().strip() == "False"
    return process


def test_the_second_writer_reads_and_is_told_who_writes(path):
    first = hold(path)
    try:
        with Workspace.open(path) as second:
            from onemap.plugin.store.lock import holder_name

            assert second.read_only and second.notice.code == "store_held"
            assert holder_name() in second.notice.text("en") and holder_name() in second.notice.text("zh")
            assert second.count("plan_progress") == 0
            with pytest.raises(OutputError, match="read-only"):
                second.save_records("plan_progress", [progress()], "li")
    finally:
        first.kill()
        first.wait()
    with Workspace.open(path) as third:  # kill -9 left a lock file, but no lock
        assert not third.read_only and third.notice is None
        third.save_records("plan_progress", [progress()], "li")


def test_two_windows_of_one_process_are_two_writers_as_well(path):
    with Workspace.open(path), Workspace.open(path) as second:
        assert second.read_only and second.notice.code == "store_held"
    with Workspace.open(path) as again:
        assert not again.read_only


def test_another_program_that_writes_is_waited_for_and_then_named(ws, monkeypatch):
    import sqlite3

    ws._db.execute("PRAGMA busy_timeout=200")
    other = sqlite3.connect(ws.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("UPDATE onemap_settings SET value = value")
    with pytest.raises(OutputError, match="another program") as caught:
        ws.save_records("plan_progress", [progress()], "li")
    assert caught.value.retryable
    other.execute("ROLLBACK")
    other.close()
    assert ws.save_records("plan_progress", [progress()], "li").created == 1
    assert_intact(ws)


def test_a_read_only_medium_is_read(path, tmp_path):
    folder = tmp_path / "cd"
    folder.mkdir()
    shutil.copy(path, folder / "county.gpkg")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("mounting a read-only medium needs root")
    try:
        shutil.copy(path, folder / "county.gpkg")
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        with Workspace.open(folder / "county.gpkg") as ws:
            assert ws.read_only and ws.notice.code == "store_read_only_open" and ws.county == "330110"
            with pytest.raises(OutputError):
                ws.save_draft("plan_progress", {})
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_damaged_file_is_named_and_the_backup_takes_its_place(path):
    with Workspace.open(path) as ws:
        ws.save_records("plan_progress", [progress()], "zhang")
        ws.back_up()
    with open(path, "rb+") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 12)
    with pytest.raises(DamagedError, match="Last backup: 20"):
        Workspace.open(path)
    ws, aside = Workspace.recover(path, "zhang")
    with ws:
        assert ws.count("plan_progress") == 1 and aside.exists() and not ws.read_only
        assert [r["act"] for r in ws.audit.rows()][-1] == "recover"
        assert_intact(ws)


def test_without_a_backup_recovery_is_refused_and_harms_nothing(path):
    backup_path(path).unlink(missing_ok=True)
    path.write_bytes(b"broken" * 1000)
    with pytest.raises(InputError, match="no intact backup"):
        Workspace.recover(path)
    assert path.read_bytes() == b"broken" * 1000


def test_a_backup_dated_in_the_future_does_not_stop_backups(path):
    """The clock stood wrong when it was made: until that day nothing would be backed up."""
    with Workspace.open(path) as ws:
        ws.save_records("plan_progress", [progress()], "zhang")
        ws.back_up()
        ws.save_records("plan_progress", [progress(plan_type="详细规划")], "zhang")
    later = time.time() + 400 * 86400
    os.utime(backup_path(path), (later, later))
    with Workspace.open(path):
        pass
    assert os.stat(backup_path(path)).st_mtime < later - 86400
    shutil.copy(backup_path(path), path.with_name("copy.gpkg"))
    with Workspace.open(path.with_name("copy.gpkg"), read_only=True) as kept:
        assert kept.count("plan_progress") == 2
