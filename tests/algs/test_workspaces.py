"""createworkspace and verifyaudit, as a user runs them."""

import sqlite3

import pytest
from onemap.plugin.core.forms.schema import FORM_IDS
from onemap.plugin.store.workspace import Workspace

ROW = {
    "xzqdm": "330110",
    "xzqmc": "余杭区",
    "plan_type": "村庄规划",
    "stage": "公示",
    "stage_date": "2026-03-01",
    "reported_at": "2026-03-20",
}


@pytest.fixture
def h(qgis_app):
    from onemap.tests.support import algorithms as helpers

    return helpers


def refused(h, words, name, **parameters):
    from qgis.core import QgsProcessingException

    with pytest.raises(QgsProcessingException, match=words):
        h.run(name, **parameters)


def test_a_workspace_is_made_and_its_chain_verified(h, tmp_path):
    csv, path = tmp_path / "divisions.csv", str(tmp_path / "county.gpkg")
    csv.write_text("code,name\n330110,余杭区\n", encoding="utf-8-sig")
    outline = h.layer("outline", [(h.box_wkt(0, 0),), (h.box_wkt(100, 0),)])
    assert (
        h.run("createworkspace", WORKSPACE=path, COUNTY="330110", DIVISIONS=str(csv), DISTRICT=outline)["WORKSPACE"]
        == path
    )
    with Workspace.open(path) as ws:
        ws.save_records("plan_progress", [ROW], "zhang")
        assert ws.divisions().name("330110") == "余杭区"
    result = h.run("verifyaudit", WORKSPACE=path)
    assert (result["ROW_COUNT"], result["BROKEN_AT"], result["DIFFERING_COUNT"]) == (2 + len(FORM_IDS), 0, 0)
    connection = sqlite3.connect(path)
    connection.executescript("DROP TRIGGER onemap_audit_no_update; UPDATE onemap_audit SET actor = 'x' WHERE seq = 4;")
    connection.close()
    feedback = h.Feedback()
    assert h.run("verifyaudit", feedback, WORKSPACE=path)["BROKEN_AT"] == 4
    assert any("row 4" in line for line in feedback.lines)


def test_mistakes_are_named(h, tmp_path):
    path = str(tmp_path / "county.gpkg")
    refused(h, "6 digits", "createworkspace", WORKSPACE=path, COUNTY="33")
    refused(h, "no polygon", "createworkspace", WORKSPACE=path, COUNTY="330110", DISTRICT=h.layer("empty", []))
    h.run("createworkspace", WORKSPACE=path, COUNTY="330110")
    refused(h, "already exists", "createworkspace", WORKSPACE=path, COUNTY="330110")
    (tmp_path / "text.gpkg").write_text("nothing")
    refused(h, "damaged|not a workspace", "verifyaudit", WORKSPACE=str(tmp_path / "text.gpkg"))


def test_an_encrypted_bag_bears_the_chain_out(h, tmp_path, monkeypatch):
    """Its own county can open it; without the key that is said, and nothing is passed over."""
    from onemap.plugin.store.workspace import Workspace
    from onemap.plugin.sync import age
    from onemap.plugin.sync.courier import Courier

    if not age.available():
        pytest.skip("the cryptography package is not there")
    path, bag, county = tmp_path / "county.gpkg", tmp_path / "1.zip.age", age.new_identity()
    with Workspace.create(path, "330110") as workspace:
        courier = Courier(workspace, b"0123456789abcdef", "li")
        courier.recipient, courier.identity = age.recipient_of(age.new_identity()), county
        courier.pack(bag)
        workspace._db.execute("DELETE FROM onemap_anchor")  # what the bag itself holds has to do
    monkeypatch.delenv("ONEMAP_BAG_IDENTITY", raising=False)
    refused(h, "encrypted", "verifyaudit", WORKSPACE=str(path), ANCHORS=str(bag))
    monkeypatch.setenv("ONEMAP_BAG_IDENTITY", county)
    result = h.run("verifyaudit", WORKSPACE=str(path), ANCHORS=str(bag))
    assert (result["ANCHOR_COUNT"], result["ANCHOR_BROKEN_COUNT"], result["BROKEN_AT"]) == (1, 0, 0)


def test_an_algorithm_says_that_it_brought_an_old_workspace_along(h, tmp_path, monkeypatch):
    from onemap.plugin.store import migrate

    path, known = tmp_path / "old.gpkg", migrate.steps()
    with monkeypatch.context() as earlier:
        earlier.setattr(migrate, "steps", lambda *_folder: known[:-1])
        (tmp_path / "divisions.csv").write_text("code,name\n330110,余杭区\n", encoding="utf-8")
        Workspace.create(path, "330110", tmp_path / "divisions.csv").close()
    read, written = h.Feedback(), h.Feedback()
    h.run("verifyaudit", read, WORKSPACE=str(path))
    assert any("earlier version" in line and "only read" in line for line in read.lines)
    wishes = {"FORM": "plan_progress", "WORKSPACE": str(path), "LEVEL": "county", "FOLDER": str(tmp_path / "books")}
    h.run("distributeworkbooks", written, **wishes)
    kept = f"old.v{known[-2][0]}.gpkg"
    assert any("earlier version" in line and kept in line for line in written.lines) and (tmp_path / kept).is_file()
