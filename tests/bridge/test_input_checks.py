"""Nothing is called clear that was not read: every kind of dirty control layer, each made here."""

import shutil
import sqlite3
import struct

import numpy as np
import pytest
import shapely
from onemap.plugin.core.land.gpkg import blobs

X, Y = 500_000.0, 3_350_000.0


def cell(x, y, size=100.0):
    return shapely.box(X + x, Y + y, X + x + size, Y + y + size)


PROJECTS = (cell(0, 0), cell(1000, 0))


def swapped(shape):
    return shapely.transform(shape, lambda xy: xy[:, ::-1])


def moved(shape, dx, dy=0.0):
    return shapely.transform(shape, lambda xy: xy + (dx, dy))


@pytest.fixture
def write(qgis_app, tmp_path):
    """A function that writes shapes (shapely or WKB) as a layer file and returns its path."""
    from qgis.core import (
        QgsCoordinateTransformContext,
        QgsFeature,
        QgsGeometry,
        QgsVectorFileWriter,
        QgsVectorLayer,
    )

    def written(shapes, name="YJJBNTTB", suffix="gpkg", kind="Polygon", epsg=4549):
        layer = QgsVectorLayer(f"{kind}?crs=EPSG:{epsg}&field=TBBH:string", name, "memory")
        features = []
        for number, shape in enumerate(shapes):
            feature, geometry = QgsFeature(layer.fields()), QgsGeometry()
            if shape is not None:
                geometry.fromWkb(shape if isinstance(shape, bytes) else shapely.to_wkb(shape))
                feature.setGeometry(geometry)
            feature.setAttributes([f"图{number}"])
            features.append(feature)
        layer.dataProvider().addFeatures(features)
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.layerName, options.driverName = (
            name,
            {"gpkg": "GPKG", "shp": "ESRI Shapefile", "fgb": "FlatGeobuf"}[suffix],
        )
        path = tmp_path / f"{name}.{suffix}"
        QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(path), QgsCoordinateTransformContext(), options)
        return path

    return written


@pytest.fixture
def check(qgis_app):
    """A function that checks two projects (A at 0,0; B at 1000,0) and returns {key: (status, reason)} and the layer's
    InputInfo.
    """
    from onemap.plugin.bridge.layers.encoding import open_vector
    from onemap.plugin.bridge.review.preparing import Review
    from onemap.plugin.bridge.review.running import run_review
    from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer

    def checked(path, shapes=PROJECTS, cache_mb=0, line="YJJBNT"):
        projects = QgsVectorLayer("Polygon?crs=EPSG:4549&field=XMBH:string", "projects", "memory")
        for key, shape in zip("ABCDEFGH", shapes):
            feature, geometry = QgsFeature(projects.fields()), QgsGeometry()
            geometry.fromWkb(shapely.to_wkb(shape))
            feature.setGeometry(geometry)
            feature.setAttributes([key])
            projects.dataProvider().addFeatures([feature])
        projects.updateExtents()
        layer = path if isinstance(path, QgsVectorLayer) else open_vector(str(path), line)
        layer.setName(line)
        review = Review.of_rules(cache_mb=cache_mb).with_projects(projects).with_controls([layer])
        found, outcomes = {}, []
        result = run_review(review, outcomes.append, "XMBH")
        for outcome in outcomes:
            if outcome.task.line_id == line:
                found.update({v.project_key: (v.status, v.reason) for v in outcome.verdicts})
        return {key: status for key, (status, _) in found.items()}, result.inputs()[1], found

    return checked


def statuses(check, path, **more):
    return check(path, **more)[0]


KINDS = pytest.mark.parametrize("suffix", ["gpkg", "fgb", "shp"])


@KINDS
def test_a_swapped_layer_fails_the_line(write, check, suffix):
    found, info, _ = check(write([swapped(cell(20, 0)), swapped(cell(60, 0))], suffix=suffix))
    assert found == {"A": "failed", "B": "failed"} and info.status == "failed"
    assert info.check.state() == "failed" and "crs_axes_swapped" in {entry.code for entry in info.check.entries}


@KINDS
@pytest.mark.parametrize("wrong", ["swapped", "zone", "far", "degrees"])
def test_one_misplaced_feature_leaves_nothing_clear_but_its_neighbours_count(write, check, suffix, wrong):
    shape = {
        "swapped": swapped(cell(1000, 0)),
        "zone": moved(cell(1000, 0), 39e6),
        "far": shapely.Polygon([(X, Y), (X + 10, Y), (X, 1e9)]),
        "degrees": shapely.box(120.0, 30.0, 120.1, 30.1),
    }[wrong]
    found, info, rows = check(write([cell(50, 0), cell(90, 300), shape, cell(400, 0)], suffix=suffix))
    assert found == {"A": "conflict", "B": "failed"}
    assert info.skipped_count == 1 and "YJJBNT" in rows["B"][1]


