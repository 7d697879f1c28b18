"""Criteria, AHP, value functions, measures, selection and sensitivity, without QGIS."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from onemap.plugin.core import messages
from onemap.plugin.core.errors import CatalogueError, InputError
from onemap.plugin.core.land.area import statutory_areas
from onemap.plugin.core.land.crs import plane_for_longitude
from onemap.plugin.core.review.projects import Projects
from onemap.plugin.core.siting import ahp, divide, measures
from onemap.plugin.core.siting.model import Need
from onemap.plugin.core.siting.results import Measured, RasterStatistics
from onemap.plugin.core.siting.reweigh import Trial
from onemap.plugin.core.siting.selection import select
from onemap.plugin.core.siting.sensitivity import _best, sensitivity
from onemap.plugin.core.siting.values import Classes, Linear, Piecewise, Step
from onemap.plugin.formats.rules.criteria_files import examples, load_criteria

X, Y = 500_000.0, 3_350_000.0
PLANE = plane_for_longitude(120)


def boxes(*corners, size=100.0):
    x, y = np.array(corners, dtype=float).T
    return shapely.box(X + x, Y + y, X + x + size, Y + y + size)


def candidates(geometries):
    return Projects([f"K{n}" for n in range(len(geometries))], geometries, statutory_areas(geometries, PLANE))


def criteria_file(tmp_path, text):
    path = tmp_path / "criteria.yaml"
    path.write_text("name: t\nversion: 1\n" + text, encoding="utf-8")
    return path


def mistakes_of(tmp_path, text):
    with pytest.raises(CatalogueError) as caught:
        load_criteria(criteria_file(tmp_path, text))
    return caught.value


# --- AHP ---------------------------------------------------------------------------------------------------------------------------


def test_ahp_gives_the_published_vector():
    """Test vector of the domain table, computed there."""
    result = ahp.analyse([[1, 3, 5], [0.333333, 1, 2], [0.2, 0.5, 1]])
    assert result.weights == pytest.approx([0.648329, 0.229651, 0.122020], abs=1e-6)
    assert (result.lambda_max, result.ci, result.cr) == pytest.approx((3.003695, 0.001847, 0.003185), abs=1e-6)
    assert result.is_consistent


def test_ahp_of_a_consistent_matrix_is_its_ratios():
    truth = np.array([0.4, 0.3, 0.2, 0.1])
    result = ahp.analyse(truth[:, None] / truth)
    assert result.weights == pytest.approx(truth) and result.cr == pytest.approx(0, abs=1e-12)
    assert ahp.analyse([[1, 9], ["1/9", 1]]).cr == 0  # two are always consistent


def test_a_refused_matrix_names_the_judgement():
    truth = np.array([0.4, 0.3, 0.15, 0.1, 0.05])
    matrix = truth[:, None] / truth
    matrix[1, 3], matrix[3, 1] = 1 / 9, 9  # was 3
    with pytest.raises(InputError) as caught:
        ahp.weights_of(matrix, ["slope", "road", "use", "shape", "flood"])
    assert caught.value.params["one"] == "shape" and caught.value.params["other"] == "road"
    assert float(caught.value.params["expected"]) == pytest.approx(1 / 3, abs=0.01)
    assert "shape" in str(caught.value) and "9" in str(caught.value)


@pytest.mark.parametrize(
    ("matrix", "code"),
    [
        ([[1, 2], [0.5]], "ahp_not_square"), ([[1, 2], [2, 1]], "ahp_not_reciprocal"), ([[1, -2], [-0.5, 1]], "ahp_not_positive"),
        ([[2, 1], [1, 2]], "ahp_diagonal"), ([[1, "x"], ["1/0", 1]], "ahp_not_number"), ([[1.0] * 16] * 16, "ahp_too_large"),
    ],
)  # fmt: skip
def test_a_wrong_matrix_is_refused(matrix, code):
    with pytest.raises(InputError) as caught:
        ahp.analyse(matrix)
    assert caught.value.code == code


# --- value functions ---------------------------------------------------------------------------------------------------------------


def test_value_functions():
    raw = np.array([-1.0, 0, 5, 10, 20, np.nan])
    assert Linear(0, 10)(raw).tolist()[:5] == [0, 0, 50, 100, 100]
    assert Linear(10, 0)(raw).tolist()[:5] == [100, 100, 50, 0, 0]
    assert Piecewise(((0, 0), (5, 80), (10, 20)))(raw).tolist()[:5] == [0, 0, 80, 20, 20]
    step = Step((2, 8, 15), (100, 80, 60, 40))
    assert step(np.array([0, 2, 2.01, 8, 15, 15.01])).tolist() == [100, 100, 80, 80, 60, 40]
    for function in (Linear(0, 10), Piecewise(((0, 0), (5, 80))), step):
        assert np.isnan(function(raw)[5])


def test_class_table_takes_the_longest_key():
    table = Classes((("01*", 20), ("0103", 30), ("0*", 50)), None)
    assert [table.of(c) for c in ("0101", "0103", "0201")] == [20, 30, 50]
    assert np.isnan(table.of("1001")) and Classes((), 7).of("x") == 7
    assert np.isnan(table(["0101", None])[1])


# --- the file ----------------------------------------------------------------------------------------------------------------------


def test_examples_load_and_every_criterion_says_where_it_comes_from():
    assert len(examples()) >= 2
    for path in examples():
        criteria = load_criteria(path)
        for row in (*criteria.constraints, *criteria.factors):
            assert criteria.cite(row) and row.confidence, row.id
        assert sum(f.weight for f in criteria.factors) == pytest.approx(1)


def test_the_example_of_the_guide_loads(tmp_path):
    guide = (Path(__file__).resolve().parents[2] / "docs" / "siting.zh_CN.md").read_text(encoding="utf-8")
    path = tmp_path / "criteria.yaml"
    path.write_text(guide.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    criteria = load_criteria(path)
    assert [c.kind for c in criteria.constraints] == ["avoid", "max_distance", "slope"]
    assert [f.weight for f in criteria.factors] == pytest.approx([0.75, 0.25])


def test_groups_nest_and_weights_multiply(tmp_path):
    criteria = load_criteria(criteria_file(tmp_path, """
