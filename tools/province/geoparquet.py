"""GeoPackage tables to GeoParquet 1.1: WKB, a `bbox` column for pruning, the CRS as PROJJSON. Nothing but sqlite3 and
pyarrow.

Use: tools/province/check convert FILE.gpkg TABLE OUT.parquet
"""

import json
import sqlite3
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS

from plugin.core.land.gpkg import quoted, wkb_of
from plugin.core.land.repair import not_finite
from plugin.core.land.wkb import from_wkb

from .errors import BadInput

ROWS = 20_000  # a row group: what a reader can skip by its box
_BBOX = pa.struct([(name, pa.float64()) for name in ("xmin", "ymin", "xmax", "ymax")])
_UNREADABLE = b"\0"
_CURVES = {"CIRCULARSTRING", "COMPOUNDCURVE", "CURVEPOLYGON", "MULTICURVE", "MULTISURFACE", "CURVE", "SURFACE"}


def convert(source, table, target):
    """Write one feature table as GeoParquet; return the number of rows. Its primary key becomes the column `fid`.

    The file appears under its name when it is whole. Raises BadInput for a table that is not there or holds curves.
    """
    partial = Path(target).with_name(Path(target).name + ".part")
    try:
        with closing(sqlite3.connect(f"{Path(source).resolve().as_uri()}?mode=ro", uri=True)) as data:
            data.execute("BEGIN")  # all of the table as it was at one moment
            count = _write(_Layer(data, table or _only_table(data, source)), Path(source), partial)
    except sqlite3.Error as error:
        raise BadInput(f"{source}|{table}: {error}") from error
    partial.replace(target)
    return count


def _write(layer, source, partial):
    with pq.ParquetWriter(partial, layer.schema, compression="zstd") as writer:
        for batch in layer.batches():
            writer.write_table(batch, row_group_size=ROWS)
        day = datetime.fromtimestamp(source.stat().st_mtime).strftime("%Y-%m-%d")
        about = {"name": layer.table, "file": source.stem, "date": day, "count": layer.count}
        about["expected"] = max(layer.expected, layer.count)
        writer.add_key_value_metadata({"geo": json.dumps(layer.metadata()), "onemap": json.dumps(about)})
    return layer.count


def _only_table(data, source):
    tables = [name for (name,) in data.execute("SELECT table_name FROM gpkg_geometry_columns")]
    if len(tables) != 1:
        raise BadInput(f"{source}: name one of its tables with |: {', '.join(tables)}")
    return tables[0]


