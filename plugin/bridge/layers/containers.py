"""A whole GeoPackage, .gdb or folder given in place of a layer: the sources of the layers in it."""

import os
from functools import lru_cache
from pathlib import Path

from qgis.core import QgsProviderRegistry

from ...core.land.file_state import stamp_of

_TABLES = (".gpkg", ".gdb", ".sqlite", ".db")
_FOLDERS = (".kml", ".kmz", ".gml")  # files that hold a layer for each folder or kind of feature
_FILES = (".shp", ".gpkg", ".gdb", ".fgb", ".geojson", ".tab", ".mif", *_FOLDERS)
_MOST = 500  # layers taken from one folder


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
    return tuple(_listed(path))


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
