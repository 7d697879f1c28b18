"""The area that control lines were delivered for: what of a project lies outside was not checked, and is never clear."""

import pytest
from onemap.tests.support import rounds as made
from onemap.tests.support.rounds import checked, opened


@pytest.fixture
def projects(h):
    """IN lies inside the county, ACROSS half outside, OUT wholly outside, HIT across and on farmland."""
    places = {"IN": 0, "ACROSS": 950, "OUT": 3000, "HIT": 950}
    rows = [(h.box_wkt(x, 500 if key == "HIT" else 0), key) for key, x in places.items()]
    return h.layer("projects", rows, "XMBH:string")


@pytest.fixture
def farmland(h):
    return h.layer("YJJBNTTB", [(h.box_wkt(950, 500), "001"), (h.box_wkt(300, 300), "002")], "TBBH:string")


def county(h, *boxes):
    return h.layer("XZQ", [(h.box_wkt(x, y, size),) for x, y, size in boxes or [(-1000, -1000, 2000)]])


def verdicts(h, projects, farmland, **more):
    found = h.verdicts(h.check(projects, [farmland], PROJECT_KEY="XMBH", **more))
    return {key: (row["status"], str(row["reason"])) for (key, line), row in found.items() if line == "YJJBNT"}


def test_what_lies_outside_the_area_is_not_checked(h, projects, farmland):
    found = verdicts(h, projects, farmland, CONTROL_EXTENT=county(h))
    assert {key: status for key, (status, _) in found.items()} == {
        "IN": "clear", "ACROSS": "not_checked", "OUT": "not_checked", "HIT": "conflict",
    }  # fmt: skip
    assert found["IN"][1] == "" and "XZQ" in found["HIT"][1]
    (area,) = [word for word in found["ACROSS"][1].split() if word[0].isdigit()][:1]
    assert float(area.replace(",", "")) == pytest.approx(5_000, rel=2e-3)
    assert {status for status, _ in verdicts(h, projects, farmland).values()} == {"clear", "conflict"}


def test_the_polygons_of_the_area_count_together_and_a_sliver_is_no_part(h, farmland):
    near = h.layer("projects", [(h.box_wkt(-50, 0), "SEAM"), (h.box_wkt(899.995, 0), "EDGE")], "XMBH:string")
    both = county(h, (-1000, -1000, 1000), (-1000, 0, 1000), (0, -1000, 1000), (0, 0, 1000))
    assert {status for status, _ in verdicts(h, near, farmland, CONTROL_EXTENT=both).values()} == {"clear"}
    edge = h.layer("projects", [(h.box_wkt(900.005, 0), "EDGE")], "XMBH:string")  # 0.5 m2 outside
    assert verdicts(h, edge, farmland, CONTROL_EXTENT=both)["EDGE"][0] == "clear"
    assert verdicts(h, edge, farmland, CONTROL_EXTENT=both, SLIVER_AREA=0.1)["EDGE"][0] == "not_checked"


def test_an_area_without_polygons_is_refused(h, projects, farmland):
    feedback = h.Feedback()
    with pytest.raises(Exception, match="errors executing"):
        h.check(projects, [farmland], feedback, CONTROL_EXTENT=h.layer("XZQ", []))
    assert any("has no polygon" in line for line in feedback.lines)


def test_the_area_belongs_to_the_round_and_is_used_when_it_runs_again(h, path, tmp_path):
    from onemap.plugin.bridge.review.rounds_rerun import Rerun

    projects = made.saved(made.project_layer({"A": (0, 100.0), "B": (170, 100.0)}), tmp_path / "p.gpkg")
    farmland = made.saved(made.farmland_layer(), tmp_path / "c.gpkg")
    area = made.saved(made.farmland_layer([(-50, 250.0)]), tmp_path / "XZQ.gpkg")
    checked(h, path, projects, [farmland], CONTROL_EXTENT=area)
    with opened(path) as workspace:
        frozen = workspace.cases.load(workspace.cases.round("一期", 1).id)
    assert [one.role for one in frozen.head.inputs].count("control_extent") == 1
    rows = zip(*(frozen.verdicts.column(name) for name in ("project_key", "line_id", "status")))
    assert {key: status for key, line, status in rows if line == "YJJBNT"} == {"A": "conflict", "B": "not_checked"}
    result = Rerun(frozen).run()
    assert result.same and not result.remarks


def test_outside_every_layer_and_without_a_named_area_nothing_is_simply_clear(h, farmland):
    """Close by it is said on every row, farther off than a county reaches nothing was checked; an area answers both."""
    places = {"IN": 320, "NEAR": 5_000, "FAR": 30_000}
    projects = h.layer("projects", [(h.box_wkt(x, 300), key) for key, x in places.items()], "XMBH:string")
    feedback = h.Feedback()
    result = h.check(projects, [farmland], feedback, PROJECT_KEY="XMBH")
    rows = [row for row in h.verdicts(result).values() if row["line_id"] == "YJJBNT"]
    found = {row["project_key"]: (row["status"], str(row["reason"] or "")) for row in rows}
    assert {key: status for key, (status, _) in found.items()} == {
        "IN": "conflict", "NEAR": "clear", "FAR": "not_checked",
    }  # fmt: skip
    assert "CONTROL_EXTENT" in found["NEAR"][1] and "CONTROL_EXTENT" in found["FAR"][1] and not found["IN"][1]
    assert any("2 project(s)" in line for line in feedback.lines)
    area = county(h, (-1000, -1000, 100_000))
    feedback = h.Feedback()
    h.check(projects, [farmland], feedback, PROJECT_KEY="XMBH", CONTROL_EXTENT=area)
    assert not any("CONTROL_EXTENT" in line for line in feedback.lines)  # nobody is told to name what was named
    named = verdicts(h, projects, farmland, CONTROL_EXTENT=area)
    assert {key: (status, reason) for key, (status, reason) in named.items() if key != "IN"} == {
        "NEAR": ("clear", ""), "FAR": ("clear", ""),
    }  # fmt: skip


def test_a_ban_is_broken_outside_every_layer_too(h):
    """Outside the urban boundary is outside it, wherever its layer ends."""
    projects = h.layer("projects", [(h.box_wkt(30_000, 0), "FAR")], "XMBH:string")
    found = h.verdicts(h.check(projects, [h.layer("CZKFBJ", [(h.box_wkt(0, 0),)])], PROJECT_KEY="XMBH"))
    assert found["FAR", "CZKFBJ"]["status"] == "conflict"


def test_messages_name_the_tool_that_has_the_parameter(h):
    """Ranges are told the same and have no CONTROL_EXTENT: what to do must be there wherever it is read."""
    from onemap.plugin.core.messages import text
    from onemap.processing_algs.check_control_lines import CheckControlLines
    from onemap.processing_algs.range_report import RangeReport

    named = {algorithm: set() for algorithm in (CheckControlLines, RangeReport)}
    for algorithm, found in named.items():
        made = algorithm().create()
        found.update(parameter.name() for parameter in made.parameterDefinitions())
    assert "CONTROL_EXTENT" in named[CheckControlLines] and "CONTROL_EXTENT" not in named[RangeReport]
    codes = ("outside_layers_far", "outside_layers_near", "outside_all_layers")
    said = [text(code, km=20, count=1, keys="A") for code in codes]
    assert all(f'"{CheckControlLines().displayName()}" with' in one for one in said)
