"""GeoPackage tables straight to WKB and boxes: no feature object is made, and only what is asked for is read."""

import json
import sqlite3
from functools import lru_cache
from pathlib import Path
from weakref import WeakValueDictionary

import numpy as np
from qgis.core import QgsProviderRegistry

_HEADER = (
    8,
    40,
    56,
    56,
    72,
    8,
    8,
    8,
)  # bytes before the WKB of a blob, by the indicator in bits 1-3 of its flags (OGC 12-128 2.1.3)


class GpkgFile:
    """Read-only connections to one GeoPackage, shared by its tables: opening one parses the schema,
    milliseconds in a large file.
    """

    _open = WeakValueDictionary()

    @classmethod
    def of(cls, path):
        """The GpkgFile of a path; the same one while any table uses it."""
        uri = Path(path).resolve().as_uri()
        file = cls._open.get(uri)
        if file is None:
            file = cls._open[uri] = cls(Path(path), f"{uri}?mode=ro")
        return file

    def __init__(self, path, uri):
        self._path, self._uri = path, uri
        self._free, self._identity = [], None
        self._schema, self._tables = None, {}

    def rows(self, statement, values=()):
        """All rows of a query, any thread; raises sqlite3.Error."""
        identity = self._stat()
        if identity != self._identity:  # another file lies at the path now
            self._identity, self._free = identity, []
        free = self._free
        data = free.pop() if free else sqlite3.connect(self._uri, uri=True, check_same_thread=False)
        rows = data.execute(statement, values).fetchall()  # a connection that failed is not used again
        free.append(data)
        return rows

    def table(self, name=None):
        """The GpkgTable of a name (of the only one without a name).

        None where there is none with an R-tree and one key.
        """
        schema = self.rows("PRAGMA schema_version"), self._identity
        if schema != self._schema:
            self._schema, self._tables = schema, dict(self._indexed_tables())
        if name is None and len(self._tables) == 1:
            name = next(iter(self._tables))
        return GpkgTable(self, name, *self._tables[name]) if self._tables.get(name) else None

    def _indexed_tables(self):
        """Yield every spatial table's name with its key and geometry column, None for one that lacks the R-tree
        or a single key.
        """
        names = {name for (name,) in self.rows("SELECT name FROM sqlite_master")}
        columns = "SELECT g.table_name, g.column_name, min(p.name), count(*) "
        tables = "FROM gpkg_geometry_columns g JOIN pragma_table_info(g.table_name) p ON p.pk > 0 GROUP BY g.table_name"
        for table, geometry, key, count in self.rows(columns + tables):
            yield table, (key, geometry) if count == 1 and f"rtree_{table}_{geometry}" in names else None

    def _stat(self):
        try:
            found = self._path.stat()
        except OSError as error:
            raise sqlite3.OperationalError(str(error)) from error
        return found.st_dev, found.st_ino


class GpkgTable:
    """A table of a GeoPackage file that has an R-tree. All calls may come from several threads."""

    def __init__(self, file, table, key, geometry):
        self._file = file
        names = {"table": table, "key": key, "geometry": geometry, "index": f"rtree_{table}_{geometry}"}
        self._names = {role: _quoted(name) for role, name in names.items()}

    def is_empty(self):
        return not self._rows("SELECT 1 FROM {table} LIMIT 1")

    def near(self, bounds):
        """Ids (ascending) and boxes (n x 4.

        At most a float32 rounding too large) of the rows whose box meets `bounds`.
        """
        where = "maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ?"
        left, low, right, top = bounds
        columns = "SELECT id, minx, miny, maxx, maxy FROM {index} WHERE "
        rows = self._rows(columns + where, (left, right, low, top))
        rows = np.array(rows, dtype=float).reshape(-1, 5)
        rows = rows[np.argsort(rows[:, 0])]
        return rows[:, 0].astype(np.int64), rows[:, 1:]

    def wkb(self, ids):
        """WKB bytes (None for a null geometry) of rows, by ascending ids."""
        return [wkb_of(blob) for (blob,) in self._by_id("t.{geometry}", ids)]

    def values(self, ids, columns):
        """Tuples of the named columns of rows, by ascending ids."""
        columns = ", ".join("t." + _quoted(name).replace("{", "{{").replace("}", "}}") for name in columns)
        return self._by_id(columns, ids)

    def other_ids(self, ids):
        """Ids (ascending) of the rows that are not among `ids`, those without a geometry included."""
        every = np.array(self._rows("SELECT {key} FROM {table}"), dtype=np.int64).ravel()
        return np.setdiff1d(every, ids)

    def _by_id(self, columns, ids):
        # CROSS JOIN keeps SQLite from turning the join round: one look into the table for each id
        join = " FROM json_each(?) j CROSS JOIN {table} t ON t.{key} = j.value"
        return self._rows("SELECT " + columns + join, (json.dumps(np.asarray(ids).tolist()),))

    def _rows(self, statement, values=()):
        # the names put in are quoted identifiers that the file itself gave
        return self._file.rows(statement.format(**self._names), values)


def gpkg_table(layer):
    """The GpkgTable behind a QgsVectorLayer.

    None when it is no plain indexed table, a filter is set on it, or it is edited.
    """
    parts = source_parts("ogr", layer.source())
    path = parts.get("path") or ""
    if (
        layer.providerType() != "ogr"
        or not path.lower().endswith(".gpkg")
        or layer.subsetString()
        or layer.isEditable()
    ):
        return None
    try:
        return GpkgFile.of(path).table(parts.get("layerName"))
    except sqlite3.Error:
        return None  # QGIS's own reader will tell what is wrong with the file


@lru_cache(maxsize=4096)
def source_parts(provider, source):
    """What QGIS makes of a layer's source: {"path", "layerName", ...}; not to be changed."""
    parts = QgsProviderRegistry.instance().decodeUri(provider, source)
    return {
        name: str(value) for name, value in parts.items() if value
    }  # what is absent comes as a NULL that is not None


def wkb_of(blob):
    """WKB inside a GeoPackage blob; None for a null geometry or something that is no such blob."""
    return blob[_HEADER[blob[3] >> 1 & 7] :] if blob and blob[:2] == b"GP" else None


def _quoted(name):
    return '"' + name.replace('"', '""') + '"'
