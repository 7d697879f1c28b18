"""The dialog of courier bags, with none and with some."""

import pytest
from onemap.tests.support.workspaces import fresh_workspace


@pytest.fixture
def ws(qgis_app, tmp_path):
    from onemap.plugin.store.workspace import Workspace

    with Workspace.open(fresh_workspace(tmp_path / "county.gpkg")) as workspace:
        yield workspace


def test_bags_are_listed_with_their_numbers_and_what_to_do_where_there_is_none(ws, tmp_path):
    from onemap.plugin.gui.sync.courier_dialog import CourierDialog
    from onemap.plugin.sync.courier import Courier
    from qgis.PyQt.QtCore import Qt

    dialog = CourierDialog(ws, "li")
    dialog.show()
    try:
        assert not dialog._hint.isHidden() and "Pack one" in dialog._hint.text()
        heads = [dialog.table.horizontalHeaderItem(n).text() for n in range(6)]
        assert heads[2] == "Records packed" and not dialog.again_button.isEnabled()
        Courier(ws, b"k" * 32, "li").pack(tmp_path / "one.zip")
        dialog.show_bags()
        assert dialog._hint.isHidden() and dialog.table.item(0, 2).text() == "0"
        assert dialog.table.item(0, 2).textAlignment() & int(Qt.AlignmentFlag.AlignRight)
        digest = dialog.table.item(0, 5)
        assert len(digest.text()) == 64 and digest.toolTip() == digest.text()
        dialog.table.selectRow(0)
        assert dialog.again_button.isEnabled()
    finally:
        dialog.close()


def test_enter_in_a_field_ends_the_entry_not_the_dialog(ws):
    from onemap.plugin.gui.sync.courier_dialog import CourierDialog
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    dialog = CourierDialog(ws, "li")
    dialog.show()
    QTest.keyClick(dialog.recipient_edit, Qt.Key.Key_Return)
    assert dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_key_that_is_not_set_is_said_in_our_own_label(ws, monkeypatch):
    from onemap.plugin.core import messages
    from onemap.plugin.gui.sync.courier_dialog import CourierDialog

    monkeypatch.delenv("ONEMAP_BAG_KEY", raising=False)
    monkeypatch.delenv("ONEMAP_BAG_IDENTITY", raising=False)
    made = CourierDialog(ws, "li")
    made._tell_keys()
    assert not made.key_note.isHidden() and made.key_note.text() == messages.text("bag_key_unset")
    assert made.identity_note.text() == messages.text("bag_identity_unset")
    monkeypatch.setenv("ONEMAP_BAG_KEY", "k")
    made._tell_keys()
    assert "ONEMAP_BAG_KEY" in made.key_note.text()
    made.close()


def test_the_lines_under_the_keys_are_as_high_as_their_text(ws, monkeypatch):
    from onemap.plugin.gui.sync.courier_dialog import CourierDialog
    from qgis.PyQt.QtWidgets import QApplication

    monkeypatch.delenv("ONEMAP_BAG_KEY", raising=False)
    monkeypatch.delenv("ONEMAP_BAG_IDENTITY", raising=False)
    made = CourierDialog(ws, "li")
    made.show()
    QApplication.processEvents()
    for note in (made.key_note, made.identity_note):
        assert note.isVisible() and note.height() <= note.heightForWidth(note.width()) + 4
    made.close()
