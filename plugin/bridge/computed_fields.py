"""Computed fields that follow from map layers: areas of a village's polygon under land-use codes and control lines, points inside."""

import shapely
from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsFeatureRequest, QgsGeometry, QgsProject, QgsWkbTypes

from ..core import crs as crs_rules
from ..core.area import statutory_areas
from ..core.errors import InputError
from ..core.rounding import half_up, hectares
from ..formats.rule_files import load_catalogue
from .encoding import repair_encoding
from .range_check import recognised_layers

_CGCS2000 = "EPSG:4490"
LAYER_KINDS = ("overlap_area", "count_points")


def values_from_layers(form, polygon, crs, mapping=None):
    """({key: value}, [titles of fields without a layer]) for the layer-computed fields of a form.

    `polygon`: QgsGeometry in `crs` (QgsCoordinateReferenceSystem). Areas are statutory, in hectares.
    """
    found, missing = {}, []
    for field in form.fields:
        name, params = field.computed.get("name"), field.computed.get("params", {})
        if name in LAYER_KINDS:
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
    return _statutory_m2(whole, layer.crs())


def _statutory_m2(geometry, crs):
    source = crs_rules.parse_crs(crs.authid() or crs.toWkt())
    centre = geometry.boundingBox().center()
    plane = crs_rules.working_plane(source, (centre.x(), centre.y()))
    moved = crs_rules.transform_geometries([shapely.from_wkb(bytes(geometry.asWkb()))], source, plane)
    return float(statutory_areas(moved, plane)[0])


def values_from_geometry(form, wkb):
    """{key: value} of the fields that follow from a record's own geometry (WKB, CGCS2000 lon/lat): its statutory area in m²."""
    fields = [field for field in form.fields if field.computed.get("name") == "geometry_area"]
    area = area_of_wkb(wkb) if fields else 0.0
    return {field.key: half_up(area) for field in fields} if area else {}


def area_of_wkb(wkb):
    """Statutory area in m² of a record's geometry (WKB, CGCS2000 lon/lat); 0 for none and for a point."""
    polygon = polygon_of_wkb(wkb)
    return _statutory_m2(*polygon) if polygon else 0.0


def polygon_of_wkb(wkb):
    """(QgsGeometry, crs) of a record's own polygon; None for none and for a point."""
    geometry = QgsGeometry()
    geometry.fromWkb(wkb or b"")
    is_polygon = not geometry.isNull() and geometry.type() == QgsWkbTypes.PolygonGeometry
    return (geometry, QgsCoordinateReferenceSystem(_CGCS2000)) if is_polygon else None


def to_cgcs2000(geometry, crs):
    """WKB of a QgsGeometry as records keep it: CGCS2000 lon/lat."""
    moved = QgsGeometry(geometry)
    target = QgsCoordinateReferenceSystem(_CGCS2000)
    moved.transform(QgsCoordinateTransform(crs, target, QgsProject.instance().transformContext()))
    return moved


def record_wkb(form, geometry, crs):
    """WKB of a map geometry in the kind that the form asks for: a point inside a polygon, a multipolygon of one part.

    InputError for a point or line where the form asks for a polygon, and for a geometry that is empty.
    """
    if geometry.isEmpty() or (form.geometry != "point" and geometry.type() != QgsWkbTypes.PolygonGeometry):
        raise InputError("record_geometry_kind", form=form.label)
    moved = to_cgcs2000(geometry, crs)
    if form.geometry == "point":
        moved = moved.pointOnSurface() if moved.type() != QgsWkbTypes.PointGeometry else moved
    if form.geometry in ("point", "polygon"):
        moved.convertToSingleType()
    elif form.geometry == "multipolygon":
        moved.convertToMultiType()
    return bytes(moved.asWkb())
