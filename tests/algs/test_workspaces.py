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
    refused(h, "exists already", "createworkspace", WORKSPACE=path, COUNTY="330110")
    (tmp_path / "text.gpkg").write_text("nothing")
    refused(h, "damaged|no workspace", "verifyaudit", WORKSPACE=str(tmp_path / "text.gpkg"))
