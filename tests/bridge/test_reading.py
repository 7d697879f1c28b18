"""Whatever QGIS opens is read: file kinds, Chinese in GBK, curves, Z and M."""

import pytest
import shapely

WKT = "POLYGON((500000 3350000,500100 3350000,500100 3350100,500000 3350100,500000 3350000))"


def write(path, driver, rows=(("甲", WKT),), options=(), kind=None, layer="YJJBNTTB"):
    from osgeo import gdal, ogr, osr

    gdal.UseExceptions()
    gdal.SetConfigOption("SHAPE_ENCODING", None)  # QGIS sets it to "", which would write every table as UTF-8
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(4549)
    data = ogr.GetDriverByName(driver).CreateDataSource(str(path))
    made = data.CreateLayer(layer, srs, kind or ogr.wkbMultiPolygon, list(options))
    made.CreateField(ogr.FieldDefn("NAME", ogr.OFTString))
    for name, wkt in rows:
        feature = ogr.Feature(made.GetLayerDefn())
        feature.SetField("NAME", name)
        geometry = ogr.CreateGeometryFromWkt(wkt)
        feature.SetGeometry(geometry if kind else ogr.ForceToMultiPolygon(geometry))
        made.CreateFeature(feature)
    del feature, made
    data.FlushCache()
    data.Destroy()
    gdal.SetConfigOption("SHAPE_ENCODING", "")
    return path


def read(layer):
    from onemap.plugin.bridge.layers.snapshot import LayerSnapshot

    assert layer.isValid()
    snapshot = LayerSnapshot(layer)
    batches = list(snapshot.batches(snapshot.crs, ["NAME"]))
    return snapshot, [(str(f["NAME"]), g) for features, _, geometries in batches for f, g in zip(features, geometries)]


@pytest.mark.parametrize("driver,suffix", [("GPKG", "gpkg"), ("FlatGeobuf", "fgb"), ("GML", "gml"), ("ESRI Shapefile", "shp"), ("MapInfo File", "tab"), ("SQLite", "sqlite")])  # fmt: skip
def test_file_kinds(qgis_app, tmp_path, driver, suffix):
    from qgis.core import QgsCoordinateReferenceSystem, QgsVectorLayer

    layer = QgsVectorLayer(
        str(write(tmp_path / f"YJJBNTTB.{suffix}", driver, options=["ENCODING=UTF-8"] if suffix == "shp" else ())),
        "x",
        "ogr",
    )
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:4549"))
    _, rows = read(layer)
    assert [n for n, _ in rows] == ["甲"]
    assert shapely.area(rows[0][1]) == pytest.approx(10_000)


def test_a_real_file_geodatabase(qgis_app, shared_data):
    from onemap.plugin.bridge.layers.snapshot import LayerSnapshot
    from qgis.core import QgsVectorLayer

    base = QgsVectorLayer(str(shared_data / "testsuites" / "test_gdb.gdb"), "x", "ogr")
    read_any = 0
    for part in base.dataProvider().subLayers():
        layer = QgsVectorLayer(
            f"{shared_data / 'testsuites' / 'test_gdb.gdb'}|layername={part.split('!!::!!')[1]}", "x", "ogr"
        )
        if layer.isSpatial():
            snapshot = LayerSnapshot(layer)
            read_any += sum(len(fids) for _, fids, _ in snapshot.batches(snapshot.crs, [], polygons_only=False))
    assert read_any > 0


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
def test_shapefile_without_cpg(qgis_app, tmp_path, encoding):
    from onemap.plugin.bridge.layers.encoding import open_vector, repair_encoding, table_encoding
    from qgis.core import QgsVectorLayer

    rows = [("永久基本农田", WKT), ("a", WKT), ("浙江省杭州市", WKT)]
    path = write(tmp_path / "p.shp", "ESRI Shapefile", rows, [f"ENCODING={encoding}"])
    (tmp_path / "p.cpg").unlink()
    assert table_encoding(tmp_path / "p.dbf") == {"GBK": "GB18030", "UTF-8": "UTF-8"}[encoding]
    for layer in (open_vector(str(path), "p"), repair_encoding(QgsVectorLayer(str(path), "p", "ogr"))):
        assert [str(f["NAME"]) for f in layer.getFeatures()] == [name for name, _ in rows]


