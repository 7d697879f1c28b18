"""The county's layers in versions: what is alike stays, what went is kept, any version comes back, all or nothing."""

import sqlite3

import numpy as np
import pytest
import shapely
from onemap.plugin.core.errors import InputError
from onemap.plugin.core.land.pieces import objects
from onemap.plugin.store.county_layers import CountyLayers, Origin, VersionKind
from onemap.plugin.store.county_stage import LayerShape

COLUMNS = {"BSM": "text", "MJ": "real"}
SHAPE = LayerShape("YJJBNT", "永久基本农田", "MULTIPOLYGON", "EPSG:4549", COLUMNS)


def land(n, size=10.0):
    return shapely.MultiPolygon([shapely.box(500_000 + 20 * n, 0, 500_000 + 20 * n + size, size)])


def batch(rows):
    return [(objects([land(n) if isinstance(n, int) else n for n, *_ in rows]), [row[1:] for row in rows])]


def rows_of(store, version, layer="YJJBNT"):
    found = []
    for shapes, rows in store.state(layer, version):
        found += [(*row, shapely.to_wkt(shapely.normalize(s))) for s, row in zip(shapes, rows)]
    return sorted(found, key=repr)


@pytest.fixture
def store(tmp_path):
    with CountyLayers.open(tmp_path / "county_layers.gpkg", create=True) as made:
        yield made


def test_only_what_changed_is_written_and_what_went_is_kept(store):
    first = store.ingest(
        SHAPE, batch([(0, "a", 1.0), (1, "b", 2.0), (2, "c", None)]), Origin("li", "a.gpkg", "s", "first")
    )
    second = store.ingest(SHAPE, batch([(0, "a", 1.0), (1, "b", 9.0), (3, "d", 4.0)]), Origin("li", "b.gpkg"))
    assert (first.version, first.added, first.features, first.note) == (1, 3, 3, "first")
    assert (second.version, second.added, second.removed, second.same) == (2, 2, 2, 1)
    assert [row[0] for row in rows_of(store, 1)] == ["a", "b", "c"] and [row[1] for row in rows_of(store, 2)] == [
        1.0,
        9.0,
        4.0,
    ]
    again = store.ingest(SHAPE, batch([(3, "d", 4.0), (1, "b", 9.0), (0, "a", 1.0)]), Origin("li"))
    assert again == second and len(store.versions()) == 2  # another order is no other state


def test_any_version_comes_back_as_a_new_one(store):
    for n in range(1, 4):
        store.ingest(SHAPE, batch([(k, f"v{n}", float(k)) for k in range(n)]), Origin("li"))
    before = rows_of(store, 1), rows_of(store, 2), rows_of(store, 3)
    made = store.restore("yjjbnt", 1, Origin("zhao", note="wrong delivery"))
    assert (made.version, made.kind, made.restored, made.features) == (4, VersionKind.RESTORE, 1, 1)
    assert rows_of(store, 4) == before[0] and (rows_of(store, 1), rows_of(store, 2), rows_of(store, 3)) == before
    with pytest.raises(InputError, match="7"):
        store.restore("YJJBNT", 7, Origin("zhao"))
    with pytest.raises(InputError, match="STBHHX"):
        store.restore("STBHHX", 1, Origin("zhao"))


def test_equal_rows_are_counted_not_merged(store):
    store.ingest(SHAPE, batch([(0, "a", 1.0)] * 3), Origin("li"))
    made = store.ingest(SHAPE, batch([(0, "a", 1.0)] * 2), Origin("li"))
    assert (made.same, made.removed, made.added, len(rows_of(store, 1))) == (2, 1, 0, 3)


