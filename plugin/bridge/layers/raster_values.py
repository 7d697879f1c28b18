"""What the numbers of a raster band mean: scale, offset and vertical unit, as the file tells them."""

from dataclasses import dataclass

import numpy as np
from osgeo import gdal
from pyproj import CRS
from pyproj.exceptions import CRSError

from ...core.errors import InputError
from ...core.land.remarks import Remark
from .grid import NODATA

_METRES = {
    "": 1.0, "m": 1.0, "metre": 1.0, "metres": 1.0, "meter": 1.0, "meters": 1.0, "米": 1.0,
    "cm": 0.01, "mm": 0.001, "dm": 0.1, "km": 1000.0,
    "ft": 0.3048, "foot": 0.3048, "feet": 0.3048,
    "us survey foot": 1200 / 3937, "ftus": 1200 / 3937, "us-ft": 1200 / 3937,
}  # fmt: skip
_STRIP = 4_000_000  # cells changed at a time
_LOWEST, _HIGHEST = -1000.0, 9000.0  # metres; files that know nothing of a cell often say so by a number beyond


@dataclass(frozen=True)
class BandMeaning:
    """value = stored x `scale` + `offset`, in `unit`; a height is `metres` times that."""

    scale: float = 1.0
    offset: float = 0.0
    unit: str = ""
    metres: float = 1.0

    def remarks(self, layer: str) -> list[Remark]:
        """What the reader must know of numbers that are not plain metres."""
        found = []
        if (self.scale, self.offset) != (1.0, 0.0):
            params = {"scale": self.scale, "offset": self.offset}
            found.append(Remark("siting_raster_scaled", layer, None, params))
        if self.metres != 1.0:
            values = {"unit": self.unit, "metres": self.metres}
            found.append(Remark("siting_raster_unit", layer, None, values))
        return found


def band_meaning(dataset: gdal.Dataset, title: str) -> BandMeaning:
    """BandMeaning of the first band; raises InputError for a vertical unit that is not known."""
    band = dataset.GetRasterBand(1)
    scale, offset = band.GetScale(), band.GetOffset()
    unit, metres = band.GetUnitType() or "", None
    if not unit:
        unit, metres = _vertical_unit(dataset.GetProjection())
    if metres is None:
        metres = _METRES.get(unit.strip().casefold())
    if metres is None:
        raise InputError("siting_raster_unit_unknown", layer=title, unit=unit)
    return BandMeaning(1.0 if scale is None else scale, offset or 0.0, unit, metres)


def _vertical_unit(wkt: str) -> tuple[str, float]:
    """(name, metres) of the vertical axis of a compound CRS; metres where the CRS tells nothing of heights."""
    try:
        parts = CRS.from_wkt(wkt).sub_crs_list if wkt else []
    except CRSError:
        return "", 1.0
    axes = [axis for part in parts if part.is_vertical for axis in part.axis_info]
    return (axes[0].unit_name, axes[0].unit_conversion_factor) if axes else ("", 1.0)


def to_metres(dataset: gdal.Dataset, meaning: BandMeaning, heights: bool) -> None:
    """Turn stored numbers into values, and heights into metres, in place; cells of NODATA stay."""
    factor = meaning.metres if heights else 1.0
    scale, offset = meaning.scale * factor, meaning.offset * factor
    if (scale, offset) == (1.0, 0.0):
        return
    band = dataset.GetRasterBand(1)
    lines = max(_STRIP // dataset.RasterXSize, 1)
    for start in range(0, dataset.RasterYSize, lines):
        values = band.ReadAsArray(0, start, dataset.RasterXSize, min(lines, dataset.RasterYSize - start))
        known = values != NODATA
        values[known] = values[known].astype(np.float64) * scale + offset
        band.WriteArray(values, 0, start)
    dataset.FlushCache()


def without_voids(dataset: gdal.Dataset) -> tuple[int, float]:
    """Make NODATA of what can be no height of land, and of the cells beside, with which it was mixed when the raster
    was moved; (how many such cells there were, the lowest of them).
    """
    band, width, height = dataset.GetRasterBand(1), dataset.RasterXSize, dataset.RasterYSize
    lines, lowest = max(_STRIP // width, 1), np.inf
    strips = [(start, min(lines, height - start)) for start in range(0, height, lines)]
    wrong = np.zeros((height, width), bool)
    for start, count in strips:
        values = band.ReadAsArray(0, start, width, count)
        with np.errstate(invalid="ignore"):
            found = ((values < _LOWEST) | (values > _HIGHEST)) & (values != NODATA)
        wrong[start : start + count] = found
        lowest = min(lowest, float(values[found].min(initial=np.inf)))
    if not wrong.any():
        return 0, 0.0
    beside = _widened(_widened(wrong).T).T
    for start, count in strips:
        values = band.ReadAsArray(0, start, width, count)
        values[beside[start : start + count]] = NODATA
        band.WriteArray(values, 0, start)
    dataset.FlushCache()
    return int(wrong.sum()), lowest


def _widened(mask: np.ndarray) -> np.ndarray:
    """A mask and the rows beside."""
    wide = mask.copy()
    wide[1:] |= mask[:-1]
    wide[:-1] |= mask[1:]
    return wide
