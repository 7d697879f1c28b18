"""Maps of a review, rendered by QGIS from plain geometries, then dressed with title, legend, scale bar and north arrow.

No layout and no project is used, so that a worker thread may draw.
"""

from collections.abc import Sequence
from typing import Any, Callable

import numpy as np
import shapely
from pyproj import CRS
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsMapRendererCustomPainterJob,
    QgsMapSettings,
    QgsRectangle,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice, QSize
from qgis.PyQt.QtGui import QColor, QImage, QPainter

from ...core.land import crs as crs_rules
from ...core.land.pieces import objects
from ...core.land.repair import single_parts
from ...core.review.findings import EFFECTS, Finding
from ...core.review.report_data import MapImage
from ...report.blocks.wording import areas
from ...report.review.wording import effect, say
from .map_content import NO_LAND, Backdrop, MapContent, MapLayer, Picture
from .map_frame import Ground, Labels, Sheet, Swatch
from .map_labels import Label
from .map_style import CONFLICT_FILL, Look, land_use_colour, looks, round_scale, symbols
from .results import EFFECT_COLOURS

_KINDS = ("Point", "LineString", "Polygon")
_WIDTH_MM = 160.0
_SMALLEST_M = 200.0  # a map never shows less than this
_MARGIN = 1.35  # a map is so much larger than what it shows
_GREY, _DARK = "#7a7a7a", "#303030"
_CODES = 60  # parcels whose class a map names
_THIN, _MEDIUM, _THICK = 0.2, 0.4, 0.7  # millimetres of print


