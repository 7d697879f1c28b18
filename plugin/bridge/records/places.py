"""Where on the map a record lies: the polygons of the project's layers that carry its division code (and its name)."""

from qgis.core import QgsFeatureRequest, QgsGeometry, QgsProject, QgsVectorLayer, QgsWkbTypes

_CODE_ENDINGS = ("xzcdm", "xzqdm", "xzq_dm", "xzdm", "dwdm", "code")
_CODE_NAMES = ("dm", "xzqh")
_CODE_DIGITS = (2, 4, 6, 9, 12, 19)  # 19: a unit of the land survey, the village's twelve and seven more
_SAMPLE = 50
_NAME_FIELDS = ("zrcmc", "zrc", "czmc", "mc", "name", "cmc")


def division_field(layer: QgsVectorLayer) -> str:
    """Name of the field that holds division codes; "" when there is none.

    Of several (province, city and county beside each other) the one that tells most features apart.
    """
    names = [
        f.name()
        for f in layer.fields()
        if f.name().casefold().endswith(_CODE_ENDINGS) or f.name().casefold() in _CODE_NAMES
    ]
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.NoGeometry).setLimit(_SAMPLE)
    rows = [[str(feature[name]) for name in names] for feature in layer.getFeatures(request)] if names else []
    found = {}
    for name, values in zip(names, zip(*rows)):
        if all(value.isdigit() and len(value) in _CODE_DIGITS for value in values):
            found[name] = (len(set(values)), len(values[0]))
    return max(found, key=lambda name: found[name], default="")


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
    """Polygon layers with division codes, the ones with the fewest features first: one polygon a village, not
    one a parcel.
    """
    layers = [
        layer
        for layer in project.mapLayers().values()
        if isinstance(layer, QgsVectorLayer)
        and layer.geometryType() == QgsWkbTypes.PolygonGeometry
        and division_field(layer)
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
