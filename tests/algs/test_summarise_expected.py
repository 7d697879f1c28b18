"""Completeness against a list of expected indicators: what nobody reported is missed, what is not asked for is told."""

import csv

import pytest
from onemap.plugin.core.errors import CatalogueError
from onemap.plugin.formats.rules.expected_files import expected_list, expected_names

HEAD = ("政区代码", "指标", "年份", "数值", "单位", "原因")


def test_lists_of_every_level_name_indicators_that_are_there():
    found = {name: expected_list(name) for name in expected_names()}
    counts = {name: len(one.indicators) for name, one in found.items()}
    assert counts == {"plan_city": 35, "plan_county": 31, "plan_town": 12, "plan_village": 12, "assessment": 34}
    assert all(one.title and one.confidence != "seen" for one in found.values())
    with pytest.raises(CatalogueError) as caught:
        expected_list("plan_nation")
    assert "plan_city" in str(caught.value)


def test_a_list_that_names_an_unknown_indicator_is_refused(tmp_path, monkeypatch):
    from onemap.plugin.formats.rules import expected_files

    file = tmp_path / "expected.yaml"
    file.write_text(
        "lists:\n  - {id: x, zh: 试, level: town, set: village, only: [nothing], confidence: proposal}\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(expected_files, "EXPECTED", file)
    with pytest.raises(CatalogueError) as caught:
        expected_list("x")
    assert caught.value.code == "expected_strange" and "nothing" in str(caught.value)
    file.write_text("lists:\n  - {id: x, zh: 试, level: moon, set: village, confidence: proposal}\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match="expected.yaml"):
        expected_list("x")


@pytest.fixture
def folder(tmp_path):
    """Two counties: one reports all twelve of a township's list, by name; the other lacks one and adds one."""
    listed = expected_list("plan_town").indicators
    place = tmp_path / "in"
    place.mkdir()
    rows = [("330110", title, 2025, 10.0 + n, "km2", "") for n, title in enumerate(listed.values())]
    other = [("330111", key, 2025, 20.0 + n, "km2", "") for n, key in enumerate(listed) if key != "heritage_count"]
    other.append(("330111", "my_own", 2025, 3.0, "个", ""))
    for name, some in (("a", rows), ("b", other)):
        with (place / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as target:
            csv.writer(target).writerows([HEAD, *some])
    return place


def summarised(h, folder, **more):
    told = h.Feedback()
    result = h.run("summarise", told, FOLDER=str(folder), YEAR=2025, QUESTIONS="memory:", TOTALS="memory:", **more)
    return {(f["division"], f["indicator"]): f["doubt"] for f in result["QUESTIONS"].getFeatures()}, "\n".join(
        told.lines
    )


def test_what_is_expected_and_was_not_reported_is_missing(h, folder):
    asked, told = summarised(h, folder, EXPECTED="plan_town")
    assert asked == {("330111", "heritage_count"): "missing"}
    assert "my_own" in told and any(word in told for word in ("建议值", "proposal"))
    for file in folder.iterdir():  # nobody reports it at all
        lines = file.read_text(encoding="utf-8-sig").splitlines()
        file.write_text("\n".join(x for x in lines if "heritage" not in x and "文化遗产" not in x), encoding="utf-8")
    asked, _ = summarised(h, folder, EXPECTED="plan_town")
    assert asked == {(code, "heritage_count"): "missing" for code in ("330110", "330111")}


def test_without_a_list_the_user_is_told_so(h, folder):
    _, told = summarised(h, folder)
    assert "plan_county" in told


def test_two_spellings_of_a_unit_are_no_two_units(h, tmp_path):
    """公顷 and ha are the same and not asked about; mu are."""
    place = tmp_path / "in"
    place.mkdir()
    rows = [(f"33011{n}", "a", 2025, 10.0 + n, unit, "") for n, unit in enumerate(("ha", "公顷", "hm²", "亩", "ha"))]
    with (place / "a.csv").open("w", encoding="utf-8-sig", newline="") as target:
        csv.writer(target).writerows([HEAD, *rows])
    asked, _ = summarised(h, place)
    assert asked == {("330113", "a"): "unit"}
