"""Foreign workbooks: titles above, stacked and merged heads, units, totals, several sheets, odd types, and the mapping that reads them."""

import json
from datetime import datetime

import pytest
from onemap.plugin.core.errors import Cancelled, InputError
from onemap.plugin.core.forms.schema import FormValidator, load_form
from onemap.plugin.formats.workbook.intake import Reading, WorkbookImport, survey_sheets
from onemap.plugin.formats.workbook.mapping import Profile, load_profile, unit_factor
from onemap.plugin.formats.workbook.read import Percent, WorkbookReader
from onemap.plugin.formats.workbook.values import converter
from onemap.tests.support.workbooks import VILLAGES, sheet_file, taken
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

PLAIN = ["行政村代码", "行政村名称", "自然村名称", "村庄分类", "户籍人口"]
ROW = ["330110100201", "上塘村", "东头", "集聚提升类", 120]


def values(row, *keys):
    return [row[key] for key in keys]


def codes(imported):
    return [r.code for r in imported.remarks]


def test_a_county_table_as_it_comes(tmp_path, chinese):
    """Title, unit note, two-storey head, column numbers, merged village names, subtotals, notes, a repeated head."""
    rows = [
        ["某某县村庄基本情况表"],
        ["填报单位：某某县自然资源局", None, None, None, "单位：亩、人"],
        ["行政村", None, "自然村(组)", "村庄类型", "人口", None, "闲置低效面积"],
        ["编码", "名称", None, None, "户籍", "常住", None],
        ["甲", "乙", "丙", "丁", 1, 2, 3],
        ["330110100201", "上塘村", "东头", "集聚提升类", "1,120", 800, 30],
        [None, None, "西头", "城郊融合类", 80, 0, 1.5],
        [None, None, "小  计", None, 1200, 800, 31.5],
        ["行政村", None, "自然村(组)", "村庄类型", "人口", None, "闲置低效面积"],
        ["编码", "名称", None, None, "户籍", "常住", None],
        ["330110100202", "下塘村", "  ", "其他（暂不分类）", "—", None, None],
        ["合计", None, None, None, 1200, 800, 31.5],
        ["注：数据截至2026年3月"],
        ["填表人：张三", None, None, "审核人：李四"],
    ]
    merges = ["A1:G1", "A3:B3", "C3:C4", "D3:D4", "E3:F3", "G3:G4", "A6:A8", "B6:B8", "A12:D12"]
    imported, found = taken(sheet_file(tmp_path / "县.xlsx", ("一", rows, merges)))
    assert imported.errors == []
    assert [values(r, "xzcdm", "xzcmc", "zrc", "cls", "pop_reg", "pop_res", "vacant_ha") for r in found] == [
        ["330110100201", "上塘村", "东头", "集聚提升类", 1120, 800, 2.0],
        ["330110100201", "上塘村", "西头", "城郊融合类", 80, 0, 0.1],
        ["330110100202", "下塘村", None, "其他(暂不分类)", None, None, None],
    ]
    assert {"column_unit", "rows_total", "rows_note", "rows_head"} <= set(codes(imported))


def test_several_sheets_of_the_same_kind_and_others_beside(tmp_path):
    second = ["330110100202", "下塘村", "北坡", "城郊融合类", 7]
    book = sheet_file(
        tmp_path / "towns.xlsx",
        ("说明", [["本表由各镇填报"], ["联系人", "电话"]], []),
        ("甲镇", [PLAIN, ROW], []),
        ("乙镇", [["乙镇"], PLAIN, second], ["A1:E1"]),
        ("空白", [], []),
    )
    imported, found = taken(book)
    assert [r["xzcdm"] for r in found] == ["330110100201", "330110100202"]
    assert imported.rejected == 0
    assert "sheet_left_out" in codes(imported)


def test_hidden_sheets_are_not_read(tmp_path):
    book = Workbook()
    for title, state in (("旧", "hidden"), ("新", "visible")):
        sheet = book.create_sheet(title)
        sheet.append(PLAIN)
        sheet.append([*ROW[:2], title, *ROW[3:]])
        sheet.sheet_state = state
    del book["Sheet"]
    book.save(tmp_path / "h.xlsx")
    assert [r["zrc"] for r in taken(tmp_path / "h.xlsx")[1]] == ["新"]


