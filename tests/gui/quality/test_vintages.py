"""The page of two vintages: compared in the background, changes listed, both maps go to a change, the divider is dragged."""

import pytest
from onemap.plugin.core.messages import language
from onemap.tests.support.window import make_iface, settle, wait_for


def parcels(name, rows):
    from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer

    layer = QgsVectorLayer("Polygon?crs=EPSG:4549&field=BSM:string&field=DLBM:string", name, "memory")
    features = []
    for key, code, x, y in rows:
        feature = QgsFeature(layer.fields())
        feature.setAttributes([key, code])
        left, low = 500_000 + x, 3_350_000 + y
        feature.setGeometry(QgsGeometry.fromWkt(f"POLYGON(({left} {low},{left + 100} {low},{left + 100} {low + 100},{left} {low + 100},{left} {low}))"))  # fmt: skip
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    layer.updateExtents()
    QgsProject.instance().addMapLayer(layer)
    return layer


@pytest.fixture
def tab(qgis_app):
    from onemap.plugin.gui.quality.page import QualityPage
    from qgis.core import QgsProject

    cells = [(f"K{i}{j}", "0101", 100 * i, 100 * j) for i in range(4) for j in range(4)]
    before = parcels("2024", cells)
    after = parcels("2025", [("K00", "0702", 0, 0), *cells[1:-1], ("NEW", "0301", 900, 0)])
    page = QualityPage(make_iface())
    page.vintages.before.setLayer(before)
    page.vintages.after.setLayer(after)
    yield page.vintages
    page.dispose()
    QgsProject.instance().clear()
    settle()


def test_what_a_comparison_doubts_stands_on_the_page(tab):
    from qgis.core import QgsProject

    part = parcels("部分", [("K00", "010100", 0, 0)])
    tab.after.setLayer(part)
    tab.start.click()
    wait_for(lambda: tab.window is not None)
    found = tab.message.text().splitlines()
    assert (
        "15" in found[0]
        and any("010100 = 0101" in line for line in found)
        and any("93.7" in line or "93.8" in line for line in found)
    )
    tab.window.close()
    QgsProject.instance().removeMapLayer(part)


def test_changes_are_listed_and_both_maps_go_there(tab):
    assert (tab.key.currentField(), tab.field.currentField()) == ("BSM", "DLBM")
    tab.start.click()
    wait_for(lambda: tab.window is not None)
    window = tab.window
    assert len(window.rows.shown) == 3 and window.swipe.canvas.layers()[0].featureCount() == 3
    window.kind_box.setCurrentIndex(
        [
            window.kind_box.itemData(k).value if window.kind_box.itemData(k) else ""
            for k in range(window.kind_box.count())
        ].index("reclassed")
    )
    classes = {"zh": ("0101 水田", "0702 农村宅基地"), "en": ("0101 Paddy field", "0702 Rural homestead")}[language()]
    assert [window.rows.rows[n].texts[1:3] for n in window.rows.shown] == [classes]
    window.view.selectRow(0)
    box = window.pair.before.canvas.extent()
    assert box.contains(window.swipe.canvas.extent().center()) and box.width() < 2000
    window.beside.setChecked(True)
    assert window.maps.currentWidget() is window.pair


def test_the_divider_is_dragged_and_the_earlier_state_drawn(tab):
    from qgis.gui import QgsMapMouseEvent
    from qgis.PyQt.QtCore import QEvent, QPoint, Qt

    tab.look_button.click()
    swipe = tab.window.swipe
    settle(0.2)
    wait_for(lambda: swipe.curtain.image is not None)
    at, left = int(swipe.curtain.divider()), Qt.MouseButton.LeftButton
    for name, kind, x in (
        ("Press", QEvent.Type.MouseButtonPress, at),
        ("Move", QEvent.Type.MouseMove, at // 2),
        ("Release", QEvent.Type.MouseButtonRelease, at // 2),
    ):
        getattr(swipe._tool, f"canvas{name}Event")(QgsMapMouseEvent(swipe.canvas, kind, QPoint(x, 50), left, left))
    assert swipe.curtain.share == pytest.approx(0.25, abs=0.02)
    tab.window.close()
    settle()


def test_what_cannot_be_compared_is_said_and_a_comparison_is_stopped(tab):
    tab.field.setField("")
    tab.after.setLayer(None)
    assert not tab.start.isEnabled() and tab.message.text()
    tab.after.setLayer(tab.before.currentLayer())
    tab.start.click()
    assert tab._task is not None
    tab.start.click()
    settle(0.3)
    assert tab._task is None and tab.window is None
