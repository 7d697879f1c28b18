"""The report of a province's batch: the conclusion of every county first, then what was not checked and why."""

from datetime import date

import pytest
from onemap.plugin.core.review.tiers import Conclusion
from onemap.plugin.report import write_report
from onemap.plugin.report.blocks.model import Heading, Paragraph, Table
from onemap.plugin.report.review.province import (
    ControlLayer,
    CountyRow,
    LineRow,
    ProvinceReport,
    open_rows,
    province_document,
)

C = Conclusion


@pytest.fixture
def report():
    counties = [
        CountyRow("339901", 3, 12_345.67, {C.PROHIBITED: 1, C.CLEAR: 2}, 3),
        CountyRow("339902", 2, 100.0, {C.CLEAR: 2}, 2),
    ]
    absent, cut = "未提供该控制线图层，未检查。", "有 5.00 m² 在范围之外"
    lines = [
        LineRow("339901", "YJJBNT", "永久基本农田", C.PROHIBITED, 1, 66.67, "", 1),
        LineRow("339901", "YJJBNT", "永久基本农田", C.CLEAR, 2, 0.0, "", 1),
        LineRow("339901", "SD", "湿地", C.NOT_CHECKED, 3, 0.0, absent, 1),
        LineRow("339901", "GYL", "公益林", C.NOT_CHECKED, 3, 0.0, absent, 1),
        LineRow("339902", "YJJBNT", "永久基本农田", C.NOT_CHECKED, 1, 0.0, cut, 2),
        LineRow("339902", "SD", "湿地", C.NOT_CHECKED, 2, 0.0, absent, 1),
        LineRow("339902", "GYL", "公益林", C.NOT_CHECKED, 2, 0.0, absent, 1),
    ]
    layers = [ControlLayer("永久基本农田", "YJJBNTTB", "2025-06-30", "EPSG:4549", "有 1 个要素无法读取")]
    return ProvinceReport(
        counties, lines, layers, "国家规则 1", "ab" * 32, date(2026, 11, 27), "XZQ", "EPSG:4549", 1.0, "OneMap Desk",
        remarks=["甲", "甲"], names={"339901": "云溪县"},
    )  # fmt: skip


def test_it_opens_with_the_conclusion_of_every_county(report):
    first = province_document(report).blocks
    assert [type(block) for block in first[:5]] == [Heading, Heading, Paragraph, Paragraph, Table]
    assert first[2].text == "共 2 个县（市、区），5 个项目：1 个不符合，4 个未涉及。"
    assert "5 个项目有控制线未检查" in first[3].text
    rows = dict(zip((row[0] for row in first[4].rows), first[4].rows))
    assert list(rows) == ["云溪县（339901）", "339902", "合计"]
    assert rows["云溪县（339901）"] == [
        "云溪县（339901）",
        "3",
        "1.2346",
        "18.52",
        "1",
        "0",
        "0",
        "0",
        "0",
        "2",
        "0",
        "3",
    ]
    assert rows["合计"][1] == "5" and rows["合计"][-1] == "5"


def test_what_was_not_checked_says_why_once_for_all_counties(report):
    rows = open_rows(report)
    assert ["各县（市、区）", "湿地、公益林", "未检查", "全部 5", "未提供该控制线图层，未检查。"] in rows
    (other,) = (row for row in rows if "永久基本农田" in row[1])
    assert other[0] == "339902" and other[3] == "1" and "共 2 种原因" in other[4]
    assert len(rows) == 2


def test_no_line_open_is_said(report):
    report.lines = [row for row in report.lines if row.conclusion != C.NOT_CHECKED]
    assert not open_rows(report)
    assert any("均已检查" in getattr(block, "text", "") for block in province_document(report).blocks)


@pytest.mark.parametrize("suffix", ["docx", "xlsx", "html"])
def test_it_is_written(report, tmp_path, suffix):
    write_report(province_document(report), tmp_path / f"report.{suffix}")
    assert (tmp_path / f"report.{suffix}").stat().st_size > 2000


def test_titles_of_fields_are_the_desk_s(qgis_app):
    """The batch has no Qt: its titles are data, and must stay the words that the desk's translation has."""
    import update_ts
    from onemap.plugin.bridge.layers.result_titles import field_titles
    from onemap.plugin.report.review.province import texts

    words, titles = update_ts.translations(), field_titles()
    own = {name: title for name, title in texts()["fields"].items() if name != "county"}
    assert own and own == {name: words[titles[name]] for name in own}
