"""How high may be built over an area: the surface as a raster, the land of each binding limit, contours."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

import numpy as np
import shapely
from osgeo import gdal, ogr
from pyproj import CRS

from ...core.errors import InputError, OutputError
from ...core.files import put_in_place, remove
from ...core.heights.allowed import NO_LIMIT, OUTSIDE, AllowedMap, allowed_heights
from ...core.heights.buildings import make_buildings
from ...core.heights.cells import CellGrid
from ...core.heights.limits import Limit
from ...core.heights.results import number
from ...core.heights.sights import view_limits
from ...core.land.area import statutory_areas
from ...core.land.overlay import union
from ...core.land.pieces import objects
from ...core.land.remarks import Remark, stated_once
from ...core.land.rounding import half_up
from ...core.land.types import Array
from ...core.messages import joined_texts, message
from ...core.review.findings import InputInfo
from ...core.threads import Feedback
from ..layers import field_types
from ..layers.grid import NODATA
from .job import HeightsJob
from .outputs import Table

_TEXT, _REAL = field_types.TEXT, field_types.REAL
BINDING_FIELDS = (
    ("rule", _TEXT), ("rule_name", _TEXT), ("lowest_m", _REAL), ("highest_m", _REAL), ("area_m2", _REAL),
    ("clause", _TEXT), ("reason", _TEXT),
)  # fmt: skip
CONTOUR_FIELDS = (("height_m", _REAL),)
MOST_CELLS = 60_000_000


@dataclass
class AllowedRun:
    """`limits`: as `surface.binding` counts them."""

    surface: AllowedMap
    limits: list[Limit]
    remarks: list[Remark]
    plane: CRS
    inputs: list[InputInfo] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)  # codes: what was not given
    has_unread_limits: bool = False  # a limit that cannot be read or placed may lie anywhere


class AllowedJob(HeightsJob):
    """Asks about an area in place of buildings."""

    def surface(self, cell: float, feedback: Optional[Feedback] = None) -> AllowedRun:
        """Read and reckon; raises Cancelled, InputError."""
        assembly = self.assembly()
        read = self.read(assembly, feedback)
        usable = read.own.shapes[shapely.get_dimensions(read.own.shapes) == 2]
        if not len(usable):
            raise InputError("heights_layer_empty", layer=self.buildings.name)
        area = union(usable)
        box = shapely.bounds(area)
        if (box[2] - box[0]) * (box[3] - box[1]) / cell**2 > MOST_CELLS:
            least = float(np.sqrt((box[2] - box[0]) * (box[3] - box[1]) / MOST_CELLS))
            raise InputError("heights_too_many_cells", layer=self.buildings.name, cell=f"{least:.1f}")
        nobody = make_buildings([], [], objects([]), [], assembly.settings)
        limits = [*read.limits, *view_limits(read.views, nobody, assembly.settings)]
        found = allowed_heights(area, CellGrid.over(area, cell), limits, assembly.terrain, feedback)
        remarks = stated_once([*self.layer_remarks(), *assembly.remarks])
        absent = list(self.absent(bool(read.views), assembly.terrain is not None))
        unread = self.has_unread_limits()
        return AllowedRun(found, limits, remarks, self.plane, self.inputs(), absent, unread)


def write_surface(run: AllowedRun, path: str) -> None:
    """Heights (band 1) and positions of the binding limits (band 2) as a GeoTIFF; raises OutputError."""
    draft = f"{path}.part.tif"
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        options = ["COMPRESS=DEFLATE", "TILED=YES", "BIGTIFF=IF_SAFER"]
        data = _raster("GTiff", draft, run, 2, options)
        heights = np.where(np.isfinite(run.surface.heights), run.surface.heights, NODATA)
        binding = np.where(run.surface.binding < 0, NODATA, run.surface.binding)
        for band, (values, title) in enumerate(((heights, "allowed_m"), (binding, "binding")), 1):
            data.GetRasterBand(band).WriteArray(values.astype(np.float32))
            data.GetRasterBand(band).SetDescription(title)
        data = None
        put_in_place(draft, path)
    except (OSError, RuntimeError) as error:
        raise OutputError("output_not_writable", path=path, error=str(error)) from error
    finally:
        remove(draft)


def _raster(driver: str, path: str, run: AllowedRun, bands: int, options: Sequence[str] = ()) -> gdal.Dataset:
    grid = run.surface.grid
    data = gdal.GetDriverByName(driver).Create(path, grid.columns, grid.rows, bands, gdal.GDT_Float32, list(options))
    if data is None:
        raise OSError(gdal.GetLastErrorMsg())
    data.SetGeoTransform((grid.left, grid.cell, 0, grid.top, 0, -grid.cell))
    data.SetProjection(run.plane.to_wkt("WKT1_GDAL"))
    for band in range(1, bands + 1):
        data.GetRasterBand(band).SetNoDataValue(NODATA)
    return data


def binding_table(run: AllowedRun) -> Table:
    """Values of BINDING_FIELDS: the land where each limit binds, and where none was given."""
    rows, shapes = [], []
    for position, shape in _polygons(run):
        chosen = run.surface.binding == position
        heights = run.surface.heights[chosen]
        known = heights[np.isfinite(heights)]
        lowest, highest = (number(known.min()), number(known.max())) if len(known) else (None, None)
        limit = run.limits[position] if position >= 0 else None
        limit_facts = (str(limit.kind), limit.name) if limit else ("", "")
        area = float(half_up(float(statutory_areas(objects([shape]), run.plane)[0]), 2))
        reason = joined_texts(map(message, _reasons(run, limit, len(known) > 0)))
        rows.append((*limit_facts, lowest, highest, area, limit.clause if limit else "", reason))
        shapes.append(shape)
    return Table(rows, shapes)


def _reasons(run: AllowedRun, limit: Optional[Limit], is_known: bool) -> list[str]:
    """Codes: why a height is not known, and why it may be lower than it says."""
    own = [] if is_known or limit is None else [limit.reason or "heights_no_ground"]
    return own + ["heights_unread_limits"] * run.has_unread_limits


def _polygons(run: AllowedRun) -> list[tuple[int, Any]]:
    """(position of the limit, its land) of every limit that binds somewhere."""
    memory = _raster("MEM", "", run, 1)
    band = memory.GetRasterBand(1)
    band.WriteArray(np.where(run.surface.binding == OUTSIDE, NODATA, run.surface.binding).astype(np.float32))
    data = ogr.GetDriverByName("Memory").CreateDataSource("")
    layer = data.CreateLayer("m", None, ogr.wkbPolygon)
    layer.CreateField(ogr.FieldDefn("n", ogr.OFTInteger))
    gdal.Polygonize(band, band.GetMaskBand(), layer, 0)
    pieces: dict[int, list[Any]] = {}
    for feature in layer:
        shape = shapely.from_wkb(bytes(feature.GetGeometryRef().ExportToWkb()))
        pieces.setdefault(feature.GetField("n"), []).append(shape)
    order = sorted(pieces, key=lambda position: (position == NO_LIMIT, position))
    return [(position, union(objects(pieces[position]))) for position in order]


def contour_table(run: AllowedRun, interval: float) -> Table:
    """Values of CONTOUR_FIELDS: lines of equal height."""
    memory = _raster("MEM", "", run, 1)
    band = memory.GetRasterBand(1)
    band.WriteArray(np.where(np.isfinite(run.surface.heights), run.surface.heights, NODATA).astype(np.float32))
    data = ogr.GetDriverByName("Memory").CreateDataSource("")
    layer = data.CreateLayer("c", None, ogr.wkbLineString)
    layer.CreateField(ogr.FieldDefn("height", ogr.OFTReal))
    levels = _levels(run.surface.heights, interval)
    if levels:  # named one by one: newer GDAL refuses an interval where a sample of the cells finds no height
        gdal.ContourGenerate(band, 0, 0, levels, 1, NODATA, layer, -1, 0)
    lines = [(f.GetField("height"), shapely.from_wkb(bytes(f.GetGeometryRef().ExportToWkb()))) for f in layer]
    return Table([(height,) for height, _ in lines], [line for _, line in lines])


def _levels(heights: Array, interval: float) -> list[float]:
    """The multiples of `interval` (metres) that lie between the lowest and the highest height."""
    known = heights[np.isfinite(heights)]
    if not len(known):
        return []
    first, last = np.ceil(known.min() / interval), np.floor(known.max() / interval)
    return (np.arange(first, last + 1) * interval).tolist()
