"""A layer among others of a GeoPackage is known by its own table: a neighbour's change is none of its own."""

import sqlite3

import pytest
from onemap.plugin.core.land.file_state import file_sha256
from onemap.plugin.core.land.layer_state import are_comparable, is_unchanged, layer_sha256


@pytest.fixture
def store(qgis_app, tmp_path):
    from osgeo import ogr, osr

    path = tmp_path / "store.gpkg"
    data = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    plane = osr.SpatialReference()
    plane.ImportFromEPSG(4549)
    for name in ("YJJBNT", "STBHHX"):
        layer = data.CreateLayer(name, plane, ogr.wkbPolygon)
        layer.CreateField(ogr.FieldDefn("名称", ogr.OFTString))
        for number in range(5):
            feature = ogr.Feature(layer.GetLayerDefn())
            feature.SetField(0, f"图斑{number}")
            feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POLYGON(({number} 0,9 0,9 9,{number} 0))"))
            layer.CreateFeature(feature)
    del data
    return path


def changed(path, sql):
    """As another program writes; the triggers of GDAL ask for functions that sqlite3 lacks."""
    with sqlite3.connect(path) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute(sql)
    database.close()


def digest(path, table="YJJBNT"):
    return layer_sha256(path, f"{path}|layername={table}")


def test_a_change_of_another_table_is_none(store):
    before, file = digest(store), file_sha256(store)
    changed(store, "UPDATE STBHHX SET 名称 = 'x' WHERE fid = 2")
    assert file_sha256(store) != file and digest(store) == before
    assert is_unchanged(f"{store}|layername=YJJBNT", before)
    changed(store, "UPDATE gpkg_contents SET last_change = '2001-01-01T00:00:00Z'")
    assert digest(store) == before


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE YJJBNT SET 名称 = 'x' WHERE fid = 2",
        "UPDATE YJJBNT SET geom = (SELECT geom FROM YJJBNT WHERE fid = 1) WHERE fid = 2",
        "DELETE FROM YJJBNT WHERE fid = 3",
        "UPDATE YJJBNT SET fid = 77 WHERE fid = 5",
        "ALTER TABLE YJJBNT ADD COLUMN more TEXT",
        "UPDATE gpkg_geometry_columns SET srs_id = 4326 WHERE table_name = 'YJJBNT'",
    ],
)
def test_every_change_of_its_own_table_is_one(store, sql):
    before = digest(store)
    changed(store, sql)
    assert digest(store) != before and not is_unchanged(f"{store}|layername=YJJBNT", before)


def test_a_file_of_one_table_and_other_files_are_known_by_their_bytes(store, tmp_path):
    assert layer_sha256(store, str(store)) == file_sha256(store)
    assert digest(store, "absent") == file_sha256(store)
    changed(store, "DELETE FROM gpkg_contents WHERE table_name = 'STBHHX'")
    assert digest(store) == file_sha256(store)
    other = tmp_path / "a.gpkg"
    other.write_bytes(b"no database")
    assert digest(other) == file_sha256(other)


def test_a_digest_of_the_file_that_was_kept_before_still_holds(store):
    old = file_sha256(store)
    assert is_unchanged(f"{store}|layername=YJJBNT", old)
    assert not are_comparable([old, digest(store)]) and are_comparable([digest(store), digest(store, "STBHHX")])
    changed(store, "DELETE FROM STBHHX")
    assert not is_unchanged(f"{store}|layername=YJJBNT", old)
