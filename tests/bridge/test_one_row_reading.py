"""Geometries and values of many rows in one row of SQLite: what comes back is what the rows hold, whatever that is."""

import sqlite3

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land.gpkg import blobs, wkbs_of

KINDS = {"text": "甲'\"\x00乙", "number": 12, "nothing": None, "half": 0.1, "bytes": b"\x00\xff", "large": 2**62}


@pytest.fixture
def table(qgis_app, tmp_path):
    """(GpkgTable, connection) of nine rows: a geometry that is null, one that is empty bytes, one that is text."""
    from onemap.plugin.bridge.layers.gpkg_reader import GpkgFile

    path = tmp_path / "rows.gpkg"
    data = sqlite3.connect(path)
    data.execute("CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT)")
    data.execute("INSERT INTO gpkg_geometry_columns VALUES ('t', 'g', 'POLYGON')")
    data.execute('CREATE TABLE t (fid INTEGER PRIMARY KEY, g BLOB, "na{me" TEXT)')
    boxes = shapely.box(np.arange(9), 0, np.arange(9) + 1, 1)
    made = blobs(boxes, shapely.bounds(boxes), 4549)
    made[2], made[5] = None, b""
    data.executemany("INSERT INTO t VALUES (?, ?, ?)", [(3 * k, blob, f"名{k}") for k, blob in enumerate(made)])
    data.commit()
    return GpkgFile.of(path).table("t"), data


def plain(data, ids, column):
    marks = ", ".join("?" * len(ids))
    return [v for (v,) in data.execute(f"SELECT {column} FROM t WHERE fid IN ({marks}) ORDER BY fid", ids)]  # noqa: S608


def test_blobs_come_back_byte_for_byte(table):
    gpkg, data = table
    ids = [0, 6, 9, 12, 15, 24]
    assert gpkg.wkb(np.array(ids)) == wkbs_of(plain(data, ids, "g"))
    assert gpkg.wkb(np.array([], dtype=int)) == []


def test_a_geometry_that_is_text_is_read_row_by_row(table):
    gpkg, data = table
    data.execute("UPDATE t SET g = '土地' WHERE fid = 3")
    data.commit()
    assert gpkg.wkb(np.array([0, 3, 9])) == wkbs_of(plain(data, [0, 3, 9], "g"))


def test_a_row_that_has_gone_is_told(table):
    with pytest.raises(sqlite3.OperationalError):
        table[0].wkb(np.array([0, 1, 3]))


@pytest.mark.parametrize("kind", KINDS)
def test_values_come_back_as_they_are(table, kind):
    gpkg, data = table
    data.execute('UPDATE t SET "na{me" = ? WHERE fid = 6', [KINDS[kind]])
    data.execute("CREATE TABLE u (fid INTEGER PRIMARY KEY)")
    data.commit()
    found = gpkg.values(np.array([0, 6, 9]), ["na{me", "fid"])
    assert found == list(zip(plain(data, [0, 6, 9], '"na{me"'), [0, 6, 9]))
    assert [type(row[0]) for row in found] == [type(v) for v in plain(data, [0, 6, 9], '"na{me"')]


@pytest.mark.parametrize("kind", KINDS)
def test_values_beside_geometry_come_back_as_they_are(table, kind):
    gpkg, data = table
    data.execute('UPDATE t SET "na{me" = ? WHERE fid = 6', [KINDS[kind]])
    data.commit()
    ids = [0, 6, 9, 15]
    wkb, values = gpkg.wkb_and_values(np.array(ids), "na{me")
    assert wkb == wkbs_of(plain(data, ids, "g"))
    wanted = plain(data, ids, '"na{me"')
    assert values == wanted and [type(v) for v in values] == [type(v) for v in wanted]
    assert gpkg.wkb_and_values(np.array([], dtype=int), "na{me") == ([], [])


def test_heads_are_read_as_one_and_one_by_one(table, monkeypatch):
    from onemap.plugin.bridge.layers import gpkg_reader

    gpkg, data = table
    data.execute("UPDATE t SET g = x'4750001000000000' WHERE fid = 9")
    data.commit()
    joined = gpkg.read_boxes()
    monkeypatch.setattr(gpkg_reader, "joined_rows", lambda ask: None)
    heads = gpkg.read_boxes()
    monkeypatch.setattr(gpkg_reader, "joined_heads", lambda ask: None)
    rows = gpkg.read_boxes()
    for other in (heads, rows):
        assert joined.ids.tolist() == other.ids.tolist() == [3 * k for k in range(9)]
        assert np.array_equal(joined.boxes, other.boxes, equal_nan=True)
        assert joined.has_land.tolist() == other.has_land.tolist()
    assert np.isnan(joined.boxes[:, 0]).tolist() == [k in (2, 3, 5) for k in range(9)]


SQUARE = shapely.box(3, 4, 5, 7)
SHAPES = {
    "a ring": SQUARE,
    "a ring in a multipolygon": shapely.MultiPolygon([SQUARE]),
    "a hole": shapely.box(0, 0, 9, 9).difference(shapely.box(1, 1, 2, 2)),
    "two parts": shapely.MultiPolygon([SQUARE, shapely.box(20, 20, 21, 22)]),
    "a line": shapely.LineString([(0, 0), (1, 7)]),
    "heights": shapely.force_3d(SQUARE, 8.0),
    "a point": shapely.Point(4, 2),
    "empty": shapely.Polygon(),
    "no number": shapely.Polygon([(0, 0), (np.nan, 0), (1, 1), (0, 2)]),
}


@pytest.mark.parametrize("place", [0, 3])
@pytest.mark.parametrize("kind", SHAPES)
def test_where_geometries_lie_is_told_by_their_own_numbers(table, kind, place):
    from onemap.plugin.bridge.layers.gpkg_joined import blobs_of_rows

    shapes = shapely.box(np.arange(9), 0, np.arange(9) + 1, 1)
    shapes[place] = SHAPES[kind]
    made = blobs(shapes, shapely.bounds(shapes), 4549)
    short = [None, b"", b"GP", made[place][:50], b"GP\0\x03" + made[place][4:44]]
    for rows in (made, made + short, [blob[:3] + b"\x01" + blob[4:8] + blob[40:] for blob in made], []):
        joined = blobs_of_rows(np.arange(len(rows)), [(row,) for row in rows])
        found, own = joined.bounds(), shapely.bounds(shapes).reshape(-1, 4)
        assert np.array_equal(found[: len(own)], own[: len(rows)], equal_nan=True)
        assert np.isnan(found[len(own) :]).all()
        assert not joined.reach_beyond(found) and not joined.reach_beyond(np.full(found.shape, np.nan))
        for side, by in enumerate((0.01, 0.01, -0.01, -0.01)):
            for row in np.flatnonzero(np.isfinite(found).all(axis=1)):
                said = found.copy()
                said[row, side] += by
                assert joined.reach_beyond(said)


def test_a_header_of_one_row_that_lies_is_not_believed(table):
    gpkg, data = table
    shapes = shapely.box(np.arange(9), 0, np.arange(9) + 1, 1)
    said = shapely.bounds(shapes)
    said[7] += 100
    data.executemany("UPDATE t SET g = ? WHERE fid = ?", [(b, 3 * k) for k, b in enumerate(blobs(shapes, said, 4549))])
    data.commit()
    assert gpkg.read_boxes().boxes.tolist() == shapely.bounds(shapes).tolist()
