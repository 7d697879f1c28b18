"""The page of monitoring on real widgets: compute, cards, divisions, years, lineage, map, report, editor."""

import pytest
from onemap.tests.support import toy_county as toy
from onemap.tests.support.window import settle

A, WHOLE = "339901001", "339901"


@pytest.fixture
def spec(tmp_path):
    path = tmp_path / "toy.yaml"
    path.write_text(toy.SET, encoding="utf-8")
    (tmp_path / "people.csv").write_text(toy.STATISTICS, encoding="utf-8")
    goals = "指标,政区代码,类型,年份,数值\ncrop,339901,目标,2035,50000\ntowers,339901,目标,2035,2\n"
    (tmp_path / "goals.csv").write_text(goals, encoding="utf-8")
    return path


@pytest.fixture
def tab(window, spec):
    from onemap.plugin.bridge.monitoring.measure_state import MeasureStore
    from qgis.core import QgsProject

    divisions = toy.divisions()
    QgsProject.instance().addMapLayers([*toy.layers().values(), divisions])
    made = window.dock.show_page("monitoring").tab("indicators")
    made._store = MeasureStore(spec.parent / "measures.json")
    made.setup.add_set(spec, "十图斑县")
    made.setup.divisions.setLayer(divisions)
    made.setup.year.setValue(2024)
    made.setup.statistics.setFilePath(str(spec.parent / "people.csv"))
    made.setup.goals.setFilePath(str(spec.parent / "goals.csv"))
    yield made
    made.dispose()
    for widget in (made.setup.statistics, made.setup.goals):
        widget.setFilePath("")
    made.setup.chosen()  # the last tables are remembered: not those of a test
    QgsProject.instance().clear()
    settle(0.1)


def ended(tab):
    for _ in range(200):
        settle(0.05)
        if tab.task is None:
            return
    raise AssertionError("the task did not end")


def computed(tab):
    tab.run()
    ended(tab)
    return tab


def chosen(tab, indicator):
    rows = range(tab.cards.cards.rowCount())
    row = next(r for r in rows if tab.cards.cards.value(r).indicator.id == indicator)
    tab.cards.setCurrentIndex(tab.cards.cards.index(row, 0))
    return tab.cards.cards.value(row)


def test_cards_stand_by_status_and_are_filtered(tab):
    computed(tab)
    cards = tab.cards.cards
    colours = [cards.value(row).status.colour.value for row in range(cards.rowCount())]
    order = ["red", "orange", "yellow", "grey", "green", "blue"]
    assert len(colours) == 12 and colours == sorted(colours, key=order.index)
    assert tab.place.itemText(0) == "Whole area"
    assert tab.counts.text().startswith("12 indicators: ") and f"<b>{colours.count('yellow')}</b>" in tab.counts.text()
    tab.status.setCurrentIndex(tab.status.findData("yellow"))  # the layers are of 2024
    assert cards.rowCount() == colours.count("yellow") > 0 and f"({cards.rowCount()})" in tab.status.currentText()
    tab.status.setCurrentIndex(tab.status.findData("red"))
    assert cards.rowCount() == 0 and tab.cards.hint.text()
    tab.status.setCurrentIndex(0)
    assert not tab.cards.grab().isNull()  # the painter of the cards runs


def test_a_card_leads_to_lineage_and_map(tab):
    from qgis.core import QgsProject

    computed(tab)
    value = chosen(tab, "red_built")
    text = tab.lineage.text.toPlainText()
    assert "area(built, in=redline)" in text and "DLTB_2024" in text and "STBHHX" in text and "SHA-256" in text
    layer = tab.show_map()
    assert layer.featureCount() == 2 and layer.id() in QgsProject.instance().mapLayers()
    assert len([item.label() for item in layer.renderer().legendSymbolItems() if item.label()]) == 2
    from qgis.core import QgsExpression, QgsExpressionContext, QgsExpressionContextUtils

    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(next(layer.getFeatures()))
    expression = layer.labeling().settings().fieldName
    name, number = str(QgsExpression(expression).evaluate(context)).split("\n")
    assert layer.labelsEnabled() and name and float(number.replace(",", "")) >= 0
    listed = layer.editorWidgetSetup(layer.fields().lookupField("red_built_status")).config()
    assert "red" in str(listed) and "(" in layer.name()  # the unit; statuses in words
    tab.show_map(False)
    assert layer.renderer().classAttribute() == "red_built_status"
    again = computed(tab)  # a layer that monitoring made is no input of the next run
    assert not any("监测" in remark.text("zh") for remark in again.result.remarks)
    chosen(tab, "towers")
    assert value.indicator.id == "red_built" and tab.show_map().id() != layer.id()


def test_features_behind_an_indicator_become_a_layer(tab):
    from qgis.core import QgsProject

    computed(tab)
    chosen(tab, "crop")
    before = set(QgsProject.instance().mapLayers())
    tab.show_features()
    ended(tab)
    (made,) = set(QgsProject.instance().mapLayers()) - before
    layer = QgsProject.instance().mapLayer(made)
    assert layer.featureCount() == 4
    assert sum(f["amount"] for f in layer.getFeatures()) == pytest.approx(tab.lineage.value.value, abs=0.02)


