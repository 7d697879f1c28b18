"""The Sync page's further tools on real widgets: what the platform lacks, dry run, history, courier bags."""

import pytest


@pytest.fixture
def restored(person, desk, platform):
    """A desk whose platform was restored to before its last records."""
    person.set_up()
    person.sync()
    backup = platform.backup()
    items = [desk.fill() for _ in range(3)]
    person.sync()
    platform.restore(backup)
    person.sync()
    return items


def test_what_the_platform_lacks_is_one_dialog_with_numbers(person, desk, platform, restored):
    assert desk.ws.count("project_site") == 3 and "3 not on the platform" in person.page.notice.text()
    (row,) = person.rows("missing")
    assert row[0] == desk.ws.form("project_site").label and row[1].startswith("3: ")
    person.choose("missing")
    person.press(person.page.decide_button)
    dialog = person.page.tools.dialog
    assert dialog.isVisible() and dialog.table.rowCount() == 1 and dialog.table.item(0, 1).text() == "3"
    assert not dialog.buttons.buttons()[0].isEnabled() or dialog.decisions() == []
    dialog.choose(0, "offer")
    assert "offered again: 3" in dialog.outcome.text()
    dialog.accept()
    person.sync()
    assert set(platform.rows["project_site"]) == set(restored) and "missing" not in person.page.list.groups


def test_deciding_later_changes_nothing(person, desk, restored):
    dialog = person.page.tools.decide_missing()
    dialog.reject()
    assert len(desk.ws.missing.items()) == 3 and desk.ws.count("project_site") == 3


def test_the_dry_run_is_shown_and_changes_nothing(person, desk, platform):
    person.set_up()
    person.sync()
    desk.fill(), desk.fill()
    person.page.tools.dry_run()
    person.wait(lambda: person.page.tools.dialog is not None)
    table = person.page.tools.dialog.table
    texts = [[table.item(row, column).text() for column in range(4)] for row in range(table.rowCount())]
    assert texts == [["Send", desk.ws.form("project_site").label, "2", "new on the platform"]]
    assert not platform.rows["project_site"]


def test_a_pull_is_undone_from_the_history(person, desk, platform, monkeypatch):
    from qgis.PyQt.QtWidgets import QMessageBox

    monkeypatch.setattr(QMessageBox, "question", lambda *a: QMessageBox.StandardButton.Yes)
    person.set_up()
    person.sync()
    platform.store("project_site", "11111111-1111-4111-8111-111111111111", {"name": "made there", "updated_by": "shen"})
    person.sync()
    assert desk.ws.count("project_site") == 1
    dialog = person.page.tools.show_history()
    assert "shen" in dialog.table.item(0, 5).text()
    dialog.table.selectRow(0)
    person.press(dialog.undo_button)
    assert desk.ws.count("project_site") == 0 and "1 records were restored" in dialog.note.text()
    dialog.reject()


def test_bags_are_packed_and_receipts_taken_in(person, desk, tmp_path, monkeypatch):
    from onemap.plugin.sync.bag import BagInfo, BagReader, BagWriter
    from qgis.PyQt.QtWidgets import QFileDialog

    monkeypatch.setenv("ONEMAP_BAG_KEY", "county key")
    desk.fill(), desk.fill()
    dialog = person.page.tools.show_bags()
    assert "(2 records)" in dialog.pack_button.text() and not dialog.again_button.isEnabled()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: (str(tmp_path / "1.zip"), ""))
    person.press(dialog.pack_button)
    assert dialog.table.rowCount() == 1 and "2 records" in dialog.notice.text()
    (tmp_path / "1.zip").unlink()
    dialog.table.selectRow(0)
    person.press(dialog.again_button)
    with BagReader(tmp_path / "1.zip", b"county key", "330110", "outgoing") as bag:
        keys = [line["key"] for line in bag.lines("requests.jsonl")]
    with BagWriter(tmp_path / "r.zip", BagInfo("receipt", "330110", 1, "courier", "e", "9"), b"county key") as bag:
        bag.add_lines("answers.jsonl", [{"key": key, "status": 201, "version": 1} for key in keys])
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a: (str(tmp_path / "r.zip"), ""))
    person.press(dialog.unpack_button)
    assert "Accepted: 2" in dialog.notice.text() and dialog.table.item(0, 4).text() == "answered"
    dialog.reject()


