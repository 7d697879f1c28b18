"""A PostGIS table read in parallel: each Spark partition asks for one range of its integer key.

Passwords are not taken on the command line: libpq finds them in PGPASSFILE, PGSERVICEFILE or PGPASSWORD on every
worker.
"""

import math
from contextlib import closing
from typing import Any

import numpy as np
import psycopg2
import pyarrow as pa
from psycopg2 import sql
from pyproj import CRS

from plugin.core.errors import InputError
from plugin.core.land.coordinates import suspect_boxes
from plugin.core.land.row_boxes import row_boxes
from plugin.core.review.layer_dates import LayerDate

from .errors import BadInput

RANGE = 20_000  # keys a partition
BATCH = 5_000
_DIMENSIONS = {"POINT": 0, "MULTIPOINT": 0, "LINESTRING": 1, "MULTILINESTRING": 1, "POLYGON": 2, "MULTIPOLYGON": 2}
_TYPES = {
    "smallint": "bigint",
    "integer": "bigint",
    "bigint": "bigint",
    "real": "double",
    "double precision": "double",
    "numeric": "double",
}
_ARROW = {"bigint": pa.int64(), "double": pa.float64(), "string": pa.string()}


class Table:
    """As inputs.GeoParquet.

    `parameters`: a libpq connection string or URI without password; `table`: name or schema.name.
    """

    source = ""

    def __init__(self, parameters, table):
        self._parameters = f"postgresql:{parameters}" if parameters.startswith("//") else parameters
        schema, _, name = table.rpartition(".")
        self.name, self.dated, self._schema = name, LayerDate(), schema or "public"
        if "password" in parameters.lower():
            raise BadInput("no password on the command line: use PGPASSFILE, PGSERVICEFILE or PGPASSWORD")
        try:
            with closing(psycopg2.connect(self._parameters)) as connection, connection.cursor() as cursor:
                self._describe(cursor)
        except psycopg2.Error as error:
            raise InputError("layer_error", layer=table, error=str(error).strip()) from error

    def _describe(self, cursor):
        cursor.execute(
            "SELECT f_geometry_column, srid, type FROM geometry_columns "
            "WHERE f_table_schema = %s AND f_table_name = %s",
            (self._schema, self.name),
        )
        row = cursor.fetchone()
        if row is None:
            raise BadInput(f"PostGIS has no layer {self._schema}.{self.name}")
        self._geometry, srid, kind = row
        self.crs: Any  # open_layer refuses none
        self.crs, self.dimension = CRS.from_epsg(srid) if srid else None, _DIMENSIONS.get(kind, -1)
        self._key = self._integer_key(cursor)
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = %s AND table_name = %s",
            (self._schema, self.name),
        )
        self._kinds = {
            name: _TYPES.get(kind, "string")
            for name, kind in cursor.fetchall()
            if name not in (self._geometry, self._key)
        }
        self.fields = list(self._kinds)
        query = (
            "SELECT a, b, n, ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) "
            "FROM (SELECT min({0}) a, max({0}) b, count(*) n, ST_Extent({1}) e FROM {2}) x"
        )
        cursor.execute(sql.SQL(query).format(sql.Identifier(self._key), sql.Identifier(self._geometry), self._table()))
        first, last, self.count, *bounds = cursor.fetchone()
        self._span = (first, last) if self.count else (0, -1)
        self.bounds, self.expected = tuple(bounds) if bounds[0] is not None else None, self.count

    def row_boxes(self, every=False):
        """(RowBoxes of the rows that may be misplaced, features of the layer); of all rows, and 0, where `every`.

        What is not among them is taken to have a place.
        """
        ids, boxes = np.zeros(0, np.int64), np.zeros((0, 4))
        suspects = [None] if every else suspect_boxes(self.crs)
        with closing(psycopg2.connect(self._parameters)) as connection, connection.cursor() as cursor:
            for suspect in suspects if self.count else ():
                values = (*map(float, suspect), self.crs.to_epsg() or 0) if suspect else ()
                cursor.execute(self._boxes_statement(suspect), values)
                rows = np.array(cursor.fetchall(), dtype=float).reshape(-1, 5)
                ids = np.concatenate([ids, rows[:, 0].astype(np.int64)])
                boxes = np.concatenate([boxes, rows[:, 1:]])
        ids, first = np.unique(ids, return_index=True)
        found = row_boxes(ids, boxes[first], np.isfinite(boxes[first]).all(axis=1))
        return found, 0 if every else self.count

    def _boxes_statement(self, suspect):
        sides = "SELECT {0}, ST_XMin({1}), ST_YMin({1}), ST_XMax({1}), ST_YMax({1}) FROM {2}"
        text = sql.SQL(sides + (" WHERE {1} && ST_MakeEnvelope(%s, %s, %s, %s, %s)" if suspect else ""))
        return text.format(sql.Identifier(self._key), sql.Identifier(self._geometry), self._table())

    def attributes(self, names):
        """As inputs.GeoParquet.attributes; the database finds out which values differ."""
        values = sql.SQL(", ").join(self._values(names))
        with closing(psycopg2.connect(self._parameters)) as connection, connection.cursor("onemap_values") as cursor:
            cursor.itersize = BATCH
            cursor.execute(sql.SQL("SELECT DISTINCT {} FROM {}").format(values, self._table()))
            for row in cursor:
                yield {
                    name: float(value) if value is not None and self._kinds[name] == "double" else value
                    for name, value in zip(names, row)
                }

    def _values(self, names):
        """SQL for the values of some fields as they are handed over."""
        own = {name: sql.Identifier(name) for name in names}
        return [sql.SQL("{}::text").format(own[n]) if self._kinds[n] == "string" else own[n] for n in names]

    def _integer_key(self, cursor):
        cursor.execute(
            "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid "
            "AND a.attnum = ANY (i.indkey) WHERE i.indisprimary AND i.indnatts = 1 AND a.atttypid IN "
            "('int2'::regtype, 'int4'::regtype, 'int8'::regtype) "
            "AND i.indrelid = format('%%I.%%I', %s::text, %s::text)::regclass",
            (self._schema, self.name),
        )
        row = cursor.fetchone()
        if row is None:
            raise BadInput(f"{self._schema}.{self.name} needs a primary key of one integer column")
        return row[0]

    def _table(self):
        return sql.Identifier(self._schema, self.name)

    def rows(self, spark, columns, box=None):
        """As inputs.GeoParquet.rows; the database drops what lies outside `box`, by its own index."""
        columns = sorted(columns)
        first, last = self._span
        count = max(math.ceil((last - first + 1) / RANGE), 1)
        ranges = spark.range(first, last + 1, RANGE, numPartitions=min(count, 1000))
        types = ["fid bigint", "geometry binary", *(f"`{name}` {self._kinds[name]}" for name in columns)]
        reader = _Reader(
            self._parameters, self._statement(columns, box), [self._kinds[name] for name in columns], columns
        )
        return ranges.mapInArrow(reader, ", ".join(types))

    def _statement(self, columns, box):
        """(SQL text with two placeholders for the range of keys, parameters of the box)."""
        with closing(psycopg2.connect(self._parameters)) as connection:
            values = self._values(columns)
            key, geometry = sql.Identifier(self._key), sql.Identifier(self._geometry)
            wkb = sql.SQL("ST_AsBinary({})").format(geometry)
            text = sql.SQL("SELECT {} FROM {} WHERE {} >= %s AND {} < %s").format(
                sql.SQL(", ").join([key, wkb, *values]), self._table(), key, key
            )
            if box:
                near = " AND ({0} && ST_MakeEnvelope(%s, %s, %s, %s, %s) OR {0} IS NULL)"
                text += sql.SQL(near).format(geometry)
            text += sql.SQL(" ORDER BY {}").format(key)
            return text.as_string(connection), (*map(float, box), self.crs.to_epsg() or 0) if box else ()


