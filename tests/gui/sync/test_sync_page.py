"""The Sync page on real widgets against the real platform: one button, what waits, fails, comes back; conflicts; no freeze."""

import uuid

import pytest
from onemap.tests.support.window import settle, wait_for


def test_one_button_sends_what_waits_and_says_so(person, desk, a):
    items = [desk.fill() for _ in range(5)]
    person.set_up()
    assert "(5 to send)" in person.page.sync_button.text()
    assert person.rows("waiting") == [(desk.ws.form("project_site").label, "5 records")]
    person.sync()
    assert all(a.properties("project_site", item)["status"] == "submitted" for item in items)
    assert person.rows("waiting") == [] and person.page.sync_button.text() == "Synchronise"
    assert "sent 5" in person.page.notice.text() and person.messages() == [person.page.notice.text()]
    assert "Last complete sync" in person.page.platform_label.text()
    assert desk.record("project_site", items[0])["case_no"]


def test_without_a_platform_the_button_opens_the_wizard(person):
    person.press(person.page.sync_button)
    assert person.page.dialog.isVisible() and person.page.dialog.windowTitle() == "Set up the platform"
    person.page.dialog.reject()


def editors():
    """The record editors that are open."""
    from qgis.PyQt.QtWidgets import QApplication

    return [w for w in QApplication.topLevelWidgets() if w.objectName() == "RecordEditor" and w.isVisible()]


def test_what_the_platform_refused_opens_at_the_field_it_names(person, desk, a):
    person.set_up()
    bad, good = desk.fill(), desk.fill()
    (entry,) = desk.ws.outbox.entries(item=bad)
    desk.ws.outbox.change(entry.key, body={**entry.body, "area_m2": "much"})
    person.sync()
    assert a.properties("project_site", good)["status"] == "submitted"
    ((label, words),) = person.rows("failed")
    assert label.startswith("示例项目") and "area_m2" in words
    person.choose("failed")
    person.press(person.page.open_button)
    (editor,) = editors()
    wait_for(lambda: editor.focusWidget() is editor.widgets["area_m2"])
    assert "area_m2" in editor.noticeLabel.text()
    editor.reject()
    desk.submit("project_site", bad)
    person.page.refresh()
    person.sync()
    assert person.rows("failed") == [] and desk.ws.outbox.entries() == []


def test_an_empty_list_says_what_to_do(person, desk):
    hint = person.page.list._hint
    assert "Platform…" in hint.text() and not hint.isHidden()
    person.set_up()
    assert "synchronise" in hint.text()
    desk.submit(
        "project_site", desk.ws.save_records(desk.ws.form("project_site"), [{"name": "x"}], "li", "edit").ids[0]
    )
    person.page.refresh()
    assert hint.text() == "" and hint.isHidden()


def test_a_refused_change_can_be_given_up_and_the_chain_says_so(person, desk, monkeypatch):
    from qgis.PyQt.QtWidgets import QMessageBox

    asked = []
    answer = QMessageBox.StandardButton.No
    monkeypatch.setattr(QMessageBox, "question", lambda parent, title, text: asked.append(text) or answer)
    person.set_up()
    item = desk.fill()
    (entry,) = desk.ws.outbox.entries()
    desk.ws.outbox.change(entry.key, body={**entry.body, "area_m2": "much"})
    person.sync()
    person.choose("failed")
    person.press(person.page.drop_button)
    assert len(desk.ws.outbox.entries()) == 1 and "The platform keeps what it has" in asked[0]
    answer = QMessageBox.StandardButton.Yes
    person.press(person.page.drop_button)
    assert desk.ws.outbox.entries() == [] and desk.record("project_site", item)["status"] == "returned"
    assert [label for label, _ in person.rows("returned")] and desk.ws.verify_audit().is_intact


def test_a_returned_record_shows_the_reason_and_reopens_at_its_field(person, desk, reviewer):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    person.set_up()
    item = desk.fill(note="n")
    person.sync()
    reviewer.patch("project_site", item, '"1"', {"status": "returned", "return_reason": "备注未说明用地来源"})
    person.sync()
    ((_, shown),), reason = person.rows("returned"), "备注未说明用地来源"
    assert shown == f"Note: {reason}" and "1 returned for correction" in person.page.notice.text()
    person.choose("returned")
    QTest.keyClick(person.page.list, Qt.Key.Key_Return)
    (editor,) = editors()
    wait_for(lambda: editor.focusWidget() is editor.widgets["note"])
    assert reason in editor.noticeLabel.text()
    editor.widgets["note"].set_value("来源：县自然资源局")
    editor.save_ready()
    desk.ws.change_status("project_site", item, "submitted", "zhao")
    person.page.refresh()
    person.sync()
    assert person.rows("returned") == [] and reviewer.properties("project_site", item)["note"] == "来源：县自然资源局"


