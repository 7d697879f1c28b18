"""A district's outline from a QGIS layer, as the workspace keeps it."""

from typing import Optional, Union

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeatureSource,
    QgsGeometry,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ...core.errors import CrsError, InputError

_CGCS2000 = "EPSG:4490"
_EARTH = QgsRectangle(-180, -90, 180, 90)


def district_wkb(source: Union[QgsFeatureSource, QgsVectorLayer]) -> bytes:
    """WKB (multipolygon, CGCS2000 lon/lat) of all polygons of a feature source or layer together.

    Raises InputError for a layer without polygons or with coordinates that are nowhere, CrsError for one without a CRS.
    """
    name = source.name() if isinstance(source, QgsVectorLayer) else source.sourceName()
    move = _to_degrees(source.sourceCrs())  # a vector layer answers this as well
    united = QgsGeometry.unaryUnion([g for g in map(_usable, source.getFeatures()) if g is not None])
    try:
        missing = united.isEmpty() or united.transform(move) != 0
    except QgsCsException as error:
        raise InputError("layer_error", layer=name, error=str(error)) from error
    if missing:
        raise InputError("district_empty", layer=name)
    if not _EARTH.contains(united.boundingBox()):
        raise InputError(
            "layer_error", layer=name, error=str(CrsError("crs_not_on_earth", crs=source.sourceCrs().authid()))
        )
    united.convertToMultiType()
    return bytes(united.asWkb())


def _usable(feature) -> Optional[QgsGeometry]:
    """The polygon of a feature, repaired where it crosses itself; None for anything else."""
    geometry = feature.geometry()
    if geometry.isEmpty() or geometry.type() != QgsWkbTypes.PolygonGeometry:
        return None
    return geometry if geometry.isGeosValid() else geometry.makeValid()


def _to_degrees(crs: QgsCoordinateReferenceSystem) -> QgsCoordinateTransform:
    if not crs.isValid():
        raise CrsError("crs_missing")
    context = QgsProject.instance().transformContext()
    return QgsCoordinateTransform(crs, QgsCoordinateReferenceSystem(_CGCS2000), context)


def district_centre(layer: QgsVectorLayer) -> Optional[tuple[float, float]]:
    """(longitude, latitude) of the middle of a layer's extent in CGCS2000; None without an extent or a usable CRS."""
    extent = layer.extent()
    if extent.isEmpty() or not layer.crs().isValid():
        return None
    try:
        centre = _to_degrees(layer.crs()).transformBoundingBox(extent).center()
    except QgsCsException:
        return None
    return centre.x(), centre.y()
