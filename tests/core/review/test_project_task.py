"""Which projects each rule binds, why the others are let go; and what cannot be read near a project is never clear."""

from types import SimpleNamespace

import numpy as np
import pytest
import shapely
from onemap.plugin.core.messages import message
from onemap.plugin.core.review.control_source import ArraySource, HeldFeatures
from onemap.plugin.core.review.findings import CLEAR, CONFLICT, FAILED
from onemap.plugin.core.review.project_task import ProjectAnswers, asks_for_uses, height_expression, line_task
from onemap.tests.support.review_core import rule, square

LINE = SimpleNamespace(id="LINE", name="某线")
ROAD, LET_GO = message("use_exempt", use="公路用地"), message("rule_let_go")


def bound(task, rule_id, count=3):
    return task.applies(rule_id, np.arange(count)).tolist()


def test_a_rule_binds_whom_neither_land_use_nor_condition_lets_go():
    one = rule(exempt_uses=("公路用地",))
    answers = ProjectAnswers(["公路用地", "工业用地", "工业用地"], {"R": np.array([False, True, False])})
    task = line_task(LINE, [one], answers)
    assert bound(task, "R") == [False, False, True] and task.exempt == {0: ROAD, 1: LET_GO}


def test_who_is_bound_by_one_rule_of_a_line_is_not_let_go():
    rules = [rule(exempt_uses=("公路用地",)), rule(id="S")]
    task = line_task(LINE, rules, ProjectAnswers(["公路用地"] * 3, {"other": np.ones(3, bool)}))
    assert bound(task, "R") == [False] * 3 and bound(task, "S") == [True] * 3 and task.exempt == {}
    both = {"R": np.array([True, True, False]), "S": np.array([True, False, True])}
    task = line_task(LINE, [rule(), rule(id="S")], ProjectAnswers(let_go=both))
    assert bound(task, "R") == [False, False, True] and task.exempt == {0: LET_GO}
    assert line_task(LINE, [], ProjectAnswers()).exempt == {} == line_task(LINE, [rule()], ProjectAnswers()).exempt


def test_heights_are_those_of_the_line_s_own_rules():
    answers = ProjectAnswers(heights={"R": np.array([10.0]), "of another line": np.array([20.0])})
    assert line_task(LINE, [rule(), rule(id="S")], answers).project_heights == {"R": answers.heights["R"]}
    assert height_expression(rule(height='"GD" * 2'), "GD") == '"GD" * 2'
    assert (height_expression(rule(), "GD"), height_expression(rule(), None)) == ('"GD"', "NULL")
    assert asks_for_uses([rule(), rule(exempt_uses=("公路",))]) and not asks_for_uses([rule()])


def unreadable(x):
    """A layer whose second feature has no shape that could be read; it lies at `x`."""
    shapes = np.array([square(5000, 0), None, square(5200, 0)], dtype=object)
    boxes = np.array([shapely.bounds(shape or square(x, 0)) for shape in shapes])
    return ArraySource("图层", HeldFeatures([1, 2, 3], shapes, None, None, boxes), ["R"], "2026-01-01")


@pytest.mark.parametrize("x, expected", [(50, [FAILED, CLEAR]), (1050, [CLEAR, FAILED]), (3000, [CLEAR, CLEAR])])
def test_only_a_project_near_what_cannot_be_read_is_not_clear(check, x, expected):
    verdicts = check([square(0, 0), square(1000, 0)], [unreadable(x)]).verdicts
    assert [verdict.status for verdict in verdicts] == expected
    near = message("features_unread_near", features="图层 #2")
    assert [verdict.reason for verdict in verdicts] == [near if status == FAILED else "" for status in expected]


def test_a_conflict_is_certain_beside_what_cannot_be_read(check):
    other = ArraySource("另一层", HeldFeatures([7], [square(50, 0)]), ["R"], "2026-01-01")
    (verdict,) = check([square(0, 0)], [unreadable(50), other]).verdicts
    assert (verdict.status, verdict.reason) == (CONFLICT, message("features_unread_near", features="图层 #2"))
