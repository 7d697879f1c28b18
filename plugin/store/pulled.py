"""What the province hands down: control lines, findings, dictionaries, as tables of the workspace.

And how far the feed was read.
"""

import json

from .geopackage import blob_bounds, geometry_blob, register_table, widen_extent

_COMMON = "id TEXT NOT NULL UNIQUE, county TEXT, version INTEGER NOT NULL, updated_at TEXT"
_TABLES = {  # collection -> (Chinese name, geometry type or None, {column: SQL type})
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


class Pulled:
    """The read-only collections kept in one workspace."""

    def __init__(self, workspace):
        self._workspace, self._db = workspace, workspace._db

    def position(self, platform):
        """(epoch, cursor) of the feed of a platform address; (None, None) before the first load."""
        kept = self._workspace.setting("sync_position", {}).get(platform, {})
        return kept.get("epoch"), kept.get("cursor")

    def set_position(self, platform, epoch, cursor):
        """Keep how far the feed was read; inside the transaction that writes what it told."""
        kept = self._workspace.setting("sync_position", {})
        self._workspace.set_setting("sync_position", {**kept, platform: {"epoch": epoch, "cursor": cursor}})

    def put(self, collection, rows):
        """Upsert rows: dicts of the collection's columns with id, version and "geometry" (WKB or None), or "blob" (a
        GeoPackage's, see `ready_blob`). Older versions change nothing."""
        self._ensure(collection)
        _, geometry, columns = _TABLES[collection]
        names = ["id", "county", "version", "updated_at", *columns]
        packed, bounds = [], []
        for row in rows:
            values = [
                json.dumps(v, ensure_ascii=False) if isinstance(v, (dict, list)) else v
                for v in (row.get(n) for n in names)
            ]
            if geometry:
                values.append(row.get("blob") or geometry_blob(row.get("geometry")))
                bounds.append(blob_bounds(values[-1]))
            packed.append(values)
        names += ["geom"] if geometry else []
        updates = ", ".join(f"{name} = excluded.{name}" for name in names)
        with self._db.writing():
            self._db.executemany(
                f"INSERT INTO {collection} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - fixed names
                f" ON CONFLICT (id) DO UPDATE SET {updates} WHERE excluded.version >= {collection}.version",
                packed,
            )
            self._widen(collection, bounds)

    def _widen(self, collection, bounds):
        found = [box for box in bounds if box]
        if found:
            west, south, east, north = zip(*found)
            widen_extent(self._db, collection, (min(west), min(south), max(east), max(north)))

    def delete(self, collection, ids):
        self._ensure(collection)
        with self._db.writing():
            self._db.executemany(f"DELETE FROM {collection} WHERE id = ?", [(i,) for i in ids])  # noqa: S608 - fixed names

    def versions(self, collection):
        """{id: version} of everything kept."""
        self._ensure(collection)
        return dict(self._db.rows(f"SELECT id, version FROM {collection}"))  # noqa: S608 - fixed names

    def version(self, collection, item):
        """Version of one row; None when it is not here."""
        self._ensure(collection)
        return self._db.value(f"SELECT version FROM {collection} WHERE id = ?", (item,))  # noqa: S608 - fixed names

    def rows(self, collection, **equal):
        """Iterate over rows as dicts without geometry; `equal`: column = value."""
        self._ensure(collection)
        columns = ["id", "county", "version", "updated_at", *_TABLES[collection][2]]
        names = [name for name in equal if name in columns]
        where = " WHERE " + " AND ".join(f"{name} = ?" for name in names) if names else ""
        for row in self._db.rows(f"SELECT {', '.join(columns)} FROM {collection}{where}", [equal[n] for n in names]):  # noqa: S608 - fixed names
            yield dict(zip(columns, row))

    def values(self, collection, column, limit=200):
        """Different values of a column, `limit` at most; nothing for a column the collection lacks."""
        self._ensure(collection)
        if column not in _TABLES[collection][2]:
            return []
        return [row[0] for row in self._db.rows(f"SELECT DISTINCT {column} FROM {collection} LIMIT {int(limit)}")]  # noqa: S608 - fixed names

    def base_versions(self, collection):
        """{item: (version, told)} of the records that the platform knows.

        Told: whether the base is the platform's own words.
        """
        rows = self._db.rows(
            "SELECT item, version, body LIKE '%\"case_no\"%' FROM onemap_base WHERE collection = ?", (collection,)
        )
        return {item: (version, bool(told)) for item, version, told in rows}

    def _ensure(self, collection):
        title, geometry, columns = _TABLES[collection]
        if self._db.value("SELECT count(*) FROM sqlite_master WHERE name = ?", (collection,)):
            return
        fields = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        shape = "geom GEOMETRY, " if geometry else ""
        with self._db.writing():
            self._db.execute(
                f"CREATE TABLE {collection} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {shape}{_COMMON}, "
                f"{fields})"
            )
            register_table(self._db, collection, title, geometry or "none")
