"""The provider plugin of pygeoapi: reads by keyset, in any offered CRS with the authority's axis order, refuses what it does not know."""

import math
import re
from urllib.parse import urlencode

from flask import g, request
from psycopg import sql
from pygeoapi.provider.base import BaseProvider

from . import database
from .problems import Problem

COMMON = {
    "county": "text",
    "status": "text",
    "case_no": "text",
    "version": "integer",
    "updated_at": "timestamptz",
    "updated_by": "text",
    "return_reason": "text",
}
PLAIN = {"county": "text", "version": "integer", "updated_at": "timestamptz"}
CHANGES = {"collection": "text", "item": "uuid", "op": "text", "version": "integer", "at": "timestamptz"}
JSON_TYPES = {"integer": "integer", "number": "number", "json": "object"}
SQL_TYPES = {"integer": "bigint", "number": "double precision", "json": "jsonb"}
RESERVED = {
    "bbox",
    "bbox-crs",
    "crs",
    "f",
    "limit",
    "datetime",
    "properties",
    "skipGeometry",
    "after",
    "lang",
    "resulttype",
}
MOMENT = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])([Tt ][0-9:.]{5,20}([Zz]|[+-]\d\d:?\d\d)?)?")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class RecordProvider(BaseProvider):
    """One collection. Who asks is taken from `flask.g.who`."""

    def __init__(self, definition):
        super().__init__(definition)
        self.include_extra_query_parameters = True  # so that unknown ones arrive here and can be refused
        self.kinds = g.catalogue[self.data]
        self._fields = {"id": {"type": "string"}, **{name: _json_field(kind) for name, kind in self.kinds.items()}}

    def get_fields(self):
        return self._fields

    def get(self, identifier, **kwargs):
        """One feature; sets `g.version` for the ETag."""
        found = []
        if self.data != "changes" and UUID.fullmatch(identifier):
            found = self._read(sql.SQL("id = {}").format(identifier), 1)
        if not found:
            raise Problem(404, "not-found", "No such item")
        g.version = found[0]["properties"]["version"]
        return found[0]

    def query(
        self,
        limit=10,
        resulttype="results",
        bbox=(),
        datetime_=None,
        properties=(),
        select_properties=(),
        skip_geometry=False,
        **kwargs,
    ):
        """One page, ordered by id; `after` continues behind an id (behind a cursor in `changes`)."""
        self._refuse_unknown()
        limit = int(limit)
        conditions = [*self._filters(properties), *_bbox(bbox), *self._datetime(datetime_)]
        if resulttype == "hits":
            return {"type": "FeatureCollection", "features": [], "numberMatched": self._count(conditions)}
        after = request.args.get("after")
        if after is not None:
            conditions.append(self._after(after))
        rows = self._read(
            sql.SQL(" AND ").join(conditions) if conditions else sql.SQL("true"),
            limit,
            select_properties,
            skip_geometry,
        )
        page = {"type": "FeatureCollection", "features": rows, "numberReturned": len(rows), "links": []}
        if after is None and self.data != "changes":  # how many there are, said once: by it a listing is proven
            page["numberMatched"] = self._count(conditions)
        if rows and len(rows) == limit:  # also behind what may be the last page: else pygeoapi adds a `next` by offset
            query = {**request.args.to_dict(), "limit": limit, "after": rows[-1]["id"]}
            page["links"].append(
                {"rel": "next", "type": "application/geo+json", "href": f"{request.base_url}?{urlencode(query)}"}
            )
        return page

    def _after(self, after):
        if self.data == "changes":
            if not re.fullmatch(r"\d{1,18}", after):
                raise Problem(400, "malformed", "after is not a cursor")
            return sql.SQL("id > {}").format(int(after))
        if not UUID.fullmatch(after):
            raise Problem(400, "malformed", "after is not an id")
        return sql.SQL("id > {}").format(after)

    def _refuse_unknown(self):
        if not re.fullmatch(r"\d{1,18}", request.args.get("limit", "1")):  # pygeoapi reads limit=true as a boolean
            raise Problem(400, "malformed", "limit is a whole number")
        for name in request.args:  # pygeoapi keeps some of its own parameters to itself
            if name not in RESERVED and name != "id" and self.kinds.get(name, "json") == "json":
                raise Problem(400, "unknown-parameter", f"Unknown query parameter: {name}")

    def _filters(self, properties):
        for name, value in properties:
            if name in RESERVED:
                continue
            if name == "id" and self.data != "changes":
                yield sql.SQL("id = {}::uuid").format(value)
            else:
                kind = self.kinds[name]
                yield sql.SQL("{} = {}::{}").format(sql.Identifier(name), value, sql.SQL(SQL_TYPES.get(kind, kind)))

    def _datetime(self, interval):
        if not interval:
            return
        if not all(part in ("", "..") or MOMENT.fullmatch(part) for part in interval.split("/")):
            raise Problem(400, "malformed", "datetime is an RFC 3339 moment or an interval of two")
        begin, _, end = interval.partition("/") if "/" in interval else (interval, "/", interval)
        low, high = (
            ("valid_from", "valid_to")
            if self.data == "control_line"
            else ("at", "at")
            if self.data == "changes"
            else ("updated_at", "updated_at")
        )
        if end not in ("", ".."):
            yield sql.SQL("{} <= {}::timestamptz").format(sql.Identifier(low), end)
        if begin not in ("", ".."):
            missing = sql.SQL("'infinity'") if self.data == "control_line" else sql.SQL("NULL")
            yield sql.SQL("COALESCE({}, {}) >= {}::timestamptz").format(sql.Identifier(high), missing, begin)

    def _source(self):
        if self.data == "changes":
            return sql.SQL("(SELECT cursor AS id, f.*, NULL::geometry AS geom FROM api.feed f)")
        return sql.Identifier("data", self.data)

    def _count(self, conditions):
        with database.session(g.who) as cursor:
            where = sql.SQL(" AND ").join(conditions) if conditions else sql.SQL("true")
            return cursor.execute(
                sql.SQL("SELECT count(*) FROM {} t WHERE {}").format(self._source(), where)
            ).fetchone()[0]

    def _read(self, where, limit, select=(), skip_geometry=False):
        names = [n for n in self.kinds if not select or n in select or n == "version"]
        columns = sql.SQL(", ").join(sql.SQL("{}, {}").format(n, sql.Identifier(n)) for n in names)
        shape = (
            sql.SQL("NULL")
            if skip_geometry
            else sql.SQL("ST_AsGeoJSON({}, 15, 0)::json").format(_in_crs(request.args.get("crs")))
        )
        statement = sql.SQL(
            "SELECT json_build_object('type', 'Feature', 'id', id, 'geometry', {}, 'properties', json_build_object({}))"
            " FROM {} t WHERE {} ORDER BY id LIMIT {}"
        ).format(shape, columns, self._source(), where, limit)
        with database.session(g.who) as cursor:
            if self.data == "changes":
                g.epoch = str(cursor.execute("SELECT epoch FROM api.feed_epoch").fetchone()[0])
            return [row[0] for row in cursor.execute(statement)]


def _json_field(kind):
    field = {"type": JSON_TYPES.get(kind, "string")}
    if kind in ("date", "uuid"):
        field["format"] = kind
    elif kind == "timestamptz":
        field["format"] = "date-time"
    return field


def _bbox(bbox):
    if bbox:
        if len(bbox) not in (4, 6) or not all(math.isfinite(float(v)) for v in bbox):
            raise Problem(400, "malformed", "bbox is four or six finite numbers")
        x1, y1, x2, y2 = bbox if len(bbox) == 4 else (bbox[0], bbox[1], bbox[3], bbox[4])
        yield sql.SQL("ST_Intersects(geom, ST_MakeEnvelope({}, {}, {}, {}, 4490))").format(
            *(float(v) for v in (x1, y1, x2, y2))
        )


def _in_crs(uri):
    """The geometry in a CRS by its address: stored lon/lat numbers are CRS84's; EPSG's own axis order is north before east."""
    if not uri or uri.endswith("CRS84"):
        return sql.SQL("geom")
    code = int(uri.rsplit("/", 1)[1])
    shape = sql.SQL("geom") if code == 4490 else sql.SQL("ST_Transform(geom, {})").format(code)
    return sql.SQL("ST_FlipCoordinates({})").format(shape)
