"""Every way to read a control layer gives the same findings; a cache is trusted only while it is whole and of this layer."""

import os
import shutil
import time

import numpy as np
import pytest
import shapely

X, Y = 500_000, 3_350_000
FORMATS = {"gpkg": "GPKG", "fgb": "FlatGeobuf", "shp": "ESRI Shapefile", "gdb": "OpenFileGDB"}


def cell(x, y, size=100.0):
    return shapely.box(X + x, Y + y, X + x + size, Y + y + size)


@pytest.fixture(scope="module")
def shapes():
    """Cells with a bow tie, a duplicate, an overlap and a far one among them."""
    bow_tie = shapely.Polygon([(X + 10, Y + 10), (X + 90, Y + 90), (X + 90, Y + 10), (X + 10, Y + 90)])
    cells = [cell(x * 100, y * 100) for x in range(30) for y in range(30)]
    return [*cells, bow_tie, cell(550, 550), cell(500, 500), cell(90_000, 0)]


@pytest.fixture(scope="module")
def write(qgis_app, tmp_path_factory):
    """write(shapes, suffix, crs) -> path of a layer with a Chinese label field, made by QGIS."""
    from qgis.core import QgsCoordinateTransformContext, QgsFeature, QgsGeometry, QgsVectorFileWriter, QgsVectorLayer

    def make(shapes, suffix, crs="EPSG:4549", name="YJJBNTTB"):
        layer = QgsVectorLayer(f"Polygon?crs={crs}&field=TBBH:string(20)&field=N:integer", name, "memory")
        features = []
        for number, shape in enumerate(shapes):
            feature = QgsFeature(layer.fields())
            feature.setAttributes([f"图斑{number}", number])
            geometry = QgsGeometry()
            geometry.fromWkb(shapely.to_wkb(shape))
            feature.setGeometry(geometry)
            features.append(feature)
        layer.dataProvider().addFeatures(features)
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.driverName, options.layerName, options.fileEncoding = FORMATS[suffix], name, "UTF-8"
        path = tmp_path_factory.mktemp("layer") / f"{name}.{suffix}"
        written = QgsVectorFileWriter.writeAsVectorFormatV2(layer, str(path), QgsCoordinateTransformContext(), options)
        if written[0] != QgsVectorFileWriter.NoError:
            pytest.skip(f"this GDAL cannot write {FORMATS[suffix]}: {written[1]}")
        return path

    return make


@pytest.fixture
def cache_folder(qgis_app, tmp_path, monkeypatch):
    from onemap.plugin.bridge.review import control_cache
    from onemap.plugin.core.land import file_state

    monkeypatch.setattr(control_cache, "folder", lambda: tmp_path)
    monkeypatch.setattr(file_state, "GRAIN_S", 0.02)  # this file system tells two writes apart
    return tmp_path


@pytest.fixture(scope="module")
def projects(write):
    rng = np.random.default_rng(4)
    return write(
        [cell(x, y, s) for x, y, s in rng.uniform((0, 0, 20), (2800, 2800, 400), (80, 3))], "gpkg", name="projects"
    )


def check(projects, path, cache_mb=0, where=None):
    """{(project, control label): area} of all findings, repaired count, checked count, kind of reader."""
    from dataclasses import replace

    from onemap.plugin.bridge.review import control_readers
    from onemap.plugin.bridge.review.preparing import Review
    from onemap.plugin.bridge.review.running import run_review
    from qgis.core import QgsVectorLayer

    review = Review.of_rules(cache_mb=cache_mb)
    if where:
        rules = tuple(
            replace(rule, where=where) if rule.line_id == "YJJBNT" else rule for rule in review.rule_set.rules
        )
        review = replace(review, rule_set=replace(review.rule_set, rules=rules))
    layer = path if isinstance(path, QgsVectorLayer) else QgsVectorLayer(str(path), "YJJBNTTB", "ogr")
    review = review.with_projects(QgsVectorLayer(str(projects), "projects", "ogr")).with_controls([layer])
    kind = type(
        control_readers.control_layer(
            review.snapshots[0],
            review.catalogue.get("YJJBNT"),
            (),
            control_readers.Reading(review.plane, False, cache_mb),
        )
    ).__name__
    found, outcomes = {}, []
    result = run_review(review, outcomes.append, "N")
    for outcome in outcomes:
        for f in outcome.findings:
            found.setdefault((f.project_key, f.control_label), []).append(f.overlap_m2)
        assert not [v for v in outcome.verdicts if v.status == "failed"], [v.reason for v in outcome.verdicts][:1]
    (snapshot,) = result.controls
    return found, len(snapshot.repairs), snapshot.checked_count, kind


