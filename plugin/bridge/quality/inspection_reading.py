"""Layers of a package straight through OGR: what they say of themselves, and their features as arrays. Any thread."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Optional

import numpy as np
from osgeo import gdal, ogr
from pyproj import CRS

from ...core.errors import CrsError, OneMapError
from ...core.land import crs as crs_rules
from ...core.land.file_state import companion
from ...core.land.pieces import objects
from ...core.land.remarks import Remark
from ...core.land.repair import make_usable
from ...core.memory import give_back
from ...core.quality.defects import LayerArrays
from ...core.quality.inspection_content import FieldFound, LayerFound, PackageFile
from ...core.quality.inspection_spec import FieldKind, LayerSpec, Shape
from ...core.threads import Feedback
from ..layers.encoding import table_encoding
from ..layers.unreadable import not_opened
from .field_domains import FieldDomains
from .inspection_table import rows_of

_MOST_LAYERS = 1000
_KINDS = {
    ogr.OFTString: FieldKind.CHAR, ogr.OFTInteger: FieldKind.INT, ogr.OFTInteger64: FieldKind.INT,
    ogr.OFTReal: FieldKind.FLOAT, ogr.OFTDate: FieldKind.DATE, ogr.OFTDateTime: FieldKind.DATE,
}  # fmt: skip
_SHAPES = {
    **dict.fromkeys((ogr.wkbPoint, ogr.wkbMultiPoint), Shape.POINT),
    **dict.fromkeys((ogr.wkbLineString, ogr.wkbMultiLineString, ogr.wkbCircularString), Shape.LINE),
    **dict.fromkeys((ogr.wkbCompoundCurve, ogr.wkbMultiCurve), Shape.LINE),
    **dict.fromkeys((ogr.wkbPolygon, ogr.wkbMultiPolygon, ogr.wkbCurvePolygon, ogr.wkbMultiSurface), Shape.POLYGON),
}
_BATCH = 10_000  # geometries moved and repaired at once
_OF_SYSTEM = ("gdb_", "sqlite_", "layer_styles", "qgis_projects")


def layers_of(file: PackageFile) -> tuple[list[LayerFound], Optional[Remark]]:
    """The layers in a file, and why it cannot be opened."""
    try:
        with opened(file.place) as data:
            count = min(data.GetLayerCount(), _MOST_LAYERS)
            found = [_described(file, data, data.GetLayer(number)) for number in range(count)]
            return [layer for layer in found if not layer.name.lower().startswith(_OF_SYSTEM)], None
    except RuntimeError as error:
        return [], not_opened(file.place, str(error))


@contextmanager
def opened(place: Path) -> Iterator[Any]:
    """The OGR data set of a file; raises RuntimeError."""
    gdal.UseExceptions()
    ogr.UseExceptions()
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        options = []
        table = companion(place, ".dbf") if place.suffix.lower() == ".shp" else None
        encoding = table_encoding(table) if table is not None else None
        if encoding:
            options.append(f"ENCODING={encoding}")
        flags = gdal.OF_VECTOR | gdal.OF_READONLY | gdal.OF_VERBOSE_ERROR
        data = gdal.OpenEx(str(place), flags, open_options=options)
        if data is None:
            raise RuntimeError(gdal.GetLastErrorMsg() or place.name)
        yield data
    finally:
        gdal.PopErrorHandler()


def _described(file: PackageFile, data: gdal.Dataset, layer: ogr.Layer) -> LayerFound:
    definition = layer.GetLayerDefn()
    name, kind = layer.GetName(), layer.GetGeomType()
    found = LayerFound(name, file.path, (str(file.place), name), type_name=ogr.GeometryTypeToName(kind))
    found.shape = Shape.NONE if kind == ogr.wkbNone else _SHAPES.get(ogr.GT_Flatten(kind))
    found.has_z, found.has_m = bool(ogr.GT_HasZ(kind)), bool(ogr.GT_HasM(kind))
    domains = FieldDomains(data, name)
    found.fields = [_field(definition.GetFieldDefn(number), domains) for number in range(definition.GetFieldCount())]
    try:
        found.count = layer.GetFeatureCount()
        box = layer.GetExtent() if found.shape != Shape.NONE and _has_geometry(layer) else None
        found.extent = (box[0], box[2], box[1], box[3]) if box is not None and np.isfinite(box).all() else None
    except RuntimeError as error:
        found.trouble = Remark("package_open", params={"error": str(error)[:200]})
    _set_crs(found, layer.GetSpatialRef())
    return found


def _has_geometry(layer: ogr.Layer) -> bool:
    """Whether any feature has a geometry; of a layer without one some drivers give an extent that is left in memory."""
    layer.ResetReading()
    shapes = (feature.GetGeometryRef() for feature in layer)
    found = any(shape is not None and not shape.IsEmpty() for shape in shapes)
    layer.ResetReading()
    return found


def _field(definition: ogr.FieldDefn, domains: FieldDomains) -> FieldFound:
    kind, name = _KINDS.get(definition.GetType()), definition.GetName()
    size = definition.GetWidth(), definition.GetPrecision()
    return FieldFound(name, kind, definition.GetTypeName(), *size, *domains.of(definition))


def _set_crs(found: LayerFound, reference: Any) -> None:
    if reference is None:
        return
    found.crs_name = reference.GetName() or ""
    code = reference.GetAuthorityCode(None) if reference.GetAuthorityName(None) == "EPSG" else None
    try:
        stated_crs = crs_rules.parse_crs(f"EPSG:{code}" if code else reference.ExportToWkt(["FORMAT=WKT2_2019"]))
        plan = (
            stated_crs.sub_crs_list[0] if stated_crs.is_compound else stated_crs
        )  # heights (1985) stand in a system of their own
        found.crs = crs_rules.parse_crs(plan)
        found.crs_name = crs_rules.describe(found.crs)
    except CrsError as error:
        found.crs_name = "" if error.code == "crs_missing" else f"{found.crs_name}（{error}）"


def plane_of(layers: Iterable[LayerFound]) -> Optional[CRS]:
    """The plane a run works on: that of the first layer whose place is known."""
    for layer in layers:
        if layer.crs is not None and layer.extent is not None:
            middle = (layer.extent[0] + layer.extent[2]) / 2, (layer.extent[1] + layer.extent[3]) / 2
            try:
                return crs_rules.working_plane(layer.crs, middle)
            except OneMapError:
                continue
    return None


def read_layer(
    found: LayerFound, spec: LayerSpec, plane: Optional[CRS], extra: Sequence[str], feedback: Optional[Feedback]
) -> LayerArrays:
    """The features of a layer; without geometries where `plane` is None. Raises RuntimeError, Cancelled.

    `extra`: further fields in capitals that rules need.
    """
    place, name = found.source
    wanted = {field.name.upper() for field in spec.fields} | {spec.key.upper()} | set(extra)
    with opened(Path(place)) as data:
        layer = data.GetLayerByName(name)
        names = {f.name.upper(): f.name for f in found.fields if f.name.upper() in wanted}
        rows = rows_of(Path(place), layer, list(names.values()), feedback)
    fids = np.array(rows.fids, dtype=np.int64)
    columns = {upper: objects(rows.values.pop(0)) for upper in names}  # the lists go as the arrays come
    keys = columns.get(spec.key.upper(), np.full(len(fids), None, dtype=object))
    give_back()
    geometries, usable, is_valid = _geometries(found, rows.stored(), fids, plane, spec)
    arcs = np.array(rows.arcs, dtype=bool)
    kept = plane if plane is not None else CRS.from_epsg(crs_rules.GEOGRAPHIC)
    return LayerArrays(
        spec.code, found.name, fids, keys, geometries, usable, arcs, kept, columns, is_valid=is_valid
    )  # fmt: skip


def _geometries(
    found: LayerFound, stored: np.ndarray, fids: np.ndarray, plane: Optional[CRS], spec: LayerSpec
) -> tuple[np.ndarray, np.ndarray, Optional[np.ndarray]]:
    """Geometries on the plane as stored, usable polygons, and which of the former are valid."""
    nothing = np.full(len(fids), None, dtype=object)
    if plane is None or found.crs is None:
        return nothing, nothing, None
    limits, polygons = crs_rules.plane_limits(plane), spec.shape == Shape.POLYGON
    on_plane, usable, valid = [nothing[:0]], [nothing[:0]], [np.zeros(0, bool)]
    for rows in np.array_split(np.arange(len(fids)), len(fids) // _BATCH + 1):
        moved = crs_rules.transform_geometries(stored[rows], found.crs, plane)
        on_plane.append(moved)
        seen = make_usable(moved, fids[rows], found.name, polygons, limits)
        usable.append(seen.geometries)
        valid.append(seen.mask & ~np.isin(fids[rows], [repair.fid for repair in seen.repairs]))
    return np.concatenate(on_plane), np.concatenate(usable), np.concatenate(valid)
