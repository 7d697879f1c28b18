"""Distances along a road layer by the network analysis of QGIS."""

from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import shapely
from pyproj import CRS
from qgis.analysis import (
    QgsGraphAnalyzer,
    QgsGraphBuilder,
    QgsNetworkDistanceStrategy,
    QgsNetworkSpeedStrategy,
    QgsVectorLayerDirector,
)
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeedback,
    QgsGeometry,
    QgsPointXY,
    QgsVectorLayer,
)

from ...core.errors import CrsError, InputError
from ...core.messages import text
from ...core.threads import Feedback, raise_if_cancelled

_JOIN_M = 0.5  # ends of roads that lie closer are one junction


@dataclass(frozen=True)
class RoadDistances:
    """`metres`: demand x candidates (or demand alone), infinite where no road leads; `off_road`: how many places of
    demand and of candidates lie farther from every road than allowed; `minutes` of the quickest ways, where speeds
    were given."""

    metres: np.ndarray
    off_road: tuple[int, int]
    minutes: Optional[np.ndarray] = None


@dataclass(frozen=True)
class Speeds:
    """How fast roads are driven: `field` (its number, -1 for none) in km/h, `kmh` where that says nothing; off the
    roads too."""

    field: int
    kmh: float


class Roads:
    """A road layer as a network both ways. `source`: a QgsFeatureSource of lines that may be read in this thread."""

    def __init__(self, source: QgsVectorLayer, plane: CRS, access_m: float, speeds: Optional[Speeds] = None) -> None:
        self._source, self._access, self._speeds = source, access_m, speeds
        self._crs = QgsCoordinateReferenceSystem.fromWkt(plane.to_wkt())

    def distances(
        self, demand: np.ndarray, candidates: np.ndarray, feedback: Optional[Feedback] = None
    ) -> RoadDistances:
        """Metres from points to points: straight to the nearest road, along the roads, straight from there.

        Points are n x 2 on the plane. Raises InputError where the layer has no lines, Cancelled.
        """
        points = np.concatenate([demand, candidates])
        graph, tied = self._graph(points, feedback)
        away = np.hypot(*(tied - points).T)
        vertex = np.array([graph.findVertex(QgsPointXY(*point)) for point in tied.tolist()])
        usable = (vertex >= 0) & (away <= self._access)
        count = len(demand)
        metres = np.full((count, len(candidates)), np.inf)
        seconds = metres.copy() if self._speeds is not None else None
        for column in np.flatnonzero(usable[count:]):
            raise_if_cancelled(feedback)
            start, off_m = int(vertex[count + column]), away[:count] + away[count + column]
            metres[:, column] = _along(graph, start, 0, vertex[:count], usable[:count]) + off_m
            if self._speeds is not None and seconds is not None:
                off_s = off_m / (self._speeds.kmh * _METRES_A_SECOND)
                seconds[:, column] = _along(graph, start, 1, vertex[:count], usable[:count]) + off_s
            if feedback is not None:
                feedback.setProgress(80 * (column + 1) / len(candidates))
        metres[metres > _NEVER] = np.inf
        off = ~usable
        minutes = None if seconds is None else np.where(np.isinf(metres), np.inf, seconds / 60)
        return RoadDistances(metres, (int(off[:count].sum()), int(off[count:].sum())), minutes)

    def nearest(self, places: np.ndarray, facilities: np.ndarray, feedback: Optional[Feedback] = None) -> RoadDistances:
        """Metres from each place (n x 2) to the facility that is nearest along the roads, as `distances` has them."""
        points = np.concatenate([places, facilities])
        graph, tied = self._graph(points, feedback)
        away = np.hypot(*(tied - points).T)
        vertex = np.array([graph.findVertex(QgsPointXY(*point)) for point in tied.tolist()])
        usable = (vertex >= 0) & (away <= self._access)
        count = len(places)
        start = graph.addVertex(QgsPointXY(0.0, 0.0))  # one way leads from it to every facility, none to it
        for row in (np.flatnonzero(usable[count:]) + count).tolist():
            graph.addEdge(start, int(vertex[row]), [float(away[row])])
        raise_if_cancelled(feedback)
        _, costs = QgsGraphAnalyzer.dijkstra(graph, start, 0)
        metres = np.where(usable[:count], np.asarray(costs)[vertex[:count]] + away[:count], np.inf)
        metres[metres > _NEVER] = np.inf
        off = ~usable
        return RoadDistances(metres, (int(off[:count].sum()), int(off[count:].sum())))

    def _graph(self, points: np.ndarray, feedback: Optional[Feedback]) -> tuple[Any, np.ndarray]:
        if not self._source.sourceCrs().isValid():
            raise CrsError("layer_error", layer=self._source.sourceName(), error=text("crs_missing"))
        both = QgsVectorLayerDirector.DirectionBoth
        director = QgsVectorLayerDirector(self._source, -1, "", "", "", both)
        director.addStrategy(QgsNetworkDistanceStrategy())
        if self._speeds is not None:
            by_time = QgsNetworkSpeedStrategy(self._speeds.field, self._speeds.kmh, _METRES_A_SECOND)
            director.addStrategy(by_time)
        builder = QgsGraphBuilder(self._crs, True, _JOIN_M, "")  # lengths on the plane
        tied = director.makeGraph(builder, [QgsPointXY(*point) for point in points.tolist()], _of_qgis(feedback))
        raise_if_cancelled(feedback)
        graph = builder.graph()
        if not graph.edgeCount():
            raise InputError("coverage_no_roads")
        return graph, np.array([[point.x(), point.y()] for point in tied])


_NEVER = 1e12  # QGIS gives an endless distance as the largest number
_METRES_A_SECOND = 1000 / 3600  # of one km/h


def _along(graph: Any, start: int, criterion: int, vertices: np.ndarray, usable: np.ndarray) -> np.ndarray:
    """What the ways from a vertex to others cost by a strategy; infinite to those that are off the roads."""
    _, costs = QgsGraphAnalyzer.dijkstra(graph, start, criterion)
    return np.where(usable, np.asarray(costs)[vertices], np.inf)


def _of_qgis(feedback: Optional[Feedback]) -> Any:
    return feedback if isinstance(feedback, QgsFeedback) else None


def lines_source(lines: np.ndarray, plane: CRS) -> QgsVectorLayer:
    """Lines on the plane as a QgsFeatureSource for Roads."""
    layer = QgsVectorLayer("LineString", "roads", "memory")
    layer.setCrs(QgsCoordinateReferenceSystem.fromWkt(plane.to_wkt()))
    features = []
    for line in shapely.get_parts(lines):
        geometry, feature = QgsGeometry(), QgsFeature()
        geometry.fromWkb(shapely.to_wkb(shapely.force_2d(line)))
        feature.setGeometry(geometry)
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    return layer


def straight_distances(demand: np.ndarray, candidates: np.ndarray) -> np.ndarray:
    """Metres as the crow flies, demand x candidates, on the plane."""
    return np.hypot(demand[:, :1] - candidates[:, 0], demand[:, 1:] - candidates[:, 1])


def points_of(geometries: np.ndarray) -> np.ndarray:
    """n x 2: the place of each feature; of a polygon a point within it."""
    return shapely.get_coordinates(shapely.point_on_surface(geometries))
