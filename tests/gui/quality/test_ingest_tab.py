"""The tab of imports: layers of the project ticked, taken in in the background, to PostGIS as well where one is chosen."""

import pytest
from onemap.tests.algs.test_ingest_postgis import connection  # noqa: F401 - fixture
from onemap.tests.bridge.test_postgis import dsn, execute  # noqa: F401 - fixture
from onemap.tests.support.window import make_iface, settle, wait_for

from .test_vintages import parcels


@pytest.fixture
def tab(qgis_app, tmp_path):
    from onemap.plugin.gui.quality.page import QualityPage
    from qgis.core import QgsProject, QgsSettings

    QgsSettings().remove("onemap/ingest/store")
    page = QualityPage(make_iface())
    parcels("STBHHX", [(f"K{n}", "0101", 100 * n, 0) for n in range(3)])
    parcels("SD", [("S", "0101", 0, 0)])
    yield page.ingest
    page.dispose()
    QgsProject.instance().clear()
    settle()


def tick(tab, *names):
    from qgis.PyQt.QtCore import Qt

    for number in range(tab.layers.count()):
        item = tab.layers.item(number)
        item.setCheckState(Qt.CheckState.Checked if item.text() in names else Qt.CheckState.Unchecked)


def test_ticked_layers_go_into_the_store(tab, tmp_path):
    from onemap.plugin.store.county_layers import CountyLayers

    assert not tab.start.isEnabled() and tab.layers.count() == 2
    tick(tab, "STBHHX")
    tab.store.setFilePath(str(tmp_path / "库"))
    assert tab.start.isEnabled() and not tab.schema.isEnabled()
    tab.start.click()
    wait_for(lambda: tab.task is None)
    assert tab.message.text() == "STBHHX: version 1, 3 features"
    with CountyLayers.open(tmp_path / "库.gpkg") as store:
        assert [(one.layer, one.features) for one in store.versions()] == [("STBHHX", 3)]
    parcels("SD2", [("S", "0101", 0, 0)])
    assert [layer.name() for layer in tab.chosen_layers()] == ["STBHHX"]  # still ticked when the list is made anew


def test_what_refuses_stands_on_the_page(tab, tmp_path):
    parcels("LEER", [])
    tick(tab, "STBHHX", "LEER")
    tab.store.setFilePath(str(tmp_path / "s.gpkg"))
    tab.start.click()
    wait_for(lambda: tab.task is None)
    assert "Nothing was taken in" in tab.message.text() and "LEER" in tab.message.text()
    assert not (tmp_path / "s.gpkg").exists()


def test_a_connection_and_schema_are_chosen(tab, connection, dsn, tmp_path):  # noqa: F811
    tab.fill_connections()
    tick(tab, "STBHHX")
    tab.store.setFilePath(str(tmp_path / "s.gpkg"))
    tab.connection.setCurrentIndex(tab.connection.findData(connection))
    assert tab.schema.isEnabled()
    tab.schema.setText("一张图")
    tab.start.click()
    wait_for(lambda: tab.task is None)
    assert "3 rows are in the database" in tab.message.text()
    assert execute(dsn, ('SELECT count(*) FROM "一张图"."STBHHX"',)) == [(3,)]
