"""The range tool's modes, the land around a range, and what a range is turned into, on real widgets and a real workspace."""

import math

import numpy as np
import pytest
from onemap.tests.support.window import WORK, open_layers, settle

ZONE = "EPSG:4549"
TRIANGLE = (
    f"POLYGON(({WORK[0]} {WORK[1]},{WORK[0] + 100} {WORK[1]},{WORK[0] + 100} {WORK[1] + 100},{WORK[0]} {WORK[1]}))"
)


@pytest.fixture
def map_window(window, iface):
    from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsRectangle

    open_layers()
    iface.canvas.setDestinationCrs(QgsCoordinateReferenceSystem(ZONE))
    iface.canvas.setExtent(QgsRectangle(WORK[0] - 150, WORK[1] - 100, WORK[0] + 250, WORK[1] + 200))
    settle(0.2)
    yield window
    QgsProject.instance().clear()


def pixel(canvas, x, y):
    from qgis.core import QgsPointXY
    from qgis.PyQt.QtCore import QPoint

    at = canvas.getCoordinateTransform().transform(QgsPointXY(WORK[0] + x, WORK[1] + y))
    return QPoint(round(at.x()), round(at.y()))


def click(canvas, x, y, button="LeftButton"):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    QTest.mouseClick(
        canvas.viewport(), getattr(Qt.MouseButton, button), Qt.KeyboardModifier.NoModifier, pixel(canvas, x, y)
    )


def checked(window):
    """The RangeResult of the check that is under way."""
    results = []
    window.checks.checked.connect(results.append)
    for _ in range(100):
        settle(0.05)
        if results:
            return results[0]
    raise AssertionError("no answer")


AREAS = {
    "polygon": 100 * 50 / 2,
    "rectangle": 100 * 50,
    "circle": math.pi * 80**2,
    "buffer": 100 * 40 + math.pi * 20**2,
}


@pytest.mark.parametrize("mode", AREAS)
def test_every_mode_gives_its_area_and_follows_a_drag(map_window, iface, mode):
    canvas = iface.canvas
    map_window.modes.width.setValue(20)
    map_window.modes.choose(mode)
    assert map_window.modes._width_action.isVisible() == (mode == "buffer")
    points = {"polygon": [(0, 0), (100, 0), (100, 50)], "rectangle": [(0, 0), (100, 50)], "circle": [(0, 0), (80, 0)]}
    for x, y in points.get(mode, [(0, 0), (100, 0)]):
        click(canvas, x, y)
    if mode in ("polygon", "buffer"):
        click(canvas, 0, 0, "RightButton")
    first = checked(map_window)
    assert first.project_m2 == pytest.approx(AREAS[mode], rel=0.04)
    drag(canvas, map_window.tool._finished[1], 40, 0)
    assert checked(map_window).project_m2 > first.project_m2 * 1.1


def drag(canvas, point, east, north):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    x, y = point.x() - WORK[0], point.y() - WORK[1]
    for act, at in ((QTest.mousePress, (x, y)), (QTest.mouseRelease, (x + east, y + north))):
        act(canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, pixel(canvas, *at))


def test_a_finished_range_stays_until_its_panel_is_closed(map_window, iface):
    from qgis.gui import QgsMapToolPan

    map_window.modes.choose("rectangle")
    click(iface.canvas, 0, 0)
    pan = QgsMapToolPan(iface.canvas)
    iface.canvas.setMapTool(pan)
    assert map_window.tool._band.numberOfVertices() == 0, "half a range goes"
    map_window.draw_range()
    click(iface.canvas, 0, 0)
    click(iface.canvas, 100, 100)
    first = checked(map_window)
    iface.canvas.setMapTool(pan)
    assert map_window.tool._band.numberOfVertices() >= 4 and map_window.panel._marks.band.numberOfVertices()
    map_window.draw_range()
    drag(iface.canvas, map_window.tool._finished[1], 30, 0)
    assert checked(map_window).project_m2 > first.project_m2 * 1.2
    map_window.panel.close()
    assert map_window.tool._band.numberOfVertices() == 0 and not map_window.panel._marks.band.numberOfVertices()