def in_conflict(desk, a, **theirs):
    """A record with a note of mine in the outbox and changes of theirs on the platform."""
    item = a.new(name=f"两边都改 {uuid.uuid4()}", note="n", applicant="a")
    desk.pull()
    desk.ws.save_records("project_site", [{"id": item, "note": "mine"}], "wang")
    desk.submit("project_site", item)
    a.patch("project_site", item, '"1"', {"note": "theirs", **theirs})
    return item


def test_conflicts_are_decided_one_by_one_field_by_field(person, desk, a):
    person.set_up()
    items = [in_conflict(desk, a, applicant="县局") for _ in range(2)]
    person.sync()
    assert len(person.rows("conflict")) == 2 and "2 conflicts" in person.messages()[0]
    person.choose("conflict")
    first = person.page.decide()
    table = first.fieldTable
    assert [[table.item(r, c).text() for c in range(1, 4)] for r in range(2)] == [
        ["n", "mine", "theirs"],
        ["a", "a", "县局"],
    ]
    assert "only it changed" in table.item(1, 4).text() and not first.ok.isEnabled()
    table.cellClicked.emit(0, 2)
    assert first.ok.isEnabled() and first.choices() == {"note": "mine"} and "outbox" in first.outcomeLabel.text()
    assert "Only the platform changed these, its values are taken: Applicant." in first.outcomeLabel.text()
    first.accept()
    second = person.page.dialog
    assert second is not first and second.isVisible()
    second.choose_all("theirs")
    second.accept()
    assert person.rows("conflict") == []
    person.sync()
    assert sorted(a.properties("project_site", i)["note"] for i in items) == ["mine", "theirs"]
    assert {a.properties("project_site", i)["applicant"] for i in items} == {"县局"}
    acts = [row[0] for row in desk.ws._db.rows("SELECT act FROM onemap_audit WHERE subject = 'sync:project_site'")]
    assert acts.count("resolve") == 2 and desk.ws.verify_audit().is_intact


def test_that_the_platform_takes_nothing_for_now_is_said_before(person, desk, a):
    person.set_up()
    item = a.new(name=f"在审 {uuid.uuid4()}", note="n", applicant="a")
    desk.pull()
    desk.ws.save_records("project_site", [{"id": item, "note": "mine"}], "wang")
    a.patch("project_site", item, '"1"', {"status": "submitted", "applicant": "县局"})
    person.sync()
    person.choose("conflict")
    dialog = person.page.decide()
    dialog.choose_all("mine")
    text = dialog.outcomeLabel.text()
    assert "takes no change before it is returned there" in text and "its values are taken: Applicant." in text


def test_a_conflict_of_shapes_is_shown_on_a_map(person, desk, a):
    import shapely

    person.set_up()
    name = f"图形冲突 {uuid.uuid4()}"
    item = a.new(name=name)
    desk.pull()
    own = shapely.to_wkb(shapely.MultiPolygon([shapely.box(119.01, 30.105, 119.11, 30.2)]))
    desk.ws.save_records("project_site", [{"id": item, "geometry": own}], "wang")
    desk.submit("project_site", item)
    remote = shapely.geometry.mapping(shapely.box(119.0, 30.105, 119.1, 30.2))
    reported = a.put("project_site", item, match='"1"', geometry=remote, name=name, status="draft")
    assert reported.status_code < 300, reported.text
    person.sync()
    person.choose("conflict")
    dialog = person.page.decide()
    row = dialog.rows.index("geometry")
    assert dialog.map is not None and len(dialog.map.own) == 3 and " m² = " in dialog.fieldTable.item(row, 2).text()
    box = dialog.map.extent()
    assert 9_000 < box.width() < 60_000, "metres of the working plane"
    dialog.choose("geometry", "theirs")
    dialog.choose_all("theirs")
    dialog.accept()
    person.sync()
    assert shapely.equals_exact(
        shapely.from_wkb(desk.record("project_site", item)["geometry"]).geoms[0].normalize(),
        shapely.box(119.0, 30.105, 119.1, 30.2).normalize(),
        1e-7,
    )


