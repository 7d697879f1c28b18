"""A distance that a rule demands is kept when it is exactly that; a tolerance counts from exactly its size on."""

import pytest
import shapely
from onemap.tests.support.review_core import Source, rule, square


@pytest.mark.parametrize("gap, status", [(50.0, "clear"), (49.99, "conflict"), (50.01, "clear"), (0.0, "conflict")])
def test_exactly_the_demanded_distance_is_far_enough(check, gap, status):
    found = check([square(0, 0)], [Source([square(100 + gap, 0)])], [rule(kind="distance", distance_m=50.0)])
    assert [v.status for v in found.verdicts] == [status]


def test_a_line_at_a_distance_says_how_far_it_is(check):
    found = check([square(0, 0)], [Source([square(130, 0)])], [rule(kind="distance", distance_m=50.0)])
    assert "30.00" in found.findings[0].note and "50" in found.findings[0].note


@pytest.mark.parametrize("width, is_sliver", [(0.0099, True), (0.0102, False)])
def test_a_piece_of_the_tolerance_is_real(check, width, is_sliver):
    found = check([square(0, 0)], [Source([square(100 - width, 0)])], [rule(tolerance_m2=1.0)])
    assert [f.is_sliver for f in found.findings] == [is_sliver]
    assert [v.status for v in found.verdicts] == ["clear" if is_sliver else "conflict"]


def test_a_tolerance_of_the_rule_itself_counts_before_that_of_the_run(check):
    strip = [Source([square(99.9, 0)])]  # 10 m2
    assert not check([square(0, 0)], strip, [rule(tolerance_m2=9.9)], sliver_m2=500.0).findings[0].is_sliver
    assert check([square(0, 0)], strip, [rule(tolerance_m2=11.0)], sliver_m2=1.0).findings[0].is_sliver
    assert check([square(0, 0)], strip, sliver_m2=11.0).findings[0].is_sliver


def test_an_empty_round_counts_nothing():
    from onemap.plugin.core.review.rounds import RoundSummary

    assert all(value == 0 for value in vars(RoundSummary.from_json({"unknown": 5})).values())


@pytest.mark.parametrize("share, is_sliver", [(0.4, True), (0.55, False), (1.0, False)])
def test_pieces_that_are_most_of_a_project_are_its_land(check, share, is_sliver):
    apart = [square(2 * number, 0, 0.5) for number in range(4)]
    controls = [square(2 * number, 0, 0.5 * share**0.5) for number in range(4)]
    found = check([shapely.multipolygons(apart)], [Source(controls)], sliver_m2=1.0)
    assert {f.is_sliver for f in found.findings} == {is_sliver}
    assert [v.status for v in found.verdicts] == ["clear" if is_sliver else "conflict"]


def test_land_that_lies_in_two_features_is_no_more_of_the_project(check):
    twice = [square(0, 0, 0.3, 1), square(0, 0, 0.3, 1)]
    assert {f.is_sliver for f in check([square(0, 0, 1)], [Source(twice)], sliver_m2=1.0).findings} == {True}
