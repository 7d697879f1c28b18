"""Records beside the map: geometry drawn with the mouse, areas from layers, attachments, drafts offered again, Excel, workspace menu."""

import json
import re
import sqlite3
import time

import pytest
import shapely
from onemap.tests.support.workspaces import assert_intact, progress, village

WORK = (500_000, 3_350_000)


def settle(until, seconds=120.0):
    from qgis.PyQt.QtCore import QCoreApplication

    end = time.monotonic() + seconds
    while not until() and time.monotonic() < end:
        QCoreApplication.processEvents()
        time.sleep(0.005)
    assert until()


class Iface:
    """The part of QgisInterface that the forms use, on a real canvas."""

    def __init__(self):
        from qgis.core import QgsCoordinateReferenceSystem, QgsRectangle
        from qgis.gui import QgsMapCanvas, QgsMessageBar
        from qgis.PyQt.QtWidgets import QMainWindow

        self.window = QMainWindow()
        self.canvas, self.bar, self.active = QgsMapCanvas(self.window), QgsMessageBar(self.window), None
        self.window.setCentralWidget(self.canvas)
        self.window.resize(600, 400)
        self.canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4549"))
        self.canvas.setExtent(QgsRectangle(WORK[0], WORK[1], WORK[0] + 600, WORK[1] + 400))
        self.window.show()

    def mainWindow(self):
        return self.window

    def mapCanvas(self):
        return self.canvas

    def messageBar(self):
        return self.bar

    def activeLayer(self):
        return self.active


@pytest.fixture
def iface():
    made = Iface()
    yield made
    made.window.close()


@pytest.fixture
def project():
    from qgis.core import QgsProject

    yield QgsProject.instance()
    QgsProject.instance().clear()


def add_layer(project, name, fields, rows, kind="Polygon"):
    from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer

    layer = QgsVectorLayer(f"{kind}?crs=EPSG:4549" + "".join(f"&field={f}:string" for f in fields), name, "memory")
    for x, y, size, *values in rows:
        feature, x, y = QgsFeature(layer.fields()), WORK[0] + x, WORK[1] + y
        ring = f"({x} {y},{x + size} {y},{x + size} {y + size},{x} {y + size},{x} {y})"
        feature.setGeometry(QgsGeometry.fromWkt(f"POLYGON({ring})"))
        feature.setAttributes(list(values))
        layer.dataProvider().addFeatures([feature])
    project.addMapLayer(layer)
    return layer


@pytest.fixture
def records(ws, iface):
    from onemap.forms.map_geometry import MapGeometry, MapUse
    from onemap.forms.record_list import RecordList
    from onemap.plugin.gui.range.tool import RangeTool

    opened = []

    def make(form_id):
        opened.append(RecordList(ws, "zhang", form_id, MapUse(MapGeometry(iface, RangeTool)), iface.window))
        opened[-1].show()
        return opened[-1]

    yield make
    for dialog in opened:
        dialog.close()


def click(iface, x, y, right=False):
    from qgis.core import QgsPointXY
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    place = iface.canvas.getCoordinateTransform().transform(QgsPointXY(WORK[0] + x, WORK[1] + y)).toQPointF().toPoint()
    QTest.mouseClick(
        iface.canvas.viewport(),
        Qt.MouseButton.RightButton if right else Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        place,
    )


def test_a_site_is_drawn_with_the_mouse_and_its_area_computed(records, iface, ws):
    window = records("project_site")
    editor = window.open_editor()
    editor.widgets["name"].set_value("水厂")
    editor.geometry.draw()
    assert not editor.isVisible() and not window.isVisible() and iface.bar.currentItem() is not None
    for x, y in ((100, 100), (300, 100), (300, 200), (100, 200)):
        click(iface, x, y)
    click(iface, 100, 200, right=True)
    assert (
        editor.isVisible() and window.isVisible() and iface.bar.currentItem() is None and iface.canvas.mapTool() is None
    )
    assert editor.widgets["area_m2"].value() == pytest.approx(20_000, rel=0.03)  # a pixel is a metre or two
    assert "m²" in editor.geometryLabel.text()
    assert editor.save()
    (row,) = ws.records("project_site")
    shape = shapely.from_wkb(row["geometry"])
    assert (
        shape.geom_type == "MultiPolygon"
        and 119.9 < shape.centroid.x < 120.1
        and row["area_m2"] == editor.widgets["area_m2"].value()
    )
    assert_intact(ws)


