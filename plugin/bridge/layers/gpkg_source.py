"""The GeoPackage table behind a layer of QGIS."""

import sqlite3
from typing import Optional

from qgis.core import QgsVectorLayer

from .gpkg_reader import GpkgFile, GpkgTable
from .source_parts import source_parts


def gpkg_table(layer: QgsVectorLayer) -> Optional[GpkgTable]:
    """The GpkgTable behind a QgsVectorLayer.

    None when it is no plain table with a key, a filter is set on it, or it is edited.
    """
    parts = source_parts("ogr", layer.source())
    path = parts.get("path") or ""
    if (
        layer.providerType() != "ogr"
        or not path.lower().endswith(".gpkg")
        or layer.subsetString()
        or layer.isEditable()
    ):
        return None
    try:
        return GpkgFile.of(path).table(parts.get("layerName"))
    except sqlite3.Error:
        return None  # QGIS's own reader will tell what is wrong with the file
