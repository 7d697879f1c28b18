"""What people write is read one way or refused with a reason; nothing is guessed."""

import pytest
from onemap.plugin.core.forms.checks import CHECKS
from onemap.plugin.core.forms.parsing import Unreadable, nearest_choices, parse_date, parse_number, read_text
from onemap.plugin.core.forms.schema import FormValidator, load_form
from onemap.plugin.core.forms.units import unit_of
from onemap.plugin.core.land.divisions import Division, Divisions, scope_of


@pytest.mark.parametrize(
    "text",
    ["2026-03-05", "2026/3/5", "2026.3.5", "2026年3月5日", "２０２６．３．５", "20260305", "2026–03–05", "2026 年 3 月 5 日",
     "2026-03-05 16:30", "二〇二六年三月五日", "2026、3、5"],
)  # fmt: skip
def test_days(text):
    assert parse_date(text) == "2026-03-05"


@pytest.mark.parametrize(
    ("text", "code"),
    [("2026年3月", "form_date_no_day"), ("2026.3", "form_date_no_day"), ("202603", "form_date_no_day"),
     ("2026年3月上旬", "form_date_no_day"), ("3月5日", "form_date_no_year"), ("26.3.5", "form_date_no_year"),
     ("05/03/2026", "form_date_no_year"), ("昨天", "form_date"), ("46086", "form_date_serial"), ("46086.5", "form_date_serial"),
     ("二〇二五年三月", "form_date_no_day"), ("二零二五年十二月", "form_date_no_day"), ("二〇二五 年 三 月", "form_date_no_day"),
     ("二〇二五年三月上旬", "form_date_no_day"), ("二〇二五年三月底", "form_date_no_day"), ("三月五日", "form_date_no_year"),
     ("十二月三十一日", "form_date_no_year"), ("三月", "form_date")],
)  # fmt: skip
def test_no_single_day(text, code):
    with pytest.raises(Unreadable) as caught:
        parse_date(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "value", "factor"),
    [("1,234", 1234, None), ("1 234 567.5", 1234567.5, None), ("１２３", 123, None), ("-5", -5, None), ("1e3", 1000.0, None),
     (".5", 0.5, None), ("150亩", 150, pytest.approx(1 / 15)), ("10公顷", 10, 1.0), ("3 ha", 3, 1.0), ("0.5", 0.5, None),
     ("1，234", 1234, None), ("2km²", 2, 100.0)],
)  # fmt: skip
def test_numbers(text, value, factor):
    found = parse_number(text, "ha")
    assert (found.value, found.factor) == (value, factor)


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [("0.012万", "人", 120), ("０.０１２ 万", "人", 120), ("0.5万", "万人", 0.5), ("5000万", "元", 5e7), ("0.3亿", "万元", 3000),
     ("0.3亿", "亿元", 0.3)],
)  # fmt: skip
def test_ten_thousands_written_behind_a_number(text, unit, number):
    found = parse_number(text, unit)
    assert found.value * found.factor == pytest.approx(number)


@pytest.mark.parametrize("unit", ["%", "", "亩"])
def test_ten_thousands_of_a_share_of_land_or_of_nothing_are_refused(unit):
    with pytest.raises(Unreadable):
        parse_number("1.5万", unit)


@pytest.mark.parametrize(
    ("text", "code"),
    [("1,2", "form_number_groups"), ("1 2", "form_number_groups"), ("12,34", "form_number_groups"),
     ("1,2345", "form_number_groups"), ("nan", "form_not_number"), ("inf", "form_not_number"), ("1e400", "form_number_size"),
     ("007", "form_number_zeros"), ("5人", "form_number_unit"), ("约5", "form_not_number"), ("(12)", "form_not_number"),
     ("1.5万", "form_number_unit"), (".", "form_not_number")],
)  # fmt: skip
def test_no_number(text, code):
    with pytest.raises(Unreadable) as caught:
        parse_number(text, "ha")
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("title", "unit"),
    [("面积/亩", "亩"), ("面积：亩", "亩"), ("面积 亩", "亩"), ("面积（亩）", "亩"), ("面积(万亩)", "万亩"), ("面积公顷", "公顷"),
     ("面积 ha", "ha"), ("面积（m²）", "m2"), ("面积[km²]", "km2"), ("面积", ""), ("乡镇个", ""), ("亩", "")],
)  # fmt: skip
def test_units_in_heads(title, unit):
    assert unit_of(title) == unit


def test_editor_and_import_say_the_same_of_a_value():
    form = load_form("plan_progress")
    errors = FormValidator(form).errors({"stage_date": "2026年3月", "percent": "1,2", "stage": "方案编制中"})
    codes = {e.field: e.code for e in errors if e.code != "form_required"}
    assert codes == {"stage_date": "form_date_no_day", "percent": "form_number_groups", "stage": "form_not_in_list"}
    assert nearest_choices(form.field("stage"), "方案编制中")[0] == "方案编制"
    assert read_text(form.field("plan_type"), "县级总体规划") == "总体规划-县级"
    assert read_text(form.field("percent"), " 65％ ") == 65 and read_text(form.field("percent"), "无") is None


def warned(form_id, values, previous=None, divisions=None):
    found = FormValidator(load_form(form_id), divisions).warnings(values, previous)
    return {e.code for e in found}


def test_plausibility_is_warned_of_and_stops_nothing():
    base = {
        "xzqdm": "330110",
        "xzqmc": "余杭区",
        "plan_type": "总体规划-县级",
        "stage": "公示",
        "reported_at": "2026-03-20",
    }
    assert warned("plan_progress", {**base, "stage_date": "1926-03-01"}) == {"form_date_unlikely"}
    assert warned("plan_progress", {**base, "stage_date": "2026-03-01", "stage": "启动", "percent": 100}) == {
        "form_share_unlikely"
    }
    assert warned("plan_progress", {**base, "percent": 30}, {"percent": 60, "stage": "公示"}) == {
        "form_change_unlikely"
    }
    assert warned("village_evaluation", {"pop_res": 99999, "households": 3}) == {"form_ratio_unlikely"}
    names = Divisions([Division("330110", "余杭区")])
    assert warned("plan_progress", {**base, "xzqmc": "拱墅区"}, divisions=names) == {"form_division_name"}
    assert warned("plan_progress", base, divisions=names) == set() and set(CHECKS)


def test_codes_from_names():
    found = Divisions(
        Division(code, name, None, last, successor)
        for code, name, last, successor in (
            ("3301", "杭州市", None, ""), ("330110", "余杭区", None, ""), ("330110100", "竹山镇", None, ""),
            ("330110101", "石桥镇", None, ""), ("330110100201", "东村", None, ""), ("330110101201", "东村", None, ""),
            ("330110102", "青林乡", 2020, "330110100"),
        )
    )  # fmt: skip
    assert found.find(["竹山镇", "东村"]) == ["330110100201"] and found.find(["石桥", "东村"]) == ["330110101201"]
    assert found.find(["东村"]) == ["330110100201", "330110101201"] and found.find(["无此村"]) == []
    assert found.find(["余杭区", "青林乡"]) == ["330110100"] and found.find(["竹山"], "3302") == []
    assert found.nearest("竹山乡")[0] == "330110100"
    assert [scope_of(c) for c in ("330110", "330100", "330000")] == ["330110", "3301", "33"]
