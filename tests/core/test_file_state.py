"""The stamp of a file changes with every write, however a copying program hides it."""

import os
import shutil
import sqlite3
import time

from onemap.plugin.core.land import file_state


def database(path, value=1):
    with sqlite3.connect(path) as data:
        data.execute("CREATE TABLE t (a INTEGER)")
        data.execute("INSERT INTO t VALUES (?)", (value,))
    data.close()
    return path


def with_times_of(path, like):
    found = like.stat()
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


def test_a_file_left_alone_keeps_its_fingerprint(tmp_path):
    file = database(tmp_path / "a.gpkg")
    assert file_state.stamp_of(file) == file_state.stamp_of(file)
    assert file_state.fingerprint_of(file) == file_state.fingerprint_of(file)


def test_copied_over_with_size_and_time_kept(tmp_path):
    file, other = database(tmp_path / "a.gpkg", 1), database(tmp_path / "b.gpkg", 2)
    before = file_state.stamp_of(file)
    with_times_of(other, file)
    shutil.copy2(other, file)
    assert file.stat().st_mtime_ns == before[0].mtime_ns and file.stat().st_size == before[0].size
    assert file_state.stamp_of(file) != before


def test_the_samples_tell_without_any_time(tmp_path, monkeypatch):
    file, other = database(tmp_path / "a.gpkg", 1), database(tmp_path / "b.gpkg", 2)
    hashes = [file_state.fingerprint_of(path)[0][-1] for path in (file, other)]
    assert hashes[0] != hashes[1]


def test_the_samples_of_a_large_file_hold_both_ends_and_pages_between(tmp_path, monkeypatch):
    monkeypatch.setattr(file_state, "_ALL", 0)
    file = tmp_path / "a.bin"
    file.write_bytes(bytes(2_000_000))
    before = file_state.fingerprint_of(file)[0][-1]
    for place in (0, 1_999_999, 69_000, 65_536 + 3 * ((2_000_000 - 2 * 65_536) // 256)):
        data = bytearray(2_000_000)
        data[place] = 1
        file.write_bytes(bytes(data))
        assert file_state.fingerprint_of(file)[0][-1] != before, place


def test_a_write_of_sqlite_counts_without_size_or_time(tmp_path):
    file = database(tmp_path / "a.gpkg")
    before = file_state.stamp_of(file)[0]
    with sqlite3.connect(file) as data:
        data.execute("UPDATE t SET a = 5")
    data.close()
    assert file_state.stamp_of(file)[0].counter != before.counter


def test_pending_writes_and_companions_belong_to_the_layer(tmp_path):
    shp = tmp_path / "a.shp"
    for name in ("a.shp", "a.SHX", "a.dbf", "a.cpg", "b.dbf"):
        (tmp_path / name).write_bytes(b"x")
    assert {f.name for f in file_state.layer_files(shp)} == {"a.shp", "a.SHX", "a.dbf", "a.cpg"}
    (tmp_path / "a.gpkg").write_bytes(b"x")
    (tmp_path / "a.gpkg-wal").write_bytes(b"x")
    assert [f.name for f in file_state.layer_files(tmp_path / "a.gpkg")] == ["a.gpkg", "a.gpkg-wal"]


def test_opening_a_log_is_no_change_of_it(tmp_path):
    """SQLite that runs as root sets the owner of the log anew with every connection."""
    database(tmp_path / "a.gpkg")
    log = tmp_path / "a.gpkg-wal"
    log.write_bytes(b"x" * 64)
    before = file_state.stamp_of(tmp_path / "a.gpkg")
    time.sleep(0.02)
    log.chmod(0o600)
    assert file_state.stamp_of(tmp_path / "a.gpkg") == before
    log.write_bytes(b"y" * 64)
    assert file_state.stamp_of(tmp_path / "a.gpkg") != before


def test_a_young_stamp_is_not_settled(tmp_path):
    stamps = file_state.stamp_of(database(tmp_path / "a.gpkg"))
    assert not file_state.is_settled(stamps)
    assert file_state.is_settled(stamps, time.time() + file_state.GRAIN_S + 1)
    assert 0 < file_state.seconds_to_settle(stamps) <= file_state.GRAIN_S
    assert file_state.seconds_to_settle(stamps, time.time() - 1000) == file_state.GRAIN_S


def test_one_file_by_two_names(tmp_path):
    file = database(tmp_path / "a.gpkg")
    (tmp_path / "link.gpkg").symlink_to(file)
    os.link(file, tmp_path / "hard.gpkg")
    assert file_state.same_file(file, tmp_path / "link.gpkg")
    assert file_state.same_file(file, tmp_path / "hard.gpkg")
    assert file_state.same_file(tmp_path / "x" / ".." / "new.gpkg", tmp_path / "new.gpkg")
    assert not file_state.same_file(file, tmp_path / "new.gpkg")
