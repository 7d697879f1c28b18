"""The file of a layer's arrays: what goes in comes out; what was cut, altered or belongs to another is refused."""

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land import array_store
from onemap.plugin.core.land.array_store import ArrayStore, Part, StoreOutdated, StoreUnusable, header_of, write_store

FIRST = Part(np.array([2, 5]), np.array([shapely.box(0, 0, 1, 2), None], dtype=object), ["甲", ""])
SECOND = Part(np.array([9]), np.array([shapely.Point(3, 4)], dtype=object))


@pytest.fixture
def path(tmp_path):
    place = tmp_path / "layer.store"
    write_store(place, {"fingerprint": "f1", "name": "基本农田"}, [FIRST, SECOND])
    return place


def test_what_goes_in_comes_out(path):
    store = ArrayStore(path, "f1")
    assert store.fids.tolist() == [2, 5, 9] and store.boxes.shape == (3, 4)
    assert (
        store.boxes[0].tolist() == [0, 0, 1, 2]
        and np.isnan(store.boxes[1]).all()
        and store.boxes[2].tolist() == [3, 4, 3, 4]
    )
    geometries = store.geometries(np.array([2, 0, 1]))
    assert geometries[0] == shapely.Point(3, 4) and geometries[1] == shapely.box(0, 0, 1, 2) and geometries[2] is None
    assert store.names(np.array([2, 0, 1])) == ["", "甲", ""] and store.sizes.tolist() == [80, 0, 21]
    assert store.header["name"] == header_of(path)["name"] == "基本农田" and header_of(path)["count"] == 3
    assert [file.name for file in path.parent.iterdir()] == ["layer.store"]  # no drafts are left


def test_geometries_of_every_kind_come_out_as_they_went_in(tmp_path):
    ring, holed = shapely.box(0, 0, 3, 2), shapely.box(0, 0, 9, 9).difference(shapely.box(1, 1, 2, 2))
    kinds = [ring, holed, shapely.MultiPolygon([ring]), shapely.MultiPolygon([ring, shapely.box(5, 5, 6, 6)]), None]
    kinds += [shapely.MultiPolygon([holed]), shapely.Polygon(), shapely.LineString([(0, 0), (1, 7)]), ring.reverse()]
    kinds += [shapely.force_3d(ring, 5.0), shapely.MultiPoint([(1, 2), (3, 4)]), shapely.MultiPolygon()]
    made = np.array(kinds, dtype=object)
    write_store(tmp_path / "k", {"fingerprint": 1}, [Part(np.arange(len(made)), made)])
    rows = np.array([3, 0, 8, 1, 2, 9, 7, 4, 5, 6, 11, 10, 0])
    found = ArrayStore(tmp_path / "k", 1).geometries(rows)
    assert shapely.to_wkb(found).tolist() == shapely.to_wkb(made[rows]).tolist()


def test_a_layer_without_features(tmp_path):
    write_store(tmp_path / "e", {"fingerprint": 1}, [])
    store = ArrayStore(tmp_path / "e", 1)
    assert len(store.fids) == 0 and store.boxes.shape == (0, 4) and len(store.geometries(np.array([], dtype=int))) == 0


def test_a_layer_whose_features_all_lack_geometry(tmp_path):
    write_store(tmp_path / "e", {"fingerprint": 1}, [Part(np.array([1]), np.array([None], dtype=object))])
    assert ArrayStore(tmp_path / "e", 1).geometries(np.array([0])).tolist() == [None]


def test_another_state_of_the_layer_is_outdated_not_damaged(path):
    with pytest.raises(StoreOutdated):
        ArrayStore(path, "f2")


def test_features_come_in_the_order_of_their_ids(tmp_path):
    for fids in ([2, 2], [3, 1]):
        with pytest.raises(ValueError, match="order"):
            write_store(tmp_path / "x", {"fingerprint": 1}, [Part(np.array(fids), FIRST.geometries)])
    assert list(tmp_path.iterdir()) == []