def test_hidden_columns_are_read_and_told(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.append(PLAIN)
    sheet.append(ROW)
    sheet.column_dimensions["B"].hidden = True
    book.save(tmp_path / "h.xlsx")
    imported, found = taken(tmp_path / "h.xlsx")
    (said,) = [remark for remark in imported.remarks if remark.code == "plain_hidden_columns"]
    assert len(found) == 1 and said.params["columns"] == PLAIN[1]


def test_values_as_people_type_them(tmp_path):
    form = load_form("plan_progress")
    head = ["行政区代码", "行政区名称", "规划类型", "编制阶段", "进入阶段日期", "完成比例", "填报日期", "联系电话"]
    rows = [
        [330110, "余杭区", "村庄规划", "公示", datetime(2026, 1, 5), 85, "2026年3月1日", 13800138000],
        [330111.0, "甲", "村庄规划", "公示", "2026/1/5", "85%", 20260301, "0571-12345678"],
        ["３３０１１２", "乙", " 村庄规划 ", "公示", "2026/01/05 08:30", 0, "2026.3.1", " 138 0013 8000 "],
        ["330113", "丙", "Village plan", "公示", "20260105", None, datetime(2026, 3, 1, 23, 59), None],
    ]
    imported, found = taken(sheet_file(tmp_path / "v.xlsx", ("s", [head, *rows], [])), form)
    assert imported.errors == []
    assert [r["xzqdm"] for r in found] == ["330110", "330111", "330112", "330113"]
    assert {r["stage_date"] for r in found} == {"2026-01-05"} and {r["reported_at"] for r in found} == {"2026-03-01"}
    assert [r["percent"] for r in found] == [85, 85, 0, None]
    assert [r["phone"] for r in found] == ["13800138000", "0571-12345678", "13800138000", None]
    assert {r["plan_type"] for r in found} == {"村庄规划"}


def test_a_bare_number_is_no_day_unless_its_cell_is_a_date(tmp_path):
    form, book = load_form("plan_progress"), Workbook()
    book.active.append(["行政区代码", "行政区名称", "规划类型", "编制阶段", "进入阶段日期", "填报日期"])
    for number, value in enumerate((46027, 46027.5, "46027", 46027)):
        book.active.append([f"33011{number}", "甲", "村庄规划", "公示", value, "2026-03-01"])
    book.active["E5"].number_format = "yyyy/m/d"
    book.save(tmp_path / "n.xlsx")
    imported, found = taken(tmp_path / "n.xlsx", form)
    assert [r["stage_date"] for r in found] == ["2026-01-05"]
    assert [(e.row, e.field) for e in imported.errors] == [(2, "stage_date"), (3, "stage_date"), (4, "stage_date")]
    assert all("2026-01-05" in e.message for e in imported.errors)


def test_a_cell_shown_as_percentage_is_read_as_it_shows(tmp_path):
    form, book = load_form("plan_progress"), Workbook()
    book.active.append(["行政区代码", "行政区名称", "规划类型", "编制阶段", "进入阶段日期", "完成比例", "填报日期"])
    book.active.append(["330110", "余杭区", "村庄规划", "公示", "2026-01-05", 0.29, "2026-03-01"])
    book.active["F2"].number_format = "0%"
    book.save(tmp_path / "p.xlsx")
    assert taken(tmp_path / "p.xlsx", form)[1][0]["percent"] == 29


def test_a_percentage_is_no_area_and_no_count(tmp_path, chinese):
    book = Workbook()
    for row in ([*PLAIN, "闲置低效 ha"], [*ROW, 0.125], ["330110100201", "上塘村", "西头", "集聚提升类", 0.5]):
        book.active.append(row)
    book.active["F2"].number_format, book.active["E3"].number_format = "0.0%", "0%"
    book.save(tmp_path / "p.xlsx")
    imported, found = taken(tmp_path / "p.xlsx")
    assert found == [] and [(e.row, "%" in e.message) for e in imported.errors] == [(2, True), (3, True)]
    assert "12.5 %" in imported.errors[0].message and "50 %" in imported.errors[1].message


@pytest.mark.parametrize("value, shown", [(0.125, "12.5%"), (-1, "-100%"), (0.07, "7%")])
def test_a_percentage_in_a_text_is_what_the_sheet_shows(value, shown):
    field = next(f for f in load_form("village_evaluation").fields if f.value_type == "text" and f.widget == "text")
    assert converter(field)(Percent(value)) == shown


def test_dates_of_the_1904_epoch(tmp_path):
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    form, book = load_form("plan_progress"), Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["行政区代码", "行政区名称", "规划类型", "编制阶段", "进入阶段日期", "填报日期"])
    book.active.append(["330110", "余杭区", "村庄规划", "公示", datetime(2026, 1, 5), datetime(2026, 3, 1)])
    book.save(tmp_path / "mac.xlsx")
    assert taken(tmp_path / "mac.xlsx", form)[1][0]["stage_date"] == "2026-01-05"


