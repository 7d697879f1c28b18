"""The check page: lines are proposed by name, changed by choosing, remembered; it runs, and the result is read."""

import json
from pathlib import Path

import pytest
from onemap.tests.support.window import WORK, settle, wait_for


def add_layer(name, x=0, fields="", values=(), size=100):
    from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer

    layer = QgsVectorLayer(f"Polygon?crs=EPSG:4549{fields}", name, "memory")
    for number, value in enumerate(values or [None]):
        feature = QgsFeature(layer.fields())
        left, low = WORK[0] + x + 300 * number, WORK[1]
        ring = f"{left} {low},{left + size} {low},{left + size} {low + size},{left} {low + size},{left} {low}"
        feature.setGeometry(QgsGeometry.fromWkt(f"POLYGON(({ring}))"))
        feature.setAttributes([value] if fields else [])
        layer.dataProvider().addFeatures([feature])
    layer.updateExtents()
    QgsProject.instance().addMapLayer(layer)
    return layer


@pytest.fixture
def desk(window, iface):
    from onemap.plugin.bridge.settings import Settings
    from qgis.core import QgsProject

    kept = Settings.load()
    QgsProject.instance().clear()
    page = window.dock.show_page("review").controller
    yield page
    QgsProject.instance().clear()
    kept.save()
    settle(0.3)


def loaded(desk, count):
    wait_for(lambda: not desk.check.table.busy and len(desk.check.table.proposals) == count)
    settle(0.05)


def test_a_layer_that_leaves_before_its_row_comes_gets_none(qgis_app):
    from onemap.plugin.gui.review.check_table import LayerTable
    from qgis.core import QgsProject

    QgsProject.instance().clear()
    ids = [add_layer(name).id() for name in ("YJJBNTTB", "STBHHX", "CZKFBJ")]
    table = LayerTable()
    table.reload()
    QgsProject.instance().removeMapLayers(ids[:2])
    wait_for(lambda: not table.busy)
    assert [proposal.layer_id for proposal in table.proposals] == ids[2:]
    QgsProject.instance().clear()


def test_an_empty_project_says_what_to_do_and_cannot_run(desk):
    wait_for(lambda: not desk.check.table.busy)
    settle(0.3)
    assert desk.page.stack.currentWidget() is desk.start
    desk.page.show_page("check")
    assert desk.check.empty.text() and desk.check.empty.isVisibleTo(desk.check)
    assert not desk.check.start.isEnabled() and desk.check.obstacle.text()
    assert not desk.result.report.isEnabled() and not desk.result.folder.isEnabled()


def test_everyday_names_are_checked_without_typing(desk, tmp_path):
    projects = add_layer("新项目", fields="&field=XMBH:string", values=("A1", "A2"))
    add_layer("永农2023", 50)
    add_layer("红线最终版", 3000)
    add_layer("底图", 9000)
    loaded(desk, 4)
    check = desk.check
    assert check.projects.currentLayer() is projects and check.key.currentField() == "XMBH"
    assert sorted(check.table.lines().values()) == ["STBHHX", "YJJBNT"]
    assert "Permanent basic farmland" not in check.unchecked.toolTip()
    assert "Urban development boundary" in check.unchecked.toolTip()
    assert check.start.isEnabled() and not check.obstacle.text()
    check.folder.setFilePath(str(tmp_path / "out"))
    check._folder_chosen = True
    check.reports[".html"].setChecked(True)
    check.start.click()
    wait_for(lambda: desk.result.tally is not None or check.obstacle.text())
    assert not check.obstacle.text()
    tally = desk.result.tally
    assert [(p.key, p.conclusion.value) for p in tally.projects] == [("A1", "prohibited"), ("A2", "not_checked")]
    assert "1 projects not checked are clear of every line that was checked." in desk.result.unchecked.text()
    assert desk.page.stack.currentWidget() is desk.result
    assert {p.suffix for p in (tmp_path / "out").iterdir()} >= {".docx", ".html", ".gpkg"}
    desk.result.projects.selectRow(0)
    assert desk.result.lines.rowCount() == 1 and desk.result.lines.item(0, 2).text() == "7.50"
    middle = desk.result._canvas.extent().center()
    assert abs(middle.x() - WORK[0] - 50) < 1 and abs(middle.y() - WORK[1] - 50) < 1
    assert desk.result.report.isEnabled() and desk.result.folder.isEnabled()
    settle(0.4)
    wait_for(lambda: not check.table.busy)
    assert len(check.table.proposals) == 4, "the findings are no control line"
    desk.result.only(tally.projects[1].conclusion)
    assert desk.result.model.rowCount() == 1


