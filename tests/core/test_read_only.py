"""A file that somebody made read-only is no place for a result, on any system and for any user."""

import json
import os
import stat

import pytest
from onemap.plugin.core import files
from onemap.plugin.core.errors import OutputError


@pytest.fixture
def kept(tmp_path):
    path = tmp_path / "kept.html"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o444)
    yield path
    path.chmod(0o644)


def test_a_draft_does_not_take_the_place_of_a_read_only_file(kept, tmp_path):
    draft = tmp_path / "draft"
    draft.write_text("new", encoding="utf-8")
    with pytest.raises(PermissionError):
        files.put_in_place(draft, kept)
    assert kept.read_text(encoding="utf-8") == "old" and draft.exists()
    kept.chmod(0o644)
    files.put_in_place(draft, kept)
    assert kept.read_text(encoding="utf-8") == "new"


def test_a_complete_file_is_there_or_the_old_one(kept, tmp_path, monkeypatch):
    with pytest.raises(PermissionError):
        files.write_complete(kept, b"new")
    kept.chmod(0o644)
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError):
        files.write_complete(kept, b"new")
    monkeypatch.undo()
    assert kept.read_text(encoding="utf-8") == "old" and os.listdir(tmp_path) == ["kept.html"]
    files.write_complete(kept, b"new")
    files.write_complete(tmp_path / "fresh.txt", b"new")
    assert kept.read_text(encoding="utf-8") == "new" and sorted(os.listdir(tmp_path)) == ["fresh.txt", "kept.html"]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o644


def writers():
    from onemap.plugin.formats.parcels.model import ParcelFile
    from onemap.plugin.formats.parcels.txt import write_parcel_txt
    from onemap.plugin.formats.workbook.mapping import Profile
    from onemap.plugin.report import check_place, save_default_template

    yield "place", check_place
    yield "template", lambda path: save_default_template([], path)
    yield "profile", lambda path: Profile().save(path)
    yield "parcels", lambda path: write_parcel_txt(ParcelFile({}, []), path)


@pytest.mark.parametrize("name", ["place", "template", "profile", "parcels"])
def test_every_writer_refuses_it(kept, name):
    with pytest.raises((OSError, OutputError)):
        dict(writers())[name](kept)
    assert kept.read_text(encoding="utf-8") == "old"


def test_an_output_of_a_run_is_refused_before_it(kept):
    pytest.importorskip("osgeo")
    from onemap.plugin.bridge.layers.output_files import Place, refuse_held

    with pytest.raises(OutputError):
        refuse_held({"Result": [Place(kept)]})
    refuse_held({"Result": [Place(kept.with_name("other.gpkg"))]})


def test_a_log_is_refused_as_every_output(kept):
    pytest.importorskip("qgis")
    from onemap.processing_algs.exchange import write_log

    with pytest.raises(OSError):
        write_log(kept, json.dumps({}))
    assert kept.read_text(encoding="utf-8") == "old"
