"""Maps of sites: an overview that names them, and one of each with the distances that were measured."""

from typing import Any, Optional

import numpy as np
import shapely
from qgis.core import QgsRectangle

from ...core.land.pieces import objects
from ...core.review.report_data import MapImage
from ...report.siting.wording import say
from ..layers.map_content import NO_LAND, Backdrop, MapContent, MapLayer, Picture
from ..layers.map_frame import Swatch
from ..layers.map_labels import Label
from ..layers.map_style import Look, symbols
from ..layers.maps import MapRenderer
from .surroundings import SHOWN_M, Features, Measure, end_of

SITES_SHOWN = 20
_SIZE, _TALLEST, _DRESS = (1400, 900), 1250, 130
_MOST_OUTLINES = 2000  # of the land, that labels keep off
_SITE_WIDTH, _SITE_MM = 900, 102.0
_HEIGHTS, _ROW, _ROWS = (430, 640), 30, 20  # of the map of a site; a row of tables beyond so many costs so much
_OUTLINE, _LINE = 0.7, 0.5  # millimetres
_LABEL_UP = 20  # pixels from a site to the middle of its label
_CASING = 1.1  # of a road, that keeps it apart from other outlines
_BLUE, _ROAD, _BORDER = "#0d47a1", "#b5651d", "#6a1b9a"
_REASONS = ("#e6550d", "#756bb1", "#3182bd", "#636363", "#dd1c77", "#8c6d31", "#1c9099", "#b2182b")


class SiteMaps(MapRenderer):
    """Maps of sites on the land they were found in; the overview names them. `lines`: {site key: [Measure]}."""

    most_labels = SITES_SHOWN

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.lines: dict[str, list[Measure]] = {}
        self._drawn: list[Measure] = []  # of the map that is being made
        self.features = Features()

    def _labels(self, projects, findings, box, size):
        metres, labels = box.width() / size[0], []
        if len(projects) == 1 and len(self._drawn):
            return [label for one in self._drawn for label in _distance_labels(one, box, metres)]
        for key, site in self._projects.items():
            left, _, right, top = site.bounds
            x, y = (left + right) / 2 - box.xMinimum(), box.yMaximum() - top
            labels.append(Label(x / metres, y / metres - _LABEL_UP, key))
        return labels if len(projects) > 1 else ()  # the title of a map of one site names it

    def _bounds(self, projects: np.ndarray) -> np.ndarray:
        near = [one.line for one in self._drawn if one.metres <= SHOWN_M]
        return shapely.total_bounds(np.concatenate([projects, objects(near)]))

    def _map_layers(self, box, projects, findings, outline):
        lines = objects([one.line for one in self._drawn])
        drawn = self._qgis_layers(lines, symbols(_BLUE, _BLUE, Look("no", "dash"), _LINE)) if len(lines) else []
        borders = self._qgis_layers(
            objects(self.features.borders), symbols(_BORDER, _BORDER, Look("no", "dash"), _LINE)
        )
        roads = objects(self.features.roads)
        ways = self._qgis_layers(roads, symbols(_ROAD, _ROAD, Look("no"), _LINE))
        ways += self._qgis_layers(roads, symbols("#ffffff", "#ffffff", Look("no"), _CASING))
        sites, *below = super()._map_layers(box, projects, findings, outline)
        return [*drawn, sites, *borders, *ways, *below]

    def _lines_seen(self, box: QgsRectangle) -> np.ndarray:
        """Roads, borders and outlines of the land, as far as they are seen."""
        seen = (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum())
        areas = [g for layer, tree in zip(self._layers, self._trees) for g in self._near(layer, tree, box)]
        lines = [*self.features.roads, *self.features.borders, *shapely.boundary(objects(areas[:_MOST_OUTLINES]))]
        clipped = shapely.clip_by_rect(objects(lines), *seen)
        return shapely.get_parts(clipped[~shapely.is_empty(clipped)])

    def _common(self) -> list[Swatch]:
        """Of the legend of every map."""
        roads = [Swatch(_ROAD, _ROAD, "no", say("map_roads"))] if len(self.features.roads) else []
        dashed = Swatch(_BORDER, _BORDER, "no", say("map_borders"), line="dash")
        return [*roads, *([dashed] if len(self.features.borders) else [])]

    def overview(self, title: str) -> MapImage:
        """MapImage of all sites."""
        self._drawn = []
        picture = Picture(objects(self._projects.values()), title, _OUTLINE, conflicts=self._common())
        image = self._draw(picture, _SIZE, Backdrop(places=self.features.names))
        return self._image(image, "", say("map_caption", title=title))

    def site(self, key: str, rows: int = 0) -> MapImage:
        """MapImage of one site, lower where many rows of tables share its page."""
        self._drawn, title = self.lines.get(key, []), say("map_site", key=key)
        swatches = [Swatch(_BLUE, _BLUE, "no", say("map_measured"), line="dash")] if self._drawn else []
        picture = Picture(objects([self._projects[key]]), title, _OUTLINE, conflicts=[*swatches, *self._common()])
        self.width_mm = _SITE_MM
        height = min(max(_HEIGHTS[1] - _ROW * max(rows - _ROWS, 0), _HEIGHTS[0]), _HEIGHTS[1])
        image = self._image(
            self._draw(picture, (_SITE_WIDTH, height), self.backdrops.get(key, NO_LAND)),
            key,
            say("map_caption", title=title),
        )
        self.width_mm = MapRenderer.width_mm
        return image


def _distance_labels(one, box, metres):
    """The label of a measured distance, in the middle of what of it is seen."""
    point = end_of(one.line, box)
    if point is None:
        return []
    text = f"{one.title} {one.metres:,.0f} m"
    x, y = (point.x - box.xMinimum()) / metres, (box.yMaximum() - point.y) / metres
    return [Label(x, y, text, colour=_BLUE, pixels=20)]


class ExcludedMap(MapRenderer):
    """A map of an extent by the criteria that take land of it."""

    def full_extent(self) -> MapImage:
        """MapImage of the whole extent."""
        title, extent = say("map_excluded"), objects(self._projects.values())
        left, low, right, top = shapely.total_bounds(extent)
        tall = round(_SIZE[0] * (top - low) / max(right - left, 1.0)) + _DRESS  # as the extent is
        size = (_SIZE[0], min(max(tall, _SIZE[1]), _TALLEST))
        image = self._draw(Picture(extent, title, _OUTLINE), size)
        return self._image(image, "excluded", say("map_caption", title=title))

    def _labels(self, projects, findings, box, size):
        return ()


def excluded_map(plane_wkt: str, extent: Any, taken: dict[str, Any]) -> Optional[MapImage]:
    """MapImage of what each criterion takes of the extent, each in a colour and hatch; None where nothing is taken.

    `taken`: {title: polygons}; the criterion that comes first lies on top.
    """
    layers = []
    for number, (title, pieces) in enumerate(taken.items()):
        parts = shapely.get_parts(objects(pieces))
        parts = parts[shapely.area(parts) > 0]
        if len(parts):
            colour = _REASONS[number % len(_REASONS)]
            layers.append(MapLayer(f"{number}", title, colour, colour, "solid", parts))
    if not layers:
        return None
    content = MapContent({"": extent}, subject=say("map_extent"))
    return ExcludedMap(plane_wkt, layers[::-1], content).full_extent()
