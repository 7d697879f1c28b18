"""Computed fields that follow from map layers: areas of a village's polygon under land-use codes and control lines, points inside."""

import shapely
from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsFeatureRequest, QgsGeometry, QgsProject

from ..core import crs as crs_rules
from ..core.area import statutory_areas
from ..core.rounding import hectares
from ..formats.rule_files import load_catalogue
from .encoding import repair_encoding
from .range_check import recognised_layers


def values_from_layers(form, polygon, crs, mapping=None):
    """({key: value}, [titles of fields without a layer]) for the layer-computed fields of a form.

    `polygon`: QgsGeometry in `crs` (QgsCoordinateReferenceSystem). Areas are statutory, in hectares.
    """
    found, missing = {}, []
    for field in form.fields:
        name, params = field.computed.get("name"), field.computed.get("params", {})
        if name in ("overlap_area", "count_points"):
            layer = _layer(params, mapping or {})
            if layer is None:
                missing.append(field.title)
            elif name == "overlap_area":
                found[field.key] = hectares(_overlap_m2(layer, polygon, crs, params))
            else:
                found[field.key] = sum(1 for _ in _inside(layer, polygon, crs))
    return found, missing


def _layer(params, mapping):
    """The project's layer that a computed field asks for, by control line or by name."""
    if "line" in params:
        lines = recognised_layers(load_catalogue(), mapping)
        return next((layer for layer, line in lines.items() if line == params["line"]), None)
    wanted = params["layer"].casefold()
    return next((layer for layer in QgsProject.instance().mapLayers().values() if layer.name().casefold().endswith(wanted)), None)


def _inside(layer, polygon, crs):
    """Features that touch the polygon, and the polygon in the layer's CRS."""
    target = QgsGeometry(polygon)
    target.transform(QgsCoordinateTransform(crs, layer.crs(), QgsProject.instance().transformContext()))
    for feature in repair_encoding(layer).getFeatures(QgsFeatureRequest(target.boundingBox())):
        if feature.geometry().intersects(target):
            yield feature, target


def _overlap_m2(layer, polygon, crs, params):
    """Statutory area of the union of what lies inside, so that overlapping features count once."""
    pieces, prefix, name = [], params.get("prefix", ""), params.get("field")
    for feature, target in _inside(layer, polygon, crs):
        if name is None or str(feature[name]).startswith(prefix):
            pieces.append(feature.geometry().makeValid().intersection(target))
    whole = QgsGeometry.unaryUnion(pieces) if pieces else QgsGeometry()
    if whole.isEmpty():
        return 0.0
    return statutory_m2(whole, layer.crs())


def statutory_m2(geometry, crs):
    """Statutory area in m² of a polygon QgsGeometry in `crs`."""
    source = crs_rules.parse_crs(crs.authid() or crs.toWkt())
    centre = geometry.boundingBox().center()
    plane = crs_rules.working_plane(source, (centre.x(), centre.y()))
    moved = crs_rules.transform_geometries([shapely.from_wkb(bytes(geometry.asWkb()))], source, plane)
    return float(statutory_areas(moved, plane)[0])


def to_cgcs2000(geometry, crs):
    """WKB of a QgsGeometry as records keep it: CGCS2000 lon/lat."""
    moved = QgsGeometry(geometry)
    target = QgsCoordinateReferenceSystem("EPSG:4490")
    moved.transform(QgsCoordinateTransform(crs, target, QgsProject.instance().transformContext()))
    return moved


def record_wkb(form, geometry, crs):
    """WKB of a map geometry in the kind that the form asks for: a point inside a polygon, a multipolygon of one part."""
    moved = to_cgcs2000(geometry, crs)
    if form.geometry == "point":
        moved = moved.pointOnSurface()
    elif form.geometry == "multipolygon":
        moved.convertToMultiType()
    return bytes(moved.asWkb())