def test_divisions_and_years(tab):
    computed(tab)
    grid = tab.grid.grid
    assert (grid.rowCount(), grid.columnCount()) == (12, 3)
    assert grid.index(1, 1).data() == "60.00" and grid.index(1, 0).data() == "40.00"
    assert grid.index(10, 1).data() == "—" and "不能作分母" in grid.value(10, 1).reason()
    tab.place.setCurrentIndex(tab.place.findData(A))
    assert tab.years.table.item(1, 2).text() == "60.00"


def test_a_report_is_written(tab, tmp_path):
    computed(tab)
    tab.write_report(str(tmp_path / "r.html"))
    ended(tab)
    assert "二、预警" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_an_error_is_told_and_the_page_stays(tab, iface):
    tab.setup.year.setValue(2024)
    tab.setup.add_set(tab.setup.spec.currentData().__class__("/nowhere/none.yaml"), "none")
    tab.run()
    assert tab.task is None and tab.result is None and iface.bar.currentItem() is not None


def test_the_editor_names_mistakes_and_saves_what_is_right(tab, spec, tmp_path):
    from onemap.plugin.formats.rules.indicator_files import load_indicator_set

    editor = tab.edit()
    assert editor.list.count() == 12
    editor.list.setCurrentRow(0)
    editor.formula.setPlainText("area(croplnd)")
    assert "cropland" in editor.message.text() and not editor.save(tmp_path / "new.yaml")
    editor.formula.setPlainText("area(water)")
    assert "cropland" not in editor.message.text()
    editor.fields["unit"].setText("km")
    editor._edited()
    assert "m2" in editor.message.text()
    editor.fields["unit"].setText("ha")
    editor.fields["targets"].setText("2035=1.5；2025=1")
    editor._edited()
    editor.add()
    assert editor.list.count() == 13 and editor.save(tmp_path / "new.yaml")
    made = load_indicator_set(tmp_path / "new.yaml")
    assert made.indicators[0].targets == {2035: 1.5, 2025: 1.0} and made.indicators[0].unit.text == "ha"
    assert tab.setup.spec.currentData() == str(tmp_path / "new.yaml")
    editor.fields["targets"].setText("2035")
    editor._edited()
    assert "2035" in editor.message.text()


def test_layers_parts_and_statistics_are_edited_and_mistakes_name_what_is_wrong(tab, spec, tmp_path):
    from onemap.plugin.formats.rules.indicator_entries import Section
    from onemap.plugin.formats.rules.indicator_files import load_indicator_set

    editor = tab.edit()
    layers, parts, statistics = (editor.entries[section] for section in Section)
    names = {row: parts.table.item(row, 0).text() for row in range(parts.table.rowCount())}
    water = next(row for row, name in names.items() if name == "water")
    parts.table.item(water, 3).setText("landuze")
    assert (
        "landuze" in parts.message.text() and "water" in parts.message.text() and not editor.save(tmp_path / "new.yaml")
    )
    parts.table.item(water, 3).setText("landuse")
    parts.table.item(water, 4).setText("sandiao")
    assert "sandiao" in parts.message.text() and not editor.save(tmp_path / "new.yaml")
    parts.table.item(water, 4).setText("sandiao=11、1201")
    assert not parts.wrong
    parts.table.item(water, 0).setText("wet")  # the formula still asks for water
    assert "water" in parts.message.text() and "水面与住宅" in parts.message.text()
    parts.table.item(water, 0).setText("water")
    parts.table.item(water, 0).setText("cropland")
    assert parts.wrong and not editor.save(tmp_path / "new.yaml")
    parts.table.item(water, 0).setText("water")
    roads = next(r for r in range(layers.table.rowCount()) if layers.table.item(r, 0).text() == "roads")
    layers.table.item(roads, 3).setText("LWZX|路网中线")
    layers.table.item(roads, 6).setText("level=DJ|等级; width=KD [m]")
    statistics.add()
    last = statistics.table.rowCount() - 1
    statistics.table.item(last, 0).setText("gdp")
    statistics.table.item(last, 3).setText("亿圆")
    assert "亿圆" in statistics.message.text()
    statistics.table.item(last, 3).setText("亿元")
    statistics.table.item(last, 4).setText("零")
    assert statistics.wrong
    statistics.table.item(last, 4).setText("0")
    assert "gdp" in editor.names.toPlainText()
    editor.list.setCurrentRow(0)
    editor.fields["unit"].setText("m2/元")
    editor.formula.setPlainText("per(area(water), gdp)")
    editor._edited()
    assert editor.save(tmp_path / "new.yaml"), editor.message.text()
    made = load_indicator_set(tmp_path / "new.yaml")
    assert made.roles["roads"].names == ("LWZX", "路网中线") and made.roles["roads"].fields["width"].unit.text == "m"
    assert made.parts["water"].codes == {"sandiao": ("11", "1201")} and made.statistics["gdp"].low == 0


