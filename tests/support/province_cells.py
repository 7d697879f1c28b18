"""What the batch's workers say of cells, asked without Spark and Arrow: the same job, answers and engine."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Optional

import numpy as np
import shapely
from province import job as answers
from province.cell import CellFeatures, CellProjects, checked
from province.job import Extent
from province.look import doubted, layer_date, plane_of_projects
from province.planner import Planner
from province.unclear import values_of

from plugin.core.land import crs as crs_rules
from plugin.core.land.coordinates import misplaced
from plugin.core.land.remarks import UNREAD
from plugin.core.land.repair import make_usable, not_finite
from plugin.core.land.row_boxes import row_boxes
from plugin.core.land.zone_search import Place
from plugin.core.review.apart import apart_from_others
from plugin.core.review.layer_dates import LayerDate
from plugin.core.review.run import key_name, unique_keys
from plugin.formats.rules.rule_files import load_project_fields


@dataclass
class Opened:
    """A layer as the Planner knows one, with all of its rows."""

    name: str
    crs: object
    fields: list
    dimension: int
    fids: np.ndarray
    rows: list
    wkb: list
    file: Path = Path()

    @property
    def source(self) -> str:
        """As a command of the batch names it."""
        return f"{self.file}|{self.name}"

    @property
    def dated(self) -> LayerDate:
        day = date.fromtimestamp(self.file.stat().st_mtime).isoformat()
        return layer_date(self, (self.name, self.file.stem), day)

    def values(self, field: str) -> set:
        return {row[field] for row in self.rows}

    def attributes(self, names: list) -> list:
        """As the layers of the batch give them."""
        return self.rows

    @property
    def count(self) -> int:
        return len(self.rows)

    expected = count

    @property
    def shapes(self) -> np.ndarray:
        """In two dimensions, in the layer's own CRS."""
        wkb = np.array([*self.wkb, None], dtype=object)
        return shapely.force_2d(shapely.from_wkb(wkb, on_invalid="ignore"))[:-1]

    @property
    def bounds(self) -> Optional[tuple]:
        return tuple(shapely.total_bounds(self.shapes)) if len(self.shapes) else None

    def row_boxes(self, every: bool = False) -> tuple:
        """As the layers of the batch give them."""
        shapes = self.shapes
        boxes = shapely.bounds(shapes).reshape(-1, 4)
        boxes[not_finite(shapes)] = np.nan
        given = np.array([data is not None for data in self.wkb], bool)
        return row_boxes(self.fids, boxes, given & ~shapely.is_empty(shapes)), 0

    def usable(self, plane: object, polygons_only: bool = True) -> tuple:
        """(geometries on the plane, None where one cannot be used; the boxes of those that are land all the same)."""
        shapes, wrong = self.shapes, misplaced(self.crs, self.row_boxes()[0].boxes).mask
        shapes[wrong] = None
        shapes = crs_rules.transform_geometries(shapes, self.crs, plane)
        numbers = np.arange(len(shapes))
        boxes = shapely.bounds(shapes).reshape(-1, 4)
        boxes[not_finite(shapes)] = np.nan
        found = make_usable(shapes, numbers, "", polygons_only, crs_rules.plane_limits(plane))
        lost = {
            skip.fid
            for skip in found.skipped
            if skip.code in UNREAD or (skip.code == "geometry_null" and self.wkb[skip.fid] and not wrong[skip.fid])
        }
        return found.geometries, {at: boxes[at].tolist() for at in lost}


def opened(file: Path, table: str) -> Opened:
    """A table of a GeoPackage."""
    from onemap.plugin.bridge.layers.values import is_null
    from qgis.core import QgsVectorLayer

    layer = QgsVectorLayer(f"{file}|layername={table}", table, "ogr")
    names, features = [field.name() for field in layer.fields()], list(layer.getFeatures())
    rows = [{n: None if is_null(v) else v for n, v in zip(names, f.attributes())} for f in features]
    wkb = [bytes(f.geometry().asWkb()) if f.hasGeometry() else None for f in features]
    crs = crs_rules.parse_crs(layer.crs().authid())
    fids = np.array([f.id() for f in features], dtype=np.int64)
    return Opened(table, crs, names, int(layer.geometryType()), fids, rows, wkb, Path(file))


