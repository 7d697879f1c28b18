"""Maps of scenarios side by side, all over the same ground, and the report that holds them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pyproj import CRS
from qgis.PyQt.QtCore import QPoint
from qgis.PyQt.QtGui import QColor, QImage, QPainter

from ...core.land import crs as crs_rules
from ...core.land.boxes import grown
from ...core.land.pieces import objects
from ...core.review.report_data import MapImage
from ...core.siting.scenarios import Scenario, answer, best_shapes, common_box, only_elsewhere, open_questions
from ...report import write_report
from ...report.siting.scenarios import ScenarioReport, say, scenarios_document
from ..layers.map_content import Backdrop, MapContent, MapLayer, Picture
from ..layers.map_labels import Label
from ..layers.maps import png
from ..review.reporting import software
from .layers import SitingLayers
from .site_maps import SITES_SHOWN, SiteMaps
from .surroundings import Features, read_features

_SIZE, _GAP = (860, 760), 12  # of one map, pixels between two
_WIDTH_MM = 160.0
_LABEL_UP = 22  # pixels from a site to the middle of its rank
_AROUND_M = 300.0
_OUTLINE = 1.2  # millimetres
_GREY, _DARK_GREY = "#bdbdbd", "#757575"


@dataclass(frozen=True)
class ScenarioGround:
    """Where a kept run stands: the plane of its geometries and the layers that maps take roads and names from."""

    plane: CRS
    layers: SitingLayers


class ScenarioMap(SiteMaps):
    """One scenario: its sites by rank, over a box that all scenarios share."""

    most_labels = SITES_SHOWN
    box: np.ndarray

    def _bounds(self, projects: np.ndarray) -> np.ndarray:
        return self.box

    def _labels(self, projects: Any, findings: Any, box: Any, size: tuple[int, int]) -> list[Label]:
        metres, labels = box.width() / size[0], []
        for rank, site in self._projects.items():
            x, y = (site.centroid.x - box.xMinimum()) / metres, (box.yMaximum() - site.bounds[3]) / metres
            labels.append(Label(x, y - _LABEL_UP, rank, pixels=34))
        return labels

    def drawn(self, title: str) -> QImage:
        """The map as an image."""
        picture = Picture(objects(self._projects.values()), title, _OUTLINE, conflicts=self._common())
        return self._draw(picture, _SIZE, Backdrop(places=self.features.names))


def scenario_maps(scenarios: Sequence[Scenario], ground: ScenarioGround) -> MapImage:
    """One picture with a map of each scenario, two a row, the same ground on all."""
    box = common_box(scenarios)
    features = read_features(ground.layers, grown(box, _AROUND_M), ground.plane)
    shapes = [best_shapes(scenario) for scenario in scenarios]
    images = []
    for number, scenario in enumerate(scenarios):
        others = objects(only_elsewhere(scenarios, number))
        images.append(_one(scenario, shapes[number], others, (box, ground.plane, features)))
    image = _together(images)
    caption = say("map_caption", names="、".join(s.name for s in scenarios))
    return MapImage("", caption, png(image), _WIDTH_MM, _WIDTH_MM * image.height() / image.width())


def _one(scenario: Scenario, best: list[Any], others: np.ndarray, place: tuple[Any, CRS, Features]) -> QImage:
    box, plane, features = place
    layers = [MapLayer("others", say("map_others"), _GREY, _DARK_GREY, "solid", others)] if len(others) else []
    sites = {str(rank): shape for rank, shape in enumerate(best, 1)}
    drawn = ScenarioMap(plane.to_wkt(), layers, MapContent(sites, subject=say("map_sites")))
    drawn.box, drawn.features = np.array(box), features
    return drawn.drawn(say("map_title", name=scenario.name))


def _together(images: list[QImage]) -> QImage:
    """Images two a row on white."""
    columns, rows = min(len(images), 2), (len(images) + 1) // 2
    width, height = _SIZE[0] + _GAP, _SIZE[1] + _GAP
    sheet = QImage(columns * width - _GAP, rows * height - _GAP, QImage.Format.Format_RGB32)
    sheet.fill(QColor("white"))
    painter = QPainter(sheet)
    for number, image in enumerate(images):
        painter.drawImage(QPoint((number % 2) * width, (number // 2) * height), image)
    painter.end()
    return sheet


def write_scenario_report(scenarios: Sequence[Scenario], ground: ScenarioGround, path: Path) -> None:
    """Write the report by the suffix of `path`; may run in any thread. Raises InputError, OutputError."""
    answer(open_questions(scenarios))
    maps = [scenario_maps(scenarios, ground)] if any(len(s.selection.order) for s in scenarios) else []
    report = ScenarioReport(scenarios, crs_rules.describe(ground.plane), software(), maps)
    write_report(scenarios_document(report), path)
