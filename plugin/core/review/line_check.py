"""One control line against all projects: findings chunk by chunk, then one verdict a project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Optional, Union

import numpy as np
import shapely

from ..errors import OneMapError
from ..land.gpkg import are_blobs, blob_geometries
from ..land.outside import parts_outside
from ..land.pieces import Origin, joined, piece_table
from ..memory import Growth, give_back
from ..messages import joined_texts, message
from ..threads import PROCESSORS, in_threads, raise_if_cancelled
from .chunk_questions import answered, question
from .control_group import ControlGroup, grouped
from .deduction import Deduction
from .held_near import LineSources
from .not_understood import noted_in_part, stricter_unjudged
from .piece_areas import piece_areas
from .result_tables import finding_table
from .unread import UnreadNear
from .verdicts import LineState, VerdictSums

if TYPE_CHECKING:
    from ..land.pieces import PieceTable
    from ..land.types import Array
    from ..threads import Feedback
    from ..workers import Slot
    from .chunk_questions import Answered
    from .control_group import Asked
    from .control_source import ControlSource
    from .piece_areas import PieceAreas
    from .projects import ProjectChunk, Projects
    from .result_tables import ResultTable
    from .rules import Rule
    from .settings import Settings
    from .verdicts import ChunkSums


_MANY_PROJECTS = 500  # from here on memory is looked after
_MEETING = ("avoid", "inform", "height")  # kinds of rules that ask for nothing but what meets


@dataclass
class LineTask:
    """What to do for one control line: its rules in force, and for each rule the projects it applies to (`unless`
    already asked).

    `exempt`: {project position: why none of the rules applies to it}. `absent`: why there is nothing to check.
    """

    line_id: str
    line_name: str
    rules: list[Rule]
    # rule id -> boolean array over projects; absent = all
    rule_projects: dict[str, Array] = field(default_factory=dict)
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
        self._memory = Growth(len(projects) > _MANY_PROJECTS)
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
        plain = all(rule.kind in _MEETING and not rule.less_line for rule in self.task.rules)
        self._asks_what_meets = plain and len(self._groups) == 1 and type(self._groups[0]) is ControlGroup
        ids = {rule.id for rule in self.task.rules}
        self.evaluated = {rule_id for source in readable for rule_id in source.rule_ids if rule_id in ids}

    def findings(self, chunks: Iterable[ProjectChunk]) -> Iterator[tuple[Union[ResultTable, tuple[()]], int]]:
        """Yield (FindingTable, () for no finding, number of projects done) for some ProjectChunks; raises Cancelled."""
        chunks = list(chunks)
        kept: dict[int, PieceTable] = {}
        if any(rule.kind == "within" for rule in self.task.rules):
            # with part of the boundary unread nobody can say what lies outside it: no finding before all of it was read
            kept = dict(enumerate(in_threads(self._memory.watched(self._pieces), chunks, self.feedback)))
            give_back()
            self._read_rest()
            give_back()

        def finish(number: int) -> tuple[Union[ResultTable, tuple[()]], Optional[ChunkSums]]:
            return self._finish(chunks[number], kept.pop(number, None))  # what is done is let go

        workers = self.settings.workers
        threads = workers.threads if workers is not None and self._asks_what_meets else PROCESSORS
        finished = in_threads(self._memory.watched(finish), range(len(chunks)), self.feedback, threads)
        for chunk, (table, sums) in zip(chunks, finished):
            if sums is not None:
                self._sums.add(sums)
            yield table, len(chunk)
        if workers is not None:
            workers.rest()

    @property
    def is_at_most(self) -> bool:
        """Whether some overlap of the verdicts is only known not to be larger."""
        return self._sums.is_at_most

    def verdicts(self) -> ResultTable:
        """The VerdictTable of all projects, in their order."""
        self._memory.step()
        return self._sums.table(self.state())

    def state(self) -> LineState:
        """What became of the line's layers; looks at what no project was near as well."""
        self._read_rest()
        failed = joined_texts(_said(source) for source in self.sources if source.failure or source.unread)
        absent = self.task.absent or (message("line_absent") if not self.sources else "")
        if self.sources and not failed and all(source.is_empty for source in self.sources):
            absent = message("line_empty")
        missing = {rule.less_line for rule in self.task.rules if rule.less_line and not self._is_less(rule.less_line)}
        remarks = [message("less_line_missing", line=line_id) for line_id in sorted(missing)]
        said = failed, absent, remarks + stricter_unjudged(self.task.rules, self.sources), self._unread.reasons()
        around = self._unread.unclear(), self.settings.beyond, noted_in_part(self)
        return LineState(self.settings.rules_sha256, bool(self.evaluated), *said, *around)

    def _read_rest(self) -> None:
        """Look at what no project was near: what has no place may lie near any of them."""
        for source in (s for s in self.sources if not s.failure):
            try:
                source.check_rest(self.feedback)
                source.check_conditions()
                source.unread = source.unread or source.changed()
            except OneMapError as error:
                source.failure = error.message

    def _is_less(self, line_id: str) -> bool:
        return line_id in self._less and self._less[line_id].is_readable()

    def _finish(
        self, chunk: ProjectChunk, table: Optional[PieceTable]
    ) -> tuple[Union[ResultTable, tuple[()]], Optional[ChunkSums]]:
        """FindingTable and sums of one chunk; () and None where nothing meets."""
        if table is None:
            table, areas = self._measured(chunk)
        else:
            table = self._without_unread(table)
            areas = self._areas(table)
        if areas is None:
            return (), None
        return finding_table(self, table, areas), self._sums.of(table, areas)

    def _measured(self, chunk: ProjectChunk) -> tuple[PieceTable, Optional[PieceAreas]]:
        """Pieces of a chunk with their areas, None for no piece."""
        workers = self.settings.workers
        if workers is not None and self._asks_what_meets:
            with workers.place(self.feedback) as slot:
                found = self._elsewhere(slot, chunk) if slot is not None else None
                return self._here(chunk) if found is None else found  # at the place that was taken for it
        return self._here(chunk)

    def _here(self, chunk: ProjectChunk) -> tuple[PieceTable, Optional[PieceAreas]]:
        table = self._pieces(chunk)
        return table, self._areas(table)

    def _elsewhere(self, slot: Slot, chunk: ProjectChunk) -> Optional[tuple[PieceTable, Optional[PieceAreas]]]:
        """As `_measured`, computed by another process; None where that gives no answer."""
        group: ControlGroup = self._groups[0]
        asked = group.asked_as_stored(chunk, self.task) or group.asked(chunk, self.task, self._unread)
        found = self._answer(slot, asked) if asked is not None else None
        if asked is None:
            return piece_table(), None
        if found is None and asked.work.stored_at is not None:
            asked.near.read_here()
            return self._elsewhere(slot, chunk)
        if found is None:
            return None
        table, areas = group.named(asked, found.table), found.areas
        if len(table) < len(found.table):  # a layer turned out to be unreadable
            table.geometry = blob_geometries(table.geometry) if are_blobs(table.geometry) else table.geometry
            return table, self._areas(table)
        return table, areas.of_projects(chunk.index) if len(table) else None

    def _answer(self, slot: Slot, asked: Asked) -> Optional[Answered]:
        """What a process says of the work that was asked for; None where it says nothing."""
        work, rows = asked.work, asked.rows
        said, control_of = question(work, self.settings)
        was_stored = work.is_stored
        is_missing = work.stored.lengths < 1 if work.stored is not None else np.zeros(len(rows), bool)
        work.stored, work.controls = None, work.controls[:0]  # they are in the question
        self._memory.step()
        data = slot.ask(said, self.feedback)
        del said
        if data is None:
            return None
        found = answered(data, control_of)
        if was_stored:
            asked.near.keep_values(rows, found.values)
            asked.near.note(rows, found.repairs, found.skipped)
            is_missing[[*found.missing, *(skip.fid for skip in found.skipped)]] = True
            self._groups[0].note_unread(asked, self._unread, is_missing)
        return found

    def _areas(self, table: PieceTable) -> Optional[PieceAreas]:
        rules, all_m2 = self.task.rules, self.projects.areas_m2
        return piece_areas(table, rules, self.settings, all_m2) if len(table) else None

    def _pieces(self, chunk: ProjectChunk) -> PieceTable:
        """Pieces of all sources for the chunk, with outside parts in place of inside ones under must-be-inside
        rules.
        """
        parts = in_threads(
            lambda g: g.pieces(chunk, self.task, self._unread, self.feedback), self._groups, self.feedback
        )
        self._memory.step()
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
