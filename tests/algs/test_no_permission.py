"""A folder that may not be written: what cannot be made is named with what to do, and nothing is left behind."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def closed_folder():
    """A folder that may be read and not written, also by the administrator, who takes another user's rights."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o555)
    own = os.geteuid() if hasattr(os, "geteuid") else None
    if own is None:
        pytest.skip("folders of this system are not closed by their mode")
    if own == 0:
        os.seteuid(65534)
    yield folder
    if own == 0:
        os.seteuid(0)
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_workspace_in_a_closed_folder_is_refused_with_the_reason(closed_folder):
    from onemap.plugin.core.errors import OutputError
    from onemap.plugin.store.workspace import Workspace

    with pytest.raises(OutputError) as refused:
        Workspace.create(closed_folder / "county.gpkg", "330110")
    assert refused.value.code == "output_failed" and "county.gpkg" in str(refused.value)
    assert not list(closed_folder.iterdir())


def test_an_output_in_a_closed_folder_is_refused_with_what_to_do(h, closed_folder):
    projects = h.layer("projects", [(h.box_wkt(0, 0), "A")], "XMBH:string")
    with pytest.raises(Exception, match="folder exists and is writable"):
        h.check(projects, [h.layer("YJJBNTTB", [(h.box_wkt(50, 0),)])], FINDINGS=str(closed_folder / "f.gpkg"))
    assert not list(closed_folder.iterdir())


def test_a_report_that_cannot_be_written_is_refused_before_the_check(h, closed_folder):
    projects, farm = (
        h.layer("projects", [(h.box_wkt(0, 0), "A")], "XMBH:string"),
        h.layer("YJJBNTTB", [(h.box_wkt(50, 0),)]),
    )
    feedback = h.Feedback()
    with pytest.raises(Exception, match="errors"):
        h.check(projects, [farm], feedback, REPORT=str(closed_folder / "r.xlsx"))
    assert any("folder is writable" in line for line in feedback.lines)
    assert not any("YJJBNT" in line for line in feedback.lines), "nothing was checked in vain"


def test_a_report_that_is_held_open_is_refused_before_the_check(tmp_path):
    """Excel lets no other program write to a file it has open; a folder in the file's place refuses in the same way."""
    from onemap.plugin.core.errors import OutputError
    from onemap.plugin.report import check_place

    (tmp_path / "r.xlsx").mkdir()
    with pytest.raises(OutputError, match="not open in another program"):
        check_place(tmp_path / "r.xlsx")
    check_place(tmp_path / "new" / "folder" / "r.xlsx")
    assert [place.name for place in tmp_path.iterdir()] == ["r.xlsx"], "looked at, not made"


@pytest.fixture
def maker(qgis_app):
    """What makes the sample; imported with the rights of the user who may read this checkout."""
    from onemap.plugin.bridge.review.sample import make_sample

    return make_sample


@pytest.fixture
def places(qgis_app):
    """(the module that chooses folders, the inspection's folder of results), imported likewise."""
    from onemap.plugin.bridge.layers import output_folder
    from onemap.plugin.bridge.quality.inspection_session import result_folder

    return output_folder, result_folder


def test_files_that_nobody_named_a_folder_for_are_made_where_they_can_be(places, closed_folder, monkeypatch):
    """Projects on a share that may only be read, a user whose documents and home folder may not be written."""
    module, result_folder = places
    where = lambda _place: str(closed_folder)  # noqa: E731
    monkeypatch.setattr(module.QStandardPaths, "writableLocation", where)
    monkeypatch.setattr(module.tempfile, "gettempdir", lambda: "/tmp")  # noqa: S108 - nothing is written there
    assert module.output_folder(closed_folder) == module.output_folder() == Path("/tmp")  # noqa: S108
    assert result_folder(closed_folder / "package.zip").parent == Path("/tmp")  # noqa: S108
    assert not list(closed_folder.iterdir())


def test_a_folder_that_takes_files_is_used(places, tmp_path):
    output_folder = places[0].output_folder
    assert output_folder(tmp_path) == tmp_path and not list(tmp_path.iterdir())
    assert output_folder(tmp_path / "absent") != tmp_path / "absent"


def test_the_sample_in_a_closed_folder_says_what_to_do(maker, closed_folder):
    with pytest.raises(Exception, match="writable"):
        maker(closed_folder / "sample")
