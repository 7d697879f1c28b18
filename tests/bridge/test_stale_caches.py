"""However a source is changed, no answer comes from what it was before; and a cache answers as its source does."""

import os
import shutil
import sqlite3
import time

import numpy as np
import pytest
import shapely
from onemap.tests.support.long_runs import count

X, Y = 500_000.0, 3_350_000.0
ROUNDS = count(60, 4)  # four: every way of changing comes once


def cell(x, y, size=100.0):
    return shapely.box(X + x, Y + y, X + x + size, Y + y + size)


HERE = (cell(0, 0),)


def layer_of(shapes, name, crs="EPSG:4549"):
    from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer

    layer = QgsVectorLayer(f"Polygon?crs={crs}&field=XMBH:string", name, "memory")
    features = []
    for number, shape in enumerate(shapes):
        feature, geometry = QgsFeature(layer.fields()), QgsGeometry()
        geometry.fromWkb(shapely.to_wkb(shape))
        feature.setGeometry(geometry)
        feature.setAttributes([str(number)])
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    layer.updateExtents()
    return layer


def write(shapes, path, name="YJJBNTTB"):
    from qgis.core import QgsCoordinateTransformContext, QgsVectorFileWriter

    options = QgsVectorFileWriter.SaveVectorOptions()
    options.layerName = name
    options.driverName = {".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".fgb": "FlatGeobuf"}[path.suffix]
    QgsVectorFileWriter.writeAsVectorFormatV3(
        layer_of(shapes, name), str(path), QgsCoordinateTransformContext(), options
    )
    return path


@pytest.fixture
def cache_folder(qgis_app, tmp_path, monkeypatch):
    from onemap.plugin.bridge.review import control_cache
    from onemap.plugin.core.land import file_state

    place = tmp_path / "cache"
    place.mkdir()
    monkeypatch.setattr(control_cache, "folder", lambda: place)
    monkeypatch.setattr(file_state, "GRAIN_S", 0.02)
    return place


def answer(path, projects=HERE, cache_mb=100, layer=None, warm=True):
    """([(status, overlap)] of the projects, what the layer was read from); builds the cache afterwards."""
    from onemap.plugin.bridge.review.preparing import Review
    from onemap.plugin.bridge.review.running import run_review
    from qgis.core import QgsVectorLayer

    control, outcomes = layer or QgsVectorLayer(str(path), "YJJBNTTB", "ogr"), []
    review = Review.of_rules(cache_mb=cache_mb).with_projects(layer_of(projects, "projects")).with_controls([control])
    result = run_review(review, outcomes.append, "XMBH")
    found = [
        (str(v.status), v.overlap_m2, v.pieces)
        for outcome in outcomes
        if outcome.task.line_id == "YJJBNT"
        for v in outcome.verdicts
    ]
    cached = result.inputs()[1].cache
    if warm:
        review.warm()
    return found, cached


def replaced(way, path, other, size):
    """Put `other` in the place of `path`."""
    before = path.stat()
    if way == "copy over":
        shutil.copyfile(other, path)
    elif way == "copy with times":
        shutil.copyfile(other, path)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    elif way == "rename over":
        shutil.copyfile(other, path.with_suffix(".tmp"))
        os.utime(path.with_suffix(".tmp"), ns=(before.st_atime_ns, before.st_mtime_ns))
        os.replace(path.with_suffix(".tmp"), path)
    elif way == "one second stamps":
        shutil.copyfile(other, path)
        second = before.st_mtime_ns // 10**9 * 10**9
        os.utime(path, ns=(second, second))
    assert path.stat().st_size == size


@pytest.mark.parametrize("way", ["copy over", "copy with times", "rename over", "one second stamps"])
@pytest.mark.parametrize("suffix", [".gpkg", ".fgb"])
def test_a_file_of_the_same_size_in_its_place_is_never_answered_from_the_cache(cache_folder, tmp_path, way, suffix):
    path = tmp_path / f"YJJBNTTB{suffix}"
    states = []
    for number in range(2):
        made = write([cell(50 if number else 2000, 0), cell(4000, 0)], path)
        states.append(shutil.copyfile(made, tmp_path / f"state{number}{suffix}"))
        path.unlink()
    shutil.copyfile(states[0], path)
    time.sleep(0.03)
    stale, cached = 0, 0
    for number in range(ROUNDS):
        time.sleep(0.03)
        answer(path)  # leaves a cache of the state
        if number % 2:
            assert answer(path)[1]  # and the cache is used while nothing changes
            cached += 1
        state = (number + 1) % 2
        replaced(way, path, states[state], states[state].stat().st_size)
        stale += answer(path, warm=False)[0][0][0].endswith(("clear", "CLEAR")) == bool(state)
    assert stale == 0 and cached


def test_edits_in_qgis_are_never_answered_from_the_cache(cache_folder, tmp_path):
    """Saved edits are seen, unsaved ones as well; a rollback undoes them."""
    from qgis.core import QgsGeometry, QgsVectorLayer

    path = write([cell(2000, 0), cell(4000, 0)], tmp_path / "YJJBNTTB.gpkg")
    time.sleep(0.03)
    layer = QgsVectorLayer(str(path), "YJJBNTTB", "ogr")
    for number in range(ROUNDS):
        answer(path, layer=layer)
        here = number % 2 == 0
        geometry = QgsGeometry()
        geometry.fromWkb(shapely.to_wkb(cell(50 if here else 2000, 0)))
        assert layer.startEditing()
        fid = next(layer.getFeatures()).id()
        layer.changeGeometry(fid, geometry)
        assert (answer(path, layer=layer, warm=False)[0][0][1] > 0) == here  # not saved yet
        if number % 3 == 2:
            layer.rollBack()
            here = not here
        else:
            assert layer.commitChanges()
        assert (answer(path, layer=layer, warm=False)[0][0][1] > 0) == here
        geometry.fromWkb(shapely.to_wkb(cell(2000 if number % 2 == 0 else 50, 0)))


def test_rows_written_by_another_program_are_never_answered_from_the_cache(cache_folder, tmp_path):
    path = write([cell(2000, 0), cell(4000, 0)], tmp_path / "YJJBNTTB.gpkg")
    other = write([cell(50, 0)], tmp_path / "other.gpkg", "other")
    with sqlite3.connect(other) as data:
        (here,) = data.execute("SELECT geom FROM other").fetchone()
    with sqlite3.connect(path) as data:
        (there,) = data.execute("SELECT geom FROM YJJBNTTB WHERE fid = 1").fetchone()
        for name in [n for (n,) in data.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
            data.execute(f'DROP TRIGGER "{name}"')
    data.close()
    for number in range(ROUNDS):
        time.sleep(0.03)
        answer(path)
        before = path.stat()
        with sqlite3.connect(path) as data:
            if number % 4 == 3:
                data.execute("PRAGMA journal_mode = WAL")
            data.execute("UPDATE YJJBNTTB SET geom = ? WHERE fid = 1", (there if number % 2 else here,))
        if number % 4 != 3:
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert (answer(path, warm=False)[0][0][1] > 0) == (number % 2 == 0)
        data.close()


@pytest.mark.parametrize("suffix", [".gpkg", ".fgb", ".shp"])
def test_cached_and_uncached_answers_are_equal_to_the_last_digit(cache_folder, tmp_path, suffix):
    rng = np.random.default_rng(5)

    def star(size):
        turns = np.sort(rng.uniform(0, 2 * np.pi, 30))
        radius = rng.uniform(0.4, 1, 30) * size
        x, y = X + rng.uniform(0, 5000, 2)[0], Y + rng.uniform(0, 5000)
        return shapely.polygons(np.column_stack([x + radius * np.cos(turns), y + radius * np.sin(turns)]))

    path = write([star(200) for _ in range(400)], tmp_path / f"YJJBNTTB{suffix}")
    projects = [star(300) for _ in range(150)]
    time.sleep(0.03)
    plain, cached = answer(path, projects)
    assert not cached
    warm, cached = answer(path, projects)
    assert cached and warm == plain


def test_a_blocked_cache_folder_is_no_fault_of_the_run(qgis_app, tmp_path, monkeypatch):
    from onemap.plugin.bridge.review import control_cache

    (tmp_path / "file").write_text("in the way")

    def blocked():
        place = tmp_path / "file" / "cache"
        place.mkdir(parents=True, exist_ok=True)
        return place

    monkeypatch.setattr(control_cache, "folder", blocked)
    path = write([cell(50, 0)], tmp_path / "YJJBNTTB.gpkg")
    found, cached = answer(path)
    assert found[0][1] > 0 and not cached and control_cache.size_mb() == 0


def test_orphans_are_cleaned(cache_folder, tmp_path):
    one, other = (
        write([cell(50, 0)], tmp_path / name / "YJJBNTTB.gpkg") for name in ("a", "b") if not (tmp_path / name).mkdir()
    )
    time.sleep(0.03)
    answer(one)
    (cache_folder / "x.layer.1.part").write_bytes(b"half")
    os.utime(cache_folder / "x.layer.1.part", (0, 0))
    (cache_folder / "old.layer").write_bytes(b"ONEMAP-LAYER-2\n\0")
    one.unlink()
    answer(other)
    assert len(list(cache_folder.iterdir())) == 1


def test_a_young_stamp_is_waited_for_and_never_trusted(cache_folder, tmp_path, monkeypatch):
    from onemap.plugin.bridge.review import control_cache

    waits = []
    monkeypatch.setattr(control_cache.time, "sleep", waits.append)
    path = write([cell(50, 0)], tmp_path / "YJJBNTTB.gpkg")
    os.utime(path, (time.time() + 100, time.time() + 100))  # a clock that goes ahead
    answer(path)
    assert waits == [0.02] and not list(cache_folder.glob("*.layer"))
