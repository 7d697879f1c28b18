"""What is warned of as unlikely, on its borders; and the texts that are dates and numbers on theirs."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from onemap.plugin.core.forms.checks import CHECKS
from onemap.plugin.core.forms.fields import Field
from onemap.plugin.core.forms.parsing import (
    Unreadable,
    is_blank,
    nearest_choices,
    parse_date,
    parse_number,
    read_choice,
    read_text,
)
from onemap.plugin.core.forms.units import is_area, unit_factor, unit_of
from onemap.plugin.core.land.divisions import Division, Divisions

FORM = SimpleNamespace(field=lambda key: SimpleNamespace(title=key.upper()))


def found(kind, spec, values, previous=None):
    return list(CHECKS[kind](spec, values, previous, FORM))


def test_a_day_from_the_first_year_to_some_days_ahead_is_likely():
    spec = {"fields": ["a"], "from": "2000-01-01", "days_ahead": 30}

    def day(value):
        return found("plausible_date", spec, {"a": value})

    last, after = ((date.today() + timedelta(days=n)).isoformat() for n in (30, 31))
    assert day("2000-01-01") == day(last) == day("soon") == day(None) == []
    for unlikely in ("1999-12-31", after):
        assert day(unlikely) == [
            ("a", "form_date_unlikely", {"value": unlikely, "first": "2000-01-01", "last": last}, "warning")
        ]


def test_a_share_goes_with_its_stage():
    spec = {"field": "share", "by": "stage", "ranges": {"begun": [0, 40], "done": [100, 100]}}

    def share(value, stage="begun"):
        return found("plausible_share", spec, {"share": value, "stage": stage})

    assert (
        share(0)
        == share(40)
        == share(100, "done")
        == share(900, "other")
        == share("41")
        == share(None)
        == share(True, "done")
        == []
    )
    params = {"value": 40.1, "stage": "begun", "low": 0, "high": 40}
    assert share(40.1) == [("share", "form_share_unlikely", params, "warning")]
    assert len(share(-1)) == len(share(99.9, "done")) == 1


def test_people_and_households_go_together():
    spec = {"of": "people", "by": "homes", "low": 1, "high": 8}

    def ratio(people, homes):
        return found("plausible_ratio", spec, {"people": people, "homes": homes})

    assert (
        ratio(1, 1)
        == ratio(80, 10)
        == ratio(0, 0)
        == ratio(None, 5)
        == ratio(5, None)
        == ratio(True, 1)
        == ratio("9", 1)
        == []
    )
    assert ratio(81, 10) == [
        (
            "people",
            "form_ratio_unlikely",
            {"of": "PEOPLE", "by": "HOMES", "ratio": "8.1", "low": 1, "high": 8},
            "warning",
        )
    ]
    assert (
        ratio(9, 10)[0][2]["ratio"] == "0.9" and ratio(5, 0)[0][2]["ratio"] == "∞" and ratio(0, 5)[0][2]["ratio"] == "0"
    )
    assert ratio(10000, 3)[0][2]["ratio"] == "3333"


def test_numbers_that_leap_or_fall():
    def change(now, before, **spec):
        return found(
            "plausible_change", {"fields": ["n"], **spec}, {"n": now}, None if before is None else {"n": before}
        )

    assert (
        change(20, 10, factor=2)
        == change(5, 10, factor=2)
        == change(-20, 10, factor=2)
        == change(20, None, factor=2)
        == []
    )
    assert change(20.1, 10, factor=2) == [("n", "form_change_unlikely", {"before": 10, "now": 20.1}, "warning")]
    assert len(change(4.9, 10, factor=2)) == len(change(1, 0, factor=1000)) == 1
    assert change(99, 1, factor=2, least=100) == [] and len(change(100, 1, factor=2, least=100)) == 1
    assert len(change(1, 100, factor=2, least=100)) == 1
    assert change(10, 10, rises=True) == change(11, 10, rises=True) == change(5, 10, rises=False) == []
    assert len(change(9, 10, rises=True)) == 1
    assert change("9", 10, rises=True) == change(9, "10", rises=True) == change(True, 10, rises=True) == []


def test_a_name_that_is_not_that_of_its_code():
    spec = {"code": "c", "name": "n", "divisions": Divisions([Division("330110", "余杭区")])}

    def name(text, code="330110", **more):
        return found("division_name", {**spec, **more}, {"c": code, "n": text})

    assert name("余杭区") == name("余 杭 区") == name("杭州市余杭区") == name("余杭") == name("") == name(None) == []
    assert name("拱墅区", "330199") == name("拱墅区", 330110) == name("拱墅区", divisions=None) == []
    assert name("拱墅区") == [
        ("n", "form_division_name", {"code": "330110", "known": "余杭区", "value": "拱墅区"}, "warning")
    ]


# --- texts ------------------------------------------------------------------------------------------------------------


def refused(read, *arguments):
    with pytest.raises(Unreadable) as caught:
        read(*arguments)
    return caught.value


@pytest.mark.parametrize(
    "text, day",
    [
        ("20000", "1954-10-03"),
        ("46086", "2026-03-05"),
        ("46086.75", "2026-03-05"),
        ("79999", "2119-01-10"),
        ("60000.5", "2064-04-08"),
    ],
)
def test_a_serial_of_excel_says_which_day_it_would_be(text, day):
    error = refused(parse_date, text)
    assert (error.code, error.params) == ("form_date_serial", {"value": text, "day": day})


@pytest.mark.parametrize("text", ["19999", "80000", "80000.5", "99999"])
def test_other_numbers_are_no_serials(text):
    assert refused(parse_date, text).code == "form_date"


def test_a_long_text_is_told_short():
    assert refused(parse_date, "某" * 70).params["value"] == "某" * 60
    assert refused(parse_number, "某" * 70).params["value"] == "某" * 60


@pytest.mark.parametrize(
    "text, day",
    [
        ("二〇二六年十二月三十一日", "2026-12-31"),
        ("二零二六年十月二十日", "2026-10-20"),
        ("二〇二六年一月十一日", "2026-01-11"),
        ("2026-12-3", "2026-12-03"),
    ],
)
def test_days_in_chinese_numerals(text, day):
    assert parse_date(text) == day


@pytest.mark.parametrize(
    "text, value",
    [
        ("0", 0),
        ("0.5", 0.5),
        ("-0", 0),
        ("+7", 7),
        ("10.", 10.0),
        ("1e2", 100.0),
        ("1e-2", 0.01),
        ("−5", -5),
        ("1,000,000", 1_000_000),
        ("12 345", 12345),
        ("1e300", 1e300),
    ],
)
def test_numbers_on_the_border_of_what_is_read(text, value):
    assert parse_number(text).value == value


@pytest.mark.parametrize(
    "text, code",
    [("00", "form_number_zeros"), ("01.5", "form_number_zeros"), ("1e301", "form_number_size"), ("1,00", "form_number_groups"),
     ("1,000,00", "form_number_groups"), ("", "form_not_number"), ("-", "form_not_number"), (".", "form_not_number"), ("5 x", "form_not_number"), ("infinity", "form_not_number")],
)  # fmt: skip
def test_numbers_that_are_refused(text, code):
    assert refused(parse_number, text).code == code


def test_what_says_that_there_is_no_value():
    assert is_blank("") and is_blank("无") and is_blank(" - ") and is_blank("  ")
    assert not is_blank("0") and not is_blank("没有问题")


def typed(value_type, unit="", codes=()):
    return Field("k", "k", "k", "text", value_type, "line", unit=unit, codes=codes)


def test_what_is_typed_is_scaled_to_the_unit_of_the_field():
    assert read_text(typed("number", "ha"), "15亩") == 1.0 and read_text(typed("number", "ha"), "3公顷") == 3
    whole = read_text(typed("integer", "ha"), "30亩")
    assert whole == 2 and isinstance(whole, int)
    assert isinstance(read_text(typed("integer"), "3.0"), int) and isinstance(read_text(typed("number"), "3.0"), float)
    assert read_text(typed("integer"), "3.5") == 3.5  # the validator says that it is no integer
    assert read_text(typed("number", "ha"), "1亩") == 0.06666667
    assert (
        read_text(typed("date"), "") is None is read_text(typed("number"), "无")
        and read_text(typed("text"), "") is None
    )
    assert read_text(typed("text"), "无") == "无"


def test_a_choice_by_its_value_or_either_language():
    field = typed("text", codes=(("a", "甲类", "Class A"), ("b", "乙类", "Class B")))
    assert [read_choice(field, t) for t in ("a", "甲类", "class a", " 乙 类 ", "丙")] == ["a", "a", "a", "b", "丙"]
    assert read_choice(field, "") is read_choice(field, "  ") is None and read_text(field, "甲类") == "a"
    assert nearest_choices(field, "乙") == ["乙类", "甲类"] and nearest_choices(field, "class b", "en")[0] == "Class B"
    assert nearest_choices(field, "") == ["甲类", "乙类"]  # nothing is like nothing: their own order


def test_units_against_each_other():
    assert unit_factor("亩", "ha") == pytest.approx(1 / 15) and unit_factor("ha", "亩") == pytest.approx(15)
    assert unit_factor("平方米", "m²") in (1.0, pytest.approx(1.0)) and unit_factor("km2", "ha") == pytest.approx(100)
    assert unit_factor("亩", "人") is unit_factor("x", "ha") is unit_factor("ha", "x") is None
    assert is_area("亩") and not is_area("人") and not is_area("")
    assert unit_of("面积, ha") == "ha" and unit_of("单位面积") == "" and unit_of("面积（单位：亩）") == "亩"
