"""A new file that another program looks into for a moment still gets its name; one that stays held is said to be so."""

import gc
import os
from pathlib import Path

import pytest
from onemap.plugin.core import files


class Scanner:
    """A virus scanner on Windows: refuses the first acts upon a file."""

    def __init__(self, act, times, winerror=32):
        self._act, self.left, self._winerror = act, times, winerror

    def __call__(self, *paths, **options):
        if self.left:
            self.left -= 1
            error = PermissionError(13, "used by another process", str(paths[0]))
            error.winerror = self._winerror
            raise error
        return self._act(*paths, **options)


@pytest.fixture
def waits(monkeypatch):
    seen = []
    monkeypatch.setattr(files.time, "sleep", seen.append)
    return seen


def two(folder):
    draft, path = folder / "a.part", folder / "a.xlsx"
    draft.write_text("new", encoding="utf-8")
    path.write_text("old", encoding="utf-8")
    return draft, path


@pytest.mark.parametrize("winerror", [5, 32, 33])
def test_a_file_that_is_looked_into_gets_its_name_a_little_later(monkeypatch, tmp_path, waits, winerror):
    draft, path = two(tmp_path)
    monkeypatch.setattr(os, "replace", Scanner(os.replace, 3, winerror))
    files.put_in_place(draft, path)
    assert path.read_text(encoding="utf-8") == "new" and not draft.exists() and len(waits) == 3


def test_one_that_stays_open_is_refused_and_the_old_one_stays(monkeypatch, tmp_path, waits):
    draft, path = two(tmp_path)
    monkeypatch.setattr(os, "replace", Scanner(os.replace, 99))
    with pytest.raises(PermissionError):
        files.put_in_place(draft, path)
    assert path.read_text(encoding="utf-8") == "old" and 1 < sum(waits) < 3


def test_a_refusal_of_another_system_or_kind_is_not_tried_again(monkeypatch, tmp_path, waits):
    draft, path = two(tmp_path)
    for error in (PermissionError(13, "read-only"), OSError(28, "disk full")):
        monkeypatch.setattr(os, "replace", lambda *_paths, error=error: (_ for _ in ()).throw(error))
        with pytest.raises(OSError):
            files.put_in_place(draft, path)
    assert not waits


def test_what_is_of_no_use_any_more_is_removed_or_left(monkeypatch, tmp_path, waits):
    draft, _ = two(tmp_path)
    monkeypatch.setattr(os, "unlink", Scanner(os.unlink, 2))
    assert files.remove(draft) and not draft.exists() and files.remove(draft)
    draft.write_text("x", encoding="utf-8")
    monkeypatch.setattr(os, "unlink", Scanner(os.unlink, 99))
    assert not files.remove(draft) and draft.exists()


def test_a_folder_of_drafts_is_tried_again_on_windows(monkeypatch, tmp_path, waits):
    real, left = files.shutil.rmtree, [2]

    def held(path, ignore_errors):
        left[0] -= 1
        if left[0] < 0:
            real(path, ignore_errors=ignore_errors)

    folder = tmp_path / "draft"
    folder.mkdir()
    monkeypatch.setattr(files.shutil, "rmtree", held)
    monkeypatch.setattr(files, "os", type("Windows", (), {"name": "nt", "path": os.path}))
    files.remove_folder(folder)
    assert not folder.exists() and len(waits) == 2


def test_a_report_and_a_table_of_rules_survive_a_scanner(monkeypatch, tmp_path, waits):
    from onemap.plugin.formats.rules.yaml_writer import save_text

    monkeypatch.setattr(os, "replace", Scanner(os.replace, 2))
    save_text(tmp_path / "a.yaml", "a: 1\n")
    assert (tmp_path / "a.yaml").read_text(encoding="utf-8") == "a: 1\n" and [p.name for p in tmp_path.iterdir()] == [
        "a.yaml"
    ]


