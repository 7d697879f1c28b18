"""Rasters of a site selection, all by GDAL: slope and elevation on the working plane, statistics per candidate.

What the numbers of a band mean is told by the file: scale and offset, and the vertical unit (metres unless it says so).
No raster is made over more land than the file itself covers, and candidates far from each other are taken in groups.
"""

import uuid
import weakref
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Optional

import numpy as np
import shapely
from osgeo import gdal
from pyproj import CRS
from qgis.core import QgsVectorLayer

from ...core.errors import InputError
from ...core.files import Scratch
from ...core.land.boxes import Box
from ...core.land.remarks import Remark
from ...core.messages import text
from ...core.review.findings import InputInfo
from ...core.siting.results import RasterStatistics
from ...core.threads import Feedback, in_threads
from .grid import NODATA, OUTSIDE, Collected, Grid, cells_of, parts_inside
from .layer_crs import parse_layer_crs
from .layer_date import file_date
from .raster_values import BandMeaning, band_meaning, close_values, to_metres, without_unnamed, without_voids
from .snapshot import public_source, source_file

_MEMORY = "/vsimem/"
_LARGE = 50_000_000  # cells; larger rasters go to disk
_OPTIONS = ["TILED=YES", "BIGTIFF=IF_SAFER"]
_FEW = 4  # cells below which a candidate's statistics are rough


