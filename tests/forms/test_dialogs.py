"""The dialogs on real widgets and a real workspace: errors beside fields, drafts, lists of a province, batch, due, roll-up, wizard, dock."""

import os
import signal
import time
from datetime import date

import pytest
from onemap.tests.support.long_runs import count
from onemap.tests.support.workspaces import assert_intact, progress, village

SOURCES = [{"line": "YJJBNT", "source": "lines.gpkg|layername=YJJBNTTB", "note": "2025 省厅"}]


def type_in(widget, text):
    """As a person does: keys, or an input method for Chinese."""
    from qgis.PyQt.QtCore import QCoreApplication
    from qgis.PyQt.QtGui import QInputMethodEvent
    from qgis.PyQt.QtTest import QTest

    widget.selectAll()
    if text.isascii():
        QTest.keyClicks(widget, text)
    else:
        event = QInputMethodEvent()
        event.setCommitString(text)
        QCoreApplication.sendEvent(widget, event)


def settle(seconds=0.0):
    from qgis.PyQt.QtCore import QCoreApplication

    end = time.monotonic() + seconds
    while True:
        is_over = time.monotonic() >= end  # asked before: what was due by then is done, however slow the machine
        QCoreApplication.processEvents()
        if is_over:
            return
        time.sleep(0.01)


@pytest.fixture
def editor(ws):
    from onemap.forms.map_geometry import EditorContext
    from onemap.forms.record_editor import RecordEditor

    opened = []

    def make(form_id="plan_progress", record=None, **more):
        opened.append(RecordEditor(ws, form_id, record, EditorContext("zhang", **more)))
        opened[-1].show()
        return opened[-1]

    yield make
    for dialog in opened:
        dialog.close()


def test_errors_stand_beside_their_fields_as_one_types(editor):
    made = editor()
    assert all(label.isHidden() for label in made.errors.values())
    type_in(made.widgets["xzqdm"], "33010")
    type_in(made.widgets["percent"], "101")
    type_in(made.widgets["stage_date"], "20260301")
    settle(0.6)
    shown = {key for key, label in made.errors.items() if not label.isHidden()}
    assert shown == {"xzqdm", "percent"}
    assert "6, 9, 12 digits" in made.errors["xzqdm"].text() and made.values()["stage_date"] == "2026-03-01"
    made.save_ready()
    assert not made.errors["plan_type"].isHidden() and made.isVisible()