class _Layer:
    """One table on its way: `schema`, `batches`, and what its metadata must say when all was read."""

    def __init__(self, data, table):
        self._data, self.table, self.count = data, table, 0
        row = data.execute(
            "SELECT column_name, geometry_type_name, srs_id FROM gpkg_geometry_columns WHERE table_name = ?", (table,)
        ).fetchone()
        if row is None:
            raise BadInput(f"no feature table {table}")
        self._geometry, kind, srs = row
        if kind.upper() in _CURVES:
            raise BadInput(f"{table} holds curves ({kind}); make them straight first")
        self._crs = _crs(data, srs)
        columns = data.execute("SELECT name, type, pk FROM pragma_table_info(?)", (table,)).fetchall()
        self._key = next((name for name, _, key in columns if key), "rowid")
        taken = {self._key.lower(), self._geometry.lower(), "fid", "geometry", "bbox"}
        self._fields = [(name, _arrow_type(declared)) for name, declared, _ in columns if name.lower() not in taken]
        self._fields = [(name, kind) for name, kind in self._fields if kind is not None]
        self.schema = pa.schema([("fid", pa.int64()), *self._fields, ("geometry", pa.binary()), ("bbox", _BBOX)])
        self._kinds, self._boxes = set(), []
        self.expected = _expected(data, table)

    def batches(self):
        names = ", ".join(map(quoted, [self._key, self._geometry, *(name for name, _ in self._fields)]))
        # every name in the statement is a quoted identifier that the file itself gave
        rows = self._data.execute(f"SELECT {names} FROM {quoted(self.table)} ORDER BY 1")  # noqa: S608
        while batch := rows.fetchmany(ROWS):
            yield self._table(batch)

    def _table(self, rows):
        ids, blobs, *values = zip(*rows)
        wkb = [_wkb(blob) for blob in blobs]
        geometries = from_wkb(wkb)
        boxes = shapely.bounds(geometries).reshape(-1, 4)
        self._note(geometries, boxes)
        columns = [pa.array(ids, pa.int64())]
        for (name, kind), column in zip(self._fields, values):
            columns.append(_column(name, column, kind))
        missing = ~np.isfinite(boxes).all(axis=1)
        missing[not_finite(geometries)] = True  # nobody knows how far they reach: a reader by boxes must not drop them
        bbox = pa.StructArray.from_arrays([pa.array(c) for c in boxes.T], fields=list(_BBOX), mask=pa.array(missing))
        return pa.table([*columns, pa.array(wkb, pa.binary()), bbox], schema=self.schema)

    def _note(self, geometries, boxes):
        present = geometries[~shapely.is_missing(geometries)]
        kinds = np.unique(np.column_stack([shapely.get_type_id(present), shapely.has_z(present)]), axis=0)
        self._kinds |= {_KINDS[kind] + (" Z" if z else "") for kind, z in kinds.tolist()}
        finite = boxes[np.isfinite(boxes).all(axis=1)]
        if len(finite):
            self._boxes.append([*finite[:, :2].min(axis=0), *finite[:, 2:].max(axis=0)])
        self.count += len(geometries)

    def metadata(self):
        """The value of the `geo` key (GeoParquet 1.1.0)."""
        column = {
            "encoding": "WKB",
            "geometry_types": sorted(self._kinds),
            "crs": self._crs.to_json_dict(),
            "covering": {"bbox": {name: ["bbox", name] for name in ("xmin", "ymin", "xmax", "ymax")}},
        }
        if self._boxes:
            boxes = np.array(self._boxes)
            column["bbox"] = [*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist()]
        return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}


def _expected(data, table):
    """Rows that the file says the table has, 0 where it says nothing."""
    known = data.execute("SELECT 1 FROM sqlite_master WHERE name = 'gpkg_ogr_contents'").fetchone()
    asked = "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = ?"
    row = data.execute(asked, (table,)).fetchone() if known else None
    return (row and row[0]) or 0


_KINDS = (
    "Point",
    "LineString",
    "LinearRing",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "GeometryCollection",
)


def _wkb(blob):
    """WKB of a stored geometry; bytes that nobody can read in place of what is no geometry of a GeoPackage."""
    wkb = wkb_of(blob)
    return _UNREADABLE if wkb is None and blob else wkb


def _crs(data, srs):
    row = data.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?", (srs,)
    ).fetchone()
    if row is None or srs in (0, -1):
        raise BadInput(f"spatial reference {srs} is not defined")
    organization, code, definition = row
    return CRS.from_authority("EPSG", code) if organization.upper() == "EPSG" else CRS.from_wkt(definition)


def _arrow_type(declared):
    """Arrow type of a GeoPackage column type; None for what no rule can ask of (blobs)."""
    word = declared.upper().split("(")[0]
    if word in ("TINYINT", "SMALLINT", "MEDIUMINT", "INT", "INTEGER"):
        return pa.int64()
    if word in ("FLOAT", "DOUBLE", "REAL"):
        return pa.float64()
    return {"BOOLEAN": pa.bool_(), "BLOB": None}.get(word, pa.string())


def _column(name, values, kind):
    try:
        return pa.array([None if v is None else bool(v) for v in values] if kind == pa.bool_() else values, kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise BadInput(f"column {name}: {error}") from error


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    print(f"{convert(*sys.argv[1:]):,} rows")
