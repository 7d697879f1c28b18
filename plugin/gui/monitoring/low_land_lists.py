"""Lists of the screen of low-efficiency land: this week's moves, overdue, stalled and all projects, parcels."""

from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QTableView, QTabWidget

from ...bridge.i18n import tr
from ...bridge.monitoring.land_stock_rows import kind_names
from ...bridge.monitoring.low_land_board import Board, BoardParcel
from ...core.indicators.redevelopment_model import ProjectProgress
from ...core.indicators.redevelopment_stages import WeekMove
from ...core.land.rounding import mu
from ..widgets.empty_hint import EmptyHint
from ..widgets.row_table import Row, Rows, chosen, row_view


class ProjectLists(QTabWidget):
    """`picked(position)` of the project or parcel whose row was chosen; `is_narrow`: without divisions, areas
    and parcels."""

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
        parcel = [tr("Kind of land"), tr("Parcel"), tr("Division"), tr("Open (mu)"), tr("Due until")]
        for name, titles, numeric in (("moves", move, (4,)), ("overdue", project, (3, 4)), ("stalled", project, (3, 4)),
                                      ("all", project, (3, 4)), ("parcels", parcel, (3,))):  # fmt: skip
            self.models[name] = Rows(titles, numeric, parent=self)
            self.views[name] = row_view(self.models[name], 1 if name in ("moves", "parcels") else 0)
            self._hints[name] = EmptyHint(self.views[name])
            for column in ((3, 4) if name == "moves" else (1, 3)) if is_narrow else ():
                self.views[name].setColumnHidden(column, True)
            if not (is_narrow and name == "parcels"):
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
        self._show_parcels(board)

    def _show_parcels(self, board: Board) -> None:
        first = len(board.run.progress.projects)
        keys = [f"parcel {n}" for n in range(len(board.parcels))]  # no record has such an id
        self._positions.update({key: first + n for n, key in enumerate(keys)})
        hint = tr("Choose the layers of the land database with the button Land layers… of the tab Low-efficiency land.")
        empty = tr("The layers have no parcels.") if board.run.stocks else hint
        self._fill("parcels", list(zip(keys, map(_parcel_row, board.parcels))), empty)

    def _fill(self, name: str, rows: Sequence[tuple[str, Row]], hint: str) -> None:
        self._keys[name] = [key for key, _ in rows]
        self.models[name].fill([row for _, row in rows])
        self.setTabText(self.indexOf(self.views[name]), f"{list_titles()[name]} ({len(rows)})")  # none: no tab
        self._hints[name].tell("" if rows else hint)

    def _selected(self, name: str) -> None:
        numbers = chosen(self.views[name])
        if len(numbers) == 1 and numbers[0] < len(self._keys.get(name, ())):
            self.picked.emit(self._positions[self._keys[name][numbers[0]]])


def list_titles() -> dict[str, str]:
    """{list: its title}"""
    titles = {"moves": tr("This week"), "overdue": tr("Overdue"), "stalled": tr("Stalled"), "all": tr("All")}
    return {**titles, "parcels": tr("Parcels")}


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


def _parcel_row(parcel: BoardParcel) -> Row:
    one, kind = parcel.one, kind_names()[parcel.stock.kind.value]
    late = tr("{0}, overdue").format(one.parcel.due) if one.is_overdue else one.parcel.due or "—"
    texts = (kind, parcel.title or "—", parcel.division or "—", f"{mu(one.open_m2):,.2f}" if one.is_open else "—", late)
    return Row(texts, (kind, texts[1], texts[2], one.open_m2, one.parcel.due or "9999"))
