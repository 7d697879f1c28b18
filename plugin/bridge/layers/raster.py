"""Rasters of a site selection, all by GDAL: slope and elevation on the working plane, statistics per candidate,
steep land as polygons.
"""

import tempfile
import uuid

import numpy as np
import shapely
from osgeo import gdal, ogr

from ...core.errors import InputError
from ...core.land.remarks import Remark
from ...core.review.findings import InputInfo
from ...core.siting.selection import RasterStatistics
from ...core.threads import raise_if_cancelled
from .snapshot import file_date, parse_layer_crs, public_source, source_file

_NODATA = -9999.0
_STRIP = 4_000_000  # cells read at a time
_LARGE = 50_000_000  # cells; larger rasters go to disk
_OPTIONS = ["TILED=YES", "BIGTIFF=IF_SAFER"]
_FEW = 4  # cells below which a candidate's statistics are rough


class RasterSource:
    """One raster layer; made on the main thread, read in any."""

    def __init__(self, layer, title):
        self.title, self.name, self.source = title, layer.name(), layer.source()
        self.crs = parse_layer_crs(layer)
        self.file = source_file(layer)
        self.public = public_source(layer)
        self.remarks, self._warped, self._folder = [], {}, None
        if layer.providerType() != "gdal":
            raise InputError("siting_raster_failed", layer=title, error=layer.providerType())

    def info(self, sha256_of):
        digest = sha256_of(self.file) if self.file else ""
        return InputInfo("siting", self.name, self.public, "", self.title, self.crs.name, file_date(self.file), digest)

    def grid(self, kind, plane, box):
        """Grid of `elevation`, `raster` (the values themselves) or `slope` in degrees on the plane around `box`; made
        once.

        The raster is warped to the plane at about its own cell size (bilinear), slope is Horn's formula by gdaldem,
        so that cells of a raster in degrees are metres when slopes are taken.
        """
        key = (kind, plane.to_wkt(), tuple(box))
        if key not in self._warped:
            self._warped[key] = Grid(self._make(kind, plane, box), self)
        return self._warped[key]

    def _make(self, kind, plane, box):
        cell = self._cell_on(plane)
        # whole cells around the box, two more for the 3 x 3 window of the slope
        left, low = (np.floor(v / cell - 2) * cell for v in box[:2])
        right, top = (np.ceil(v / cell + 2) * cell for v in box[2:])
        file = {"format": "GTiff", "creationOptions": _OPTIONS}
        grid = {
            "dstSRS": plane.to_wkt(),
            "xRes": cell,
            "yRes": cell,
            "outputBounds": (left, low, right, top),
            "dstNodata": _NODATA,
        }
        how = {
            "srcSRS": self.crs.to_wkt(),
            "resampleAlg": "bilinear",
            "outputType": gdal.GDT_Float32,
            "multithread": True,
        }
        cells = (right - left) * (top - low) / cell**2
        warped = self._done(gdal.Warp, self._file(cells), self.source, **file, **grid, **how)
        if kind != "slope":
            return warped
        return self._done(
            gdal.DEMProcessing, self._file(cells), warped, "slope", **file, slopeFormat="degree", computeEdges=True
        )

    def _done(self, work, *values, **options):
        """The answer of a GDAL function; raises InputError in GDAL's words, whether or not its exceptions are on."""
        try:
            answer = work(*values, **options)
        except RuntimeError as error:
            raise InputError("siting_raster_failed", layer=self.title, error=error) from error
        if answer is None:
            raise InputError("siting_raster_failed", layer=self.title, error=gdal.GetLastErrorMsg())
        return answer

    def _file(self, cells):
        """A place for a raster: in memory, or in a temporary folder (removed with this source) where it would
        be large.
        """
        if cells <= _LARGE:
            return f"/vsimem/{uuid.uuid4().hex}.tif"
        self._folder = self._folder or tempfile.TemporaryDirectory()
        return f"{self._folder.name}/{uuid.uuid4().hex}.tif"

    def _cell_on(self, plane):
        """Cell size on the plane in metres, as GDAL proposes it: the diagonal keeps its number of cells."""
        source = self._done(gdal.Open, self.source)
        proposed = self._done(gdal.AutoCreateWarpedVRT, source, self.crs.to_wkt(), plane.to_wkt())
        return float(proposed.GetGeoTransform()[1])