@pytest.mark.parametrize("side", ["mine", "theirs"])
def test_a_record_deleted_there_and_changed_here(person, desk, a, side):
    person.set_up()
    item = in_conflict(desk, a)
    a.delete("project_site", item, '"2"')
    person.sync()
    person.choose("conflict")
    dialog = person.page.decide()
    assert "deleted" in dialog.titleLabel.text() and not dialog.ok.isEnabled()
    dialog.choose_all(side)
    dialog.accept()
    assert desk.ws.count("project_site", {"id": item}) == (1 if side == "mine" else 0)
    person.sync()
    assert person.rows("conflict") == [] and desk.ws.verify_audit().is_intact


@pytest.mark.parametrize("side", ["mine", "theirs"])
def test_a_record_deleted_here_and_changed_there(person, desk, a, side):
    person.set_up()
    item = a.new(name=f"本地删除 {uuid.uuid4()}", note="n")
    desk.pull()
    desk.ws.delete_record("project_site", item, "wang")
    a.patch("project_site", item, '"1"', {"note": "theirs"})
    person.sync()
    ((_, words),) = person.rows("conflict")
    assert words == "Deleted here, changed on the platform"
    person.choose("conflict")
    dialog = person.page.decide()
    assert "theirs" in [dialog.fieldTable.item(r, 3).text() for r in range(dialog.fieldTable.rowCount())]
    dialog.choose_all(side)
    dialog.accept()
    person.sync()
    assert desk.ws.outbox.entries() == [] and desk.ws.verify_audit().is_intact
    there, here = a.get("project_site", item).status_code, desk.ws.count("project_site", {"id": item})
    assert (there, here) == ((404, 0) if side == "mine" else (200, 1))


class Beats:
    """How often the window could have answered a click while something went on; seconds are for tests/bench."""

    def __enter__(self):
        from qgis.PyQt.QtCore import QTimer

        self.count, self._timer = 0, QTimer(interval=5)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        return self

    def _tick(self):
        self.count += 1

    def __exit__(self, *error):
        self._timer.stop()


def test_the_window_never_freezes(person, desk):
    """A first load, and 300 records sent, while somebody looks through the records."""
    from qgis.PyQt.QtCore import QEventLoop, QTimer

    with desk.ws.transaction():
        for _ in range(300):
            desk.fill()
    person.set_up()
    seen, loop = [], QEventLoop()
    person.page.runner.moved.connect(lambda reading, out, back: seen.append((reading, out, back)))
    person.page.runner.ended.connect(lambda *_: QTimer.singleShot(50, loop.quit))
    reader = QTimer(interval=100)
    reader.timeout.connect(lambda: list(desk.ws.records("project_site", limit=20)))
    reader.start()
    person.page.runner.run()
    assert person.page.runner.run() is False, "one at a time"
    with Beats() as beats:
        loop.exec()
    reader.stop()
    assert beats.count > 20, "the loop turned all the while"
    sending = [r for r, _, _ in seen if r.step == "push" and r.total]
    assert sending and sending[-1].rate > 0 and seen[-1][1] > 50_000 and seen[-1][2] > 50_000
    assert person.page.list.groups["waiting"].childCount() == 0


def test_stop_stops_and_the_next_run_goes_on(person, desk, a):
    with desk.ws.transaction():
        items = [desk.fill() for _ in range(250)]
    person.set_up()
    person.press(person.page.sync_button)
    assert person.page.sync_button.text() == "Stop"
    person.wait(lambda: person.page.runner.task.meter.reading().done >= 100)
    person.press(person.page.sync_button)
    person.wait(lambda: not person.page.runner.running)
    assert "Stopped" in person.page.notice.text()
    counts = desk.ws.outbox.counts()
    assert 0 < counts["pending"] + counts["sending"] < 250
    person.sync()
    assert desk.ws.outbox.entries() == [] and all(a.properties("project_site", i)["version"] == 1 for i in items)
    assert desk.ws.verify_audit().is_intact


