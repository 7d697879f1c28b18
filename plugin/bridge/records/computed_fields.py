"""Computed fields that follow from map layers: areas of a village's polygon under land-use codes and control
lines, points inside.
"""

from typing import Any, Optional

import shapely
from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeatureRequest,
    QgsGeometry,
    QgsProject,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ...core.errors import InputError
from ...core.forms.schema import Form
from ...core.land import crs as crs_rules
from ...core.land.area import statutory_areas
from ...core.land.rounding import half_up, hectares
from ...formats.rules.rule_files import load_catalogue
from ..i18n import tr
from ..layers.encoding import repair_encoding
from ..review.control_sources import recognised_layers

_CGCS2000 = "EPSG:4490"
LAYER_KINDS = ("overlap_area", "count_points")


def values_from_layers(
    form: Form, polygon: QgsGeometry, crs: QgsCoordinateReferenceSystem, mapping: Any = None
) -> tuple:
    """({key: value}, [titles of fields without a layer]) for the layer-computed fields of a form.

    `polygon`: QgsGeometry in `crs` (QgsCoordinateReferenceSystem). Areas are statutory, in hectares.
    """
    found, missing = {}, []
    for field in form.fields:
        name, params = field.computed.get("name"), field.computed.get("params", {})
        if name not in LAYER_KINDS:
            continue
        layers = _layers(params, mapping or {})
        lacking = [layer for layer in layers if params.get("field") and layer.fields().lookupField(params["field"]) < 0]
        if not layers:
            missing.append(field.title)
        elif lacking:
            missing.append(tr("{0} ({1} has no field {2})").format(field.title, lacking[0].name(), params["field"]))
        elif name == "overlap_area":
            found[field.key] = hectares(_overlap_m2(layers, polygon, crs, params))
        else:
            found[field.key] = sum(1 for layer in layers for _ in _inside(layer, polygon, crs))
    return found, missing


def _layers(params, mapping):
    """The project's layers that a computed field asks for, by control line or by name; all of them count."""
    if "line" in params:
        return [layer for layer, line in recognised_layers(load_catalogue(), mapping).items() if line == params["line"]]
    wanted, layers = params["layer"].casefold(), QgsProject.instance().mapLayers().values()
    return [layer for layer in layers if isinstance(layer, QgsVectorLayer) and layer.name().casefold().endswith(wanted)]


def _inside(layer, polygon, crs):
    """(feature, its part inside the polygon in `crs`) of the features that touch the polygon.

    Invalid ones are repaired first.
    """
    there = QgsCoordinateTransform(crs, layer.crs(), QgsProject.instance().transformContext())
    target = QgsGeometry(polygon).makeValid()
    target.transform(there)
    for feature in repair_encoding(layer).getFeatures(QgsFeatureRequest(target.boundingBox())):
        geometry = feature.geometry().makeValid()
        if geometry.intersects(target):
            piece = geometry.intersection(target)
            piece.transform(there, Qgis.TransformDirection.Reverse)
            yield feature, piece


def _overlap_m2(layers, polygon, crs, params):
    """Statutory area of the union of what lies inside, so that overlapping features count once."""
    pieces, prefix, name = [], params.get("prefix", ""), params.get("field")
    for layer in layers:
        for feature, piece in _inside(layer, polygon, crs):
            if name is None or str(feature.attribute(feature.fields().lookupField(name))).startswith(prefix):
                pieces.append(piece)
    united = QgsGeometry.unaryUnion(pieces) if pieces else QgsGeometry()
    if QgsWkbTypes.flatType(united.wkbType()) == QgsWkbTypes.GeometryCollection:  # edges that only touch are no area
        united.convertGeometryCollectionToSubclass(QgsWkbTypes.PolygonGeometry)
    return 0.0 if united.isEmpty() or united.type() != QgsWkbTypes.PolygonGeometry else statutory_m2(united, crs)


def statutory_m2(geometry: QgsGeometry, crs: QgsCoordinateReferenceSystem) -> float:
    """Statutory area in m² of a polygon QgsGeometry in `crs`."""
    source = crs_rules.parse_crs(crs.authid() or crs.toWkt())
    centre = geometry.boundingBox().center()
    plane = crs_rules.working_plane(source, (centre.x(), centre.y()))
    moved = crs_rules.transform_geometries([shapely.from_wkb(bytes(geometry.asWkb()))], source, plane)
    return float(statutory_areas(moved, plane)[0])


def values_from_geometry(form: Form, wkb: Optional[bytes]) -> dict:
    """{key: value} of the fields that follow from a record's own geometry (WKB, CGCS2000 lon/lat): its
    statutory area in m².
    """
    fields = [field for field in form.fields if field.computed.get("name") == "geometry_area"]
    area = area_of_wkb(wkb) if fields else 0.0
    return {field.key: half_up(area) for field in fields} if area else {}


def area_of_wkb(wkb: Optional[bytes]) -> float:
    """Statutory area in m² of a record's geometry (WKB, CGCS2000 lon/lat); 0 for none and for a point."""
    polygon = polygon_of_wkb(wkb)
    return statutory_m2(*polygon) if polygon else 0.0


def polygon_of_wkb(wkb: Optional[bytes]) -> Optional[tuple]:
    """(QgsGeometry, crs) of a record's own polygon; None for none and for a point."""
    geometry = QgsGeometry()
    geometry.fromWkb(wkb or b"")
    is_polygon = not geometry.isNull() and geometry.type() == QgsWkbTypes.PolygonGeometry
    return (geometry, QgsCoordinateReferenceSystem(_CGCS2000)) if is_polygon else None


def to_cgcs2000(geometry: QgsGeometry, crs: QgsCoordinateReferenceSystem) -> QgsGeometry:
    """WKB of a QgsGeometry as records keep it: CGCS2000 lon/lat."""
    moved = QgsGeometry(geometry)
    target = QgsCoordinateReferenceSystem(_CGCS2000)
    moved.transform(QgsCoordinateTransform(crs, target, QgsProject.instance().transformContext()))
    return moved


def record_wkb(form: Form, geometry: QgsGeometry, crs: QgsCoordinateReferenceSystem) -> bytes:
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
