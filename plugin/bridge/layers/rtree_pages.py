"""An R-tree of SQLite filled page by page: what its shadow tables hold, packed from below, for an index still empty.

Layout of the shadow tables: sqlite.org/rtree.html, section 6. A page holds the depth of the tree (root only) and its
number of cells, then per cell a 64-bit id (row, or page below) and four 32-bit floats: min x, max x, min y, max y.
"""

import sqlite3
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Callable

import numpy as np

from ...core.land.gpkg import quoted
from .gpkg_inserts import insert_columns

_CELL = np.dtype([("id", ">i8"), ("sides", ">f4", 4)])
_ROOT = 1
_HEADER = 4  # bytes of a page before its cells
_COLUMNS = {"node": ("nodeno", "data"), "rowid": ("rowid", "nodeno"), "parent": ("nodeno", "parentnode")}


@dataclass(frozen=True)
class _Cells:
    """`ids` of rows or of pages below, and their boxes `sides` (n x 4), neighbours one after the other."""

    ids: np.ndarray
    sides: np.ndarray

    @classmethod
    def sorted(cls, ids: np.ndarray, sides: np.ndarray, most: int) -> "_Cells":
        order = _neighbours_together(sides, most)
        return cls(ids[order], sides[order])


class RtreePages:
    """The empty R-tree `name`; `add` boxes as their rows are written, then `close`.

    Where SQLite guards its shadow tables the rows go in one by one, thirty times slower. Raises sqlite3.Error.
    """

    def __init__(self, data: sqlite3.Connection, name: str) -> None:
        self._data, self._name = data, name
        root = f"SELECT length(data) FROM {quoted(name + '_node')} WHERE nodeno = 1"  # noqa: S608  (a quoted name)
        (self._size,) = data.execute(root).fetchone()
        self._most = (self._size - _HEADER) // _CELL.itemsize
        self._waiting: list[np.ndarray] = []
        self._given = self._filed = 0  # rows that were given, rows that lie on pages
        self._pages: list[np.ndarray] = []  # the boxes of the leaves, which have the numbers after the root's
        self._is_guarded = False

    def add(self, boxes: np.ndarray) -> None:
        """The boxes (n x 4: min x, min y, max x, max y) of the rows that follow those given so far, from 1 on."""
        if len(boxes):
            self._waiting.append(boxes)
            self._given += len(boxes)
        if self._given - self._filed > self._most:  # what one page holds may be all there is: the root
            self._file()

    def close(self) -> None:
        """Write what waits and the pages above."""
        if self._given and not self._pages and not self._is_guarded and self._may(self._write_root):
            return
        self._file()
        if self._pages:
            self._write_root()

    def _file(self) -> None:
        """What waits onto leaves."""
        if not self._waiting:
            return
        boxes, first = np.concatenate(self._waiting), self._filed + 1
        self._waiting, self._filed = [], self._given
        ids = np.arange(first, first + len(boxes))

        def write() -> None:
            self._pages.append(self._write(_Cells.sorted(ids, _sides(boxes), self._most), "rowid"))

        if self._is_guarded or not self._may(write):
            rows = zip(ids.tolist(), *boxes[:, [0, 2, 1, 3]].T.tolist())
            self._data.executemany(f"INSERT INTO {quoted(self._name)} VALUES (?, ?, ?, ?, ?)", rows)  # noqa: S608

    def _may(self, write: Callable[[], None]) -> bool:
        """Whether `write` could write pages; where it could not nothing of it is left, and rows go in one by one."""
        self._data.execute("SAVEPOINT pages")
        try:
            write()
        except sqlite3.OperationalError:
            self._data.execute("ROLLBACK TO pages")
            self._is_guarded = True
        finally:
            self._data.execute("RELEASE pages")
        return not self._is_guarded

    def _write(self, cells: _Cells, table: str, following: int = 0) -> np.ndarray:
        """Write pages of cells, numbered from `following` on, and where each cell lies; returns the pages' boxes."""
        starts = np.arange(0, len(cells.ids), self._most)
        counts = np.diff(starts, append=len(cells.ids))
        numbers = (following or self._next()) + np.arange(len(starts))
        self._insert("node", numbers.tolist(), _page_bytes(cells, counts, 0, self._size))
        order = np.argsort(cells.ids)
        self._insert(table, cells.ids[order].tolist(), np.repeat(numbers, counts)[order].tolist())
        low, high = np.minimum.reduceat(cells.sides, starts), np.maximum.reduceat(cells.sides, starts)
        return np.column_stack([low[:, 0], high[:, 1], low[:, 2], high[:, 3]])

    def _next(self) -> int:
        """The number of the next leaf."""
        return _ROOT + 1 + sum(map(len, self._pages))

    def _write_root(self) -> None:
        depth, following = 0, self._next()
        if self._pages:
            sides = np.concatenate(self._pages)
            cells, depth = _Cells(np.arange(_ROOT + 1, following), sides), 1
        else:
            boxes = np.concatenate(self._waiting)
            cells = _Cells(np.arange(1, len(boxes) + 1), _sides(boxes))
        while len(cells.ids) > self._most:
            sides = self._write(_Cells.sorted(cells.ids, cells.sides, self._most), "parent", following)
            cells, depth = _Cells(np.arange(following, following + len(sides)), sides), depth + 1
            following += len(sides)
        self._insert("parent" if depth else "rowid", cells.ids.tolist(), [_ROOT] * len(cells.ids))
        (page,) = _page_bytes(cells, np.array([len(cells.ids)]), depth, self._size)
        name = quoted(self._name + "_node")
        self._data.execute(f"UPDATE {name} SET data = ? WHERE nodeno = {_ROOT}", (page,))  # noqa: S608

    def _insert(self, table: str, first: Sequence[int], second: Sequence[object]) -> None:
        insert_columns(self._data, f"{self._name}_{table}", _COLUMNS[table], [first, second])


def _sides(boxes: np.ndarray) -> np.ndarray:
    """Min x, max x, min y, max y as 32-bit floats that hold the box."""
    low, high = boxes[:, :2].astype(np.float32), boxes[:, 2:].astype(np.float32)
    low = np.where(low > boxes[:, :2], np.nextafter(low, np.float32(-np.inf)), low)
    high = np.where(high < boxes[:, 2:], np.nextafter(high, np.float32(np.inf)), high)
    return np.column_stack([low[:, 0], high[:, 0], low[:, 1], high[:, 1]])


def _neighbours_together(sides: np.ndarray, most: int) -> np.ndarray:
    """An order that puts neighbours onto one page: strips of x, and in each of them by y."""
    count = len(sides)
    strips = max(int(np.ceil(np.sqrt(np.ceil(count / most)))), 1)
    strip = np.empty(count, int)
    strip[np.argsort(sides[:, 0] + sides[:, 1], kind="stable")] = np.arange(count) // -(-count // strips)
    return np.lexsort((sides[:, 2] + sides[:, 3], strip))


def _page_bytes(cells: _Cells, counts: np.ndarray, depth: int, size: int) -> "list[bytes]":
    filled = np.zeros(len(cells.ids), _CELL)
    filled["id"], filled["sides"] = cells.ids, cells.sides
    content, each = filled.tobytes(), _CELL.itemsize
    ends = np.cumsum(counts) * each
    return [
        (struct.pack(">HH", depth, count) + content[end - each * count : end]).ljust(size, b"\0")
        for end, count in zip(ends.tolist(), counts.tolist())
    ]
