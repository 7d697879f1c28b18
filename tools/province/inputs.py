"""Where features come from: GeoParquet files or PostGIS tables, read in parallel. A GeoPackage is converted first."""

import hashlib
import json
from functools import cached_property
from pathlib import Path
from typing import Union

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely
from pyproj import CRS
from pyspark.sql.pandas.types import from_arrow_schema

from plugin.core.errors import OneMapError
from plugin.core.land import crs as crs_rules
from plugin.core.land.file_state import stamp_of
from plugin.core.land.repair import not_finite
from plugin.core.land.row_boxes import row_boxes
from plugin.core.land.wkb import from_wkb

from . import geoparquet, postgis
from .errors import BadInput
from .look import layer_date

_DIMENSIONS = {"Point": 0, "MultiPoint": 0, "LineString": 1, "MultiLineString": 1, "Polygon": 2, "MultiPolygon": 2}


def open_layer(text, scratch):
    """Open `FILE.parquet`, a folder of them, `FILE.gpkg|TABLE` or `postgresql:PARAMETERS|SCHEMA.TABLE`.

    `scratch`: folder for converted GeoPackages. Raises BadInput, CrsError.
    """
    place, _, table = text.partition("|")
    layer: Union[GeoParquet, postgis.Table]
    if place.startswith("postgresql:"):
        layer = postgis.Table(place.partition(":")[2], table)
    elif place.lower().endswith(".gpkg"):
        layer = GeoParquet(_converted(place, table, scratch))
    else:
        layer = GeoParquet(place)
    try:
        layer.crs = crs_rules.parse_crs(layer.crs)
    except OneMapError as error:
        raise type(error)("layer_error", layer=layer.name, error=str(error)) from error
    layer.source = text
    return layer


def _converted(place, table, scratch):
    """The GeoParquet of a table of this state of a GeoPackage; files of one name in different folders are different."""
    source = Path(place).resolve()
    if not source.is_file():
        raise BadInput(f"{place}: no such file")
    state = hashlib.sha256(repr((str(source), table, stamp_of(source))).encode()).hexdigest()[:16]
    target = Path(scratch) / f"{source.stem}-{table or 'only'}-{state}.parquet"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        geoparquet.convert(place, table, target)
    return target