factors:
  matrix: [[1, 3], [1/3, 1]]
  children:
    - id: shape
      children:
        - {id: area, kind: area, weight: 1, value: {type: linear, worst: 0, best: 9}}
        - {id: round, kind: compactness, weight: 4, value: {type: linear, worst: 0, best: 1}}
    - {id: own, kind: expression, expression: '"a"', value: {type: linear, worst: 0, best: 9}}
"""))  # fmt: skip
    assert {f.id: f.weight for f in criteria.factors} == pytest.approx({"area": 0.15, "round": 0.6, "own": 0.25})


def test_a_line_takes_its_law_from_the_rule_set(tmp_path):
    criteria = load_criteria(criteria_file(tmp_path, "constraints: [{id: farm, line: YJJBNTTB, kind: avoid}]"))
    (farm,) = criteria.constraints
    assert farm.rule_ids == ("YJJBNT-1",) and "土地管理法" in farm.law and criteria.rules_sha256
    assert (farm.layer, farm.title) == ("YJJBNT", "永久基本农田")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("constraints: [{id: a, line: NOLINE, kind: avoid}]", "rule_line_unknown"),
        ("constraints: [{id: a, layer: x, kind: avoid}]", "criteria_layer_unknown"),
        ("constraints: [{id: a, kind: area, min: 5, max: 3}]", "criteria_bounds"),
        ("constraints: [{id: a, kind: area}]", "criteria_limit_missing"),
        ("layers: {x: {}}\nconstraints: [{id: a, layer: x, kind: avoid}, {id: b, layer: x, kind: within}]", "criteria_contradict"),
        ("layers: {x: {}}\nconstraints: [{id: a, layer: x, kind: min_distance, distance_m: 9}, {id: b, layer: x, kind: max_distance, distance_m: 5}]", "criteria_contradict"),
        ("layers: {x: {}}\nconstraints: [{id: a, layer: x, kind: avoid}, {id: b, layer: x, kind: within, where: '\"c\" = 1'}]", "criteria_contradict"),
        ("layers: {x: {}}\nconstraints: [{id: a, layer: x, kind: min_distance, distance_m: 9}, {id: b, layer: x, kind: max_distance, distance_m: 5, where: '\"c\" = 1'}]", "criteria_contradict"),
        ("constraints: [{id: a, kind: area, max: 3}, {id: b, kind: area, min: 5}]", "criteria_contradict"),
        ("area: {min_m2: 9, max_m2: 10}\nconstraints: [{id: a, kind: area, max: 3}]", "criteria_contradict"),
        ("constraints: [{id: a, kind: area, max: 3}, {id: a, kind: area, min: 1}]", "rule_id_twice"),
        ("constraints: [{id: a, kind: area, max: 3, colour: red}]", "schema_key_unknown"),
        ("factors: {children: [{id: a, kind: area, value: {type: linear, worst: 1, best: 1}}]}", "value_flat"),
        ("factors: {children: [{id: a, kind: area, value: {type: step, breaks: [1], scores: [1]}}]}", "value_step_count"),
        ("factors: {children: [{id: a, kind: area, value: {type: classes, table: {}}}]}", "criteria_value_kind"),
        ("factors: {matrix: [[1]], children: [{id: a, kind: area, value: {type: linear, worst: 1, best: 2}}, {id: b, kind: area, value: {type: linear, worst: 1, best: 2}}]}", "criteria_matrix"),
    ],
)  # fmt: skip
def test_mistakes_are_named(tmp_path, text, code):
    error = mistakes_of(tmp_path, text)
    assert code in [m[3] for m in error.mistakes], error
    assert "criteria.yaml" in str(error)


def test_bounds_that_are_one_number_are_a_demand_that_can_be_met(tmp_path):
    criteria = load_criteria(criteria_file(tmp_path, "constraints: [{id: a, kind: area, min: 5, max: 5}]"))
    assert (criteria.constraints[0].low, criteria.constraints[0].high) == (5, 5)


# --- measures ----------------------------------------------------------------------------------------------------------------------


def test_overlap_counts_double_land_once():
    mine = candidates(boxes((0, 0), (200, 0)))
    measure = measures.Overlap(mine, PLANE)
    measure.add(boxes((50, 0)))
    measure.add(boxes((50, 0), (1000, 0)))  # a duplicate in another batch, one far away
    got = measure.finish()
    assert got[0] == pytest.approx(5000, abs=1) and got[1] == 0


def test_distance_is_that_of_the_plain_formula():
    """Against shapely.distance of every pair, with long lines, polygons with holes, points, and something that meets."""
    random = np.random.default_rng(3)
    mine = boxes(*random.uniform(0, 3000, (80, 2)), size=60)
    walk = np.cumsum(random.normal(0, 25, (400, 2)), axis=0) + [X + 1500, Y + 1500]
    ring = shapely.difference(
        shapely.box(X + 100, Y + 100, X + 2900, Y + 2900), shapely.box(X + 130, Y + 130, X + 2870, Y + 2870)
    )
    features = np.array(
        [
            shapely.linestrings(walk),
            ring,
            shapely.points(X + 50, Y + 2950),
            shapely.multipoints([(X + 9, Y), (X + 99, Y)]),
        ]
    )
    measure = measures.Distance(candidates(mine))
    for part in (features[:2], features[2:]):
        measure.add(part)
    truth = shapely.distance(mine[:, None], features[None]).min(axis=1)
    assert measure.finish() == pytest.approx(truth, abs=1e-9)
    assert (truth == 0).any() and (truth > 5).any()
    assert np.isinf(measures.Distance(candidates(mine)).finish()).all()


def test_short_lines_lose_no_edge():
    random = np.random.default_rng(5)
    lines = np.array([shapely.linestrings(random.uniform(0, 9, (n, 2))) for n in (2, 24, 25, 26, 49, 50, 97)])
    cut = divide.short_lines(lines)
    assert shapely.get_num_coordinates(cut).max() <= 25
    assert (shapely.get_num_coordinates(cut) - 1).sum() == (shapely.get_num_coordinates(lines) - 1).sum()
    assert shapely.length(cut).sum() == pytest.approx(shapely.length(lines).sum())


def test_classes_and_counts():
    mine = candidates(boxes((0, 0), (500, 0), (900, 0)))
    measure = measures.Classes(mine, PLANE)
    measure.add(boxes((-30, 0), (70, 0), (500, 0)), ["0101", "0201", None])
    classes = measure.finish()
    assert classes.dominant().tolist() == ["0101", None, None]
    assert classes.mean({"0101": 100, "0201": 0}.get)[0] == pytest.approx(70, abs=0.1)
    assert np.isnan(classes.mean({"0101": 100, "0201": 0}.get)[1])
    count = measures.Count(mine, 100)
    count.add(np.array([shapely.Point(X + 199.9, Y), shapely.Point(X + 200.1, Y), shapely.Point(X + 50, Y + 50)]))
    assert count.finish().tolist() == [2, 0, 0]
    assert measures.compactness(boxes((0, 0)))[0] == pytest.approx(np.pi / 4)


# --- selection ---------------------------------------------------------------------------------------------------------------------

SET = """
layers: {farm: {}, dem: {}, road: {}}
constraints:
  - {id: farm, layer: farm, kind: avoid, tolerance_m2: 1}
  - {id: near, layer: road, kind: max_distance, distance_m: 100}
  - {id: steep, layer: dem, kind: slope, max: 10, unit: percent}
