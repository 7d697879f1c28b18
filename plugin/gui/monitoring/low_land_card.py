"""The card of one project (facts, its way through the stages, its papers) or of one parcel of the land database."""

import html
from typing import Any, Callable, Optional

from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...bridge.monitoring.land_stock_rows import kind_names
from ...bridge.monitoring.low_land_board import Board, BoardParcel
from ...core.indicators.redevelopment_model import ProjectProgress
from ...core.land.rounding import mu
from ..widgets.tables import fill_table, make_table, wrap_columns
from .low_land_paint import PaintedChart, paint_timeline


class ProjectCard(QWidget):
    """`show_position(board, position)`; `show_on_map(polygon)` is called by its button."""

    def __init__(self, show_on_map: Callable[[Any], None]) -> None:
        super().__init__()
        self._show_on_map = show_on_map
        self.position: Optional[int] = None
        self._shape: Optional[Any] = None
        self.title, self.facts, self.timeline = QLabel(), QLabel(), PaintedChart(104)
        self.papers = make_table([tr("Paper"), tr("Document number"), tr("Issued by"), tr("Day")])
        wrap_columns(self.papers, [0, 2])
        self.papers.setMaximumHeight(110)
        self.facts.setWordWrap(True)
        self.title.setWordWrap(True)
        self.button = QPushButton(tr("Show on the map"))
        self.button.clicked.connect(lambda _checked=False: self._go())
        self.button.setEnabled(False)
        row = QHBoxLayout()
        row.addWidget(self.title, 1)
        row.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self.facts)
        layout.addWidget(self.timeline)
        layout.addWidget(self.papers)
        self.clear()

    def clear(self) -> None:
        """Say how a project is chosen."""
        self.position, self._shape = None, None
        self.title.setText(tr("Click a project in a list or on the map to see its card."))
        self.facts.setText("")
        self.timeline.hide()
        self.papers.hide()
        self.button.setEnabled(False)

    def show_position(self, board: Board, position: int) -> None:
        """Show the project or the parcel at a position of the board."""
        self.position, parcel, self._shape = position, board.parcel_at(position), board.shape_at(position)
        if parcel is None:
            self._show_project(board, board.run.progress.projects[position])
        else:
            self.title.setText(f"<b>{html.escape(parcel.title or '—')}</b>")
            self.facts.setText("<br>".join(_parcel_facts(parcel)))
            self.timeline.hide()
            self.papers.hide()
        self.button.setEnabled(self._shape is not None)

    def _show_project(self, board: Board, one: ProjectProgress) -> None:
        project = one.project
        self.title.setText(f"<b>{html.escape(project.name)}</b>")
        self.facts.setText("<br>".join(_facts(board, one)))
        stages = board.run.progress.settings.stages
        self.timeline.show_chart(lambda painter, area: paint_timeline(painter, area, project, stages))
        self.timeline.show()
        fill_table(self.papers, [((p.title, p.number, p.office, p.day), None) for p in project.papers])
        self.papers.setVisible(bool(project.papers))

    def _go(self) -> None:
        if self._shape is not None:
            self._show_on_map(self._shape)


def _parcel_facts(parcel: BoardParcel) -> list[str]:
    """What the layer says of a parcel, each as it stands there."""
    one, escape = parcel.one.parcel, html.escape
    kind = kind_names()[parcel.stock.kind.value]
    lines = [
        tr("{0}, {1}, number {2}").format(kind, escape(parcel.division or "—"), escape(one.id or "—")),
        tr("Area {0} mu, still open {1} mu").format(_mu(parcel.one.own_m2), _mu(parcel.one.open_m2)),
        tr("As written: type or cause {0}, state {1}, way {2}").format(
            *(escape(said or "—") for said in (one.type, one.state, one.way))
        ),
        tr("Decided on {0}, due until {1}, completed on {2}").format(
            *(escape(said or "—") for said in (one.decided, one.due, one.closed))
        ),
        tr("Paper: {0}").format(escape(one.paper or "—")),
    ]
    late = tr("Overdue: its day has passed, and no day of completion stands in the layer")
    return [*lines, late] if parcel.one.is_overdue else lines


def _mu(m2: float) -> str:
    return f"{mu(m2):,.2f}"


def _facts(board: Board, one: ProjectProgress) -> list[str]:
    project, escape = one.project, html.escape
    lines = [
        tr("{0}, {1}, task year {2}, plot {3}").format(
            escape(board.name(project.division)), escape(project.kind or "—"), project.year or "—",
            escape(project.number or "—"),
        ),
        tr("Stage: <b>{0}</b>; area {1} mu, counted {2} mu").format(
            escape(project.stage or "—"), f"{one.own_mu:,.2f}", f"{one.counted_mu:,.2f}" if one.is_counted else "—"
        ),
        tr("Land user: {0}; location: {1}").format(escape(project.unit or "—"), escape(project.address or "—")),
    ]  # fmt: skip
    return [*lines, *_warnings(one)]


def _warnings(one: ProjectProgress) -> list[Any]:
    found = []
    if one.is_overdue:
        found.append(tr("Overdue: of an earlier task year, and not yet at the counting stage"))
    if one.is_stalled:
        found.append(tr("Stalled: no progress for {0} days").format(one.still_days))
    return found
