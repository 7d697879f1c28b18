"""Forms: schemas are sound, titles are the prescribed ones, errors come all at once, quick answers equal the library's."""

import json
import math
import re
from dataclasses import replace

import jsonschema
import pytest
from onemap.plugin.core import messages
from onemap.plugin.core.errors import CatalogueError
from onemap.plugin.core.forms.identifiers import phone_problem, project_code_problem, uscc_problem
from onemap.plugin.core.forms.schema import FORM_IDS, FormValidator, form_from_schema, load_form
from onemap.plugin.core.forms.validation import _FieldRule
from onemap.plugin.core.land.divisions import Division, Divisions, parent_code
from onemap.plugin.paths import SCHEMAS

PROGRESS = {
    "xzqdm": "330110",
    "xzqmc": "余杭区",
    "plan_type": "村庄规划",
    "stage": "公示",
    "stage_date": "2026-03-01",
    "reported_at": "2026-03-20",
    "percent": 60,
}


@pytest.fixture(autouse=True)
def _english():
    yield
    messages.set_language("en")


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_schemas_are_valid_and_speak_both_languages(form_id):
    form = load_form(form_id)
    assert form.id == form_id and re.fullmatch(r"2026\.\d", form.edition) and set(form.title) == {"en", "zh"}
    assert set(form.key) <= {*form.keys, "period"}
    for field in form.fields:
        assert field.title_zh and field.title_en.isascii()
        assert [c[0] for c in field.codes] == form.schema["properties"][field.key].get("enum", [])
        assert all(zh and en.isascii() for _, zh, en in field.codes)
    for check in form.checks:
        named = [*check.get("fields", []), check.get("field"), check.get("note")]
        assert {n for n in named if n} <= {*form.keys, "period"}
    assert {p.stem for p in SCHEMAS.glob("*.json")} == set(FORM_IDS)


def test_titles_are_those_of_the_domain_facts(shared_data):
    import yaml

    facts = yaml.safe_load((shared_data.parent / "domain" / "forms.yaml").read_text(encoding="utf-8"))
    for form_id, name in (
        ("plan_progress", "plan_progress"),
        ("plan_org", "plan_org"),
        ("village_evaluation", "village_eval"),
    ):
        form = load_form(form_id)
        rows = [(row["key"], row["label"]) for row in facts[name]["fields"]]
        assert [pair for f in form.fields if (pair := (f.key, f.title_zh)) in rows] == rows
        assert [f.key for f in form.fields if f.required] == [
            row["key"] for row in facts[name]["fields"] if row.get("required")
        ]
    seen = facts["low_efficiency"]["project_fields_seen"]
    form = load_form("redevelopment_project")
    assert {f.key: f.title_zh for f in form.fields if f.key in seen} == seen


def found(form_id, values, **more):
    return {(e.field, e.code) for e in FormValidator(load_form(form_id)).errors(values, **more)}


def test_all_errors_of_a_row_come_at_once():
    assert found("plan_progress", PROGRESS) == set()
    bad = {
        **PROGRESS,
        "xzqdm": "33011",
        "xzqmc": "",
        "stage": "公示中",
        "percent": 101,
        "phone": "12345",
        "reported_at": "2026-02-30",
    }
    assert found("plan_progress", bad) == {
        ("xzqdm", "form_division_form"),
        ("xzqmc", "form_required"),
        ("stage", "form_not_in_list"),
        ("percent", "form_too_large"),
        ("phone", "form_phone"),
        ("reported_at", "form_date"),
    }


def test_messages_are_chinese_when_chosen():
    messages.set_language("zh")
    (error,) = FormValidator(load_form("plan_progress")).errors({**PROGRESS, "percent": "多"})
    assert error.message == "“多”不是整数。"


@pytest.mark.parametrize("value", ["20260301", "2026-3-1", "2026-13-01", "2026-03-01\n", "２０２６-03-01", 20260301])
def test_only_real_dates_pass(value):
    assert ("stage_date", "form_date") in found("plan_progress", {**PROGRESS, "stage_date": value}) or isinstance(
        value, int
    )


def test_cross_checks():
    assert ("stage_date", "form_order") in found("plan_progress", {**PROGRESS, "stage_date": "2026-03-21"})
    back = {**PROGRESS, "stage": "方案编制"}
    assert found("plan_progress", back, previous=PROGRESS) == {("stage", "form_stage_back")}
    assert found("plan_progress", {**back, "problem": "方案重做"}, previous=PROGRESS) == set()
    village = {"xzcdm": "330110105201", "xzcmc": "某村", "cls": "搬迁撤并类"}
    assert found("village_evaluation", village) == {("opinion", "form_required_if")}
    assert found("village_evaluation", {**village, "opinion": "地灾避让"}) == set()
    (warning,) = FormValidator(load_form("village_evaluation")).warnings(
        {**village, "opinion": "x", "per_capita_m2": 151.0}
    )
    assert (warning.field, warning.level) == ("per_capita_m2", "warning")


def test_empty_is_not_zero():
    assert (
        found(
            "village_evaluation",
            {"xzcdm": "330110105201", "xzcmc": "村", "cls": "特色保护类", "pop_reg": 0, "pop_res": None, "zrc": ""},
        )
        == set()
    )
    assert ("pop_reg", "form_not_integer") in found("village_evaluation", {"pop_reg": "0"})
    assert ("vacant_ha", "form_not_number") in found("village_evaluation", {"vacant_ha": math.nan})


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91330100799655058B", "91110000600037341L"])
def test_uscc_of_the_standard(code):
    assert uscc_problem(code) is None
    for position in range(18):
        other = code[:position] + ("1" if code[position] != "1" else "2") + code[position + 1 :]
        assert uscc_problem(other) is not None
    assert uscc_problem(code.lower())[0] == "form_uscc_form"
    assert uscc_problem(code[:17] + "I")[0] == "form_uscc_form"


