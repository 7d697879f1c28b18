"""What the report says, block by block: conclusion first, numbers as summed, laws that were used and no other."""

import random
from collections import Counter
from dataclasses import replace

import pytest
from onemap.plugin.core.review.findings import Conclusion
from onemap.plugin.core.review.report_data import LandUseRow, ProjectInfo
from onemap.plugin.core.review.rules import LawRef
from onemap.plugin.report.blocks.model import Facts, Heading, Paragraph, Picture, Signature, Table
from onemap.plugin.report.review.document import part_names, review_document
from onemap.plugin.report.review.laws import used_laws
from onemap.plugin.report.review.relations import Relations

TITLE, OPINION, SIGNATURE, BASIS, PROJECTS, ANNEX = part_names()


def part(report, name):
    return review_document(report).parts[name]


def texts(blocks):
    """All words of some blocks."""
    found = []
    for block in blocks:
        found += [block.text] if isinstance(block, (Heading, Paragraph)) else []
        found += [block.caption, *block.header] if isinstance(block, Table) else []
        found += [cell for row in block.rows for cell in row] if isinstance(block, (Table, Facts)) else []
        found += block.lines if isinstance(block, Signature) else []
    return "\n".join(found)


def tables(blocks):
    return [block for block in blocks if isinstance(block, Table)]


def test_the_conclusion_comes_first_and_the_annex_last(make_report):
    blocks = review_document(make_report()).blocks
    assert isinstance(blocks[0], Heading) and blocks[0].level == 0
    sections = [block.text for block in blocks if isinstance(block, Heading) and block.level == 1]
    assert sections == ["一、审查结论", "二、审查依据", "三、分项目审查表", "附件"]
    place = next(n for n, block in enumerate(blocks) if isinstance(block, Heading) and block.level == 1)
    assert "本次共审查 3 个项目" in blocks[place + 1].text and blocks[place + 1].bold


@pytest.mark.parametrize("count", [0, 1, 7, 60])
def test_counts_are_those_of_the_summaries(make_report, count):
    report = make_report(project_count=count)
    counts = Counter(s.conclusion for s in report.summaries())
    headline = part(report, OPINION)[1].text
    for tier in Conclusion:
        assert f"{counts[tier]} 个{tier.word}" in headline
    assert f"{count} 个项目" in headline
    values = review_document(report).values
    assert {tier: values[tier.word] for tier in Conclusion} == {tier: str(counts[tier]) for tier in Conclusion}


def test_random_verdicts_are_counted_as_they_are(make_report):
    """Against sums made here, not by the report."""
    pick = random.Random(7)  # noqa: S311 - a test, no secret
    for _ in range(20):
        report = make_report(project_count=9)
        report.verdicts = [_random(v, pick) for v in report.verdicts]
        table = next(t for t in tables(part(report, PROJECTS)) if "汇总" in t.caption)
        order = ["不符合", "有条件", "须征求意见", "提示", "未涉及", "读取失败", "未检查"]
        assert table.header[5:] == order
        for row, info in zip(table.rows, report.projects):
            own = Counter(v.conclusion.word for v in report.verdicts if v.project_key == info.key)
            assert row[5:] == [str(own[word]) for word in order]
            worst = next(tier.word for tier in Conclusion if own[tier.word])
            assert row[4] == worst


def _random(verdict, pick):
    status = pick.choice(["conflict", "involved", "clear", "not_checked", "failed"])
    effects = {"conflict": ["prohibit", "conditional"], "involved": ["consult", "notice"]}
    return replace(verdict, status=status, effect=pick.choice(effects.get(status, [""])))


def test_projects_that_do_not_comply_are_listed_with_what_they_meet(make_report):
    report = make_report(project_count=9)
    table = next(t for t in tables(part(report, OPINION)) if t.header[-1] == "情况" and t.header[0] == "序号")
    named = [row[1].split()[0] for row in table.rows]
    assert sorted(named) == [s.project_key for s in report.summaries() if s.conclusion == Conclusion.PROHIBITED]
    row = next(row for row in table.rows if row[1].startswith("00002"))
    assert "占用永久基本农田 1,234.50 m²（0.1235 公顷，1.85 亩）" in row[3]
    assert "生态保护红线" not in row[3]  # its rule is conditional


def test_many_projects_leave_the_first_table_short_and_say_so(make_report):
    blocks = part(make_report(project_count=200), OPINION)
    table = next(t for t in tables(blocks) if t.header[-1] == "情况" and t.header[0] == "序号")
    assert len(table.rows) == 10 and "其余 41 个见表 1" in texts(blocks)


