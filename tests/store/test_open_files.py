"""Files that are open are not replaced on Windows: what replaces files has closed them before."""

import os

import pytest
from onemap.plugin.core.land.array_store import ArrayStore, Part, write_store
from onemap.plugin.store.backup import backup_path, restore, write_backup
from onemap.plugin.store.workspace import Workspace
from onemap.tests.support.windows_files import keep_open_files

pytestmark = pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="the system lists no open files")


@pytest.fixture(autouse=True)
def windows(monkeypatch):
    keep_open_files(monkeypatch)


def test_what_is_open_is_refused_here_as_well(tmp_path):
    path = tmp_path / "a"
    with open(path, "wb"), pytest.raises(PermissionError):
        path.unlink()
    path.unlink()


def test_a_workspace_is_made_backed_up_and_restored(tmp_path):
    path = tmp_path / "县 库.gpkg"
    with Workspace.create(path, "330110") as workspace:
        write_backup(workspace._db, backup_path(path))
        write_backup(workspace._db, backup_path(path))
    aside = restore(path)
    assert aside.exists() and sorted(p.suffix for p in tmp_path.iterdir() if p.name.endswith(".part")) == []
    Workspace.open(path).close()


def test_a_store_that_is_in_use_is_written_anew(tmp_path):
    import numpy as np
    import shapely

    path, part = tmp_path / "a.layer", Part(np.array([1]), np.array([shapely.box(0, 0, 1, 1)]))
    write_store(path, {"fingerprint": 1}, [part])
    store = ArrayStore(path, 1)
    assert store.geometries(np.array([0]))[0].area == 1.0
    write_store(path, {"fingerprint": 2}, [part])
    assert ArrayStore(path, 2).fids.tolist() == [1]
