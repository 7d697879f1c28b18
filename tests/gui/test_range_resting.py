"""A range that is dragged: upper limits while it moves, exact when the mouse rests, unknown lines never shown as clear."""

import pytest
from onemap.tests.support.window import WORK, settle, wait_for

ZONE = "EPSG:4549"


def geometry(left, low, right, top):
    from qgis.core import QgsGeometry, QgsRectangle

    return QgsGeometry.fromRect(QgsRectangle(WORK[0] + left, WORK[1] + low, WORK[0] + right, WORK[1] + top))


@pytest.fixture
def saved_lines(window, tmp_path):
    """Farmland in a file, two features that share half of their land."""
    from qgis.core import (
        QgsCoordinateTransformContext,
        QgsFeature,
        QgsProject,
        QgsVectorFileWriter,
        QgsVectorLayer,
    )

    made = QgsVectorLayer(f"Polygon?crs={ZONE}", "YJJBNTTB", "memory")
    for box in ((0, 0, 60, 100), (30, 0, 90, 100)):
        feature = QgsFeature(made.fields())
        feature.setGeometry(geometry(*box))
        made.dataProvider().addFeatures([feature])
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName = "GPKG", "YJJBNTTB"
    write = getattr(QgsVectorFileWriter, "writeAsVectorFormatV3", QgsVectorFileWriter.writeAsVectorFormatV2)
    assert write(made, str(tmp_path / "a.gpkg"), QgsCoordinateTransformContext(), options)[0] == 0
    layer = QgsVectorLayer(f"{tmp_path / 'a.gpkg'}|layername=YJJBNTTB", "YJJBNTTB", "ogr")
    QgsProject.instance().addMapLayer(layer)
    yield layer
    window.checks.cancel()
    QgsProject.instance().clear()


def shown(window):
    """(area, summary) of farmland in the panel."""
    table = window.panel.verdicts
    rows = [row for row in range(table.rowCount()) if table.item(row, 1).text() == "Not compliant"]
    return (table.item(rows[0], 2).text() if rows else ""), window.panel.summary.text()


def test_the_upper_limit_of_a_moving_range_is_exact_when_the_mouse_rests(window, saved_lines):
    from qgis.core import QgsCoordinateReferenceSystem

    crs, seen = QgsCoordinateReferenceSystem(ZONE), []
    window.checks.check(geometry(0, 0, 100, 100), crs)
    wait_for(lambda: window.panel.verdicts.rowCount() and window.checks.task is None)
    assert shown(window)[0] == "9,000.00"
    window.checks.followed.connect(lambda result: seen.append(result.at_most))
    window.tool.moved.emit(geometry(0, 0, 100, 90), crs)
    wait_for(lambda: seen)
    area, summary = shown(window)
    assert area in ("≤ 9,000", "≤ 9,001") and "≤" in summary, "60 x 90 twice is no more than the range itself"
    window.tool.moved.emit(geometry(0, 0, 100, 80), crs)
    wait_for(lambda: len(seen) == 2)
    assert shown(window)[0].startswith("≤")
    wait_for(lambda: len(seen) == 3)
    assert seen == [{"YJJBNT"}, {"YJJBNT"}, set()]
    area, summary = shown(window)
    assert area == "7,200.00" and "≤" not in summary
    settle(0.6)
    assert len(seen) == 3, "a range that rests is computed once"


def test_a_mouse_that_moves_on_is_not_taken_for_resting(window, saved_lines):
    from qgis.core import QgsCoordinateReferenceSystem

    crs, seen = QgsCoordinateReferenceSystem(ZONE), []
    window.checks.check(geometry(0, 0, 100, 100), crs)
    wait_for(lambda: window.panel.verdicts.rowCount() and window.checks.task is None)
    window.checks.followed.connect(lambda result: seen.append(result.at_most))
    for step in range(4):
        before = len(seen)
        window.checks.follow(geometry(0, 0, 100, 90 - step), crs)
        wait_for(lambda before=before: len(seen) > before)
        assert window.checks._rest.isActive() and window.checks._rest.interval() == 250
    assert all(seen)
    window.checks.cancel()
    settle(0.5)
    assert len(seen) == 4, "a range that was given up is not computed"


@pytest.mark.parametrize(
    "m2, share, wanted",
    [
        (980_613.96, 76.6101, ["≤ 980,614", "≤ 98.07", "≤ 1,471.0", "≤ 76.7"]),
        (10_000.0, 100.0, ["≤ 10,000", "≤ 1.00", "≤ 15.0", "≤ 100.0"]),
        (0.01, 0.0001, ["≤ 1", "≤ 0.01", "≤ 0.1", "≤ 0.1"]),
    ],
)
def test_an_upper_limit_is_rounded_upwards(m2, share, wanted):
    from types import SimpleNamespace

    from onemap.plugin.core.review.tiers import Conclusion
    from onemap.plugin.gui.range.rows import verdict_row

    verdict = SimpleNamespace(conclusion=Conclusion.PROHIBITED, overlap_m2=m2, share_pct=share, line_name="x")
    assert verdict_row(verdict, True)[0][2:] == wanted


