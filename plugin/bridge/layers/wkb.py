"""WKB of any kind to shapely: curves in short segments, rings closed that were left open, heights dropped.

QGIS is asked only where a geometry is its own: processes beside it read WKB, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
import shapely

from ...core.land.pieces import objects
from ...core.land.repair import not_finite
from ...core.land.wkb import CURVED, from_wkb, wkb_kind

if TYPE_CHECKING:
    from qgis.core import QgsFeature, QgsGeometry, QgsRectangle

_COLLECTION = 7
_WITH_RINGS = (3, 6, _COLLECTION)
CHORD_M = 0.001  # how far the straight pieces of an arc may lie from it
_CHORD_SHARE, _DEGREES, _METRES_A_DEGREE = 1e-8, 360, 1e5


@dataclass
class Decoded:
    """`geometries` in two dimensions, None where there was none or it cannot be read; booleans for the rest."""

    geometries: np.ndarray
    is_lost: np.ndarray  # there was something that cannot be read
    is_closed: np.ndarray  # a ring was left open and has been closed

    def is_finite(self) -> np.ndarray:
        """Which have coordinates, all of them finite."""
        finite = np.isfinite(shapely.bounds(self.geometries).reshape(-1, 4)).all(axis=1)
        finite[not_finite(self.geometries)] = False
        return finite


def decoded(wkb: Any) -> Decoded:
    """Decode WKB bytes or None."""
    wkb = objects(wkb)
    geometries = from_wkb(wkb)
    is_closed = np.zeros(len(wkb), bool)
    given = np.array([data is not None for data in wkb], dtype=bool)
    for row in np.flatnonzero(shapely.is_missing(geometries) & given):
        geometries[row], is_closed[row] = _mended(bytes(wkb[row]))
    with np.errstate(invalid="ignore"):
        if shapely.has_z(geometries).any():
            geometries = shapely.force_2d(geometries)
    return Decoded(geometries, shapely.is_missing(geometries) & given, is_closed)


def _mended(data):
    """(geometry or None, whether rings were closed) of WKB that GEOS does not read."""
    kind = wkb_kind(data)
    if kind in CURVED or kind == _COLLECTION:
        from qgis.core import QgsGeometry

        geometry = QgsGeometry()
        geometry.fromWkb(data)
        (found,) = from_wkb([straight_wkb(geometry)])
        if found is not None or kind in CURVED:
            return found, False
    return (_closed(data), True) if kind in _WITH_RINGS else (None, False)


def _closed(data):
    from osgeo import ogr

    try:
        geometry = ogr.CreateGeometryFromWkb(data)
    except RuntimeError:
        return None
    if geometry is None:
        return None
    geometry.FlattenTo2D()
    geometry.CloseRings()
    return from_wkb([bytes(geometry.ExportToWkb())])[0]


def straight_wkb(geometry: QgsGeometry) -> Optional[bytes]:
    """WKB bytes with curves in short straight segments and M dropped; None for a null geometry."""
    if geometry.isNull():
        return None
    from qgis.core import QgsAbstractGeometry

    largest = QgsAbstractGeometry.SegmentationToleranceType.MaximumDifference
    # also where no segment is an arc: what is of a curved kind stays so
    straight = geometry.constGet().segmentize(_chord(geometry.boundingBox()), largest)
    straight.dropMValue()
    return bytes(straight.asWkb())


def _chord(box: QgsRectangle) -> float:
    """How far straight pieces may lie from an arc: a millimetre, or what is one in degrees; more for arcs of a size
    that no land has, so that their pieces stay few.
    """
    in_degrees = max(abs(box.xMinimum()), abs(box.xMaximum()), abs(box.yMinimum()), abs(box.yMaximum())) <= _DEGREES
    return float(
        max(CHORD_M / _METRES_A_DEGREE if in_degrees else CHORD_M, _CHORD_SHARE * (box.width() + box.height()))
    )


def feature_box(feature: QgsFeature) -> tuple[float, float, float, float]:
    """(min x, min y, max x, max y) of a QgsFeature in its layer, not-a-number without geometry."""
    geometry = feature.geometry()
    if geometry.isNull() or geometry.isEmpty():
        return (np.nan,) * 4
    box = geometry.boundingBox()
    return box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()


def is_plain(wkb_type: Any) -> bool:
    """True for (multi) points, lines and polygons with or without Z: GEOS reads their WKB as it is."""
    from qgis.core import QgsWkbTypes

    flat = QgsWkbTypes.flatType(wkb_type)
    curved = QgsWkbTypes.isCurvedType(wkb_type)
    known = flat not in (QgsWkbTypes.Unknown, QgsWkbTypes.GeometryCollection)
    return known and not curved and not QgsWkbTypes.hasM(wkb_type)


def layer_wkb(geometry: QgsGeometry, plain: bool) -> Optional[bytes]:
    """WKB bytes of a QgsGeometry, None for a null one; `plain` when its layer has no curves and no M."""
    if geometry.isNull():
        return None
    return bytes(geometry.asWkb()) if plain else straight_wkb(geometry)
