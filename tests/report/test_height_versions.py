"""The report that compares two versions of a design: opinion first, what changed, what was not checked."""

import pytest
from onemap.plugin.core.heights.results import BuildingResult
from onemap.plugin.core.heights.versions import VersionChange, VersionRow
from onemap.plugin.report import write_report
from onemap.plugin.report.heights.versions import VersionsReport, versions_document, versions_opinion


def stands(key, status, height=18.0):
    return BuildingResult(0, key, 1, height, 9.0, 27.0, 24.0, 6.0, "zone", "二区", status, 1, 0, 0, "")


def row(key, change, before, after, exceeds=(0.0, 0.0)):
    return VersionRow(
        key, change, stands(key, before, 30.0) if before else None, stands(key, after) if after else None, *exceeds
    )


def report(*rows):
    return VersionsReport(("方案一", "方案二"), rows, ["未提供机场跑道。"], "OneMap")


LOWER = row("甲", VersionChange.RESOLVED, "conflict", "clear", (6.0, 0.0))
SAME = row("乙", VersionChange.UNCHANGED, "clear", "clear")
WORSE = row("丙", VersionChange.GROWN, "conflict", "conflict", (1.0, 2.5))


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ((LOWER, SAME), "“方案二”逐栋符合：2 栋符合"),
        ((LOWER, WORSE), "“方案二”仍不符合高度与风貌管控要求：1 栋不符合"),
        ((LOWER, row("丁", VersionChange.ADDED, "", "not_checked")), "但不能认定符合：1 栋未能检查"),
        ((row("戊", VersionChange.UNCHANGED, "no_limit", "no_limit"),), "未作出符合与否的判断"),
    ],
)
def test_the_later_version_is_judged_first(rows, sentence):
    said = versions_opinion(report(*rows))
    assert sentence in said and said.index(sentence) < said.index("与“方案一”相比")


def test_what_changed_is_told(tmp_path):
    gone = row("己", VersionChange.REMOVED, "clear", "")
    for kind in ("html", "docx", "xlsx", "pdf"):
        write_report(versions_document(report(LOWER, SAME, WORSE, gone)), tmp_path / f"v.{kind}")
        assert (tmp_path / f"v.{kind}").stat().st_size > 1000
    html = (tmp_path / "v.html").read_text(encoding="utf-8")
    assert all(word in html for word in ("甲", "已解决", "丙", "加重", "2.50", "己", "取消建筑", "未提供机场跑道。"))
    assert "<td>乙</td>" not in html and "已解决 1 栋" in html and "加重或新增超限 1 栋" in html
    write_report(versions_document(report(SAME)), tmp_path / "same.html")
    assert "两版没有差别" in (tmp_path / "same.html").read_text(encoding="utf-8")