def test_a_circle_is_round_on_the_ground_whatever_the_map(qgis_app):
    """100 m on a map in degrees and on one whose metres are no metres (web mercator)."""
    from onemap.plugin.bridge.range.shapes import SHAPES, buffered
    from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsGeometry, QgsPointXY, QgsProject

    for code in ("EPSG:4490", "EPSG:3857"):
        crs = QgsCoordinateReferenceSystem(code)
        place = QgsGeometry.fromPointXY(QgsPointXY(120.0, 30.0))
        place.transform(QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:4490"), crs, QgsProject.instance()))
        grown = buffered(place, crs, 100.0)
        grown.transform(QgsCoordinateTransform(crs, QgsCoordinateReferenceSystem("EPSG:4549"), QgsProject.instance()))
        assert grown.area() == pytest.approx(math.pi * 1e4, rel=0.001)
        box = grown.boundingBox()
        assert box.width() == pytest.approx(200, abs=0.1) and box.height() == pytest.approx(200, abs=0.1)
    assert SHAPES["circle"].most == 2


def test_selected_lines_and_points_are_grown(map_window, iface):
    from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer

    layer = QgsVectorLayer(f"LineString?crs={ZONE}", "axis", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromWkt(f"LINESTRING({WORK[0]} {WORK[1]},{WORK[0] + 100} {WORK[1]})"))
    layer.dataProvider().addFeatures([feature])
    layer.selectAll()
    iface.active = layer
    map_window.tool.metres = 10.0
    map_window.range_from_selection()
    assert checked(map_window).project_m2 == pytest.approx(2000 + math.pi * 100, rel=0.01)


def test_a_txt_file_becomes_a_range_whose_vertices_can_be_dragged(map_window, iface, tmp_path):
    import shapely
    from onemap.plugin.bridge.range.shapes import txt_range
    from onemap.plugin.formats.parcels.txt import ParcelFile, header_for, parcel_from_polygon, write_parcel_txt

    east = 39_000_000 + WORK[0]
    parcel = parcel_from_polygon(shapely.box(east, WORK[1], east + 100, WORK[1] + 60), {"number": "1", "name": "甲"})
    path = tmp_path / "range.txt"
    write_parcel_txt(ParcelFile(header_for(39, 3, False, 3), [parcel], {}), path)
    found = txt_range(path)
    assert found.crs.authid() == "EPSG:4527" and found.remarks == []
    map_window.take_file(path)
    first = checked(map_window)
    assert first.project_m2 == pytest.approx(6000, rel=0.001)
    moved = max(map_window.tool._finished, key=lambda p: p.x() + p.y())
    drag(iface.canvas, moved, 40, 40)
    assert checked(map_window).project_m2 > 6500


def dem(path, slope_percent):
    """A plane that rises eastwards around the range."""
    from osgeo import gdal, osr
    from qgis.core import QgsRasterLayer

    heights = np.tile(np.arange(80) * 10 * slope_percent / 100, (80, 1)).astype("f4")
    data = gdal.GetDriverByName("GTiff").Create(str(path), 80, 80, 1, gdal.GDT_Float32)
    data.SetGeoTransform((WORK[0] - 300, 10, 0, WORK[1] + 400, 0, -10))
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(4549)
    data.SetProjection(reference.ExportToWkt())
    data.GetRasterBand(1).WriteArray(heights)
    data = None
    return QgsRasterLayer(str(path), "DEM")


def test_slope_and_roads_or_not_evaluated(map_window, tmp_path):
    from osgeo import gdal
    from qgis.core import QgsCoordinateReferenceSystem, QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer

    panel, crs = map_window.panel, QgsCoordinateReferenceSystem(ZONE)
    square = QgsGeometry.fromWkt(TRIANGLE)
    map_window.check_range(square, crs)
    land = checked(map_window).surroundings
    assert land.slope is None and "DEM" in land.slope_why.text("en")
    assert "not evaluated" in panel.slope.text() and "not evaluated" in panel.nearest.item(0, 0).text()
    roads = QgsVectorLayer(f"LineString?crs={ZONE}&field=NAME:string", "LRDL", "memory")
    for name, x in (("G104", 300), ("S208", 900), ("G104", 2000)):
        feature = QgsFeature(roads.fields())
        feature.setGeometry(
            QgsGeometry.fromWkt(f"LINESTRING({WORK[0] + x} {WORK[1] - 9000},{WORK[0] + x} {WORK[1] + 9000})")
        )
        feature.setAttributes([name])
        roads.dataProvider().addFeatures([feature])
    QgsProject.instance().addMapLayers([roads, dem(tmp_path / "d.tif", 5.0)])
    before = len(gdal.ReadDirRecursive("/vsimem/") or [])
    map_window.check_range(square, crs)
    land = checked(map_window).surroundings
    assert land.slope.mean == pytest.approx(2.8624, abs=0.01) and "5.0 %" in panel.slope.text()
    assert [(r.name, round(r.distance_m)) for r in land.roads] == [("G104", 200), ("S208", 800)]
    assert len(gdal.ReadDirRecursive("/vsimem/") or []) == before, "rasters cut out in memory must go"


@pytest.fixture
def records(map_window, tmp_path):
    """The real Reports page in the dock, with an open workspace."""
    from onemap.plugin.store.workspace import NewWorkspace, Workspace

    page = map_window.dock.show_page("reports")
    page.actor = "张工"
    page.use(Workspace.create(tmp_path / "w.gpkg", "330110", content=NewWorkspace(actor="张工")))
    yield page
    page.close_workspace()


def answer_name(name):
    """Type a name into the dialog that will ask for it."""
    from qgis.PyQt.QtCore import QTimer
    from qgis.PyQt.QtWidgets import QApplication, QInputDialog

    def type_it():
        dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QInputDialog) and w.isVisible())
        dialog.setTextValue(name)
        dialog.accept()

    QTimer.singleShot(300, type_it)


