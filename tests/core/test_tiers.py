"""What a verdict says: tiers, sums of slivers, land of another line taken off, parts that sum to their whole."""

import random
from datetime import date

import numpy as np
import pytest
import shapely
from onemap.plugin.core.errors import InputError
from onemap.plugin.core.land.area import statutory_areas
from onemap.plugin.core.land.rounding import closed, half_up
from onemap.plugin.core.review.findings import CLEAR, CONFLICT, FAILED, INVOLVED, NOT_CHECKED
from onemap.plugin.core.review.line_check import LineTask
from onemap.plugin.core.review.projects import Projects
from onemap.plugin.core.review.rules import RuleSet, out_of_force
from onemap.plugin.core.review.run import run, unique_keys
from onemap.plugin.core.review.settings import Settings
from onemap.tests.support.review_core import PLANE, Outcome, Source, rule, square


def only(outcome):
    (verdict,) = outcome.verdicts
    return verdict


def outcome_of(projects, sources, rules, **task):
    """Outcome of the line LINE; `sources`: {line id: sources}."""
    keys = [f"P{i}" for i in range(len(projects))]
    given = Projects(keys, projects, statutory_areas(projects, PLANE))
    return Outcome(list(run(given, [LineTask("LINE", "某线", rules, **task)], sources, Settings(PLANE, "abc"))))


@pytest.mark.parametrize(
    "kind,effect,status,met",
    [
        ("avoid", "prohibit", CONFLICT, "prohibit"),
        ("avoid", "conditional", CONFLICT, "conditional"),
        ("avoid", "consult", INVOLVED, "consult"),
        ("inform", "notice", INVOLVED, "notice"),
        ("inform", "prohibit", INVOLVED, "consult"),  # what only informs breaks nothing
    ],
)
def test_only_a_broken_binding_rule_is_a_conflict(check, kind, effect, status, met):
    verdict = only(check([square(0, 0)], [Source([square(50, 0)])], [rule(kind=kind, effect=effect, condition="照办")]))
    assert (verdict.status, verdict.effect, verdict.condition) == (status, met, "照办")


def test_what_could_not_be_read_may_hide_a_conflict_behind_a_notice(check):
    broken = Source([], name="broken", error=InputError("layer_missing", source="x"))
    notice = rule(effect="notice")
    assert only(check([square(0, 0)], [Source([square(50, 0)]), broken], [notice])).status == FAILED


def test_a_clear_verdict_has_no_effect_and_an_article_is_cited_once(check):
    twice = [rule(id="R"), rule(id="S")]
    verdict = only(check([square(0, 0)], [Source([square(500, 0)], rule_ids=("R", "S"))], twice))
    assert (verdict.effect, verdict.law) == ("", twice[0].laws[0].cite())


def slivers(count):
    return [square(0, y * 2.0, 0.9, 1.0) for y in range(count)]


def test_slivers_that_sum_to_the_limit_are_a_conflict(check):
    summing = [rule(sliver_total_m2=10)]
    few = only(check([square(0, 0)], [Source(slivers(11))], summing))
    assert (few.status, few.slivers, few.sliver_m2) == (CLEAR, 11, pytest.approx(9.9, abs=0.02))
    many = only(check([square(0, 0)], [Source(slivers(50))], summing))
    assert (many.status, many.pieces, many.slivers) == (CONFLICT, 50, 0) and "45.00 m²" in many.reason
    assert only(check([square(0, 0)], [Source(slivers(50))], [rule()])).status == CLEAR
    doubled = Source(slivers(6) * 3)  # eighteen on paper, six on the ground
    assert only(check([square(0, 0)], [doubled], summing)).status == CLEAR


def test_the_land_of_another_line_is_taken_off():
    crop, farmland = Source([square(0, 0)]), Source([square(0, 0, 60, 100)], rule_ids=("*",))
    less = [rule(less_line="OTHER", effect="conditional")]
    outcome = outcome_of([square(0, 0)], {"LINE": [crop], "OTHER": [farmland]}, less)
    assert only(outcome).overlap_m2 == pytest.approx(4000, abs=0.5) and only(outcome).reason == ""
    assert shapely.area(outcome.findings[0].geometry) == pytest.approx(4000, abs=0.01)
    covered = outcome_of([square(0, 0, 50, 50)], {"LINE": [crop], "OTHER": [farmland]}, less)
    assert (only(covered).status, covered.findings) == (CLEAR, [])


def test_the_limit_itself_is_reached_also_by_a_single_sliver(check):
    some = only(check([square(0, 0)], [Source(slivers(3))], [rule()])).sliver_m2
    assert only(check([square(0, 0)], [Source(slivers(3))], [rule(sliver_total_m2=some)])).status == CONFLICT
    more = only(check([square(0, 0)], [Source(slivers(3))], [rule(sliver_total_m2=some + 0.01)]))
    assert (more.status, more.slivers) == (CLEAR, 3)
    assert only(check([square(0, 0)], [Source(slivers(1))], [rule(sliver_total_m2=0.5)])).status == CONFLICT


def test_slivers_of_each_project_are_summed_for_themselves(check):
    projects = [square(x, 0) for x in (0, 500, 1000)]
    there = [square(x, y * 2.0, 0.9, 1.0) for x in (0, 500, 1000) for y in range(6)]  # 5.4 m2 each
    found = check(projects, [Source(there)], [rule(sliver_total_m2=6)]).verdicts
    assert [(verdict.status, verdict.slivers) for verdict in found] == [(CLEAR, 6)] * 3


def test_a_real_piece_is_not_summed_with_slivers(check):
    both = [*slivers(3), square(50, 50)]
    verdict = only(check([square(0, 0)], [Source(both)], [rule(sliver_total_m2=10)]))
    assert (verdict.status, verdict.pieces, verdict.slivers, verdict.reason) == (CONFLICT, 1, 3, "")


