"""One control line against all projects: findings chunk by chunk, then one verdict a project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Optional, Union

import numpy as np
import shapely

from ..errors import OneMapError
from ..land.outside import parts_outside
from ..land.pieces import Origin, joined, piece_table
from ..memory import give_back
from ..messages import joined_texts, message
from ..threads import in_threads, raise_if_cancelled
from .control_group import grouped
from .deduction import Deduction
from .held_near import LineSources
from .piece_areas import piece_areas
from .result_tables import finding_table
from .unread import UnreadNear
from .verdicts import LineState, VerdictSums

if TYPE_CHECKING:
    from pyproj import CRS

    from ..land.pieces import PieceTable
    from ..land.types import Array
    from ..threads import Feedback
    from .control_source import ControlSource
    from .moving import MovingLines
    from .projects import ProjectChunk, Projects
    from .result_tables import ResultTable
    from .rules import Rule
    from .verdicts import ChunkSums


_BETWEEN = 4_000  # findings after which memory that nobody uses goes back to the system


@dataclass
class LineTask:
    """What to do for one control line: its rules in force, and for each rule the projects it applies to (`unless`
    already asked).

    `exempt`: {project position: why none of the rules applies to it}. `absent`: why there is nothing to check.
    """

    line_id: str
    line_name: str
    rules: list[Rule]
    rule_projects: dict[str, Array] = field(
        default_factory=dict
    )  # rule id -> boolean array over projects; absent = all
    exempt: dict[int, str] = field(default_factory=dict)
    absent: str = ""
    project_heights: dict[str, Array] = field(default_factory=dict)  # rule id of kind height -> metres over projects

    def applies(self, rule_id: str, index: Array) -> Array:
        """Booleans: which of the projects at `index` the rule applies to."""
        chosen = self.rule_projects.get(rule_id)
        return np.ones(len(index), bool) if chosen is None else chosen[index]

    def heights(self, rule_id: str, index: Array) -> Array:
        """Metres that the projects at `index` are high under a rule of heights, not-a-number where not known."""
        heights = self.project_heights.get(rule_id)
        return np.full(len(index), np.nan) if heights is None else heights[index]


@dataclass
class LineOutcome:
    """Some of a line's findings, or verdicts; `is_last` when nothing more of the line follows.

    `is_at_most`: some overlap of these verdicts may count land twice (Settings.delays_unions).
    """

    task: LineTask
    findings: Any = ()
    verdicts: Any = ()
    is_last: bool = False
    is_at_most: bool = False


@dataclass(frozen=True)
class Settings:
    """Run-wide settings: `sliver_m2` is the tolerance of rules that have none of their own.

    Lines below `sliver_m` likewise. `delays_unions`: what lies in several features may be counted twice, and it is
    said where (LineOutcome.is_at_most); conclusions are not touched by it.
    """

    plane: CRS
    rules_sha256: str
    sliver_m2: float = 1.0
    sliver_m: float = 2.0
    # for each project what to say of its part outside the control extent, "" for none
    beyond: Optional[Array] = None
    # likewise what a verdict of no finding must say besides
    noted: Optional[Array] = None
    delays_unions: bool = False
    moving: Optional[MovingLines] = None  # of a range that follows another one: asks many lines at once


class LineCheck:
    """The check of one line: `open` it, `findings` come chunk by chunk, `verdicts` when all chunks are done."""

    def __init__(
        self,
        projects: Projects,
        task: LineTask,
        sources: Mapping[str, Sequence[ControlSource]],
        settings: Settings,
        feedback: Optional[Feedback] = None,
    ) -> None:
        self.projects, self.task = projects, task
        self.sources = sources.get(task.line_id, ()) if task.rules else ()
        self.settings, self.feedback = settings, feedback
        self._sums, self._unread = VerdictSums(projects, task), UnreadNear(len(projects))
        less = {rule.less_line for rule in task.rules}
        self._less = {line_id: Deduction(sources[line_id]) for line_id in less if line_id and sources.get(line_id)}

    def open(self) -> None:
        """Open the sources; one that cannot be read carries its `failure` from then on. Raises Cancelled."""
        for source in self.sources:
            source.open_once(self.feedback)
        for deduction in self._less.values():
            deduction.open(self.feedback)
        readable = [source for source in self.sources if not source.failure and not source.is_empty]
        self._groups = self.sources.groups() if isinstance(self.sources, LineSources) else grouped(self.sources)
        ids = {rule.id for rule in self.task.rules}
        self.evaluated = {rule_id for source in readable for rule_id in source.rule_ids if rule_id in ids}

    def findings(self, chunks: Iterable[ProjectChunk]) -> Iterator[tuple[Union[ResultTable, tuple[()]], int]]:
        """Yield (FindingTable, () for no finding, number of projects done) for some ProjectChunks; raises Cancelled."""
        chunks = list(chunks)
        kept: dict[int, PieceTable] = {}
        if any(rule.kind == "within" for rule in self.task.rules):
            # with part of the boundary unread nobody can say what lies outside it: no finding before all of it was read
            kept = dict(enumerate(in_threads(self._pieces, chunks, self.feedback)))
            self._read_rest()
            give_back()

        def finish(number: int) -> tuple[Union[ResultTable, tuple[()]], Optional[ChunkSums]]:
            return self._finish(chunks[number], kept.pop(number, None))  # what is done is let go

        made = 0
        for chunk, (table, sums) in zip(chunks, in_threads(finish, range(len(chunks)), self.feedback)):
            if sums is not None:
                self._sums.add(sums)
            yield table, len(chunk)
            made += len(table)
            if made > _BETWEEN:
                give_back()
                made = 0

    @property
    def is_at_most(self) -> bool:
        """Whether some overlap of the verdicts is only known not to be larger."""
        return self._sums.is_at_most

    def verdicts(self) -> ResultTable:
        """The VerdictTable of all projects, in their order."""
        return self._sums.table(self.state())

    def state(self) -> LineState:
        """What became of the line's layers; looks at what no project was near as well."""
        self._read_rest()
        failed = joined_texts(_said(source) for source in self.sources if source.failure or source.unread)
        absent = self.task.absent or (message("line_absent") if not self.sources else "")
        if self.sources and not failed and all(source.is_empty for source in self.sources):
            absent = message("line_empty")
        without_less_line = {
            rule.less_line for rule in self.task.rules if rule.less_line and not self._is_less(rule.less_line)
        }
        remarks = [message("less_line_missing", line=line_id) for line_id in sorted(without_less_line)]
        unread, beyond = self._unread.reasons(), self.settings.beyond
        rules_sha256, evaluated = self.settings.rules_sha256, bool(self.evaluated)
        return LineState(rules_sha256, evaluated, failed, absent, remarks, unread, beyond, self.settings.noted)

    def _read_rest(self) -> None:
        """Look at what no project was near: what has no place may lie near any of them."""
        for source in (s for s in self.sources if not s.failure):
            try:
                source.check_rest(self.feedback)
                source.unread = source.unread or source.changed()
            except OneMapError as error:
                source.failure = error.message

    def _is_less(self, line_id: str) -> bool:
        return line_id in self._less and self._less[line_id].is_readable()

    def _finish(
        self, chunk: ProjectChunk, table: Optional[PieceTable]
    ) -> tuple[Union[ResultTable, tuple[()]], Optional[ChunkSums]]:
        """FindingTable and sums of one chunk; () and None where nothing meets."""
        table = self._pieces(chunk) if table is None else self._without_unread(table)
        if not len(table):
            return (), None
        areas = piece_areas(table, self.task.rules, self.settings, self.projects.areas_m2)
        return finding_table(self, table, areas), self._sums.of(table, areas)

    def _pieces(self, chunk: ProjectChunk) -> PieceTable:
        """Pieces of all sources for the chunk, with outside parts in place of inside ones under must-be-inside
        rules.
        """
        parts = in_threads(
            lambda g: g.pieces(chunk, self.task, self._unread, self.feedback), self._groups, self.feedback
        )
        table = self._with_outside(chunk, joined(parts))
        for number, rule in enumerate(self.task.rules):
            if rule.less_line in self._less:
                table = self._less[rule.less_line].taken_off(chunk, table, number, self.feedback)
        return table

    def _with_outside(self, chunk: ProjectChunk, table: PieceTable) -> PieceTable:
        for number, rule in enumerate(self.task.rules):
            if rule.kind == "within":
                inside = table.rule == number
                rest = table.take(~inside)
                outside = (
                    self._outside(chunk, rule, number, table.take(inside))
                    if rule.id in self.evaluated
                    else piece_table()
                )
                table = joined([rest, outside])
        return table

    def _outside(self, chunk: ProjectChunk, rule: Rule, number: int, inside: PieceTable) -> PieceTable:
        """One piece for each project of the chunk that is not wholly inside the line."""
        raise_if_cancelled(self.feedback)
        owners = chunk.index[self.task.applies(rule.id, chunk.index)]
        starts = np.searchsorted(inside.project, owners)
        ends = np.searchsorted(inside.project, owners, side="right")
        parts = parts_outside(self.projects.geometries[owners], inside.geometry, starts, ends)
        left = ~shapely.is_empty(parts)
        return piece_table(owners[left], parts[left], Origin(number))

    def _without_unread(self, table: PieceTable) -> PieceTable:
        """Nobody can say what lies outside a boundary of which something near was not read."""
        unknown = self._unread.projects[table.project]
        if any(source.failure or source.unread for source in self.sources):
            unknown = np.ones(len(table), bool)
        if not unknown.any():
            return table
        within = [number for number, rule in enumerate(self.task.rules) if rule.kind == "within"]
        return table.take(~(np.isin(table.rule, within) & unknown))


def _said(source: ControlSource) -> str:
    return message("layer_why", layer=source.name, why=source.failure) if source.failure else source.unread