@pytest.mark.parametrize("where", ["near", "far"])
def test_what_cannot_be_read_fails_what_is_near_only(write, check, where):
    path = write([cell(5000, 0), cell(900 if where == "near" else 5200, 0, 300), cell(0, 500)])
    with sqlite3.connect(path) as data:
        (blob,) = data.execute("SELECT geom FROM YJJBNTTB WHERE fid = 2").fetchone()
        for name in [n for (n,) in data.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
            data.execute(f'DROP TRIGGER "{name}"')
        data.execute("UPDATE YJJBNTTB SET geom = ? WHERE fid = 2", (blob[:-30],))
    found, info, rows = check(path)
    assert found == {"A": "clear", "B": "failed" if where == "near" else "clear"}
    assert ("#2" in rows["B"][1]) == (where == "near")


def gpkg_without_triggers(path):
    data = sqlite3.connect(path)
    for name in [n for (n,) in data.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
        data.execute(f'DROP TRIGGER "{name}"')
    return data


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM index_ WHERE id = 1",
        "DELETE FROM index_",
        "INSERT INTO index_ SELECT 99, minx, maxx, miny, maxy FROM index_ WHERE id = 1",
        "UPDATE index_ SET minx = 600000, maxx = 600100 WHERE id = 1",
        "UPDATE YJJBNTTB SET fid = fid + 10",
        "DROP TABLE index_",
    ],
)
def test_an_index_that_lies_hides_nothing(write, check, harm):
    path = write([cell(50, 0), cell(1050, 0), cell(5000, 0)])
    with gpkg_without_triggers(path) as data:
        data.execute(harm.replace("index_", "rtree_YJJBNTTB_geom"))
    data.close()
    found, info, _ = check(path)
    assert found == {"A": "conflict", "B": "conflict"}
    codes = {entry.code for entry in info.check.entries}
    assert ("index_differs" in codes) == ("DROP" not in harm)


def test_a_header_that_lies_hides_nothing(write, check):
    path = write([cell(50, 0), cell(5000, 0)])
    with gpkg_without_triggers(path) as data:
        (blob,) = data.execute("SELECT geom FROM YJJBNTTB WHERE fid = 1").fetchone()
        lie = blobs(np.array([shapely.from_wkb(blob[40:])]), np.array([[1.0, 1.0, 2.0, 2.0]]), 4549)[0]
        data.execute("UPDATE YJJBNTTB SET geom = ? WHERE fid = 1", (lie,))
    data.close()
    assert statuses(check, path)["A"] == "conflict"


def test_nan_and_infinite_coordinates_leave_nothing_clear(write, check):
    for bad in (np.nan, np.inf):
        path = write([cell(50, 0), cell(5000, 0)])
        with gpkg_without_triggers(path) as data:
            ring = [(X + 900, Y), (X + 1200, Y), (bad, Y + 100), (X + 900, Y)]
            wkb = struct.pack("<BIII", 1, 3, 1, 4) + b"".join(struct.pack("<2d", *point) for point in ring)
            data.execute("UPDATE YJJBNTTB SET geom = ? WHERE fid = 2", (b"GP\0\1" + struct.pack("<i", 4549) + wkb,))
        data.close()
        assert statuses(check, path) == {"A": "conflict", "B": "failed"}
        path.unlink()


def test_heights_that_are_no_numbers_do_not_matter(write, check):
    ring = [(X + 50, Y), (X + 150, Y), (X + 150, Y + 100), (X + 50, Y + 100), (X + 50, Y)]
    wkb = struct.pack("<BIII", 1, 1003, 1, 5) + b"".join(struct.pack("<3d", *p, np.nan) for p in ring)
    path = write([cell(5000, 0)])
    with gpkg_without_triggers(path) as data:
        data.execute("UPDATE YJJBNTTB SET geom = ?", (b"GP\0\1" + struct.pack("<i", 4549) + wkb,))
    data.close()
    assert statuses(check, path) == {"A": "conflict", "B": "clear"}


