"""GeoPackage tables straight to WKB and boxes: no feature object is made, and only what is asked for is read.

Where a row lies is taken from the row, never from the spatial index: an index that lacks or exchanges rows would hide
land. The headers of all rows are read once and kept while the file stays as it is. Nothing here needs QGIS (gpkg_work).
"""

import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Optional, Union
from weakref import WeakValueDictionary, finalize

import numpy as np
import shapely

from ...core.files import sqlite_uri
from ...core.land import gpkg
from ...core.land.file_state import is_settled, stamp_of
from ...core.land.gpkg import quoted, wkbs_of
from ...core.land.row_boxes import EVERY_HEADER, RowBoxes, row_boxes, wrong_entries
from ...core.land.types import Box
from ...core.review.stored_shapes import StoredShapes
from .gpkg_connections import ReadConnections
from .gpkg_copy import CopiedColumns
from .gpkg_joined import (
    JOIN,
    JoinedBlobs,
    blobs_of_rows,
    given,
    joined_blobs,
    joined_heads,
    joined_rows,
    joined_share,
    joined_values,
)
from .wkb import decoded

_ROWS = 20_000


class GpkgFile:
    """Read-only connections to one GeoPackage, shared by its tables: opening one takes milliseconds."""

    _open: WeakValueDictionary[Any, Any] = WeakValueDictionary()

    @classmethod
    def of(cls, path: Union[str, Path]) -> "GpkgFile":
        """The GpkgFile of a path; the same one while any table uses it."""
        uri = _uri(path) if os.path.isabs(path) else sqlite_uri(path)
        file = cls._open.get(uri)
        if file is None:
            file = cls._open[uri] = cls(Path(path), f"{uri}?mode=ro")
        return file

    def __init__(self, path, uri):
        self.path, self.connections = path, ReadConnections(uri)
        finalize(self, self.connections.close)
        self._schema, self._tables, self._boxes = None, {}, {}
        self._reading: dict[str, Lock] = {}

    def rows(self, statement: str, values: Any = ()) -> Any:
        """All rows of a query, any thread; raises sqlite3.Error."""
        return self.connections.rows(self.stamp(), statement, values)

    def table(self, name: Optional[str] = None) -> Any:
        """The GpkgTable of a name (of the only one without a name).

        None where there is none with one key of whole numbers.
        """
        if not self._knows_tables():
            stamp = self.stamp()
            schema = self.rows("PRAGMA schema_version"), stamp
            if schema != self._schema:
                self._schema, self._tables = schema, dict(self._keyed_tables())
        if name is None and len(self._tables) == 1:
            name = next(iter(self._tables))
        info = self._tables.get(name)
        return GpkgTable(self, info) if info else None

    def _knows_tables(self):
        """Whether the tables were read of the file as it is, and a later write would show: of many layers of one file
        each asks."""
        stamp = self.stamp()
        return self._schema is not None and self._schema[1] == stamp and is_settled(stamp)

    def _keyed_tables(self):
        """Yield every spatial table's name with its key and geometry column and whether it has an R-tree, None for
        one without a single key of whole numbers.
        """
        names = {name for (name,) in self.rows("SELECT name FROM sqlite_master")}
        columns = "SELECT g.table_name, g.column_name, min(p.name), count(*), upper(min(p.type)), "
        columns += "upper(g.geometry_type_name) "
        tables = "FROM gpkg_geometry_columns g JOIN pragma_table_info(g.table_name) p ON p.pk > 0 GROUP BY g.table_name"
        for table, geometry, key, count, key_type, kind in self.rows(columns + tables):
            is_keyed = count == 1 and key_type == "INTEGER"
            indexed = f"rtree_{table}_{geometry}" in names
            yield table, TableInfo(table, key, geometry, indexed, kind) if is_keyed else None

    def stamp(self) -> Any:
        """What tells this state of the file from another; raises sqlite3.Error."""
        try:
            return stamp_of(self.path)
        except OSError as error:
            raise sqlite3.OperationalError(str(error)) from error

    def kept_boxes(self, table: str, read: Any) -> RowBoxes:
        """The RowBoxes of a table, read when the file has changed since they were: by one thread, others wait."""
        with self._reading.setdefault(table, Lock()):
            stamp = self.stamp()
            known, boxes = self._boxes.get(table, (None, None))
            if known != stamp:
                boxes = read()
                self.keep_boxes(table, boxes, stamp)
        return boxes

    def keep_boxes(self, table: str, boxes: RowBoxes, stamp: Any) -> None:
        """Keep RowBoxes that were read after the file bore a stamp, unless it bears another now."""
        if self.stamp() == stamp:
            self._boxes[table] = stamp, boxes

    def holds_boxes(self, table: str) -> bool:
        """Whether `kept_boxes` has them."""
        return self._boxes.get(table, (None, None))[0] == self.stamp()