def test_slivers_that_touch_and_are_the_tolerance_together_are_a_piece(check):
    halves = [square(10, 10, 1.0, 0.5), square(10, 10.5, 1.0, 0.5)]
    verdict = only(check([square(0, 0)], [Source(halves)], [rule()]))
    assert (verdict.status, verdict.pieces, verdict.slivers, verdict.overlap_m2) == (CONFLICT, 2, 0, 1.0)
    apart = [halves[0], square(10, 20, 1.0, 0.5)]
    assert only(check([square(0, 0)], [Source(apart)], [rule()])).status == CLEAR


def partly_read():
    source = Source([square(2000, 0)], rule_ids=("*",))
    source.unread = "第 3 个要素"
    return source


@pytest.mark.parametrize(
    "other", [[], [Source([], error=InputError("layer_missing", source="x"), rule_ids=("*",))], [partly_read()]]
)
def test_land_that_could_not_be_taken_off_is_told(other):
    less = [rule(less_line="OTHER", effect="conditional")]
    verdict = only(outcome_of([square(0, 0)], {"LINE": [Source([square(0, 0)])], "OTHER": other}, less))
    assert verdict.overlap_m2 == pytest.approx(10_000, abs=5) and "OTHER" in verdict.reason


def test_a_rule_for_polygons_leaves_lines_alone(check):
    line = shapely.LineString([square(0, 0).centroid, square(200, 0).centroid])
    assert only(check([square(0, 0)], [Source([line])], [rule(geometry="polygon")])).status == CLEAR
    assert only(check([square(0, 0)], [Source([line])], [rule(geometry="line")])).status == CONFLICT
    assert only(check([square(0, 0)], [Source([square(0, 0)])], [rule(geometry="line")])).status == CLEAR


def test_a_line_out_of_force_keeps_its_row_with_the_reason():
    law = rule(valid_to=date(2025, 12, 31))
    rules = RuleSet("n", "1", "", "", (law,), {})
    assert rules.for_line("LINE", date(2026, 1, 1)) == []
    why = out_of_force(rules, "LINE", date(2026, 1, 1))
    verdict = only(outcome_of([square(0, 0)], {"LINE": [Source([square(0, 0)])]}, [], absent=why))
    assert (verdict.status, verdict.reason) == (NOT_CHECKED, why) and "2025-12-31" in why


def test_a_project_let_go_says_why():
    nobody = {"R": np.array([False])}
    source = {"LINE": [Source([square(0, 0)])]}
    verdict = only(outcome_of([square(0, 0)], source, [rule()], rule_projects=nobody, exempt={0: "公路"}))
    assert (verdict.status, verdict.reason) == (CLEAR, "公路")


def test_the_review_date_stands_in_expressions():
    dated = rule(where='"until" < @review_date AND "x" = @review_dates').on(date(2026, 3, 4))
    assert dated.where == '"until" < to_date(\'2026-03-04\') AND "x" = @review_dates'


@pytest.mark.parametrize(
    "use,let_go",
    [
        ("公路用地", True),
        ("公路", True),
        ("省道公路用地（S302）", True),
        ("工业用地", False),
        ("", False),
        ("130101", True),
        ("0101", False),
        ("通信设备制造用地", False),
    ],
)
def test_land_uses_that_a_rule_does_not_bind(use, let_go):
    assert rule(exempt_uses=("公路用地", "通信用地", "13")).exempts(use) == let_go


def test_parts_sum_to_their_whole():
    random_ = np.random.default_rng(5)
    for _ in range(200):
        count = int(random_.integers(1, 12))
        raw = random_.uniform(0, 500, count) * random_.choice([1, 0.01], count)
        group = np.sort(random_.integers(0, 3, count))
        wholes = half_up(np.bincount(group, raw, minlength=3), 2)
        parts = closed(raw, group, wholes)
        assert np.allclose(np.bincount(group, parts, minlength=3), wholes, atol=1e-9) and (parts >= 0).all()
        assert (np.abs(parts - raw) < 0.0151).all() and np.array_equal(parts, half_up(parts, 2))


def test_pieces_sum_to_the_overlap_and_never_exceed_the_project(check):
    random_ = np.random.default_rng(3)
    for _ in range(15):
        cuts = np.sort(random_.uniform(0, 100, 6))
        edges = [-10, *cuts, 110]
        strips = [square(a, -10, b - a, 120) for a, b in zip(edges, edges[1:])]
        outcome = check([square(0, 0)], [Source(strips)])
        verdict, parts = only(outcome), sum(f.overlap_m2 for f in outcome.findings)
        assert parts == pytest.approx(verdict.overlap_m2, abs=1e-6)
        assert verdict.overlap_m2 <= outcome.findings[0].project_m2 and verdict.share_pct <= 100


def test_keys_are_unique_whatever_they_are():
    assert unique_keys(["A", "A#2", "A"], [1, 2, 3]) == (["A", "A#2", "A#3"], ["A"])
    assert unique_keys(["fid 2", None], [1, 2])[0] == ["fid 2", "fid 2#2"]
    dice = random.Random(9)  # noqa: S311
    for _ in range(500):
        values = [
            dice.choice(["A", "A#2", "A#2#2", "A#3", " A ", "", None, "fid 2", "fid 2#2"])
            for _ in range(dice.randint(0, 12))
        ]
        keys, twice = unique_keys(values, list(range(1, len(values) + 1)))
        assert len(set(keys)) == len(keys) == len(values) and len(set(twice)) == len(twice)
        assert all(key.startswith((value or "").strip() or "fid") for key, value in zip(keys, values))
