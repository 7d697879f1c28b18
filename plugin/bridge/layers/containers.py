"""A whole GeoPackage, .gdb or folder given in place of a layer: the sources of the layers in it."""

import os
import sqlite3
from contextlib import closing
from functools import lru_cache
from itertools import islice
from pathlib import Path

from qgis.core import QgsProviderRegistry

from ...core.files import sqlite_uri
from ...core.land.file_state import stamp_of
from .unreadable import holds_unread_land

_TABLES = (".gpkg", ".gdb", ".sqlite", ".db")
_FOLDERS = (".kml", ".kmz", ".gml")  # files that hold a layer for each folder or kind of feature
_FILES = (".shp", ".gpkg", ".gdb", ".fgb", ".geojson", ".tab", ".mif", *_FOLDERS)
_MOST = 500  # layers taken from one folder
_OWN = ("gpkg_", "rtree_", "sqlite_")  # how the names of tables begin that a GeoPackage has for itself
_PLAIN = [[(multi + kind,)] for kind in ("POLYGON", "LINESTRING", "POINT") for multi in ("", "MULTI")]


def sources_in(source: str) -> list:
    """The layers that a source stands for: itself, or every layer of a container given without a layer's name.

    A container that cannot be opened stands for itself, to be reported as failed.
    """
    path = Path(source)
    if "|" in source or not path.exists():
        return [source]
    if path.suffix.lower() in _TABLES:
        return _tables(path) or [source]
    if path.suffix.lower() in _FOLDERS:
        tables = _tables(path)
        return tables if len(tables) > 1 else [source]
    if path.is_dir():
        found = [table for file in _files(path) for table in sources_in(str(file))]
        return found[:_MOST] or [source]
    return [source]


def unread_in(source: str) -> list[str]:
    """Names of files in a folder given as a source that may hold land and are of no kind that is taken from it."""
    path = Path(source)
    if "|" in source or not path.is_dir() or path.suffix.lower() == ".gdb":
        return []
    names = (name for _, _, files in os.walk(path) for name in sorted(files) if holds_unread_land(name))
    return list(islice(names, _MOST))


def _tables(path):
    if not path.is_file() or path.suffix.lower() != ".gpkg":
        return _listed(path)
    try:
        return list(_kept(path, stamp_of(path)))
    except OSError:
        return _listed(path)


@lru_cache(maxsize=32)
def _kept(path, stamp):
    """The layers of a GeoPackage in one state: Processing asks for them twice, when it checks and when it runs."""
    table = _only_table(path)
    return (f"{path}|layername={table}",) if table else tuple(_listed(path))


def _only_table(path):
    """The name of the only table of a GeoPackage of plain geometry; "" where it takes QGIS to say what is in it, which
    opens the file as a whole for that.
    """
    try:
        with closing(sqlite3.connect(sqlite_uri(path, "ro"), uri=True)) as data:
            contents = data.execute("SELECT table_name, data_type FROM gpkg_contents").fetchall()
            kinds = data.execute("SELECT upper(geometry_type_name) FROM gpkg_geometry_columns").fetchall()
            names = [name for (name,) in data.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
    except sqlite3.Error:
        return ""
    others = [name for name in names if not name.startswith(_OWN)]
    is_plain = len(contents) == 1 and contents[0][1] == "features" and kinds in _PLAIN and others == [contents[0][0]]
    return contents[0][0] if is_plain and "|" not in contents[0][0] else ""


def _listed(path):
    parts = QgsProviderRegistry.instance().querySublayers(str(path))
    return sorted(part.uri() for part in parts if part.providerKey() == "ogr")


def _files(folder):
    """Layer files in a folder and its folders, in the order of their names; what lies inside a .gdb is its own."""
    for place, folders, files in os.walk(folder):
        databases = [name for name in folders if name.lower().endswith(".gdb")]
        folders[:] = sorted(set(folders) - set(databases))
        names = [*databases, *(name for name in files if name.lower().endswith(_FILES))]
        yield from (Path(place) / name for name in sorted(names))
