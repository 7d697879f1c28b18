"""Ranges answered from the store of all layers: byte for byte what the layers themselves give, in every state."""

import os
import shutil

import numpy as np
import pytest
import shapely

PLANE = "EPSG:4549"
X, Y = 500_000.0, 3_350_000.0
AT = 1_700_000_000
VALUES = {
    "sfzrbhdhxq": ("是", "否", None),
    "fqmc": ("核心保护区", "建设控制地带", None),
    "bhqjb": ("一级", "准保护区", "二级"),
    "lx": ("危险区", "隐患点", None),
    "sdjb": ("国家级", None, "省级"),
    "XGZ": ("24", None, "不详"),
}


def shapes(dice, count):
    """Boxes, a bow tie, an empty one, a hole: what layers are made of."""
    corner = dice.uniform(0, 1000, (count, 2)) + (X, Y)
    found = list(shapely.box(*corner.T, *(corner + dice.uniform(10, 120, (count, 2))).T))
    for number in range(3, count, 11):
        left, low, right, top = found[number].bounds
        found[number] = shapely.Polygon([(left, low), (right, top), (right, low), (left, top)])
    for number in range(5, count, 13):
        found[number] = found[number].difference(found[number].centroid.buffer(4))
    if count > 30:
        found[30] = shapely.Polygon()
    return found


def saved(path, name, seed, count, crs=PLANE, driver="GPKG"):
    """A layer in a file, its fields those that rules and labels ask for."""
    from pyproj import Transformer
    from qgis.core import QgsCoordinateTransformContext, QgsFeature, QgsGeometry, QgsVectorFileWriter, QgsVectorLayer

    dice, move = np.random.default_rng(seed), Transformer.from_crs(PLANE, crs, always_xy=True)
    fields = "&".join(f"field={field}:string" for field in (*VALUES, "MC", "GKJB"))
    layer = QgsVectorLayer(f"Polygon?crs={crs}&{fields}", name, "memory")
    for number, shape in enumerate(shapes(dice, count)):
        feature = QgsFeature(layer.fields())
        moved = shapely.transform(shape, lambda xy: np.column_stack(move.transform(*xy.T)))
        feature.setGeometry(QgsGeometry.fromWkt(moved.wkt))
        values = [of_field[number % 3] for of_field in VALUES.values()]
        feature.setAttributes([*values, f"图斑 {number}", str(number % 4)])
        layer.dataProvider().addFeatures([feature])
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName = driver, name
    write = getattr(QgsVectorFileWriter, "writeAsVectorFormatV3", QgsVectorFileWriter.writeAsVectorFormatV2)
    assert write(layer, str(path), QgsCoordinateTransformContext(), options)[0] == 0
    aged(path)
    return path


def aged(path):
    for file in path.parent.glob(path.stem + ".*"):
        os.utime(file, (AT, AT))


LAYERS = {
    "YJJBNTTB": (1, 90, PLANE, "gpkg"),
    "YJJBNTTB_2": (2, 40, "EPSG:4490", "gpkg"),
    "STBHHX": (3, 40, "EPSG:4548", "shp"),
    "CZKFBJ": (4, 30, PLANE, "fgb"),
    "LSWHBHX": (5, 50, PLANE, "gpkg"),
    "SYD": (6, 50, "EPSG:4490", "gpkg"),
    "DZZH": (7, 40, PLANE, "gpkg"),
    "GYL": (8, 0, PLANE, "gpkg"),
    "SD": (9, 45, PLANE, "gpkg"),
    "JC": (10, 30, PLANE, "gpkg"),
    "FM": (11, 40, "EPSG:4490", "gpkg"),
}
DRIVERS = {"gpkg": "GPKG", "shp": "ESRI Shapefile", "fgb": "FlatGeobuf"}


@pytest.fixture
def files(qgis_app, tmp_path, monkeypatch):
    from onemap.plugin.bridge.review import control_cache

    caches = tmp_path / "cache"
    caches.mkdir()
    monkeypatch.setattr("onemap.plugin.bridge.range.store.folder", lambda: caches)
    monkeypatch.setattr(control_cache, "folder", lambda: caches)
    monkeypatch.setattr("onemap.plugin.bridge.range.store.seconds_to_settle", lambda stamps: 0.0)
    monkeypatch.setattr("onemap.plugin.bridge.range.store.is_settled", lambda stamps: True)
    made = {}
    for name, (seed, count, crs, kind) in LAYERS.items():
        made[name] = saved(tmp_path / f"{name}.{kind}", name, seed, count, crs, DRIVERS[kind])
    return made


def layer_of(path):
    from qgis.core import QgsVectorLayer

    inside = f"|layername={path.stem}" if path.suffix == ".gpkg" else ""
    layer = QgsVectorLayer(f"{path}{inside}", path.stem, "ogr")
    assert layer.isValid()
    return layer