def test_a_village_is_a_point_and_a_drawing_can_be_given_up(records, iface):
    window = records("village_evaluation")
    editor = window.open_editor()
    editor.geometry.draw()
    iface.canvas.mapTool().canvas()
    from qgis.gui import QgsMapToolPan

    pan = QgsMapToolPan(iface.canvas)
    iface.canvas.setMapTool(pan)
    assert editor.isVisible() and editor.geometry.wkb is None and iface.canvas.mapTool() is pan
    editor.geometry.draw()
    click(iface, 300, 200)
    point = shapely.from_wkb(editor.geometry.wkb)
    assert point.geom_type == "Point" and "°" in editor.geometryLabel.text() and iface.canvas.mapTool() is pan
    iface.canvas.unsetMapTool(pan)


def test_a_line_is_no_site(records, iface, project):
    from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer

    layer = QgsVectorLayer("LineString?crs=EPSG:4549", "roads", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromWkt(f"LINESTRING({WORK[0]} {WORK[1]}, {WORK[0] + 9} {WORK[1]})"))
    layer.dataProvider().addFeatures([feature])
    project.addMapLayer(layer)
    editor = records("project_site").open_editor()
    editor.geometry.take()
    assert "Select a feature" in editor.noticeLabel.text()
    layer.selectAll()
    iface.active = layer
    editor.geometry.take()
    assert "cannot be used in the form" in editor.noticeLabel.text() and editor.geometry.wkb is None


def test_many_villages_are_computed_by_their_codes(records, ws, project):
    code = "330110105001"
    rows = [village(n, xzcdm=code, zrc=zrc, pop_res=10) for n, zrc in enumerate(("东头", "西头", "无图"))]
    saved = ws.save_records("village_evaluation", rows, "zhang")
    add_layer(project, "ZRC", ("XZCDM", "MC"), [(0, 0, 100, code, "东头"), (100, 0, 100, code, "西头")])
    add_layer(
        project,
        "DLTB",
        ("CZCSXM", "ZLDWDM"),
        [(0, 0, 50, "203", code + "0000000"), (100, 0, 100, "203A", code + "0000000")],
    )
    window = records("village_evaluation")
    window.recordTable.selectAll()
    reported, made = [], window.acts.compute()
    made.message.connect(reported.append)
    settle(lambda: reported)
    rows = {r["zrc"]: r for r in ws.records("village_evaluation")}
    assert rows["东头"]["built_ha"] == pytest.approx(0.25, rel=2e-3) and rows["西头"]["built_ha"] == pytest.approx(
        1, rel=2e-3
    )
    assert rows["东头"]["per_capita_m2"] == pytest.approx(250, rel=2e-3) and rows["无图"]["built_ha"] is None
    assert "for 1 records" in reported[0] and "No layer for" in reported[0] and len(saved.ids) == 3
    assert_intact(ws)


def test_what_was_typed_is_offered_again_and_can_be_dropped(records, ws):
    record = ws.save_draft("plan_progress", {"xzqmc": "half"})
    ws.save_records("plan_progress", [progress()], "zhang")
    window = records("plan_progress")
    assert window.resumeButton.isVisible() and "1 entries" in window.draftLabel.text()
    window.resume()
    (editor,) = window.editors
    assert editor.record == record and editor.widgets["xzqmc"].value() == "half"
    assert not window.resumeButton.isVisible()
    assert editor.discardButton.isVisible()
    editor.discard()
    assert (
        editor.widgets["xzqmc"].value() is None
        and ws.drafts("plan_progress") == []
        and not editor.discardButton.isVisible()
    )
    editor.close()
    assert window.editors == [] and ws.count("plan_progress") == 1


