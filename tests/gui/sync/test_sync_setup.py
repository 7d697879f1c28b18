"""The platform wizard, the texts and the small parts of the Sync page."""

import pytest


@pytest.fixture
def wizard(person):
    person.press(person.page.wizard_button)
    yield person.page.dialog
    person.page.dialog.reject()


def looked_at(person, wizard):
    """Press the test button and give back its lines."""
    person.press(wizard.testButton)
    person.wait(lambda: wizard.task is None)
    return wizard.resultLabel.text()


def enter(wizard, url, token):
    from qgis.PyQt.QtTest import QTest

    wizard.loginBox.setCurrentIndex(1)
    for edit, text in ((wizard.addressEdit, url), (wizard.tokenEdit, token)):
        edit.clear()
        QTest.keyClicks(edit, text)


def test_the_wizard_tells_what_is_wrong(person, wizard, platform):
    for address in ("platform", "ftp://x", "https://user:secret@x"):
        wizard.addressEdit.setText(address)
        wizard.test()
        assert "not a web address" in wizard.noticeLabel.text()
    enter(wizard, "http://127.0.0.1:9", "x")
    assert "✗" in looked_at(person, wizard) and "cannot be reached" in wizard.resultLabel.text()
    enter(wizard, platform.url, "no token at all")
    assert "does not accept the login" in looked_at(person, wizard) and "✓" not in wizard.resultLabel.text()
    enter(wizard, platform.url, platform.tokens["county_b"])
    assert "for county 330111, the workspace for 330110" in looked_at(person, wizard)
    wizard.save()
    assert wizard.isVisible() and "another county" in wizard.noticeLabel.text()
    assert person.desk.ws.setting("platform") is None


def test_the_wizard_keeps_the_token_in_the_authentication_manager_only(person, wizard, platform, desk, monkeypatch):
    from qgis.core import QgsApplication, QgsSettings

    manager = QgsApplication.authManager()
    if manager.isDisabled() or not manager.setMasterPassword("of the tests", True):
        pytest.skip("no authentication database here")
    token = platform.tokens["county_a"]
    enter(wizard, platform.url + "/", token)
    reported = looked_at(person, wizard)
    assert "✗" not in reported and "changes can be sent" in reported and "for this county" in reported
    wizard.findingsBox.setChecked(False)
    wizard.clockBox.setChecked(True)
    wizard.minutesBox.setValue(15)
    wizard.save()
    assert not wizard.isVisible() and wizard.tokenEdit.text() == ""
    from onemap.plugin.bridge.sync.settings import PlatformSettings

    kept = PlatformSettings.load(desk.ws)
    assert (kept.url, kept.pull, kept.minutes) == (platform.url, ("control_line", "dictionary"), 15) and kept.authcfg
    assert "15" in person.page.platform_label.text() and 720_000 <= person.page.runner.clock.interval() <= 1_080_000
    person.page.runner.set_minutes(0)
    monkeypatch.delenv("ONEMAP_TOKEN")
    item = desk.fill()
    person.page.refresh()
    person.sync()
    assert desk.record("project_site", item)["case_no"], person.page.notice.text()
    assert not list(desk.ws._db.rows("SELECT name FROM sqlite_master WHERE name = 'finding'")), "not asked for"
    stored = "".join(str(QgsSettings().value(key)) for key in QgsSettings().allKeys())
    assert token not in stored and token.encode() not in desk.path.read_bytes()
    assert desk.ws.verify_audit().is_intact


def test_what_is_newly_wanted_comes_with_the_next_sync(person, desk):
    from onemap.plugin.store.pulled import Pulled

    desk.fill()
    person.set_up(pull=("dictionary",))
    person.sync()
    assert not Pulled(desk.ws).versions("control_line")
    person.set_up(pull=("dictionary", "control_line", "finding"))
    person.sync()
    assert len(Pulled(desk.ws).versions("control_line")) == 300 and Pulled(desk.ws).versions("finding")


def test_missing_classes_are_named(qgis_app):
    """Against a platform of a few lines that knows neither writing nor locking."""
    import json
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    from onemap.plugin.bridge.sync.settings import look_at
    from onemap.plugin.gui.sync.platform_findings import examination_lines

    class Poor(BaseHTTPRequestHandler):
        def do_GET(self):
            core = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
            told = (
                {"conformsTo": [core + "core", core + "geojson"]}
                if "conformance" in self.path
                else {"collections": [{"id": "plan_org"}], "features": []}
            )
            body = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    class Forms:
        county = "330110"

        def forms(self):
            return []

    server = HTTPServer(("127.0.0.1", 0), Poor)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        found = look_at(f"http://127.0.0.1:{server.server_port}", "", "x")()
    finally:
        server.shutdown()
        server.server_close()
    lines = examination_lines(found, Forms())
    words = " ".join(text for _, text in lines)
    assert (
        len(found.blocking) == 2
        and "optimistic-locking. Changes cannot be sent" in words
        and "changes, dictionary" in words
    )
    assert [good for good, text in lines if "county" in text] == [None]
    assert "https" not in words and "https" in examination_lines(found, Forms(), "http://platform.example")[-1][1]


