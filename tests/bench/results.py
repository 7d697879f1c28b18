"""What a contender's result holds, read after its clock has stopped: its pairs and the planar area of each."""

import sqlite3

import numpy as np
import shapely


def pair_areas(path):
    """{(project, parcel): m²} of a result file."""
    found = {}
    for rows, geometries in _parquet(path) if path.suffix == ".parquet" else _gpkg(path):
        for row, area in zip(rows, shapely.area(geometries).tolist()):
            if area > 0:
                found[row] = found.get(row, 0.0) + area
    return found


def counted(path):
    """Rows of the only table of a GeoPackage."""
    data = sqlite3.connect(path)
    (table,) = data.execute("SELECT table_name FROM gpkg_contents").fetchone()
    return data.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608


def _parquet(path):
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(path)
    rows = list(zip(table["XMMC"].to_pylist(), table["pid"].to_pylist()))
    yield rows, shapely.from_wkb(np.array(table["geom"].to_pylist(), dtype=object))


def _gpkg(path):
    data = sqlite3.connect(path)
    table, column = data.execute("SELECT table_name, column_name FROM gpkg_geometry_columns").fetchone()
    names = [row[1] for row in data.execute(f'PRAGMA table_info("{table}")')]
    # our findings name the parcel by its feature id, one more than its pid
    wanted = "project_key, control_fid - 1" if "project_key" in names else "XMMC, pid"
    yield from _blocks(data.execute(f'SELECT {wanted}, "{column}" FROM "{table}"'))  # noqa: S608


def _blocks(cursor):
    """(other columns, geometries) of twenty thousand rows at a time: of two million nobody holds all."""
    while rows := cursor.fetchmany(20_000):
        blobs = [row[-1][(8, 40, 56, 56, 72)[row[-1][3] >> 1 & 7] :] for row in rows]
        yield [row[:-1] for row in rows], shapely.from_wkb(np.array(blobs, dtype=object))


def broken(folder):
    """(projects, parcels) whose geometry is invalid: tools repair it in different ways."""
    found = []
    for name, key in (("projects", "XMMC"), ("line", "pid")):
        data = sqlite3.connect(folder / f"{name}.gpkg")
        table, column = data.execute("SELECT table_name, column_name FROM gpkg_geometry_columns").fetchone()
        invalid = set()
        for rows, geometries in _blocks(data.execute(f'SELECT {key}, "{column}" FROM "{table}"')):  # noqa: S608
            invalid |= {row[0] for row, good in zip(rows, shapely.is_valid(geometries)) if not good}
        found.append(invalid)
    return found
