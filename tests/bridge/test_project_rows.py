"""Projects straight from a GeoPackage are what QGIS makes of them; what QGIS reads in its own way is left to QGIS."""

import sqlite3

import pytest
import shapely

VALUES = [("甲", 7, "3", 1.5), (None, None, "", None), (" 乙 ", 2**40, "x", 2.0), ("丙", 0, "3", 4.0)]


@pytest.fixture
def layer(qgis_app, tmp_path):
    """(path, function that opens it as a LayerSnapshot) of four projects, one without geometry."""
    from onemap.plugin.bridge.layers.snapshot import LayerSnapshot
    from osgeo import ogr, osr
    from qgis.core import QgsVectorLayer

    path = tmp_path / "projects.gpkg"
    data = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    system = osr.SpatialReference()
    system.ImportFromEPSG(4549)
    table = data.CreateLayer("p", system, ogr.wkbPolygon)
    kinds = (("XMMC", ogr.OFTString), ("BSM", ogr.OFTInteger64), ("YDXZ", ogr.OFTString), ("H", ogr.OFTReal))
    for name, kind in kinds:
        table.CreateField(ogr.FieldDefn(name, kind))
    for number, values in enumerate(VALUES):
        feature = ogr.Feature(table.GetLayerDefn())
        for (name, _), value in zip(kinds, values):
            feature.SetField(name, value)
        if number != 1:
            box = shapely.box(500_000 + 100 * number, 3_350_000, 500_050 + 100 * number, 3_350_050)
            feature.SetGeometry(ogr.CreateGeometryFromWkb(shapely.to_wkb(box)))
        table.CreateFeature(feature)
    feature = table = data = None  # noqa: F841  (closes the file)
    return path, lambda: LayerSnapshot(QgsVectorLayer(f"{path}|layername=p", "p", "ogr"), role="projects")


def both(snapshot, names):
    """The rows read from the table, None where that is QGIS's, and from features."""
    from onemap.plugin.bridge.review import project_rows as module

    plane = snapshot.crs
    direct = None
    if module._are_own(snapshot.fields, names):
        try:
            direct = module._from_table(snapshot.fresh(), plane, names, None)
        except module._Foreign:
            direct = None
    return direct, module._from_features(snapshot.fresh(), plane, None)


@pytest.mark.parametrize("names", [["XMMC"], ["BSM", "XMMC", "YDXZ"], ["fid"], []])
def test_texts_and_geometries_are_those_of_qgis(layer, names):
    direct, features = both(layer[1](), names)
    assert direct.fids.tolist() == features.fids.tolist() == [1, 2, 3, 4]
    assert [direct.texts(name) for name in names] == [features.texts(name) for name in names]
    assert (shapely.to_wkb(direct.geometries) == shapely.to_wkb(features.geometries)).all()
    assert direct.texts("H") == features.texts("H")  # read when asked for
    assert [f.attributes() for f in direct.features] == [f.attributes() for f in features.features]


def test_a_real_number_is_left_to_qgis(layer):
    assert both(layer[1](), ["H"])[0] is None


@pytest.mark.parametrize("odd", ["'12'", "1.5", "x'00'"])
def test_a_value_of_another_kind_is_left_to_qgis(layer, odd):
    path, opened = layer
    data = sqlite3.connect(path)
    data.execute("PRAGMA writable_schema = 1")
    data.execute("UPDATE sqlite_master SET sql = replace(sql, '\"BSM\" INTEGER', '\"BSM\" ') WHERE name = 'p'")
    data.commit()
    data.close()
    data = sqlite3.connect(path)
    snapshot = opened()
    for (trigger,) in data.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        data.execute(f'DROP TRIGGER "{trigger}"')
    data.execute(f"UPDATE p SET BSM = {odd} WHERE fid = 1")  # noqa: S608
    data.commit()
    data.close()
    assert both(snapshot, ["BSM"])[0] is None


def test_some_rows_keep_their_own_texts(layer):
    direct, _ = both(layer[1](), ["XMMC"])
    some = direct.take(direct.fids[[0, 2]] - 1)
    assert some.fids.tolist() == [1, 3] and some.texts("XMMC") == ["甲", " 乙 "]
    assert [f["XMMC"] for f in some.features] == ["甲", " 乙 "] and some.texts(None) == [None, None]
