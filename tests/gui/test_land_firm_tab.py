"""The tab of land, firms and taxes on real widgets: compute, charts, candidates, masked names, report, errors."""

import pytest
from onemap.plugin.core.forms.identifiers import uscc_check_character
from onemap.tests.support.window import settle

NAMES = ("甲乙机械有限公司", "丙丁纺织有限公司", "戊己食品有限公司")


def code(number):
    first = f"91339901MA{number:06d}X"
    return first + uscc_check_character(first)


@pytest.fixture
def tab(window, tmp_path):
    from onemap.tests.support import algorithms as h
    from qgis.core import QgsProject

    fields = "DKBH:string,QLRMC:string,QLRDM:string,RJL:double,HTRJL:double,QYZCZK:string"
    parcels = h.layer("GYDK", [
        (h.box_wkt(0, 0), "K0", NAMES[0], code(0), 1.3, 1.2, "在产"),
        (h.box_wkt(100, 0), "K1", NAMES[1], "", 0.4, 1.2, "停产"),
        (h.box_wkt(200, 0), "K2", None, None, None, 1.0, ""),
    ], fields)  # fmt: skip
    firms = "".join(f"{code(n)},{name}\n" for n, name in enumerate(NAMES))
    (tmp_path / "firms.csv").write_text("统一社会信用代码,企业名称\n" + firms, encoding="utf-8")
    taxes = f"{NAMES[0]},2024,150\n{NAMES[0]},2025,300\n{NAMES[1]},2025,0.99\n{NAMES[2]},2025,12.5\n"
    (tmp_path / "tax.csv").write_text("企业名称,年度,税收（万元）\n" + taxes, encoding="utf-8")
    QgsProject.instance().addMapLayer(parcels)
    made = window.dock.show_page("monitoring").show_tab("land_firm")
    made.setup.parcels.setLayer(parcels)
    made.setup.firms.setFilePath(str(tmp_path / "firms.csv"))
    made.setup.taxes.setFilePath(str(tmp_path / "tax.csv"))
    yield made
    made.dispose()
    QgsProject.instance().clear()
    settle(0.1)


def ended(tab):
    for _ in range(200):
        settle(0.05)
        if tab.task is None:
            return
    raise AssertionError("the task did not end")


def texts(model):
    return [row.texts for row in model.rows]


def test_candidates_charts_and_masked_names(tab, iface):
    tab.run()
    ended(tab)
    lists = tab.lists.models
    (row,) = texts(lists["candidates"])
    assert row[0] == "K1" and row[-1].count("；") == 2  # tax, floor-area ratio, state: three reasons
    assert "<b>2025</b>" in tab.message.text() and lists["unmatched"].rowCount() == 1
    shown = str([texts(model) for model in lists.values()]) + tab.message.text() + tab.notice.text()
    assert not any(name in shown or code(n) in shown for n, name in enumerate(NAMES))
    for chart in (tab.quadrant, tab.ladder):
        picture = chart.grab().toImage()
        seen = {picture.pixel(x, y) for x in range(0, picture.width(), 2) for y in range(0, picture.height(), 2)}
        assert len(seen) > 3
    tab.setup.mask.setChecked(False)
    assert {row[0] for row in texts(lists["firms"])} == {NAMES[0], NAMES[1]}
    tab.setup.mask.setChecked(True)
    assert NAMES[0] not in str(texts(lists["firms"]))
    before = iface.mapCanvas().extent()
    tab.lists.candidates.selectRow(0)
    assert iface.mapCanvas().extent() != before and tab.reasons.text().count("\n") == 3
    assert tab.reasons.y() <= tab.lists.candidates.y()  # below the list it is out of sight on a low screen


def test_parcels_stand_on_the_map_by_grade_without_a_name_one_layer_however_often_it_runs(tab):
    from onemap.plugin.bridge.monitoring.land_firm_rows import GRADE_COLOURS
    from qgis.core import QgsProject, QgsRenderContext

    given = set(QgsProject.instance().mapLayers())
    for _ in range(2):
        tab.run()
        ended(tab)
    for one, grade in zip(tab.outcome.result.parcels, "AD"):
        one.grade = grade
    tab.show_outcome(tab.job, tab.outcome)
    (layer,) = (one for key, one in QgsProject.instance().mapLayers().items() if key not in given)
    renderer, context, colours = layer.renderer().clone(), QgsRenderContext(), {}
    renderer.startRender(context, layer.fields())
    for feature in layer.getFeatures():
        colours[feature["parcel"]] = (feature["grade"], renderer.symbolForFeature(feature, context).color().name())
    renderer.stopRender(context)
    assert set(colours) == {"K0", "K1", "K2"} and all(GRADE_COLOURS[grade] == seen for grade, seen in colours.values())
    assert [colours[parcel][0] for parcel in ("K0", "K1", "K2")] == ["A", "D", ""]
    assert not any(name in str(feature.attributes()) for feature in layer.getFeatures() for name in NAMES)


def test_the_report_hides_names_while_they_are_masked(tab, tmp_path):
    tab.run()
    ended(tab)
    tab.write_report(str(tmp_path / "r.html"))
    ended(tab)
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "K1" in text and not any(name in text for name in NAMES)


def test_what_lacks_is_told_and_nothing_runs(tab, iface):
    tab.setup.year.setValue(2001)
    tab.run()
    ended(tab)
    assert "2025" in iface.bar.currentItem().text() and tab.outcome is None
    tab.setup.taxes.setFilePath("")
    tab.run()
    assert tab.task is None and tab.outcome is None
