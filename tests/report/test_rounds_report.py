"""Reports of two rounds and of a case, in every format."""

from dataclasses import replace
from datetime import datetime

import docx
import openpyxl
import pytest
from onemap.tests.support.rounds_made import head, made, square


def facts(number, frozen, signed=()):
    from onemap.plugin.core.review.rounds import summary
    from onemap.plugin.core.review.rounds_report_data import RoundFacts, SignatureRow

    rows = tuple(
        SignatureRow(number, n, name, "同意", "2026-11-27T00:00:00Z", "d" * 64) for n, name in enumerate(signed, 1)
    )
    return RoundFacts(number, "2026-11-27T00:00:00Z", "张工", "初审", frozen.head, summary(frozen), "e" * 64, 1, rows)


def rounds():
    projects = {name: square(300 * n) for n, name in enumerate("ABC")}
    before = made(projects, [(k, "YJJBNT", 50.0, "prohibit") for k in "AB"])
    hits = [("B", "YJJBNT", 80.0, "prohibit"), ("C", "YJJBNT", 7.0, "conditional")]
    after = made(projects, hits, {("A", "STBHHX"): "not_checked"}, base=head(rules="r2", software="OneMap Desk 3"))
    return before, after


@pytest.fixture
def report():
    from onemap.plugin.core.review.rounds_diff import diff_rounds
    from onemap.plugin.core.review.rounds_report_data import AcceptedRow, RoundsReport

    before, after = rounds()
    taken = AcceptedRow(
        "B", "永久基本农田", "rule", 80.0, "已有批准文件", "=1+1", "2027-01-01", "张工", "批文.pdf", False
    )
    gone = replace(taken, is_expired=True)
    signed = facts(2, after, ("张三", "李四"))
    diff = diff_rounds(before, after)
    return RoundsReport(
        "一期", facts(1, before), signed, diff, 1.0, "OneMap Desk", [taken, gone], frozenset(), (7, "f" * 64)
    )


def document_texts(path):
    document = docx.Document(path)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


def test_the_comparison_says_what_is_left_and_what_is_not_known(report, tmp_path):
    from onemap.plugin.report import write_report
    from onemap.plugin.report.review.rounds import rounds_document

    paths = [tmp_path / f"r{suffix}" for suffix in (".docx", ".xlsx", ".pdf", ".html")]
    for path in paths:
        write_report(rounds_document(report), path)
    texts_found = document_texts(paths[0])
    for sentence in (
        "已消除 1 项，减少 0 项，未变 0 项，扩大 1 项，新增 1 项",
        "仍有 1 个项目不符合、1 个项目有条件",
        "永久基本农田、生态保护红线",
        "生态保护红线（1个项目）",
        "有 1 个问题图斑已说明理由予以采信，单独计数，不改变系统计算的结论",
        "另有 1 项采信已过有效期",
        "软件版本不同：OneMap Desk 2，OneMap Desk 3",
        "+30.00",
        "李四",
        "f" * 64,
    ):
        assert sentence in texts_found, sentence
    book = openpyxl.load_workbook(paths[1])
    assert book.sheetnames == ["对比概览", "变化明细", "采信"] and book["变化明细"].max_row == 4
    cell = next(c for row in book["采信"].iter_rows() for c in row if c.value == "=1+1")
    assert cell.data_type == "s", "text never becomes a formula"
    assert paths[2].read_bytes().startswith(b"%PDF") and "审查轮次对比报告" in paths[3].read_text(encoding="utf-8")


def test_the_report_of_a_case_holds_every_round_and_the_trace(report, tmp_path):
    from onemap.plugin.core.review.rounds_report_data import CaseReport, TraceRow
    from onemap.plugin.report import write_report
    from onemap.plugin.report.review.case import case_document

    trace = [TraceRow(3, "2026-11-27T00:00:00Z", "张工", "freeze round", "id", "a" * 64)]
    sides, steps = [report.before, report.after], [report.diff]
    case = CaseReport("一期", "plan_review", sides, steps, report.accepted, trace, "OneMap Desk", (7, "f" * 64), False)
    for suffix in (".docx", ".xlsx", ".pdf", ".html"):
        write_report(case_document(case), tmp_path / f"c{suffix}")
    texts_found = document_texts(tmp_path / "c.docx")
    for sentence in (
        "共审查 2 轮",
        "第1轮→第2轮",
        "固化轮次",
        "李四",
        "未检查不等于未涉及",
        "本报告不能作为依据",
        "a" * 64,
    ):
        assert sentence in texts_found, sentence
    assert openpyxl.load_workbook(tmp_path / "c.xlsx").sheetnames == ["各轮结果", "轮次情况", "输入数据", "留痕"]
    assert case.created <= datetime.now()


def cells(document):
    return [str(value) for sheet in document.sheets for row in sheet.rows for value in row] + [
        value
        for blocks in document.parts.values()
        for block in blocks
        for row in getattr(block, "rows", ())
        for value in row
    ]


def test_moments_are_those_of_this_place(report, zone):
    from onemap.plugin.core.review.rounds_report_data import CaseReport, TraceRow
    from onemap.plugin.report.review.case import case_document
    from onemap.plugin.report.review.rounds import rounds_document

    zone("Asia/Shanghai")
    trace = [TraceRow(3, "2026-11-27T22:40:44Z", "张工", "freeze round", "id", "a" * 64)]
    case = CaseReport("一期", "plan_review", [report.after], [], [], trace, "OneMap Desk", (7, "f" * 64), True)
    found = cells(case_document(case))
    assert found.count("2026-11-28 06:40") == found.count("2026年11月28日 06:40") == 1, "the sheet, the trace"
    assert found.count("2026-11-27 08:00") == 1 and found.count("2026年11月27日 08:00") == 2, "the run, two signatures"
    compared = cells(rounds_document(report))
    assert compared.count("2026-11-27 08:00") == 2, "the sheet of two runs"
    assert compared.count("2026年11月27日 08:00") == 4, "two runs, two signatures"
    assert not [value for value in (*found, *compared) if value.endswith("00Z") or value.endswith("44Z")]
