"""Criteria, rasters and shapes for the tests of the site selection."""

import numpy as np
import shapely


def write(tmp_path, text):
    path = tmp_path / "criteria.yaml"
    path.write_text("name: t\nversion: 1\n" + text, encoding="utf-8")
    return str(path)


def raster(path, values, cell, left, top, epsg, nodata=None):
    """A GeoTIFF of a 2-D array."""
    from osgeo import gdal, osr

    data = gdal.GetDriverByName("GTiff").Create(str(path), values.shape[1], values.shape[0], 1, gdal.GDT_Float32)
    data.SetGeoTransform((left, cell, 0, top, 0, -cell))
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(epsg)
    data.SetProjection(reference.ExportToWkt())
    if nodata is not None:
        data.GetRasterBand(1).SetNoDataValue(nodata)
    data.GetRasterBand(1).WriteArray(values)
    data = None  # closed and on disk
    from qgis.core import QgsRasterLayer

    return QgsRasterLayer(str(path), "dem")


def plane_dem(h, path, slope_percent, cell=10.0, cells=120, hole=0):
    """A DEM on the plane that rises eastwards; `hole` columns in the west have no data."""
    heights = np.tile(np.arange(cells) * cell * slope_percent / 100, (cells, 1)).astype("f4")
    heights[:, :hole] = -9999
    return raster(path, heights, cell, h.X - 100, h.Y + 600, 4549, -9999)


def shapes(layer):
    return shapely.from_wkb([bytes(f.geometry().asWkb()) for f in layer.getFeatures()])
