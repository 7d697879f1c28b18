"""One site is one page in Word and PDF: two columns side by side, limits to rows, why something is missing."""

import re
import shutil
import subprocess

import pytest
from onemap.plugin.core.review.report_data import LandUseRow, MapImage
from onemap.plugin.core.siting.cost import AccessRow, CostRow, SiteCost
from onemap.plugin.report import write_report
from onemap.plugin.report.blocks.model import Columns, Facts, Picture, Table
from onemap.plugin.report.siting.content import SitingReport, siting_document
from onemap.plugin.report.siting.site_page import site_page, verdict
from onemap.tests.report.conftest import picture
from onemap.tests.support.scenarios import scenario


def cost(items=14):
    title = "占用第{0}类土地（占补平衡，较长的项目名称）"
    rows = [CostRow(title.format(n), 100.0 * n, 9333.0, 1e4 * n, "proposal") for n in range(items)]
    rows.append(CostRow("拆迁：房屋占地（房屋图层）", why="未提供图层“房屋”"))
    access = [AccessRow("供电线路", 105.96), AccessRow("车行至目的地", 1907.5, 2.3, "云溪县城", "车速 40"),
              AccessRow("供水管线", why="未提供图层“供水管线”")]  # fmt: skip
    return SiteCost(rows, access=access)


@pytest.fixture
def report():
    selection = scenario("S", ["XZ-01", "XZ-02", "XZ-03"], [99.7, 92.1, 85.2]).selection
    made = SitingReport(selection, {}, True, "CGCS2000 (EPSG:4549)", "OneMap Desk")
    land = [LandUseRow(f"010{n}", "水田", 900.0 - n, 9.0, "集体土地所有权") for n in range(9)]
    for key in selection.keys:
        made.land[key], made.places[key], made.costs[key] = land, "城关镇", cost()
        made.maps[key] = MapImage(key, f"图：入选地块 {key}", picture(900, 640), 102.0, 72.5)
        made.maps[f"profile:{key}"] = MapImage(key, "图：沿长边的地形剖面", picture(660, 380), 75.0, 43.0)
    return made


def tables_of(blocks):
    found = [b for b in blocks if isinstance(b, Table)]
    for block in blocks:
        if isinstance(block, Columns):
            found += tables_of([*block.left, *block.right])
    return found


def test_the_page_has_verdict_land_cost_access_and_profile(report):
    blocks = site_page(report, 1, 0)
    facts = next(b for b in blocks if isinstance(b, Facts))
    assert facts.rows[0][1] == "15.00 亩（10,000.00 平方米，1.0000 公顷）"
    assert facts.rows[-1][1].startswith("全部硬约束均已核查：")
    land = next(t for t in tables_of(blocks) if t.caption.startswith("用地构成"))
    assert land.header[1:4] == ["亩", "平方米", "公顷"] and land.rows[0][1:4] == ["1.35", "900.00", "0.0900"]
    assert land.rows[-1][0] == "其余 4 类" and len(land.rows) == 6
    pictures = [b for c in blocks if isinstance(c, Columns) for b in (*c.left, *c.right) if isinstance(b, Picture)]
    assert len(pictures) == 2
    costs = next(t for t in tables_of(blocks) if "占补平衡" in t.caption)
    assert costs.rows[-1][0] == "有单价各项合计" and any("未评价" in row[0] for row in costs.rows)


def test_what_could_not_be_checked_comes_first_and_is_in_the_verdict(report):
    result = report.selection.constraints[0]
    result.evaluated[0] = False
    assert "未核查：永久基本农田" in verdict(report, 0) and "不能作为推荐地块" in verdict(report, 0)
    assert "全部硬约束均已核查" in verdict(report, 1)


def test_without_a_profile_the_page_says_why(report):
    report.maps.pop("profile:XZ-01")
    report.profile_notes["XZ-01"] = "地块超出高程数据范围"
    assert any("未绘制：地块超出高程数据范围" in row[0] for t in tables_of(site_page(report, 1, 0)) for row in t.rows)


def pages_of(pdf):
    return len(re.findall(rb"/Type\s*/Page[^s]", pdf.read_bytes()))


@pytest.mark.parametrize("items", [5, 30])
def test_a_site_more_is_a_page_more_in_the_pdf(report, tmp_path, items):
    for key in report.costs:
        report.costs[key] = cost(items)
    counts = []
    for shown in (1, 3):
        report.shown = shown
        write_report(siting_document(report), tmp_path / f"{shown}.pdf")
        counts.append(pages_of(tmp_path / f"{shown}.pdf"))
    assert counts[1] - counts[0] == 2


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is absent")
def test_a_site_more_is_a_page_more_in_word(report, tmp_path):
    counts = []
    for shown in (1, 3):
        report.shown = shown
        write_report(siting_document(report), tmp_path / f"{shown}.docx")
        profile = f"-env:UserInstallation=file://{tmp_path}/office"
        target = ["--convert-to", "pdf", "--outdir", str(tmp_path), f"{tmp_path}/{shown}.docx"]
        subprocess.run(["soffice", profile, "--headless", *target], check=True, capture_output=True, timeout=120)
        counts.append(pages_of(tmp_path / f"{shown}.pdf"))
    assert counts[1] - counts[0] == 2
