"""The coordinate system of a layer as pyproj has it."""

from typing import Union

from pyproj import CRS
from qgis.core import QgsRasterLayer, QgsVectorLayer, QgsWkbTypes

from ...core.errors import CrsError, InputError
from ...core.land import crs as crs_rules


def parse_layer_crs(layer: Union[QgsVectorLayer, QgsRasterLayer]) -> CRS:
    """Return the pyproj CRS of a layer; raises CrsError naming the layer when it is missing or refused."""
    crs = layer.crs()
    if not crs.isValid() and _kind(layer) == QgsWkbTypes.GeometryCollection:  # QGIS gives these no system at all
        raise CrsError("layer_of_collections", layer=layer.name())
    if not crs.isValid() and _kind(layer) == QgsWkbTypes.NoGeometry:  # a CSV file, a table of a database
        raise CrsError("layer_without_geometry", layer=layer.name())
    authority = crs.authid()
    known = authority if authority.upper().startswith("EPSG:") else crs.toWkt(type(crs).WKT2_2019)
    try:
        return crs_rules.parse_crs(known if crs.isValid() else None)
    except InputError as error:
        raise type(error)("layer_error", layer=layer.name(), error=error.message) from error


def _kind(layer):
    """Kind of geometry of a vector layer, None for a raster."""
    return QgsWkbTypes.flatType(layer.wkbType()) if isinstance(layer, QgsVectorLayer) else None
