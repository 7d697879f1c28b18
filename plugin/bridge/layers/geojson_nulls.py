"""GeoJSON whose coordinates GDAL cannot read: it gives such a feature without geometry, as if none had been written."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from osgeo import gdal
from qgis.core import QgsVectorLayer

from ...core.land.remarks import Skipped

_GIVEN = re.compile(rb'"geometry"\s*:\s*[^\sn]')  # anything but null
_CHUNK, _OVERLAP = 1 << 24, 256


class GeojsonNulls:
    """Made on the main thread; asks the file in any thread, once, when a row without geometry was met."""

    def __init__(self, layer: QgsVectorLayer) -> None:
        is_geojson = layer.providerType() == "ogr" and layer.dataProvider().storageType().startswith("GeoJSON")
        self._source = layer.source().split("|")[0] if is_geojson else ""

    def recoded(self, skipped: list[Skipped]) -> list[Skipped]:
        """Rows without geometry are unreadable where the file states more geometries than were read."""
        if not self._source or not any(skip.code == "geometry_null" for skip in skipped) or not self._hides:
            return skipped
        return [replace(s, code="geometry_unreadable") if s.code == "geometry_null" else s for s in skipped]

    @cached_property
    def _hides(self) -> bool:
        try:
            return sum(len(_GIVEN.findall(part)) for part in _parts(self._source)) > _read_count(self._source)
        except (OSError, RuntimeError):
            return True  # what cannot be told is not taken for none


def _parts(source: str) -> Iterator[bytes]:
    """The bytes in parts that cut no match in two."""
    file = gdal.VSIFOpenL(source, "rb")
    if file is None:
        raise OSError(source)
    try:
        rest = b""
        while True:
            data = bytes(gdal.VSIFReadL(1, _CHUNK, file) or b"")
            if not data:
                yield rest
                return
            data = rest + data
            cut = max(data.rfind(b'"geometry"', len(data) - _OVERLAP), 0) or len(data) - min(10, len(data))
            yield data[:cut]
            rest = data[cut:]
    finally:
        gdal.VSIFCloseL(file)


def _read_count(source: str) -> int:
    """How many features have a geometry, as GDAL reads them."""
    data = gdal.OpenEx(source, gdal.OF_VECTOR)
    if data is None:
        raise OSError(source)
    layers = [data.GetLayer(number) for number in range(data.GetLayerCount())]
    return sum(feature.GetGeometryRef() is not None for layer in layers for feature in layer)
