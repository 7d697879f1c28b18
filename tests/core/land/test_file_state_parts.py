"""Which files belong to a layer, when a stamp can be trusted, and what a hash is kept for."""

import hashlib
import os
from pathlib import Path

import pytest
from onemap.plugin.core.land import file_state
from onemap.plugin.core.land.file_state import (
    GRAIN_S,
    FileStamp,
    companion,
    file_sha256,
    fingerprint_of,
    is_settled,
    known_sha256,
    layer_files,
    same_file,
    seconds_to_settle,
    stamp_of,
)


def stamp(mtime_s, ctime_s=0.0):
    return FileStamp("a", 1, 2, 3, int(mtime_s * 1e9), int(ctime_s * 1e9), "")


def test_a_shapefile_has_companions_in_small_or_capital_letters(tmp_path):
    for name in ("a.shp", "a.SHX", "a.dbf", "a.qix", "b.dbf"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "a.prj").write_bytes(b"")  # an empty one says nothing
    names = [file.name for file in layer_files(tmp_path / "a.shp")]
    assert names == ["a.shp", "a.SHX", "a.dbf"]
    assert companion(tmp_path / "a.shp", ".shx").name == "a.SHX" and companion(tmp_path / "a.shp", ".cpg") is None


def test_a_database_has_its_log_and_a_folder_its_files(tmp_path):
    (tmp_path / "c.gpkg").write_bytes(b"x")
    assert [f.name for f in layer_files(tmp_path / "c.gpkg")] == ["c.gpkg"]
    (tmp_path / "c.gpkg-wal").write_bytes(b"y")
    (tmp_path / "c.gpkg-journal").write_bytes(b"")
    assert [f.name for f in layer_files(tmp_path / "c.gpkg")] == ["c.gpkg", "c.gpkg-wal"]
    folder = tmp_path / "d.gdb"
    (folder / "in").mkdir(parents=True)
    for name in ("b", "a", "x.lock", "in/c"):
        (folder / name).write_bytes(name.encode())
    assert [str(f.relative_to(folder)) for f in layer_files(folder)] == ["a", "b", str(Path("in/c"))]
    assert file_sha256(folder) == hashlib.sha256(b"abin/c").hexdigest()
    assert [s.name for s in stamp_of(folder)] == ["a", "b", "c"] and [row[0] for row in fingerprint_of(folder)] == [
        "a",
        "b",
        "c",
    ]


def test_a_stamp_is_trusted_once_it_is_older_than_the_grain_of_the_clock():
    one = stamp(100.0)
    assert not one.is_settled(100.0 + GRAIN_S) and one.is_settled(100.1 + GRAIN_S)
    assert not stamp(50.0, 100.0).is_settled(101.0)  # the later of the two times counts
    assert is_settled([one], 103.0) and not is_settled([one, stamp(102.5)], 103.0) and is_settled([], 0.0)


def test_how_long_until_stamps_can_be_trusted():
    assert seconds_to_settle([stamp(100.0)], 100.5) == pytest.approx(GRAIN_S - 0.5)
    assert seconds_to_settle([stamp(100.0), stamp(99.0, 100.25)], 100.5) == pytest.approx(GRAIN_S - 0.25)
    assert seconds_to_settle([stamp(100.0)], 200.0) == 0 == seconds_to_settle([], 5.0)
    assert seconds_to_settle([stamp(1e6)], 5.0) == GRAIN_S  # a clock elsewhere that is ahead


def test_a_settled_file_is_hashed_once(tmp_path, monkeypatch):
    file = tmp_path / "a.bin"
    file.write_bytes(b"one")
    read = []
    monkeypatch.setattr(file_state, "file_sha256", lambda path: read.append(path) or "hash")
    monkeypatch.setattr(file_state, "is_settled", lambda stamps, now=None: True)
    assert known_sha256(file) == known_sha256(file) == "hash" and len(read) == 1
    os.utime(file, ns=(1, 1))
    assert known_sha256(file) == "hash" and len(read) == 2
    monkeypatch.setattr(file_state, "is_settled", lambda stamps, now=None: False)
    os.utime(file, ns=(2, 2))
    known_sha256(file), known_sha256(file)
    assert len(read) == 4  # a file that is being written is never taken for known


def test_hashes_that_are_kept_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(file_state, "_HASHES", {})
    monkeypatch.setattr(file_state, "_HASHES_KEPT", 3)
    monkeypatch.setattr(file_state, "is_settled", lambda stamps, now=None: True)
    for name in "abcde":
        (tmp_path / name).write_text(name)
        known_sha256(tmp_path / name)
    assert [Path(key).name for key in file_state._HASHES] == ["c", "d", "e"]


def test_files_that_are_not_there_are_told_apart_by_their_names(tmp_path):
    assert same_file(tmp_path / "x", tmp_path / "y" / ".." / "x") and not same_file(tmp_path / "x", tmp_path / "z")


def test_many_tables_of_one_file_sample_it_once_and_a_change_shows_at_once(tmp_path, monkeypatch):
    path, asked, sample = tmp_path / "lines.gpkg", [], file_state._sample_sha256
    path.write_bytes(b"one")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    monkeypatch.setattr(file_state, "_sample_sha256", lambda *of: asked.append(of) or sample(*of))
    monkeypatch.setattr(file_state.FileStamp, "is_settled", lambda self, now: self.mtime_ns < 1_700_000_001 * 10**9)
    with file_state.samples_shared():
        first = file_state.fingerprint_of(path)
        assert file_state.fingerprint_of(path) == first and len(asked) == 1
        path.write_bytes(b"two")
        assert file_state.fingerprint_of(path) != first  # young: sampled each time
        assert file_state.fingerprint_of(path) != first and len(asked) == 3
    file_state.fingerprint_of(path)
    assert len(asked) == 4