def test_remarks_on_the_inputs_stand_on_the_result_page(desk, tmp_path):
    add_layer("新项目", fields="&field=XMBH:string", values=("A1",))
    farmland = add_layer("永农2023", 3000, fields="&field=TBBH:string", values=("1", "2"))
    farmland.setSubsetString("TBBH = '1'")
    loaded(desk, 2)
    assert not desk.result.notices.isVisibleTo(desk.result)
    desk.check.folder.setFilePath(str(tmp_path / "out"))
    desk.check._folder_chosen = True
    desk.check.start.click()
    wait_for(lambda: desk.result.tally is not None or desk.check.obstacle.text())
    notices = desk.result.notices
    assert notices.isVisibleTo(desk.result) and any("TBBH = '1'" in text for text in notices.texts)
    assert len(notices.texts) == len(set(notices.texts))
    desk.result.clear()
    assert not notices.isVisibleTo(desk.result)


def test_the_layer_of_the_county_is_proposed_as_the_area_of_the_lines(desk):
    add_layer("新项目", fields="&field=XMBH:string", values=("A1",))
    add_layer("永农2023行政区", 3000)
    loaded(desk, 2)
    assert desk.check.setup().control_extent == "", "a control line is no county"
    county = add_layer("某县行政区", size=900)
    loaded(desk, 3)
    assert desk.check.setup().control_extent == county.id()
    assert desk.check.projects.currentLayer().name() == "新项目"
    desk.check.extent.setLayer(None)
    desk.check.extent.activated.emit(0)
    add_layer("底图", 9000)
    loaded(desk, 4)
    assert desk.check.setup().control_extent == "", "what a person chose stays"


def test_without_a_line_the_run_is_off_with_the_reason(desk):
    add_layer("新项目", fields="&field=XMBH:string", values=("A1",))
    add_layer("底图")
    loaded(desk, 2)
    check = desk.check
    assert not check.start.isEnabled() and check.obstacle.text() == check.start.toolTip()
    other = next(p.layer_id for p in check.table.proposals if p.name == "底图")
    check.table.choose(other, "SD")
    assert check.start.isEnabled() and check.setup().lines == {other: "SD"}
    check.table.choose(check.projects.currentLayer().id(), "SD")
    assert not check.start.isEnabled()


def test_a_choice_is_remembered_for_the_layer_of_the_county(desk, tmp_path):
    from onemap.plugin.bridge.review.check_setup import county_of, remember
    from qgis.core import QgsProject, QgsVectorFileWriter, QgsVectorLayer

    memory = add_layer("底图")
    counties = []
    for county in ("330110", "330111"):
        path = tmp_path / county / "tu.gpkg"
        path.parent.mkdir()
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.layerName = "tu"
        QgsVectorFileWriter.writeAsVectorFormatV2(memory, str(path), QgsProject.instance().transformContext(), options)
        counties.append(QgsVectorLayer(f"{path}|layername=tu", "tu", "ogr"))
    QgsProject.instance().clear()
    QgsProject.instance().addMapLayer(counties[0])
    loaded(desk, 1)
    desk.check.table.choose(counties[0].id(), "GYL")
    remember(desk.check.table.proposals)
    QgsProject.instance().addMapLayer(counties[1])
    loaded(desk, 2)
    desk.check.table.reload()
    loaded(desk, 2)
    assert (county_of(counties[0]), county_of(counties[1])) == ("330110", "330111")
    assert desk.check.table.lines() == {counties[0].id(): "GYL"}


