"""The packed R-tree is one that SQLite itself finds whole, answers as one filled row by row, and takes further rows."""

import sqlite3

import numpy as np
import pytest
from onemap.plugin.bridge.layers.rtree_pages import RtreePages


def some_boxes(count, seed=1):
    dice = np.random.default_rng(seed)
    corner = dice.uniform((40_400_000, 3_000_000), (40_600_000, 3_400_000), (count, 2))
    return np.hstack([corner, corner + dice.uniform(0, 500, (count, 2))])


def tree(path=":memory:"):
    data = sqlite3.connect(path, isolation_level=None)
    data.execute("CREATE VIRTUAL TABLE t USING rtree(id, minx, maxx, miny, maxy)")
    return data


def found(data, window):
    statement = "SELECT id FROM t WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ?"
    left, low, right, top = window
    return {row for (row,) in data.execute(statement, (left, right, low, top))}


def fill_rtree(data, name, boxes, share=None):
    """Fill a tree as rows come, `share` of them at a time."""
    pages = RtreePages(data, name)
    for start in range(0, len(boxes), share or len(boxes)):
        pages.add(boxes[start : start + (share or len(boxes))])
    pages.close()


@pytest.mark.parametrize("share", [None, 7, 51, 52, 1_400])
@pytest.mark.parametrize("count", [1, 2, 50, 51, 52, 103, 2_601, 2_652, 140_000])
def test_sqlite_finds_the_packed_tree_whole(count, share):
    data, boxes = tree(), some_boxes(min(count, 5_000) if share == 7 else count)
    fill_rtree(data, "t", boxes, share)
    count = len(boxes)
    assert data.execute("SELECT rtreecheck('t')").fetchone() == ("ok",)
    assert data.execute("SELECT count(*), min(id), max(id) FROM t").fetchone() == (count, 1, count)


@pytest.mark.parametrize("share", [None, 300])
def test_it_finds_what_a_tree_filled_row_by_row_finds(share):
    data, plain, boxes = tree(), tree(), some_boxes(5_000)
    fill_rtree(data, "t", boxes, share)
    rows = zip(range(1, 5_001), *boxes[:, [0, 2, 1, 3]].T.tolist())
    plain.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?)", rows)
    for window in [*some_boxes(200, seed=2), *boxes[:50]]:
        meets = (boxes[:, :2] <= window[2:]).all(axis=1) & (boxes[:, 2:] >= window[:2]).all(axis=1)
        assert {*(np.flatnonzero(meets) + 1).tolist()} <= found(data, window)
        assert abs(len(found(data, window)) - len(found(plain, window))) <= 2  # 32-bit borders


def test_rows_may_be_added_and_taken_out_afterwards():
    data, boxes = tree(), some_boxes(3_000)
    fill_rtree(data, "t", boxes)
    data.executemany("DELETE FROM t WHERE id = ?", [(k,) for k in range(1, 3_001, 2)])
    data.executemany("INSERT INTO t VALUES (?, 1, 2, 3, 4)", [(k,) for k in range(10_000, 11_000)])
    assert data.execute("SELECT rtreecheck('t')").fetchone() == ("ok",)
    assert data.execute("SELECT count(*) FROM t").fetchone() == (2_500,)


class Guarded:
    """A connection that lets nobody write to shadow tables."""

    def __init__(self, data):
        self._data = data

    def __getattr__(self, name):
        return getattr(self._data, name)

    def execute(self, statement, *values):
        if statement.startswith(('INSERT INTO "t_', 'UPDATE "t_')):
            raise sqlite3.OperationalError("table t_node may not be modified")
        return self._data.execute(statement, *values)


@pytest.mark.parametrize("count", [20, 100, 400])
def test_where_the_pages_are_guarded_rows_go_in_one_by_one(count):
    data = tree()
    fill_rtree(Guarded(data), "t", some_boxes(count), 60)
    assert data.execute("SELECT rtreecheck('t')").fetchone() == ("ok",) and len(found(data, (0, 0, 9e9, 9e9))) == count


def test_a_page_that_cannot_be_written_is_told():
    data = tree()
    data.execute("CREATE TRIGGER no BEFORE INSERT ON t_parent BEGIN SELECT RAISE(ABORT, 'no'); END")
    with pytest.raises(sqlite3.IntegrityError):
        fill_rtree(data, "t", some_boxes(500))