class Grid:
    """A raster on the working plane, x = easting, y = northing; cells of _NODATA hold nothing."""

    def __init__(self, dataset, source):
        self._dataset, self.source = dataset, source
        self._band = dataset.GetRasterBand(1)
        self.transform = dataset.GetGeoTransform()
        self.cell = self.transform[1]
        self.width, self.height = dataset.RasterXSize, dataset.RasterYSize

    def statistics(self, geometries, feedback=None):
        """RasterStatistics of the cells whose centre lies in each polygon; a polygon without one takes the cell below
        its inner point.

        Candidates that lie on one another are each counted whole.
        """
        collected = _Collected(len(geometries))
        shared = self._pass(geometries, collected, feedback)
        collected.forget(shared)
        for index in shared:
            raise_if_cancelled(feedback)
            self._alone(index, geometries[index], collected)
        self._fill_small(geometries, collected)
        self._tell(geometries, collected)
        return collected.result()

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

    def _tell(self, geometries, collected):
        """Remarks about candidates that the raster is too coarse for, covers in part, or not at all."""
        rough = int(((shapely.area(geometries) < _FEW * self.cell**2) & (collected.count > 0)).sum())
        partial = int(((collected.count > 0) & (collected.count < collected.hit)).sum())
        missing = int((collected.count == 0).sum())
        title = self.source.title
        for code, count in (
            ("siting_dem_coarse", rough),
            ("siting_dem_partial", partial),
            ("siting_dem_missing", missing),
        ):
            if count:
                remark = Remark(code, self.source.name, None, {"count": count, "layer": title, "cell": self.cell})
                if remark not in self.source.remarks:
                    self.source.remarks.append(remark)

    def land_above(self, limit, box):
        """(polygons where the value is above `limit`, polygons without data) inside `box`, cells as they are; cells
        out of the grid have no data."""
        left, low, right, top = box
        first = max(int(np.floor((left - self.transform[0]) / self.cell)), 0)
        upper = max(int(np.floor((self.transform[3] - top) / self.cell)), 0)
        last = min(int(np.ceil((right - self.transform[0]) / self.cell)), self.width)
        lower = min(int(np.ceil((self.transform[3] - low) / self.cell)), self.height)
        values = self._band.ReadAsArray(first, upper, last - first, lower - upper)
        known = (values != _NODATA) & np.isfinite(values)
        corner = self.transform[0] + first * self.cell, self.transform[3] - upper * self.cell
        return tuple(self._polygons(mask, corner) for mask in (known & (values > limit), ~known))

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


class _Collected:
    """Sums over the cells of each candidate; `hit` counts cells, `count` those with data."""

    def __init__(self, size):
        self.hit, self.count, self.sum = (np.zeros(size) for _ in range(3))
        self.low, self.high = np.full(size, np.inf), np.full(size, -np.inf)

    def add(self, ids, values):
        """`ids`: candidate number + 1 of each cell, 0 for none."""
        mine = ids > 0
        owner, value = ids[mine] - 1, values[mine].astype(float)
        size = len(self.sum)
        self.hit += np.bincount(owner, minlength=size)
        known = (value != _NODATA) & np.isfinite(value)
        owner, value = owner[known], value[known]
        self.count += np.bincount(owner, minlength=size)
        self.sum += np.bincount(owner, value, minlength=size)
        order = np.argsort(owner, kind="stable")
        keys, starts = np.unique(owner[order], return_index=True)
        if len(keys):
            self.low[keys] = np.minimum(self.low[keys], np.minimum.reduceat(value[order], starts))
            self.high[keys] = np.maximum(self.high[keys], np.maximum.reduceat(value[order], starts))

    def forget(self, rows):
        self.hit[rows] = self.count[rows] = self.sum[rows] = 0
        self.low[rows], self.high[rows] = np.inf, -np.inf

    def result(self):
        known = self.count > 0
        mean = np.divide(self.sum, self.count, out=np.full(len(self.sum), np.nan), where=known)
        return RasterStatistics(mean, np.where(known, self.low, np.nan), np.where(known, self.high, np.nan), self.count)
