"""The plugin in a window: loads and unloads ten times without a trace, the range tool draws, the panel shows, Chinese appears."""

import gc

import pytest
from onemap.tests.support.window import WORK, open_layers, settle, trace, wait_for


def test_ten_times_in_and_out_leave_nothing(iface, without_provider):
    from onemap import classFactory

    iface.window.menuBar()
    settle()
    before = trace(iface)
    for _ in range(10):
        plugin = classFactory(iface)
        plugin.initGui()
        assert without_provider.providerById("onemap") is not None
        assert iface.window.findChild(type(plugin.window.toolbar), "onemapToolbar") is not None
        plugin.unload()
        del plugin
        gc.collect()
        settle()
        assert without_provider.providerById("onemap") is None
    assert trace(iface) == before


def test_chinese_for_every_name_of_the_locale(iface, without_provider):
    from onemap.plugin.main import OneMapPlugin
    from qgis.core import QgsSettings
    from qgis.PyQt.QtCore import QCoreApplication

    from_settings = QgsSettings()
    try:
        for locale, word in (("zh-Hans", "审查结论"), ("zh_CN", "审查结论"), ("zh", "审查结论"), ("en_US", "Verdicts")):
            from_settings.setValue("locale/overrideFlag", True)
            from_settings.setValue("locale/userLocale", locale)
            plugin = OneMapPlugin(iface)
            assert QCoreApplication.translate("OneMap", "Verdicts") == word
            plugin.unload()
    finally:
        from_settings.remove("locale/overrideFlag")
        from_settings.remove("locale/userLocale")
        from onemap.plugin.core import messages

        messages.set_language("en")


def test_a_drawn_range_is_checked_in_the_background(window, iface, tmp_path):
    from qgis.core import QgsCoordinateReferenceSystem, QgsPointXY, QgsProject, QgsRectangle
    from qgis.PyQt.QtCore import QPoint, Qt
    from qgis.PyQt.QtTest import QTest

    open_layers()
    canvas = iface.canvas
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4549"))
    canvas.setExtent(QgsRectangle(WORK[0] - 50, WORK[1] - 50, WORK[0] + 250, WORK[1] + 150))
    settle(0.2)
    window.draw_range()
    for x, y in ((0, 0), (100, 0), (100, 100), (0, 100), (30, 150)):
        at = canvas.getCoordinateTransform().transform(QgsPointXY(WORK[0] + x, WORK[1] + y))
        QTest.mouseClick(
            canvas.viewport(),
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            QPoint(int(at.x()), int(at.y())),
        )
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.RightButton)
    for _ in range(100):
        settle(0.1)
        if window.checks.task is None and window.panel.verdicts.rowCount():
            break
    table = window.panel.verdicts
    assert table.rowCount() == 23
    assert table.item(0, 1).text() == "Not compliant" and window.panel.headline.text().startswith("1 Not compliant")
    assert float(table.item(0, 2).text().replace(",", "")) == pytest.approx(5000, rel=0.05)
    assert table.item(1, 1).text() == "Not checked" and table.item(1, 2).text() == ""
    drag_a_corner(window, canvas)
    window.panel.zoom_to_row(0)
    layer = window.panel.add_layer()
    assert layer.featureCount() == 1 and layer.renderer().type() == "categorizedSymbol"
    window.panel.copy_table()
    report = tmp_path / "range.docx"
    window.panel.write_report(report)
    for _ in range(200):
        settle(0.05)
        if window.panel.task is None:
            break
    assert report.stat().st_size > 10_000
    QgsProject.instance().clear()


def drag_a_corner(window, canvas):
    """The panel follows while a corner of the finished range is dragged, and is complete again when it is let go."""
    from qgis.core import QgsPointXY
    from qgis.PyQt.QtCore import QEvent, QPoint, QPointF, Qt
    from qgis.PyQt.QtGui import QMouseEvent
    from qgis.PyQt.QtTest import QTest
    from qgis.PyQt.QtWidgets import QApplication

    def pixel(x, y):
        at = canvas.getCoordinateTransform().transform(QgsPointXY(WORK[0] + x, WORK[1] + y))
        return QPoint(int(at.x()), int(at.y()))

    followed, before = [], window.panel.verdicts.item(0, 2).text()
    window.checks.followed.connect(lambda result: followed.append(result.project_m2))
    QTest.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, pixel(100, 100))
    for step in range(1, 6):
        at, left = QPointF(pixel(100 + 10 * step, 100)), Qt.MouseButton.LeftButton
        move = QMouseEvent(QEvent.Type.MouseMove, at, left, left, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(canvas.viewport(), move)
        settle(0.15)
    assert followed and max(followed) > 10_100
    assert not window.panel.land_use.rowCount() and window.panel.verdicts.rowCount() == 23
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, pixel(150, 100))
    for _ in range(100):
        settle(0.1)
        if window.checks.task is None:
            break
    assert float(window.panel.verdicts.item(0, 2).text().replace(",", "")) > float(before.replace(",", "")) + 1000


def test_the_check_dialog_is_prefilled(window, iface):
    from qgis.core import QgsProject

    iface.active = open_layers()
    captured = {}
    import processing

    original = processing.createAlgorithmDialog

    class Dialog:
        def show(self):
            captured["shown"] = True

    processing.createAlgorithmDialog = lambda algorithm, values: captured.update(values, id=algorithm) or Dialog()
    check = window.open_check()
    wait_for(lambda: not check.table.busy)
    try:
        window.open_check_dialog()
    finally:
        processing.createAlgorithmDialog = original
    assert captured["id"] == "onemap:checkcontrollines" and captured["shown"]
    assert captured["PROJECTS"] == iface.active.id()
    assert [QgsProject.instance().mapLayer(i).name() for i in captured["CONTROL_LINES"]] == ["YJJBNTTB"]
    QgsProject.instance().clear()


