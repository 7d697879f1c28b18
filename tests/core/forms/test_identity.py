"""When two records are one: keys, titles and hashes of what people and workbooks write."""

import json
from types import SimpleNamespace

import pytest
from onemap.plugin.core import messages
from onemap.plugin.core.forms.fields import Field
from onemap.plugin.core.forms.identity import content_hash, normal_text, record_title, same_value, subject_key
from onemap.plugin.core.forms.masking import is_mask, mask
from onemap.plugin.core.forms.periods import deadline, period_now, periods_between, previous_period
from onemap.plugin.core.forms.schema import form_from_schema, load_form, named_field
from onemap.plugin.paths import SCHEMAS


def field(key, required=False, value_type="text", codes=(), **more):
    return Field(key, key, key.upper(), "text", value_type, "line", required=required, codes=codes, **more)


def form(*fields, key, period_of=lambda values: None, key_else=None):
    names = {f.key: f for f in fields}
    return SimpleNamespace(
        fields=fields, key=key, key_else=key_else or {}, field=names.__getitem__, period_of=period_of
    )


@pytest.mark.parametrize(
    "one, other, is_same",
    [
        ("ABC1", "abc1", True),
        ("ＡＢＣ１（甲）", "abc1(甲)", True),
        ("甲 \t\n乙", "甲乙", True),
        ("甲\u200b乙\ufeff", "甲乙", True),
        ("甲\u3000乙", "甲乙", True),
        ("①", "1", False),
        ("甲-1", "甲1", False),
        ("e\u0301", "é", True),
        ("～", "~", True),
        ("！", "!", True),
    ],
)
def test_texts_that_are_one_as_a_key(one, other, is_same):
    assert (normal_text(one) == normal_text(other)) == is_same


def test_a_key_leaves_the_period_out_and_needs_its_required_parts():
    two = form(field("code", True), field("name"), key=("code", "period", "name"))
    assert subject_key(two, {"code": "33 01", "name": "Ａ村", "period": "2026"}) == "3301\x1fa村"
    assert subject_key(two, {"code": "3301", "name": ""}) == subject_key(two, {"code": "3301"}) == "3301\x1f"
    assert subject_key(two, {"code": "", "name": "x"}) is subject_key(two, {"name": "x"}) is None
    assert subject_key(two, {"code": 3301, "name": "x"}) == "3301\x1fx"
    assert subject_key(form(field("name"), key=("name",)), {"name": " "}) is None  # nothing is left of it


def test_a_part_that_another_stands_in_for():
    plan = form(field("name", True), field("division"), key=("name",), key_else={"name": "division"})
    assert subject_key(plan, {"name": "", "division": "余杭"}) == subject_key(plan, {"division": "余杭"}) == "余杭"
    assert subject_key(plan, {"name": "甲", "division": "余杭"}) == "甲"
    assert subject_key(plan, {"name": None, "division": ""}) is None


def test_a_title_says_the_key_in_words():
    codes = (("a", "甲", "A side"),)
    one = form(field("kind", codes=codes), field("name"), field("place"), key=("kind", "name", "period"),
               period_of=lambda values: values.get("month"), key_else={"name": "place"})  # fmt: skip
    messages.set_language("en")
    assert record_title(one, {"kind": "a", "name": "x", "month": "2026-03"}) == "A side x 2026-03"
    assert record_title(one, {"kind": "a", "place": "p", "period": "2025"}) == "A side p 2025"
    assert record_title(one, {"kind": "x", "name": "x"}) == "x"  # a word is said once
    bare = form(field("name"), key=("name",), period_of=lambda values: "2026")
    assert record_title(bare, {"name": "x", "period": "2026"}) == "x"
    assert record_title(bare, {"name": ""}) == ""


def test_equal_contents_have_one_hash():
    one = form(
        field("n", value_type="number"),
        field("i", value_type="integer"),
        field("t"),
        field("f", value_type="files"),
        key=(),
    )
    base = content_hash(one, {"n": 1.0, "i": 2, "t": "x", "f": []})
    assert len(base) == 20
    assert content_hash(one, {"n": 1, "i": 2.0, "t": "x", "f": None, "other": 5}) == base
    for other in (
        {"n": 1.5, "i": 2, "t": "x"},
        {"n": 1, "i": 2, "t": "1"},
        {"n": 1, "i": 2},
        {"i": 1, "n": 2, "t": "x"},
    ):
        assert content_hash(one, other) != base
    assert content_hash(one, {"t": ""}) == content_hash(one, {"t": None}) == content_hash(one, {})
    assert content_hash(one, {"n": "1"}) != content_hash(one, {"n": 1})  # text that is no number stays text
    assert content_hash(one, {"t": 1}) == content_hash(one, {"t": 1}) != content_hash(one, {"t": "1"})
    assert content_hash(one, {"t": "\ud800"})  # half a character is no reason to stop


def test_values_that_are_nothing_are_the_same():
    assert same_value("", None) and same_value([], None) and same_value("", []) and same_value(1, 1.0)
    assert not same_value(0, None) and not same_value("a", "b") and not same_value("", "a")


# --- masks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, masked",
    [
        ("", "**"), ("张", "**"), ("张三", "张**"), ("张三丰", "张**"), ("欧阳三丰", "欧****"), ("123456", "1****"),
        ("1234567", "123****67"), ("13812345634", "138****34"), ("张**", "张**"), ("张＊＊", "张＊＊"),
    ],
)  # fmt: skip
def test_a_mask_leaves_enough_to_know_it_again(text, masked):
    assert mask(text) == masked and mask(masked) == masked and is_mask(masked)


