"""A session of the range tool is never stale: after every change of a layer the next answer is that of a fresh check."""

import os
import random
import shutil
import sqlite3
import time

import pytest
from onemap.tests.support.long_runs import count
from onemap.tests.support.window import WORK, settle

ZONE = "EPSG:4549"
RANGE = (0, 0, 100, 100)
FARMLAND = "YJJBNTTB"


def wkt(box):
    left, low, right, top = (v + w for v, w in zip(box, WORK * 2))
    return f"POLYGON(({left} {low},{right} {low},{right} {top},{left} {top},{left} {low}))"


def geometry(box):
    from qgis.core import QgsGeometry

    return QgsGeometry.fromWkt(wkt(box))


def memory(name, *boxes, crs=ZONE):
    from qgis.core import QgsFeature, QgsVectorLayer

    layer = QgsVectorLayer(f"Polygon?crs={crs}&field=code:string", name, "memory")
    for number, box in enumerate(boxes):
        feature = QgsFeature(layer.fields())
        feature.setGeometry(geometry(box))
        feature.setAttributes([str(number)])
        layer.dataProvider().addFeatures([feature])
    layer.updateExtents()
    return layer


def saved(path, *boxes, driver="GPKG"):
    from qgis.core import QgsCoordinateTransformContext, QgsVectorFileWriter

    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName = driver, FARMLAND
    write = getattr(QgsVectorFileWriter, "writeAsVectorFormatV3", QgsVectorFileWriter.writeAsVectorFormatV2)
    assert write(memory(FARMLAND, *boxes), str(path), QgsCoordinateTransformContext(), options)[0] == 0
    return path


HALF, QUARTER = (50, 0, 200, 100), (75, 0, 200, 100)
FORMATS = {"gpkg": "GPKG", "shp": "ESRI Shapefile", "fgb": "FlatGeobuf", "geojson": "GeoJSON"}


class Live:
    """The real checks on the real project."""

    def __init__(self, window):
        from qgis.core import QgsCoordinateReferenceSystem

        self.checks, self.crs, self.errors = window.checks, QgsCoordinateReferenceSystem(ZONE), []
        self.checks.failed.connect(self.errors.append)

    def result(self, box=RANGE):
        """The RangeResult of a full check through the window's own checks."""
        found = []
        self.errors.clear()
        self.checks.checked.connect(found.append)
        try:
            assert self.checks.check(geometry(box), self.crs), self.errors
            for _ in range(400):
                settle(0.02)
                if found or self.errors:
                    break
            assert found, self.errors or "no answer"
            return found[0]
        finally:
            self.checks.checked.disconnect(found.append)

    def share(self, line="YJJBNT", box=RANGE):
        """(status, percent) of a line; a check in a new session must say the same of all lines."""
        result = self.result(box)
        rows = {v.line_id: (str(v.status), v.overlap_m2, v.pieces) for v in result.verdicts}
        assert rows == {v.line_id: (str(v.status), v.overlap_m2, v.pieces) for v in self.fresh(box).verdicts}
        verdict = next(v for v in result.verdicts if v.line_id == line)
        return str(verdict.status), round(verdict.share_pct)

    def fresh(self, box):
        """A check that knows nothing of the session; layers of files are opened anew unless they are edited."""
        from onemap.plugin.bridge.range.session import RangeSession
        from onemap.plugin.bridge.review.control_sources import recognised_layers
        from onemap.plugin.bridge.settings import Settings
        from onemap.plugin.formats.rules.rule_files import load_catalogue
        from qgis.core import QgsVectorLayer

        layers = []
        for layer in recognised_layers(load_catalogue(), {}):
            if layer.providerType() == "ogr" and not layer.isEditable():
                again = QgsVectorLayer(layer.source(), layer.name(), "ogr")
                again.setCrs(layer.crs())
                again.setSubsetString(layer.subsetString())
                layer = again
            layers.append(layer)
        return RangeSession(layers, None, Settings(cache_mb=0), self.crs).check(geometry(box))


@pytest.fixture
def live(window):
    from qgis.core import QgsProject

    yield Live(window)
    window.checks.cancel()
    QgsProject.instance().clear()


def added(layer):
    from qgis.core import QgsProject

    QgsProject.instance().addMapLayer(layer)
    return layer


