"""The present state of layers of the county's store as tables of a PostGIS database, all of them or none.

The store keeps the versions; the database holds what is valid now, for others to read. A table that this program did
not make is never touched, and one that it made is never dropped: views and rights on it stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import shapely
from pyproj import CRS
from qgis.core import QgsDataSourceUri, QgsProviderConnectionException, QgsProviderRegistry

from ...core.errors import InputError
from ...core.threads import Feedback, raise_if_cancelled
from ...store.county_layers import CountyLayers, LayerVersion
from ...store.county_stage import LayerShape
from ..layers.postgis_server import driver, said_by_server

_VERSIONS = "onemap_layer_version"  # of what lies in the database, beside the tables
_KINDS = {
    "text": "text", "integer": "bigint", "real": "double precision", "date": "date", "datetime": "timestamp",
    "bool": "boolean",
}  # fmt: skip
_CONNECT_SECONDS = 30
_PAGE = 1000
_LONGEST = 63  # bytes of a name


@dataclass(frozen=True)
class MirrorTarget:
    """Where the tables lie: the name of a PostgreSQL connection of QGIS, what it stands for, a schema of its own."""

    connection: str
    settings: str
    schema: str


def mirror_target(name: str, schema: str) -> MirrorTarget:
    """The target of a connection by its name; main thread. Raises InputError for a name that QGIS does not know."""
    provider = QgsProviderRegistry.instance().providerMetadata("postgres")
    known = provider.connections() if provider is not None else {}
    if name not in known:
        raise InputError("mirror_connection", connection=name, known=", ".join(sorted(known)) or "-")
    try:
        uri = QgsDataSourceUri(known[name].uri())
    except QgsProviderConnectionException as error:
        raise InputError("mirror_failed", connection=name, error=error) from error
    return MirrorTarget(name, uri.connectionInfo(True), schema.strip() or "public")


class Mirror:
    """One transaction in the database; raises InputError, Cancelled, and leaves it as it was then."""

    def __init__(self, target: MirrorTarget, feedback: Optional[Feedback] = None) -> None:
        self._target, self._feedback, self._library = target, feedback, driver()

    def write(self, store: CountyLayers, made: Sequence[LayerVersion]) -> int:
        """Bring the layers of these versions to the database; the number of rows written."""
        library, count = self._library, 0
        connection = self._connect()
        try:
            with connection, connection.cursor() as cursor:  # the transaction ends with the block
                self._prepare(cursor)
                for one in made:
                    count += self._layer(cursor, store, one)
        except library.Error as error:
            raise InputError("mirror_failed", connection=self._target.connection, error=self._reason(error)) from None
        finally:
            connection.close()
        return count

    def _connect(self) -> Any:
        """Where the settings hold no password, the message says what to do about that as well."""
        library, settings, name = self._library, self._target.settings, self._target.connection
        try:
            return library.connect(settings, connect_timeout=_CONNECT_SECONDS, client_encoding="UTF8")
        except library.Error as error:
            code = "mirror_failed" if _has_password(library, settings) else "mirror_password"
            raise InputError(code, connection=name, error=self._reason(error)) from None  # its context holds secrets

    def _reason(self, error: Any) -> str:
        return said_by_server(self._library, self._target.settings, error)

    def _sql(self, template: str, *names: str, **lists: Any) -> Any:
        sql = self._library.sql
        return sql.SQL(template).format(*(sql.Identifier(self._target.schema, name) for name in names), **lists)

    def _prepare(self, cursor: Any) -> None:
        sql = self._library.sql
        cursor.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(self._target.schema)))
        cursor.execute(
            self._sql(
                "CREATE TABLE IF NOT EXISTS {} (layer text PRIMARY KEY, version integer NOT NULL, at text, actor text, "
                "source text, source_sha256 text, sha256 text, note text, features bigint)",
                _VERSIONS,
            )
        )

    def _layer(self, cursor: Any, store: CountyLayers, one: LayerVersion) -> int:
        shape = store.shape(one.layer)
        assert shape is not None  # noqa: S101 - the version was made of it
        self._table(cursor, shape)
        written = self._rows(cursor, store, (shape, one.version))
        if written != one.features:
            raise InputError("mirror_count", layer=one.layer, written=written, wanted=one.features)
        values = (one.layer, one.version, one.at, one.actor, one.source, one.source_sha256, one.sha256, one.note)
        cursor.execute(self._sql("DELETE FROM {} WHERE layer = %s", _VERSIONS), (one.layer,))
        marks = self._library.sql.SQL("%s, %s, %s, %s, %s, %s, %s, %s, %s")
        cursor.execute(self._sql("INSERT INTO {} VALUES ({marks})", _VERSIONS, marks=marks), (*values, written))
        return written

    def _table(self, cursor: Any, shape: LayerShape) -> None:
        """An empty table with all columns of a layer; raises InputError for one of somebody else's."""
        sql, schema = self._library.sql, self._target.schema
        longest = max((shape.name, *shape.columns), key=lambda name: len(name.encode()))
        if len(longest.encode()) > _LONGEST:
            raise InputError("mirror_name", name=longest)
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = %s AND table_name = %s",
            (schema, shape.name),
        )
        present = {row[0] for row in cursor.fetchall()}
        cursor.execute(self._sql("SELECT count(*) FROM {} WHERE layer = %s", _VERSIONS), (shape.name,))
        if present and not cursor.fetchone()[0]:
            raise InputError("mirror_foreign", table=f"{schema}.{shape.name}", connection=self._target.connection)
        if present:
            cursor.execute(self._sql("DELETE FROM {}", shape.name))
        else:
            kind = sql.SQL(f"geometry({shape.geometry}, {_srid(shape)})")
            cursor.execute(self._sql("CREATE TABLE {} (fid bigserial PRIMARY KEY, geom {kind})", shape.name, kind=kind))
            cursor.execute(self._sql("CREATE INDEX ON {} USING gist (geom)", shape.name))
        for name, kind in shape.columns.items():
            if name not in present:
                column = {"column": sql.Identifier(name), "kind": sql.SQL(_KINDS.get(kind, "text"))}
                cursor.execute(self._sql("ALTER TABLE {} ADD COLUMN {column} {kind}", shape.name, **column))

    def _rows(self, cursor: Any, store: CountyLayers, wanted: tuple[LayerShape, int]) -> int:
        from psycopg2.extras import execute_values  # comes with the driver

        shape, version = wanted
        sql, count = self._library.sql, 0
        names = sql.SQL(", ").join(map(sql.Identifier, ("geom", *shape.columns)))
        statement = self._sql("INSERT INTO {} ({names}) VALUES %s", shape.name, names=names)
        template = f"(ST_GeomFromWKB(%s, {_srid(shape)}){', %s' * len(shape.columns)})"
        bools = [kind == "bool" for kind in shape.columns.values()]
        for shapes, rows in store.state(shape.name, version):
            raise_if_cancelled(self._feedback)
            blobs = [None if one is None else self._library.Binary(one) for one in shapely.to_wkb(shapes).tolist()]
            lines = [(blob, *_values(row, bools)) for blob, row in zip(blobs, rows)]
            execute_values(cursor, statement, lines, template, _PAGE)
            count += len(lines)
        return count


def _has_password(library: Any, settings: str) -> bool:
    try:
        return bool(library.extensions.parse_dsn(settings).get("password"))
    except library.Error:
        return True  # what is wrong is not the password


def _values(row: Sequence[Any], bools: Sequence[bool]) -> list[Any]:
    """The values of a row; SQLite keeps truth as a number."""
    return [bool(value) if is_bool and value is not None else value for value, is_bool in zip(row, bools)]


def _srid(shape: LayerShape) -> int:
    """Number of the CRS in the database, 0 for one that EPSG does not list."""
    return CRS.from_user_input(shape.crs).to_epsg() or 0