def test_what_is_a_mask():
    assert not is_mask("a*b") and not is_mask(None) and not is_mask(5) and is_mask("＊*")


# --- periods ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "first, last, between, with_first",
    [
        ("2026-01", "2026-01", 0, 0),
        ("2026-01", "2026-02", 0, 1),
        ("2025-11", "2026-02", 2, 3),
        ("2024-12", "2026-01", 12, 13),
        ("2026-02", "2026-01", 0, 0),
        ("2024", "2026", 1, 2),
        ("2026", "2026", 0, 0),
        ("2026", "2026-02", 0, 0),
        ("", "2026", 0, 0),
        ("", "", 0, 0),
    ],
)
def test_periods_between(first, last, between, with_first):
    assert periods_between(first, last) == between and periods_between(first, last, include_first=True) == with_first


def test_the_last_day_to_submit():
    monthly = SimpleNamespace(period="month", due={})
    assert deadline(monthly, "2028-02").isoformat() == "2028-02-29" and deadline(monthly, "2026-04", 10).day == 10
    assert deadline(monthly, "2026-02", 31).day == 28
    yearly = SimpleNamespace(period="year", due={"month": 3, "day": 15})
    assert (
        deadline(yearly, "2026").isoformat() == "2026-03-15" and deadline(yearly, "2026", 1).isoformat() == "2026-03-01"
    )
    assert deadline(SimpleNamespace(period="year", due={}), "2026").isoformat() == "2026-12-31"
    assert previous_period("2026-01") == "2025-12" and previous_period("2026-12") == "2026-11"
    from datetime import date

    assert period_now(SimpleNamespace(period=None), date(2026, 1, 1)) is None


# --- fields and schemas -----------------------------------------------------------------------------------------------


def test_titles_carry_their_unit_once():
    plain, area = field("面积"), field("面积", unit="公顷")
    said = field("面积(公顷)", unit="公顷")
    for language, wanted in (("zh", "面积（公顷）"), ("en", "面积 (公顷)")):
        messages.set_language(language)
        assert plain.title_with_unit == "面积" and area.title_with_unit == wanted and said.title_with_unit == said.title
        assert area.title_with_unit_zh == "面积（公顷）" and plain.title_with_unit_zh == "面积"
        assert said.title_with_unit_zh == "面积(公顷)"
        assert field("拟用地面积 m2", unit="m2").title_with_unit_zh == "拟用地面积（m²）"
        assert field("村庄建设用地(203)面积 ha", unit="ha").title_with_unit_zh == "村庄建设用地(203)面积（ha）"
    messages.set_language("en")
    assert Field("k", "中", "E", "text", "text", "line").title == "E"


def test_a_code_in_words():
    one = field("k", codes=(("a", "甲", "A"), ("b", "乙", "B")))
    messages.set_language("zh")
    assert [one.label(v) for v in ("a", "b", "c", None)] == ["甲", "乙", "c", None]
    messages.set_language("en")
    assert [one.label(v) for v in ("a", "b", "c")] == ["A", "B", "c"]


def test_the_period_of_a_record():
    schema = json.loads((SCHEMAS / "plan_progress.json").read_text(encoding="utf-8"))
    month = form_from_schema({**schema, "x-period": "month", "x-period-from": "reported_at"})
    assert month.period_of({"reported_at": "2026-03-20"}) == "2026-03" == month.period_of({"period": "2026-03"})
    assert month.period_of({"reported_at": ""}) is month.period_of({}) is None
    year = form_from_schema({**schema, "x-period": "year", "x-period-from": "reported_at"})
    assert year.period_of({"reported_at": "2026-03-20"}) == "2026"
    never = form_from_schema({k: v for k, v in schema.items() if k not in ("x-period", "x-period-from")})
    assert never.period_of({"period": "2026"}) is None


def test_a_form_knows_its_fields_and_whose_it_is():
    one = load_form("plan_progress")
    assert one.field("stage").key == "stage" and one.columns[0] == (one.keys[0], one.fields[0].value_type)
    with pytest.raises(KeyError):
        one.field("no_such")
    schema = dict(one.schema)
    assert form_from_schema({**schema, "x-confidence": "proposal"}).is_proposal
    assert not form_from_schema({**schema, "x-confidence": "official"}).is_proposal
    assert set(one.sensitive) == {f.key for f in one.fields if f.sensitive}
    messages.set_language("zh")
    assert one.label == one.title["zh"]
    messages.set_language("en")
    assert one.label == one.title["en"]


def test_the_field_that_a_reviewer_means():
    site = load_form("project_site")
    area = site.field("area_m2")
    assert named_field(site, "area_m2 不对") == "area_m2" and named_field(site, "AREA_M2: wrong") == "area_m2"
    assert named_field(site, f"{area.title_zh.split()[0]}与图形不符") == "area_m2"
    assert (
        named_field(site, "my_area_m2x") is None and named_field(site, "xarea_m2") is None
    )  # a part of a word is none
    assert named_field(site, "红线压占农田") == "geometry" and named_field(site, "geom") == "geometry"
    assert named_field(site, None) is named_field(site, "") is named_field(site, "请补充") is None
    assert named_field(load_form("plan_org"), "红线") is None  # a form without geometry
