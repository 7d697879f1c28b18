"""A file that another program holds is told at once; one that is only read elsewhere, or is no database, is not."""

import sqlite3
from contextlib import closing

import pytest
from onemap.plugin.core.errors import InputError


@pytest.fixture
def layer(qgis_app, tmp_path):
    from qgis.core import QgsFeature, QgsGeometry, QgsVectorFileWriter, QgsVectorLayer

    made = QgsVectorLayer("Polygon?crs=EPSG:4549&field=XMBH:string", "c", "memory")
    feature = QgsFeature(made.fields())
    feature.setAttributes(["P1"])
    feature.setGeometry(QgsGeometry.fromWkt("POLYGON((500000 3350000,500100 3350000,500100 3350100,500000 3350000))"))
    made.dataProvider().addFeatures([feature])
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.layerName = "c"
    path = str(tmp_path / "candidates.gpkg")
    QgsVectorFileWriter.writeAsVectorFormatV2(made, path, qgis_app.instance() and made.transformContext(), options)
    return QgsVectorLayer(f"{path}|layername=c", "候选", "ogr")


@pytest.mark.parametrize("begin, is_held", [("BEGIN EXCLUSIVE", True), ("BEGIN", False)])
def test_a_held_file_is_named_before_anything_waits(layer, begin, is_held):
    from onemap.plugin.bridge.siting.opened import opened

    path = layer.source().split("|")[0]
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=DELETE")
        other.execute(begin)
        other.execute("SELECT count(*) FROM c").fetchone()
        if not is_held:
            assert opened(layer, "candidates").name == "候选"
            return
        with pytest.raises(InputError) as refused:
            opened(layer, "candidates")
        assert "候选" in str(refused.value) and "candidates.gpkg" in str(refused.value)


def test_what_is_no_database_is_left_to_qgis(tmp_path):
    from onemap.plugin.bridge.layers.held_file import refuse_held

    broken = tmp_path / "broken.gpkg"
    broken.write_bytes(b"no database")
    refuse_held(broken, "a")
    refuse_held(tmp_path / "absent.gpkg", "a")
    refuse_held(None, "a")
