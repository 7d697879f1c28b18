"""Low-efficiency land on one screen: bars, funnel, curve, map, lists and the card of a project, in a window."""

from typing import Callable, Optional

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtWidgets import QDialog, QGridLayout, QGroupBox, QLabel, QSplitter, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...bridge.monitoring.low_land_board import Board
from ...bridge.monitoring.redevelopment_charts import paint_bars, paint_curve, paint_funnel
from ...core.indicators.redevelopment_model import ProjectProgress
from .low_land_card import ProjectCard
from .low_land_lists import ProjectLists
from .low_land_paint import PaintedChart, ProjectMap
from .low_land_wording import headline

_SIZE = (1340, 700)


class LowLandScreen(QDialog):
    """`show_board(board)` fills everything; `show_on_map(ProjectProgress)` brings a project to the QGIS map."""

    def __init__(self, show_on_map: Callable[[ProjectProgress], None], parent: Optional[QWidget] = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(tr("Low-efficiency land on one screen"))
        self.setSizeGripEnabled(True)
        self.resize(*_SIZE)
        self.board: Optional[Board] = None
        self.headline = QLabel()
        self.headline.setWordWrap(True)
        self.bars, self.funnel, self.curve = PaintedChart(120), PaintedChart(150), PaintedChart(130)
        self.map, self.lists, self.card = ProjectMap(), ProjectLists(), ProjectCard(show_on_map)
        self.map.picked.connect(self.show_project)
        self.lists.picked.connect(self.show_project)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.addWidget(self.headline)
        layout.addWidget(self._columns(), 1)

    def _columns(self) -> QSplitter:
        left, middle, right = QWidget(), QWidget(), QWidget()
        columns = (
            (left, ((tr("Tasks and what is done (mu)"), self.bars, 3), (tr("Funnel of stages"), self.funnel, 3),
                    (tr("Due (thin), done (thick), forecast (dashed), mu"), self.curve, 3))),
            (middle, ((tr("Projects by stage"), self.map, 5), (tr("Project"), self.card, 3))),
            (right, ((tr("Lists"), self.lists, 1),)),
        )  # fmt: skip
        splitter = QSplitter(Qt.Orientation.Horizontal)
        for holder, parts in columns:
            grid = QGridLayout(holder)
            grid.setContentsMargins(0, 0, 0, 0)
            for row, (title, widget, stretch) in enumerate(parts):
                box = QGroupBox(title)
                inside = QVBoxLayout(box)
                inside.setContentsMargins(4, 4, 4, 4)
                inside.addWidget(widget)
                grid.addWidget(box, row, 0)
                grid.setRowStretch(row, stretch)
            splitter.addWidget(holder)
        splitter.setSizes([390, 440, 510])
        return splitter

    def show_board(self, board: Board) -> None:
        """Show what was read."""
        self.board = board
        progress = board.run.progress
        self.headline.setText(headline(board))
        self.bars.show_chart(lambda painter, area: paint_bars(painter, area, board.bars))
        self.funnel.show_chart(lambda painter, area: paint_funnel(painter, area, board.stages))
        self.curve.show_chart(lambda painter, area: paint_curve(painter, area, progress))
        self.map.show_board(board)
        self.lists.show_board(board)
        self.card.clear()

    def show_project(self, position: int) -> None:
        """Show the card of a project and ring it on the map."""
        if self.board is not None:
            self.card.show_project(self.board, position)
            self.map.show_project(position)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:  # Esc would close the window and what was chosen in it
            super().keyPressEvent(event)
