"""A raster on the working plane: statistics of its cells inside polygons, cells above a limit as polygons."""

from typing import Optional

import numpy as np
import shapely
from osgeo import gdal, ogr

from ...core.land.boxes import Box
from ...core.siting.results import RasterStatistics
from ...core.threads import Feedback, raise_if_cancelled

NODATA = -9999.0
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

    def collect(self, geometries: np.ndarray, feedback: Optional[Feedback] = None) -> "Collected":
        """Sums over the cells whose centre lies in each polygon; a polygon without one takes the cell below its inner
        point.

        Candidates that lie on one another are each counted whole.
        """
        collected = Collected(len(geometries))
        shared = self._pass(geometries, collected, feedback)
        collected.forget(shared)
        for index in shared:
            raise_if_cancelled(feedback)
            self._alone(index, geometries[index], collected)
        self._fill_small(geometries, collected)
        return collected

    def _pass(self, geometries, collected, feedback):
        """Burn all candidates strip by strip.

        Return those that share cells with another, they have to be done alone.
        """
        layer, shared = self._layer(geometries, np.arange(len(geometries)) + 1), []
        bounds = shapely.total_bounds(geometries)
        count = max(_STRIP // self.width, 1)
        for start in range(0, self.height, count):
            raise_if_cancelled(feedback)
            lines = min(count, self.height - start)
            top = self.transform[3] - start * self.cell
            if bounds[3] < top - lines * self.cell or bounds[1] > top:
                continue
            window = (0, start, self.width, lines)
            hits = self._burn(layer, window, burn_values=[1], options=["MERGE_ALG=ADD"])
            if (hits > 1).any():
                rows, columns = np.nonzero(hits > 1)
                points = shapely.points(*self._centre(columns, rows + start))
                shared.append(shapely.STRtree(points).query(geometries, predicate="intersects")[0])
            collected.add(self._burn(layer, window, options=["ATTRIBUTE=id"]), self._band.ReadAsArray(*window))
        return np.unique(np.concatenate(shared)) if shared else np.array([], dtype=int)

    def _alone(self, index, geometry, collected):
        """One candidate in a window of its own."""
        left, low, right, top = geometry.bounds
        first = max(int((left - self.transform[0]) // self.cell), 0)
        upper = max(int((self.transform[3] - top) // self.cell), 0)
        last = min(int((right - self.transform[0]) // self.cell) + 1, self.width)
        lower = min(int((self.transform[3] - low) // self.cell) + 1, self.height)
        if last > first and lower > upper:
            window = (first, upper, last - first, lower - upper)
            burnt = self._burn(self._layer([geometry], [index + 1]), window, options=["ATTRIBUTE=id"])
            collected.add(burnt, self._band.ReadAsArray(*window))

    def _burn(self, layer, window, **how):
        """Cells of a window (column, row, columns, rows) with what the layer burns into them, 0 elsewhere."""
        memory = gdal.GetDriverByName("MEM").Create("", window[2], window[3], 1, gdal.GDT_Int32)
        left, top = self.transform[0] + window[0] * self.cell, self.transform[3] - window[1] * self.cell
        memory.SetGeoTransform((left, self.cell, 0, top, 0, -self.cell))
        memory.SetProjection(self._dataset.GetProjection())
        gdal.RasterizeLayer(memory, [1], layer[0], **how)
        return memory.ReadAsArray()

    def _layer(self, geometries, ids):
        """(layer, data source) of polygons with an integer field `id`; the source is kept alive with its layer."""
        data = ogr.GetDriverByName("Memory").CreateDataSource("")
        layer = data.CreateLayer("c", self._dataset.GetSpatialRef(), ogr.wkbUnknown)
        layer.CreateField(ogr.FieldDefn("id", ogr.OFTInteger))
        definition = layer.GetLayerDefn()
        for number, wkb in zip(ids, shapely.to_wkb(geometries)):
            feature = ogr.Feature(definition)
            feature.SetField(0, int(number))
            feature.SetGeometryDirectly(ogr.CreateGeometryFromWkb(wkb))
            layer.CreateFeature(feature)
        return layer, data

    def _centre(self, column, row):
        return self.transform[0] + (column + 0.5) * self.cell, self.transform[3] - (row + 0.5) * self.cell

    def _fill_small(self, geometries, collected):
        """The cell below the inner point, for polygons that hold no cell centre."""
        empty = np.flatnonzero(collected.hit == 0)
        if not len(empty):
            return
        points = shapely.point_on_surface(geometries[empty])
        column = np.floor((shapely.get_x(points) - self.transform[0]) / self.cell).astype(int)
        row = np.floor((self.transform[3] - shapely.get_y(points)) / self.cell).astype(int)
        inside = np.flatnonzero((column >= 0) & (row >= 0) & (column < self.width) & (row < self.height))
        for index in inside:
            value = self._band.ReadAsArray(int(column[index]), int(row[index]), 1, 1)
            collected.add(np.array([[empty[index] + 1]]), value)

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


class Collected:
    """Sums over the cells of each candidate; `hit` counts cells, `count` those with data."""

    def __init__(self, size: int) -> None:
        self.hit, self.count, self.sum = (np.zeros(size) for _ in range(3))
        self.low, self.high = np.full(size, np.inf), np.full(size, -np.inf)

    def add(self, ids: np.ndarray, values: np.ndarray) -> None:
        """`ids`: candidate number + 1 of each cell, 0 for none."""
        own = ids > 0
        owner, value = ids[own] - 1, values[own].astype(float)
        size = len(self.sum)
        self.hit += np.bincount(owner, minlength=size)
        known = (value != NODATA) & np.isfinite(value)
        owner, value = owner[known], value[known]
        self.count += np.bincount(owner, minlength=size)
        self.sum += np.bincount(owner, value, minlength=size)
        order = np.argsort(owner, kind="stable")
        keys, starts = np.unique(owner[order], return_index=True)
        if len(keys):
            self.low[keys] = np.minimum(self.low[keys], np.minimum.reduceat(value[order], starts))
            self.high[keys] = np.maximum(self.high[keys], np.maximum.reduceat(value[order], starts))

    def forget(self, rows: np.ndarray) -> None:
        self.hit[rows] = self.count[rows] = self.sum[rows] = 0
        self.low[rows], self.high[rows] = np.inf, -np.inf

    def put(self, rows: np.ndarray, part: "Collected") -> None:
        """Take over what was collected for some candidates."""
        for name in ("hit", "count", "sum", "low", "high"):
            getattr(self, name)[rows] = getattr(part, name)

    def result(self) -> RasterStatistics:
        known = self.count > 0
        mean = np.divide(self.sum, self.count, out=np.full(len(self.sum), np.nan), where=known)
        return RasterStatistics(mean, np.where(known, self.low, np.nan), np.where(known, self.high, np.nan), self.count)
