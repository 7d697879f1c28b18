"""Scenarios on real widgets: keep, compare, clear."""

import pytest
from onemap.tests.support.scenarios import scenario


@pytest.fixture
def tab(qgis_app):
    from onemap.plugin.gui.siting.scenarios import Scenarios

    widget = Scenarios()
    widget.show()
    yield widget
    widget.close()


def cells(table, row):
    return [table.item(row, column).text() for column in range(table.columnCount())]


def test_two_runs_side_by_side(tab):
    assert not tab.keep.isEnabled()
    tab.offer(scenario("A", "PQ", [90, 80]))
    assert tab.keep.isEnabled()
    tab.keep_as("现状")
    assert not tab.keep.isEnabled() and tab.table.columnCount() == 2
    tab.offer(scenario("B", "PQ", [60, 95], out="P"))
    tab.keep_as("提高退让")
    assert tab.table.horizontalHeaderItem(2).text().startswith("提高退让")
    rows = {cells(tab.table, n)[0]: cells(tab.table, n)[1:] for n in range(2)}
    assert "95.00" in rows["Q"][1] and "500.00" in tab.table.item(list(rows).index("P"), 2).toolTip()
    assert "提高退让" in tab.changes.text()
    told = []
    tab.chosen.connect(told.append)
    tab.table.cellClicked.emit(0, 0)
    assert told[0].area == 10_000
    tab.clear.click()
    assert tab.table.rowCount() == 0 and not tab.clear.isEnabled()


def test_no_more_than_four_are_kept(tab):
    for number in range(4):
        tab.offer(scenario("A", "PQ", [90, 80]))
        tab.keep_as(f"S{number}")
    tab.offer(scenario("A", "PQ", [90, 80]))
    assert not tab.keep.isEnabled() and "4" in tab.hint.text()


def test_the_maps_of_scenarios_show_one_ground_and_tell_which_site_was_clicked(tab):
    from qgis.PyQt.QtCore import QEvent, QPointF, Qt
    from qgis.PyQt.QtGui import QMouseEvent

    for name, keys, scores, places in (("A", "PQ", [90, 80], [0, 400]), ("B", "PR", [60, 95], [0, 800])):
        tab.offer(scenario(name, keys, scores, places=places, searched=True))
        tab.keep_as(name)
    tab.resize(420, 900)
    maps, best = tab.maps, tab.kept[1].geometries[1]
    assert not maps.isHidden()
    one, other = (maps.place(number, best.centroid) - maps.frame(number).center() for number in (0, 1))
    assert (one - other).manhattanLength() < 1e-6, "a place of the ground is at the same place of both maps"
    assert all(maps.frame(n).contains(maps.place(n, g.centroid)) for n in (0, 1) for g in tab.kept[n].geometries)
    told, point = [], maps.place(1, best.centroid)
    tab.chosen.connect(told.append)
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    maps.mousePressEvent(QMouseEvent(QEvent.Type.MouseButtonPress, QPointF(point), left, left, none))
    assert told == [best]
    picture = maps.grab().toImage()
    ratio = picture.width() / maps.width()
    colours = {picture.pixelColor(int(ratio * (point.x() + dx)), int(ratio * (point.y() + 4))).name() for dx in (-5, 5)}
    assert "#1b7837" in colours
    corners = [maps.frame(n).topLeft() for n in (0, 1)]
    ground = {picture.pixelColor(int(ratio * (c.x() + 3)), int(ratio * (c.y() + 3))).name() for c in corners}
    assert ground == {"#ffffff"}, "no map is filled with the colour of the sites"
    tab.clear.click()
    assert maps.isHidden()


def test_sites_of_a_later_search_say_whose_number_they_bear(tab):
    for name, places in (("A", [0]), ("B", [800])):
        tab.offer(scenario(name, ["XZ-01"], [90], places=places, searched=True))
        tab.keep_as(name)
    assert {cells(tab.table, row)[0] for row in range(2)} == {"XZ-01", "B·XZ-01"}
