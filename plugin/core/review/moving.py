"""A range that moves, asked of many control lines at once: one overlay for all lines whose rules only ask what meets.

What was read around the range is kept as columns over all those lines; of a feature that lies wholly inside the range
the area is computed once. Lines that ask for more (distances, another line's land) and lines of which anything could
not be read are left to the check of single lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
import shapely

from ..land.area import ellipsoidal_areas
from ..land.outside import parts_outside
from ..land.overlay import Pairs, intersections
from ..land.pieces import Origin, joined, piece_table
from .control_group import NOISE_M
from .held_near import HeldGroup, LineSources
from .line_check import LineCheck, LineOutcome
from .moving_near import MovingNear, PlainLine, is_sound
from .piece_areas import PieceAreas, piece_areas
from .result_tables import finding_table
from .verdicts import VerdictSums

if TYPE_CHECKING:
    from ..land.pieces import PieceTable
    from ..land.types import Array
    from ..threads import Feedback
    from .control_source import ControlSource
    from .line_check import LineTask
    from .projects import ProjectChunk, Projects
    from .settings import Settings

_PLAIN = ("avoid", "inform", "height", "within")


class MovingLines:
    """For ranges that follow each other on the same sources, one at a time; keeps what it was told of them."""

    def __init__(self) -> None:
        self._lines: dict[str, Optional[PlainLine]] = {}  # None: a line that is left to the check of single lines
        self._near: Optional[MovingNear] = None

    def outcomes(
        self,
        projects: Projects,
        tasks: Sequence[LineTask],
        sources: Mapping[str, Sequence[ControlSource]],
        settings: Settings,
        feedback: Optional[Feedback] = None,
    ) -> dict[str, list[LineOutcome]]:
        """The outcomes of the tasks that can be answered together, by line id; unions are delayed."""
        is_outside = settings.beyond is not None or settings.noted is not None
        if len(projects) != 1 or projects.unusable_keys or is_outside or not settings.delays_unions:
            return {}
        chunk = projects.chunks()[0]
        for task in tasks:
            if task.line_id not in self._lines:
                self._lines[task.line_id] = _opened(LineCheck(projects, task, sources, settings, feedback))
        together = [task for task in tasks if self._lines[task.line_id] is not None]
        while together:
            near = self._around(chunk, together)
            row = near.candidates(chunk)
            if near.read(row):
                return _Answer(near, together, chunk, settings).by_line(row, feedback)
            self._lines.update((line_id, None) for line_id in near.unsound())
            together = [task for task in together if self._lines[task.line_id] is not None]
        return {}

    def _around(self, chunk: ProjectChunk, tasks: Sequence[LineTask]) -> MovingNear:
        """What is held around a range; begun anew where another neighbourhood or another set of lines is."""
        lines = [line for task in tasks if (line := self._lines[task.line_id]) is not None]
        held = [line.group.around(chunk.bounds) for line in lines]
        if self._near is None or not self._near.holds(held):
            self._near = MovingNear(lines, held)
        return self._near


def _opened(check: LineCheck) -> Optional[PlainLine]:
    """The line of a check whose rules only ask what meets and whose layers are sound; None for another."""
    rules, sources = check.task.rules, check.sources
    asks_what_meets = all(rule.kind in _PLAIN and not rule.less_line for rule in rules)
    if not rules or not asks_what_meets or not isinstance(sources, LineSources):
        return None
    check.open()
    groups, state = sources.groups(), check.state()
    if len(groups) != 1 or not isinstance(groups[0], HeldGroup) or not is_sound(sources):
        return None
    ids, kinds, limited = zip(*((rule.id, rule.geometry, bool(rule.limit)) for rule in rules))
    return PlainLine(check.task.line_id, sources, groups[0], ids, kinds, limited, frozenset(check.evaluated), state)


class _Answer:
    """One range against the features that may meet it: each line takes the place of a project, so that what is
    computed for many projects is computed for many lines.
    """

    def __init__(self, near: MovingNear, tasks: Sequence[LineTask], chunk: ProjectChunk, settings: Settings) -> None:
        self.near, self.tasks, self.chunk, self.settings = near, tasks, chunk, settings
        self.rules = [rule for task in tasks for rule in task.rules]
        self.line_of_rule = np.repeat(np.arange(len(tasks)), np.diff(near.rule_starts))

    def by_line(self, rows: Array, feedback: Optional[Feedback] = None) -> dict[str, list[LineOutcome]]:
        """The outcomes of each line; those of the findings lie with the first."""
        table = self._table(rows, feedback)
        areas = piece_areas(table, self.rules, self.settings, self._project_m2())
        found = {
            task.line_id: [LineOutcome(task, (), *self._verdict(number, table, areas))]
            for number, task in enumerate(self.tasks)
        }
        if len(table):
            first = self.tasks[0]
            found[first.line_id].insert(0, LineOutcome(first, finding_table(self._as_check(table), table, areas)))
        return found

    def _project_m2(self) -> Array:
        return np.repeat(self.chunk.projects.areas_m2, len(self.tasks))

    def _table(self, rows: Array, feedback: Optional[Feedback]) -> PieceTable:
        """Pieces of all lines in the order that the lines one by one would give: by line, rule, feature."""
        near, index = self.near, self.chunk.index
        applies = [task.applies(rule.id, index)[0] for task in self.tasks for rule in task.rules]
        asked, above = near.masks[:, rows] & np.array(applies)[:, None], self._above(rows)
        for number, over in above.items():
            asked[number] &= np.isnan(over) if self.rules[number].is_doubt else over > NOISE_M
        used = asked.any(axis=0)
        rows, asked = rows[used], asked[:, used]
        pairs = Pairs(near.geometries[rows], np.zeros(len(rows), int), np.arange(len(rows)))
        cut = intersections(self.chunk, pairs, feedback)
        rule, piece = np.nonzero(asked[:, cut.positions])
        at = rows[cut.positions]
        origin = Origin(rule, near.source[at][piece], near.fids[at][piece], near.labels[at][piece])
        areas = self._areas(at, cut.pieces, cut.is_full)[piece]
        gaps = np.full(len(rule), np.nan)
        for number, over in above.items():
            gaps[rule == number] = over[used][cut.positions[piece[rule == number]]]
        return self._with_outside(piece_table(self.line_of_rule[rule], cut.pieces[piece], origin, gaps, areas), applies)

    def _above(self, rows: Array) -> dict[int, Array]:
        """{number of a rule of heights: metres by which the project exceeds the limits of features}."""
        heights = [task.heights(rule.id, self.chunk.index)[0] for task in self.tasks for rule in task.rules]
        limited = [number for number, rule in enumerate(self.rules) if rule.limit]
        return {number: heights[number] - self.near.limits[number, rows] for number in limited}

    def _with_outside(self, table: PieceTable, applies: Sequence[Any]) -> PieceTable:
        """What lies outside the lines that a project must lie inside, in the place of what lies inside."""
        for number, rule in enumerate(self.rules):
            if rule.kind != "within":
                continue
            line, inside = int(self.line_of_rule[number]), table.rule == number
            parts = [table.take(~inside)]
            if applies[number] and rule.id in self.near.lines[line].evaluated:
                project = self.chunk.projects.geometries[self.chunk.index]
                count = np.array([int(inside.sum())])
                outside = parts_outside(project, table.take(inside).geometry, np.zeros(1, int), count)
                left = ~shapely.is_empty(outside)
                parts.append(piece_table(np.full(int(left.sum()), line), outside[left], Origin(number)))
            table = joined(parts)
        return table

    def _areas(self, rows: Array, pieces: Array, is_full: Array) -> Array:
        areas = np.zeros(len(rows))
        areas[is_full] = self.near.feature_areas(rows[is_full], self.settings.plane)
        areas[~is_full] = ellipsoidal_areas(pieces[~is_full], self.settings.plane)
        return areas

    def _verdict(self, number: int, table: PieceTable, areas: PieceAreas) -> tuple[Any, bool, bool]:
        """(VerdictTable of one line, it is the last outcome, whether it is an upper limit)."""
        sums = VerdictSums(self.chunk.projects, self.tasks[number])
        start, end = np.searchsorted(table.project, [number, number + 1])
        if end > start:
            own = table.take(slice(start, end))
            own.project, own.rule = np.zeros(end - start, int), own.rule - self.near.rule_starts[number]
            sums.add(sums.of(own, _of_owner(areas, number, slice(start, end))))
        state = replace(self.near.lines[number].state, rules_sha256=self.settings.rules_sha256)
        return sums.table(state), True, sums.is_at_most

    def _as_check(self, table: PieceTable) -> Any:
        """What a finding table asks of a check, the lines in the place of its projects."""
        ids, names = ([getattr(task, name) for task in self.tasks] for name in ("line_id", "line_name"))
        line = [np.array(values, dtype=object)[table.project] for values in (ids, names)]
        keys = np.tile(self.chunk.projects.key_array, len(self.tasks))
        projects = SimpleNamespace(key_array=keys, areas_m2=self._project_m2())
        task = SimpleNamespace(line_id=line[0], line_name=line[1], rules=self.rules)
        sources = [source for one in self.near.lines for source in one.sources]
        return SimpleNamespace(task=task, projects=projects, sources=sources)


def _of_owner(areas: PieceAreas, owner: int, rows: slice) -> PieceAreas:
    """The part of one owner, as that of the only project."""
    own, limited = areas.owners == owner, areas.at_most == owner
    summed = [(0, total, limit) for project, total, limit in areas.summed if project == owner]
    return PieceAreas(
        areas.areas[rows],
        np.zeros(int(own.sum()), int),
        areas.union_m2[own],
        areas.sliver[rows],
        summed,
        np.zeros(int(limited.sum()), int),
    )