def a_result(map_window):
    from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry

    map_window.check_range(QgsGeometry.fromWkt(TRIANGLE), QgsCoordinateReferenceSystem(ZONE))
    return checked(map_window)


def test_a_range_is_saved_as_a_project_site(map_window, records):
    import shapely

    result = a_result(map_window)
    answer_name("新建厂房")
    map_window.panel.buttons[3].click()
    (record,) = list(records.workspace.records("project_site"))
    assert (
        record["name"] == "新建厂房" and record["area_m2"] == round(result.project_m2, 2) and record["filler"] == "张工"
    )
    assert "m²" in record["note"] or "平方米" in record["note"]
    shape = shapely.from_wkb(record["geometry"])
    assert shape.geom_type == "MultiPolygon" and 119 < shape.centroid.x < 121
    counts = [records.formTable.item(r, 1).text() for r in range(records.formTable.rowCount())]
    assert "1" in counts, "the page shows the new record"


def test_without_a_workspace_the_user_is_told(map_window, iface):
    a_result(map_window)
    map_window.panel.buttons[3].click()
    assert "workspace" in iface.bar.items()[-1].text()


def test_a_review_of_a_range_opens_its_check_and_freezes_a_round(map_window, records, iface):
    a_result(map_window)
    answer_name("甲地块")
    map_window.panel.buttons[4].click()
    layer = map_window.dock.page("review").controller.check.projects.currentLayer()
    (feature,) = layer.getFeatures()
    assert feature["XMMC"] == "甲地块" and feature.geometry().area() == pytest.approx(5000, rel=0.001)
    for _ in range(100):
        settle(0.05)
        if map_window.range_actions.task is None:
            break
    (info,) = records.workspace.cases.rounds("甲地块")
    frozen = records.workspace.cases.load(info.id)
    assert (info.number, info.actor, len(frozen.verdicts)) == (1, "张工", 23)
    assert len(frozen.head.rules_sha256) == 64 and frozen.projects.names == ["甲地块"]
    assert frozen.projects.geometries[0].area == pytest.approx(5000, rel=0.001)
    assert records.workspace.verify_audit().is_intact


def test_a_note_tells_the_tiers_and_never_hides_what_could_not_be_read():
    from onemap.plugin.bridge.range.record import verdict_note
    from onemap.plugin.core.review.findings import Verdict

    def verdict(line, status, effect="", area=0.0):
        return Verdict("1", line, line, status, effect, area, area / 100, 1, 0, 0.0, "", "", "", "")

    read = verdict("CLEAR", "clear")
    assert verdict_note([read]).count("\n") == 0
    note = verdict_note([read, verdict("BAD", "failed"), verdict("NONE", "not_checked")])
    assert "BAD" in note and "NONE" in note and "CLEAR" not in note
    met = [
        verdict("A", "involved", "consult", 20),
        verdict("B", "conflict", "conditional", 30),
        verdict("C", "conflict", "prohibit", 10),
    ]
    lines = verdict_note(met).splitlines()
    assert [line.split(": ")[1][0] for line in lines] == ["C", "B", "A"] and "Not compliant" in lines[0]
    failed, unseen = verdict("BAD", "failed"), verdict("NONE", "not_checked")
    untouched = verdict_note([read])
    assert untouched not in verdict_note([failed, unseen]) and "BAD" in verdict_note([failed, unseen]).splitlines()[0]
    assert untouched not in note and "BAD" in note.splitlines()[0] and "1 were checked" in note.splitlines()[-1]
    assert "NONE" in verdict_note([unseen]).splitlines()[0] and "NONE" in verdict_note([read, unseen]).splitlines()[0]
    order = [line.split(": ")[1][0] for line in verdict_note([met[0], read, failed, met[1]]).splitlines()[:3]]
    assert order == ["B", "B", "A"]  # what could not be read may hide a conflict: before what is only to be asked
    assert "No control line was checked" in verdict_note([])


def test_the_headline_never_opens_with_clear_lines_while_others_were_not_checked():
    from onemap.plugin.core.review.findings import Verdict
    from onemap.plugin.gui.range.rows import headline

    one = Verdict("1", "A", "A", "clear", "", 0.0, 0.0, 0, 0, 0.0, "", "", "", "")
    other = Verdict("1", "B", "B", "not_checked", "", 0.0, 0.0, 0, 0, 0.0, "", "", "", "")
    assert "Not checked" in headline([one, other]).split("　")[0]
