"""Scenarios: finished runs kept side by side, the rank of each site in all of them, and what differs."""

from dataclasses import replace
from typing import Any, Optional

import numpy as np
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QHBoxLayout, QHeaderView, QInputDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from ...bridge.i18n import tr
from ...bridge.siting.elsewhere import judge_of, limits_of, moved
from ...bridge.siting.scenario_maps import ScenarioGround
from ...bridge.tasks import WorkTask
from ...core.siting.scenarios import (
    MOST,
    Scenario,
    SiteRow,
    Standing,
    answer,
    criteria_changes,
    open_questions,
    side_by_side,
)
from ..widgets.tables import copy_table, fill_table, make_table, number_text
from .scenario_maps import ScenarioMaps

_LONGEST_REASON = 24


def scenario_of(run: Any) -> Scenario:
    """The Scenario of a finished run (SiteRun)."""
    criteria = run.run.criteria
    geometries = run.run.geometries
    if not run.parcels:  # the selection holds the picked sites alone
        geometries = geometries[np.array(run.run.picked, dtype=int)]
    name = f"{criteria.name} {criteria.version}".strip()
    if run.parcels:
        return Scenario(name, run.selection, geometries)
    return Scenario(name, run.selection, geometries, True, judge_of(run), limits_of(run))


def ground_of(run: Any) -> ScenarioGround:
    """Where a finished run (SiteRun) stands."""
    return ScenarioGround(run.run.plane, run.job.layers)


class Scenarios(QWidget):
    """`offer(Scenario)` after a run; a click on "keep" puts it beside the others. Emits `chosen(shape)`: the outline
    of the site whose row was clicked, on the plane of its run.
    """

    chosen = pyqtSignal(object)
    report_asked = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[Scenario] = []
        self.ground: Optional[ScenarioGround] = None  # of the first that was kept; the others lie on its plane
        self._offered: Any = None
        self._offered_ground: Optional[ScenarioGround] = None
        self._rows: list[SiteRow] = []
        self._judging: Any = None  # the task that measures sites by the criteria of other scenarios
        self.keep, self.clear = QPushButton(tr("Keep this run")), QPushButton(tr("Clear the list"))
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        self.table = make_table([tr("Site")])
        head = self.table.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)  # all scenarios are seen
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.table.cellClicked.connect(lambda row, column: self.chosen.emit(self._rows[row].shape))
        self.maps = ScenarioMaps()
        self.maps.chosen.connect(self.chosen)
        self.changes = QLabel()
        self.changes.setWordWrap(True)
        self.keep.clicked.connect(self._ask)
        self.clear.clicked.connect(self.forget)
        buttons = QHBoxLayout()
        buttons.addWidget(self.keep)
        buttons.addWidget(self.clear)
        self.report = QPushButton(tr("Report…"))
        self.report.clicked.connect(lambda: self.report_asked.emit())
        buttons.addWidget(self.report)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addLayout(buttons)
        for widget, stretch in ((self.hint, 0), (self.table, 1), (self.changes, 0), (self.maps, 1)):
            layout.addWidget(widget, stretch)
        self._show()

    def offer(self, scenario: Scenario, ground: Optional[ScenarioGround] = None) -> None:
        """A run that may be kept, and where it stands (for the maps of the report)."""
        self._offered, self._offered_ground = scenario, ground
        self._show()

    def _ask(self) -> None:
        name, accepted = QInputDialog.getText(self, tr("Scenario"), tr("Name"), text=self._offered.name)
        if accepted:
            self.keep_as(name.strip() or self._offered.name)

    def keep_as(self, name: str) -> None:
        """Keep the run that was offered under a name."""
        offered = replace(self._offered, name=name, answers={})
        if not self.kept:
            self.ground = self._offered_ground
        elif self.ground is not None and self._offered_ground is not None:
            planes = self._offered_ground.plane, self.ground.plane
            offered = moved(offered, *planes)
        self.kept.append(offered)
        self._offered = None
        self._show()
        self._ask_judges()

    def _ask_judges(self) -> None:
        """Measure the sites of the other scenarios by the criteria of each, in the background."""
        questions = open_questions(self.kept)
        if self._judging is not None or not questions:
            return
        self.hint.setText(tr("The sites of each scenario are measured by the criteria of the others…"))
        self._judging = WorkTask(
            tr("Comparing scenarios"), lambda feedback: answer(questions, feedback), self._judged, self._not_judged
        )
        QgsApplication.taskManager().addTask(self._judging)

    def _judged(self, _: Any) -> None:
        self._judging = None
        self._show()
        self._ask_judges()  # what was kept meanwhile

    def _not_judged(self, error: Any) -> None:
        self._judging = None
        self._show()
        self.hint.setText(str(error))

    def dispose(self) -> None:
        """Stop what goes on in the background."""
        if self._judging is not None:
            self._judging.drop()
            self._judging = None

    def forget(self) -> None:
        """Let go of all kept runs."""
        self.kept = []
        self._show()

    def _show(self) -> None:
        full = len(self.kept) >= MOST
        self.keep.setEnabled(self._offered is not None and not full)
        self.clear.setEnabled(bool(self.kept))
        self.report.setEnabled(len(self.kept) > 1 and self.ground is not None)
        if full:
            self.hint.setText(tr("{0} scenarios are kept; clear them to keep others.").format(MOST))
        else:
            self.hint.setText(
                tr("Keep a run, change the criteria, run again and keep that, too: up to {0}.").format(MOST)
            )
        self._rows = side_by_side(self.kept)
        titles = [f"{s.name}\n{tr('{0} fit').format(len(s.selection.order))}" for s in self.kept]
        self.table.setColumnCount(1 + len(titles))
        self.table.setHorizontalHeaderLabels([tr("Site"), *titles])
        fill_table(self.table, [([row.name, *map(_short, row.standings)], None) for row in self._rows])
        for number, row in enumerate(self._rows):
            for column, standing in enumerate(row.standings, 1):
                self.table.item(number, column).setToolTip(standing.why or _short(standing))
        self.changes.setText(_differences(self.kept))
        self.maps.show_scenarios(self.kept)

    def copy(self) -> None:
        """Put the table on the clipboard."""
        copy_table(self.table)


def _short(standing: Standing) -> str:
    if standing.rank is None:
        why = standing.why
        return why if len(why) <= _LONGEST_REASON else why[: _LONGEST_REASON - 1] + "…"
    score = "—" if standing.score is None else number_text(standing.score)
    return tr("No. {0} ({1})").format(standing.rank, score)


def _differences(kept: list[Scenario]) -> str:
    """What each scenario changes in the first one's criteria."""
    parts = []
    for other in kept[1:]:
        changes = criteria_changes(kept[0].selection.criteria, other.selection.criteria)
        head = tr("{0} against {1}:").format(other.name, kept[0].name)
        parts.append("\n".join([head, *(f"· {one}" for one in changes or [tr("the criteria are the same")])]))
    return "\n".join(parts)
