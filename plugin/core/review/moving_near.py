"""What is held around a range that moves, as columns over many lines: geometry, labels, which rule picks what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ..land.area import ellipsoidal_areas
from ..land.pieces import objects
from .control_source import is_kind, rows_meeting
from .held_near import HeldGroup, LineSources
from .verdicts import LineState

if TYPE_CHECKING:
    from ..land.types import Array
    from .held_near import HeldNear
    from .projects import ProjectChunk


@dataclass(frozen=True)
class PlainLine:
    """What of a line whose rules only ask what meets stays the same from range to range."""

    line_id: str
    sources: LineSources
    group: HeldGroup
    rule_ids: tuple[str, ...]
    kinds: tuple[str, ...]  # the kind of geometry that each rule is for, "" for any
    limited: tuple[bool, ...]  # whether it is a rule of heights
    evaluated: frozenset[str]  # ids of the rules that some layer can answer
    state: LineState


def is_sound(sources: LineSources) -> bool:
    return not any(source.failure or source.unread or source.changed() for source in sources)


class MovingNear:
    """The features held around a range, all lines together; `known`: which of them were asked for."""

    def __init__(self, lines: Sequence[PlainLine], held: Sequence[HeldNear]) -> None:
        near, self.lines, self._held = [one.near for one in held], lines, held
        counts = [len(one.fids) for one in near]
        first = np.cumsum([0, *(len(line.sources) for line in lines)])
        numbers = [np.asarray(line.group.numbers, dtype=int) for line in lines]
        self.boxes = np.concatenate([one.boxes for one in near])
        self.line = np.repeat(np.arange(len(lines)), counts)
        self.row = np.concatenate([np.arange(count) for count in counts])
        self.source = np.concatenate([at + own[one.source] for at, own, one in zip(first, numbers, near)])
        self.fids = np.concatenate([one.fids for one in near])
        self.known = np.zeros(len(self.fids), bool)
        self.geometries, self.labels = np.full(len(self.fids), None), objects([""] * len(self.fids))
        self.rule_starts = np.cumsum([0, *(len(line.rule_ids) for line in lines)])
        self.masks = np.zeros((self.rule_starts[-1], len(self.fids)), bool)
        self.limits = np.full(self.masks.shape if any(any(line.limited) for line in lines) else (0, 0), np.nan)
        self._areas = np.full(len(self.fids), np.nan)
        self._unsound: set[int] = set()

    def holds(self, held: Sequence[HeldNear]) -> bool:
        return len(held) == len(self._held) and all(a is b for a, b in zip(held, self._held))

    def candidates(self, chunk: ProjectChunk) -> Array:
        """Ascending positions of the features whose boxes may meet the one project of a chunk."""
        rows = rows_meeting(self.boxes, chunk.bounds)
        found: Array = rows[chunk.candidates(self.boxes[rows])[1]]
        return found

    def read(self, rows: Array) -> bool:
        """Ask for what is not known of some features; False where a line turns out to be none for this."""
        lacking = rows[~self.known[rows]]
        for line in np.unique(self.line[lacking]).tolist():
            own = lacking[self.line[lacking] == line]
            if not self._read(line, own):
                self._unsound.add(line)
        self.known[lacking] = True
        return not self._unsound

    def unsound(self) -> list[str]:
        """Ids of the lines of which something was not read, or only a part of it."""
        return [self.lines[line].line_id for line in self._unsound]

    def _read(self, number: int, rows: Array) -> bool:
        line, part = self.lines[number], self._held[number].everything()
        at = self.row[rows]
        self.geometries[rows], windows = part.geometries_or_windows(at)
        self.labels[rows] = objects(part.labels(at))
        rules = zip(line.rule_ids, line.kinds, line.limited)
        for rule, (rule_id, kind, is_limited) in enumerate(rules, self.rule_starts[number]):
            self.masks[rule, rows] = part.mask(at, rule_id)
            if kind:
                self.masks[rule, rows] &= is_kind(self.geometries[rows], kind)
            if is_limited:
                self.limits[rule, rows] = part.numbers(at, rule_id)
        own = slice(self.rule_starts[number], self.rule_starts[number + 1])
        untaken = at[~self.masks[own, rows].any(axis=0)]
        if any(part.unclear(untaken, rule_id).any() for rule_id in line.rule_ids):
            return False
        return not windows and not shapely.is_missing(self.geometries[rows]).any() and is_sound(line.sources)

    def feature_areas(self, rows: Array, plane: Any) -> Array:
        """Ellipsoidal areas of complete features, each computed once."""
        lacking = rows[np.isnan(self._areas[rows])]
        self._areas[lacking] = ellipsoidal_areas(self.geometries[lacking], plane)
        found: Array = self._areas[rows]
        return found