def session(layers, cache_mb=1000, rule_file=""):
    from onemap.plugin.bridge.range.session import RangeSession
    from onemap.plugin.bridge.settings import Settings
    from qgis.core import QgsCoordinateReferenceSystem

    mapping = {"YJJBNTTB_2": "YJJBNT"}
    settings = Settings(cache_mb=cache_mb, mapping=mapping, rule_file=str(rule_file))
    return RangeSession(layers, None, settings, QgsCoordinateReferenceSystem(PLANE))


def place(dice):
    from qgis.core import QgsGeometry

    left, low = dice.uniform(-50, 900, 2) + (X, Y)
    size = dice.uniform(60, 400)
    corners = [(0, 0), (size, size / 9), (size * 1.1, size), (size / 3, size * 1.05), (0, 0)]
    return QgsGeometry.fromPolygonXY([[point(left + x, low + y) for x, y in corners]])


def point(x, y):
    from qgis.core import QgsPointXY

    return QgsPointXY(x, y)


def answer(result):
    """Everything a person sees of a result, to the last byte."""
    findings = [(*repr(replaced(f)).split("\n"), shapely.to_wkb(f.geometry)) for f in result.findings]
    remarks = [remark.text() for remark in result.remarks]
    return findings, [repr(verdict) for verdict in result.verdicts], remarks, result.project_m2


def replaced(finding):
    from dataclasses import replace

    return replace(finding, geometry=None)


def stored(layers, rule_file=""):
    """A session on the store, which was brought up to date; and how many layers come from it."""
    from onemap.plugin.bridge.range.stored_layer import StoredLayer

    one = session(layers, rule_file=rule_file)
    one.warm(place(np.random.default_rng(1)))
    one.check(place(np.random.default_rng(1)))
    sources = [source for of_line in one._followed.sources.values() for source in of_line]
    return one, sum(isinstance(source, StoredLayer) for source in sources)


def compare(layers, wanted, seed=4, rounds=8):
    """The store and the layers themselves agree on some ranges."""
    dice, (one, count), met = np.random.default_rng(seed), stored(layers), 0
    assert count == wanted
    for _ in range(rounds):
        where = place(dice)
        found, plain = one.check(where), session(layers, 0).check(where)
        assert answer(found) == answer(plain)
        met += len(found.findings)
    return met


def test_every_kind_of_layer_answers_as_if_it_were_read_itself(files):
    assert compare([layer_of(path) for path in files.values()], len(LAYERS)) > 100


def test_conditions_of_the_row_alone_are_kept(files):
    layers = [layer_of(files[name]) for name in ("STBHHX", "LSWHBHX", "SYD", "DZZH", "SD")]
    one, _ = stored(layers)
    kept = {source.line.id: source.section.masks for of in one._followed.sources.values() for source in of}
    assert any(kept.values()), kept


def test_values_that_no_rule_knows_are_not_clear_from_the_store_either(files, tmp_path):
    rules, where = tmp_path / "r.yaml", "\"sdjb\" = ''0101''"
    rule = f"- {{id: YJJBNT-1, where: '{where}'}}"
    rules.write_text(f"extends: 3x_national\nname: x\nversion: 1\nrules:\n{rule}\n", encoding="utf-8")
    layers, dice = [layer_of(files["YJJBNTTB"])], np.random.default_rng(4)
    (one, count), statuses = stored(layers, rules), set()
    assert count == 1
    for _ in range(8):
        where = place(dice)
        found, plain = one.check(where), session(layers, 0, rules).check(where)
        moving = one.check(where, is_moving=True)
        assert answer(found) == answer(plain)
        (verdict,) = (v for v in found.verdicts if v.line_id == "YJJBNT")
        assert ("sdjb=" in verdict.reason) == (verdict.status == "not_checked")
        assert {v.status for v in moving.verdicts if v.line_id == "YJJBNT"} == {verdict.status}
        statuses.add(str(verdict.status))
    assert "not_checked" in statuses


def test_conditions_that_ask_more_than_the_row_are_not_kept(qgis_app):
    from onemap.plugin.bridge.layers.conditions import RowCondition
    from onemap.plugin.bridge.range.stored_layer import may_keep
    from qgis.core import QgsVectorLayer

    fields = QgsVectorLayer("Polygon?field=BHDJ:string", "x", "memory").fields()
    kept = {
        text: may_keep(RowCondition(text, fields, "r"))
        for text in (
            "\"BHDJ\" = '一级'",
            "left(\"BHDJ\", 1) IN ('一', '二') OR \"BHDJ\" IS NULL",
            '"BHDJ" = @limit',
            'now() > to_date("BHDJ")',
            "rand(1, 2) = 1",
            "$area > 5",
            "aggregate('other', 'count', 1) > 1",
        )
    }
    assert list(kept.values()) == [True, True, False, False, False, False, False]


def test_a_file_that_changed_is_read_itself_until_it_is_built_again(files):
    layers = [layer_of(path) for path in files.values()]
    stored(layers)
    path = files["LSWHBHX"]
    path.unlink()
    saved(path, "LSWHBHX", 55, 70)
    os.utime(path, (AT + 60, AT + 60))
    layers = [layer_of(path) for path in files.values()]
    where = place(np.random.default_rng(6))
    changed = session(layers)
    assert answer(changed.check(where)) == answer(session(layers, 0).check(where))
    assert compare(layers, len(LAYERS), seed=7) > 50


