"""Rows into a table, a hundred a statement: every value arrives as it was given, whatever the number of rows."""

import sqlite3

import pytest


@pytest.fixture
def insert(qgis_app):
    from onemap.plugin.bridge.layers import gpkg_inserts

    return gpkg_inserts


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
def test_rows_arrive_in_their_order(insert, count):
    data = sqlite3.connect(":memory:")
    data.execute('CREATE TABLE "t""x" (fid INTEGER PRIMARY KEY, "a b", c, d, e, f)')
    columns = [
        ["同'\x00" for _ in range(count)],
        [None if k % 3 else f"名{k}" for k in range(count)],
        [k / 7 for k in range(count)],
        [None] * count,
        [b"\x00\xff" * k for k in range(count)],
    ]
    assert insert.insert_columns(data, 't"x', ["a b", "c", "d", "e", "f"], columns) == count
    found = data.execute('SELECT "a b", c, d, e, f FROM "t""x" ORDER BY fid').fetchall()
    assert found == list(zip(*columns))


def test_few_variables_make_shorter_statements(insert, monkeypatch):
    monkeypatch.setattr(insert, "_VARIABLES", 7)
    data = sqlite3.connect(":memory:")
    data.execute("CREATE TABLE t (a, b, c)")
    seen = []
    data.set_trace_callback(lambda statement: seen.append(statement.count("(")))
    assert insert.insert_columns(data, "t", ["a", "b", "c"], [["x"] * 10, range(10), [1.5] * 10]) == 10
    assert data.execute("SELECT * FROM t").fetchall() == [("x", k, 1.5) for k in range(10)]
    assert len(seen) >= 5


def test_whole_numbers_and_truth_keep_their_kind(insert):
    data = sqlite3.connect(":memory:")
    data.execute("CREATE TABLE t (a, b)")
    insert.insert_columns(data, "t", ["a", "b"], [[True, 1, 1.0], [None, "", "x"]])
    assert data.execute("SELECT a, typeof(a), b FROM t").fetchall() == [
        (1, "integer", None), (1, "integer", ""), (1.0, "real", "x"),
    ]  # fmt: skip
