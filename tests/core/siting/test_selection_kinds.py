"""Every kind of constraint and factor on its border, and selections cut down, joined and told of."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from onemap.plugin.core.errors import InputError
from onemap.plugin.core.messages import document_language
from onemap.plugin.core.review.projects import Projects
from onemap.plugin.core.siting.cost import CostRow, OwnershipKinds, SiteCost, add_ownership
from onemap.plugin.core.siting.coverage import Coverage, place_fewest
from onemap.plugin.core.siting.measures import ClassAreas
from onemap.plugin.core.siting.model import Constraint, Criteria, Factor, Need
from onemap.plugin.core.siting.results import FactorResult, Measured, RasterStatistics
from onemap.plugin.core.siting.selection import combine, degrees_of, joined, judge, select
from onemap.plugin.core.siting.values import Classes, Linear, Piecewise, Step, value_function

AREAS = np.array([100.0, 200.0, 300.0])


def judged(kind, values, **limits):
    measured = Measured(
        values
        if isinstance(values, (RasterStatistics, type(None)))
        else np.array(values, dtype=object if None in values else float),
        "why",
    )
    result = judge(Constraint("c", "某要求", kind, **limits), measured, AREAS)
    return result.amount.tolist(), result.passed.tolist(), result.evaluated.tolist()


def raster(mean, high=None, low=None):
    mean = np.array(mean, dtype=float)
    return RasterStatistics(
        mean, mean if low is None else np.array(low), mean if high is None else np.array(high), np.ones(len(mean))
    )


ALL, SOME = [True] * 3, [True, True, False]


def test_land_to_keep_off_passes_up_to_the_tolerance():
    assert judged("avoid", [0, 1.0, 1.01]) == ([0, 1, 1.01], SOME, ALL)
    assert judged("avoid", [0, 5.0, 5.01], tolerance_m2=5.0)[1] == SOME


def test_land_to_be_within_is_measured_by_what_lies_outside():
    assert judged("within", [100.0, 199.0, 298.9]) == ([0, 1, 1.1], SOME, ALL)
    assert judged("within", [100.4, 200, 300])[0] == [0, 0, 0]  # never less than nothing


def test_distances_include_their_limit():
    assert judged("min_distance", [50.0, 51, 49.9], distance_m=50.0)[1] == SOME
    assert judged("max_distance", [50.0, 0, 50.1], distance_m=50.0)[1] == SOME


def test_slopes_by_mean_or_steepest_in_degrees_or_percent():
    values = raster([10.0, 15.0, 15.1], [20.0, 15.0, 16.0])
    assert judged("slope", values, high=15.0)[:2] == ([10, 15, 15.1], SOME)
    assert judged("slope", values, high=15.0, statistic="max")[:2] == ([20, 15, 16], [False, True, False])
    amount, passed, _ = judged("slope", raster([45.0, 5.0, 6.0]), high=10.0, unit="percent")
    assert amount == pytest.approx([100, 8.749, 10.510], abs=1e-3) and passed == [False, True, False]
    assert judged("slope", raster([np.nan, 5.0, 6.0]), high=5.5)[1:] == ([True, True, False], [False, True, True])
    assert degrees_of(Constraint("c", "", "slope")) == 90
    assert degrees_of(Constraint("c", "", "slope", high=25.0)) == 25
    assert degrees_of(Constraint("c", "", "slope", high=100.0, unit="percent")) == pytest.approx(45)


def test_attributes_are_true_false_or_not_known():
    assert judged("attribute", [1.0, None, 0.0])[1:] == (SOME, [True, False, True])


def test_sizes_include_both_ends_and_may_be_open():
    assert judged("area", [5, 9, 9.1], low=5.0, high=9.0)[1] == SOME
    assert judged("area", [5, 9, 4.9], low=5.0)[1] == SOME and judged("area", [5, -9, 5.1], high=5.0)[1] == SOME
    assert judged("shape", [0.5, 0.6, 0.4], low=0.5)[1] == SOME


def test_what_could_not_be_measured_passes_and_is_not_evaluated():
    amount, passed, evaluated = judged("avoid", None)
    assert np.isnan(amount).all() and passed == ALL and evaluated == [False] * 3


# --- factors ----------------------------------------------------------------------------------------------------------


def criteria(constraints=(), factors=()):
    return Criteria("n", "1", "", "h", {}, tuple(constraints), tuple(factors))


def candidates(count=3):
    boxes = shapely.box(np.arange(count) * 50.0, 0, np.arange(count) * 50.0 + 10, 10)
    return Projects([f"K{n}" for n in range(count)], boxes, AREAS[:count])


def raw(kind, values, value=None, **more):
    factor = Factor("f", "因子", kind, value or Linear(0.0, 100.0), 1.0, **more)
    found = select(criteria(factors=[factor]), candidates(), {factor.need(): Measured(values, "why")})
    (result,) = found.factors
    return result.raw.tolist(), result.score.tolist()


def test_every_kind_of_factor_in_its_unit():
    assert raw("share", np.array([50.0, 50.0, 400.0]))[0] == [50, 25, 100]
    assert raw("slope", raster([45.0, 0, 10]))[0] == [45, 0, 10]
    assert raw("slope", raster([45.0, 0, 0]), unit="percent")[0] == pytest.approx([100, 0, 0])
    assert raw("slope", raster([45.0, 0, 0]), unit="%")[0] == pytest.approx([100, 0, 0])
    assert raw("relief", raster([5, 5, 5], [9.0, 8, 7], [1.0, 2, 7]))[0] == [8, 6, 0]
    assert raw("raster_mean", raster([5, 6, 7], [9.0, 9, 9]))[0] == [5, 6, 7]
    numbers, scores = raw("expression", ["12", None, "x"])
    assert numbers[0] == 12 and np.isnan(numbers[1:]).all() and np.isnan(scores[1:]).all()
    assert raw("distance", np.array([0.0, 40.0, np.inf]), Linear(100.0, 0.0)) == ([0, 40, np.inf], [100, 60, 0])
    assert raw("count", np.array([1, 2, 3]))[1] == [1, 2, 3]


def test_classes_by_their_largest_area_or_their_one_code():
    table = Classes((("01", 20.0), ("02", 80.0)))
    areas = ClassAreas(
        np.array([0, 0, 1]), np.array(["01", "02", "02"], dtype=object), np.array([25.0, 75.0, 9.0]), AREAS
    )
    shown, score = raw("class", areas, table, field="dlbm")
    assert shown == ["02", "02", None] and score[:2] == [65, 80] and np.isnan(score[2])
    codes = np.array(["01", "03", None], dtype=object)
    shown, score = raw("class", codes, table, field="dlbm")
    assert shown == ["01", "03", None] and score[0] == 20 and np.isnan(score[1:]).all()
    assert raw("class", None, table, field="dlbm")[0] == [None] * 3


def test_scores_weigh_what_is_known():
    def one(score, weight):
        found = np.array(score, dtype=float)
        return FactorResult(Factor("", "", "", None, weight), found, found, np.zeros(3))

    parts = [one([100, np.nan, np.nan], 0.75), one([20, 20, np.nan], 0.25)]
    score, evaluated = combine(parts, 3)
    assert score[:2].tolist() == [80, 20] and np.isnan(score[2]) and evaluated.tolist() == [100, 25, 0]
    assert parts[0].contribution.tolist() == [75, 0, 0] and parts[1].contribution.tolist() == [5, 20, 0]
    score, evaluated = combine([], 2)
    assert np.isnan(score).all() and evaluated.tolist() == [100, 100]
    parts[0].share = np.array([0.5, 1, 1])  # a class that is known of half of the first candidate
    assert combine(parts, 3)[1].tolist() == [62.5, 25, 0]


# --- selections -------------------------------------------------------------------------------------------------------

NEAR, FARM = (
    Constraint("near", "近路", "max_distance", "road", distance_m=50.0),
    Constraint("farm", "农田", "avoid", "farm"),
)
SIZE = Factor("size", "面积", "area", Linear(0.0, 1000.0), 1.0)


def chosen(road=(10.0, 60.0, 20.0), farm=None):
    measured = {
        NEAR.need(): Measured(np.array(road)),
        FARM.need(): Measured(None if farm is None else np.array(farm), "没有图层"),
        SIZE.need(): Measured(AREAS),
    }
    return select(criteria([NEAR, FARM], [SIZE]), candidates(), measured)


def test_the_best_of_those_that_pass_comes_first():
    found = chosen()
    assert found.kept.tolist() == [True, False, True] and found.order.tolist() == [2, 0]
    assert found.score.tolist() == [10, 20, 30] and len(found.reasons(1)) == 1 and found.reasons(0) == []
    assert found.not_evaluated(0) == found.not_evaluated(2) and "没有图层" in found.not_evaluated(0)[0]
    step = found.removals[0]
    assert (step.alone, step.removed, step.remaining, step.removed_m2, step.remaining_m2) == (1, 1, 2, 200.0, 400.0)
    assert "近路" in found.steps() and "农田" not in found.steps()


def test_demands_that_nobody_could_check_are_told_before_all_else():
    found = chosen()
    assert found.unchecked() == ["农田"]
    found.remarks.append("other")
    found.tell_unchecked()
    assert found.remarks[0].code == "siting_unchecked" and found.remarks[0].params == {"count": 2, "titles": "农田"}
    assert chosen(farm=[0.0, 0, 0]).unchecked() == [] == chosen(farm=[0.0, np.nan, 0]).unchecked()  # one that is out
    assert chosen(farm=[np.nan, 0.0, 0]).unchecked() == ["农田"]
    part = chosen(farm=[np.nan, 0.0, 0])  # of two sites that stay one is not checked: the other is recommended
    part.tell_unchecked()
    (remark,) = part.remarks
    assert remark.code == "siting_unchecked_some"
    assert remark.params == {"count": 2, "unchecked": 1, "titles": "农田"}
    for quiet in (chosen(farm=[0.0, 0, 0]), chosen(road=[99.0, 99, 99])):
        quiet.tell_unchecked()
        assert quiet.remarks == []


def test_the_headline_and_the_standing_of_each_site_agree():
    part, none, all_ = chosen(farm=[np.nan, 0.0, 0]), chosen(), chosen(farm=[0.0, 0, 0])
    assert part.headline().params["unchecked"] == 1 and part.headline().code == "siting_unchecked_some"
    assert none.headline().code == "siting_unchecked" and all_.headline().params == {"count": 2}
    with document_language("zh"):
        assert part.standings([0, 2]) == ["备选（尚有未核查项）", "推荐"]
        assert set(none.standings([0, 2])) == {"备选（尚有未核查项）"} and set(all_.standings([0, 2])) == {"推荐"}


def test_taking_some_candidates_keeps_their_rows_together():
    found = chosen(farm=[0.0, 0.0, 7.0])
    some = found.take(np.array([2, 0]))
    assert some.keys == ["K2", "K0"] and some.areas_m2.tolist() == [300, 100] and some.order.tolist() == [0, 1]
    assert some.kept.tolist() == [False, True] and some.score.tolist() == [30, 10]
    assert [c.amount.tolist() for c in some.constraints] == [[20, 10], [7, 0]]
    assert some.constraints[1].passed.tolist() == [False, True] and some.constraints[0].evaluated.tolist() == [
        True,
        True,
    ]
    assert some.factors[0].raw.tolist() == [300, 100] and some.factors[0].contribution.tolist() == [30, 10]
    assert some.removals is found.removals and some.evaluated_pct.tolist() == [100, 100]


def test_two_selections_become_one_ranked_anew():
    one = select(criteria([], [SIZE]), candidates(2), {SIZE.need(): Measured(np.array([400.0, 100.0]))})
    other = select(criteria([], [SIZE]), candidates(2), {SIZE.need(): Measured(np.array([np.nan, 700.0]))})
    both = joined(one, other)
    assert both.keys == ["S00001", "S00002", "S00003", "S00004"] and both.order.tolist() == [3, 0, 1, 2]
    assert both.factors[0].raw.tolist()[:2] == [400, 100] and both.score[3] == 70 and len(both.areas_m2) == 4
    tie = joined(one, replace(one, score=one.score + 1e-12))
    assert tie.order.tolist() == [0, 2, 1, 3]  # what differs by rounding keeps its order


def test_without_parcels_nobody_is_removed():
    found = select(criteria([NEAR], [SIZE]), candidates(), {SIZE.need(): Measured(AREAS)}, parcels=False)
    assert found.kept.all() and found.order.tolist() == [2, 1, 0] and found.constraints == []


# --- needs and value functions ----------------------------------------------------------------------------------------


def test_criteria_that_look_at_the_same_share_one_measurement():
    assert [Constraint("c", "", kind, "l", "w", expression="e").need() for kind in
            ("avoid", "within", "min_distance", "max_distance", "slope", "attribute", "area", "shape")] == [
        Need("overlap", "l", "w"), Need("overlap", "l", "w"), Need("distance", "l", "w"), Need("distance", "l", "w"),
        Need("slope", "l"), Need("expression", detail="e"), Need("area"), Need("compactness")]  # fmt: skip
    assert Factor("f", "", "share", None, 1, "l", "w").need() == Need("overlap", "l", "w")
    assert Factor("f", "", "class", None, 1, "l", field="d").need() == Need("classes", "l", detail="d")
    assert Factor("f", "", "count", None, 1, "l", within_m=5.0).need() == Need("count", "l", metres=5.0)
    assert Factor("f", "", "expression", None, 1, expression="e").need() == Need("expression", detail="e")
    twice = criteria([FARM, NEAR, FARM], [Factor("f", "", "share", None, 1, "farm"), SIZE])
    assert twice.needs() == [Need("overlap", "farm"), Need("distance", "road"), Need("area")]
    assert twice.needs(parcels=False) == [Need("overlap", "farm"), Need("area")]


def test_a_criterion_cites_its_law_or_else_its_source():
    one = replace(criteria(), sources={"s": {"title": "某标准"}})
    assert one.cite(replace(FARM, law="某法", source="s")) == "某法" and one.cite(replace(FARM, source="s")) == "某标准"
    assert one.cite(replace(SIZE, source="s")) == "某标准" and one.cite(replace(SIZE, source="x")) == "x"


@pytest.mark.parametrize(
    "row, made",
    [
        ({"type": "linear", "worst": 9, "best": 1}, Linear(9.0, 1.0)),
        ({"type": "piecewise", "points": [[0, 1], [5, 9]]}, Piecewise(((0.0, 1.0), (5.0, 9.0)))),
        ({"type": "step", "breaks": [1, 2], "scores": [3, 4, 5]}, Step((1.0, 2.0), (3.0, 4.0, 5.0))),
        ({"type": "classes", "table": {"01": 5}, "other": 7}, Classes((("01", 5.0),), 7)),
        ({"type": "classes", "table": {}}, Classes((), None)),
    ],
)
def test_value_functions_as_written(row, made):
    assert value_function(row) == made


@pytest.mark.parametrize(
    "row, code",
    [
        ({"type": "linear", "worst": 1, "best": 1}, "value_flat"),
        ({"type": "piecewise", "points": [[0, 1], [0, 9]]}, "value_points_order"),
        ({"type": "piecewise", "points": [[0, 1], [5, 9], [4, 2]]}, "value_points_order"),
        ({"type": "step", "breaks": [1, 1], "scores": [3, 4, 5]}, "value_points_order"),
        ({"type": "step", "breaks": [2, 1], "scores": [3, 4, 5]}, "value_points_order"),
        ({"type": "step", "breaks": [1, 2], "scores": [3, 4]}, "value_step_count"),
        ({"type": "step", "breaks": [1, 2], "scores": [3, 4, 5, 6]}, "value_step_count"),
    ],
)
def test_value_functions_that_contradict_themselves(row, code):
    with pytest.raises(ValueError, match=code):
        value_function(row)


# --- facilities and cost ----------------------------------------------------------------------------------------------


def test_the_fewest_facilities_for_a_share_of_the_demand():
    near = np.where(np.eye(4, dtype=bool), 100.0, 9_000.0)
    problem = Coverage(near, np.array([40.0, 30.0, 20.0, 10.0]), 500.0)
    for share, count in ((40, 1), (41, 2), (70, 2), (90, 3), (100, 4)):
        found, proven = place_fewest(problem, share)
        assert len(found.chosen) == count and proven
    fixed = Coverage(near, np.array([40.0, 30.0, 20.0, 10.0]), 500.0, np.array([0]))
    assert place_fewest(fixed, 70)[0].chosen == [1] or list(place_fewest(fixed, 70)[0].chosen) == [1]
    nobody = Coverage(near[:, :3], np.array([40.0, 30.0, 20.0, 10.0]), 500.0)
    assert len(place_fewest(nobody, 100)[0].chosen) == 3  # the last cannot be served


@pytest.mark.parametrize(
    "distance, weight, code",
    [
        (np.zeros((0, 2)), np.zeros(0), "coverage_nothing"),
        (np.ones((2, 2)), np.array([1.0, -1.0]), "coverage_weights"),
        (np.ones((2, 2)), np.array([1.0, np.inf]), "coverage_weights"),
        (np.array([[1.0, np.nan]]), np.array([1.0]), "coverage_distances"),
        (np.array([[1.0, -0.1]]), np.array([1.0]), "coverage_distances"),
    ],
)
def test_a_problem_that_is_none_is_refused(distance, weight, code):
    with pytest.raises(InputError) as refused:
        place_fewest(Coverage(distance, weight, 5.0), 50)
    assert refused.value.code == code


def test_land_by_owner_adds_up_and_what_is_not_known_is_nobodys():
    kinds = OwnershipKinds(("10", "20"), ("30",), ("国有", "集体", "未知"))
    areas = ClassAreas(
        np.array([0, 0, 0, 1]),
        np.array(["10", "30", "99", "20"], dtype=object),
        np.array([40.004, 30.0, 5.0, 200.0]),
        AREAS,
    )
    costs = [SiteCost([]), SiteCost([]), SiteCost([])]
    add_ownership(costs, areas, kinds)
    assert [(r.title, r.m2) for r in costs[0].rows] == [("国有", 40.0), ("集体", 30.0), ("未知", 30.0)]
    assert [(r.title, r.m2) for r in costs[1].rows] == [("国有", 200.0), ("集体", 0.0)]
    assert costs[2].rows[-1] == CostRow("未知", 300.0)
