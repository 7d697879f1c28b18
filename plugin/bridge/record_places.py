"""Where on the map a record lies: the polygons of the project's layers that carry its division code (and its name)."""

from qgis.core import QgsFeatureRequest, QgsGeometry, QgsProject, QgsVectorLayer, QgsWkbTypes

_CODE_FIELDS = ("xzcdm", "xzqdm", "xzq_dm", "xzdm", "code", "adcode", "dm", "zldwdm", "qsdwdm")
_NAME_FIELDS = ("zrcmc", "zrc", "czmc", "mc", "name", "cmc")


def division_field(layer):
    """Name of the field that holds division codes; "" when there is none."""
    return _field(layer, _CODE_FIELDS)


def _field(layer, wanted):
    names = {field.name().casefold(): field.name() for field in layer.fields()}
    return next((names[name] for name in wanted if name in names), "")


def place_of(form, values, project=None):
    """(QgsGeometry, crs) of a record's polygon by the schema's x-place {"code", "name"}, or None; main thread only.

    A record with a name asks for a layer with names: the polygon of the whole division would be too large for it.
    """
    spec = form.schema.get("x-place")
    code = str(values.get(spec["code"]) or "") if spec else ""
    if not code.isdigit():
        return None
    name = values.get(spec.get("name"))
    for layer in _polygon_layers(project or QgsProject.instance()):
        found = _polygons(layer, code, name)
        if found:
            return QgsGeometry.unaryUnion(found), layer.crs()
    return None


def _polygon_layers(project):
    """Polygon layers with division codes, the ones with the fewest features first: one polygon a village, not one a parcel."""
    layers = [
        layer
        for layer in project.mapLayers().values()
        if isinstance(layer, QgsVectorLayer) and layer.geometryType() == QgsWkbTypes.PolygonGeometry and division_field(layer)
    ]
    return sorted(layers, key=lambda layer: layer.featureCount())


def _polygons(layer, code, name):
    name_field = _field(layer, _NAME_FIELDS)
    if name and not name_field:
        return []
    request = QgsFeatureRequest().setFilterExpression(f"\"{division_field(layer)}\" LIKE '{code}%'")  # digits only
    return [
        feature.geometry()
        for feature in layer.getFeatures(request)
        if feature.hasGeometry() and (not name or str(feature[name_field]).strip() == name)
    ]
