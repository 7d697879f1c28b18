"""Half copies of shapefiles, made byte by byte after the ESRI white paper."""

import os

import pytest
from onemap.plugin.core.land.shapefile import search_index_fits, shapefile_faults

CONTENT = 20  # bytes of a record's content


def made(folder, shapes=3, rows=3):
    """A shapefile of equal records: .shp, .shx and .dbf, with the lengths that they state."""
    record = CONTENT + 8
    header = b"\0" * 24 + ((100 + shapes * record) // 2).to_bytes(4, "big") + b"\0" * 72
    (folder / "a.shp").write_bytes(header + b"\1" * shapes * record)
    places = [((100 + n * record) // 2).to_bytes(4, "big") + (CONTENT // 2).to_bytes(4, "big") for n in range(shapes)]
    (folder / "a.shx").write_bytes(b"\0" * 24 + (50 + 4 * shapes).to_bytes(4, "big") + b"\0" * 72 + b"".join(places))
    head = b"\3\0\0\0" + rows.to_bytes(4, "little") + (65).to_bytes(2, "little") + (11).to_bytes(2, "little")
    (folder / "a.dbf").write_bytes(head + b"\0" * 53 + b" " * 11 * rows)
    return folder / "a.shp"


def found(path):
    return [(fault.code, fault.params) for fault in shapefile_faults(path)]


def cut(path, bytes_off):
    path.write_bytes(path.read_bytes()[:-bytes_off])


@pytest.mark.parametrize("shapes", [0, 1, 3])
def test_a_complete_one_has_no_faults(tmp_path, shapes):
    assert found(made(tmp_path, shapes, shapes)) == []


def test_shapes_cut_short_and_records_beyond_the_end(tmp_path):
    path = made(tmp_path)
    cut(path, 1)
    assert found(path) == [
        ("file_cut_short", {"file": "a.shp", "bytes": 183, "stated": 184}),
        ("shapes_beyond_end", {"file": "a.shp", "count": 1}),
    ]
    cut(path, 28)
    assert found(path)[1] == ("shapes_beyond_end", {"file": "a.shp", "count": 2})


def test_shapes_cut_within_their_header(tmp_path):
    path = made(tmp_path, 0, 0)
    cut(path, 1)
    assert found(path) == [("file_cut_short", {"file": "a.shp", "bytes": 99, "stated": 100})]
    path.write_bytes(b"\0" * 60)  # a header that states nothing is cut short, too
    assert found(path) == [("file_cut_short", {"file": "a.shp", "bytes": 60, "stated": 0})]


def test_an_index_cut_short_lists_fewer_shapes(tmp_path):
    path = made(tmp_path)
    cut(tmp_path / "a.shx", 8)
    assert found(path) == [
        ("file_cut_short", {"file": "a.shx", "bytes": 116, "stated": 124}),
        ("rows_differ", {"file": "a.dbf", "rows": 3, "shapes": 2}),
    ]
    cut(tmp_path / "a.shx", 4)  # half a record is none
    assert found(path)[1] == ("rows_differ", {"file": "a.dbf", "rows": 3, "shapes": 1})
    (tmp_path / "a.shx").write_bytes(b"\0" * 50)
    assert found(path)[1] == ("rows_differ", {"file": "a.dbf", "rows": 3, "shapes": 0})


def test_a_missing_index_and_a_missing_table(tmp_path):
    path = made(tmp_path)
    (tmp_path / "a.dbf").unlink()
    assert found(path) == []  # geometry alone can be checked
    (tmp_path / "a.shx").unlink()
    assert found(path) == [("file_missing", {"file": "a.shx"})]


def test_a_table_of_another_length(tmp_path):
    path = made(tmp_path, 3, 2)
    assert found(path) == [("rows_differ", {"file": "a.dbf", "rows": 2, "shapes": 3})]
    path = made(tmp_path, 300, 300)  # counts of more than a byte
    cut(tmp_path / "a.dbf", 1)
    assert found(path) == [("file_cut_short", {"file": "a.dbf", "bytes": 65 + 3300 - 1, "stated": 65 + 3300})]


def tree(path, shapes, order="little", name=b"SQT", age=10):
    """A search tree beside a shapefile: SQT, byte order, version, number of shapes."""
    mark = {"little": b"\1", "big": b"\2"}[order]
    file = path.with_suffix(".qix")
    file.write_bytes(name + mark + b"\1\0\0\0" + shapes.to_bytes(4, order) + b"\0" * 20)
    shp = path.stat().st_mtime_ns
    os.utime(file, ns=(shp + age, shp + age))


@pytest.mark.parametrize("order", ["little", "big"])
def test_a_search_tree_counts_while_it_is_younger_and_lists_all(tmp_path, order):
    path = made(tmp_path)
    assert not search_index_fits(path)
    tree(path, 3, order)
    assert search_index_fits(path)
    tree(path, 3, order, age=0)
    assert search_index_fits(path)
    tree(path, 3, order, age=-1000)
    assert not search_index_fits(path)
    for wrong in (2, 4):
        tree(path, wrong, order)
        assert not search_index_fits(path)
    tree(path, 3, order, name=b"XQT")
    assert not search_index_fits(path)


def test_a_search_tree_without_an_index_of_shapes_is_not_believed(tmp_path):
    path = made(tmp_path)
    tree(path, 3)
    (tmp_path / "a.shx").unlink()
    assert not search_index_fits(path)
    made(tmp_path, 0, 0)
    (tmp_path / "a.shx").write_bytes(b"")
    tree(path, 0)
    assert search_index_fits(path)