def test_settings_page_keeps_what_is_entered(window):
    from onemap.plugin.bridge.settings import Settings
    from onemap.plugin.gui.options import OptionsPage

    kept = Settings.load()
    try:
        page = OptionsPage()
        page.sliver.setValue(2.5)
        page.organisation.setText("某县自然资源局")
        page.mapping.add_row("耕保", "YJJBNT")
        page.apply()
        again = Settings.load()
        assert (again.sliver_m2, again.organisation, again.mapping) == (2.5, "某县自然资源局", {"耕保": "YJJBNT"})
        assert OptionsPage().mapping.values() == {"耕保": "YJJBNT"}
    finally:
        kept.save()


@pytest.mark.parametrize("page", ["review", "cases", "sites", "monitoring", "reports", "sync"])
def test_the_dock_comes_back_on_any_page(iface, without_provider, page):
    from onemap import classFactory
    from qgis.core import QgsSettings

    QgsSettings().setValue("onemap/dock/page", page)
    try:
        plugin = classFactory(iface)
        plugin.initGui()
        iface.window.show()
        plugin.window.dock.show()
        settle(0.1)
        assert page in plugin.window.dock.pages  # another page may have been made for it
        assert plugin.window.dock.pages[page].isVisible()
        plugin.unload()
        settle()
    finally:
        QgsSettings().remove("onemap/dock/page")


def test_every_entry_of_the_menu_has_an_icon_of_its_own(window):
    actions = window.menu.actions()
    assert len(actions) >= 12 and all(not action.icon().isNull() and action.text() for action in actions)
    pictures = [bytes(action.icon().pixmap(24, 24).toImage().constBits().asstring(24 * 24 * 4)) for action in actions]
    assert len(set(pictures)) == len(pictures)


def test_a_page_that_cannot_be_imported_leaves_the_others(window, monkeypatch):
    def missing():
        raise ModuleNotFoundError("No module named 'openpyxl'", name="openpyxl")

    def broken():
        raise ImportError("cannot import name", name="onemap.plugin.core")

    window.dock._factories.update({"reports": missing, "cases": broken})
    from qgis.PyQt.QtWidgets import QLabel

    texts = {name: window.dock.show_page(name).findChild(QLabel).text() for name in ("reports", "cases")}
    assert "openpyxl" in texts["reports"] and "onemap" not in texts["cases"] and texts["cases"]
    assert hasattr(window.dock.show_page("review"), "controller")


def test_the_window_fits_a_low_screen_with_every_page_and_the_panel(window, iface):
    for page in ("review", "cases", "sites", "monitoring", "reports", "sync"):
        window.dock.show_page(page)
    window.panel.show()
    settle(0.2)
    least = iface.window.minimumSizeHint()
    assert window.dock in iface.window.tabifiedDockWidgets(window.panel)
    assert least.height() <= 600 and least.width() <= 1366, (least.width(), least.height())


def test_the_tabs_of_all_pages_are_in_sight(window, iface):
    bar = window.dock.tabs.tabBar()
    for number in range(bar.count()):
        bar.setTabText(number, "000")  # as long as the Chinese titles are
    iface.window.resize(1366, 768)
    iface.window.show()
    window.dock.show_page("cases")
    settle(0.3)
    assert bar.sizeHint().width() > 420
    assert bar.tabRect(bar.count() - 1).right() <= bar.width()


def test_what_the_first_check_needs_is_read_ahead(monkeypatch):
    """A task that only Qt knows of is let go by Python before it runs."""
    import gc

    from onemap.plugin.bridge import warm
    from onemap.plugin.main import OneMapPlugin

    read = []
    monkeypatch.setattr(warm, "read_ahead", read.append)
    plugin = OneMapPlugin(None)
    plugin.window = object()
    monkeypatch.setattr(plugin, "_show_at_first", lambda: None)
    plugin._warm()
    gc.collect()
    wait_for(lambda: read)
    assert len(read) == 1


def test_windows_that_are_open_go_with_the_plugin(iface, without_provider):
    """The installation page, and the dialog of an algorithm, whose provider is gone with the plugin."""
    from onemap import classFactory
    from qgis.analysis import QgsNativeAlgorithms
    from qgis.gui import QgsProcessingAlgorithmDialogBase
    from qgis.PyQt import sip

    class Dialog(QgsProcessingAlgorithmDialogBase):
        """As Processing has one for each algorithm."""

    def dialog(algorithm):
        made = Dialog()
        made.setAlgorithm(algorithm.create())
        made.show()
        return made

    plugin, native = classFactory(iface), QgsNativeAlgorithms()
    native.loadAlgorithms()
    plugin.initGui()
    page = plugin.window.open_repair()
    ours, other = dialog(plugin.provider.algorithm("statutoryarea")), dialog(native.algorithm("buffer"))
    settle()
    assert page.isVisible() and ours.isVisible()
    plugin.unload()
    settle()
    assert sip.isdeleted(page) and (sip.isdeleted(ours) or not ours.isVisible())
    assert other.isVisible()
    other.close()