class RasterSource:
    """One raster layer, or several sheets of one; made on the main thread, read in any."""

    def __init__(self, layer: QgsVectorLayer, title: str) -> None:
        self.title, self.name, self.source = title, layer.name(), layer.source()
        self.crs = parse_layer_crs(layer)
        self.file = source_file(layer)
        self.public = public_source(layer)
        self.remarks: list[Remark] = []
        self._warped: dict = {}
        self._folder: Optional[Scratch] = None
        if layer.providerType() != "gdal":
            raise InputError("siting_raster_failed", layer=title, error=layer.providerType())
        self.meaning: BandMeaning = band_meaning(self._done(gdal.Open, self.source), title)
        self.remarks += self.meaning.remarks(self.name)
        self._sheets = [self.source]

    def join(self, other: "RasterSource") -> None:
        """Take another sheet of the same raster; raises InputError when its numbers or its CRS mean something else."""
        if (other.crs, other.meaning) != (self.crs, self.meaning):
            raise InputError("siting_sheets_differ", layer=self.title, one=self.name, other=other.name)
        self._sheets.append(other.source)
        self.public = f"{self.public}; {other.public}"

    def info(self, sha256_of: Any) -> InputInfo:
        digest = sha256_of(self.file) if self.file else ""
        return InputInfo("siting", self.name, self.public, "", self.title, self.crs.name, file_date(self.file), digest)

    def statistics(
        self, kind: str, plane: CRS, geometries: np.ndarray, feedback: Optional[Feedback] = None, remark: bool = True
    ) -> RasterStatistics:
        """RasterStatistics of `elevation`, `raster` (the values themselves) or `slope` in degrees inside polygons.

        Candidates beyond the raster have none. Those far from each other are taken group by group. `remark`: whether
        the reader is to know of candidates that the raster covers badly.
        """
        collected = self._collected([kind], plane, geometries, feedback)[0]
        if remark:
            self._remark(geometries, collected, self._cell_on(plane))
        return collected.result()

    def all_statistics(
        self,
        kinds: Sequence[str],
        plane: CRS,
        geometries: np.ndarray,
        feedback: Optional[Feedback] = None,
        remark: bool = True,
    ) -> list[RasterStatistics]:
        """As `statistics`, of several kinds: which cells lie in a polygon is looked up once."""
        found, cell = self._collected(kinds, plane, geometries, feedback), self._cell_on(plane)
        for collected in found if remark else ():
            self._remark(geometries, collected, cell)
        return [collected.result() for collected in found]

    def _collected(
        self, kinds: Sequence[str], plane: CRS, geometries: np.ndarray, feedback: Optional[Feedback]
    ) -> list[Collected]:
        found = [Collected(len(geometries)) for _ in kinds]
        for rows in self._groups(plane, geometries):
            grids = self._grids(kinds, plane, tuple(shapely.total_bounds(geometries[rows])))
            runs = cells_of(geometries[rows], grids[0].frame, feedback)
            collect = partial(Grid.collect, runs=runs, size=len(rows), feedback=feedback)
            inside = parts_inside(geometries[rows], grids[0].box)
            for total, part in zip(found, in_threads(collect, grids, feedback)):
                part.inside = inside
                total.put(rows, part)
        return found

    def _groups(self, plane: CRS, geometries: np.ndarray) -> Iterator[np.ndarray]:
        """Rows of candidates that meet the raster, so that the box around each group is no larger than need be."""
        bounds, (left, low, right, top) = shapely.bounds(geometries), self._extent_on(plane)
        with np.errstate(invalid="ignore"):
            near = (bounds[:, 0] < right) & (bounds[:, 2] > left) & (bounds[:, 1] < top) & (bounds[:, 3] > low)
        rows = np.flatnonzero(near)
        if not len(rows):
            return
        cell = self._cell_on(plane)
        around = bounds[rows, :2].min(axis=0), bounds[rows, 2:].max(axis=0)
        if np.prod((around[1] - around[0]) / cell) <= _LARGE:
            yield rows
            return
        square = np.floor((bounds[rows, :2] + bounds[rows, 2:]) / 2 / (np.sqrt(_LARGE) / 2 * cell))
        _, group = np.unique(square, axis=0, return_inverse=True)
        for number in range(group.max() + 1):
            yield rows[group.ravel() == number]

    def grid(self, kind: str, plane: CRS, box: Box) -> Grid:
        """Grid of `elevation`, `raster` or `slope` on the plane around `box`, as far as the raster reaches.

        The last one made is kept. The raster is warped to the plane at about its own cell size (bilinear), slope is
        Horn's formula by gdaldem, so that cells of a raster in degrees are metres when slopes are taken.
        """
        return self._grids([kind], plane, box)[0]

    def _grids(self, kinds: Sequence[str], plane: CRS, box: Box) -> list[Grid]:
        """As `grid`, several kinds of the same cells."""
        keys = {kind: (kind, plane.to_wkt(), tuple(box)) for kind in kinds}
        missing = [kind for kind in kinds if keys[kind] not in self._warped]
        made: dict[Any, Grid] = {key: self._warped[key] for key in keys.values() if key in self._warped}
        self._warped = made  # what nobody asks for any more goes before the next is made
        heights = self._warp(plane, box, True) if any(kind != "raster" for kind in missing) else None
        for kind in missing:
            made[keys[kind]] = Grid(
                heights if kind == "elevation" else self._slope(heights) if heights else self._warp(plane, box, False)
            )
        return [made[keys[kind]] for kind in kinds]

    def _slope(self, heights: gdal.Dataset) -> gdal.Dataset:
        cells = heights.RasterXSize * heights.RasterYSize
        options = {"format": "GTiff", "creationOptions": _OPTIONS, "slopeFormat": "degree", "computeEdges": True}
        options["scale"] = 1.0  # heights are metres by now, whatever unit the file still bears: GDAL 3.11 goes by that
        return self._made(gdal.DEMProcessing, cells, heights, "slope", **options)

    def _warp(self, plane: CRS, box: Box, is_heights: bool) -> gdal.Dataset:
        """The sheets on the plane around a box, heights in metres."""
        cell = self._cell_on(plane)
        extent = self._extent_on(plane)
        # whole cells around the box, two more for the 3 x 3 window of the slope
        left, low = (np.floor(max(v, e) / cell - 2) * cell for v, e in zip(box[:2], extent[:2]))
        right, top = (np.ceil(min(v, e) / cell + 2) * cell for v, e in zip(box[2:], extent[2:]))
        if right <= left or top <= low:
            raise InputError("siting_raster_elsewhere", layer=self.title)
        options = {
            "format": "GTiff",
            "creationOptions": _OPTIONS,
            "srcSRS": self.crs.to_wkt(),
            "dstSRS": plane.to_wkt(),
            "xRes": cell,
            "yRes": cell,
            "outputBounds": (left, low, right, top),
            "dstNodata": OUTSIDE,
            "resampleAlg": "bilinear",
            "outputType": gdal.GDT_Float32,
            "multithread": True,
        }
        warped = self._made(gdal.Warp, (right - left) * (top - low) / cell**2, self._sheets, **options)
        self._tell_voids("siting_raster_unnamed", without_unnamed(warped), NODATA)
        to_metres(warped, self.meaning, heights=is_heights)
        if is_heights:
            self._tell_voids("siting_dem_void", *without_voids(warped))
        close_values(warped)
        return warped

    def _tell_voids(self, code: str, count: int, value: float) -> None:
        if count and all(remark.code != code for remark in self.remarks):
            params = {"layer": self.title, "count": count, "value": value}
            self.remarks.append(Remark(code, self.name, None, params))

    def _made(self, work: Any, cells: float, *values: Any, **options: Any) -> gdal.Dataset:
        """A new raster of GDAL; one in memory goes with the object."""
        target = self._file(cells)
        dataset = self._done(work, target, *values, **options)
        if target.startswith(_MEMORY):
            weakref.finalize(dataset, gdal.Unlink, target).atexit = False
        return dataset

    def _done(self, work: Any, *values: Any, **options: Any) -> gdal.Dataset:
        """The answer of a GDAL function; raises InputError in GDAL's words, whether or not its exceptions are on."""
        try:
            answer = work(*values, **options)
        except RuntimeError as error:
            raise InputError("siting_raster_failed", layer=self.title, error=str(error)) from error
        if answer is None:
            why = gdal.GetLastErrorMsg() or text("siting_raster_damaged")
            raise InputError("siting_raster_failed", layer=self.title, error=why)
        return answer

    def _file(self, cells: float) -> str:
        """A place for a raster: in memory, or in a temporary folder (removed with this source) where it would
        be large.
        """
        if cells <= _LARGE:
            return f"{_MEMORY}{uuid.uuid4().hex}.tif"
        self._folder = self._folder or Scratch()
        return f"{self._folder.path.as_posix()}/{uuid.uuid4().hex}.tif"

    def _on_plane(self, sheet: str, plane: CRS) -> gdal.Dataset:
        """A sheet as GDAL proposes to put it on the plane; nothing is computed."""
        source = self._done(gdal.Open, sheet)
        return self._done(gdal.AutoCreateWarpedVRT, source, self.crs.to_wkt(), plane.to_wkt())

    def _cell_on(self, plane: CRS) -> float:
        """Cell size on the plane in metres, as GDAL proposes it: the diagonal keeps its number of cells."""
        return float(self._on_plane(self.source, plane).GetGeoTransform()[1])

    def _extent_on(self, plane: CRS) -> Box:
        """Box of the land that all sheets cover, on the plane."""
        boxes = np.array([Grid(self._on_plane(sheet, plane)).box for sheet in self._sheets])
        (left, low), (right, top) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        return float(left), float(low), float(right), float(top)

    def _remark(self, geometries: np.ndarray, collected: Collected, cell: float) -> None:
        """Remarks about candidates that the raster is too coarse for, covers in part, or not at all."""
        known = collected.count > 0
        counts = {
            "siting_dem_coarse": (shapely.area(geometries) < _FEW * cell**2) & known,
            "siting_dem_partial": known & (collected.covered() < 1),
            "siting_dem_missing": ~known,
        }
        for code, mask in counts.items():
            if mask.any():
                params = {"count": int(mask.sum()), "layer": self.title, "cell": cell}
                remark = Remark(code, self.name, None, params)
                if remark not in self.remarks:
                    self.remarks.append(remark)
