"""Maps of a review, rendered by QGIS from plain geometries, then dressed with title, legend, scale bar and north arrow.

No layout and no project is used, so that a worker thread may draw.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFillSymbol,
    QgsGeometry,
    QgsLineSymbol,
    QgsMapRendererCustomPainterJob,
    QgsMapSettings,
    QgsMarkerSymbol,
    QgsRectangle,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice, QSize
from qgis.PyQt.QtGui import QColor, QImage, QPainter

from ..core.findings import EFFECTS
from ..core.report_data import MapImage
from ..report.wording import areas, effect
from .map_frame import Frame
from .results import EFFECT_COLOURS, np_objects

_STYLES = {"solid": "solid", "diagonal": "f_diagonal", "cross": "diagonal_x", "dots": "dense6", "none": "no"}
_WIDTH_MM = 165.0
_SMALLEST_M = 200.0  # a map never shows less than this


@dataclass(frozen=True)
class MapLayer:
    """One control line on a map: colours "#rrggbb", `pattern` of the catalogue, geometries on the plane."""

    line_id: str
    name: str
    fill: str
    outline: str
    pattern: str
    geometries: np.ndarray


class MapRenderer:
    """Draws maps of projects, control lines and conflict pieces; all geometries are on the plane `plane_wkt` (metres)."""

    def __init__(self, plane_wkt, layers, projects, findings):
        self._crs = QgsCoordinateReferenceSystem.fromWkt(plane_wkt)
        self._layers, self._projects, self._findings = layers, projects, {}
        self._trees = [shapely.STRtree(layer.geometries) for layer in layers]
        for finding in findings:
            self._findings.setdefault(finding.project_key, []).append(finding)

    def project_map(self, key, width_px=1400, height_px=1000):
        """Return the MapImage of one project with the control lines around it and its conflicts."""
        project, findings = self._projects[key], self._findings.get(key, [])
        box = self._around(project, width_px / height_px)
        total = {}
        for finding in findings:
            total.setdefault((EFFECTS.index(finding.effect), finding.line_name), []).append(finding.overlap_m2)
        legend = [
            (EFFECT_COLOURS[EFFECTS[e]], "b_diagonal", f"{effect(EFFECTS[e])}：{name} {areas(sum(v))['m2']} m²")
            for (e, name), v in sorted(total.items())
        ]
        image, shown = self._draw(box, [project], findings, width_px, height_px)
        return self._image(image, key, key, box, legend, shown)

    def overview_map(self, width_px=1400, height_px=1000):
        """Return the MapImage of all projects."""
        everything = np_objects(list(self._projects.values()))
        box = self._around(shapely.box(*shapely.total_bounds(everything)), width_px / height_px)
        findings = [f for group in self._findings.values() for f in group]
        image, shown = self._draw(box, everything, findings, width_px, height_px)
        used = sorted({f.effect for f in findings}, key=EFFECTS.index)
        legend = [(EFFECT_COLOURS[e], "b_diagonal", f"冲突图斑（{effect(e)}）") for e in used]
        return self._image(image, "", "项目与控制线总图", box, legend, shown)

    def _image(self, image, key, title, box, conflicts, shown):
        legend = [("#000000", "outline", "项目用地"), *conflicts]
        legend += [(layer.outline if layer.pattern == "none" else layer.fill, _STYLES[layer.pattern], layer.name) for layer in shown]
        Frame(image, box, self._crs.description()).dress(title, legend)
        caption = f"图：{title}" if not key else f"图：项目 {key} 与控制线位置关系"
        return MapImage(key, caption, _png(image), _WIDTH_MM, _WIDTH_MM * image.height() / image.width())

    def _around(self, geometry, aspect):
        """A box around a geometry with a margin, at the picture's aspect."""
        left, low, right, top = shapely.bounds(geometry)
        width = max((right - left) * 1.5, (top - low) * 1.6 * aspect, _SMALLEST_M)
        x, y = (left + right) / 2, (low + top) / 2
        return QgsRectangle(x - width / 2, y - width / aspect / 2, x + width / 2, y + width / aspect / 2)

    def _draw(self, box, projects, findings, width_px, height_px):
        area = shapely.box(box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum())
        drawn, shown = [], []
        for layer, tree in zip(self._layers, self._trees):
            near = layer.geometries[tree.query(area, predicate="intersects")]
            if len(near):
                drawn.append(self._layer(near, _area_symbol(layer.fill, layer.outline, _STYLES[layer.pattern])))
                shown.append(layer)
        for name in reversed(EFFECTS):
            pieces = [f.geometry for f in findings if f.effect == name]
            if pieces:
                colour = EFFECT_COLOURS[name]
                drawn.append(self._layer(np_objects(pieces), _area_symbol(colour, colour, "b_diagonal", 0.5)))
        drawn.append(self._layer(projects, _area_symbol("#000000", "#000000", "no", 0.7)))
        return self._render(list(reversed(drawn)), box, width_px, height_px), shown

    def _layer(self, geometries, symbol):
        """A memory layer of the geometries; lines and points get symbols of their own colour."""
        kind = ("Point", "LineString", "Polygon")[int(max(shapely.get_dimensions(geometries), default=2))]
        layer = QgsVectorLayer(f"{kind}?crs=", "", "memory")
        layer.setCrs(self._crs)
        features = []
        for wkb in shapely.to_wkb(geometries):
            geometry, feature = QgsGeometry(), QgsFeature()
            geometry.fromWkb(wkb)
            feature.setGeometry(geometry)
            features.append(feature)
        layer.dataProvider().addFeatures(features)
        layer.updateExtents()
        colour = symbol.color().name()
        if kind == "LineString":
            symbol = QgsLineSymbol.createSimple({"color": colour, "width": "0.7"})
        elif kind == "Point":
            symbol = QgsMarkerSymbol.createSimple({"color": colour, "size": "2.5"})
        layer.setRenderer(QgsSingleSymbolRenderer(symbol))
        return layer

    def _render(self, layers, box, width_px, height_px):
        settings = QgsMapSettings()
        settings.setLayers(layers)
        settings.setDestinationCrs(self._crs)
        settings.setExtent(box)
        settings.setOutputSize(QSize(width_px, height_px))
        settings.setOutputDpi(width_px / (_WIDTH_MM / 25.4))
        settings.setBackgroundColor(QColor("white"))
        image = QImage(QSize(width_px, height_px), QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        job = QgsMapRendererCustomPainterJob(settings, painter)
        job.renderSynchronously()
        painter.end()
        return image


def _area_symbol(fill, outline, style, width=0.3):
    return QgsFillSymbol.createSimple({"color": fill, "outline_color": outline, "style": style, "outline_width": str(width)})


def _png(image):
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(data)