def test_what_the_base_says_is_changed_in_the_own_file_only(tmp_path):
    from onemap.plugin.formats.rules.indicator_draft import IndicatorDraft
    from onemap.plugin.formats.rules.indicator_entries import Section, cells_of, entry_of
    from onemap.plugin.formats.rules.indicator_files import find_set, load_indicator_set

    draft = IndicatorDraft.load(find_set("plan_city"))
    for section in Section:  # text and back says the same
        for key, entry in draft.entries(section).items():
            assert entry_of(section, cells_of(section, key, entry)) == (key, entry), (section, key)
    cropland = {**draft.entries(Section.PARTS)["cropland"], "codes": {"sandiao": ["0101"]}}
    draft.put(Section.PARTS, "cropland", cropland, "cropland")
    assert draft.is_own(Section.PARTS, "cropland") and draft.is_changed
    draft.save(tmp_path / "own.yaml")
    assert load_indicator_set(tmp_path / "own.yaml").parts["cropland"].codes == {"sandiao": ("0101",)}
    assert load_indicator_set("plan_city").parts["cropland"].codes != {"sandiao": ("0101",)}
    assert draft.drop(Section.PARTS, "cropland") and not draft.drop(Section.PARTS, "forest")
    assert "01" in draft.entries(Section.PARTS)["cropland"]["codes"]["sandiao"] and "parts" not in draft.document


def test_thresholds_are_changed_marked_kept_and_reset(window, tmp_path):
    from onemap.plugin.formats.rules.indicator_files import WARNINGS, load_warning_rules
    from onemap.plugin.gui.monitoring.warning_dialog import WarningDialog

    path = tmp_path / "own" / "warnings.yaml"
    dialog = WarningDialog(path)
    shipped = {rule.id: rule for rule in load_warning_rules(WARNINGS)}
    numbers = {rule: number for number, rule in enumerate(shipped)}
    marks = [dialog.table.item(row, 4).text() for row in range(dialog.table.rowCount())]
    assert len(marks) == len(shipped) and len(set(marks)) == 1 and numbers["broken"] not in dialog.spins
    dialog.spins[numbers["near"]].setValue(80)
    dialog.spins[numbers["stale"]].setValue(30)
    assert dialog.table.item(numbers["near"], 4).text() != marks[0]
    dialog.accept()
    kept = {rule.id: rule for rule in load_warning_rules(path)}
    assert (kept["near"].share, kept["near"].confidence, kept["stale"].days) == (0.8, "own", 30)
    assert {n for n in kept if kept[n] != shipped[n]} == {"near", "stale"}
    again = WarningDialog(path)
    assert again.spins[numbers["near"]].value() == 80
    again.reset()
    assert {again.table.item(row, 4).text() for row in range(again.table.rowCount())} == {marks[0]}
    again.accept()
    assert not path.exists()
    path.write_text("rules: [", encoding="utf-8")
    damaged = WarningDialog(path)  # the proposals, and it is said
    assert str(path.name) in damaged.message.text() and damaged.spins[numbers["near"]].value() == 90
    damaged.spins[numbers["near"]].setValue(85)
    damaged.accept()
    assert {rule.id: rule.share for rule in load_warning_rules(path)}["near"] == 0.85


def test_own_thresholds_hold_for_the_page(tab, tmp_path, monkeypatch):
    from onemap.plugin.formats.rules.warning_draft import WarningDraft
    from onemap.plugin.gui.monitoring import indicator_setup

    monkeypatch.setattr(indicator_setup, "own_warnings", lambda: tmp_path / "w.yaml")
    before = [v.status.colour.value for v in computed(tab).result.of_year(WHOLE)]
    assert "yellow" in before  # layers of 2024
    draft = WarningDraft(tmp_path / "w.yaml")
    stale = next(n for n, row in enumerate(draft.rows()) if row.kind.value == "stale")
    draft.change(stale, 10_000)
    draft.save()
    assert "yellow" not in [v.status.colour.value for v in computed(tab).result.of_year(WHOLE)]


def test_the_line_below_a_number_is_written_smaller_before_it_is_cut(window):
    from onemap.plugin.gui.monitoring.indicator_cards import _draw_within
    from qgis.PyQt.QtCore import QRectF
    from qgis.PyQt.QtGui import QImage, QPainter

    class Kept(QPainter):
        def drawText(self, box, flags, text):  # noqa: N802 - Qt's name
            drawn.append((text, self.font().pointSizeF()))

    drawn, text = [], "2035 年目标 445.3441 km²  已用 63%／时间 33%"
    image = QImage(600, 40, QImage.Format.Format_RGB32)
    painter = Kept(image)
    needed = painter.fontMetrics().horizontalAdvance(text)
    size = painter.font().pointSizeF()
    for room in (needed + 1, needed * 0.9, needed * 0.5):
        _draw_within(painter, QRectF(0, 0, 600, 30), room, text)
    painter.end()
    assert drawn[0] == (text, size) and drawn[1][0] == text and drawn[1][1] < size
    assert drawn[2][0] != text and drawn[2][0].endswith("…")