def test_a_read_only_workspace_and_a_missing_one_are_told(person, desk, tmp_path):
    person.set_up()
    person.reports.close_workspace()
    person.reports.show_workspace()
    assert "Open a workspace" in person.page.platform_label.text() and not person.page.sync_button.isEnabled()
    from onemap.plugin.store.workspace import Workspace

    desk.ws = Workspace.open(desk.path)
    reading = Workspace.open(desk.path)
    person.reports.use(reading)
    assert reading.read_only and not person.page.sync_button.isEnabled()


def test_the_background_starts_with_qgis_and_leaves_with_the_plugin(
    iface, without_provider, desk, platform, monkeypatch, settings_kept
):
    """Loaded ten times with a sync by the clock wanted: each brings the page up by itself, none leaves anything behind."""
    import gc

    from onemap import classFactory
    from onemap.plugin.bridge.settings import Settings
    from onemap.plugin.bridge.sync.settings import PlatformSettings
    from onemap.tests.support.window import settle, wait_for
    from qgis.PyQt.QtCore import QTimer
    from qgis.PyQt.QtWidgets import QDockWidget

    monkeypatch.setenv("ONEMAP_TOKEN", platform.tokens["county_a"])
    monkeypatch.setattr("onemap.plugin.main._BACKGROUND_MS", 10)
    PlatformSettings(url=platform.url, minutes=30).save(desk.ws, "li")
    desk.ws.close()
    kept = Settings.load()
    kept.workspace = str(desk.path)
    kept.save()
    before = len(iface.window.findChildren(QTimer)), len(iface.window.findChildren(QDockWidget))
    for turn in range(10):
        plugin = classFactory(iface)
        plugin.initGui()
        try:
            wait_for(lambda plugin=plugin: plugin.window.dock is not None and "sync" in plugin.window.dock.pages)
            page = plugin.window.dock.pages["sync"]
            assert 1_440_000 <= page.runner.clock.interval() <= 2_160_000
            if turn % 3 == 0:
                page.runner.run_by_clock()
                settle(0.05)
        finally:
            plugin.unload()  # one that stays would answer to the projects of later tests
        del plugin, page
        gc.collect()
        settle()
    assert (len(iface.window.findChildren(QTimer)), len(iface.window.findChildren(QDockWidget))) == before
    settle(0.5)


def test_what_a_sync_brought_stays_when_an_open_editor_is_saved(person, desk, a):
    item = a.new(name="打开着的记录", note="n", applicant="a")
    desk.pull()
    editor = person.reports.edit_record("project_site", item)
    a.patch("project_site", item, '"1"', {"applicant": "县局"})
    desk.pull()
    editor.widgets["note"].setPlainText("本地补充")
    assert editor.save()
    editor.reject()
    record = desk.record("project_site", item)
    assert (record["applicant"], record["note"]) == ("县局", "本地补充")


def test_rates_and_time_left():
    from onemap.plugin.sync.meter import Meter

    now = [0.0]
    heard = []
    meter = Meter(lambda done, total: heard.append((done, total)), clock=lambda: now[0])
    meter.start("push")
    for second in range(1, 21):
        now[0] = second
        meter(second * 50, 2000)
    reading = meter.reading()
    assert (reading.step, reading.unit, reading.done, reading.rate, reading.seconds_left) == (
        "push",
        "records",
        1000,
        50,
        20,
    )
    assert heard[-1] == (1000, 2000)
    meter.start("pull")
    now[0] = 22
    meter.in_bytes(5_000_000, 75_000_000)
    assert meter.reading().unit == "bytes" and meter.reading().step == "pull"


@pytest.mark.parametrize(
    "words, field",
    [
        ("Unprocessable: not a number: area_m2", "area_m2"),
        ("Unprocessable: invalid: project_code, name", "project_code"),
        ("建设单位名称与红线图不符", "applicant"),
        ("拟用地面积填写有误", "area_m2"),
        ("范围线超出县界", "geometry"),
        ("请联系管理员", None),
        ("a renamed thing", None),
        ("", None),
    ],
)
def test_the_field_that_a_reason_is_about(words, field):
    from onemap.plugin.core.forms.schema import load_form, named_field

    assert named_field(load_form("project_site"), words) == field


def test_sizes_and_times_read_well(qgis_app):
    from onemap.plugin.gui.sync.wording import duration, size

    assert [size(n) for n in (0, 999, 1500, 75_200_000, 3.2e9)] == ["0 B", "999 B", "1.5 KB", "75.2 MB", "3.20 GB"]
    assert [duration(s) for s in (0.2, 45, 600, 9000)] == ["1 s", "45 s", "10 min", "2.5 h"]