def cells_answer(
    projects: Opened, controls: list, cells: int = 3, rules: tuple = (), extent: Optional[Opened] = None
) -> SimpleNamespace:
    """Findings and verdicts of the batch; `controls`: Opened layers, spread over some cells from west to east.

    `extent`: the area that they were delivered for.
    """
    plane = plane_of_projects(projects)
    area = _area(extent, plane) if extent else None
    planner = Planner([str(file) for file in rules], date.today())
    named = [(planner.line_of("", layer.name), layer) for layer in controls]
    job = planner.job(projects, named, ("", ""), (plane, 1.0), 500.0)
    shapes, features = projects.usable(plane)[0], [_features(*pair, plane) for pair in zip(job.sources, controls)]
    fids = (
        projects.fids.tolist()
    )  # in two steps, as the batch does: names where the rows are, numbers where all are known
    names = [key_name(answers.text_of(row[job.key]), fid) for row, fid in zip(projects.rows, fids)]
    keys, _ = unique_keys(names, fids)
    apart = apart_from_others(shapely.bounds(shapes[~shapely.is_missing(shapes)]))
    job, _ = doubted(job, controls, tuple(shapely.total_bounds(shapes)), area)
    stated = [answers.stated_of(row, job.county) for row, shape in zip(projects.rows, shapes) if shape is not None]
    job = replace(job, counties=job.counties_named(stated))
    if apart is not None:
        own = [key for key, is_lost in zip(keys, shapely.is_missing(shapes)) if not is_lost]
        job = replace(job, apart=frozenset(key for key, is_apart in zip(own, apart) if is_apart))
    order = np.argsort(np.nan_to_num(shapely.bounds(shapes)[:, 0]), kind="stable")
    findings, verdicts = [], []
    for part in np.array_split(order, cells):
        for outcome in checked(job, _projects(job, projects, (keys, shapes), np.sort(part)), features, area).outcomes:
            findings.extend(outcome.findings)
            verdicts.extend(outcome.verdicts)
    return SimpleNamespace(findings=findings, verdicts=verdicts, remarks=planner.remarks)


def _projects(job, layer, keyed, part):
    (keys, shapes), lost = keyed, shapely.is_missing(keyed[1])
    kept = [at for at in part if not lost[at]]
    rows = [layer.rows[at] for at in kept]
    return CellProjects(
        [keys[at] for at in kept],
        shapes[kept],
        [answers.use_of(row, job.use) for row in rows],
        answers.bits_of(rows, job.unless.values()),
        answers.metres_of(rows, job.heights.values()),
        [keys[at] for at in part if lost[at]],
        stated=[answers.stated_of(row, job.county) for row in rows],
    )


def _area(layer, plane):
    usual, shapes = load_project_fields(), layer.usable(plane)[0]
    names = [answers.first_field(usual[key], layer.fields) for key in ("division_code", "division_name")]
    divisions = answers.division_names(layer.rows, names)
    place = Place.of(layer.name, layer.crs, layer.bounds, plane)
    return Extent(
        shapely.union_all(shapes), layer.name, divisions=(shapes, divisions) if divisions else ((), ()), place=place
    )


def _features(source, layer, plane):
    shapes, boxes = layer.usable(plane, source.polygons_only)
    read = ~shapely.is_missing(shapes)
    kept = [at for at in range(len(shapes)) if read[at] or at in boxes]
    rows = [layer.rows[at] for at in kept]
    return CellFeatures(
        layer.fids[kept],
        shapes[kept],
        [(answers.text_of(row[source.label]) or "") if source.label else "" for row in rows],
        answers.bits_of(rows, [source.conditions[rule_id] for rule_id in source.asked]),
        answers.metres_of(rows, source.limits.values()),
        [boxes.get(at) for at in kept],
        [values_of(source, row) for row in rows],
    )


def write(file, table, fields, rows):
    """A table of squares of 100 m, 200 m apart; each row: (row number of the square, its attributes)."""
    from osgeo import ogr

    shapes = [ogr.CreateGeometryFromWkt(box_of(square)) if square >= 0 else endless(ogr) for square, _ in rows]
    write_shapes(file, table, fields, [(shape, values) for shape, (_, values) in zip(shapes, rows)])


def write_shapes(file, table, fields, rows, epsg=4549):
    """A table of any geometries; each row: (OGR geometry, WKT or None, its attributes)."""
    from osgeo import gdal, ogr, osr

    gdal.UseExceptions()
    place = osr.SpatialReference()
    place.ImportFromEPSG(epsg)
    data = ogr.Open(str(file), 1) if file.exists() else ogr.GetDriverByName("GPKG").CreateDataSource(str(file))
    layer = data.CreateLayer(table, place, ogr.wkbPolygon)
    for name, kind in fields.items():
        layer.CreateField(ogr.FieldDefn(name, kind))
    for shape, values in rows:
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(ogr.CreateGeometryFromWkt(shape) if isinstance(shape, str) else shape)
        for name, value in zip(fields, values):
            feature.SetField(name, value) if value is not None else feature.SetFieldNull(name)
        layer.CreateFeature(feature)
    data = layer = None


def endless(ogr):
    """A polygon of which one vertex has no place."""
    ring, polygon = ogr.Geometry(ogr.wkbLinearRing), ogr.Geometry(ogr.wkbPolygon)
    for x, y in [(600_000, 3_400_000), (float("nan"), 3_400_100), (600_100, 3_400_100), (600_000, 3_400_000)]:
        ring.AddPoint_2D(x, y)
    polygon.AddGeometry(ring)
    return polygon


def box_of(square, x=500_000.0, y=3_350_000.0):
    left, right = x + 200 * square, x + 200 * square + 100
    return f"POLYGON(({left} {y},{right} {y},{right} {y + 100},{left} {y + 100},{left} {y}))"
