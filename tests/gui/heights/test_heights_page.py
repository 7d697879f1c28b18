"""The page of heights: layers of usual names are chosen, a design is run, a height is dragged, versions are compared."""

import pytest
from onemap.tests.support.window import make_iface, settle, wait_for
from qgis.core import QgsProject

X, Y = 500_000, 3_350_000
FIELDS = "JZBH:string,JZGD:double,SWDPBG:double"


def box(x, y, w, d):
    left, low, right, top = X + x, Y + y, X + x + w, Y + y + d
    return f"POLYGON(({left} {low},{right} {low},{right} {top},{left} {top},{left} {low}))"


def layer(*values, **named):
    from onemap.tests.support.algorithms import layer as made

    return made(*values, **named)


def town(name, *heights):
    rows = [(box(400 + 40 * n, -5, 20, 10), f"B{n + 1}", height, 9.0) for n, height in enumerate(heights)]
    return layer(name, rows, FIELDS)


@pytest.fixture
def page(qgis_app):
    from onemap.plugin.gui.heights.page import HeightsPage

    project = QgsProject.instance()
    project.addMapLayer(town("FAJZW", 16.8, 8.0, None))
    eyes = layer("SD", [(f"POINT({X} {Y})", "望江亭", 11.6)], "MC:string,BG:double", kind="Point")
    goals = layer("SXMB", [(f"POINT({X + 1200} {Y})", "古塔", 35.0)], "MC:string,BG:double", kind="Point")
    zones = layer("ZXCQJZGDFQ", [(box(390, -50, 60, 100), "二区", 24.0)], "MC:string,JZGDGX:double")
    project.addMapLayers([eyes, goals, zones])
    page = HeightsPage(make_iface())
    yield page
    page.dispose()
    project.clear()
    settle()


def statuses(page):
    return [b.status for b in page.session.run.buildings]


def run(page):
    page.start.click()
    wait_for(lambda: page.task is None)


def test_a_design_is_run_and_a_height_is_dragged(page):
    assert page.form.layer("buildings").name() == "FAJZW" and page.form.layer("zones").name() == "ZXCQJZGDFQ"
    assert page.form.layer("existing") is None and not page.report.isEnabled()
    run(page)
    assert statuses(page) == ["conflict", "clear", "not_checked"] and "1 fail, 1 comply" in page.summary.text()
    names = {layer.name() for layer in QgsProject.instance().mapLayers().values()}
    assert {"Parts that exceed a limit", "Buildings and heights allowed", "Views"} <= names
    page.list.view.selectRow(page.list.rows.shown.index(0))
    page.zoom.click()
    assert page.list._bands and page.list.canvas.extent().width() < 1000
    page.height.number.setValue(10.4)
    wait_for(lambda: statuses(page)[0] == "clear")
    assert page.list.selected() == 0 and "Tried heights: 1" in page.summary.text()
    page.height.number.setValue(30.0)
    wait_for(lambda: statuses(page)[0] == "conflict")
    assert "19.60" in page.list.rows.rows[0].texts[3]
    page.height.comply.click()
    wait_for(lambda: statuses(page)[0] == "clear")
    page.height.back.click()
    assert statuses(page) == ["conflict", "clear", "not_checked"] and "Tried" not in page.summary.text()


def test_a_report_and_another_version(page, tmp_path, monkeypatch):
    from onemap.plugin.gui.heights import page as module

    monkeypatch.setattr(module.QDesktopServices, "openUrl", lambda url: True)
    run(page)
    page.write_report(str(tmp_path / "r.html"))
    wait_for(lambda: page.task is None)
    assert "望江亭 → 古塔" in (tmp_path / "r.html").read_text(encoding="utf-8")
    page.compare(town("方案二", 10.0, 30.0, 5.0))
    wait_for(lambda: page.task is None)
    assert [row.texts[:2] for row in page.window.rows.rows] == [("New", "B2"), ("Unchanged", "B3"), ("Resolved", "B1")]


def test_what_cannot_be_used_is_told(page):
    page.form.boxes["viewpoints"].setLayer(None)
    page.form.boxes["zones"].setLayer(None)
    page.form.boxes["targets"].setLayer(None)
    run(page)
    assert "No limit is given" in page.summary.text() and set(statuses(page)) == {"no_limit"}
    empty = layer("空", [], FIELDS)
    QgsProject.instance().addMapLayer(empty)
    page.form.boxes["buildings"].setLayer(empty)
    page.start.click()
    assert "has no features" in page.message.text()


def test_a_round_needs_a_workspace_and_is_kept_in_it(page, tmp_path):
    from onemap.plugin.bridge.review.rounds_target import use_in_window
    from onemap.plugin.store.workspace import Workspace
    from onemap.tests.support.workspaces import fresh_workspace

    run(page)
    page.keep_round("方案")
    wait_for(lambda: page.task is None)
    assert "workspace" in page.message.text()
    with Workspace.open(str(fresh_workspace(tmp_path / "county.gpkg"))) as workspace:
        use_in_window(workspace, "张三")
        try:
            page.drag(0, 12.0)
            page.keep_round("方案")
            wait_for(lambda: page.task is None)
            kept = workspace.cases.rounds("方案")
        finally:
            use_in_window(None)
    assert [info.number for info in kept] == [1] and "方案" in page.message.text()
