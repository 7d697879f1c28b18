"""Several layers into one new FileGDB (or GeoPackage, where this GDAL writes none), by GDAL itself: QGIS loses the
vertical part of a compound CRS."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Callable, Optional

import shapely
from osgeo import gdal, ogr, osr

from ...core.errors import OutputError
from ...core.files import remove, remove_folder

_GDB = "OpenFileGDB"


@dataclass(frozen=True)
class Column:
    """A field of a layer that is written; `kind` is one of text, integer, real, date."""

    name: str
    kind: str = "text"
    length: int = 0
    title: str = ""


@dataclass(frozen=True)
class Row:
    """A feature: its values in the order of the columns, and its polygon or None."""

    values: Sequence[Any]
    geometry: Any = None


_TYPES = {"text": ogr.OFTString, "integer": ogr.OFTInteger64, "real": ogr.OFTReal, "date": ogr.OFTDate}


def gdb_can_be_written() -> bool:
    """Whether this GDAL makes FileGDBs (3.6 and later)."""
    driver = ogr.GetDriverByName(_GDB)
    return driver is not None and bool(driver.TestCapability(ogr.ODrCCreateDataSource))


class DatabaseWriter:
    """A new database at a path that does not exist; `close` or `discard` must follow. Raises OutputError."""

    def __init__(self, path: Path, crs: str) -> None:
        self.path, self._srs = Path(path), osr.SpatialReference()
        driver = ogr.GetDriverByName(_GDB if self.path.suffix.lower() == ".gdb" else "GPKG")
        self._srs.SetFromUserInput(crs)
        self._srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        self._data = self._made(lambda: driver.CreateDataSource(str(self.path)))

    def add_layer(self, name: str, title: str, columns: Sequence[Column], rows: Sequence[Row]) -> int:
        """Write a layer of multipolygons (lon/lat where the CRS is geographic); return the number of features."""
        is_gdb = self.path.suffix.lower() == ".gdb"
        options = [f"LAYER_ALIAS={title}" if is_gdb else f"IDENTIFIER={title}"]
        layer = self._made(lambda: self._data.CreateLayer(name, self._srs, ogr.wkbMultiPolygon, options))
        for column in columns:
            layer.CreateField(_definition(column))
        layer.StartTransaction()
        for row in rows:
            self._made(partial(_created, layer, row))
        layer.CommitTransaction()
        return len(rows)

    def _made(self, act: Callable[[], Any]) -> Any:
        """What an act of GDAL gives; OutputError with its words where that is nothing."""
        try:
            found, why = act(), ""
        except RuntimeError as error:  # where the program lets GDAL raise
            found, why = None, str(error)
        if found is None:
            raise OutputError("output_failed", output=self.path.name, error=why or gdal.GetLastErrorMsg() or "GDAL")
        return found

    def close(self) -> None:
        """Write what waits."""
        self._data = None

    def discard(self) -> None:
        """Leave nothing behind."""
        self._data = None
        if self.path.is_dir():
            remove_folder(self.path)
        else:
            remove(self.path)


def _created(layer: ogr.Layer, row: Row) -> Optional[bool]:
    """True, None where GDAL refused the feature."""
    return layer.CreateFeature(_feature(layer, row)) == ogr.OGRERR_NONE or None


def _definition(column: Column) -> ogr.FieldDefn:
    made = ogr.FieldDefn(column.name, _TYPES[column.kind])
    if column.kind == "text" and column.length > 0:
        made.SetWidth(column.length)
    if column.title and hasattr(made, "SetAlternativeName"):
        made.SetAlternativeName(column.title)
    return made


def _feature(layer: ogr.Layer, row: Row) -> ogr.Feature:
    feature = ogr.Feature(layer.GetLayerDefn())
    for position, value in enumerate(row.values):
        if value is not None:
            feature.SetField(position, value)
    if row.geometry is not None:
        shape = ogr.CreateGeometryFromWkb(bytes(shapely.to_wkb(row.geometry)))
        feature.SetGeometryDirectly(ogr.ForceToMultiPolygon(shape))
    return feature
