"""What a range meets, marked on the map."""

from collections.abc import Iterable

import shapely
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsGeometry,
    QgsProject,
    QgsRectangle,
    QgsWkbTypes,
)
from qgis.gui import QgsMapCanvas, QgsRubberBand
from qgis.PyQt.QtGui import QColor

from ...bridge.range.check import RangeResult
from ...core.land.pieces import objects

_MARKED, _MARKED_VERTICES = 300, 50_000  # pieces and vertices that are marked on the map at most, the largest first


class RangeMarks:
    """Pieces of a RangeResult on a canvas; `dispose` takes them off for good: they would outlive the panel."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        self._canvas = canvas
        self.band = QgsRubberBand(canvas, QgsWkbTypes.PolygonGeometry)
        self.band.setColor(QColor(215, 25, 28, 120))

    def show(self, result: RangeResult, pieces: Iterable[shapely.Geometry]) -> None:
        """Mark pieces of a result and nothing else."""
        self.clear()
        plane = QgsCoordinateReferenceSystem.fromWkt(result.plane_wkt)
        move = QgsCoordinateTransform(plane, self._canvas.mapSettings().destinationCrs(), QgsProject.instance())
        for piece in _largest(pieces):
            geometry = QgsGeometry()
            geometry.fromWkb(shapely.to_wkb(piece))
            geometry.transform(move)
            self.band.addGeometry(geometry, None)

    def box(self) -> QgsRectangle:
        """The box around what is marked, in the CRS of the map."""
        return self.band.asGeometry().boundingBox()

    def clear(self) -> None:
        """Mark nothing."""
        self.band.reset(QgsWkbTypes.PolygonGeometry)

    def dispose(self) -> None:
        """Take the marks off the canvas."""
        self._canvas.scene().removeItem(self.band)


def _largest(geometries: Iterable[shapely.Geometry]) -> list[shapely.Geometry]:
    """The pieces that are worth marking, so that a range that meets thousands can still be dragged."""
    pieces = objects(list(geometries))
    first = (-shapely.area(pieces)).argsort(kind="stable")[:_MARKED]
    within = shapely.get_num_coordinates(pieces[first]).cumsum() <= _MARKED_VERTICES
    return list(pieces[first[within]] if within.any() else shapely.envelope(pieces[first[:1]]))
