"""The sets that come with the plugin, and what a mistake in one says."""

import pytest
from onemap.plugin.core.errors import CatalogueError
from onemap.plugin.core.indicators.indicator_goal_rows import read_goals
from onemap.plugin.core.indicators.indicator_statistics import read_statistics
from onemap.plugin.formats.rules.indicator_files import find_set, load_indicator_set, load_units, shipped_sets

SET = """extends: base
id: mine
zh: 试验
version: 1
indicators:
  - id: a
    zh: 耕地
    unit: {unit}
    formula: "{formula}"
"""


def test_shipped_sets_are_whole_and_say_what_is_not_verified():
    found = {path.stem: load_indicator_set(path) for path in shipped_sets()}
    assert {name: len(one.indicators) for name, one in found.items()} == {
        "plan_city": 35, "td1063_layers": 34, "village": 13}  # fmt: skip
    for one in found.values():
        assert len({i.id for i in one.indicators}) == len({i.zh for i in one.indicators}) == len(one.indicators)
        assert not any(i.is_verified for i in one.indicators) and all(i.source for i in one.indicators)


def written(tmp_path, **values):
    path = tmp_path / "mine.yaml"
    path.write_text(SET.format(**{"unit": "km2", "formula": "area(cropland)", **values}), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("values", "line", "words"),
    [
        ({"formula": "area(cropand)"}, 9, "cropland"),
        ({"unit": "里"}, 8, "里"),
        ({"unit": "km"}, 8, "m2"),
        ({"formula": "count(buildings, storey > 3)"}, 9, "floors"),
        ({"unit": '""'}, 8, "unit"),
    ],
)
def test_a_mistake_names_file_line_and_what(tmp_path, values, line, words):
    with pytest.raises(CatalogueError) as caught:
        load_indicator_set(written(tmp_path, **values))
    assert f"mine.yaml, line {line}" in str(caught.value) or f"mine.yaml:{line}" in str(caught.value), caught.value
    assert words in str(caught.value)


def test_a_set_may_change_what_it_extends(tmp_path):
    path = written(tmp_path)
    path.write_text(
        path.read_text(encoding="utf-8") + "parts:\n  cropland: {zh: 耕地, of: landuse, codes: {sandiao: ['0101']}}\n",
        encoding="utf-8",
    )
    assert load_indicator_set(path).parts["cropland"].codes == {"sandiao": ("0101",)}
    assert load_indicator_set(path).sha256 != load_indicator_set(find_set("village")).sha256
    with pytest.raises(CatalogueError):
        find_set("nothing")


def row(number, **values):
    return {"code": "339901", "year": 2025, "key": "常住人口", "value": 31.8, "unit": "万人", "row": number, **values}


def test_statistics_are_used_only_with_a_unit_that_fits():
    known = load_indicator_set("plan_city").statistics
    rows = [
        row(2),
        row(3, year="2024年", value="318,000", unit="人"),
        row(4, key="城镇常住人口（万人）", unit=None, value=20),
        row(5, key="地区生产总值", unit=None),
        row(6, key="用水总量", unit="km2"),
        row(7, key="没有的指标"),
        row(8, year=None),
        row(9, value="约三十"),
        row(10, key="农村常住人口", value=50_000, unit="万人"),
        row(11, key="城区常住人口", value=12),
        row(12, key="城区常住人口", value=13),
    ]
    table = read_statistics(rows, known, load_units(), "s.xlsx")
    assert table.find("population", "339901", 2025).value == table.find("population", "339901", 2024).value == 318_000
    assert table.find("urban_population", "339901", 2025).value == 200_000
    assert table.find("city_population", "339901", 2025) is None  # given twice, differently
    assert [remark.code for remark in table.remarks] == [
        "statistic_unit_missing", "statistic_unit_wrong", "statistic_key_unknown", "statistic_no_year",
        "statistic_no_value", "statistic_out_of_range", "statistic_twice",
    ]  # fmt: skip


def test_a_slip_of_the_unit_between_years_is_told():
    known = load_indicator_set("plan_city").statistics
    rows = [row(2, year=2024, value=31.5), row(3, year=2025, value=318_000, unit="万人")]
    table = read_statistics(rows, known, load_units(), "s.xlsx")
    assert [remark.code for remark in table.remarks] == ["statistic_out_of_range"]
    rows = [row(2, year=2024, value=3.15), row(3, year=2025, value=31.8)]
    assert [r.code for r in read_statistics(rows, known, load_units(), "s.xlsx").remarks] == ["statistic_jump"]


def test_goals_of_a_table():
    known = load_indicator_set("td1063_layers")
    units, names = {i.id: i.unit for i in known.indicators}, {n: i.id for i in known.indicators for n in (i.id, i.zh)}
    rows = [
        {
            "indicator": "耕地保有量",
            "code": "339901",
            "kind": "目标",
            "year": 2035,
            "value": 500,
            "unit": "亩",
            "row": 2,
        },
        {"indicator": "cropland_area", "code": "", "kind": "baseline", "year": 2020, "value": 1, "row": 3},
        {"indicator": "耕地", "code": "", "kind": "目标", "year": 2035, "value": 1, "row": 4},
        {"indicator": "耕地保有量", "code": "", "kind": "将来", "year": 2035, "value": 1, "row": 5},
        {"indicator": "耕地保有量", "code": "", "kind": "目标", "year": 2035, "value": 1, "unit": "人", "row": 6},
    ]
    worded = {"indicator": "耕地保有量", "code": "", "kind": "目标", "year": 2035}
    rows += [{**worded, "value": None, "shown": said, "row": n} for n, said in ((7, "不少于445"), (8, ""))]
    goals, remarks = read_goals(rows, units, names, load_units())
    assert [(g.is_baseline, g.year, round(g.value, 6)) for g in goals] == [(False, 2035, 0.333333), (True, 2020, 1)]
    assert [r.code for r in remarks] == [
        "goal_indicator_unknown",
        "goal_kind_unknown",
        "goal_unit_wrong",
        "goal_value_unread",
        "goal_incomplete",
        "goal_no_unit",
    ]