def test_attachments_come_back_as_they_were(records, ws, tmp_path):
    editor = records("plan_progress").open_editor()
    files, source = editor.widgets["attach"], tmp_path / "批复.pdf"
    source.write_bytes(b"%PDF-1.4 made up")
    huge = tmp_path / "huge.bin"
    with huge.open("wb") as file:
        file.truncate(100_000_001)
    files.add([str(source), str(huge), str(tmp_path / "gone.pdf")])
    assert [f["name"] for f in files.value()] == ["批复.pdf"] and "gone.pdf" in files.notice.text()
    files.save_as(files.value()[0], tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes() == source.read_bytes()
    files.list.item(0).setSelected(True)
    files._remove()
    assert files.value() is None


def import_now(page):
    """Import with a mapping page, agreeing to its preview."""
    page.start()
    settle(lambda: page.preview is not None)
    page.preview.accept()
    settle(lambda: page.preview is None and page.task is None)


def test_the_list_goes_to_excel_and_comes_back(records, ws, tmp_path):
    ws.save_records("plan_progress", [progress(), progress(plan_type="详细规划", problem="=1+1\n换行")], "zhang")
    window, reported = records("plan_progress"), []
    window.excel.message.connect(reported.append)
    window.searchEdit.setText("详细规划")
    window.filter()
    window.excel.export(str(tmp_path / "shown.xlsx"))
    settle(lambda: reported)
    assert "1 rows" in reported[0]
    page = window.excel.page(tmp_path / "shown.xlsx")
    import_now(page)
    assert (page.summary.unchanged, page.summary.rejected) == (1, 0)
    page.reject()
    window.excel.export(str(tmp_path / "none" / "x.xlsx"))
    settle(lambda: len(reported) == 2)
    assert "x.xlsx" in reported[1]


def test_rows_copied_from_excel_are_pasted_into_the_list(records, ws, tmp_path):
    window = records("village_evaluation")
    text = "行政村代码\t行政村名称\t自然村名称\t村庄分类\t户籍人口\r\n330110100201\t上塘村\t东头\t集聚提升类\t1,234\r\n"
    page = window.excel.pasted_page(tmp_path / "pasted.txt", text)
    import_now(page)
    assert page.summary.created == 1 and next(ws.records("village_evaluation"))["pop_reg"] == 1234
    page.reject()


def test_last_months_mapping_is_applied_by_itself(ws, tmp_path):
    from onemap.forms.mapping_page import MappingPage
    from openpyxl import Workbook

    for month, name in enumerate(("甲", "乙")):
        book = Workbook()
        for row in (["代号", "村", "地方", "归类"], [f"33011010020{month + 1}", "上塘村", name, "集聚提升类"]):
            book.active.append(row)
        book.save(tmp_path / f"{month}.xlsx")
    wanted = {"代号": "xzcdm", "村": "xzcmc", "地方": "zrc", "归类": "cls"}
    first = MappingPage(ws, "village_evaluation", tmp_path / "0.xlsx")
    assert first.choices() != wanted
    for title, box in first.boxes:
        box.setCurrentIndex(box.findData(wanted[title]))
    import_now(first)
    assert first.summary.accepted == 1, first.resultText.toPlainText()
    second = MappingPage(ws, "village_evaluation", tmp_path / "1.xlsx")
    assert second.choices() == wanted and second.columnTable.item(0, 3).text() == "kept mapping"
    import_now(second)
    assert {r["zrc"] for r in ws.records("village_evaluation")} == {"甲", "乙"}
    for page in (first, second):
        page.reject()
    from onemap.plugin.bridge.records.workbooks import import_workbook

    path = ws.path
    ws.close()
    done = import_workbook(tmp_path / "1.xlsx", "village_evaluation", path)  # without a window too
    assert done.unchanged == 1 and done.remarks[0].code == "mapping_kept"


def test_a_workspace_that_another_program_replaces_is_shown_as_it_is_now(ws, iface):
    from onemap.forms.reports_page import ReportsPage
    from onemap.plugin.bridge.settings import Settings

    kept, page = Settings.load(), ReportsPage(iface)
    try:
        copy = ws.back_up()
        ws.save_records("village_evaluation", [village(1)], "zhang")
        page.use(ws)
        assert not page.look_again() and page.workspace is ws
        copy.replace(ws.path)
        assert page.look_again() and page.workspace is not ws and page.workspace.count("village_evaluation") == 0
        assert ws.path.name in page.noticeLabel.text()
        page.workspace.save_records("village_evaluation", [village(2)], "zhang")
        assert not page.look_again()
        ws.path.rename(ws.path.with_suffix(".away"))
        assert page.look_again() and page.workspace is not None
        ws.path.with_suffix(".away").rename(ws.path)
        assert not page.look_again()
        page.noticeLabel.setToolTip("broken")
        ws.path.rename(ws.path.with_suffix(".away"))
        sqlite3.connect(ws.path).execute("CREATE TABLE other (x)").connection.close()
        assert page.open_records() is None and page.workspace is None and not page.noticeLabel.toolTip()
    finally:
        page.close_workspace()
        kept.save()


def test_a_replaced_workspace_that_somebody_else_writes_says_so(ws, iface):
    from onemap.forms.reports_page import ReportsPage
    from onemap.plugin.bridge.settings import Settings
    from onemap.plugin.store.lock import WriterLock

    kept, page, copy = Settings.load(), ReportsPage(iface), ws.back_up()
    page.use(ws)
    page.closing.connect(lambda: (ws.close(), lock.take()))  # in the moment between
    lock = WriterLock(ws.path)
    try:
        copy.replace(ws.path)
        assert page.look_again() and page.workspace.read_only
        assert page.noticeLabel.text().endswith(page.workspace.notice.text())
    finally:
        lock.release()
        page.close_workspace()
        kept.save()


def test_the_workspace_menu(ws, iface, project, tmp_path):
    from onemap.forms.reports_page import ReportsPage
    from onemap.plugin.bridge.settings import Settings
    from onemap.plugin.core.forms.schema import load_form
    from qgis.core import QgsVectorFileWriter

    kept, reported = Settings.load(), []
    layer = add_layer(project, "YJJBNTTB", ("YSDM",), [(0, 0, 100, "2005010300")])
    source = str(tmp_path / "lines.gpkg")
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.layerName = "YJJBNTTB"
    QgsVectorFileWriter.writeAsVectorFormatV3(layer, source, project.transformContext(), options)
    project.clear()
    page = ReportsPage(iface)
    try:
        page.use(ws)
        page.menu.message.connect(reported.append)
        (tmp_path / "d.csv").write_text("code,name\n330111,富阳区\n", encoding="utf-8")
        page.menu.import_divisions(str(tmp_path / "d.csv"))
        assert ws.divisions().name("330111") == "富阳区"
        schema = json.loads(json.dumps(load_form("plan_org").schema))
        schema["x-edition"], schema["properties"]["fax"] = (
            "2027.1",
            {"title": "传真", "type": "string", "x-widget": "line"},
        )
        (tmp_path / "form.json").write_text(json.dumps(schema), encoding="utf-8")
        page.menu.install_edition(str(tmp_path / "form.json"))
        assert "2027.1" in reported[-1] and "fax" in ws.form("plan_org").keys
        (tmp_path / "bad.json").write_text("{", encoding="utf-8")
        page.menu.install_edition(str(tmp_path / "bad.json"))
        assert "not a form edition" in reported[-1]
        from onemap.forms.sources_table import SourcesTable

        table = SourcesTable()
        table.add_file(source)
        (known,) = table.sources()
        assert known["line"] == "YJJBNT"
        page.menu.keep_sources(
            [*table.sources(), {"line": "STBHHX", "source": str(tmp_path / "gone.gpkg"), "note": ""}]
        )
        page.menu.add_sources()
        assert [layer.name() for layer in project.mapLayers().values()] == ["YJJBNT"] and "gone.gpkg" in reported[-1]
        page.menu.back_up()
        assert "backup" in reported[-1] and ws.verify_audit().is_intact
    finally:
        page.close_workspace()
        kept.save()


def test_the_roll_up_of_one_type_of_plan(records, ws):
    rows = [
        progress(),
        progress(xzqdm="330105", stage="批复"),
        progress(xzqdm="330105", plan_type="详细规划", stage="启动"),
    ]
    ws.save_records("plan_progress", rows, "zhang")
    assert [row.leading for row in ws.roll_up("plan_progress", "county", states=None)] == [
        "启动",
        "公示",
    ]  # of equals the one furthest behind
    window = records("plan_progress")
    window.tabs.setCurrentIndex(2)
    window.periods.stateBox.setCurrentIndex(2)
    window.roll_up()
    table = window.rollupTable
    assert not window.deleteButton.isEnabled() and [table.item(row, 2).text() for row in range(3)] == ["2", "1", "3"]
    for number, words in ((2, "全部"), (0, "已提交和已批准")):
        window.periods.stateBox.setCurrentIndex(number)
        (line,) = [b.text for b in window.periods._rollup_document().parts["list"] if type(b).__name__ == "Paragraph"][
            :1
        ]
        assert words in line and not re.search("[A-Za-z]{3,}", line), "the file is Chinese, whatever the window is"
    window.periods.stateBox.setCurrentIndex(2)
    window.splitBox.setCurrentIndex(window.splitBox.findData("详细规划"))
    window.roll_up()
    assert table.rowCount() == 1 and table.item(0, 0).text() == "330105"
    window.tabs.setCurrentIndex(0)
    window.recordTable.selectRow(0)
    assert window.deleteButton.isEnabled()


def test_each_number_of_a_roll_up_stands_under_its_own_head(records, ws):
    """In the window and in the file: two reported, one of them announced, one plan that was never reported."""
    ws.save_records("plan_progress", [progress(), progress(plan_type="详细规划", stage="批复")], "zhang")
    duty = {"form": "plan_progress", "code": "330110", "name": "余杭区", "plan_type": "专项规划"}
    ws.save_records("report_duty", [duty], "zhang")
    window = records("plan_progress")
    window.tabs.setCurrentIndex(2)
    window.periods.stateBox.setCurrentIndex(2)
    window.roll_up()
    table, (sheet, about) = window.rollupTable, window.periods._rollup_document().sheets
    shown = {table.horizontalHeaderItem(n).text(): table.item(0, n).text() for n in range(table.columnCount())}
    given = {key: value for key, value in shown.items() if value not in ("", "330110", "余杭区", "50")}
    named = {name for name in given if given[name] == "1"}
    assert given["Total"] == "2" and named == {"Not reported", "Never", "Public display", "Approved"}
    counted = {title: number for title, number in zip(sheet.titles, sheet.rows[0]) if number in (1, 2)}
    assert counted == {"合计": 2, "未报": 1, "从未填报": 1, "公示": 1, "批复": 1}
    assert "2026年3月" in about.titles[0] and "全部" in about.rows[0][0]  # a table alone says neither


def test_the_reminder_after_the_start(ws, iface):
    from datetime import date

    from onemap.forms.reminder import Reminder
    from onemap.plugin.bridge.settings import Settings

    kept = Settings.load()
    ws.save_records("plan_progress", [progress(reported_at="2026-03-20", stage_date="2026-03-01")], "zhang")
    path = ws.path
    ws.close()
    opened, reminder = [], Reminder(iface, lambda: opened.append(1))
    try:
        settings = Settings.load()
        settings.workspace = str(path)
        settings.save()
        reminder.look(date(2026, 4, 3))
        settle(lambda: reminder.task is None)
        assert iface.bar.currentItem() is None  # weeks to go
        reminder.look(date(2026, 4, 24))
        settle(lambda: reminder.task is None)
        item = iface.bar.currentItem()
        assert "余杭区" in item.text() and "1 records" in item.text() and "2026-04-25" in item.text()
        from qgis.PyQt.QtWidgets import QPushButton

        item.findChild(QPushButton).click()
        assert opened == [1]
    finally:
        reminder.stop()
        kept.save()


def test_one_bad_record_does_not_stop_the_others(records, ws):
    ws.save_records("plan_progress", [progress(), progress(plan_type="详细规划", percent=500)], "zhang")
    window = records("plan_progress")
    window.recordTable.selectAll()
    window.acts.change("ready")
    assert sorted(r["status"] for r in ws.records("plan_progress")) == ["draft", "ready"]
    assert "1 records were not changed" in window.noticeLabel.text()
    assert_intact(ws)


@pytest.mark.parametrize(("answer", "left"), [("Yes", 0), ("No", 1)])
def test_deleting_asks_first(records, ws, answer, left):
    from qgis.PyQt.QtCore import QTimer
    from qgis.PyQt.QtWidgets import QApplication, QMessageBox

    ws.save_records("plan_progress", [progress()], "zhang")
    window = records("plan_progress")
    window.recordTable.selectAll()

    def click():
        box = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible())
        box.button(getattr(QMessageBox.StandardButton, answer)).click()

    QTimer.singleShot(200, click)
    window.acts.delete()
    assert ws.count("plan_progress") == left


