"""Criteria that contradict themselves are named; those on the border of it are not. Weights, laws and groups add up."""

import numpy as np
import pytest
from onemap.plugin.core.errors import CatalogueError
from onemap.plugin.core.siting.values import Linear
from onemap.plugin.formats.rules.criteria_files import load_criteria

VALUE = "value: {type: linear, worst: 0, best: 9}"


def loaded(tmp_path, text):
    path = tmp_path / "criteria.yaml"
    path.write_text("name: t\nversion: 1\n" + text, encoding="utf-8")
    return load_criteria(path)


def faults(tmp_path, text):
    with pytest.raises(CatalogueError) as caught:
        loaded(tmp_path, text)
    return [(mistake[2], mistake[3]) for mistake in caught.value.mistakes]


def constraint(tmp_path, row, layers="layers: {x: {}}\n"):
    try:
        loaded(tmp_path, f"{layers}constraints: [{{id: a, {row}}}]")
    except CatalogueError as error:
        return [mistake[3] for mistake in error.mistakes]
    return []


@pytest.mark.parametrize(
    "row, codes",
    [
        ("layer: x, kind: slope, max: 25", []),
        ("layer: x, kind: slope, max: 90", []),
        ("layer: x, kind: slope, max: 91", ["criteria_slope_limit"]),
        ("layer: x, kind: slope, max: 91, unit: percent", []),
        ("layer: x, kind: slope", ["criteria_limit_missing"]),
        ("layer: x, kind: min_distance, distance_m: 1", []),
        ("layer: x, kind: min_distance", ["rule_distance_missing"]),
        ("layer: x, kind: max_distance", ["rule_distance_missing"]),
        ("kind: area, min: 1", []),
        ("kind: area, max: 1", []),
        ("kind: shape", ["criteria_limit_missing"]),
        ("kind: shape, min: 0.5, max: 0.5", []),
        ("kind: area, min: 2, max: 1", ["criteria_bounds"]),
        ("kind: attribute", ["criteria_limit_missing"]),
        ("kind: attribute, expression: '\"a\" > 1'", []),
        ("layer: y, kind: within", ["criteria_layer_unknown"]),
        ("layer: y, kind: slope, max: 5", ["criteria_layer_unknown"]),
    ],
)
def test_one_constraint_on_its_border(tmp_path, row, codes):
    assert constraint(tmp_path, row) == codes


@pytest.mark.parametrize(
    "row, codes",
    [
        ("kind: area, weight: 1, " + VALUE, []),
        ("kind: distance, layer: x, " + VALUE, []),
        ("kind: distance, layer: y, " + VALUE, ["criteria_layer_unknown"]),
        ("kind: relief, layer: y, " + VALUE, ["criteria_layer_unknown"]),
        ("kind: count, layer: x, within_m: 1, " + VALUE, []),
        ("kind: count, layer: x, " + VALUE, ["criteria_limit_missing"]),
        ("kind: expression, " + VALUE, ["criteria_limit_missing"]),
        ("kind: area, layer: y, " + VALUE, ["criteria_layer_unknown"]),
        ("kind: class, layer: x, field: f, value: {type: classes, table: {'01': 5}}", []),
        ("kind: class, layer: x, value: {type: classes, table: {'01': 5}}", ["criteria_limit_missing"]),
        ("kind: class, layer: x, field: f, " + VALUE, ["criteria_value_kind"]),
    ],
)
def test_one_factor_on_its_border(tmp_path, row, codes):
    try:
        loaded(tmp_path, f"layers: {{x: {{}}}}\nfactors: {{children: [{{id: a, {row}}}]}}")
        assert codes == []
    except CatalogueError as error:
        assert [mistake[3] for mistake in error.mistakes] == codes


def test_weights_are_shares_of_their_group(tmp_path):
    found = loaded(tmp_path, f"""
factors:
  title: 全部
  children:
    - {{id: a, kind: area, weight: 3, {VALUE}}}
    - id: g
      title: 一组
      weight: 1
      children:
        - {{id: b, title: 乙, kind: area, {VALUE}}}
        - {{id: c, kind: area, weight: 3, {VALUE}}}
""")  # fmt: skip
    assert [(f.id, f.weight, f.path) for f in found.factors] == [
        ("a", 0.75, ()),
        ("b", 0.0625, ("一组",)),
        ("c", 0.1875, ("一组",)),
    ]
    assert [(g.id, g.title, g.children, g.weights) for g in found.groups] == [
        ("factors", "全部", ("a", "g"), (0.75, 0.25)), ("g", "一组", ("b", "c"), (0.25, 0.75))]  # fmt: skip
    assert (
        found.factors[1].title == "乙" and found.factors[0].title == "a" and found.factors[0].value == Linear(0.0, 9.0)
    )


def test_weights_that_sum_to_nothing_are_a_mistake(tmp_path):
    text = (
        f"factors: {{children: [{{id: a, kind: area, weight: 0, {VALUE}}}, {{id: b, kind: area, weight: 0, {VALUE}}}]}}"
    )
    assert [code for _, code in faults(tmp_path, text)] == ["criteria_weights_zero"]


def test_a_matrix_of_another_size_is_a_mistake(tmp_path):
    text = f"factors: {{matrix: [[1, 2], [0.5, 1]], children: [{{id: a, kind: area, {VALUE}}}]}}"
    assert [code for _, code in faults(tmp_path, text)] == ["criteria_matrix"]


