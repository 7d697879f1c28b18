"""Selections side by side: the same site known again by key or place, reasons where it is out, what the criteria
changed.
"""

from dataclasses import replace

import pytest
import shapely
from onemap.plugin.core.messages import set_language
from onemap.plugin.core.siting.model import AVOID, Constraint
from onemap.plugin.core.siting.scenarios import (
    SearchLimits,
    answer,
    common_box,
    criteria_changes,
    only_elsewhere,
    open_questions,
    side_by_side,
)
from onemap.tests.support.scenarios import AWAY, CRITERIA, ROAD, SLOPE, scenario


@pytest.fixture(autouse=True)
def chinese():
    set_language("zh")
    yield
    set_language("en")


def test_ranks_of_the_same_parcels_and_why_one_is_out():
    rows = side_by_side([scenario("A", "PQR", [90, 80, 70]), scenario("B", "PQR", [60, 95, 70], out="P")])
    assert [row.name for row in rows] == ["P", "Q", "R"]
    by_name = {row.name: row.standings for row in rows}
    assert [s.rank for s in by_name["Q"]] == [2, 1] and [s.score for s in by_name["Q"]] == [80, 95]
    assert by_name["P"][0].rank == 1 and by_name["P"][1].rank is None and "500.00" in by_name["P"][1].why
    assert by_name["R"][1].rank == 2


def test_a_parcel_that_the_other_run_does_not_know():
    rows = side_by_side([scenario("A", "PQ", [90, 80]), scenario("B", "QZ", [60, 95])])
    by_name = {row.name: row.standings for row in rows}
    why = "不在此情景的候选图层中"
    assert by_name["P"][1].why == why and by_name["Z"][0].why == why and len(rows) == 3


def test_searched_sites_are_known_again_by_their_place():
    """The keys of a search are numbers of the run: S1 there is another place than S1 here."""
    one = scenario("A", ["S1", "S2"], [90, 80], places=[0, 1000], searched=True)
    other = scenario("B", ["S1", "S2", "S3"], [95, 85, 75], places=[1040, 3000, 60], searched=True)
    rows = side_by_side([one, other])
    standings = [tuple(s.rank for s in row.standings) for row in rows]
    # 1000 and 1040 share 60 % of a site; 0 and 60 only 40 %
    assert sorted(standings, key=str) == sorted([(2, 1), (1, None), (None, 2), (None, 3)], key=str)


def judged_by(other, out):
    """A judge that answers with the sites of another scenario, some of them on farmland."""

    def judge(shapes, feedback):
        keys = [f"J{n}" for n in range(len(shapes))]
        return scenario("J", keys, [70.0] * len(keys), out=[k for k, s in zip(keys, shapes) if out(s)]).selection

    return replace(other, judge=judge)


def test_a_searched_site_that_is_not_picked_elsewhere_says_what_excludes_it_or_how_it_would_stand():
    one = scenario("A", ["S1", "S2", "S3"], [90, 80, 60], places=[0, 1000, 5000], searched=True)
    other = scenario("B", ["S1", "S2"], [95, 65], places=[70, 3000], searched=True)
    other = judged_by(other, lambda shape: shape.bounds[0] == 1000)
    questions = open_questions([one, other])
    assert [[shape.bounds[0] for shape in shapes] for _, shapes in questions] == [[0, 1000, 5000]]
    before = {row.name: row.standings[1].why for row in side_by_side([one, other])}
    assert before["S2"] == "此情景的搜索未选中，尚未按其条件核对"
    answer(questions)
    assert open_questions([one, other]) == []
    why = {row.name: row.standings[1].why for row in side_by_side([one, other])}
    assert why["S2"].startswith("被排除：") and "500.00" in why["S2"]
    assert why["S3"] == "符合全部硬约束，得分 70.00（按此排第 2 名），因数量或间距限制未选入。"
    assert why["S1"].endswith("与此情景第 1 名重叠 30%。")


