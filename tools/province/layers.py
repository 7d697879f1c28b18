"""The results of a batch as one GeoPackage that QGIS opens with colours, Chinese titles and values in words."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import shapely

from plugin.core.land import crs as crs_rules
from plugin.core.land.areal import areal_multipolygons
from plugin.core.land.gpkg import blobs, quoted
from plugin.core.land.wkb import from_wkb
from plugin.report.review.province import texts

from . import columns
from .styles import style_of

MOST_ROWS = 3_000_000  # of findings and verdicts; more make a file that nobody opens
_ROWS = 20_000
_TABLES = {
    "findings": columns.FINDING,
    "summaries": {**columns.SUMMARY, **columns.COUNTY},
    "verdicts": columns.VERDICT,
}
_KINDS = {columns.TEXT: "TEXT", columns.REAL: "REAL", columns.INT: "INTEGER", columns.BOOL: "BOOLEAN"}
_START = """
PRAGMA application_id = 1196444487;
PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
 organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
 description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
 min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL PRIMARY KEY, column_name TEXT NOT NULL,
 geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL);
CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL,
 definition TEXT NOT NULL, scope TEXT NOT NULL);
CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT, f_table_schema TEXT,
 f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN,
 description TEXT, owner TEXT, ui TEXT, update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')));
INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('layer_styles', 'attributes', 'layer_styles');
INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', NULL);
INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL);
"""
_INDEX = "http://www.geopackage.org/spec120/#extension_rtree"


def write_layers(folder: Path, plane: Any, crs: Any) -> None:
    """Write result.gpkg from the Parquet folders of a run; findings move from `plane` to `crs`, that of the projects.

    The file appears under its name when it is complete.
    """
    partial = folder / "result.gpkg.part"
    partial.unlink(missing_ok=True)
    with closing(sqlite3.connect(partial, isolation_level=None)) as data:
        data.execute("PRAGMA journal_mode = OFF")
        data.execute("PRAGMA synchronous = OFF")  # the file is new: after a crash it is made again, not recovered
        data.executescript(_START)
        data.execute("BEGIN")
        number = _register_crs(data, crs)
        for table, kinds in _TABLES.items():
            _create(data, table, kinds, number)
            _fill(data, folder / table, table, (plane, crs, number))
        data.execute("COMMIT")
    partial.replace(folder / "result.gpkg")


def _register_crs(data, crs):
    number = crs.to_epsg() or 100_000
    organization = "EPSG" if crs.to_epsg() else "NONE"
    row = (crs.name, number, organization, number, crs.to_wkt("WKT1_GDAL"))
    data.execute("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, NULL)", row)
    return number


def _create(data, table, kinds, number):
    is_area = table == "findings"
    own = ", ".join(f"{quoted(name)} {_KINDS[kind]}" for name, kind in kinds.items())
    geometry = "geom MULTIPOLYGON, " if is_area else ""
    data.execute(f"CREATE TABLE {table} (fid INTEGER PRIMARY KEY AUTOINCREMENT, {geometry}{own})")
    title = texts()["layers"][table]
    row = (table, "features" if is_area else "attributes", title, number if is_area else None)
    data.execute("INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?, ?, ?, ?)", row)
    if is_area:
        data.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'MULTIPOLYGON', ?, 0, 0)", (table, number))
    style = (table, "geom" if is_area else "", style_of(table, list(kinds)), title)
    data.execute(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
        "styleQML, styleSLD, useAsDefault, description, owner) VALUES ('', '', ?, ?, 'onemap', ?, '', 1, ?, '')",
        style,
    )


def _fill(data, folder, table, places):
    names, fids, boxes = list(_TABLES[table]), count(1), [np.zeros((0, 4))]
    stored = ["fid", *names, *(["geom"] if table == "findings" else [])]
    # names are those of _TABLES
    insert = f"INSERT INTO {table} ({', '.join(map(quoted, stored))}) VALUES ({', '.join('?' * len(stored))})"  # noqa: S608
    for batch in _batches(folder):
        values = [batch.column(name).to_pylist() for name in names]
        if table == "findings":
            geometry, found = _shapes(batch, places)
            values.append(geometry)
            boxes.append(found)
        data.executemany(insert, zip(fids, *values))
    if table == "findings":
        _index(data, np.concatenate(boxes))


def _batches(folder: Path) -> Iterator[Any]:
    for file in sorted(folder.glob("*.parquet")):
        yield from pq.ParquetFile(file).iter_batches(_ROWS)


def _shapes(batch, places):
    """(blobs, boxes) of the findings of a batch in the CRS of the projects."""
    plane, crs, number = places
    shapes = areal_multipolygons(from_wkb(batch.column("geometry").to_pylist()))
    shapes = crs_rules.transform_geometries(shapes, plane, crs)
    boxes = shapely.bounds(shapes).reshape(-1, 4)
    return blobs(shapes, boxes, number), boxes


def _index(data, boxes):
    """The spatial index of the findings, and their extent."""
    data.execute("CREATE VIRTUAL TABLE rtree_findings_geom USING rtree(id, minx, maxx, miny, maxy)")
    rows = zip(count(1), *boxes[:, [0, 2, 1, 3]].T.tolist())
    data.executemany("INSERT INTO rtree_findings_geom VALUES (?, ?, ?, ?, ?)", rows)
    data.execute(
        "INSERT INTO gpkg_extensions VALUES ('findings', 'geom', 'gpkg_rtree_index', ?, 'write-only')", (_INDEX,)
    )
    if len(boxes):
        extent = (*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
        data.execute(
            "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = 'findings'", extent
        )
