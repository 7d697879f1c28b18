"""An independent recount with PostGIS on real parcels: validity, overlaps, gaps, edges that no neighbour shares."""

import sqlite3

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land.gpkg import wkb_of
from onemap.plugin.core.land.repair import make_usable
from onemap.plugin.core.quality.topology_cover import Coverage
from onemap.plugin.core.quality.topology_edges import rim
from onemap.plugin.core.quality.topology_shapes import invalid
from onemap.tests.postgis import server as postgis_server
from onemap.tests.support.long_runs import LONG
from pyproj import Transformer

TOLERANCE = 0.01
PARCELS = 15_786 if LONG else 4_000


@pytest.fixture(scope="module")
def parcels(shared_data):
    """Parcels of the real county, neighbours of one another, on a plane; every twentieth is moved by two metres."""
    path = shared_data / "realcounty" / "county.gpkg"
    with sqlite3.connect(f"file:{path}?immutable=1", uri=True) as database:
        column = database.execute("SELECT column_name FROM gpkg_geometry_columns WHERE table_name = 'DLTB'").fetchone()[
            0
        ]
        blobs = [row[0] for row in database.execute(f'SELECT "{column}" FROM DLTB')]  # noqa: S608 - the table's own word
    shapes = shapely.from_wkb([wkb_of(blob) for blob in blobs])
    plane = Transformer.from_crs(4490, 4549, always_xy=True)
    shapes = shapely.transform(shapes, lambda xy: np.column_stack(plane.transform(*xy.T)))
    shapes = shapes[np.argsort(shapely.bounds(shapes)[:, 0], kind="stable")[:PARCELS]]
    shapes[::20] = shapely.transform(shapes[::20], lambda xy: xy + (2.0, 0.0))
    return shapes


@pytest.fixture(scope="module")
def ask(tmp_path_factory, parcels):
    """A question to a server that holds the parcels as they are (raw) and as the checks use them (sound)."""
    psycopg2 = pytest.importorskip("psycopg2", reason="a PostgreSQL client is needed")
    folder = tmp_path_factory.mktemp("postgis")
    try:
        settings = postgis_server.up(folder)
    except (RuntimeError, OSError, KeyError) as error:
        pytest.skip(f"no PostgreSQL with PostGIS: {error}")
    connection = psycopg2.connect(**settings)
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("CREATE EXTENSION postgis")
    for table, shapes in (("raw", parcels), ("sound", sound(parcels))):
        cursor.execute(f"CREATE UNLOGGED TABLE {table} (id int, geom geometry)")
        rows = [(k, hexed) for k, hexed in enumerate(shapely.to_wkb(shapes, hex=True).tolist()) if hexed]
        cursor.executemany(f"INSERT INTO {table} VALUES (%s, %s)", rows)  # noqa: S608 - the two names above
        cursor.execute(f"CREATE INDEX ON {table} USING gist (geom)")
        cursor.execute(f"ANALYZE {table}")

    def answer(question):
        cursor.execute(question)
        return cursor.fetchall()

    yield answer
    connection.close()
    postgis_server.down(folder)


def sound(parcels):
    return make_usable(parcels, np.arange(len(parcels)), "DLTB").geometries


def test_the_invalid_ones_are_those_of_postgis(ask, parcels):
    told = invalid(parcels)
    theirs = ask("SELECT id FROM raw WHERE NOT ST_IsValid(geom) ORDER BY id")  # reasons change with the GEOS of both
    assert told.rows.tolist() == [row for (row,) in theirs] and len(theirs) > 0


def test_the_overlaps_are_those_of_a_self_join(ask, parcels):
    told = Coverage(sound(parcels)).overlaps(TOLERANCE)
    join = """SELECT a.id, b.id, ST_Area(ST_Intersection(a.geom, b.geom)) FROM sound a JOIN sound b ON a.id < b.id AND a.geom && b.geom
        WHERE ST_Intersects(a.geom, b.geom)"""
    theirs = {(a, b): area for a, b, area in ask(join) if area > TOLERANCE}
    mine = dict(zip(zip(told.rows.tolist(), told.others.tolist()), told.amounts.tolist()))
    near = {pair for pair in set(mine) ^ set(theirs) if abs(mine.get(pair, theirs.get(pair)) - TOLERANCE) > 1e-5}
    assert not near and len(theirs) > 50
    assert sum(mine.values()) == pytest.approx(sum(theirs.values()), abs=0.01)


def test_the_gaps_are_those_of_the_union(ask, parcels):
    told = Coverage(sound(parcels)).gaps(TOLERANCE)
    holes = """WITH land AS (SELECT ST_Union(geom) AS geom FROM sound), frame AS (SELECT ST_Expand(geom::box2d::geometry, 1) AS box FROM land),
        free AS (SELECT (ST_Dump(ST_Difference(box, geom))).geom AS geom, box FROM land, frame)
        SELECT ST_Area(geom) FROM free WHERE NOT ST_Intersects(geom, ST_Boundary(box))"""
    theirs = [area for (area,) in ask(holes) if area > TOLERANCE]
    assert len(theirs) > 10 and len(told) == pytest.approx(len(theirs), rel=0.005)  # a union closes slits of microns
    assert told.amounts.sum() == pytest.approx(sum(theirs), rel=1e-6)
    values = ",".join(f"('{hexed}'::geometry)" for hexed in shapely.to_wkb(told.geometries, hex=True))
    held = f"SELECT max(ST_Area(ST_Intersection(g.geom, s.geom))) FROM (VALUES {values}) g(geom) JOIN sound s ON g.geom && s.geom"  # noqa: S608
    assert ask(held)[0][0] < 1e-5  # none of them lies in any parcel


def test_invalid_edges_of_the_coverage_lie_on_the_rim(ask, parcels):
    if not ask("SELECT 1 FROM pg_proc WHERE proname = 'st_coverageinvalidedges'"):
        pytest.skip("PostGIS before 3.4 has no ST_CoverageInvalidEdges")
    edges = ask(
        "SELECT id FROM (SELECT id, ST_CoverageInvalidEdges(geom) OVER () AS edges FROM sound) s WHERE edges IS NOT NULL"
    )
    found = rim(sound(parcels))
    assert {row for (row,) in edges} <= set(np.flatnonzero(found.rows).tolist())
