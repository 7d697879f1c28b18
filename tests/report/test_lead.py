"""The report says why the first site stands before the second, and what was not evaluated, before anything else."""

import pytest
from onemap.plugin.report.blocks.model import Heading, Paragraph, Table
from onemap.plugin.report.siting.content import SitingReport, siting_document
from onemap.tests.support.scenarios import scenario


def opening(scores):
    """(texts, table of the lead or None) of the first chapter."""
    keys = [f"XZ-0{n + 1}" for n in range(len(scores))]
    report = SitingReport(scenario("S", keys, scores).selection, {}, True, "CGCS2000", "OneMap Desk")
    (blocks,) = siting_document(report).parts.values()
    first = next(n for n, b in enumerate(blocks) if isinstance(b, Heading) and b.text.startswith("一、"))
    after = next(n for n, b in enumerate(blocks) if isinstance(b, Heading) and b.text.startswith("二、"))
    chapter = blocks[first:after]
    texts = [b.text for b in chapter if isinstance(b, Paragraph)]
    return texts, next((b for b in chapter if isinstance(b, Table) and b.caption.startswith("首位与次位")), None)


def test_the_first_is_held_against_the_second():
    texts, table = opening([99.7, 92.1, 85.2])
    (why,) = [text for text in texts if text.startswith("为什么是")]
    assert "XZ-01 而不是 XZ-02" in why and "相差 7.60 分" in why and "XZ-02 没有占优的因子" in why
    assert "都不能超过" in why
    assert table.rows[-1][0] == "合计" and table.rows[-1][-2] == "+7.60"
    assert any(text.startswith(("未评价", "全部条件和因子均已评价")) for text in texts)


def test_equal_sites_share_a_rank_and_the_report_says_so():
    texts, table = opening([92.1, 92.1, 85.2])
    assert "与 XZ-02 得分相同，名次并列" in texts[0]
    assert any("得分相同（92.10 分）" in text for text in texts) and table.rows[-1][-2] == "0.00"


def test_one_site_has_nobody_to_be_held_against():
    assert opening([92.1])[1] is None


@pytest.mark.parametrize("scores, ranks", [([92.1, 92.1, 85.2], [1, 1, 3]), ([90.0, 80.0], [1, 2])])
def test_the_workbook_ranks_equal_sites_alike(scores, ranks):
    keys = [f"XZ-0{n + 1}" for n in range(len(scores))]
    report = SitingReport(scenario("S", keys, scores).selection, {}, True, "CGCS2000", "OneMap Desk")
    sheets = {sheet.name: sheet for sheet in siting_document(report).sheets}
    assert [row[0] for row in sheets["入选地块"].rows] == ranks
    assert list(sheets)[1] == "首位与次位" and len(sheets["首位与次位"].rows) >= 1
