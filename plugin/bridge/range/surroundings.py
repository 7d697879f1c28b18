"""The land a range lies in: its slope, its nearest roads.

A layer that is absent is reported as not evaluated, never as nought.
"""

import copy
from pathlib import Path
from typing import Any, Callable, Optional

import numpy as np
import shapely
from pyproj import CRS
from qgis.core import QgsMapLayer, QgsProject, QgsRasterLayer, QgsRectangle, QgsVectorLayer

from ...core.errors import OneMapError
from ...core.land import crs as crs_rules
from ...core.land.boxes import grown
from ...core.land.remarks import Remark
from ...core.review.report_data import RoadRow, SlopeInfo, Surroundings
from ...core.threads import Feedback
from ..layers.encoding import repair_encoding
from ..layers.raster import RasterSource
from ..layers.snapshot import LayerSnapshot, source_file
from ..settings import Settings
from .state import is_live

REACHES_M = (300.0, 1500.0, 5000.0)
_SHOWN = 5
_NAMES = ("NAME", "MC", "名称", "DLMC", "LXMC", "RN", "ref")


class SurroundingsSource:
    """The elevation and road layers of the project that the settings name.

    Made on the main thread, `around` runs in any.
    """

    def __init__(self, settings: Settings, project: Optional[QgsProject] = None) -> None:
        layers = list((project or QgsProject.instance()).mapLayers().values())
        dem = _named(layers, QgsRasterLayer, settings.dem_layer)
        roads = _named(layers, QgsVectorLayer, settings.road_layer)
        self._settings, self._roads_layer = settings, roads
        self._dem, self._dem_why = _opened(dem, settings.dem_layer, _raster)
        self._roads, self._roads_why = _opened(roads, settings.road_layer, _snapshot)
        self._layers = [layer for layer in (dem, roads) if layer is not None]

    def layers(self) -> list[QgsMapLayer]:
        """The layers that were found; main thread."""
        return self._layers

    def files(self) -> list[Path]:
        """The files of both layers; main thread."""
        return [file for file in map(source_file, self._layers) if file is not None]

    def current(self) -> "SurroundingsSource":
        """The same layers, roads that can change without a file as they are now; main thread."""
        if self._roads_layer is None or not is_live(self._roads_layer):
            return self
        now = copy.copy(self)
        now._roads, now._roads_why = _opened(self._roads_layer, self._settings.road_layer, _snapshot)
        return now

    def around(self, plane: CRS, geometries: np.ndarray, feedback: Optional[Feedback] = None) -> Surroundings:
        """Surroundings of polygons on the plane."""
        found = Surroundings(slope_why=self._dem_why, roads_why=self._roads_why)
        try:
            if self._dem is not None:
                found.slope, found.slope_why = _slope(self._dem, plane, geometries, feedback)
        except OneMapError as error:
            found.slope_why = _remark(error)
        try:
            if self._roads is not None:
                found.roads = _nearest(self._roads.fresh(), plane, geometries, feedback)
                found.roads_why = None if found.roads else Remark("range_no_road", params={"reach": REACHES_M[-1]})
        except OneMapError as error:
            found.roads_why = _remark(error)
        return found


def _named(layers: list[QgsMapLayer], kind: Any, wanted: str) -> Optional[QgsMapLayer]:
    """The layer whose name ends in `wanted`, as that of land use is found."""
    wanted = wanted.strip().casefold()
    known = [m for m in layers if wanted and isinstance(m, kind)]
    return next((m for m in known if m.isValid() and m.name().casefold().endswith(wanted)), None)


def _opened(layer: Optional[QgsMapLayer], name: str, make: Callable) -> tuple:
    """(source, None) or (None, Remark why there is none)."""
    if layer is None:
        return None, Remark("range_no_layer", params={"layer": name or "—"})
    try:
        return make(layer), None
    except OneMapError as error:
        return None, _remark(error)


def _remark(error: OneMapError) -> Remark:
    return Remark(error.code, params=error.params)


def _raster(layer: QgsRasterLayer) -> RasterSource:
    return RasterSource(layer, layer.name())


def _snapshot(layer: QgsVectorLayer) -> LayerSnapshot:
    return LayerSnapshot(repair_encoding(layer), role="roads")


class _OneGrid(RasterSource):
    """A raster for one range: what is cut out of it in memory goes when it is done."""

    def __init__(self, source: RasterSource) -> None:
        self.__dict__.update(copy.copy(source.__dict__), remarks=[], _warped={}, _folder=None)

    def close(self) -> None:
        self._warped.clear()


def _slope(source: RasterSource, plane: CRS, geometries: np.ndarray, feedback) -> tuple:
    """(SlopeInfo, None) or (None, Remark why not) of the range as a whole."""
    raster = _OneGrid(source)
    try:
        union = np.array([shapely.union_all(geometries)], dtype=object)
        found = raster.statistics("slope", plane, union, feedback)
    finally:
        raster.close()
    if not found.cells[0]:
        return None, Remark("range_not_covered", params={"layer": source.title})
    notes = "; ".join(remark.text() for remark in raster.remarks)
    return SlopeInfo(float(found.mean[0]), float(found.high[0]), int(found.cells[0]), source.title, notes), None


def _nearest(snapshot: LayerSnapshot, plane: CRS, geometries: np.ndarray, feedback) -> list[RoadRow]:
    """RoadRows of the nearest roads, one a name; farther off is looked only while there are too few."""
    union = shapely.union_all(geometries)
    shapely.prepare(union)
    for reach in REACHES_M:
        rows = _within(snapshot, plane, union, reach, feedback)
        if len(rows) >= _SHOWN:
            break
    return rows[:_SHOWN]


def _within(snapshot: LayerSnapshot, plane: CRS, union: shapely.Geometry, reach: float, feedback) -> list[RoadRow]:
    box = shapely.segmentize(shapely.box(*grown(union.bounds, reach)), REACHES_M[-1])
    rectangle = QgsRectangle(*crs_rules.transform_geometries([box], plane, snapshot.crs)[0].bounds)
    name = next((n for n in _NAMES if snapshot.has_field(n)), "")
    best: dict[str, float] = {}
    for features, fids, lines in snapshot.batches(
        plane, [name] if name else [], feedback, rectangle, polygons_only=False
    ):
        gaps = np.where(shapely.is_missing(lines), np.inf, shapely.distance(lines, union))
        for row in np.flatnonzero(gaps <= reach):
            text = str(features[row][name]) if name else ""
            key = text if text not in ("", "NULL") else f"#{fids[row]}"
            best[key] = min(best.get(key, np.inf), float(gaps[row]))
    return [RoadRow(key, distance) for key, distance in sorted(best.items(), key=lambda item: (item[1], item[0]))]
