"""GeoPackage bookkeeping and geometry blobs (OGC 12-128r18), so that QGIS and GDAL open a workspace like any
other file.
"""

import sqlite3
import struct
from collections.abc import Iterable
from typing import TYPE_CHECKING, Callable, Optional

import shapely
from pyproj import CRS

from ..core.land.gpkg import wkb_of
from ..core.land.types import Box

if TYPE_CHECKING:
    from .database import Database

CGCS2000 = 4490
APPLICATION_ID, GPKG_VERSION = 0x47504B47, 10300
_UNDEFINED = (("Undefined Cartesian SRS", -1), ("Undefined geographic SRS", 0))
_POINT_BYTES = 21  # WKB of a point with two coordinates
_READY = b"GP\x00\x03" + struct.pack("<i", CGCS2000)


def start_file(database: "Database") -> None:
    """Write the header values and reference systems that every GeoPackage carries, and CGCS2000."""
    database.execute(f"PRAGMA application_id={APPLICATION_ID}")
    database.execute(f"PRAGMA user_version={GPKG_VERSION}")
    insert = "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, NULL)"
    for name, number in _UNDEFINED:
        database.execute(insert, (name, number, "NONE", number, "undefined"))
    for code in (4326, CGCS2000):
        crs = CRS.from_epsg(code)
        database.execute(insert, (crs.name, code, "EPSG", code, crs.to_wkt("WKT1_GDAL")))


def register_table(database: "Database", table: str, title: str, geometry: str = "none") -> None:
    """Name a table in gpkg_contents.

    `geometry`: "none", "point", "polygon" or "multipolygon" in column geom, CGCS2000 lon/lat.
    """
    kind = "attributes" if geometry == "none" else "features"
    database.execute(
        "INSERT OR REPLACE INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?, ?, ?, ?)",
        (table, kind, title, None if geometry == "none" else CGCS2000),
    )
    if geometry != "none":
        database.execute(
            "INSERT OR REPLACE INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)",
            (table, geometry.upper(), CGCS2000),
        )


def widen_extent(database: "Database", table: str, bounds: Iterable[float]) -> None:
    """Let the table's extent in gpkg_contents hold (min x, min y, max x, max y) as well."""
    x0, y0, x1, y1 = (float(v) for v in bounds)
    database.execute(
        "UPDATE gpkg_contents SET min_x = min(ifnull(min_x, ?1), ?1), min_y = min(ifnull(min_y, ?2), ?2),"
        " max_x = max(ifnull(max_x, ?3), ?3), max_y = max(ifnull(max_y, ?4), ?4) WHERE table_name = ?5",
        (x0, y0, x1, y1, table),
    )


def geometry_blob(wkb: Optional[bytes]) -> Optional[bytes]:
    """GeoPackage blob of a WKB geometry (bytes) with its envelope; None stays None."""
    if wkb is None:
        return None
    if len(wkb) == _POINT_BYTES and wkb[0] == 1:  # a province has 138,389 of them
        x, y = struct.unpack_from("<2d", wkb, 5)
        return b"GP\x00\x03" + struct.pack("<i4d", CGCS2000, x, x, y, y) + bytes(wkb)
    geometry = shapely.from_wkb(bytes(wkb))
    if geometry.is_empty:
        return b"GP\x00\x11" + struct.pack("<i", CGCS2000) + bytes(wkb)
    x0, y0, x1, y1 = geometry.bounds
    return b"GP\x00\x03" + struct.pack("<i4d", CGCS2000, x0, x1, y0, y1) + bytes(wkb)


def blob_wkb(blob: Optional[bytes]) -> Optional[bytes]:
    """WKB of a GeoPackage blob; None for None or for something else than a GeoPackage geometry."""
    return wkb_of(blob)


def ready_blob(blob: Optional[bytes]) -> bool:
    """Whether a GeoPackage blob can be kept as it is: CGCS2000, with its envelope, not empty."""
    return blob is not None and blob[:8] == _READY


def blob_bounds(blob: Optional[bytes]) -> Optional[Box]:
    """(min x, min y, max x, max y) in the envelope of a blob as `geometry_blob` makes them; None without one."""
    if blob is None or not ready_blob(blob):
        return None
    x0, x1, y0, y1 = struct.unpack_from("<4d", blob, 8)
    return x0, y0, x1, y1


def register_geometry_functions(connection: sqlite3.Connection) -> None:
    """The ST_ functions that spatial-index triggers call, for tables to which QGIS has added an index."""

    def bound(position: int) -> Callable[[Optional[bytes]], Optional[float]]:
        def find(blob: Optional[bytes]) -> Optional[float]:
            wkb = blob_wkb(blob)
            geometry = shapely.from_wkb(wkb) if wkb else None
            return None if geometry is None or geometry.is_empty else geometry.bounds[position]

        return find

    for position, name in enumerate(("ST_MinX", "ST_MinY", "ST_MaxX", "ST_MaxY")):
        connection.create_function(name, 1, bound(position), deterministic=True)
    connection.create_function("ST_IsEmpty", 1, lambda blob: int(bound(0)(blob) is None), deterministic=True)
