"""What the rules of a line know of values that they do not take."""

from types import SimpleNamespace

import pytest
from onemap.plugin.core.review.known_values import KnownValues, Unclear, Vocabularies
from province.expressions import Expression

CODES = frozenset({"01", "0101", "0102", "03", "0301", "0810A"})
TEXTS = (frozenset({"水田", "旱地"}), frozenset({"是", "否"}))


def unclear(where, row, needs="all", others=(), also=()):
    rules = [
        SimpleNamespace(id=f"R{n}", where=text, where_needs=needs, other_values=others)
        for n, text in enumerate((where, *also))
    ]
    expression = Expression(where)
    known = KnownValues(rules, Vocabularies((CODES,), TEXTS))
    names = sorted(row)
    ask = lambda values: expression.value(dict(zip(names, values)))  # noqa: E731
    return Unclear(rules[0], known).of(names, [row[name] for name in names], ask)


@pytest.mark.parametrize(
    "where, row, expected",
    [
        ("\"DLBM\" = '0101'", {"DLBM": "0101"}, False),  # taken
        ("\"DLBM\" = '0101'", {"DLBM": "0301"}, False),
        ("\"DLBM\" = '0101'", {"DLBM": "301"}, True),
        ("\"DLBM\" = '0101'", {"DLBM": 301}, True),
        ("\"DLBM\" = '0101'", {"DLBM": "9999"}, True),
        ("\"DLMC\" = '水田'", {"DLMC": "旱地"}, False),
        ("\"DLMC\" = '水田'", {"DLMC": "有林地"}, True),
        ("\"hx\" IN ('是','1','Y')", {"hx": "否"}, False),
        ("\"hx\" IN ('是','1','Y')", {"hx": "0"}, False),
        ("\"hx\" IN ('是','1','Y')", {"hx": ""}, True),
        ('"hx" IS NULL OR "hx" = \'\'', {"hx": "否"}, False),
        # the other field decides: what is not known of the first makes no difference
        ("\"DLBM\" = '0101' AND \"QS\" = '20'", {"DLBM": "水田", "QS": "10"}, False),
        ("\"DLBM\" = '0101' AND \"QS\" = '20'", {"DLBM": "水田", "QS": "20"}, True),
        ("\"DLBM\" = '0101' AND \"QS\" = '20'", {"DLBM": "0301", "QS": None}, False),
        # a condition that takes blanks does not thereby take what nobody knows
        ('"lx" IS NULL OR "lx" = \'0101\'', {"lx": "水田"}, True),
    ],
)
def test_values(where, row, expected):
    assert unclear(where, row) == expected


def test_one_known_field_is_enough_where_any_will_do():
    where = "\"lx\" LIKE '%电力%' OR \"mc\" LIKE '%电力%'"
    assert not unclear(where, {"lx": "通信", "mc": None}, "any")
    assert unclear(where, {"lx": "3", "mc": None}, "any")


def test_values_that_other_rules_of_the_line_name_are_known():
    assert unclear("\"jb\" = '甲'", {"jb": "乙"})
    assert not unclear("\"jb\" = '甲'", {"jb": "乙"}, also=["\"jb\" NOT IN ('乙')"])
    assert not unclear("\"jb\" = '甲'", {"jb": "乙"}, others=("乙",))