def test_a_site_outside_what_a_scenario_searched_or_of_another_size_is_said_to_be():
    one = scenario("A", ["S1"], [90], places=[0], searched=True)
    other = judged_by(scenario("B", ["S1"], [95], places=[3000], searched=True), lambda shape: False)
    for limits, said in (
        (SearchLimits(shapely.box(50, 0, 9000, 900)), "不在此情景的选址范围内"),
        (SearchLimits(shapely.box(-50, -50, 9000, 900), 15_000, 20_000), "面积 10,000.00 平方米，不在此情景要求的"),
    ):
        both = [one, replace(other, limits=limits, answers={})]
        answer(open_questions(both))
        (row,) = [row for row in side_by_side(both) if row.standings[1].rank is None]
        assert row.standings[1].why.startswith(said)


def test_nothing_kept_shows_nothing():
    assert side_by_side([]) == []
    assert side_by_side([scenario("A", "P", [50], out="P")]) == []


def test_what_the_criteria_changed_is_told_in_words():
    changed = replace(
        CRITERIA,
        constraints=(replace(AWAY, distance_m=50.0), Constraint("water", "河道", AVOID)),
        factors=(replace(ROAD, weight=0.5), replace(SLOPE, weight=0.5)),
        area=(9000.0, None),
    )
    assert criteria_changes(CRITERIA, changed) == sorted(
        [
            "取消约束“永久基本农田”",
            "新增约束“河道”",
            "退让道路·距离（米）：20 → 50",
            "距道路·权重：60.0 % → 50.0 %",
            "坡度·权重：40.0 % → 50.0 %",
            "要求面积（平方米）：…–… → 9000–…",
        ]
    )
    assert criteria_changes(CRITERIA, replace(CRITERIA, name="other", sha256="1" * 64)) == []


def test_the_best_fifteen_of_each_are_looked_at_and_the_best_anywhere_come_first():
    names = [f"P{n:02d}" for n in range(17)]
    rows = side_by_side([scenario("A", names, [100 - n for n in range(17)])])
    assert [row.name for row in rows] == names[:15] and [row.best for row in rows] == list(range(1, 16))
    both = side_by_side(
        [scenario("A", names, [100 - n for n in range(17)]), scenario("B", names, [50 + n for n in range(17)])]
    )
    assert {row.name for row in both} == set(names) and [row.best for row in both[:4]] == [1, 1, 2, 2]
    assert both[0].name == "P00" and both[0].standings[1].rank == 17  # of equals the first scenario's best


def test_a_site_of_half_the_smaller_area_is_the_same_place():
    def standing(offset):
        one = scenario("A", ["S1"], [90], places=[0], searched=True)
        return side_by_side([one, scenario("B", ["S1"], [80], places=[offset], searched=True)])[0].standings[1].rank

    assert standing(49) == standing(50) == 1 and standing(51) is None


def test_weights_and_spacing_that_differ_by_rounding_are_the_same():
    close = replace(CRITERIA, factors=(replace(ROAD, weight=ROAD.weight + 1e-10), SLOPE))
    assert criteria_changes(CRITERIA, close) == []
    (moved,) = criteria_changes(CRITERIA, replace(CRITERIA, spacing_m=CRITERIA.spacing_m + 50))
    assert moved.endswith(f"{CRITERIA.spacing_m} → {CRITERIA.spacing_m + 50}")


def test_sites_of_other_scenarios_that_stand_at_one_place_with_an_own_one_are_no_others():
    one = scenario("A", ["XZ-01", "XZ-02"], [90, 80], places=[0, 500], searched=True)
    other = scenario("B", ["XZ-01", "XZ-02"], [90, 80], places=[40, 900], searched=True)
    assert [shape.bounds[0] for shape in only_elsewhere([one, other], 0)] == [900]
    assert [shape.bounds[0] for shape in only_elsewhere([one, other], 1)] == [500]
    assert common_box([one, other]) == (0, 0, 1000, 100)