def opened(path, source=""):
    from qgis.core import QgsVectorLayer

    layer = QgsVectorLayer(source or str(path), FARMLAND, "ogr")
    assert layer.isValid()
    return added(layer)


@pytest.fixture(params=FORMATS)
def file(request, tmp_path):
    return saved(tmp_path / f"{FARMLAND}.{request.param}", HALF, driver=FORMATS[request.param])


def replaced(path, *boxes):
    """Another program saves over the file: under another name first, then moved there, as most do."""
    other = path.parent / "other"
    other.mkdir(exist_ok=True)
    saved(other / path.name, *boxes, driver=FORMATS[path.suffix[1:]])
    for made in other.iterdir():
        os.replace(made, path.parent / made.name)


def test_a_file_that_was_replaced_is_read_anew(live, file):
    opened(file)
    assert live.share() == ("conflict", 50)
    replaced(file, QUARTER)
    assert live.share() == ("conflict", 25)
    replaced(file, (500, 500, 600, 600))
    assert live.share() == ("clear", 0)


def test_a_file_that_was_copied_over_with_its_old_time_is_read_anew(live, file):
    opened(file)
    assert live.share() == ("conflict", 50)
    stamps = {f: f.stat() for f in file.parent.iterdir() if f.is_file()}
    other = file.parent / "other"
    other.mkdir()
    saved(other / file.name, QUARTER, driver=FORMATS[file.suffix[1:]])
    for made in other.iterdir():
        target = file.parent / made.name
        shutil.copyfile(made, target)  # the same inode
        if target in stamps:
            os.utime(target, ns=(stamps[target].st_atime_ns, stamps[target].st_mtime_ns))
    assert live.share() == ("conflict", 25)


def test_a_file_replaced_before_the_first_range_is_read_anew(live, file):
    opened(file)
    settle(0.1)
    time.sleep(0.05)
    replaced(file, QUARTER)
    assert live.share() == ("conflict", 25)


def test_a_filtered_layer_on_a_replaced_file(live, tmp_path):
    """A filter is read through QGIS's own provider, which keeps the old file open."""
    path = saved(tmp_path / "f.gpkg", HALF, (0, 0, 10, 100))
    layer = opened(path, f"{path}|layername={FARMLAND}")
    layer.setSubsetString("code = '0'")
    assert live.share() == ("conflict", 50)
    replaced(path, QUARTER, (0, 0, 10, 100))
    assert live.share() == ("conflict", 25)


def test_an_edit_by_another_program(live, tmp_path):
    from osgeo import ogr

    path = saved(tmp_path / "f.gpkg", HALF)
    opened(path)
    assert live.share() == ("conflict", 50)
    data = ogr.Open(str(path), 1)
    row = data.GetLayer(0).GetNextFeature()
    row.SetGeometry(ogr.CreateGeometryFromWkt(wkt(QUARTER)))
    data.GetLayer(0).SetFeature(row)
    row = data = None
    assert live.share() == ("conflict", 25)
    with sqlite3.connect(path) as direct:
        direct.execute("DROP TRIGGER IF EXISTS rtree_YJJBNTTB_geom_delete")
        direct.execute("DELETE FROM YJJBNTTB")
    direct.close()
    assert live.result().verdicts[0].overlap_m2 == 0


def test_a_filter_set_and_taken_away(live, file):
    layer = opened(file)
    assert live.share() == ("conflict", 50)
    layer.setSubsetString("code = 'none'")
    assert live.share()[1] == 0
    layer.setSubsetString("")
    assert live.share() == ("conflict", 50)


@pytest.mark.parametrize("kind", ["memory", "gpkg", "shp"])
def test_unsaved_edits_are_used_and_said_so_and_a_rollback_undoes_them(live, tmp_path, kind):
    if kind == "memory":
        layer = added(memory(FARMLAND, HALF))
    else:
        layer = opened(saved(tmp_path / f"{FARMLAND}.{kind}", HALF, driver=FORMATS[kind]))
    assert live.share() == ("conflict", 50)
    fid = next(layer.getFeatures()).id()
    assert layer.startEditing()
    assert live.share() == ("conflict", 50)
    layer.changeGeometry(fid, geometry(QUARTER))
    assert live.share() == ("conflict", 25)
    assert "unsaved_edits" in [r.code for r in live.result().remarks]
    layer.changeGeometry(fid, geometry((90, 0, 200, 100)))
    assert live.share() == ("conflict", 10)
    layer.undoStack().undo()  # takes both changes of the geometry back
    assert live.share() == ("conflict", 50)
    layer.deleteFeature(fid)
    assert live.share()[1] == 0
    assert layer.rollBack()
    assert live.share() == ("conflict", 50)
    assert "unsaved_edits" not in [r.code for r in live.result().remarks]


