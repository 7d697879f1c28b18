"""The Site page on real widgets: live count, run, ranking tied to the map, chart, comparison, why not here, report."""

import pytest
from onemap.tests.support.window import WORK, settle, trace

ZONE = "EPSG:4549"
CRITERIA = """# who made it
name: 小型厂房
version: "1"
area: {min_m2: 9000, max_m2: 11000}
sources:
  plan: {title: 某县选址导则, confidence: proposal}
layers:
  road: {title: 道路, names: [road]}
  use: {title: 地类图斑, names: [use]}
  dem: {title: 高程}
constraints:
  - {id: farm, line: YJJBNTTB, kind: avoid, source: plan}
  - {id: off_road, title: 退让道路, layer: road, kind: min_distance, distance_m: 20, source: plan, confidence: proposal}
factors:
  children:
    - {id: road, title: 距道路, kind: distance, layer: road, unit: m, weight: 2, value: {type: linear, worst: 800, best: 0}}
    - {id: use, title: 地类, kind: class, layer: use, field: code, weight: 1, value: {type: classes, table: {"05*": 100, "01*": 20}}}
    - {id: slope, title: 坡度, kind: slope, layer: dem, unit: degree, weight: 1, value: {type: linear, worst: 15, best: 0}}
"""


def box(x, y, size=100):
    x, y = WORK[0] + x, WORK[1] + y
    return f"POLYGON(({x} {y},{x + size} {y},{x + size} {y + size},{x} {y + size},{x} {y}))"


def add_layer(name, rows, fields="", kind="Polygon"):
    from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer

    layer = QgsVectorLayer(f"{kind}?crs={ZONE}{fields}", name, "memory")
    for wkt, *values in rows:
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromWkt(wkt))
        feature.setAttributes(values)
        layer.dataProvider().addFeatures([feature])
    layer.updateExtents()
    QgsProject.instance().addMapLayer(layer)
    return layer


@pytest.fixture
def page(window, iface, tmp_path):
    """The page over five parcels, farmland on the second, a road east of them, no elevation."""
    from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsRectangle, QgsSettings

    path = tmp_path / "criteria.yaml"
    path.write_text(CRITERIA, encoding="utf-8")
    add_layer("YJJBNTTB", [(box(180, 0),)])
    add_layer(
        "road", [(f"LINESTRING({WORK[0] + 720} {WORK[1] - 500},{WORK[0] + 720} {WORK[1] + 1500})",)], kind="LineString"
    )
    add_layer("use", [(box(-50, -50, 400), "0101"), (box(350, -50, 400), "0501")], "&field=code:string")
    add_layer("extent", [(box(0, 0, 1000),)])
    parcels = add_layer("parcels", [(box(150 * n, 0), f"P{n}") for n in range(5)], "&field=XMBH:string")
    iface.canvas.setDestinationCrs(QgsCoordinateReferenceSystem(ZONE))
    iface.canvas.setExtent(QgsRectangle(WORK[0] - 100, WORK[1] - 100, WORK[0] + 900, WORK[1] + 500))
    QgsSettings().remove("onemap/siting/criteria")
    made = window.dock.show_page("sites")
    made.controls.add_file(path)
    made.load(str(path))
    made.controls.layer.setLayer(parcels)
    yield made
    made.jobs.dispose()
    settle(0.1)
    QgsProject.instance().clear()


def wait(condition, seconds=120):
    for _ in range(seconds * 20):
        settle(0.05)
        if condition():
            return
    raise AssertionError("nothing came")


def remains(page, words):
    wait(lambda: words in page.controls.remains.text())


def run(page):
    page.result = None
    page.run()
    wait(lambda: page.result is not None)
    return page.result


