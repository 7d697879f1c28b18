"""The rigid items of an inspection on layers that are about to be taken into the county's store. Any thread."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import shapely
from osgeo import gdal, ogr, osr
from pyproj import CRS

from ...core.files import Scratch
from ...core.messages import text
from ...core.quality.defects import Severity, items
from ...core.threads import Feedback
from .inspection import InspectionJob, InspectionOutcome
from .inspection_given import InspectionInput

_STAGES = (1, 2, 3, 4, 5)
_LISTED = 1  # defects of an item: the first is told, all are counted
_TYPES = {"integer": ogr.OFTInteger64, "real": ogr.OFTReal, "bool": ogr.OFTInteger, "date": ogr.OFTDate}
_SINGLE = (ogr.wkbPoint, ogr.wkbLineString, ogr.wkbPolygon)
_MULTI = (ogr.wkbMultiPoint, ogr.wkbMultiLineString, ogr.wkbMultiPolygon)


@dataclass(frozen=True)
class Delivered:
    """A layer as it was read. `columns`: {field: kind}; `lengths`: of text fields, 0 for none."""

    name: str
    dimension: int
    crs: CRS
    columns: dict[str, str]
    lengths: dict[str, int]
    batches: list[tuple[Any, list[tuple[Any, ...]]]]


@dataclass(frozen=True)
class Judged:
    """What an item came to on a layer; `is_rigid`: it keeps the layer out."""

    layer: str
    is_rigid: bool
    found: str


def inspected(layers: list[Delivered], specification: str, feedback: Optional[Feedback]) -> list[Judged]:
    """Rigid items (grade A of stages 1 to 5) that the layers fail, and what of them was not looked at.

    Raises CatalogueError for a specification that cannot be read, Cancelled.
    """
    with Scratch("onemap_ingest_") as folder:
        place = folder / "delivered.gpkg"
        _write(layers, place)
        chosen = InspectionInput(place, specification, stages=_STAGES, limit=_LISTED)
        outcome = InspectionJob(chosen).run(feedback)
    return [judged for layer in layers for judged in _judged(layer.name, outcome)]


def _judged(layer: str, outcome: InspectionOutcome) -> Iterator[Judged]:
    codes = [code for code, found in outcome.found.items() if found.name == layer]
    if not codes:
        yield Judged(layer, False, text("ingest_not_specified", name=outcome.specification.name))
        return
    run, unseen = outcome.run, set()
    for one in run.outcomes.values():
        if one.layer not in codes or run.rule_severity(one.item) is not Severity.A:
            continue
        first = next((d for d in run.defects if d.item == one.item and d.layer == one.layer), None)
        if one.found:
            message = first.text() if first is not None else ""
            yield Judged(layer, True, f"{one.item} {items()[one.item].title()} ({one.found}): {message}")
        elif one.why is not None:
            unseen.add(f"{one.item} {items()[one.item].title()}: {one.why.text()}")
    if unseen:
        yield Judged(layer, False, text("ingest_not_inspected", items="; ".join(sorted(unseen))))


def _write(layers: list[Delivered], place: Path) -> None:
    gdal.UseExceptions()
    ogr.UseExceptions()
    data = ogr.GetDriverByName("GPKG").CreateDataSource(str(place))
    data.StartTransaction()
    for layer in layers:
        _fill(_table(data, layer), layer)
    data.CommitTransaction()
    del data


def _table(data: Any, layer: Delivered) -> ogr.Layer:
    reference = osr.SpatialReference()
    number = layer.crs.to_epsg()
    reference.SetFromUserInput(f"EPSG:{number}" if number else layer.crs.to_wkt())
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    several = any(shapely.get_num_geometries(s) > 1 for shapes, _ in layer.batches for s in shapes if s is not None)
    kinds = _MULTI if several else _SINGLE
    kind = kinds[layer.dimension] if 0 <= layer.dimension < len(kinds) else ogr.wkbNone
    options = ["FID=onemap_fid", "GEOMETRY_NAME=onemap_geom", "SPATIAL_INDEX=NO"]
    table = data.CreateLayer(layer.name, reference, kind, options)
    for name, own in layer.columns.items():
        field = ogr.FieldDefn(name, _TYPES.get(own, ogr.OFTString))
        if field.GetType() == ogr.OFTString and layer.lengths.get(name, 0) > 0:
            field.SetWidth(layer.lengths[name])
        table.CreateField(field)
    return table


def _fill(table: ogr.Layer, layer: Delivered) -> None:
    definition = table.GetLayerDefn()
    for shapes, rows in layer.batches:
        for shape, values in zip(shapes, rows):
            feature = ogr.Feature(definition)
            for column, value in enumerate(values):
                if value is not None:
                    feature.SetField(column, value if isinstance(value, (int, float)) else str(value))
            if shape is not None:
                single = shapely.get_geometry(shape, 0) if shapely.get_num_geometries(shape) == 1 else shape
                feature.SetGeometryDirectly(ogr.CreateGeometryFromWkb(shapely.to_wkb(single)))
            table.CreateFeature(feature)
