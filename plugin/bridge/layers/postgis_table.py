"""What a check asks of a PostGIS table: boxes, WKB, values, and the overlay itself, so that only findings travel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
from pyproj import CRS
from qgis.core import QgsDataSourceUri, QgsVectorLayer

from ...core.errors import InputError
from ...core.land.remarks import Remark
from ...core.threads import Feedback
from .postgis_server import Server, driver

_INTEGERS = ("int2", "int4", "int8")
_PLAIN = tuple(multi + kind for multi in ("", "MULTI") for kind in ("POINT", "LINESTRING", "POLYGON"))

_DECLARED = """
SELECT upper(type), srid, postgis_lib_version(), postgis_geos_version() FROM geometry_columns
WHERE f_table_schema = coalesce(nullif(%s, ''),
  (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = to_regclass(quote_ident(%s))))
AND f_table_name = %s AND f_geometry_column = %s"""

# geometries as the overlay takes them, and what is wrong with them: a code of resources/messages or GEOS's words; the
# OFFSETs keep
# the planner from computing one step twice
_FEATURES = """
SELECT key, label, reason, CASE WHEN reason IS NULL THEN raw WHEN usable THEN
         ST_CollectionExtract(ST_MakeValid(raw, 'method=structure keepcollapsed=false'), 3) END AS geom,
       CASE WHEN reason IS NOT NULL AND usable THEN ST_Area(raw) END AS before
FROM (SELECT *, reason IS NULL OR left(reason, 9) <> 'geometry_' AS usable
      FROM (SELECT key, label, raw, CASE
              WHEN raw IS NULL THEN 'geometry_null'
              WHEN ST_IsEmpty(raw) THEN 'geometry_empty'
              WHEN NOT valid AND starts_with(ST_IsValidReason(raw), 'Invalid Coordinate') THEN 'geometry_not_finite'
              WHEN NOT raw @ ST_MakeEnvelope(%(left)s, %(low)s, %(right)s, %(top)s, {plane}) THEN 'geometry_off_plane'
              WHEN NOT valid THEN ST_IsValidReason(raw) END AS reason
            FROM (SELECT *, ST_IsValid(raw) AS valid
                  FROM (SELECT {key} AS key, {label} AS label, {moved} AS raw
                        FROM {table} t WHERE {where} OFFSET 0) a OFFSET 0) b
            OFFSET 0) c OFFSET 0) d"""

_PAIRS = """
SELECT DISTINCT s.no, {key} AS key
FROM unnest(%(owners)s::int[], %(lefts)s::float8[], %(lows)s::float8[], %(rights)s::float8[], %(tops)s::float8[])
  s(no, a, b, c, d)
JOIN {table} t ON {geometry} && ST_MakeEnvelope(s.a, s.b, s.c, s.d, {srid})"""

# Rows numbered -1 tell of each feature that was looked at. The inner OFFSET keeps the planner from testing every
# project with every
# feature; pairs are sorted so that PostGIS prepares each project once.
_PIECES = """
WITH project AS MATERIALIZED (SELECT no, ST_GeomFromWKB(wkb, {plane}) AS geom
  FROM unnest(%(numbers)s::int[], %(wkb)s::bytea[]) p(no, wkb)),
pair AS MATERIALIZED ({pairs} ORDER BY 1, 2),
feature AS MATERIALIZED (SELECT * FROM ({features}) f)
SELECT no, key, label, ST_AsBinary(piece), NULL::float8, NULL::float8
FROM (SELECT no, key, label, CASE WHEN ST_ContainsProperly(project, geom) THEN geom
               ELSE ST_CollectionExtract(ST_Intersection(project, geom), 3) END AS piece
      FROM (SELECT q.no, q.key, f.label, p.geom AS project, f.geom
            FROM pair q JOIN project p USING (no) JOIN feature f USING (key) {chosen} ORDER BY q.no OFFSET 0) met
      WHERE ST_Intersects(project, geom) OFFSET 0) found
