"""Periods, computed fields, cross checks and identifiers on their borders."""

from datetime import date
from types import SimpleNamespace

import pytest
from onemap.plugin.core.forms.checks import CHECKS
from onemap.plugin.core.forms.computing import computed_values
from onemap.plugin.core.forms.identifiers import (
    division_problem,
    is_date,
    phone_problem,
    problem_finder,
    project_code_problem,
    uscc_check_character,
    uscc_problem,
)
from onemap.plugin.core.forms.periods import deadline, period_now, previous_period


def form(period="month", due=None, fields=()):
    names = {f.key: f for f in fields}
    return SimpleNamespace(period=period, due=due or {}, fields=list(fields), field=names.__getitem__)


def field(key, title="", codes=(), computed=None):
    return SimpleNamespace(key=key, title=title or key, codes=[(c, c) for c in codes], computed=computed or {})


# --- periods ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("period, written", [("month", "2026-03"), ("year", "2026"), (None, None)])
def test_the_period_of_a_day(period, written):
    assert period_now(form(period), date(2026, 3, 31)) == written


@pytest.mark.parametrize(
    "period, before", [("2026-01", "2025-12"), ("2026-02", "2026-01"), ("2026-12", "2026-11"), ("2026", "2025")]
)
def test_the_period_before(period, before):
    assert previous_period(period) == before


@pytest.mark.parametrize(
    "kind, due, period, day",
    [
        ("month", {}, "2026-02", date(2026, 2, 28)),
        ("month", {}, "2028-02", date(2028, 2, 29)),
        ("month", {"day": 25}, "2026-02", date(2026, 2, 25)),
        ("month", {"day": 31}, "2026-04", date(2026, 4, 30)),
        ("year", {}, "2026", date(2026, 12, 31)),
        ("year", {"month": 6, "day": 15}, "2026", date(2026, 6, 15)),
        ("year", {"month": 6}, "2026", date(2026, 6, 30)),
    ],
)
def test_the_last_day_to_submit(kind, due, period, day):
    assert deadline(form(kind, due), period) == day


# --- computed fields -------------------------------------------------------------------------------------------------

RATIO = {"name": "ratio", "params": {"of": "done", "by": "all", "factor": 100, "decimals": 1}}


@pytest.mark.parametrize(
    "done, total, share",
    [(1, 3, 33.3), (1, 8, 12.5), (0, 5, 0.0), (5, 5, 100.0), (1, 0, None), (None, 5, None), (5, True, None)],
)
def test_a_ratio(done, total, share):
    computed = computed_values(form(fields=[field("share", computed=RATIO)]), {"done": done, "all": total})
    assert computed == ({} if share is None else {"share": share})


def test_a_ratio_without_factor_has_two_decimals_half_up():
    plain = {"name": "ratio", "params": {"of": "a", "by": "b"}}
    assert computed_values(form(fields=[field("r", computed=plain)]), {"a": 1, "b": 8}) == {"r": 0.13}


def test_a_weighted_score_runs_from_worst_to_best_and_is_held_between():
    items = [{"field": "a", "worst": 0, "best": 10, "weight": 3}, {"field": "b", "worst": 100, "best": 0, "weight": 1}]
    score = form(fields=[field("s", computed={"name": "weighted", "params": {"items": items}})])
    assert computed_values(score, {"a": 10, "b": 0}) == {"s": 100.0}
    assert computed_values(score, {"a": 5, "b": 100}) == {"s": 37.5}
    assert computed_values(score, {"a": 50, "b": -40}) == {"s": 100.0}
    assert computed_values(score, {"a": -50, "b": 140}) == {"s": 0.0}
    assert computed_values(score, {"a": 1, "b": 50}) == {"s": 20.0}
    assert computed_values(score, {"a": 5}) == {}  # an item is missing: no score, never a guess