@pytest.fixture(scope="module")
def truth(write, projects, shapes):
    return check(projects, write(shapes, "gpkg"))


def test_the_truth_holds_what_was_made(truth, shapes):
    found, repaired, checked, kind = truth
    assert len(found) > 300 and repaired == 1 and checked == len(shapes) and kind == "GpkgLayer"
    assert all(label.startswith("图斑") for _, label in found)


@pytest.mark.parametrize("suffix,reader", [("fgb", "OgrLayer"), ("shp", "OgrLayer"), ("gdb", "OgrLayer")])
def test_other_files_give_the_same(write, projects, shapes, truth, suffix, reader):
    found, repaired, checked, kind = check(projects, write(shapes, suffix))
    assert kind in (reader, "FeatureLayer")  # an old GDAL has no Arrow stream
    assert found.keys() == truth[0].keys() and (repaired, checked) == truth[1:3]
    assert all(found[key] == pytest.approx(truth[0][key], abs=0.02) for key in found)


def test_a_memory_layer_gives_the_same(write, projects, shapes, truth):
    from qgis.core import QgsFeatureRequest, QgsVectorLayer

    layer = QgsVectorLayer(str(write(shapes, "gpkg")), "YJJBNTTB", "ogr").materialize(QgsFeatureRequest())
    assert check(projects, layer) == (*truth[:3], "FeatureLayer")


@pytest.mark.parametrize("suffix", ["gpkg", "shp", "fgb"])
def test_a_condition_picks_the_same_features(write, projects, shapes, truth, suffix):
    found = check(projects, write(shapes, suffix), where='"N" % 2 = 0 and "TBBH" like \'图斑%\'')[0]
    assert found.keys() == {key for key in truth[0] if int(key[1][2:]) % 2 == 0}


def test_degrees_give_the_same_pairs(write, projects, shapes, truth):
    from onemap.plugin.core.land.crs import parse_crs, transform_geometries

    moved = transform_geometries(shapes, parse_crs("EPSG:4549"), parse_crs("EPSG:4490"))
    found = check(projects, write(moved, "gpkg", "EPSG:4490"))[0]
    big = {key for key, areas in truth[0].items() if max(areas) > 0.5}
    assert big <= found.keys()
    assert all(found[key] == pytest.approx(truth[0][key], abs=0.05) for key in big)


def warmed(path, limit=100):
    from onemap.plugin.bridge.layers.snapshot import LayerSnapshot
    from onemap.plugin.bridge.review.control_readers import warm
    from onemap.plugin.core.land.crs import parse_crs
    from onemap.plugin.formats.rules.rule_files import load_catalogue
    from qgis.core import QgsVectorLayer

    snapshot = LayerSnapshot(QgsVectorLayer(str(path), "YJJBNTTB", "ogr"))
    return warm(snapshot, load_catalogue().get("YJJBNT"), parse_crs("EPSG:4549"), limit)


@pytest.mark.parametrize("suffix", ["gpkg", "fgb", "shp"])
def test_a_warm_layer_gives_the_same(write, projects, shapes, truth, cache_folder, suffix):
    path = write(shapes, suffix)
    assert warmed(path)
    found, repaired, checked, kind = check(projects, path, cache_mb=100)
    assert kind == "CachedLayer"
    assert found.keys() == truth[0].keys() and (repaired, checked) == truth[1:3]
    assert all(found[key] == pytest.approx(truth[0][key], abs=0.02) for key in found)


def test_a_changed_source_makes_the_cache_anew(write, projects, shapes, truth, cache_folder):
    path = write(shapes, "gpkg")
    assert warmed(path)
    time.sleep(0.02)
    shutil.copy(write([*shapes, cell(0, 0, 3000)], "gpkg"), path)
    found, _, _, kind = check(projects, path, cache_mb=100)
    assert kind == "GpkgLayer" and len(found) > len(truth[0])