def test_what_remains_is_counted_while_the_criteria_are_edited(page):
    remains(page, "4 of 5 candidates remain, 60.0")
    editor = page.edit()
    assert (
        "退让道路" in editor.constraints.table.item(1, 0).text()
        and "20 m" in editor.constraints.table.item(1, 1).text()
    )
    assert (
        "某县选址导则" in editor.constraints.table.item(1, 2).text()
        and "to be verified" in editor.constraints.table.item(1, 2).text()
    )
    assert "基本农田" in editor.constraints.table.item(0, 2).text(), "the law of the rule set is shown"
    page.draft.constraints[1]["distance_m"] = 200
    editor.constraints.changed.emit()
    remains(page, "2 of 5 candidates remain")
    assert "2 of 5" in editor.remains.text()
    editor.constraints.table.setCurrentCell(0, 0)
    editor.constraints.remove()
    remains(page, "3 of 5 candidates remain")
    assert page.removals.table.rowCount() == 1 and page.removals.table.item(0, 4).text() == "2"


def test_a_mistake_is_told_with_its_place_and_the_count_waits(page):
    editor = page.edit()
    page.draft.constraints.append({"id": "bad", "kind": "max_distance", "layer": "road", "distance_m": 5})
    editor.constraints.changed.emit()
    assert "off_road" in editor.mistakes.text() and "constraints.2" in editor.mistakes.text()
    remains(page, "off_road")


def test_the_page_fits_into_a_narrow_dock_however_long_names_are(page):
    """Of a page that is wider than the dock its right side cannot be reached."""
    from qgis.core import QgsProject

    for layer in QgsProject.instance().mapLayers().values():
        layer.setName(layer.name() + " of the county as the bureau delivered it in the last year" * 2)
    page.controls.mode.setCurrentIndex(1)
    run(page)
    settle(0.1)
    assert page.minimumSizeHint().width() <= 480


def test_a_second_run_switches_the_layers_of_the_first_off(page):
    from qgis.core import QgsProject

    run(page)
    run(page)
    groups = [g for g in QgsProject.instance().layerTreeRoot().findGroups() if "小型厂房" in g.name()]
    assert [group.itemVisibilityChecked() for group in groups] == [True, False]


def test_a_bad_file_is_told_and_the_former_criteria_stay(page, iface, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("name: x\nversion: 1\nconstraints: [{id: a, kind: nonsense}]\n", encoding="utf-8")
    page.controls.add_file(bad)
    page.controls._choose()
    assert "nonsense" in iface.bar.items()[-1].text() and page.draft.document["name"] == "小型厂房"
    assert page.controls.criteria.currentText() == "小型厂房"


def test_unsaved_changes_are_not_given_up_unasked(page):
    from qgis.PyQt.QtCore import QTimer
    from qgis.PyQt.QtWidgets import QApplication, QMessageBox

    def answer(button):
        box = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible())
        box.button(button).click()

    page.draft.constraints.pop()
    for button, left in ((QMessageBox.StandardButton.No, 1), (QMessageBox.StandardButton.Yes, 3)):
        QTimer.singleShot(300, lambda button=button: answer(button))
        page.controls.criteria.setCurrentIndex(0)
        page.controls._choose()
        assert len(page.draft.constraints) == left
    assert page.draft.document["name"] != "小型厂房" and not page.draft.is_changed


def test_free_land_is_counted_without_parcels(page):
    from qgis.core import QgsProject

    page.controls.mode.setCurrentIndex(1)
    page.controls.layer.setLayer(QgsProject.instance().mapLayersByName("extent")[0])
    free = (1e6 - 1e4 - 40 * 1000) * 0.0015
    remains(page, "Free land")
    text = page.controls.remains.text().split()[2].replace(",", "")
    assert float(text) == pytest.approx(free, rel=0.002)


