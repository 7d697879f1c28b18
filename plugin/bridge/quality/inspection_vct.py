"""A VCT file of a package as layers: read once, kept as a GeoPackage beside the package while it is inspected."""

from pathlib import Path
from typing import Any, Optional

import numpy as np
import shapely
from osgeo import gdal, ogr

from ...core.errors import InputError
from ...core.land.pieces import objects
from ...core.land.remarks import Remark
from ...core.quality.inspection_content import LayerFound, PackageFile
from ...core.quality.inspection_spec import FieldKind, Shape
from ...core.threads import Feedback, raise_if_cancelled
from ...formats.packages.vct import read_vct
from ...formats.packages.vct_model import VctFile, VctLayer

_TYPES = {FieldKind.INT: ogr.OFTInteger64, FieldKind.FLOAT: ogr.OFTReal, FieldKind.DATE: ogr.OFTDate}
_KINDS = {Shape.POINT: ogr.wkbPoint, Shape.LINE: ogr.wkbLineString, Shape.POLYGON: ogr.wkbPolygon}
_KEY, _PLACE = "onemap_fid", "onemap_geom"  # names that no table of a survey has
_LOOK = 2000


def layers_of_vct(
    file: PackageFile, folder: Path, feedback: Optional[Feedback] = None
) -> tuple[list[LayerFound], Optional[Remark], list[Remark]]:
    """Layers of a VCT file, why it cannot be read, and its single objects that cannot be used; raises Cancelled."""
    try:
        found = read_vct(file.place, feedback)
        target = folder / "exchange.gpkg"
        _write(found, target, feedback)
    except InputError as error:
        return [], Remark(error.code, params=error.params), []
    except (OSError, RuntimeError, ValueError) as error:  # names that no database takes
        return [], Remark("file_unreadable", params={"error": str(error)[:200]}), []
    more = [Remark("vct_more", params={"count": found.more_faults})] if found.more_faults else []
    return [_described(file, target, found, layer) for layer in found.layers], None, [*found.faults, *more]


def _described(file: PackageFile, target: Path, found: VctFile, layer: VctLayer) -> LayerFound:
    described = LayerFound(layer.name, file.path, (str(target), layer.name), layer.shape, layer.shape.value)
    described.fields, described.count = layer.fields, len(layer.ids())
    shapes = objects([shape for shape in layer.geometries.values() if shape is not None])
    if len(shapes):
        box = shapely.total_bounds(shapes)
        described.extent = tuple(box.tolist()) if np.isfinite(box).all() else None  # type: ignore[assignment]
    if layer.shape != Shape.NONE:
        described.crs, described.crs_name = found.crs, found.crs_name
    return described


def _write(found: VctFile, target: Path, feedback: Optional[Feedback]) -> None:
    gdal.UseExceptions()
    ogr.UseExceptions()
    data = ogr.GetDriverByName("GPKG").CreateDataSource(str(target))
    data.StartTransaction()
    for layer in found.layers:
        _fill(_table(data, layer), layer, feedback)
    data.CommitTransaction()
    del data


def _table(data: Any, layer: VctLayer) -> ogr.Layer:
    options = [f"FID={_KEY}", f"GEOMETRY_NAME={_PLACE}", "SPATIAL_INDEX=NO"]
    table = data.CreateLayer(layer.name, None, _kind(layer), options)
    for field in layer.fields:
        kind = FieldKind.CHAR if field.kind is None else field.kind
        table.CreateField(ogr.FieldDefn(field.name, _TYPES.get(kind, ogr.OFTString)))
    return table


def _kind(layer: VctLayer) -> int:
    """The kind of geometry; the multiple one where any feature has several parts."""
    several = any(s is not None and s.geom_type.startswith("Multi") for s in layer.geometries.values())
    kind = _KINDS.get(layer.shape, ogr.wkbNone)
    return ogr.wkbUnknown if several else kind


def _fill(table: ogr.Layer, layer: VctLayer, feedback: Optional[Feedback]) -> None:
    definition = table.GetLayerDefn()
    dates = {number for number, field in enumerate(layer.fields) if field.kind == FieldKind.DATE}
    for count, number in enumerate(layer.ids()):
        if count % _LOOK == 0:
            raise_if_cancelled(feedback)
        feature = ogr.Feature(definition)
        feature.SetFID(number)
        for column, value in enumerate(layer.rows.get(number, ())):
            if value is not None:
                feature.SetField(column, f"{value:%Y/%m/%d}" if column in dates else value)
        shape = layer.geometries.get(number)
        if shape is not None:
            feature.SetGeometryDirectly(ogr.CreateGeometryFromWkb(shapely.to_wkb(shape)))
        table.CreateFeature(feature)
