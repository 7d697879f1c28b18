"""A small map of one record's geometry as it was, as it is here and as the platform has it."""

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsFillSymbol,
    QgsGeometry,
    QgsMarkerSymbol,
    QgsProject,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.gui import QgsMapCanvas, QgsMapToolPan
from qgis.PyQt.QtGui import QColor

from ...bridge.i18n import tr
from ...bridge.records.computed_fields import statutory_m2
from ...core.land import crs as crs_rules
from ...core.land.rounding import hectares, mu

COLOURS = {"base": "#757575", "mine": "#1565c0", "theirs": "#e65100"}
_STYLES = {"base": "no", "mine": "f_diagonal", "theirs": "b_diagonal"}
_POINT_VIEW_M = 300.0


def geometry_of(row):
    """QgsGeometry of a flat row (hexadecimal WKB under "geometry"), null where there is none."""
    geometry = QgsGeometry()
    if row and row.get("geometry"):
        geometry.fromWkb(bytes.fromhex(row["geometry"]))
    return geometry


def geometry_text(geometry: QgsGeometry) -> str:
    """A geometry in words: its statutory area with units, or its position."""
    if geometry.isNull():
        return ""
    if geometry.type() == QgsWkbTypes.PolygonGeometry:
        area = statutory_m2(geometry, _cgcs2000())
        return tr("{0} m² = {1} ha = {2} mu").format(f"{area:,.2f}", f"{hectares(area):,.4f}", f"{mu(area):,.2f}")
    point = geometry.centroid().asPoint()
    return tr("{0}° E, {1}° N").format(f"{point.x():.6f}", f"{point.y():.6f}")


def _cgcs2000():
    return QgsCoordinateReferenceSystem("EPSG:4490")


class ConflictMap(QgsMapCanvas):
    """`geometries`: {"base", "mine", "theirs": QgsGeometry in CGCS2000 lon/lat}.

    `background`: layers drawn below them.
    """

    def __init__(self, geometries, background=(), parent=None):
        super().__init__(parent)
        self.setCanvasColor(QColor("white"))
        self.own = [_layer(name, g) for name, g in geometries.items() if not g.isNull()]
        centre = next(g for g in geometries.values() if not g.isNull()).centroid().asPoint()
        self.setDestinationCrs(QgsCoordinateReferenceSystem.fromWkt(crs_rules.plane_for_longitude(centre.x()).to_wkt()))
        self.setLayers([*reversed(self.own), *background])
        self._pan = QgsMapToolPan(self)
        self.setMapTool(self._pan)
        self._zoom(geometries.values())

    def _zoom(self, geometries):
        move = QgsCoordinateTransform(_cgcs2000(), self.mapSettings().destinationCrs(), QgsProject.instance())
        box = None
        for geometry in geometries:
            if not geometry.isNull():
                found = move.transformBoundingBox(geometry.boundingBox())
                box = found if box is None else box
                box.combineExtentWith(found)
        if box.width() < 1.0 and box.height() < 1.0:
            box.grow(_POINT_VIEW_M)
        box.scale(1.25)
        self.setExtent(box)


def _layer(name, geometry):
    kind = QgsWkbTypes.displayString(QgsWkbTypes.flatType(geometry.wkbType()))
    layer = QgsVectorLayer(f"{kind}?crs=EPSG:4490", name, "memory")
    feature = QgsFeature()
    feature.setGeometry(geometry)
    layer.dataProvider().addFeatures([feature])
    layer.updateExtents()
    colour = COLOURS[name]
    if geometry.type() == QgsWkbTypes.PointGeometry:
        symbol = QgsMarkerSymbol.createSimple({"color": colour, "size": "4", "outline_color": "white"})
    else:
        look = {"color": colour, "style": _STYLES[name], "outline_color": colour, "outline_width": "0.6"}
        symbol = QgsFillSymbol.createSimple({**look, **({"outline_style": "dash"} if name == "base" else {})})
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    return layer