def test_the_keyboard_alone_fills_saves_and_readies(editor, ws):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    made = editor()
    for key, value in progress().items():
        widget = made.widgets[key]
        widget.setFocus()
        if key in ("plan_type", "stage"):
            widget.set_value(value)
            widget.changed.emit()
        else:
            type_in(widget, value)
    QTest.keyClick(made, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle()
    if not ws.count("plan_progress"):  # offscreen windows are not always active, which shortcuts ask for
        made.save()
    (row,) = ws.records("plan_progress")
    assert {k: row[k] for k in progress()} == progress() and row["status"] == "draft"
    made.save_ready()
    assert not made.isVisible() and ws.record("plan_progress", row["id"])["status"] == "ready"
    assert_intact(ws)


def test_what_was_typed_survives_kill_9(ws, tmp_path):
    path = ws.path
    ws.close()
    child = os.fork()
    if child == 0:
        from onemap.forms.map_geometry import EditorContext
        from onemap.forms.record_editor import RecordEditor
        from onemap.plugin.store.workspace import Workspace

        made = RecordEditor(Workspace.open(path), "plan_progress", None, EditorContext("zhang"))
        type_in(made.widgets["xzqmc"], "half a na")
        settle(0.8)
        os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    from onemap.forms.map_geometry import EditorContext
    from onemap.forms.record_editor import RecordEditor
    from onemap.plugin.store.workspace import Workspace

    with Workspace.open(path) as again:
        ((record, _),) = again.drafts("plan_progress")
        made = RecordEditor(again, "plan_progress", record, EditorContext("zhang"))
        assert made.widgets["xzqmc"].value() == "half a na" and "restored" in made.noticeLabel.text()


def test_computed_fields_follow(editor):
    made = editor("village_evaluation")
    type_in(made.widgets["built_ha"], "3.2")
    type_in(made.widgets["pop_res"], "200")
    settle(0.6)
    assert made.widgets["per_capita_m2"].value() == 160
    assert "ceiling" in made.errors["per_capita_m2"].text()
    type_in(made.widgets["vacant_ha"], "0")
    type_in(made.widgets["hazard_n"], "0")
    settle(0.6)
    assert made.widgets["score"].value() == pytest.approx(84.0)


def test_areas_are_computed_from_the_layers_under_a_polygon(editor, ws):
    from qgis.core import QgsCoordinateReferenceSystem, QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer

    def add(name, kind, rows):
        layer = QgsVectorLayer(f"{kind}?crs=EPSG:4549&field=CZCSXM:string", name, "memory")
        for wkt, code in rows:
            feature = QgsFeature(layer.fields())
            feature.setGeometry(QgsGeometry.fromWkt(wkt))
            feature.setAttributes([code])
            layer.dataProvider().addFeatures([feature])
        QgsProject.instance().addMapLayer(layer)

    def box(x, size=100):
        x, y = 500_000 + x, 3_350_000
        return f"POLYGON(({x} {y},{x + size} {y},{x + size} {y + size},{x} {y + size},{x} {y}))"

    add("DLTB", "Polygon", [(box(0), "203A"), (box(50), "203"), (box(100), "201")])
    add("YJJBNTTB", "Polygon", [(box(150), None)])
    bow = "POLYGON((500000 3350000,500100 3350100,500100 3350000,500000 3350100,500000 3350000))"  # crosses itself: half of it is area
    add("YJJBNT", "Polygon", [(bow, None)])
    add("DZZHYHD", "Point", [("POINT(500010 3350010)", None), ("POINT(509999 3350010)", None)])
    picked = QgsGeometry.fromWkt(box(0, 200)), QgsCoordinateReferenceSystem("EPSG:4549")
    made = editor("village_evaluation", pick=lambda: picked)
    made.geometry.take()
    made.geometry.compute()
    values = made.values()
    assert values["built_ha"] == pytest.approx(1.5, rel=1e-3)  # two of 203 overlap by half and count once
    assert values["yn_ha"] == pytest.approx(1.0, rel=1e-3) and values["hazard_n"] == 1 and values["hx_ha"] is None
    assert "Inside the ecological redline" in made.noticeLabel.text()
    made.save()
    (row,) = ws.records("village_evaluation")
    import shapely

    assert shapely.from_wkb(row["geometry"]).geom_type == "Point"
    QgsProject.instance().clear()


def test_a_submitted_record_is_shown_but_not_edited(editor, ws):
    (record,) = ws.save_records("plan_progress", [progress()], "zhang").ids
    ws.change_status("plan_progress", record, "ready", "zhang")
    ws.change_status("plan_progress", record, "submitted", "li")
    made = editor(record=record)
    assert not made.widgets["xzqmc"].isEnabled() and not made.saveButton.isEnabled()
    assert [button.isEnabled() for button, _ in made.widgets["attach"]._buttons] == [
        False,
        True,
        False,
    ]  # files can still be written out


@pytest.fixture
def records(ws):
    from onemap.forms.record_list import RecordList

    opened = []

    def make(form_id="plan_progress"):
        opened.append(RecordList(ws, "zhang", form_id))
        opened[-1].show()
        return opened[-1]

    yield make
    for dialog in opened:
        dialog.close()


def test_a_list_of_a_province_opens_and_finds_at_once(records, ws):
    """Only the rows that are looked at are read, however many there are (seconds are measured by tests/bench)."""
    total = count(138_389, 13_839)
    ws.save_records("village_evaluation", (village(n, pop_res=n % 900) for n in range(total)), "zhang")
    made = records("village_evaluation")
    settle()
    made.recordTable.grab()
    assert made.model.rowCount() == total and len(made.model._pages) <= 3
    type_in(made.searchEdit, f"自然村{total // 10}")
    made.filter()
    made.recordTable.grab()
    assert made.model.rowCount() == 10
    made.tabs.setCurrentIndex(2)
    made.roll_up()


def test_filter_sort_and_batch_edit(records, ws):
    ws.save_records(
        "plan_progress",
        [progress(plan_type=k, percent=p) for k, p in (("村庄规划", 3), ("详细规划", 1), ("专项规划", 2))],
        "zhang",
    )
    made = records()
    percent = list(made.model._columns).index("percent")
    made.model.sort(percent)
    assert [made.model.index(row, percent).data() for row in range(3)] == ["1", "2", "3"]
    made.recordTable.selectAll()
    from onemap.forms.batch_edit import BatchEdit

    dialog = BatchEdit(ws, made.form, made.selected(), "zhang")
    dialog.field_box.setCurrentIndex(dialog.field_box.findData("percent"))
    type_in(dialog.stack.currentWidget(), "500")
    dialog.accept()
    assert "above 100" in dialog.notice.text()
    type_in(dialog.stack.currentWidget(), "50")
    dialog.accept()
    assert {r["percent"] for r in ws.records("plan_progress")} == {50}
    made.reload()
    made.recordTable.selectAll()
    made.acts.change("ready")
    assert {r["status"] for r in ws.records("plan_progress")} == {"ready"}
    made.statusBox.setCurrentIndex(made.statusBox.findData("draft"))
    made.filter()
    assert made.model.rowCount() == 0
    assert_intact(ws)


def test_missing_records_are_copied_from_last_period(records, ws):
    from onemap.plugin.core.forms.periods import previous_period

    now = date.today().strftime("%Y-%m")
    last = previous_period(now)
    ws.save_records("plan_progress", [progress(reported_at=f"{last}-20", stage_date=f"{last}-01", percent=7)], "zhang")
    made = records()
    made.tabs.setCurrentIndex(1)
    assert (
        made.dueTable.rowCount() == 1
        and "Not reported" in made.dueTable.item(0, made.dueTable.columnCount() - 2).text()
    )
    made.copy_missing()
    assert [(r["period"], r["percent"], r["reported_at"]) for r in ws.records("plan_progress", {"period": now})] == [
        (now, 7, None)
    ]
    made.copy_missing()
    assert ws.count("plan_progress") == 2


def test_the_roll_up_colours_a_map_layer(ws):
    from onemap.plugin.bridge.records.rollup_map import colour_by_rollup, stage_colour
    from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer

    ws.save_records("plan_progress", [progress(), progress(xzqdm="330105", stage="批复")], "zhang")
    layer = QgsVectorLayer("Polygon?crs=EPSG:4490&field=XZQDM:string", "divisions", "memory")
    for number, code in enumerate(("330110", "330105", "330199")):
        feature = QgsFeature(layer.fields())
        feature.setGeometry(
            QgsGeometry.fromWkt(f"POLYGON(({number} 0,{number + 1} 0,{number + 1} 1,{number} 1,{number} 0))")
        )
        feature.setAttributes([code])
        layer.dataProvider().addFeatures([feature])
    form = ws.form("plan_progress")
    assert colour_by_rollup(layer, form, ws.roll_up("plan_progress", "county", states=None)) == 2
    from qgis.core import QgsExpression, QgsExpressionContextUtils, QgsRenderContext

    renderer, context, colours, names = layer.renderer().clone(), QgsRenderContext(), {}, {}
    label = QgsExpression(layer.labeling().settings().fieldName)
    context.expressionContext().appendScopes(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    renderer.startRender(context, layer.fields())
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        names[feature["XZQDM"]] = label.evaluate(context.expressionContext())
        symbol = renderer.symbolForFeature(feature, context)
        colours[feature["XZQDM"]] = symbol.color().name() if symbol else None
    renderer.stopRender(context)
    known = ws.divisions()
    assert layer.labelsEnabled() and [names[c] for c in ("330110", "330105")] == [
        known.name("330110"),
        known.name("330105"),
    ]
    assert colours == {"330110": stage_colour(form, "公示"), "330105": stage_colour(form, "批复"), "330199": "#f2f2f2"}


def test_the_wizard_makes_a_workspace(tmp_path):
    from onemap.forms.workspace_wizard import WorkspaceWizard
    from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer

    layer = QgsVectorLayer("Polygon?crs=EPSG:4549", "outline", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromWkt("POLYGON((500000 3350000,500100 3350000,500100 3350100,500000 3350000))"))
    layer.dataProvider().addFeatures([feature])
    QgsProject.instance().addMapLayer(layer)
    made = WorkspaceWizard("zhang")
    made.accept()
    assert "Choose where" in made.noticeLabel.text()
    made.workspaceFile.setFilePath(str(tmp_path / "new.gpkg"))
    made.countyEdit.setText("33011")
    made.accept()
    assert "6 digits" in made.noticeLabel.text() and made.workspace is None
    made.countyEdit.setText("330110")
    made.districtBox.setLayer(layer)
    made.zoneBox.setCurrentIndex(0)
    made.districtBox.setLayer(None)
    made.districtBox.setLayer(layer)
    made.sourcesTable.set_sources(SOURCES)
    made.accept()
    with made.workspace as ws:
        assert (ws.county, ws.setting("zone"), ws.setting("sources")) == ("330110", 40, SOURCES)
        assert ws._db.value("SELECT min_x FROM gpkg_contents WHERE table_name = 'district'") == pytest.approx(
            120, abs=0.01
        )
    QgsProject.instance().clear()


class Iface:
    def __init__(self):
        from qgis.PyQt.QtWidgets import QMainWindow

        self.window = QMainWindow()

    def mainWindow(self):
        return self.window

    def activeLayer(self):
        return None


def test_the_dock_opens_at_once_and_remembers_its_page(ws, tmp_path):
    from onemap.forms.reports_page import ReportsPage
    from onemap.plugin.bridge.settings import Settings
    from onemap.plugin.gui.dock import Dock
    from qgis.PyQt.QtWidgets import QLabel

    kept, iface = Settings.load(), Iface()
    path = ws.path
    ws.save_records("plan_progress", [progress()], "zhang")
    ws.close()
    pages = [("review", "Review", QLabel), ("reports", "Reports", lambda: ReportsPage(iface)), ("sync", "Sync", QLabel)]
    try:
        dock = Dock(pages)
        page = dock.show_page("reports")
        settle()
        page.open(str(path))
        assert "330110" in page.workspaceLabel.text() and page.formTable.item(0, 1).text() == "1"
        page.verify()
        while page.task is not None:
            settle(0.02)
        assert "intact" in page.noticeLabel.text()
        window = page.open_records()
        assert window.model.rowCount() == 1
        dock.dispose()
        assert page.workspace is None and Dock(pages).tabs.currentIndex() == 1
        again = ReportsPage(iface)
        again.show()
        settle()
        assert again.workspace.path == path
        again.close_workspace()
    finally:
        kept.save()
