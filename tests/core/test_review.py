"""Findings and verdicts of every rule kind on geometry small enough to check by hand."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.errors import Cancelled, InputError
from onemap.plugin.core.land.area import statutory_areas
from onemap.plugin.core.review.findings import CLEAR, CONFLICT, FAILED, NOT_CHECKED
from onemap.tests.support.review_core import PLANE, Source, rule, square


def only(outcome):
    (verdict,) = outcome.verdicts
    return verdict


def test_avoid_reports_the_shared_piece(check):
    outcome = check([square(0, 0)], [Source([square(50, 0)])])
    (finding,) = outcome.findings
    assert finding.geometry.equals(square(50, 0, 50, 100))
    assert finding.overlap_m2 == pytest.approx(5000, abs=4)
    assert finding.share_pct == pytest.approx(50, abs=0.01)
    assert (only(outcome).status, only(outcome).pieces, only(outcome).effect) == (CONFLICT, 1, "prohibit")
    assert finding.law == "《某法》（某号）第1条"


def test_touching_is_clear(check):
    outcome = check([square(0, 0)], [Source([square(100, 0), square(0, 100)])])
    assert (only(outcome).status, outcome.findings) == (CLEAR, [])


def test_no_layer_is_not_checked_never_clear(check):
    assert only(check([square(0, 0)], [])).status == NOT_CHECKED
    assert only(check([square(0, 0)], [Source([])])).status == NOT_CHECKED


def test_a_failing_layer_is_failed_and_the_other_still_counts(check):
    broken = Source([], error=InputError("layer_unreadable", layer="x"), name="broken")
    assert only(check([square(0, 0)], [broken])).status == FAILED
    clear = check([square(0, 0)], [broken, Source([square(500, 0)])])
    assert only(clear).status == FAILED and "broken" in only(clear).reason
    hit = check([square(0, 0)], [Source([], error=InputError("layer_unreadable", layer="x")), Source([square(50, 0)])])
    assert only(hit).status == CONFLICT


def test_duplicates_and_self_overlap_never_count_twice(check):
    outcome = check([square(0, 0)], [Source([square(50, 0)] * 3 + [square(60, 0)])])
    assert len(outcome.findings) == 4
    assert only(outcome).overlap_m2 == outcome.findings[0].overlap_m2
    assert only(outcome).share_pct <= 100


def test_twenty_thousand_duplicates(check):
    outcome = check([square(0, 0)], [Source([square(50, 0)] * 20_000)])
    assert only(outcome).pieces == 20_000
    assert only(outcome).overlap_m2 == outcome.findings[0].overlap_m2


def test_share_never_passes_a_hundred(check):
    outcome = check([square(0, 0)], [Source([square(-10, -10, 200), square(-20, -20, 300)])])
    assert only(outcome).share_pct == 100.0


def test_slivers_are_listed_apart(check):
    outcome = check([square(0, 0)], [Source([square(99.999, 0, 1, 100)])])
    verdict = only(outcome)
    assert [f.is_sliver for f in outcome.findings] == [True]
    assert (verdict.status, verdict.pieces, verdict.slivers) == (CLEAR, 0, 1)
    assert verdict.sliver_m2 == verdict.overlap_m2 == pytest.approx(0.1, abs=0.01)


def test_slivers_that_join_to_a_real_piece_are_none(check):
    strips = [square(i * 0.5, 0, 0.5, 1.5) for i in range(10)]
    outcome = check([square(0, 0)], [Source(strips)])
    assert only(outcome).status == CONFLICT
    assert only(outcome).overlap_m2 == pytest.approx(7.5, abs=0.05)
    assert not any(f.is_sliver for f in outcome.findings)


def test_slivers_that_lie_apart_stay_slivers_however_many(check):
    outcome = check([square(0, 0)], [Source([square(i * 2, 0, 0.5, 1.5) for i in range(10)])])
    assert all(f.is_sliver for f in outcome.findings) and only(outcome).slivers == 10
    assert only(outcome).overlap_m2 == pytest.approx(7.5, abs=0.05)


@pytest.mark.parametrize("number", [20, 60, 90], ids=["few", "many", "untested"])
@pytest.mark.parametrize("covered", [0, 1, 2], ids=["apart", "one twice", "two twice"])
def test_land_in_several_features_counts_once_however_many_there_are(check, number, covered):
    wide = 90 / number
    strips = [square(i * wide, 3, wide, 90) for i in range(number)]
    over = [square(10 + 40 * i, 20, wide * 1.7, 30) for i in range(covered)]
    united = statutory_areas([shapely.union_all(strips)], PLANE)[0]
    assert only(check([square(0, 0)], [Source([*strips, *over])])).overlap_m2 == pytest.approx(united, abs=0.011)


def test_a_rule_may_have_its_own_tolerance(check):
    outcome = check([square(0, 0)], [Source([square(99.999, 0, 1, 100)])], [rule(tolerance_m2=0.0)])
    assert only(outcome).status == CONFLICT


def test_within_reports_the_part_outside(check):
    within = [rule(kind="within", effect="conditional")]
    outcome = check([square(0, 0), square(10, 10, 20)], [Source([square(-50, -50), square(-50, 50)])], within)
    half, inside = outcome.verdicts
    assert half.status == CONFLICT and half.overlap_m2 == pytest.approx(5000, abs=4)
    assert inside.status == CLEAR and inside.overlap_m2 == 0
    (finding,) = outcome.findings
    assert finding.control_fid is None
    assert finding.geometry.equals(square(50, 0, 50, 100))


def test_within_far_from_every_feature_is_all_outside(check):
    outcome = check([square(5000, 0)], [Source([square(0, 0)])], [rule(kind="within")])
    assert only(outcome).share_pct == 100.0


def test_within_with_an_unread_layer_claims_nothing(check):
    broken = Source([], error=InputError("layer_unreadable", layer="x"))
    outcome = check([square(0, 0)], [Source([square(5000, 0)]), broken], [rule(kind="within")])
    assert (only(outcome).status, outcome.findings) == (FAILED, [])


@pytest.mark.parametrize("gap,status", [(19.99, CONFLICT), (20.01, CLEAR)])
def test_distance_is_measured_exactly(check, gap, status):
    outcome = check(
        [square(0, 0)], [Source([square(100 + gap, 0)])], [rule(kind="distance", distance_m=20.0)], sliver_m2=0.0
    )
    assert only(outcome).status == status
    if status == CONFLICT:
        assert "19.99" in outcome.findings[0].note


def test_distance_to_a_point_and_a_line(check):
    point = shapely.centroid(square(105, 45, 10))
    line = shapely.LineString([(500_000, 3_350_000 - 5), (500_100, 3_350_000 - 5)])
    outcome = check([square(0, 0)], [Source([point, line])], [rule(kind="distance", distance_m=20.0)])
    assert len(outcome.findings) == 2
    assert all(f.overlap_m2 > 100 for f in outcome.findings)


def test_a_line_that_crosses_is_found_with_its_length(check):
    line = shapely.LineString([(499_900, 3_350_050), (500_200, 3_350_050)])
    outcome = check([square(0, 0)], [Source([line])])
    assert only(outcome).status == CONFLICT
    assert "100.00" in outcome.findings[0].note
    assert only(outcome).overlap_m2 == 0


def test_where_masks_choose_features_and_unless_lets_projects_go(check):
    masks = {"R": np.array([True, False])}
    outcome = check([square(0, 0)], [Source([square(90, 0), square(0, 0)], masks)])
    assert [f.control_fid for f in outcome.findings] == [1]
    spared = check([square(0, 0), square(0, 0)], [Source([square(0, 0)])], rule_projects={"R": np.array([False, True])})
    assert [v.status for v in spared.verdicts] == [CLEAR, CONFLICT]


def test_the_strictest_violated_rule_speaks(check):
    rules = [rule(id="R", effect="notice", kind="inform"), rule(id="S", effect="prohibit")]
    masks = {"R": np.array([True, False]), "S": np.array([False, True])}
    source = Source([square(0, 0), square(0, 0, 10)], masks, rule_ids=("R", "S"))
    assert only(check([square(0, 0)], [source], rules)).effect == "prohibit"


def test_a_rule_that_cannot_be_decided_is_not_checked(check):
    source = Source([square(0, 0)], rule_ids=())
    assert only(check([square(0, 0)], [source])).status == NOT_CHECKED


def test_unusable_projects_are_failed_not_missing(check):
    outcome = check([square(0, 0)], [Source([square(0, 0)])], unusable=["BAD"])
    assert [(v.project_key, v.status) for v in outcome.verdicts] == [("P0", CONFLICT), ("BAD", FAILED)]


def test_cancel_is_heard():
    class Stop:
        def isCanceled(self):
            return True

        def setProgress(self, value):
            pass

    from onemap.plugin.core.review.line_check import LineTask
    from onemap.plugin.core.review.projects import Projects
    from onemap.plugin.core.review.run import run
    from onemap.plugin.core.review.settings import Settings

    projects = Projects(["a"], [square(0, 0)], [1.0])
    with pytest.raises(Cancelled):
        list(
            run(
                projects,
                [LineTask("L", "l", [rule()])],
                {"L": [Source([square(0, 0)])]},
                Settings(PLANE, ""),
                Stop(),
            )
        )


def test_thin_projects_find_the_same_pieces_as_whole_ones(check):
    rng = np.random.default_rng(2)
    road = shapely.buffer(
        shapely.LineString(np.cumsum(rng.normal((60, 60), 10, (80, 2)), axis=0) + (500_000, 3_350_000)), 8
    )
    cells = [square(x * 100, y * 100) for x in range(50) for y in range(50)]
    outcome = check([road], [Source(cells)])
    assert sorted(f.control_fid for f in outcome.findings) == [
        i + 1 for i, c in enumerate(cells) if road.intersection(c).area > 1e-6
    ]
    assert only(outcome).share_pct == pytest.approx(100, abs=0.01)


def test_random_overlays_equal_a_plain_computation(check):
    rng = np.random.default_rng(7)
    blobs = [
        shapely.Point(500_000 + x, 3_350_000 + y).buffer(r)
        for x, y, r in rng.uniform((0, 0, 20), (2000, 2000, 200), (60, 3))
    ]
    projects = [square(*at, size) for *at, size in rng.uniform((0, 0, 10), (2000, 2000, 300), (40, 3))]
    outcome = check(projects, [Source(blobs)])
    united = shapely.union_all(blobs)
    from onemap.plugin.core.land.area import statutory_area

    for project, verdict in zip(projects, outcome.verdicts):
        assert verdict.overlap_m2 == pytest.approx(statutory_area(project.intersection(united), PLANE), abs=0.05)
