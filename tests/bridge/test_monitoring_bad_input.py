"""Ordinary bad input of indicators, tasks and taxes: what is wrong is told, and no number is wrong in silence."""

from datetime import date

import pytest
from onemap.tests.support import toy_county as toy
from openpyxl import Workbook

A, B = "339901001", "339901002"


@pytest.fixture
def spec(tmp_path):
    path = tmp_path / "toy.yaml"
    path.write_text(toy.SET, encoding="utf-8")
    return path


def computed(spec, layers, divisions=None, statistics=()):
    from onemap.plugin.bridge.monitoring.indicator_job import IndicatorInput, IndicatorJob
    from onemap.plugin.bridge.monitoring.measure_state import MeasureStore

    chosen = IndicatorInput(
        str(spec), list(layers.values()), divisions or toy.divisions(), 2024, statistics=statistics,
        today=date(2025, 3, 1),
    )  # fmt: skip
    run = IndicatorJob(chosen, MeasureStore(spec.parent / "measures.json")).run()
    return {(v.indicator.id, v.place.code): v for v in run.of_year()}, [r.code for r in run.remarks]


def book(path, rows, merges=(), formats=()):
    made = Workbook()
    sheet = made.active
    for row in rows:
        sheet.append(list(row))
    for merge in merges:
        sheet.merge_cells(merge)
    for cell, form in formats:
        sheet[cell].number_format = form
    made.save(path)
    return path


# layers


def test_a_layer_of_another_zone_is_not_zero(qgis_app, spec):
    """The same numbers below a central meridian 3 degrees away: a red line of 0 m² would be a wrong number."""
    layers = toy.layers()
    layers["STBHHX"] = toy.layer("STBHHX", [(toy.strip(4, 5.5), "a")], "hxbm:string", crs="EPSG:4550")
    found, _ = computed(spec, layers)
    assert found["red", A].value is None and "坐标系" in found["red", A].reason()
    assert found["red_built", A].value is None and found["crop", A].value > 0


def test_one_of_two_layers_of_a_line_in_another_zone_is_not_left_out_of_the_sum(qgis_app, spec):
    layers = toy.layers()
    crs = ("EPSG:4549", "EPSG:4550")
    layers |= {n: toy.layer("STBHHX", [(toy.strip(4, 5), "a")], "hxbm:string", crs=c) for n, c in enumerate(crs)}
    del layers["STBHHX"]
    found, _ = computed(spec, layers)
    assert found["red", A].value is None and "坐标系" in found["red", A].reason() and found["crop", A].value > 0


def test_a_layer_whose_coordinates_contradict_its_crs_fails_alone(qgis_app, spec):
    layers = toy.layers()
    layers["STBHHX"] = toy.layer("STBHHX", [(toy.strip(4, 5.5), "a")], "hxbm:string", crs="EPSG:4490")
    found, _ = computed(spec, layers)
    assert found["red", A].value is None and found["crop", A].value > 0


def test_land_of_no_class_is_no_land_of_another_class(qgis_app, spec):
    layers = toy.layers(["0101", "", "水田", *toy.CODES[3:]])
    found, codes = computed(spec, layers)
    assert found["crop", A].value is None and "60.0" in found["crop", A].reason()
    assert found["crop", B].value > 0 and "indicator_no_class" in codes


def test_blank_numbers_of_a_condition_and_an_empty_layer_are_told(qgis_app, spec):
    layers = toy.layers()
    layers["JZJD_2024"] = toy.layer("JZJD_2024", [(toy.strip(0, 0.5), None, 10)], "GD:double,CS:integer")
    layers["STBHHX"] = toy.layer("STBHHX", [], "hxbm:string")
    found, codes = computed(spec, layers)
    assert found["towers", A].value == 0 and "indicator_no_number" in codes
    assert [use.left_out for use in found["towers", A].outcome.measures] == [1]
    assert [use.left_out for use in found["towers", B].outcome.measures] == [0]  # the building is in the other one
    again, _ = computed(spec, layers)  # from the kept answers
    assert [use.left_out for use in again["towers", A].outcome.measures] == [1]
    assert not any(use.left_out for use in found["crop", A].outcome.measures)
    assert "indicator_layer_empty" in codes and found["red", A].value == 0


