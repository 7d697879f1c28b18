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
