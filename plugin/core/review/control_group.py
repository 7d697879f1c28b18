"""The layers of one control line asked together: one overlay for all of them, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Callable, Optional

import numpy as np
import shapely

from ..errors import Cancelled, OneMapError
from ..land.boxes import grown
from ..land.overlay import Pairs
from ..land.pieces import Origin, joined, objects, piece_table
from .control_source import Nearby, is_kind, rule_pieces

if TYPE_CHECKING:
    from ..land.pieces import PieceTable
    from ..land.types import Array, Box
    from ..threads import Feedback
    from .control_source import ControlSource
    from .line_check import LineTask
    from .projects import ProjectChunk
    from .unread import UnreadNear


NOISE_M = 1e-9


class ControlGroup:
    """Some ControlSources of one line; `numbers`: their positions among the line's sources."""

    def __init__(self, sources: Sequence[ControlSource], numbers: Iterable[int]) -> None:
        self.sources, self.numbers = sources, numbers

    def near(self, bounds: Box) -> Any:
        """What of all sources lies near bounds; `source` of it: the position of each feature's source."""
        return NearGroup(self.sources, bounds)

    def pieces(
        self, chunk: ProjectChunk, task: LineTask, unread: UnreadNear, feedback: Optional[Feedback] = None
    ) -> PieceTable:
        """Return the PieceTable of a ProjectChunk for every rule of a LineTask that a source decides.

        What a source that cannot be read has given so far is left out, its `failure` says why. `unread` (UnreadNear)
        is told of features near a project that could not be read. Raises Cancelled.
        """
        reach = max((rule.distance_m or 0.0 for rule in task.rules), default=0.0)
        near = self.near(grown(chunk.bounds, reach))
        project, row = chunk.candidates(near.boxes, reach)
        if not len(project):
            return piece_table()
        rows, row = np.unique(row, return_inverse=True)
        # what is buffered first must be there as geometry; of anything else windows will do
        geometries, windows = (near.geometries(rows), {}) if reach else near.geometries_or_windows(rows)
        usable = ~shapely.is_missing(geometries)[row]
        self._note_unread(unread, near, rows, chunk.index[project[~usable]], row[~usable])
        found: list[PieceTable] = []
        known: dict[tuple[Any, ...], PieceTable] = {}
        for number, rule in enumerate(task.rules):
            chosen = usable & near.mask(rows, rule.id)[row] & task.applies(rule.id, chunk.index)[project]
            if rule.geometry:
                chosen &= is_kind(geometries[row], rule.geometry)
            over = _over(near.numbers(rows, rule.id), task.heights(rule.id, chunk.index)) if rule.limit else None
            if over is not None:
                above = over(project, row)
                chosen &= np.isnan(above) if rule.is_doubt else above > NOISE_M
            if not chosen.any():
                continue
            way = chosen.tobytes(), rule.kind == "distance" and rule.distance_m, bool(rule.limit)
            if way not in known:  # rules that pick the same features share their pieces
                pairs = Pairs(geometries, project[chosen], row[chosen], windows)
                known[way] = rule_pieces(chunk, pairs, rule, feedback)
            table = known[way] if over is None else replace(known[way], gap=over(known[way].project, known[way].fid))
            found.append(self._named(table, number, chunk, near, rows))
        return self._of_readable(joined(found))

    def _note_unread(self, unread: UnreadNear, near: Nearby, rows: Array, projects: Array, row: Array) -> None:
        if len(projects):
            places, at = np.unique(row, return_inverse=True)
            names = near.unread(rows[places])[at]
            unread.note(projects[names != ""], names[names != ""])

    def _named(self, table: PieceTable, number: int, chunk: ProjectChunk, near: Any, rows: Array) -> PieceTable:
        """Positions in the chunk become project numbers, positions in `rows` feature ids, sources and labels."""
        at = rows[table.fid]
        areas = np.where(table.area == 0, near.areas(at), np.nan)
        sources = np.asarray(self.numbers)[near.source[at]]
        origin = Origin(number, sources, near.fids[at], near.labels(at), table.lone, table.shell)
        return piece_table(chunk.index[table.project], table.geometry, origin, table.gap, areas)

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
        table: PieceTable = _asked(
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


class NearGroup(Nearby):
    """The Nearby of several sources as one.

    `source`: the position of each feature's source. A failed source gives nothing.
    """

    def __init__(self, sources: Sequence[ControlSource], bounds: Box) -> None:
        nothing = Nearby(np.zeros(0, np.int64), np.zeros((0, 4)))
        self._sources = sources
        self._near = [_asked(source, partial(source.near, bounds), nothing) for source in sources]
        counts = [len(near.fids) for near in self._near]
        self._starts = np.cumsum([0, *counts])
        self.source = np.repeat(np.arange(len(sources)), counts)
        super().__init__(
            np.concatenate([near.fids for near in self._near]), np.concatenate([near.boxes for near in self._near])
        )

    def geometries(self, rows: Array) -> Array:
        return self._gathered(rows, _empty(rows), lambda source, near, own_rows, places: near.geometries(own_rows))

    def geometries_or_windows(self, rows: Array) -> tuple[Array, dict[int, Any]]:
        windows: dict[int, Any] = {}

        def ask(source: ControlSource, near: Nearby, own_rows: Array, places: Array) -> Any:
            geometries, found = near.geometries_or_windows(own_rows)
            windows.update((places[at], window) for at, window in found.items())
            return geometries

        return self._gathered(rows, _empty(rows), ask), windows

    def mask(self, rows: Array, rule_id: str) -> Array:
        def ask(source: ControlSource, near: Nearby, own_rows: Array, places: Array) -> Any:
            return near.mask(own_rows, rule_id) if rule_id in source.rule_ids else False

        return self._gathered(rows, np.zeros(len(rows), bool), ask)

    def numbers(self, rows: Array, rule_id: str) -> Array:
        def ask(source: ControlSource, near: Nearby, own_rows: Array, places: Array) -> Any:
            return near.numbers(own_rows, rule_id) if rule_id in source.rule_ids else np.nan

        return self._gathered(rows, np.full(len(rows), np.nan), ask)

    def unread(self, rows: Array) -> Array:
        return self._gathered(
            rows, objects([""] * len(rows)), lambda source, near, own_rows, places: near.unread(own_rows)
        )

    def labels(self, rows: Array) -> Any:
        return self._gathered(
            rows, objects([""] * len(rows)), lambda source, near, own_rows, places: objects(near.labels(own_rows))
        )

    def areas(self, rows: Array) -> Array:
        return self._gathered(
            rows, np.full(len(rows), np.nan), lambda source, near, own_rows, places: near.areas(own_rows)
        )

    def _gathered(self, rows: Array, answer: Array, ask: Callable[..., Any]) -> Array:
        """`answer` filled with ask(source, its Nearby, its rows, their places in `rows`).

        What a failing source owes stays as it is.
        """
        order = np.argsort(rows, kind="stable")
        cuts = np.searchsorted(rows[order], self._starts)
        for number in np.flatnonzero(np.diff(cuts)):
            places = order[cuts[number] : cuts[number + 1]]
            question = self._sources[number], self._near[number], rows[places] - self._starts[number], places
            answer[places] = _asked(question[0], partial(ask, *question), answer[places])
        return answer


def _empty(rows: Array) -> Array:
    return np.empty(len(rows), dtype=object)


def _asked(source: ControlSource, work: Callable[[], Any], otherwise: Any) -> Any:
    """What `work` returns; a OneMapError becomes the failure of the source."""
    try:
        with source.own_errors():
            return work()
    except Cancelled:
        raise
    except OneMapError as error:
        source.failure = error.message
        return otherwise
