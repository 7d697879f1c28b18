"""The screen of low-efficiency land on real widgets: what it shows, a project's card, tasks, the weekly report."""

import time
from datetime import date

import pytest
from onemap.plugin.bridge.review.rounds_target import use_in_window
from onemap.plugin.core.sample.county import make_county
from onemap.plugin.store.workspace import Workspace
from onemap.tests.support.window import settle


@pytest.fixture
def made(tmp_path):
    from demo.workspace import write_workspace

    today = date.today()
    path, tasks = write_workspace(tmp_path / "made", make_county(parcels=300), today, 40)
    workspace = Workspace.open(path)
    use_in_window(workspace)
    yield workspace, tasks
    use_in_window(None)
    workspace.close()


def until(condition, seconds=120.0):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        settle()
        time.sleep(0.02)
    assert condition()


@pytest.fixture
def tab(iface, made):
    from onemap.plugin.gui.monitoring.page import MonitoringPage

    page = MonitoringPage(iface)
    page.show()
    shown = page.show_tab("low_land")
    until(lambda: shown.board is not None)
    yield shown
    page.dispose()
    settle()


def test_tasks_screen_and_card(tab, made):
    workspace, tasks = made
    assert tab.board.run.progress.total.task_mu is None
    tab.take_tasks(str(tasks))
    until(lambda: tab.board.run.progress.total.task_mu is not None)
    screen = tab.open_screen()
    progress = tab.board.run.progress
    assert f"{progress.total.done_mu:,.1f}" in screen.headline.text()
    assert screen.lists.models["all"].rowCount() == progress.total.projects
    assert len(tab.board.bars) == 4 and screen.card.position is None
    position = next(n for n, p in enumerate(progress.projects) if p.project.papers and p.project.year == progress.year)
    screen.lists.views["all"].selectRow(
        [p for p in progress.projects if p.project.year == progress.year].index(progress.projects[position])
    )
    assert screen.card.position == position and screen.card.papers.rowCount() >= 1
    assert progress.projects[position].project.name in screen.card.title.text()
    pictures = [
        part.grab().toImage() for part in (screen.bars, screen.funnel, screen.curve, screen.map, screen.card.timeline)
    ]
    assert all(len({image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}) > 3
               for image in pictures)  # fmt: skip


def test_a_click_on_the_map_picks_the_project_below(tab):
    screen = tab.open_screen()
    screen.resize(1300, 700)
    settle()
    picked = []
    screen.map.picked.connect(picked.append)
    at = screen.map._pixel(*screen.map._middles[3])

    class Click:
        @staticmethod
        def position():
            return at

    screen.map.mousePressEvent(Click)
    assert len(picked) == 1 and screen.card.position == picked[0]


def test_an_answer_that_comes_late_does_not_replace_a_later_one(tab, monkeypatch):
    waiting = []
    monkeypatch.setattr(tab, "_run", lambda title, work, done: waiting.append((work, done)))
    tab.refresh()
    tab.stage.setCurrentText("验收")
    tab.refresh()
    boards = [work(None) for work, _ in waiting]
    for (_, done), board in reversed(list(zip(waiting, boards))):
        done(board)
    assert tab.board is boards[1]


def test_the_weekly_report_is_written_from_the_board(tab, tmp_path):
    """Its pictures are Chinese as its text is, whatever the window is."""
    from onemap.plugin.bridge.monitoring import redevelopment_report as weekly
    from onemap.plugin.bridge.monitoring.low_land_board import write_weekly
    from onemap.plugin.core.messages import document_language

    run = tab.board.run
    paint = lambda painter, area: weekly.paint_curve(painter, area, run.progress)  # noqa: E731
    english = weekly.chart_png(paint, 1400, 620, weekly.chinese_family())
    with document_language("zh"):
        chinese = weekly.chart_png(paint, 1400, 620, weekly.chinese_family())
    assert weekly.redevelopment_report(run).curve == chinese != english
    write_weekly(tab.board, str(tmp_path / "week.html"))
    assert "低效用地再开发进展周报" in (tmp_path / "week.html").read_text(encoding="utf-8")


def test_without_a_workspace_it_says_what_to_do(iface):
    from onemap.plugin.gui.monitoring.low_land_tab import LowLandTab

    use_in_window(None)
    tab = LowLandTab(iface)
    tab.refresh()
    assert tab.message.text() and tab.board is None
    tab.dispose()


