"""Reports made for tests: any number of projects against 23 lines, with everything a report can hold, names hostile on purpose."""

from datetime import date, datetime

import pytest
from onemap.plugin.core.land.remarks import Remark, Repair, Skipped
from onemap.plugin.core.review.findings import Finding, InputInfo, Verdict
from onemap.plugin.core.review.report_data import LandUseRow, MapImage, NearestRow, ProjectInfo, ReviewReport
from onemap.plugin.core.review.rules import LawRef, Rule

HOSTILE = '=cmd|"/c calc"!A1 <script>alert(1)</script> & "引号"'
LINES = ["永久基本农田", "生态保护红线", "城镇开发边界", *(f"专项控制线{n:02d}" for n in range(4, 24))]
GIST = "禁止在河道管理范围内建设妨碍行洪的建筑物"

WATER = LawRef("WATER", "中华人民共和国水法", "2016 修正", "37-38", "现行有效", "memory - verify", GIST)
TEST = LawRef("T", "测试法", "1 号", "-", "现行有效", "seen", "此处不得建设")
UNUSED = LawRef("U", "未引用办法", "9 号", "1", "现行有效", "seen")
LAW = WATER.cite()
WITHIN = Rule("R-within", "L02", "within", "conditional", "应位于边界内", (TEST,), note="说明")


@pytest.fixture(scope="session", autouse=True)
def _gui(qgis_app):
    """Fonts and pictures need the application."""


def project(number):
    name = HOSTILE if number == 0 else f"城北小学迁建{number}号地块"
    return ProjectInfo(f"{number:05d}", name, 12_345.675 + number)


def status_of(number, line):
    """Every second project meets the first seven lines, project 1 has one that could not be read."""
    if line == 22:
        return "not_checked"
    if line < 7 and number % 2 == 0:
        return "conflict" if line % 4 < 2 else "involved"
    return "failed" if (number, line) == (1, 8) else "clear"


def effect_of(number, line):
    """Project 4, 8, ... breaks nothing that prohibits."""
    if status_of(number, line) not in ("conflict", "involved"):
        return ""
    effect = ("prohibit", "conditional", "consult", "notice")[line % 4]
    return "conditional" if effect == "prohibit" and number % 4 == 0 and number else effect


def verdict(number, line):
    status, effect = status_of(number, line), effect_of(number, line)
    reason = {"not_checked": "没有图层", "failed": "文件无法读取"}.get(status, "")
    area, share, pieces, slivers = (1_234.5 + line, 10.0, 2, 1) if effect else (0.0, 0.0, 0, 0)
    law = LAW if line == 0 else TEST.cite() if effect else f"{TEST.cite()}；{UNUSED.cite()}"
    condition = f"满足条件{line}" if effect == "conditional" else ""
    sums = (area, share, pieces, slivers, 0.25 * slivers)
    return Verdict(
        f"{number:05d}", f"L{line:02d}", LINES[line], status, effect, *sums, law, "ab" * 32, reason, condition
    )


def finding(number, line, sliver):
    area = 0.25 if sliver else 1_234.5 + line
    fid, rule = (None, "R-within") if line == 2 else (7, "R-1")
    effect = effect_of(number, line)
    numbers = (area, 12_345.68, 10.0, sliver)
    details = (LAW, "@备注", "YJJBNT", "2026-01-02")
    return Finding(f"{number:05d}", f"L{line:02d}", LINES[line], rule, effect, fid, "+标注", *numbers, *details)


def picture(width=700, height=500, colour="#336699"):
    from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice
    from qgis.PyQt.QtGui import QColor, QImage

    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(data)


def _inputs():
    control = InputInfo(
        "control_line",
        "YJJBNT",
        "D:\\数据\\county.gpkg|layername=YJJBNT",
        "L00",
        LINES[0],
        "CGCS2000 / GK CM 120E (EPSG:4549)",
        "2026-01-02",
        "ef" * 32,
        9,
        8,
        1,
        1,
    )
    broken = InputInfo("control_line", "坏图层", "坏.shp", "L03", LINES[3], status="failed", reason="文件无法读取")
    return [
        InputInfo("projects", "项目", "/data/projects.gpkg", crs="EPSG:4549", feature_count=3, used_count=3),
        control,
        broken,
    ]


@pytest.fixture
def make_report():
    """A function (project_count, map_count, any field of the report) -> ReviewReport."""

    def make(project_count=3, map_count=1, **changes):
        even = range(0, project_count, 2)
        content = {
            "title": "",
            "created": datetime(2026, 3, 4, 5, 6),
            "review_date": date(2026, 3, 4),
            "rule_set_name": "国家规则",
            "rule_set_version": "2026.1",
            "rules_sha256": "ab" * 32,
            "plane_name": "CGCS2000 / 3-degree Gauss-Kruger CM 120E (EPSG:4549)",
            "software": "OneMap Desk",
            "sliver_area_m2": 1.0,
            "projects": [project(n) for n in range(project_count)],
            "verdicts": [verdict(n, line) for n in range(project_count) for line in range(23)],
            "findings": [finding(n, line, sliver) for n in even for line in range(7) for sliver in (False, True)],
            "inputs": _inputs(),
            "repairs": [Repair("项目", 2, "Self-intersection[1 2]", 0.0, 99.125)],
            "skipped": [Skipped("YJJBNT", 5, "no_chinese_font")],
            "remarks": [Remark("no_chinese_font", "项目")],
            "rules": [Rule("R-1", "L00", "avoid", "prohibit", "不得占用", (WATER,)), WITHIN],
            "laws": [WATER, TEST, UNUSED],
            "maps": [
                MapImage(f"{2 * n:05d}", f"图：项目 {2 * n:05d}", picture(), 165.0, 118.0) for n in range(map_count)
            ],
            "map_limit": 30,
            "landuse": [LandUseRow("0101", "水田", 5_000.0, 40.5)],
            "nearest": [NearestRow("L05", LINES[5], 12.345, 50.0, "标注")],
        }
        return ReviewReport(**{**content, **changes})

    return make


@pytest.fixture
def make_picture():
    """A function (width, height, colour) -> PNG bytes."""
    return picture
