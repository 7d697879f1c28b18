"""Every kind of report is written to disk and read back with another program's eyes."""

import re
import shutil
import subprocess
import zipfile
from html.parser import HTMLParser

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from onemap.plugin import report as reports
from onemap.plugin.core.errors import InputError, OutputError
from onemap.plugin.report.review.document import review_document


def write_report(report, path):
    reports.write_report(review_document(report), path)


KINDS = (".xlsx", ".docx", ".pdf", ".html")


def pdf_text(path):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode()


def squeeze(text):
    return re.sub(r"\s+", "", text)


class Reader(HTMLParser):
    """Collects the tags and the text of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text, self.sources = [], "", []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.sources += [value for name, value in attributes if name in ("src", "href")]

    def handle_data(self, data):
        self.text += data


def text_of(path):
    """All words of a report that was written."""
    if path.suffix == ".pdf":
        return squeeze(pdf_text(path))
    if path.suffix == ".html":
        return squeeze(Reader(path.read_text(encoding="utf-8")).text)
    body = docx.Document(str(path)).element.body  # its texts one by one: python-docx looks for each cell anew
    return squeeze("".join(text.text or "" for text in body.iter(qn("w:t"))))


@pytest.mark.parametrize("suffix", (".docx", ".pdf", ".html"))
def test_the_opinion_says_everything_in_every_format(make_report, tmp_path, suffix):
    path = tmp_path / f"意见{suffix}"
    write_report(make_report(organisation="测试县自然资源和规划局"), path)
    found = text_of(path)
    for expected in (
        "测试县自然资源和规划局",
        "国土空间规划“一张图”控制线审查意见",
        *("一、审查结论", "二、审查依据", "三、分项目审查表", "附件"),
        "本次共审查 3 个项目：2 个不符合，0 个有条件，1 个读取失败，0 个须征求意见，0 个提示，0 个未涉及，0 个未检查。",
        "37-38",
        "待核",
        "禁止在河道管理范围内建设妨碍行洪的建筑物",
        "国土调查办发〔2008〕32号",
        "EPSG:4549",
        "ef" * 6,
        "county.gpkg",
        "ab" * 8,
        "1,234.50 m²（0.1235 公顷，1.85 亩）",
        "位于城镇开发边界以",
        "专项控制线23",
        "未检查、读取失败不等于未涉及",
        "文件无法读取",
        "碎图斑 14 块，合计 3.50 m²",
        "99.13",
        "00000",
        "水田",
        "12.35",
        *("审查人：", "复核人：", "负责人：", "单位（盖章）：", "日期："),
    ):
        assert squeeze(expected) in found, expected


def test_html_is_one_file_and_escapes_names(make_report, tmp_path):
    write_report(make_report(), tmp_path / "r.html")
    page = Reader((tmp_path / "r.html").read_text(encoding="utf-8"))
    assert "script" not in page.tags
    assert "<script>alert(1)</script>" in page.text
    assert page.tags.count("colgroup") == page.tags.count("table")
    assert page.sources and all(source.startswith("data:image/png;base64,") for source in page.sources)
    assert page.tags.count("thead") == page.tags.count("table") - 7 > 5


def test_workbook_has_the_sheets_with_types_and_units(make_report, tmp_path):
    write_report(make_report(), tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert (
        book.sheetnames
        == "结论 项目汇总 逐项结论 问题图斑 碎图斑 几何修复 未使用要素 输入数据 备注 规则 用地构成 最近距离".split()
    )
    verdicts = book["逐项结论"]
    titles = [cell.value.replace("\n", "") for cell in verdicts[1]]  # units stand on a line of their own
    assert {"重叠面积（m²）", "重叠面积（公顷）", "重叠面积（亩）"} <= set(titles)
    rows = [dict(zip(titles, row)) for row in verdicts.iter_rows(min_row=2)]
    assert len(rows) == 3 * 23
    first = rows[0]
    assert (first["项目编号"].value, first["结论"].value, first["管控效力"].value) == ("00000", "不符合", "禁止")
    assert first["重叠面积（m²）"].value == 1234.5 and first["重叠面积（m²）"].number_format == "#,##0.00"
    assert first["重叠面积（亩）"].value == 1.85
    assert {row["结论"].value for row in rows} == set("不符合 有条件 须征求意见 提示 未涉及 未检查 读取失败".split())
    fills = {row["结论"].value: row["结论"].fill.fgColor.rgb for row in rows}
    assert fills["不符合"] != fills["未涉及"]
    for sheet in book:
        assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref
        assert sheet.page_setup.orientation == "landscape" and sheet.sheet_properties.pageSetUpPr.fitToPage
    assert book["问题图斑"].max_row == book["碎图斑"].max_row == 15
    assert book["输入数据"]["D3"].value.startswith("D:\\数据")
    overview = dict(book["结论"].iter_rows(min_row=2, values_only=True))
    assert overview["项目数"] == 3 and overview["未检查的控制线（未检查不等于未涉及）"] == "专项控制线23"


def test_formulas_in_names_stay_text(make_report, tmp_path):
    write_report(make_report(), tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert {cell.data_type for sheet in book for row in sheet for cell in row} <= {"s", "n", "d", "inlineStr"}
    cell = next(cell for sheet in book for row in sheet for cell in row if cell.data_type == "d")
    assert cell.number_format == "yyyy-mm-dd"
    assert book["逐项结论"]["B2"].value.startswith("=cmd")
    with zipfile.ZipFile(tmp_path / "r.xlsx") as package:
        assert not [name for name in package.namelist() if b"<f>" in package.read(name)]


def test_word_repeats_heads_keeps_rows_whole_and_names_its_fonts(make_report, tmp_path):
    write_report(make_report(), tmp_path / "r.docx")
    document = docx.Document(str(tmp_path / "r.docx"))
    for table in document.tables:
        form = table.cell(0, 0).text in ("项目编号", "未涉及", "审查日期")  # a form has no head to repeat
        assert len(table._tbl.findall(".//{*}tblHeader")) == (not form)
        assert len(table._tbl.findall(".//{*}cantSplit")) == len(table.rows)
    normal = document.styles["Normal"].element
    assert 'w:eastAsia="仿宋"' in normal.xml and 'w:eastAsia="黑体"' in document.styles["Heading 1"].element.xml
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert "PAGE" in section.footer._element.xml and "NUMPAGES" in section.footer._element.xml
    assert "审查日期：2026年3月4日" in section.header.paragraphs[0].text
    assert len(document.inline_shapes) == 1 and round(document.inline_shapes[0].width.mm) == 165


def test_pdf_pages_are_numbered_and_rows_are_whole(make_report, tmp_path):
    write_report(make_report(project_count=120, map_count=3), tmp_path / "r.pdf")
    pages = pdf_text(tmp_path / "r.pdf").split("\f")[:-1]
    for number, page in enumerate(pages, 1):
        assert f"第{number}页共{len(pages)}页" in squeeze(page)
    spread = [page for page in map(squeeze, pages) if len(re.findall("城北小学迁建[0-9]+号地块1", page)) > 5]
    heads = "\n".join(spread)
    assert len(spread) > 2 and heads.count("须征") >= len(spread), spread[1][:300]  # the table's head
    images = subprocess.run(["pdfimages", "-list", str(tmp_path / "r.pdf")], capture_output=True, check=True).stdout
    assert len(images.splitlines()) - 2 == 3


@pytest.mark.parametrize("suffix", KINDS)
def test_characters_that_xml_forbids_do_not_stop_a_report(make_report, tmp_path, suffix):
    from onemap.plugin.core.review.report_data import ProjectInfo

    names = ["甲\x00\x0b\x1f乙", "丙\ud800丁", "戊\ufffe己", "制表\t换行\n符", "长" * 30_000]
    report = make_report(project_count=5)
    report.projects = [ProjectInfo(p.key, name, p.area_m2) for p, name in zip(report.projects, names)]
    write_report(report, tmp_path / f"r{suffix}")
    if suffix == ".xlsx":
        assert openpyxl.load_workbook(tmp_path / "r.xlsx")["逐项结论"]["B2"].value == "甲乙"
    else:
        assert "甲乙" in text_of(tmp_path / f"r{suffix}")


@pytest.mark.parametrize("suffix", KINDS)
def test_an_empty_report_can_be_written(make_report, tmp_path, suffix):
    nothing = dict.fromkeys(
        "projects verdicts findings inputs repairs skipped remarks laws maps landuse nearest".split(), []
    )
    write_report(make_report(**nothing), tmp_path / f"r{suffix}")
    assert (tmp_path / f"r{suffix}").stat().st_size > 1_000


@pytest.mark.parametrize("suffix", KINDS)
def test_slope_and_roads_are_told_or_why_not(make_report, tmp_path, suffix):
    from onemap.plugin.core.land.remarks import Remark
    from onemap.plugin.core.review.report_data import RoadRow, SlopeInfo, Surroundings

    environment = Surroundings(SlopeInfo(5.71, 12.0, 400, "DEM"), None, [RoadRow("G104", 88.456)])
    write_report(make_report(surroundings=environment), tmp_path / f"a{suffix}")
    absent = Surroundings(
        None, Remark("range_no_layer", params={"layer": "DEM"}), [], Remark("range_no_road", params={"reach": 5000.0})
    )
    write_report(make_report(surroundings=absent), tmp_path / f"b{suffix}")
    if suffix == ".xlsx":
        first, second = (openpyxl.load_workbook(tmp_path / f"{n}.xlsx")["坡度与道路"] for n in "ab")
        assert first["B2"].value.startswith("平均 5.7 度（10.0%）") and first["B3"].value == "88.46 米"
        assert second["B2"].value.startswith("未评价") and "5000 米内没有道路" in second["B3"].value
    else:
        assert all(texts in text_of(tmp_path / f"a{suffix}") for texts in ("10.0%", "G104", "88.46"))
        assert "未评价" in text_of(tmp_path / f"b{suffix}")


@pytest.mark.parametrize("suffix", [kind for kind in KINDS if kind != ".xlsx"])  # that one: test_workbook.py
def test_five_hundred_projects(make_report, tmp_path, suffix):
    report = make_report(project_count=500, map_count=30)
    write_report(report, tmp_path / f"r{suffix}")
    found = text_of(tmp_path / f"r{suffix}")
    assert "00499" in found and "其余116个见表1" in found


def test_columns_give_codes_room_and_fill_the_line():
    from onemap.plugin.report.blocks.model import Table

    rows = [[str(n), f"XM2026{n:04d}", "很长的项目名称" * 9, "1,234,567.89"] for n in range(100, 110)]
    shares = Table(["序号", "项目编号", "项目名称", "面积（m²）"], rows, (3,)).shares(120)
    assert sum(shares) == pytest.approx(1)
    assert shares[0] * 120 >= 3 and shares[1] * 120 >= 10 and shares[3] * 120 >= 12
    assert shares[2] > 0.5


def test_the_column_that_is_long_in_every_row_gets_more_room_than_one_with_a_single_long_cell():
    from onemap.plugin.report.blocks.model import Table

    rows = [["《某某法》", "条文要点" * 30, "有效"] for _ in range(9)] + [
        ["《某某法》", "条文要点" * 30, "部分有效" * 8]
    ]
    shares = Table(["名称", "条文要点", "效力状态"], rows).shares(90)
    assert shares[1] > 3 * shares[2] and shares[0] * 90 >= 9


def test_short_words_stay_whole_beside_a_long_column():
    from onemap.plugin.report.blocks.model import Table

    shares = Table(["用途", "说明"], [["控制线", "很长的说明" * 99], ["项目用地", "短"]]).shares(100)
    assert shares[0] * 100 >= 8


def test_another_suffix_is_refused(make_report, tmp_path):
    with pytest.raises(InputError, match=r"\.txt"):
        write_report(make_report(), tmp_path / "r.txt")
    assert not list(tmp_path.iterdir())


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # openpyxl's half-closed sheets
@pytest.mark.parametrize("suffix", KINDS)
def test_a_full_disk_is_told_and_the_old_report_stays(make_report, tmp_path, suffix):
    """A file-size limit of the operating system stands for the full disk."""
    resource = pytest.importorskip("resource")
    path = tmp_path / f"r{suffix}"
    path.write_bytes(b"old")
    report = make_report(project_count=40)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, before[1]))
    try:
        with pytest.raises(OutputError, match="Cannot write"):
            write_report(report, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("suffix", KINDS)
def test_a_place_that_is_a_folder_is_told(make_report, tmp_path, suffix):
    (tmp_path / f"r{suffix}").mkdir()
    with pytest.raises(OutputError, match="Cannot write"):
        write_report(make_report(), tmp_path / f"r{suffix}")
    assert [p.name for p in tmp_path.iterdir()] == [f"r{suffix}"]


def test_a_missing_library_is_named(make_report, tmp_path, monkeypatch):
    import sys

    for name in [n for n in sys.modules if n.startswith(("onemap.plugin.report.blocks.docx", "docx."))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(OutputError, match="docx"):
        write_report(make_report(), tmp_path / "r.docx")


def test_pictures_of_any_shape_fit_a_page(make_report, make_picture, tmp_path):
    from onemap.plugin.core.review.report_data import MapImage

    report = make_report(maps=[MapImage("00000", "高图", make_picture(300, 3000), 165.0, 1650.0)])
    write_report(report, tmp_path / "r.docx")
    shape = docx.Document(str(tmp_path / "r.docx")).inline_shapes[0]
    assert shape.height.mm < 240 and shape.height / shape.width == pytest.approx(10, rel=0.01)
    write_report(report, tmp_path / "r.pdf")
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("suffix", KINDS)
def test_long_and_hostile_words_of_the_office_do_no_harm(make_report, tmp_path, suffix):
    office_texts = {
        "title": "很长的标题" * 80,
        "document_no": "=1+1&\x00<b>",
        "reviewer": "&P{0}",
        "organisation": "局\n二行",
    }
    write_report(make_report(**office_texts), tmp_path / f"r{suffix}")
    if suffix == ".xlsx":
        overview = dict(openpyxl.load_workbook(tmp_path / "r.xlsx")["结论"].iter_rows(min_row=2, values_only=True))
        assert overview["标题"] == office_texts["title"] and overview["文号"] == "=1+1&<b>"
    else:
        found = text_of(tmp_path / f"r{suffix}")
        assert "很长的标题" * 3 in found and "=1+1&<b>" in found and "&P{0}" in found