class GeoParquet:
    """One GeoParquet file, or a folder of files that are parts of one layer (`fid` unique over all of them).

    `name`, `source` (as it was named), `dated`, `count`, `crs` (pyproj), `bounds` in it or None, `fields`,
    `dimension` (0, 1, 2; -1 mixed or not told), `expected` (rows that the source says it has).
    """

    source = ""

    def __init__(self, path):
        path = Path(path)
        files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
        if not files or not files[0].is_file():
            raise BadInput(f"{path}: no such file, or no *.parquet in it")
        try:
            self._parts = [pq.ParquetFile(file) for file in files]
        except (OSError, pa.ArrowException) as error:
            raise BadInput(f"{path}: {error}") from error
        heads = [_head(part, file) for part, file in zip(self._parts, files)]
        about = json.loads((self._parts[0].metadata.metadata or {}).get(b"onemap", b"{}"))
        self.path, self.name, self._file_day = str(path), about.get("name", path.stem), about.get("date", "")
        self._file_name = about.get("file", path.stem)
        self.count = sum(part.metadata.num_rows for part in self._parts)
        self.expected = about.get("expected", self.count)
        self._schema = self._parts[0].schema_arrow.remove_metadata()
        self.fields = [name for name in self._schema.names if name not in (heads[0]["name"], "fid", "bbox")]
        if "fid" not in self._schema.names or not pa.types.is_integer(self._schema.field("fid").type):
            raise BadInput(f"{path}: no column fid of whole numbers")
        self._describe(heads)

    def _describe(self, heads):
        self._geometry, self._has_boxes = heads[0]["name"], all(_is_covered(head) for head in heads)
        if len({json.dumps(head.get("crs")) for head in heads}) > 1:
            raise BadInput(f"{self.path}: its files have different CRS")
        self.crs = (
            CRS.from_user_input("OGC:CRS84")
            if heads[0].get("crs") is None
            else _known(CRS.from_json_dict(heads[0]["crs"]))
        )
        boxes = [head["bbox"] for head in heads if len(head.get("bbox", ())) == 4]
        self.bounds = tuple(f(b[n] for b in boxes) for n, f in enumerate((min, min, max, max))) if boxes else None
        kinds = {_DIMENSIONS.get(kind.split(" ")[0], -1) for head in heads for kind in head["geometry_types"]}
        self.dimension = kinds.pop() if len(kinds) == 1 else -1

    @cached_property
    def dated(self):
        """How old the data are, a LayerDate."""
        return layer_date(self, (self.name, self._file_name), self._file_day)

    def values(self, field):
        """The different values of a field."""
        return {value for part in self._parts for value in part.read([field]).column(0).unique().to_pylist()}

    def attributes(self, names):
        """Rows with the different values of some fields, some of them again and again."""
        for part in self._parts:
            for batch in part.iter_batches(columns=names):
                yield from pa.Table.from_batches([batch]).group_by(names).aggregate([]).to_pylist()

    def row_boxes(self, every=False):
        """(RowBoxes of all rows, 0); raises BadInput where a fid is absent or comes twice."""
        rows = [boxes for part in self._parts for boxes in self._boxes(part)]
        ids = np.concatenate([row[0] for row in rows] or [np.zeros(0, np.int64)])
        if len(np.unique(ids)) < self.count:
            raise BadInput(f"{self.path}: the column fid must be unique and never empty")
        if not rows:
            return row_boxes(ids, np.zeros((0, 4)), np.zeros(0, bool)), 0
        return row_boxes(ids, np.concatenate([row[1] for row in rows]), np.concatenate([row[2] for row in rows])), 0

    def _boxes(self, part):
        """(fids, boxes, whether there is land) of batches of rows: from the column of boxes, else from geometry."""
        if not self._has_boxes:
            yield from self._decoded_boxes(part)
            return
        ids, boxes = [], []
        for batch in part.iter_batches(columns=["fid", "bbox"]):
            ids.append(batch.column("fid").drop_null().to_numpy(zero_copy_only=False))
            boxes.append(np.column_stack([c.to_numpy(zero_copy_only=False) for c in _sides(batch.column("bbox"))]))
        if not ids:
            return
        ids, boxes = np.concatenate(ids), np.concatenate(boxes)
        has_land = np.isfinite(boxes).all(axis=1)
        if not has_land.all() and len(boxes) == len(ids):
            for own, found, land in self._decoded_boxes(part, ids[~has_land]):
                at = (
                    np.searchsorted(ids, own)
                    if (np.diff(ids) > 0).all()
                    else [np.flatnonzero(ids == i)[0] for i in own]
                )
                boxes[at], has_land[at] = found, land
        yield ids, boxes, has_land

    def _decoded_boxes(self, part, wanted=None):
        """As `_boxes`, from the geometry itself; `wanted`: only these fids."""
        for batch in part.iter_batches(columns=["fid", self._geometry]):
            if wanted is not None:
                batch = batch.filter(pc.is_in(batch.column("fid"), pa.array(wanted)))
            wkb = batch.column(self._geometry)
            shapes = from_wkb(wkb.to_pylist())
            boxes = shapely.bounds(shapes).reshape(-1, 4)
            boxes[not_finite(shapes)] = np.nan
            lost = shapely.is_missing(shapes) & wkb.is_valid().to_numpy(zero_copy_only=False)
            land = lost | ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
            yield batch.column("fid").drop_null().to_numpy(zero_copy_only=False), boxes, land

    def rows(self, spark, columns, box=None):
        """DataFrame of fid, geometry (WKB) and the named columns; `box`: only what may meet these bounds (in `crs`)."""
        frame = spark.read.schema(from_arrow_schema(self._schema)).parquet(
            self.path
        )  # told, not found out by a job of its own
        if box and self._has_boxes:
            left, low, right, top = map(float, box)
            meets = (
                (frame.bbox.xmin <= right)
                & (frame.bbox.xmax >= left)
                & (frame.bbox.ymin <= top)
                & (frame.bbox.ymax >= low)
            )
            frame = frame.where(meets | frame.bbox.isNull())  # features without a geometry are listed
        return frame.select("fid", frame[self._geometry].alias("geometry"), *sorted(columns))


def _head(part, file):
    """The `geo` metadata of the primary column, with its name."""
    raw = (part.metadata.metadata or {}).get(b"geo")
    if raw is None:
        raise BadInput(f"{file}: no GeoParquet (its metadata lack `geo`)")
    geo = json.loads(raw)
    column = geo["columns"][geo["primary_column"]]
    if column.get("encoding") != "WKB":
        raise BadInput(f"{file}: geometry must be encoded as WKB")
    if column.get("edges", "planar") != "planar":
        raise BadInput(f"{file}: edges must be planar")
    return {**column, "name": geo["primary_column"]}


def _sides(boxes):
    fields = dict(zip([field.name for field in boxes.type], boxes.flatten()))
    return [fields[name] for name in ("xmin", "ymin", "xmax", "ymax")]


def _is_covered(head):
    """Whether boxes lie in the column that is read here."""
    sides = head.get("covering", {}).get("bbox", {})
    return all(sides.get(name) == ["bbox", name] for name in ("xmin", "ymin", "xmax", "ymax"))


def _known(crs):
    """The EPSG twin of a CRS that says it is one: equal definitions then compare equal."""
    code = crs.to_epsg(min_confidence=100)
    return CRS.from_epsg(code) if code else crs
