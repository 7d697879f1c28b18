"""The card of one project: facts, its way through the stages, its papers."""

import html
from typing import Any, Callable, Optional

from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...bridge.monitoring.low_land_board import Board
from ...core.indicators.redevelopment_model import ProjectProgress
from ..widgets.tables import fill_table, make_table, wrap_columns
from .low_land_paint import PaintedChart, paint_timeline


class ProjectCard(QWidget):
    """`show_project(board, position)`; `show_on_map(ProjectProgress)` is called by its button."""

    def __init__(self, show_on_map: Callable[[ProjectProgress], None]) -> None:
        super().__init__()
        self._show_on_map = show_on_map
        self.one: Optional[ProjectProgress] = None
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
        self.one = None
        self.title.setText(tr("Click a project in a list or on the map to see its card."))
        self.facts.setText("")
        self.timeline.hide()
        self.papers.hide()
        self.button.setEnabled(False)

    def show_project(self, board: Board, position: int) -> None:
        """Show the project at a position of the progress."""
        one = board.run.progress.projects[position]
        project, self.one = one.project, one
        self.title.setText(f"<b>{html.escape(project.name)}</b>")
        self.facts.setText("<br>".join(_facts(board, one)))
        stages = board.run.progress.settings.stages
        self.timeline.show_chart(lambda painter, area: paint_timeline(painter, area, project, stages))
        self.timeline.show()
        fill_table(self.papers, [((p.title, p.number, p.office, p.day), None) for p in project.papers])
        self.papers.setVisible(bool(project.papers))
        self.button.setEnabled(project.geometry is not None)

    def _go(self) -> None:
        if self.one is not None:
            self._show_on_map(self.one)


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
