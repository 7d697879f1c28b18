"""Sheets as a printed and as a hostile reader meets them."""

import random

import openpyxl
import pytest
from onemap.plugin import report as reports
from onemap.plugin.report.blocks.document import Document, Sheet
from onemap.plugin.report.review.document import review_document
from onemap.tests.support.long_runs import count

A4, A3 = 9, 8
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n=", "＝", "'=")


def written(tmp_path, *sheets):
    reports.write_report(Document("题", "头", "软件", dict, lambda: list(sheets)), tmp_path / "r.xlsx")
    return openpyxl.load_workbook(tmp_path / "r.xlsx")


@pytest.mark.parametrize("start", STARTS)
def test_text_that_looks_like_a_formula_stays_text_everywhere(tmp_path, start):
    evil = f'{start}HYPERLINK("http://x","y")'
    sheet = written(tmp_path, Sheet("表", [evil, "数"], ["text", "m2"], [[evil, 1.5]]))["表"]
    for cell in (sheet["A1"], sheet["A2"]):
        assert cell.data_type == "s" and cell.value.replace("\n", "").strip().startswith(start.strip()[:1])
    assert sheet["A2"].number_format == "@" and sheet["B2"].value == 1.5


def test_random_text_comes_back_as_it_was(tmp_path):
    pick = random.Random(11)  # noqa: S311 - a test, no secret
    letters = "=+-@\t'\"<>&中文（）,;|A1 "
    rows = [["".join(pick.choices(letters, k=pick.randint(1, 30)))] for _ in range(500)]
    sheet = written(tmp_path, Sheet("表", ["文"], ["text"], rows))["表"]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == [row[0] for row in rows]
    assert {cell.data_type for cell in cells} == {"s"}


def test_the_conclusion_is_the_first_sheet_and_agrees_with_the_summaries(make_report, tmp_path):
    report = make_report(project_count=30)
    reports.write_report(review_document(report), tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert book.sheetnames[0] == "结论" and book.active.title == "结论"
    overview = dict(book["结论"].iter_rows(min_row=2, values_only=True))
    assert overview["审查结论"].startswith("本次共审查 30 个项目")
    titles = [cell.value.replace("\n", "") for cell in book["项目汇总"][1]]
    for values, summary in zip(book["项目汇总"].iter_rows(min_row=2, values_only=True), report.summaries()):
        row = dict(zip(titles, values))
        assert (row["项目编号"], row["结论"]) == (summary.project_key, summary.conclusion.word)
        counts = [row[word] for word in ("不符合", "有条件", "须征求意见", "提示", "未涉及", "未检查", "读取失败")]
        s = summary
        assert counts == [s.prohibited, s.conditional, s.consult, s.notice, s.clear, s.not_checked, s.failed]


@pytest.mark.parametrize("projects", [1, count(500, 60)])
def test_every_sheet_is_set_up_to_be_printed(make_report, tmp_path, projects):
    report = make_report(project_count=projects, map_count=min(projects, 30))
    reports.write_report(review_document(report), tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert book["逐项结论"].max_row == 1 + projects * 23
    for sheet in book:
        setup, total = sheet.page_setup, sum(d.width for d in sheet.column_dimensions.values())
        assert (setup.orientation, setup.fitToWidth, setup.fitToHeight) == ("landscape", 1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.print_title_rows == "$1:$1"
        assert sheet.print_options.gridLines and sheet.freeze_panes == "A2"
        assert total <= 271, sheet.title  # characters that are still readable on A3
        assert setup.paperSize == (A4 if total <= 180 else A3)
        assert "&P" in sheet.oddFooter.center.text and "&N" in sheet.oddFooter.center.text


def test_long_text_is_wrapped_in_a_row_that_is_tall_enough(tmp_path):
    text = "很长的依据" * 60  # 600 half-width characters
    sheet = written(tmp_path, Sheet("表", ["编号", "依据"], ["text", "long"], [["1", text], ["2", "短"]]))["表"]
    width = sheet.column_dimensions["B"].width
    assert sheet["B2"].alignment.wrap_text and sheet.row_dimensions[2].height >= 600 / width * 14
    assert sheet.row_dimensions[3].height is None


def test_a_sheet_name_with_an_ampersand_prints_as_it_is(tmp_path):
    assert written(tmp_path, Sheet("甲&乙", ["文"], ["text"], []))["甲&乙"].oddHeader.center.text == "题　甲&&乙"


def test_a_sheet_that_is_too_wide_for_a_page_is_split_over_several(tmp_path):
    """With its leading columns on each; numbers in the decimals of their column or row."""
    names = [f"第{n}项指标名称" for n in range(60)]
    kinds = ["text", "text", *("3" for _ in names)]
    wide = Sheet("表", ["代码", "政区", *names], kinds, [["33", "甲县", *(1 / 3 for _ in names)]], fixed=2)
    sheet = written(tmp_path, wide)["表"]
    total = sum(d.width for d in sheet.column_dimensions.values())
    assert sheet.page_setup.fitToWidth >= total / 270 > 2 and sheet.page_setup.paperSize == A3
    assert sheet.print_title_cols == "$A:$B" and sheet.print_title_rows == "$1:$1" and sheet.freeze_panes == "C2"
    assert sheet["C2"].number_format == "#,##0.000"
    large = Sheet("表", ["代码", *names], ["text", *("4" for _ in names)], [["33", *(123_456_789.1 for _ in names)]])
    widths = written(tmp_path, large)["表"].column_dimensions
    assert widths["C"].width >= len("123,456,789.1000") + 1  # else Excel shows ###
    rows = [["甲", 1 / 3, 5], ["乙", 2 / 3, 6]]
    sheet = written(tmp_path, Sheet("和", ["项", "均值", "数"], ["text", "General", "int"], rows, row_decimals=[0, 4]))[
        "和"
    ]
    assert [sheet[f"B{n}"].number_format for n in (2, 3)] == ["#,##0", "#,##0.0000"]
    assert sheet.page_setup.fitToWidth == 1 and sheet.freeze_panes == "A2" and sheet["C3"].number_format == "#,##0"
