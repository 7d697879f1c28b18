"""What the province hands down: control lines, findings, dictionaries, as tables of the workspace.

And how far the feed was read.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Optional, Union

from .geopackage import blob_bounds, geometry_blob, register_table, widen_extent

_COMMON = "id TEXT NOT NULL UNIQUE, county TEXT, version INTEGER NOT NULL, updated_at TEXT"
_TABLES: dict[
    str, tuple[str, Optional[str], dict[str, str]]
] = {  # collection -> (Chinese name, geometry type or None, {column: SQL type})
    "control_line": (
        "控制线",
        "geometry",
        dict.fromkeys("line_id name zone valid_from valid_to attrs".split(), "TEXT"),
    ),
    "finding": (
        "机审问题图斑",
        "geometry",
        {
            **dict.fromkeys("target_collection target_id rule effect message".split(), "TEXT"),
            "target_version": "INTEGER",
        },
    ),
    "dictionary": ("字典", None, dict.fromkeys("kind key edition sha256 body".split(), "TEXT")),
}
COLLECTIONS = tuple(_TABLES)


Cursor = Union[int, str]


@dataclass(frozen=True)
class Position:
    """How far the feed of a platform was read. `cursor`: of the last row that was taken in; `previous`: a cursor from
    which on that row is shown again; `last`: what it said; `collections`: loaded completely once."""

    epoch: str
    cursor: Cursor
    previous: Optional[Cursor] = None
    last: tuple[Any, ...] = ()
    collections: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """An item that the platform knows, as the workspace has it. `complete`: all values are the platform's own;
    `epoch`: of the feed when it was taken in."""

    version: int
    complete: bool = True
    epoch: str = ""


class Pulled:
    """The read-only collections kept in one workspace."""

    def __init__(self, workspace: Any) -> None:
        self._workspace, self._db = workspace, workspace._db
        self._made: set[str] = set()

    def position(self, platform: str) -> Optional[Position]:
        """How far the feed of a platform was read; None before the first load."""
        kept = self._workspace.setting("sync_position", {}).get(platform) or {}
        if kept.get("cursor") is None:
            return None
        return Position(
            str(kept.get("epoch") or ""),
            kept["cursor"],
            kept.get("previous"),
            tuple(kept.get("last") or ()),
            tuple(kept.get("collections") or ()),
        )

    def set_position(self, platform: str, position: Optional[Position]) -> None:
        """Keep how far the feed was read, inside the transaction that writes what it reported; None forgets it."""
        kept = self._workspace.setting("sync_position", {})
        packed = {name: kept[name] for name in kept if name != platform}
        if position is not None:
            packed[platform] = asdict(position)
        self._workspace.set_setting("sync_position", packed)

    def load_anew(self, platform: str, collections: Iterable[str]) -> None:
        """The next pull lists these collections completely, without giving up its place in the feed."""
        position = self.position(platform)
        if position is not None:
            left = tuple(name for name in position.collections if name not in set(collections))
            self.set_position(platform, Position(**{**asdict(position), "collections": left}))

    def put(self, collection: str, rows: Iterable[dict[str, Any]], force: bool = False) -> None:
        """Upsert rows: dicts of the collection's columns with id, version and "geometry" (WKB or None), or "blob" (a
        GeoPackage's, see `ready_blob`); what a row lacks stays as it is. Older versions change nothing unless `force`.
        """
        self._ensure(collection)
        _, geometry, columns = _TABLES[collection]
        names = ["id", "county", "version", "updated_at", *columns, *(["geom"] if geometry else [])]
        packed, bounds = [], []
        for row in rows:
            given = _as_columns(row)
            if not all(name in given for name in names):
                given = {**self._kept(collection, names, row["id"]), **given}
            packed.append([_column_value(given.get(name)) for name in names])
            if geometry:
                bounds.append(blob_bounds(packed[-1][-1]))
        updates = ", ".join(f"{name} = excluded.{name}" for name in names)
        newer = "true" if force else f"excluded.version >= {collection}.version"
        with self._db.writing():
            self._db.executemany(
                f"INSERT INTO {collection} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - fixed names
                f" ON CONFLICT (id) DO UPDATE SET {updates} WHERE {newer}",
                packed,
            )
            self._widen(collection, bounds)

    def _kept(self, collection: str, names: list[str], item: str) -> dict[str, Any]:
        """The columns of a row as they are; nothing for one that is not here."""
        found = self._db.row(f"SELECT {', '.join(names)} FROM {collection} WHERE id = ?", (item,))  # noqa: S608 - fixed names
        return dict(zip(names, found)) if found else {}

    def _widen(self, collection: str, bounds: list[Any]) -> None:
        found = [box for box in bounds if box]
        if found:
            west, south, east, north = zip(*found)
            widen_extent(self._db, collection, (min(west), min(south), max(east), max(north)))

    @staticmethod
    def columns(collection: str) -> tuple[str, ...]:
        """Names of the columns of a collection's own, its shape aside."""
        return tuple(_TABLES[collection][2])

    def delete(self, collection: str, ids: Iterable[str]) -> None:
        """Remove rows."""
        self._ensure(collection)
        with self._db.writing():
            self._db.executemany(f"DELETE FROM {collection} WHERE id = ?", [(i,) for i in ids])  # noqa: S608 - fixed names

    def versions(self, collection: str) -> dict[str, int]:
        """{id: version} of everything kept."""
        self._ensure(collection)
        return dict(self._db.rows(f"SELECT id, version FROM {collection}"))  # noqa: S608 - fixed names

    def version(self, collection: str, item: str) -> Optional[int]:
        """Version of one row; None when it is not here."""
        self._ensure(collection)
        found = self._db.value(f"SELECT version FROM {collection} WHERE id = ?", (item,))  # noqa: S608 - fixed names
        return None if found is None else int(found)

    def rows(self, collection: str, **equal: Any) -> Iterator[dict[str, Any]]:
        """Iterate over rows as dicts without geometry; `equal`: column = value."""
        self._ensure(collection)
        columns = ["id", "county", "version", "updated_at", *_TABLES[collection][2]]
        names = [name for name in equal if name in columns]
        where = " WHERE " + " AND ".join(f"{name} = ?" for name in names) if names else ""
        for row in self._db.rows(f"SELECT {', '.join(columns)} FROM {collection}{where}", [equal[n] for n in names]):  # noqa: S608 - fixed names
            yield dict(zip(columns, row))

    def values(self, collection: str, column: str, limit: int = 200) -> list[Any]:
        """Different values of a column, `limit` at most; nothing for a column the collection lacks."""
        self._ensure(collection)
        if column not in _TABLES[collection][2]:
            return []
        return [row[0] for row in self._db.rows(f"SELECT DISTINCT {column} FROM {collection} LIMIT {int(limit)}")]  # noqa: S608 - fixed names

    def known(self, collection: str) -> dict[str, Known]:
        """{item: Known} of everything here that the platform in use knows."""
        if collection in COLLECTIONS:
            return {item: Known(version) for item, version in self.versions(collection).items()}
        rows = self._db.rows(
            "SELECT item, version, body LIKE '%\"case_no\"%', epoch FROM onemap_base WHERE platform = ? AND"
            " collection = ?",
            (self._workspace.outbox.platform, collection),
        )
        return {item: Known(version or 0, bool(complete), epoch or "") for item, version, complete, epoch in rows}

    def known_one(self, collection: str, item: str) -> Optional[Known]:
        """As `known`, of one item; None when it is not known."""
        if collection in COLLECTIONS:
            version = self.version(collection, item)
            return None if version is None else Known(version)
        base = self._workspace.outbox.base(collection, item)
        return None if base.version is None else Known(base.version, "case_no" in (base.row or {}), base.epoch)

    def _ensure(self, collection: str) -> None:
        if collection in self._made:
            return
        title, geometry, columns = _TABLES[collection]
        if self._db.value("SELECT count(*) FROM sqlite_master WHERE name = ?", (collection,)):
            self._made.add(collection)
            return
        fields = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        shape = "geom GEOMETRY, " if geometry else ""
        with self._db.writing():
            self._db.execute(
                f"CREATE TABLE {collection} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {shape}{_COMMON}, "
                f"{fields})"
            )
            register_table(self._db, collection, title, geometry or "none")


def _as_columns(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its shape as the column holds it; without the column where nothing is said of a shape."""
    if not row.get("blob") and "geometry" not in row:
        return row
    return {**row, "geom": row.get("blob") or geometry_blob(row["geometry"])}


def _column_value(value: Any) -> Any:
    """A value as SQLite takes it: structures as JSON text, numbers beyond 63 bits as text."""
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value) if isinstance(value, int) and not -(2**63) <= value < 2**63 else value
