"""What a rule says: its citation, its days, whom it lets go, what is wrong with it."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
from onemap.plugin.core.errors import CatalogueError
from onemap.plugin.core.review.rules import LawRef, Rule, RuleSet, build_rule_set, out_of_force
from onemap.plugin.core.review.tiers import Effect
from onemap.tests.support.review_core import rule

LAW = LawRef("L", "土地管理法", "主席令32号", "33", "现行有效", "seen")


@pytest.mark.parametrize(
    "article, confidence, cited",
    [
        ("33", "seen", "《土地管理法》（主席令32号）第33条"),
        ("原7", "seen", "《土地管理法》（主席令32号）第原7条"),
        ("附件", "seen", "《土地管理法》（主席令32号）附件"),
        ("-", "seen", "《土地管理法》（主席令32号）"),
        ("33", "memory: 2019", "《土地管理法》（主席令32号）第33条（待核）"),
    ],
)
def test_a_citation_says_what_is_not_verified(article, confidence, cited):
    assert replace(LAW, article=article, confidence=confidence).cite() == cited


@pytest.mark.parametrize(
    "kind, effect, tier",
    [("avoid", "prohibit", Effect.PROHIBIT), ("inform", "prohibit", Effect.CONSULT), ("inform", "conditional", Effect.CONSULT),
     ("inform", "consult", Effect.CONSULT), ("inform", "notice", Effect.NOTICE), ("within", "notice", Effect.NOTICE)],
)  # fmt: skip
def test_a_rule_that_only_informs_breaks_nothing(kind, effect, tier):
    assert rule(kind=kind, effect=effect).tier == tier


@pytest.mark.parametrize(
    "use, is_let_go",
    [
        ("公路用地", True),
        ("高速公路用地", True),
        ("公路", True),  # without 用地 it means the same
        ("公路用地（改线）", True),
        ("公路用地(改线) ", True),
        ("公路用地服务区", False),
        ("高速公路", False),
        ("1003", True),
        ("100301", True),
        ("10", False),
        ("", False),
        ("（公路用地）", False),
    ],
)
def test_whom_a_rule_lets_go(use, is_let_go):
    assert rule(exempt_uses=("公路用地", "1003")).exempts(use) == is_let_go
    assert not rule().exempts(use)


@pytest.mark.parametrize(
    "first, last, day, in_force",
    [
        (None, None, date(2026, 1, 1), True),
        (date(2026, 1, 1), None, date(2026, 1, 1), True),
        (date(2026, 1, 2), None, date(2026, 1, 1), False),
        (None, date(2026, 1, 1), date(2026, 1, 1), True),
        (None, date(2025, 12, 31), date(2026, 1, 1), False),
        (date(2025, 1, 1), date(2025, 2, 1), date(2025, 1, 15), True),
        (date(2025, 1, 1), date(2025, 2, 1), date(2026, 1, 15), False),
    ],
)
def test_the_days_of_a_rule_include_both_ends(first, last, day, in_force):
    one = rule(valid_from=first, valid_to=last)
    assert one.is_valid_on(day) == in_force
    rules = RuleSet("n", "1", "", "h", (one, rule(id="S", line_id="OTHER")), {})
    assert [r.id for r in rules.for_line("LINE", day)] == (["R"] if in_force else [])
    assert rules.line_ids() == ["LINE", "OTHER"] and rules.all_of_line("LINE") == [one] and rules.all_of_line("X") == []


def test_the_day_of_the_review_stands_in_expressions():
    one = rule(where="from <= @review_date AND @review_date < until", unless="x > @review_dates").on(date(2026, 3, 5))
    assert one.where == "from <= to_date('2026-03-05') AND to_date('2026-03-05') < until"
    assert one.unless == "x > @review_dates" and rule().on(date(2026, 3, 5)) == rule()


def test_why_no_rule_is_in_force_names_the_days():
    rules = RuleSet("n", "1", "", "h", (rule(id="A", valid_from=date(2027, 1, 1)), rule(id="B", valid_to=date(2025, 1, 1)),
                                       rule(id="C", valid_to=date(2026, 1, 1)), rule(id="D", line_id="O", valid_to=date(2020, 1, 1))), {})  # fmt: skip
    said = out_of_force(rules, "LINE", date(2026, 1, 1))
    assert "A" in said and "2027-01-01" in said and "2025-01-01" in said
    assert "2020" not in said and said.count("2026-01-01") == 1  # the day asked for; C is in force on its last day


# --- building ---------------------------------------------------------------------------------------------------------

CATALOGUE = SimpleNamespace(
    lines={"A": None, "B": None}, by_alias=lambda name: [SimpleNamespace(id="A")] if name == "a" else []
)
LAWS = {
    "L": {
        "title": "法",
        "doc_no": "号",
        "status": "现行有效",
        "articles": {"1": {"confidence": "seen", "says": "s", "says_en": "e"}, "-": {"confidence": "memory"}},
    }
}
ROW = {
    "id": "R",
    "line": "A",
    "kind": "avoid",
    "effect": "prohibit",
    "title": "t",
    "laws": [{"law": "L", "article": 1}],
}


def built(*rows, check=None):
    document = {"name": "n", "version": 2, "rules": list(rows), "laws": LAWS}
    return build_rule_set(document, CATALOGUE, lambda path: ("f.yaml", 10 + path[1]), "sha", check)


def faults(*rows, check=None):
    with pytest.raises(CatalogueError) as caught:
        built(*rows, check=check)
    return [(line, key, code) for _, line, key, code, _ in caught.value.mistakes]


def test_a_row_becomes_a_rule_with_its_laws():
    made = built(
        {**ROW, "exempt_uses": ["公路"], "valid_from": "2026-01-01", "valid_to": date(2026, 1, 1), "tolerance_m2": 5.0},
        {**ROW, "id": "S", "laws": []},
    )
    first, second = made.rules
    assert isinstance(first, Rule) and (first.valid_from, first.valid_to) == (date(2026, 1, 1), date(2026, 1, 1))
    assert first.exempt_uses == ("公路",) and first.laws == (
        LawRef("L", "法", "号", "1", "现行有效", "seen", "s", "e"),
    )
    assert (
        second.laws == ()
        and second.exempt_uses == ()
        and (made.version, made.sha256, made.province) == ("2", "sha", "")
    )
    assert built({**ROW, "laws": [{"law": "L"}]}).rules[0].laws[0].article == "-"


@pytest.mark.parametrize(
    "change, key, code",
    [
        ({"line": "a"}, "line", "rule_line_unknown"),
        ({"less_line": "Z"}, "less_line", "rule_line_unknown"),
        ({"laws": [{"law": "M", "article": 1}]}, "laws", "rule_law_unknown"),
        ({"laws": [{"law": "L", "article": 2}]}, "laws", "rule_article_unknown"),
        ({"kind": "distance"}, "kind", "rule_distance_missing"),
        ({"kind": "height"}, "limit", "rule_limit_missing"),
        ({"limit": "h"}, "limit", "rule_limit_missing"),
        ({"valid_from": "2026-01-02", "valid_to": "2026-01-01"}, "valid_to", "rule_dates_reversed"),
    ],
)
def test_each_mistake_is_named_where_it_stands(change, key, code):
    assert faults(ROW, {**ROW, "id": "S", **change}) == [(11, f"rules[1].{key}", code)]


def test_all_mistakes_come_at_once_and_double_ids_are_one():
    assert faults(ROW, {**ROW, "line": "Z"}, {**ROW, "id": "T", "kind": "distance"}) == [
        (11, "rules[1].line", "rule_line_unknown"), (11, "rules[1].id", "rule_id_twice"), (12, "rules[2].kind", "rule_distance_missing")]  # fmt: skip


def test_expressions_are_checked_where_somebody_can():
    bad = {**ROW, "where": "(", "unless": "ok"}
    assert faults(bad, check=lambda text: "syntax" if text == "(" else None) == [
        (10, "rules[0].where", "rule_expression_bad")
    ]
    assert built(bad).rules[0].where == "("


@pytest.mark.parametrize(
    "effect, doubt", [("prohibit", Effect.CONSULT), ("conditional", Effect.CONSULT), ("notice", Effect.NOTICE)]
)
def test_a_rule_of_heights_asks_about_what_is_not_known(effect, doubt):
    rules = built({**ROW, "kind": "height", "limit": "h", "effect": effect, "condition": "报批"}).rules
    assert [r.id for r in rules] == ["R", "R-DOUBT"] and [r.is_doubt for r in rules] == [False, True]
    assert rules[1].effect == doubt and rules[1].title.startswith("t（") and rules[1].condition.endswith("；报批")
    assert built({**ROW, "kind": "distance", "distance_m": 5.0}).rules[0].distance_m == 5.0
