"""Shapes that a file holds and that QGIS does not show: it gives a row without geometry, as if none had been written.

GDAL makes none of what it cannot read in a text (GeoJSON, GML, KML, well-known text in CSV), and QGIS drops what is of
another kind than its layer.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Optional

from osgeo import gdal, ogr
from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer

from ...core.land.file_state import stamp_of
from ...core.land.markup import Written, is_wkt, read_markup, read_mif, wrong_in_wkt
from ...core.land.remarks import Skipped
from ...core.land.shapefile import Fault
from .source_parts import source_parts

_GIVEN = re.compile(rb'"geometry"\s*:\s*[^\sn]')  # anything but null
_CHUNK, _OVERLAP = 1 << 24, 256
_ABSENT = ("geometry_null", "geometry_empty")
_MARKUP = {"GML": "", "KML": "Placemark", "LIBKML": "Placemark"}  # formats: the element of a feature, "" the layer's

_SHOWN = (ogr.wkbPoint, ogr.wkbLineString, ogr.wkbPolygon)


class HiddenShapes:
    """Made on the main thread; asks the file in any thread, when a row without geometry was met."""

    def __init__(self, layer: QgsVectorLayer) -> None:
        is_file = layer.providerType() == "ogr" and not layer.isEditable()
        parts = source_parts("ogr", layer.source()) if is_file else {}
        self._path, self._table = parts.get("path", ""), parts.get("layerName", "")
        self._format = layer.dataProvider().storageType() if self._path else ""
        self._kept: dict[str, tuple[object, object]] = {}

    def recoded(self, skipped: list[Skipped]) -> list[Skipped]:
        """Rows without geometry are unreadable where the file states more shapes than were read."""
        codes = _ABSENT if self._format in _MARKUP else _ABSENT[:1]
        if not any(skip.code in codes for skip in skipped) or not self._hides():
            return skipped
        return [replace(s, code="geometry_unreadable") if s.code in codes else s for s in skipped]

    def shown(self, feature: QgsFeature) -> QgsFeature:
        """The feature, with the shape of its file where QGIS gives none because it is of another kind."""
        if self._path and not feature.hasGeometry():
            wkb = self._once("others", self._others).get(feature.id())
            if wkb is not None:
                geometry = QgsGeometry()
                geometry.fromWkb(wkb)
                feature.setGeometry(geometry)
        return feature

    def faults(self) -> list[Fault]:
        """What of a text was read otherwise than it stands, or not at all; raises OSError."""
        if self._format not in (*_MARKUP, "CSV") and not self._is_mif:
            return []
        written, file = self._once("written", self._written), Path(self._path).name
        found = [Fault("coordinates_no_numbers", {"file": file, "example": written.wrong})] if written.wrong else []
        if written.links:
            found.append(Fault("features_elsewhere", {"file": file}))
        documents = _documents(self._path)
        if len(documents) > 1:
            found.append(Fault("documents_unread", {"file": file, "count": len(documents)}))
        return found

    def _hides(self) -> bool:
        try:
            return bool(self._once("hides", self._count_hidden))
        except (OSError, RuntimeError):
            return True  # what cannot be told is not taken for none

    def _count_hidden(self) -> bool:
        if self._format.startswith("GeoJSON"):
            given = sum(len(_GIVEN.findall(part)) for part in _cut_between(_parts(self._path), rb'"geometry"'))
            return given > _read_count(self._path)
        if self._format not in (*_MARKUP, "CSV"):
            return False
        written = self._once("written", self._written)
        table = self._table if self._format == "GML" else ""
        return written.shaped > _read_count(self._path, table) or (not written.features and self._format != "CSV")

    @property
    def _is_mif(self):
        return self._path.lower().endswith(".mif")

    def _written(self) -> Written:
        if self._is_mif:
            with open(self._path, encoding="latin-1") as lines:
                return Written(wrong=read_mif(lines))
        if self._format == "CSV":
            return _written_csv(self._path)
        data = None if _MARKUP[self._format] else _opened(self._path)
        element = _MARKUP[self._format] if data is None else self._table or _layers(data)[0].GetName()
        return read_markup((part for place in _documents(self._path) for part in _parts(place)), element)

    def _others(self) -> dict[int, bytes]:
        """{id: WKB} of what is neither point, line nor polygon."""
        data, found = _opened(self._path), {}
        for feature in (feature for layer in _layers(data, self._table)[:1] for feature in layer):
            shape = feature.GetGeometryRef()
            if shape is not None and ogr.GT_Flatten(shape.GetGeometryType()) not in _SHOWN:
                found[feature.GetFID()] = bytes(shape.ExportToIsoWkb())
        return found

    def _once(self, name, make):
        """What `make` gives, as long as the file stays what it is."""
        stamp = stamp_of(Path(self._path)) if Path(self._path).exists() else None
        known = self._kept.get(name)
        if known is None or known[0] != stamp:
            known = self._kept[name] = stamp, make()
        return known[1]


def _documents(source: str) -> list[str]:
    """The texts in a file: itself, or every KML of a KMZ."""
    if not source.lower().endswith(".kmz"):
        return [source]
    place = f"/vsizip/{source}"
    names = gdal.ReadDirRecursive(place) or []
    return [f"{place}/{name}" for name in names if name.lower().endswith(".kml")]


def _parts(source: str) -> Iterator[bytes]:
    """The bytes of a file in parts; raises OSError."""
    file = gdal.VSIFOpenL(source, "rb")
    if file is None:
        raise OSError(source)
    try:
        while data := bytes(gdal.VSIFReadL(1, _CHUNK, file) or b""):
            yield data
    finally:
        gdal.VSIFCloseL(file)


def _cut_between(parts: Iterator[bytes], word: bytes) -> Iterator[bytes]:
    """The bytes in parts that cut no match that begins with `word` in two."""
    rest = b""
    for part in parts:
        data = rest + part
        cut = max(data.rfind(word, len(data) - _OVERLAP), 0) or len(data) - min(len(word), len(data))
        yield data[:cut]
        rest = data[cut:]
    yield rest


def _opened(source: str) -> Optional[gdal.Dataset]:
    data = gdal.OpenEx(source, gdal.OF_VECTOR)
    if data is None:
        raise OSError(source)
    return data


def _layers(data: gdal.Dataset, table: str = "") -> list[ogr.Layer]:
    layers = [data.GetLayer(number) for number in range(data.GetLayerCount())]
    return [layer for layer in layers if table in ("", layer.GetName())]


def _read_count(source: str, table: str = "") -> int:
    """How many features have a geometry, as GDAL reads them."""
    data = _opened(source)
    return sum(_has_shape(feature) for layer in _layers(data, table) for feature in layer)


def _has_shape(feature: ogr.Feature) -> bool:
    shape = feature.GetGeometryRef()
    return shape is not None and not shape.IsEmpty()


def _written_csv(source: str) -> Written:
    """What the columns of a CSV write as well-known text."""
    data, found = _opened(source), Written()
    for feature in (feature for layer in _layers(data) for feature in layer):
        values = (feature.GetField(at) for at in range(feature.GetFieldCount()))
        texts = [value for value in values if isinstance(value, str) and is_wkt(value)]
        found.features, found.shaped = found.features + 1, found.shaped + bool(texts)
        found.wrong = found.wrong or next(filter(None, map(wrong_in_wkt, texts)), "")
    return found