def test_one_code_for_two_divisions_is_shown(qgis_app, spec):
    rows = [(toy.strip(0, 5), A, "甲"), (toy.strip(5, 7), B, "乙"), (toy.strip(7, 10), B, "丙")]
    divisions = toy.layer("XZQ", rows, "XZQDM:string,XZQMC:string")
    found, codes = computed(spec, toy.layers(), divisions)
    assert codes.count("divisions_twice") == 1 and found["crop", B].place.name == "乙、丙"
    same = toy.layer("XZQ", [*rows[:2], (toy.strip(7, 10), B, "乙")], "XZQDM:string,XZQMC:string")
    assert "divisions_twice" not in computed(spec, toy.layers(), same)[1]  # an exclave


# statistics

SHARES = """
statistics:
  people: {zh: 常住人口, unit: 万人}
  gdp: {zh: 地区生产总值, unit: 亿元}
  rate: {zh: 城镇化率, unit: "%", additive: false, low: 0, high: 100}
"""
HEAD = ("政区代码", "年份", "指标", "数值", "单位")


def read(path):
    """({(key, code, year): value in base units}, codes of remarks)"""
    import yaml
    from onemap.plugin.core.indicators.indicator_model import StatisticKey
    from onemap.plugin.core.indicators.indicator_statistics import read_statistics
    from onemap.plugin.formats.rules.indicator_files import load_units
    from onemap.plugin.formats.workbook.statistics_table import STATISTIC_COLUMNS, named_rows

    units = load_units()
    said = yaml.safe_load(SHARES)["statistics"]
    keys = {
        k: StatisticKey(k, v["zh"], "", units.find(v["unit"]), v.get("additive", True), v.get("low"), v.get("high"))
        for k, v in said.items()
    }
    table = read_statistics(named_rows(path, STATISTIC_COLUMNS), keys, units, path.name)
    rows = {(k, c, y): table.find(k, c, y) for c, y, k in table.rows}
    return {at: row and row.value for at, row in rows.items()}, [r.code for r in table.remarks]


def test_units_thousands_years_and_blanks_of_statistics(tmp_path):
    path = book(tmp_path / "s.xlsx", [
        ("统计表",), HEAD,
        (330110, "2025年", "地区生产总值", "1,234,567", "万元"),
        (330111.0, 2025, "地区生产总值", "12,345,670,000", "元"),
        ("330112", "2025年度", "地区生产总值", "12,34", "亿元"),
        ("330113", "２０２５", "地区生产总值", None, "亿元"),
        ("330114", 2025, "地区生产总值", "—", "亿元"),
        ("330115", 2025, "地区生产总值", "3.5亿元", "亿元"),
        ("330116", "25年", "地区生产总值", 3, "亿元"),
    ])  # fmt: skip
    found, codes = read(path)
    assert found == pytest.approx({
        ("gdp", "330110", 2025): 1_234_567e4, ("gdp", "330111", 2025): 12_345_670_000, ("gdp", "330115", 2025): 3.5e8,
    })  # fmt: skip
    assert codes == ["statistic_value_unread", *["statistic_no_value"] * 2, "statistic_no_year"]


def test_a_share_is_what_the_sheet_shows(tmp_path):
    rows = [HEAD, ("330110", 2025, "城镇化率", 0.35, "%"), ("330111", 2025, "城镇化率", 0.4, None),
            ("330112", 2025, "城镇化率", "41%", None), ("330113", 2025, "城镇化率", 42, "%")]  # fmt: skip
    path = book(tmp_path / "s.xlsx", rows, formats=[("D2", "0%"), ("D3", "0.00%")])
    found, codes = read(path)
    assert [found["rate", f"33011{n}", 2025] for n in range(4)] == pytest.approx([0.35, 0.4, 0.41, 0.42])
    assert codes == []


def test_a_share_written_as_a_fraction_is_told_or_not_used(tmp_path):
    small = ("330110", 2025, "城镇化率", 0.35, "%")
    found, codes = read(book(tmp_path / "one.xlsx", [HEAD, small]))
    assert codes == ["statistic_share_small"] and found["rate", "330110", 2025] == pytest.approx(0.0035)
    found, codes = read(book(tmp_path / "two.xlsx", [HEAD, small, ("330111", 2025, "城镇化率", 35, "%")]))
    assert codes == ["statistic_share_mixed"] and found["rate", "330110", 2025] is None


def test_merged_heads_notes_of_units_and_merged_codes(tmp_path):
    rows = [("某市统计表", None, None, None), ("单位：万元", None, None, None), ("政区代码", "年份", "指标", "数值"),
            (None, None, None, "（本年）"), ("330110", 2025, "地区生产总值", 100), (None, None, "常住人口（万人）", 50),
            (None, None, "城镇化率", 60)]  # fmt: skip
    merges = ("A1:D1", "A2:D2", "A3:A4", "B3:B4", "C3:C4", "A5:A7", "B5:B7")
    found, codes = read(book(tmp_path / "s.xlsx", rows, merges))
    assert found == {("gdp", "330110", 2025): 1e6, ("people", "330110", 2025): 5e5}
    assert codes == ["statistic_unit_wrong"]  # a note on money says nothing of a share


