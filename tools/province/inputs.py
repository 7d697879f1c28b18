"""Where features come from: GeoParquet files or PostGIS tables, read in parallel. A GeoPackage is converted first."""

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from pyproj import CRS
from pyspark.sql.pandas.types import from_arrow_schema

from plugin.core.errors import OneMapError
from plugin.core.land import crs as crs_rules
from plugin.core.land.coordinates import OFF_PLANE, misplaced

from . import geoparquet, postgis
from .errors import BadInput

_DIMENSIONS = {"Point": 0, "MultiPoint": 0, "LineString": 1, "MultiLineString": 1, "Polygon": 2, "MultiPolygon": 2}


def open_layer(text, scratch):
    """Open `FILE.parquet`, a folder of them, `FILE.gpkg|TABLE` or `postgresql:PARAMETERS|SCHEMA.TABLE`.

    `scratch`: folder for converted GeoPackages. Raises BadInput, CrsError.
    """
    place, _, table = text.partition("|")
    if place.startswith("postgresql:"):
        layer = postgis.Table(place.partition(":")[2], table)
    elif place.lower().endswith(".gpkg"):
        layer = GeoParquet(_converted(place, table, scratch))
    else:
        layer = GeoParquet(place)
    try:
        layer.crs = crs_rules.parse_crs(layer.crs)
        if layer.bounds:
            _refuse_another_system(layer)
    except OneMapError as error:
        raise type(error)("layer_error", layer=layer.name, error=str(error)) from error
    return layer


def _refuse_another_system(layer):
    """Raise CrsError where the extent contradicts the CRS; single features beyond the plane do not make it wrong."""
    found = misplaced(layer.crs, np.array([layer.bounds]))
    if found.mask.any() and found.codes[0] != OFF_PLANE:
        raise found.error()


def _converted(place, table, scratch):
    """The GeoParquet of a GeoPackage table, made anew only when the GeoPackage is younger."""
    if not Path(place).is_file():
        raise BadInput(f"{place}: no such file")
    target = Path(scratch) / f"{Path(place).stem}-{table or 'only'}.parquet"
    if not target.exists() or target.stat().st_mtime < Path(place).stat().st_mtime:
        target.parent.mkdir(parents=True, exist_ok=True)
        geoparquet.convert(place, table, target)
    return target


class GeoParquet:
    """One GeoParquet file, or a folder of files that are parts of one layer (`fid` unique over all of them).

    `name`, `date`, `count`, `crs` (pyproj), `bounds` in it or None, `fields`, `dimension` (0, 1, 2; -1 mixed or not
    told).
    """

    def __init__(self, path):
        path = Path(path)
        files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
        if not files or not files[0].is_file():
            raise BadInput(f"{path}: no such file, or no *.parquet in it")
        parts = [pq.ParquetFile(file) for file in files]
        heads = [_head(part, file) for part, file in zip(parts, files)]
        about = json.loads((parts[0].metadata.metadata or {}).get(b"onemap", b"{}"))
        self.path, self.name, self.date = str(path), about.get("name", path.stem), about.get("date", "")
        self.count = sum(part.metadata.num_rows for part in parts)
        self._schema = parts[0].schema_arrow.remove_metadata()
        self.fields = [name for name in self._schema.names if name not in (heads[0]["name"], "fid", "bbox")]
        if "fid" not in self._schema.names:
            raise BadInput(f"{path}: no column fid")
        self._geometry, self._has_boxes = heads[0]["name"], all("covering" in head for head in heads)
        if len({json.dumps(head.get("crs")) for head in heads}) > 1:
            raise BadInput(f"{path}: its files have different CRS")
        self.crs = (
            CRS.from_user_input("OGC:CRS84")
            if heads[0].get("crs") is None
            else _known(CRS.from_json_dict(heads[0]["crs"]))
        )
        boxes = [head["bbox"] for head in heads if len(head.get("bbox", ())) == 4]
        self.bounds = tuple(f(b[n] for b in boxes) for n, f in enumerate((min, min, max, max))) if boxes else None
        kinds = {_DIMENSIONS.get(kind.split(" ")[0], -1) for head in heads for kind in head["geometry_types"]}
        self.dimension = kinds.pop() if len(kinds) == 1 else -1

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


def _known(crs):
    """The EPSG twin of a CRS that says it is one: equal definitions then compare equal."""
    code = crs.to_epsg(min_confidence=100)
    return CRS.from_epsg(code) if code else crs
