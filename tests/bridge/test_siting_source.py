"""Vector layers of the site selection: every format, filter and box gives the same features."""

import numpy as np
import pytest
import shapely

X, Y = 500_000, 3_350_000
FORMATS = {"gpkg": "GPKG", "fgb": "FlatGeobuf", "shp": "ESRI Shapefile", "memory": ""}
COUNT = 12_000  # three shares of the reader


def cells():
    n = np.arange(COUNT)
    x, y = X + (n % 120) * 50.0, Y + (n // 120) * 50.0
    return shapely.box(x, y, x + 40, y + 40)


@pytest.fixture(scope="module")
def source(qgis_app, tmp_path_factory):
    """source(suffix) -> VectorSource of a layer with class codes (some null) and numbers."""
    from onemap.plugin.bridge.siting.source import VectorSource
    from qgis.core import QgsCoordinateTransformContext, QgsFeature, QgsGeometry, QgsVectorFileWriter, QgsVectorLayer

    memory = QgsVectorLayer("Polygon?crs=EPSG:4549&field=DLBM:string(8)&field=n:integer", "use", "memory")
    features = []
    for number, wkb in enumerate(shapely.to_wkb(cells())):
        feature = QgsFeature(memory.fields())
        feature.setAttributes([None if number % 7 == 0 else f"0{number % 3}01", number])
        geometry = QgsGeometry()
        geometry.fromWkb(wkb)
        feature.setGeometry(geometry)
        features.append(feature)
    memory.dataProvider().addFeatures(features)

    def make(suffix):
        if suffix == "memory":
            return VectorSource(memory, "use")
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.driverName, options.fileEncoding = FORMATS[suffix], "UTF-8"
        path = tmp_path_factory.mktemp("use") / f"use.{suffix}"
        QgsVectorFileWriter.writeAsVectorFormatV2(memory, str(path), QgsCoordinateTransformContext(), options)
        return VectorSource(QgsVectorLayer(str(path), "use", "ogr"), "use")

    return make


def read(source, field="", wheres=("",), **more):
    from onemap.plugin.bridge.siting.source import FeatureQuery
    from onemap.plugin.core.land.crs import parse_crs

    parts = list(source.read(FeatureQuery(parse_crs("EPSG:4549"), field, wheres, **more)))
    geometries = np.concatenate([p[0] for p in parts])
    order = np.lexsort(shapely.bounds(geometries)[:, :2].T)
    texts = np.array([t for p in parts for t in p[1]], dtype=object)[order]
    return geometries[order], texts, {w: np.concatenate([p[2][w] for p in parts])[order] for w in wheres}


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_gives_the_same(source, suffix):
    wheres = ("\"DLBM\" LIKE '01%'", '"n" % 5 = 1', "", '$id > 0 AND "n" < 100')
    one = source(suffix)
    geometries, texts, masks = read(one, "DLBM", wheres)
    assert len(geometries) == COUNT
    x, y = (shapely.bounds(geometries)[:, :2] - [X, Y]).round().astype(int).T // 50
    number = y * 120 + x
    codes = np.where(number % 7 == 0, "", np.char.add(np.char.add("0", (number % 3).astype(str)), "01"))
    assert texts.tolist() == codes.tolist()
    assert (masks[wheres[0]] == np.char.startswith(codes.astype(str), "01")).all()
    assert (masks[wheres[1]] == (number % 5 == 1)).all() and masks[""].all()
    assert (masks[wheres[3]] == (number < 100))[number > 0].all()  # ids begin with 0 or 1


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_box_leaves_out_what_lies_beyond(source, suffix):
    box = (X + 1000.0, Y + 1000.0, X + 2000.0, Y + 1500.0)
    geometries, _, _ = read(source(suffix), box=box)
    meets = shapely.intersects(cells(), shapely.box(*box)).sum()
    assert meets <= len(geometries) <= meets * 1.3


def test_a_field_that_is_not_there_is_named(source):
    from onemap.plugin.core.errors import InputError

    with pytest.raises(InputError) as caught:
        read(source("memory"), "gone")
    assert caught.value.params["fields"] == "gone"


@pytest.mark.parametrize("suffix", ["gpkg", "memory"])
def test_a_filter_whose_field_is_not_there_takes_nothing_and_understands_nothing(source, suffix):
    made, lost, known = source(suffix), '"gone" = 1 AND "n" = 1', '"n" = 1'
    _, texts, masks = read(made, "DLBM", (lost, known))
    assert len(texts) == COUNT and not masks[lost].any() and masks[known].sum() == 1
    assert "gone" in made.understanding.reason(lost) and not made.understanding.reason(known)
    assert any(remark.code == "siting_filter_unasked" for remark in made.snapshot.remarks)


def test_a_filter_of_plain_columns_is_asked_once_for_each_value(source):
    from onemap.plugin.bridge.siting import source as siting_source

    snapshot = source("gpkg").snapshot
    assert siting_source._depends_on_values(snapshot, 'left("DLBM", 2) = \'01\' OR "n" IN (1, 2)')
    for where in ('$id = 1 AND "n" = 1', '"n" = rand(1, 2)', '"n" = @x', "$area > 3", "1 = 1"):
        assert not siting_source._depends_on_values(snapshot, where), where
    assert not siting_source._depends_on_values(source("memory").snapshot, '"n" = 1')