def test_every_mistake_is_named_with_its_place(tmp_path):
    text = "layers: {x: {line: NOLINE}}\narea: {min_m2: 9, max_m2: 8}\nconstraints: [{id: a, kind: area}, {id: a, layer: y, kind: avoid}]"
    assert faults(tmp_path, text) == [
        ("layers.x.line", "rule_line_unknown"), ("area", "criteria_bounds"), ("constraints.0", "criteria_limit_missing"),
        ("constraints.1.id", "rule_id_twice"), ("constraints.1.layer", "criteria_layer_unknown")]  # fmt: skip


def test_a_size_of_one_number_and_an_open_one(tmp_path):
    row = "\nconstraints: [{id: a, kind: shape, min: 0.1}]"
    assert loaded(tmp_path, "area: {min_m2: 9, max_m2: 9}" + row).area == (9, 9)
    assert loaded(tmp_path, "area: {min_m2: 9}" + row).area == (9, None) and loaded(tmp_path, row).area == (None, None)
    assert (
        loaded(tmp_path, "search: {spacing_m: 50}" + row).spacing_m == 50.0 and loaded(tmp_path, row).spacing_m == 0.0
    )


@pytest.mark.parametrize(
    "one, other, together",
    [
        ("kind: area, min: 5", "kind: area, max: 5", True),
        ("kind: area, min: 5", "kind: area, max: 4", False),
        ("kind: area, max: 4", "kind: area, min: 5", False),
        ("kind: area, min: 5", "kind: area, min: 9", True),
        ("kind: area, max: 5", "kind: area, max: 9", True),
        ("kind: shape, min: 0.6", "kind: shape, max: 0.5", False),
        ("kind: shape, min: 0.6", "kind: area, max: 0.5", True),
        ("layer: x, kind: min_distance, distance_m: 5", "layer: x, kind: max_distance, distance_m: 5", False),
        ("layer: x, kind: max_distance, distance_m: 5", "layer: x, kind: min_distance, distance_m: 4.9", True),
        ("layer: x, kind: min_distance, distance_m: 9", "layer: y, kind: max_distance, distance_m: 5", True),
        ("layer: x, kind: avoid", "layer: x, kind: within", False),
        ("layer: x, kind: avoid", "layer: x, kind: avoid", True),
        ("layer: x, kind: avoid", "layer: y, kind: within", True),
        ("layer: x, kind: avoid", "layer: z, kind: within", False),  # the same layer by another key
        ("layer: x, kind: avoid, where: 'a = 1'", "layer: x, kind: within", True),
        ("layer: x, kind: avoid, where: 'a  =  1'", "layer: x, kind: within, where: 'a = 1'", False),
        ("layer: x, kind: avoid", "layer: x, kind: max_distance, distance_m: 5", True),
    ],
)
def test_which_two_constraints_no_land_can_meet(tmp_path, one, other, together):
    layers = "layers: {x: {names: [Roads]}, y: {names: [woods]}, z: {names: [roads]}}\n"
    text = f"{layers}constraints: [{{id: a, {one}}}, {{id: b, {other}}}]"
    if together:
        assert len(loaded(tmp_path, text).constraints) == 2
    else:
        assert faults(tmp_path, text) == [("constraints.1", "criteria_contradict")]


def test_a_line_is_the_same_features_by_any_of_its_names(tmp_path):
    layers = "layers: {x: {line: YJJBNT}, y: {names: [YJJBNTTB]}, z: {names: [YJJBNTTB, other]}}\n"
    for other in "yz":
        text = f"{layers}constraints: [{{id: a, layer: x, kind: avoid}}, {{id: b, layer: {other}, kind: within}}]"
        assert faults(tmp_path, text) == [("constraints.1", "criteria_contradict")]


def test_a_rule_that_is_named_gives_its_conditions(tmp_path):
    found = loaded(tmp_path, "constraints: [{id: a, rule: YJJBNT-1, kind: avoid}]")
    (one,) = found.constraints
    assert (
        one.rule_ids == ("YJJBNT-1",) and one.layer == "YJJBNT" and one.law and found.layers["YJJBNT"].line == "YJJBNT"
    )
    assert [code for _, code in faults(tmp_path, "constraints: [{id: a, rule: NO-1, kind: avoid}]")][
        0
    ] == "criteria_rule_unknown"
    wrong = "constraints: [{id: a, line: YJJBNT, rule: STBHHX-1, kind: avoid}]"
    assert [code for _, code in faults(tmp_path, wrong)] == ["criteria_rule_unknown"]


def test_own_words_and_numbers_count_before_those_of_the_rules(tmp_path):
    (one,) = loaded(
        tmp_path, "constraints: [{id: a, title: 我的, line: YJJBNT, kind: min_distance, distance_m: 7}]"
    ).constraints
    assert one.title == "我的" and one.distance_m == 7 and np.isfinite(one.tolerance_m2)


@pytest.mark.parametrize("number", [".nan", ".inf"])
def test_a_number_that_is_none_is_refused_wherever_it_stands(tmp_path, number):
    factor = f"factors: {{children: [{{id: f, kind: area, weight: {number}, {VALUE}}}]}}"
    assert faults(tmp_path, factor)[0][0] == "factors.children.0.weight"
    value = f"factors: {{children: [{{id: f, kind: area, value: {{type: linear, worst: 0, best: {number}}}}}]}}"
    assert ("factors.children.0.value.best", "criteria_not_finite") in faults(tmp_path, value)
    assert "criteria_not_finite" in constraint(tmp_path, f"kind: area, min: {number}")
