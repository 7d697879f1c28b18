"""An empty GeoPackage made without QGIS's writer is, table by table, the one that QGIS would have made."""

import sqlite3
from contextlib import closing

import pytest
from onemap.plugin.bridge.layers import results
from onemap.plugin.bridge.layers.new_table import new_table
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingContext,
    QgsProcessingUtils,
    QgsVectorLayer,
    QgsWkbTypes,
)

_PRAGMAS = ("user_version", "application_id", "page_size", "encoding", "auto_vacuum", "schema_version")
_NO_CRS = QgsCoordinateReferenceSystem()


def _contents(path):
    """Everything that the file says, but when it was made."""
    with closing(sqlite3.connect(path)) as data:
        schema = data.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
        tables = [row[1] for row in schema if row[0] == "table" and "USING rtree" not in row[3]]
        rows = [(name, *row) for name in tables for row in data.execute(f'SELECT * FROM "{name}"')]  # noqa: S608
        said = [data.execute(f"PRAGMA {name}").fetchone() for name in _PRAGMAS]
    return said, schema, [tuple(v for v in row if not _is_moment(v)) for row in rows]


def _is_moment(value):
    return isinstance(value, str) and value[:2] == "20" and value[10:11] == "T"


def _by_qgis(path, fields, kind, crs):
    sink, _ = QgsProcessingUtils.createFeatureSink(str(path), QgsProcessingContext(), fields, kind, crs)
    sink.finalize() if hasattr(sink, "finalize") else sink.flushBuffer()


@pytest.mark.parametrize(
    ("fields", "kind", "code"),
    [
        (results.FINDING_FIELDS, QgsWkbTypes.MultiPolygon, "EPSG:4549"),
        (results.FINDING_FIELDS, QgsWkbTypes.MultiPolygon, "EPSG:4490"),
        (results.FINDING_FIELDS, QgsWkbTypes.MultiPolygon, ""),
        (results.VERDICT_FIELDS, QgsWkbTypes.NoGeometry, ""),
    ],
)
def test_it_is_what_qgis_makes(qgis_app, tmp_path, fields, kind, code):
    crs = QgsCoordinateReferenceSystem(code) if code else _NO_CRS
    for folder in ("ours", "theirs"):
        (tmp_path / folder).mkdir()
    ours, theirs = (tmp_path / folder / "结果 1.gpkg" for folder in ("ours", "theirs"))
    assert new_table(ours, results.qgs_fields(fields), kind, crs) is not None
    _by_qgis(theirs, results.qgs_fields(fields), kind, crs)
    assert _contents(ours) == _contents(theirs)
    layer = QgsVectorLayer(str(ours), "", "ogr")
    assert layer.isValid()
    assert layer.crs().authid() == code
    assert [field.name() for field in layer.fields()] == ["fid", *(name for name, _ in fields)]


def test_what_it_cannot_make_the_same_is_left_to_qgis(qgis_app, tmp_path):
    own = QgsCoordinateReferenceSystem.fromProj("+proj=tmerc +lon_0=117.2 +k=1 +x_0=500000 +ellps=GRS80 +units=m")
    fields = results.qgs_fields(results.FINDING_FIELDS)
    assert new_table(tmp_path / "own.gpkg", fields, QgsWkbTypes.MultiPolygon, own) is None
    assert new_table(tmp_path / "line.gpkg", fields, QgsWkbTypes.LineString, _NO_CRS) is None
    assert new_table(tmp_path / "shape.shp", fields, QgsWkbTypes.MultiPolygon, _NO_CRS) is None
    assert new_table(tmp_path / "no" / "folder.gpkg", fields, QgsWkbTypes.MultiPolygon, _NO_CRS) is None
    assert not list(tmp_path.iterdir())
