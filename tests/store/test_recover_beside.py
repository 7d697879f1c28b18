"""A workspace that is put back from its backup while other windows have it open."""

import os
import sqlite3

import pytest
from onemap.plugin.core.errors import OneMapError
from onemap.plugin.store.backup import backup_path
from onemap.plugin.store.database import DamagedError
from onemap.plugin.store.file_watch import FileWatch
from onemap.plugin.store.workspace import Workspace
from onemap.tests.support.workspaces import fresh_workspace, village

FORM = "village_evaluation"


@pytest.fixture
def path(tmp_path):
    path = fresh_workspace(tmp_path / "w.gpkg")
    with Workspace.open(path) as ws:
        ws.save_records(FORM, [village(1)], "li")
        ws.back_up()
    return path


def damage(path):
    data = bytearray(path.read_bytes())
    data[100:4000] = b"\xff" * 3900
    path.write_bytes(data)


def names(ws):
    return sorted(record["zrc"] for record in ws.records(FORM))


def test_who_writes_keeps_others_from_putting_a_backup_in_its_place(path):
    with Workspace.open(path) as writer:
        writer.save_records(FORM, [village(2)], "li")
        before = path.stat().st_ino
        with pytest.raises(OneMapError) as refused:
            Workspace.recover(path, "zhang")
        assert writer.path.name in str(refused.value) and path.stat().st_ino == before
        assert len(names(writer)) == 2
        writer.save_records(FORM, [village(3)], "li")
    with Workspace.open(path) as again:
        assert len(names(again)) == 3 and again.verify_audit().is_intact


def test_a_reader_of_the_damaged_file_never_mixes_two_files_and_writes_into_neither(path):
    with Workspace.open(path, read_only=True) as reader:
        kept = names(reader)
        damage(path)
        ws, aside = Workspace.recover(path, "zhang")
        with ws:
            ws.save_records(FORM, [village(2)], "zhang")
            assert len(names(ws)) == 2 and ws.verify_audit().is_intact
            with pytest.raises(OneMapError):
                reader.save_records(FORM, [village(9)], "li")
        assert aside.exists() and aside != backup_path(path)
        try:
            seen = names(reader)  # what it has open is the file that was set aside
        except OneMapError:
            seen = kept
        assert seen == kept and len(kept) == 1
    with Workspace.open(path, read_only=True) as again:
        assert len(names(again)) == 2


def test_a_damaged_file_is_offered_its_backup_and_a_reader_takes_no_part(path):
    damage(path)
    with pytest.raises(DamagedError):
        Workspace.open(path, read_only=True)
    with pytest.raises(DamagedError):
        Workspace.open(path)
    ws, _ = Workspace.recover(path)
    with ws, sqlite3.connect(path) as data:
        assert data.execute("PRAGMA quick_check").fetchone() == ("ok",)


def replaced(path, state):
    state.replace(path)


def copied_over(path, state):
    with open(path, "rb+") as file:
        file.write(state.read_bytes())
        file.truncate()


@pytest.mark.parametrize("way", [replaced, copied_over])
def test_a_file_that_another_program_replaces_is_noticed(path, way):
    with Workspace.open(path) as ws:
        watch = FileWatch(ws)
        ws.save_records(FORM, [village(2)], "li")
        assert not watch.is_replaced()
        way(path, backup_path(path))
        assert watch.is_replaced()


@pytest.mark.skipif(os.name == "nt", reason="Windows lets nobody replace an open file")
def test_nothing_is_written_into_a_file_that_nobody_sees(path):
    with Workspace.open(path) as ws:
        ws.save_records(FORM, [village(2)], "li")
        backup_path(path).replace(path)
        with pytest.raises(OneMapError) as refused:
            ws.save_records(FORM, [village(3)], "li")
        assert refused.value.code == "store_replaced" and path.name in str(refused.value)
    with Workspace.open(path) as again:
        assert len(names(again)) == 1
    path.unlink()