def test_an_import_and_somebody_typing_keep_out_of_each_others_way(records, ws):
    (record,) = ws.save_records("plan_progress", [progress(percent=10, problem="旧")], "zhang").ids
    window = records("plan_progress")
    editor = window.open_editor(record)
    editor.keep_draft()
    assert ws.drafts("plan_progress") == []  # nothing typed, nothing kept
    editor.widgets["problem"].set_value("新")
    editor.keep_draft()
    assert ws.draft("plan_progress", record) == {"problem": "新"}
    ws.save_records("plan_progress", [{"id": record, "percent": 50}], "li")
    assert ws.draft("plan_progress", record) == {"problem": "新"}
    editor.close()
    again = window.open_editor(record)
    assert (again.widgets["percent"].value(), again.widgets["problem"].value()) == (50, "新")
    ws.save_records("plan_progress", [{"id": record, "percent": 60}], "li")
    assert again.save() and again.widgets["percent"].value() == 60
    row = ws.record("plan_progress", record)
    assert (row["percent"], row["problem"]) == (60, "新") and ws.drafts("plan_progress") == []
    again.widgets["problem"].set_value("")
    again.keep_draft()
    assert ws.draft("plan_progress", record) == {"problem": None}
    assert again.save() and ws.record("plan_progress", record)["problem"] is None
    assert_intact(ws)


def test_a_record_submitted_elsewhere_is_not_said_to_be_saved(records, ws):
    (record,) = ws.save_records("plan_progress", [progress()], "zhang").ids
    editor = records("plan_progress").open_editor(record)
    editor.widgets["problem"].set_value("新")
    editor.keep_draft()
    ws.change_status("plan_progress", record, "ready", "zhang")
    ws.change_status("plan_progress", record, "submitted", "li")
    assert not editor.save() and "submitted" in editor.noticeLabel.text()
    assert (
        ws.draft("plan_progress", record) == {"problem": "新"} and ws.record("plan_progress", record)["problem"] is None
    )
