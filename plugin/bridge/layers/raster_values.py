"""What the numbers of a raster band mean: scale, offset and vertical unit, as the file tells them."""

from dataclasses import dataclass
from typing import Callable

import numpy as np
from osgeo import gdal
from pyproj import CRS
from pyproj.exceptions import CRSError

from ...core.errors import InputError
from ...core.land.remarks import Remark
from .grid import NODATA, OUTSIDE

_METRES = {
    "": 1.0, "m": 1.0, "metre": 1.0, "metres": 1.0, "meter": 1.0, "meters": 1.0, "米": 1.0,
    "cm": 0.01, "mm": 0.001, "dm": 0.1, "km": 1000.0,
    "ft": 0.3048, "foot": 0.3048, "feet": 0.3048,
    "us survey foot": 1200 / 3937, "ftus": 1200 / 3937, "us-ft": 1200 / 3937,
}  # fmt: skip
_STRIP = 4_000_000  # cells changed at a time
_ALIKE = 0.5  # a number that was interpolated among equal ones
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
    """Turn stored numbers into values, and heights into metres, in place; cells OUTSIDE stay."""
    factor = meaning.metres if heights else 1.0
    scale, offset = meaning.scale * factor, meaning.offset * factor
    if (scale, offset) == (1.0, 0.0):
        return
    band = dataset.GetRasterBand(1)
    for start, count in _strips(dataset):
        values = band.ReadAsArray(0, start, dataset.RasterXSize, count)
        known = values != OUTSIDE
        values[known] = values[known].astype(np.float64) * scale + offset
        band.WriteArray(values, 0, start)
    dataset.FlushCache()


def without_unnamed(dataset: gdal.Dataset) -> int:
    """Put OUTSIDE the cells whose stored number is NODATA though the file does not say what that means, and those
    beside, with which they were mixed when the raster was moved; how many such cells there were."""

    def is_unnamed(values: np.ndarray) -> np.ndarray:
        found: np.ndarray = np.abs(values - NODATA) < _ALIKE
        return found

    return _put_outside(dataset, is_unnamed)[0]


def without_voids(dataset: gdal.Dataset) -> tuple[int, float]:
    """The same with what can be no height of land; (how many such cells there were, the lowest of them)."""

    def is_void(values: np.ndarray) -> np.ndarray:
        found: np.ndarray = ((values < _LOWEST) | (values > _HIGHEST)) & (values != OUTSIDE)
        return found

    return _put_outside(dataset, is_void)


def close_values(dataset: gdal.Dataset) -> None:
    """Cells OUTSIDE become NODATA, which the raster declares from now on."""
    band = dataset.GetRasterBand(1)
    for start, count in _strips(dataset):
        values = band.ReadAsArray(0, start, dataset.RasterXSize, count)
        outside = values == OUTSIDE
        if outside.any():
            values[outside] = NODATA
            band.WriteArray(values, 0, start)
    band.SetNoDataValue(NODATA)
    dataset.FlushCache()


def _put_outside(dataset: gdal.Dataset, is_wrong: Callable[[np.ndarray], np.ndarray]) -> tuple[int, float]:
    """Put OUTSIDE the cells that are wrong and those beside; (how many were wrong, the lowest of them)."""
    band, width, lowest = dataset.GetRasterBand(1), dataset.RasterXSize, np.inf
    wrong = np.zeros((dataset.RasterYSize, width), bool)
    for start, count in _strips(dataset):
        values = band.ReadAsArray(0, start, width, count)
        with np.errstate(invalid="ignore", over="ignore"):
            found = is_wrong(values)
        wrong[start : start + count] = found
        lowest = min(lowest, float(values[found].min(initial=np.inf)))
    if not wrong.any():
        return 0, 0.0
    beside = _widened(_widened(wrong).T).T
    for start, count in _strips(dataset):
        values = band.ReadAsArray(0, start, width, count)
        values[beside[start : start + count]] = OUTSIDE
        band.WriteArray(values, 0, start)
    dataset.FlushCache()
    return int(wrong.sum()), lowest


def _strips(dataset: gdal.Dataset) -> list[tuple[int, int]]:
    """(first line, lines) of parts of a raster that fit into memory."""
    height, lines = dataset.RasterYSize, max(_STRIP // dataset.RasterXSize, 1)
    return [(start, min(lines, height - start)) for start in range(0, height, lines)]


def _widened(mask: np.ndarray) -> np.ndarray:
    """A mask and the rows beside."""
    wide = mask.copy()
    wide[1:] |= mask[:-1]
    wide[:-1] |= mask[1:]
    return wide
