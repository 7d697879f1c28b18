"""ingestlayers and restorelayer bring the present state to PostGIS: all layers or none, never into others' tables."""

import pytest
from onemap.tests.bridge.test_postgis import dsn, execute  # noqa: F401 - fixture
from qgis.core import QgsDataSourceUri, QgsProviderRegistry

NAME, FIELDS = "县库", "BSM:string,MJ:double"


@pytest.fixture
def connection(qgis_app, dsn):  # noqa: F811
    """The name of a connection of QGIS to the server."""
    provider, uri = QgsProviderRegistry.instance().providerMetadata("postgres"), QgsDataSourceUri()
    uri.setConnection(dsn["host"], str(dsn["port"]), dsn["dbname"], dsn["user"], dsn["password"])
    made = provider.createConnection(uri.uri(False), {"saveUsername": True, "savePassword": True})
    provider.saveConnection(made, NAME)
    yield NAME
    provider.deleteConnection(NAME)
    execute(dsn, ('DROP SCHEMA IF EXISTS "一张图" CASCADE',))


def ingested(h, tmp_path, layers, told=None, **parameters):
    values = {"LAYERS": layers, "STORE": str(tmp_path / "store.gpkg"), "SCHEMA": "一张图", "POSTGIS": NAME}
    return h.run("ingestlayers", told, **{**values, **parameters})


def test_layers_lie_in_the_database_as_in_the_store(h, connection, dsn, tmp_path):  # noqa: F811
    rows = [(h.box_wkt(100 * n, 0), f"K{n}", 1.5 * n) for n in range(3)]
    assert ingested(h, tmp_path, [h.layer("XZYDYH", rows, FIELDS)])["VERSION_COUNT"] == 1
    query = 'SELECT "BSM", "MJ", ST_Area(geom), ST_SRID(geom) FROM "一张图"."XZYDYH" ORDER BY "BSM"'
    found = execute(dsn, (query,))
    assert [row[:2] for row in found] == [("K0", 0.0), ("K1", 1.5), ("K2", 3.0)] and found[0][2] > 0
    assert {row[3] for row in found} == {h.layer("x", rows, FIELDS).crs().postgisSrid()}
    execute(dsn, ('CREATE VIEW "一张图".v AS SELECT count(*) FROM "一张图"."XZYDYH"',))
    ingested(h, tmp_path, [h.layer("XZYDYH", rows[:2], FIELDS)])
    assert execute(dsn, ('SELECT * FROM "一张图".v',)) == [(2,)]
    restored = {"STORE": str(tmp_path / "store.gpkg"), "LAYER": "XZYDYH", "VERSION": 1}
    h.run("restorelayer", None, **restored, POSTGIS=NAME, SCHEMA="一张图")
    assert execute(dsn, ('SELECT * FROM "一张图".v',)) == [(3,)]
    assert execute(dsn, ('SELECT layer, version, features FROM "一张图".onemap_layer_version',)) == [("XZYDYH", 3, 3)]


def test_tables_of_others_are_left_and_nothing_is_written_beside_them(h, connection, dsn, tmp_path):  # noqa: F811
    execute(dsn, ('CREATE SCHEMA "一张图"',), ('CREATE TABLE "一张图"."B" (x int)',))
    layers = [h.layer(name, [(h.box_wkt(0, 0), "K", 1.0)], FIELDS) for name in ("A", "B")]
    with pytest.raises(Exception, match="not made by this program"):
        ingested(h, tmp_path, layers)
    found = execute(dsn, ("SELECT table_name FROM information_schema.tables WHERE table_schema = '一张图'",))
    assert found == [("B",)]
    told = h.Feedback()
    with pytest.raises(Exception, match="error"):
        ingested(h, tmp_path, layers, told, POSTGIS="absent")
    assert any("no PostgreSQL connection absent" in line for line in told.lines)


@pytest.mark.parametrize("password", ["", "wrong"])
def test_a_connection_that_cannot_log_in_says_what_to_do(h, connection, dsn, tmp_path, password):  # noqa: F811
    provider, uri = QgsProviderRegistry.instance().providerMetadata("postgres"), QgsDataSourceUri()
    uri.setConnection(dsn["host"], str(dsn["port"]), dsn["dbname"], dsn["user"], password)
    made = provider.createConnection(uri.uri(False), {"saveUsername": True, "savePassword": bool(password)})
    provider.saveConnection(made, "无密码")
    try:
        with pytest.raises(Exception, match="database") as caught:
            ingested(h, tmp_path, [h.layer("A", [(h.box_wkt(0, 0), "K", 1.0)], FIELDS)], POSTGIS="无密码")
    finally:
        provider.deleteConnection("无密码")
    words = str(caught.value)
    assert ("store the password" in words) == (not password) and "password" in words and "wrong" not in words
    assert "OperationalError" not in words and "The store has the new version" in words