@pytest.mark.parametrize("kind", ["memory", "gpkg"])
def test_saved_edits(live, tmp_path, kind):
    layer = added(memory(FARMLAND, HALF)) if kind == "memory" else opened(saved(tmp_path / "a.gpkg", HALF))
    assert live.share() == ("conflict", 50)
    fid = next(layer.getFeatures()).id()
    layer.startEditing()
    layer.changeGeometry(fid, geometry(QUARTER))
    assert layer.commitChanges(False)
    assert live.share() == ("conflict", 25)
    layer.changeGeometry(fid, geometry((90, 0, 200, 100)))
    assert layer.commitChanges()
    assert live.share() == ("conflict", 10)


def test_a_memory_layer_changed_by_a_script(live):
    """Its provider says nothing when it is written to directly."""
    layer = added(memory(FARMLAND, HALF))
    assert live.share() == ("conflict", 50)
    layer.dataProvider().changeGeometryValues({next(layer.getFeatures()).id(): geometry(QUARTER)})
    assert live.share() == ("conflict", 25)
    layer.dataProvider().truncate()
    assert live.share()[1] == 0


def test_another_global_variable_opens_the_layers_anew(live, window):
    """Conditions of rules are prepared once for a session and may name one."""
    from qgis.core import QgsApplication

    added(memory(FARMLAND, HALF))
    before = window.checks._session.get(live.crs)
    assert window.checks._session.get(live.crs) is before
    QgsApplication.setCustomVariables({"limit": 5})
    try:
        assert window.checks._session.get(live.crs) is not before
    finally:
        QgsApplication.setCustomVariables({})


def test_a_rename_changes_which_line_a_layer_is(live):
    layer, other = added(memory(FARMLAND, HALF)), added(memory("STBHHX", (500, 0, 600, 100)))
    assert live.share() == ("conflict", 50)
    layer.setName("STBHHX")
    other.setName(FARMLAND)
    assert live.share() == ("clear", 0)
    assert live.share("STBHHX") == ("conflict", 50)
    layer.setName("anything")
    other.setName("something")
    assert not live.checks.check(geometry(RANGE), live.crs) and live.errors


def test_another_crs_of_a_layer(live):
    from qgis.core import QgsCoordinateReferenceSystem

    layer = added(memory(FARMLAND, HALF))
    assert live.share() == ("conflict", 50)
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:4548"))
    assert live.share()[1] == 0
    layer.setCrs(QgsCoordinateReferenceSystem(ZONE))
    assert live.share() == ("conflict", 50)


def test_another_source_of_a_layer(live, tmp_path):
    one, other = saved(tmp_path / "a.gpkg", HALF), saved(tmp_path / "b.gpkg", QUARTER)
    layer = opened(one)
    assert live.share() == ("conflict", 50)
    layer.setDataSource(str(other), FARMLAND, "ogr")
    assert live.share() == ("conflict", 25)


def test_a_layer_removed_and_another_added(live):
    from qgis.core import QgsProject

    layer = added(memory(FARMLAND, HALF))
    added(memory("STBHHX", (500, 0, 600, 100)))
    assert live.share() == ("conflict", 50)
    QgsProject.instance().removeMapLayer(layer.id())
    assert live.share() == ("not_checked", 0)
    added(memory(FARMLAND, QUARTER))
    assert live.share() == ("conflict", 25)


def test_a_project_that_is_cleared_ends_the_session(live, window):
    from qgis.core import QgsProject

    added(memory(FARMLAND, HALF))
    window.check_range(geometry(RANGE), live.crs)
    live.share()
    window.panel.show_result(live.result())
    QgsProject.instance().clear()
    settle(0.1)
    assert window.panel.verdicts.rowCount() == 0 and not window.panel.buttons[0].isEnabled()
    assert not live.checks.check(geometry(RANGE), live.crs)
    added(memory(FARMLAND, QUARTER))
    assert live.share() == ("conflict", 25)


