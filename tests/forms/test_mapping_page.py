"""The mapping page: proposals are shown, corrected, kept and applied again; the import runs in the background and tells what it did."""

import time

import pytest
from onemap.plugin.bridge.records.workbook_mapping import read_profile
from onemap.plugin.store.workspace import Workspace
from openpyxl import Workbook, load_workbook

ROWS = [
    ["某县村庄表"],
    ["村代码", "村名", "小地名", "村庄分类结果", "闲置低效土地情况（亩）", "编外"],
    ["330110100201", "上塘村", "东头", "集聚提升类", 15, "x"],
    ["33", "下塘村", "西头", "无此类", 1, "y"],
]


@pytest.fixture
def page(qgis_app, tmp_path):
    from onemap.forms.mapping_page import MappingPage

    book = Workbook()
    for row in ROWS:
        book.active.append(row)
    book.save(tmp_path / "v.xlsx")
    with Workspace.create(tmp_path / "w.gpkg", "330110") as workspace:
        made = MappingPage(workspace, "village_evaluation", tmp_path / "v.xlsx")
        yield made
        made.reject()
        made.deleteLater()


def choose(page, title, key):
    box = dict(page.boxes)[title]
    box.setCurrentIndex(box.findData(key))


def finish(page, qgis_app):
    """Wait for the preview, agree to it, wait for the import."""
    end = time.monotonic() + 60
    for done in (lambda: page.preview is not None, lambda: page.preview is None and page.task is None):
        while not done() and time.monotonic() < end:
            qgis_app.processEvents()
        if page.preview is not None:
            page.preview.accept()
    assert page.task is None


def test_what_is_sure_is_chosen_what_is_alike_is_marked(page):
    assert page.choices() == {
        "村代码": "xzcdm",
        "村名": "xzcmc",
        "小地名": "",
        "村庄分类结果": "cls",
        "闲置低效土地情况（亩）": "vacant_ha",
        "编外": "",
    }
    assert "%" in page.columnTable.item(4, 3).text() and "0.0666667" in page.columnTable.item(4, 4).text()
    assert page.columnTable.item(0, 1).text() == "330110100201 | 33"
    assert page.importButton.isEnabled()


def test_what_is_missing_or_chosen_twice_stops_the_import(page):
    choose(page, "村名", "")
    assert (
        not page.importButton.isEnabled()
        and "行政村名称" in page.missingLabel.text()
        or "Administrative village" in page.missingLabel.text()
    )
    choose(page, "村名", "xzcdm")
    assert not page.importButton.isEnabled()
    choose(page, "村名", "xzcmc")
    assert page.importButton.isEnabled() and page.missingLabel.text() == ""


def test_import_keep_and_use_again(page, qgis_app, tmp_path):
    choose(page, "小地名", "zrc")
    page.keep_profile(tmp_path / "kept.json")
    assert read_profile(tmp_path / "kept.json", page.form).columns["编外"] == ""
    changed = []
    page.imported.connect(changed.append)
    page.start()
    assert not page.importButton.isEnabled()
    finish(page, qgis_app)
    assert changed == [1] and (page.summary.accepted, page.summary.rejected) == (1, 1)
    (record,) = page.ws.records("village_evaluation")
    assert (record["zrc"], record["vacant_ha"]) == ("东头", 1.0)
    assert load_workbook(page.summary.marked).worksheets[0]["A4"].comment
    assert "A4" in page.resultText.toPlainText()
    for title in ("小地名", "闲置低效土地情况（亩）"):
        choose(page, title, "")
    page.load_profile(tmp_path / "kept.json")
    assert page.choices()["小地名"] == "zrc" and page.choices()["闲置低效土地情况（亩）"] == "vacant_ha"
    page.start()
    finish(page, qgis_app)
    assert changed == [1, 0] and page.summary.unchanged == 1


def test_a_refused_workbook_says_why(qgis_app, tmp_path):
    from onemap.forms.mapping_page import MappingPage

    (tmp_path / "old.xlsx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1"))
    with Workspace.create(tmp_path / "w.gpkg", "330110") as workspace:
        page = MappingPage(workspace, "plan_org", tmp_path / "old.xlsx")
        assert "old.xlsx" in page.noticeLabel.text() and not page.importButton.isEnabled()
        page.load_profile(tmp_path / "none.json")
        assert page.missingLabel.text()
        page.deleteLater()
