"""FlatGeobuf, FileGDB and shapefile straight to WKB through GDAL's Arrow stream: no feature object is made."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional

import numpy as np
from qgis.core import QgsVectorLayer

from ...core.land.pieces import objects
from ...core.land.shapefile import search_index_fits
from .source_parts import source_parts

_BATCH = "MAX_FEATURES_IN_BATCH=20000"
_KINDS = (".fgb", ".gdb", ".shp")
_FULLY_READ_SHP = (
    200_000  # shapes up to which a shapefile is read as a whole, so that no stale .qix or .sbn can hide one
)


class OgrTable:
    """One layer of a file. All calls may come from several threads; each opens the file anew."""

    def __init__(self, path, layer, encoding, indexed):
        self._path, self._layer, self._encoding = str(path), layer, encoding
        self.indexed = indexed  # whether a search by box is cheap

    def read(self, bounds: Any = None, column: Optional[int] = None) -> Iterator[Any]:
        """Yield (ids, WKB or None as objects, texts of `column` or None), in the file's order; raises RuntimeError.

        `bounds`: min x, min y, max x, max y in the layer's CRS, None or infinite ones for all features.
        """
        from osgeo import gdal

        gdal.UseExceptions()
        options = [f"ENCODING={self._encoding}"] if self._path.lower().endswith(".shp") and self._encoding else []
        data = gdal.OpenEx(self._path, gdal.OF_VECTOR | gdal.OF_READONLY, open_options=options)
        layer = data.GetLayerByName(self._layer) if self._layer else data.GetLayer(0)
        definition = layer.GetLayerDefn()
        names = [definition.GetFieldDefn(i).GetName() for i in range(definition.GetFieldCount())]
        layer.SetIgnoredFields([name for name in names if name != column])
        if bounds is not None and np.isfinite(bounds).all():
            layer.SetSpatialFilterRect(*bounds)
            if layer.GetNextFeature() is None:
                return  # the stream of a FlatGeobuf (GDAL 3.6) then gives whatever the memory holds, without end
            layer.ResetReading()
        geometry = layer.GetGeometryColumn() or "wkb_geometry"
        for batch in layer.GetArrowStreamAsNumPy([_BATCH, "INCLUDE_FID=YES"]):
            ids = batch[layer.GetFIDColumn() or "OGC_FID"]
            if not len(ids):
                return  # some drivers give empty batches without end for rows without geometry
            texts = None if column is None else list(map(_text, batch[column].tolist()))
            yield ids.astype(np.int64), objects(batch[geometry].tolist()), texts


def ogr_table(layer: QgsVectorLayer) -> Optional[OgrTable]:
    """The OgrTable behind a QgsVectorLayer.

    None for other formats, a filter, an edited layer, or a GDAL too old for Arrow.
    """
    try:
        from osgeo import ogr
    except ImportError:
        return None
    parts = source_parts("ogr", layer.source())
    path = Path(parts.get("path") or "")
    plain = (
        layer.providerType() == "ogr"
        and not layer.subsetString()
        and not layer.isEditable()
        and "options" not in layer.source()
    )
    if (
        not plain
        or path.suffix.lower() not in _KINDS
        or not path.exists()
        or not hasattr(ogr.Layer, "GetArrowStreamAsNumPy")
    ):
        return None
    indexed = path.suffix.lower() != ".shp" or (layer.featureCount() > _FULLY_READ_SHP and search_index_fits(path))
    return OgrTable(path, parts.get("layerName"), layer.dataProvider().encoding(), indexed)


def _text(value):
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
