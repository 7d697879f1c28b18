"""The land of another line taken off the pieces of a rule: cropland less permanent basic farmland."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Optional

import numpy as np

from ..land.outside import part_outside
from ..land.pieces import joined
from ..threads import in_threads
from .control_group import grouped
from .held_near import LineSources
from .rules import FULL_LINE
from .unread import UnreadNear

if TYPE_CHECKING:
    from ..land.pieces import PieceTable
    from ..threads import Feedback
    from .control_source import ControlSource
    from .projects import ProjectChunk


class Deduction:
    """The sources of the line whose land is taken off; they must answer for rules.WHOLE_LINE."""

    def __init__(self, sources: Iterable[ControlSource]) -> None:
        self._sources = sources if isinstance(sources, LineSources) else list(sources)

    def open(self, feedback: Optional[Feedback] = None) -> None:
        """Open the sources, where nobody has; raises Cancelled."""
        for source in self._sources:
            source.open_once(feedback)
        self._groups = self._sources.groups() if isinstance(self._sources, LineSources) else grouped(self._sources)

    def is_readable(self) -> bool:
        """Whether all of the land could be read."""
        return bool(self._groups) and not any(source.failure or source.unread for source in self._sources)

    def taken_off(
        self, chunk: ProjectChunk, table: PieceTable, number: int, feedback: Optional[Feedback] = None
    ) -> PieceTable:
        """The PieceTable with the pieces of rule `number` reduced to what lies outside the land."""
        rows = np.flatnonzero(table.rule == number)
        if not len(rows) or not self._groups:
            return table
        unread = UnreadNear(len(chunk.projects))  # what could not be read is not taken off
        land = joined(in_threads(lambda g: g.pieces(chunk, _EVERYWHERE, unread, feedback), self._groups, feedback))
        rest = table.take(rows)
        rest.geometry, rest.area = rest.geometry.copy(), rest.area.copy()
        rest.shell = np.full(len(rest), -1)  # lone edges tell of land that hangs together
        starts = np.searchsorted(land.project, rest.project)
        ends = np.searchsorted(land.project, rest.project, side="right")
        for at in np.flatnonzero(ends > starts):
            rest.geometry[at] = part_outside(rest.geometry[at], land.geometry[starts[at] : ends[at]])
            rest.area[at] = np.nan
        kept = np.array([not piece.is_empty for piece in rest.geometry], dtype=bool)
        return joined([table.take(table.rule != number), rest.take(kept)])


_EVERYWHERE = SimpleNamespace(line_id="", rules=[FULL_LINE], applies=lambda rule_id, index: np.ones(len(index), bool))
