"""A district's outline from a QGIS layer, as the workspace keeps it."""

from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsGeometry, QgsProject

from ...core.errors import CrsError, InputError


def district_wkb(source):
    """WKB (multipolygon, CGCS2000 lon/lat) of all polygons of a feature source or layer together.

    Raises InputError for a layer without polygons, CrsError for one without a CRS.
    """
    crs = source.sourceCrs()  # a vector layer answers this as well
    if not crs.isValid():
        raise CrsError("crs_missing")
    target = QgsCoordinateReferenceSystem("EPSG:4490")
    move = QgsCoordinateTransform(crs, target, QgsProject.instance().transformContext())
    geometries = []
    for feature in source.getFeatures():
        geometry = feature.geometry()
        if not geometry.isEmpty():
            geometry.transform(move)
            geometries.append(geometry)
    whole = QgsGeometry.unaryUnion(geometries) if geometries else QgsGeometry()
    if whole.isEmpty():
        raise InputError(
            "district_empty", layer=source.sourceName() if hasattr(source, "sourceName") else source.name()
        )
    whole.convertToMultiType()
    return bytes(whole.asWkb())


def district_centre(layer):
    """(longitude, latitude) of the middle of a layer's extent in CGCS2000; None without an extent or a CRS."""
    extent = layer.extent()
    if extent.isEmpty() or not layer.crs().isValid():
        return None
    move = QgsCoordinateTransform(
        layer.crs(), QgsCoordinateReferenceSystem("EPSG:4490"), QgsProject.instance().transformContext()
    )
    centre = move.transformBoundingBox(extent).center()
    return centre.x(), centre.y()
