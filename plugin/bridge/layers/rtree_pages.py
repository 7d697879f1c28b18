"""An R-tree of SQLite filled page by page: what its shadow tables hold, packed from below, for an index still empty.

Layout of the shadow tables: sqlite.org/rtree.html, section 6. A page holds the depth of the tree (root only) and its
number of cells, then per cell a 64-bit id (row, or page below) and four 32-bit floats: min x, max x, min y, max y.
"""

import sqlite3
import struct
from dataclasses import dataclass

import numpy as np

from ...core.land.gpkg import quoted
from .gpkg_inserts import insert_columns

_CELL = np.dtype([("id", ">i8"), ("sides", ">f4", 4)])
_ROOT = 1
_SHADOW = {"node": ("nodeno", "data"), "rowid": ("rowid", "nodeno"), "parent": ("nodeno", "parentnode")}


@dataclass(frozen=True)
class _Level:
    """Cells of all pages of one level, and where each page begins: `ids` of rows or of pages below, `sides` n x 4."""

    ids: np.ndarray
    sides: np.ndarray
    starts: np.ndarray

    def counts(self) -> np.ndarray:
        return np.diff(np.append(self.starts, len(self.ids)))

    def page_sides(self) -> np.ndarray:
        """The box of each page."""
        low = np.minimum.reduceat(self.sides, self.starts)
        high = np.maximum.reduceat(self.sides, self.starts)
        return np.column_stack([low[:, 0], high[:, 1], low[:, 2], high[:, 3]])


def fill_rtree(data: sqlite3.Connection, name: str, boxes: np.ndarray) -> None:
    """Fill the empty R-tree `name` with the boxes (n x 4: min x, min y, max x, max y) of rows 1 to n.

    Where SQLite guards its shadow tables the rows go in one by one, thirty times slower.
    """
    if not len(boxes):
        return
    try:
        _fill_pages(data, name, boxes)
    except sqlite3.OperationalError:
        rows = zip(range(1, len(boxes) + 1), *boxes[:, [0, 2, 1, 3]].T.tolist())
        data.executemany(f"INSERT INTO {quoted(name)} VALUES (?, ?, ?, ?, ?)", rows)  # noqa: S608  (a quoted name)


def _fill_pages(data: sqlite3.Connection, name: str, boxes: np.ndarray) -> None:
    root = f"SELECT length(data) FROM {quoted(name + '_node')} WHERE nodeno = 1"  # noqa: S608  (a quoted name)
    (size,) = data.execute(root).fetchone()
    levels = _levels(_sides(boxes), (size - 4) // _CELL.itemsize)
    numbers = _page_numbers(levels)
    data.execute("SAVEPOINT pages")
    try:
        data.execute(f"DELETE FROM {quoted(name + '_node')}")  # noqa: S608  (the empty root)
        for table, columns in _shadow_columns(levels, numbers, size).items():
            insert_columns(data, f"{name}_{table}", _SHADOW[table], columns)
    except sqlite3.Error:
        data.execute("ROLLBACK TO pages")
        raise
    finally:
        data.execute("RELEASE pages")


def _sides(boxes: np.ndarray) -> np.ndarray:
    """Min x, max x, min y, max y as 32-bit floats that hold the box."""
    low, high = boxes[:, :2].astype(np.float32), boxes[:, 2:].astype(np.float32)
    low = np.where(low > boxes[:, :2], np.nextafter(low, np.float32(-np.inf)), low)
    high = np.where(high < boxes[:, 2:], np.nextafter(high, np.float32(np.inf)), high)
    return np.column_stack([low[:, 0], high[:, 0], low[:, 1], high[:, 1]])


def _levels(sides: np.ndarray, most: int) -> "list[_Level]":
    """The levels of the tree from the leaves up; the last one is a single page of at most `most` cells."""
    order = _neighbours_together(sides, most)
    level = _Level(order + 1, sides[order], np.arange(0, len(order), most))
    levels = [level]
    while len(level.starts) > 1:
        pages = len(level.starts)
        level = _Level(np.arange(pages), level.page_sides(), np.arange(0, pages, most))
        levels.append(level)
    return levels


def _neighbours_together(sides: np.ndarray, most: int) -> np.ndarray:
    """An order that puts neighbours onto one page: strips of x, and in each of them by y."""
    count = len(sides)
    strips = max(int(np.ceil(np.sqrt(np.ceil(count / most)))), 1)
    strip = np.empty(count, int)
    strip[np.argsort(sides[:, 0] + sides[:, 1], kind="stable")] = np.arange(count) // -(-count // strips)
    return np.lexsort((sides[:, 2] + sides[:, 3], strip))


def _page_numbers(levels: "list[_Level]") -> "list[np.ndarray]":
    """Numbers of the pages of each level; the only page of the last one is the root."""
    numbers, following = [], _ROOT + 1
    for level in levels[:-1]:
        numbers.append(np.arange(following, following + len(level.starts)))
        following += len(level.starts)
    return [*numbers, np.array([_ROOT])]


def _shadow_columns(levels: "list[_Level]", numbers: "list[np.ndarray]", size: int) -> "dict[str, list[list]]":
    """The two columns of each shadow table."""
    found: dict = {table: [[], []] for table in _SHADOW}
    for height, (level, pages) in enumerate(zip(levels, numbers)):
        ids = numbers[height - 1][level.ids] if height else level.ids
        depth = len(levels) - 1 if height == len(levels) - 1 else 0
        found["node"][0] += pages.tolist()
        found["node"][1] += _pages(level, ids, depth, size)
        order = np.argsort(ids)
        table = found["parent" if height else "rowid"]
        table[0] += ids[order].tolist()
        table[1] += np.repeat(pages, level.counts())[order].tolist()
    return found


def _pages(level: _Level, ids: np.ndarray, depth: int, size: int) -> "list[bytes]":
    cells = np.zeros(len(ids), _CELL)
    cells["id"], cells["sides"] = ids, level.sides
    content, each = cells.tobytes(), _CELL.itemsize
    return [
        (struct.pack(">HH", depth, count) + content[each * start : each * (start + count)]).ljust(size, b"\0")
        for start, count in zip(level.starts.tolist(), level.counts().tolist())
    ]
