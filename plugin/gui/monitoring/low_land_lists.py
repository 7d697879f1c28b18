"""Lists of the screen of low-efficiency land: this week's moves, overdue, stalled and all projects."""

from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QTableView, QTabWidget

from ...bridge.i18n import tr
from ...bridge.monitoring.low_land_board import Board
from ...core.indicators.redevelopment_model import ProjectProgress
from ...core.indicators.redevelopment_stages import WeekMove
from ..widgets.empty_hint import EmptyHint
from ..widgets.row_table import Row, Rows, chosen, row_view


class ProjectLists(QTabWidget):
    """`picked(position)` of the project whose row was chosen; `is_narrow`: without divisions and areas."""

    picked = pyqtSignal(int)

    def __init__(self, is_narrow: bool = False) -> None:
        super().__init__()
        project = [tr("Project name"), tr("Division"), tr("Stage"), tr("Area (mu)"), tr("Days without progress")]
        move = [tr("Day"), tr("Project name"), tr("Move"), tr("Division"), tr("Area (mu)")]
        self._positions: dict[str, int] = {}
        self.models: dict[str, Rows] = {}
        self.views: dict[str, QTableView] = {}
        self._hints: dict[str, EmptyHint] = {}
        self._keys: dict[str, list[str]] = {}
        for name, titles, numeric in (("moves", move, (4,)), ("overdue", project, (3, 4)),
                                      ("stalled", project, (3, 4)), ("all", project, (3, 4))):  # fmt: skip
            self.models[name] = Rows(titles, numeric, parent=self)
            self.views[name] = row_view(self.models[name], 1 if name == "moves" else 0)
            self._hints[name] = EmptyHint(self.views[name])
            for column in ((3, 4) if name == "moves" else (1, 3)) if is_narrow else ():
                self.views[name].setColumnHidden(column, True)
            self.addTab(self.views[name], list_titles()[name])
            selection = self.views[name].selectionModel()
            selection.selectionChanged.connect(lambda *_, name=name: self._selected(name))

    def show_board(self, board: Board) -> None:
        """Fill all lists."""
        progress = board.run.progress
        self._positions = {one.project.id: n for n, one in enumerate(progress.projects)}
        of_year = [one for one in progress.projects if one.project.year == progress.year]
        moves = [(m.one.project.id, _move_row(board, m)) for m in board.moves]
        self._fill("moves", moves, tr("No project changed its stage in the last seven days."))
        parts = (
            ("overdue", board.overdue, tr("No project of earlier years is open.")),
            ("stalled", board.stalled, tr("No project is stalled.")),
            ("all", of_year, tr("There are no projects of this year.")),
        )
        for name, found, hint in parts:
            self._fill(name, [(one.project.id, _row(board, one)) for one in found], hint)

    def _fill(self, name: str, rows: Sequence[tuple[str, Row]], hint: str) -> None:
        self._keys[name] = [key for key, _ in rows]
        self.models[name].fill([row for _, row in rows])
        self.setTabText(self.indexOf(self.views[name]), f"{list_titles()[name]} ({len(rows)})")
        self._hints[name].tell("" if rows else hint)

    def _selected(self, name: str) -> None:
        numbers = chosen(self.views[name])
        if len(numbers) == 1 and numbers[0] < len(self._keys.get(name, ())):
            self.picked.emit(self._positions[self._keys[name][numbers[0]]])


def list_titles() -> dict[str, str]:
    """{list: its title}"""
    return {"moves": tr("This week"), "overdue": tr("Overdue"), "stalled": tr("Stalled"), "all": tr("All")}


def _row(board: Board, one: ProjectProgress) -> Row:
    project, still = one.project, one.still_days
    texts = (project.name, board.name(project.division), project.stage, f"{one.own_mu:,.2f}",
             "—" if still is None else str(still))  # fmt: skip
    stages: Any = (*board.run.progress.settings.stages, board.run.progress.settings.withdrawn, "")
    order = stages.index(project.stage) if project.stage in stages else len(stages)
    return Row(texts, (project.name, texts[1], order, one.own_mu, -1 if still is None else still))


def _move_row(board: Board, move: WeekMove) -> Row:
    one = move.one
    before = move.move.before or tr("Newly registered")
    texts = (move.move.day.isoformat(), one.project.name, f"{before} → {move.move.stage}",
             board.name(one.project.division), f"{one.own_mu:,.2f}")  # fmt: skip
    return Row(texts, (*texts[:4], one.own_mu))