def test_ten_thousands_behind_a_number_count_and_other_words_are_named(tmp_path):
    rows = [HEAD, ("330110", 2025, "常住人口", "0.012万", "人"), ("330111", 2025, "常住人口（万人）", "0.5万", None),
            ("330112", 2025, "常住人口", "约５００", "人"), ("330113", 2025, "常住人口", "５００", "人")]  # fmt: skip
    found, codes = read(book(tmp_path / "s.xlsx", rows))
    assert [found["people", f"33011{n}", 2025] for n in (0, 1, 3)] == pytest.approx([120, 5000, 500])
    assert codes == ["statistic_value_unread"]


def test_hidden_rows_columns_and_sheets_of_a_table_are_told(tmp_path):
    from onemap.plugin.formats.workbook.statistics_table import STATISTIC_COLUMNS, named_rows
    from openpyxl import load_workbook

    path = book(tmp_path / "s.xlsx", [HEAD, *(("330110", year, "常住人口", year, "人") for year in range(2010, 2014))])
    made = load_workbook(path)
    made.active.row_dimensions[3].hidden = made.active.row_dimensions[4].hidden = True
    made.active.row_dimensions[9].hidden = made.active.column_dimensions["E"].hidden = True
    made.save(path)
    remarks = []
    assert len(named_rows(path, STATISTIC_COLUMNS, remarks=remarks)) == 4
    assert [(r.code, r.params.get("rows"), r.params.get("columns")) for r in remarks] == [
        ("plain_hidden_rows", "3、4", None), ("plain_hidden_columns", None, "单位"),
    ]  # fmt: skip
    assert all("s.xlsx" in remark.text("zh") and "Sheet" in remark.text("zh") for remark in remarks)
    made.create_sheet("空")
    made["Sheet"].sheet_state = "hidden"
    made.active = 1
    made.save(path)
    named_rows(path, STATISTIC_COLUMNS, remarks=(hidden := []))
    assert hidden[0].code == "plain_hidden_sheet"