def test_an_edit_in_the_write_ahead_log_is_seen(write, projects, shapes, cache_folder):
    import sqlite3

    path = write(shapes, "gpkg")
    assert warmed(path)
    data = sqlite3.connect(path)
    data.execute("PRAGMA journal_mode = WAL")
    data.execute("CREATE TABLE touched (a)")  # any commit: it lands in the log, the file itself stays as it was
    data.commit()
    assert check(projects, path, cache_mb=100)[3] == "GpkgLayer"
    data.close()


@pytest.mark.parametrize("harm", ["cut", "flip index", "flip geometry", "foreign", "empty", "unreadable header"])
def test_a_damaged_cache_is_never_trusted(write, projects, shapes, truth, cache_folder, harm):
    path = write(shapes, "gpkg")
    assert warmed(path)
    (file,) = cache_folder.glob("*.layer")
    data = bytearray(file.read_bytes())
    place = 8 + int.from_bytes(data[16:24], "little")  # of the header
    header = place + int.from_bytes(data[place - 8 : place], "little")
    if harm == "cut":
        data = data[:-50]
    elif harm == "flip index":
        data[header + 100] ^= 1
    elif harm == "flip geometry":
        for at in range(24, place - 8, 97):  # some of it lies near a project
            data[at] ^= 0xFF
    elif harm == "foreign":
        data[place:header] = data[place:header].replace(b"YJJBNTTB", b"XJJBNTTB")
    elif harm == "unreadable header":
        data[place:header] = b"{" * (header - place)
    file.write_bytes(b"" if harm == "empty" else bytes(data))
    if harm == "flip geometry":  # found while it is read: the layer itself answers the rest of the run
        assert check(projects, path, cache_mb=100)[:2] == truth[:2]
    assert check(projects, path, cache_mb=100) == truth
    assert not file.exists()


def test_caches_keep_to_their_limit(write, shapes, cache_folder):
    from onemap.plugin.bridge.review import control_cache

    paths = [write(shapes, "gpkg", name=name) for name in ("YJJBNTTB", "STBHHX", "CZKFBJ")]
    assert warmed(paths[0])
    one = control_cache.size_mb()
    for number, path in enumerate(paths):
        assert warmed(path, limit=2.5 * one)
        for file in cache_folder.glob("*.layer"):
            os.utime(file, (file.stat().st_mtime, number))
    assert 0 < control_cache.size_mb() <= 2.5 * one
    assert not warmed(write(shapes, "gpkg", name="ZX"), limit=0)
    control_cache.clear()
    assert control_cache.size_mb() == 0


def test_a_killed_build_leaves_no_cache(write, shapes, cache_folder):
    from onemap.plugin.core.land.array_store import Part, write_store

    def parts():
        yield Part(np.array([1]), np.array([cell(0, 0)], dtype=object))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_store(cache_folder / "x.layer", {"fingerprint": 1}, parts())
    assert not list(cache_folder.iterdir())


@pytest.mark.parametrize("suffix", ["gpkg", "fgb"])
def test_a_huge_multipolygon_gives_the_land_of_the_whole(write, projects, suffix):
    """Far more vertices than are cut as a whole: every piece equals the plain intersection, vertex by vertex in its area."""
    import sqlite3

    from onemap.plugin.core.land.area import statutory_area
    from onemap.plugin.core.land.crs import parse_crs

    turn = np.linspace(0, 2 * np.pi, 30_000, endpoint=False)
    radius = 1300 + 150 * np.sin(turn * 40) + np.random.default_rng(3).uniform(-3, 3, len(turn))
    star = shapely.polygons(np.column_stack([X + 1500 + radius * np.cos(turn), Y + 1500 + radius * np.sin(turn)]))
    star = shapely.difference(shapely.make_valid(star), cell(1400, 1400, 300))
    found, repaired, _, kind = check(projects, write([star], suffix))
    data = sqlite3.connect(projects)
    shapes = {str(n): shapely.from_wkb(blob[40:]) for n, blob in data.execute("SELECT N, geom FROM projects")}
    plane = parse_crs("EPSG:4549")
    expected = {
        key: statutory_area(shape.intersection(star), plane) for key, shape in shapes.items() if shape.intersects(star)
    }
    assert {project: areas[0] for (project, _), areas in found.items()} == pytest.approx(expected, abs=0.011)
    assert repaired == 0
