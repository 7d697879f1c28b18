"""Rows of a package's layers: a GeoPackage by one query gives what OGR gives, feature by feature."""

import sqlite3

import pytest
import shapely


@pytest.fixture
def database(tmp_path):
    from onemap.tests.support import plan_database

    made = plan_database.clean_database()
    rows = made.tables["SD"].rows
    rows[0][1].update({"XZQMC": "  云溪县 ", "YSDM": ""})
    rows[1] = (None, rows[1][1])
    return made.write(tmp_path / "package")


def both(file, table):
    from onemap.plugin.bridge.quality import inspection_table
    from osgeo import ogr

    names = ["BSM", "YSDM", "XZQMC"]
    data = ogr.Open(str(file))
    layer = data.GetLayerByName(table)
    definition = layer.GetLayerDefn()
    numbers = [definition.GetFieldIndex(name) for name in names]
    fields = [definition.GetFieldDefn(number) for number in numbers]
    quick = inspection_table._by_query(file, layer, fields, None)
    return quick, inspection_table._by_features(layer, numbers, fields, None)


def test_the_query_gives_what_the_features_give(qgis_app, database):
    quick, slow = both(next(database.glob("*.gpkg")), "SD")
    shapes = quick.stored()
    assert shapely.equals_exact(shapes[[0, 2]], slow.stored()[[0, 2]]).all() and shapes[1] is None
    assert (
        (quick.fids, quick.values, quick.arcs) == (slow.fids, slow.values, slow.arcs)
        and quick.values[2][0] == "云溪县"
        and quick.values[1][0] is None
    )
    assert quick.fids == [1, 2, 3]


def test_text_that_is_no_utf8_is_read_feature_by_feature(qgis_app, database):
    file = next(database.glob("*.gpkg"))
    with sqlite3.connect(file) as data:
        data.execute("UPDATE SD SET XZQMC = CAST(? AS TEXT) WHERE fid = 3", ("云溪县".encode("gb18030"),))
    data.close()
    from onemap.plugin.bridge.quality import inspection_table
    from osgeo import ogr

    layer_of = ogr.Open(str(file))
    found = inspection_table.rows_of(file, layer_of.GetLayerByName("SD"), ["BSM", "XZQMC"], None)
    assert found.values[1][0] == "云溪县" and len(found.values[1]) == 3
