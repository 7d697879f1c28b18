"""The sliders and the front on real widgets."""

import pytest
from onemap.tests.support.selections import selection


@pytest.fixture
def trial(qgis_app):
    from onemap.plugin.gui.siting.weights import WeightsTrial

    widget = WeightsTrial()
    widget.resize(420, 700)
    widget.show()
    yield widget
    widget.close()


def named(given):
    for number, result in enumerate(given.factors):
        result.factor.title = f"因子{number + 1}"
    return given


def column(table, number):
    return [table.item(row, number).text() for row in range(table.rowCount())]


def test_a_slider_ranks_anew_at_once_and_reset_goes_back(trial):
    trial.show_selection(named(selection([[100, 0, 50], [0, 100, 60]], [0.9, 0.1])))
    assert column(trial.table, 1) == ["S0", "S2", "S1"] and column(trial.table, 4) == ["—", "—", "—"]
    trial.sliders[0].setValue(10)
    trial.sliders[1].setValue(100)
    assert column(trial.table, 1) == ["S1", "S2", "S0"] and column(trial.table, 4) == ["▲ 2", "—", "▼ 2"]
    assert [label.text() for label in trial._shares] == ["9.1 %", "90.9 %"]
    trial.reset.click()
    assert column(trial.table, 1) == ["S0", "S2", "S1"] and [s.text() for s in trial._shares] == ["90.0 %", "10.0 %"]


def test_all_sliders_at_nothing_keep_the_ranking_and_say_so(trial):
    trial.show_selection(named(selection([[100, 0], [0, 100]], [0.5, 0.5])))
    trial.sliders[0].setValue(0)
    before = column(trial.table, 1)
    trial.sliders[1].setValue(0)
    assert column(trial.table, 1) == before and trial.hint.text()


def test_the_front_is_drawn_and_a_spot_can_be_clicked(trial):
    from qgis.PyQt.QtCore import QPointF

    given = named(selection([[100, 0, 50, 40], [0, 100, 60, 30]], [0.5, 0.5]))
    trial.show_selection(given)
    assert {spot.index for spot in trial.chart._spots if spot.is_front} == {0, 1, 2}
    told = []
    trial.chosen.connect(told.append)
    spot = next(s for s in trial.chart._spots if s.index == 2)
    assert trial.chart.spot_at(trial.chart.place(spot)).index == 2
    assert trial.chart.spot_at(QPointF(trial.chart.width() - 1, 1)) is None
    trial.chart.picked.emit(2)
    trial.table.cellClicked.emit(0, 0)
    assert told[0] == [2] and len(told) == 2
    assert not trial.grab().isNull()


def test_criteria_without_factors_say_so(trial):
    empty = selection([[1.0, 2.0]], [1.0])
    empty.factors = []
    trial.show_selection(empty)
    assert not trial.reset.isEnabled() and trial.table.rowCount() == 0
