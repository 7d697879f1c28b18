"""The formula language: what is read, and what each mistake says."""

import pytest
from onemap.plugin.core import messages
from onemap.plugin.core.indicators.formula import Names, parse_conditions, parse_formula
from onemap.plugin.core.indicators.formula_nodes import (
    Change,
    Measure,
    MeasureKind,
    Operation,
    measures,
    statistics,
)
from onemap.plugin.core.indicators.formula_tokens import FormulaError
from onemap.plugin.core.indicators.indicator_units import UnitTable

NAMES = Names(frozenset({"land", "park", "road", "city"}), {"people": (("人", 1),)}, {"net": (("m", 2),)})


@pytest.mark.parametrize(
    ("text", "dimension"),
    [
        ("area(land)", (("m", 2),)),
        ("length(road, in=city) / area(city)", (("m", -1),)),
        ("share(area(park), area(division))", ()),
        ("per(area(land), people)", (("m", 2), ("人", -1))),
        ("sum(land, net)", (("m", 2),)),
        ("coverage(park, 300, of=land, area >= 400)", ()),
        ("coverage(park, 300, of=land, along=road)", ()),
        ("change(area(land), 2020)", (("m", 2),)),
        ("(area(land) - area(park)) * 2 / (1 + 1)", (("m", 2),)),
        ("count(park, kind = 'a b'|c, size >= 2)", ()),
        ("area（land，in＝city）", (("m", 2),)),
    ],
)
def test_formulas_are_read_with_their_dimension(text, dimension):
    assert parse_formula(text, NAMES).dimension == dimension


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("area(lnad)", "formula_layer_unknown", 6),
        ("land", "formula_layer_bare", 1),
        ("peple", "formula_statistic_unknown", 1),
        ("area(land", "formula_wanted", 10),
        ("area(land))", "formula_left_over", 11),
        ("area(land) + people", "formula_units_differ", 12),
        ("share(area(land), people)", "formula_units_differ", 1),
        ("length(land, times=x)", "formula_option", 20),
        ("open('x')", "formula_function_unknown", 1),
        ("__import__('os')", "formula_function_unknown", 1),
        ("area(land) ; 1", "formula_sign_unknown", 11),
        ("change(area(land), 0)", "formula_wanted_years", 20),
        ("coverage(park, of=land)", "formula_coverage", 1),
        ("coverage(park, 300, of=land, along=raod)", "formula_layer_unknown", 36),
        ("area(land, along=road)", "formula_option", 18),
        ("count(park, size > a)", "formula_wanted_number", 13),
        ("", "formula_wanted_value", 1),
        ("(" * 400 + "1" + ")" * 400, "formula_too_deep", 31),
        ("1" * 3000, "formula_too_long", 2000),
    ],
)
def test_a_mistake_says_what_and_where(text, code, position):
    with pytest.raises(FormulaError) as caught:
        parse_formula(text, NAMES)
    error = caught.value
    assert (error.code, error.position) == (code, position)
    for language in ("en", "zh"):
        assert "{" not in messages.text(code, language=language, **error.params, position=position)


def test_measures_and_years_of_a_formula():
    formula = parse_formula("change(area(land, in=city), 2) + coverage(park, 300, of=land) * area(land)", NAMES)
    found = [(m.text(), year) for m, year in measures(formula.node, 2025)]
    assert found[:2] == [("area(land, in=city)", 2025), ("area(land, in=city)", 2023)]
    assert ("area(land, in=park + 300 m)", 2025) in found
    (reached, _), _ = measures(parse_formula("coverage(park, 300, of=land, along=road)", NAMES).node, 2025)
    assert reached.text() == "area(land, in=park + 300 m along road)" and len(reached.selections) == 3
    assert isinstance(formula.node, Operation) and isinstance(formula.node.left, Change)
    assert isinstance(formula.node.left.inner, Measure) and formula.node.left.inner.kind is MeasureKind.AREA
    assert list(statistics(parse_formula("per(area(land), people)", NAMES).node)) == ["people"]


def test_conditions_alone():
    first, second = parse_conditions("settlement = 201*|202A, height >= 100")
    assert (first.field, first.sign, first.values) == ("settlement", "=", ("201*", "202A"))
    assert (second.sign, second.values) == (">=", ("100",))
    with pytest.raises(FormulaError):
        parse_conditions("settlement")


def test_units_and_their_quotients():
    table = UnitTable(
        [
            {"unit": "km2", "aliases": "平方公里", "factor": "1e6", "base": "m", "power": "2"},
            {"unit": "万人", "aliases": "", "factor": "1e4", "base": "人", "power": "1"},
            {"unit": "%", "aliases": "", "factor": "0.01", "base": "", "power": "0"},
        ]
    )
    assert table.find("KM²").factor == 1e6 and table.find("％").factor == 0.01
    quotient = table.find("万人/平方公里")
    assert quotient.factor == pytest.approx(0.01) and quotient.dimension == (("m", -2), ("人", 1))
    assert table.find("里") is None and table.find("km2/里") is None
