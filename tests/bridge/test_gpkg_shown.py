"""What spatial indexes show is the same whether all of a file are asked at once or one after the other."""

import sqlite3
from contextlib import closing

import numpy as np
import pytest
from onemap.tests.bridge.test_range_store import X, Y, aged, saved

COLUMNS = ("fqmc", "lx", "MC")
HERE, THERE = (X, Y, X + 500, Y + 500), (X + 300, Y + 300, X + 1200, Y + 1200)
NOWHERE = (X + 9000, Y + 9000, X + 9100, Y + 9100)


@pytest.fixture(scope="module")
def made(qgis_app, tmp_path_factory):
    return saved(tmp_path_factory.mktemp("shown") / "SD.gpkg", "SD", 3, 90)


@pytest.fixture
def table(made, tmp_path):
    """A table of its own for each test."""
    from onemap.plugin.bridge.layers.gpkg_reader import GpkgFile

    path = tmp_path / made.name
    path.write_bytes(made.read_bytes())
    return lambda: GpkgFile.of(aged_copy(path)).table("SD")


def aged_copy(path):
    aged(path)
    return path


def searched(table, *bounds, columns=COLUMNS):
    from onemap.plugin.bridge.layers.gpkg_shown import Search, shown_rows

    return shown_rows([Search(table, one, columns) for one in bounds])


def altered(table, statement):
    with closing(sqlite3.connect(table().file.path)) as data:
        for (name,) in data.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            data.execute(f'DROP TRIGGER "{name}"')  # they ask for functions of GDAL
        data.execute(statement)
        data.commit()
    return table()


def test_all_at_once_is_as_one_after_the_other(table):
    one = table()
    for bounds, found in zip((HERE, NOWHERE, THERE), searched(one, HERE, NOWHERE, THERE)):
        ids, boxes = one.indexed(bounds)
        assert np.array_equal(found.ids, ids) and np.allclose(found.boxes, boxes, rtol=1e-12)
        assert found.wkb == list(one.wkb(ids))
        assert [tuple(row) for row in found.values] == list(one.values(ids, COLUMNS))
    assert len(one.indexed(HERE)[0]) > 9


def test_a_table_without_conditions_gives_rows_without_values(table):
    (found,) = searched(table(), HERE, columns=())
    assert len(found.ids) > 9 and found.values == [[]] * len(found.ids)


@pytest.mark.parametrize(
    "statement",
    [
        f"INSERT INTO rtree_SD_geom VALUES (9999, {X}, {X + 9}, {Y}, {Y + 9})",  # noqa: S608 - of this test
        "UPDATE SD SET geom = CAST(geom || zeroblob(60000) AS BLOB)",
    ],
)
def test_an_entry_without_a_row_and_a_large_geometry_are_left_to_who_asks_table_by_table(table, statement):
    first, second = searched(altered(table, statement), HERE, NOWHERE)
    assert first is None and second is not None


def test_so_are_very_many_rows_and_fields_that_the_file_does_not_hold(table, monkeypatch):
    from onemap.plugin.bridge.layers import gpkg_shown

    assert searched(table(), HERE, THERE, columns=("nobody",)) == [None, None]
    monkeypatch.setattr(gpkg_shown, "_MOST", 5)
    assert searched(table(), HERE, THERE) == [None, None]


def test_values_that_sqlite_does_not_give_as_qgis_does_are_asked_of_qgis(table):
    (found,) = searched(altered(table, "UPDATE SD SET MC = x'0102' WHERE fid = 1"), (X - 9, Y - 9, X + 2000, Y + 2000))
    assert found.values is None and 1 in found.ids


def test_features_are_made_of_values_as_qgis_would_and_of_no_others(qgis_app):
    from onemap.plugin.bridge.layers.gpkg_shown import plain_features
    from qgis.core import QgsVectorLayer

    fields = QgsVectorLayer("Point?field=a:string&field=n:integer&field=d:date", "x", "memory").fields()
    made = plain_features(fields, ["n", "a"], [4, 7], [[5, "x"], [None, ""]])
    assert [(made[fid].id(), made[fid]["a"], made[fid]["n"]) for fid in (4, 7)] == [(4, "x", 5), (7, "", made[7]["n"])]
    assert not made[7]["n"] and made[7]["n"] != 0
    assert plain_features(fields, ["n"], [4], [["5"]]) is None
    assert plain_features(fields, ["d"], [4], [["2024-01-01"]]) is None
    assert plain_features(fields, ["gone"], [4], [["x"]]) is None