def test_a_report_of_what_is_gone_is_refused(live, tmp_path):
    from onemap.plugin.core.errors import OneMapError

    path = saved(tmp_path / "a.gpkg", HALF)
    opened(path)
    result = live.result()
    result.report()
    replaced(path, QUARTER)
    for wanted in (result.report, result.frozen):
        with pytest.raises(OneMapError, match="a.gpkg"):
            wanted()


def test_a_dragged_range_sees_the_change_as_well(live, tmp_path):
    path = saved(tmp_path / "a.gpkg", HALF)
    opened(path)
    live.share()
    replaced(path, QUARTER)
    seen = []
    live.checks.followed.connect(seen.append)
    for step in range(60):
        live.checks.follow(geometry((0, 0, 100, 100 + step / 1000)), live.crs)
        settle(0.05)
        if seen:
            break
    assert round(next(v for v in seen[-1].verdicts if v.line_id == "YJJBNT").share_pct) == 25


def test_a_land_use_layer_that_cannot_be_read_is_remarked_and_does_not_end_the_check(live):
    from qgis.core import QgsCoordinateReferenceSystem

    added(memory(FARMLAND, HALF))
    land = added(memory("DLTB", HALF))
    assert [r.code for r in live.result().remarks if r.code.startswith("range_")] == ["range_landuse_field"]
    land.setCrs(QgsCoordinateReferenceSystem())
    assert [r.code for r in live.result().remarks if r.code.startswith("range_")] == ["range_landuse_failed"]


def test_the_range_on_the_screen_is_checked_again_when_a_layer_changes(live, window):
    layer = added(memory(FARMLAND, HALF))
    window.check_range(geometry(RANGE), live.crs)

    def shown():
        table = window.panel.verdicts
        return [table.item(0, column).text() for column in (1, 2)] if table.rowCount() else []

    def wait_for(text):
        for _ in range(200):
            settle(0.02)
            if shown() == text and window.checks.task is None:
                return
        raise AssertionError(shown())

    wait_for(["Not compliant", "5,000.00"])
    layer.startEditing()
    fid = next(layer.getFeatures()).id()
    layer.changeGeometry(fid, geometry(QUARTER))
    wait_for(["Not compliant", "2,500.00"])
    layer.rollBack()
    wait_for(["Not compliant", "5,000.00"])
    layer.setSubsetString("code = 'none'")
    wait_for(["Not checked", ""])
    window.panel.close()
    layer.setSubsetString("")
    settle(1.0)
    assert window.checks.task is None, "a closed panel asks for nothing"


def test_rules_are_read_in_the_background_and_anew_when_the_file_changes(live, tmp_path):
    from onemap.plugin.bridge.range.rules import blank_review, rules_are_read
    from onemap.plugin.bridge.settings import Settings

    rules = tmp_path / "province.yaml"
    rules.write_text("extends: 3x_national\nname: one\nversion: 1\n", encoding="utf-8")
    settings = Settings(rule_file=str(rules))
    assert not rules_are_read(settings)
    assert blank_review(settings).rule_set.name == "one" and rules_are_read(settings)
    rules.write_text("extends: 3x_national\nname: other\nversion: 1\n", encoding="utf-8")
    assert not rules_are_read(settings)
    assert blank_review(settings).rule_set.name == "other"