def test_what_cannot_be_known_is_an_error_never_an_empty_cell(tmp_path, chinese):
    rows = [
        PLAIN,
        [*ROW[:4], "=1+1"],
        ["330110100202", "甲", "乙", "集聚提升类", "#REF!"],
        [3301101002033301101, "甲", "丙", "集聚提升类", 5],
    ]
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.active["E3"].data_type = "e"
    book.save(tmp_path / "f.xlsx")
    imported, found = taken(tmp_path / "f.xlsx")
    assert found == [] and imported.rejected == 3
    assert [(e.row, e.column) for e in imported.errors] == [(2, 4), (3, 4), (4, 0)]
    assert [
        "尚未计算" in imported.errors[0].message,
        "#REF!" in imported.errors[1].message,
        "15 位" in imported.errors[2].message,
    ] == [True] * 3


def test_a_formula_with_a_stored_value_gives_the_value(tmp_path):
    import zipfile

    path = sheet_file(tmp_path / "f.xlsx", ("s", [PLAIN, [*ROW[:4], "=60*2"]], []))
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "g.xlsx", "w") as new:
        for part in old.namelist():
            content = old.read(part)
            new.writestr(
                part,
                content.replace(b"<f>60*2</f><v />", b"<f>60*2</f><v>120</v>").replace(
                    b"<f>60*2</f><v></v>", b"<f>60*2</f><v>120</v>"
                ),
            )
    assert taken(tmp_path / "g.xlsx")[1][0]["pop_reg"] == 120


def test_rich_text_and_shared_strings(tmp_path):
    book = Workbook()
    book.active.append(PLAIN)
    book.active.append(ROW)
    book.active["B2"] = CellRichText("上", TextBlock(InlineFont(b=True), "塘"), "村")
    book.save(tmp_path / "r.xlsx")
    assert taken(tmp_path / "r.xlsx")[1][0]["xzcmc"] == "上塘村"


def test_bad_rows_wait_and_good_ones_are_taken(tmp_path, chinese):
    bad = ["330110", "", "西头", "搬迁撤并类", "很多"]
    imported, found = taken(
        sheet_file(tmp_path / "b.xlsx", ("s", [PLAIN, ROW, bad, [*ROW[:2], "南坡", "集聚提升", 1]], []))
    )
    assert [r["zrc"] for r in found] == ["东头"] and (imported.accepted, imported.rejected) == (1, 2)
    wrong = {(e.row, e.field) for e in imported.errors}
    assert wrong == {(3, "xzcdm"), (3, "xzcmc"), (3, "pop_reg"), (3, "opinion"), (4, "cls")}
    assert next(e for e in imported.errors if e.field == "pop_reg").value == "很多"
    assert all("一" <= e.message[-2] <= "鿿" or e.message for e in imported.errors)


def test_the_same_record_twice_names_the_first_row(tmp_path, chinese):
    imported, found = taken(sheet_file(tmp_path / "d.xlsx", ("s", [PLAIN, ROW, ROW], [])))
    assert len(found) == 1 and imported.errors[0].row == 3 and "第 2 行" in imported.errors[0].message


