"""The small made-up dictionary that ships: parent chains, renamed and merged codes."""

from onemap.plugin.core.land.divisions import Divisions
from onemap.plugin.store.division_table import read_divisions
from onemap.plugin.store.workspace import Workspace

SAMPLE = "resources/divisions/made_up.csv"


def test_the_sample_is_a_whole_dictionary(pytestconfig, tmp_path):
    found = Divisions(read_divisions(pytestconfig.rootpath / SAMPLE))
    assert [d.name for d in found.chain("990102100202")] == ["示例省", "示例市", "云溪县", "竹山镇", "上坞村"]
    for division in found:
        assert all(step.code == division.code[: len(step.code)] for step in found.chain(division.code))
        assert not division.successor or (found.get(division.successor).valid_in(None) and division.valid_to)
    assert found.problem("990102100203")[1]["now"] == "990102100202 上坞村"
    assert found.problem("990102100203", 2010) is None and found.problem("990102100299")[0] == "form_division_unknown"
    with Workspace.create(tmp_path / "w.gpkg", "990102", pytestconfig.rootpath / SAMPLE) as ws:
        assert ws.import_divisions(pytestconfig.rootpath / SAMPLE, "zhang") == len(found) == len(ws.divisions())
        assert ws.verify_audit().is_intact