def test_an_open_ring_is_closed_as_qgis_draws_it_and_told(write, check):
    ring = [(X + 50, Y), (X + 150, Y), (X + 150, Y + 100), (X + 50, Y + 100)]
    wkb = struct.pack("<BIII", 1, 3, 1, 4) + b"".join(struct.pack("<2d", *point) for point in ring)
    path = write([cell(5000, 0)])
    with gpkg_without_triggers(path) as data:
        data.execute("UPDATE YJJBNTTB SET geom = ?", (b"GP\0\1" + struct.pack("<i", 4549) + wkb,))
    data.close()
    found, info, _ = check(path)
    assert found == {"A": "conflict", "B": "clear"} and info.repaired_count == 1


def test_a_surface_of_triangles_is_not_taken_for_nothing(write, check):
    path = write([cell(5000, 0), cell(7000, 0)])
    triangle = struct.pack("<BIII", 1, 17, 1, 4)
    for x, y in ((900, 0), (1200, 0), (900, 300), (900, 0)):
        triangle += struct.pack("<2d", X + x, Y + y)
    tin = struct.pack("<BII", 1, 16, 1) + triangle
    with gpkg_without_triggers(path) as data:
        data.execute("UPDATE YJJBNTTB SET geom = ? WHERE fid = 1", (b"GP\0\1" + struct.pack("<i", 4549) + tin,))
    data.close()
    assert statuses(check, path)["B"] in ("failed", "conflict")


def test_a_theme_of_areas_delivered_as_lines_is_failed(write, check):
    line = shapely.LineString(cell(0, 0).exterior.coords)
    found, info, _ = check(write([line], kind="LineString"))
    assert found == {"A": "failed", "B": "failed"} and "layer_not_polygons" in {e.code for e in info.check.entries}


@KINDS
def test_a_layer_without_any_geometry_is_failed(write, check, suffix):
    found = statuses(check, write([None, None], suffix=suffix))  # FlatGeobuf says it holds nothing at all
    assert set(found.values()) == {"not_checked" if suffix == "fgb" else "failed"}


def test_a_line_among_polygons_fails_what_is_near(write, check):
    path = write([cell(5000, 0), cell(7000, 0)])
    with gpkg_without_triggers(path) as data:
        line = shapely.LineString([(X + 900, Y + 50), (X + 1200, Y + 50)])
        blob = blobs(np.array([line]), np.array([line.bounds]), 4549)[0]
        data.execute("UPDATE YJJBNTTB SET geom = ? WHERE fid = 1", (blob,))
    data.close()
    assert statuses(check, path) == {"A": "clear", "B": "failed"}