def test_stop_does_not_wait_for_a_platform_that_says_nothing(person, desk):
    import socket

    desk.fill()
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        person.set_up(url=f"http://127.0.0.1:{silent.getsockname()[1]}")
        person.press(person.page.sync_button)
        person.wait(lambda: person.page.runner.task.traffic()[2])
        person.press(person.page.sync_button)
        person.wait(lambda: not person.page.runner.running)  # the silent host never answers: only the cut ends it
    assert "Stopped" in person.page.notice.text()
    assert desk.ws.outbox.counts()["pending"] == 1


def test_a_platform_out_of_reach_is_told_and_nothing_is_lost(person, desk):
    from qgis.core import Qgis

    desk.fill()
    person.set_up(url="http://127.0.0.1:9")
    person.sync()
    assert "cannot be reached" in person.page.notice.text() and "Nothing is lost" in person.page.notice.text()
    ((_, count), *delayed) = person.rows("waiting")
    assert count == "1 records" and person.iface.bar.items()[0].level() == Qgis.Critical


def test_the_clock_syncs_by_itself_and_is_silent_when_nothing_moved(person, desk, a):
    item = desk.fill()
    person.set_up()
    person.page.runner.set_minutes(0.005)
    person.wait(lambda: desk.ws.outbox.entries() == [] and not person.page.runner.running)
    assert a.properties("project_site", item)["status"] == "submitted"
    settle(1.5)
    sent = [text for text in person.messages() if "sent 1" in text]
    assert len(sent) == 1 and not [text for text in person.messages() if "sent 0, received 0" in text]
    person.page.runner.set_minutes(0)


def test_closing_the_workspace_stops_the_run(person, desk, a):
    with desk.ws.transaction():
        items = [desk.fill() for _ in range(120)]
    person.set_up()
    person.page.runner.run()
    person.wait(lambda: person.page.runner.task.meter.reading().done >= 1 or person.page.runner.task.traffic()[2] > 20)
    person.reports.close_workspace()
    assert not person.page.runner.running
    settle(1)
    from onemap.plugin.store.workspace import Workspace

    desk.ws = Workspace.open(desk.path)
    assert desk.push().error is None and desk.ws.outbox.entries() == []
    assert all(a.properties("project_site", i)["version"] == 1 for i in items) and desk.ws.verify_audit().is_intact


def checked(wkb, layers):
    """Effects of the findings when the check lays one project over these layers."""
    import processing
    from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer

    projects, feature, shape = QgsVectorLayer("MultiPolygon?crs=EPSG:4490", "p", "memory"), QgsFeature(), QgsGeometry()
    shape.fromWkb(wkb)
    feature.setGeometry(shape)
    projects.dataProvider().addFeatures([feature])
    reported = processing.run(
        "onemap:checkcontrollines",
        {"PROJECTS": projects, "CONTROL_LINES": layers, "FINDINGS": "memory:", "VERDICTS": "memory:"},
    )
    return {f["effect"] for f in reported["FINDINGS"].getFeatures()}


def test_findings_and_control_lines_come_onto_the_map(person, desk):
    from onemap.plugin.bridge.review.control_sources import recognised_layers
    from onemap.plugin.bridge.sync import pulled_layers
    from onemap.plugin.formats.rules.rule_files import load_catalogue
    from qgis.core import QgsProject

    item = desk.fill()
    person.set_up()
    person.sync()
    layer = person.page.show_findings()
    try:
        assert layer.isValid() and layer.featureCount() > 0 and layer.renderer().type() == "categorizedSymbol"
        assert item in {f["target_id"] for f in layer.getFeatures()}
        assert {f["target_id"] for f in pulled_layers.findings_layer(desk.ws, item).getFeatures()} == {item}
        wait_for(lambda: person.iface.canvas.extent().intersects(layer.extent()))
        layers = person.page.show_control_lines()
        assert {line for line in recognised_layers(load_catalogue()).values()} == {"YJJBNT", "STBHHX", "CZKFBJ"}
        assert sum(found.featureCount() for found in layers) == 300
        assert "prohibit" in checked(desk.record("project_site", item)["geometry"], layers)
        person.page.show_control_lines()
        assert len(QgsProject.instance().mapLayers()) == 4
        before = layer.featureCount()
        desk.fill()
        person.page.refresh()
        person.sync()  # with the layers open in QGIS
        assert "Finished" in person.page.notice.text() and layer.featureCount() > before
    finally:
        QgsProject.instance().clear()
