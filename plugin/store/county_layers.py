"""The county's layers in versions: one GeoPackage whose tables hold what is true now, beside each what was true before.

A new state is staged, compared row by row with the present one, and taken in by one transaction with its version row:
rows that are alike stay, the others go to the table <layer>_history with the version that ended them. Any version can
be read and restored; restoring makes a new version, so that nothing is ever lost.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Optional

from pyproj import CRS

from ..core.errors import InputError
from .audit import now_text
from .county_stage import FROM, HISTORY, UNTIL, Batch, LayerShape, Stage, batches_of, content_of, digest_of
from .database import Database, quoted
from .geopackage import start_file
from .migrate import SCHEMA

KINDS = {
    "text": "TEXT",
    "integer": "INTEGER",
    "real": "REAL",
    "date": "DATE",
    "datetime": "DATETIME",
    "bool": "BOOLEAN",
}


class VersionKind(str, Enum):
    """How a version came about."""

    INGEST = "ingest"
    RESTORE = "restore"
    OUTSIDE = "outside"  # somebody edited the table with another program


@dataclass(frozen=True)
class LayerVersion:
    """One version of a layer. `sha256`: of its content; `restored`: the version that it brought back, 0 for none."""

    layer: str
    version: int
    at: str
    actor: str
    kind: VersionKind
    sha256: str
    source: str
    source_sha256: str
    note: str
    features: int
    added: int
    removed: int
    same: int
    restored: int = 0


@dataclass(frozen=True)
class Origin:
    """Who brings a state, from where and why."""

    actor: str
    source: str = ""
    source_sha256: str = ""
    note: str = ""


_COLUMNS = ("layer", "version", "at", "actor", "kind", "sha256", "source", "source_sha256", "note", "features",
            "added", "removed", "same", "restored")  # fmt: skip


class CountyLayers:
    """Made by `open`. Every method that writes is one transaction; inside `with store.transaction()` they are one."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self.path = database.path

    @classmethod
    def open(cls, path: Path, create: bool = False) -> "CountyLayers":
        """Open a store; with `create` a new one is made where there is none. InputError for another kind of file."""
        path = Path(path)
        if not path.is_file() and not create:
            raise InputError("store_missing", file=str(path))
        is_new = not path.is_file()
        database = Database(path, "rwc" if is_new else "rw")
        try:
            if is_new:
                _build(database)
            elif not database.value("SELECT 1 FROM sqlite_master WHERE name = 'onemap_layer_version'"):
                raise InputError("layers_no_store", file=path.name)
        except BaseException:
            database.close()
            if is_new:
                path.unlink(missing_ok=True)
            raise
        return cls(database)

    def __enter__(self) -> "CountyLayers":
        return self

    def __exit__(self, *error: object) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything written inside is one act, all or nothing."""
        with self._db.transaction():
            yield

    # looking

    def layers(self) -> list[str]:
        return [row[0] for row in self._db.rows("SELECT layer FROM onemap_layer ORDER BY layer")]

    def shape(self, layer: str) -> Optional[LayerShape]:
        """What a layer is; None where the store has none of that name (case aside)."""
        sql = "SELECT layer, title, geometry, crs, columns FROM onemap_layer WHERE layer = ? COLLATE NOCASE"
        found = self._db.row(sql, (layer,))
        if found is None:
            return None
        name, title, geometry, crs, columns = found
        return LayerShape(name, title, geometry, crs, json.loads(columns))

    def versions(self, layer: Optional[str] = None) -> list[LayerVersion]:
        """Versions of a layer or of all, the latest first."""
        where, given = (" WHERE layer = ? COLLATE NOCASE", (layer,)) if layer else ("", ())
        sql = f"SELECT {', '.join(_COLUMNS)} FROM onemap_layer_version{where} ORDER BY seq DESC"  # noqa: S608 - our names
        return [_version(row) for row in self._db.rows(sql, given)]

    def state(self, layer: str, version: int) -> Iterator[Batch]:
        """The rows of a layer as they were in a version; InputError for one that it never had."""
        shape = self._known(layer)
        if version not in {one.version for one in self.versions(shape.name)}:
            known = ", ".join(str(one.version) for one in reversed(self.versions(shape.name)))
            raise InputError("layers_no_version", layer=shape.name, version=version, known=known)
        names = ", ".join(map(quoted, ("geom", *shape.columns)))
        table, past = quoted(shape.name), quoted(shape.name + HISTORY)
        sql = (
            f"SELECT {names} FROM {table} WHERE {FROM} <= ?1 UNION ALL "  # noqa: S608 - quoted names
            f"SELECT {names} FROM {past} WHERE {FROM} <= ?1 AND {UNTIL} > ?1"
        )
        yield from batches_of(self._db.rows(sql, (version,)))

    def _known(self, layer: str) -> LayerShape:
        shape = self.shape(layer)
        if shape is None:
            raise InputError("layers_no_layer", layer=layer, known=", ".join(self.layers()) or "-")
        return shape

    # writing

    def ingest(self, shape: LayerShape, batches: Iterable[Batch], origin: Origin) -> LayerVersion:
        """Take in a new state of a layer; the version it has afterwards, the same one where nothing is new."""
        with self._db.transaction():
            known = self.shape(shape.name) or self._make(shape)
            shape = LayerShape(known.name, known.title, known.geometry, known.crs, shape.columns)
            self._widen(known, shape.columns)
            return self._replace(shape, batches, origin, (VersionKind.INGEST, 0))

    def restore(self, layer: str, version: int, origin: Origin) -> LayerVersion:
        """Bring back a version, as a new one; InputError where an edit from outside took some of it away."""
        with self._db.transaction():
            shape = self._known(layer)
            self._noticed_outside(shape)
            rows = list(self.state(layer, version))
            wanted = next(one for one in self.versions(shape.name) if one.version == version)
            if digest_of(shape.columns, rows) != wanted.sha256:
                raise InputError("layers_version_lost", layer=shape.name, version=version)
            return self._replace(shape, rows, origin, (VersionKind.RESTORE, version))

    def _replace(
        self, shape: LayerShape, batches: Iterable[Batch], origin: Origin, how: tuple[VersionKind, int]
    ) -> LayerVersion:
        known = self._known(shape.name)
        last = self._noticed_outside(known)
        srs = self._srs(known.crs)
        staged = Stage(self._db, known, shape.columns)
        staged.fill(batches, srs)
        if last is not None and staged.sha256 == last.sha256:
            staged.drop()
            return last
        number = 1 + (last.version if last else 0)
        added, removed, same = staged.swap(number)
        counts = (added + same, added, removed, same)
        sources = (origin.source, origin.source_sha256, origin.note)
        made = LayerVersion(
            *(known.name, number, now_text(), origin.actor, how[0], staged.sha256, *sources, *counts), restored=how[1]
        )
        self._keep(made)
        staged.drop()
        return made

    def _noticed_outside(self, shape: LayerShape) -> Optional[LayerVersion]:
        """The latest version; where the table is no longer what it says, a version that notes so is made first."""
        last = next(iter(self.versions(shape.name)), None)
        if last is None:
            return None
        digest, count = content_of(self._db, shape)
        if digest == last.sha256:
            return last
        number = last.version + 1
        sql = f"UPDATE {quoted(shape.name)} SET {FROM} = ? WHERE {FROM} IS NULL OR {FROM} > ?"  # noqa: S608 - quoted
        self._db.execute(sql, (number, number))
        rest = ("", "", "", count, 0, 0, count)
        made = LayerVersion(shape.name, number, now_text(), "?", VersionKind.OUTSIDE, digest, *rest)
        self._keep(made)
        return made

    def _keep(self, one: LayerVersion) -> None:
        marks = ", ".join("?" * len(_COLUMNS))
        sql = f"INSERT INTO onemap_layer_version ({', '.join(_COLUMNS)}) VALUES ({marks})"  # noqa: S608 - our names
        values = [getattr(one, name) for name in _COLUMNS]
        self._db.execute(sql, [value.value if isinstance(value, VersionKind) else value for value in values])
        self._db.execute(
            "UPDATE gpkg_contents SET last_change = strftime('%Y-%m-%dT%H:%M:%fZ','now') WHERE table_name = ?",
            (one.layer,),
        )

    def _make(self, shape: LayerShape) -> LayerShape:
        """The tables of a new layer."""
        srs, columns = self._srs(shape.crs), _declared(shape.columns)
        for name, more in ((shape.name, FROM), (shape.name + HISTORY, f"{FROM} INTEGER, {UNTIL}")):
            self._db.execute(
                f"CREATE TABLE {quoted(name)} (fid INTEGER PRIMARY KEY AUTOINCREMENT, geom {shape.geometry}"
                f"{columns}, {more} INTEGER)"
            )
            contents = (
                "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?, 'features', ?, ?)"
            )
            self._db.execute(contents, (name, name if name != shape.name else shape.title or name, srs))
            values = (name, shape.geometry, srs)
            self._db.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)", values)
        row = (shape.name, shape.title, shape.geometry, shape.crs, json.dumps(dict(shape.columns), ensure_ascii=False))
        self._db.execute("INSERT INTO onemap_layer VALUES (?, ?, ?, ?, ?)", row)
        return shape

    def _widen(self, known: LayerShape, columns: Mapping[str, str]) -> None:
        """Columns that a layer did not have yet."""
        new = {name: kind for name, kind in columns.items() if name not in known.columns}
        for name, kind in new.items():
            for table in (known.name, known.name + HISTORY):
                self._db.execute(f"ALTER TABLE {quoted(table)} ADD COLUMN {quoted(name)} {KINDS[kind]}")
        if new:
            reported = json.dumps({**known.columns, **new}, ensure_ascii=False)
            self._db.execute("UPDATE onemap_layer SET columns = ? WHERE layer = ?", (reported, known.name))

    def _srs(self, definition: str) -> int:
        """Number of a CRS in this file."""
        crs = CRS.from_user_input(definition)
        number = crs.to_epsg() or 100_000 + int(hashlib.sha256(crs.to_wkt().encode()).hexdigest()[:6], 16)
        kind = "EPSG" if crs.to_epsg() else "NONE"
        row = (crs.name, number, kind, number, crs.to_wkt("WKT1_GDAL"))
        self._db.execute("INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, NULL)", row)
        return number


def _build(database: Database) -> None:
    base = (SCHEMA / "001_base.sql").read_text(encoding="utf-8").split("CREATE TABLE layer_styles")[0]
    own = (SCHEMA / "county_layers.sql").read_text(encoding="utf-8")
    with database.transaction():
        for text in (base, own):
            database.run_script(text)
        start_file(database)


def _declared(columns: Mapping[str, str]) -> str:
    return "".join(f", {quoted(name)} {KINDS[kind]}" for name, kind in columns.items())


def _version(row: Sequence[Any]) -> LayerVersion:
    values = dict(zip(_COLUMNS, row))
    return LayerVersion(**{**values, "kind": VersionKind(values["kind"])})