def test_long_names_of_stages_do_not_run_into_each_other(qgis_app):
    from onemap.plugin.core.indicators.redevelopment_model import Project
    from onemap.plugin.core.indicators.redevelopment_settings import load_redevelopment_settings
    from onemap.plugin.gui.monitoring.low_land_paint import paint_timeline
    from qgis.PyQt.QtCore import QRectF
    from qgis.PyQt.QtGui import QImage, QPainter

    stages = load_redevelopment_settings().stages
    image = QImage(48 * len(stages), 104, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    paint_timeline(painter, QRectF(image.rect()), Project("1", "330110", "a", "旧村庄", stages[2], 2026), stages)
    painter.end()
    between = [48 * number for number in range(1, len(stages))]
    assert all(image.pixelColor(x, y).name() == "#ffffff" for x in between for y in range(36))
    assert any(image.pixelColor(x, y).name() != "#ffffff" for x in range(2, 46) for y in range(20))


def test_parcels_of_the_land_database_stand_beside_the_projects(tab, made, tmp_path):
    """Found by their names; counted, listed overdue first, on the map, with a card, in the weekly report."""
    from onemap.plugin.bridge.monitoring.low_land_board import write_weekly
    from onemap.plugin.core.indicators.land_stock import StockKind
    from onemap.plugin.gui.monitoring.low_land_layers import LandLayersDialog
    from onemap.tests.support.algorithms import box_wkt, layer
    from qgis.core import QgsProject

    screen = tab.open_screen()
    assert "Land layers" in screen._no_stock.text() and screen.stocks.rowCount() == 0
    fields = "DKBH:string,DKMC:string,XZQDM:string,DXLX:string,CZRQ:string,ZGQXZ:string"
    rows = [(box_wkt(0, 0), "D1", "甲厂", "339902", "旧厂房", "", "2099-01-01"),
            (box_wkt(300, 0, 50), "D2", "乙厂<b>", "339902", "旧厂房", "", "2020-01-01"),
            (box_wkt(600, 0), "D3", "丙厂", "339902", "旧厂房", "2021-01-01", ""),
            (None, "D4", "丁厂", "339902", "", "", "")]  # fmt: skip
    low = layer("330000JYJY_DXYDDK_2026", rows, fields)
    QgsProject.instance().addMapLayer(low)
    tab.refresh()
    until(lambda: bool(tab.board.run.stocks))
    assert [tab.layers.layer(kind) for kind in StockKind] == [low, None, None]
    texts = [screen.stocks.item(0, column).text() for column in range(6)]
    assert texts[1:] == ["4", "33.75", "3", "18.75", "1"] and texts[4] in tab.message.text()
    parcels, last = tab.board.parcels, len(tab.board.run.progress.projects)
    assert [p.one.parcel.id for p in parcels] == ["D2", "D1", "D4", "D3"]
    screen.lists.views["parcels"].selectRow(0)
    assert screen.card.position == last and "乙厂&lt;b&gt;" in screen.card.title.text()
    assert "2020-01-01" in screen.card.facts.text() and screen.card.button.isEnabled()
    screen.card._go()
    screen.lists.views["parcels"].selectRow(2)
    assert screen.card.position == last + 2 and not screen.card.button.isEnabled()
    assert {last, last + 1, last + 3} <= set(screen.map._numbers.tolist())
    write_weekly(tab.board, str(tmp_path / "week.html"))
    assert "分布图" in (html := (tmp_path / "week.html").read_text(encoding="utf-8")) and "乙厂" in html
    dialog = LandLayersDialog(tab.layers, tab)
    assert dialog.boxes[StockKind.LOW].currentLayer() == low
    dialog.boxes[StockKind.LOW].setLayer(None)
    dialog.accept()
    tab.refresh()
    until(lambda: not tab.board.run.stocks)
    assert "Land layers" in screen._no_stock.text()
    QgsProject.instance().removeMapLayer(low)


def test_a_layer_that_only_has_the_name_takes_nothing_from_the_projects(tab, made):
    from onemap.tests.support.algorithms import box_wkt, layer
    from qgis.core import QgsProject

    former = tab.board
    named = QgsProject.instance().addMapLayer(layer("JYJY_XZTDDK", [(box_wkt(0, 0), "x")], "other:string"))
    tab.refresh()
    until(lambda: tab.board is not former)
    assert tab.board.run.stocks == [] and "JYJY_XZTDDK" in tab.notice.text()
    QgsProject.instance().removeMapLayer(named)