def test_lines_that_are_still_read_are_unknown_never_clear(window, saved_lines, monkeypatch):
    from onemap.plugin.bridge.range import progress
    from onemap.plugin.core.review.tiers import Conclusion
    from onemap.plugin.gui.range import rows
    from qgis.core import QgsCoordinateReferenceSystem

    monkeypatch.setattr(progress, "_PATIENCE_S", 0.0)
    known, texts = [], []
    window.checks.partly.connect(known.append)
    window.checks.partly.connect(lambda _: texts.append((window.panel.headline.text(), window.panel.summary.text())))
    window.checks.check(geometry(500, 500, 600, 600), QgsCoordinateReferenceSystem(ZONE))
    wait_for(lambda: window.panel.verdicts.rowCount() and window.checks.task is None)
    assert known and known[0].pending
    for part in known:
        assert rows.partly_decisive(part.verdicts) == Conclusion.NOT_CHECKED
    assert "being read" in texts[0][0] and "control lines checked" in texts[0][1]
    window.panel.show_partly(known[0])
    table, waiting = window.panel.verdicts, len(known[0].pending)
    column = [table.item(row, 1).text() for row in range(table.rowCount())]
    assert column[-waiting:] == ["Being read"] * waiting
    assert not any(button.isEnabled() for button in window.panel.buttons)
    window.panel.zoom_to_row(table.rowCount() - 1)


def test_what_an_index_shows_is_marked_and_decides_nothing(window):
    from onemap.plugin.bridge.range.check import PartlyChecked
    from onemap.plugin.core.review.findings import Verdict
    from onemap.plugin.core.review.tiers import Conclusion
    from onemap.plugin.gui.range import rows
    from onemap.plugin.gui.widgets.conclusions import CONCLUSION_COLOURS

    def verdict(line, status, effect, area):
        return Verdict("1", line, line, status, effect, area, 5.0, 1, 0, 0.0, "", "")

    clear, shown = verdict("A", "clear", "", 0.0), verdict("B", "conflict", "prohibit", 1234.5)
    known = PartlyChecked([clear], ["D"], [shown], ["C"])
    window.panel.show_partly(known)
    table = window.panel.verdicts
    cells = [[table.item(row, column).text() for column in range(3)] for row in range(4)]
    assert [row[0] for row in cells] == ["A", "B", "C", "D"]
    assert cells[1][1:] == ["Not compliant (not verified)", "1,234"]
    assert [row[1] for row in cells[2:]] == ["Being verified", "Being read"]
    grey = CONCLUSION_COLOURS[Conclusion.NOT_CHECKED]
    assert rows.provisional_row(shown)[1] == rows.unseen_row("C")[1] == grey
    assert "1 of 4" in window.panel.summary.text() and "nothing is clear" in window.panel.summary.text()
    assert grey in window.panel.headline.styleSheet()
    assert "1 shown by the index, not verified" in window.panel.headline.text()
    assert not any(button.isEnabled() for button in window.panel.buttons)
    window.panel.zoom_to_row(1)  # nothing to zoom to yet
    redline = verdict("生态保护红线", "conflict", "prohibit", 1.0)
    assert rows.provisional_row(redline)[0][0] == rows.unseen_row(redline.line_name)[0][0] == "Ecological redline"


def test_the_store_is_built_once_the_project_is_open(window, saved_lines, monkeypatch, tmp_path):
    from onemap.plugin.bridge.range import store
    from onemap.plugin.bridge.range.rules import blank_review
    from onemap.plugin.bridge.settings import Settings
    from qgis.core import QgsCoordinateReferenceSystem, QgsProject

    QgsProject.instance().setCrs(QgsCoordinateReferenceSystem(ZONE))
    (tmp_path / "cache").mkdir()
    monkeypatch.setattr(store, "folder", lambda: tmp_path / "cache")
    blank_review(Settings.load())
    assert window.checks._ahead.isActive()
    window.checks._build_ahead()
    wait_for(lambda: window.checks._warming is not None)
    wait_for(lambda: window.checks._warming is None)
    assert store.size_mb() > 0


def test_a_range_that_meets_nothing_is_not_green_while_lines_are_not_checked(window, saved_lines):
    from onemap.plugin.gui.widgets.conclusions import CONCLUSION_COLOURS
    from qgis.core import QgsCoordinateReferenceSystem

    window.checks.check(geometry(500, 500, 600, 600), QgsCoordinateReferenceSystem(ZONE))
    wait_for(lambda: window.panel.verdicts.rowCount() and window.checks.task is None)
    texts = [window.panel.verdicts.item(row, 1).text() for row in range(window.panel.verdicts.rowCount())]
    assert set(texts) == {"Not involved", "Not checked"}
    assert f"background: {CONCLUSION_COLOURS['not_checked']}" in window.panel.headline.styleSheet()