WHERE ST_Area(piece) > 0
UNION ALL SELECT -1, key, reason, NULL, before, ST_Area(geom) FROM feature"""


@dataclass(frozen=True)
class Overlay:
    """How the server computes: on the plane that is its `srid`, within `limits` (min x, min y, max x, max y)."""

    srid: int
    limits: tuple
    label_field: str = ""


class PostgisTable:
    """A table or view with a key of whole numbers; see Server for threads and errors.

    `kind`: the geometry type that the column is declared with, "" where the server does not list it; `repairs`:
    whether the server can repair geometry the way core.repair does (PostGIS 3.2 on GEOS 3.10).
    """

    def __init__(self, layer, uri, key, fields):
        self._fields = {name.lower(): name for name in fields}  # as QGIS finds them
        self.schema, self.name, self.geometry, self.key = uri.schema(), uri.table(), uri.geometryColumn(), key
        self.server, self.srid = Server(layer, uri), 0
        self.kind, self.repairs = self._declared()

    def _declared(self):
        found = self.server.rows(_DECLARED, (self.schema, self.name, self.name, self.geometry))
        kind, self.srid, *versions = found[0] if found else ("", 0, "0", "0")
        postgis, geos = (
            tuple(int(part) for part in v.split("-")[0].split(".")[:2] if part.isdigit()) for v in versions
        )
        return kind, postgis >= (3, 2) and geos >= (3, 10)

    def close(self) -> None:
        self.server.close()

    def is_empty(self, feedback: Optional[Feedback] = None) -> bool:
        return not self.server.rows(self._compose("SELECT 1 FROM {table} LIMIT 1"), None, feedback)

    def near(self, bounds: Any) -> tuple:
        """Ids (ascending) and boxes (n x 4, the layer's CRS) of the rows whose box meets `bounds`."""
        statement = """SELECT {key}, ST_XMin({geometry}), ST_YMin({geometry}), ST_XMax({geometry}), ST_YMax({geometry})
        FROM {table} t WHERE {geometry} && ST_MakeEnvelope(%s, %s, %s, %s, {srid}) ORDER BY 1"""
        rows = self.server.rows(self._compose(statement), _finite(bounds).tolist())
        ids = np.array([row[0] for row in rows], dtype=np.int64)
        return ids, np.array([row[1:] for row in rows], dtype=float).reshape(-1, 4)

    def some_rows(self, feedback: Optional[Feedback] = None) -> tuple:
        """Ids and boxes (n x 4) of a few rows: where the coordinates lie."""
        statement = """SELECT {key}, ST_XMin({geometry}), ST_YMin({geometry}), ST_XMax({geometry}), ST_YMax({geometry})
        FROM {table} t WHERE NOT ST_IsEmpty({geometry}) LIMIT 100"""
        rows = self.server.rows(self._compose(statement), None, feedback)
        ids = np.array([row[0] for row in rows], dtype=np.int64)
        return ids, np.array([row[1:] for row in rows], dtype=float).reshape(-1, 4)

    def wkb(self, ids: np.ndarray) -> list:
        """WKB bytes (None for a null geometry) of rows, by ascending ids."""
        rows = self._by_id(ids, self._compose("ST_AsBinary({geometry})"))
        return [None if wkb is None else bytes(wkb) for (wkb,) in rows]

    def values(self, ids: np.ndarray, columns: Sequence[str]) -> dict:
        """Tuples of the named columns, as text, of rows by ascending ids."""
        return self._by_id(ids, driver().sql.SQL(", ").join(map(self._text, columns)))

    def other_ids(self, ids: Any) -> Any:
        """Ids (ascending) of the rows that are not among `ids`, those without a geometry included."""
        every = np.array(self.server.rows(self._compose("SELECT {key} FROM {table} t")), dtype=np.int64).ravel()
        return np.setdiff1d(every, ids)

    def _by_id(self, ids, columns):
        statement = self._compose(
            "SELECT {columns} FROM {table} t WHERE {key} = ANY(%s::bigint[]) ORDER BY {key}", columns=columns
        )
        return self.server.rows(statement, (np.asarray(ids).tolist(),))

    def plane_srid(self, plane: CRS, feedback: Optional[Feedback] = None) -> Optional[int]:
        """The server's number of a CRS, None when it has none."""
        authority = plane.to_authority(min_confidence=100)
        if authority is None or not authority[1].isdigit():
            return None
        statement = "SELECT srid FROM spatial_ref_sys WHERE auth_name = %s AND auth_srid = %s"
        found = self.server.rows(statement, (authority[0], int(authority[1])), feedback)
        return found[0][0] if found else None

    def moved(self, points: np.ndarray, srid: int, feedback: Optional[Feedback] = None) -> np.ndarray:
        """Points (n x 2, the layer's CRS) as the server transforms them to `srid`."""
        statement = """SELECT ST_X(p), ST_Y(p)
        FROM (SELECT n, ST_Transform(ST_SetSRID(ST_MakePoint(x, y), {srid}), {plane}) AS p
        FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY u(x, y, n)) m ORDER BY n"""
        columns = points[:, 0].tolist(), points[:, 1].tolist()
        return np.array(self.server.rows(self._compose(statement, plane=_number(srid)), columns, feedback), dtype=float)

    def candidates(self, boxes: np.ndarray, feedback: Optional[Feedback] = None) -> np.ndarray:
        """Ids (ascending) of the rows whose box meets one of `boxes` (n x 4, the layer's CRS)."""
        statement = self._compose("SELECT DISTINCT key FROM ({pairs}) p ORDER BY 1", pairs=self._compose(_PAIRS))
        rows = self.server.rows(statement, Strips(np.zeros(len(boxes), int), boxes).values(), feedback)
        return np.array(rows, dtype=np.int64).ravel()

    def pieces(
        self,
        overlay: Overlay,
        projects: dict[int, bytes],
        strips: "Strips",
        keys: Optional[np.ndarray] = None,
        feedback: Optional[Feedback] = None,
    ) -> list:
        """Overlay on the server; rows (number, key, label, WKB, None, None) of pieces, and (-1, key, reason, None,
        area before repair, area after) of every feature whose box meets one of the strips.

        `projects`: {number: WKB on the plane}; `keys`: only pieces of these features.
        """
        statement = self._compose(
            _PIECES,
            pairs=self._compose(_PAIRS),
            features=self._features("{key} IN (SELECT key FROM pair)", overlay),
            plane=_number(overlay.srid),
            chosen=self._compose("" if keys is None else "WHERE q.key IN (SELECT unnest(%(keys)s::bigint[]))"),
        )
        values = {
            **strips.values(),
            **_limits(overlay),
            "numbers": list(projects),
            "wkb": list(projects.values()),
        }
        return self.server.rows(statement, {**values, "keys": [] if keys is None else keys.tolist()}, feedback)

    def broken(self, overlay: Overlay, but: np.ndarray, feedback: Optional[Feedback] = None) -> Any:
        """As the rows numbered -1 of `pieces`, for all features except those with a key among `but`."""
        features = self._features("{key} NOT IN (SELECT unnest(%(but)s::bigint[]))", overlay)
        statement = self._compose(
            "SELECT -1, key, reason, NULL, before, ST_Area(geom) FROM ({features}) f", features=features
        )
        return self.server.rows(statement, {**_limits(overlay), "but": np.asarray(but).tolist()}, feedback)

    def _features(self, where, overlay):
        moved = (
            "ST_Force2D({geometry})" if overlay.srid == self.srid else "ST_Transform(ST_Force2D({geometry}), {plane})"
        )
        label = self._text(overlay.label_field) if overlay.label_field else driver().sql.SQL("NULL::text")
        plane = _number(overlay.srid)
        moved = self._compose(moved, plane=plane)
        return self._compose(_FEATURES, label=label, moved=moved, plane=plane, where=self._compose(where))

    def _text(self, field):
        return driver().sql.SQL("{}::text").format(_identifier("t", self._fields.get(field.lower(), field)))

    def _compose(self, statement, **parts):
        names = {
            "table": _identifier(*filter(None, (self.schema, self.name))),
            "key": _identifier("t", self.key),
            "geometry": _identifier("t", self.geometry),
            "srid": _number(self.srid),
        }
        return driver().sql.SQL(statement).format(**{**names, **parts})


def postgis_table(layer: QgsVectorLayer, remarks: list[Remark]) -> Any:
    """The PostgisTable behind a QgsVectorLayer; None when it is no such table, or one that QGIS's own reader has to
    read.

    That reader is for filtered or edited layers, queries, other keys than one of whole numbers, columns of mixed
    geometry, a session role, and where psycopg2 is missing, which is put into `remarks`.
    """
    if layer.providerType() != "postgres" or layer.subsetString() or layer.isEditable():
        return None
    uri, keys = QgsDataSourceUri(layer.source()), layer.primaryKeyAttributes()
    if uri.table().startswith("(") or uri.param("session_role") or len(keys) != 1:
        return None
    key = layer.fields().at(keys[0])
    if not uri.geometryColumn() or key.typeName() not in _INTEGERS:
        return None
    try:
        table = PostgisTable(layer.name(), uri, key.name(), layer.fields().names())
    except InputError as error:
        if error.code == "postgis_driver_missing":
            remarks.append(Remark(error.code, layer.name(), None, {**error.params, "layer": layer.name()}))
        return None  # QGIS's own reader will tell what is wrong
    return table if table.kind in _PLAIN else None


def _identifier(*names):
    return driver().sql.Identifier(
        *(name.replace("%", "%%") for name in names)
    )  # psycopg2 looks for placeholders in names as well


def _number(srid):
    return driver().sql.Literal(srid)


def _finite(boxes):
    return np.clip(np.asarray(boxes, dtype=float), -1e30, 1e30)  # stands for infinity, which the index does not know


@dataclass(frozen=True)
class Strips:
    """Boxes (n x 4, the layer's CRS) to search, with the number of the project that each belongs to."""

    owners: np.ndarray
    boxes: np.ndarray

    def values(self) -> dict[str, list]:
        """As the statements take them."""
        columns = zip(("lefts", "lows", "rights", "tops"), _finite(self.boxes).T.tolist())
        return {"owners": np.asarray(self.owners).tolist(), **dict(columns)}


def _limits(overlay):
    return dict(zip(("left", "low", "right", "top"), overlay.limits))
