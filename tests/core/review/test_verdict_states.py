"""What a verdict says for each state of a line's layers, and which rules it lists: only those that its project meets."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land.area import statutory_areas
from onemap.plugin.core.review.findings import CLEAR, CONFLICT, FAILED, INVOLVED, NOT_CHECKED
from onemap.plugin.core.review.line_check import LineTask
from onemap.plugin.core.review.projects import Projects
from onemap.plugin.core.review.run import run
from onemap.plugin.core.review.settings import Settings
from onemap.plugin.core.review.verdicts import LineState, VerdictSums
from onemap.tests.support.review_core import PLANE, Source, rule, square

TWO = [square(0, 0), square(1000, 0)]


def said(*texts):
    return np.array(texts, dtype=object)


def stated(exempt=None, met=(), **state):
    """[(status, reason)] of two projects; `met`: which of them have a real piece under a prohibiting rule."""
    projects = Projects(["A", "B"], TWO, statutory_areas(TWO, PLANE))
    sums = VerdictSums(projects, LineTask("LINE", "某线", [rule()], exempt=exempt or {}))
    sums._violated[list(met)] |= 1
    table = sums.table(LineState(**{"rules_sha256": "abc", "evaluated": True, **state}))
    return [(verdict.status, verdict.reason) for verdict in table]


def test_a_project_near_what_was_not_read_says_so_and_no_other_does():
    assert stated(unread=said("", "第 7 个要素")) == [(CLEAR, ""), (FAILED, "第 7 个要素")]
    assert stated(met=[1], unread=said("", "第 7 个要素")) == [(CLEAR, ""), (CONFLICT, "第 7 个要素")]


def test_a_layer_that_could_not_be_read_is_the_reason_of_all():
    both = stated(failed="打不开", unread=said("", "第 7 个要素"), beyond=said("界外", ""), noted=said("近处", ""))
    assert both == [(FAILED, "打不开"), (FAILED, "打不开")]


def test_a_project_outside_the_delivered_area_is_not_checked_there():
    assert stated(beyond=said("", "界外")) == [(CLEAR, ""), (NOT_CHECKED, "界外")]
    assert stated(met=[1], beyond=said("", "界外")) == [(CLEAR, ""), (CONFLICT, "界外")]
    assert stated(exempt={1: "公路"}, beyond=said("", "界外")) == [(CLEAR, ""), (CLEAR, "公路")]
    assert [reason for _, reason in stated(evaluated=False, absent="无图层", beyond=said("", "界外"))] == ["无图层"] * 2


def test_a_note_stands_with_what_is_clear_and_with_nothing_else():
    assert stated(met=[1], noted=said("近处", "近处")) == [(CLEAR, "近处"), (CONFLICT, "")]
    assert stated(noted=said("", "近处")) == [(CLEAR, ""), (CLEAR, "近处")]


def test_why_a_project_is_let_go_is_said_of_a_clear_verdict_only():
    assert stated(exempt={0: "公路", 1: "公路"}, met=[1]) == [(CLEAR, "公路"), (CONFLICT, "")]


def test_remarks_stand_with_hits_alone():
    assert stated(met=[1], remarks=["另一线缺失"]) == [(CLEAR, ""), (CONFLICT, "另一线缺失")]


def test_each_project_meets_its_own_rules(check):
    asked = rule(id="S", effect="consult")
    sources = [Source([square(50, 0)], rule_ids=("R",)), Source([square(1050, 0)], rule_ids=("S",)),
               Source([square(1000, 0, 0.5)], rule_ids=("R",), name="sliver")]  # fmt: skip
    first, second = check(TWO, sources, [rule(), asked]).verdicts
    assert [(first.status, first.effect), (second.status, second.effect)] == [
        (CONFLICT, "prohibit"), (INVOLVED, "consult")]  # fmt: skip
    assert (first.pieces, first.slivers, second.pieces, second.slivers) == (1, 0, 1, 1)


@pytest.mark.parametrize("count", [62, 63, 64, 70])
def test_any_number_of_rules_of_one_line_are_told_apart(check, count):
    rules = [rule(id=f"R{number}", condition=f"c{number}") for number in range(count)]
    sources = [Source([square(50, 0)], rule_ids=(f"R{number}",), name=str(number)) for number in (5, count - 1)]
    (verdict,) = check(TWO[:1], sources, rules).verdicts
    assert (verdict.status, verdict.condition) == (CONFLICT, f"c5；c{count - 1}")


def test_a_project_without_usable_geometry_has_no_numbers(check):
    verdict = check(TWO[:1], [Source([square(50, 0)])], unusable=["X"]).verdicts[-1]
    assert (verdict.project_key, verdict.status, verdict.effect) == ("X", FAILED, "")
    numbers = (verdict.overlap_m2, verdict.share_pct, verdict.pieces, verdict.slivers, verdict.sliver_m2)
    assert numbers == (0.0, 0.0, 0, 0, 0.0)


@pytest.mark.parametrize(
    "other, delays, expected",
    [(square(50, 0), True, True), (square(0, 150), True, False), (square(50, 0), False, False)],
)
def test_a_sum_that_may_count_land_twice_is_marked(other, delays, expected):
    projects = Projects(["A"], TWO[:1], statutory_areas(TWO[:1], PLANE))
    lines = [shapely.box(*square(60, 0).bounds), other]
    settings = Settings(PLANE, "abc", delays_unions=delays)
    outcomes = list(run(projects, [LineTask("LINE", "某线", [rule()])], {"LINE": [Source(lines)]}, settings))
    assert [outcome.is_at_most for outcome in outcomes if len(outcome.verdicts)] == [expected]
