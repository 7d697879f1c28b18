"""The verdicts of a round as arrays, one row a project and one column a control line, for comparing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..land.types import Array
from .round_table import RoundTable
from .rounds import FrozenRound
from .tiers import CLEAR, EFFECTS, FAILED, NOT_CHECKED

_CLEAR, _TOUCHED, _UNKNOWN, _NONE = 0, 1, 2, 3
_CODES = {CLEAR: _CLEAR, NOT_CHECKED: _UNKNOWN, FAILED: _UNKNOWN}


@dataclass(frozen=True)
class Cell:
    """The verdict of one project and line; empty words and 0 where there is none."""

    status: str
    effect: str
    area_m2: float


def line_names(*rounds: FrozenRound) -> dict[str, str]:
    """{line id: name} of the lines of some rounds, in the order in which they come."""
    names: dict[str, str] = {}
    for frozen in rounds:
        ids, at = frozen.verdicts.codes("line_id")
        titles, title = frozen.verdicts.codes("line_name")
        _, first = np.unique(at, return_index=True)
        for row in sorted(first.tolist()):
            names.setdefault(ids[at[row]], titles[title[row]])
    return names


class VerdictGrid:
    """`status` (0 clear, 1 touched, 2 unknown, 3 no verdict), `rank` of the effect (0 strictest), `area` in m²;
    `project`: booleans (n x 1), whether the round has the project at all."""

    def __init__(self, status: Array, rank: Array, area: Array, place: Array, table: RoundTable) -> None:
        self.status, self.rank, self.area = status, rank, area
        self.touched, self.unknown = status == _TOUCHED, (status == _UNKNOWN) | (status == _NONE)
        self._place, self._table = place, table
        self.project = np.ones((len(status), 1), dtype=bool)

    @classmethod
    def of(cls, frozen: FrozenRound, lines: Iterable[str], projects: Sequence[Optional[int]]) -> "VerdictGrid":
        """The grid of a round over `lines` and the positions of its projects, None for one that it has not."""
        table = frozen.verdicts
        status, rank, area = _values(table)
        lines = list(lines)
        place = _places(frozen, lines)
        rows = np.array([-1 if p is None else p for p in projects], dtype=int)
        grid = np.where(rows[:, None] >= 0, place[rows], -1) if len(rows) else np.zeros((0, len(lines)), int)
        here = grid >= 0
        made = cls(
            np.where(here, status[grid], _NONE),
            np.where(here, rank[grid], 0),
            np.where(here, area[grid], 0),
            grid,
            table,
        )
        made.project = (rows >= 0)[:, None]
        return made

    def cell(self, row: int, column: int) -> Cell:
        """The verdict at a place."""
        at = self._place[row, column]
        if at < 0:
            return Cell("", "", 0.0)
        return Cell(self._table.column("status")[at], self._table.column("effect")[at], float(self.area[row, column]))

    def same(self, other: "VerdictGrid", row: int, column: int) -> bool:
        """Whether two grids say the same at a place."""
        return self.cell(row, column) == other.cell(row, column)


def _values(table: RoundTable) -> tuple[Array, Array, Array]:
    """Arrays of status, rank and area with one row more, for places without a verdict."""
    statuses, s = table.codes("status")
    effects, e = table.codes("effect")
    codes = np.array([_CODES.get(value, _TOUCHED) for value in statuses] or [0], dtype=int)
    ranks = np.array([EFFECTS.index(v) if v in EFFECTS else len(EFFECTS) for v in effects] or [0], dtype=int)
    area = np.array(table.column("overlap_m2", 0.0) or [0.0], dtype=float)
    return np.append(codes[s], _NONE), np.append(ranks[e], 0), np.append(area[: len(table)], 0.0)


def _places(frozen: FrozenRound, lines: Sequence[str]) -> Array:
    """Row of the verdict table for each project and line, -1 for none; one row more for an absent project."""
    keys, k = frozen.verdicts.codes("project_key")
    ids, i = frozen.verdicts.codes("line_id")
    of_key = {key: number for number, key in enumerate(frozen.projects.keys)}
    of_line = {line: number for number, line in enumerate(lines)}
    row = np.array([of_key.get(key, -1) for key in keys] or [-1], dtype=int)[k]
    column = np.array([of_line.get(line, -1) for line in ids] or [-1], dtype=int)[i]
    place = np.full((len(of_key) + 1, len(lines)), -1)
    good = np.flatnonzero((row >= 0) & (column >= 0))
    place[row[good], column[good]] = good
    return place