def test_a_platform_that_came_with_the_workspace_must_be_named_first(person, desk):
    desk.ws.set_setting("platform", {"url": "http://127.0.0.1:9", "pull": []})
    person.page.refresh()
    person.press(person.page.sync_button)
    assert "nobody on this computer has set it up" in person.page.notice.text()


def test_photos_are_made_smaller_on_request(person, desk, monkeypatch):
    from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice
    from qgis.PyQt.QtGui import QImage, qRgb
    from qgis.PyQt.QtWidgets import QInputDialog

    image = QImage(3000, 1500, QImage.Format.Format_RGB32)
    for x in range(0, 3000, 3):
        for y in range(0, 1500, 50):
            image.setPixel(x, y, qRgb(x % 256, y % 256, 90))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "JPG", 95)
    form = next(f for f in desk.ws.forms() if any(x.value_type == "files" for x in f.fields))
    key = next(f.key for f in form.fields if f.value_type == "files")
    kept = [desk.ws.attachments.add_content("a.jpg", bytes(data)), desk.ws.attachments.add_content("b.pdf", b"%PDF")]
    (item,) = desk.ws.save_records(form, [{key: kept}], "wang").ids
    monkeypatch.setattr(QInputDialog, "getInt", lambda *a: (1000, True))
    person.page.tools.scale_photos()
    photo, paper = desk.record(form.id, item)[key]
    assert photo["bytes"] < kept[0]["bytes"] and paper == kept[1] and "1 photos" in person.page.notice.text()
    small = QImage.fromData(QByteArray(desk.ws.attachments.content(photo["sha256"])))
    assert (small.width(), small.height()) == (1000, 500) and desk.ws.verify_audit().is_intact
    person.page.tools.scale_photos()
    assert "0 photos" in person.page.notice.text()


def test_the_fields_of_a_conflict_stand_in_the_order_of_the_form(iface):
    from onemap.plugin.core.forms.schema import load_form
    from onemap.plugin.gui.sync.conflict_dialog import ConflictDialog
    from onemap.plugin.store.outbox import Operation
    from onemap.plugin.sync.conflicts import Conflict

    rows = [{"name": x, "applicant": x, "note": x, "land_use": x} for x in ("a", "b", "c")]
    head = ("key", "project_site", "item", Operation.REPLACE, ("applicant", "name", "status"), 2)
    dialog = ConflictDialog(load_form("project_site"), Conflict(*head, *rows, taken=("note",), kept=("land_use",)), "n")
    assert dialog.rows == ["name", "applicant", "status", "land_use", "note"]
    dialog.deleteLater()


def test_where_long_texts_of_a_conflict_differ_is_marked(iface):
    from onemap.plugin.core.forms.schema import load_form
    from onemap.plugin.gui.sync.conflict_dialog import ConflictDialog
    from onemap.plugin.gui.widgets.marked_text import MARKS
    from onemap.plugin.store.outbox import Operation
    from onemap.plugin.sync.conflicts import Conflict

    text = "𠮷" + "项目位于示例镇东侧，用地面积 {} 公顷，其中耕地 3.20 公顷，已落实占补平衡。" * 3
    base, mine, theirs = ({"note": text.format(*numbers)} for numbers in ((1, 2, 3), (1, 20, 3), (1, 21.5, 3)))
    head = ("key", "project_site", "item", Operation.REPLACE, ("note",), 2)
    dialog = ConflictDialog(load_form("project_site"), Conflict(*head, base, mine, theirs), "n")
    marked = []
    for column in (2, 3):
        cell = dialog.fieldTable.item(0, column)
        marked.append([cell.text()[start : start + length] for start, length in cell.data(MARKS)])
    assert marked == [["20"], ["21.5"]] and dialog.fieldTable.item(0, 1).data(MARKS) is None
    table = dialog.fieldTable
    plain = table.rowHeight(0)
    assert plain > 3 * table.fontMetrics().height()  # the whole text is shown
    dialog.show()
    fills = {c.name() for c in map(table.grab().toImage().pixelColor, *zip(*_cell_points(table)))}
    assert "#ffb74d" in fills
    dialog.deleteLater()


def _cell_points(table):
    left, top = table.columnViewportPosition(2), table.rowViewportPosition(0) + table.horizontalHeader().height()
    return [(left + x, top + y) for x in range(2, 180, 2) for y in range(2, min(200, table.rowHeight(0)), 2)]