def test_a_computed_field_sees_those_before_it():
    first = {"name": "ratio", "params": {"of": "a", "by": "b"}}
    second = {"name": "ratio", "params": {"of": "x", "by": "b", "decimals": 3}}
    fields = [field("x", computed=first), field("plain"), field("y", computed=second)]
    assert computed_values(form(fields=fields), {"a": 6, "b": 4}) == {"x": 1.5, "y": 0.375}


# --- checks ----------------------------------------------------------------------------------------------------------


def found(name, spec, values, previous=None, fields=()):
    return list(CHECKS[name](spec, values, previous, form(fields=fields)))


def test_dates_in_order_pass_over_what_is_not_given():
    fields = [field("a", "甲"), field("b", "乙"), field("c", "丙")]
    spec = {"fields": ["a", "b", "c"]}
    right = {"a": "2026-01-01", "b": "2026-01-01", "c": "2026-02-01"}
    assert found("order", spec, right, fields=fields) == []
    (problem,) = found("order", spec, {"a": "2026-03-01", "b": None, "c": "2026-02-01"}, fields=fields)
    assert problem == (
        "a",
        "form_order",
        {"first": "甲", "second": "丙", "before": "2026-03-01", "after": "2026-02-01"},
    )
    assert found("order", spec, {"a": "2026-03-01", "b": "soon", "c": None}, fields=fields) == []


def test_a_field_is_required_only_under_its_condition():
    fields = [field("cls", "类别"), field("why")]
    spec = {"if": {"field": "cls", "equals": "x"}, "fields": ["why"]}
    assert found("required_if", spec, {"cls": "y"}, fields=fields) == []
    for empty in (None, ""):
        (problem,) = found("required_if", spec, {"cls": "x", "why": empty}, fields=fields)
        assert problem == ("why", "form_required_if", {"field": "类别", "value": "x"})
    assert found("required_if", spec, {"cls": "x", "why": 0}, fields=fields) == []  # nought is an answer


def test_a_stage_goes_back_only_with_a_note():
    fields = [field("stage", codes=("a", "b", "c", "stopped")), field("note", "说明")]
    spec = {"field": "stage", "allow": ["stopped"], "note": "note"}

    def back(now, before, **more):
        return found("stage_forward", spec, {"stage": now, **more}, before and {"stage": before}, fields)

    assert back("b", "a") == back("b", "b") == back("b", None) == back("unknown", "c") == back("a", "unknown") == []
    (problem,) = back("a", "b")
    assert problem == ("stage", "form_stage_back", {"before": "b", "now": "a", "note": "说明"})
    assert back("a", "b", note="重做") == []
    assert back("a", "b", note="") != []
    assert found("stage_forward", {"field": "stage"}, {"stage": "a"}, {"stage": "b"}, fields)[0][2]["note"] == "-"
    assert found("stage_forward", {**spec, "allow": ["a"]}, {"stage": "a"}, {"stage": "b"}, fields) == []


def test_a_large_value_warns_above_its_limit_only():
    spec = {"field": "m2", "limit": 150}
    assert found("warn_above", spec, {"m2": 150}) == found("warn_above", spec, {"m2": "999"}) == []
    assert found("warn_above", spec, {"m2": 150.5}) == [("m2", "form_above", {"value": 150.5, "limit": 150}, "warning")]


# --- identifiers -----------------------------------------------------------------------------------------------------


def test_the_check_character_of_gb_32100():
    """The worked numbers: weights 3^(i-1) mod 31, 31 - sum mod 31, and 31 itself written 0."""
    assert uscc_check_character("91350100M000100Y4") == "3"
    assert uscc_check_character("91330100799655058") == "B"
    characters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    for text in ("1" * 17, "9" * 17, "Y" * 17, "0" * 17, "91330100799655058"[::-1]):
        total = sum(pow(3, i, 31) * characters.index(c) for i, c in enumerate(text))
        assert uscc_check_character(text) == characters[-total % 31]
    assert uscc_problem("0" * 18) is None and uscc_problem("0" * 17) == ("form_uscc_form", {"value": "0" * 17})
    assert uscc_problem("0" * 17 + "1") == ("form_uscc_check", {"value": "0" * 17 + "1", "right": "0"})