def test_no_byte_can_be_altered_unnoticed(path):
    """Every byte behind the header is under a checksum: of the index at opening, of a geometry at reading."""
    right = path.read_bytes()
    header = int.from_bytes(right[16:24], "little")
    index = header + 8 + int.from_bytes(right[header : header + 8], "little")
    for at in (*range(24, header), *range(index, len(right))):
        path.write_bytes(right[:at] + bytes([right[at] ^ 0x10]) + right[at + 1 :])
        with pytest.raises(StoreUnusable):
            ArrayStore(path, "f1").geometries(np.arange(3))


def test_no_end_can_be_cut_off_or_put_on(path):
    right = path.read_bytes()
    for length in range(len(right)):
        path.write_bytes(right[:length])
        with pytest.raises(StoreUnusable):
            ArrayStore(path, "f1")
    path.write_bytes(right + b"\0")
    with pytest.raises(StoreUnusable, match="damaged"):
        ArrayStore(path, "f1")


def test_what_is_no_store(tmp_path):
    other = tmp_path / "other"
    other.write_bytes(b"SQLite format 3\0" + b"\0" * 100)
    for read in (header_of, lambda file: ArrayStore(file, "f1")):
        with pytest.raises(StoreUnusable, match="no store"):
            read(other)
        with pytest.raises(StoreUnusable):
            read(tmp_path / "absent")


def test_a_header_longer_than_the_file_is_not_read_for(path):
    right = path.read_bytes()
    path.write_bytes(right[:16] + (10**12).to_bytes(8, "little") + right[24:])
    with pytest.raises(StoreUnusable, match="cut short"):
        ArrayStore(path, "f1")
    place = int.from_bytes(right[16:24], "little")
    path.write_bytes(right[:place] + (10**12).to_bytes(8, "little") + right[place + 8 :])
    with pytest.raises(StoreUnusable, match="cut short"):
        ArrayStore(path, "f1")


def test_large_geometries_are_copied_whole(tmp_path):
    """Bodies are read in blocks, whatever is asked for."""
    many = shapely.points(np.random.default_rng(1).random((70_000, 2)))
    write_store(tmp_path / "big", {"fingerprint": 1}, [Part(np.arange(70_000), many)])
    store = ArrayStore(tmp_path / "big", 1)
    rows = np.random.default_rng(2).permutation(70_000)
    for some in (rows, rows[:500], np.array([0, 69_999]), rows[:0]):
        assert (store.geometries(some) == many[some]).all()


def test_neighbours_lie_together(tmp_path, monkeypatch):
    """What lies in one place is read with few bytes of other places, in whatever order it came."""
    many = shapely.points(np.random.default_rng(1).random((20_000, 2)))
    write_store(tmp_path / "big", {"fingerprint": 1}, [Part(np.arange(20_000), many)])
    store, read = ArrayStore(tmp_path / "big", 1), []
    check = array_store._check
    monkeypatch.setattr(array_store, "_check", lambda data, *blocks: read.append(len(data)) or check(data, *blocks))
    near = np.flatnonzero(shapely.box(0.4, 0.4, 0.5, 0.5).contains(many))
    assert (store.geometries(near) == many[near]).all()
    assert sum(read) < 5 * 21 * len(near)


def test_a_feature_is_found_where_it_was_said_to_lie(tmp_path):
    """A repaired geometry may reach less far than the one that was repaired: a search finds both alike."""
    boxes = np.array([[0.0, 0, 5, 5], [7, 7, 9, 9]])
    write_store(tmp_path / "b", {"fingerprint": 1}, [Part(np.array([1, 2]), FIRST.geometries, None, boxes)])
    store = ArrayStore(tmp_path / "b", 1)
    assert store.boxes.tolist() == boxes.tolist()
    assert store.geometries(np.array([0, 1])).tolist() == [shapely.box(0, 0, 1, 2), None]
