"""The layers of a GeoPackage that is given as a whole, told without QGIS where it holds one plain table."""

import sqlite3
from contextlib import closing

import pytest


@pytest.fixture
def made(qgis_app, tmp_path):
    """Function that makes a GeoPackage of tables, {name: OGR kind of geometry}."""
    from osgeo import ogr, osr

    def make(**tables):
        path = tmp_path / "方案 1.gpkg"
        data, system = ogr.GetDriverByName("GPKG").CreateDataSource(str(path)), osr.SpatialReference()
        system.ImportFromEPSG(4549)
        for name, kind in tables.items():
            table = data.CreateLayer(name, system if kind != ogr.wkbNone else None, kind)
            table.CreateField(ogr.FieldDefn("BSM", ogr.OFTString))
            feature = ogr.Feature(table.GetLayerDefn())
            if kind != ogr.wkbNone:
                feature.SetGeometry(ogr.CreateGeometryFromWkt("POLYGON ((0 0, 1 0, 1 1, 0 0))"))
            table.CreateFeature(feature)
        table = data = feature = None  # noqa: F841  (closes the file)
        return path

    return make


def both(path):
    """(name of the only table, what QGIS lists, what is given)."""
    from onemap.plugin.bridge.layers import containers

    return containers._only_table(path), containers._listed(path), containers.sources_in(str(path))


@pytest.mark.parametrize("kind", ["wkbPolygon", "wkbMultiPolygon"])
def test_the_only_table_is_told_as_qgis_tells_it(made, kind):
    from osgeo import ogr

    name, listed, given = both(made(图斑=getattr(ogr, kind)))
    assert name == "图斑" and given == listed and len(listed) == 1


def test_several_tables_are_left_to_qgis(made):
    from osgeo import ogr

    name, listed, given = both(made(b=ogr.wkbPolygon, a=ogr.wkbPolygon))
    assert not name and given == listed and len(given) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE notes (fid INTEGER PRIMARY KEY, a TEXT)",
        "CREATE VIEW seen AS SELECT * FROM a",
        "UPDATE gpkg_geometry_columns SET geometry_type_name = 'GEOMETRY'",
        "UPDATE gpkg_contents SET data_type = 'attributes'",
        "DROP TABLE gpkg_geometry_columns",
    ],
)
def test_what_is_out_of_the_ordinary_is_left_to_qgis(made, statement):
    from osgeo import ogr

    path = made(a=ogr.wkbPolygon)
    with closing(sqlite3.connect(path)) as data, data:
        data.execute(statement)
    name, listed, given = both(path)
    assert not name and given == (listed or [str(path)])