@pytest.mark.parametrize(
    "code, right",
    [
        ("2601-330110-04-01-123456", True),
        ("2612-330110-04-01-123456", True),
        ("2600-330110-04-01-123456", False),
        ("1990-330110-04-01-123456", True),
        ("2099-330110-04-01-123456", True),
        ("1989-330110-04-01-123456", False),
        ("2613-330110-04-01-123456", False),
        (" 2601-330110-04-01-123456", False),
    ],
)
def test_the_time_of_a_project_code(code, right):
    assert (project_code_problem(code) is None) == right


@pytest.mark.parametrize(
    "number, right",
    [
        ("13000000000", True),
        ("19999999999", True),
        ("1300000000", False),
        ("010-1234567", True),
        ("0571-123456", False),
    ],
)
def test_phone_numbers(number, right):
    assert (phone_problem(number) is None) == right


def test_division_codes_by_length_and_dictionary():
    assert division_problem("330110", (6,)) is division_problem("330110105", (6, 9)) is None
    for wrong in ("33011", "3301100", "33011O", "３３０１１０", ""):
        assert division_problem(wrong, (6, 9)) == ("form_division_form", {"value": wrong, "digits": "6, 9"})
    known = SimpleNamespace(problem=lambda code: ("gone", {"code": code}))
    assert division_problem("330110", (6,), known) == ("gone", {"code": "330110"})
    assert division_problem("33011", (6,), known)[0] == "form_division_form"  # the form comes before the dictionary


def test_problem_finders_by_kind():
    assert problem_finder("division9")("330110") == ("form_division_form", {"value": "330110", "digits": "9"})
    assert problem_finder("division12")("330110105201") is None
    assert problem_finder("uscc")("91350100M000100Y43") is None
    assert problem_finder("other") is None and problem_finder(None) is None and problem_finder("") is None


@pytest.mark.parametrize("value", ["2026-02-29", "2026-2-01", "20260201--", "2026-02-1x", None, 20260201, ""])
def test_what_is_no_date(value):
    assert is_date(value) is False


def test_what_is_a_date():
    assert is_date("2028-02-29") is True


# --- schemas ---------------------------------------------------------------------------------------------------------


def test_a_schema_that_is_no_json_schema_is_refused():
    import json

    from onemap.plugin.core.errors import CatalogueError
    from onemap.plugin.core.forms.schema import form_from_schema
    from onemap.plugin.paths import SCHEMAS

    schema = json.loads((SCHEMAS / "plan_org.json").read_text(encoding="utf-8"))
    assert form_from_schema(schema).id == "plan_org"
    first = next(iter(schema["properties"]))
    schema["properties"][first]["type"] = "text"  # no type of JSON Schema
    with pytest.raises(CatalogueError) as refused:
        form_from_schema(schema)
    assert refused.value.code == "form_schema_wrong"


@pytest.mark.parametrize(
    "number, right",
    [
        ("0571-88888888转801", True), ("0571-88888888-801", True), ("（0571）88888888", True), ("+8613800138000", True),
        ("13800138000/13900139000", True), ("13800138000、0571-88888888", True), ("400-812-3456", True),
        ("88888888", False), ("13800138000/", False), ("13800138000/1390013900", False), ("12800138000", False),
    ],
)  # fmt: skip
def test_phone_numbers_as_offices_write_them(number, right):
    assert (phone_problem(number) is None) == right


def test_a_counter_is_a_unit_in_chinese_only():
    from onemap.plugin.core import messages
    from onemap.plugin.core.forms.schema import load_form

    field = load_form("village_evaluation").field("hazard_n")
    kept = messages.language()
    try:
        messages.set_language("en")
        assert field.title_with_unit == field.title_en
        messages.set_language("zh")
        assert field.title_with_unit == "地灾隐患点（个）"
    finally:
        messages.set_language(kept)
