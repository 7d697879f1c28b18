"""What a form says of wrong values: one reason each, short, with the choices; and what it keeps in mind."""

import json

import pytest
from onemap.plugin.core import messages
from onemap.plugin.core.errors import CatalogueError
from onemap.plugin.core.forms import validation
from onemap.plugin.core.forms.schema import FormValidator, form_from_schema, load_form
from onemap.plugin.paths import SCHEMAS


def form(required=(), more=None, **properties):
    base = json.loads((SCHEMAS / "plan_org.json").read_text(encoding="utf-8"))
    kept = {
        k: v
        for k, v in base.items()
        if k not in ("x-checks", "x-key", "properties", "required", "x-key-else", "x-duty", "x-rollup", "x-period-from")
    }
    fields = {key: {"title": key, "x-title-en": key, "x-widget": "line", **spec} for key, spec in properties.items()}
    return form_from_schema(
        {**kept, **(more or {}), "x-key": [next(iter(fields))], "properties": fields, "required": list(required)}
    )


def found(one, **values):
    return [(e.field, e.code) for e in FormValidator(one).errors(values)]


TEXT = {"type": "string", "maxLength": 5, "pattern": "^[a-z]+$"}
NUMBER = {"type": "number", "minimum": 0, "maximum": 10, "x-widget": "number"}
WHOLE = {"type": "integer", "minimum": 1, "x-widget": "integer"}
DAY = {"type": "string", "format": "date", "x-widget": "date"}


@pytest.mark.parametrize(
    "spec, value, codes",
    [
        (TEXT, "abcde", []), (TEXT, "abcdef", ["form_too_long"]), (TEXT, "ABC", ["form_pattern"]), (TEXT, "ABCDEF", ["form_too_long", "form_pattern"]),
        (TEXT, 5, ["form_not_text"]), (NUMBER, 0, []), (NUMBER, 10.0, []), (NUMBER, -0.1, ["form_too_small"]), (NUMBER, 10.1, ["form_too_large"]),
        (NUMBER, "x", ["form_not_number"]), (NUMBER, True, ["form_not_number"]), (NUMBER, float("inf"), ["form_not_number"]),
        (WHOLE, 1, []), (WHOLE, 0, ["form_too_small"]), (WHOLE, 1.5, ["form_not_integer"]), (WHOLE, 2.0, []), (WHOLE, "1,2", ["form_number_groups"]),
        (DAY, "2026-02-28", []), (DAY, "2026-02-30", ["form_date"]), (DAY, "2026年2月", ["form_date_no_day"]),
        (TEXT, "", []), (TEXT, None, []),
    ],
)  # fmt: skip
def test_each_value_is_told_its_reasons(spec, value, codes):
    assert sorted(code for _, code in found(form(a={"type": "string"}, b=spec), b=value)) == sorted(codes)


def test_a_required_field_that_is_nought_is_given():
    one = form(("a", "b"), a={"type": "string"}, b=WHOLE)
    assert found(one) == [("a", "form_required"), ("b", "form_required")] == found(one, a="", b=None)
    assert found(one, a="x", b=0) == [("b", "form_too_small")]


def test_a_long_value_is_told_short():
    (error,) = FormValidator(form(a={"type": "string", "pattern": "^x$"})).errors({"a": "y" * 80})
    assert "y" * 60 in error.message and "y" * 61 not in error.message


def choices(count):
    words = [f"w{n}" for n in range(count)]
    return form(
        a={
            "type": "string",
            "enum": words,
            "x-widget": "choice",
            "x-codes": [{"value": w, "zh": f"字{w}", "en": w.upper()} for w in words],
        }
    )


def test_the_nearest_choices_are_named_and_eight_at_most():
    messages.set_language("en")
    (eight,) = FormValidator(choices(8)).errors({"a": "w3x"})
    assert (
        eight.code == "form_not_in_list"
        and "…" not in eight.message
        and all(f"W{n}" in eight.message for n in range(8))
    )
    (nine,) = FormValidator(choices(9)).errors({"a": "w3x"})
    assert "W3, " in nine.message and "W7, …" in nine.message and "W8" not in nine.message
    messages.set_language("zh")
    (said,) = FormValidator(choices(9)).errors({"a": "w3x"})
    messages.set_language("en")
    assert "字w3、" in said.message and "、…" in said.message