def enter_day(table, row, day):
    """As a person would: click, choose in the calendar's field, leave it."""
    from qgis.PyQt.QtCore import QDate

    table.cellClicked.emit(row, 2)
    index = table.model().index(row, 2)
    editor = table.indexWidget(index)
    assert editor.calendarPopup()
    editor.setDate(QDate.fromString(day, "yyyy-MM-dd")) if day else editor.clear()
    delegate = table.itemDelegateForColumn(2)
    delegate.setModelData(editor, table.model(), index)
    delegate.closeEditor.emit(editor)


def test_the_date_of_a_layers_data_is_entered_handed_over_and_remembered(desk, tmp_path):
    from onemap.plugin.bridge.review.check_setup import parameters, remember
    from qgis.core import QgsProject

    add_layer("新项目", fields="&field=XMBH:string", values=("A1",))
    twins = [add_layer("永农2023"), add_layer("永农2023")]
    loaded(desk, 3)
    table = desk.check.table
    rows = [next(i for i, p in enumerate(table.proposals) if p.layer_id == twin.id()) for twin in twins]
    desk.page.show_page("check")
    enter_day(table, rows[0], "2024-05-31")
    assert json.loads(parameters(desk.check.setup())["LAYER_DATES"]) == {twins[0].source(): "2024-05-31"}
    QgsProject.instance().removeMapLayer(twins[1].id())
    loaded(desk, 2)
    row = next(i for i, p in enumerate(table.proposals) if p.layer_id == twins[0].id())
    assert not table.days(), "what was not run is not remembered"
    enter_day(table, row, "2024-05-31")
    assert parameters(desk.check.setup())["LAYER_DATES"] == '{"永农2023": "2024-05-31"}'
    remember(table.proposals)
    table.reload()
    loaded(desk, 2)
    assert table.item(row, 2).text() == "2024-05-31"
    enter_day(table, row, "")
    assert parameters(desk.check.setup())["LAYER_DATES"] == ""
    remember(table.proposals)
    table.reload()
    loaded(desk, 2)
    assert table.days() == {}


def test_a_month_that_nobody_touched_stays_a_month(desk):
    add_layer("永农2023")
    loaded(desk, 1)
    table = desk.check.table
    table.item(0, 2).setText("2024-05")
    desk.page.show_page("check")
    enter_day(table, 0, "2024-05-01")
    assert list(table.days().values()) == ["2024-05"]
    enter_day(table, 0, "2024-05-02")
    assert list(table.days().values()) == ["2024-05-02"]


def test_the_pages_empty_themselves_when_the_project_is_closed(desk):
    from qgis.core import QgsProject

    add_layer("永农2023")
    loaded(desk, 1)
    QgsProject.instance().clear()
    settle(0.4)
    wait_for(lambda: not desk.check.table.busy)
    assert desk.check.table.rowCount() == 0 and not desk.check.start.isEnabled()
    assert desk.check.projects.currentLayer() is None


def test_the_sample_county_is_made_opened_and_checked(desk, tmp_path, monkeypatch):
    from onemap.plugin.bridge.layers import output_folder

    monkeypatch.setattr(output_folder.QStandardPaths, "writableLocation", lambda *_: str(tmp_path))
    desk.make_sample()
    wait_for(lambda: desk._task is None)
    loaded(desk, 9)
    assert len(desk.check.table.lines()) == 8 and desk.check.start.isEnabled()
    assert desk.check.projects.currentLayer().featureCount() == 24
    assert Path(desk.check.projects.currentLayer().source()).is_relative_to(tmp_path)


def test_ten_thousand_projects_are_shown_without_a_cell_for_each(desk):
    from collections import Counter

    from onemap.plugin.bridge.review.check_result import ProjectRow, Tally
    from onemap.plugin.core.review.tiers import Conclusion
    from qgis.PyQt.QtCore import Qt

    rows = [ProjectRow(f"P{n}", Counter([Conclusion.CONSULT])) for n in range(10_000)]
    asked, original = [], type(desk.result.model).data
    desk.result.tally = Tally(rows, Counter({Conclusion.CONSULT: 10_000}), [])
    desk.page.show_page("result")
    type(desk.result.model).data = lambda self, index, role=0: asked.append(index.row()) or original(self, index, role)
    try:
        desk.result._show_projects()
        settle(0.1)
    finally:
        type(desk.result.model).data = original
    model = desk.result.model
    assert model.rowCount() == 10_000 and 0 < len(set(asked)) < 2_500
    assert model.data(model.index(9_999, 0), Qt.ItemDataRole.DisplayRole) == "P9999"
    assert model.data(model.index(0, 1), Qt.ItemDataRole.BackgroundRole) is not None


