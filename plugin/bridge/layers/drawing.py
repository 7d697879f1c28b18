"""Lines of a drawing layer as shapely geometries, arcs and circles in short steps."""

from collections.abc import Iterator
from typing import Optional

import shapely
from qgis.core import QgsAbstractGeometry, QgsFeature, QgsFeatureRequest, QgsVectorLayer, QgsVectorLayerFeatureSource

from ...core.land.remarks import Remark
from ...core.threads import Feedback, raise_if_cancelled
from .source_parts import source_parts

_STEPS = (0.25, 1.0, 4.0)  # degrees an arc is cut into; 0.25 keeps a circle of 50 m within 0.2 mm
_COARSER = dict(zip(_STEPS, _STEPS[1:]))
_MOST_VERTICES = 4_000_000
_GDAL_STEP, _GDAL_GAP = "OGR_ARC_STEPSIZE", "OGR_ARC_MAX_GAP"
_GAP_M = "0.5"  # longest chord of a large arc
_CHORD = 1e-4  # layer units that a curve of any other layer may leave its chord


class DrawingLines:
    """The lines of a layer. Made on the main thread, `read` runs in any.

    `remarks`: what the reader must know about them.
    """

    def __init__(self, layer: QgsVectorLayer, group_field: str = "") -> None:
        self._source = QgsVectorLayerFeatureSource(layer)
        self._index = layer.fields().lookupField(group_field) if group_field else -1
        self._is_dxf = source_parts("ogr", layer.source()).get("path", "").lower().endswith(".dxf")
        self._chord = _CHORD / 111_000 if layer.crs().isGeographic() else _CHORD
        self.remarks: list[Remark] = []

    def read(self, feedback: Optional[Feedback] = None) -> dict[str, list[Optional[shapely.Geometry]]]:
        """{value of the group field: geometries}; finer steps are given up where a drawing has too many curves.

        Raises Cancelled.
        """
        for step in _STEPS[:-1] if self._is_dxf else ():
            groups = self._read_at(step, feedback)
            if groups is not None:
                break
            self.remarks = [Remark("lines_arcs_coarse", params={"degrees": _COARSER[step]})]
        else:
            groups = self._read_at(_STEPS[-1], feedback) or {}
        return groups

    def _read_at(self, step: float, feedback) -> Optional[dict[str, list[Optional[shapely.Geometry]]]]:
        """The groups, None where a finer step than the last gives more vertices than are worth it."""
        groups: dict[str, list[Optional[shapely.Geometry]]] = {}
        vertices = 0
        for feature in self._features(step):
            raise_if_cancelled(feedback)
            geometry = self._shape(feature)
            vertices += shapely.get_num_coordinates(geometry) if geometry is not None else 0
            if vertices > _MOST_VERTICES and step != _STEPS[-1]:
                return None
            groups.setdefault(str(feature[self._index]) if self._index >= 0 else "", []).append(geometry)
        return groups

    def _features(self, step: float) -> Iterator[QgsFeature]:
        request = QgsFeatureRequest()
        if not self._is_dxf:
            yield from self._source.getFeatures(request)
            return
        from osgeo import gdal

        values = {_GDAL_STEP: f"{step:g}", _GDAL_GAP: _GAP_M if step < _STEPS[-1] else None}
        before = {name: gdal.GetThreadLocalConfigOption(name) for name in values}
        try:
            for name, value in values.items():
                gdal.SetThreadLocalConfigOption(name, value)
            yield from self._source.getFeatures(request)
        finally:
            for name, value in before.items():
                gdal.SetThreadLocalConfigOption(name, value)

    def _shape(self, feature: QgsFeature) -> Optional[shapely.Geometry]:
        geometry = feature.geometry()
        if geometry.isNull() or geometry.isEmpty():
            return None
        straight = geometry.constGet().segmentize(self._chord, QgsAbstractGeometry.MaximumDifference)
        straight.dropMValue()
        straight.dropZValue()
        return shapely.from_wkb(bytes(straight.asWkb()), on_invalid="ignore")
