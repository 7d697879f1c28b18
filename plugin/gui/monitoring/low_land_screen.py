"""Low-efficiency land on one screen: bars, funnel, curve, map, lists and the card of a project, in a window."""

from typing import Any, Callable, Optional

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtWidgets import QDialog, QGridLayout, QGroupBox, QLabel, QSplitter, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...bridge.monitoring.land_stock_rows import kind_sums
from ...bridge.monitoring.low_land_board import Board
from ...bridge.monitoring.redevelopment_charts import paint_bars, paint_curve, paint_funnel
from ..widgets.empty_hint import EmptyHint
from ..widgets.tables import fill_table, make_table
from .low_land_card import ProjectCard
from .low_land_lists import ProjectLists
from .low_land_paint import PaintedChart, ProjectMap
from .low_land_wording import headline

_SIZE = (1340, 700)
_STOCKS = 130  # pixels: a head and three rows


class LowLandScreen(QDialog):
    """`show_board(board)` fills everything; `show_on_map(polygon)` brings a project or parcel to the QGIS map."""

    def __init__(self, show_on_map: Callable[[Any], None], parent: Optional[QWidget] = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(tr("Low-efficiency land on one screen"))
        self.setSizeGripEnabled(True)
        self.resize(*_SIZE)
        self.board: Optional[Board] = None
        self.headline = QLabel()
        self.headline.setWordWrap(True)
        self.bars, self.funnel, self.curve = PaintedChart(120), PaintedChart(150), PaintedChart(130)
        self.map, self.lists, self.card = ProjectMap(), ProjectLists(), ProjectCard(show_on_map)
        titles = [
            tr("Kind"),
            tr("Parcels"),
            tr("Area (mu)"),
            tr("Open parcels"),
            tr("Open (mu)"),
            tr("Overdue"),
        ]
        self.stocks = make_table(titles)
        self.stocks.setMaximumHeight(_STOCKS)
        self.stocks.horizontalHeader().setStretchLastSection(True)
        self._no_stock = EmptyHint(self.stocks)
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
            (middle, ((tr("Projects by stage"), self.map, 5), (tr("Project or parcel"), self.card, 3))),
            (right, ((tr("Lists"), self.lists, 1),
                     (tr("Low-efficiency, approved and idle land (land database)"), self.stocks, 0))),
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
        splitter.setSizes([350, 400, 590])
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
        fill_table(self.stocks, [(kind_sums(stock), None) for stock in board.run.stocks])
        hint = tr("Choose the layers of the land database with the button Land layers… of the tab Low-efficiency land.")
        self._no_stock.tell("" if board.run.stocks else hint)

    def show_project(self, position: int) -> None:
        """Show the card of a project or parcel and ring it on the map."""
        if self.board is not None:
            self.card.show_position(self.board, position)
            self.map.show_project(position)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:  # Esc would close the window and what was chosen in it
            super().keyPressEvent(event)