def test_new_columns_are_added_and_lost_ones_stay_empty(store):
    store.ingest(SHAPE, batch([(0, "a", 1.0)]), Origin("li"))
    wider = LayerShape("YJJBNT", "", "MULTIPOLYGON", "EPSG:4549", {"BSM": "text", "DLBM": "text"})
    store.ingest(wider, batch([(0, "a", "0101")]), Origin("li"))
    assert list(store.shape("YJJBNT").columns) == ["BSM", "MJ", "DLBM"]
    assert [row[:3] for row in rows_of(store, 1)] == [("a", 1.0, None)]
    assert [row[:3] for row in rows_of(store, 2)] == [("a", None, "0101")]


def test_an_error_on_the_way_leaves_everything_as_it_was(store):
    store.ingest(SHAPE, batch([(0, "a", 1.0)]), Origin("li"))
    other = LayerShape("STBHHX", "", "MULTIPOLYGON", "EPSG:4549", {"BSM": "text"})

    def broken():
        yield from batch([(0, "x", 1.0)])
        raise InputError("store_missing", file="gone")

    with pytest.raises(InputError), store.transaction():
        store.ingest(other, batch([(5, "z")]), Origin("li"))
        store.ingest(SHAPE, broken(), Origin("li"))
    assert store.layers() == ["YJJBNT"] and len(store.versions()) == 1 and len(rows_of(store, 1)) == 1
    store.ingest(SHAPE, batch([(1, "b", 1.0)]), Origin("li"))  # and nothing of the attempt stands in the way
    assert [v.version for v in store.versions("YJJBNT")] == [2, 1]


def test_what_another_program_changed_is_noted_before_the_next_version(store):
    store.ingest(SHAPE, batch([(0, "a", 1.0), (1, "b", 2.0)]), Origin("li"))
    other = sqlite3.connect(store.path)
    other.execute("UPDATE YJJBNT SET MJ = 77 WHERE BSM = 'b'")
    other.commit()
    other.close()
    made = store.ingest(SHAPE, batch([(0, "a", 1.0)]), Origin("li"))
    assert [(v.version, v.kind.value) for v in store.versions()] == [(3, "ingest"), (2, "outside"), (1, "ingest")]
    with pytest.raises(InputError, match="cannot be restored"):
        store.restore("YJJBNT", 1, Origin("li"))
    assert made.removed == 1 and [row[1] for row in rows_of(store, 2)] == [1.0, 77.0]


def test_the_file_is_a_geopackage_that_gdal_reads(store):
    from osgeo import ogr

    store.ingest(SHAPE, batch([(0, "a", 1.0), (None, "b", 2.0)]), Origin("li"))
    data = ogr.Open(str(store.path))
    layer = data.GetLayerByName("YJJBNT")
    assert layer.GetFeatureCount() == 2 and layer.GetSpatialRef().GetAuthorityCode(None) == "4549"
    assert {f.GetField("BSM"): f.GetGeometryRef() is None for f in layer} == {"a": False, "b": True}
    assert data.GetLayerByName("YJJBNT_history").GetFeatureCount() == 0


def test_another_geopackage_is_refused(tmp_path):
    file = tmp_path / "other.gpkg"
    sqlite3.connect(file).execute("CREATE TABLE t (a)").connection.commit()
    with pytest.raises(InputError, match="other.gpkg"):
        CountyLayers.open(file)
    with pytest.raises(InputError):
        CountyLayers.open(tmp_path / "none.gpkg")


@pytest.mark.parametrize("seed", range(4))
def test_every_version_reads_as_it_was_taken_in(tmp_path, seed):
    dice, states = np.random.default_rng(seed), []
    with CountyLayers.open(tmp_path / "s.gpkg", create=True) as store:
        for _ in range(6):
            state = [(int(n), f"k{dice.integers(3)}", float(dice.integers(3))) for n in dice.integers(0, 8, size=6)]
            made = store.ingest(SHAPE, batch(state), Origin("li"))
            states.append((made.version, state))
        wanted = lambda s: sorted(((*v, shapely.to_wkt(shapely.normalize(land(n)))) for n, *v in s), key=repr)  # noqa: E731
        for version, state in states:
            assert rows_of(store, version) == wanted(state)
