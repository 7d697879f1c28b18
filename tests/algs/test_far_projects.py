"""One project of many that lies where the others do not, under a layer that covers both places."""

import pytest


@pytest.mark.parametrize("away, named", [(280_000, True), (40_000, False)])
def test_a_project_far_from_all_others_is_named_and_says_so(h, tmp_path, away, named):
    rows = [(h.box_wkt(300 * n, 200 * n), f"P{n}") for n in range(5)] + [(h.box_wkt(away, 0), "远")]
    projects = h.layer("projects", rows, "XMBH:string")
    wide = h.layer("STBHHX", [(h.box_wkt(-50_000, -9_000), "1"), (h.box_wkt(350_000, 9_000), "2")], "BSM:string")
    feedback = h.Feedback()
    found = h.verdicts(h.check(projects, [wide], feedback))
    far, near = found["远", "STBHHX"], found["P0", "STBHHX"]
    assert near["status"] == far["status"] == "clear" and not near["reason"]
    assert ("check its zone" in far["reason"]) == named
    assert any("wrong zone" in line and "远" in line for line in feedback.lines) == named


def test_of_few_projects_nobody_can_say_which_lies_wrong(h):
    rows = [(h.box_wkt(0, 0), "A"), (h.box_wkt(280_000, 0), "B")]
    wide = h.layer("STBHHX", [(h.box_wkt(-50_000, -9_000), "1"), (h.box_wkt(350_000, 9_000), "2")], "BSM:string")
    found = h.verdicts(h.check(h.layer("projects", rows, "XMBH:string"), [wide]))
    assert not found["B", "STBHHX"]["reason"]