class MapRenderer:
    """Draws maps of projects, control lines and conflict pieces; all geometries are on the plane `plane_wkt` (metres).

    The pieces are labelled with the area of their finding; their sum is not given, since pieces of one line may
    overlap. `backdrops`: {key: Backdrop} of the projects that have one. A line has the same hatch on every map, and no
    other line has it.
    """

    most_labels = 8
    width_mm = _WIDTH_MM  # of the print

    def __init__(self, plane_wkt: str, layers: Sequence[MapLayer], content: MapContent) -> None:
        self._crs = QgsCoordinateReferenceSystem.fromWkt(plane_wkt)
        self._subject = content.subject or say("map_projects")
        self._plane_name = crs_rules.describe(CRS.from_wkt(plane_wkt))
        self._layers, self._projects, self._overlaps = layers, content.projects, content.overlaps
        self._findings: dict[str, list[Finding]] = {}
        self.backdrops: dict[str, Backdrop] = {}
        self._looks = looks((layer.line_id, layer.pattern) for layer in reversed(layers))
        self._trees = [shapely.STRtree(layer.geometries) for layer in layers]
        for finding in content.findings:
            self._findings.setdefault(finding.project_key, []).append(finding)

    def project_map(self, key: str, width_px: int = 1400, height_px: int = 1000) -> MapImage:
        """Return the MapImage of one project with the control lines around it and its conflicts.

        KeyError for an unknown key.
        """
        project, findings = self._projects[key], self._findings.get(key, [])
        lines = {(EFFECTS.index(f.effect), f.line_id): f for f in findings}
        conflicts = [_conflict(f, self._legend_text(f)) for _, f in sorted(lines.items(), key=lambda item: item[0])]
        caption = say("map_project", key=key)
        below = self.backdrops.get(key, Backdrop())
        picture = Picture(objects([project]), caption, _THICK, findings, conflicts)
        image = self._draw(picture, (width_px, height_px), below)
        return self._image(image, key, say("map_caption", title=caption))

    def overview_map(self, width_px: int = 1400, height_px: int = 1000) -> MapImage:
        """Return the MapImage of all projects."""
        findings = [f for group in self._findings.values() for f in group]
        used = {f.effect: f for f in findings}
        conflicts = [_conflict(used[e], say("map_pieces", effect=effect(e))) for e in EFFECTS if e in used]
        everything = objects(self._projects.values())
        picture = Picture(everything, say("map_overview"), _THIN, findings, conflicts)
        image = self._draw(picture, (width_px, height_px))
        return self._image(image, "", say("map_caption", title=say("map_overview_near")))

    def _legend_text(self, finding):
        area = self._overlaps.get((finding.project_key, finding.line_id))
        text = f"{effect(finding.effect)}：{_demand(finding)}"
        return text if area is None else f"{text} {areas(area)['m2']} m²"

    def _image(self, image, key, caption):
        return MapImage(key, caption, png(image), self.width_mm, self.width_mm * image.height() / image.width())

    def _draw(self, picture: Picture, size: tuple[int, int], below: Backdrop = NO_LAND) -> QImage:
        """Return the QImage of a map, dressed."""
        projects = picture.projects[~(shapely.is_missing(picture.projects) | shapely.is_empty(picture.projects))]
        bounds = self._bounds(projects)
        fixed = [Swatch("#000000", "#000000", "no", self._subject, 3.0), *picture.conflicts]
        land = [Swatch(land_use_colour(""), _GREY, "solid", say("map_land_use"), alpha=255)] if below.parcels else []
        (box, scale), shown = _around(bounds, size, size, self.width_mm), None
        while shown != (near := self._shown(box)):  # a longer legend leaves a flatter map, which reaches further
            shown = near
            sheet = Sheet(size[0], size[1], [*fixed, *map(self._line_swatch, reversed(shown)), *land])
            box, scale = _around(bounds, sheet.map_size, size, self.width_mm)
        layers = self._map_layers(box, projects, picture.findings, picture.outline) + self._land_use(below)
        drawn = self._render(layers, box, *sheet.map_size)
        ground = Ground(
            box.xMinimum(), box.yMaximum(), box.width() / sheet.map_size[0], self._plane_name, scale
        )  # fmt: skip
        labels = [
            *self._labels(projects, picture.findings, box, sheet.map_size),
            *_below_labels(below, box, sheet.map_size),
        ]
        to_pixels = _pixels(box, sheet.map_size)
        outlines = shapely.transform(shapely.boundary(projects), to_pixels)
        lines = shapely.STRtree(shapely.transform(self._lines_seen(box), to_pixels))
        return sheet.dress(drawn, picture.title, ground, Labels(labels, self.most_labels, outlines, lines))

    def _lines_seen(self, box: QgsRectangle) -> np.ndarray:
        """Lines within a box that labels had better not lie on."""
        return objects([])

    def _bounds(self, projects: np.ndarray) -> np.ndarray:
        """(left, low, right, top) of what a map must show."""
        return shapely.total_bounds(projects)

    def _labels(self, projects, findings, box, size):
        """Labels of the pieces; on a map of many projects they are too small for any."""
        return _labels(findings, box, size) if len(projects) == 1 else ()

    def _line_swatch(self, layer):
        look = self._looks[layer.line_id]
        return Swatch(layer.fill, layer.outline, look.fill, layer.name, line=look.outline)

    def _land_use(self, below):
        """Layers of the land use, one a colour, all below everything else."""
        groups: dict[str, list[Any]] = {}
        for polygon, code in below.parcels:
            groups.setdefault(land_use_colour(code), []).append(polygon)
        return [
            layer
            for colour, polygons in groups.items()
            for layer in self._qgis_layers(objects(polygons), symbols(colour, _GREY, Look(), _THIN / 2, 255))
        ]

    def _near(self, layer, tree, box):
        area = shapely.box(box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum())
        return layer.geometries[tree.query(area, predicate="intersects")]

    def _shown(self, box):
        """Control lines inside the box."""
        return [layer for layer, tree in zip(self._layers, self._trees) if len(self._near(layer, tree, box))]

    def _map_layers(self, box, projects, findings, outline):
        """QGIS layers of a map, the topmost first."""
        layers = []
        for layer, tree in zip(self._layers, self._trees):
            drawn = symbols(layer.fill, layer.outline, self._looks[layer.line_id], min(outline, _MEDIUM))
            layers += self._qgis_layers(self._near(layer, tree, box), drawn)
        for name in reversed(EFFECTS):
            pieces = [f.geometry for f in findings if f.effect == name and f.geometry is not None]
            colour = EFFECT_COLOURS[name]
            layers += self._qgis_layers(objects(pieces), symbols(colour, colour, Look(CONFLICT_FILL), outline))
        layers += self._qgis_layers(projects, symbols("#000000", "#000000", Look("no"), outline))
        return layers[::-1]

    def _qgis_layers(self, geometries, of_dimension):
        """Memory layers, one for each dimension there is: a layer of QGIS refuses what is not of its own kind."""
        parts = single_parts(geometries)
        dimensions = shapely.get_dimensions(parts)
        return [
            self._layer(parts[dimensions == d], _KINDS[d], of_dimension[d])
            for d in (2, 1, 0)
            if (dimensions == d).any()
        ]

    def _layer(self, geometries, kind, symbol):
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
        layer.setRenderer(QgsSingleSymbolRenderer(symbol))
        return layer

    def _render(self, layers, box, width_px, height_px):
        settings = QgsMapSettings()
        settings.setLayers(layers)
        settings.setDestinationCrs(self._crs)
        settings.setExtent(box)
        settings.setOutputSize(QSize(width_px, height_px))
        settings.setOutputDpi(width_px / (self.width_mm / 25.4))
        settings.setBackgroundColor(QColor("white"))
        image = QImage(QSize(width_px, height_px), QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        job = QgsMapRendererCustomPainterJob(settings, painter)
        job.renderSynchronously()
        painter.end()
        return image


def _around(bounds, map_size, paper, paper_mm):
    """(QgsRectangle around (left, low, right, top) with a margin, n of its round scale 1:n).

    `map_size`: pixels of the map; `paper`: those of the whole picture, which is printed `paper_mm` wide.
    """
    left, low, right, top = bounds
    aspect, print_mm = map_size[0] / map_size[1], paper_mm * map_size[0] / paper[0]
    width = max((right - left) * _MARGIN, (top - low) * _MARGIN * aspect, _SMALLEST_M * max(aspect, 1))
    scale = round_scale(width, print_mm)
    width = scale * print_mm / 1000
    x, y = (left + right) / 2, (low + top) / 2
    return QgsRectangle(x - width / 2, y - width / aspect / 2, x + width / 2, y + width / aspect / 2), scale


def _conflict(finding, text):
    colour = EFFECT_COLOURS[finding.effect]
    return Swatch(colour, colour, CONFLICT_FILL, text)


def _demand(finding):
    """The line, or "outside the line" for the piece of a must-be-inside rule."""
    return say("map_outside", line=finding.line_name) if finding.control_fid is None else finding.line_name


def _labels(findings, box, size):
    """Labels with the line and the area of each piece, the largest first."""
    labels = []
    for finding in sorted(findings, key=lambda f: -f.overlap_m2):
        if finding.geometry is not None and not finding.geometry.is_empty:
            point = shapely.point_on_surface(finding.geometry)
            text = _demand(finding) + (f" {areas(finding.overlap_m2)['m2']} m²" if finding.overlap_m2 else "")
            labels.append(_label(point, box, size, text))
    return labels


def _below_labels(below, box, size):
    """Names of places, then the class codes of the land use, the largest first; they move nowhere."""
    names = [_label(point, box, size, name, colour=_DARK, pixels=22, moves=False, nudged=True)
             for point, name in below.places]  # fmt: skip
    parcels = sorted(below.parcels, key=lambda parcel: -shapely.area(parcel[0]))[:_CODES]
    seen = shapely.box(box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum())
    for polygon, code in parcels:
        inside = shapely.intersection(polygon, seen)
        if code and not inside.is_empty:
            point = shapely.point_on_surface(inside)
            names.append(_label(point, box, size, code, colour=_GREY, pixels=17, moves=False))
    return names


def _label(point, box, size, text, **looks):
    """A Label at a place of the map."""
    metres = box.width() / size[0]
    return Label((point.x - box.xMinimum()) / metres, (box.yMaximum() - point.y) / metres, text, **looks)


def _pixels(box: QgsRectangle, size: tuple[int, int]) -> Callable[[np.ndarray], np.ndarray]:
    """A function that takes coordinates of the plane to pixels of the map."""
    metres = box.width() / size[0]
    return lambda xy: np.column_stack([xy[:, 0] - box.xMinimum(), box.yMaximum() - xy[:, 1]]) / metres


def png(image):
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(data)
