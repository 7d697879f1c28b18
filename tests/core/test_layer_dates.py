"""How old a layer is, as people write it."""

from datetime import date

import pytest
from onemap.plugin.core.errors import InputError
from onemap.plugin.core.messages import set_language
from onemap.plugin.core.review.layer_dates import (
    DateSource,
    LayerDate,
    best,
    day_in_name,
    entered_date,
    newest_day,
    parse_layer_dates,
    parsed_day,
)


@pytest.mark.parametrize(
    "written,day",
    [("2023-12-31", "2023-12-31"), ("20231231", "2023-12-31"), ("2023/5/1", "2023-05-01"), ("2023年5月", "2023-05"), ("2023年", "2023"),
     ("2023", "2023"), (2023, "2023"), (date(2023, 1, 2), "2023-01-02"), ("2023-12-31T08:00:00", "2023-12-31"), ("20239931", ""), ("长期", ""), ("", ""), (None, ""), ("330110", "")],
)  # fmt: skip
def test_dates_as_people_write_them(written, day):
    assert parsed_day(written) == day


@pytest.mark.parametrize(
    "name,day",
    [
        ("YJJBNTTB_2023", "2023"),
        ("永农20231231", "2023-12-31"),
        ("330110YJJBNTTB", ""),
        ("STBHHX_202406_V2", "2024-06"),
        ("a1999b2021", "2021"),
    ],
)
def test_dates_in_names(name, day):
    assert day_in_name(name) == day


def test_the_newest_counts_and_the_source_is_said():
    assert newest_day(["2020", "2021-05", "无", None]) == "2021-05"
    set_language("zh")
    try:
        last = LayerDate("2026-01-01", DateSource.FILE)
        assert last.display_text() == "2026年1月1日（文件时间，非数据时点）"
        assert (
            best(None, LayerDate(), last) == last
            and best(LayerDate("2023", DateSource.ENTERED), last).display_text() == "2023"
        )
        assert (
            LayerDate("2022", DateSource.FIELD, "GXSJ").display_text() == "2022年（字段 GXSJ）"
            and best().display_text() == ""
        )
    finally:
        set_language("en")


def test_dates_that_a_person_enters():
    dates = parse_layer_dates('{"YJJBNT": "2024年5月", "永农": 2023}')
    assert dates == {"YJJBNT": "2024-05", "永农": "2023"} and parse_layer_dates("") == {}
    assert entered_date(dates, "永农", "", "YJJBNT") == LayerDate("2023", DateSource.ENTERED)  # the first key counts
    assert entered_date(dates, "STBHHX") is None


@pytest.mark.parametrize("written", ['{"YJJBNT": "soon"}', "YJJBNT", "[]"])
def test_what_is_no_date_of_a_layer_is_refused(written):
    with pytest.raises(InputError):
        parse_layer_dates(written)