def test_a_profile_maps_what_no_likeness_could(tmp_path):
    rows = [["编号一", "地名", "小地名", "归类", "数", "户籍人口"], ["330110100201", "上塘村", "东头", "A", 9, 5]]
    book = sheet_file(tmp_path / "x.xlsx", ("s", rows, []))
    with pytest.raises(InputError) as caught:
        taken(book)
    assert caught.value.code == "workbook_no_columns"
    columns = {"编号一": "xzcdm", "地名": "xzcmc", "小地名": "zrc", "归类": "cls", "数": "pop_reg", "户籍人口": ""}
    Profile(VILLAGES.id, columns, {"cls": {"A": "特色保护类"}}).save(tmp_path / "p.json")
    _, found = taken(book, profile=load_profile(tmp_path / "p.json", VILLAGES))
    assert values(found[0], "xzcdm", "cls", "pop_reg") == ["330110100201", "特色保护类", 9]


@pytest.mark.parametrize(
    "content, code",
    [
        ("[]", "profile_unreadable"),
        ("{", "profile_unreadable"),
        ('{"form": "plan_org", "columns": {}}', "profile_other_form"),
        ('{"columns": {"甲": "nothing"}}', "profile_unknown_fields"),
    ],
)
def test_a_wrong_profile_is_refused(tmp_path, content, code):
    (tmp_path / "p.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_profile(tmp_path / "p.json", VILLAGES)
    assert caught.value.code == code and caught.value.params["file"] == "p.json"


def test_a_plain_object_is_a_profile(tmp_path):
    (tmp_path / "p.json").write_text(json.dumps({"地名": "xzcmc"}), encoding="utf-8")
    assert load_profile(tmp_path / "p.json", VILLAGES).columns == {"地名": "xzcmc"}


def test_neighbouring_names_are_not_mixed_up(tmp_path):
    """行政村代码 / 行政村名称 and 户籍人口 / 常住人口 share most letters: likeness alone must not take one for the other."""
    rows = [
        ["行政村名称", "行政村代码", "分类", "常住人口数", "户籍人口数"],
        ["上塘村", "330110100201", "集聚提升类", 1, 2],
    ]
    _, found = taken(sheet_file(tmp_path / "n.xlsx", ("s", rows, [])))
    assert values(found[0], "xzcmc", "xzcdm", "pop_res", "pop_reg") == ["上塘村", "330110100201", 1, 2]


def test_units():
    assert unit_factor("亩", "ha") == pytest.approx(1 / 15) and unit_factor("㎡", "公顷") == 0.0001
    assert unit_factor("人", "ha") is None and unit_factor("石", "ha") is None


def test_unlike_columns_are_offered_not_taken(tmp_path):
    rows = [PLAIN + ["闲置低效土地情况"], [*ROW, 3]]
    with WorkbookReader(sheet_file(tmp_path / "o.xlsx", ("s", rows, []))) as reader:
        plan = survey_sheets(reader, VILLAGES)[0]
    offered = {m.key: m.how for m in plan.header.matches}
    assert offered["vacant_ha"] == "similar" and "vacant_ha" not in {m.key for m in plan.matches}


def test_cancel_stops_at_once(tmp_path):
    path = sheet_file(
        tmp_path / "c.xlsx",
        ("s", [PLAIN, *([f"33011010{n:04d}", "村", str(n), "集聚提升类", n] for n in range(3000))], []),
    )

    def stop(rows):
        raise Cancelled()

    with pytest.raises(Cancelled):
        list(WorkbookImport(path, VILLAGES, FormValidator(VILLAGES), Reading(progress=stop)).records())


def test_a_column_is_offered_for_its_values_but_not_taken_unasked():
    from onemap.plugin.core.forms.schema import load_form
    from onemap.plugin.formats.workbook.header import find_header, head_rows
    from onemap.plugin.formats.workbook.mapping import AUTOMATIC

    rows = [
        ["A列", "B列", "C列"],
        ["330110100201", "集聚提升类", "x"],
        ["330110100202", "搬迁撤并类", "集聚提升类"],
        ["330110100203", "集聚提升类", "合计"],
    ]
    header = find_header(head_rows(enumerate(rows, 1), ()), load_form("village_evaluation"))
    found = {m.column.title: (m.key, m.how, m.score < AUTOMATIC) for m in header.matches}
    assert found == {"A列": ("xzcdm", "values", True), "B列": ("cls", "values", True)}


def units_below(path, *after):
    head = ["行政村代码", "行政村名称", "自然村名称", "村庄分类", "户籍人口"]
    rows = [["330110100201", "上塘村", name, "集聚提升类", 120] for name in ("东头", "西头")]
    return sheet_file(path, ("村庄", [head, rows[0], *after, rows[1]], []))


@pytest.mark.parametrize("head_again", [False, True])
def test_a_unit_stated_among_the_records_multiplies_nothing_above_it(tmp_path, head_again):
    """Two tables on one sheet: of the first, 120 people became 1 200 000."""
    head = ["行政村代码", "行政村名称", "自然村名称", "村庄分类", "户籍人口"]
    path = units_below(tmp_path / "b.xlsx", ["单位：万人"], *([head] if head_again else []))
    with pytest.raises(InputError, match="row 3.*万人") as caught:
        taken(path)
    assert caught.value.code == "workbook_units_change"


def test_a_unit_stated_again_is_no_record(tmp_path):
    imported, records = taken(units_below(tmp_path / "b.xlsx", [None, None, None, None, "单位：人"]))
    assert [record["pop_reg"] for record in records] == [120, 120] and not imported.errors
    assert [(row.row, row.why) for row in imported.not_taken] == [(3, "note")]


def test_two_columns_of_one_title_are_told(tmp_path):
    head = ["行政村代码", "行政村名称", "村庄分类", "户籍人口", "户籍人口"]
    imported, records = taken(
        sheet_file(tmp_path / "b.xlsx", ("村庄", [head, ["330110100201", "上塘村", "集聚提升类", 120, 999]], []))
    )
    assert records[0]["pop_reg"] == 120
    assert ("column_twice", "户籍人口") in [(remark.code, remark.params.get("column")) for remark in imported.remarks]


def test_a_fraction_in_a_column_of_per_cent_is_asked_about(tmp_path, chinese):
    head = ["行政区代码", "行政区名称", "规划类型", "编制阶段", "进入阶段日期", "完成比例", "填报日期"]
    shares = (0.35, 1, "0.5", "35%", 0, "0.0", "1.0")
    rows = [[f"33011{n}", "甲", "村庄规划", "公示", "2026-01-05", v, "2026-03-01"] for n, v in enumerate(shares)]
    file = sheet_file(tmp_path / "p.xlsx", ("s", [head, *rows], []))
    imported, found = taken(file, load_form("plan_progress"))
    assert [r["percent"] for r in found] == [1, 35, 0, 0, 1]
    assert [(e.row, "请填 35" in e.message or "请填 50" in e.message) for e in imported.errors] == [
        (2, True),
        (4, True),
    ]
    (remark,) = [r for r in imported.remarks if r.code == "percent_one"]
    assert "第 3 行" in remark.text()
    whole = sheet_file(tmp_path / "w.xlsx", ("s", [head, [*rows[0][:5], 1, "2026-03-01"]], []))
    assert not [r for r in taken(whole, load_form("plan_progress"))[0].remarks if r.code == "percent_one"]


def test_a_code_is_what_was_meant_or_is_told_lost(tmp_path, chinese):
    meant = ["\u200b330110100201", "330110100201\u00a0", "３３０１１０１００２０１ ", "\ufeff330110100201"]
    lost = ["3.30E+11", "3.3011e+11"]
    rows = [[code, "上塘村", "集聚提升类", f"第{n}组 "] for n, code in enumerate([*meant, *lost])]
    head = ["行政村代码", "行政村名称", "村庄分类", "自然村名称"]
    imported, found = taken(sheet_file(tmp_path / "c.xlsx", ("s", [head, *rows], [])))
    assert {r["xzcdm"] for r in found} == {"330110100201"} and len(found) == 4
    assert [r["zrc"] for r in found] == ["第0组", "第1组", "第2组", "第3组"]  # as the editor takes a line
    assert ["科学计数法" in e.message for e in imported.errors] == [True, True]
