"""Lists without a row say what to do; with rows they do not; buttons for selected records wait for a selection."""

import pytest
from onemap.tests.support.workspaces import progress


@pytest.fixture
def window(ws):
    from onemap.forms.record_list import RecordList

    made = RecordList(ws, "zhang", "plan_progress")
    made.show()
    yield made
    made.close()


def hint(view):
    from onemap.plugin.gui.widgets.empty_hint import EmptyHint

    label = view.viewport().findChild(EmptyHint)
    assert label.isHidden() == (not label.text())
    return label.text()


def test_an_empty_list_of_records_says_how_one_is_made_or_found(window, ws):
    assert "New" in hint(window.recordTable)
    ws.save_records(ws.form("plan_progress"), [progress()], "zhang", "edit")
    window.show_form()
    assert hint(window.recordTable) == ""
    window.searchEdit.setText("nowhere")
    window.filter()
    assert "search" in hint(window.recordTable)
    window.searchEdit.clear()
    window.filter()
    assert hint(window.recordTable) == ""


def test_what_is_due_and_the_roll_up_say_what_fills_them(window, ws):
    window.tabs.setCurrentIndex(1)
    assert "duties" in hint(window.dueTable) and not window.periods.remindButton.isEnabled()
    window.tabs.setCurrentIndex(2)
    assert "submit" in hint(window.rollupTable) and not window.periods.rollupFileButton.isEnabled()
    ws.save_records(ws.form("plan_progress"), [progress()], "zhang", "edit")
    window.show_form()
    window.periods.stateBox.setCurrentIndex(2)
    window.periodBox.setCurrentIndex(1)
    window.roll_up()
    assert hint(window.rollupTable) == "" and window.periods.rollupFileButton.isEnabled()


def test_buttons_for_records_wait_for_a_selection(window, ws):
    buttons = (window.editButton, window.batchButton, window.deleteButton, window.readyButton, window.submitButton)
    assert not any(button.isEnabled() for button in buttons)
    ws.save_records(ws.form("plan_progress"), [progress()], "zhang", "edit")
    window.show_form()
    window.recordTable.selectRow(0)
    assert all(button.isEnabled() for button in buttons)
    window.searchEdit.setText("nowhere")
    window.filter()
    assert not any(button.isEnabled() for button in buttons)


def test_the_hint_covers_the_list_at_any_size(window):
    from onemap.plugin.gui.widgets.empty_hint import EmptyHint
    from qgis.PyQt.QtCore import QCoreApplication

    for size in ((1027, 587), (700, 400)):
        window.resize(*size)
        QCoreApplication.processEvents()
        view = window.recordTable.viewport()
        assert view.findChild(EmptyHint).size() == view.size()