def test_edited_features_are_counted_anew(page):
    """What is remembered between counts goes when a layer is edited."""
    from qgis.core import QgsGeometry, QgsProject

    remains(page, "4 of 5 candidates remain")
    farm = QgsProject.instance().mapLayersByName("YJJBNTTB")[0]
    (feature,) = farm.getFeatures()
    farm.startEditing()
    farm.changeGeometry(feature.id(), QgsGeometry.fromWkt(box(180, 0, 350)))
    page.jobs.count_soon()
    remains(page, "2 of 5 candidates remain")
    farm.rollBack()
    page.jobs.count_soon()
    remains(page, "4 of 5 candidates remain")


def test_a_second_count_of_free_land_cuts_only_what_changed(page):
    """The second count gives what a fresh page gives, with the unchanged constraints remembered."""
    from onemap.plugin.bridge.siting.session import SiteSession
    from qgis.core import QgsProject

    extent = QgsProject.instance().mapLayersByName("extent")[0]
    session = page.jobs.session
    first = session.count(page.draft, extent, False)(None)
    kept = dict(session._memory["exclusions"])
    page.draft.constraints[1]["distance_m"] = 60
    second = session.count(page.draft, extent, False)(None)
    fresh = SiteSession().count(page.draft, extent, False)(None)
    assert second == fresh and second.area_m2 < first.area_m2
    again = session._memory["exclusions"]
    assert len(set(map(id, kept.values())) & set(map(id, again.values()))) == 1


def test_a_run_is_ranked_charted_compared_and_tied_to_the_map(page, iface, tmp_path):
    from qgis.core import QgsProject

    result = run(page)
    table = page.ranking.table
    assert [table.item(r, 1).text() for r in range(table.rowCount())] == ["P4", "P3", "P2", "P0"]
    assert table.item(0, 10).text() == "not evaluated" and "DEM" not in table.item(0, 4).text()
    assert "坡度" in table.item(0, 0).toolTip(), "why the score is not whole is told"
    assert float(table.item(0, 5).text()) == 75.0
    group = QgsProject.instance().layerTreeRoot().children()[0]
    assert "小型厂房" in group.name() and result.sites.renderer().type() == "graduatedSymbol"
    assert [layer.layer().featureCount() for layer in group.findLayers()] == [4, 1]
    table.selectRow(1)
    assert [f["site_key"] for f in result.sites.selectedFeatures()] == ["P3"]
    keys = {f["site_key"]: f.id() for f in result.sites.getFeatures()}
    result.sites.selectByIds([keys["P0"], keys["P4"]])
    assert page.ranking.indices() == [4, 0]
    assert page.comparison.table.columnCount() == 3 and page.comparison.table.horizontalHeaderItem(1).text() == "1\nP4"
    titles = [page.comparison.table.item(r, 0).text() for r in range(page.comparison.table.rowCount())]
    assert "距道路 [m]" in titles and "Demand: 退让道路 [m]" in titles
    road = titles.index("距道路 [m]")
    assert page.comparison.table.item(road, 1).background().color().name() == "#c8e6c9"
    before = iface.canvas.extent()
    page.ranking.zoom(0)
    assert iface.canvas.extent().width() < before.width() * 0.8
    draws_pieces(page)
    writes_report(page, tmp_path)


def draws_pieces(page):
    """The chart shows a piece of the right length for each factor of each bar."""
    page.ranking.table.selectRow(0)
    page.chart.resize(600, 300)
    image = page.chart.grab().toImage()
    colours = [image.pixelColor(x, 20).name() for x in range(image.width())]
    parts = [float(r.contribution[4]) for r in page.result.selection.factors]
    lengths = [colours.count(c) for c in ("#4477aa", "#ee6677")]
    assert lengths[0] / lengths[1] == pytest.approx(parts[0] / parts[1], rel=0.35) and "#228833" not in colours


def writes_report(page, tmp_path):
    path = tmp_path / "sites.docx"
    page.write_report(str(path))
    wait(lambda: page.report_task is None)
    assert path.stat().st_size > 20_000


