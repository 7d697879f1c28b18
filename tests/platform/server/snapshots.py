"""The first load: one GeoPackage per county, made when first asked for and again when its lines have changed."""

import base64
import fcntl
import hashlib
import json
import os
import sqlite3
import struct
from pathlib import Path

from flask import Blueprint, g, send_file

from . import database
from .problems import Problem

BLUEPRINT = Blueprint("snapshots", __name__)
COLUMNS = "id county line_id name zone valid_from valid_to attrs version updated_at".split()
MEDIA_TYPE = "application/geopackage+sqlite3"
_DDL = """
PRAGMA application_id = 1196444487; PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
    last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
    z TINYINT NOT NULL, m TINYINT NOT NULL, PRIMARY KEY (table_name, column_name));
INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined cartesian', -1, 'NONE', -1, 'undefined', NULL), ('Undefined geographic', 0, 'NONE', 0, 'undefined', NULL);
CREATE TABLE control_line (fid INTEGER PRIMARY KEY, geom BLOB, id TEXT UNIQUE, county TEXT, line_id TEXT, name TEXT, zone TEXT,
    valid_from DATE, valid_to DATE, attrs TEXT, version INTEGER, updated_at DATETIME);
INSERT INTO gpkg_geometry_columns VALUES ('control_line', 'geom', 'GEOMETRY', 4490, 0, 0);
"""


def snapshot(county):
    """(path, sha256) of the county's file as it is now; made under a lock that holds between processes."""
    with database.session(g.who) as cursor:
        mark = cursor.execute(
            "SELECT count(*) || '-' || COALESCE(sum(version), 0) || '-' || COALESCE(max(updated_at)::text, '') FROM data.control_line WHERE county = %s",
            (county,),
        ).fetchone()[0]
    folder = Path(os.environ["ONEMAP_FILES"]) / "snapshots"
    folder.mkdir(exist_ok=True)
    target = folder / f"{county}-{hashlib.sha256(mark.encode()).hexdigest()[:16]}.gpkg"
    note = target.with_suffix(".sha256")
    with open(folder / f"{county}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            _write(target, county)
            note.write_text(_digest(target))
    return target, note.read_text()


def _digest(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _write(target, county):
    target.unlink(missing_ok=True)
    book = sqlite3.connect(target)
    book.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _DDL)
    with database.session(g.who) as cursor:
        wkt = cursor.execute("SELECT srtext FROM spatial_ref_sys WHERE srid = 4490").fetchone()[0]
        book.execute("INSERT INTO gpkg_spatial_ref_sys VALUES ('CGCS2000', 4490, 'EPSG', 4490, ?, NULL)", (wkt,))
        cursor.execute(
            f"SELECT ST_XMin(geom), ST_XMax(geom), ST_YMin(geom), ST_YMax(geom), ST_AsBinary(geom), {', '.join(COLUMNS)}"  # noqa: S608 a constant list
            " FROM data.control_line WHERE county = %s ORDER BY id",
            (county,),
        )
        book.executemany(f"INSERT INTO control_line VALUES ({', '.join('?' * (len(COLUMNS) + 2))})", _rows(cursor))  # noqa: S608 only question marks
    book.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES ('control_line', 'features', 'control_line', 4490)"
    )
    book.commit()
    book.close()


def _rows(cursor):
    for number, row in enumerate(cursor, 1):
        blob = b"GP\0\x03" + struct.pack("<i4d", 4490, *row[:4]) + row[4]
        values = [
            json.dumps(v, ensure_ascii=False)
            if isinstance(v, dict)
            else v
            if isinstance(v, (int, type(None)))
            else str(v)
            for v in row[5:]
        ]
        yield [number, blob, *values]


def link(county, exact):
    """The rel=enclosure link of a county; `exact` adds size and sha256 (and makes the file)."""
    found = {
        "rel": "enclosure",
        "type": MEDIA_TYPE,
        "title": county,
        "href": f"{os.environ['ONEMAP_URL']}/files/control_line/{county}.gpkg",
    }
    if exact:
        path, digest = snapshot(county)
        found.update(length=path.stat().st_size, sha256=digest)
    return found


@BLUEPRINT.route("/files/control_line/<county>.gpkg")
def download(county):
    with database.session(g.who) as cursor:
        known = cursor.execute("SELECT 1 FROM data.control_line WHERE county = %s LIMIT 1", (county,)).fetchone()
    if not known:
        raise Problem(404, "not-found", "No such file")
    path, digest = snapshot(county)
    response = send_file(
        path, mimetype=MEDIA_TYPE, conditional=True, etag=digest, as_attachment=True, download_name=f"{county}.gpkg"
    )
    response.headers["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(digest)).decode()}:"
    return response