class _Reader:
    """What runs in a Spark partition: ranges in, rows of the table out."""

    def __init__(self, parameters, statement, kinds, names):
        self._parameters, (self._text, self._values) = parameters, statement
        self._types = [pa.int64(), pa.binary(), *(_ARROW[kind] for kind in kinds)]
        self._names = ["fid", "geometry", *names]

    def __call__(self, batches):
        with closing(psycopg2.connect(self._parameters)) as connection:
            for batch in batches:
                for first in batch.column(0).to_pylist():
                    yield from self._range(connection, first)

    def _range(self, connection, first):
        with connection.cursor("onemap_rows") as cursor:  # a named cursor stays on the server and is fetched in parts
            cursor.itersize = BATCH
            cursor.execute(self._text, (first, first + RANGE, *self._values))
            while rows := cursor.fetchmany(BATCH):
                ids, wkb, *columns = zip(*rows)
                values = [ids, [None if w is None else bytes(w) for w in wkb], *columns]
                arrays = [
                    pa.array(v, kind) if kind != pa.float64() else _floats(v) for v, kind in zip(values, self._types)
                ]
                yield pa.RecordBatch.from_arrays(arrays, self._names)
        connection.rollback()  # a named cursor lives in a transaction


def _floats(values):
    return pa.array([None if v is None else float(v) for v in values], pa.float64())
