"""convertclasses from one GeoPackage to others: fields copied inside SQLite are what they are when read and written."""

import sqlite3

import pytest
from osgeo import ogr, osr
from qgis.core import QgsVectorLayer

RINGS = ("0 0,100 0,100 100,0 100,0 0", "0 0,100 100,100 0,0 100,0 0", "0 0,9 0,9 9,0 0")  # the second crosses itself
CODES = ("0101", "0305", None, "nonsense", "1001")


def database(path, count=60):
    """A layer whose rows have gaps in their numbers, names to be quoted, empty values and no or several parts."""
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(4549)
    data = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    layer = data.CreateLayer("w", reference, ogr.wkbMultiPolygon)
    kinds = {
        "DLBM": ogr.OFTString,
        'a "b"': ogr.OFTString,
        "mj": ogr.OFTReal,
        "n": ogr.OFTInteger64,
        "geom_1": ogr.OFTInteger,
    }
    for name, kind in kinds.items():
        layer.CreateField(ogr.FieldDefn(name, kind))
    for number in range(count):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetFID(3 * number + 1)
        values = (CODES[number % 5], f"甲'{number}", -0.0 if number % 4 else number / 3, 2**40 + number, number)
        for place, value in enumerate(values):
            if value is not None and (number + place) % 7:
                feature.SetField(place, value)
        parts = ", ".join(f"(({ring}))" for ring in RINGS[: 1 + number % 2] if number % 6) if number % 11 else ""
        shape = ogr.CreateGeometryFromWkt(f"MULTIPOLYGON ({parts})" if parts else f"POLYGON (({RINGS[number % 3]}))")
        shape = ogr.ForceToMultiPolygon(moved(shape, number))
        if number % 13:
            feature.SetGeometry(shape)
        layer.CreateFeature(feature)


def moved(shape, number):
    """A shape at its place in Zhejiang."""
    east, north = 500_000 + 200 * number, 3_350_000
    text = shape.ExportToWkt()
    for ring in RINGS:
        there = (f"{float(x) + east} {float(y) + north}" for x, y in (pair.split() for pair in ring.split(",")))
        text = text.replace(ring, ",".join(there))
    return ogr.CreateGeometryFromWkt(text)


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "county.gpkg"
    database(path)
    return QgsVectorLayer(f"{path}|layername=w", "DLTB", "ogr")


@pytest.fixture
def copies(h, monkeypatch):
    """The CopiedColumns of every run, as they are asked for."""
    from onemap.plugin.bridge.layers.gpkg_reader import GpkgTable

    made, really = [], GpkgTable.copied
    monkeypatch.setattr(GpkgTable, "copied", lambda *given: made.append(really(*given)) or made[-1])
    return made


def run(h, folder, layer, **more):
    """{output: (all rows with the kinds of their values, the spatial index, the extent)}."""
    folder.mkdir()
    out = {name: str(folder / f"{name}.gpkg") for name in ("OUTPUT", "UNDECIDED", "CROSSTAB")}
    h.run("convertclasses", None, INPUT=layer, TABLE="sandiao_to_2023", **out, **more)
    return {name: content(path) for name, path in out.items()}


def content(path):
    data = sqlite3.connect(path)
    (table,) = data.execute("SELECT table_name FROM gpkg_contents").fetchone()
    rows = data.execute(f'SELECT * FROM "{table}" ORDER BY 1').fetchall()  # noqa: S608
    names = [name for (name,) in data.execute("SELECT name FROM sqlite_master WHERE name LIKE 'rtree%node'")]
    nodes = [data.execute(f'SELECT * FROM "{name}" ORDER BY 1').fetchall() for name in names]  # noqa: S608
    extent = data.execute("SELECT min_x, min_y, max_x, max_y FROM gpkg_contents").fetchall()
    return [[(repr(value), type(value)) for value in row] for row in rows], nodes, extent


def test_copied_rows_are_those_that_are_read_and_written(h, source, copies, tmp_path, monkeypatch):
    from onemap.plugin.bridge.layers.gpkg_reader import GpkgTable

    copied = run(h, tmp_path / "copied", source)
    assert copies[0].columns == ("DLBM", 'a "b"', "mj", "n", "geom_1")
    monkeypatch.setattr(GpkgTable, "copied", lambda *_: None)
    assert run(h, tmp_path / "read", source) == copied
    assert len(copied["OUTPUT"][0]) + len(copied["UNDECIDED"][0]) == 60


def test_a_layer_that_is_filtered_or_seen_by_an_expression_is_read(h, source, copies, tmp_path):
    decisions = tmp_path / "d.yaml"
    decisions.write_text('splits:\n- {from_code: "1001", to_code: "1201", where: "n > 0"}\n', encoding="utf-8")
    run(h, tmp_path / "where", source, SPLITS=str(decisions))
    source.setSubsetString("n > 1099511627786")
    found = run(h, tmp_path / "filtered", source)
    assert not copies
    assert 0 < len(found["OUTPUT"][0]) + len(found["UNDECIDED"][0]) < 50


def test_rows_that_go_while_they_are_copied_are_told(h, source, tmp_path):
    from onemap.plugin.bridge.layers.gpkg_copy import CopiedColumns, attach, insert_copied

    data = sqlite3.connect(":memory:", uri=True, isolation_level=None)
    attach(data, CopiedColumns(tmp_path / "county.gpkg", "w", "fid", ("n",)))
    data.execute("CREATE TABLE t (fid INTEGER PRIMARY KEY, source, n, g)")
    columns = CopiedColumns(tmp_path / "county.gpkg", "w", "fid", ("n",))
    assert insert_copied(data, "t", ["source", "n", "g"], [(4, b"x"), (7, None)], columns) == 2
    assert data.execute("SELECT source, g FROM t").fetchall() == [(4, b"x"), (7, None)]
    with pytest.raises(sqlite3.OperationalError, match="gone"):
        insert_copied(data, "t", ["source", "n", "g"], [(10, None), (11, None)], columns)