@pytest.mark.parametrize("says", ["UTF-8", "GBK", "936", "ISO-8859-1", ""])
@pytest.mark.parametrize("is_in", ["UTF-8", "GBK"])
def test_the_bytes_of_a_table_decide_whatever_its_cpg_says(qgis_app, tmp_path, is_in, says):
    from onemap.plugin.bridge.layers.encoding import open_vector, repair_encoding
    from onemap.plugin.bridge.layers.ogr_reader import ogr_table
    from qgis.core import QgsVectorLayer

    names = ["永久基本农田", "a", "浙江省杭州市"]
    path = write(tmp_path / "p.shp", "ESRI Shapefile", [(name, WKT) for name in names], [f"ENCODING={is_in}"])
    (tmp_path / "p.cpg").write_text(says)
    for layer in (open_vector(str(path), "p"), repair_encoding(QgsVectorLayer(str(path), "p", "ogr"))):
        assert [str(f["NAME"]) for f in layer.getFeatures()] == names
        assert [text for _, _, texts in ogr_table(layer).read(column="NAME") for text in texts] == names


def test_names_of_fields_that_are_cut_within_a_character_do_not_make_utf8_a_gbk_table(qgis_app, tmp_path):
    from onemap.plugin.bridge.layers.encoding import table_encoding
    from onemap.tests.support.algorithms import box_wkt, layer
    from qgis.core import QgsCoordinateTransformContext, QgsVectorFileWriter

    fields = "城镇村属性码:string,权属单位名称:string,坐落单位代码:string"
    source = layer("p", [(box_wkt(0, 0), "甲镇", "乙村", "丙")], fields)
    for encoding, wanted in (("UTF-8", "UTF-8"), ("GBK", "GB18030")):
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.driverName, options.fileEncoding = "ESRI Shapefile", encoding
        path = tmp_path / f"{encoding}.shp"
        QgsVectorFileWriter.writeAsVectorFormatV3(source, str(path), QgsCoordinateTransformContext(), options)
        assert table_encoding(path.with_suffix(".dbf")) == wanted


def test_another_encoding_of_the_east_is_believed(qgis_app, tmp_path):
    from onemap.plugin.bridge.layers.encoding import needed_encoding
    from qgis.core import QgsVectorLayer

    path = write(tmp_path / "p.shp", "ESRI Shapefile", [("臺北", WKT)], ["ENCODING=BIG5"])
    assert needed_encoding(QgsVectorLayer(str(path), "p", "ogr")) is None


@pytest.mark.parametrize(
    "file,field,names", [("bou2_4p.shp", "NAME", {"浙江省", "江西省"}), ("BOUNT_poly.dbf", None, set())]
)
def test_real_gbk_tables(qgis_app, shared_data, file, field, names):
    from onemap.plugin.bridge.layers.encoding import open_vector, table_encoding

    path = shared_data / "cn_gbk" / file
    if path.suffix == ".dbf":
        assert table_encoding(path) == "GB18030"
        return
    layer = open_vector(str(path), "x")
    assert names <= {str(f[field]) for f in layer.getFeatures()}


def test_curves_z_and_m(qgis_app, tmp_path):
    from osgeo import ogr
    from qgis.core import QgsVectorLayer

    arc = "CURVEPOLYGON(CIRCULARSTRING(500100 3350050,500000 3350050,500100 3350050))"
    path = write(tmp_path / "c.gpkg", "GPKG", [("圆", arc)], kind=ogr.wkbCurvePolygon)
    _, rows = read(QgsVectorLayer(str(path), "c", "ogr"))
    assert shapely.area(rows[0][1]) == pytest.approx(3.14159 * 2500, rel=1e-3)
    zm = "POLYGON ZM((500000 3350000 1 2,500100 3350000 1 2,500100 3350100 1 2,500000 3350000 1 2))"
    path = write(tmp_path / "z.gpkg", "GPKG", [("z", zm)], kind=ogr.wkbPolygonZM)
    _, rows = read(QgsVectorLayer(str(path), "z", "ogr"))
    assert not shapely.has_z(rows[0][1]) and shapely.area(rows[0][1]) == 5000


def test_passwords_stay_out_of_the_report(qgis_app):
    from onemap.plugin.bridge.layers.snapshot import public_source

    class Layer:
        def publicSource(self):
            return "dbname='x' host=h user='me' password='secret' authcfg=abc table=\"t\""

    assert public_source(Layer()) == "dbname='x' host=h table=\"t\""