class Campaign:
    """Random changes of three kinds of layers, as an office makes them."""

    def __init__(self, folder, seed):
        self.dice = random.Random(seed)  # noqa: S311 - made-up data
        self.files = [
            saved(folder / f"{FARMLAND}.gpkg", HALF),
            saved(folder / f"{FARMLAND}.shp", HALF, driver=FORMATS["shp"]),
        ]
        self.layers = [opened(file) for file in self.files] + [added(memory("STBHHX", HALF))]
        self.number = 0

    def box(self):
        left = self.dice.choice([0, 10, 40, 75, 90, 300])
        return (left, 0, left + self.dice.choice([5, 50, 200]), 100)

    def step(self):
        layer = self.dice.choice(self.layers)
        acts = [self.edit, self.undo, self.save, self.roll_back, self.filter, self.move_crs, self.turn_names]
        if layer is not self.layers[2] and not layer.isEditable():
            acts += [self.replace, self.copy_over, self.write_from_outside] * 2
        act = self.dice.choice(acts)
        act(layer)
        return act.__name__, layer.name()

    def edit(self, layer):
        fids = [f.id() for f in layer.getFeatures()]
        if fids and layer.startEditing() or layer.isEditable():
            layer.changeGeometry(fids[0], geometry(self.box()))

    def undo(self, layer):
        if layer.isEditable():
            layer.undoStack().undo()

    def save(self, layer):
        layer.commitChanges(self.dice.random() < 0.5)

    def roll_back(self, layer):
        layer.rollBack()

    def filter(self, layer):
        if not layer.isEditable():
            layer.setSubsetString(self.dice.choice(["", "code = '0'", "code = 'none'"]))

    def move_crs(self, layer):
        from qgis.core import QgsCoordinateReferenceSystem

        layer.setCrs(QgsCoordinateReferenceSystem(self.dice.choice([ZONE, ZONE, "EPSG:4548"])))

    def turn_names(self, layer):
        names = [m.name() for m in self.layers]
        for other, name in zip(self.layers, names[1:] + names[:1]):
            other.setName(name)

    def replace(self, layer):
        replaced(self.files[self.layers.index(layer)], self.box())

    def copy_over(self, layer):
        path = self.files[self.layers.index(layer)]
        self.number += 1
        other = path.parent / f"o{self.number}"
        other.mkdir()
        saved(other / path.name, self.box(), driver=FORMATS[path.suffix[1:]])
        for made in other.iterdir():
            target = path.parent / made.name
            before = target.stat() if target.exists() else None
            shutil.copyfile(made, target)
            if before is not None:
                os.utime(target, ns=(before.st_atime_ns, before.st_mtime_ns // 10**9 * 10**9))

    def write_from_outside(self, layer):
        from osgeo import ogr

        data = ogr.Open(str(self.files[self.layers.index(layer)]), 1)
        row = data.GetLayer(0).GetNextFeature()
        row.SetGeometry(ogr.CreateGeometryFromWkt(wkt(self.box())))
        data.GetLayer(0).SetFeature(row)
        data.GetLayer(0).SyncToDisk()


@pytest.mark.parametrize("seed", range(1, count(11, 2)))
def test_a_campaign_of_changes_leaves_no_stale_answer(live, tmp_path, seed):
    campaign, done = Campaign(tmp_path, seed), []
    for _ in range(20):
        done.append(campaign.step())
        result = live.result()
        told = {v.line_id: (str(v.status), v.overlap_m2) for v in result.verdicts}
        fresh = {v.line_id: (str(v.status), v.overlap_m2) for v in live.fresh(RANGE).verdicts}
        assert told == fresh, done
    assert len({name for name, _ in done}) > 5
    for layer in campaign.layers:
        layer.rollBack()


def test_a_range_that_cannot_be_started_does_not_stand_in_the_way_of_the_next(live, tmp_path):
    """Its rules were read in the background before; QGIS deletes that task."""
    from onemap.plugin.bridge.settings import Settings

    before, rules = Settings.load(), tmp_path / "other.yaml"
    rules.write_text("extends: 3x_national\nname: other\nversion: 1\n", encoding="utf-8")
    try:
        Settings(rule_file=str(rules)).save()
        live.checks.check(geometry(RANGE), live.crs)  # no control layer is open
        for _ in range(400):
            settle(0.02)
            if live.errors:
                break
        assert live.errors and live.checks.task is None
        added(memory(FARMLAND, HALF))
        settle(0.1)
        assert live.result() is not None
    finally:
        before.save()


@pytest.mark.parametrize("change", ["renamed", "removed"])
def test_a_layer_that_goes_while_a_range_is_checked_answers_for_nothing(live, change):
    """Nobody watches the layers while they are read: what the check ends with is looked at again."""
    from qgis.core import QgsProject

    layer = added(memory(FARMLAND, HALF))
    added(memory("STBHHX", QUARTER))
    assert live.share() == ("conflict", 50)
    found = []
    live.checks.checked.connect(found.append)
    try:
        assert live.checks.check(geometry(RANGE), live.crs)
        if change == "renamed":
            layer.setName("something else")
        else:
            QgsProject.instance().removeMapLayer(layer)
        for _ in range(400):
            settle(0.02)
            if len(found) > 1:
                break
    finally:
        live.checks.checked.disconnect(found.append)
    last = {v.line_id: str(v.status) for v in found[-1].verdicts}
    assert last["YJJBNT"] == "not_checked" and last["STBHHX"] == "conflict"