def test_two_tables_that_contradict_each_other_give_no_number(qgis_app, spec, tmp_path):
    head = ",".join(HEAD) + "\n"
    (tmp_path / "a.csv").write_text(f"{head}{A},2024,常住人口,200,人\n{B},2024,常住人口,300,人\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text(f"{head}{A},2024,常住人口,210,人\n{B},2024,常住人口,300,人\n", encoding="utf-8")
    found, codes = computed(spec, toy.layers(), statistics=(tmp_path / "a.csv", tmp_path / "b.csv"))
    assert found["per_head", A].value is None and found["per_head", B].value > 0
    assert codes.count("statistic_two_files") == 1


GOAL_HEAD = ("指标", "政区代码", "类型", "年份", "数值", "单位")


@pytest.mark.parametrize(
    "rows, said, target, color",
    [
        ((("耕地", A, "目标", 2035, 30, "公顷"), ("耕地", A, "目标", 2035, 20, "公顷")), "goal_targets_differ", None, "blue"),
        ((("耕地", A, "目标", 2035, 30, "公顷"), ("耕地", A, "目标", 2035, 450, "亩")), "", 300_000, "red"),
        ((("耕地", A, "目标", 2035, "0.003", "km2"),), "", 3000, "green"),
        ((("耕地", A, "目标", 2035, 2, "公顷"), ("耕地", A, "基期", 2020, 4, "公顷"), ("耕地", A, "基期", 2020, 5, "公顷")),
         "goal_baselines_differ", 20_000, "green"),
        ((("耕地", "339901009", "目标", 2035, 2, "公顷"),), "goal_codes_unknown", None, "blue"),
        ((("耕地", "３３９９０１００１", "目标", "2035年", "20,000", "m2"),), "", 20_000, "green"),
        ((("耕地", A, "目标", 2035, 20_000, None),), "goal_no_unit", 20_000, "green"),
        ((("耕地占比", A, "目标", 2035, 0.35, None),), "goal_share_small", None, "blue"),
        ((("耕地占比", A, "目标", 2035, 35, None),), "", 35, "green"),
        ((("耕地占比", A, "目标", 2035, "35%", None),), "", 35, "green"),
    ],
)  # fmt: skip
def test_goals_as_offices_write_them(qgis_app, spec, tmp_path, rows, said, target, color):
    """The cropland of A is three parcels of a hectare, 60 % of it: never less is asked. Figures that contradict each
    other, or may mean two things, are told and hold nothing against anything."""
    from onemap.plugin.bridge.monitoring.indicator_job import IndicatorInput, IndicatorJob
    from onemap.plugin.bridge.monitoring.measure_state import MeasureStore

    text = toy.SET
    for one in ("area(cropland)", "share(area(cropland), area(division))"):
        text = text.replace(
            f'formula: "{one}"}}', f'formula: "{one}", direction: at_least, nature: binding, holds: always}}', 1
        )
    spec.write_text(text, encoding="utf-8")
    goals = book(tmp_path / "g.xlsx", [GOAL_HEAD, *rows])
    layers = list(toy.layers().values())
    chosen = IndicatorInput(str(spec), layers, toy.divisions(), 2024, goals=goals, today=date(2025, 3, 1))
    run = IndicatorJob(chosen, MeasureStore(tmp_path / "m.json")).run()
    value = run.value("crop_share" if "占比" in rows[0][0] else "crop", A, 2024)
    assert value.standing.target == (None if target is None else pytest.approx(target))
    assert value.status.colour == color
    found = [r.code for r in run.remarks if r.code.startswith("goal_")]
    assert found == [said] if said else not found


def test_a_head_over_two_columns_is_refused(tmp_path):
    from onemap.plugin.core.errors import InputError

    rows = [("政区代码", "年份", "指标", "数值", None), ("330110", 2025, "地区生产总值", 1, 2)]
    with pytest.raises(InputError) as caught:
        read(book(tmp_path / "s.xlsx", rows, ("D1:E1",)))
    assert caught.value.code == "plain_twice"


# tasks


def tasks(path):
    from onemap.plugin.bridge.monitoring.redevelopment import read_tasks
    from onemap.plugin.core.indicators.redevelopment_settings import load_redevelopment_settings
    from onemap.plugin.core.land.divisions import Division, Divisions

    known = Divisions([Division("330110", "余杭区"), Division("330111", "富阳区")])
    found = read_tasks(path, known, load_redevelopment_settings())
    return {(t.division, t.year): t.mu for t in found.tasks}, [r.code for r in found.remarks]


@pytest.mark.parametrize(
    ("title", "value", "mu", "codes"),
    [
        ("任务面积（公顷）", 10, 150, []),
        ("任务面积(亩)", "1,500", 1500, []),
        ("任务面积（平方米）", 10_000, 15, []),
        ("任务面积", "10公顷", 150, ["redevelopment_task_unit"]),
        ("任务面积", 10, 10, ["redevelopment_task_unit"]),
        ("亩", 10, 10, []),
    ],
)
def test_tasks_in_mu_and_hectares(tmp_path, title, value, mu, codes):
    path = book(tmp_path / "t.xlsx", [("年度", "行政区", title), ("2026年", "余杭区", value), ("合计", None, value)])
    found, told = tasks(path)
    assert (
        found == pytest.approx({("330110", 2026): mu}) and [c for c in told if c != "redevelopment_task_value"] == codes
    )


def test_a_note_gives_the_unit_of_tasks_and_a_row_of_units_too(tmp_path):
    rows = [("年度任务表", None, None), ("单位：公顷", None, None), ("年度", "行政区", "任务面积"), (2026, "330110", 2)]
    assert tasks(book(tmp_path / "a.xlsx", rows)) == ({("330110", 2026): pytest.approx(30)}, [])
    rows = [("年度", "行政区", "任务面积"), (None, None, "公顷"), (2026, "330110", 2)]
    assert tasks(book(tmp_path / "b.xlsx", rows)) == ({("330110", 2026): pytest.approx(30)}, [])


def test_tasks_in_another_kind_of_unit_are_refused(tmp_path):
    from onemap.plugin.core.errors import InputError

    with pytest.raises(InputError) as caught:
        tasks(book(tmp_path / "t.xlsx", [("年度", "行政区", "任务面积（万元）"), (2026, "330110", 2)]))
    assert caught.value.code == "plain_unit"


# taxes


@pytest.mark.parametrize(
    ("above", "title", "value", "yuan"),
    [
        ((), "税收（万元）", 3, 30_000),
        ((), "税收（千元）", 3, 3_000),
        ((), "税收（亿元）", 3, 3e8),
        ((), "税收(元)", "30,000.50", 30_000.5),
        ((("单位：元",),), "税收", 3, 3),
        ((("单位：万元",),), "税收", 3, 30_000),
        ((), "税收", 3, 30_000),
        ((), "税收", "3元", 3),
    ],
)
def test_money_by_its_unit(tmp_path, above, title, value, yuan):
    from onemap.plugin.bridge.monitoring.land_firm_tables import FirmTables, read_taxes

    rows = [
        *above,
        ("统一社会信用代码", "企业名称", "年度", title),
        ("x", "甲", "2025年", value),
        (None, "合计", 2025, value),
    ]
    tables = FirmTables()
    read_taxes(book(tmp_path / "t.xlsx", rows), tables, True)
    assert [(one.year, one.amounts) for one in tables.years] == [(2025, {"tax": pytest.approx(yuan)})]
    assert [r.code for r in tables.remarks] == (["land_firm_money_unit"] if title == "税收" and not above else [])


def test_codes_and_names_as_people_type_them(tmp_path):
    """Blanks and small letters in a code, brackets of either width in a name: the same firm; a blank tax is no zero."""
    from onemap.plugin.bridge.monitoring.land_firm_tables import (
        FirmTables,
        is_right,
        read_firms,
        read_leases,
        read_taxes,
    )
    from onemap.plugin.core.forms.identifiers import uscc_check_character
    from onemap.plugin.core.indicators.land_firm_match import MatchRules, match
    from onemap.plugin.core.indicators.land_firm_model import Parcel

    first = "91339901MA000001X"
    code = first + uscc_check_character(first)
    spoilt = f" {code[:8].lower()} {code[8:].lower()} "
    firms = [("统一社会信用代码", "企业名称"), (spoilt, "甲（云溪）机械有限公司"), (None, "乙(云溪)有限公司")]
    taxes = [("统一社会信用代码", "企业名称", "年度", "税收（元）"), (code, "", 2025, 5), ("", "乙（云溪）有限公司", 2025, 7),
             ("", "乙(云溪) 有限公司", 2024, None)]  # fmt: skip
    leases = [("宗地编号", "承租人", "租赁面积（亩）"), ("K2", "乙（云溪）有限公司", 3)]
    tables = FirmTables()
    read_firms(book(tmp_path / "f.xlsx", firms), tables)
    read_taxes(book(tmp_path / "t.xlsx", taxes), tables, True)
    read_leases(book(tmp_path / "l.xlsx", leases), tables)
    assert [(y.firm, y.year, y.amounts) for y in tables.years] == [
        (0, 2025, {"tax": 5}),
        (1, 2025, {"tax": 7}),
        (1, 2024, {}),
    ]
    assert tables.leases[0].area_m2 == pytest.approx(2000)
    parcels = [Parcel("K1", 1000.0, "", code.lower()), Parcel("K2", 9000.0, "乙 (云溪)有限公司")]
    found = match(tables.firms, parcels, tables.leases, MatchRules(is_right))
    assert sorted((t.firm, t.parcel) for t in found.ties) == [(0, 0), (1, 1)] and not found.bad_codes


@pytest.mark.parametrize(("note", "is_read"), [("单位：人", True), ("单位：万人", False)])
def test_a_unit_stated_below_the_rows_of_a_table_changes_none_of_them(tmp_path, note, is_read):
    from onemap.plugin.core.errors import InputError
    from onemap.plugin.formats.workbook.statistics_table import STATISTIC_COLUMNS, named_rows

    head = ["政区代码", "年份", "指标", "数值（人）"]
    path = book(tmp_path / "s.xlsx", [head, [A, 2024, "人口", 200], [None, None, None, note], [B, 2024, "人口", 3]])
    if is_read:
        assert [row["value"] for row in named_rows(path, STATISTIC_COLUMNS) if row["code"]] == [200, 3]
    else:
        with pytest.raises(InputError) as caught:
            named_rows(path, STATISTIC_COLUMNS)
        assert caught.value.code == "plain_units_change" and caught.value.params["row"] == 3


def test_a_layer_without_a_date_is_said_once(qgis_app, spec):
    """Layers named by the year have one; a red line that nobody dated can bring no warning of old data."""
    from onemap.plugin.core.messages import text

    assert toy.layers()["STBHHX"].name() == "STBHHX"
    _, codes = computed(spec, toy.layers())
    assert codes.count("indicator_no_date") == 1
    dated = toy.layers()
    dated["STBHHX"] = toy.layer("STBHHX_2023", [(toy.strip(4, 5.5), "a")], "hxbm:string")
    _, codes = computed(spec, dated)
    assert "indicator_no_date" not in codes
    assert "STBHHX" in text("indicator_no_date", "zh", count=1, layers="STBHHX")
