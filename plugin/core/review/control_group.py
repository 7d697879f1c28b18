"""The layers of one control line asked together: one overlay for all of them, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable, Optional

import numpy as np
import shapely

from ..land.boxes import grown
from ..land.pieces import objects, piece_table
from .chunk_work import ChunkWork, Picked, cut
from .control_source import is_kind
from .near_group import NearGroup, guarded
from .not_understood import NotUnderstood, not_understood, note_unclear

if TYPE_CHECKING:
    from ..land.pieces import PieceTable
    from ..land.types import Array, Box
    from ..threads import Feedback
    from .control_source import ControlSource
    from .line_check import LineTask
    from .projects import ProjectChunk
    from .unread import UnreadNear


NOISE_M = 1e-9


@dataclass
class Asked:
    """What was read of the features (`rows` of `near`) that may meet the projects of a chunk, and the work to do;
    `over`: of a rule of heights the metres above limits, by its number.
    """

    chunk: ProjectChunk
    near: Any
    rows: Array
    work: ChunkWork
    over: dict[int, Callable[[Array, Array], Array]] = field(default_factory=dict)
    unclear: list[NotUnderstood] = field(default_factory=list)


class ControlGroup:
    """Some ControlSources of one line; `numbers`: their positions among the line's sources."""

    def __init__(self, sources: Sequence[ControlSource], numbers: Iterable[int]) -> None:
        self.sources, self.numbers = sources, numbers

    def near(self, bounds: Box) -> Any:
        """What of all sources lies near bounds; `source` of it: the position of each feature's source."""
        return self.sources[0].near_all(self.sources, bounds) or NearGroup(self.sources, bounds)

    def pieces(
        self, chunk: ProjectChunk, task: LineTask, unread: UnreadNear, feedback: Optional[Feedback] = None
    ) -> PieceTable:
        """Return the PieceTable of a ProjectChunk for every rule of a LineTask that a source decides.

        What a source that cannot be read has given so far is left out, its `failure` says why. `unread` (UnreadNear)
        is told of features near a project that could not be read. Raises Cancelled.
        """
        asked = self.asked(chunk, task, unread)
        return piece_table() if asked is None else self.named(asked, cut(asked.work, feedback))

    def asked(self, chunk: ProjectChunk, task: LineTask, unread: UnreadNear) -> Optional[Asked]:
        """What is there to be cut, read; None for nothing. Parameters as those of `pieces`."""
        asked = self._pairs(chunk, task)
        if asked is None:
            return None
        work, near, rows = asked.work, asked.near, asked.rows
        # what is buffered first must be there as geometry; of anything else windows will do
        has_reach = any(rule.distance_m for rule in task.rules)
        work.controls, work.windows = (near.geometries(rows), {}) if has_reach else near.geometries_or_windows(rows)
        self._pick(asked, task)
        self.note_unread(asked, unread, shapely.is_missing(work.controls))
        note_unclear(asked, task, unread)
        return asked

    def asked_as_stored(self, chunk: ProjectChunk, task: LineTask) -> Optional[Asked]:
        """As `asked`, the geometries as they are stored, not looked at yet; None also where that cannot be."""
        asked = None if any(rule.geometry == "line" for rule in task.rules) else self._pairs(chunk, task)
        if asked is None:
            return None
        work, near = asked.work, asked.near
        work.stored_at = near.stored_at(asked.rows)
        work.stored = near.stored(asked.rows) if work.stored_at is None else None
        if not work.is_stored:
            return None
        self._pick(asked, task)
        return None if asked.unclear else asked

    def _pairs(self, chunk: ProjectChunk, task: LineTask) -> Optional[Asked]:
        """The pairs whose boxes meet, None where there are none."""
        reach = max((rule.distance_m or 0.0 for rule in task.rules), default=0.0)
        near = self.near(grown(chunk.bounds, reach))
        project, row = chunk.candidates(near.boxes, reach)
        if not len(project):
            return None
        rows, row = np.unique(row, return_inverse=True)
        controls = np.full(len(rows), None)
        work = ChunkWork(chunk.geometries, chunk.areas_m2, controls, near.areas(rows), project, row, task.rules)
        return Asked(chunk, near, rows, work)

    def _pick(self, asked: Asked, task: LineTask) -> None:
        """Note which of the pairs each rule picks."""
        work, index = asked.work, asked.chunk.index
        ways: dict[tuple[Any, ...], int] = {}
        taken = [asked.near.mask(asked.rows, rule.id) for rule in task.rules]
        asked.unclear = not_understood(asked.near, asked.rows, task.rules, taken)
        for number, rule in enumerate(task.rules):
            chosen = taken[number][work.control]
            chosen &= task.applies(rule.id, index)[work.project]
            if rule.geometry and not work.is_stored:
                chosen &= is_kind(work.controls[work.control], rule.geometry)
            if rule.limit:
                over = asked.over[number] = _over(asked.near.numbers(asked.rows, rule.id), task.heights(rule.id, index))
                above = over(work.project, work.control)
                chosen &= np.isnan(above) if rule.is_doubt else above > NOISE_M
            if chosen.any():
                way = chosen.tobytes(), rule.kind == "distance" and rule.distance_m, bool(rule.limit)
                work.picked.append(Picked(number, ways.setdefault(way, len(ways)), np.flatnonzero(chosen)))

    def note_unread(self, asked: Asked, unread: UnreadNear, is_missing: Array) -> None:
        """Tell `unread` of features (`is_missing`: those without geometry) that could not be read."""
        pairs = np.flatnonzero(is_missing[asked.work.control])
        if len(pairs):
            places, at = np.unique(asked.work.control[pairs], return_inverse=True)
            names = asked.near.unread(asked.rows[places])[at]
            projects = asked.chunk.index[asked.work.project[pairs]]
            unread.note(projects[names != ""], names[names != ""])

    def named(self, asked: Asked, table: PieceTable) -> PieceTable:
        """Positions in the chunk become project numbers, positions in the work's controls feature ids, sources and
        labels; pieces of sources that cannot be read are left out.
        """
        for number, over in asked.over.items():
            own = table.rule == number
            table.gap = np.where(own, over(table.project, table.fid), table.gap)
        at = asked.rows[table.fid]
        table.project, table.source = asked.chunk.index[table.project], np.asarray(self.numbers)[asked.near.source[at]]
        table.fid, table.label = asked.near.fids[at], objects(asked.near.labels(at))
        return self._of_readable(table)

    def _of_readable(self, table: PieceTable) -> PieceTable:
        failed = [number for number, source in zip(self.numbers, self.sources) if source.failure]
        if not failed:
            return table
        table = table.take(~np.isin(table.source, failed))
        table.shell = np.full(len(table), -1)  # lone edges were looked for among all
        return table


