"""The arithmetic of one chunk of projects and one control line: pieces and their areas, of arrays alone.

Nothing here asks a layer, so that a process beside this one may do it (chunk_questions, chunk_answers).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Optional, Union

import numpy as np
import shapely

from ..land.area import statutory_areas
from ..land.overlay import Pairs
from ..land.pieces import Origin, joined, piece_table
from .control_source import rule_pieces
from .piece_areas import PieceAreas, piece_areas
from .rules import Rule

if TYPE_CHECKING:
    from ..land.pieces import PieceTable
    from ..land.types import Array
    from ..threads import Feedback
    from .piece_areas import Measuring
    from .settings import Settings
    from .stored_shapes import StoredAt, StoredShapes

ASKED_OF_RULES = ("kind", "distance_m", "limit", "tolerance_m2", "sliver_total_m2")  # for the arithmetic


class Picked(NamedTuple):
    """Pairs (positions) that the rule `number` picks; rules that pick and cut alike share the number of a `way`."""

    number: int
    way: int
    pairs: Array


@dataclass
class ChunkWork:
    """`geometries`, `areas_m2`: the chunk's projects; `controls`: valid geometries of the features that may meet them
    (None: none), `control_m2` their areas (m², not-a-number where not known); `project`, `control`: pairs of positions.
    `windows`: {position in `controls`: Windows} of huge ones; `cut_outs` as in Pairs.
    """

    geometries: Array
    areas_m2: Optional[Array]  # None: whoever measures computes them
    controls: Array
    control_m2: Array
    project: Array
    control: Array
    rules: Sequence[Rule]
    picked: list[Picked] = field(default_factory=list)
    windows: dict[int, Any] = field(default_factory=dict)
    cut_outs: Optional[Array] = None
    stored: Optional[StoredShapes] = None  # in the place of `controls` where nobody has looked at them yet
    stored_at: Optional[StoredAt] = None  # or where these are still to be read

    @property
    def is_stored(self) -> bool:
        """Whether nobody has looked at the controls yet."""
        return self.stored is not None or self.stored_at is not None

    def copies(self) -> Array:
        """As ProjectChunk.copies."""
        copies: Array = shapely.force_2d(self.geometries)
        return copies


def cut(work: ChunkWork, feedback: Optional[Feedback] = None) -> PieceTable:
    """The PieceTable of all rules: `project` and `fid` are positions in the work's projects and controls."""
    found, ways = [], {}
    is_there = ~shapely.is_missing(work.controls)
    for number, way, rows in work.picked:
        if way not in ways:
            rows = rows[is_there[work.control[rows]]]
            pairs = Pairs(work.controls, work.project[rows], work.control[rows], work.windows, cut_outs=work.cut_outs)
            ways[way] = rule_pieces(work, pairs, work.rules[number], feedback)
        pieces = ways[way]
        origin = Origin(number, -1, pieces.fid, "", pieces.lone, pieces.shell)
        areas = np.where(pieces.area == 0, work.control_m2[pieces.fid], np.nan)
        found.append(piece_table(pieces.project, pieces.geometry, origin, pieces.gap, areas))
    return joined(found)


def measured(
    work: ChunkWork, settings: Union[Settings, Measuring], feedback: Optional[Feedback] = None
) -> tuple[PieceTable, PieceAreas]:
    """The PieceTable of `cut` with its PieceAreas."""
    table = cut(work, feedback)
    areas = work.areas_m2
    if areas is None:
        areas = statutory_areas(work.geometries, settings.plane)
    return table, piece_areas(table, work.rules, settings, areas)
