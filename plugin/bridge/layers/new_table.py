"""An empty GeoPackage for rows as QGIS makes one, without QGIS's writer: it takes up every ellipsoid that PROJ knows
before its first file, 30 ms of a fresh process.
"""

from pathlib import Path
from typing import Optional

from osgeo import ogr, osr
from qgis.core import QgsCoordinateReferenceSystem, QgsFields, QgsWkbTypes

from ...core.files import remove
from . import field_types

_KINDS = {
    field_types.TEXT: (ogr.OFTString, ogr.OFSTNone),
    field_types.REAL: (ogr.OFTReal, ogr.OFSTNone),
    field_types.LONG: (ogr.OFTInteger64, ogr.OFSTNone),
    field_types.BOOL: (ogr.OFTInteger, ogr.OFSTBoolean),
}
_GEOMETRIES = {QgsWkbTypes.NoGeometry: ogr.wkbNone, QgsWkbTypes.MultiPolygon: ogr.wkbMultiPolygon}


class NewTable:
    """Stands in the place of a feature sink whose table is made already and takes its rows another way."""

    def finalize(self) -> None:
        """There is nothing to close."""


def new_table(
    path: Path, fields: QgsFields, geometry_type: QgsWkbTypes.Type, crs: Optional[QgsCoordinateReferenceSystem]
) -> Optional[NewTable]:
    """Make the GeoPackage `path`, a new file, with one empty table of its name; None where QGIS has to make it: for
    another suffix, kind of geometry or of field, a coordinate system without an EPSG code, or if it cannot be made.
    """
    kinds = [_KINDS.get(field.type()) for field in fields]
    if path.suffix.lower() != ".gpkg" or path.exists() or None in kinds or geometry_type not in _GEOMETRIES:
        return None
    place = osr.SpatialReference() if crs is not None and crs.isValid() else None
    try:
        if place is not None and not _is_taken(place, crs):
            return None
        _make(path, [(field.name(), *kind) for field, kind in zip(fields, kinds) if kind], geometry_type, place)
    except RuntimeError:  # QGIS will say what is wrong
        remove(path)
        return None
    return NewTable() if path.is_file() else None


def _is_taken(place, crs):
    """Whether `place` has become the coordinate system `crs`, by its code."""
    return crs.authid().startswith("EPSG:") and place.SetFromUserInput(crs.authid()) == 0


def _make(path, fields, geometry_type, place):
    if place is not None:
        place.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    data = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    if data is None:
        return
    layer = data.CreateLayer(path.stem, place, _GEOMETRIES[geometry_type])
    if layer is None:
        raise RuntimeError
    for name, kind, subtype in fields:
        field = ogr.FieldDefn(name, kind)
        field.SetSubType(subtype)
        if layer.CreateField(field) != 0:
            raise RuntimeError