def test_white_letters_are_read_on_every_conclusion():
    from onemap.plugin.gui.widgets.conclusions import CONCLUSION_COLOURS

    def light(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    assert all(1.05 / (light(colour) + 0.05) >= 4.5 for colour in CONCLUSION_COLOURS.values())


def test_many_layers_are_taken_in_slices(desk, monkeypatch):
    """Whatever the number of layers, the window gets its turn after 30 ms of work: a clock that ticks 10 ms a look."""
    import itertools

    from onemap.plugin.gui.review import check_table
    from qgis.core import QgsProject, QgsVectorLayer

    layers = [QgsVectorLayer("Polygon?crs=EPSG:4549", f"永农{number}", "memory") for number in range(12)]
    QgsProject.instance().addMapLayers(layers)
    loaded(desk, 12)
    clock = itertools.count(0.0, 0.01)
    monkeypatch.setattr(check_table.time, "monotonic", lambda: next(clock))
    table = desk.check.table
    table.reload()
    assert table.rowCount() == 0 and table.busy
    table._timer.stop()
    sizes = [0]
    while len(table.proposals) < 12:
        table._go_on()
        sizes.append(table.rowCount())
    assert max(after - before for before, after in zip(sizes, sizes[1:])) <= 4 and len(sizes) >= 4


def test_layers_that_cannot_lie_together_are_named_before_the_check(desk):
    from qgis.core import QgsCoordinateReferenceSystem

    projects, farmland = add_layer("项目", fields="&field=XMBH:string", values=["A"]), add_layer("YJJBNTTB")
    add_layer("STBHHX")
    loaded(desk, 3)
    desk.check.set_projects(projects)
    assert not desk.check.notice.isVisibleTo(desk.check)
    farmland.setCrs(QgsCoordinateReferenceSystem("EPSG:4550"))
    desk.check.reload()
    loaded(desk, 3)
    assert "YJJBNTTB" in desk.check.notice.text() and "EPSG:4549" in desk.check.notice.text()
    farmland.setCrs(QgsCoordinateReferenceSystem())
    desk.check.reload()
    loaded(desk, 3)
    assert desk.check.notice.isVisibleTo(desk.check) and "YJJBNTTB" in desk.check.notice.text()


def test_lines_are_named_in_the_language_of_the_window(qgis_app, monkeypatch):
    from onemap.plugin.bridge.layers.result_titles import _lines
    from onemap.plugin.core import messages
    from onemap.plugin.formats.rules.rule_files import line_title, load_catalogue

    for language, title in (("en", "Ecological redline"), ("zh", "生态保护红线")):
        monkeypatch.setattr(messages, "_language", language)
        assert line_title("生态保护红线") == title and line_title("某某线") == "某某线"
        assert ("line_name" in _lines()) == (language == "en")
    assert all(line.name_en and line.name_en.isascii() for line in load_catalogue().lines.values())


def test_a_line_that_could_not_be_read_is_the_first_thing_said_of_a_result(desk, tmp_path):
    """The worst conclusion of every project may be another line's; the row of this one is not seen then."""
    from qgis.core import QgsCoordinateReferenceSystem

    projects = add_layer("项目", fields="&field=XMBH:string", values=["A"])
    add_layer("YJJBNTTB")
    add_layer("STBHHX").setCrs(QgsCoordinateReferenceSystem("EPSG:4550"))
    loaded(desk, 3)
    check = desk.check
    check.set_projects(projects)
    check.folder.setFilePath(str(tmp_path / "out"))
    check._folder_chosen = True
    check.start_or_stop()
    wait_for(lambda: desk.result.tally is not None)
    (row,) = desk.result.tally.projects
    assert row.conclusion.name == "PROHIBITED" and "STBHHX" in desk.result.notices.texts[0]
    assert "EPSG:4549" in desk.result.notices.texts[0]