def test_conditions_are_the_rules_own_and_name_their_projects(make_report):
    report = make_report(project_count=9)
    conditional = [s.project_key for s in report.summaries() if s.conclusion == Conclusion.CONDITIONAL]
    assert conditional == ["00004", "00008"]
    table = next(t for t in tables(part(report, OPINION)) if t.header[0] == "情况")
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["占用生态保护红线"] == ["满足条件1", "2", "00004、 00008"]
    assert "须征求意见" not in texts([table])


def test_a_condition_that_no_rule_names_is_not_made_up(make_report):
    report = make_report(project_count=9)
    report.verdicts = [replace(v, condition="") for v in report.verdicts]
    assert "规则未写明条件，由审查人员填写" in texts(part(report, OPINION))


def test_what_was_not_checked_is_said_with_the_reason(make_report):
    blocks = part(make_report(), OPINION)
    coverage = blocks[3]  # right below the counts
    assert coverage.bold and "23 条控制线" in coverage.text
    assert f"未检查：{LINE(22)}；读取失败：{LINE(8)}。结论不涵盖这些控制线" in coverage.text
    assert "均未涉及" not in coverage.text
    assert "未检查、读取失败不等于未涉及" in texts(blocks)
    table = next(t for t in tables(blocks) if "原因" in t.header)
    assert ["读取失败", LINE(8), "文件无法读取", "00001"] in table.rows
    assert ["未检查", LINE(22), "没有图层", "全部项目"] in table.rows
    assert table.rows[0][0] == "读取失败"


def test_projects_that_are_clear_of_all_that_was_checked_are_counted(make_report):
    report = make_report(project_count=9)
    lines = {v.line_id for v in report.verdicts}
    report.verdicts = [
        replace(v, status="not_checked" if v.line_id == min(lines) else "clear", effect="") for v in report.verdicts
    ]
    coverage = part(report, OPINION)[3]
    assert "未检查的项目中，9 个在已检查的各条控制线上均未涉及。" in coverage.text


def test_a_filtered_layer_stands_below_the_coverage_on_the_first_page(make_report):
    from onemap.plugin.core.land.input_check import CheckItem, CheckState
    from onemap.plugin.core.land.remarks import Remark

    report = make_report()
    params = {"layer": "永农2023", "where": "XZQDM = '330110'", "count": 12}
    report.inputs[-1].check.add(CheckItem.COUNT, CheckState.REMARK, "layer_filtered", **params)
    remark = part(report, OPINION)[4]
    report.remarks = [*report.remarks, Remark("outside_all_layers", "", None, {"count": 1, "keys": "P7"})]
    assert "P7" in part(report, OPINION)[5].text
    assert remark.bold and "XZQDM = '330110'" in remark.text and "未核查" in remark.text


def LINE(number):
    return f"专项控制线{number + 1:02d}"


def test_a_review_of_all_lines_says_so(make_report):
    report = make_report()
    report.verdicts = [replace(v, status="clear", effect="", reason="") for v in report.verdicts]
    blocks = part(report, OPINION)
    assert "未检查：无；读取失败：无。" in texts(blocks) and "结论不涵盖" not in texts(blocks)
    assert "均已检查" in texts(blocks) and len(tables(blocks)) == 1
    assert "未引用条款" in texts(part(report, BASIS))


def test_every_law_that_was_used_and_none_else_each_once(make_report):
    report = make_report(project_count=9)
    used = [law.title for law in used_laws(report)]
    assert used == ["中华人民共和国水法", "测试法"]  # not the one that only clear verdicts cite
    table = tables(part(report, BASIS))[0]
    assert [row[1] for row in table.rows] == ["《中华人民共和国水法》", "《测试法》"]
    assert [row[-1] for row in table.rows] == ["待核", "已核对"]
    assert "禁止在河道管理范围内" in table.rows[0][4]


def test_articles_of_one_instrument_share_a_row(make_report):
    laws = [LawRef("A", "甲法", "1 号", article, "有效", "seen") for article in ("3", "5")]
    report = make_report(laws=laws)
    report.verdicts = [replace(v, law="；".join(law.cite() for law in laws)) for v in report.verdicts]
    assert [row[1:4] for row in tables(part(report, BASIS))[0].rows] == [["《甲法》", "1 号", "3、5"]]