def test_filtered_and_edited_layers_are_read_themselves(files):
    layers = {name: layer_of(path) for name, path in files.items()}
    layers["YJJBNTTB"].setSubsetString("\"GKJB\" <> '1'")
    assert layers["SYD"].startEditing()
    layers["SYD"].deleteFeature(next(layers["SYD"].getFeatures()).id())
    one = session(list(layers.values()))
    one.warm(place(np.random.default_rng(1)))
    dice = np.random.default_rng(9)
    for _ in range(5):
        where = place(dice)
        assert answer(one.check(where)) == answer(session(list(layers.values()), 0).check(where))
    layers["SYD"].rollBack()


def test_a_deleted_file_never_says_clear(files):
    from onemap.plugin.bridge.range.state import StaleSource

    layers = [layer_of(path) for path in files.values()]
    one, _ = stored(layers)
    files["LSWHBHX"].unlink()
    with pytest.raises(StaleSource):
        one.check(place(np.random.default_rng(2)))


def test_a_damaged_store_is_not_believed(files, tmp_path):
    layers = [layer_of(path) for path in files.values()]
    one, _ = stored(layers)
    (data,) = (tmp_path / "cache").glob("range-*.bin")
    sections = list(one._store._store.sections.values())
    whole = bytearray(data.read_bytes())
    for number, section in enumerate(sections):
        at = section.offsets()
        whole[at["body" if number % 2 else "boxes"] + 9 if section.count else at["body"] - 1] ^= 3
    data.write_bytes(bytes(whole))
    dice = np.random.default_rng(11)
    for _ in range(3):
        where = place(dice)
        assert answer(session(layers).check(where)) == answer(session(layers, 0).check(where))


def test_a_released_range_notes_what_a_check_of_it_alone_would(files):
    from onemap.plugin.bridge.range.check import run_range

    layers = [layer_of(path) for path in files.values()]
    one, _ = stored(layers)
    dice = np.random.default_rng(12)
    for _ in range(4):
        where = place(dice)
        one.check(place(dice), is_moving=True)
        one.check(where, is_moving=True)
        found, plain = run_range(one.job(where)), run_range(session(layers, 0).job(where))
        assert answer(found) == answer(plain)
        told, wanted = found.report(), plain.report()
        assert told.repairs == wanted.repairs and told.skipped == wanted.skipped
        assert looked_at(told) == looked_at(wanted)


def looked_at(report):
    """How many features were looked at."""
    return [(row.name, row.checked_count) for row in report.inputs]


def test_a_limit_is_kept_and_the_store_can_be_cleared(files):
    from onemap.plugin.bridge.range import store

    layers = [layer_of(path) for path in files.values()]
    small = session(layers, cache_mb=0.05)
    assert small.warm(place(np.random.default_rng(1))) < len(LAYERS)
    stored(layers)
    assert store.size_mb() > 0
    store.clear()
    assert store.size_mb() == 0
    shutil.rmtree(files["GYL"].parent / "cache")
    assert answer(session(layers).check(place(np.random.default_rng(3))))


def test_a_range_that_moves_meets_what_it_meets_when_it_rests(files):
    """Lines asked together and one by one: the same findings, verdicts that differ in upper limits alone."""
    from dataclasses import replace

    layers = [layer_of(path) for path in files.values()]
    (one, _), dice, limits = stored(layers), np.random.default_rng(21), 0
    for _ in range(8):
        where = place(dice)
        moving, resting = one.check(where, is_moving=True), session(layers, 0).check(where)
        assert sorted(map(repr, map(replaced, moving.findings))) == sorted(map(repr, map(replaced, resting.findings)))
        for most, exact in zip(moving.verdicts, resting.verdicts):
            assert most.overlap_m2 >= exact.overlap_m2
            alike = replace(most, overlap_m2=exact.overlap_m2, share_pct=exact.share_pct)
            assert (alike if most.line_id in moving.at_most else most) == exact
        limits += len(moving.at_most)
    together = {line_id for line_id, line in one._followed.moving._lines.items() if line is not None}
    assert {"YJJBNT", "CZKFBJ", "JC", "FM", "SYD"} <= together and "DZZH" not in together and limits > 10


def test_where_all_rows_lie_is_known_before_anything_is_built(files, monkeypatch):
    """A range that comes while the store is built waits for what it meets, not for all rows of all tables."""
    from onemap.plugin.bridge.layers.gpkg_reader import GpkgTable
    from onemap.plugin.bridge.range import store

    one = session([layer_of(path) for path in files.values()])
    tables = [snapshot.table for snapshot in one._review.snapshots if isinstance(snapshot.table, GpkgTable)]
    made, known = store.RangeStore._section, []

    def section(self, *args):
        known.append([table.file.holds_boxes(table.name) for table in tables])
        return made(self, *args)

    monkeypatch.setattr(store.RangeStore, "_section", section)
    assert one.warm(place(np.random.default_rng(1))) and len(tables) > 3
    assert all(map(all, known)) and len(known) > 3
