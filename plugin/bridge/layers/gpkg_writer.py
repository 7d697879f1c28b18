"""Rows into a GeoPackage table that QGIS has just made: plain inserts, the R-tree filled at the end, a third of
a sink's time.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Optional

import numpy as np
import shapely

from ...core.files import remove, sqlite_uri
from ...core.land.gpkg import are_blobs, blobs, placed_blobs, quoted
from .gpkg_copy import CopiedColumns, attach, insert_copied
from .gpkg_inserts import insert_columns
from .rtree_pages import RtreePages


class GpkgRows:
    """Open the only table of the GeoPackage `path` for writing, one transaction; `close` or `discard` ends it.

    `copied`: the last columns of all rows, which another file gives by the first value of each row.
    Calls must not overlap, but may come from different threads. Raises sqlite3.Error.
    """

    def __init__(self, path: Any, copied: Optional[CopiedColumns] = None) -> None:
        self.path, self._copied = Path(path), copied
        address = sqlite_uri(self.path.resolve())
        self._data = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
        if copied is not None:
            attach(self._data, copied)
        self._data.execute("PRAGMA synchronous = OFF")  # the file is new: after a crash it is made again, not recovered
        self._data.execute("BEGIN")
        (self._table,) = self._one("SELECT table_name FROM gpkg_contents")
        column = self._one("SELECT column_name, srs_id, upper(geometry_type_name) FROM gpkg_geometry_columns")
        self._geometry: Optional[str] = column[0] if column else None
        self._srs: int = column[1] if column else 0
        self._is_multi = bool(column) and column[2] == "MULTIPOLYGON"
        self._triggers = self._data.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in self._triggers:  # they would update index and counts row by row, with functions only GDAL has
            self._data.execute(f"DROP TRIGGER {quoted(name)}")
        self._count = 0
        self._tree = RtreePages(self._data, f"rtree_{self._table}_{self._geometry}") if column else None
        self._extent = np.array([np.inf, np.inf, -np.inf, -np.inf])

    def add(self, names: Any, rows: Any, geometries: Optional[np.ndarray] = None) -> None:
        """Insert rows (tuples of the columns `names`), with their geometries in the CRS of the table, perhaps as blobs
        of no system.
        """
        if self._copied is not None and len(rows):
            self._add_copied(self._copied, names, rows, geometries)
            return
        if len(rows):
            self.add_columns(names, list(zip(*rows)), geometries)

    def add_columns(self, names: Any, columns: Any, geometries: Optional[np.ndarray] = None) -> None:
        """As `add`, of the values of each of the columns `names`."""
        if geometries is not None:
            names, columns = [*names, self._geometry], [*columns, self._placed(geometries)]
        self._count += insert_columns(self._data, self._table, names, columns)

    def _add_copied(self, copied: CopiedColumns, names: Any, rows: Any, geometries: Any) -> None:
        shapes: list[Optional[bytes]] = [None] * len(rows)
        if geometries is not None:
            shapes = list(self._placed(geometries))
        full = [(*row, shape) for row, shape in zip(rows, shapes)]
        self._count += insert_copied(self._data, self._table, [*names, str(self._geometry)], full, copied)

    def _placed(self, geometries: np.ndarray) -> list[bytes]:
        """Blobs of the geometries of the rows that come next, which the R-tree takes in."""
        if are_blobs(geometries):
            made, boxes = placed_blobs(geometries, self._srs, self._is_multi)
        else:
            boxes = shapely.bounds(geometries)
            made = blobs(geometries, boxes, self._srs, self._is_multi)
        if len(boxes) and self._tree is not None:
            self._tree.add(boxes)
            low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
            self._extent = np.array([*np.minimum(self._extent[:2], low), *np.maximum(self._extent[2:], high)])
        return made

    def close(self) -> None:
        """End the R-tree, write the extent and the count, put the triggers back, and commit."""
        with closing(self._data):
            if self._tree is not None and np.isfinite(self._extent).all():
                self._tree.close()
                said = "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ?"
                self._data.execute(said, self._extent.tolist())
            if self._one("SELECT 1 FROM sqlite_master WHERE name = 'gpkg_ogr_contents'"):
                self._data.execute("UPDATE gpkg_ogr_contents SET feature_count = ?", (self._count,))
            for _, statement in self._triggers:
                self._data.execute(statement)
            self._data.execute("COMMIT")

    def discard(self) -> None:
        """Close and delete the file."""
        self._data.close()
        remove(self.path)

    def _one(self, statement):
        return self._data.execute(statement).fetchone()