@lru_cache(maxsize=256)
def _uri(path):
    return sqlite_uri(path)  # a link is followed by SQLite: it may lead elsewhere tomorrow


@dataclass(frozen=True)
class TableInfo:
    """A table as its file describes it: the columns of its key and geometry, whether it has an R-tree, the kind of
    geometry that is declared."""

    name: str
    key: str
    geometry: str
    is_indexed: bool
    kind: str


class GpkgTable:
    """A table of a GeoPackage file. All calls may come from several threads."""

    def __init__(self, file: "GpkgFile", info: TableInfo) -> None:
        self.file, self.name, self._key, self.is_indexed = file, info.name, info.key, info.is_indexed
        # QGIS takes the kind of its first feature for all
        self.is_mixed = info.kind in ("GEOMETRY", "GEOMETRYCOLLECTION")
        names = {"table": info.name, "key": info.key, "geometry": info.geometry}
        names["rtree"] = f"rtree_{info.name}_{info.geometry}"
        names["nodes"] = names["rtree"] + "_node"
        self._names = {role: quoted(name) for role, name in names.items()}

    def is_empty(self) -> bool:
        return not self._rows("SELECT 1 FROM {table} LIMIT 1")

    def row_boxes(self) -> RowBoxes:
        """Where every row lies; raises sqlite3.Error."""
        return self.file.kept_boxes(self.name, self.read_boxes)

    def indexed(self, bounds: Box) -> tuple[np.ndarray, np.ndarray]:
        """(ids, boxes) of the rows that the spatial index, right or wrong, shows there; raises sqlite3.Error."""
        wanted = (
            "SELECT id, minx, miny, maxx, maxy FROM {rtree} WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ?"
        )
        left, low, right, top = bounds
        found = np.array(sorted(self._rows(wanted, (left, right, low, top))), dtype=float).reshape(-1, 5)
        return found[:, 0].astype(np.int64), found[:, 1:]

    def read_boxes(self) -> RowBoxes:
        """As `row_boxes`, read anew."""
        complete = joined_rows(self._rows) if self._is_small() else None
        heads = self._heads() if complete is None else complete.cut()
        said = heads.heads()
        rows = row_boxes(heads.keys, said.boxes, ~(said.is_null | said.is_empty))
        lies = self._lies_somewhere(rows) if complete is None else complete.reach_beyond(said.boxes)
        doubtful = rows.has_land if lies else rows.has_land & ~np.isfinite(rows.boxes).all(axis=1)
        rows = self._with_decoded(rows, np.flatnonzero(doubtful))
        return replace(rows, wrong_entries=self._wrong_entries(rows))

    def _is_small(self):
        """Whether the table has so few rows that every header is compared with its geometry, told by its keys."""
        ((span,),) = self._rows("SELECT (SELECT max({key}) FROM {table}) - (SELECT min({key}) FROM {table})")
        return span is not None and span < EVERY_HEADER

    def _heads(self):
        """The headers of all rows, in any order."""
        found = joined_heads(self._rows)
        if found is None:
            read = self._rows("SELECT {key}, substr({geometry}, 1, ?) FROM {table}", (gpkg.HEAD,))
            found = blobs_of_rows(np.array([key for key, _ in read], dtype=np.int64), [row[1:] for row in read])
        return found

    def _lies_somewhere(self, rows):
        """Whether the header of a row gives a box that does not hold its geometry; of many rows some are looked at."""
        some = rows.sample()
        return self._blobs(rows.ids[some]).reach_beyond(rows.boxes[some])

    def _with_decoded(self, rows, doubtful):
        """RowBoxes whose boxes come from the geometry itself in the rows `doubtful`."""
        if not len(doubtful):
            return rows
        boxes, has_land = rows.boxes.copy(order="F"), rows.has_land.copy()
        for share in np.array_split(doubtful, len(doubtful) // _ROWS + 1):
            found = decoded(self.wkb(rows.ids[share]))
            finite = found.is_finite()
            boxes[share] = np.where(finite[:, None], shapely.bounds(found.geometries).reshape(-1, 4), np.nan)
            has_land[share] = ~(shapely.is_empty(found.geometries))
        return RowBoxes(rows.ids, boxes, has_land)

    def _wrong_entries(self, rows):
        if not self.is_indexed:
            return 0
        nodes = dict(self._rows("SELECT nodeno, data FROM {nodes}"))
        return wrong_entries(rows, *gpkg.leaf_entries(nodes))

    def wkb(self, ids: np.ndarray) -> list:
        """WKB bytes (None for a null geometry) of rows, by ascending ids."""
        return self._blobs(ids).wkb()

    def _blobs(self, ids):
        found = joined_blobs(self._rows, ids)
        return blobs_of_rows(ids, self._by_id("t.{geometry}", ids)) if found is None else found

    def wkb_and_values(self, ids: np.ndarray, column: str) -> tuple[list, list]:
        """As `wkb`, with the values of a column: in one go, as looking the rows up takes longer than reading them."""
        found = joined_blobs(self._rows, ids, in_statement(column))
        if found is not None and found.values is not None:
            return found.wkb(), found.values
        return self.wkb(ids) if found is None else found.wkb(), [value for (value,) in self.values(ids, [column])]

    def stored(self, ids: np.ndarray, column: Optional[str]) -> Optional[tuple[StoredShapes, list]]:
        """WKB where it lies, with the values of a column, of rows by ascending ids; None: read them one by one."""
        found = joined_blobs(self._rows, ids, in_statement(column) if column else "")
        return found.stored(bool(column)) if found is not None else None

    def values(self, ids: np.ndarray, columns: Sequence[str]) -> list:
        """Tuples of the named columns of rows, by ascending ids."""
        names = ["t." + in_statement(name) for name in columns]
        return joined_values(self._rows, ids, names) or self._by_id(", ".join(names), ids)

    def share(self, first: int, size: int, columns: Sequence[str]) -> Optional[JoinedBlobs]:
        """The next `size` rows by ascending keys from `first` on; None where they have to be read one by one."""
        return joined_share(self._rows, first, size, ["t." + in_statement(name) for name in columns])

    def ids(self):
        """The keys of all rows, ascending."""
        return np.array([key for (key,) in self._rows("SELECT {key} FROM {table} ORDER BY {key}")], dtype=np.int64)

    def full_rows(self, ids: np.ndarray, columns: Sequence[str]) -> tuple:
        """(tuples of the named columns, WKB bytes) of rows that lie one after the other, by ascending ids."""
        names = "".join(", t." + in_statement(name) for name in columns)
        place = " FROM {table} t WHERE t.{key} BETWEEN ? AND ? ORDER BY t.{key}"
        between = (int(ids[0]), int(ids[-1])) if len(ids) else (0, -1)
        found = self._rows("SELECT t.{geometry}" + names + place, between)
        if len(found) != len(ids):
            raise sqlite3.OperationalError("rows have gone while the table was read")
        return [row[1:] for row in found], wkbs_of(row[0] for row in found)

    def copied(self, columns: Sequence[str]) -> Optional[CopiedColumns]:
        """Columns for a copy inside SQLite; None where one is not its own or texts are not in UTF-8. May raise."""
        (encoding,) = self.file.rows("PRAGMA encoding")[0]
        own = {name for (name,) in self.file.rows("SELECT name FROM pragma_table_info(?)", (self.name,))}
        if encoding != "UTF-8" or not own.issuperset(columns):
            return None
        return CopiedColumns(self.file.path, self.name, self._key, tuple(columns))

    def other_ids(self, ids: np.ndarray) -> np.ndarray:
        """Ids (ascending) of the rows that are not among `ids`, those without a geometry included."""
        return np.setdiff1d(self.row_boxes().ids, ids)

    def _by_id(self, columns, ids):
        found = self._rows("SELECT " + columns + JOIN, given(ids))
        if len(found) != len(ids):
            raise sqlite3.OperationalError("rows have gone while the table was read")
        return found

    def named(self, statement: str) -> str:
        """A statement with the names of this table: quoted identifiers that the file itself gave."""
        return statement.format(**self._names)

    def _rows(self, statement, values=()):
        return self.file.rows(self.named(statement), values)


def in_statement(name):
    """A column's name, quoted, as `_rows` puts statements together."""
    return quoted(name).replace("{", "{{").replace("}", "}}")
