"""Dates in documents: ISO for machines, as Chinese offices write them in Chinese ones, and nothing made up."""

from datetime import date, datetime

import pytest
from onemap.plugin.core.days import Day, day_of, period, written
from onemap.plugin.core.messages import message, restored, stored, text, translated, with_iso_days


@pytest.mark.parametrize(
    ("value", "zh"),
    [
        ("2026-11-28", "2026年11月28日"),
        ("2026-01-05", "2026年1月5日"),
        ("2026-11", "2026年11月"),
        ("2026", "2026年"),
        ("2026-11-28 09:05", "2026年11月28日 09:05"),
        ("", ""),
        ("not known", "not known"),
        ("2026-11-28（图层名）", "2026-11-28（图层名）"),
        (date(2026, 3, 1), "2026年3月1日"),
        (datetime(2026, 3, 1, 8, 4, 59), "2026年3月1日 08:04"),
    ],
)
def test_a_date_is_written_as_the_language_of_the_document_asks(value, zh):
    assert written(value, "zh") == translated(day_of(value), "zh") == zh
    assert written(value, "en") == str(day_of(value))


@pytest.mark.parametrize(
    ("first", "last", "zh"),
    [
        ("2026-11-02", "2026-11-08", "2026年11月2日至11月8日"),
        ("2025-12-29", "2026-01-04", "2025年12月29日至2026年1月4日"),
        ("2026-03", "2026-11", "2026年3月至11月"),
        ("2021", "2026", "2021年至2026年"),
        ("2026", "2026", "2026年至2026年"),
    ],
)
def test_a_period_says_its_year_once(first, last, zh):
    assert period(first, last, "zh") == zh
    assert period(first, last, "en") == f"{first} – {last}"


def test_a_message_keeps_its_day_through_a_store_and_gives_it_in_each_language():
    told = message("layer_date_name", day=Day("2026-11"), field="")
    again = restored(stored(told))
    assert translated(again, "zh") == "2026年11月（图层名）"
    assert translated(again, "en") == text("layer_date_name", language="en", day="2026-11", field="")
    assert "2026-11" in with_iso_days(told)
    assert restored(stored(Day("2026"))) == "2026"


def test_a_day_is_a_date_only_where_all_of_it_is_known():
    assert Day("2026-11-28").calendar_date == date(2026, 11, 28)
    assert Day("2026-11").calendar_date is None
    assert Day("").calendar_date is None