def test_rules_of_the_whole_record_are_told_too():
    one = form(more={"dependentRequired": {"a": ["b"]}}, a={"type": "string"}, b=WHOLE)
    assert found(one, a="x") == [("", "form_other")] and found(one, a="x", b=2) == [] == found(one)


def test_masks_pass_in_sensitive_fields_alone():
    one = form(
        a={"type": "string", "pattern": "^[0-9]+$", "x-sensitive": True}, b={"type": "string", "pattern": "^[0-9]+$"}
    )
    assert found(one, a="138****34") == [] and found(one, b="138****34") == [("b", "form_pattern")]
    assert found(one, a="x") == [("a", "form_pattern")]


def test_what_was_judged_is_kept_and_forgotten_in_time(monkeypatch):
    monkeypatch.setattr(validation, "_CACHE_LIMIT", 3)
    rule = validation._FieldRule(form(a=NUMBER).fields[0], NUMBER, None)
    first = rule.problems(11)
    assert rule.problems(11) is first and rule.problems(11.0) is not first
    for value in (12, 13, 14):
        rule.problems(value)
    assert len(rule._cache) <= 4 and rule.problems(11) is not first


def test_warnings_and_errors_are_told_apart():
    one = load_form("village_evaluation")
    values = {"xzcdm": "330110105201", "xzcmc": "村", "cls": "特色保护类", "per_capita_m2": 151.0, "pop_reg": -1}
    validator = FormValidator(one)
    assert {e.level for e in validator.errors(values)} == {"error"} and {
        e.level for e in validator.warnings(values)
    } == {"warning"}
    assert len(validator.judge(values)) == len(validator.errors(values)) + len(validator.warnings(values))


@pytest.mark.parametrize("change", [{"pattern": "("}, {"type": "words"}, {"maxLength": -1}])
def test_a_schema_that_cannot_be_used_is_refused(change):
    with pytest.raises(CatalogueError) as refused:
        form(a={"type": "string", **change})
    assert refused.value.code == "form_schema_wrong"


@pytest.mark.parametrize("lack", ["x-form", "x-edition", "x-title", "x-geometry", "x-key", "properties"])
def test_a_schema_without_a_keyword_says_which(lack):
    schema = json.loads((SCHEMAS / "plan_org.json").read_text(encoding="utf-8"))
    del schema[lack]
    with pytest.raises(CatalogueError) as refused:
        form_from_schema(schema)
    assert lack in str(refused.value)


@pytest.mark.parametrize(
    "change", [{"x-geometry": "circle"}, {"x-key": ["nobody"]}, {"x-key-else": {"name": "nobody"}}]
)
def test_keys_and_geometry_are_known(change):
    schema = json.loads((SCHEMAS / "plan_org.json").read_text(encoding="utf-8"))
    with pytest.raises(CatalogueError):
        form_from_schema({**schema, **change})


@pytest.mark.parametrize("key, spec", [("1a", {}), ("名", {}), ("a", {"x-widget": "slider"}), ("a", {"title": None})])
def test_fields_have_a_plain_key_a_title_and_a_known_widget(key, spec):
    with pytest.raises(CatalogueError):
        one = {"title": "t", "type": "string", "x-widget": "line", **spec}
        if one["title"] is None:
            del one["title"]
        base = json.loads((SCHEMAS / "plan_org.json").read_text(encoding="utf-8"))
        form_from_schema({**base, "properties": {**base["properties"], key: one}})


def test_a_form_that_is_not_there(tmp_path):
    for folder in (None, tmp_path):
        with pytest.raises(CatalogueError) as refused:
            load_form("nobody", folder)
        assert refused.value.code == "form_unknown"
    (tmp_path / "half.json").write_text("{", encoding="utf-8")
    with pytest.raises(CatalogueError) as refused:
        load_form("half", tmp_path)
    assert refused.value.code == "form_schema_wrong"
