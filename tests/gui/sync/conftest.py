"""What the tests of the Sync page share: a window on a county's desk, and the person in front of it."""

import time

import pytest
from onemap.tests.support import sync_fixtures
from onemap.tests.support.window import settle

a, desk, make_desk, platform, reviewer, start_platform = (
    getattr(sync_fixtures, name) for name in ("a", "desk", "make_desk", "platform", "reviewer", "start_platform")
)


class Person:
    """Somebody at the window: `page` and `reports` are the dock's pages on the desk's workspace."""

    def __init__(self, iface, desk):
        from onemap.forms.reports_page import ReportsPage
        from onemap.plugin.gui.sync.page import SyncPage

        self.iface, self.desk = iface, desk
        self.reports = ReportsPage(iface)
        self.reports._asked = True  # the workspace of this test, not the developer's last one
        self.page = SyncPage(iface, self.reports)
        self.reports.use(desk.ws)
        self.page.resize(420, 700)
        self.page.show()

    def set_up(self, **changes):
        """Settings as the wizard would save them."""
        from onemap.plugin.bridge.sync.settings import PlatformSettings

        PlatformSettings(**{"url": self.desk.url, **changes}).save(self.desk.ws, "li")
        self.page.refresh()

    def press(self, button):
        from qgis.PyQt.QtCore import Qt
        from qgis.PyQt.QtTest import QTest

        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def sync(self):
        """Press the one button and wait for the end."""
        self.press(self.page.sync_button)
        self.wait(lambda: not self.page.runner.running)

    def wait(self, good, seconds=60):
        end = time.monotonic() + seconds
        while not good():
            assert time.monotonic() < end, "it takes too long"
            settle(0.02)
        settle()

    def rows(self, group):
        """[(label, words)] under a heading of the list."""
        heading = self.page.list.groups[group]
        return [(heading.child(i).text(0), heading.child(i).text(1)) for i in range(heading.childCount())]

    def choose(self, group, number=0):
        self.page.list.setCurrentItem(self.page.list.groups[group].child(number))

    def messages(self):
        return [item.text() for item in self.iface.bar.items()]

    def leave(self):
        self.page.close_workspace()
        self.reports.close_workspace()
        self.page.deleteLater()
        self.reports.deleteLater()
        settle()


@pytest.fixture
def settings_kept(qgis_app):
    from onemap.plugin.bridge.settings import Settings

    kept = Settings.load()
    yield
    kept.save()


@pytest.fixture
def person(iface, desk, platform, monkeypatch, settings_kept):
    from onemap.plugin.core import messages

    messages.set_language("en")
    monkeypatch.setenv("ONEMAP_TOKEN", platform.tokens["county_a"])
    monkeypatch.setattr("onemap.plugin.sync.transport._PAUSE_CAP", 0.05)
    made = Person(iface, desk)
    yield made
    made.leave()
