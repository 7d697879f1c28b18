"""Monthly tables as counties keep them are taken through the mapping page without changing the table."""

import time

import pytest
from onemap.plugin.core import messages
from onemap.plugin.store.workspace import Workspace
from openpyxl import Workbook

DIVISIONS = "code,name\n33,浙江省\n3301,杭州市\n330110,余杭区\n330110100,竹山镇\n330110101,石桥镇\n330110100201,竹山东村\n330110100202,竹山西村\n"
PROGRESS = [
    ["附件2"],
    ["××市编制进度月报表（2026年3月）"],
    ["填报单位：余杭分局（盖章）", None, None, None, None, None, None, None, "填报时间：2026年3月25日"],
    [
        "序号",
        "县（市、区）",
        "乡镇（街道）",
        "规划名称",
        "编制阶段（在对应栏打“√”）",
        None,
        None,
        "完成比例",
        "联系人及电话",
    ],
    [None, None, None, None, "现状调研", "方案编制", "批复", None, None],
    [1, "余杭区", "竹山镇", "竹山镇总体规划", None, "√", None, "20%", "李四13800000000"],
    [2, "余杭区", "石桥镇", "石桥镇总体规划", None, None, "√", "80%", "王五 0571-88888888转801；赵六（13900139000）"],
    ["合计", None, 2],
]
STAGES = [
    ["台账"],
    ["行政区代码", "县（市、区）", "规划类型", "启动时间", "方案编制完成时间", "批复时间", "目前阶段", "填报日期"],
    [330110, "余杭区", "县级总体规划", "2021.3", "2022.5.6", "2024-9-1", "已批复", "2026.3.25"],
]
VILLAGES = [
    ["村庄分类汇总表"],
    ["乡镇", "行政村", "自然村（组）", "村庄分类", None, "人口（人）", None, "闲置低效用地"],
    [None, None, None, "集聚提升类", "其他类", "户籍", "常住", None],
    ["竹山镇", "竹山东村", "组0", "√", None, 100, 90, 15],
    ["竹山镇", "竹山西村", "组1", None, "√", 101, 90, 30],
    ["小计", None, 2, 2, 1, 201, 180, 45],
    ["单位负责人：", None, "填表人：", None, "联系电话："],
]
LEDGER = [
    ["低效用地再开发台账（2026年）"],
    ["序号", "项目名称", "土地坐落", "面积（亩）", "低效类型", "目前进展"],
    [1, "老机械厂改造", "东街1号", 45.6, "旧厂矿", "已收储"],
    [2, "城中村改造", "东村", 120, "旧村庄", "方案编制阶段"],
]


@pytest.fixture
def take(qgis_app, tmp_path):
    """take(form, rows, merges, prepare(page)) -> records after an import through the page."""
    from onemap.forms.mapping_page import MappingPage

    messages.set_language("zh")
    (tmp_path / "d.csv").write_text(DIVISIONS, encoding="utf-8")
    with Workspace.create(tmp_path / "w.gpkg", "330110", tmp_path / "d.csv") as workspace:

        def make(form, rows, merges, prepare=lambda page: None):
            book = Workbook()
            for row in rows:
                book.active.append(row)
            for merge in merges:
                book.active.merge_cells(merge)
            book.save(tmp_path / "t.xlsx")
            page = MappingPage(workspace, form, tmp_path / "t.xlsx")
            prepare(page)
            assert page.importButton.isEnabled(), page.missingLabel.text()
            page.start()
            end = time.monotonic() + 60
            while page.preview is None and page.task is not None and time.monotonic() < end:
                qgis_app.processEvents()
            assert page.preview is not None, page.resultText.toPlainText()
            page.preview.accept()
            while page.task is not None and time.monotonic() < end:
                qgis_app.processEvents()
            found, summary = list(workspace.records(form)), page.resultText.toPlainText()
            page.reject()
            page.deleteLater()
            return found, summary

        yield make
    messages.set_language("en")


def fix(page, **values):
    for key, value in values.items():
        page.side._inputs[key].set_value(value)
    page.judge()


def test_a_column_per_stage_with_ticks(take):
    def prepare(page):
        assert page.side.fixed()["reported_at"] == "2026-03-25"
        fix(page, plan_type="总体规划-乡镇级", stage_date="2026-03-01")
        box = dict(page.boxes)["乡镇（街道）"]
        assert "行政区代码" in box.currentText()

    found, summary = take("plan_progress", PROGRESS, ["E4:G4", "D4:D5", "H4:H5", "I4:I5"], prepare)
    rows = {r["plan_name"]: r for r in found}
    one, other = rows["竹山镇总体规划"], rows["石桥镇总体规划"]
    assert (one["xzqdm"], one["stage"], one["percent"], one["reporter"], one["phone"]) == (
        "330110100", "方案编制", 20, "李四", "13800000000",
    ), summary  # fmt: skip
    assert (other["xzqdm"], other["stage"]) == ("330110101", "批复")
    assert (other["reporter"], other["phone"]) == ("王五、赵六", "0571-88888888转801、13900139000")  # none is lost


def test_a_day_per_stage(take):
    ((row,), summary) = take("plan_progress", STAGES, [])
    assert (row["stage"], row["stage_date"], row["plan_type"]) == ("批复", "2024-09-01", "总体规划-县级"), summary


def test_classes_by_tick_and_an_area_without_unit(take):
    def prepare(page):
        assert not page.choices()["闲置低效用地"]
        box = dict(page.boxes)["闲置低效用地"]
        box.setCurrentIndex(box.findData("vacant_ha"))
        assert not page.importButton.isEnabled()
        unit = page.units["闲置低效用地"]
        unit.setCurrentIndex(unit.findData("亩"))

    found, summary = take("village_evaluation", VILLAGES, ["D2:E2", "F2:G2", "H2:H3"], prepare)
    assert "0 with errors" in summary or "有错误 0 行" in summary
    rows = {r["zrc"]: (r["xzcdm"], r["cls"], r["pop_reg"], r["vacant_ha"]) for r in found}
    assert rows == {
        "组0": ("330110100201", "集聚提升类", 100, 1.0),
        "组1": ("330110100202", "其他(暂不分类)", 101, 2.0),
    }, summary


def test_a_ledger_without_codes_and_with_its_own_words(take):
    def prepare(page):
        for title, key in (("低效类型", "type"), ("目前进展", "stage")):
            box = dict(page.boxes)[title]
            box.setCurrentIndex(box.findData(key))
        assert page.side.fixed()["xzq_dm"] == "330110"
        assert page.side.values() == {
            "type": {"旧厂矿": "旧厂房(旧厂矿)"}, "stage": {"已收储": "收储/协议", "方案编制阶段": "方案编制"},
        }  # fmt: skip

    found, summary = take("redevelopment_project", LEDGER, [], prepare)
    assert {r["xm_mc"]: (r["type"], r["stage"]) for r in found} == {
        "老机械厂改造": ("旧厂房(旧厂矿)", "收储/协议"), "城中村改造": ("旧村庄", "方案编制"),
    }, summary  # fmt: skip