def test_nothing_else_of_the_plugin_gives_a_file_its_name():
    """What is moved without patience fails now and then on an office PC, and nowhere else."""
    import re
    from pathlib import Path

    plugin = Path(files.__file__).resolve().parents[1]
    found = [
        path.relative_to(plugin).as_posix()
        for path in plugin.rglob("*.py")
        if re.search(r"\bos\.(replace|rename)\(|\w\.replace\([^,()]+\)", path.read_text(encoding="utf-8"))
    ]
    assert found == ["core/files.py"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("甲/乙镇. ", "甲_乙镇"), ("CON", "CON_"), ("nul.gpkg", "nul_.gpkg"), ("Aux .x", "Aux_ .x"), ("com1.tar.gz", "com1_.tar.gz"),
        ("LPT² ", "LPT²_"), ("conveyor", "conveyor"), ("...", "_"), ("", "_"), ('a<b>:"c|d?*e\x1f', "a_b___c_d__e_"),
        ("长" * 99, "长" * 60), ("长" * 59 + ". x", "长" * 59), ("ＣＯＮ", "ＣＯＮ"),
    ],
)  # fmt: skip
def test_a_name_made_of_any_text_is_one_that_windows_takes(text, name):
    assert files.safe_name(text) == name


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        (r"\\server\共享\a #1?.gpkg", "file:////server/%E5%85%B1%E4%BA%AB/a%20%231%3F.gpkg?mode=ro"),
        (r"C:\Users\a.gpkg", "file:///C%3A/Users/a.gpkg?mode=ro"),
    ],
)
def test_a_database_on_a_share_of_windows_is_no_host_of_an_address(monkeypatch, path, uri):
    """A mapped drive becomes such a share wherever a path is resolved."""
    monkeypatch.setattr(files.sys, "platform", "win32")
    monkeypatch.setattr(files, "_absolute", str)
    assert files.sqlite_uri(path, "ro") == uri


def test_sqlite_opens_what_its_address_names(tmp_path):
    import sqlite3
    from contextlib import closing

    odd = tmp_path / "a\\b ?#%41 县.db"
    with closing(sqlite3.connect(files.sqlite_uri(odd, "rwc"), uri=True)) as data:
        data.execute("CREATE TABLE t (a)")
    assert odd.is_file()
    with (
        pytest.raises(sqlite3.OperationalError),
        closing(sqlite3.connect(files.sqlite_uri(odd, "ro"), uri=True)) as data,
    ):
        data.execute("CREATE TABLE u (a)")


def test_nothing_else_of_the_plugin_makes_an_address_of_a_database():
    from pathlib import Path

    plugin = Path(files.__file__).resolve().parents[1]
    found = [path for path in plugin.rglob("*.py") if ".as_uri()" in path.read_text(encoding="utf-8")]
    assert found == []


def test_a_scratch_folder_that_is_held_is_left_without_an_error_and_goes_later(monkeypatch):
    """As on Windows, where a data set of GDAL that still lives keeps its file; Python 3.9 cannot ignore it by itself."""
    with monkeypatch.context() as windows:
        for name in ("unlink", "remove", "rmdir"):
            windows.setattr(os, name, Scanner(getattr(os, name), 99))
        with files.Scratch() as folder:
            (folder / "held.gpkg").write_text("rows", encoding="utf-8")
        assert (folder / "held.gpkg").exists()
        scratch = files.Scratch()
        (scratch.path / "held.gpkg").write_text("rows", encoding="utf-8")
        scratch.close()
        assert scratch.path.exists()
    left = scratch.path
    del scratch  # nobody keeps it any more but the frames of the errors
    gc.collect()
    assert not left.exists()
    assert not folder.exists()


def test_a_scratch_folder_goes_at_its_end():
    with files.Scratch("onemap_test_") as folder:
        (folder / "a").mkdir()
        assert folder.name.startswith("onemap_test_") and folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()


def test_no_other_folder_of_the_plugin_raises_at_its_end():
    """Python's own does, and says so to the user in place of the result."""
    rooms = Path(files.__file__).parents[2]
    names = [path for room in ("plugin", "forms", "processing_algs") for path in (rooms / room).rglob("*.py")]
    assert [path.name for path in names if "TemporaryDirectory(" in path.read_text(encoding="utf-8")] == []