def _over(limits: Array, heights: Array) -> Callable[[Array, Array], Array]:
    """Metres by which projects (positions) exceed the limits of features (rows), not-a-number where not known."""
    return lambda project, row: heights[project] - limits[row]


class Alone:
    """A ControlSource that answers by itself, as a group."""

    def __init__(self, source: ControlSource, number: int) -> None:
        self._number = number
        self._source: Any = source  # one that has `pieces`

    def pieces(
        self, chunk: ProjectChunk, task: LineTask, unread: UnreadNear, feedback: Optional[Feedback] = None
    ) -> PieceTable:
        """As ControlGroup.pieces."""
        table: PieceTable = guarded(
            self._source, lambda: self._source.pieces(chunk, task, unread, feedback), piece_table()
        )
        table.source = np.full(len(table), self._number)
        return table


def grouped(sources: Iterable[ControlSource]) -> list[Any]:
    """The groups of a line's sources; those that cannot be read or hold nothing are in none."""
    usable = [(source, number) for number, source in enumerate(sources) if not source.failure and not source.is_empty]
    groups = [Alone(source, number) for source, number in usable if hasattr(source, "pieces")]
    together = [pair for pair in usable if not hasattr(pair[0], "pieces")]
    return groups + ([ControlGroup(*zip(*together))] if together else [])