def test_the_rules_stand_in_the_annex_only(make_report):
    report = make_report()
    assert "R-within" in texts(part(report, ANNEX))
    for name in (OPINION, BASIS, PROJECTS):
        assert "R-within" not in texts(part(report, name))


def test_each_project_has_one_form_with_all_its_verdicts(make_report):
    info = ProjectInfo("00000", "小学", 12_345.675, {}, "某教育局", "教育用地", "云溪县竹山镇")
    land = [LandUseRow("0101", "水田", 5_000.0, 40.5, "集体土地所有权", "竹山村")]
    report = make_report(composition={"00000": land})
    report.projects = [info, *report.projects[1:]]
    blocks = part(report, PROJECTS)
    forms = [block for block in blocks if isinstance(block, Facts)]
    assert len(forms) == 6  # facts, and the lines that it does not meet
    written = texts([forms[0]])
    for expected in (
        "某教育局",
        "教育用地",
        "云溪县竹山镇",
        "12,345.68 m²（1.2346 公顷，18.52 亩）",
        "不符合（2 条不符合",
    ):
        assert expected in written
    at = blocks.index(forms[0])
    verdicts, composition = blocks[at + 1], blocks[at + 3]
    assert [row[0] for row in verdicts.rows] == ["不符合"] * 2 + ["有条件"] * 2 + ["须征求意见"] * 2 + ["提示"]
    assert verdicts.rows[0][2].split("\n") == ["1,238.50 m²", "0.1239 公顷", "1.86 亩"]
    assert composition.rows == [["0101", "水田", "集体土地所有权", "竹山村", "5,000.00", "0.5000", "7.50", "40.50"]]
    assert isinstance(blocks[at + 4], Picture)


def test_relations_follow_the_kind_of_rule(make_report):
    report = make_report()
    relations = Relations(report)
    verdicts = {v.line_id: v for v in report.verdicts_of("00000")}
    assert relations.phrase(verdicts["L02"]) == "位于城镇开发边界以外"
    assert relations.phrase(verdicts["L00"]) == "占用永久基本农田"
    mineral = replace(verdicts["L00"], line_id="KCZYKZX", line_name="矿产资源")
    assert Relations(report).phrase(mineral) == "压覆矿产资源"
    report.rules = [replace(rule, kind="inform") for rule in report.rules]
    assert Relations(report).phrase(verdicts["L00"]) == "涉及永久基本农田"
    report.rules = [replace(rule, kind="distance") for rule in report.rules]
    assert Relations(report).phrase(verdicts["L00"]) == "位于永久基本农田规定距离以内"


def test_the_office_is_named_where_it_signs(make_report):
    report = make_report(
        document_no="云资规审〔2026〕5 号", organisation="云溪县局", reviewer="某人", title="审查意见书"
    )
    head = texts(part(report, TITLE))
    for expected in ("审查意见书", "云资规审〔2026〕5 号", "云溪县局", "某人", "2026年3月4日"):
        assert expected in head
    signed = part(report, SIGNATURE)[0].lines
    assert signed[0] == "审查人：某人" and "单位（盖章）：云溪县局" in signed
    assert "云资规审〔2026〕5 号" in review_document(report).head
    assert part(make_report(), SIGNATURE)[0].lines[0] == "审查人："


def test_the_annex_prints_the_input_check_and_the_cache(make_report):
    from onemap.plugin.core.land.input_check import CheckItem, CheckState

    report = make_report()
    control = report.inputs[1]
    control.cache = "2026-03-03 10:11"
    control.check.add(CheckItem.COUNT)
    control.check.add(CheckItem.FILES)
    control.check.add(CheckItem.GEOMETRY, CheckState.REMARK, "no_chinese_font")
    written = texts(part(report, ANNEX))
    assert "读自2026年3月3日 10:11的缓存" in written
    check = next(t for t in tables(part(report, ANNEX)) if "检查项" in t.header)
    assert check.rows[0] == ["YJJBNT", "要素数量、配套文件", "正常", "—"]
    assert check.rows[1][:3] == ["YJJBNT", "几何类型与完整性", "有说明"] and "字体" in check.rows[1][3]


def test_five_thousand_projects_keep_the_forms_bounded(make_report):
    report = make_report(project_count=1_200, map_count=0)
    blocks = part(report, PROJECTS)
    assert sum(isinstance(block, Facts) for block in blocks) == 2_000
    assert "仅列前 1000 个项目，共 1200 个" in texts(blocks)
    assert len(next(t for t in tables(blocks) if "汇总" in t.caption).rows) == 1_200
