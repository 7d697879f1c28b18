"""What a range can be made of: corners, a rectangle, a circle, a buffer, selected features, a boundary-point file.

Radii and buffers are metres on the working plane, whatever the CRS of the map.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Callable, Optional

import shapely
from pyproj import CRS
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsGeometry,
    QgsPointXY,
    QgsRectangle,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ...core.errors import InputError
from ...core.land import crs as crs_rules
from ...core.land.remarks import Remark
from ...formats.parcels.kept import crs_text
from ...formats.parcels.survey import survey
from ...formats.parcels.txt import read_parcel_txt

_QUAD_SEGS = 32
_Points = Sequence[QgsPointXY]


@dataclass(frozen=True)
class ShapeKind:
    """`make(points, crs, metres)` gives the range as QgsGeometry; `least` and `most` (None: any) points make one."""

    make: Callable
    least: int
    most: Optional[int] = None


def _polygon(points: _Points, crs: QgsCoordinateReferenceSystem, metres: float) -> QgsGeometry:
    return QgsGeometry.fromPolygonXY([points])


def _rectangle(points: _Points, crs: QgsCoordinateReferenceSystem, metres: float) -> QgsGeometry:
    return QgsGeometry.fromRect(QgsRectangle(points[0], points[-1]))


def _circle(points: _Points, crs: QgsCoordinateReferenceSystem, metres: float) -> QgsGeometry:
    """Around the first point through the last one."""
    centre, edge = (
        _on_plane(QgsGeometry.fromPointXY(points[0]), crs),
        _on_plane(QgsGeometry.fromPointXY(points[-1]), crs),
    )
    radius = shapely.distance(centre[0], crs_rules.transform_geometries([edge[0]], edge[1], centre[1])[0])
    return _grown(centre, radius, crs)


def _line_buffer(points: _Points, crs: QgsCoordinateReferenceSystem, metres: float) -> QgsGeometry:
    line = QgsGeometry.fromPolylineXY(points) if len(points) > 1 else QgsGeometry.fromPointXY(points[0])
    return buffered(line, crs, metres)


SHAPES = {
    "polygon": ShapeKind(_polygon, 3),
    "rectangle": ShapeKind(_rectangle, 2, 2),
    "circle": ShapeKind(_circle, 2, 2),
    "buffer": ShapeKind(_line_buffer, 1),
}


def buffered(geometry: QgsGeometry, crs: QgsCoordinateReferenceSystem, metres: float) -> QgsGeometry:
    """A QgsGeometry grown by metres on the ground; raises CrsError for a CRS that cannot be used."""
    return _grown(_on_plane(geometry, crs), metres, crs)


def _on_plane(geometry: QgsGeometry, crs: QgsCoordinateReferenceSystem) -> tuple[shapely.Geometry, CRS]:
    """(shapely geometry on the working plane, that plane)."""
    source = _parsed(crs)
    centre = geometry.boundingBox().center()
    plane = crs_rules.working_plane(source, (centre.x(), centre.y()))
    return crs_rules.transform_geometries([shapely.from_wkb(bytes(geometry.asWkb()))], source, plane)[0], plane


def _grown(placed: tuple[shapely.Geometry, CRS], metres: float, crs: QgsCoordinateReferenceSystem) -> QgsGeometry:
    grown = shapely.buffer(placed[0], metres, quad_segs=_QUAD_SEGS)
    return from_shapely(crs_rules.transform_geometries([grown], placed[1], _parsed(crs))[0])


def _parsed(crs: QgsCoordinateReferenceSystem) -> CRS:
    return crs_rules.parse_crs(crs.authid() or crs.toWkt())


def from_shapely(geometry: shapely.Geometry) -> QgsGeometry:
    """The same geometry as QgsGeometry."""
    made = QgsGeometry()
    made.fromWkb(shapely.to_wkb(geometry, output_dimension=2))
    return made


def selected_range(layer: QgsVectorLayer, metres: float) -> Optional[QgsGeometry]:
    """Union of the selected features of a vector layer.

    Lines and points are grown by metres. None when nothing is selected.
    """
    geometries = [feature.geometry() for feature in layer.selectedFeatures() if feature.hasGeometry()]
    if not geometries:
        return None
    united = QgsGeometry.unaryUnion(geometries)
    if united.isEmpty():  # one of them is not valid: the check repairs them all and says so
        united = QgsGeometry.collectGeometry(geometries)
    flat = QgsWkbTypes.geometryType(layer.wkbType()) == QgsWkbTypes.PolygonGeometry
    return united if flat else buffered(united, layer.crs(), metres)


@dataclass(frozen=True)
class FileRange:
    """The parcels of a boundary-point TXT together, their CRS, and what the file's evidence had to be put right in."""

    geometry: QgsGeometry
    crs: QgsCoordinateReferenceSystem
    remarks: list[Remark]


def txt_range(path: str, chosen: Optional[QgsCoordinateReferenceSystem] = None) -> FileRange:
    """All parcels of a boundary-point TXT; `chosen`: CRS for a file that does not say its own.

    Raises InputError for a file that is none, whose place is not known, or whose parcels enclose no land.
    """
    try:
        file = read_parcel_txt(path)
    except OSError as error:
        raise InputError("layer_missing", source=path) from error
    found = survey(file, _parsed(chosen) if chosen is not None and chosen.isValid() else None)
    union = found.union()
    if union.is_empty:
        raise InputError("txt_parcel_empty", parcel=path)
    return FileRange(from_shapely(union), QgsCoordinateReferenceSystem(crs_text(found.crs)), found.remarks)