def test_project_codes_and_phones():
    assert project_code_problem("2018-440113-48-01-845490") is None
    assert project_code_problem("2603-330110-04-01-123456") is None
    assert project_code_problem("2613-330110-04-01-123456")[0] == "form_project_code_time"
    assert project_code_problem("2018-440113-48-01-84549")[0] == "form_project_code"
    assert [
        phone_problem(p) is None for p in ("13800138000", "0571-88888888", "057188888888", "12800138000", "8888888")
    ] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_divisions_know_parents_and_successors():
    rows = [
        Division("33", "浙江省"),
        Division("3301", "杭州市"),
        Division("330110", "余杭区"),
        Division("330103", "下城区", 1949, 2021, "330105"),
        Division("330105", "拱墅区"),
    ]
    divisions = Divisions(rows)
    assert [d.name for d in divisions.chain("330110")] == ["浙江省", "杭州市", "余杭区"]
    assert [d.code for d in divisions.children("3301")] == ["330105", "330110"]
    assert [d.code for d in divisions.children("3301", 2020)] == ["330103", "330105", "330110"]
    assert divisions.current("330103") == "330105" and parent_code("330110105201") == "330110105"
    errors = FormValidator(load_form("plan_progress"), divisions).errors({**PROGRESS, "xzqdm": "330103"})
    assert [e.code for e in errors] == ["form_division_retired"] and "330105" in errors[0].message
    assert [
        e.code for e in FormValidator(load_form("plan_progress"), divisions).errors({**PROGRESS, "xzqdm": "330199"})
    ] == ["form_division_unknown"]
    assert divisions.problem("330110001001") is None  # villages are not listed: only the form is tested


VALUES = [
    "",
    "甲级",
    "无",
    "a" * 201,
    "2026-01-01",
    "2026-02-30",
    "20260101",
    0,
    1,
    -1,
    3.0,
    3.5,
    1e400,
    True,
    [],
    {},
    "330110",
    "330110\n",
    "３３０１１０",
    10**20,
    "91110000600037341L",
]


def test_quick_answers_equal_those_of_the_library():
    """Whatever the quick test passes, jsonschema passes; and what jsonschema refuses is refused."""
    for form_id in FORM_IDS:
        form = load_form(form_id)
        for key, spec in form.schema["properties"].items():
            rule = _FieldRule(replace(form.field(key), identifier=""), spec, None)
            judge = jsonschema.Draft202012Validator(spec, format_checker=jsonschema.FormatChecker())
            for value in [*VALUES, *(v for v in spec.get("enum", [])), *(n * 9.7 for n in range(20))]:
                finite = not (isinstance(value, float) and not math.isfinite(value))
                accepted = judge.is_valid(value) and finite
                if rule.passes_quickly(value):
                    assert accepted, (key, value)
                assert (not rule.passes_quickly(value) and bool(rule.problems(value))) == (not accepted), (key, value)


def test_keywords_of_a_newer_edition_are_judged_by_the_library():
    schema = json.loads(json.dumps(load_form("plan_org").schema))
    schema["properties"]["cert_no"]["minLength"] = 3
    schema["dependentRequired"] = {"grade": ["cert_no"]}
    validator = FormValidator(form_from_schema(schema))
    good = {"name": "某院", "uscc": "91110000600037341L"}
    assert validator.errors(good) == []
    assert [e.code for e in validator.errors({**good, "cert_no": "1"})] == ["form_other"]
    assert [e.code for e in validator.errors({**good, "grade": "甲级"})] == ["form_other"]


@pytest.mark.parametrize(
    "change",
    [
        {"x-key": ["none"]},
        {"x-geometry": "line"},
        {"properties": {"a b": {"title": "x", "x-widget": "line"}}},
        {"properties": {"a": {"type": "strange", "title": "x", "x-widget": "line"}}},
    ],
)
def test_a_wrong_schema_is_refused(change):
    with pytest.raises(CatalogueError):
        form_from_schema({**load_form("plan_org").schema, **change})


def test_right_rows_are_not_judged_by_the_library(monkeypatch):
    """That is what lets 138,389 rows pass in seconds; the seconds themselves are measured by tests/bench/records.py."""
    from onemap.plugin.core.forms import validation

    asked = []
    problems = validation._FieldRule.problems
    monkeypatch.setattr(
        validation._FieldRule, "problems", lambda rule, value: asked.append(value) or problems(rule, value)
    )
    row = {
        **{
            "xzcdm": "330110105201",
            "xzcmc": "某某村",
            "zrc": "上坞",
            "cls": "集聚提升类",
            "pop_reg": 320,
            "pop_res": 280,
            "households": 96,
        },
        **{
            "built_ha": 3.25,
            "per_capita_m2": 116.07,
            "yn_ha": 12.1,
            "hx_ha": 0.0,
            "hazard_n": 1,
            "vacant_ha": 0.4,
            "need_plan": "应编",
            "score": 71.5,
        },
        "opinion": "保留",
    }
    validator = FormValidator(load_form("village_evaluation"))
    for number in range(500):
        assert not validator.errors({**row, "xzcdm": f"3301101{number:05d}"})
    assert not asked
    assert validator.errors({**row, "pop_reg": "many"}) and asked == ["many"]