def test_sites_are_found_in_free_land_and_a_run_can_be_cancelled(page):
    from qgis.core import QgsProject

    page.controls.mode.setCurrentIndex(1)
    page.controls.layer.setLayer(QgsProject.instance().mapLayersByName("extent")[0])
    page.controls.number.setValue(3)
    page.run()
    assert page.controls.stop.isEnabled() and not page.controls.start.isEnabled()
    page.cancel()
    settle(1.0)
    assert page.result is None and page.controls.start.isEnabled()
    result = run(page)
    assert page.ranking.table.rowCount() == 3 and "free land" in page.ranking.hint.text()
    assert result.others[0].featureCount() >= 1
    label = result.sites.labeling().settings()
    assert result.sites.labelsEnabled() and (label.fieldName, label.isExpression) == ('"rank"', True)


def test_why_not_here_tells_distance_and_law(page, iface):
    from qgis.core import QgsPointXY
    from qgis.PyQt.QtCore import QPoint, Qt
    from qgis.PyQt.QtTest import QTest

    def click(x, y):
        page.why.table.setRowCount(0)
        at = iface.canvas.getCoordinateTransform().transform(QgsPointXY(WORK[0] + x, WORK[1] + y))
        place = QPoint(round(at.x()), round(at.y()))
        QTest.mouseClick(iface.canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        wait(lambda: page.why.table.rowCount())
        return [[page.why.table.item(r, c).text() for c in range(4)] for r in range(page.why.table.rowCount())]

    settle(0.2)
    page.controls.why.setChecked(True)
    rows = click(200, 50)  # the parcel on farmland
    assert rows[0][1] == "not met" and "7,0" in rows[0][2].replace("6,99", "7,0") and "基本农田" in rows[0][3]
    assert "Parcel" in page.why.hint.text() and "1 reason" in page.why.hint.text()
    assert rows[1][1] == "met" and "470 m" in rows[1][2].replace("469", "470")
    rows = click(715, 300)  # no parcel, on the road
    assert rows[0][1] == "not met" and "no candidate parcel" in rows[0][2]
    assert any("at least 20 m" in row[2] for row in rows)
    page.controls.mode.setCurrentIndex(1)
    page.controls.why.setChecked(False)
    assert page.why._mark.numberOfVertices() == 0 and iface.canvas.mapTool() is not page.tool


def test_a_click_where_the_coordinate_system_of_the_layer_does_not_reach_is_told(page, iface):
    from qgis.core import QgsCoordinateReferenceSystem, QgsPointXY

    iface.canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    page.ask(QgsPointXY(300, 95))
    assert page.jobs.asking is None and any("reach" in item.text() for item in iface.bar.items())


def test_layers_that_fail_or_go_do_not_break_the_page(page):
    from qgis.core import QgsProject

    run(page)
    QgsProject.instance().removeAllMapLayers()
    settle(0.8)
    page.ranking.table.selectRow(0)
    settle(0.1)
    page.run()
    assert page.controls.base() is None


def test_the_window_stays_alive_while_thousands_are_counted_and_ranked(page):
    """The event loop goes on while 4,000 parcels are held against 4,000 features (how long it stands still at most is
    measured by the bench of the window).
    """
    from qgis.PyQt.QtCore import QTimer

    rows = [(box(60 * x, 60 * y, 50), f"Q{x}_{y}") for x in range(80) for y in range(50)]
    parcels = add_layer("many", rows, "&field=XMBH:string")
    add_layer("use", [(wkt, "0101") for wkt, _ in rows], "&field=code:string")
    beats = []
    timer = QTimer()
    timer.timeout.connect(lambda: beats.append(page.jobs.running is not None))
    page.controls.layer.setLayer(parcels)
    page.controls.remains.clear()
    timer.start(5)
    remains(page, "of 4,000 candidates")
    assert len(run(page).selection.keys) == 4000
    timer.stop()
    assert page.ranking.table.rowCount() == 500
    assert sum(beats) > 5, "the loop turned while the run was on its way"


def test_a_page_that_was_shown_leaves_nothing_behind(iface, without_provider):
    import gc

    from onemap import classFactory

    iface.window.menuBar()
    settle()
    before = trace(iface)
    for _ in range(3):
        plugin = classFactory(iface)
        plugin.initGui()
        shown = plugin.window.dock.show_page("sites")
        shown.edit()
        shown.controls.why.setChecked(True)
        settle(0.1)
        plugin.unload()
        del plugin, shown
        gc.collect()
        settle(0.1)
    assert trace(iface) == before


def test_the_base_layer_is_a_boundary_or_candidate_parcels(page):
    """Each way of searching proposes its own layer by name, and keeps the one the user chose."""
    controls = page.controls
    page.result = None
    add_layer("县界", [(box(0, 0, 900),)])
    candidates = add_layer("2026年备选地块", [(box(0, 0),)])
    controls._base.clear()
    controls.propose_base()
    assert controls.base().name() == "parcels"  # a whole name goes before a part
    controls.mode.setCurrentIndex(controls.mode.findData(False))
    assert controls.base().name() == "县界"
    controls.mode.setCurrentIndex(controls.mode.findData(True))
    controls.layer.setLayer(candidates)
    controls.layer.activated.emit(controls.layer.currentIndex())
    controls.mode.setCurrentIndex(controls.mode.findData(False))
    controls.mode.setCurrentIndex(controls.mode.findData(True))
    assert controls.base() is candidates


def test_a_count_shows_how_far_it_is_and_a_run_its_own_progress(page):
    controls = page.controls
    controls.set_counting(40.0)
    assert not controls.progress.isHidden() and controls.progress.value() == 40
    controls.set_counting(None)
    assert controls.progress.isHidden()
    controls.set_running(True)
    controls.set_progress(70)
    controls.set_counting(10.0)
    controls.set_counting(None)
    assert not controls.progress.isHidden() and controls.progress.value() == 70
    controls.set_running(False)


def test_an_own_price_table_and_facilities_that_there_are_reach_the_run(page, tmp_path):
    from onemap.plugin.paths import RESOURCES
    from qgis.core import QgsProject

    own, wrong = tmp_path / "prices.yaml", tmp_path / "wrong.yaml"
    text = (RESOURCES / "siting" / "tables" / "cost.yaml").read_text(encoding="utf-8")
    own.write_text(text.replace("示例价格表（单价为建议值，未经核实）", "某县价格表"), encoding="utf-8")
    wrong.write_text("name: 某县\nitems: 5\n", encoding="utf-8")
    page.controls.costs.setFilePath(str(own))
    assert run(page).job.cost_table.name == "某县价格表"
    page.controls.costs.setFilePath(str(wrong))
    messages = len(page.iface.messageBar().items())
    page.run()
    assert page.controls.start.isEnabled() and len(page.iface.messageBar().items()) > messages
    page.controls.costs.setFilePath("")
    page.controls.mode.setCurrentIndex(1)
    page.controls.layer.setLayer(QgsProject.instance().mapLayersByName("extent")[0])
    there = add_layer("stations", [(f"POINT({WORK[0] + 500} {WORK[1] + 500})",)], kind="Point")
    page.draft.document["search"] = {"spacing_m": 300}
    page.controls.existing.setLayer(there)
    made = run(page)
    assert "示例" in made.job.cost_table.name
    place = next(there.getFeatures()).geometry()
    assert len(made.selection.order) and min(f.geometry().distance(place) for f in made.sites.getFeatures()) >= 300


def test_layers_of_the_project_that_only_the_report_asks_for_reach_the_run_and_not_the_count(page):
    at = f"{WORK[0]} {WORK[1]}, {WORK[0] + 900} {WORK[1] + 900}"
    add_layer("道路", [(f"LINESTRING({at})",)], kind="LineString")
    made = run(page)
    assert made.job.layers.has("roads") and not made.job.layers.has("power")


def test_scenarios_are_reported_with_maps_changes_and_reasons(page, tmp_path, monkeypatch):
    from onemap.plugin.core import messages

    monkeypatch.setattr(messages, "_language", "zh")
    run(page)
    page.scenarios.keep_as("原条件")
    assert not page.scenarios.report.isEnabled(), "one run is nothing to compare"
    page.draft.constraints[1]["distance_m"] = 200
    run(page)
    page.scenarios.keep_as("退让 200 米")
    assert page.scenarios.report.isEnabled() and not page.scenarios.maps.isHidden()
    for suffix in (".html", ".docx", ".pdf", ".xlsx"):
        path = tmp_path / f"scenarios{suffix}"
        page.write_scenarios(path)
        wait(lambda: page.report_task is None)
        assert path.stat().st_size > 3000
    text = (tmp_path / "scenarios.html").read_text(encoding="utf-8")
    assert "“原条件”入选 4 处，首位为 P4" in text and "“退让 200 米”入选 2 处，首位为 P2" in text
    assert "退让道路·距离（米）：20 → 200" in text and "data:image/png" in text
    assert "退让道路：距离" in text and "要求不小于 200 米" in text, "why a site is out is told"


def test_several_sites_are_compared_however_they_are_chosen(page):
    """By clicks with Ctrl and with Shift, from the map, from the table of other weights."""
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    ctrl = Qt.KeyboardModifier.ControlModifier
    run(page)
    page.ranking.table.resize(600, 300)
    table, heads = page.ranking.table, page.comparison.table

    def click(row, modifier=Qt.KeyboardModifier.NoModifier):
        place = table.visualItemRect(table.item(row, 1)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifier, place)

    def compared():
        return [heads.horizontalHeaderItem(c).text().split("\n")[1] for c in range(1, heads.columnCount())]

    click(0)
    click(1, ctrl)
    click(3, ctrl)
    assert compared() == ["P4", "P3", "P0"]
    click(0)
    click(2, Qt.KeyboardModifier.ShiftModifier)
    assert compared() == ["P4", "P3", "P2"]
    keys = {f["site_key"]: f.id() for f in page.result.sites.getFeatures()}
    page.result.sites.selectByIds([keys[k] for k in ("P0", "P3", "P2")])
    assert compared() == ["P3", "P2", "P0"]
    page.ranking.choose([0, 4, 3])
    assert compared() == ["P4", "P3", "P0"]
    assert sorted(f["site_key"] for f in page.result.sites.selectedFeatures()) == ["P0", "P3", "P4"]
    page.ranking.choose([])
    assert compared() == [] and not page.result.sites.selectedFeatureCount()
    others = page.weights.table
    page.tabs.setCurrentIndex(3)
    for row, modifier in ((0, Qt.KeyboardModifier.NoModifier), (1, ctrl), (3, ctrl)):
        place = others.visualItemRect(others.item(row, 1)).center()
        QTest.mouseClick(others.viewport(), Qt.MouseButton.LeftButton, modifier, place)
    assert compared() == ["P4", "P3", "P0"]


def test_the_page_leaves_a_low_screen_to_its_results(page):
    """1366 x 768 leaves the dock some 560 pixels: nothing of the page lies below, the form takes a third at most."""
    controls = page.controls
    page.resize(440, 530)
    settle(0.1)
    assert page.minimumSizeHint().height() <= 530, "the dock scrolls what does not fit"
    assert controls.height() <= 175 < page.tabs.height()
    before = controls.sizeHint().height()
    controls.more.setChecked(True)
    settle(0.1)
    assert not controls.costs.isHidden() and controls.sizeHint().height() > before
    controls.mode.setCurrentIndex(controls.mode.findData(False))
    assert not controls.edges.isHidden() and not controls.number.isHidden()
    controls.more.setChecked(False)
    settle(0.1)
    assert controls.folded.isHidden() and not controls.number.isHidden()