factors:
  children:
    - {id: dist, layer: road, kind: distance, weight: 3, value: {type: linear, worst: 100, best: 0}}
    - {id: slope, layer: dem, kind: slope, weight: 1, value: {type: linear, worst: 10, best: 0}}
"""


def run_set(tmp_path, farm, road, slope):
    criteria = load_criteria(criteria_file(tmp_path, SET))
    mine = candidates(boxes(*[(200 * n, 0) for n in range(len(farm))]))
    slope = np.array(slope, dtype=float)
    measured = {
        Need("overlap", "farm"): Measured(np.array(farm, float)),
        Need("distance", "road"): Measured(np.array(road, float)) if road is not None else Measured(None, "no roads"),
        Need("slope", "dem"): Measured(RasterStatistics(slope, slope, slope, np.ones(len(slope))), "no data"),
    }
    return select(criteria, mine, measured)


def test_selection_keeps_ranks_and_tells_why(tmp_path):
    messages.set_language("en")
    s = run_set(tmp_path, farm=[0, 0.5, 50, 0, 0], road=[50, 20, 20, 101, np.inf], slope=[1, 1, 9, 1, np.nan])
    assert s.kept.tolist() == [True, True, False, False, False]
    assert s.order.tolist() == [1, 0]
    assert [len(s.reasons(i)) for i in range(5)] == [0, 0, 2, 1, 1]
    assert "50.00 m²" in s.reasons(2)[0] and "%" in s.reasons(2)[1] and "no such feature" in s.reasons(4)[0]
    assert s.not_evaluated(4) == ["steep: not evaluated (no data)", "slope: not evaluated (no data)"]
    for i in range(4):
        assert sum(r.contribution[i] for r in s.factors) == pytest.approx(s.score[i])
    assert s.score[1] == pytest.approx(0.75 * 80 + 0.25 * 90)
    alone, gone = [r.alone for r in s.removals], [r.removed for r in s.removals]
    assert (alone, gone, s.removals[-1].remaining) == ([1, 2, 1], [1, 2, 0], 2)
    areas = [r.removed_m2 for r in s.removals]
    assert sum(areas) + s.removals[-1].remaining_m2 == pytest.approx(s.areas_m2.sum(), abs=0.03)


def test_a_missing_layer_is_not_evaluated_and_never_zero(tmp_path):
    s = run_set(tmp_path, farm=[0, 0], road=None, slope=[1, 5])
    assert s.kept.all() and s.score.tolist() == pytest.approx([90, 50])  # as if the road had not been asked for
    assert s.evaluated_pct.tolist() == [25, 25]
    assert not s.removals[1].evaluated and "no roads" in s.not_evaluated(0)[0]


def test_ties_keep_their_order(tmp_path):
    s = run_set(tmp_path, farm=[0] * 6, road=[30, 50, 30, 50, 30, 30], slope=[2] * 6)
    assert s.order.tolist() == [0, 2, 4, 5, 1, 3]
    assert s.ranks().tolist() == [1, 1, 1, 1, 5, 5]
    firm = sensitivity(s, 50)
    assert firm.first_pct[s.order].tolist() == [100, 100, 100, 100, 0, 0], "none of the first four is the firmer one"
    assert (firm.top5_pct == 100).all(), "the fifth place is shared"
    tried = Trial(s).weighed([1, 1])
    assert tried.rank.tolist() == [1, 1, 1, 1, 5, 5] and not tried.moved.any()


def test_sites_without_a_score_come_last_together(tmp_path):
    s = run_set(tmp_path, farm=[0] * 4, road=None, slope=[np.nan, 2, np.nan, 4])
    assert s.order.tolist() == [1, 3, 0, 2] and s.ranks().tolist() == [1, 2, 3, 3]
    assert sensitivity(s, 20).top5_pct.tolist() == [0, 100, 0, 100], "what nobody scored is not firmly among the first"


def test_sensitivity_is_seeded_and_leaves_no_rival_out(tmp_path):
    random = np.random.default_rng(1)
    road = random.uniform(82, 100, 60)  # near ties: what the road loses the slope wins
    s = run_set(tmp_path, farm=[0] * 60, road=road, slope=(100 - road) * 0.3 + random.uniform(0, 0.1, 60))
    one, again, other = sensitivity(s, 400), sensitivity(s, 400), sensitivity(s, 400, seed=2)
    assert one.first_pct.tolist() == again.first_pct.tolist() != other.first_pct.tolist()
    assert one.first_pct.sum() == pytest.approx(100) and one.top5_pct.sum() == pytest.approx(500)
    # brute force over every candidate, with the same draws
    weights = np.array([r.factor.weight for r in s.factors])
    draws = np.random.default_rng(one.seed).uniform(0.8, 1.2, (400, 2)) * weights
    table = np.array([r.score for r in s.factors]).T[s.order]
    first = np.bincount(s.order[_best(table, draws)[:, 0]], minlength=60) / 4
    assert one.first_pct.tolist() == pytest.approx(first.tolist())
    assert len(one.shifts) == 4 and {round(x.change, 1) for x in one.shifts} == {-0.2, 0.2}
    certain = run_set(tmp_path, farm=[0, 0], road=[0, 100], slope=[0, 5])
    assert sensitivity(certain, 50).first_pct.tolist() == [100, 0]


def test_only_a_shared_first_place_is_told(tmp_path):
    from dataclasses import replace

    chosen = select(load_criteria(examples()[0]), candidates(boxes((0, 0), (200, 0), (400, 0))), _Nothing())
    for scores, count in (([9.0, 9.0, 7.0], 2), ([9.0, 7.0, 7.0], 0), ([5.0, 5.0, 5.0], 3)):
        one = replace(chosen, score=np.array(scores), order=np.arange(3), remarks=[])
        one.tell_ties()
        assert [r.params["count"] for r in one.remarks] == ([count] if count else [])
    none = replace(chosen, order=np.array([], dtype=int), remarks=[])
    none.tell_ties()
    assert none.remarks == []


class _Nothing(dict):
    """Nothing could be measured."""

    def __missing__(self, need):
        return Measured(None, "not measured")
