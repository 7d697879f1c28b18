"""A raster on the working plane: statistics of its cells inside polygons, cells above a limit as polygons."""

from typing import Optional

import numpy as np
import shapely
from osgeo import gdal, ogr

from ...core.land.boxes import Box
from ...core.land.cell_runs import Frame, Runs, cell_runs
from ...core.siting.measures import COMPLETE
from ...core.siting.results import RasterStatistics
from ...core.threads import Feedback, raise_if_cancelled

NODATA = -9999.0
OUTSIDE = float(np.float32(-3.0e38))  # of a raster under way: what the file declares to be no data, or does not cover
_STRIP = 4_000_000  # cells read at a time


class Grid:
    """A raster on the working plane, x = easting, y = northing; cells of NODATA hold nothing."""

    def __init__(self, dataset: gdal.Dataset) -> None:
        self._dataset = dataset
        self._band = dataset.GetRasterBand(1)
        self.transform = dataset.GetGeoTransform()
        self.cell = self.transform[1]
        self.width, self.height = dataset.RasterXSize, dataset.RasterYSize

    @property
    def box(self) -> Box:
        """The land that the grid covers."""
        left, top = self.transform[0], self.transform[3]
        return left, top - self.height * self.cell, left + self.width * self.cell, top

    def read(self, most: int) -> tuple[np.ndarray, float]:
        """(values with not-a-number for no data, cell size), thinned out where there are more than `most` cells."""
        thin = max(int(np.ceil(np.sqrt(self.width * self.height / most))), 1)
        size = {"buf_xsize": max(self.width // thin, 1), "buf_ysize": max(self.height // thin, 1)}
        width, height = size["buf_xsize"] * thin, size["buf_ysize"] * thin
        values = self._band.ReadAsArray(0, 0, min(width, self.width), min(height, self.height), **size)
        values = values.astype(np.float64)
        values[(values == NODATA) | ~np.isfinite(values)] = np.nan
        return values, self.cell * thin

    @property
    def frame(self) -> Frame:
        """Where its cells lie."""
        return Frame(self.transform[0], self.transform[3], self.cell, self.width, self.height)

    def collect(self, runs: Runs, size: int, feedback: Optional[Feedback] = None) -> "Collected":
        """Sums over the cells of the Runs of `size` polygons; those that lie on one another are each counted whole.
        Raises Cancelled.
        """
        collected = Collected(size)
        count = max(_STRIP // self.width, 1)
        for start in range(0, self.height, count):
            raise_if_cancelled(feedback)
            strip = runs.within(start, start + count)
            if len(strip.owner):
                values = self._band.ReadAsArray(0, start, self.width, min(count, self.height - start))
                for some in strip.portions(_STRIP):
                    owner, row, column = some.cells()
                    collected.add(owner, values[row - start, column])
        return collected

    def land_above(self, limit: float, box: Box) -> tuple[np.ndarray, np.ndarray]:
        """(polygons where the value is above `limit`, polygons without data) inside `box`, cells as they are.

        Land beyond the grid has no data.
        """
        beyond = shapely.get_parts(shapely.box(*box).difference(shapely.box(*self.box)))
        left, low, right, top = box
        first = max(int(np.floor((left - self.transform[0]) / self.cell)), 0)
        upper = max(int(np.floor((self.transform[3] - top) / self.cell)), 0)
        last = min(int(np.ceil((right - self.transform[0]) / self.cell)), self.width)
        lower = min(int(np.ceil((self.transform[3] - low) / self.cell)), self.height)
        if last <= first or lower <= upper:
            return np.array([], dtype=object), beyond
        values = self._band.ReadAsArray(first, upper, last - first, lower - upper)
        known = (values != NODATA) & np.isfinite(values)
        corner = self.transform[0] + first * self.cell, self.transform[3] - upper * self.cell
        above, unknown = (self._polygons(mask, corner) for mask in (known & (values > limit), ~known))
        return above, np.concatenate([unknown, beyond])

    def _polygons(self, mask, corner):
        if not mask.any():
            return np.array([], dtype=object)
        memory = gdal.GetDriverByName("MEM").Create("", mask.shape[1], mask.shape[0], 1, gdal.GDT_Byte)
        memory.SetGeoTransform((corner[0], self.cell, 0, corner[1], 0, -self.cell))
        band = memory.GetRasterBand(1)
        band.WriteArray(mask.astype(np.uint8))
        data = ogr.GetDriverByName("Memory").CreateDataSource("")
        layer = data.CreateLayer("m", None, ogr.wkbPolygon)
        gdal.Polygonize(band, band, layer, -1)
        return shapely.from_wkb([bytes(feature.GetGeometryRef().ExportToWkb()) for feature in layer])


def cells_of(geometries: np.ndarray, frame: Frame, feedback: Optional[Feedback] = None) -> Runs:
    """The cells whose centre lies in each polygon; a polygon without one takes the cell below its inner point."""
    runs = cell_runs(geometries, frame, feedback)
    empty = np.setdiff1d(np.arange(len(geometries)), runs.owner)
    if not len(empty):
        return runs
    points = shapely.point_on_surface(geometries[empty])
    column = np.floor((shapely.get_x(points) - frame.left) / frame.cell).astype(int)
    row = np.floor((frame.top - shapely.get_y(points)) / frame.cell).astype(int)
    inside = (column >= 0) & (row >= 0) & (column < frame.width) & (row < frame.height)
    column = column[inside]
    return runs.joined(Runs(empty[inside], row[inside], column, column + 1))


class Collected:
    """Sums over the cells of each candidate; `hit` counts cells, `count` those with data, `inside`: the part of it that
    lies on the grid.
    """

    def __init__(self, size: int) -> None:
        self.hit, self.count, self.sum, self.inside = (np.zeros(size) for _ in range(4))
        self.low, self.high = np.full(size, np.inf), np.full(size, -np.inf)

    def add(self, owner: np.ndarray, values: np.ndarray) -> None:
        """`owner`: the candidate of each cell, ascending."""
        size, value = len(self.sum), values.astype(float)
        self.hit += np.bincount(owner, minlength=size)
        known = (value != NODATA) & np.isfinite(value)
        owner, value = owner[known], value[known]
        self.count += np.bincount(owner, minlength=size)
        self.sum += np.bincount(owner, value, minlength=size)
        starts = np.flatnonzero(np.diff(owner, prepend=-1))
        keys = owner[starts]
        if len(keys):
            self.low[keys] = np.minimum(self.low[keys], np.minimum.reduceat(value, starts))
            self.high[keys] = np.maximum(self.high[keys], np.maximum.reduceat(value, starts))

    def put(self, rows: np.ndarray, part: "Collected") -> None:
        """Take over what was collected for some candidates."""
        for name in ("hit", "count", "sum", "low", "high", "inside"):
            getattr(self, name)[rows] = getattr(part, name)

    def result(self) -> RasterStatistics:
        known = self.count > 0
        mean = np.divide(self.sum, self.count, out=np.full(len(self.sum), np.nan), where=known)
        low, high = np.where(known, self.low, np.nan), np.where(known, self.high, np.nan)
        return RasterStatistics(mean, low, high, self.count, self.covered())

    def covered(self) -> np.ndarray:
        """The part of each candidate of which cells tell something, 0 to 1."""
        share = np.divide(self.count, self.hit, out=np.zeros(len(self.hit)), where=self.hit > 0) * self.inside
        return np.where(share > COMPLETE, 1.0, share)


def parts_inside(geometries: np.ndarray, box: Box) -> np.ndarray:
    """The part of the area of each polygon that lies in a box."""
    bounds, share = shapely.bounds(geometries).reshape(-1, 4), np.ones(len(geometries))
    beyond = (bounds[:, :2] < box[:2]).any(axis=1) | (bounds[:, 2:] > box[2:]).any(axis=1)
    cut = shapely.area(shapely.clip_by_rect(geometries[beyond], *box))
    share[beyond] = np.minimum(cut / shapely.area(geometries[beyond]), 1.0)
    return share
