"""The tab of low-efficiency land: year and stage, the headline and bars, and what opens from here."""

from datetime import date
from typing import Any, Optional

from qgis.core import QgsApplication, QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsProject, QgsRectangle
from qgis.gui import QgisInterface
from qgis.PyQt import sip
from qgis.PyQt.QtGui import QShowEvent
from qgis.PyQt.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QLabel, QMessageBox, QSpinBox, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...bridge.monitoring.low_land_board import Board, import_tasks, load_board, write_weekly
from ...bridge.monitoring.redevelopment_charts import paint_bars
from ...bridge.review.rounds_target import wake, window_workspace
from ...bridge.tasks import WorkTask
from ...core.errors import OneMapError
from ...core.indicators.redevelopment_settings import load_redevelopment_settings
from ..widgets.contrast import Tone, text_style
from ..widgets.run_setup import TABLES
from ..widgets.tables import add_button
from .low_land_layers import ChosenLayers, LandLayersDialog
from .low_land_lists import ProjectLists
from .low_land_paint import PaintedChart
from .low_land_screen import LowLandScreen
from .low_land_wording import headline, stock_lines

_REPORTS = "Word (*.docx);;PDF (*.pdf);;Excel (*.xlsx);;HTML (*.html)"


class LowLandTab(QWidget):
    """`board`: what is shown, None before the first look."""

    def __init__(self, iface: QgisInterface) -> None:
        super().__init__()
        self.iface = iface
        self.board: Optional[Board] = None
        self.screen: Optional[LowLandScreen] = None
        self._tasks: list[WorkTask] = []
        self._asked = 0
        self.layers = ChosenLayers()
        settings = load_redevelopment_settings()
        self.year, self.stage = QSpinBox(), QComboBox()
        self.year.setRange(2000, 2100)
        self.year.setValue(date.today().year)
        self.stage.addItems(settings.counting_stages)
        self.stage.setCurrentText(settings.counting_stage)
        self.stage.setToolTip(tr("A project counts once it has come to this stage (a proposal)"))
        self.message, self.notice, self.bars = QLabel(), QLabel(), PaintedChart(150)
        self.lists = ProjectLists(is_narrow=True)
        for label in (self.message, self.notice):
            label.setWordWrap(True)
        self.notice.setStyleSheet(text_style(Tone.DOUBT))
        self._lay_out()
        self.year.editingFinished.connect(self.refresh)
        self.stage.activated.connect(lambda *_: self.refresh())
        self.lists.picked.connect(self._picked)

    def _lay_out(self) -> None:
        layout, top, acts = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        for label, widget in ((tr("Task year"), self.year), (tr("Counts from stage"), self.stage)):
            top.addWidget(QLabel(label))
            top.addWidget(widget)
        top.addStretch(1)
        add_button(tr("Refresh"), self.refresh, top, tr("Read the workspace again"))
        add_button(
            tr("One screen…"), self.open_screen, acts, tr("Bars, funnel, map, lists and project cards in a window")
        )
        add_button(tr("Tasks…"), self.choose_tasks, acts, tr("Read a table of tasks (year, division, kind, mu)"))
        add_button(
            tr("Land layers…"), self.choose_layers, acts,
            tr("Layers of low-efficiency, approved and idle land (JYJY_DXYDDK, JYJY_PEWGDK, JYJY_XZTDDK)"),
        )  # fmt: skip
        add_button(tr("Weekly report…"), self.choose_report, acts, tr("Save the weekly report (Word, PDF, Excel)"))
        acts.addStretch(1)
        layout.addLayout(top)
        layout.addLayout(acts)
        layout.addWidget(self.message)
        layout.addWidget(self.bars)
        layout.addWidget(self.lists, 1)
        layout.addWidget(self.notice)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        wake()
        self.refresh()

    # reading

    def refresh(self) -> None:
        """Read the workspace again, in the background."""
        workspace = window_workspace()
        if workspace is None:
            self.message.setText(tr("First open or create a workspace: page Reports, Open… or New…."))
            return
        path, year, stage = str(workspace.path), self.year.value(), self.stage.currentText()
        layers, reasons = self.layers.stock_layers()
        self._asked += 1
        asked = self._asked

        def show(board: Board) -> None:
            if asked == self._asked:  # a later question has been asked meanwhile: its answer is the one to show
                self.show_board(board)
                self.notice.setText("\n".join(filter(None, [*reasons, self.notice.text()])))

        self._run(
            tr("Reading redevelopment projects"), lambda _: load_board(path, year, date.today(), stage, layers), show
        )

    def _run(self, title: str, work: Any, done: Any) -> None:
        task = WorkTask(title, work, done, self._failed)
        self._tasks = [one for one in self._tasks if not sip.isdeleted(one)] + [task]
        QgsApplication.taskManager().addTask(task)

    def _failed(self, error: OneMapError) -> None:
        self.notice.setText(str(error))

    def show_board(self, board: Board) -> None:
        """Show what was read, here and on the screen where it is open."""
        self.board = board
        self.message.setText(headline(board) + stock_lines(board))
        self.bars.setMinimumHeight(min(max(34 * len(board.bars), 60), 260))
        self.bars.show_chart(lambda painter, area: paint_bars(painter, area, board.bars))
        self.lists.show_board(board)
        self.notice.setText("\n".join(remark.text() for remark in board.run.remarks))
        if self.screen is not None and self.screen.isVisible():
            self.screen.show_board(board)

    # acts

    def open_screen(self) -> LowLandScreen:
        """Open the window that shows everything at once."""
        if self.screen is None:
            self.screen = LowLandScreen(self.show_on_map, self.iface.mainWindow())
        if self.board is not None:
            self.screen.show_board(self.board)
        self.screen.show()
        self.screen.raise_()
        return self.screen

    def _picked(self, position: int) -> None:
        self.open_screen().show_project(position)

    def choose_layers(self) -> None:
        """Ask which layers of the project hold the land database's parcels."""
        if LandLayersDialog(self.layers, self).exec():
            self.refresh()

    def choose_tasks(self) -> None:
        """Ask for a table of tasks and keep it."""
        path, _ = QFileDialog.getOpenFileName(self, tr("Table of tasks"), "", TABLES)
        if path:
            self.take_tasks(path)

    def take_tasks(self, table: str) -> None:
        """Keep the tasks of a table in the open workspace."""
        workspace = window_workspace()
        if workspace is None:
            self.refresh()
            return
        try:
            count, remarks = import_tasks(str(workspace.path), table)
        except OneMapError as error:
            QMessageBox.warning(self, tr("Table of tasks"), str(error))
            return
        summary = tr("{0} tasks were kept in the workspace.").format(count)
        if remarks:
            QMessageBox.information(self, tr("Table of tasks"), "\n".join([summary, *remarks[:20]]))
        self.refresh()

    def choose_report(self) -> None:
        """Ask where the weekly report goes and write it."""
        if self.board is None:
            self.refresh()
            return
        path, _ = QFileDialog.getSaveFileName(self, tr("Weekly report"), "", _REPORTS)
        if path:
            board = self.board
            done = lambda _: self.notice.setText(tr("The weekly report was saved: {0}").format(path))  # noqa: E731
            self._run(tr("Writing the weekly report"), lambda _: write_weekly(board, path), done)

    def show_on_map(self, shape: Any) -> None:
        """Bring a project's or parcel's polygon, on the plane of the board, to the middle of the QGIS map."""
        if self.board is None:
            return
        canvas, source = self.iface.mapCanvas(), QgsCoordinateReferenceSystem.fromWkt(self.board.run.plane.to_wkt())
        move = QgsCoordinateTransform(source, canvas.mapSettings().destinationCrs(), QgsProject.instance())
        box = QgsRectangle(*shape.bounds)
        box.grow(max(box.width(), box.height()))
        canvas.setExtent(move.transformBoundingBox(box))
        canvas.refresh()

    def dispose(self) -> None:
        """Stop what runs and close the window."""
        for task in self._tasks:
            if not sip.isdeleted(task):
                task.drop()
        if self.screen is not None:
            self.screen.close()
            self.screen.deleteLater()
            self.screen = None