@pytest.mark.parametrize("harm", ["half .shp", "half .shx", "short .dbf", "foreign .dbf", "no .shx"])
def test_shapefiles_whose_files_do_not_belong_together(write, check, tmp_path, harm):
    path = write([cell(50 * n, 2000) for n in range(40)] + [cell(1000, 0)], suffix="shp")
    kind, suffix = harm.split()
    file = path.with_suffix(suffix)
    if kind == "no":
        file.unlink()
    elif kind == "foreign":
        shutil.copy(write([cell(0, 2000)], name="other", suffix="shp").with_suffix(".dbf"), file)
    else:
        data = file.read_bytes()
        file.write_bytes(data[: len(data) // 2])
    found = statuses(check, path)
    assert found["A"] == "failed" and found["B"] in ("failed", "conflict")


def test_the_other_projects_go_on_when_one_is_misplaced(write, check):
    projects = [cell(0, 0), cell(1000, 0), swapped(cell(0, 0)), moved(cell(0, 0), 39e6), cell(2000, 0)]
    found = statuses(check, write([cell(50, 0)]), shapes=projects)
    assert found == {"A": "conflict", "B": "clear", "C": "failed", "D": "failed", "E": "clear"}


def test_keys_of_sixty_four_bits_stay_whole(write, check, qgis_app):
    path, key = write([cell(50, 0), cell(1050, 0)]), 2**53 + 1
    with gpkg_without_triggers(path) as data:
        data.execute("UPDATE YJJBNTTB SET fid = ? + fid", (key,))
    data.close()
    from onemap.plugin.bridge.layers.gpkg_reader import GpkgFile

    ids, _ = GpkgFile.of(path).table().row_boxes().meeting((X, Y, X + 200, Y + 200))
    assert ids.tolist() == [key + 1]
    assert statuses(check, path) == {"A": "conflict", "B": "conflict"}


def test_a_layer_that_changes_while_it_is_read_is_not_clear(write, check, monkeypatch):
    from onemap.plugin.bridge.review import control_readers

    path = write([cell(50, 0), cell(5000, 0)])
    near = control_readers.GpkgLayer.near

    def changing(self, bounds):
        with gpkg_without_triggers(path) as data:
            data.execute("DELETE FROM YJJBNTTB WHERE fid = 2")
        data.close()
        return near(self, bounds)

    monkeypatch.setattr(control_readers.GpkgLayer, "near", changing)
    assert statuses(check, path)["B"] == "failed"


@pytest.mark.parametrize("shape", ["vertex", "strip", "tall"])
def test_work_is_bounded_whatever_the_coordinates_say(write, check, shape, monkeypatch):
    """The number of vertices that any step makes stays near that of the data."""
    made = []
    plain = shapely.segmentize
    monkeypatch.setattr(shapely, "segmentize", lambda *a, **k: made.append(plain(*a, **k)) or made[-1])
    bad = {
        "vertex": shapely.Polygon([(X + 50, Y), (X + 150, Y), (X + 150, 1e9), (X + 50, Y + 100)]),
        "strip": shapely.box(X + 50, Y - 10_000, X + 50.001, Y + 10_000),
        "tall": shapely.box(X + 50, Y - 900_000, X + 50.001, Y + 900_000),
    }[shape]
    found, info, rows = check(write([bad, cell(4000, 0)]))
    assert found["B"] == ("failed" if shape == "vertex" else "clear")
    assert shapely.get_num_coordinates(np.concatenate([np.atleast_1d(m) for m in made] or [[]])).sum() < 100_000
    assert shape != "vertex" or "1" in rows["B"][1]


@pytest.mark.parametrize("suffix", ["fgb", "shp"])
@pytest.mark.parametrize("is_large", [True, False])
def test_a_layer_too_large_to_look_through_is_asked_for_what_is_misplaced(write, check, suffix, is_large, monkeypatch):
    from onemap.plugin.bridge.review import control_readers

    monkeypatch.setattr(control_readers, "LOOKED_OVER", 0 if is_large else 1000)
    path = write([cell(50, 0), cell(90, 300), swapped(cell(1000, 0)), cell(400, 0)], suffix=suffix)
    found, info, _ = check(path)
    assert found == {"A": "conflict", "B": "failed"} and info.skipped_count == 1
    assert statuses(check, write([cell(50, 0), cell(5000, 0)], suffix=suffix)) == {"A": "conflict", "B": "clear"}


def test_a_filtered_layer_says_what_its_filter_hides(write, check):
    from onemap.plugin.bridge.layers.encoding import open_vector

    path = write([cell(50, 0), cell(1050, 0)])
    layer = open_vector(str(path), "YJJBNT")
    layer.setSubsetString("TBBH = '图0'")
    found, info, _ = check(layer)
    assert found == {"A": "conflict", "B": "clear"}
    (entry,) = [entry for entry in info.check.entries if entry.code == "layer_filtered"]
    assert info.check.state() == "remark" and "TBBH = '图0'" in entry.text("zh") and entry.params["count"] == 1
    assert check(path)[1].check.state() == "ok"


def test_unsaved_edits_are_read_and_reported(write, check):
    from onemap.plugin.bridge.layers.encoding import open_vector

    layer = open_vector(str(write([cell(50, 0), cell(1050, 0)])), "YJJBNT")
    layer.startEditing()
    assert "layer_unsaved" not in {entry.code for entry in check(layer)[1].check.entries}
    layer.deleteFeature(2)
    found, info, _ = check(layer)
    assert found == {"A": "conflict", "B": "clear"}
    assert "layer_unsaved" in {entry.code for entry in info.check.entries}
    layer.rollBack()


def test_a_shapefile_without_its_table_is_named(qgis_app, tmp_path):
    from types import SimpleNamespace

    from onemap.plugin.bridge.review.input_checks import table_remarks

    layer = SimpleNamespace(name="a", file=tmp_path / "a.shp")
    (remark,) = table_remarks(layer)
    assert remark.code == "shapefile_no_table" and "a.dbf" in remark.text()
    (tmp_path / "a.DBF").touch()
    assert not table_remarks(layer)
    assert not table_remarks(SimpleNamespace(name="a", file=tmp_path / "b.gpkg"))


def test_layers_of_one_name_and_several_years_are_told_apart(qgis_app):
    from datetime import date
    from types import SimpleNamespace

    from onemap.plugin.bridge.review.layer_remarks import control_remarks
    from onemap.plugin.core.review.layer_dates import DateSource, LayerDate

    controls = [
        SimpleNamespace(line_id="ZX", name="ZX", source=day, expected_count=1, dated=LayerDate(day, DateSource.NAME))
        for day in ("2018", "2023")
    ]
    (remark,) = control_remarks(controls, date(2026, 1, 1))
    assert remark.code == "line_vintages" and all(year in remark.text() for year in ("2018", "2023"))
