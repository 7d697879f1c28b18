"""The list of what does not pass, and that only what passes is handed in from the window."""

import pytest
from onemap.tests.support.self_checks import FORM, SITE, check_round, control_layer, county, good_site


@pytest.fixture
def gated(tmp_path):
    with county(tmp_path / "gated.gpkg") as ws:
        ws.cases.freeze("A", check_round([SITE], control_layer(tmp_path)), "wang")
        yield ws


def run_through(dialog):
    from qgis.PyQt.QtTest import QTest

    while dialog.task is not None:
        QTest.qWait(10)
    return dialog


def test_one_list_names_every_item_with_what_to_do(gated):
    from onemap.forms.self_check_dialog import SelfCheckDialog

    good, bad = good_site(gated), good_site(gated, name="二", area_m2=10_000, materials=[])
    dialog = run_through(SelfCheckDialog(gated, gated.form(FORM), [good, bad], True))
    texts = [[dialog.table.item(r, c).text() for c in range(6)] for r in range(dialog.table.rowCount())]
    assert [row[:3] for row in texts] == [["二", "fails", "rigid"]] * 2
    assert [row[3][:5] for row in texts] == ["SC-04", "SC-12"] and all(row[4] and row[5] for row in texts)
    assert dialog.passed == [good] and dialog.go_button.isEnabled() and "1" in dialog.go_button.text()
    dialog.all_items.setChecked(True)
    assert dialog.table.rowCount() == 24
    dialog.reject()


def test_the_window_hands_in_only_what_passes(gated, monkeypatch):
    from onemap.forms.record_list import RecordList
    from onemap.forms.self_check_dialog import SelfCheckDialog
    from qgis.PyQt.QtWidgets import QInputDialog

    good, bad = good_site(gated), good_site(gated, name="二", area_m2=10_000)
    for record in (good, bad):
        gated.change_status(FORM, record, "ready", "wang")
    window = RecordList(gated, "wang", FORM)
    assert window.selfCheckButton.isVisibleTo(window)
    window.recordTable.selectAll()
    monkeypatch.setattr(QInputDialog, "getText", lambda *a: ("zhao", True))
    monkeypatch.setattr(SelfCheckDialog, "exec", lambda self: run_through(self) and self.go_button.click())
    window.acts.submit()
    assert [gated.record(FORM, r)["status"] for r in (good, bad)] == ["submitted", "ready"]
    monkeypatch.setattr(SelfCheckDialog, "exec", lambda self: run_through(self) and self.reject())
    window.recordTable.selectAll()
    window.acts.submit()
    assert gated.record(FORM, bad)["status"] == "ready"
    window.formBox.setCurrentIndex(window.formBox.findData("plan_progress"))
    window.show_form()
    assert not window.selfCheckButton.isVisibleTo(window)
    window.reject()


def test_the_list_marks_a_project_whose_check_is_of_an_older_version_of_a_layer(gated):
    from onemap.forms.record_model import RecordModel
    from onemap.plugin.store.dependants import STALE
    from onemap.tests.support.self_checks import hand_in
    from qgis.PyQt.QtCore import Qt

    kept, other = good_site(gated), good_site(gated, name="二")
    hand_in(gated, kept)
    model = RecordModel(gated, gated.form(FORM))
    cells = {one: model.index(model.row_of(one), 0) for one in (kept, other)}
    assert not any(cell.data().startswith("⚠") for cell in cells.values())
    with gated.transaction():
        gated.set_setting(STALE, {gated.cases.rounds()[0].id: ["YJJBNT"]})
    model.reload()
    cells = {one: model.index(model.row_of(one), 0) for one in (kept, other)}
    assert cells[kept].data().startswith("⚠") and "YJJBNT" in cells[kept].data(Qt.ItemDataRole.ToolTipRole)
    assert not cells[other].data().startswith("⚠") and not cells[other].data(Qt.ItemDataRole.ToolTipRole)
